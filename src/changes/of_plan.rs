//! What a plan changes.

use super::{Changes, FOLLOWED, FromTo, ModelChange, differing, whole_row};
use crate::dataset::{Mark, Row};
use crate::flop::Flop;
use crate::ordered_map::Map;
use crate::parallel;
use crate::plan::{Change, Dismissed, FileChange, FileLine, Line, Mode, Plan, Removed};
use crate::schema::Column;

impl<'p> Changes<'p> {
    /// What `plan` changes. The rows that leave are there whole, so that they can be found again.
    pub fn of(plan: &'p Plan<'p>) -> Changes<'p> {
        let lines = |wanted: fn(Change) -> bool| {
            let lines: Vec<_> = plan.with_change(wanted).collect();
            parallel::map(&lines, parallel::MANY, |line| {
                ModelChange::of_line(plan, line)
            })
        };
        let row = |row: &'p Row<'p>| whole_row(plan.dataset, row);
        let removed = plan.removed.iter().map(|removed| {
            let fields = why_removed(plan, removed);
            // The number is said once: as a change, or here where it did not change.
            let stays = fields.get(Column::TrainingFlop.name()).is_none();
            let left = ModelChange::left(plan.dataset, removed.row);
            ModelChange {
                fields,
                training_flop: left.training_flop.filter(|_| stays),
                ..left
            }
        });
        let removed: Vec<_> = removed.collect();
        let duplicates = plan.duplicates.iter().map(|group| {
            let mut dropped = group.dropped.iter();
            let marked = dropped.find(|row| row.mark != Mark::Unverified);
            ModelChange {
                kept: Some(group.kept.len()),
                dropped: Some(group.dropped.len()),
                verified: marked.map(|row| plan.dataset.cell(row, Column::Verified).into()),
                has_text: group.dropped.iter().any(|row| row.has_text),
                rows: group.dropped.iter().map(|dropped| row(dropped)).collect(),
                ..ModelChange::of_row(plan.dataset, group.first)
            }
        });
        let renamed = plan.renamed.iter().map(|renamed| ModelChange {
            with: renamed.with.clone(),
            ..ModelChange::of_model(&renamed.model)
        });
        let conflicts = plan.conflicts.iter().map(|conflict| {
            let cells = conflict.lost.iter().map(|lost| {
                let column = plan.dataset.table.header.name(lost.place);
                (column.into(), FromTo::new(&*lost.stays, lost.not_taken))
            });
            ModelChange {
                fields: Map(cells.collect()),
                ..ModelChange::of_model(&conflict.model)
            }
        });
        let dismissed = |one: &'p Dismissed<'p>| ModelChange {
            row: one.row.map(row),
            ..ModelChange::dismissed(one)
        };
        let updated: Vec<_> = lines(|change| change == Change::Updated);
        let demoted: Vec<_> = lines(|change| change == Change::Demoted);
        let changed = updated.iter().chain(&demoted).chain(&removed);
        Changes {
            added: lines(|change| change == Change::Added),
            crossed: changed.filter_map(ModelChange::crossed).collect(),
            updated,
            removed,
            demoted,
            orphaned: lines(|change| matches!(change, Change::Orphaned(_))),
            drifted: lines(|change| matches!(change, Change::Verified(Some(_)))),
            protected: lines(|change| change == Change::Protected),
            duplicates: duplicates.collect(),
            renamed: renamed.collect(),
            dismissed: plan.dismissed.iter().map(dismissed).collect(),
            reconsider: plan.reconsider.iter().map(ModelChange::dismissed).collect(),
            decisions: plan
                .decisions
                .as_ref()
                .map(ModelChange::of_lines)
                .unwrap_or_default(),
            aliases: plan
                .aliases
                .as_ref()
                .map(ModelChange::of_lines)
                .unwrap_or_default(),
            conflicts: (plan.mode == Mode::Reapply).then(|| conflicts.collect()),
        }
    }
}

impl<'p> ModelChange<'p> {
    /// The lines of a file beside the dataset that change. One that leaves is there with all that it said.
    pub fn of_lines(change: &'p FileChange<'p>) -> Vec<ModelChange<'p>> {
        let header = &change.table.header;
        let key = ["name", "developer"].map(|name| header.find(name).unwrap_or_default());
        let told = |line: &'p FileLine<'p>, after: fn(&'p FileLine<'p>, usize) -> &'p str| {
            let places = (0..header.names().count()).filter(|place| !key.contains(place));
            let cells = places.map(|place| {
                let cell = FromTo::new(line.before(place), after(line, place));
                (header.name(place), cell)
            });
            ModelChange {
                fields: differing(cells),
                ..ModelChange::of(line.after(key[0]), line.after(key[1]))
            }
        };
        let changed = change.lines.iter().filter(|line| !line.edits.is_empty());
        let changed = changed.map(|line| told(line, FileLine::after));
        let gone = change.gone.iter().map(|line| told(line, |_, _| ""));
        changed.chain(gone).collect()
    }

    fn of_line(plan: &'p Plan<'p>, line: &'p Line<'p>) -> ModelChange<'p> {
        let header = &plan.dataset.table.header;
        let mut places: Vec<usize> = match line.change {
            Change::Added => FOLLOWED.map(|column| header.place(column)).to_vec(),
            _ => line.edits.iter().map(|edit| edit.place).collect(),
        };
        places.sort_unstable();
        let cells = places.into_iter().map(|place| {
            let cell = FromTo::new(line.before(place), line.after(header, place));
            (header.name(place), cell)
        });
        let cell = |column| plan.cell(line, column);
        let mut change = ModelChange {
            fields: differing(cells),
            has_text: line.row.is_some_and(|row| row.has_text),
            ..ModelChange::of(cell(Column::Name), cell(Column::Developer))
        };
        if change.field(Column::TrainingFlop).is_none() {
            change.training_flop = line.flop.map(Flop::get);
        }
        match line.change {
            Change::Orphaned(why) => change.reason = Some(why.reason().into()),
            Change::Protected => change.verified = Some(plan.cell(line, Column::Verified)),
            Change::Verified(Some(drift)) => {
                change.verified_flop = Some(drift.verified.map(Flop::get));
                change.latest_flop = Some(Some(drift.latest.get()));
                change.factor = Some(drift.factor);
            }
            _ => {}
        }
        change
    }

    fn dismissed(one: &'p Dismissed<'p>) -> ModelChange<'p> {
        ModelChange {
            decision: Some(one.decision.name().into()),
            judged_flop: Some(one.judged.map(Flop::get)),
            latest_flop: Some(one.latest.map(Flop::get)),
            has_text: one.row.is_some_and(|row| row.has_text),
            ..ModelChange::of_model(&one.model)
        }
    }
}

/// What a row that leaves said, and what the estimates say of the model now.
fn why_removed<'p>(plan: &'p Plan<'p>, removed: &'p Removed<'p>) -> Map<'p, FromTo<'p>> {
    let columns = [Column::TrainingFlop, Column::Confidence, Column::Reasoning].into_iter();
    differing(columns.map(|column| {
        let from = plan.dataset.cell(removed.row, column);
        let latest = removed.latest.map(|latest| latest.cell(column));
        let cell = FromTo::new(from, latest.unwrap_or_default());
        (column.name(), cell)
    }))
}
