//! The findings: where each is, what it says, and how they are printed.

use std::path::Path;

use serde::Serialize;

use super::codes::Code;
use crate::terminal::{Screen, Tone, bounded, wrap};
use crate::text::{plural, shown};

/// One finding. In JSON, the keys are the field names.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    severity: &'static str,
    code: Code,
    path: String,
    line: usize,
    name: Option<String>,
    developer: Option<String>,
    /// The column or field that the finding is about, if it has a name.
    column: Option<String>,
    value: Option<String>,
    message: String,
}

impl Finding {
    /// Adds the model, by name and developer as far as they are known, and the column or field with its text.
    pub(super) fn about(&mut self, model: [Option<&str>; 2], column: &str, value: &str) {
        [self.name, self.developer] = model.map(|text| text.map(str::to_owned));
        self.in_column(column).with_value(value);
    }

    /// Adds the column or the field, if it has a name.
    pub(super) fn in_column(&mut self, column: &str) -> &mut Finding {
        self.column = (!column.is_empty()).then(|| column.to_owned());
        self
    }

    /// Adds the text of the cell or the field.
    pub(super) fn with_value(&mut self, value: &str) {
        self.value = Some(value.to_owned());
    }

    /// `path:line: severity: column: name: message [code]`, broken between words.
    fn text(&self, screen: Screen) -> String {
        let tone = match self.code.is_error() {
            true => Tone::Removed,
            false => Tone::Attention,
        };
        let mut text = shown(&self.message).into_owned();
        for about in [&self.name, &self.column].into_iter().flatten() {
            text = format!("{}: {text}", bounded(about));
        }
        let place = format!("{}:{}", shown(&self.path), self.line);
        let (severity, code): (_, &str) = (self.severity, self.code.into());
        let line = format!("{place}: {severity}: {text} [{code}]\n");
        let painted = screen.paint(tone, severity);
        wrap(&line, "    ", screen).replacen(severity, &painted, 1)
    }
}

/// All findings, with their counts.
#[derive(Debug, Default, Serialize)]
pub(super) struct Findings {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    findings: Vec<Finding>,
}

impl Findings {
    /// A finding about a line of a file.
    pub(super) fn add(
        &mut self,
        code: Code,
        path: &Path,
        line: usize,
        message: impl Into<String>,
    ) -> &mut Finding {
        let place = self.findings.len();
        self.findings.push(Finding {
            severity: code.severity(),
            code,
            path: path.to_string_lossy().into_owned(),
            line,
            name: None,
            developer: None,
            column: None,
            value: None,
            message: message.into(),
        });
        &mut self.findings[place]
    }

    /// The findings with a requested code, with their counts, file by file and line by line.
    pub(super) fn sorted(mut self, is_requested: impl Fn(Code) -> bool) -> Findings {
        self.findings.retain(|finding| is_requested(finding.code));
        self.findings
            .sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        let codes = self.findings.iter().map(|finding| finding.code);
        self.errors = codes.filter(|code| code.is_error()).count();
        self.warnings = self.findings.len() - self.errors;
        self
    }

    /// A line for each finding, then the counts. A quiet run prints only the errors. If it fails because of warnings, it prints the counts,
    /// to say why it failed.
    pub(super) fn text(&self, screen: Screen, is_quiet: bool, fails: bool) -> String {
        let mut text = String::new();
        for finding in &self.findings {
            if !is_quiet || finding.code.is_error() {
                text += &finding.text(screen);
            }
        }
        if !is_quiet || (fails && self.errors == 0) {
            let errors = plural(self.errors, "error");
            let warnings = plural(self.warnings, "warning");
            let hint = match self.errors.min(self.warnings) {
                0 => "",
                _ => " (--quiet prints only the errors)",
            };
            text += &format!("{errors}, {warnings}{hint}\n");
        }
        text
    }
}
