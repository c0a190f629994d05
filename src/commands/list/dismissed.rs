//! `list --dismissed` and `list --reconsider`: the models that the decisions dismiss.

use std::collections::HashSet;

use anyhow::Result;
use serde::Serialize;

use super::super::load::{self, Files};
use super::super::print::{csv_text, print_unless_quiet};
use super::FilterArgs;
use crate::config::{Config, Format};
use crate::dataset::{DecisionColumn, Row};
use crate::estimates::Latest;
use crate::flop::Flop;
use crate::key::Key;
use crate::report::flop_texts;
use crate::terminal::Align::{Number, Paragraph, Sentence, Text};
use crate::terminal::{Cell, Grid, Screen, Tone};
use crate::text::{SHORT_EXCERPT, excerpt, shown_count};

/// A dismissed model. In JSON, the keys are the field names.
#[derive(Serialize)]
pub(super) struct Dismissed {
    pub name: String,
    pub developer: String,
    decision: &'static str,
    judged_flop: Option<Flop>,
    latest_flop: Option<Flop>,
    note: String,
    line: usize,
    /// Whether the latest estimate is far above the judged number, and no row is kept.
    reconsider: bool,
    /// Whether the model has a row on which the decision has no effect, because the row has human work.
    #[serde(skip)]
    is_row_kept: bool,
}

const COLUMNS: &str = "name,developer,decision,judged_flop,latest_flop,note,line,reconsider";

pub(super) fn run(config: &Config, filter: &FilterArgs) -> Result<()> {
    let mut models = self::models(config, filter)?;
    let total = models.len();
    models.truncate(filter.limit);
    print_unless_quiet(config, &models, |screen| match config.format {
        Format::Csv => csv_text(COLUMNS, &models),
        _ => text(&models, total, screen),
    })
}

/// The models that the filter selects, in the order of the file. The filter uses the training FLOP of the latest estimate.
pub(super) fn models(config: &Config, filter: &FilterArgs) -> Result<Vec<Dismissed>> {
    let files = Files::read(config)?;
    let (dataset, decisions, aliases) = files.curated()?;
    let estimates = load::estimates(config, &aliases)?;
    let latest = Latest::of(&estimates, &aliases);
    // A dismissal has no effect on a row with human work.
    let stays = |row: &&Row<'_>| decisions.effective_dismissal(&dataset, row).is_none();
    let kept: HashSet<&Key> = dataset.rows.iter().filter(stays).map(Row::model).collect();
    let models = decisions.dismissals().filter_map(|line| {
        let [name, developer] = decisions.table.name_and_developer(&line.record);
        let note = decisions.cell(line, DecisionColumn::Note);
        let latest_flop = latest.get(&line.model).and_then(|estimate| estimate.flop);
        let (keys, texts) = ([&line.key, &line.model], [name, developer, note]);
        let is_wanted = filter.rows.accepts_model(keys, latest_flop, &texts);
        let is_row_kept = kept.contains(&line.model);
        is_wanted.then_some(Dismissed {
            name: name.to_owned(),
            developer: developer.to_owned(),
            decision: line.decision?.name(),
            judged_flop: line.flop,
            latest_flop,
            note: note.to_owned(),
            line: line.record.line,
            reconsider: line.is_to_reconsider(latest_flop) && !is_row_kept,
            is_row_kept,
        })
    });
    Ok(models
        .filter(|model| model.reconsider || !filter.reconsider)
        .collect())
}

fn text(models: &[Dismissed], total: usize, screen: Screen) -> String {
    let mut grid = Grid::titled(&[
        ("name", Text),
        ("developer", Text),
        ("judged", Number),
        ("latest", Number),
        ("decision", Sentence),
        ("note", Paragraph),
    ]);
    for model in models {
        let (tone, remark) = match (model.reconsider, model.is_row_kept) {
            (true, _) => (Tone::Attention, ", reconsider"),
            (_, true) => (Tone::Attention, ", row kept"),
            _ => (Tone::Plain, ""),
        };
        let (judged, latest) = flop_texts(model.judged_flop, model.latest_flop);
        // Some lines do not state the number that was judged.
        let judged = model.judged_flop.map_or("", |_| &judged);
        grid.push([
            Cell::name(tone, &model.name),
            Cell::name(Tone::Plain, &model.developer),
            Cell::plain(judged),
            Cell::new(tone, &latest),
            Cell::new(tone, &format!("{}{remark}", model.decision)),
            Cell::new(Tone::Quiet, &excerpt(model.note.trim(), SHORT_EXCERPT)),
        ]);
    }
    grid.text(Some(&shown_count(models.len(), total, "model")), screen)
}
