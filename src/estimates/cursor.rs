//! A place in a JSON text, moved on value by value, and what is wrong where it cannot go on.

use std::fmt;

use serde::Deserialize;

use crate::text::position;

/// Why a text is refused, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Bytes from the beginning of the text.
    pub offset: usize,
    /// What is wrong there.
    pub message: String,
}

impl Fault {
    /// A fault at a byte offset.
    pub fn new(offset: usize, message: impl Into<String>) -> Fault {
        Fault {
            offset,
            message: message.into(),
        }
    }

    /// The fault's line and column (in bytes), both from 1.
    pub fn position(&self, text: &str) -> (usize, usize) {
        position(text.as_bytes(), self.offset)
    }

    fn of_serde(error: &serde_json::Error, text: &str, from: usize) -> Fault {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        if error.is_eof() {
            return Fault::new(text.len(), format!("cut short: {message}"));
        }
        let rest = &text[from..];
        let line_start = match error.line() {
            0 | 1 => 0,
            line => rest
                .match_indices('\n')
                .nth(line - 2)
                .map_or(0, |(at, _)| at + 1),
        };
        Fault::new(
            from + line_start + error.column().saturating_sub(1),
            format!("not JSON: {message}"),
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

/// A place in a JSON text, moved on value by value.
pub(super) struct Cursor<'a> {
    pub text: &'a str,
    pub at: usize,
}

impl<'a> Cursor<'a> {
    /// The next byte that is no blank, not yet taken.
    pub fn peek(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest
            .iter()
            .take_while(|byte| matches!(**byte, b' ' | b'\n' | b'\t' | b'\r'))
            .count();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes the next byte if it is `wanted`.
    pub fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// Takes the next byte, which has to be `wanted`.
    pub fn expect(&mut self, wanted: u8) -> Result<(), Fault> {
        if self.take(wanted) {
            return Ok(());
        }
        let expected = format!("expected `{}`", char::from(wanted));
        Err(match self.peek() {
            Some(_) => Fault::new(self.at, format!("not JSON: {expected}")),
            None => Fault::new(self.at, format!("cut short: {expected}")),
        })
    }

    /// Takes one whole value.
    pub fn value<T: Deserialize<'a>>(&mut self) -> Result<T, Fault> {
        let mut values = serde_json::Deserializer::from_str(&self.text[self.at..]).into_iter();
        match values.next() {
            Some(Ok(value)) => {
                self.at += values.byte_offset();
                Ok(value)
            }
            Some(Err(error)) => Err(Fault::of_serde(&error, self.text, self.at)),
            None => Err(Fault::new(self.text.len(), "cut short: expected a value")),
        }
    }
}
