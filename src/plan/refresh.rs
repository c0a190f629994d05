//! The merge (behaviour §5): existing rows and deduplicated estimates → plan. Human work stays byte for byte.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashSet};

use super::{
    Drift, Duplicates, Fate, Line, Mode, Orphan, Plan, Removed, Source, edits, renames, sort,
};
use crate::cores;
use crate::dataset::{Dataset, Mark, Row};
use crate::dedup::Unique;
use crate::estimates::{Estimate, Rejected};
use crate::key::{Key, KeyMap, KeySet};
use crate::schema::Column;

/// Plans a refresh of `dataset`. With `include_unestimated` a model without an estimate is a candidate.
pub fn refresh<'p>(
    dataset: &'p Dataset<'p>,
    unique: &Unique<'p>,
    rejected: &[Rejected],
    include_unestimated: bool,
) -> Plan<'p> {
    let rejected = Rejected::keys(rejected);
    let (known, duplicates) = duplicates(dataset);
    let dropped: HashSet<usize> = duplicates
        .iter()
        .flat_map(|group| &group.dropped)
        .map(|row| std::ptr::from_ref(*row).addr())
        .collect();

    let shares = cores::map_shares(&dataset.rows, |rows| {
        let (mut lines, mut removed) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in rows {
            if dropped.contains(&std::ptr::from_ref(row).addr()) {
                continue;
            }
            let estimate = unique.get(&row.key);
            match planned(dataset, row, estimate, &rejected, include_unestimated) {
                Planned::Stays(line) => lines.push(line),
                Planned::Leaves(row) => removed.push(row),
            }
        }
        (lines, removed)
    });
    let added = cores::map_shares(unique.survivors(), |estimates| {
        let new = estimates.iter().filter(|estimate| {
            estimate.is_candidate(include_unestimated) && !known.contains_key(&estimate.key)
        });
        new.map(|estimate| Line::added(estimate))
            .collect::<Vec<_>>()
    });
    let (stays, leaves): (Vec<_>, Vec<_>) = shares.into_iter().unzip();
    let mut lines = joined(stays.into_iter().chain(added).collect());
    sort(&mut lines);
    Plan {
        removed: joined(leaves),
        duplicates,
        renamed: renames::find(dataset, &lines, unique),
        ..Plan::of(Mode::Refresh, dataset, lines)
    }
}

/// All in one. As many as can be stay where they are.
fn joined<T>(parts: Vec<Vec<T>>) -> Vec<T> {
    let total: usize = parts.iter().map(Vec::len).sum();
    let mut parts = parts.into_iter().filter(|part| !part.is_empty());
    let mut all = parts.next().unwrap_or_default();
    all.reserve_exact(total - all.len());
    parts.for_each(|mut part| all.append(&mut part));
    all
}

/// What becomes of one row.
enum Planned<'p> {
    Stays(Line<'p>),
    Leaves(Removed<'p>),
}

/// The table of behaviour §5, line by line.
fn planned<'p>(
    dataset: &'p Dataset<'p>,
    row: &'p Row<'p>,
    estimate: Option<&'p Estimate>,
    rejected: &KeySet<Key>,
    include_unestimated: bool,
) -> Planned<'p> {
    let fate = match (row.mark, estimate) {
        (Mark::Verified, _) => Fate::Verified(Drift::between(
            row.flop,
            estimate.and_then(|estimate| estimate.flop),
        )),
        (Mark::Protected, _) => Fate::Protected,
        (Mark::Unverified, Some(estimate)) if estimate.is_candidate(include_unestimated) => {
            return Planned::Stays(followed(dataset, row, estimate, Fate::Updated));
        }
        (Mark::Unverified, Some(estimate)) if estimate.flop.is_some() && row.noted => {
            return Planned::Stays(followed(dataset, row, estimate, Fate::Demoted));
        }
        (Mark::Unverified, _) => match Orphan::of(estimate, rejected.contains(&row.key)) {
            Some(why) => Fate::Orphaned(why),
            None => {
                return Planned::Leaves(Removed {
                    row,
                    latest: estimate.and_then(|estimate| estimate.flop),
                });
            }
        },
    };
    Planned::Stays(Line::kept(row, fate))
}

/// An unverified row that follows its estimate.
fn followed<'p>(
    dataset: &Dataset<'p>,
    row: &'p Row<'p>,
    estimate: &'p Estimate,
    fate: Fate,
) -> Line<'p> {
    let mut edits = edits(dataset, row, estimate, |column| !column.is_human());
    // A row that would change for its timestamp alone does not change.
    if edits.iter().all(|edit| edit.column == Column::LastUpdated) {
        edits = Vec::new();
    }
    let fate = if edits.is_empty() {
        Fate::Unchanged
    } else {
        fate
    };
    // Unless its training FLOP is edited, it is the same number already, however it is spelled.
    let flop = if edits.iter().any(|edit| edit.column == Column::TrainingFlop) {
        estimate.flop
    } else {
        row.flop
    };
    Line {
        source: Source::Row(row),
        fate,
        edits,
        mark: row.mark,
        flop,
    }
}

/// The first row of every key, and the keys that stand on several rows. Of those, every row with human work stays; where there is
/// none, one row: the first that says something in a column of the owner's, or the first.
fn duplicates<'p>(dataset: &'p Dataset<'p>) -> (KeyMap<'p, usize>, Vec<Duplicates<'p>>) {
    let rows = &dataset.rows;
    let mut first = KeyMap::with_capacity_and_hasher(rows.len(), Default::default());
    let mut groups: BTreeMap<usize, Vec<&'p Row<'p>>> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        match first.entry(&row.key) {
            Entry::Vacant(entry) => {
                entry.insert(place);
            }
            Entry::Occupied(entry) => {
                groups
                    .entry(*entry.get())
                    .or_insert_with(|| vec![&rows[*entry.get()]])
                    .push(row);
            }
        }
    }
    let groups = groups.into_values().map(|rows| {
        let spared = match rows.iter().any(|row| row.has_human_work()) {
            true => None,
            false => rows
                .iter()
                .position(|row| dataset.has_any_human_work(row))
                .or(Some(0)),
        };
        let dropped: Vec<_> = rows
            .iter()
            .enumerate()
            .filter(|(place, row)| !row.has_human_work() && Some(*place) != spared)
            .map(|(_, row)| *row)
            .collect();
        Duplicates {
            first: rows[0],
            kept: rows.len() - dropped.len(),
            dropped,
        }
    });
    (first, groups.collect())
}
