//! The merge (behaviour §5): existing rows and deduplicated estimates → plan. Human work stays byte for byte.

use std::collections::{HashMap, HashSet};

use super::{Change, Drift, Duplicates, Line, Mode, Orphan, Plan, Removed, edits, renames};
use crate::dataset::{Dataset, Mark, Row};
use crate::estimates::{Estimate, Latest};
use crate::key::Key;
use crate::schema::Column;

/// Plans a refresh of `dataset`. With `include_unestimated` a model without an estimate is a candidate.
pub fn refresh<'p>(
    dataset: &'p Dataset<'p>,
    latest: &Latest<'p>,
    include_unestimated: bool,
) -> Plan<'p> {
    let rows_by_key = rows_by_key(dataset);
    let duplicates = duplicates(dataset, &rows_by_key);
    let dropped = duplicates.iter().flat_map(|group| &group.dropped);
    let dropped: HashSet<usize> = dropped.map(|row| row.record.line).collect();
    let (mut lines, mut removed) = (Vec::new(), Vec::new());
    for row in dataset
        .rows
        .iter()
        .filter(|row| !dropped.contains(&row.record.line))
    {
        let estimate = latest.unique.get(&row.key);
        match planned(dataset, row, estimate, latest, include_unestimated) {
            Some(line) => lines.push(line),
            None => removed.push(Removed {
                row,
                latest: estimate,
            }),
        }
    }
    let new = latest.unique.iter().filter(|estimate| {
        estimate.is_candidate(include_unestimated) && !rows_by_key.contains_key(&estimate.key)
    });
    lines.extend(new.map(|estimate| Line::added(dataset, estimate)));
    let plan = Plan {
        removed,
        duplicates,
        ..Plan::of(Mode::Refresh, dataset, lines)
    };
    Plan {
        renamed: renames::find(&plan, latest),
        ..plan
    }
}

/// What becomes of one row: the table of behaviour §5, line by line. `None` where it leaves.
fn planned<'p>(
    dataset: &'p Dataset<'p>,
    row: &'p Row<'p>,
    estimate: Option<&'p Estimate<'p>>,
    latest: &Latest<'p>,
    include_unestimated: bool,
) -> Option<Line<'p>> {
    let change = match (row.mark, estimate) {
        (Mark::Verified, _) => Change::Verified(Drift::between(
            row.flop,
            estimate.and_then(|estimate| estimate.flop),
        )),
        (Mark::Protected, _) => Change::Protected,
        (Mark::Unverified, Some(estimate)) if estimate.is_candidate(include_unestimated) => {
            return Some(followed(dataset, row, estimate, Change::Updated));
        }
        (Mark::Unverified, Some(estimate)) if estimate.flop.is_some() => {
            return row
                .noted
                .then(|| followed(dataset, row, estimate, Change::Demoted));
        }
        (Mark::Unverified, _) => {
            Change::Orphaned(Orphan::of(estimate, latest.is_rejected(&row.key))?)
        }
    };
    Some(Line::kept(row, change))
}

/// An unverified row that follows its estimate.
fn followed<'p>(
    dataset: &Dataset<'p>,
    row: &'p Row<'p>,
    estimate: &'p Estimate<'p>,
    change: Change,
) -> Line<'p> {
    let edits = edits(dataset, Some(row), estimate, |column| !column.is_human());
    let header = &dataset.table.header;
    let last_updated = header.place(Column::LastUpdated);
    // A row that would change for its timestamp alone does not change.
    if edits.iter().all(|edit| edit.place == last_updated) {
        return Line::kept(row, Change::Unchanged);
    }
    Line {
        edits,
        flop: estimate.flop,
        ..Line::kept(row, change)
    }
}

fn rows_by_key<'p>(dataset: &'p Dataset<'p>) -> HashMap<&'p Key, Vec<&'p Row<'p>>> {
    let mut rows: HashMap<&Key, Vec<&Row<'p>>> = HashMap::new();
    for row in &dataset.rows {
        rows.entry(&row.key).or_default().push(row);
    }
    rows
}

/// The keys that stand on several rows. Of those, every row with human work stays; where there is none, one row: the first that says
/// something in a column of the owner's, or the first.
fn duplicates<'p>(
    dataset: &'p Dataset<'p>,
    rows_by_key: &HashMap<&'p Key, Vec<&'p Row<'p>>>,
) -> Vec<Duplicates<'p>> {
    let groups = rows_by_key.values().filter(|rows| rows.len() > 1);
    let mut duplicates: Vec<_> = groups
        .map(|rows| {
            let spared = match rows.iter().any(|row| row.has_human_work()) {
                true => None,
                false => rows
                    .iter()
                    .position(|row| dataset.has_any_human_work(row))
                    .or(Some(0)),
            };
            let numbered = rows.iter().enumerate();
            let dropped: Vec<_> = numbered
                .filter(|(place, row)| !row.has_human_work() && Some(*place) != spared)
                .map(|(_, row)| *row)
                .collect();
            Duplicates {
                first: rows[0],
                kept: rows.len() - dropped.len(),
                dropped,
            }
        })
        .collect();
    duplicates.sort_by_key(|group| group.first.record.line);
    duplicates
}
