//! `core-dataset show NAME`: all that is known of one model.

mod text;

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::load::{self, Curated, Files};
use super::print::print_unless_quiet;
use super::{Exit, history};
use crate::config::Config;
use crate::dataset::{ANY, Aliases, Dataset, DecisionColumn, Decisions, Mark};
use crate::estimates::{Estimate, Estimates, Latest, alternatives};
use crate::flop::Flop;
use crate::journal::JournalEntry;
use crate::key::{Key, folded};
use crate::look_alike::look;
use crate::lookup::{Lookup, Subject};
use crate::plan::{self, Change, Drift, Model, Orphan, Plan};
use crate::schema::Column;
use crate::sources;
use crate::store::Snapshot;

/// The flags of `show`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset show 'GPT-4.5'\n  core-dataset show glm_4 --developer Zhipu --format json"
)]
pub struct ShowArgs {
    /// The model's name, any case; in quotes where it has spaces
    name: String,
    /// Which developer, where several have a model of that name
    #[arg(long, value_name = "NAME")]
    developer: Option<String>,
}

/// Shows the model.
pub(super) fn run(config: &Config, args: &ShowArgs) -> Result<Exit> {
    show(config, &args.name, args.developer.as_deref())?;
    Ok(Exit::Done)
}

/// What a person who has read a model's record needs once more where it is decided on.
pub(super) struct Essentials {
    /// The training FLOP of its row, or of its estimate where it has no row.
    pub flop: Option<Flop>,
    /// Its sources.
    pub sources: Vec<String>,
}

/// Everything that is known of a model, printed.
pub(super) fn show(config: &Config, name: &str, developer: Option<&str>) -> Result<Essentials> {
    let files = Files::read(config)?;
    let Curated {
        dataset,
        decisions,
        aliases,
    } = files.curated()?;
    let estimates = load::estimates(config, &aliases)?;
    let bytes = Snapshot::read(&config.paths.estimates)?
        .bytes
        .unwrap_or_default();
    let latest = Latest::of(&estimates, &aliases);
    let journal = load::journal(&config.paths.journal)?;
    let plan = plan::refresh(&dataset, &decisions, &latest, false);
    let known = Sources {
        lookup: Lookup::of(&dataset, Some(&latest), &decisions, &aliases),
        dataset: &dataset,
        decisions: &decisions,
        latest: &latest,
        estimates: &estimates,
        estimates_text: &String::from_utf8_lossy(&bytes),
        aliases: &aliases,
        journal: &journal,
        plan: &plan,
    };
    let shown = known.of(name, developer)?;
    print_unless_quiet(config, &shown, |screen| text::text(&shown, screen))?;
    let column = Column::TrainingFlop.name();
    let cell = match (&shown.row, &shown.estimate) {
        (Some(row), _) => row.get(column).copied(),
        (None, estimate) => estimate
            .as_ref()
            .and_then(|estimate| estimate.get(column))
            .map(String::as_str),
    };
    Ok(Essentials {
        flop: cell.and_then(|cell| cell.parse().ok()),
        sources: shown.sources,
    })
}

/// Where everything about a model is found.
struct Sources<'s> {
    lookup: Lookup<'s>,
    dataset: &'s Dataset<'s>,
    decisions: &'s Decisions<'s>,
    latest: &'s Latest<'s>,
    estimates: &'s Estimates,
    estimates_text: &'s str,
    aliases: &'s Aliases<'s>,
    journal: &'s [JournalEntry<'static>],
    /// What the next refresh would do.
    plan: &'s Plan<'s>,
}

/// All that is known of one model. As JSON the keys are the fields' names (behaviour §6).
#[derive(Default, Serialize)]
struct Shown<'s> {
    name: &'s str,
    developer: &'s str,
    in_dataset: bool,
    /// Why the model is in the dataset, or why not.
    why: String,
    /// The line of its row.
    line: Option<usize>,
    /// Its row: column → text.
    row: Option<BTreeMap<&'s str, &'s str>>,
    /// What the row would say if it followed the latest estimate.
    estimate: Option<BTreeMap<&'s str, String>>,
    /// The columns in which the two differ.
    differs: Vec<&'s str>,
    drift: Option<DriftShown>,
    /// Every record of the model in the estimates.
    records: Vec<RecordShown<'s>>,
    /// The pipeline's own other estimates.
    alternatives: Vec<Value>,
    decision: Option<BTreeMap<&'s str, &'s str>>,
    aliases: Vec<Model<'s>>,
    look_alikes: Vec<Model<'s>>,
    sources: Vec<String>,
    history: Vec<history::Event<'s>>,
    /// What becomes of the row at the next refresh.
    #[serde(skip)]
    next: Option<String>,
}

#[derive(Serialize)]
struct DriftShown {
    verified_flop: Option<f64>,
    latest_flop: f64,
    factor: Option<f64>,
}

#[derive(Serialize)]
struct RecordShown<'s> {
    index: usize,
    line: usize,
    training_flop: Option<f64>,
    confidence: &'static str,
    last_updated: &'s str,
    chosen: bool,
    /// Why another record was chosen.
    #[serde(skip)]
    beaten_by: &'static str,
}

impl<'s> Sources<'s> {
    fn of(&self, name: &str, developer: Option<&str>) -> Result<Shown<'s>> {
        let subject = match self.lookup.find(name, developer) {
            Ok(subject) => subject,
            Err(trouble) => {
                return self
                    .rejected(name, developer)
                    .ok_or_else(|| anyhow!(trouble));
            }
        };
        let (dataset, decisions) = (self.dataset, self.decisions);
        let header = &dataset.table.header;
        let row = subject.row.map(|row| {
            header
                .names()
                .zip(row.record.cells())
                .collect::<BTreeMap<_, _>>()
        });
        let estimate = subject.estimate.map(|estimate| {
            let columns = Column::ALL.iter().filter(|column| !column.is_human());
            columns
                .map(|column| (column.name(), estimate.cell(*column).into_owned()))
                .collect::<BTreeMap<_, _>>()
        });
        let differs = match (&row, &estimate) {
            (Some(row), Some(estimate)) => Column::ALL
                .iter()
                .map(|column| column.name())
                .filter(|column| {
                    estimate
                        .get(column)
                        .is_some_and(|text| row.get(column).copied().unwrap_or_default() != text)
                })
                .collect(),
            _ => Vec::new(),
        };
        let drift = subject.row.and_then(|row| Drift::seen(row, self.latest));
        let line = decisions
            .lines
            .iter()
            .find(|line| line.model == subject.model);
        let decision = line.map(|line| {
            let header = &decisions.table.header;
            header
                .names()
                .zip(line.record.cells())
                .collect::<BTreeMap<_, _>>()
        });
        let cell = match (&row, &estimate) {
            (Some(row), _) => row.get("sources").copied().unwrap_or_default(),
            (None, Some(estimate)) => estimate.get("sources").map_or("", String::as_str),
            (None, None) => "",
        };
        Ok(Shown {
            name: subject.name,
            developer: subject.developer,
            in_dataset: row.is_some(),
            why: self.why(&subject),
            line: subject.row.map(|row| row.record.line),
            sources: sources::split(cell)
                .iter()
                .map(|source| (*source).to_owned())
                .collect(),
            row,
            estimate,
            differs,
            drift: drift.map(|drift| DriftShown {
                verified_flop: drift.verified.map(Flop::get),
                latest_flop: drift.latest.get(),
                factor: drift.factor(),
            }),
            records: self.records(&subject),
            alternatives: subject
                .estimate
                .and_then(|estimate| alternatives(self.estimates_text, estimate.index))
                .unwrap_or_default(),
            decision,
            aliases: self.aliases_of(&subject.model),
            look_alikes: self.look_alikes(&subject),
            history: history::events(self.journal, self.aliases, &[subject.model.clone()].into()),
            next: self.next(&subject),
        })
    }

    /// A model of which there is nothing but a record that breaks a rule.
    fn rejected(&self, name: &str, developer: Option<&str>) -> Option<Shown<'s>> {
        let is_meant = |text: Option<&str>, typed: &str| {
            text.is_some_and(|text| folded(text) == folded(typed))
        };
        let rejected = self.estimates.rejected.iter().find(|one| {
            is_meant(one.name.as_deref(), name)
                && developer.is_none_or(|developer| is_meant(one.developer.as_deref(), developer))
        })?;
        Some(Shown {
            name: rejected.name.as_deref().unwrap_or_default(),
            developer: rejected.developer.as_deref().unwrap_or_default(),
            why: format!(
                "its record was rejected (line {}): {}: {}: {}",
                rejected.line, rejected.field, rejected.value, rejected.reason
            ),
            ..Shown::default()
        })
    }

    /// Why the model is in the dataset, or why not.
    fn why(&self, subject: &Subject<'s>) -> String {
        let flop = subject.estimate.and_then(|estimate| estimate.flop);
        let dismissal = self.decisions.dismissal(&subject.model);
        let orphan = || {
            let row = subject.row?;
            Orphan::of_row(row, self.latest)
        };
        match (subject.row.map(|row| row.mark), dismissal) {
            (Some(Mark::Verified), _) => "a person verified it".to_owned(),
            (Some(Mark::Protected), _) => {
                "a person wrote something else than y in `verified`, so it is kept".to_owned()
            }
            (Some(Mark::Unverified), _) => match orphan() {
                Some(orphan) => format!("unverified, and kept: {}", orphan.reason()),
                None => "unverified: it follows the estimates".to_owned(),
            },
            (None, Some(line)) => {
                let decision = line.decision.map_or("", |decision| decision.name());
                format!(
                    "dismissed ({decision}): {}",
                    self.decisions.cell(line, DecisionColumn::Note)
                )
            }
            (None, None) => match (subject.estimate, flop) {
                (None, _) => "no record of the estimates has it".to_owned(),
                (Some(_), None) => "the estimates have no training FLOP for it".to_owned(),
                (Some(_), Some(flop)) if flop < Flop::CANDIDATE => {
                    format!(
                        "its latest estimate, {} FLOP, is below 5e24",
                        flop.rounded()
                    )
                }
                (Some(_), Some(_)) => "it is a candidate: the next refresh adds it".to_owned(),
            },
        }
    }

    fn records(&self, subject: &Subject<'s>) -> Vec<RecordShown<'s>> {
        let records = self
            .estimates
            .usable
            .iter()
            .filter(|estimate| estimate.key == subject.model);
        records
            .map(|estimate| {
                let chosen = subject
                    .estimate
                    .filter(|chosen| chosen.index != estimate.index);
                RecordShown {
                    index: estimate.index,
                    line: estimate.line,
                    training_flop: estimate.flop.map(Flop::get),
                    confidence: estimate.confidence.name(),
                    last_updated: &estimate.last_updated,
                    chosen: chosen.is_none(),
                    beaten_by: chosen.map_or("", |chosen| why_chosen(chosen, estimate)),
                }
            })
            .collect()
    }

    /// The other names of the model.
    fn aliases_of(&self, model: &Key) -> Vec<Model<'s>> {
        let lines = self.aliases.lines.iter().filter(|alias| {
            let (name, developer) = (folded(&alias.is.0), folded(&alias.is.1));
            developer == model.developer && (name == model.name || name == ANY)
        });
        let cell = |alias: &'s crate::dataset::Alias<'s>, column| {
            alias.record.cell(self.aliases.table.header.place(column))
        };
        lines
            .map(|alias| {
                Model::new(
                    cell(alias, crate::dataset::AliasColumn::Name),
                    cell(alias, crate::dataset::AliasColumn::Developer),
                )
            })
            .collect()
    }

    fn look_alikes(&self, subject: &Subject<'s>) -> Vec<Model<'s>> {
        let wanted = look(subject.name);
        let others = self.lookup.subjects.iter().filter(|other| {
            other.model != subject.model && wanted.is_some() && look(other.name) == wanted
        });
        others
            .map(|other| Model::new(other.name, other.developer))
            .collect()
    }

    /// What becomes of the model at the next refresh.
    fn next(&self, subject: &Subject<'s>) -> Option<String> {
        let row = subject.row?;
        let line = self.plan.lines.iter().find(|line| {
            line.row
                .is_some_and(|other| other.record.line == row.record.line)
        });
        let Some(line) = line else {
            return Some("the row leaves".to_owned());
        };
        let header = &self.plan.dataset.table.header;
        let columns: Vec<&str> = line
            .edits
            .iter()
            .map(|edit| header.name(edit.place))
            .collect();
        let columns = columns.join(", ");
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
