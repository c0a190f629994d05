//! `core-dataset history`: the journal read back: every run, or what became of one model, newest first.

use std::borrow::Cow;
use std::collections::HashMap;

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use super::print::print;
use super::{Exit, load};
use crate::changes::{FromTo, ModelChange};
use crate::config::Config;
use crate::flop::Flop;
use crate::journal::JournalEntry;
use crate::key::folded;
use crate::plan::Mode;
use crate::schema::Column;
use crate::terminal::{Align, Cell, Screen, Tone, lay_out};

/// The flags of `history`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset history --limit 10\n  core-dataset history 'GPT-4' --developer OpenAI"
)]
pub struct HistoryArgs {
    /// One model; without it, whole runs
    name: Option<String>,
    /// Of that name, only this developer
    #[arg(long, value_name = "NAME", requires = "name")]
    developer: Option<String>,
    /// At most so many entries
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

/// Answers a question from the journal.
pub(super) fn run(config: &Config, args: &HistoryArgs) -> Result<Exit> {
    let mut entries = load::journal(&config.paths.journal)?;
    let limit = args.limit.unwrap_or(usize::MAX);
    match &args.name {
        None => {
            entries.truncate(limit);
            print(config, &entries, |screen| runs_text(&entries, screen))?;
        }
        Some(name) => {
            let mut events = events(&entries, name, args.developer.as_deref());
            events.truncate(limit);
            print(config, &events, |screen| events_text(&events, screen))?;
        }
    }
    Ok(Exit::Done)
}

/// What happened to a model in one run.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Event<'j> {
    at: &'j str,
    mode: &'j str,
    by: Option<&'j str>,
    /// The group's name, or `verified` and `unverified` where the mark changed.
    event: &'static str,
    /// The model and what changed.
    #[serde(flatten)]
    change: &'j ModelChange<'static>,
}

/// The events of one name, newest first, as the entries are.
pub(super) fn events<'j>(
    entries: &'j [JournalEntry<'static>],
    name: &str,
    developer: Option<&str>,
) -> Vec<Event<'j>> {
    let (name, developer) = (folded(name), developer.map(folded));
    let is_meant = |change: &ModelChange<'_>| {
        let developer = developer.as_ref();
        folded(&change.name) == name
            && developer.is_none_or(|developer| folded(&change.developer) == *developer)
    };
    let mut events = Vec::new();
    // A state (orphaned, drifted, …) is told again by every refresh; it is news only where the refresh before did not tell it.
    let mut told: HashMap<(&str, &str), &ModelChange<'_>> = HashMap::new();
    for entry in entries.iter().rev() {
        let tells_states = [Mode::Refresh.name(), Mode::Reset.name()].contains(&&*entry.mode);
        let mut telling = HashMap::new();
        let mut of_entry = Vec::new();
        for (group, changes) in entry.changes.groups() {
            for change in changes.iter().filter(|change| is_meant(change)) {
                let event = event_name(group, change);
                let is_change = ["added", "updated", "removed", "demoted"].contains(&event);
                let state = (event, &*change.developer);
                if is_change || told.get(&state) != Some(&change) {
                    let (at, mode, by) = (&*entry.at, &*entry.mode, entry.by.as_deref());
                    of_entry.push(Event {
                        at,
                        mode,
                        by,
                        event,
                        change,
                    });
                }
                telling.insert(state, change);
            }
        }
        if tells_states {
            told = telling;
        }
        events.extend(of_entry.into_iter().rev());
    }
    events.reverse();
    events
}

fn event_name(group: &'static str, change: &ModelChange<'_>) -> &'static str {
    match change.field(Column::Verified) {
        Some(mark) if mark.to.trim().eq_ignore_ascii_case("y") => "verified",
        Some(mark) if !mark.from.trim().is_empty() => "unverified",
        _ => group,
    }
}

fn runs_text(entries: &[JournalEntry<'_>], screen: Screen) -> String {
    let columns = [
        Align::Sentence,
        Align::Sentence,
        Align::Text,
        Align::Number,
        Align::Text,
    ];
    let rows: Vec<_> = entries.iter().map(run_cells).collect();
    if rows.is_empty() {
        return "Nothing in the journal\n".to_owned();
    }
    lay_out("", &columns, &rows, screen).join("\n") + "\n"
}

pub(super) fn events_text(events: &[Event<'_>], screen: Screen) -> String {
    let columns = [
        Align::Sentence,
        Align::Sentence,
        Align::Text,
        Align::Text,
        Align::Sentence,
    ];
    let rows: Vec<_> = events.iter().map(event_cells).collect();
    if rows.is_empty() {
        return "Nothing in the journal under that name; `core-dataset list --match TEXT` finds names\n"
            .to_owned();
    }
    lay_out("", &columns, &rows, screen).join("\n") + "\n"
}

fn run_cells(entry: &JournalEntry<'_>) -> Vec<Cell> {
    /// So many models of a group are named, more are counted.
    const NAMED: usize = 3;
    let groups = entry.changes.groups();
    let groups = groups.filter(|(group, changes)| {
        ["added", "updated", "demoted", "removed"].contains(group) && !changes.is_empty()
    });
    let counts = groups.map(|(group, changes)| match changes.len() {
        few @ 1..=NAMED => {
            let names: Vec<&str> = changes.iter().map(|change| &*change.name).collect();
            format!("{few} {group} ({})", names.join(", "))
        }
        many => format!("{many} {group}"),
    });
    let backup = entry
        .backup
        .as_ref()
        .map(|backup| format!("backup {backup}"));
    vec![
        Cell::plain(&entry.at),
        Cell::new(Tone::Heading, &entry.mode),
        Cell::plain(entry.by.as_deref().unwrap_or("?")),
        Cell::plain(&format!("{} rows", entry.summary.total)),
        Cell::plain(&counts.chain(backup).collect::<Vec<_>>().join(", ")),
    ]
}

fn event_cells(event: &Event<'_>) -> Vec<Cell> {
    let tone = match event.event {
        "added" | "verified" => Tone::Added,
        "removed" | "unverified" => Tone::Removed,
        "updated" => Tone::Changed,
        _ => Tone::Attention,
    };
    vec![
        Cell::plain(event.at),
        Cell::new(tone, event.event),
        Cell::plain(&event.change.developer),
        Cell::plain(event.by.unwrap_or("?")),
        Cell::plain(&details(event.change)),
    ]
}

/// What changed, short cells in full, long ones by name.
fn details(change: &ModelChange<'_>) -> String {
    /// A reasoning or a list of sources is too long for a line.
    const SHORT: usize = 40;
    let flop = |text: &str| {
        text.parse::<Flop>()
            .map_or_else(|_| text.to_owned(), Flop::two_decimals)
    };
    let one = |(column, cell): &(Cow<'_, str>, FromTo<'_>)| {
        let is_flop = column == Column::TrainingFlop.name();
        match (&*cell.from, &*cell.to) {
            ("", to) if is_flop => flop(to),
            (from, "") if is_flop => format!("{} → no estimate", flop(from)),
            (from, to) if is_flop => format!("{} → {}", flop(from), flop(to)),
            ("", to) if to.chars().count() <= SHORT => format!("{column} {to}"),
            (from, to) if from.chars().count() + to.chars().count() <= SHORT => {
                format!(
                    "{column} {from} → {}",
                    if to.is_empty() { "blank" } else { to }
                )
            }
            _ => column.to_string(),
        }
    };
    let dull = [
        Column::TrainingFlopFormatted.name(),
        Column::LastUpdated.name(),
        Column::Verified.name(),
    ];
    let fields = change
        .fields
        .0
        .iter()
        .filter(|(column, _)| !dull.contains(&&**column));
    let (flops, others): (Vec<_>, Vec<_>) =
        fields.partition(|(column, _)| column == Column::TrainingFlop.name());
    let number = |flop: Option<f64>| flop.and_then(Flop::new);
    let drift = number(change.verified_flop.flatten()).zip(number(change.latest_flop.flatten()));
    let drift = drift.map(|(verified, latest)| {
        format!(
            "verified {}, latest {}",
            verified.two_decimals(),
            latest.two_decimals()
        )
    });
    let reason = change.reason.as_ref().map(|reason| reason.to_string());
    let fields = flops.into_iter().chain(others).map(one);
    fields
        .chain(drift)
        .chain(reason)
        .collect::<Vec<_>>()
        .join("; ")
}
