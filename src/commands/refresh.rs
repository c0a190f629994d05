//! `core-dataset [refresh]`: load → dedup → classify → plan → execute.

use anyhow::{Result, bail};
use clap::Args;
use tracing::{debug, warn};

use super::execute::{Permission, execute};
use super::{Exit, load};
use crate::config::Config;
use crate::dataset::Dataset;
use crate::estimates::Latest;
use crate::plan::{self, Input};
use crate::store::Snapshot;

/// What the help of the program and of the command ends with.
pub(crate) const EXAMPLES: &str = "\
Examples:
  core-dataset --dry-run          what would change
  core-dataset                    refresh the dataset
  core-dataset --check            exit 3 when changes are pending, for CI

Exit codes:
  0  done, or nothing to do
  1  error: nothing written, or as the message says
  2  usage
  3  a person should look: --check found changes, validate errors, reapply conflicts";

/// The flags of a refresh.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct RefreshArgs {
    /// Write all candidates afresh: marks, notes and your own columns are given up, a backup is made
    #[arg(long)]
    reset: bool,
    /// Show what would change and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Like --dry-run, and exit 3 when something would change
    #[arg(long)]
    check: bool,
    /// Carry out a plan that removes so much that it looks like a mistake
    #[arg(long)]
    force: bool,
    /// Count models without an estimate as candidates
    #[arg(long)]
    include_unestimated: bool,
}

impl RefreshArgs {
    /// Flags given before the command's name count as those behind it.
    pub(crate) fn or(self, other: RefreshArgs) -> RefreshArgs {
        RefreshArgs {
            reset: self.reset || other.reset,
            dry_run: self.dry_run || other.dry_run,
            check: self.check || other.check,
            force: self.force || other.force,
            include_unestimated: self.include_unestimated || other.include_unestimated,
        }
    }
}

/// Refreshes or resets the dataset.
pub(super) fn run(config: &Config, args: &RefreshArgs) -> Result<Exit> {
    let paths = &config.paths;
    let bytes = load::estimates_bytes(config)?;
    let estimates = load::estimates(&paths.estimates, &bytes)?;
    let snapshot = Snapshot::read(&paths.dataset)?;
    let dataset = match load::dataset(&snapshot) {
        Err(refused) if args.reset => {
            warn!("{refused:#}");
            warn!("the reset goes on without it; the backup will hold it as it is");
            Dataset::unread(snapshot.bytes.as_deref().unwrap_or_default())
        }
        Err(refused) => bail!(
            "{}. (As a last resort --reset writes it afresh: every mark and note then is in the backup only.)",
            load::mend(&refused)
        ),
        Ok(dataset) => dataset,
    };
    if snapshot.bytes.is_none() && paths.journal.exists() {
        warn!(
            "{}: not there, but its journal is: was it deleted? Then restore it; a new one holds no mark and no note",
            paths.dataset.display()
        );
    }
    load::warn_of_rejected(&paths.estimates, &estimates.rejected);
    config.progress.set_message("planning");
    let latest = Latest::of(&estimates);
    let plan = if args.reset {
        plan::reset(&dataset, &latest, args.include_unestimated)
    } else {
        load::warn_of_protected(&paths.dataset, &dataset);
        plan::refresh(&dataset, &latest, args.include_unestimated)
    };
    debug!(
        "{} rows planned, {} leave",
        plan.lines.len(),
        plan.leaving()
    );
    let input = Input::of(&estimates, &latest, args.include_unestimated);
    let may = Permission {
        preview: args.dry_run || args.check,
        check: args.check,
        force: args.force,
    };
    execute(config, &plan, Some(&input), &snapshot, may)
}
