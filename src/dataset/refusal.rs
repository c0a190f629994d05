//! Why a dataset is refused: where, what stands there, and how it is mended. The file stays as it is.

use std::fmt;

use super::record::Record;
use crate::text::{newlines, position, quoted};

/// A refused dataset. Its message names the trouble and the remedy; the caller adds the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The line of the file, from 1.
    pub line: usize,
    /// The column's name, where the trouble is one of a column.
    pub column: Option<String>,
    /// What is wrong.
    pub trouble: String,
    /// What to do about it.
    pub remedy: &'static str,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let and = if self.trouble.ends_with('?') { "" } else { ";" };
        write!(f, "{}{and} {}", self.trouble, self.remedy)
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    fn new(line: usize, trouble: impl Into<String>, remedy: &'static str) -> Refusal {
        Refusal {
            line,
            column: None,
            trouble: trouble.into(),
            remedy,
        }
    }

    fn in_column(mut self, column: &str) -> Refusal {
        self.column = Some(column.to_owned());
        self
    }

    pub(super) fn empty() -> Refusal {
        let trouble =
            "the file is empty, it has not even a header, as `list --format csv` prints it";
        Refusal::new(1, trouble, "restore it, or delete it to begin a new one")
    }

    pub(super) fn not_utf8(bytes: &[u8], error: std::str::Utf8Error) -> Refusal {
        let (line, column) = position(bytes, error.valid_up_to());
        let byte = bytes[error.valid_up_to()];
        let trouble = format!("not UTF-8: byte 0x{byte:02x} at column {column}");
        let remedy = "save the file as \"CSV UTF-8\", not as \"Unicode text\", which is UTF-16";
        Refusal::new(line, trouble, remedy)
    }

    pub(super) fn delimiter(line: usize, delimiter: &str) -> Refusal {
        let trouble = format!(
            "no commas in the header: was the file saved with {delimiter} between the cells?"
        );
        Refusal::new(line, trouble, "export it with commas")
    }

    pub(super) fn unreadable(line: usize, error: &csv::Error) -> Refusal {
        Refusal::new(line, format!("not CSV: {error}"), "mend the line")
    }

    pub(super) fn open_quote(line: usize) -> Refusal {
        let trouble =
            "a quote opens here and never closes, or text stands behind the one that closes it";
        let remedy = "close it where the cell ends, and double the quotes that belong to the text";
        Refusal::new(line, trouble, remedy)
    }

    pub(super) fn bare_return(line: usize) -> Refusal {
        let trouble = "a carriage return without a line feed stands outside of quotes";
        Refusal::new(line, trouble, "save the file with LF or CRLF line ends")
    }

    pub(super) fn ragged(record: &Record<'_>, expected: usize) -> Refusal {
        let last_line = record.line + newlines(record.raw.as_bytes());
        let trouble = format!(
            "this row has {} cells where the header has {expected} (it begins {} and ends on line {last_line})",
            record.width(),
            quoted(record.raw)
        );
        let remedy = "a comma too many or too few, or a quote left open: quote the cell it belongs to, or fill the row up";
        Refusal::new(record.line, trouble, remedy)
    }

    pub(super) fn conflict_marker(line: usize, text: &str) -> Refusal {
        let text = quoted(text);
        let trouble = format!("an unresolved merge: this line is a conflict marker ({text})");
        let remedy = "decide between the two sides, and remove git's lines";
        Refusal::new(line, trouble, remedy)
    }

    pub(super) fn second_header(record: &Record<'_>) -> Refusal {
        let text = quoted(record.raw);
        let trouble = format!("a second header line stands among the rows (it begins {text})");
        let remedy = "two files were put together, by a union merge perhaps: remove it, and look for rows that stand twice";
        Refusal::new(record.line, trouble, remedy)
    }

    pub(super) fn mangled_numbers(
        record: &Record<'_>,
        text: &str,
        count: usize,
        filled: usize,
    ) -> Refusal {
        let trouble = format!(
            "{count} of the {filled} cells filled in `training_flop` are no numbers, the first is {}: was the file saved with a \
             decimal comma?",
            quoted(text)
        );
        let remedy = "save it with decimal points, or restore it";
        Refusal::new(record.line, trouble, remedy).in_column("training_flop")
    }

    pub(super) fn blank_key(record: &Record<'_>, column: &str, text: &str) -> Refusal {
        let trouble = format!("this row has no {column} ({})", quoted(text));
        Refusal::new(record.line, trouble, "fill it in, or delete the row").in_column(column)
    }

    pub(super) fn alias(record: &Record<'_>, trouble: String) -> Refusal {
        let remedy = "mend the line; nothing runs until then";
        Refusal::new(record.line, trouble, remedy)
    }

    /// A sheet of decisions in which none can stand.
    pub fn nothing_decided() -> Refusal {
        let trouble = "no column `verified` and no column `decision`, so nothing is decided here";
        Refusal::new(1, trouble, "add one of the two, and fill it in")
    }

    pub(super) fn column_twice(record: &Record<'_>, name: &str) -> Refusal {
        let trouble = format!("the column {} stands twice", quoted(name));
        Refusal::new(record.line, trouble, "rename or remove one of the two").in_column(name)
    }

    pub(super) fn misspelled_column(record: &Record<'_>, missing: &str, name: &str) -> Refusal {
        let trouble = format!("no column `{missing}`, but one called {}", quoted(name));
        let remedy = "if that is the one, correct its name; if not, give it another";
        Refusal::new(record.line, trouble, remedy).in_column(missing)
    }

    pub(super) fn missing_column(record: &Record<'_>, missing: &str) -> Refusal {
        let trouble = if missing == "verified" {
            "no column `verified`, and that must never be read as \"nothing is verified\""
                .to_owned()
        } else {
            let header = quoted(record.raw);
            format!("no column `{missing}`; the header begins {header}")
        };
        Refusal::new(record.line, trouble, "restore the header").in_column(missing)
    }
}
