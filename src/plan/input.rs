//! The content of the estimates, counted for the report.

use serde::Serialize;

use super::Plan;
use crate::changes::Model;
use crate::estimates::{Estimate, Estimates, Fault, Latest};

#[derive(Debug, Serialize)]
pub struct Input<'p> {
    /// When the pipeline saved the estimates, if that can be read.
    pub saved_at: Option<&'p str>,
    /// Records in `models`.
    pub models: usize,
    /// Models, after deduplication.
    pub unique: usize,
    /// Models that belong in the dataset.
    pub candidates: usize,
    /// Candidates that a decision keeps out; `candidates` includes them.
    pub dismissed: usize,
    /// Usable records that have no effect because another record of the model takes precedence.
    pub duplicates: usize,
    /// Models without an estimate, by key.
    pub unestimated: Vec<Model<'p>>,
    /// Records that break a rule, in the order of the file.
    pub rejected: &'p [Fault],
    /// Fields that break their rule and count as absent, in the order of the file.
    pub ignored_fields: &'p [Fault],
}

impl<'p> Input<'p> {
    /// The content of the estimates from which `plan` is made.
    pub fn of(estimates: &'p Estimates, latest: &Latest<'p>, plan: &Plan<'_>) -> Input<'p> {
        let mut unestimated: Vec<&Estimate> = latest
            .iter()
            .filter(|estimate| estimate.flop.is_none())
            .collect();
        unestimated.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        let model = |one: &&'p Estimate| Model::new(&one.name, &one.developer);
        Input {
            saved_at: estimates.saved_at.as_deref(),
            models: estimates.total,
            unique: latest.count(),
            candidates: latest.candidates().count(),
            dismissed: plan.dismissed_candidates,
            duplicates: estimates.usable.len() - latest.count(),
            unestimated: unestimated.iter().map(model).collect(),
            rejected: &estimates.rejected,
            ignored_fields: &estimates.ignored_fields,
        }
    }
}
