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
use super::{Estimate, Estimates, Rejected};
use crate::text::newlines;

/// Less text than this is read sooner than a second thread is started.
const WORTH_A_THREAD: usize = 1 << 18;

/// How far behind its even share of the text the border of a piece is looked for, in bytes.
const SEARCH: usize = 1 << 20;

/// Reads the array at the cursor and leaves the cursor behind it.
pub(super) fn records<'a>(cursor: &mut Cursor<'a>) -> Result<Estimates<'a>, Fault> {
    let pieces = crate::cores::count().min((cursor.text.len() - cursor.at) / WORTH_A_THREAD);
    records_in_pieces(cursor, pieces)
}

fn records_in_pieces<'a>(cursor: &mut Cursor<'a>, pieces: usize) -> Result<Estimates<'a>, Fault> {
    if !matches!(cursor.peek(), Some(b'[') | None) {
        return Err(Fault::new(cursor.at, "`models` is not an array"));
    }
    cursor.expect(b'[')?;
    let mut estimates = Estimates::default();
    if cursor.take(b']') {
        return Ok(estimates);
    }
    let text = cursor.text;
    let guesses = guesses(text, cursor.at, pieces);
    let stops = || guesses.iter().skip(1).copied().chain([text.len()]);
    thread::scope(|scope| {
        let ahead: Vec<_> = guesses
            .iter()
            .zip(stops())
            .map(|(&start, stop)| scope.spawn(move || Run::read(text, start, stop)))
            .collect();
        let mut run = Run::read(
            text,
            cursor.at,
            guesses.first().copied().unwrap_or(text.len()),
        );
        let mut ahead = guesses.iter().zip(stops()).zip(ahead);
        loop {
            cursor.at = run.end;
            if run.append_to(&mut estimates)? {
                return Ok(());
            }
            run = match ahead.next() {
                Some(((&guess, stop), piece)) => match piece.join() {
                    Ok(piece) if guess == cursor.at => piece,
                    _ => Run::read(text, cursor.at, stop),
                },
                None => Run::read(text, cursor.at, text.len()),
            };
        }
    })?;
    number_lines(text, &mut estimates.rejected);
    Ok(estimates)
}

/// A stretch of records read one after the other.
struct Run<'a> {
    /// Where the next record starts, or what follows the array.
    end: usize,
    total: usize,
    usable: Vec<Estimate<'a>>,
    /// Their `index` counts from the start of the run, their `line` is a byte offset until the runs are joined.
    rejected: Vec<Rejected>,
    /// Whether the array's closing bracket was reached.
    closed: Result<bool, Fault>,
}

impl<'a> Run<'a> {
    /// Reads records from `start` until one would start at or behind `stop`, or the array closes.
    fn read(text: &'a str, start: usize, stop: usize) -> Run<'a> {
        let mut run = Run {
            end: start,
            total: 0,
            usable: Vec::new(),
            rejected: Vec::new(),
            closed: Ok(false),
        };
        let mut cursor = Cursor { text, at: start };
        run.closed = run.read_until(&mut cursor, stop);
        run.end = cursor.at;
        run
    }

    fn read_until(&mut self, cursor: &mut Cursor<'a>, stop: usize) -> Result<bool, Fault> {
        loop {
            let first = cursor.peek();
            if cursor.at >= stop && first.is_some() {
                return Ok(false);
            }
            let (text, offset) = (cursor.text, cursor.at);
            let record = if first == Some(b'{') {
                record::estimate(&cursor.value()?)
            } else {
                cursor.value::<IgnoredAny>()?;
                Err(record::no_object(&text[offset..cursor.at]))
            };
            match record {
                Ok(estimate) => self.usable.push(estimate),
                Err(rejected) => self.rejected.push(Rejected {
                    index: self.total,
                    line: offset,
                    ..rejected
                }),
            }
            self.total += 1;
            if !cursor.take(b',') {
                if cursor.peek().is_some_and(|byte| byte != b']') {
                    return Err(Fault::new(
                        cursor.at,
                        "not JSON: expected `,` or `]` after a record",
                    ));
                }
                cursor.expect(b']')?;
                return Ok(true);
            }
        }
    }

    fn append_to(self, estimates: &mut Estimates<'a>) -> Result<bool, Fault> {
        let closed = self.closed?;
        let before = estimates.total;
        estimates.total += self.total;
        estimates
            .rejected
            .extend(self.rejected.into_iter().map(|one| Rejected {
                index: one.index + before,
                ..one
            }));
        if estimates.usable.is_empty() {
            estimates.usable = self.usable;
        } else {
            estimates.usable.extend(self.usable);
        }
        Ok(closed)
    }
}

/// Where the second, third, … of `pieces` shares of the array might start, in rising order: places that read like the border
/// between the first two records, up to and including the second one's first key. None where no such place is found.
fn guesses(text: &str, first: usize, pieces: usize) -> Vec<usize> {
    let mut cursor = Cursor { text, at: first };
    if pieces < 2 || cursor.value::<IgnoredAny>().is_err() {
        return Vec::new();
    }
    let border = cursor.at - 1;
    if !cursor.take(b',') || cursor.peek() != Some(b'{') {
        return Vec::new();
    }
    let second = cursor.at;
    let Some(key) = text[second..].find(':') else {
        return Vec::new();
    };
    let looks_like = &text[border..second + key];
    let share = (text.len() - second) / pieces;
    let mut guesses: Vec<usize> = (1..pieces)
        .filter_map(|piece| {
            let from = text.floor_char_boundary(second + piece * share);
            let window = &text[from..text.floor_char_boundary(from + SEARCH.min(share))];
            window
                .find(looks_like)
                .map(|at| from + at + (second - border))
        })
        .collect();
    guesses.dedup();
    guesses
}

/// Turns the byte offsets of rejected records, which rise, into lines.
fn number_lines(text: &str, rejected: &mut [Rejected]) {
    let (mut line, mut counted) = (1, 0);
    for one in rejected {
        line += newlines(&text.as_bytes()[counted..one.line]);
        counted = one.line;
        one.line = line;
    }
}
