//! `core-dataset show NAME`: all that is known of one model.

mod shown;
mod text;

use std::collections::BTreeMap;

use anyhow::Result;
use clap::Args;

use super::history;
use super::load::{self, Files};
use super::print::print_unless_quiet;
use crate::changes::Model;
use crate::config::Config;
use crate::dataset::{ANY, AliasColumn, Aliases, Dataset, Decisions, Mark, Row};
use crate::estimates::{Estimate, Estimates, Latest, alternatives};
use crate::flop::Flop;
use crate::journal::JournalEntry;
use crate::key::Key;
use crate::look_alike::look;
use crate::lookup::{self, Lookup, Subject};
use crate::plan::{self, Change, Draft, Drift, Line, Orphan, Plan, Remembered, Signature};
use crate::schema::Column;
use crate::sources;
use crate::store::Snapshot;
use crate::text::excerpt;
use shown::{RecordShown, RowShown, Shown};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset show 'GPT-4.5'\n  core-dataset show Grok-3 --developer xAI --format json"
)]
pub struct ShowArgs {
    /// The model's name, in any case; a name that only looks alike is found, too
    name: String,
    /// Which developer, where several have a model of that name
    #[arg(long, value_name = "NAME")]
    developer: Option<String>,
}

/// Shows the model.
pub(super) fn run(config: &Config, args: &ShowArgs) -> Result<()> {
    show(config, &args.name, args.developer.as_deref()).map(drop)
}

/// What a review asks about once more after a model was shown.
pub(super) struct Essentials {
    /// The training FLOP of its row, or of its estimate where it has no row.
    pub flop: Option<Flop>,
    pub sources: Vec<String>,
    /// Its row and the lines of the decisions, as they were shown.
    pub model: Remembered,
    /// What the latest estimate [said], as it was shown.
    pub latest: Option<Vec<String>>,
}

/// What an estimate says, but for when it was made.
pub(super) fn said(estimate: &Estimate) -> Vec<String> {
    Column::ALL
        .iter()
        .filter(|column| **column != Column::LastUpdated)
        .map(|column| estimate.cell(*column).into_owned())
        .collect()
}

/// Prints everything that is known of a model.
pub(super) fn show(config: &Config, name: &str, developer: Option<&str>) -> Result<Essentials> {
    let files = Files::read(config)?;
    let (dataset, decisions, aliases) = files.curated()?;
    let estimates = load::estimates(config, &aliases)?;
    let text = Snapshot::read(&config.paths.estimates)?
        .bytes
        .unwrap_or_default();
    let latest = Latest::of(&estimates, &aliases);
    let loaded = Loaded {
        lookup: Lookup::of(&dataset, Some(&latest), &decisions, &aliases),
        dataset: &dataset,
        decisions: &decisions,
        latest: &latest,
        estimates: &estimates,
        estimates_text: &String::from_utf8_lossy(&text),
        aliases: &aliases,
        journal: &load::journal(&config.paths.journal)?,
        next: &plan::refresh(&dataset, &decisions, &latest, false),
    };
    let subjects = loaded.lookup.find_model(name, developer)?;
    let shown = loaded.of(&subjects);
    print_unless_quiet(config, &shown, |screen| text::text(&shown, screen))?;
    let model = &subjects[0].model;
    let draft = Draft::new(&dataset, &decisions, Signature::default());
    Ok(Essentials {
        model: draft.remembered(model, &aliases),
        latest: latest.get(model).map(said),
        flop: shown.first.own(Column::TrainingFlop).parse().ok(),
        sources: shown.sources,
    })
}

/// What was read, and in which everything about a model is found.
struct Loaded<'s> {
    lookup: Lookup<'s>,
    dataset: &'s Dataset<'s>,
    decisions: &'s Decisions<'s>,
    latest: &'s Latest<'s>,
    estimates: &'s Estimates,
    estimates_text: &'s str,
    aliases: &'s Aliases<'s>,
    journal: &'s [JournalEntry<'static>],
    /// The plan of the next refresh.
    next: &'s Plan<'s>,
}

impl<'s> Loaded<'s> {
    /// All that is known of one model, which may stand on several rows.
    fn of(&self, subjects: &[&Subject<'s>]) -> Shown<'s> {
        let subject = subjects[0];
        let in_dataset: Vec<&Row<'_>> = subjects.iter().filter_map(|one| one.row).collect();
        let decisions = self.decisions;
        let decision = decisions.get(&subject.model).or_else(|| {
            decisions
                .lines
                .iter()
                .find(|line| line.model == subject.model)
        });
        let names = decisions.table.header.names();
        let latest = subject.estimate.and_then(|estimate| estimate.flop);
        let has_effect = if in_dataset.is_empty() {
            decisions.dismissal(&subject.model).is_some()
        } else {
            let has_effect = |row| decisions.in_effect(self.dataset, row, latest).is_some();
            in_dataset.iter().any(|row| has_effect(row))
        };
        let rows: Vec<RowShown<'_>> = subjects.iter().map(|subject| self.row(subject)).collect();
        let first = rows[0].clone();
        let sources = sources::split(first.own(Column::Sources));
        Shown {
            name: subject.name,
            developer: subject.developer,
            in_dataset: !in_dataset.is_empty(),
            records: self.records(subject),
            alternatives: subject
                .estimate
                .and_then(|estimate| alternatives(self.estimates_text, estimate.index))
                .unwrap_or_default(),
            decision: decision.map(|line| names.zip(line.record.cells()).collect()),
            has_effect,
            aliases: self.other_names(subject),
            look_alikes: self.look_alikes(subject),
            sources: sources.into_iter().map(str::to_owned).collect(),
            first,
            history: history::events(self.journal, self.aliases, &[subject.model.clone()].into()),
            rows,
            line_numbers: lookup::line_numbers(subjects),
        }
    }

    /// One row of a model.
    fn row(&self, subject: &Subject<'s>) -> RowShown<'s> {
        let row: Option<BTreeMap<_, _>> = subject.row.map(|row| {
            let names = self.dataset.table.header.names();
            names.zip(row.record.cells()).collect()
        });
        let estimate: Option<BTreeMap<_, _>> = subject.estimate.map(|estimate| {
            Column::ALL
                .iter()
                .filter(|column| !column.is_human())
                .map(|column| (column.name(), estimate.cell(*column).into_owned()))
                .collect()
        });
        let mut differs = Vec::new();
        if let (Some(row), Some(estimate)) = (&row, &estimate) {
            for name in Column::ALL.iter().map(|column| column.name()) {
                let text = row.get(name).copied().unwrap_or_default();
                if estimate.get(name).is_some_and(|other| other != text) {
                    differs.push(name);
                }
            }
        }
        RowShown {
            why: self.why(subject),
            line: subject.row.map(|row| row.record.line),
            row,
            estimate,
            differs,
            drift: subject
                .row
                .and_then(|row| Drift::of_row(row, self.latest, self.decisions)),
            next: self.next(subject),
        }
    }

    /// Why the model is in the dataset, or why not.
    fn why(&self, subject: &Subject<'s>) -> String {
        if let Some(row) = subject.row {
            return match (row.mark, Orphan::of_row(row, self.latest)) {
                (Mark::Verified, _) => "a person verified it".to_owned(),
                (Mark::Protected, _) => {
                    "a person wrote something else than y in `verified`, so it is kept".to_owned()
                }
                (_, Some(orphan)) => format!("unverified, and kept: {}", orphan.reason()),
                (_, None) => "unverified: it follows the estimates".to_owned(),
            };
        }
        let latest = subject.estimate.and_then(|estimate| estimate.flop);
        if let Some(line) = self.decisions.dismissal(&subject.model) {
            let mut why = "dismissed".to_owned();
            if let Some(decision) = line.decision {
                why += &format!(" ({})", decision.name());
            }
            if latest.is_some_and(|latest| line.is_to_reconsider(latest)) {
                why += "; to reconsider: the latest estimate is far above what was judged";
            }
            return why;
        }
        match (latest, self.latest.rejected.get(&subject.model)) {
            (Some(flop), _) if flop < Flop::CANDIDATE => {
                let flop = flop.rounded();
                format!("its latest estimate, {flop} FLOP, is below 5e24")
            }
            (Some(_), _) => "it is a candidate: the next refresh adds it".to_owned(),
            (None, _) if subject.estimate.is_some() => {
                "the estimates have no training FLOP for it".to_owned()
            }
            (None, Some(one)) => format!(
                "its record was rejected (line {}): {}: {}: {}",
                one.line, one.field, one.value, one.reason
            ),
            (None, None) => "no record of the estimates has it".to_owned(),
        }
    }

    /// Every record of the model in the estimates, those that were rejected among them.
    fn records(&self, subject: &Subject<'s>) -> Vec<RecordShown<'s>> {
        let mut records = Vec::new();
        for estimate in &self.estimates.usable {
            if estimate.key == subject.model {
                let winner = subject.estimate.filter(|one| one.index != estimate.index);
                records.push(RecordShown {
                    index: estimate.index,
                    line: estimate.line,
                    training_flop: estimate.flop,
                    confidence: estimate.confidence.name(),
                    last_updated: &estimate.last_updated,
                    chosen: winner.is_none(),
                    beaten_by: winner.map(|winner| why_chosen(winner, estimate).to_owned()),
                });
            }
        }
        for one in &self.estimates.rejected {
            let key = Key::new(
                one.name.as_deref().unwrap_or_default(),
                one.developer.as_deref().unwrap_or_default(),
            );
            if *self.aliases.resolve(&key) == subject.model {
                let value = excerpt(&one.value, 60);
                records.push(RecordShown {
                    index: one.index,
                    line: one.line,
                    beaten_by: Some(format!("rejected, {} is {value}", one.field)),
                    ..RecordShown::default()
                });
            }
        }
        records.sort_by_key(|record| record.index);
        records
    }

    /// The other names of the model, as the aliases have them.
    fn other_names(&self, subject: &Subject<'s>) -> Vec<Model<'s>> {
        let mut others = Vec::new();
        for alias in &self.aliases.lines {
            let is = alias.model();
            let is_of_name = is.name == subject.model.name || is.name == ANY;
            if is.developer == subject.model.developer && is_of_name {
                let cell = |column| self.aliases.table.cell(&alias.record, column);
                others.extend([
                    Model::new(cell(AliasColumn::Name), cell(AliasColumn::Developer)),
                    Model::new(cell(AliasColumn::IsName), cell(AliasColumn::IsDeveloper)),
                ]);
            }
        }
        let every = Key::new(ANY, &subject.model.developer);
        others.retain(|one| one.key() != subject.written && one.key() != every);
        others.sort_unstable();
        others.dedup();
        others
    }

    fn look_alikes(&self, subject: &Subject<'s>) -> Vec<Model<'s>> {
        let wanted = look(subject.name);
        self.lookup
            .sound()
            .filter(|other| other.model != subject.model)
            .filter(|other| wanted.is_some() && look(other.name) == wanted)
            .map(|other| Model::new(other.name, other.developer))
            .collect()
    }

    /// What becomes of the row at the next refresh, where that changes it.
    fn next(&self, subject: &Subject<'s>) -> Option<String> {
        let place = subject.row?.record.line;
        let of_row = |line: &&Line<'_>| line.row.is_some_and(|row| row.record.line == place);
        let Some(line) = self.next.lines.iter().find(of_row) else {
            return Some("the row leaves".to_owned());
        };
        let what = match line.change {
            Change::Updated => "the row is updated",
            Change::Demoted => "the row is demoted, it falls below 5e24",
            Change::Orphaned(_) if line.is_changed() => "the row is kept, and follows its number",
            _ => return None,
        };
        let header = &self.next.dataset.table.header;
        let columns: Vec<&str> = line
            .edits
            .iter()
            .map(|edit| header.name(edit.place))
            .collect();
        Some(format!("{what}: {}", columns.join(", ")))
    }
}

/// Why one record of a model was chosen over another (behaviour §4).
fn why_chosen(chosen: &Estimate, other: &Estimate) -> &'static str {
    if chosen.flop.is_some() != other.flop.is_some() {
        "the other has an estimate"
    } else if chosen.confidence != other.confidence {
        "the other is surer"
    } else if chosen.updated != other.updated {
        "the other is later"
    } else if chosen.flop != other.flop {
        "the other is higher"
    } else {
        "the other says the same"
    }
}
