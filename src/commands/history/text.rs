//! The journal as text. Pure.

use crate::changes::FromTo;
use crate::dates;
use crate::flop::Flop;
use crate::journal::JournalEntry;
use crate::plan::Mode;
use crate::report::{
    changes_text, class_change, count_rows, counts, drift_text, flop_text, flop_texts, others,
    row_groups, summary,
};
use crate::schema::{Column, is_text_column};
use crate::terminal::Align::{Number, Paragraph, Sentence, Text};
use crate::terminal::{Cell, Entry, Screen, Table, Tone, bounded, headed, wrap};
use crate::text::{excerpt, shown, shown_of};

use super::events::Event;

/// Every run with what it changed, a line each, and how one of them is shown in full.
pub(super) fn runs(entries: &[JournalEntry<'_>], total: usize, screen: Screen) -> String {
    if total == 0 {
        return "Nothing in the journal\n".to_owned();
    }
    let mut table = Table::titled(
        Tone::Heading,
        &[
            ("run", Number),
            ("at (UTC)", Sentence),
            ("what", Sentence),
            ("by", Text),
            ("rows", Number),
            ("changes", Paragraph),
        ],
    );
    for (number, entry) in (1..).zip(entries) {
        table.push(run_cells(number, entry));
    }
    let count = shown_of(entries.len(), total, "run");
    let hint = format!("{count}; run 1 is the newest, and `history --run 1 -v` prints its report");
    let mut lines = table.lines("", screen);
    lines.push(screen.paint(Tone::Quiet, &wrap(&hint, "", screen)));
    lines.join("\n") + "\n"
}

fn run_cells(number: usize, entry: &JournalEntry<'_>) -> [Cell; 6] {
    /// So many models of a group are named, more are counted.
    const NAMED: usize = 3;
    let changes = &entry.changes;
    let mut groups = vec![("crossed 1e25", &*changes.crossed)];
    groups.extend(row_groups(changes));
    groups.extend([
        ("decided", &*changes.decisions),
        ("alias", &changes.aliases),
    ]);
    let mut said = Vec::new();
    for (what, changes) in groups {
        let count = count_rows(changes);
        let names: Vec<String> = changes
            .iter()
            .filter(|change| change.dropped != Some(0))
            .map(|change| bounded(&change.name))
            .collect();
        if (1..=NAMED).contains(&names.len()) {
            said.push(format!("{count} {what} ({})", names.join(", ")));
        } else if count > 0 {
            said.push(format!("{count} {what}"));
        }
    }
    if let Some(backup) = &entry.backup {
        said.push(format!("backup {}", bounded(backup)));
    }
    [
        Cell::plain(&number.to_string()),
        Cell::plain(&moment(&entry.at)),
        Cell::name(Tone::Heading, &entry.mode),
        Cell::name(Tone::Plain, entry.by.as_deref().unwrap_or("?")),
        Cell::plain(&entry.summary.total.to_string()),
        Cell::plain(&said.join(", ")),
    ]
}

/// To the second, which is enough to tell runs apart by eye.
fn moment(at: &str) -> String {
    match dates::moment(at) {
        Some(moment) => moment.format("%Y-%m-%d %H:%M:%S").to_string(),
        None => bounded(at),
    }
}

/// The report of one run, from what the journal has of it.
pub(super) fn run(
    number: usize,
    entry: &JournalEntry<'_>,
    screen: Screen,
    verbose: bool,
) -> String {
    let title = format!("Run {number}, {}", bounded(&entry.mode));
    let mut when = format!(": {} UTC", moment(&entry.at));
    if let Some(by) = &entry.by {
        when += &format!(" by {}", bounded(by));
    }
    if let Some(saved) = &entry.estimates_saved_at {
        when += &format!(", estimates saved {}", bounded(saved));
    }
    // Of a later version's modes a refresh says the most.
    let mode = entry.mode.parse().unwrap_or(Mode::Refresh);
    let changes = changes_text(mode, &entry.changes, None, None, screen, verbose);
    let mut blocks = vec![
        headed(&title, &when, screen),
        changes.unwrap_or_else(|| "No row changed".to_owned()),
        summary(&entry.summary, entry.at_or_above_1e25, screen),
    ];
    if entry.is_refresh() {
        let rows = format!("Rows: {}", row_counts(entry));
        blocks.push(wrap(&rows, "  ", screen));
    }
    if let Some(backup) = &entry.backup {
        blocks.push(format!("Backed up to {}", bounded(backup)));
    }
    if verbose && !mode.is_decision() {
        blocks.push(screen.paint(Tone::Quiet, &wrap(NOT_KEPT, "  ", screen)));
    }
    blocks.join("\n\n") + "\n"
}

/// What a report said that cannot be printed again.
const NOT_KEPT: &str = "Not in the journal: method, reasoning and sources of added rows, what else the estimates held (such as models \
                        without an estimate), the layout of the file, and what waited for a person";

/// How many rows a refresh or a reset added, changed and kept. The journal does not count the unchanged ones: they are what is left of
/// the total.
fn row_counts(entry: &JournalEntry<'_>) -> String {
    let (changes, summary) = (&*entry.changes, &entry.summary);
    let (added, updated) = (changes.added.len(), changes.updated.len());
    let told = added + updated + changes.demoted.len() + changes.orphaned.len();
    let (verified, protected) = (summary.verified, summary.protected);
    let unchanged = summary.total.saturating_sub(told + verified + protected);
    counts(changes, unchanged, verified, protected)
}

/// That no model of the journal is meant by a name.
pub(super) fn nothing(name: &str, screen: Screen) -> String {
    let name = bounded(name);
    let said = format!(
        "Nothing in the journal under \"{name}\"; `core-dataset list --match TEXT` finds names"
    );
    wrap(&said, "  ", screen) + "\n"
}

/// What happened to a model, an entry for each, and what changed below it.
pub(in super::super) fn events(events: &[Event<'_>], total: usize, screen: Screen) -> String {
    let mut table = Table::titled(
        Tone::Heading,
        &[
            ("run", Number),
            ("at (UTC)", Sentence),
            ("event", Sentence),
            ("name", Text),
            ("developer", Text),
            ("by", Text),
        ],
    );
    for event in events {
        let mut below = details(event);
        for line in &mut below {
            *line = wrap(&format!("     {line}"), "       ", screen);
        }
        let cells = event_cells(event);
        table.push(Entry { cells, below });
    }
    let mut lines = table.lines("", screen);
    if total > events.len() {
        let rest = format!("{} of {total} entries", events.len());
        lines.push(screen.paint(Tone::Quiet, &rest));
    }
    lines.join("\n") + "\n"
}

fn event_cells(event: &Event<'_>) -> Vec<Cell> {
    let tone = match event.event {
        "added" | "verified" => Tone::Added,
        "removed" | "unverified" | "dismissed" => Tone::Removed,
        "updated" => Tone::Changed,
        _ => Tone::Attention,
    };
    // The groups are named after the many that a run has in them; an entry is of one.
    let name = match event.event {
        "decisions" => "decided",
        "aliases" => "alias",
        "conflicts" => "conflict",
        "duplicates" => "duplicate",
        other => other,
    };
    vec![
        Cell::plain(&event.run.to_string()),
        Cell::plain(&moment(event.at)),
        Cell::new(tone, name),
        Cell::name(Tone::Heading, &event.change.name),
        Cell::name(Tone::Plain, &event.change.developer),
        Cell::name(Tone::Plain, event.by.unwrap_or("?")),
    ]
}

/// What changed, a line each: the number first, then the other cells, then what the run said besides.
fn details(event: &Event<'_>) -> Vec<String> {
    let change = event.change;
    let mut lines: Vec<String> = flop(event).into_iter().collect();
    let (derived, told): (Vec<_>, Vec<_>) = change
        .fields
        .0
        .iter()
        .filter(|(column, _)| column != Column::TrainingFlop.name())
        .partition(|(column, _)| column.parse().is_ok_and(Column::is_derived));
    for (column, cell) in told {
        // The entry's own line says that a row was verified, and who decided when.
        let is_said = match event.event {
            "verified" => column == Column::Verified.name(),
            "decisions" => column == "by" || column == "at",
            _ => false,
        };
        if !is_said {
            lines.push(from_to(event, column, cell));
        }
    }
    if lines.is_empty() {
        lines.extend(
            derived
                .iter()
                .map(|(column, cell)| from_to(event, column, cell)),
        );
    }
    for column in [Column::Confidence, Column::Reasoning] {
        let text = unchanged(event, column).filter(|text| !text.is_empty());
        lines.extend(text.map(|text| format!("{} {}", column.name(), quoted(text))));
    }
    if change.verified_flop.is_some() {
        let [verified, latest] = [change.verified_flop, change.latest_flop].map(Option::flatten);
        lines.push(drift_text(verified, latest));
    }
    if let Some(decision) = &change.decision {
        let [judged, latest] = [change.judged_flop, change.latest_flop].map(Option::flatten);
        let (judged, latest) = flop_texts(judged, latest);
        let decision = bounded(decision);
        lines.push(format!("{decision}, judged at {judged}, latest {latest}"));
    }
    if let Some(reason) = &change.reason {
        lines.push(shown(reason).into_owned());
    }
    // What stood in a row that left is told with the row, below.
    let has_left = change.row.is_some() || change.dropped.is_some();
    if let Some(text) = change.verified.as_ref().filter(|_| !has_left) {
        lines.push(format!("verified is {}", quoted(text)));
    }
    if let Some((kept, dropped)) = change.kept.zip(change.dropped) {
        lines.push(format!(
            "on several rows: {kept} kept, {dropped} removed as duplicate"
        ));
    }
    if !change.with.is_empty() {
        lines.push(format!("also {}", others(&change.name, &change.with)));
    }
    for (column, text) in change.row.iter().chain(&change.rows).flat_map(|row| &row.0) {
        let is_human = column == Column::Verified.name() || is_text_column(column);
        if is_human && !text.trim().is_empty() {
            let (column, text) = (bounded(column), quoted(text));
            lines.push(format!("{column} {text}, which left with the row"));
        }
    }
    lines
}

/// The training FLOP before and after, with digits enough to differ, and what that means.
fn flop(event: &Event<'_>) -> Option<String> {
    let (was, now) = event.change.flops();
    let is_below = now.is_some_and(|now| now < Flop::CANDIDATE);
    let has_left = event.event == "removed";
    let Some(cell) = event.change.field(Column::TrainingFlop) else {
        // A row may have stood at the number of the estimate for which it left.
        let flop = now.filter(|_| has_left)?.rounded();
        let meaning = if is_below { ", below 5e24" } else { "" };
        return Some(format!("{flop} FLOP{meaning}"));
    };
    if was == now {
        let same = if was.is_some() {
            ", the same number"
        } else {
            ""
        };
        return Some(from_to(event, Column::TrainingFlop.name(), cell) + same);
    }
    if event.event == "added" {
        return Some(format!("{} FLOP", flop_text(now)));
    }
    let (from, to) = flop_texts(was, now);
    let (Some(was), Some(now)) = (was, now) else {
        return Some(format!("{from} → {to}"));
    };
    let mut text = format!("{from} → {to} FLOP, {}", was.factor_text(now));
    if has_left && is_below {
        text += ", now below 5e24";
    } else if let Some(meaning) = class_change(Some(was), Some(now)) {
        text += &format!(", {meaning}");
    }
    Some(text)
}

/// A cell of a row that left, in a column where the estimate said the same, so that no change is listed.
fn unchanged<'e>(event: &Event<'e>, column: Column) -> Option<&'e str> {
    let change = event.change;
    if event.event != "removed" || change.field(column).is_some() {
        return None;
    }
    let text = change.row.as_ref()?.get(column.name())?;
    Some(text)
}

/// `notes "a" → "b c"`; of a cell that was blank what it says now; of human work of an older copy that it was not taken.
fn from_to(event: &Event<'_>, column: &str, cell: &FromTo<'_>) -> String {
    let (from, to) = (quoted(&cell.from), quoted(&cell.to));
    let column = bounded(column);
    if event.event == "conflicts" {
        return format!("{column} {from} stays, {to} was not taken");
    }
    match (cell.from.is_empty(), cell.to.is_empty()) {
        (true, _) => format!("{column} {to}"),
        (false, true) => format!("{column} {from} → blank"),
        (false, false) => format!("{column} {from} → {to}"),
    }
}

/// A text up to a length that nobody writes, in quotes unless it is one word.
fn quoted(text: &str) -> String {
    let excerpt = excerpt(text, 2_000);
    let text = shown(&excerpt);
    if text.is_empty() || text.contains(char::is_whitespace) {
        format!("\"{text}\"")
    } else {
        bounded(&text)
    }
}
