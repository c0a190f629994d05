//! A place in a JSON text, moved on value by value, and what is wrong where it cannot go on.

use std::io;

use serde::Deserialize;

/// Why reading cannot go on.
#[derive(Debug)]
pub(super) enum Fault {
    /// The source cannot be read.
    Unreadable(io::Error),
    /// The text is not what it should be.
    Malformed {
        /// Bytes from the beginning of the text.
        offset: u64,
        /// What is wrong there.
        message: String,
    },
}

impl Fault {
    /// A fault of the text, at a byte offset.
    pub fn new(offset: u64, message: impl Into<String>) -> Fault {
        Fault::Malformed {
            offset,
            message: message.into(),
        }
    }

    /// The same fault in a text of which this one is a part, from `base` on.
    pub fn moved(self, base: u64) -> Fault {
        match self {
            Fault::Malformed { offset, message } => Fault::new(base + offset, message),
            unreadable @ Fault::Unreadable(_) => unreadable,
        }
    }
}

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
        let trouble = match self.peek() {
            Some(_) => "not JSON",
            None => "cut short",
        };
        Err(self.fault(format!("{trouble}: {expected}")))
    }

    /// Takes one whole value.
    pub fn value<T: Deserialize<'a>>(&mut self) -> Result<T, Fault> {
        let mut values = serde_json::Deserializer::from_str(&self.text[self.at..]).into_iter();
        match values.next() {
            Some(Ok(value)) => {
                self.at += values.byte_offset();
                Ok(value)
            }
            Some(Err(error)) => Err(self.fault_of(&error)),
            None => {
                self.at = self.text.len();
                Err(self.fault("cut short: expected a value"))
            }
        }
    }

    /// Something is wrong here.
    pub fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(self.at as u64, message)
    }

    /// What is wrong with the value that begins here.
    fn fault_of(&self, error: &serde_json::Error) -> Fault {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        if error.is_eof() {
            return Fault::new(self.text.len() as u64, format!("cut short: {message}"));
        }
        let line_start = match error.line() {
            0 | 1 => 0,
            line => self.text[self.at..]
                .match_indices('\n')
                .nth(line - 2)
                .map_or(0, |(at, _)| at + 1),
        };
        let offset = self.at + line_start + error.column().saturating_sub(1);
        Fault::new(offset as u64, format!("not JSON: {message}"))
    }
}
