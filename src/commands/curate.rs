//! The steps of every command that writes down a person's decisions: it reads the files under the lock, finds the models by the names that
//! were typed, and turns a draft into the plan.

use std::borrow::Cow;
use std::collections::HashSet;

use anyhow::{Error, Result, anyhow, bail};
use chrono::SecondsFormat;
use clap::Args;
use tracing::warn;

use super::Exit;
use super::execute::{Session, WriteArgs};
use super::load::{self, NO_DATASET};
use crate::config::Config;
use crate::dataset::{Aliases, Dataset, Decisions, Mark, Row};
use crate::estimates::Latest;
use crate::flop::Flop;
use crate::journal::JournalEntry;
use crate::key::Key;
use crate::lookup::{Lookup, Subject};
use crate::plan::{Draft, Mode, Plan, Signature};
use crate::schema::Column;
use crate::terminal::bounded;
use crate::text::name_line;

/// The models to decide on, and the flags for writing.
#[derive(Debug, Args)]
pub(super) struct NamesArgs {
    /// The names of one or more models, in any case; a name that only looks alike is also found
    #[arg(required = true, value_name = "NAME")]
    pub names: Vec<String>,
    /// The developer, if several have a model of that name
    #[arg(long, value_name = "NAME")]
    developer: Option<String>,

    #[command(flatten)]
    write: WriteArgs,
}

/// All that is known for a decision, and the draft that it is written into.
pub(super) struct Curation<'p> {
    pub draft: Draft<'p>,
    pub dataset: &'p Dataset<'p>,
    pub decisions: &'p Decisions<'p>,
    pub aliases: &'p Aliases<'p>,
    /// The latest estimates, or why they cannot be read.
    latest: Result<&'p Latest<'p>, &'p Error>,
    pub journal: &'p [JournalEntry<'static>],
    pub lookup: Lookup<'p>,
}

impl<'p> Curation<'p> {
    /// The latest estimates, for a command that cannot do without them.
    pub fn latest(&self) -> Result<&'p Latest<'p>> {
        self.latest.map_err(|error| anyhow!("{error:#}"))
    }

    pub fn row(&self, subject: &Subject<'p>) -> Result<&'p Row<'p>> {
        if let Some(row) = subject.row {
            return Ok(row);
        }
        self.refuse_dismissed(&subject.model, subject.name)?;
        let name = bounded(subject.name);
        if self.dataset.table.header.raw().is_none() {
            bail!("{name}: {NO_DATASET}");
        }
        bail!("{name}: this model has no row; `show NAME` says why")
    }

    /// A cell of the model's row; `""` where there is no row.
    pub fn cell(&self, subject: &Subject<'p>, column: Column) -> &'p str {
        subject.row.map_or("", |row| self.dataset.cell(row, column))
    }

    /// Refuses a dismissed model: it may not be verified until the dismissal is taken back.
    pub fn refuse_dismissed(&self, model: &Key, name: &str) -> Result<()> {
        let line = self.decisions.dismissal(model);
        if let Some(decision) = line.and_then(|line| line.decision) {
            let (name, decision) = (bounded(name), decision.name());
            bail!("{name}: it is dismissed ({decision}); dismiss --undo first");
        }
        Ok(())
    }
}

/// All values, or one error with the messages of all errors.
pub(super) fn all<T>(results: impl Iterator<Item = Result<T>>) -> Result<Vec<T>> {
    let (mut values, mut errors) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(error) => errors.push(format!("{error:#}")),
        }
    }
    if errors.is_empty() {
        Ok(values)
    } else {
        Err(anyhow!("{}", errors.join("\n")))
    }
}

/// Reads everything under the lock, lets `decide` make its changes, and carries the plan out. The models in `to_dismiss` may be unknown if
/// their developers are named.
pub(super) fn curate(
    config: &Config,
    mode: Mode,
    args: &WriteArgs,
    to_dismiss: &[[String; 2]],
    decide: impl for<'p> FnOnce(&mut Curation<'p>) -> Result<()>,
) -> Result<Exit> {
    let session = Session::begin(config, *args)?;
    let (dataset, decisions, aliases) = session.files.curated()?;
    let estimates = load::estimates(config, &aliases);
    let latest = estimates.as_ref().map(|found| Latest::of(found, &aliases));
    let signature = Signature {
        by: whoami::username().unwrap_or_default(),
        at: config.now.to_rfc3339_opts(SecondsFormat::Secs, true),
    };
    let mut lookup = Lookup::of(&dataset, latest.as_ref().ok(), &decisions, &aliases);
    if latest.is_ok() {
        let new = new_models(to_dismiss, &lookup, &aliases);
        lookup = lookup.with_models(new);
    }
    let mut curation = Curation {
        draft: Draft::new(&dataset, &decisions, signature),
        dataset: &dataset,
        decisions: &decisions,
        aliases: &aliases,
        latest: latest.as_ref().map_err(|error| *error),
        journal: &session.journal,
        lookup,
    };
    decide(&mut curation)?;
    let plan = curation.draft.finish(mode);
    warn_of_doubtful_marks(&plan);
    session.carry_out_curated(&plan, &aliases, estimates.as_ref().ok())
}

/// The unknown models among `to_dismiss`. It warns of each, because the name may be mistyped.
fn new_models<'p>(
    to_dismiss: &'p [[String; 2]],
    lookup: &Lookup<'p>,
    aliases: &Aliases<'_>,
) -> Vec<Subject<'p>> {
    let mut new = Vec::new();
    for [name, developer] in to_dismiss {
        if lookup.is_new(name, developer) {
            warn!("{}", lookup.unknown_model(name, developer));
            let model = Key::new(name, developer);
            new.push(Subject::new(&aliases.resolve(&model), name, developer));
        }
    }
    new
}

impl NamesArgs {
    /// Applies `decide` to each named model, once. The error names every model that cannot be found or changed.
    pub fn curate(
        &self,
        config: &Config,
        mode: Mode,
        is_undone: bool,
        decide: impl for<'p> Fn(&mut Curation<'p>, &Subject<'p>) -> Result<()>,
    ) -> Result<Exit> {
        let developer = self.developer.as_deref();
        let mut to_dismiss = Vec::new();
        if mode == Mode::Dismiss && !is_undone {
            let written = |text: &str| name_line(Cow::Borrowed(text)).into_owned();
            let by = written(developer.unwrap_or_default());
            let named = self.names.iter();
            to_dismiss.extend(named.map(|name| [written(name), by.clone()]));
        }
        curate(config, mode, &self.write, &to_dismiss, |curation| {
            let lookup = &curation.lookup;
            let mut subjects = all(self.names.iter().map(|name| match is_undone {
                true => lookup.find_by_own_name(name, developer),
                false => lookup.find(name, developer),
            }))?;
            let mut seen = HashSet::new();
            let line = |subject: &Subject<'_>| subject.row.map(|row| row.record.line);
            subjects.retain(|subject| seen.insert((subject.model.clone(), line(subject))));
            all(subjects.iter().map(|subject| decide(curation, subject))).map(drop)
        })
    }
}

/// Warns of verified rows that the plan adds or changes and that are below 1e25 FLOP, have no number or an implausible one, or have no note
/// that says why.
fn warn_of_doubtful_marks(plan: &Plan<'_>) {
    let verified = plan
        .lines
        .iter()
        .filter(|line| line.mark == Mark::Verified && line.record.is_changed());
    for line in verified {
        let name = bounded(&plan.cell(line, Column::Name));
        if let Some(flop) = line.flop
            && let Some(wrong) = flop.implausible()
        {
            warn!("{name}: {} FLOP {wrong}", flop.rounded());
        }
        match line.flop {
            Some(flop) if flop >= Flop::REGULATORY => {}
            Some(flop) => warn!("{name}: verified at {}, below 1e25 FLOP", flop.rounded()),
            None => warn!("{name}: verified without a number; `verify NAME --flop F` adds one"),
        }
        if plan.cell(line, Column::Notes).trim().is_empty() {
            warn!("{name}: verified without a note that says why; the next curator will ask");
        }
    }
}
