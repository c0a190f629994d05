//! The findings about both files: what is wrong and what deserves a look. Pure; nothing is changed.

mod cells;
mod rows;

use std::path::Path;

use chrono::NaiveDate;
use serde::Serialize;

use crate::dataset::{Dataset, Refusal, Row};
use crate::estimates::{Refused, Rejected};
use crate::queue::Latest;
use crate::report::{Screen, Tone};
use crate::schema::Column;
use crate::text::{excerpt, plural, shown};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file says something that is not so, or cannot be read.
    Error,
    /// A person should look.
    Warning,
}

/// One finding. As JSON the keys are the fields' names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// What kind of finding it is, for programs.
    pub code: &'static str,
    /// The file.
    pub path: String,
    /// The line in it, from 1.
    pub line: usize,
    /// The model's name, where it is about one.
    pub name: Option<String>,
    /// The model's developer, where it is about one.
    pub developer: Option<String>,
    /// The column or field, where it is about one.
    pub column: Option<String>,
    /// The offending value, long ones cut.
    pub value: Option<String>,
    /// What is the matter.
    pub message: String,
}

/// All findings, in the order of the files. As JSON with their counts.
#[derive(Debug, Default, Serialize)]
pub struct Findings {
    /// How many are errors.
    pub errors: usize,
    /// How many are warnings.
    pub warnings: usize,
    /// The findings.
    pub findings: Vec<Finding>,
}

impl Findings {
    fn push(&mut self, finding: Finding) {
        match finding.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
        }
        self.findings.push(finding);
    }

    /// The estimates are not there, or cannot be read.
    pub fn estimates_missing(&mut self, path: &Path, message: String) {
        self.push(of_file("estimates_missing", path, 1, None, message));
    }

    /// The estimates are refused whole.
    pub fn estimates_refused(&mut self, path: &Path, refused: &Refused) {
        let (line, message) = match refused {
            Refused::Unreadable(_) => (1, refused.to_string()),
            Refused::Malformed { line, column, .. } => {
                (*line, format!("{refused} (at column {column})"))
            }
        };
        self.push(of_file("estimates_refused", path, line, None, message));
    }

    /// The records that a refresh would pass over.
    pub fn rejected(&mut self, path: &Path, rejected: &[Rejected]) {
        for one in rejected {
            self.push(Finding {
                name: one.name.clone(),
                developer: one.developer.clone(),
                value: Some(one.value.clone()),
                ..of_file(
                    "record_rejected",
                    path,
                    one.line,
                    Some(one.field),
                    format!("models[{}]: {}: {}", one.index, one.value, one.reason),
                )
            });
        }
    }

    /// The dataset is not there as a file that can be read.
    pub fn dataset_unreadable(&mut self, path: &Path, message: String) {
        self.push(of_file("dataset_unreadable", path, 1, None, message));
    }

    /// The dataset is gone, and its journal is not. (One that was never written is no finding.)
    pub fn dataset_deleted(&mut self, path: &Path) {
        let message = "not there, but its journal is: was it deleted?".to_owned();
        self.push(Finding {
            severity: Severity::Warning,
            ..of_file("dataset_deleted", path, 1, None, message)
        });
    }

    /// The dataset is refused whole.
    pub fn dataset_refused(&mut self, path: &Path, refusal: &Refusal) {
        self.push(of_file(
            "dataset_refused",
            path,
            refusal.line,
            refusal.column.as_deref(),
            refusal.to_string(),
        ));
    }

    /// What there is to say of the rows. `latest` is what the estimates say, where they could be read.
    pub fn dataset(
        &mut self,
        path: &Path,
        dataset: &Dataset<'_>,
        latest: Option<&Latest<'_>>,
        today: NaiveDate,
    ) {
        let first = rows::first_rows(dataset);
        let names = rows::rows_by_name(&first);
        for row in &dataset.rows {
            let mut about = About {
                findings: self,
                path,
                dataset,
                row,
            };
            cells::check(&mut about, today);
            rows::check(&mut about, &first, &names, latest);
        }
    }

    /// A line for each finding, then the count.
    pub fn text(&self, screen: Screen) -> String {
        let mut out = String::new();
        for finding in &self.findings {
            let (tone, severity) = match finding.severity {
                Severity::Error => (Tone::Removed, "error"),
                Severity::Warning => (Tone::Attention, "warning"),
            };
            let column = finding
                .column
                .as_ref()
                .map(|column| format!("{}: ", shown(column)))
                .unwrap_or_default();
            let name = finding
                .name
                .as_ref()
                .map(|name| format!("{}: ", shown(&excerpt(name, 80))))
                .unwrap_or_default();
            out += &format!(
                "{}:{}: {}: {column}{name}{}\n",
                shown(&finding.path),
                finding.line,
                screen.paint(tone, severity),
                shown(&finding.message)
            );
        }
        out + &format!(
            "{}, {}\n",
            plural(self.errors, "error"),
            plural(self.warnings, "warning")
        )
    }
}

fn of_file(
    code: &'static str,
    path: &Path,
    line: usize,
    column: Option<&str>,
    message: String,
) -> Finding {
    Finding {
        severity: Severity::Error,
        code,
        path: path.to_string_lossy().into_owned(),
        line,
        name: None,
        developer: None,
        column: column.map(str::to_owned),
        value: None,
        message,
    }
}

/// The row that is looked at, and where findings about it go.
struct About<'f, 'd, 'a> {
    findings: &'f mut Findings,
    path: &'f Path,
    dataset: &'d Dataset<'a>,
    row: &'d Row<'a>,
}

impl About<'_, '_, '_> {
    fn cell(&self, column: Column) -> std::borrow::Cow<'_, str> {
        self.dataset.cell(self.row, column)
    }

    fn error(&mut self, code: &'static str, column: Column, message: String) {
        self.found(Severity::Error, code, column.name(), message);
    }

    fn warn(&mut self, code: &'static str, column: Column, message: String) {
        self.found(Severity::Warning, code, column.name(), message);
    }

    /// A finding about this row; its value is what the column says.
    fn found(&mut self, severity: Severity, code: &'static str, column: &str, message: String) {
        let place = self.dataset.header.names().position(|name| name == column);
        let value = place
            .and_then(|place| crate::dataset::cells(self.row.record.raw).nth(place))
            .map(crate::dataset::decode);
        let finding = Finding {
            severity,
            name: Some(self.cell(Column::Name).into_owned()),
            developer: Some(self.cell(Column::Developer).into_owned()),
            value: value.map(|value| excerpt(&value, 200).into_owned()),
            ..of_file(code, self.path, self.row.record.line, Some(column), message)
        };
        self.findings.push(finding);
    }
}
