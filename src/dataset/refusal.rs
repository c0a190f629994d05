//! Why a CSV file is refused: where, what is wrong there, and how to repair it. The file stays as it is.

use std::fmt;

/// A refused CSV file. It is shown with its line, and the caller adds the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The line of the file, from 1.
    pub line: usize,
    /// The name of the column, if the trouble is in one.
    pub column: Option<String>,
    /// What is wrong.
    pub trouble: String,
    /// What to do about it.
    pub remedy: &'static str,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message())
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    pub fn new(line: usize, trouble: impl Into<String>, remedy: &'static str) -> Refusal {
        Refusal {
            line,
            column: None,
            trouble: trouble.into(),
            remedy,
        }
    }

    /// The trouble and the remedy.
    pub fn message(&self) -> String {
        let and = if self.trouble.ends_with('?') { "" } else { ";" };
        format!("{}{and} {}", self.trouble, self.remedy)
    }

    pub(super) fn in_column(mut self, column: &str) -> Refusal {
        self.column = Some(column.to_owned());
        self
    }
}
