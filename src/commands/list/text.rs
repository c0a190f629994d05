//! The rows that are listed, as a table that fits the screen. Pure.

use std::collections::HashSet;

use super::output::List;
use super::select::Listed;
use super::state::Crossing;
use crate::dataset::{Mark, Row};
use crate::dates;
use crate::flop::Flop;
use crate::report::class_change;
use crate::schema::Column;
use crate::terminal::{Align, Cell, Screen, Tone, bounded, lay_out, listed, wrap};
use crate::text::{excerpt, plural, shown};

/// Columns behind name, developer and FLOP, the most useful first. One is shown where a row fills it and the screen has room for it.
const FURTHER: [(&str, Column); 5] = [
    ("confidence", Column::Confidence),
    ("released", Column::ReleaseDate),
    ("method", Column::EstimationMethod),
    ("updated", Column::LastUpdated),
    ("class", Column::ThresholdClassification),
];

/// A further column leaves at least this much to names, developers and remarks, where they are that long.
const NAME: usize = 20;
const DEVELOPER: usize = 14;
const REMARK: usize = 40;

/// The table; with `verbose`, reasoning, sources and what people wrote under each row; at its end how many rows there are.
pub(super) fn text(list: &List<'_>, screen: Screen, verbose: bool) -> String {
    if list.rows.is_empty() {
        return "No rows\n".to_owned();
    }
    let lines = match &list.columns {
        Some(places) => asked_columns(list, places, screen),
        None => chosen_columns(list, screen),
    };
    let mut out = String::new();
    for (place, line) in lines.iter().enumerate() {
        let row = place.checked_sub(1);
        if row.is_some_and(|row| row > 0 && list.group_at(row).is_some()) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        let row = row.and_then(|row| list.rows.get(row));
        if let Some(listed) = row.filter(|_| verbose) {
            push_details(list, listed.row, screen, &mut out);
        }
    }
    let total = screen.paint(Tone::Quiet, &total(list));
    out + &total + "\n"
}

/// `8 of 28 rows`.
fn total(list: &List<'_>) -> String {
    let rows = match list.rows.len() {
        all if all == list.total => plural(all, "row"),
        some => format!("{some} of {}", plural(list.total, "row")),
    };
    let groups = list.rows.iter().filter_map(|listed| listed.state.group);
    let groups: HashSet<usize> = groups.collect();
    match groups.len() {
        0 => rows,
        groups => format!("{rows} in {} of probable renames", plural(groups, "group")),
    }
}

/// The columns that were asked for, as they stand in the file.
fn asked_columns(list: &List<'_>, places: &[usize], screen: Screen) -> Vec<String> {
    let header = &list.dataset.table.header;
    let columns = places
        .iter()
        .map(|place| match header.name(*place).parse() {
            Ok(Column::TrainingFlop | Column::TrainingFlopFormatted | Column::Parameters) => {
                Align::Number
            }
            _ => Align::Text,
        });
    let heading = places
        .iter()
        .map(|place| Cell::name(Tone::Heading, "", header.name(*place)));
    let rows = list.rows.iter().map(|listed| {
        let cells = places.iter().map(|place| listed.row.record.cell(*place));
        cells
            .map(|cell| Cell::name(Tone::Plain, "", cell))
            .collect()
    });
    let table: Vec<Vec<Cell>> = std::iter::once(heading.collect()).chain(rows).collect();
    lay_out("", &columns.collect::<Vec<_>>(), &table, screen)
}

/// Mark, name, developer, FLOP, as many further columns as there is room for, and what is known of the row.
fn chosen_columns(list: &List<'_>, screen: Screen) -> Vec<String> {
    let numbered = list.rows.iter().enumerate();
    let remarks: Vec<Cell> = numbered
        .map(|(place, listed)| Cell::new(Tone::Attention, &remark(list, place, listed)))
        .collect();
    let mut table: Vec<Vec<Cell>> = vec![headings(&["", "name", "developer", "FLOP"])];
    table.extend(list.rows.iter().map(|listed| fixed(list, listed)));
    let mut columns = vec![Align::Sentence, Align::Text, Align::Text, Align::Number];
    let width = |table: &[Vec<Cell>], place: usize| {
        let cells = table.iter().filter_map(|row| row.get(place));
        cells.map(Cell::width).max().unwrap_or(0)
    };
    let remark = remarks.iter().map(Cell::width).max().unwrap_or(0);
    let mut used = width(&table, 0) + 2 + width(&table, 3) + 2;
    used += width(&table, 1).min(NAME) + 2 + width(&table, 2).min(DEVELOPER);
    used += if remark > 0 {
        remark.min(REMARK) + 2
    } else {
        0
    };
    for (title, column) in FURTHER {
        let heading = Cell::new(Tone::Heading, title);
        let cells = list.rows.iter().map(|listed| further(list, listed, column));
        let mut cells: Vec<Cell> = cells.collect();
        if cells.iter().all(|cell| cell.width() == 0) {
            continue;
        }
        cells.insert(0, heading);
        used += cells.iter().map(Cell::width).max().unwrap_or(0) + 2;
        if screen.width.is_some_and(|width| used > width) {
            break;
        }
        columns.push(Align::Text);
        table
            .iter_mut()
            .zip(cells)
            .for_each(|(row, cell)| row.push(cell));
    }
    if remark > 0 {
        columns.push(Align::Paragraph);
        let cells = std::iter::once(Cell::plain("")).chain(remarks);
        table
            .iter_mut()
            .zip(cells)
            .for_each(|(row, cell)| row.push(cell));
    }
    lay_out("", &columns, &table, screen)
}

fn headings(titles: &[&str]) -> Vec<Cell> {
    let titles = titles.iter();
    titles
        .map(|title| Cell::new(Tone::Heading, title))
        .collect()
}

fn fixed(list: &List<'_>, listed: &Listed<'_>) -> Vec<Cell> {
    let cell = |column| list.dataset.cell(listed.row, column);
    let (mark, tone) = match listed.row.mark {
        Mark::Verified => ("y", Tone::Added),
        Mark::Protected => ("!", Tone::Attention),
        Mark::Unverified => ("", Tone::Plain),
    };
    vec![
        Cell::new(tone, mark),
        Cell::name(tone, "", cell(Column::Name)),
        Cell::name(Tone::Plain, "", cell(Column::Developer)),
        Cell::plain(&flop(list, listed)),
    ]
}

/// The row's own number, with digits enough to differ from the one that the remark sets against it.
fn flop(list: &List<'_>, listed: &Listed<'_>) -> String {
    let Some(flop) = listed.row.flop else {
        let unreadable = list.dataset.unreadable_flop(listed.row);
        return unreadable
            .map_or("no estimate", |_| "unreadable")
            .to_owned();
    };
    let state = &listed.state;
    let other = state.drift.map(|drift| drift.latest);
    let other = other.or(state.crossing.map(|crossing| match crossing.to == flop {
        true => crossing.from,
        false => crossing.to,
    }));
    flop.rounded_apart(other.unwrap_or(flop)).0
}

fn further(list: &List<'_>, listed: &Listed<'_>, column: Column) -> Cell {
    let text = list.dataset.cell(listed.row, column);
    match column {
        // The class that its own number has: older files carry older names.
        Column::ThresholdClassification => {
            let class = listed.row.flop.map(|flop| flop.class().name());
            Cell::plain(class.unwrap_or_default())
        }
        Column::LastUpdated => match dates::day(text) {
            Some(day) => Cell::plain(&day.to_string()),
            None => Cell::name(Tone::Plain, "", text),
        },
        _ => Cell::name(Tone::Plain, "", text),
    }
}

/// What is known of a row in the states that were asked for.
fn remark(list: &List<'_>, place: usize, row: &Listed<'_>) -> String {
    let state = &row.state;
    let mut said = Vec::new();
    if let Some(crossing) = state.crossing {
        let is_new = row.row.flop == Some(crossing.to);
        let left = if state.has_left { ", removed" } else { "" };
        said.push(crossed(crossing, is_new || !state.has_left) + left);
    }
    if let Some(drift) = state.drift {
        let latest = drift.verified.map_or_else(
            || drift.latest.rounded(),
            |verified| {
                let (_, latest) = verified.rounded_apart(drift.latest);
                format!("{latest} {}", verified.factor_text(drift.latest))
            },
        );
        let side = class_change(drift.verified, Some(drift.latest));
        let side = side.map_or_else(String::new, |side| format!(", {side}"));
        said.push(format!("latest {latest}{side}"));
    }
    if state.is_demoted {
        let texts = list.dataset.human_text(row.row);
        let texts = texts.map(|(_, text)| format!("\"{}\"", excerpt(text.trim(), 300)));
        said.extend(texts.take(1));
    }
    said.extend(state.orphan.map(|why| why.reason().to_owned()));
    let others = list.elsewhere(place);
    let mut others = others
        .map(|other| format!("{} ({})", bounded(&other.name), bounded(&other.developer)))
        .peekable();
    if others.peek().is_some() {
        said.push(format!("also {}", listed(others)));
    }
    said.join("; ")
}

/// How a row passed 1e25. Its own number says the one of the two that `is_new` names; the other is told.
fn crossed(crossing: Crossing, is_new: bool) -> String {
    let Crossing { from, to } = crossing;
    let (from_text, to_text) = from.rounded_apart(to);
    let arrow = match to >= Flop::REGULATORY {
        true => '↑',
        false => '↓',
    };
    let other = match is_new {
        true => format!("from {from_text}"),
        false => format!("to {to_text}"),
    };
    format!("{arrow} {other} {}", from.factor_text(to))
}

/// What of a long text is shown; `--format json` has it whole.
const LONGEST: usize = 10_000;

fn push_details(list: &List<'_>, row: &Row<'_>, screen: Screen, out: &mut String) {
    let columns = [Column::Reasoning, Column::Sources];
    let columns = columns.map(|column| (column.name(), list.dataset.cell(row, column)));
    let header = &list.dataset.table.header;
    let human = list.dataset.human_text(row);
    let human = human.map(|(place, text)| (header.name(place), text));
    for (name, text) in columns.into_iter().chain(human) {
        if !text.trim().is_empty() {
            let text = excerpt(text.trim(), LONGEST);
            let line = format!("    {}: {}", bounded(name), shown(&text));
            let line = wrap(&line, "      ", screen);
            out.push_str(&screen.paint(Tone::Quiet, &line));
            out.push('\n');
        }
    }
}
