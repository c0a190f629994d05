//! What an event changed, as text. Pure.

use super::events::Event;
use crate::changes::ModelChange;
use crate::flop::Flop;
use crate::report::{factor_and_class, flop_texts};
use crate::schema::{Column, is_text_column};
use crate::terminal::bounded;
use crate::text::{LONG_EXCERPT, quoted_to};

/// What changed, a line each: first the number, then the other cells, then the texts of the rows that left.
pub(super) fn details(event: &Event<'_>) -> Vec<String> {
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
        let column = bounded(column);
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
        let mut said = bounded(decision);
        // Not every line names the number that was judged.
        if was.is_some() {
            said += &format!(", judged at {judged}");
        }
        lines.push(format!("{said}, latest {latest}"));
    }
    lines.extend(told_by_rows(change));
    lines
}

/// The training FLOP before and after, with enough digits to tell the two apart, and what the change means. For a row that leaves without a
/// change of its number, it is only that number.
fn flop(change: &ModelChange<'_>) -> Option<String> {
    let (was, now) = change.flops();
    let (from, to) = flop_texts(was, now);
    let mut said = match (was, now) {
        (Some(was), Some(now)) if was != now => {
            format!("{from} → {to} FLOP, {}", factor_and_class(was, now))
        }
        (Some(_), None) => format!("{from} → {to}"),
        (None, Some(_)) => format!("{to} FLOP"),
        (Some(_), Some(_)) if change.row.is_some() => format!("{to} FLOP"),
        _ => return None,
    };
    if now.is_some_and(|now| now < Flop::CANDIDATE) {
        said += ", below 5e24";
    }
    Some(said)
}

/// The texts that people wrote in the rows that left, and the confidence and reasoning, where these are not told as changes.
fn told_by_rows(change: &ModelChange<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for (column, text) in change.row.iter().chain(&change.rows).flat_map(|row| &row.0) {
        let is_told = match column.parse() {
            Ok(known @ (Column::Confidence | Column::Reasoning)) => change.field(known).is_none(),
            Ok(Column::Verified) => true,
            _ => is_text_column(column),
        };
        if is_told && !text.trim().is_empty() {
            let text = quoted_to(LONG_EXCERPT, text);
            lines.push(format!("the row said {} {text}", bounded(column)));
        }
    }
    lines
}
