//! The rows that are listed, as a table that fits the screen. Pure.

use std::collections::HashSet;

use super::output::List;
use super::select::Listed;
use super::state::Crossing;
use crate::dataset::Row;
use crate::dates;
use crate::flop::Flop;
use crate::report::{class_change, flop_text, marked};
use crate::schema::Column;
use crate::terminal::Align::{Number, Paragraph, Sentence, Text};
use crate::terminal::{Cell, Screen, Tone, bounded, bounded_model, lay_out, listed, wrap};
use crate::text::{excerpt, plural, shown, shown_of};

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

/// The table; with `verbose`, reasoning, sources and what people wrote under each row; at its end how a person deals with the rows, and
/// how many there are.
pub(super) fn text(list: &List<'_>, remedy: Option<&str>, screen: Screen, verbose: bool) -> String {
    if list.total == 0 {
        return "No rows\n".to_owned();
    }
    let lines = match &list.columns {
        Some(places) => asked_columns(list, places, screen),
        None => chosen_columns(list, screen),
    };
    let mut lines = lines.into_iter();
    let mut out: Vec<String> = lines.next().into_iter().collect();
    for (place, (line, listed)) in lines.zip(&list.rows).enumerate() {
        if place > 0 && list.group_at(place).is_some() {
            out.push(String::new());
        }
        out.push(line);
        if verbose {
            out.extend(details(list, listed.row, screen));
        }
    }
    let ends = remedy.map(|remedy| wrap(remedy, "  ", screen)).into_iter();
    let ends = ends.chain([total(list)]);
    out.extend(ends.map(|end| screen.paint(Tone::Quiet, &end)));
    out.join("\n") + "\n"
}

/// `8 of 28 rows`.
fn total(list: &List<'_>) -> String {
    let rows = shown_of(list.rows.len(), list.total, "row");
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
    let names = places.iter().map(|place| header.name(*place));
    let columns = names.clone().map(|name| match name.parse() {
        Ok(Column::TrainingFlop | Column::TrainingFlopFormatted | Column::Parameters) => Number,
        _ => Text,
    });
    let names: Vec<Cell> = names
        .map(|name| Cell::name(Tone::Heading, "", name))
        .collect();
    let rows = list.rows.iter().map(|listed| {
        let cells = places.iter().map(|place| listed.row.record.cell(*place));
        cells
            .map(|cell| Cell::name(Tone::Plain, "", cell))
            .collect()
    });
    let columns: Vec<_> = columns.collect();
    lay_out("", &columns, [names].into_iter().chain(rows), screen)
}

/// Mark, name, developer, FLOP, as many further columns as there is room for, and what is known of the row.
fn chosen_columns(list: &List<'_>, screen: Screen) -> Vec<String> {
    let mut columns = vec![Sentence, Text, Text, Number];
    let title = |title| Cell::new(Tone::Heading, title);
    let mut table = vec![["", "name", "developer", "FLOP"].map(title).to_vec()];
    table.extend(list.rows.iter().map(|listed| fixed(list, listed)));
    let mut remarks = vec![Cell::plain("")];
    remarks
        .extend((0..list.rows.len()).map(|place| Cell::new(Tone::Attention, &remark(list, place))));
    let remark = widest(&remarks);
    let width = |place: usize| widest(table.iter().map(|row| &row[place]));
    let mut used = width(0) + 2 + width(1).min(NAME) + 2 + width(2).min(DEVELOPER) + 2 + width(3);
    if remark > 0 {
        used += 2 + remark.min(REMARK);
    }
    for (name, column) in FURTHER {
        let mut cells = vec![title(name)];
        cells.extend(list.rows.iter().map(|listed| further(list, listed, column)));
        if widest(&cells[1..]) == 0 {
            continue;
        }
        used += 2 + widest(&cells);
        if screen.width.is_some_and(|width| used > width) {
            break;
        }
        push_column(&mut table, cells);
        columns.push(Text);
    }
    if remark > 0 {
        push_column(&mut table, remarks);
        columns.push(Paragraph);
    }
    lay_out("", &columns, &table, screen)
}

fn widest<'c>(cells: impl IntoIterator<Item = &'c Cell>) -> usize {
    cells.into_iter().map(Cell::width).max().unwrap_or(0)
}

fn push_column(table: &mut [Vec<Cell>], cells: Vec<Cell>) {
    for (row, cell) in table.iter_mut().zip(cells) {
        row.push(cell);
    }
}

fn fixed(list: &List<'_>, listed: &Listed<'_>) -> Vec<Cell> {
    let cell = |column| list.dataset.cell(listed.row, column);
    let [mark, name] = marked(listed.row.mark, cell(Column::Name));
    vec![
        mark,
        name,
        Cell::name(Tone::Plain, "", cell(Column::Developer)),
        Cell::plain(&flop(list, listed)),
    ]
}

/// The row's own number, with digits enough to differ from the one that the remark sets against it.
fn flop(list: &List<'_>, listed: &Listed<'_>) -> String {
    let Some(flop) = listed.row.flop else {
        let unreadable = list.dataset.unreadable_flop(listed.row);
        return unreadable.map_or_else(|| flop_text(None), |_| "unreadable".to_owned());
    };
    let other = match (listed.state.drift, listed.state.crossing) {
        (Some(drift), _) => drift.latest,
        (None, Some(crossing)) if crossing.to == flop => crossing.from,
        (None, Some(crossing)) => crossing.to,
        (None, None) => flop,
    };
    flop.rounded_apart(other).0
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
fn remark(list: &List<'_>, place: usize) -> String {
    let Listed { row, state } = &list.rows[place];
    let mut said = Vec::new();
    if let Some(crossing) = state.crossing {
        let is_new = row.flop == Some(crossing.to);
        let left = if state.has_left { ", removed" } else { "" };
        said.push(crossed(crossing, is_new || !state.has_left) + left);
    }
    if let Some(drift) = state.drift {
        let latest = match drift.verified {
            Some(verified) => {
                let (_, latest) = verified.rounded_apart(drift.latest);
                format!("{latest} {}", verified.factor_text(drift.latest))
            }
            None => drift.latest.rounded(),
        };
        let side = class_change(drift.verified, Some(drift.latest));
        let side = side.map_or_else(String::new, |side| format!(", {side}"));
        said.push(format!("latest {latest}{side}"));
    }
    if state.is_demoted
        && let Some((_, text)) = list.dataset.human_text(row).next()
    {
        said.push(format!("\"{}\"", excerpt(text.trim(), 300)));
    }
    if let Some(orphan) = state.orphan {
        said.push(orphan.reason().to_owned());
    }
    let others = list.elsewhere(place);
    let others = listed(others.map(|other| bounded_model(&other.name, &other.developer)));
    if !others.is_empty() {
        said.push(format!("also {others}"));
    }
    said.join("; ")
}

/// How a row passed 1e25. The row itself shows one of the two numbers, the newer one where `is_new`; this text names the other.
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

/// How many bytes of a long text are shown; `--format json` has the whole text.
const LONGEST: usize = 10_000;

fn details(list: &List<'_>, row: &Row<'_>, screen: Screen) -> Vec<String> {
    let columns = [Column::Reasoning, Column::Sources];
    let columns = columns.map(|column| (column.name(), list.dataset.cell(row, column)));
    let header = &list.dataset.table.header;
    let human = list.dataset.human_text(row);
    let human = human.map(|(place, text)| (header.name(place), text));
    let cells = columns.into_iter().chain(human);
    let filled = cells.filter(|(_, text)| !text.trim().is_empty());
    let lines = filled.map(|(name, text)| {
        let text = excerpt(text.trim(), LONGEST);
        let line = format!("    {}: {}", bounded(name), shown(&text));
        screen.paint(Tone::Quiet, &wrap(&line, "      ", screen))
    });
    lines.collect()
}
