//! The rows that are listed, as a table that fits the screen. Pure.

use super::output::List;
use super::select::Listed;
use crate::changes::{Model, ModelChange};
use crate::config::Verbosity;
use crate::dataset::Row;
use crate::dates;
use crate::report::{factor_and_class, flop_text, marked};
use crate::schema::Column;
use crate::terminal::Align::{Number, Paragraph, Sentence, Text};
use crate::terminal::{
    self, Align, Cell, Grid, GridRow, Screen, Tone, bounded, bounded_model, wrap,
};
use crate::text::{excerpt, plural, shown, shown_of};

/// Columns behind name, developer and FLOP, and how many columns a screen needs for each. It is shown where a row fills it.
const FURTHER: [(&str, Column, usize); 5] = [
    ("confidence", Column::Confidence, 60),
    ("released", Column::ReleaseDate, 75),
    ("method", Column::EstimationMethod, 95),
    ("updated", Column::LastUpdated, 110),
    ("class", Column::ThresholdClassification, 130),
];

/// So many columns of the screen are left to what is known of the rows.
const REMARK: usize = 42;

/// How many bytes of a remark are shown, and of a long text below its row; `--format json` has the whole text.
const LONGEST_REMARK: usize = 300;
const LONGEST: usize = 10_000;

/// The table, verbose with the long texts under each row, then how a person deals with the rows, and how many there are.
pub(super) fn text(
    list: &List<'_>,
    remedy: Option<&str>,
    screen: Screen,
    verbosity: Verbosity,
) -> String {
    if list.total == 0 {
        return "No rows\n".to_owned();
    }
    let (columns, rows) = match &list.columns {
        Some(places) => asked_columns(list, places),
        None => chosen_columns(list, screen),
    };
    let mut grid = Grid::titled(Tone::Heading, &columns);
    for (place, cells) in rows.into_iter().enumerate() {
        let mut below = Vec::new();
        if verbosity == Verbosity::Verbose {
            below = details(list, list.rows[place].row, screen);
        }
        // A blank line parts two groups of probable renames.
        if let Some(next) = list.rows.get(place + 1)
            && !next.others.is_empty()
        {
            below.push(String::new());
        }
        grid.push(GridRow { cells, below });
    }
    let mut lines = grid.lines("", screen);
    if let Some(remedy) = remedy {
        lines.push(screen.paint(Tone::Quiet, &wrap(remedy, "  ", screen)));
    }
    lines.push(screen.paint(Tone::Quiet, &total(list)));
    lines.join("\n") + "\n"
}

/// `8 of 28 rows`.
fn total(list: &List<'_>) -> String {
    let rows = shown_of(list.rows.len(), list.total, "row");
    let begins_group = |listed: &&Listed<'_>| !listed.others.is_empty();
    match list.rows.iter().filter(begins_group).count() {
        0 => rows,
        groups => format!("{rows} in {} of probable renames", plural(groups, "group")),
    }
}

/// The titles of the columns, how they are laid out, and the cells of each row.
type Columns<'l> = (Vec<(&'l str, Align)>, Vec<Vec<Cell>>);

/// The columns that were asked for, as they stand in the file.
fn asked_columns<'l>(list: &'l List<'_>, places: &[usize]) -> Columns<'l> {
    let header = &list.known.dataset.table.header;
    let column = |place: &usize| {
        let name = header.name(*place);
        let align = match name.parse() {
            Ok(Column::TrainingFlop | Column::TrainingFlopFormatted | Column::Parameters) => Number,
            _ => Text,
        };
        (name, align)
    };
    let columns = places.iter().map(column).collect();
    let mut rows = Vec::new();
    for Listed { row, .. } in &list.rows {
        let cell = |place: &usize| Cell::name(Tone::Plain, row.record.cell(*place));
        rows.push(places.iter().map(cell).collect());
    }
    (columns, rows)
}

/// Mark, name, developer, FLOP, the further columns for which the screen is wide enough, and what is known of the row.
fn chosen_columns<'l>(list: &List<'_>, screen: Screen) -> Columns<'l> {
    let remarks: Vec<String> = list.rows.iter().map(|row| remark(list, row)).collect();
    let mut width = screen.width.unwrap_or(usize::MAX);
    if remarks.iter().any(|remark| !remark.is_empty()) {
        width = width.saturating_sub(REMARK);
    }
    let is_blank = |column| {
        list.rows
            .iter()
            .all(|one| further(list, one.row, column).is_empty())
    };
    let mut columns = vec![
        ("", Sentence),
        ("name", Text),
        ("developer", Text),
        ("FLOP", Number),
    ];
    let mut shown = FURTHER.to_vec();
    shown.retain(|(_, column, least_width)| width >= *least_width && !is_blank(*column));
    columns.extend(shown.iter().map(|(title, ..)| (*title, Text)));
    columns.push(("", Paragraph));
    let mut rows = Vec::new();
    for (listed, remark) in list.rows.iter().zip(remarks) {
        let row = listed.row;
        let cell = |column| list.known.dataset.cell(row, column);
        let mut cells = marked(row.mark, cell(Column::Name)).to_vec();
        cells.push(Cell::name(Tone::Plain, cell(Column::Developer)));
        cells.push(Cell::plain(&flop(list, listed)));
        for (_, column, _) in &shown {
            cells.push(Cell::name(Tone::Plain, further(list, row, *column)));
        }
        cells.push(Cell::new(Tone::Attention, &remark));
        rows.push(cells);
    }
    (columns, rows)
}

/// The row's own number, with digits enough to differ from the one that the remark sets against it.
fn flop(list: &List<'_>, listed: &Listed<'_>) -> String {
    let Some(flop) = listed.row.flop else {
        let unreadable = list.known.dataset.unreadable_flop(listed.row);
        return unreadable.map_or_else(|| flop_text(None), |_| "unreadable".to_owned());
    };
    let latest = listed.drift.map(|drift| drift.latest);
    let [from, to] = listed
        .crossing
        .map_or([None; 2], |crossing| [crossing.from_flop, crossing.to_flop]);
    let other = if from == Some(flop) { to } else { from };
    flop.rounded_apart(latest.or(other).unwrap_or(flop)).0
}

/// What a row says in a further column: its class is the one of its number, because older files carry older names.
fn further<'l>(list: &List<'_>, row: &'l Row<'_>, column: Column) -> &'l str {
    match (column, list.known.dataset.cell(row, column)) {
        (Column::ThresholdClassification, _) => row.flop.map_or("", |flop| flop.class().name()),
        (Column::LastUpdated, moment) => dates::day_text(moment),
        (_, text) => text,
    }
}

/// What is known of a row in the states that were asked for.
fn remark(list: &List<'_>, listed: &Listed<'_>) -> String {
    let row = listed.row;
    let mut said = Vec::new();
    if let Some((Some(from), Some(to))) = listed.crossing.map(ModelChange::flops) {
        let (before, after) = from.rounded_apart(to);
        let arrow = if from < to { '↑' } else { '↓' };
        // A row that was removed shows the number that it had.
        let other = if row.flop == Some(from) {
            format!("to {after}")
        } else {
            format!("from {before}")
        };
        let left = if listed.has_left { ", removed" } else { "" };
        said.push(format!("{arrow} {other} {}{left}", from.factor_text(to)));
    }
    if let Some(drift) = listed.drift {
        said.push(match drift.verified {
            Some(verified) => {
                let (_, latest) = verified.rounded_apart(drift.latest);
                format!(
                    "latest {latest} {}",
                    factor_and_class(verified, drift.latest)
                )
            }
            None => format!("latest {}", drift.latest.rounded()),
        });
    }
    if listed.is_demoted
        && let Some((_, text)) = list.known.dataset.human_text(row).next()
    {
        said.push(format!("\"{}\"", excerpt(text.trim(), LONGEST_REMARK)));
    }
    if let Some(orphan) = listed.orphan {
        said.push(orphan.reason().to_owned());
    }
    if !listed.others.is_empty() {
        let model = |other: &&Model<'_>| bounded_model(&other.name, &other.developer);
        let others = terminal::listed(listed.others.iter().map(model));
        said.push(format!("also {others}"));
    }
    said.join("; ")
}

/// The reasoning, the sources and what people wrote, a paragraph each.
fn details(list: &List<'_>, row: &Row<'_>, screen: Screen) -> Vec<String> {
    let header = &list.known.dataset.table.header;
    let mut lines = Vec::new();
    let machine = [Column::Reasoning, Column::Sources].map(|column| header.place(column));
    for place in machine.into_iter().chain(header.text_columns()) {
        let text = excerpt(row.record.cell(place).trim(), LONGEST);
        if !text.is_empty() {
            let line = format!("    {}: {}", bounded(header.name(place)), shown(&text));
            lines.push(screen.paint(Tone::Quiet, &wrap(&line, "      ", screen)));
        }
    }
    lines
}
