//! The stage-2 estimates: load, JSON text → usable estimates and rejected records (behaviour §2).
//!
//! Text is borrowed from the file's buffer and decoded when a cell needs it: most records never reach the dataset.

mod array;
mod cursor;
mod document;
mod record;

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::value::RawValue;

use crate::flop::Flop;
use crate::key::{Key, KeySet};
use crate::schema::{Column, Confidence, Status, UNESTIMATED_CLASS};
pub use cursor::Fault;
use record::JsonText;

/// One usable record of the estimates: the pipeline's word on one model.
#[derive(Debug, Clone)]
pub struct Estimate<'a> {
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
    name: JsonText<'a>,
    developer: JsonText<'a>,
    method: Option<JsonText<'a>>,
    release_date: Option<NaiveDate>,
    parameters: Option<Cow<'a, str>>,
    reasoning: Option<JsonText<'a>>,
    sources: Option<&'a RawValue>,
    last_updated: Option<JsonText<'a>>,
}

impl<'a> Estimate<'a> {
    /// What the dataset says in `column` when it follows this estimate. The columns of people are blank.
    pub fn cell(&self, column: Column) -> Cow<'a, str> {
        let text =
            |text: &Option<JsonText<'a>>| text.as_ref().map_or(Cow::Borrowed(""), JsonText::decode);
        let flop = |form: fn(Flop) -> String| {
            self.flop
                .map_or(Cow::Borrowed(""), |flop| Cow::Owned(form(flop)))
        };
        match column {
            Column::Name => self.name.decode(),
            Column::Developer => self.developer.decode(),
            Column::ReleaseDate => self
                .release_date
                .map_or(Cow::Borrowed(""), |day| Cow::Owned(day.to_string())),
            Column::Parameters => self.parameters.clone().unwrap_or_default(),
            Column::TrainingFlop => flop(Flop::shortest),
            Column::TrainingFlopFormatted => flop(Flop::two_decimals),
            Column::Confidence => Cow::Borrowed(self.confidence.name()),
            Column::EstimationMethod => self.method.as_ref().map_or(
                Cow::Borrowed(crate::schema::DEFAULT_METHOD),
                JsonText::decode,
            ),
            Column::ThresholdClassification => {
                Cow::Borrowed(self.flop.map_or(UNESTIMATED_CLASS, Flop::class).name())
            }
            Column::Status => Cow::Borrowed(self.status.name()),
            Column::Reasoning => text(&self.reasoning),
            Column::Sources => self
                .sources
                .map_or(Cow::Borrowed(""), record::joined_sources),
            Column::LastUpdated => text(&self.last_updated),
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
    pub fn precedence(&self, other: &Estimate<'_>) -> Ordering {
        let rank = |e: &Estimate<'_>| (e.flop.is_some(), e.confidence, e.updated);
        let content = |e: &Estimate<'_>| Column::ALL.map(|column| e.cell(column).into_owned());
        rank(self)
            .cmp(&rank(other))
            .then_with(|| {
                self.flop
                    .partial_cmp(&other.flop)
                    .unwrap_or(Ordering::Equal)
            })
            .then_with(|| content(self).cmp(&content(other)))
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
pub struct Estimates<'a> {
    /// When the pipeline saved the file, as it wrote it.
    pub saved_at: Option<String>,
    /// How many records `models` holds, rejected ones included.
    pub total: usize,
    /// The usable records, in the order of the file.
    pub usable: Vec<Estimate<'a>>,
    /// The broken records, in the order of the file.
    pub rejected: Vec<Rejected>,
}

impl<'a> Estimates<'a> {
    /// Reads the text of `estimated_models.json`.
    ///
    /// # Errors
    /// The whole text is refused when it is not JSON, cut short, has no `models` array, or no usable record in it.
    pub fn parse(text: &'a str) -> Result<Estimates<'a>, Fault> {
        let estimates = document::read(text)?;
        match estimates.rejected.first() {
            _ if !estimates.usable.is_empty() => Ok(estimates),
            None => Err(Fault::new(
                0,
                "`models` is empty: there is nothing to refresh from",
            )),
            Some(first) => Err(Fault::new(
                0,
                format!(
                    "none of the {} records in `models` is usable; the first (line {}): {}: {}: {}",
                    estimates.total,
                    first.line,
                    first.field,
                    crate::text::shown(&first.value),
                    first.reason
                ),
            )),
        }
    }
}
