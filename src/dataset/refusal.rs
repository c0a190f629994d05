//! Why a dataset is refused: where, what stands there, and how it is mended. The file stays as it is.

use std::fmt;

use super::record::Record;
use crate::text::{newlines, position, quoted};

/// What a spreadsheet may put between the cells instead of commas, and how a message calls it.
const DELIMITERS: [(char, &str); 3] = [(';', "`;`"), ('\t', "tabs"), ('|', "`|`")];

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
        Refusal::new(
            1,
            "the file is empty, it has not even a header",
            "restore it, or delete it to begin a new one",
        )
    }

    /// The refusal of a file that is not one of the dataset's own. An empty one has another remedy: there is nothing to restore.
    pub fn of_another_file(self) -> Refusal {
        match self == Refusal::empty() {
            true => Refusal::new(
                1,
                "nothing stands in it, not even a header",
                "it has to be a CSV with a header line, such as `list --format csv` prints",
            ),
            false => self,
        }
    }

    pub(super) fn not_utf8(bytes: &[u8], error: std::str::Utf8Error) -> Refusal {
        let (line, column) = position(bytes, error.valid_up_to());
        let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
        let trouble = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
                "not UTF-8: the file is UTF-16, as some spreadsheets save \"Unicode text\""
                    .to_owned()
            }
            _ => format!("not UTF-8: byte 0x{byte:02x} at column {column}"),
        };
        Refusal::new(line, trouble, "save the file as \"CSV UTF-8\"")
    }

    pub(super) fn unreadable(line: usize, error: &csv::Error) -> Refusal {
        Refusal::new(line, format!("not CSV: {error}"), "mend the line")
    }

    pub(super) fn open_quote(line: usize) -> Refusal {
        Refusal::new(
            line,
            "a quote opens here and never closes",
            "close it, or double it if it belongs to the text",
        )
    }

    pub(super) fn second_byte_order_mark() -> Refusal {
        let trouble = "a second byte order mark stands behind the one in front of the file";
        Refusal::new(1, trouble, "save the file as \"CSV UTF-8\"")
    }

    /// `text` stands behind the quote that closes a cell on line `behind`.
    pub(super) fn behind_quote(line: usize, behind: usize, text: &str) -> Refusal {
        let delimiter = DELIMITERS.iter().find(|(it, _)| text.starts_with(*it));
        if let Some((_, called)) = delimiter.filter(|_| line == 1) {
            return Refusal::delimiter(line, "a quoted cell is followed by no comma", called);
        }
        Refusal::new(
            line,
            format!(
                "a quote opens here, and text stands behind the one that closes it on line {behind}: was it meant to close earlier?"
            ),
            "close it where the cell ends, and double the quotes that belong to the text",
        )
    }

    pub(super) fn bare_return(line: usize) -> Refusal {
        Refusal::new(
            line,
            "a carriage return without a line feed stands outside of quotes",
            "save the file with LF or CRLF line ends",
        )
    }

    pub(super) fn ragged(record: &Record<'_>, expected: usize) -> Refusal {
        let (line, cells, text) = (record.line, record.width(), quoted(record.raw));
        let span = match newlines(record.raw.as_bytes()) {
            0 => String::new(),
            more => format!("; it runs to line {}: is a quote left open?", line + more),
        };
        Refusal::new(
            line,
            format!(
                "this row has {cells} cells where the header has {expected}{span} (it begins {text})"
            ),
            "a comma too many or too few: quote the cell it belongs to, or fill the row up",
        )
    }

    pub(super) fn conflict_marker(line: usize, text: &str) -> Refusal {
        let text = quoted(text);
        Refusal::new(
            line,
            format!("an unresolved merge: this line is a conflict marker ({text})"),
            "decide between the two sides, and remove git's lines",
        )
    }

    pub(super) fn second_header(record: &Record<'_>) -> Refusal {
        let text = quoted(record.raw);
        Refusal::new(
            record.line,
            format!("a second header line stands among the rows (it begins {text})"),
            "two files were put together, by a union merge perhaps: remove it, and look for rows that stand twice",
        )
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
        Refusal::new(
            1,
            "no column `verified` and no column `decision`, so nothing is decided here",
            "add one of the two, and fill it in",
        )
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

    fn delimiter(line: usize, trouble: &str, called: &str) -> Refusal {
        let trouble = format!("{trouble}: was the file saved with {called} between the cells?");
        Refusal::new(line, trouble, "export it with commas")
    }

    pub(super) fn missing_column(record: &Record<'_>, missing: &str) -> Refusal {
        // A header in which the missing column or `developer` stands once it is cut elsewhere was saved with another delimiter.
        for (delimiter, called) in DELIMITERS {
            let cut = record.raw.split(delimiter);
            let mut cut = cut.map(|name| name.trim().trim_matches('"'));
            if cut.any(|name| name == missing || name == "developer") {
                let trouble = format!("no column `{missing}`");
                return Refusal::delimiter(record.line, &trouble, called).in_column(missing);
            }
        }
        if record.raw.starts_with("sep=") {
            let trouble = "the first line names the delimiter, for a spreadsheet alone";
            let remedy = "remove that line, and export with commas";
            return Refusal::new(record.line, trouble, remedy);
        }
        let other_case = record
            .cells()
            .find(|name| name.trim().eq_ignore_ascii_case(missing));
        let trouble = match (other_case, missing) {
            (Some(name), _) => format!("no column `{missing}`, but one called {}", quoted(name)),
            (None, "verified") => {
                "no column `verified`, and that must never be read as \"nothing is verified\""
                    .to_owned()
            }
            (None, _) => format!(
                "no column `{missing}`; the header begins {}",
                quoted(record.raw)
            ),
        };
        Refusal::new(record.line, trouble, "restore the header").in_column(missing)
    }
}
