//! What a plan changes, in the form that the report, its JSON and the journal share.

use std::borrow::Cow;

use super::states::no_number_reason;
use super::{FileChange, Line, Plan};
use crate::changes::{Changes, FromTo, ModelChange, TRACKED, changed_cells, row_cells};
use crate::dataset::{Dataset, Decision, Mark, Row};
use crate::estimates::{Estimate, Latest};
use crate::flop::Flop;
use crate::parallel;
use crate::schema::Column;

impl<'p> Plan<'p> {
    /// All changes of the plan. Rows that leave are included whole, so that they can be recovered.
    pub fn changes(&'p self) -> Changes<'p> {
        let lines = |wanted: fn(&&Line<'_>) -> bool| {
            let lines: Vec<&Line<'p>> = self.lines.iter().filter(wanted).collect();
            parallel::map(&lines, |line| self.change_of(line))
        };
        let file = |change: &'p Option<FileChange<'p>>| {
            let change = change.as_ref();
            change.map(FileChange::changes).unwrap_or_default()
        };
        let mut changes = Changes {
            added: lines(|line| line.is_added()),
            updated: lines(|line| line.is_updated()),
            demoted: lines(|line| line.is_demoted),
            orphaned: lines(|line| line.orphan.is_some()),
            drifted: lines(|line| line.drift.is_some()),
            protected: lines(|line| line.is_kept_as(Mark::Protected)),
            renamed: self
                .renamed
                .iter()
                .map(|models| ModelChange {
                    with: models[1..].to_vec(),
                    ..ModelChange::of(models[0].name.clone(), models[0].developer.clone())
                })
                .collect(),
            decisions: file(&self.decisions),
            aliases: file(&self.aliases),
            ..self.other_changes.clone()
        };
        changes.find_crossings();
        changes
    }

    fn change_of(&'p self, line: &'p Line<'p>) -> ModelChange<'p> {
        let header = &self.dataset.table.header;
        let places: Vec<usize> = if line.is_added() {
            TRACKED.map(|column| header.place(column)).to_vec()
        } else {
            line.record.edits.keys().copied().collect()
        };
        let cells = places.into_iter().map(|place| {
            let cell = FromTo::new(line.record.before(place), line.record.after(place));
            (header.name(place), cell)
        });
        let cell = |column| self.cell(line, column);
        let mut change = ModelChange {
            fields: changed_cells(cells),
            has_text: line.row.is_some_and(|row| row.has_text),
            training_flop: line.flop,
            reason: line.orphan.map(Cow::from),
            ..ModelChange::of(cell(Column::Name), cell(Column::Developer))
        };
        if let Some(other) = line.looks_like.as_ref().filter(|_| line.is_added()) {
            let (name, developer) = (&other.name, &other.developer);
            change.reason =
                Some(format!("looks like {name} ({developer}), which is dismissed").into());
        }
        if line.is_kept_as(Mark::Protected) {
            change.verified = Some(cell(Column::Verified));
        }
        if let Some(drift) = line.drift {
            change.verified_flop = Some(drift.verified);
            change.latest_flop = Some(Some(drift.latest));
            change.factor = Some(drift.factor);
        }
        change.without_repeated_flop()
    }
}

impl<'p> ModelChange<'p> {
    /// A row that leaves because the latest estimate of its model is below 5e24 FLOP or, in a reset, because there is none.
    pub(super) fn removed(
        dataset: &'p Dataset<'p>,
        row: &'p Row<'p>,
        latest: &Latest<'p>,
    ) -> ModelChange<'p> {
        let columns = [Column::TrainingFlop, Column::Confidence, Column::Reasoning].into_iter();
        let mut change = ModelChange::row_that_left(dataset, row);
        change.reason = no_number_reason(row, latest).map(Cow::from);
        let latest = latest.get(row.model());
        if let Some(estimate) = latest.filter(|estimate| estimate.flop.is_some()) {
            change.fields = changed_cells(columns.map(|column| {
                let cell = FromTo::new(dataset.cell(row, column), estimate.cell(column));
                (column.name(), cell)
            }));
        }
        change.without_repeated_flop()
    }

    /// Several rows of one model: how many of them stay, and which ones leave.
    pub(super) fn duplicates(
        dataset: &'p Dataset<'p>,
        first: &'p Row<'p>,
        kept: usize,
        dropped: &[&'p Row<'p>],
    ) -> ModelChange<'p> {
        let marked = dropped.iter().find(|row| row.is_marked());
        ModelChange {
            kept: Some(kept),
            dropped: Some(dropped.len()),
            verified: marked.map(|row| dataset.cell(row, Column::Verified).into()),
            has_text: dropped.iter().any(|row| row.has_text),
            rows: dropped.iter().map(|row| row_cells(dataset, row)).collect(),
            ..ModelChange::of_row(dataset, first)
        }
    }

    /// The same change, with the fields for a model that a decision keeps out.
    pub(super) fn dismissed(
        self,
        decision: Option<Decision>,
        judged: Option<Flop>,
        latest: Option<&Estimate>,
    ) -> ModelChange<'p> {
        ModelChange {
            decision: decision.map(|decision| decision.name().into()),
            judged_flop: Some(judged),
            latest_flop: Some(latest.and_then(|latest| latest.flop)),
            ..self
        }
    }
}
