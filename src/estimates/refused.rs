//! Why the estimates are refused as a whole: what the file is, where it fails, and what to do about it.

use super::{Estimates, Fault};
use crate::text::{is_conflict_marker, offset_in, position, recognised};

/// Why the estimates are refused as a whole, and where.
#[derive(Debug)]
pub struct Refused {
    /// The line, from 1.
    pub line: usize,
    /// The position in the line, in bytes from 1.
    pub column: usize,
    /// What is wrong there, and what to do.
    pub message: String,
    /// The records, where none of them is usable.
    pub rejected: Vec<Fault>,
}

impl Refused {
    /// What could be read all the same: the rejected records.
    pub fn estimates(self) -> Estimates {
        Estimates {
            rejected: self.rejected,
            ..Estimates::default()
        }
    }

    pub(super) fn new((line, column): (usize, usize), message: impl Into<String>) -> Refused {
        Refused {
            line,
            column,
            message: message.into(),
            rejected: Vec::new(),
        }
    }

    /// A refusal at the place where `part`, a slice of `text`, begins.
    pub(super) fn at(text: &str, part: &str, message: impl Into<String>) -> Refused {
        Refused::new(position(text.as_bytes(), offset_in(text, part)), message)
    }

    /// The bytes as text; a file that is not text is refused.
    pub(super) fn checked_text(bytes: &[u8]) -> Result<&str, Refused> {
        if let Some((what, remedy)) = recognised(bytes) {
            return Err(Refused::new((1, 1), format!("{what}: {remedy}")));
        }
        match bytes.trim_ascii_start() {
            // UTF-16 without a byte order mark is recognised by the zero byte beside the brace.
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=255, ..] | [1..=255, 0, ..] => {
                Err(Refused::new((1, 1), "UTF-16: save it as UTF-8"))
            }
            _ => str::from_utf8(bytes).map_err(|error| {
                let message = match error.error_len() {
                    None => "cut short in the middle of a character: fetch the estimates again",
                    Some(_) => "not UTF-8: save it as UTF-8, or fetch the estimates again",
                };
                Refused::new(position(bytes, error.valid_up_to()), message)
            }),
        }
    }

    /// Refuses `text`, which does not begin with a brace.
    pub(super) fn not_an_object(text: &str) -> Refused {
        let json = text.trim_start();
        let message = if json.is_empty() {
            "the file is empty: fetch the estimates again"
        } else {
            "expected an object: {\"metadata\": {…}, \"models\": [ … ]}; fetch the estimates again"
        };
        Refused::conflict_markers(text).unwrap_or_else(|| Refused::at(text, json, message))
    }

    /// Refuses `text`, which serde_json cannot read.
    pub(super) fn not_json(text: &str, error: &serde_json::Error) -> Refused {
        let error_text = error.to_string();
        let what = error_text.split(" at line ").next().unwrap_or_default();
        let (line, column) = (error.line().max(1), error.column().max(1));
        let rest = text.lines().nth(line - 1).unwrap_or_default();
        let rest = &rest[rest.floor_char_boundary(column - 1)..];
        let mut not_numbers = ["NaN", "Infinity"].into_iter();
        let message = if error.is_eof() {
            format!("cut short: {what}; fetch the estimates again")
        } else if let Some(word) = not_numbers.find(|word| rest.starts_with(word)) {
            format!("{word} is not JSON: write null where there is no number")
        } else if what == "trailing characters" {
            "not JSON: something follows the closing brace; if these are JSON Lines, make them one object, {\"models\": [ … ]}"
                .to_owned()
        } else if error.is_data() {
            format!("{what}: fetch the estimates again")
        } else {
            format!("not JSON: {what}; fetch the estimates again")
        };
        Refused::conflict_markers(text).unwrap_or_else(|| Refused::new((line, column), message))
    }

    /// Refuses a text that is not JSON where it has git's conflict markers.
    fn conflict_markers(text: &str) -> Option<Refused> {
        let marker = text.lines().find(|line| is_conflict_marker(line))?;
        let message =
            "conflict markers, an unresolved merge: take one side, or fetch the estimates again";
        Some(Refused::at(text, marker, message))
    }
}
