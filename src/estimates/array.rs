//! The records of the `models` array, read on every core.
//!
//! Where a record starts can be known only by reading up to it, so the later pieces of a large array start at a *guess*: a place
//! that looks like the border between the first two records. The pieces are then joined from the front, and a piece counts only if
//! the reading before it arrived exactly where the piece began; otherwise that stretch is read again from where it did arrive. A
//! wrong guess costs time and never changes what is read.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::de::IgnoredAny;

use super::cursor::{Cursor, Fault};
use super::record;
use super::source::{self, Reading, Source};
use super::window::Window;
use super::{Estimate, Estimates, Rejected};
use crate::cores;

/// How far behind its even share of the text the border of a piece is looked for, in bytes.
const SEARCH: usize = 1 << 20;

/// Records are seldom shorter than this, in bytes.
const SHORT: u64 = 512;

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
    let ahead = Ahead::new(window, reading, border.as_deref());
    let mut run = cores::all_on(
        reading.cores,
        || Run::read(window, ahead.first_stop()),
        || ahead.read(),
    );
    let mut rejected = Vec::new();
    let mut pieces = ahead.pieces.into_iter();
    while !run.append_to(&mut estimates, &mut rejected)? {
        run = match pieces.next() {
            Some(Piece { read, stop, .. }) => match read.into_inner() {
                Some(read) if read.from == window.offset() => {
                    window.move_to(read.to)?;
                    read.run
                }
                _ => Run::read(window, stop),
            },
            None => Run::read(window, u64::MAX),
        };
    }
    let places = source::places(window.source, rejected.iter().map(|(offset, _)| *offset))?;
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

/// The pieces of the array behind the first. Every core that has nothing else to do reads the next one.
struct Ahead<'a> {
    source: &'a dyn Source,
    chunk: usize,
    border: &'a str,
    pieces: Vec<Piece>,
    next: AtomicUsize,
}

/// A later piece of the array.
struct Piece {
    /// Where a border is looked for.
    start: u64,
    /// Records that would start here or later belong to the next piece.
    stop: u64,
    /// What was found; empty where no guess can be made.
    read: OnceLock<Found>,
}

/// What a piece holds, if the guess where it begins was right.
struct Found {
    from: u64,
    to: u64,
    run: Run,
}

impl<'a> Ahead<'a> {
    /// Divides what lies ahead of the window. Without a border that can be looked for all of it is one piece, the first.
    fn new(window: &Window<'a>, reading: Reading, border: Option<&'a str>) -> Ahead<'a> {
        let (first, count) = (window.offset(), border.map_or(1, |_| reading.pieces as u64));
        let share = window.source.len().saturating_sub(first) / count;
        let start = |piece| first + piece * share;
        let pieces = (1..count).map(|piece| Piece {
            start: start(piece),
            stop: if piece + 1 == count {
                u64::MAX
            } else {
                start(piece + 1)
            },
            read: OnceLock::new(),
        });
        Ahead {
            source: window.source,
            chunk: reading.chunk,
            border: border.unwrap_or_default(),
            pieces: pieces.collect(),
            next: AtomicUsize::new(0),
        }
    }

    /// Where the first piece ends.
    fn first_stop(&self) -> u64 {
        self.pieces.first().map_or(u64::MAX, |piece| piece.start)
    }

    /// Reads one piece after the other, until every one is read or being read.
    fn read(&self) {
        let mut window = Window::new(self.source, self.chunk);
        while let Some(piece) = self.pieces.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            if let Some(found) = self.find(piece, &mut window) {
                let _ = piece.read.set(found);
            }
        }
    }

    /// Guesses where a piece begins, and reads on from there.
    fn find(&self, piece: &Piece, window: &mut Window<'_>) -> Option<Found> {
        let brace = self.border.rfind('{')?;
        window
            .move_to(piece.start.saturating_sub(brace as u64))
            .ok()?;
        let far = usize::try_from(piece.stop - piece.start).unwrap_or(SEARCH);
        if !window.find(self.border, brace, far.min(SEARCH)).ok()? {
            return None;
        }
        let from = window.offset();
        let run = Run::read(window, piece.stop);
        let to = window.offset();
        Some(Found { from, to, run })
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
        let bytes = stop
            .min(window.source.len())
            .saturating_sub(window.offset());
        let mut run = Run {
            total: 0,
            // Memory that is not needed is never touched, and what is never touched costs nothing.
            usable: Vec::with_capacity(usize::try_from(bytes / SHORT).unwrap_or_default()),
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
        estimates.usable.push(self.usable);
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
