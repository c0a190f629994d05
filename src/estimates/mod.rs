//! The stage-2 estimates: the file `estimated_models.json` → usable estimates and rejected records (behaviour §2).
//!
//! `load` reads the file record by record, `record` holds the rules for the fields of a record, `refused` recognises files that are
//! something else, and `latest` keeps one estimate for each model.

mod latest;
mod load;
mod record;
mod refused;

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};

use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, Value};

pub use self::latest::Latest;
pub(crate) use self::load::alternatives;
pub(crate) use self::refused::Refused;
use crate::dates;
use crate::flop::{Class, Flop};
use crate::key::Key;
use crate::schema::{Column, Confidence, Status};

/// One usable record of the estimates: what the pipeline says about one model.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Its place in `models`, from 0.
    pub index: usize,
    /// The line of the file it starts on, from 1.
    pub line: usize,
    pub(crate) key: Key,
    pub(crate) name: Box<str>,
    pub(crate) developer: Box<str>,
    /// Training compute; `None` where the pipeline has no estimate.
    pub flop: Option<Flop>,
    pub(crate) confidence: Confidence,
    pub(crate) method: Box<str>,
    /// Where the model stands relative to 1e25 FLOP, as stated or as derived.
    pub status: Status,
    pub(crate) release_date: Option<NaiveDate>,
    /// The number of parameters, an integer, or blank.
    pub parameters: Box<str>,
    pub(crate) reasoning: Box<str>,
    /// Where the estimate comes from, joined with `; `.
    pub sources: Box<str>,
    /// When the estimate was made, as the pipeline wrote it, or blank.
    pub last_updated: Box<str>,
}

impl Estimate {
    /// The cell in `column` of a row that follows this estimate. The columns that belong to people are blank.
    pub fn cell(&self, column: Column) -> Cow<'_, str> {
        let day = || self.release_date.map(|day| day.to_string());
        let flop = |form: fn(Flop) -> String| self.flop.map(form).unwrap_or_default();
        let class = self.flop.map_or(Class::NotSure, Flop::class);
        match column {
            Column::Name => (*self.name).into(),
            Column::Developer => (*self.developer).into(),
            Column::ReleaseDate => day().unwrap_or_default().into(),
            Column::Parameters => (*self.parameters).into(),
            Column::TrainingFlop => flop(Flop::shortest).into(),
            Column::TrainingFlopFormatted => flop(Flop::two_decimals).into(),
            Column::Confidence => self.confidence.name().into(),
            Column::EstimationMethod => (*self.method).into(),
            Column::ThresholdClassification => class.name().into(),
            Column::Status => self.status.name().into(),
            Column::Reasoning => (*self.reasoning).into(),
            Column::Sources => (*self.sources).into(),
            Column::LastUpdated => (*self.last_updated).into(),
            Column::Verified | Column::Notes => "".into(),
        }
    }

    /// Compares two records of one model: the greater is believed (behaviour §4), for the reason that is returned too. If all else is
    /// equal, their cells are compared as texts, so that the order of the input never matters.
    pub fn precedence(&self, other: &Estimate) -> (Ordering, &'static str) {
        let flop = |one: &Estimate| Reverse(Flop::descending(one.flop));
        // An unknown time counts as the oldest.
        let updated = |one: &Estimate| dates::moment(&one.last_updated);
        let has_flop = self.flop.is_some().cmp(&other.flop.is_some());
        let confidence = self.confidence.cmp(&other.confidence);
        let ranks = [
            (has_flop, "has an estimate"),
            (confidence, "has a higher confidence"),
            (updated(self).cmp(&updated(other)), "is more recent"),
            (flop(self).cmp(&flop(other)), "has a higher training FLOP"),
        ];
        let decisive = ranks.into_iter().find(|(order, _)| order.is_ne());
        decisive.unwrap_or_else(|| {
            let mine = Column::ALL.iter().map(|column| self.cell(*column));
            let others = Column::ALL.iter().map(|column| other.cell(*column));
            (mine.cmp(others), "ranks equally")
        })
    }
}

/// What is wrong with a record: it breaks a rule (behaviour §2) and is rejected, or a field counts as absent or occurs twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Its place in `models`, from 0.
    pub index: usize,
    /// The line of the file it starts on, from 1.
    pub line: usize,
    /// Its name, if that can be read.
    pub name: Option<String>,
    /// Its developer, if that can be read.
    pub developer: Option<String>,
    /// The field that breaks the rule; `record` where the record is not an object.
    pub field: &'static str,
    /// The offending value as JSON; `null` when it is missing.
    #[serde(serialize_with = "as_it_stood")]
    pub value: String,
    /// What was expected.
    pub reason: &'static str,
}

/// Serialises the offending value as it was. If it has a number too large to be read, or half of a surrogate pair, it becomes a string.
fn as_it_stood<S: Serializer>(value: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match serde_json::from_str::<&RawValue>(value) {
        Ok(json) if serde_json::from_str::<Value>(value).is_ok() => json.serialize(serializer),
        _ => serializer.serialize_str(value),
    }
}

/// The content of one estimates file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Estimates {
    /// When the pipeline saved the file, as it wrote it.
    pub saved_at: Option<String>,
    /// How many records `models` holds, rejected ones included.
    pub total: usize,
    /// The usable records, in the order of the file.
    pub usable: Vec<Estimate>,
    /// The rejected records, in the order of the file.
    pub rejected: Vec<Fault>,
    /// Fields of usable records that break their rule and count as absent, in the order of the file.
    pub ignored_fields: Vec<Fault>,
    /// Fields that occur more than once in their record, in the order of the file. The last value counts.
    pub repeated_fields: Vec<Fault>,
    /// An excerpt of `saved_at` as JSON, where it is not a date-time and so counts as absent, or of `metadata` that is not an object.
    pub saved_at_unreadable: Option<String>,
}

impl Estimates {
    /// Appends the records of the next block, whose lines are counted from 0. `first_line` is the line on which the block begins.
    fn append(&mut self, mut next: Estimates, first_line: usize) {
        for one in &mut next.usable {
            one.index += self.total;
            one.line += first_line;
        }
        self.usable.append(&mut next.usable);
        for (all, mut faults) in [
            (&mut self.rejected, next.rejected),
            (&mut self.ignored_fields, next.ignored_fields),
            (&mut self.repeated_fields, next.repeated_fields),
        ] {
            for one in &mut faults {
                one.index += self.total;
                one.line += first_line;
            }
            all.append(&mut faults);
        }
        self.total += next.total;
    }
}
