//! Findings about a row in comparison with the other rows and with the estimates. The findings about a row are made through [`AboutRow`].

use std::path::Path;

use super::codes::Code;
use super::findings::Findings;
use crate::dataset::{Dataset, Decision, Decisions, Row};
use crate::estimates::Latest;
use crate::plan::{Drift, orphan_reason};
use crate::report::drift_text;
use crate::schema::Column;

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

    pub(super) fn found(&mut self, code: Code, column: Column, message: String) {
        self.found_at(code, self.dataset.table.header.place(column), message);
    }

    pub(super) fn found_at(&mut self, code: Code, place: usize, message: String) {
        let [name, developer] = self.dataset.table.name_and_developer(&self.row.record);
        self.findings
            .found(code, self.path, self.row.record.line, message)
            .about(Some(name), Some(developer))
            .in_column(self.dataset.table.header.name(place))
            .with_value(self.row.record.cell(place));
    }
}

/// Duplicates (`first_line` is where the first row of the model stands), what the estimates say now, and what was decided.
pub(super) fn check(
    about: &mut AboutRow<'_, '_, '_>,
    first_line: usize,
    decisions: &Decisions<'_>,
    latest: &Latest<'_>,
) {
    let row = about.row;
    if first_line != row.record.line {
        let message = format!("the same model as on line {first_line}");
        about.found(Code::DuplicateKey, Column::Name, message);
    }
    if let Some(drift) = Drift::of_row(row, latest, decisions) {
        let message = drift_text(&drift);
        about.found(Code::Drifted, Column::TrainingFlop, message);
    }
    // Without any estimates every row would be an orphan.
    if let Some(why) = orphan_reason(row, latest).filter(|_| latest.count() > 0) {
        let message = format!("orphaned: {why}");
        about.found(Code::Orphaned, Column::Name, message);
    }
    // The note may already have what a person wrote in an unverified row. Then the next refresh completes the dismissal, and there is no
    // finding.
    let dismissal = decisions.dismissal(row.model());
    let stays = decisions.takes_out(about.dataset, row).is_none();
    if let Some(line) = dismissal.filter(|_| stays) {
        let message = format!(
            "a person wrote in this row, and the model is dismissed ({}, line {} of the decisions): take one of the two back",
            line.decision.map_or("", Decision::name),
            line.record.line
        );
        about.found(Code::VerifiedAndDismissed, Column::Verified, message);
    }
}
