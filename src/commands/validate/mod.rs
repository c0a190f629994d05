//! `core-dataset validate`: the findings about both files, what is wrong and what deserves a look. Nothing is changed.

mod cells;
mod rows;

use std::path::Path;

use anyhow::Result;
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;

use super::print::print;
use super::{Exit, load};
use crate::config::Config;
use crate::dataset::{Aliases, Dataset, Refusal, Row};
use crate::estimates::{Estimates, Latest, Rejected};
use crate::schema::Column;
use crate::store::Snapshot;
use crate::terminal::{Screen, Tone};
use crate::text::{excerpt, plural, shown};

/// The flags of a validation.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  core-dataset validate --strict\n\nPrints path:line: error|warning: column: message"
)]
pub struct ValidateArgs {
    /// Exit 3 for warnings as well
    #[arg(long)]
    strict: bool,
}

/// Prints every finding. What stops other commands is a finding here.
pub(super) fn run(config: &Config, args: &ValidateArgs) -> Result<Exit> {
    let paths = &config.paths;
    let mut findings = Findings::default();
    let bytes = load::estimates_bytes(config);
    let estimates = bytes.as_ref().map(|bytes| Estimates::parse(bytes));
    match &estimates {
        Err(error) => {
            let message = without_path(error, &paths.estimates);
            findings.push(of_file(
                "estimates_missing",
                &paths.estimates,
                1,
                None,
                message,
            ));
        }
        Ok(Err(refused)) => {
            let message = format!("{refused} (at column {})", refused.column);
            let line = refused.line;
            findings.push(of_file(
                "estimates_refused",
                &paths.estimates,
                line,
                None,
                message,
            ));
        }
        Ok(Ok(estimates)) => findings.rejected(&paths.estimates, &estimates.rejected),
    }
    let estimates = estimates.ok().and_then(Result::ok);
    let latest = estimates
        .as_ref()
        .map(|estimates| Latest::of(estimates, &Aliases::absent()));
    match Snapshot::read(&paths.dataset) {
        Err(error) => {
            let message = without_path(&error, &paths.dataset);
            findings.push(of_file(
                "dataset_unreadable",
                &paths.dataset,
                1,
                None,
                message,
            ));
        }
        Ok(Snapshot { bytes: None, .. }) if paths.journal.exists() => {
            findings.dataset_deleted(&paths.dataset);
        }
        Ok(Snapshot { bytes: None, .. }) => {}
        Ok(Snapshot {
            bytes: Some(bytes), ..
        }) => match Dataset::parse(&bytes) {
            Err(refusal) => findings.dataset_refused(&paths.dataset, &refusal),
            Ok(dataset) => {
                let today = config.now.date_naive();
                findings.dataset(&paths.dataset, &dataset, latest.as_ref(), today);
            }
        },
    }
    print(config, &findings, |screen| findings.text(screen))?;
    let fails = findings.errors > 0 || (args.strict && findings.warnings > 0);
    Ok(if fails { Exit::Findings } else { Exit::Done })
}

/// What an error says, without the path that its message begins with: a finding has the path already.
fn without_path(error: &anyhow::Error, path: &Path) -> String {
    let message = format!("{error:#}");
    message
        .strip_prefix(&format!("{}: ", path.display()))
        .unwrap_or(&message)
        .to_owned()
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    /// The file says something that is not so, or cannot be read.
    Error,
    /// A person should look.
    Warning,
}

/// One finding. As JSON the keys are the fields' names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    /// How grave it is.
    severity: Severity,
    /// What kind of finding it is, for programs.
    code: &'static str,
    /// The file.
    path: String,
    /// The line in it, from 1.
    line: usize,
    /// The model's name, where it is about one.
    name: Option<String>,
    /// The model's developer, where it is about one.
    developer: Option<String>,
    /// The column or field, where it is about one.
    column: Option<String>,
    /// The offending value, long ones cut.
    value: Option<String>,
    /// What is the matter.
    message: String,
}

/// All findings, in the order of the files. As JSON with their counts.
#[derive(Debug, Default, Serialize)]
struct Findings {
    /// How many are errors.
    errors: usize,
    /// How many are warnings.
    warnings: usize,
    /// The findings.
    findings: Vec<Finding>,
}

impl Findings {
    fn push(&mut self, finding: Finding) {
        match finding.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
        }
        self.findings.push(finding);
    }

    /// The records that a refresh would pass over.
    fn rejected(&mut self, path: &Path, rejected: &[Rejected]) {
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

    /// The dataset is gone, and its journal is not. (One that was never written is no finding.)
    fn dataset_deleted(&mut self, path: &Path) {
        let message = "not there, but its journal is: was it deleted?".to_owned();
        self.push(Finding {
            severity: Severity::Warning,
            ..of_file("dataset_deleted", path, 1, None, message)
        });
    }

    /// The dataset is refused whole.
    fn dataset_refused(&mut self, path: &Path, refusal: &Refusal) {
        self.push(of_file(
            "dataset_refused",
            path,
            refusal.line,
            refusal.column.as_deref(),
            refusal.to_string(),
        ));
    }

    /// What there is to say of the rows. `latest` is what the estimates say, where they could be read.
    fn dataset(
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
    fn text(&self, screen: Screen) -> String {
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
    fn cell(&self, column: Column) -> &str {
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
        let header = &self.dataset.table.header;
        let value = header.find(column).map(|place| self.row.record.cell(place));
        let finding = Finding {
            severity,
            name: Some(self.cell(Column::Name).to_owned()),
            developer: Some(self.cell(Column::Developer).to_owned()),
            value: value.map(|value| excerpt(value, 200).into_owned()),
            ..of_file(code, self.path, self.row.record.line, Some(column), message)
        };
        self.findings.push(finding);
    }
}
