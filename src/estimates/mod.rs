//! The stage-2 estimates: the text of `estimated_models.json` → usable estimates and rejected records (behaviour §2).
//!
//! `load` goes through the text from record to record, `record` holds the rules for the fields of one, `json` is how both read values,
//! `refused` recognises files that are something else, `dedup` keeps one estimate for each model, and `latest` is what they say now.

mod dedup;
mod json;
mod latest;
mod load;
mod record;
mod refused;

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono::{NaiveDate, NaiveDateTime};

pub use self::dedup::Unique;
pub use self::latest::Latest;
pub use self::refused::Refused;
use crate::flop::Flop;
use crate::key::Key;
use crate::schema::{Column, Confidence, Status, UNESTIMATED_CLASS};
use crate::text::{newlines, shown};

/// One usable record of the estimates: what the pipeline says of one model. Its texts are slices of the file wherever they can be.
#[derive(Debug, Clone)]
pub struct Estimate<'t> {
    /// Its place in `models`, from 0.
    pub index: usize,
    /// Which model this is.
    pub key: Key,
    /// The model's name.
    pub name: Cow<'t, str>,
    /// Who trained the model.
    pub developer: Cow<'t, str>,
    /// Training compute; `None` where the pipeline has no estimate.
    pub flop: Option<Flop>,
    /// How sure the estimate is.
    pub confidence: Confidence,
    /// How the estimate was made.
    pub method: Cow<'t, str>,
    /// Where the model stands against 1e25 FLOP, as stated or as derived.
    pub status: Status,
    /// The day of release.
    pub release_date: Option<NaiveDate>,
    /// The number of parameters, an integer, or blank.
    pub parameters: Cow<'t, str>,
    /// Why the estimate is what it is.
    pub reasoning: Cow<'t, str>,
    /// Where the estimate comes from, joined with `; `.
    pub sources: Cow<'t, str>,
    /// When the estimate was made, as the pipeline wrote it, or blank.
    pub last_updated: Cow<'t, str>,
    /// The same moment in UTC; an unknown one counts as oldest.
    pub updated: Option<NaiveDateTime>,
}

impl Estimate<'_> {
    /// What the dataset says in `column` when it follows this estimate. The columns of people are blank.
    pub fn cell(&self, column: Column) -> Cow<'_, str> {
        let flop = |form: fn(Flop) -> String| self.flop.map(form).unwrap_or_default().into();
        let text = match column {
            Column::ReleaseDate => {
                let day = self.release_date.map(|day| day.to_string());
                return day.unwrap_or_default().into();
            }
            Column::TrainingFlop => return flop(Flop::shortest),
            Column::TrainingFlopFormatted => return flop(Flop::two_decimals),
            Column::Name => &self.name,
            Column::Developer => &self.developer,
            Column::Parameters => &self.parameters,
            Column::Confidence => self.confidence.name(),
            Column::EstimationMethod => &self.method,
            Column::ThresholdClassification => {
                self.flop.map_or(UNESTIMATED_CLASS, Flop::class).name()
            }
            Column::Status => self.status.name(),
            Column::Reasoning => &self.reasoning,
            Column::Sources => &self.sources,
            Column::LastUpdated => &self.last_updated,
            Column::Verified | Column::Notes => "",
        };
        Cow::Borrowed(text)
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
        rank(self)
            .cmp(&rank(other))
            .then_with(|| {
                self.flop
                    .partial_cmp(&other.flop)
                    .unwrap_or(Ordering::Equal)
            })
            .then_with(|| {
                let mine = Column::ALL.iter().map(|column| self.cell(*column));
                mine.cmp(Column::ALL.iter().map(|column| other.cell(*column)))
            })
    }
}

/// What breaks a rule of behaviour §2: a record, and the run goes on without it; or a field that counts as absent.
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

/// What one estimates file says.
#[derive(Debug, Default)]
pub struct Estimates<'t> {
    /// When the pipeline saved the file, as it wrote it.
    pub saved_at: Option<String>,
    /// How many records `models` holds, rejected ones included.
    pub total: usize,
    /// The usable records, in the order of the file.
    pub usable: Vec<Estimate<'t>>,
    /// The broken records, in the order of the file.
    pub rejected: Vec<Rejected>,
    /// Fields of usable records that break their rule and count as absent, in the order of the file.
    pub ignored_fields: Vec<Rejected>,
    /// Fields that stand more than once in their record, of which the last counts, in the order of the file.
    pub repeated_fields: Vec<Rejected>,
    /// `saved_at` as JSON, where it is no date-time and so counts as none.
    pub saved_at_unreadable: Option<String>,
    /// Where each record starts in `text`.
    starts: Vec<usize>,
    text: &'t str,
}

impl<'t> Estimates<'t> {
    /// Reads the bytes of `estimated_models.json`.
    ///
    /// # Errors
    /// They are refused when they are not UTF-8, not JSON, cut short, have no `models` array, or no usable record in it.
    pub fn parse(bytes: &'t [u8]) -> Result<Estimates<'t>, Refused> {
        let mut estimates = load::estimates(refused::text(bytes)?)?;
        let (text, starts) = (estimates.text, &estimates.starts);
        for faults in [
            &mut estimates.rejected,
            &mut estimates.ignored_fields,
            &mut estimates.repeated_fields,
        ] {
            // They stand in the order of the file, so that one pass over the text finds all their lines.
            let (mut line, mut counted) = (1, 0);
            for fault in faults {
                line += newlines(&text.as_bytes()[counted..starts[fault.index]]);
                counted = starts[fault.index];
                fault.line = line;
            }
        }
        estimates.with_a_usable_record()
    }

    /// The line of the file that a record starts on, from 1.
    pub fn line(&self, index: usize) -> usize {
        let start = self.starts.get(index).copied().unwrap_or_default();
        newlines(&self.text.as_bytes()[..start]) + 1
    }

    /// A record as it stands in the file; blank where there is none at `index`.
    pub fn record(&self, index: usize) -> &'t str {
        let start = self.starts.get(index).copied();
        let record = &self.text[start.unwrap_or(self.text.len())..];
        json::value(record).map_or(&record[..0], |value| value.get())
    }

    /// Adds the records that stand behind these in the file.
    fn append(&mut self, behind: Estimates<'t>) {
        let before = self.total;
        let moved = |faults: Vec<Rejected>| {
            faults.into_iter().map(move |mut one| {
                one.index += before;
                one
            })
        };
        self.rejected.extend(moved(behind.rejected));
        self.ignored_fields.extend(moved(behind.ignored_fields));
        self.repeated_fields.extend(moved(behind.repeated_fields));
        self.usable.extend(behind.usable.into_iter().map(|mut one| {
            one.index += before;
            one
        }));
        self.starts.extend(behind.starts);
        self.total += behind.total;
    }

    fn with_a_usable_record(self) -> Result<Estimates<'t>, Refused> {
        let message = match self.rejected.first() {
            _ if !self.usable.is_empty() => return Ok(self),
            None => "`models` is empty: there is nothing to refresh from".to_owned(),
            Some(first) => format!(
                "none of the {} records in `models` is usable; the first (line {}): {}: {}: {}",
                self.total,
                first.line,
                first.field,
                shown(&first.value),
                first.reason
            ),
        };
        Err(Refused::at_the_start(message))
    }
}
