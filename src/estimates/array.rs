//! The records of the `models` array, read on every core.
//!
//! Where a record starts can be known only by reading up to it, so the later pieces of a large array start at a *guess*: a place
//! that looks like the border between the first two records. The pieces are then joined from the front, and a piece counts only if
//! the reading before it arrived exactly where the piece began; otherwise that stretch is read again from where it did arrive. A
//! wrong guess costs time and never changes what is read.

use std::thread;

use serde::de::IgnoredAny;

use super::cursor::{Cursor, Fault};
use super::record;
use super::source::{self, Reading, Source};
use super::window::Window;
use super::{Estimate, Estimates, Rejected};
use crate::cores;

/// How far behind its even share of the text the border of a piece is looked for, in bytes.
const SEARCH: usize = 1 << 20;

/// Reads the array that the window has come to, and leaves the window behind it.
pub(super) fn records(window: &mut Window<'_>, reading: Reading) -> Result<Estimates, Fault> {
    let is_empty = window.step(|cursor| {
        if !matches!(cursor.peek(), Some(b'[') | None) {
            return Err(cursor.fault("`models` is not an array"));
        }
        cursor.expect(b'[')?;
        Ok(cursor.take(b']'))
    })?;
    let mut estimates = Estimates::default();
    if is_empty {
        return Ok(estimates);
    }
    let border = match reading.pieces {
        0 | 1 => None,
        // Whatever is wrong here is found again, and named, when the records are read.
        _ => window.step(border).ok(),
    };
    let (source, first, end) = (window.source, window.offset(), window.source.len());
    let share = end.saturating_sub(first) / reading.pieces.max(1) as u64;
    let starts = border.iter().flat_map(|_| 1..reading.pieces as u64);
    let starts: Vec<u64> = starts.map(|piece| first + piece * share).collect();
    let stops = || starts.iter().skip(1).copied().chain([u64::MAX]);
    let border = border.unwrap_or_default();
    let mut rejected = Vec::new();
    thread::scope(|scope| {
        let ahead: Vec<_> = starts
            .iter()
            .zip(stops())
            .map(|(&start, stop)| {
                let border = &border;
                cores::start(scope, move || {
                    Piece::read(source, start, stop, border, reading.chunk)
                })
            })
            .collect();
        let mut run = Run::read(window, starts.first().copied().unwrap_or(u64::MAX));
        let mut ahead = ahead.into_iter().zip(stops());
        while !run.append_to(&mut estimates, &mut rejected)? {
            run = match ahead.next() {
                Some((piece, stop)) => match piece.and_then(|piece| piece.join().ok()).flatten() {
                    Some(piece) if piece.start == window.offset() => {
                        *window = piece.window;
                        piece.run
                    }
                    _ => Run::read(window, stop),
                },
                None => Run::read(window, u64::MAX),
            };
        }
        Ok(())
    })?;
    let places = source::places(source, rejected.iter().map(|(offset, _)| *offset))?;
    let numbered = rejected.into_iter().zip(places);
    estimates.rejected = numbered
        .map(|((_, one), (line, _))| Rejected { line, ..one })
        .collect();
    Ok(estimates)
}

/// What a border between two records looks like here: from the comma between the first two up to the second one's first key.
fn border(cursor: &mut Cursor<'_>) -> Result<String, Fault> {
    let mut ahead = Cursor { ..*cursor };
    ahead.value::<IgnoredAny>()?;
    ahead.peek();
    let start = ahead.at;
    ahead.expect(b',')?;
    ahead.expect(b'{')?;
    ahead.value::<String>()?;
    let border = &ahead.text[start..ahead.at];
    // A text that ends here may go on behind the window.
    match ahead.peek() {
        Some(_) => Ok(border.to_owned()),
        None => Err(ahead.fault("cut short")),
    }
}

/// A later piece of the array, read from a guess on.
struct Piece<'s> {
    start: u64,
    run: Run,
    window: Window<'s>,
}

impl<'s> Piece<'s> {
    /// `None` where no guess can be made.
    fn read(
        source: &'s dyn Source,
        start: u64,
        stop: u64,
        border: &str,
        chunk: usize,
    ) -> Option<Piece<'s>> {
        let brace = border.rfind('{')?;
        let mut window = Window::new(source, start.saturating_sub(brace as u64), chunk).ok()?;
        if !window.find(border, brace, SEARCH).ok()? {
            return None;
        }
        let start = window.offset();
        let run = Run::read(&mut window, stop);
        Some(Piece { start, run, window })
    }
}

/// A stretch of records read one after the other.
struct Run {
    total: usize,
    usable: Vec<Estimate>,
    /// Each with its offset; their `index` counts from the start of the run, their `line` is not known yet.
    rejected: Vec<(u64, Rejected)>,
    /// Whether the array's closing bracket was reached.
    closed: Result<bool, Fault>,
}

impl Run {
    /// Reads records until one would start at or behind `stop`, or the array closes.
    fn read(window: &mut Window<'_>, stop: u64) -> Run {
        let mut run = Run {
            total: 0,
            usable: Vec::new(),
            rejected: Vec::new(),
            closed: Ok(false),
        };
        run.closed = run.read_until(window, stop);
        run
    }

    fn read_until(&mut self, window: &mut Window<'_>, stop: u64) -> Result<bool, Fault> {
        let mut closed = false;
        while !closed && window.offset() < stop {
            let offset = window.offset();
            let (record, is_last) = window.step(one)?;
            match record {
                Ok(estimate) => self.usable.push(estimate),
                Err(rejected) => self.rejected.push((
                    offset,
                    Rejected {
                        index: self.total,
                        ..rejected
                    },
                )),
            }
            self.total += 1;
            closed = is_last;
        }
        Ok(closed)
    }

    fn append_to(
        self,
        estimates: &mut Estimates,
        rejected: &mut Vec<(u64, Rejected)>,
    ) -> Result<bool, Fault> {
        let closed = self.closed?;
        let before = estimates.total;
        estimates.total += self.total;
        let renumbered = self.rejected.into_iter().map(|(offset, one)| {
            let index = one.index + before;
            (offset, Rejected { index, ..one })
        });
        rejected.extend(renumbered);
        if estimates.usable.is_empty() {
            estimates.usable = self.usable;
        } else {
            estimates.usable.extend(self.usable);
        }
        Ok(closed)
    }
}

/// One element of the array and what follows it; true where that is the closing bracket.
fn one(cursor: &mut Cursor<'_>) -> Result<(Result<Estimate, Rejected>, bool), Fault> {
    let record = if cursor.peek() == Some(b'{') {
        record::estimate(&cursor.value()?)
    } else {
        let start = cursor.at;
        cursor.value::<IgnoredAny>()?;
        Err(record::no_object(&cursor.text[start..cursor.at]))
    };
    if cursor.take(b',') {
        // On to where the next one begins.
        cursor.peek();
        return Ok((record, false));
    }
    if cursor.peek().is_some_and(|byte| byte != b']') {
        return Err(cursor.fault("not JSON: expected `,` or `]` after a record"));
    }
    cursor.expect(b']').map(|()| (record, true))
}
