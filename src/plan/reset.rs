//! A reset (behaviour §5): all candidates afresh, unverified, notes blank. What stands today decides nothing but the file's columns,
//! line ends and order of columns; it is compared only to say what the reset changes.

use super::{Fate, Line, Mode, Plan, Removed, edits, renames, sort};
use crate::dataset::{Dataset, Row};
use crate::dedup::Unique;
use crate::key::{Key, KeyMap, KeySet};

/// Plans a reset of `dataset`. With `include_unestimated` a model without an estimate is a candidate.
pub fn reset<'p>(
    dataset: &'p Dataset<'p>,
    unique: &Unique<'p>,
    include_unestimated: bool,
) -> Plan<'p> {
    let mut today: KeyMap<'p, &'p Row<'p>> =
        KeyMap::with_capacity_and_hasher(dataset.rows.len(), Default::default());
    for row in &dataset.rows {
        today.entry(&row.key).or_insert(row);
    }
    let mut lines: Vec<Line<'p>> = unique
        .iter()
        .filter(|estimate| estimate.is_candidate(include_unestimated))
        .map(|estimate| {
            let mut line = Line::added(estimate);
            if let Some(row) = today.get(&estimate.key) {
                line.edits = edits(dataset, row, estimate, |_| true);
                line.fate = if line.edits.is_empty() && dataset.own_cells(row).next().is_none() {
                    Fate::Unchanged
                } else {
                    Fate::Updated
                };
            }
            line
        })
        .collect();
    sort(&mut lines);
    let stays: KeySet<&Key> = lines.iter().map(Line::key).collect();
    let leaves = |row: &&Row<'p>| {
        !stays.contains(&row.key)
            || today
                .get(&row.key)
                .is_some_and(|first| !std::ptr::eq(*first, *row))
    };
    let removed = dataset
        .rows
        .iter()
        .filter(leaves)
        .map(|row| Removed {
            row,
            latest: unique.get(&row.key).and_then(|estimate| estimate.flop),
        })
        .collect();
    Plan {
        removed,
        renamed: renames::find(dataset, &lines, unique),
        ..Plan::of(Mode::Reset, dataset, lines)
    }
}
