//! The report: turns the changes of a run into text or JSON. Nothing here prints.

mod attention;
mod entry;
mod groups;
mod rollup;
mod text;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

pub use attention::Attention;
pub use entry::{
    class_change, column_name, drift_text, factor_and_class, flop_text, flop_texts, flops,
    mark_and_name,
};
pub use groups::other_models;
pub use rollup::most_frequent;
pub use text::{
    TO_LOOK_AT, changes as changes_text, count_rows, counts, given_up, report as text, row_groups,
    summary, summary_counts, waiting,
};

use serde::Serialize;

use crate::changes::Changes;
use crate::plan::{self, Input, Plan, Summary};

/// What was done with a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome<'r> {
    /// These files were written, in this order.
    Written(&'r [PathBuf]),
    /// No table changes, but a forced run writes its journal entry, or would without `--dry-run`.
    Journalled,
    UpToDate,
    Preview,
}

/// Everything a report says. It serialises to the JSON of behaviour §9; [`text()`] lays it out as text.
#[derive(Debug, Serialize)]
pub struct Report<'r> {
    pub mode: &'static str,
    pub dry_run: bool,
    pub written: bool,
    pub dataset: Cow<'r, str>,
    /// The backup made before a reset.
    pub backup: Option<Cow<'r, str>>,
    pub summary: Summary,
    pub at_or_above_1e25: usize,
    /// The counts and faults of the estimates, where they can be read.
    pub input: Option<&'r Input<'r>>,
    pub changes: Changes<'r>,
    /// What waits for a person once the plan is carried out.
    pub attention: Attention,
    #[serde(skip)]
    pub plan: &'r Plan<'r>,
    #[serde(skip)]
    pub outcome: Outcome<'r>,
}

impl<'r> Report<'r> {
    /// The report of a plan before anything is done with it. The caller fills in what waits for a person.
    pub fn of(plan: &'r Plan<'r>, input: Option<&'r Input<'r>>, dataset: &'r Path) -> Report<'r> {
        let changes = plan.changes();
        Report {
            mode: plan.mode.name(),
            dry_run: true,
            written: false,
            dataset: dataset.to_string_lossy(),
            backup: None,
            summary: Summary::of_lines(&plan.lines),
            at_or_above_1e25: plan::at_or_above(plan.lines.iter().map(|line| line.flop)),
            input,
            attention: Attention::default(),
            changes,
            plan,
            outcome: Outcome::Preview,
        }
    }
}
