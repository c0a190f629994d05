//! The journal read back: every run, or what became of one model, newest first.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::flop::Flop;
use crate::key::folded;
use crate::plan::Summary;
use crate::report::{Cell, Layout, Screen, Tone, lay_out};
use crate::schema::Column;

/// Which part of the journal is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// One model's name; none asks for whole runs.
    pub name: Option<String>,
    /// Of that name, one developer.
    pub developer: Option<String>,
    /// At most this many answers.
    pub limit: Option<usize>,
}

/// The answer, newest first: whole runs, or what happened to one model. Serialises as an array.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum History {
    /// Every run.
    Runs(Vec<Run>),
    /// One name's events.
    Events(Vec<Event>),
}

/// One line of the journal.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Run {
    /// When, in UTC.
    pub at: String,
    /// Which command wrote.
    pub mode: String,
    /// Who ran it.
    pub by: Option<String>,
    /// Which version of the program.
    #[serde(default)]
    pub version: String,
    /// Which estimates it read.
    pub estimates_saved_at: Option<String>,
    /// The backup made before a reset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<String>,
    /// What the dataset held afterwards.
    pub summary: Summary,
    /// What changed, by group.
    pub changes: BTreeMap<String, Vec<Change>>,
}

/// One model's part in a run.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct Change {
    /// The model's name.
    pub name: String,
    /// Its developer.
    pub developer: String,
    /// The cells that changed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FromTo>,
    /// What else the group tells: `row`, `reason`, `latest_flop` and so on.
    #[serde(flatten)]
    pub more: BTreeMap<String, serde_json::Value>,
}

/// A cell before and after.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct FromTo {
    /// Before.
    pub from: String,
    /// After.
    pub to: String,
}

/// What happened to a model in one run.
#[derive(Debug, Clone, Serialize)]
pub struct Event {
    /// When, in UTC.
    pub at: String,
    /// Which command wrote.
    pub mode: String,
    /// Who ran it.
    pub by: Option<String>,
    /// What happened: the group's name, or `verified` and `unverified` where the mark changed.
    pub event: String,
    /// The model and what changed.
    #[serde(flatten)]
    pub change: Change,
}

/// The lines of a journal that can be read, newest first; the others are handed to `unreadable` by number, from 1.
pub fn runs(journal: &str, mut unreadable: impl FnMut(usize)) -> impl Iterator<Item = Run> {
    let lines: Vec<&str> = journal.lines().collect();
    lines
        .into_iter()
        .enumerate()
        .rev()
        .filter(|(_, line)| !line.trim().is_empty())
        .filter_map(move |(place, line)| {
            let run = serde_json::from_str(line).ok();
            if run.is_none() {
                unreadable(place + 1);
            }
            run
        })
}

/// Answers a question from the runs, which come newest first.
pub fn answer(runs: impl Iterator<Item = Run>, question: &Question) -> History {
    let limit = question.limit.unwrap_or(usize::MAX);
    let Some(name) = &question.name else {
        return History::Runs(runs.take(limit).collect());
    };
    let (name, developer) = (folded(name), question.developer.as_deref().map(folded));
    let concerned = |change: &Change| {
        folded(&change.name) == name
            && developer
                .as_ref()
                .is_none_or(|developer| folded(&change.developer) == *developer)
    };
    let mut events: Vec<(usize, Event)> = Vec::new();
    let mut told: Vec<usize> = Vec::new();
    for (place, run) in runs.enumerate() {
        if ["refresh", "reset"].contains(&&*run.mode) {
            told.push(place);
        }
        let Run { at, mode, by, .. } = run;
        for (group, changes) in run.changes {
            for change in changes.into_iter().filter(&concerned) {
                let event = Event {
                    at: at.clone(),
                    mode: mode.clone(),
                    by: by.clone(),
                    event: event_name(&group, &change),
                    change,
                };
                events.push((place, event));
            }
        }
    }
    // A state (orphaned, drifted, …) is told again by every refresh; it is news only where the one before did not tell it.
    let mut tellings: HashMap<(usize, &str, &str), Vec<&Change>> = HashMap::new();
    for (place, event) in &events {
        let telling = (*place, &*event.event, &*event.change.developer);
        tellings.entry(telling).or_default().push(&event.change);
    }
    let is_news = |(place, event): &(usize, Event)| {
        let is_change = ["added", "updated", "removed", "demoted"].contains(&&*event.event);
        let before = told.get(told.partition_point(|told| told <= place));
        let before = before
            .and_then(|before| tellings.get(&(*before, &*event.event, &*event.change.developer)));
        is_change || !before.is_some_and(|before| before.contains(&&event.change))
    };
    let mut events: Vec<Event> = events
        .iter()
        .filter(|event| is_news(event))
        .map(|(_, event)| event.clone())
        .collect();
    events.truncate(limit);
    History::Events(events)
}

fn event_name(group: &str, change: &Change) -> String {
    match change.fields.get(Column::Verified.name()) {
        Some(mark) if mark.to.trim().eq_ignore_ascii_case("y") => "verified".to_owned(),
        Some(mark) if !mark.from.trim().is_empty() => "unverified".to_owned(),
        _ => group.to_owned(),
    }
}

/// The answer as text.
pub fn text(history: &History, screen: Screen) -> String {
    let lines = match history {
        History::Runs(runs) => {
            let rows: Vec<_> = runs.iter().map(run_cells).collect();
            lay_out(
                "",
                &[
                    Layout::Sentence,
                    Layout::Sentence,
                    Layout::Text,
                    Layout::Number,
                    Layout::Text,
                ],
                &rows,
                screen,
            )
        }
        History::Events(events) => {
            let rows: Vec<_> = events.iter().map(event_cells).collect();
            lay_out(
                "",
                &[
                    Layout::Sentence,
                    Layout::Sentence,
                    Layout::Text,
                    Layout::Text,
                    Layout::Sentence,
                ],
                &rows,
                screen,
            )
        }
    };
    match (lines.is_empty(), history) {
        (true, History::Runs(_)) => "Nothing in the journal\n".to_owned(),
        (true, History::Events(_)) => {
            "Nothing in the journal under that name; `core-dataset list --match TEXT` finds names\n"
                .to_owned()
        }
        (false, _) => lines.join("\n") + "\n",
    }
}

fn run_cells(run: &Run) -> Vec<Cell> {
    let count = |group: &str| run.changes.get(group).map_or(0, Vec::len);
    /// So many models of a group are named, more are counted.
    const NAMED: usize = 3;
    let named = |group: &str| {
        let changes = run.changes.get(group).map_or(&[][..], Vec::as_slice);
        let names = changes.iter().map(|change| &*change.name);
        names.collect::<Vec<_>>().join(", ")
    };
    let counts: Vec<String> = ["added", "updated", "demoted", "removed"]
        .iter()
        .filter(|group| count(group) > 0)
        .map(|group| match count(group) {
            few @ 1..=NAMED => format!("{few} {group} ({})", named(group)),
            many => format!("{many} {group}"),
        })
        .chain(run.backup.as_ref().map(|backup| format!("backup {backup}")))
        .collect();
    vec![
        Cell::plain(&run.at),
        Cell::new(Tone::Heading, &run.mode),
        Cell::plain(run.by.as_deref().unwrap_or("?")),
        Cell::plain(&format!("{} rows", run.summary.total)),
        Cell::plain(&counts.join(", ")),
    ]
}

fn event_cells(event: &Event) -> Vec<Cell> {
    let tone = match &*event.event {
        "added" | "verified" => Tone::Added,
        "removed" | "unverified" => Tone::Removed,
        "updated" => Tone::Changed,
        _ => Tone::Attention,
    };
    vec![
        Cell::plain(&event.at),
        Cell::new(tone, &event.event),
        Cell::plain(&event.change.developer),
        Cell::plain(event.by.as_deref().unwrap_or("?")),
        Cell::plain(&details(&event.change)),
    ]
}

/// What changed, short cells in full, long ones by name.
fn details(change: &Change) -> String {
    /// A reasoning or a list of sources is too long for a line.
    const SHORT: usize = 40;
    let flop = |text: &str| {
        text.parse::<Flop>()
            .map_or_else(|_| text.to_owned(), Flop::two_decimals)
    };
    let one = |(column, cell): (&String, &FromTo)| match (&*cell.from, &*cell.to) {
        ("", to) if column == Column::TrainingFlop.name() => flop(to),
        (from, "") if column == Column::TrainingFlop.name() => {
            format!("{} → no estimate", flop(from))
        }
        (from, to) if column == Column::TrainingFlop.name() => {
            format!("{} → {}", flop(from), flop(to))
        }
        ("", to) if to.chars().count() <= SHORT => format!("{column} {to}"),
        (from, to) if from.chars().count() + to.chars().count() <= SHORT => {
            format!(
                "{column} {from} → {}",
                if to.is_empty() { "blank" } else { to }
            )
        }
        _ => column.clone(),
    };
    let dull = [
        Column::TrainingFlopFormatted.name(),
        Column::LastUpdated.name(),
        Column::Verified.name(),
    ];
    let (flops, others): (Vec<_>, Vec<_>) = change
        .fields
        .iter()
        .filter(|(column, _)| !dull.contains(&&***column))
        .partition(|(column, _)| *column == Column::TrainingFlop.name());
    let number = |key: &str| {
        change
            .more
            .get(key)
            .and_then(serde_json::Value::as_f64)
            .and_then(Flop::new)
    };
    let drift = number("verified_flop").zip(number("latest_flop"));
    let drift = drift.map(|(verified, latest)| {
        format!(
            "verified {}, latest {}",
            verified.two_decimals(),
            latest.two_decimals()
        )
    });
    let reason = change
        .more
        .get("reason")
        .and_then(|reason| Some(reason.as_str()?.to_owned()));
    flops
        .into_iter()
        .chain(others)
        .map(one)
        .chain(drift)
        .chain(reason)
        .collect::<Vec<_>>()
        .join("; ")
}
