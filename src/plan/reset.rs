//! A reset (behaviour §5): all candidates afresh, unverified, notes blank. What stands today decides nothing but the file's columns,
//! line ends and order of columns; it is compared only to say what the reset changes.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::{Change, Dismissed, Duplicates, Edit, Line, Mode, Plan, Removed, edits};
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
    let stays = lines.iter().filter_map(|line| line.row);
    let stays: HashMap<&Key, &Row<'_>> = stays.map(|row| (row.model(), row)).collect();
    let (mut removed, mut dismissed) = (Vec::new(), Vec::new());
    // By the line of the first.
    let mut duplicates = BTreeMap::new();
    for row in &dataset.rows {
        let estimate = latest.get(row.model());
        if let Some(first) = stays.get(row.model()).copied() {
            if first.record.line != row.record.line {
                let group = duplicates.entry(first.record.line);
                let group = group.or_insert_with(|| Duplicates {
                    first,
                    kept: vec![first],
                    dropped: Vec::new(),
                });
                group.dropped.push(row);
            }
        } else if let Some(decision) = decisions.dismissal(row.model()) {
            dismissed.push(Dismissed::of_row(dataset, row, decision, estimate));
        } else {
            removed.push(Removed {
                row,
                latest: estimate,
            });
        }
    }
    let plan = Plan {
        removed,
        dismissed,
        duplicates: duplicates.into_values().collect(),
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
