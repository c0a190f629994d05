//! The findings: where each is, what it says, and how they are printed.

use std::path::Path;

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::codes::{Code, Severity};
use crate::terminal::{Screen, Tone, bounded, wrap};
use crate::text::{excerpt, plural, shown};

/// One finding. As JSON the keys are the fields' names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    severity: Severity,
    code: Code,
    path: String,
    /// The line in it, from 1.
    line: usize,
    name: Option<String>,
    developer: Option<String>,
    /// The column or field, where it is about one that has a name.
    column: Option<String>,
    /// The offending value, long ones cut.
    value: Option<String>,
    message: String,
}

impl Finding {
    /// Names the model, as far as its name is known.
    pub(super) fn about(&mut self, name: Option<&str>, developer: Option<&str>) -> &mut Finding {
        self.name = name.map(str::to_owned);
        self.developer = developer.map(str::to_owned);
        self
    }

    /// Names the column or the field, where it has a name.
    pub(super) fn in_column(&mut self, column: &str) -> &mut Finding {
        self.column = (!column.is_empty()).then(|| column.to_owned());
        self
    }

    /// Shows what the cell or the field says.
    pub(super) fn with_value(&mut self, value: &str) -> &mut Finding {
        self.value = Some(excerpt(value, 200).into_owned());
        self
    }

    /// `path:line: severity: column: name: message [code]`, broken between words.
    fn text(&self, screen: Screen) -> String {
        let tone = match self.severity {
            Severity::Error => Tone::Removed,
            Severity::Warning => Tone::Attention,
        };
        let place = format!("{}:{}:", shown(&self.path), self.line);
        let severity = self.severity.to_string();
        let about = self.column.iter().chain(&self.name);
        let mut parts: Vec<String> = about.map(|text| bounded(text)).collect();
        parts.push(shown(&self.message).into_owned());
        // The place is not broken, whatever blanks a path holds, and colours take no room: so blanks stand for both.
        let head = place.width() + 1 + severity.len() + ": ".len();
        let body = format!(
            "{:head$}{} [{}]",
            "",
            parts.join(": ").trim_start(),
            self.code.name()
        );
        let body = wrap(&body, "    ", screen);
        format!(
            "{place} {}: {}\n",
            screen.paint(tone, &severity),
            &body[head..]
        )
    }
}

/// All findings, in the order of the files. As JSON with their counts.
#[derive(Debug, Default, Serialize)]
pub(super) struct Findings {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    findings: Vec<Finding>,
}

impl Findings {
    /// A finding about a line of a file.
    pub(super) fn found(
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

    /// Those with a code that was asked for, counted: what is about the file `first` before the rest, file by file, each in the
    /// order of its lines.
    pub(super) fn sorted(mut self, first: &Path, is_asked: impl Fn(Code) -> bool) -> Findings {
        let first = first.to_string_lossy();
        self.findings.retain(|finding| is_asked(finding.code));
        self.findings.sort_by(|a, b| {
            let [a, b] = [a, b].map(|one| (one.path != first, &one.path, one.line));
            a.cmp(&b)
        });
        let errors = self.findings.iter();
        self.errors = errors.filter(|one| one.severity == Severity::Error).count();
        self.warnings = self.findings.len() - self.errors;
        self
    }

    /// A line for each finding, then the count.
    pub(super) fn text(&self, screen: Screen) -> String {
        let lines = self.findings.iter().map(|finding| finding.text(screen));
        lines.chain([self.counts()]).collect()
    }

    /// The errors alone.
    pub(super) fn errors_text(&self, screen: Screen) -> String {
        let errors = self.findings.iter();
        let errors = errors.filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| finding.text(screen)).collect()
    }

    pub(super) fn counts(&self) -> String {
        format!(
            "{}, {}\n",
            plural(self.errors, "error"),
            plural(self.warnings, "warning")
        )
    }
}
