//! The stage-2 estimates: load, JSON text → usable estimates and rejected records (behaviour §2).
//!
//! The file is read through windows that move along it, one on each core, and of each record only what the dataset can need is kept.
//! To touch new memory costs more than to read what fills it: windows are small and used again, and records stay in the run they
//! were read into.

mod array;
mod cursor;
mod document;
mod record;
mod source;
mod texts;
mod window;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::io;

use chrono::{NaiveDate, NaiveDateTime};

use crate::cores;
use crate::flop::Flop;
use crate::key::{Key, KeySet};
use crate::schema::{Column, Confidence, Status, UNESTIMATED_CLASS};
use cursor::Fault;
use source::Reading;
pub use source::Source;
use texts::{Text, Texts};

/// How much of the file is read at once, in bytes: what fits the cache of a core.
const CHUNK: usize = 1 << 15;

/// Less text than this is not worth being read on a core of its own, in bytes.
const SHARE: u64 = 1 << 17;

/// So many pieces for each core: one that is done early takes over some of another's.
const PIECES: usize = 8;

/// One usable record of the estimates: the pipeline's word on one model.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// Which model this is.
    pub key: Key,
    /// Training compute; `None` where the pipeline has no estimate.
    pub flop: Option<Flop>,
    /// How sure the estimate is.
    pub confidence: Confidence,
    /// Where the model stands against 1e25 FLOP, as stated or as derived.
    pub status: Status,
    /// When the estimate was made, in UTC; unknown counts as oldest.
    pub updated: Option<NaiveDateTime>,
    release_date: Option<NaiveDate>,
    texts: Texts,
}

impl Estimate {
    /// What the dataset says in `column` when it follows this estimate. The columns of people are blank.
    pub fn cell(&self, column: Column) -> Cow<'_, str> {
        let flop = |form: fn(Flop) -> String| self.flop.map(form).unwrap_or_default().into();
        let text = |text| Cow::Borrowed(self.texts.get(text));
        match column {
            Column::Name => text(Text::Name),
            Column::Developer => text(Text::Developer),
            Column::ReleaseDate => {
                let day = self.release_date.map(|day| day.to_string());
                day.unwrap_or_default().into()
            }
            Column::Parameters => text(Text::Parameters),
            Column::TrainingFlop => flop(Flop::shortest),
            Column::TrainingFlopFormatted => flop(Flop::two_decimals),
            Column::Confidence => self.confidence.name().into(),
            Column::EstimationMethod => text(Text::Method),
            Column::ThresholdClassification => {
                let class = self.flop.map_or(UNESTIMATED_CLASS, Flop::class);
                class.name().into()
            }
            Column::Status => self.status.name().into(),
            Column::Reasoning => text(Text::Reasoning),
            Column::Sources => text(Text::Sources),
            Column::LastUpdated => text(Text::LastUpdated),
            Column::Verified | Column::Notes => Cow::Borrowed(""),
        }
    }

    /// Whether the model belongs into the dataset: 5e24 FLOP or more, or no estimate where those are included (behaviour §3).
    pub fn is_candidate(&self, include_unestimated: bool) -> bool {
        self.flop
            .map_or(include_unestimated, |flop| flop >= Flop::CANDIDATE)
    }

    /// Which of two records of one model is to be believed: the greater (behaviour §4). It has an estimate, over none; higher
    /// confidence; later `last_updated`; higher FLOP; and last the greater content, so that the order of the input never matters.
    pub fn precedence(&self, other: &Estimate) -> Ordering {
        let rank = |e: &Estimate| (e.flop.is_some(), e.confidence, e.updated);
        rank(self)
            .cmp(&rank(other))
            .then_with(|| {
                self.flop
                    .partial_cmp(&other.flop)
                    .unwrap_or(Ordering::Equal)
            })
            .then_with(|| {
                let cells = |e| Column::ALL.map(|column| Estimate::cell(e, column));
                cells(self).cmp(&cells(other))
            })
    }
}

/// A record that breaks a rule of behaviour §2; the run goes on without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its place in `models`, from 0.
    pub index: usize,
    /// The line of the file it starts on, from 1.
    pub line: usize,
    /// Its name, where it has a readable one.
    pub name: Option<String>,
    /// Its developer, where it has a readable one.
    pub developer: Option<String>,
    /// The field that breaks the rule; `record` when it is no object at all.
    pub field: &'static str,
    /// The offending value as JSON, long ones cut; `null` when it is missing.
    pub value: String,
    /// What was expected.
    pub reason: &'static str,
}

impl Rejected {
    /// The keys of rejected records, as far as they can be told: their rows are orphans, not strangers.
    pub fn keys(rejected: &[Rejected]) -> KeySet<Key> {
        rejected
            .iter()
            .filter_map(|one| Some(Key::new(one.name.as_deref()?, one.developer.as_deref()?)))
            .collect()
    }
}

/// What one estimates file says.
#[derive(Debug, Default)]
pub struct Estimates {
    /// When the pipeline saved the file, as it wrote it.
    pub saved_at: Option<String>,
    /// How many records `models` holds, rejected ones included.
    pub total: usize,
    /// The usable records, in the order of the file, run by run as they were read.
    usable: Vec<Vec<Estimate>>,
    /// The broken records, in the order of the file.
    pub rejected: Vec<Rejected>,
}

impl Estimates {
    /// The usable records, in the order of the file.
    pub fn usable(&self) -> impl Iterator<Item = &Estimate> {
        self.usable.iter().flatten()
    }

    /// How many of the records are usable.
    pub fn usable_count(&self) -> usize {
        self.usable.iter().map(Vec::len).sum()
    }

    /// Reads the text of `estimated_models.json`.
    ///
    /// # Errors
    /// Those of [`Estimates::read`].
    pub fn parse(text: &str) -> Result<Estimates, Refused> {
        Estimates::read(&text.as_bytes())
    }

    /// Reads `estimated_models.json`.
    ///
    /// # Errors
    /// The whole text is refused when it cannot be read, is not UTF-8, not JSON, cut short, has no `models` array, or no usable
    /// record in it.
    pub fn read(source: &dyn Source) -> Result<Estimates, Refused> {
        let shares = usize::try_from(source.len() / SHARE).unwrap_or(usize::MAX);
        let cores = cores::for_shares(shares);
        let reading = Reading {
            chunk: CHUNK,
            pieces: shares.clamp(1, cores * PIECES),
            cores,
        };
        document::read(source, reading)
            .and_then(Estimates::with_a_usable_record)
            .map_err(|fault| Refused::at(source, fault))
    }

    fn with_a_usable_record(self) -> Result<Estimates, Fault> {
        match self.rejected.first() {
            _ if self.usable_count() > 0 => Ok(self),
            None => Err(Fault::new(
                0,
                "`models` is empty: there is nothing to refresh from",
            )),
            Some(first) => Err(Fault::new(
                0,
                format!(
                    "none of the {} records in `models` is usable; the first (line {}): {}: {}: {}",
                    self.total,
                    first.line,
                    first.field,
                    crate::text::shown(&first.value),
                    first.reason
                ),
            )),
        }
    }
}

/// Why the estimates are refused whole.
#[derive(Debug)]
pub enum Refused {
    /// They cannot be read.
    Unreadable(io::Error),
    /// The text is not what it should be.
    Malformed {
        /// Where in the text, from 1.
        line: usize,
        /// Where in the line, in bytes from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
}

impl Refused {
    fn at(source: &dyn Source, fault: Fault) -> Refused {
        let (offset, message) = match fault {
            Fault::Malformed { offset, message } => (offset, message),
            Fault::Unreadable(error) => return Refused::Unreadable(error),
        };
        match source::places(source, std::iter::once(offset)).as_deref() {
            Ok(&[(line, column)]) => Refused::Malformed {
                line,
                column,
                message,
            },
            _ => Refused::Unreadable(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Unreadable(error) => write!(f, "cannot be read: {error}"),
            Refused::Malformed { message, .. } => f.write_str(message),
        }
    }
}

impl std::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts with everything that a window's edge could cut.
    const AWKWARD: &str = "\u{feff} {\"metadata\": {\"saved_at\": \"2025-07-31\", \"x\": [1, {\"models\": 2}]},\r\n \"models\" : [\n\
        {\"name\": \"naïve 文心\", \"developer\": \"d\\u00e9\\\\\", \"training_flop\": 1.5e+25, \"reasoning\": \"},\\n{\\\"name\\\": 😀\"},\n\
        {\"name\": \"b\", \"developer\": \"d\", \"training_flop\": 12, \"sources\": [\"a\\tb\", \"},\\n{\\\"name\\\"\"]},\n\
        7 , \"\\ud83d\\ude00\", {\"name\": \"half\", \"developer\": \"\\ud83d\"},\n\
        {\"name\": \"c\", \"developer\": \"d\", \"parameters\": 671000000000, \"last_updated\": \"2025-07-31\"}\n] , \"z\": -1.5e3 }\n";

    fn read(text: &str, chunk: usize, pieces: usize) -> String {
        read_bytes(text.as_bytes(), chunk, pieces)
    }

    fn read_bytes(bytes: &[u8], chunk: usize, pieces: usize) -> String {
        let reading = Reading {
            chunk,
            pieces,
            cores: 2,
        };
        match document::read(&bytes, reading) {
            Err(fault) => format!("{fault:?}"),
            Ok(read) => {
                let usable: Vec<_> = read.usable().collect();
                format!(
                    "{} {:?} {usable:?} {:?}",
                    read.total, read.saved_at, read.rejected
                )
            }
        }
    }

    #[test]
    fn what_is_read_depends_neither_on_the_windows_nor_on_the_pieces() {
        let whole = read(AWKWARD, 1 << 20, 1);
        assert!(whole.starts_with("6 Some(\"2025-07-31\")"));
        for chunk in 1..AWKWARD.len() + 2 {
            for pieces in 1..6 {
                assert_eq!(read(AWKWARD, chunk, pieces), whole, "{chunk} {pieces}");
            }
        }
    }

    #[test]
    fn neither_does_what_is_refused() {
        for end in AWKWARD
            .char_indices()
            .map(|(at, _)| at)
            .chain([AWKWARD.len() - 1])
        {
            let cut = &AWKWARD[..end];
            let whole = read(cut, 1 << 20, 1);
            for (chunk, pieces) in [(1, 1), (2, 3), (7, 2), (64, 4)] {
                assert_eq!(read(cut, chunk, pieces), whole, "{end} {chunk} {pieces}");
            }
        }
    }

    #[test]
    fn of_two_faults_the_first_is_named() {
        const CONTROL: usize = 300;
        for fault in (0..AWKWARD.len()).filter(|fault| fault.abs_diff(CONTROL) > 3) {
            let mut bytes = AWKWARD.as_bytes().to_vec();
            bytes[fault] = 0xff;
            bytes[CONTROL] = b'\x01';
            let whole = read_bytes(&bytes, 1 << 20, 1);
            assert_eq!(whole.contains("not UTF-8"), fault < CONTROL, "{whole}");
            for (chunk, pieces) in [(1, 1), (2, 3), (7, 2), (64, 4)] {
                let read = read_bytes(&bytes, chunk, pieces);
                assert_eq!(read, whole, "{fault} {chunk} {pieces}");
            }
        }
    }
}
