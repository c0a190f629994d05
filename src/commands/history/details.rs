//! What an event changed, as text. Pure.

use super::events::Event;
use crate::changes::{FromTo, ModelChange};
use crate::flop::Flop;
use crate::report::{drift_text, factor_and_class, flop_text, flop_texts, others};
use crate::schema::{Column, is_text_column};
use crate::terminal::bounded;
use crate::text::{excerpt, shown};

/// What changed, a line each: the number first, then the other cells, then what the run said besides.
pub(super) fn details(event: &Event<'_>) -> Vec<String> {
    let mut lines = cells(event);
    lines.extend(state(event.change));
    lines.extend(human_work_that_left(event.change));
    lines
}

/// The cells that change; those that follow from the number only where nothing else changes. Of a row that left also what the estimate
/// says as the row did.
fn cells(event: &Event<'_>) -> Vec<String> {
    let mut lines: Vec<String> = flop(event).into_iter().collect();
    let (derived, direct): (Vec<_>, Vec<_>) = event
        .change
        .fields
        .0
        .iter()
        .filter(|(column, _)| column != Column::TrainingFlop.name())
        .partition(|(column, _)| column.parse().is_ok_and(Column::is_derived));
    for (column, cell) in direct {
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
        for (column, cell) in derived {
            lines.push(from_to(event, column, cell));
        }
    }
    for column in [Column::Confidence, Column::Reasoning] {
        let text = unchanged(event, column).filter(|text| !text.is_empty());
        lines.extend(text.map(|text| format!("{} {}", column.name(), quoted_unless_word(text))));
    }
    lines
}

/// What the run said of the model besides its cells.
fn state(change: &ModelChange<'_>) -> Vec<String> {
    let mut lines = Vec::new();
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
    // The mark of a row that left is told with its other human work.
    let has_left = change.row.is_some() || change.dropped.is_some();
    if let Some(text) = change.verified.as_ref().filter(|_| !has_left) {
        lines.push(format!("verified is {}", quoted_unless_word(text)));
    }
    if let Some((kept, dropped)) = change.kept.zip(change.dropped) {
        lines.push(format!(
            "on several rows: {kept} kept, {dropped} removed as duplicate"
        ));
    }
    if !change.with.is_empty() {
        lines.push(format!("also {}", others(&change.name, &change.with)));
    }
    lines
}

/// The mark and the texts of people in the rows that left.
fn human_work_that_left(change: &ModelChange<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for (column, text) in change.row.iter().chain(&change.rows).flat_map(|row| &row.0) {
        let is_human = column == Column::Verified.name() || is_text_column(column);
        if is_human && !text.trim().is_empty() {
            let (column, text) = (bounded(column), quoted_unless_word(text));
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
    let meaning = if has_left && is_below {
        format!("{}, now below 5e24", was.factor_text(now))
    } else {
        factor_and_class(was, now)
    };
    Some(format!("{from} → {to} FLOP, {meaning}"))
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
    let (from, to) = (quoted_unless_word(&cell.from), quoted_unless_word(&cell.to));
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
fn quoted_unless_word(text: &str) -> String {
    let excerpt = excerpt(text, 2_000);
    let text = shown(&excerpt);
    if text.is_empty() || text.contains(char::is_whitespace) {
        format!("\"{text}\"")
    } else {
        bounded(&text)
    }
}
