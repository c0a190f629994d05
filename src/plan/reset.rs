//! A reset (behaviour §5): all candidates afresh, unverified, notes blank. What stands today decides nothing but the file's columns,
//! line ends and order of columns; it is compared only to say what the reset changes.

use std::collections::HashMap;

use super::{Change, Edit, Line, Mode, Plan, Removed, edits, renames};
use crate::dataset::{Dataset, Mark, Row};
use crate::estimates::Latest;
use crate::key::Key;

/// Plans a reset of `dataset`. With `include_unestimated` a model without an estimate is a candidate.
pub fn reset<'p>(
    dataset: &'p Dataset<'p>,
    latest: &Latest<'p>,
    include_unestimated: bool,
) -> Plan<'p> {
    let mut first_rows: HashMap<&Key, &Row<'p>> = HashMap::new();
    for row in &dataset.rows {
        first_rows.entry(&row.key).or_insert(row);
    }
    let mut lines = Vec::new();
    for estimate in latest
        .unique
        .iter()
        .filter(|one| one.is_candidate(include_unestimated))
    {
        let Some(row) = first_rows.get(&estimate.key).copied() else {
            lines.push(Line::added(dataset, estimate));
            continue;
        };
        let mut edits = edits(dataset, Some(row), estimate, |_| true);
        let own = dataset.table.header.own_columns().map(|(place, _)| place);
        let filled = own.filter(|place| !row.record.cell(*place).is_empty());
        let given_up = filled.map(|place| Edit {
            place,
            to: "".into(),
        });
        edits.extend(given_up);
        edits.sort_unstable_by_key(|edit| edit.place);
        let change = if edits.is_empty() {
            Change::Unchanged
        } else {
            Change::Updated
        };
        lines.push(Line {
            edits,
            mark: Mark::Unverified,
            flop: estimate.flop,
            ..Line::kept(row, change)
        });
    }
    let stays = |row: &Row<'p>| {
        let estimate = latest.get(&row.key);
        estimate.is_some_and(|estimate| estimate.is_candidate(include_unestimated))
            && first_rows
                .get(&row.key)
                .is_some_and(|first| first.record.line == row.record.line)
    };
    let removed = dataset.rows.iter().filter(|row| !stays(row));
    let removed = removed
        .map(|row| Removed {
            row,
            latest: latest.get(&row.key),
        })
        .collect();
    let plan = Plan {
        removed,
        ..Plan::of(Mode::Reset, dataset, lines)
    };
    Plan {
        renamed: renames::find(&plan, latest),
        ..plan
    }
}
