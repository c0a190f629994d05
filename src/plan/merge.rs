//! The merge (behaviour §5): existing rows and deduplicated estimates → plan. In a refresh, marked rows and human text stay as they are.

use std::collections::HashMap;

use super::{Line, Mode, Plan, is_kept, orphan_reason};
use crate::changes::{Changes, ModelChange};
use crate::dataset::{Dataset, Decisions, Mark, Row};
use crate::estimates::{Estimate, Latest};
use crate::flop::Flop;
use crate::key::Key;
use crate::schema::Column;

/// Plans a refresh of `dataset`.
pub fn refresh<'p>(
    dataset: &'p Dataset<'p>,
    decisions: &'p Decisions<'p>,
    latest: &Latest<'p>,
) -> Plan<'p> {
    merge(Mode::Refresh, dataset, decisions, latest)
}

/// Plans a refresh or a reset of `dataset`.
///
/// A reset writes all candidates afresh, unmarked and with blank notes. From today's file it takes the header, the line ends and the byte
/// order mark. Today's rows are compared only to report what the reset changes, and a row that would not change keeps its bytes.
pub fn merge<'p>(
    mode: Mode,
    dataset: &'p Dataset<'p>,
    decisions: &'p Decisions<'p>,
    latest: &Latest<'p>,
) -> Plan<'p> {
    let is_reset = mode == Mode::Reset;
    let (mut lines, mut removed) = (Vec::new(), Vec::new());
    let (mut dismissed, mut duplicates) = (Vec::new(), Vec::new());
    // The rows of each model, in the order of their first rows.
    let mut models: Vec<Vec<&'p Row<'p>>> = Vec::new();
    let mut places: HashMap<&Key, usize> = HashMap::new();
    for row in &dataset.rows {
        let dismissal = if is_reset {
            decisions.dismissal(row.model())
        } else {
            decisions.effective_dismissal(dataset, row)
        };
        if let Some(line) = dismissal {
            let estimate = latest.get(row.model());
            let change = ModelChange::of_whole_row(dataset, row);
            dismissed.push(change.dismissed(line.decision, line.flop, estimate));
            continue;
        }
        let place = *places.entry(row.model()).or_insert(models.len());
        match models.get_mut(place) {
            Some(rows) => rows.push(row),
            None => models.push(vec![row]),
        }
    }
    for rows in models {
        // Every row with human work stays, except in a reset; where there is none, the first row stays.
        let stays = |row: &&Row<'_>| !is_reset && row.has_human_work();
        let (first, is_single) = (rows[0], rows.len() == 1);
        let lines_before = lines.len();
        let (mut kept, mut dropped): (Vec<_>, Vec<_>) = rows.into_iter().partition(stays);
        if kept.is_empty() {
            kept.push(dropped.remove(0));
        }
        for row in kept {
            let estimate = latest.get(row.model());
            let line = if is_reset {
                let candidate = estimate.filter(|one| latest.is_candidate(one));
                candidate.map(|estimate| rewritten(dataset, row, estimate))
            } else {
                line(dataset, row, estimate, latest)
            };
            match line {
                Some(line) => lines.push(line),
                None => removed.push(ModelChange::removed(dataset, row, latest)),
            }
        }
        if !is_single {
            let stayed = lines.len() - lines_before;
            duplicates.push(ModelChange::duplicates(dataset, first, stayed, &dropped));
        }
    }
    let is_new = |estimate: &&Estimate| {
        let model = &estimate.key;
        !places.contains_key(model) && decisions.dismissal(model).is_none()
    };
    let new = latest.candidates().filter(is_new);
    lines.extend(new.map(|estimate| Line::added(&dataset.table.header, estimate)));
    let plan = Plan {
        other_changes: Changes {
            removed,
            dismissed,
            duplicates,
            ..Changes::default()
        },
        ..Plan::of(mode, dataset, lines)
    };
    plan.with_states(latest, decisions)
}

/// The line of a row that no decision takes out, by the table of behaviour §5. `None` where the row leaves.
fn line<'p>(
    dataset: &'p Dataset<'p>,
    row: &'p Row<'p>,
    estimate: Option<&'p Estimate>,
    latest: &Latest<'p>,
) -> Option<Line<'p>> {
    if row.is_marked() {
        return Some(Line::kept(row));
    }
    // A row that has a number never loses it to a model without an estimate.
    let may_be_blank = latest.include_unestimated && row.flop.is_none();
    match estimate.filter(|estimate| estimate.flop.is_some() || may_be_blank) {
        Some(estimate) => {
            let stays = latest.is_candidate(estimate) || row.has_text;
            stays.then(|| followed(dataset, row, estimate))
        }
        None => orphan_reason(row, latest).map(|why| orphaned(dataset, row, why)),
    }
}

/// An unmarked row that follows its estimate.
fn followed<'p>(dataset: &Dataset<'p>, row: &'p Row<'p>, estimate: &'p Estimate) -> Line<'p> {
    let header = &dataset.table.header;
    let mut line = Line::following(header, row, estimate, |column| !is_kept(estimate, column));
    let last_updated = header.place(Column::LastUpdated);
    // Where only the timestamp would change, the row stays as it is.
    if line.record.edits.keys().all(|place| *place == last_updated) {
        return Line::kept(row);
    }
    line.is_demoted = estimate.flop.is_some_and(|flop| flop < Flop::CANDIDATE);
    line
}

/// A row without a usable estimate. The cells that are derived from its number follow that number, so that no row has a class that
/// contradicts its number.
fn orphaned<'p>(dataset: &Dataset<'p>, row: &'p Row<'p>, why: &'static str) -> Line<'p> {
    let mut line = Line {
        orphan: Some(why),
        ..Line::kept(row)
    };
    line.derive_cells(&dataset.table.header, |_| true);
    line
}

/// A row of today that is written afresh, without human work.
fn rewritten<'p>(dataset: &Dataset<'p>, row: &'p Row<'p>, estimate: &'p Estimate) -> Line<'p> {
    let header = &dataset.table.header;
    let mut line = Line::following(header, row, estimate, |_| true);
    for (place, _) in header.own_columns() {
        line.record.set(place, "".into());
    }
    line.mark = Mark::Blank;
    line
}
