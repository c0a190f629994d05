//! The journal as text. Pure.

use crate::changes::{FromTo, ModelChange};
use crate::dates;
use crate::flop::Flop;
use crate::journal::JournalEntry;
use crate::plan::Mode;
use crate::report::{
    Kept, changes_text, class_change, counts, decision_changes, flop_text, rows_above, stored_flop,
    summary,
};
use crate::schema::{Column, is_text_column};
use crate::terminal::Align::{Number, Paragraph, Sentence, Text};
use crate::terminal::{Cell, Screen, Tone, bounded, bounded_model, headed, listed, titled, wrap};
use crate::text::{excerpt, shown, shown_of};

use super::events::Event;

/// Every run with what it changed, a line each, and how one of them is shown in full.
pub(super) fn runs(entries: &[JournalEntry<'_>], total: usize, screen: Screen) -> String {
    if total == 0 {
        return "Nothing in the journal\n".to_owned();
    }
    let titles = ["run", "at (UTC)", "what", "by", "rows", "changes"];
    let columns = [Number, Sentence, Sentence, Text, Number, Paragraph];
    let rows = (1..).zip(entries);
    let rows = rows.map(|(number, entry)| run_cells(number, entry));
    let count = shown_of(entries.len(), total, "run");
    let hint = format!("{count}; run 1 is the newest, and `history --run 1 -v` prints its report");
    let hint = screen.paint(Tone::Quiet, &wrap(&hint, "", screen));
    titled(titles, columns, rows, screen).join("\n") + "\n" + &hint + "\n"
}

fn run_cells(number: usize, entry: &JournalEntry<'_>) -> [Cell; 6] {
    /// So many models of a group are named, more are counted.
    const NAMED: usize = 3;
    let changes = &entry.changes;
    let groups = [
        (&changes.crossed, "crossed 1e25"),
        (&changes.added, "added"),
        (&changes.updated, "updated"),
        (&changes.demoted, "demoted"),
        (&changes.removed, "removed"),
        (&changes.dismissed, "dismissed"),
        (&changes.duplicates, "removed as duplicate"),
        (&changes.decisions, "decided"),
        (&changes.aliases, "alias"),
    ];
    let mut said = Vec::new();
    for (changes, what) in groups {
        // A model on several rows counts as often as a row of it left.
        let rows = changes.iter().map(|change| change.dropped.unwrap_or(1));
        let count: usize = rows.sum();
        let told = changes.iter().filter(|change| change.dropped != Some(0));
        let names: Vec<String> = told.map(|change| bounded(&change.name)).collect();
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
        Cell::name(Tone::Heading, "", &entry.mode),
        Cell::name(Tone::Plain, "", entry.by.as_deref().unwrap_or("?")),
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
    let changes = match mode.is_decision() {
        true => Some(decision_changes(mode, &entry.changes, screen)),
        false => changes_text(mode, &entry.changes, None, None, screen, verbose),
    };
    let changes = changes.map(|changes| changes.trim_end().to_owned());
    let changes = changes.filter(|changes| !changes.is_empty());
    let mut blocks = vec![
        headed(&title, &when, screen),
        changes.unwrap_or_else(|| "No row changed".to_owned()),
        summary(&entry.summary, screen),
    ];
    let above = entry.at_or_above_1e25;
    blocks.extend(above.map(|above| rows_above(above, &entry.summary)));
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
    let told = [
        &changes.added,
        &changes.updated,
        &changes.demoted,
        &changes.orphaned,
    ];
    let told: usize = told.iter().map(|group| group.len()).sum();
    let (verified, protected) = (summary.verified, summary.protected);
    let kept = Kept {
        unchanged: summary.total.saturating_sub(told + verified + protected),
        verified,
        protected,
    };
    counts(changes, &kept, 0)
}

/// That no model of the journal is meant by a name.
pub(super) fn nothing(name: &str, alike: &[String], screen: Screen) -> String {
    let said = match alike.is_empty() {
        true => "; `core-dataset list --match TEXT` finds names".to_owned(),
        false => {
            let names = alike.iter().cloned();
            format!("; these look alike: {}", listed(names))
        }
    };
    let said = format!("Nothing in the journal under \"{}\"{said}", bounded(name));
    wrap(&said, "  ", screen) + "\n"
}

/// What happened to a model, an entry for each, and what changed below it.
pub(in super::super) fn events(events: &[Event<'_>], total: usize, screen: Screen) -> String {
    let titles = ["run", "at (UTC)", "event", "name", "developer", "by"];
    let columns = [Number, Sentence, Sentence, Text, Text, Text];
    let rows = events.iter().map(event_cells);
    let mut lines = titled(titles, columns, rows, screen).into_iter();
    let mut out: Vec<String> = lines.next().into_iter().collect();
    for (line, event) in lines.zip(events) {
        out.push(line);
        let details = details(event).into_iter();
        out.extend(details.map(|one| wrap(&format!("     {one}"), "       ", screen)));
    }
    if total > events.len() {
        let rest = format!("{} of {total} entries", events.len());
        out.push(screen.paint(Tone::Quiet, &rest));
    }
    out.join("\n") + "\n"
}

fn event_cells(event: &Event<'_>) -> [Cell; 6] {
    let tone = match event.event {
        "added" | "verified" => Tone::Added,
        "removed" | "unverified" | "dismissed" => Tone::Removed,
        "updated" => Tone::Changed,
        _ => Tone::Attention,
    };
    [
        Cell::plain(&event.run.to_string()),
        Cell::plain(&moment(event.at)),
        Cell::new(tone, event_text(event.event)),
        Cell::name(Tone::Heading, "", &event.change.name),
        Cell::name(Tone::Plain, "", &event.change.developer),
        Cell::name(Tone::Plain, "", event.by.unwrap_or("?")),
    ]
}

/// The groups are named after the many that a run has in them; an entry is of one.
fn event_text(event: &str) -> &str {
    match event {
        "decisions" => "decided",
        "aliases" => "alias",
        "conflicts" => "conflict",
        "duplicates" => "duplicate",
        other => other,
    }
}

/// What changed, a line each: the number first, then the other cells, then what the run said besides.
fn details(event: &Event<'_>) -> Vec<String> {
    let change = event.change;
    let mut lines: Vec<String> = flop(event).into_iter().collect();
    let is_named = change
        .field(Column::Name)
        .is_some_and(|cell| !cell.from.is_empty());
    let is_told = |column: &str| match column.parse() {
        Ok(Column::TrainingFlop) => false,
        Ok(Column::Name | Column::Developer) => is_named,
        Ok(Column::Verified) => event.event != "verified",
        // Who decided, and when, stands in the entry's own line.
        _ if event.event == "decisions" && ["by", "at"].contains(&column) => false,
        column => !column.is_ok_and(Column::is_derived),
    };
    let form = match event.event {
        "conflicts" => conflict,
        _ => cell,
    };
    let cells = change.fields.0.iter();
    let told = cells.clone().filter(|(column, _)| is_told(column));
    lines.extend(told.map(|(column, cell)| form(column, cell)));
    if lines.is_empty() {
        let derived = cells.filter(|(column, _)| column.parse().is_ok_and(Column::is_derived));
        lines.extend(derived.map(|(column, text)| cell(column, text)));
    }
    let reasons = [Column::Confidence, Column::Reasoning].map(Column::name);
    let alike = reasons.map(|column| (column, unchanged_cell(event, column)));
    let alike = alike.iter().filter(|(_, text)| !text.is_empty());
    lines.extend(alike.map(|(column, text)| format!("{column} {}", quoted(column, text))));
    lines.extend(drift(change));
    lines.extend(judged(change));
    if let Some(reason) = &change.reason {
        lines.push(shown(reason).into_owned());
    }
    // What stood in a row that left is told with the row, below.
    let has_left = change.row.is_some() || change.dropped.is_some();
    if let Some(text) = change.verified.as_ref().filter(|_| !has_left) {
        let text = quoted(Column::Verified.name(), text);
        lines.push(format!("verified is {text}"));
    }
    if let Some((kept, dropped)) = change.kept.zip(change.dropped) {
        lines.push(format!(
            "on several rows: {kept} kept, {dropped} removed as duplicate"
        ));
    }
    if !change.with.is_empty() {
        let others = change.with.iter();
        let others = others.map(|other| bounded_model(&other.name, &other.developer));
        lines.push(format!("also {}", listed(others)));
    }
    for (column, text) in change.row.iter().chain(&change.rows).flat_map(|row| &row.0) {
        let is_human = column == Column::Verified.name() || is_text_column(column);
        if is_human && !text.trim().is_empty() {
            let (column, text) = (bounded(column), quoted(column, text));
            lines.push(format!("{column} {text}, which left with the row"));
        }
    }
    lines
}

/// The training FLOP before and after, with digits enough to differ, and what that means.
fn flop(event: &Event<'_>) -> Option<String> {
    let Some(cell) = event.change.field(Column::TrainingFlop) else {
        let alike = unchanged_cell(event, Column::TrainingFlop.name());
        let flop: Flop = alike.parse().ok()?;
        let meaning = match flop < Flop::CANDIDATE {
            true => ", below 5e24",
            false => "",
        };
        return Some(format!("{} FLOP{meaning}", flop.rounded()));
    };
    let has_left = event.event == "removed";
    let text = |text: &str| quoted(Column::TrainingFlop.name(), text);
    Some(match event.change.flops() {
        (Some(was), Some(now)) if was == now => {
            let (from, to) = (text(&cell.from), text(&cell.to));
            format!("training_flop {from} → {to}, the same number")
        }
        (Some(was), Some(now)) => {
            let (from, to) = was.rounded_apart(now);
            let meaning = match has_left && now < Flop::CANDIDATE {
                true => Some("now below 5e24".to_owned()),
                false => class_change(Some(was), Some(now)),
            };
            let meaning = meaning.map_or_else(String::new, |meaning| format!(", {meaning}"));
            format!("{from} → {to} FLOP, {}{meaning}", was.factor_text(now))
        }
        (None, Some(now)) if event.event == "added" => format!("{} FLOP", now.rounded()),
        (None, Some(now)) if cell.from.trim().is_empty() => {
            format!("no estimate → {} FLOP", now.rounded())
        }
        (Some(was), None) if cell.to.trim().is_empty() => {
            format!("{} → no estimate", was.rounded())
        }
        _ => format!("training_flop {} → {}", text(&cell.from), text(&cell.to)),
    })
}

/// A cell of a row that left, in a column where the estimate said the same, so that no change is listed.
fn unchanged_cell<'e>(event: &Event<'e>, column: &str) -> &'e str {
    let change = event.change;
    let row = change.row.as_ref().filter(|_| event.event == "removed");
    let row = row.filter(|_| change.fields.get(column).is_none());
    row.and_then(|row| row.get(column)).map_or("", |text| text)
}

fn drift(change: &ModelChange<'_>) -> Option<String> {
    let verified = change.verified_flop?;
    let latest = stored_flop(change.latest_flop)?;
    Some(match verified.and_then(Flop::new) {
        Some(verified) => {
            let (one, other) = verified.rounded_apart(latest);
            let factor = verified.factor_text(latest);
            format!("verified {one}, latest {other}, {factor}")
        }
        None => format!("verified without a number, latest {}", latest.rounded()),
    })
}

/// What was decided on a dismissed model, on which estimate, and what the estimates say now.
fn judged(change: &ModelChange<'_>) -> Option<String> {
    let decision = change.decision.as_deref()?;
    let [judged, latest] = [change.judged_flop, change.latest_flop].map(stored_flop);
    let (judged, latest) = match judged.zip(latest) {
        Some((judged, latest)) => judged.rounded_apart(latest),
        None => (flop_text(judged), flop_text(latest)),
    };
    let decision = bounded(decision);
    Some(format!("{decision}, judged at {judged}, latest {latest}"))
}

/// `notes: "a" → "b"`; of a cell that was blank what it says now.
fn cell(column: &str, cell: &FromTo<'_>) -> String {
    let (from, to) = (quoted(column, &cell.from), quoted(column, &cell.to));
    let column = bounded(column);
    match (cell.from.is_empty(), cell.to.is_empty()) {
        (true, _) => format!("{column} {to}"),
        (false, true) => format!("{column} {from} → blank"),
        (false, false) => format!("{column} {from} → {to}"),
    }
}

/// Human work of an older copy that was not taken.
fn conflict(column: &str, cell: &FromTo<'_>) -> String {
    let (stays, not_taken) = (quoted(column, &cell.from), quoted(column, &cell.to));
    let column = bounded(column);
    format!("{column} {stays} stays, {not_taken} was not taken")
}

/// A text, in quotes unless it is one word of a vocabulary, a number or a date. What people wrote is shown up to a length that nobody
/// writes, other texts up to a paragraph.
fn quoted(column: &str, text: &str) -> String {
    let limit = if is_text_column(column) { 2_000 } else { 300 };
    let prose = [Column::Reasoning.name(), Column::Sources.name()];
    // Of a decision only the note is prose.
    let is_word = ["decision", "flop"].contains(&column);
    let is_prose = is_text_column(column) && !is_word || prose.contains(&column);
    if is_prose || text.is_empty() || text.contains(char::is_whitespace) {
        format!("\"{}\"", shown(&excerpt(text, limit)))
    } else {
        bounded(text)
    }
}
