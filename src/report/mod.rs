//! The report: a function from what a run changes to text or JSON. Nothing here prints.

mod attention;
mod entry;
mod group;
mod groups;
mod rollup;
mod text;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

pub use attention::Attention;
pub use entry::{class_change, drift_text, flop_text, flop_texts, marked};
pub use groups::others;
pub use rollup::most_frequent;
pub use text::{
    changes as changes_text, counts, decision_changes, report as text, rows_above, summary,
    waiting, waiting_kinds,
};

use serde::Serialize;

use crate::changes::Changes;
use crate::plan::{self, Input, Plan, Summary};

/// What was done with a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Files were written.
    Written {
        /// Which, in the order in which they were.
        files: Vec<PathBuf>,
        /// The backup made before, if one was.
        backup: Option<PathBuf>,
    },
    /// Nothing would change, and the journal says that the run was forced past a brake.
    Journalled,
    /// Nothing would change.
    UpToDate,
    /// A preview was asked for.
    Preview,
    /// A brake held it back.
    Refused,
}

/// Everything a report says. As JSON (behaviour §9) it serialises itself; [`text`] lays it out.
#[derive(Debug, Serialize)]
pub struct Report<'r> {
    mode: &'static str,
    dry_run: bool,
    written: bool,
    dataset: Cow<'r, str>,
    backup: Option<Cow<'r, str>>,
    summary: Summary,
    at_or_above_1e25: usize,
    input: Option<&'r Input<'r>>,
    changes: Changes<'r>,
    /// What waits for a person.
    pub attention: Attention,
    #[serde(skip)]
    pub plan: &'r Plan<'r>,
    #[serde(skip)]
    pub outcome: &'r Outcome,
}

impl<'r> Report<'r> {
    /// The report of a run. `changes` are the plan's; `input` is what the estimates brought, where they can be read; `attention` is
    /// what waits for a person once the plan is carried out.
    pub fn of(
        plan: &'r Plan<'r>,
        changes: Changes<'r>,
        input: Option<&'r Input<'r>>,
        attention: Attention,
        dataset: &'r Path,
        dry_run: bool,
        outcome: &'r Outcome,
    ) -> Report<'r> {
        let backup = match outcome {
            Outcome::Written { backup, .. } => backup.as_deref(),
            _ => None,
        };
        Report {
            mode: plan.mode.name(),
            dry_run,
            written: matches!(outcome, Outcome::Written { .. }),
            dataset: dataset.to_string_lossy(),
            backup: backup.map(Path::to_string_lossy),
            summary: Summary::of_lines(&plan.lines),
            input,
            at_or_above_1e25: plan::at_or_above(plan.lines.iter().map(|line| line.flop)),
            attention,
            changes,
            plan,
            outcome,
        }
    }
}
