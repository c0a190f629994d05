//! The journal as text. Pure.

use crate::changes::ModelChange;
use crate::dates;
use crate::journal::JournalEntry;
use crate::plan::Mode;
use crate::report::{changes_text, count_rows, row_groups, summary};
use crate::schema::Column;
use crate::terminal::Align::{Number, Paragraph, Sentence, Text};
use crate::terminal::{Cell, Grid, GridRow, Screen, Tone, bounded, headed, wrap};
use crate::text::{SHORT_EXCERPT, one_line, quoted_to, shown_of};

use super::details::details;
use super::events::Event;

/// Every run with what it changed, a line each, and how one of them is shown in full.
pub(super) fn runs(entries: &[JournalEntry<'_>], total: usize, screen: Screen) -> String {
    if total == 0 {
        return "Nothing in the journal\n".to_owned();
    }
    let mut grid = Grid::titled(&[
        ("run", Number),
        ("at (UTC)", Sentence),
        ("what", Sentence),
        ("by", Text),
        ("rows", Number),
        ("changes", Paragraph),
    ]);
    for (number, entry) in (1..).zip(entries) {
        grid.push(run_cells(number, entry));
    }
    let count = shown_of(entries.len(), total, "run");
    let hint = format!("{count}; run 1 is the newest, and `history --run 1 -v` prints its report");
    grid.text(Some(&wrap(&hint, "", screen)), screen)
}

fn run_cells(number: usize, entry: &JournalEntry<'_>) -> [Cell; 6] {
    /// How many models of a group are named. The others are counted.
    const NAMED: usize = 3;
    let changes = &entry.changes;
    let mut groups = vec![("crossed 1e25", changes.crossed.iter().collect())];
    groups.extend(row_groups(changes));
    groups.extend([
        ("decided", changes.decisions.iter().collect()),
        ("alias", changes.aliases.iter().collect()),
    ]);
    let mut said = Vec::new();
    for (what, changes) in groups {
        let count = count_rows(&changes);
        let counted = changes.iter().filter(|change| change.dropped != Some(0));
        let names: Vec<String> = counted.map(|change| named(what, change)).collect();
        if (1..=NAMED).contains(&names.len()) {
            said.push(format!("{count} {what} ({})", names.join(", ")));
        } else if count > 0 {
            said.push(format!("{count} {what}"));
        }
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

/// A model of a group, with why its row left, or with the new text in its notes or in the note of a decision on it.
fn named(what: &str, change: &ModelChange<'_>) -> String {
    let note = change.new_note();
    let note = note.map(|note| quoted_to(SHORT_EXCERPT, &one_line(note.into())));
    let told = match what {
        "removed" => Some(why_it_left(change)),
        _ => note,
    };
    let told = told.map_or_else(String::new, |told| format!(": {told}"));
    bounded(&change.name) + &told
}

/// The estimate by which a row left: its training FLOP, confidence and reasoning; or why there is none.
fn why_it_left(change: &ModelChange<'_>) -> String {
    let (Some(flop), None) = (change.flops().1, &change.reason) else {
        return bounded(change.reason.as_deref().unwrap_or("no estimate"));
    };
    let cell = |column: Column| {
        let row = change.row.as_ref().and_then(|row| row.get(column.name()));
        let field = change.field(column).map(|field| &field.to);
        field.or(row).map_or("", |text| text)
    };
    let confidence = bounded(cell(Column::Confidence));
    let reasoning = quoted_to(SHORT_EXCERPT, &one_line(cell(Column::Reasoning).into()));
    format!("{}, {confidence}, {reasoning}", flop.rounded())
}

/// A moment to the second, which is enough to tell runs apart.
fn moment(at: &str) -> String {
    match dates::moment(at) {
        Some(moment) => moment.format("%Y-%m-%d %H:%M:%S").to_string(),
        None => bounded(at),
    }
}

/// The report of one run, from what the journal has of it.
pub(super) fn run(number: usize, entry: &JournalEntry<'_>, screen: Screen) -> String {
    let title = format!("Run {number}, {}", bounded(&entry.mode));
    let mut when = format!(": {} UTC", moment(&entry.at));
    if let Some(by) = &entry.by {
        when += &format!(" by {}", bounded(by));
    }
    if let Some(saved) = &entry.estimates_saved_at {
        when += &format!(", estimates saved {}", bounded(saved));
    }
    // What a recovery journalled is no mode, and a later version may know others. They are shown like a refresh, which says the most.
    let mode = entry.mode.parse().unwrap_or(Mode::Refresh);
    let changes = changes_text(mode, &entry.changes, screen);
    let mut blocks = vec![
        headed(&title, &when, screen),
        changes.unwrap_or_else(|| "No row changed".to_owned()),
        summary(&entry.summary, entry.at_or_above_1e25, screen),
    ];
    if let Some(backup) = &entry.backup {
        blocks.push(format!("Backed up to {}", bounded(backup)));
    }
    blocks.join("\n\n") + "\n"
}

/// What happened to a model, an entry for each, and what changed below it.
pub(in crate::commands) fn events(events: &[Event<'_>], total: usize, screen: Screen) -> String {
    let mut grid = Grid::titled(&[
        ("run", Number),
        ("at (UTC)", Sentence),
        ("event", Sentence),
        ("name", Text),
        ("developer", Text),
        ("by", Text),
    ]);
    for event in events {
        let mut below = details(event);
        for line in &mut below {
            *line = wrap(&format!("     {line}"), "       ", screen);
        }
        let cells = vec![
            Cell::plain(&event.run.to_string()),
            Cell::plain(&moment(event.at)),
            Cell::new(Tone::Changed, event.event),
            Cell::name(Tone::Heading, &event.change.name),
            Cell::name(Tone::Plain, &event.change.developer),
            Cell::name(Tone::Plain, event.by.unwrap_or("?")),
        ];
        grid.push(GridRow { cells, below });
    }
    let rest = (total > events.len()).then(|| format!("{} of {total} entries", events.len()));
    grid.text(rest.as_deref(), screen)
}
