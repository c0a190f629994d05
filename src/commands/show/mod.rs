//! `core-dataset show NAME`: all that is known about one model.

mod notices;
mod text;

use std::borrow::Cow;
use std::collections::BTreeMap;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::history;
use super::load::{self, Files};
use super::print::print_unless_quiet;
use crate::changes::Model;
use crate::config::Config;
use crate::dataset::{ANY, AliasColumn, Aliases, Dataset, Decisions, Mark, Record, Table};
use crate::estimates::{Estimate, Estimates, Latest, alternatives};
use crate::flop::Flop;
use crate::key::Key;
use crate::lookup::{Lookup, Subject};
use crate::plan::{self, Draft, Drift, ModelState, Signature, orphan_reason};
use crate::schema::Column;
use crate::sources;
use crate::store::Snapshot;
use crate::text::{CELL_EXCERPT, excerpt, is_same_text};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset show 'GPT-4.5'\n  core-dataset show Grok-3 --developer xAI --format json"
)]
pub struct ShowArgs {
    /// The model's name, in any case; a name that only looks alike is also found
    name: String,
    /// The developer, if several have a model of that name
    #[arg(long, value_name = "NAME")]
    developer: Option<String>,
}

pub(crate) fn run(config: &Config, args: &ShowArgs) -> Result<()> {
    show(config, &args.name, args.developer.as_deref()).map(drop)
}

/// What a review needs to know about a model that was shown.
pub(super) struct ShownModel {
    /// The row's training FLOP, or the latest estimate's if there is no row.
    pub flop: Option<Flop>,
    /// Whether the model has several rows, in which case nothing can be decided on it.
    pub has_several_rows: bool,
    pub sources: Vec<String>,
    /// The mark of its row; `None` if it has no row.
    pub mark: Option<Mark>,
    /// Whether it has a verified row that is far from its latest estimate, accepted or not.
    pub has_drifted: bool,
    pub is_dismissed: bool,
    /// Its row and its lines of the decisions, as they were shown.
    pub state: ModelState,
    pub latest: Option<Estimate>,
}

pub(super) fn show(config: &Config, name: &str, developer: Option<&str>) -> Result<ShownModel> {
    let files = Files::read(config)?;
    let (dataset, decisions, aliases) = files.curated()?;
    let estimates = load::estimates(config, &aliases)?;
    let estimates_file = Snapshot::read(&config.paths.estimates)?;
    let bytes = estimates_file.bytes.unwrap_or_default();
    let latest = Latest::of(&estimates, &aliases);
    let lookup = Lookup::of(&dataset, Some(&latest), &decisions, &aliases);
    let next_plan = plan::refresh(&dataset, &decisions, &latest);
    let journal = load::journal(&config.paths.journal)?;
    let subjects = lookup.find_model(name, developer)?;
    let subject = subjects[0];
    let (model, row, estimate) = (&subject.model, subject.row, subject.estimate);
    let row_cells = row.map(|row| named_cells(&dataset.table, &row.record));
    let estimate_cells = estimate.map(estimated_cells);
    let own = row_cells.as_ref().or(estimate_cells.as_ref());
    let sources = own.and_then(|cells| cells.get(Column::Sources.name()));
    let sources = sources.map_or(Vec::new(), |text| sources::split(text));
    let drift = row.and_then(|row| Drift::of_row(row, &latest, &decisions));
    let follows = row.is_some_and(|row| !row.is_marked());
    let both = row_cells.as_ref().zip(estimate_cells.as_ref());
    let differs = both.map(|(row, estimate)| differing(row, estimate, follows));
    let decision = decisions.get(model);
    let shown = ModelDetails {
        name: subject.name,
        developer: subject.developer,
        in_dataset: row.is_some(),
        why: why(subject, &dataset, &latest, &decisions),
        line: row.map(|row| row.record.line),
        differs: differs.unwrap_or_default(),
        drift,
        records: records(subject, &estimates, &aliases),
        alternatives: estimate
            .and_then(|one| alternatives(&String::from_utf8_lossy(&bytes), one.index))
            .unwrap_or_default(),
        decision: decision.map(|line| named_cells(&decisions.table, &line.record)),
        aliases: other_names(subject, &aliases),
        look_alikes: lookup.look_alikes(subject.name, &subject.model),
        sources: sources.into_iter().map(str::to_owned).collect(),
        history: history::events(&journal, &aliases, model),
        notices: notices::notices(&subjects, drift, &next_plan, &decisions),
        row: row_cells,
        estimate: estimate_cells,
    };
    print_unless_quiet(config, &shown, |screen| text::text(&shown, screen))?;
    let draft = Draft::new(&dataset, &decisions, Signature::default());
    Ok(ShownModel {
        flop: row.map_or(subject.latest_flop(), |row| row.flop),
        has_several_rows: subjects.len() > 1,
        sources: shown.sources,
        mark: row.map(|row| row.mark),
        has_drifted: row.and_then(|row| Drift::measured(row, &latest)).is_some(),
        is_dismissed: decisions.dismissal(model).is_some(),
        state: draft.state(model, &aliases),
        latest: estimate.cloned(),
    })
}

type NamedCells<'s> = BTreeMap<&'s str, Cow<'s, str>>;

/// All that is known about one model. In JSON, the keys are the field names (behaviour §6).
#[derive(Serialize)]
struct ModelDetails<'s> {
    name: &'s str,
    developer: &'s str,
    in_dataset: bool,
    why: String,
    /// The line of its row, or of the first if there are several.
    line: Option<usize>,
    row: Option<NamedCells<'s>>,
    /// The cells that the row would have if it followed the latest estimate.
    estimate: Option<NamedCells<'s>>,
    /// The columns in which row and estimate differ.
    differs: Vec<&'s str>,
    drift: Option<Drift>,
    records: Vec<ShownRecord<'s>>,
    /// The pipeline's alternative estimates.
    alternatives: Vec<Value>,
    /// The line of the decisions that counts for the model.
    decision: Option<NamedCells<'s>>,
    aliases: Vec<Model<'s>>,
    look_alikes: Vec<Model<'s>>,
    sources: Vec<String>,
    history: Vec<history::Event<'s>>,
    /// Further facts about the model: sentences for a person, a line each.
    #[serde(skip)]
    notices: Vec<String>,
}

impl ModelDetails<'_> {
    /// The text of the row and of the estimate in a column.
    fn cells(&self, column: Column) -> [&str; 2] {
        [&self.row, &self.estimate].map(|cells| {
            let cell = cells.as_ref().and_then(|cells| cells.get(column.name()));
            cell.map_or("", |text| text)
        })
    }
}

/// A record of the estimates. A rejected record has no number, confidence or last update.
#[derive(Default, Serialize)]
struct ShownRecord<'s> {
    index: usize,
    line: usize,
    training_flop: Option<Flop>,
    confidence: &'static str,
    last_updated: &'s str,
    chosen: bool,
    /// Why it was not chosen.
    #[serde(skip)]
    passed_over: Option<String>,
}

fn named_cells<'s>(table: &'s Table<'_>, record: &'s Record<'_>) -> NamedCells<'s> {
    let cells = record.cells().map(Cow::from);
    table.header.names().zip(cells).collect()
}

fn estimated_cells(estimate: &Estimate) -> NamedCells<'_> {
    let machine = Column::ALL.iter().filter(|column| !column.is_human());
    // Without a number there is no class, except in a refresh that includes models without an estimate.
    let says = |column: Column| match column {
        Column::ThresholdClassification if estimate.flop.is_none() => "".into(),
        _ => estimate.cell(column),
    };
    machine
        .map(|column| (column.name(), says(*column)))
        .collect()
}

/// The columns in which the row differs from the estimate; in a row that follows the estimate, also by another spelling of a number.
fn differing<'s>(row: &NamedCells<'s>, estimate: &NamedCells<'s>, follows: bool) -> Vec<&'s str> {
    let differs = estimate.iter().filter(|(name, text)| {
        let own = row.get(*name).map_or("", |own| own);
        let is_same = |column: Column| !follows && column.is_same(own, text);
        // An estimate without a number says nothing about the class.
        let is_stated = **name != Column::ThresholdClassification.name() || !text.is_empty();
        is_stated && !is_same_text(own, text) && !name.parse().is_ok_and(is_same)
    });
    differs.map(|(name, _)| *name).collect()
}

/// Why the model is in the dataset, or why not.
fn why(
    subject: &Subject<'_>,
    dataset: &Dataset<'_>,
    latest: &Latest<'_>,
    decisions: &Decisions<'_>,
) -> String {
    let dismissal = match subject.row {
        Some(row) => decisions.effective_dismissal(dataset, row),
        None => decisions.dismissal(&subject.model),
    };
    if let Some(line) = dismissal
        && let Some(decision) = line.decision
    {
        let has_risen = line.is_to_reconsider(subject.latest_flop());
        let reconsider = if has_risen { ", to reconsider" } else { "" };
        let removal = "; the next refresh removes its row";
        let leaves = subject.row.map_or("", |_| removal);
        return format!("dismissed ({}){reconsider}{leaves}", decision.name());
    }
    if let Some(row) = subject.row {
        return match (row.mark, orphan_reason(row, latest)) {
            (Mark::Verified, _) => "a person verified it".to_owned(),
            (Mark::Protected, _) => {
                "protected: `verified` is neither y nor blank, so the row is kept as it is".to_owned()
            }
            (_, Some(orphan)) => format!("unmarked and orphaned, but kept: {orphan}"),
            (_, None) if row.is_demoted() && row.has_text => {
                "unmarked and below 5e24, but kept for its human text: `verify` keeps it, `dismiss` removes it".to_owned()
            }
            (_, None) => "unmarked: it follows the estimates".to_owned(),
        };
    }
    match (subject.estimate, latest.rejected.get(&subject.model)) {
        (Some(estimate), _) => match estimate.flop {
            Some(flop) if flop < Flop::CANDIDATE => {
                let flop = flop.rounded();
                format!("its latest estimate, {flop} FLOP, is below 5e24")
            }
            Some(_) => "it is a candidate: the next refresh adds it".to_owned(),
            None => "the estimates have no training FLOP for it".to_owned(),
        },
        (None, Some(one)) => format!(
            "its record was rejected (line {}): {}: {}: {}",
            one.line, one.field, one.value, one.reason
        ),
        (None, None) => "the estimates have no record of it".to_owned(),
    }
}

/// Every record of the model in the estimates, rejected ones included.
fn records<'s>(
    subject: &Subject<'_>,
    estimates: &'s Estimates,
    aliases: &Aliases<'_>,
) -> Vec<ShownRecord<'s>> {
    let mut records = Vec::new();
    let of_model = estimates.usable.iter();
    for estimate in of_model.filter(|one| one.key == subject.model) {
        let winner = subject.estimate.filter(|one| one.index != estimate.index);
        records.push(ShownRecord {
            index: estimate.index,
            line: estimate.line,
            training_flop: estimate.flop,
            confidence: estimate.confidence.name(),
            last_updated: &estimate.last_updated,
            chosen: winner.is_none(),
            passed_over: winner
                .map(|winner| format!("the other {}", winner.precedence(estimate).1)),
        });
    }
    for one in &estimates.rejected {
        let [name, developer] =
            [&one.name, &one.developer].map(|text| text.as_deref().unwrap_or_default());
        if *aliases.resolve(&Key::new(name, developer)) == subject.model {
            let value = excerpt(&one.value, CELL_EXCERPT);
            records.push(ShownRecord {
                index: one.index,
                line: one.line,
                passed_over: Some(format!(
                    "rejected, {} is {value}: {}",
                    one.field, one.reason
                )),
                ..ShownRecord::default()
            });
        }
    }
    records.sort_by_key(|record| record.index);
    records
}

fn other_names<'s>(subject: &Subject<'_>, aliases: &'s Aliases<'_>) -> Vec<Model<'s>> {
    let model = &subject.model;
    let every = Key::new(ANY, &model.developer);
    let own = Key::new(subject.name, subject.developer);
    let mut others = Vec::new();
    for alias in &aliases.lines {
        if [model, &every].contains(&&alias.model) {
            let cell = |column| aliases.table.cell(&alias.record, column);
            others.extend([
                Model::new(cell(AliasColumn::Name), cell(AliasColumn::Developer)),
                Model::new(cell(AliasColumn::IsName), cell(AliasColumn::IsDeveloper)),
            ]);
        }
    }
    others.retain(|one| one.key() != own && one.key() != every);
    others.sort_unstable();
    others.dedup();
    others
}
