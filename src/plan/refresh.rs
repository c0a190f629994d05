//! The merge (behaviour §5): existing rows and deduplicated estimates → plan. Human work stays byte for byte.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use super::{
    Change, Dismissed, Duplicates, Edit, Line, Mode, Orphan, Plan, Removed, edits, is_kept,
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
    let mut duplicates = duplicates(dataset, decisions);
    let dropped = duplicates.iter().flat_map(|group| &group.dropped);
    let dropped: HashSet<usize> = dropped.map(|row| row.record.line).collect();
    let rows = dataset.rows.iter();
    let rows: Vec<&Row<'p>> = rows
        .filter(|row| !dropped.contains(&row.record.line))
        .collect();
    let rows = parallel::map(&rows, parallel::MANY, |row| (*row, latest.get(row.model())));
    let planned = parallel::map(&rows, parallel::MANY, |(row, estimate)| {
        let (row, estimate) = (*row, *estimate);
        if let Some(decision) = decisions.takes_out(dataset, row) {
            let dismissed = Dismissed::of_row(dataset, row, decision, estimate);
            return Planned::Dismissed(dismissed);
        }
        match line(dataset, row, estimate, latest, include_unestimated) {
            Some(line) => Planned::Stays(line),
            None => Planned::Removed(Removed {
                row,
                latest: estimate,
            }),
        }
    });
    let (mut lines, mut removed, mut dismissed) = (Vec::new(), Vec::new(), Vec::new());
    for planned in planned {
        match planned {
            Planned::Stays(line) => lines.push(line),
            Planned::Removed(row) => removed.push(row),
            Planned::Dismissed(row) => dismissed.push(row),
        }
    }
    let gone = removed.iter().map(|one| one.row);
    let gone = gone.chain(dismissed.iter().filter_map(|one| one.row));
    let gone: HashSet<usize> = gone.map(|row| row.record.line).collect();
    for group in &mut duplicates {
        group.kept.retain(|row| !gone.contains(&row.record.line));
    }
    // Every row of a dismissed model may leave by the decision.
    duplicates.retain(|group| !(group.kept.is_empty() && group.dropped.is_empty()));
    let with_row = rows.iter().filter_map(|(_, estimate)| *estimate);
    let with_row: HashSet<usize> = with_row.map(|estimate| estimate.index).collect();
    let new = latest.iter().filter(|estimate| {
        estimate.is_candidate(include_unestimated) && !with_row.contains(&estimate.index)
    });
    let (kept_out, new): (Vec<_>, Vec<_>) =
        new.partition(|estimate| decisions.dismissal(&estimate.key).is_some());
    let left = dismissed.iter().filter_map(|one| one.row);
    let mut left: HashSet<&Key> = left.map(Row::model).collect();
    for row in lines.iter().filter_map(|line| line.row) {
        left.remove(row.model());
    }
    let left = latest.iter().filter(|estimate| {
        estimate.is_candidate(include_unestimated) && left.contains(&estimate.key)
    });
    lines.extend(new.into_iter().map(Line::added));
    let kept_out = kept_out.len() + left.count();
    let plan = Plan {
        removed,
        dismissed,
        duplicates,
        kept_out,
        ..Plan::of(Mode::Refresh, dataset, lines)
    };
    plan.with_states(latest, decisions)
}

/// What becomes of a row: it stays, it leaves because its estimate fell, or it leaves by a decision.
enum Planned<'p> {
    Stays(Line<'p>),
    Removed(Removed<'p>),
    Dismissed(Dismissed<'p>),
}

/// The line of a row on which nothing was decided: the table of behaviour §5, line by line. `None` where it leaves.
fn line<'p>(
    dataset: &'p Dataset<'p>,
    row: &'p Row<'p>,
    estimate: Option<&'p Estimate>,
    latest: &Latest<'p>,
    include_unestimated: bool,
) -> Option<Line<'p>> {
    match row.mark {
        Mark::Verified => return Some(Line::kept(row, Change::Verified(None))),
        Mark::Protected => return Some(Line::kept(row, Change::Protected)),
        Mark::Unverified => {}
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
        _ => {
            let why = Orphan::of_row(row, latest)?;
            Some(orphaned(dataset, row, why))
        }
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
    let derived = [
        (Column::TrainingFlopFormatted, flop.two_decimals()),
        (
            Column::ThresholdClassification,
            flop.class().name().to_owned(),
        ),
    ];
    let cells = derived
        .map(|(column, to)| (header.place(column), to))
        .into_iter();
    let differing = cells.filter(|(place, to)| row.record.cell(*place) != to);
    let mut edits: Vec<_> = differing
        .map(|(place, to)| Edit {
            place,
            to: to.into(),
        })
        .collect();
    edits.sort_unstable_by_key(|edit| edit.place);
    Line { edits, ..line }
}

/// The keys that stand on several rows. Of those, every row with human work stays; where there is none, the first row. A row that a
/// decision takes out is not counted as a duplicate that leaves.
fn duplicates<'p>(dataset: &'p Dataset<'p>, decisions: &Decisions<'_>) -> Vec<Duplicates<'p>> {
    let mut firsts: ByKey<&Key, &Row<'p>> = ByKey::default();
    // By the line of the first.
    let mut several: BTreeMap<usize, Vec<&Row<'p>>> = BTreeMap::new();
    for row in &dataset.rows {
        let first = *firsts.entry(row.model()).or_insert(row);
        if first.record.line != row.record.line {
            let rows = several.entry(first.record.line);
            rows.or_insert_with(|| vec![first]).push(row);
        }
    }
    let groups = several.into_values().map(|rows| {
        let has_work = rows.iter().any(|row| row.has_human_work());
        let first = rows[0];
        let stays = |row: &Row<'_>| match has_work {
            true => row.has_human_work(),
            false => row.record.line == first.record.line,
        };
        let is_kept = |row: &&Row<'_>| stays(row) || decisions.takes_out(dataset, row).is_some();
        let (kept, dropped) = rows.into_iter().partition(is_kept);
        Duplicates {
            first,
            kept,
            dropped,
        }
    });
    groups.collect()
}
