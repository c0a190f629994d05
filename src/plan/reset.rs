//! A reset (behaviour §5): all candidates afresh, unverified, notes blank. What stands today decides nothing but the file's columns,
//! line ends and order of columns; it is compared only to say what the reset changes.

use std::borrow::Cow;
use std::collections::HashSet;

use super::refresh::{models_on_several_rows, taken_out};
use super::{Change, Line, Mode, Plan, edits};
use crate::changes::{Changes, ModelChange};
use crate::dataset::{Dataset, Decisions, Mark, Row};
use crate::estimates::{Estimate, Latest};
use crate::key::Key;

/// Plans a reset of `dataset`. With `include_unestimated` a model without an estimate is a candidate.
pub fn reset<'p>(
    dataset: &'p Dataset<'p>,
    decisions: &'p Decisions<'p>,
    latest: &Latest<'p>,
    include_unestimated: bool,
) -> Plan<'p> {
    let first_rows = dataset.first_rows();
    let is_written = |estimate: &&Estimate| {
        estimate.is_candidate(include_unestimated) && decisions.dismissal(&estimate.key).is_none()
    };
    let lines: Vec<Line<'p>> = latest
        .iter()
        .filter(is_written)
        .map(|estimate| match first_rows.get(&estimate.key) {
            Some(row) => afresh(dataset, row, estimate),
            None => Line::added(estimate),
        })
        .collect();
    let stays: HashSet<&Key> = lines.iter().map(Line::model).collect();
    let (mut removed, mut dismissed) = (Vec::new(), Vec::new());
    for row in dataset
        .rows
        .iter()
        .filter(|row| !stays.contains(row.model()))
    {
        if let Some(line) = decisions.dismissal(row.model()) {
            dismissed.push(taken_out(dataset, row, line, latest));
        } else {
            let estimate = latest.get(row.model());
            removed.push(ModelChange::removed(dataset, row, estimate));
        }
    }
    let duplicates = models_on_several_rows(dataset.rows.iter())
        .into_iter()
        .filter(|rows| stays.contains(rows[0].model()))
        .map(|rows| ModelChange::duplicates(dataset, rows[0], 1, &rows[1..]))
        .collect();
    let plan = Plan {
        further_changes: Changes {
            removed,
            dismissed,
            duplicates,
            ..Changes::default()
        },
        ..Plan::of(Mode::Reset, dataset, lines)
    };
    plan.with_states(latest, decisions, include_unestimated)
}

/// A row of today as it is when it is written afresh: nothing that a person wrote is left in it.
fn afresh<'p>(dataset: &Dataset<'p>, row: &'p Row<'p>, estimate: &'p Estimate) -> Line<'p> {
    let mut edits = edits(dataset, row, estimate, |_| true);
    for (place, _) in dataset.table.header.own_columns() {
        if !row.record.cell(place).is_empty() {
            edits.insert(place, "".into());
        }
    }
    let change = if edits.is_empty() {
        Change::Unchanged
    } else {
        Change::Updated
    };
    // Under an alias the row takes the name and the developer of the estimate.
    Line {
        key: Cow::Borrowed(&estimate.key),
        edits,
        mark: Mark::Unverified,
        flop: estimate.flop,
        ..Line::kept(row, change)
    }
}
