//! Findings about a row among others, and about what the estimates say of it now. [`AboutRow`] is how a row's findings are made.

use std::collections::HashMap;
use std::path::Path;

use super::codes::Code;
use super::findings::Findings;
use crate::dataset::{Dataset, Decisions, Row};
use crate::estimates::Latest;
use crate::key::Key;
use crate::plan::{Drift, Orphan};
use crate::report::class_change;
use crate::schema::Column;
use crate::text::quoted;

/// The row that is looked at, and where findings about it go.
pub(super) struct AboutRow<'f, 'd, 'a> {
    pub(super) findings: &'f mut Findings,
    pub(super) path: &'f Path,
    pub(super) dataset: &'d Dataset<'a>,
    pub(super) row: &'d Row<'a>,
}

impl<'d> AboutRow<'_, 'd, '_> {
    pub(super) fn cell(&self, column: Column) -> &'d str {
        self.dataset.cell(self.row, column)
    }

    /// What a cell says, where it says anything.
    pub(super) fn filled(&self, column: Column) -> Option<&'d str> {
        Some(self.cell(column)).filter(|text| !text.trim().is_empty())
    }

    /// A finding where a filled cell is not sound: its text in quotes, then `wrong`. `is_sound` gets the text trimmed.
    pub(super) fn report_unless(
        &mut self,
        code: Code,
        column: Column,
        is_sound: impl Fn(&str) -> bool,
        wrong: &str,
    ) {
        if let Some(text) = self.filled(column).filter(|text| !is_sound(text.trim())) {
            self.found(code, column, format!("{} {wrong}", quoted(text)));
        }
    }

    /// A finding in a column of the schema.
    pub(super) fn found(&mut self, code: Code, column: Column, message: String) {
        self.found_at(code, self.dataset.table.header.place(column), message);
    }

    /// A finding in the column at this place.
    pub(super) fn found_at(&mut self, code: Code, place: usize, message: String) {
        let (name, developer) = (self.cell(Column::Name), self.cell(Column::Developer));
        self.findings
            .found(code, self.path, self.row.record.line, message)
            .about(Some(name), Some(developer))
            .in_column(self.dataset.table.header.name(place))
            .with_value(self.row.record.cell(place));
    }
}

/// Duplicates, what the estimates say now, and what was decided.
pub(super) fn check(
    about: &mut AboutRow<'_, '_, '_>,
    first: &HashMap<&Key, &Row<'_>>,
    decisions: &Decisions<'_>,
    latest: Option<&Latest<'_>>,
) {
    let (row, line) = (about.row, about.row.record.line);
    let first = first.get(row.model()).map(|first| first.record.line);
    if let Some(first) = first.filter(|first| *first != line) {
        let message = format!("the same model as on line {first}");
        about.found(Code::DuplicateKey, Column::Name, message);
    }
    if let Some(drift) = latest.and_then(|latest| Drift::of_row(row, latest, decisions)) {
        let message = drift_message(drift);
        about.found(Code::Drifted, Column::TrainingFlop, message);
    }
    if let Some(why) = latest.and_then(|latest| Orphan::of_row(row, latest)) {
        let message = format!("orphaned: {}", why.reason());
        about.found(Code::Orphaned, Column::Name, message);
    }
    // What a person wrote in an unverified row may stand in the note already; then the next refresh completes the dismissal.
    let line = decisions.dismissal(row.model());
    if let Some(line) = line.filter(|_| decisions.takes_out(about.dataset, row).is_none()) {
        let decision = line.decision.map_or("", |decision| decision.name());
        let message = format!(
            "a person wrote in this row, and the model is dismissed ({decision}, line {} of the decisions): take one of the two back",
            line.record.line
        );
        about.found(Code::VerifiedAndDismissed, Column::Verified, message);
    }
}

fn drift_message(drift: Drift) -> String {
    let Some(verified) = drift.verified else {
        return format!(
            "verified without a number, and the latest estimate is {}",
            drift.latest.rounded()
        );
    };
    let (verified_text, latest) = verified.rounded_apart(drift.latest);
    let factor = verified.factor_text(drift.latest);
    let class = class_change(Some(verified), Some(drift.latest));
    let why = [Some(factor), class].into_iter().flatten();
    format!(
        "verified at {verified_text}, but the latest estimate is {latest} ({}): consider verifying again",
        why.collect::<Vec<_>>().join(", ")
    )
}
