//! A stretch of a text that moves along its source. What is read is dropped from it, so that a file of any size is read in the
//! memory that its largest value takes, and always from the cores' caches.

use super::cursor::{Cursor, Fault};
use super::source::{Source, fill};

/// A stretch of a text. It is valid UTF-8.
pub(super) struct Window<'s> {
    pub source: &'s dyn Source,
    /// How much is read at once at least, in bytes.
    chunk: usize,
    text: String,
    /// The beginning of a character whose rest has not been read yet.
    torn: Vec<u8>,
    /// Where `text` begins in the source.
    base: u64,
    /// How much of `text` is done with.
    at: usize,
    /// Whether `text` reaches to the end of the source.
    last: bool,
    /// Whether what follows `text` is not UTF-8. That is no fault until it is come to: there may be another before it.
    broken: bool,
}

impl<'s> Window<'s> {
    /// A window at the beginning of the source.
    pub fn new(source: &'s dyn Source, chunk: usize) -> Window<'s> {
        Window {
            source,
            chunk,
            // Room also for what the window before it left over.
            text: String::with_capacity(chunk + chunk / 8),
            torn: Vec::new(),
            base: 0,
            at: 0,
            last: false,
            broken: false,
        }
    }

    /// Moves on to `offset` of the source, or to the next character if that is within one.
    pub fn move_to(&mut self, offset: u64) -> Result<(), Fault> {
        if offset == self.offset() {
            return Ok(());
        }
        let mut ahead = Vec::with_capacity(3);
        fill(self.source, offset, 3, &mut ahead)?;
        let is_rest = |byte: &&u8| **byte & 0b1100_0000 == 0b1000_0000;
        let torn = ahead.iter().take(3).take_while(is_rest).count();
        self.text.clear();
        self.torn.clear();
        self.base = offset + torn as u64;
        self.at = 0;
        self.last = false;
        self.broken = false;
        Ok(())
    }

    /// How far the source is read.
    pub fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    /// Takes a step along the text. Where the window is too short for it the step is taken again on a longer one, so what it does
    /// has to depend on the text alone.
    pub fn step<T>(
        &mut self,
        mut step: impl FnMut(&mut Cursor<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        loop {
            let mut cursor = Cursor {
                text: &self.text,
                at: self.at,
            };
            let taken = step(&mut cursor);
            let reached = match &taken {
                Err(Fault::Malformed { offset, .. }) => *offset,
                _ => cursor.at as u64,
            };
            // What ends where the window ends, or breaks off at its last byte, may go on behind it.
            if reached + 1 < self.text.len() as u64 || self.last {
                self.at = cursor.at;
                return taken.map_err(|fault| fault.moved(self.base));
            }
            self.widen()?;
        }
    }

    /// Goes `lead` bytes into the next occurrence of `wanted`, if that is not too far away.
    pub fn find(&mut self, wanted: &str, lead: usize, far: usize) -> Result<bool, Fault> {
        loop {
            if let Some(found) = self.text[self.at..].find(wanted) {
                self.at += found + lead;
                return Ok(true);
            }
            if self.last || self.text.len() >= far {
                return Ok(false);
            }
            self.widen()?;
        }
    }

    /// Drops what is done with and reads on. A window that is too short for one value doubles.
    fn widen(&mut self) -> Result<(), Fault> {
        if self.broken {
            return Err(Fault::new(self.base + self.text.len() as u64, "not UTF-8"));
        }
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        bytes.drain(..self.at);
        self.base += std::mem::take(&mut self.at) as u64;
        bytes.append(&mut self.torn);
        let kept = bytes.len();
        let from = self.base + kept as u64;
        let rest = usize::try_from(self.source.len().saturating_sub(from)).unwrap_or(usize::MAX);
        // One byte more than there should be: a file that has grown meanwhile is read to its end.
        let wanted = self.chunk.max(kept).min(rest.saturating_add(1));
        self.last = fill(self.source, from, wanted, &mut bytes)? < wanted;
        self.text = String::from_utf8(bytes).unwrap_or_else(|error| {
            let utf8 = error.utf8_error();
            let mut sound = error.into_bytes();
            let rest = sound.split_off(utf8.valid_up_to());
            if utf8.error_len().is_none() && !self.last {
                self.torn = rest;
            } else {
                (self.broken, self.last) = (true, false);
            }
            String::from_utf8(sound).unwrap_or_default()
        });
        Ok(())
    }
}
