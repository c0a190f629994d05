//! One entry of a report's group: the model, its training FLOP before and after, and what else is news.

use super::screen::Tone;
use super::table::Cell;
use crate::flop::Flop;
use crate::plan::{Edit, Line, Plan};
use crate::schema::Column;

/// Mark, name and developer of a line.
pub(super) fn model(plan: &Plan<'_>, line: &Line<'_>, mark: &str, tone: Tone) -> Vec<Cell> {
    named(
        mark,
        tone,
        &plan.cell(line, Column::Name),
        &plan.cell(line, Column::Developer),
    )
}

pub(super) fn named(mark: &str, tone: Tone, name: &str, developer: &str) -> Vec<Cell> {
    vec![
        Cell::new(tone, &format!("{mark} {name}")),
        Cell::plain(developer),
    ]
}

/// A line whose cells change: old → new FLOP, the factor, and what else is news.
pub(super) fn changed(plan: &Plan<'_>, line: &Line<'_>, mark: &str, tone: Tone) -> Vec<Cell> {
    let mut row = model(plan, line, mark, tone);
    let (was, now) = (before(line), line.flop);
    row.extend(flop_change(was, now));
    let human: Vec<&Edit<'_>> = line
        .edits
        .iter()
        .filter(|edit| edit.column.is_human())
        .collect();
    let news = if line.edits.is_empty() {
        "text in your own columns returns".to_owned()
    } else if !human.is_empty() {
        let columns: Vec<&str> = human.iter().map(|edit| edit.column.name()).collect();
        let given_up = human.iter().all(|edit| edit.to.is_empty());
        format!(
            "{} {}",
            columns.join(" and "),
            if given_up { "given up" } else { "written" }
        )
    } else if let Some(class) = class_change(was, now) {
        class.to_owned()
    } else {
        let follows =
            |column| matches!(column, Column::TrainingFlopFormatted | Column::LastUpdated);
        let columns = line
            .edits
            .iter()
            .map(|edit| edit.column)
            .filter(|column| !follows(*column));
        let named = columns.filter_map(|column| match column {
            Column::TrainingFlop if flop_text(was) == flop_text(now) => {
                Some("digits of training_flop")
            }
            Column::TrainingFlop => None,
            column => Some(column.name()),
        });
        named.collect::<Vec<_>>().join(", ")
    };
    row.push(Cell::plain(&news));
    row
}

/// The training FLOP that a line's row has today.
pub(super) fn before(line: &Line<'_>) -> Option<Flop> {
    match (line.edit(Column::TrainingFlop), line.row()) {
        (Some(edit), _) => edit.from.parse().ok(),
        (None, _) => line.flop,
    }
}

/// Two cells: `4.64e+26 → 3.50e+26` and `÷1.3`; where nothing changes to the eye, the number alone.
pub(super) fn flop_change(was: Option<Flop>, now: Option<Flop>) -> [Cell; 2] {
    let (was_text, now_text) = (flop_text(was), flop_text(now));
    if was_text == now_text {
        return [Cell::plain(&now_text), Cell::plain("")];
    }
    let factor = was.zip(now).map(|(was, now)| was.factor_text(now));
    [
        Cell::plain(&format!("{was_text} → {now_text}")),
        Cell::plain(&factor.unwrap_or_default()),
    ]
}

pub(super) fn class_change(was: Option<Flop>, now: Option<Flop>) -> Option<&'static str> {
    let (was, now) = (was?.class(), now?.class());
    (was != now).then_some(match now {
        crate::flop::Class::HighConfidenceAbove => "now high_confidence_above",
        crate::flop::Class::NotSure => "now not_sure",
        crate::flop::Class::HighConfidenceBelow => "now high_confidence_below",
    })
}

pub(super) fn flop_text(flop: Option<Flop>) -> String {
    flop.map_or_else(|| "no estimate".to_owned(), Flop::two_decimals)
}
