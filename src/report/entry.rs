//! The entry of one model in a report: its training FLOP before and after, and remarks on what else has changed.

use crate::changes::{FromTo, ModelChange};
use crate::dataset::Mark;
use crate::flop::Flop;
use crate::plan::{Drift, Line, Plan};
use crate::schema::{Column, is_text_column};
use crate::terminal::Align::{self, Number, Paragraph, Text};
use crate::terminal::{Cell, GridRow, Tone, bounded};
use crate::text::{CELL_EXCERPT, SHORT_EXCERPT, excerpt, quoted_to, shown};

/// The columns: sign and name, developer, a number, a remark.
pub(super) const MODEL_FLOP: &[Align] = &[Text, Text, Number, Paragraph];

/// The columns: sign and name, developer, old → new, the factor, a remark.
pub(super) const MODEL_CHANGE: &[Align] = &[Text, Text, Number, Number, Paragraph];

/// A text shown in place of a number: in quotes, and short enough for a column of numbers.
fn quoted_for_number(text: &str) -> String {
    format!("\"{}\"", excerpt(&shown(text), 20))
}

/// A model with two numbers, laid out as [`MODEL_CHANGE`]: `4.64e+26 → 3.50e+26` and `÷1.3`. If they are the same, only one is shown.
pub(super) fn model_change(sign: &str, change: &ModelChange<'_>, remark: &[String]) -> GridRow {
    let (was, now) = flops(change);
    let (mut from, mut to) = flop_texts(was, now);
    // A cell that does not hold a number is shown as it is.
    let cell = change
        .field(Column::TrainingFlop)
        .filter(|_| change.latest_flop.is_none());
    if let Some(cell) = cell {
        for (flop, shown, text) in [(was, &mut from, &cell.from), (now, &mut to, &cell.to)] {
            if flop.is_none() && !text.is_empty() {
                *shown = quoted_for_number(text);
            }
        }
    }
    let factor = was
        .zip(now)
        .map(|(was, now)| was.factor_text(now))
        // A factor of 1.00 adds nothing to the two numbers.
        .filter(|factor| !factor.ends_with("1.00"))
        .unwrap_or_default();
    let numbers = match (change.verified_flop, was) {
        (Some(_), None) => format!("no number, latest {to}"),
        (Some(_), _) => format!("{from}, latest {to}"),
        _ if from == to => to,
        _ => format!("{from} → {to}"),
    };
    let mut row = model_row(sign, change, &[&numbers, &factor]);
    row.cells.push(Cell::remark(remark));
    row
}

/// A row of the grid: sign and name, developer, and then these cells, one for each further column. The colour follows from the sign.
pub(super) fn model_row(sign: &str, change: &ModelChange<'_>, further: &[&str]) -> GridRow {
    let tone = match sign {
        "+" | "↑" => Tone::Added,
        "~" => Tone::Changed,
        "-" | "x" | "↓" => Tone::Removed,
        _ => Tone::Attention,
    };
    let mut cells = vec![
        Cell::new(tone, &format!("{sign} {}", bounded(&change.name))),
        Cell::name(Tone::Plain, &change.developer),
    ];
    cells.extend(further.iter().map(|text| Cell::plain(text)));
    cells.into()
}

pub fn mark_and_name(mark: Mark, name: &str) -> [Cell; 2] {
    let (sign, tone) = match mark {
        Mark::Verified => ("y", Tone::Added),
        Mark::Protected => ("!", Tone::Attention),
        Mark::Blank => ("", Tone::Plain),
    };
    [Cell::new(tone, sign), Cell::name(tone, name)]
}

/// The remarks on the cells that change, other than the training FLOP. Cells that people write come first. Cells of
/// [derived](Column::is_derived) columns are mentioned only where the training FLOP stays the same and nothing else is remarked.
pub(super) fn cell_remarks(change: &ModelChange<'_>) -> Vec<String> {
    let is_human = |column: &str| column == Column::Verified.name() || is_text_column(column);
    let mut fields: Vec<_> = change.fields.0.iter().collect();
    fields.sort_by_key(|(column, _)| !is_human(column));
    let remarks = fields
        .iter()
        .filter_map(|(column, cell)| cell_remark(column, cell));
    let remarks: Vec<String> = remarks.collect();
    let (was, now) = change.flops();
    if !remarks.is_empty() || was != now {
        return remarks;
    }
    fields
        .iter()
        .filter(|(column, _)| column.parse().is_ok_and(Column::is_derived))
        .map(|(column, cell)| cell_change(column, cell))
        .collect()
}

/// The remark on a cell that changes, unless the training FLOP says it already. Short cells are shown in full, long ones only by name.
fn cell_remark(column: &str, cell: &FromTo<'_>) -> Option<String> {
    match column.parse() {
        Ok(Column::TrainingFlop) => {
            let was = cell.from.parse::<Flop>();
            let is_same_number = was.is_ok() && was == cell.to.parse();
            let is_cut_alike = quoted_for_number(&cell.from) == quoted_for_number(&cell.to);
            (is_same_number || is_cut_alike).then(|| cell_change(column, cell))
        }
        Ok(column) if column.is_derived() => None,
        // The words for confidence are clear without the name of the column.
        Ok(Column::Confidence) if !cell.from.is_empty() && !cell.to.is_empty() => {
            Some(from_to(cell))
        }
        Ok(Column::Confidence | Column::Parameters | Column::ReleaseDate | Column::Verified) => {
            Some(cell_change(column, cell))
        }
        Ok(Column::Name | Column::Developer) => {
            let (from, to) = (bounded(&cell.from), bounded(&cell.to));
            Some(format!("{column} {from} → {to}"))
        }
        _ => Some(column_name(column)),
    }
}

/// The name of a column, as text. A column of the owner's may have any name, or none.
pub fn column_name(column: &str) -> String {
    match column {
        "" => "a column without a name".to_owned(),
        name => bounded(name),
    }
}

/// `training_flop_formatted blank → 5.96e+25`, with at most `CELL_EXCERPT` bytes of each text.
pub(super) fn cell_change(column: &str, cell: &FromTo<'_>) -> String {
    format!("{} {}", column_name(column), from_to(cell))
}

fn from_to(cell: &FromTo<'_>) -> String {
    let [from, to] = [&cell.from, &cell.to].map(|text| match &**text {
        "" => "blank".into(),
        text => excerpt(text, CELL_EXCERPT),
    });
    format!("{from} → {to}")
}

/// Every cell that changes, one per line, with at most `limit` bytes of each text. For a row that leaves without a decision, its reasoning
/// follows, unless that is among the cells.
pub(super) fn details(change: &ModelChange<'_>, limit: usize) -> Vec<String> {
    let cells = change.fields.0.iter();
    let lines = cells.map(|(column, cell)| {
        let [from, to] = [&cell.from, &cell.to].map(|text| quoted_to(limit, text));
        format!("{}: {from} → {to}", column_name(column))
    });
    let is_shown = change.decision.is_some() || change.field(Column::Reasoning).is_some();
    let row = change.row.as_ref().filter(|_| !is_shown);
    let reasoning = row.and_then(|row| row.get(Column::Reasoning.name()));
    let reasoning = reasoning.filter(|text| !text.is_empty());
    let line = reasoning.map(|text| format!("the row's reasoning: {}", quoted_to(limit, text)));
    lines.chain(line).collect()
}

/// The method, reasoning and sources of a new row, one per line.
pub(super) fn basis(plan: &Plan<'_>, line: &Line<'_>) -> Vec<String> {
    [Column::EstimationMethod, Column::Reasoning, Column::Sources]
        .map(|column| (column.name(), plan.cell(line, column)))
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(column, text)| format!("{column}: {}", quoted_to(SHORT_EXCERPT, text)))
        .collect()
}

/// The two numbers of a model that a report compares: before and after the run, or the verified or judged number and the latest estimate.
pub fn flops(change: &ModelChange<'_>) -> (Option<Flop>, Option<Flop>) {
    match change.latest_flop {
        Some(latest) => {
            let judged = change.verified_flop.or(change.judged_flop);
            (judged.flatten(), latest)
        }
        None => change.flops(),
    }
}

/// What a new number changes, if anything: it is on the other side of 1e25 FLOP, which regulators use, or else in another class.
pub fn class_change(was: Option<Flop>, now: Option<Flop>) -> Option<String> {
    let (was, now) = (was?, now?);
    if was.is_across(now) {
        let side = if now >= Flop::REGULATORY { '≥' } else { '<' };
        return Some(format!("now {side} 1e25"));
    }
    (was.class() != now.class()).then(|| format!("now {}", now.class().name()))
}

/// `×2.1, now ≥ 1e25`: how many times larger or smaller a number became, and which threshold it crossed.
pub fn factor_and_class(was: Flop, now: Flop) -> String {
    let mut text = was.factor_text(now);
    if let Some(class) = class_change(Some(was), Some(now)) {
        text += &format!(", {class}");
    }
    text
}

/// How far a verified row is from its latest estimate.
pub fn drift_text(drift: &Drift) -> String {
    let Some(verified) = drift.verified else {
        return format!(
            "verified without a number, latest {}",
            drift.latest.rounded()
        );
    };
    let factor = factor_and_class(verified, drift.latest);
    let (verified, latest) = verified.rounded_apart(drift.latest);
    format!("verified {verified}, latest {latest}, {factor}")
}

/// `5.00e+25`, or `no estimate`.
pub fn flop_text(flop: Option<Flop>) -> String {
    flop.map_or_else(|| "no estimate".to_owned(), Flop::rounded)
}

/// Both like [`flop_text`], but with enough digits that two different numbers look different.
pub fn flop_texts(one: Option<Flop>, other: Option<Flop>) -> (String, String) {
    match one.zip(other) {
        Some((one, other)) => one.rounded_apart(other),
        None => (flop_text(one), flop_text(other)),
    }
}
