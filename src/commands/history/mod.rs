//! `core-dataset history`: the journal read back: every run, one of them in full, or what became of one model, newest first.

mod events;
pub(super) mod text;

use anyhow::{Context, Result};
use clap::Args;

use super::load::{self, Files};
use super::print::print_unless_quiet;
use crate::config::Config;
use crate::dataset::Dataset;
use crate::estimates::Latest;
use crate::lookup::Lookup;
use crate::store;
use crate::terminal::{bounded, wrap};
use crate::text::plural;
use events::subjects;
pub(super) use events::{Event, events};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset history --limit 10\n  core-dataset history --run 1 -v\n  \
                  core-dataset history 'GPT-4' --developer OpenAI"
)]
pub struct HistoryArgs {
    /// One model, under any of its names; without it, whole runs
    name: Option<String>,
    /// Of that name, only this developer
    #[arg(long, value_name = "NAME", requires = "name")]
    developer: Option<String>,
    /// At most so many entries
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// The report of one run, as `history` numbers them: 1 is the newest (-v: all that the journal has of it)
    #[arg(long, value_name = "N", conflicts_with_all = ["name", "limit"])]
    run: Option<usize>,
}

/// Answers a question from the journal.
pub(crate) fn run(config: &Config, args: &HistoryArgs) -> Result<()> {
    let mut entries = load::journal(&config.paths.journal)?;
    if entries.is_empty() {
        // A misspelled data directory has no journal either.
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
        // A dataset or estimates that cannot be read do not stand in the way of reading the journal.
        let dataset = files
            .dataset(&aliases)
            .unwrap_or_else(|_| Dataset::absent());
        let estimates = load::estimates(config, &aliases).unwrap_or_default();
        let latest = Latest::of(&estimates, &aliases);
        let lookup = Lookup::of(&dataset, Some(&latest), &decisions, &aliases)
            .and(subjects(&entries, &aliases));
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
