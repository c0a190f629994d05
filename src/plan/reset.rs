//! A reset (behaviour §5): all candidates afresh, unverified, notes blank. What stands today decides nothing but the file's columns,
//! line ends and order of columns; it is compared only to say what the reset changes.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Change, Dismissed, Edit, Line, Mode, Plan, Removed, edits};
use crate::dataset::{Dataset, Decisions, Mark, Row};
use crate::estimates::{Estimate, Latest};

/// Plans a reset of `dataset`. With `include_unestimated` a model without an estimate is a candidate.
pub fn reset<'p>(
    dataset: &'p Dataset<'p>,
    decisions: &'p Decisions<'p>,
    latest: &Latest<'p>,
    include_unestimated: bool,
) -> Plan<'p> {
    let first_rows = dataset.first_rows();
    let candidates = latest
        .iter()
        .filter(|one| one.is_candidate(include_unestimated));
    let (kept_out, candidates): (Vec<_>, Vec<_>) =
        candidates.partition(|estimate| decisions.dismissal(&estimate.key).is_some());
    let lines = candidates
        .iter()
        .map(|estimate| match first_rows.get(&estimate.key) {
            Some(row) => afresh(dataset, row, estimate),
            None => Line::added(estimate),
        });
    let lines: Vec<_> = lines.collect();
    let stays: HashSet<usize> = lines
        .iter()
        .filter_map(|line| line.row)
        .map(|row| row.record.line)
        .collect();
    let (mut removed, mut dismissed) = (Vec::new(), Vec::new());
    for row in dataset
        .rows
        .iter()
        .filter(|row| !stays.contains(&row.record.line))
    {
        let estimate = latest.get(row.model());
        match decisions.dismissal(row.model()) {
            Some(decision) => dismissed.push(Dismissed::of_row(dataset, row, decision, estimate)),
            None => removed.push(Removed {
                row,
                latest: estimate,
            }),
        }
    }
    let plan = Plan {
        removed,
        dismissed,
        kept_out: kept_out.len(),
        ..Plan::of(Mode::Reset, dataset, lines)
    };
    plan.with_states(latest, decisions)
}

/// A row of today as it is when it is written afresh: nothing that a person wrote is left in it.
fn afresh<'p>(dataset: &Dataset<'p>, row: &'p Row<'p>, estimate: &'p Estimate) -> Line<'p> {
    let mut edits = edits(dataset, row, estimate, |_| true);
    let own = dataset.table.header.own_columns().map(|(place, _)| place);
    let filled = own.filter(|place| !row.record.cell(*place).is_empty());
    edits.extend(filled.map(|place| Edit {
        place,
        to: "".into(),
    }));
    edits.sort_unstable_by_key(|edit| edit.place);
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
