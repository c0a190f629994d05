//! The journal as text. Pure.

use super::Event;
use crate::changes::ModelChange;
use crate::dates;
use crate::flop::Flop;
use crate::journal::JournalEntry;
use crate::plan::Mode;
use crate::report::{
    changes_text, column_name, count_rows, factor_and_class, flop_texts, row_groups, summary,
};
use crate::schema::{Column, is_text_column};
use crate::terminal::Align::{Number, Paragraph, Sentence, Text};
use crate::terminal::{Cell, Grid, GridRow, Screen, Tone, bounded, headed, wrap};
use crate::text::{LONG_EXCERPT, SHORT_EXCERPT, one_line, quoted_to, shown_count};

/// Every run with what it changed, a line each, and how to show one in full.
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
    let count = shown_count(entries.len(), total, "run");
    let hint = format!("{count}; run 1 is the newest, and `history --run 1 -v` prints its report");
    grid.text(Some(&wrap(&hint, "", screen)), screen)
}

fn run_cells(number: usize, entry: &JournalEntry<'_>) -> [Cell; 6] {
    /// Up to this many models of a group are named. A larger group is only counted.
    const NAMED: usize = 10;
    let changes = &entry.changes;
    let mut groups = vec![("crossed 1e25", changes.crossed.iter().collect())];
    groups.extend(row_groups(changes));
    let decisions = changes.decisions.iter();
    let (removed, decided) = decisions.partition(|change| change.is_taken_back());
    groups.extend([
        ("decided", decided),
        ("decision taken back", removed),
        ("alias", changes.aliases.iter().collect()),
    ]);
    let mut counts = Vec::new();
    for (what, changes) in groups {
        let count = count_rows(&changes);
        let counted = changes.iter().filter(|change| change.dropped != Some(0));
        let names: Vec<String> = counted.map(|change| described(what, change)).collect();
        if (1..=NAMED).contains(&names.len()) {
            counts.push(format!("{count} {what} ({})", names.join(", ")));
        } else if count > 0 {
            counts.push(format!("{count} {what}"));
        }
    }
    [
        Cell::plain(&number.to_string()),
        Cell::plain(&moment(&entry.at)),
        Cell::name(Tone::Heading, &entry.mode),
        Cell::name(Tone::Plain, entry.by.as_deref().unwrap_or("?")),
        Cell::plain(&entry.summary.total.to_string()),
        Cell::plain(&counts.join(", ")),
    ]
}

/// The name of a model in a group, with the reason why its row left, or with the new text in its notes or in the note of a decision on it.
fn described(what: &str, change: &ModelChange<'_>) -> String {
    let note = change.new_note();
    let note = note.map(|note| quoted_to(SHORT_EXCERPT, &one_line(note.into())));
    let remark = match what {
        // The change has the name of the row that stays.
        "removed as duplicate" => return format!("of {}", bounded(&change.name)),
        "removed" => Some(why_it_left(change)),
        _ => note,
    };
    let remark = remark.map_or_else(String::new, |remark| format!(": {remark}"));
    bounded(&change.name) + &remark
}

/// Why a row left: the estimate's training FLOP, confidence and reasoning, or the reason why there is no estimate.
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

/// The report of one run, as far as the journal has it.
pub(super) fn run(number: usize, entry: &JournalEntry<'_>, screen: Screen) -> String {
    let title = format!("Run {number}, {}", bounded(&entry.mode));
    let mut when = format!(": {} UTC", moment(&entry.at));
    if let Some(by) = &entry.by {
        when += &format!(" by {}", bounded(by));
    }
    if let Some(saved) = &entry.estimates_saved_at {
        when += &format!(", estimates saved {}", bounded(saved));
    }
    // `recovered` is not a mode, and a later version may have further modes. Such runs are shown like a refresh, which shows the most.
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

/// The events of a model, an entry each, with the changes below.
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
        // The keys of these groups are meant for programs.
        let what = match event.event {
            "decisions" => "decided",
            "conflicts" => "conflict",
            group => group,
        };
        let cells = vec![
            Cell::plain(&event.run.to_string()),
            Cell::plain(&moment(event.at)),
            Cell::new(Tone::Changed, what),
            Cell::name(Tone::Heading, &event.change.name),
            Cell::name(Tone::Plain, &event.change.developer),
            Cell::name(Tone::Plain, event.by.unwrap_or("?")),
        ];
        grid.push(GridRow { cells, below });
    }
    let rest = (total > events.len()).then(|| format!("{} of {total} entries", events.len()));
    grid.text(rest.as_deref(), screen)
}

/// What changed, a line each: first the training FLOP, then the other cells, then the texts of the rows that left.
fn details(event: &Event<'_>) -> Vec<String> {
    let change = event.change;
    let mut lines: Vec<String> = flop(change).into_iter().collect();
    let (was, now) = change.flops();
    let is_conflict = event.event == "conflicts";
    let is_minor = |column: &str| {
        let minor = [Column::TrainingFlopFormatted, Column::LastUpdated];
        column.parse().is_ok_and(|column| minor.contains(&column))
    };
    let is_only_minor = change.fields.0.iter().all(|(column, _)| is_minor(column));
    for (column, cell) in &change.fields.0 {
        match column.parse() {
            Ok(Column::TrainingFlop) if was != now => continue,
            _ if is_minor(column) && !is_only_minor => continue,
            // The entry itself says when it was decided, and by whom.
            _ if event.event == "decisions" && ["by", "at"].contains(&&**column) => continue,
            _ => {}
        }
        let column = column_name(column);
        let [from, to] = [&cell.from, &cell.to].map(|text| quoted_to(LONG_EXCERPT, text));
        lines.push(match change.reason.as_deref().map(bounded) {
            Some(reason) if is_conflict => format!("{column}: {to} was not taken: {reason}"),
            None if is_conflict => format!("{column} {from} stays, {to} was not taken"),
            _ if cell.from.is_empty() => format!("{column} {to}"),
            _ => format!("{column} {from} → {to}"),
        });
    }
    if !is_conflict {
        lines.extend(change.reason.as_deref().map(bounded));
    }
    if let Some(decision) = &change.decision {
        let [was, now] = [change.judged_flop, change.latest_flop].map(Option::flatten);
        let (judged, latest) = flop_texts(was, now);
        let mut text = bounded(decision);
        // Some decisions do not state the number that was judged.
        if was.is_some() {
            text += &format!(", judged at {judged}");
        }
        lines.push(format!("{text}, latest {latest}"));
    }
    lines.extend(row_texts(change));
    lines
}

/// The training FLOP before and after, with enough digits to tell the two apart, the factor, and the threshold that it crossed, if any. For
/// a row that leaves with its number unchanged, only that number. A number that is now below 5e24 is said to be so.
fn flop(change: &ModelChange<'_>) -> Option<String> {
    let (was, now) = change.flops();
    let (from, to) = flop_texts(was, now);
    let mut text = match (was, now) {
        (Some(was), Some(now)) if was != now => {
            format!("{from} → {to} FLOP, {}", factor_and_class(was, now))
        }
        (Some(_), None) => format!("{from} → {to}"),
        (None, Some(_)) => format!("{to} FLOP"),
        (Some(_), Some(_)) if change.row.is_some() => format!("{to} FLOP"),
        _ => return None,
    };
    if now.is_some_and(|now| now < Flop::CANDIDATE) {
        text += ", below 5e24";
    }
    Some(text)
}

/// The marks and human text of the rows that left, and their confidence and reasoning where these are not listed as changes.
fn row_texts(change: &ModelChange<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for (column, text) in change.row.iter().chain(&change.rows).flat_map(|row| &row.0) {
        let is_shown = match column.parse() {
            Ok(known @ (Column::Confidence | Column::Reasoning)) => change.field(known).is_none(),
            Ok(Column::Verified) => true,
            _ => is_text_column(column),
        };
        if is_shown && !text.trim().is_empty() {
            let text = quoted_to(LONG_EXCERPT, text);
            lines.push(format!("the row's {}: {text}", bounded(column)));
        }
    }
    lines
}
