//! What the estimates brought, counted for the report.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::Model;
use crate::estimates::{Estimate, Estimates, Latest, Rejected};

/// What the estimates brought.
#[derive(Debug, Serialize)]
pub struct Input<'p> {
    /// When the pipeline saved them, where that can be read.
    pub saved_at: Option<&'p str>,
    /// Records in `models`.
    pub models: usize,
    /// Models, after deduplication.
    pub unique: usize,
    /// Models that belong into the dataset.
    pub candidates: usize,
    /// Candidates that a decision keeps out; `candidates` counts them, too.
    pub dismissed: usize,
    /// Usable records that another of the same model took precedence over.
    pub duplicates: usize,
    /// Models without an estimate, by key.
    pub unestimated: Vec<Model<'p>>,
    /// Records that break a rule, in the order of the file.
    pub rejected: Vec<Fault<'p>>,
    /// Fields that break their rule and count as absent, in the order of the file.
    pub ignored_fields: Vec<Fault<'p>>,
}

/// A record or a field that breaks a rule: where it stands, and what was expected.
#[derive(Debug, Serialize)]
pub struct Fault<'p> {
    index: usize,
    line: usize,
    name: Option<&'p str>,
    developer: Option<&'p str>,
    field: &'static str,
    #[serde(serialize_with = "as_it_stood")]
    value: &'p str,
    reason: &'static str,
}

impl<'p> Input<'p> {
    /// Counts what the estimates brought.
    pub fn of(
        estimates: &'p Estimates,
        latest: &Latest<'p>,
        include_unestimated: bool,
        kept_out: usize,
    ) -> Input<'p> {
        let mut unestimated: Vec<&Estimate> = latest
            .iter()
            .filter(|estimate| estimate.flop.is_none())
            .collect();
        unestimated.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        let candidates = latest
            .iter()
            .filter(|estimate| estimate.is_candidate(include_unestimated));
        let model = |one: &&'p Estimate| Model::new(&one.name, &one.developer);
        Input {
            saved_at: estimates.saved_at.as_deref(),
            models: estimates.total,
            unique: latest.len(),
            candidates: candidates.count(),
            dismissed: kept_out,
            duplicates: estimates.usable.len() - latest.len(),
            unestimated: unestimated.iter().map(model).collect(),
            rejected: estimates.rejected.iter().map(Fault::of).collect(),
            ignored_fields: estimates.ignored_fields.iter().map(Fault::of).collect(),
        }
    }
}

impl<'p> Fault<'p> {
    fn of(one: &'p Rejected) -> Fault<'p> {
        Fault {
            index: one.index,
            line: one.line,
            name: one.name.as_deref(),
            developer: one.developer.as_deref(),
            field: one.field,
            value: &one.value,
            reason: one.reason,
        }
    }
}

/// The offending value as it stood. One that was cut, or a number that no reader could hold, becomes a string.
fn as_it_stood<S: Serializer>(value: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let readable = serde_json::from_str::<serde_json::Value>(value).is_ok();
    match serde_json::from_str::<&RawValue>(value) {
        Ok(json) if readable => json.serialize(serializer),
        _ => Cow::Borrowed(value).serialize(serializer),
    }
}
