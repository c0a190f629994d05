//! The listed rows, as a table that fits the screen. Pure.

use std::borrow::Cow;

use super::select::{List, Listed};
use crate::changes::{Model, ModelChange};
use crate::dataset::Row;
use crate::dates;
use crate::report::{factor_and_class, flop_texts, mark_and_name};
use crate::schema::Column;
use crate::terminal::Align::{Number, Paragraph, Sentence, Text};
use crate::terminal::{
    self, Align, Cell, Grid, GridRow, Screen, Tone, bounded, bounded_model, wrap,
};
use crate::text::{LONG_EXCERPT, SHORT_EXCERPT, excerpt, shown, shown_count};

/// The columns between the name and the remarks, each with the least screen width at which it is shown. Developer and FLOP are always
/// shown, any other column only if the screen is wide enough and a row fills it.
const SHOWN: [(&str, Align, Column, usize); 7] = [
    ("developer", Text, Column::Developer, 0),
    ("FLOP", Number, Column::TrainingFlop, 0),
    ("confidence", Text, Column::Confidence, 60),
    ("released", Text, Column::ReleaseDate, 75),
    ("method", Text, Column::EstimationMethod, 95),
    ("updated", Text, Column::LastUpdated, 110),
    ("class", Text, Column::ThresholdClassification, 130),
];

/// The part of the screen's width that is kept for the remarks, in columns.
const REMARK: usize = 42;

/// The table, and how many rows there are.
pub(super) fn text(list: &List<'_>, screen: Screen) -> String {
    let grid = match list.has_requested_columns {
        true => requested_columns(list, screen),
        false => default_columns(list, screen),
    };
    let total = shown_count(list.rows.len(), list.total, "row");
    grid.text(Some(&total), screen)
}

/// The requested columns, as they are in the file.
fn requested_columns(list: &List<'_>, screen: Screen) -> Grid {
    let header = &list.dataset.table.header;
    let column = |place: &usize| {
        let name = header.name(*place);
        let align = match name.parse() {
            Ok(Column::TrainingFlop | Column::TrainingFlopFormatted | Column::Parameters) => Number,
            _ => Text,
        };
        (name, align)
    };
    let columns: Vec<_> = list.places.iter().map(column).collect();
    let mut grid = Grid::titled(&columns);
    for Listed { row, .. } in &list.rows {
        let cell = |place: &usize| Cell::name(Tone::Plain, row.record.cell(*place));
        let cells = list.places.iter().map(cell).collect();
        let below = details(list, row, screen);
        grid.push(GridRow { cells, below });
    }
    grid
}

/// The mark, the name, the [`SHOWN`] columns that fit the screen, and the remark.
fn default_columns(list: &List<'_>, screen: Screen) -> Grid {
    let remarks: Vec<String> = list.rows.iter().map(|row| remark(list, row)).collect();
    let mut width = screen.width.unwrap_or(usize::MAX);
    if remarks.iter().any(|remark| !remark.is_empty()) {
        width = width.saturating_sub(REMARK);
    }
    let mut shown = SHOWN.to_vec();
    shown.retain(|(_, _, column, least_width)| {
        let is_filled = |one: &Listed<'_>| !text_of(list, one.row, *column).is_empty();
        *least_width == 0 || (width >= *least_width && list.rows.iter().any(is_filled))
    });
    let mut columns = vec![("", Sentence), ("name", Text)];
    columns.extend(shown.iter().map(|(title, align, ..)| (*title, *align)));
    columns.push(("", Paragraph));
    let mut grid = Grid::titled(&columns);
    for (Listed { row, .. }, remark) in list.rows.iter().zip(remarks) {
        let mut cells = mark_and_name(row.mark, list.dataset.cell(row, Column::Name)).to_vec();
        for (_, _, column, _) in &shown {
            cells.push(Cell::name(Tone::Plain, &text_of(list, row, *column)));
        }
        cells.push(Cell::new(Tone::Attention, &remark));
        let below = details(list, row, screen);
        grid.push(GridRow { cells, below });
    }
    grid
}

/// The text of a row in a shown column. A training FLOP that is not a number is shown as it is. The class follows from the row's number,
/// because older files have older class names.
fn text_of<'l>(list: &List<'_>, row: &'l Row<'_>, column: Column) -> Cow<'l, str> {
    let text = list.dataset.cell(row, column);
    match (column, row.flop) {
        (Column::TrainingFlop, Some(flop)) => flop.rounded().into(),
        (Column::ThresholdClassification, Some(flop)) => flop.class().name().into(),
        (Column::ThresholdClassification, None) => "".into(),
        (Column::LastUpdated, _) => dates::day_text(text).into(),
        _ => text.into(),
    }
}

/// The details of a row in the requested states.
fn remark(list: &List<'_>, listed: &Listed<'_>) -> String {
    let row = listed.row;
    let mut parts = Vec::new();
    if let Some((Some(from), Some(to))) = listed.crossing.map(ModelChange::flops) {
        let (before, after) = from.rounded_apart(to);
        let left = if listed.has_left { ", removed" } else { "" };
        let factor = factor_and_class(from, to);
        parts.push(format!("{before} → {after}, {factor}{left}"));
    }
    if let Some(drift) = listed.drift {
        let (_, latest) = flop_texts(drift.verified, Some(drift.latest));
        let meaning = |verified| factor_and_class(verified, drift.latest);
        let meaning = drift.verified.map_or_else(String::new, meaning);
        parts.push(format!("latest {latest} {meaning}"));
    }
    if listed.is_demoted
        && let Some((_, text)) = list.dataset.human_text(row).next()
    {
        parts.push(format!("\"{}\"", excerpt(text.trim(), SHORT_EXCERPT)));
    }
    parts.extend(listed.orphan.map(str::to_owned));
    if !listed.others.is_empty() {
        let model = |other: &&Model<'_>| bounded_model(&other.name, &other.developer);
        let others = terminal::listed(listed.others.iter().map(model));
        parts.push(format!("also {others}"));
    }
    parts.join("; ")
}

/// With `--verbose`, the reasoning, the sources and the human text, a paragraph each.
fn details(list: &List<'_>, row: &Row<'_>, screen: Screen) -> Vec<String> {
    if !screen.shows_all {
        return Vec::new();
    }
    let header = &list.dataset.table.header;
    let machine = [Column::Reasoning, Column::Sources].map(|column| header.place(column));
    let mut lines = Vec::new();
    for place in machine.into_iter().chain(header.text_columns()) {
        let text = excerpt(row.record.cell(place).trim(), LONG_EXCERPT);
        if !text.is_empty() {
            let line = format!("    {}: {}", bounded(header.name(place)), shown(&text));
            lines.push(screen.paint(Tone::Quiet, &wrap(&line, "      ", screen)));
        }
    }
    lines
}
