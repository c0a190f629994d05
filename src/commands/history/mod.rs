//! `core-dataset history`: shows the journal, newest first: every run, one run in full, or what happened to one model.

pub(super) mod text;

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;

use super::load::{self, Files};
use super::print::print_unless_quiet;
use crate::changes::ModelChange;
use crate::config::Config;
use crate::dataset::{Aliases, Dataset};
use crate::estimates::Latest;
use crate::journal::JournalEntry;
use crate::key::Key;
use crate::lookup::{Lookup, Subject};
use crate::store;
use crate::terminal::{bounded, wrap};
use crate::text::plural;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset history --limit 10\n  core-dataset history --run 1 -v\n  \
                  core-dataset history 'GPT-4' --developer OpenAI"
)]
pub struct HistoryArgs {
    /// One model, by any of its names; without a name, whole runs
    name: Option<String>,
    /// The developer, if several have a model of that name
    #[arg(long, value_name = "NAME", requires = "name")]
    developer: Option<String>,
    /// At most N entries
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// The report of one run, by its number in `history`: 1 is the newest (with -v, all that the journal has about it)
    #[arg(long, value_name = "N", conflicts_with_all = ["name", "limit"])]
    run: Option<usize>,
}

pub(crate) fn run(config: &Config, args: &HistoryArgs) -> Result<()> {
    let mut entries = load::journal(&config.paths.journal)?;
    if entries.is_empty() {
        // There may be no journal because the data directory is misspelled.
        store::check_directory(&config.paths.dataset)?;
    }
    let limit = args.limit.unwrap_or(usize::MAX);
    if let Some(number) = args.run {
        let place = number.checked_sub(1);
        let entry = place.and_then(|place| entries.get(place));
        let entry = entry.with_context(|| {
            let has = match entries.len() {
                0 => "is empty".to_owned(),
                runs => format!("has {}, and 1 is the newest", plural(runs, "run")),
            };
            format!("--run {number}: the journal {has}")
        })?;
        print_unless_quiet(config, entry, |screen| text::run(number, entry, screen))
    } else if let Some(name) = &args.name {
        let files = Files::read(config)?;
        let (decisions, aliases) = files.decisions_and_aliases()?;
        // The journal can be read even if the dataset or the estimates cannot.
        let dataset = files
            .dataset(&aliases)
            .unwrap_or_else(|_| Dataset::absent());
        let estimates = load::estimates(config, &aliases).unwrap_or_default();
        let latest = Latest::of(&estimates, &aliases);
        let lookup = Lookup::of(&dataset, Some(&latest), &decisions, &aliases)
            .with_models(subjects(&entries, &aliases));
        let model = &lookup.find_model(name, args.developer.as_deref())?[0].model;
        let mut events = events(&entries, &aliases, model);
        let total = events.len();
        events.truncate(limit);
        print_unless_quiet(config, &events, |screen| match total {
            0 => {
                let nothing = format!("Nothing in the journal under \"{}\"", bounded(name));
                wrap(&nothing, "  ", screen) + "\n"
            }
            _ => text::events(&events, total, screen),
        })
    } else {
        let total = entries.len();
        entries.truncate(limit);
        print_unless_quiet(config, &entries, |screen| {
            text::runs(&entries, total, screen)
        })
    }
}

/// What happened to a model in one run.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Event<'j> {
    /// The number of the run, 1 being the newest.
    pub run: usize,
    pub at: &'j str,
    pub mode: &'j str,
    pub by: Option<&'j str>,
    /// The name of the group of changes.
    pub event: &'static str,
    #[serde(flatten)]
    pub change: &'j ModelChange<'static>,
}

/// Every model in the journal, under the name that it had then, so that it can be found by that name.
fn subjects<'j>(entries: &'j [JournalEntry<'_>], aliases: &Aliases<'_>) -> Vec<Subject<'j>> {
    let groups = entries.iter().flat_map(|entry| entry.changes.groups());
    let changes = groups.flat_map(|(_, changes)| changes);
    let subject = |change: &'j ModelChange<'_>| {
        let key = change.key();
        Subject::new(&aliases.resolve(&key), &change.name, &change.developer)
    };
    changes.map(subject).collect()
}

/// The events of a model under all its names, newest first like the entries: what changed in its rows and in the decisions on it.
pub(super) fn events<'j>(
    entries: &'j [JournalEntry<'static>],
    aliases: &Aliases<'_>,
    model: &Key,
) -> Vec<Event<'j>> {
    let mut events = Vec::new();
    for (run, entry) in (1..).zip(entries) {
        for (event, changes) in entry.changes.groups() {
            let of_model = changes.iter().filter(|change| {
                // A crossing is part of an update, which is listed anyway. A state that every refresh reports again, such as drifted, is
                // not a change.
                let is_change = event != "crossed"
                    && (!change.fields.is_empty()
                        || change.row.is_some()
                        || !change.rows.is_empty());
                is_change && *aliases.resolve(&change.key()) == *model
            });
            events.extend(of_model.map(|change| Event {
                run,
                at: &entry.at,
                mode: &entry.mode,
                by: entry.by.as_deref(),
                event,
                change,
            }));
        }
    }
    events
}
