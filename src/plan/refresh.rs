//! The merge (behaviour §5): existing rows and deduplicated estimates → plan. Human work stays byte for byte.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use super::{
    Change, Dismissed, Duplicates, Edit, Line, Mode, Model, Orphan, Plan, Removed, edits, is_kept,
};
use crate::dataset::{Dataset, Decisions, Mark, Row};
use crate::estimates::{Estimate, Latest};
use crate::flop::Flop;
use crate::key::{ByKey, Key};
use crate::parallel;
use crate::schema::Column;

/// Plans a refresh of `dataset`. With `include_unestimated` a model without an estimate is a candidate.
pub fn refresh<'p>(
    dataset: &'p Dataset<'p>,
    decisions: &'p Decisions<'p>,
    latest: &Latest<'p>,
    include_unestimated: bool,
) -> Plan<'p> {
    let (mut rows, mut dismissed) = (Vec::new(), Vec::new());
    for row in &dataset.rows {
        match decisions.takes_out(dataset, row) {
            Some(decision) => {
                let (model, estimate) = (Model::of_row(dataset, row), latest.get(row.model()));
                dismissed.push(Dismissed::of(model, Some(row), decision, estimate));
            }
            None => rows.push(row),
        }
    }
    let mut duplicates = duplicates(&rows);
    let dropped = duplicates.iter().flat_map(|group| &group.dropped);
    let dropped: HashSet<usize> = dropped.map(|row| row.record.line).collect();
    rows.retain(|row| !dropped.contains(&row.record.line));
    let planned = parallel::map(&rows, parallel::MANY, |row| {
        let estimate = latest.get(row.model());
        let line = line(dataset, row, estimate, latest, include_unestimated);
        (
            estimate,
            line.ok_or(Removed {
                row,
                latest: estimate,
            }),
        )
    });
    let (mut lines, mut removed, mut with_row) = (Vec::new(), Vec::new(), HashSet::new());
    for (estimate, line) in planned {
        with_row.extend(estimate.map(|estimate| estimate.index));
        match line {
            Ok(line) => lines.push(line),
            Err(row) => removed.push(row),
        }
    }
    let gone: HashSet<usize> = removed.iter().map(|one| one.row.record.line).collect();
    for group in &mut duplicates {
        group.kept.retain(|row| !gone.contains(&row.record.line));
    }
    let is_new = |estimate: &&Estimate| {
        estimate.is_candidate(include_unestimated)
            && !with_row.contains(&estimate.index)
            && decisions.dismissal(&estimate.key).is_none()
    };
    lines.extend(latest.iter().filter(is_new).map(Line::added));
    let plan = Plan {
        removed,
        dismissed,
        duplicates,
        ..Plan::of(Mode::Refresh, dataset, lines)
    };
    plan.with_states(latest, decisions, include_unestimated)
}

/// The line of a row on which nothing was decided: the table of behaviour §5, line by line. `None` where it leaves.
fn line<'p>(
    dataset: &'p Dataset<'p>,
    row: &'p Row<'p>,
    estimate: Option<&'p Estimate>,
    latest: &Latest<'p>,
    include_unestimated: bool,
) -> Option<Line<'p>> {
    if row.mark != Mark::Unverified {
        return Some(Line::left_alone(row));
    }
    match estimate {
        Some(estimate) if estimate.flop.is_some_and(|flop| flop < Flop::CANDIDATE) => row
            .has_text
            .then(|| followed(dataset, row, estimate, Change::Demoted)),
        // A row that has a number never loses it to a model without an estimate.
        Some(estimate)
            if estimate.flop.is_some() || (include_unestimated && row.flop.is_none()) =>
        {
            Some(followed(dataset, row, estimate, Change::Updated))
        }
        _ => Orphan::of_row(row, latest).map(|why| orphaned(dataset, row, why)),
    }
}

/// An unverified row that follows its estimate.
fn followed<'p>(
    dataset: &Dataset<'p>,
    row: &'p Row<'p>,
    estimate: &'p Estimate,
    change: Change,
) -> Line<'p> {
    let edits = edits(dataset, row, estimate, |column| !is_kept(estimate, column));
    let last_updated = dataset.table.header.place(Column::LastUpdated);
    // A row that would change for its timestamp alone does not change.
    if edits.iter().all(|edit| edit.place == last_updated) {
        return Line::kept(row, Change::Unchanged);
    }
    // Under an alias the row takes the name and the developer of the estimate.
    Line {
        key: Cow::Borrowed(&estimate.key),
        edits,
        flop: estimate.flop,
        ..Line::kept(row, change)
    }
}

/// A row without a usable estimate. What is derived from its number follows that number, so that no row says a class that its number
/// denies.
fn orphaned<'p>(dataset: &Dataset<'p>, row: &'p Row<'p>, why: Orphan) -> Line<'p> {
    let line = Line::kept(row, Change::Orphaned(why));
    let Some(flop) = row.flop else { return line };
    let header = &dataset.table.header;
    let class = flop.class().name();
    let mut edits = vec![
        Edit::new(
            header.place(Column::TrainingFlopFormatted),
            flop.two_decimals(),
        ),
        Edit::new(header.place(Column::ThresholdClassification), class),
    ];
    edits.retain(|edit| row.record.cell(edit.place) != edit.to);
    edits.sort_unstable_by_key(|edit| edit.place);
    Line { edits, ..line }
}

/// The keys that stand on several rows. Of those, every row with human work stays; where there is none, the first row.
fn duplicates<'p>(rows: &[&'p Row<'p>]) -> Vec<Duplicates<'p>> {
    let groups = models_on_several_rows(rows.iter().copied())
        .into_iter()
        .map(|rows| {
            let first = rows[0];
            let (mut kept, mut dropped): (Vec<_>, Vec<_>) =
                rows.into_iter().partition(|row| row.has_human_work());
            if kept.is_empty() {
                kept.push(dropped.remove(0));
            }
            Duplicates {
                first,
                kept,
                dropped,
            }
        });
    groups.collect()
}

/// The rows of each model that stands on several, in the order of the file.
pub(super) fn models_on_several_rows<'p>(
    rows: impl Iterator<Item = &'p Row<'p>>,
) -> Vec<Vec<&'p Row<'p>>> {
    let mut firsts: ByKey<&Key, &Row<'p>> = ByKey::default();
    // By the line of the first.
    let mut several: BTreeMap<usize, Vec<&Row<'p>>> = BTreeMap::new();
    for row in rows {
        let first = *firsts.entry(row.model()).or_insert(row);
        if first.record.line != row.record.line {
            let rows = several.entry(first.record.line);
            rows.or_insert_with(|| vec![first]).push(row);
        }
    }
    several.into_values().collect()
}
