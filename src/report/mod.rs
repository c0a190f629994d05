//! The report: a function from plan to text or JSON. Nothing here prints.

mod changes;
mod entry;
mod groups;
mod json;
mod list;
mod screen;
mod table;
mod text;

use std::path::{Path, PathBuf};

pub use changes::Changes;
pub use list::List;
pub use screen::{Screen, Tone};
pub use table::{Cell, Layout, cut, lay_out, wrap};
pub use text::{report as text, summary};

use crate::plan::{Input, Plan};

/// What was done with a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The dataset was written.
    Written {
        /// The backup made before, if one was.
        backup: Option<PathBuf>,
    },
    /// Nothing would change.
    UpToDate,
    /// A preview was asked for.
    Preview,
    /// A brake held it back.
    Refused,
}

/// Everything a report is made from. As JSON (behaviour §8) it serialises itself; [`text`] lays it out.
#[derive(Debug)]
pub struct Report<'p> {
    /// What was planned.
    pub plan: &'p Plan<'p>,
    /// What the estimates brought, for the commands that read them.
    pub input: Option<&'p Input<'p>>,
    /// The dataset's path, as it is configured.
    pub dataset: &'p Path,
    /// Whether `--dry-run` or `--check` was given.
    pub dry_run: bool,
    /// What was done.
    pub outcome: Outcome,
}
