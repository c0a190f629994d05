//! `core-dataset show NAME`: all that is known of one model.

mod shown;
mod text;

use std::collections::BTreeMap;

use anyhow::Result;
use clap::Args;

use super::history;
use super::load::{self, Files};
use super::print::print_unless_quiet;
use crate::config::Config;
use crate::dataset::{ANY, AliasColumn, Aliases, Dataset, Decisions, Mark};
use crate::estimates::{Estimate, Estimates, Latest, Rejected, alternatives};
use crate::flop::Flop;
use crate::journal::JournalEntry;
use crate::key::{Key, folded};
use crate::look_alike::look;
use crate::lookup::{self, Lookup, Subject, how_to_join};
use crate::plan::{self, Change, Draft, Drift, Line, Model, Orphan, Plan, Remembered, Signature};
use crate::schema::Column;
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
    let columns = Column::ALL.iter();
    let columns = columns.filter(|column| **column != Column::LastUpdated);
    columns
        .map(|column| estimate.cell(*column).into_owned())
        .collect()
}

/// Prints everything that is known of a model.
pub(super) fn show(config: &Config, name: &str, developer: Option<&str>) -> Result<Essentials> {
    let files = Files::read(config)?;
    let (dataset, decisions, aliases) = files.curated()?;
    let estimates = load::estimates(config, &aliases)?;
    let bytes = Snapshot::read(&config.paths.estimates)?.bytes;
    let text = bytes.unwrap_or_default();
    let latest = Latest::of(&estimates, &aliases);
    let journal = load::journal(&config.paths.journal)?;
    let inputs = Inputs {
        lookup: Lookup::of(&dataset, Some(&latest), &decisions, &aliases),
        dataset: &dataset,
        decisions: &decisions,
        latest: &latest,
        estimates: &estimates,
        estimates_text: &String::from_utf8_lossy(&text),
        aliases: &aliases,
        journal: &journal,
        next: &plan::refresh(&dataset, &decisions, &latest, false),
    };
    let shown = inputs.of(name, developer)?;
    print_unless_quiet(config, &shown, |screen| text::text(&shown, screen))?;
    let written = Key::new(shown.name, shown.developer);
    let model = aliases.resolve(&written);
    let draft = Draft::new(&dataset, &decisions, Signature::default());
    Ok(Essentials {
        model: draft.remembered(&model, &aliases),
        latest: latest.get(&model).map(said),
        flop: shown.flop,
        sources: shown.sources,
    })
}

/// Where everything about a model is found.
struct Inputs<'s> {
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

impl<'s> Inputs<'s> {
    fn of(&self, name: &str, developer: Option<&str>) -> Result<Shown<'s>> {
        let subjects = match self.lookup.find_model(name, developer) {
            Ok(subjects) => subjects,
            Err(trouble) => {
                let nameless = self.of_no_developer(name).filter(|_| developer.is_none());
                return nameless.ok_or(trouble);
            }
        };
        let subject = subjects[0];
        let decisions = self.decisions;
        let mut lines = decisions.lines.iter();
        let decision = decisions.get(&subject.model);
        let decision = decision.or_else(|| lines.find(|line| line.model == subject.model));
        let decision = decision.map(|line| {
            let names = decisions.table.header.names();
            names.zip(line.record.cells()).collect()
        });
        let latest = subject.estimate.and_then(|estimate| estimate.flop);
        let mut rows = subjects.iter().filter_map(|subject| subject.row).peekable();
        let has_effect = match rows.peek() {
            Some(_) => rows.any(|row| decisions.in_effect(self.dataset, row, latest).is_some()),
            None => decisions.dismissal(&subject.model).is_some(),
        };
        let first = self.row(subject);
        let sources = first.sources().into_iter().map(str::to_owned);
        let rows = subjects.iter().filter(|_| subjects.len() > 1);
        Ok(Shown {
            name: subject.name,
            developer: subject.developer,
            in_dataset: subject.row.is_some(),
            records: self.records(subject),
            alternatives: subject
                .estimate
                .and_then(|estimate| alternatives(self.estimates_text, estimate.index))
                .unwrap_or_default(),
            decision,
            has_effect,
            aliases: self.other_names(subject),
            look_alikes: self.look_alikes(subject),
            sources: sources.collect(),
            first,
            history: history::events(self.journal, self.aliases, &[subject.model.clone()].into()),
            rows: rows.map(|subject| self.row(subject)).collect(),
            lines: lookup::lines(&subjects),
            how_to_join: how_to_join(subjects.iter().filter_map(|one| one.row)),
            flop: subject.row.map_or(latest, |row| row.flop),
        })
    }

    /// One row of a model.
    fn row(&self, subject: &Subject<'s>) -> RowShown<'s> {
        let row = subject.row.map(|row| {
            let names = self.dataset.table.header.names();
            names.zip(row.record.cells()).collect::<BTreeMap<_, _>>()
        });
        let estimate = subject.estimate.map(|estimate| {
            let columns = Column::ALL.iter().filter(|column| !column.is_human());
            columns
                .map(|column| (column.name(), estimate.cell(*column).into_owned()))
                .collect::<BTreeMap<_, _>>()
        });
        let mut differs = Vec::new();
        if let (Some(row), Some(estimate)) = (&row, &estimate) {
            let columns = Column::ALL.iter().map(|column| column.name());
            differs.extend(columns.filter(|column| {
                let text = row.get(column).copied().unwrap_or_default();
                estimate.get(column).is_some_and(|other| other != text)
            }));
        }
        let drift = |row| Drift::of_row(row, self.latest, self.decisions);
        RowShown {
            why: self.why(subject),
            line: subject.row.map(|row| row.record.line),
            row,
            estimate,
            differs,
            drift: subject.row.and_then(drift),
            next: self.next(subject),
        }
    }

    /// A rejected record that names no developer, so that no model has its key. Where models have that name, or look alike, they are
    /// what is meant.
    fn of_no_developer(&self, name: &str) -> Option<Shown<'s>> {
        let is_meant = |one: &str| folded(one) == folded(name);
        let wanted = look(name);
        let mut models = self.lookup.subjects.iter();
        let is_alike = |one: &str| wanted.is_some() && look(one) == wanted;
        if models.any(|one| is_meant(one.name) || is_alike(one.name)) {
            return None;
        }
        let mut rejected = self.estimates.rejected.iter();
        let one = rejected
            .find(|one| one.developer.is_none() && one.name.as_deref().is_some_and(is_meant))?;
        Some(Shown {
            name: one.name.as_deref()?,
            first: RowShown {
                why: why_rejected(one),
                ..RowShown::default()
            },
            ..Shown::default()
        })
    }

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
        if let Some(line) = self.decisions.dismissal(&subject.model) {
            let decision = line.decision.map_or("", |decision| decision.name());
            let mut reconsider = self.next.reconsider.iter();
            let is_far =
                reconsider.any(|one| *self.aliases.resolve(&one.model.key()) == subject.model);
            let reconsider = match is_far {
                true => "; to reconsider: the latest estimate is far above what was judged",
                false => "",
            };
            return format!("dismissed ({decision}){reconsider}");
        }
        match subject.estimate.map(|estimate| estimate.flop) {
            None => self.latest.rejected(&subject.model).map_or_else(
                || "no record of the estimates has it".to_owned(),
                why_rejected,
            ),
            Some(None) => "the estimates have no training FLOP for it".to_owned(),
            Some(Some(flop)) if flop < Flop::CANDIDATE => {
                let flop = flop.rounded();
                format!("its latest estimate, {flop} FLOP, is below 5e24")
            }
            Some(Some(_)) => "it is a candidate: the next refresh adds it".to_owned(),
        }
    }

    fn records(&self, subject: &Subject<'s>) -> Vec<RecordShown<'s>> {
        let records = self.estimates.usable.iter();
        let records = records.filter(|estimate| estimate.key == subject.model);
        let shown = records.map(|estimate| {
            let chosen = subject.estimate;
            let winner = chosen.filter(|chosen| chosen.index != estimate.index);
            RecordShown {
                index: estimate.index,
                line: estimate.line,
                training_flop: estimate.flop,
                confidence: estimate.confidence.name(),
                last_updated: &estimate.last_updated,
                chosen: winner.is_none(),
                beaten_by: winner
                    .map_or("", |winner| why_chosen(winner, estimate))
                    .into(),
            }
        });
        let rejected = self.estimates.rejected.iter().filter(|one| {
            let key = one.name.as_deref().zip(one.developer.as_deref());
            let key = key.map(|(name, developer)| Key::new(name, developer));
            key.is_some_and(|key| *self.aliases.resolve(&key) == subject.model)
        });
        let rejected = rejected.map(|one| RecordShown {
            index: one.index,
            line: one.line,
            beaten_by: format!("rejected, {} is {}", one.field, excerpt(&one.value, 60)).into(),
            ..RecordShown::default()
        });
        let mut records: Vec<_> = shown.chain(rejected).collect();
        records.sort_by_key(|record| record.index);
        records
    }

    /// The other names of the model, as the aliases have them.
    fn other_names(&self, subject: &Subject<'s>) -> Vec<Model<'s>> {
        let header = &self.aliases.table.header;
        let model = &subject.model;
        let lines = self.aliases.lines.iter().filter(|alias| {
            let is = alias.model();
            is.developer == model.developer && (is.name == model.name || is.name == ANY)
        });
        let names = lines.flat_map(|alias| {
            let cell = |column| alias.record.cell(header.place(column));
            [
                Model::new(cell(AliasColumn::Name), cell(AliasColumn::Developer)),
                Model::new(cell(AliasColumn::IsName), cell(AliasColumn::IsDeveloper)),
            ]
        });
        let is_other = |one: &Model<'_>| {
            let key = one.key();
            key != subject.written && key != Key::new(ANY, &model.developer)
        };
        let mut others: Vec<_> = names.filter(is_other).collect();
        others.sort_unstable();
        others.dedup();
        others
    }

    fn look_alikes(&self, subject: &Subject<'s>) -> Vec<Model<'s>> {
        let Some(wanted) = look(subject.name) else {
            return Vec::new();
        };
        let others = self.lookup.subjects.iter();
        others
            .filter(|other| other.model != subject.model)
            .filter(|other| look(other.name).as_ref() == Some(&wanted))
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
        let header = &self.next.dataset.table.header;
        let columns = line.edits.iter().map(|edit| header.name(edit.place));
        let columns = columns.collect::<Vec<_>>().join(", ");
        match line.change {
            Change::Updated => Some(format!("the row is updated: {columns}")),
            Change::Demoted => Some(format!(
                "the row is demoted, it falls below 5e24: {columns}"
            )),
            Change::Orphaned(_) if !line.edits.is_empty() => {
                Some(format!("the row is kept, and {columns} follow its number"))
            }
            _ => None,
        }
    }
}

fn why_rejected(one: &Rejected) -> String {
    format!(
        "its record was rejected (line {}): {}: {}: {}",
        one.line, one.field, one.value, one.reason
    )
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
