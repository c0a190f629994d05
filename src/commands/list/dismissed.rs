//! `list --dismissed` and `list --reconsider`: the models that the decisions dismiss.

use std::collections::HashSet;

use anyhow::Result;
use serde::Serialize;

use super::super::load::{self, Files};
use super::super::print::print_unless_quiet;
use crate::config::Config;
use crate::dataset::{DecisionColumn, Row};
use crate::estimates::Latest;
use crate::flop::Flop;
use crate::key::Key;
use crate::terminal::Align::{Number, Paragraph, Sentence, Text};
use crate::terminal::{Cell, Grid, Screen, Tone, wrap};
use crate::text::{excerpt, shown_of};

/// A dismissed model. As JSON the keys are the fields' names.
#[derive(Serialize)]
pub(super) struct Dismissed {
    pub name: String,
    pub developer: String,
    decision: &'static str,
    judged_flop: Option<Flop>,
    latest_flop: Option<Flop>,
    note: String,
    by: String,
    at: String,
    line: usize,
    reconsider: bool,
    /// Whether it keeps the model out. It does not where a person wrote in the model's row.
    has_effect: bool,
}

/// Lists the first `limit` of them; with `only_reconsider` those whose latest estimate is far above what was judged.
pub(super) fn run(config: &Config, only_reconsider: bool, limit: usize) -> Result<()> {
    let mut models = self::models(config, only_reconsider)?;
    let total = models.len();
    models.truncate(limit);
    print_unless_quiet(config, &models, |screen| {
        text(&models, only_reconsider, total, screen)
    })
}

/// The lines that dismiss a model, in the order of the file.
pub(super) fn models(config: &Config, only_reconsider: bool) -> Result<Vec<Dismissed>> {
    let files = Files::read(config)?;
    let (dataset, decisions, aliases) = files.curated()?;
    let estimates = load::estimates(config, &aliases)?;
    let latest = Latest::of(&estimates, &aliases);
    let kept: HashSet<&Key> = dataset
        .rows
        .iter()
        .filter(|row| decisions.contradicted_by(&dataset, row).is_some())
        .map(Row::model)
        .collect();
    let models = decisions.dismissals().filter_map(|line| {
        let cell = |column| decisions.cell(line, column).to_owned();
        let latest_flop = latest.get(&line.model).and_then(|estimate| estimate.flop);
        let has_effect = !kept.contains(&line.model);
        let is_far = latest_flop.is_some_and(|latest| line.is_to_reconsider(latest));
        Some(Dismissed {
            name: cell(DecisionColumn::Name),
            developer: cell(DecisionColumn::Developer),
            decision: line.decision?.name(),
            judged_flop: line.flop,
            latest_flop,
            note: cell(DecisionColumn::Note),
            by: cell(DecisionColumn::By),
            at: cell(DecisionColumn::At),
            line: line.record.line,
            reconsider: is_far && has_effect,
            has_effect,
        })
    });
    Ok(models
        .filter(|model| model.reconsider || !only_reconsider)
        .collect())
}

/// How many bytes of a note are shown; `--format json` has the whole text.
const LONGEST_NOTE: usize = 300;

fn text(models: &[Dismissed], only_reconsider: bool, total: usize, screen: Screen) -> String {
    if total == 0 {
        return "No models\n".to_owned();
    }
    let flop = |flop: Option<Flop>| flop.map_or_else(String::new, Flop::rounded);
    let mut grid = Grid::titled(
        Tone::Heading,
        &[
            ("", Sentence),
            ("name", Text),
            ("developer", Text),
            ("judged", Number),
            ("latest", Number),
            ("decision", Sentence),
            ("note", Paragraph),
        ],
    );
    for model in models {
        let (mark, tone) = if model.reconsider {
            ("!", Tone::Attention)
        } else {
            ("", Tone::Plain)
        };
        let kept = if model.has_effect { "" } else { ", row kept" };
        grid.push([
            Cell::new(tone, mark),
            Cell::name(tone, &model.name),
            Cell::name(Tone::Plain, &model.developer),
            Cell::plain(&flop(model.judged_flop)),
            Cell::new(tone, &flop(model.latest_flop)),
            Cell::plain(&format!("{}{kept}", model.decision)),
            Cell::new(Tone::Quiet, &excerpt(model.note.trim(), LONGEST_NOTE)),
        ]);
    }
    let mut lines = grid.lines("", screen);
    if only_reconsider {
        let remedy = "`dismiss NAME --note WHY` judges a model again, `--undo` lets it return";
        lines.push(screen.paint(Tone::Quiet, &wrap(remedy, "  ", screen)));
    }
    let count = shown_of(models.len(), total, "model");
    lines.push(screen.paint(Tone::Quiet, &count));
    lines.join("\n") + "\n"
}
