//! The one way from a plan to its end, shared by every command that makes one: brake, preview or apply; then the report.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::{Desk, Exit};
use crate::cli::{Paths, Verbosity};
use crate::cores;
use crate::journal::{self, Occasion};
use crate::plan::{self, Input, Mode, Plan};
use crate::render::{is_pending, render};
use crate::report::{self, Outcome, Report};
use crate::store::Snapshot;

/// What may be done with a plan.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Action {
    /// Nothing may be written.
    pub preview: bool,
    /// Pending changes are an exit code.
    pub check: bool,
    /// Brakes do not count.
    pub force: bool,
}

/// The one way from a plan to its end: brake, preview or apply; then the report.
pub(super) fn conclude(
    desk: &mut Desk<'_>,
    plan: &Plan<'_>,
    input: Option<&Input<'_>>,
    snapshot: &Snapshot,
    action: Action,
) -> Result<Exit> {
    let paths = &desk.config.paths;
    let brake = plan::brake(plan).filter(|_| !action.force);
    let pending = is_pending(plan);
    let mut written = Ok(());
    let outcome = match (&brake, pending, action.preview) {
        (Some(_), _, _) => Outcome::Refused,
        (None, false, preview) => {
            if !preview {
                // Who takes the lock clears away what a killed run left. There is nothing else to do: no lock, no harm.
                let _ = snapshot.lock();
            }
            Outcome::UpToDate
        }
        (None, true, true) => Outcome::Preview,
        (None, true, false) => {
            let saved_at = input.and_then(|input| input.saved_at);
            desk.progress.stage("writing");
            let (backup, rest) = apply(plan, snapshot, paths, saved_at, desk.occasion)?;
            written = rest;
            Outcome::Written { backup }
        }
    };
    let report = Report {
        plan,
        input,
        dataset: &paths.dataset,
        dry_run: action.preview,
        outcome,
    };
    desk.progress.stage("reporting");
    // What was done, and how that ended, does not hang on whether somebody reads of it.
    let printed = print_report(desk, &report);
    if let Some(brake) = brake {
        bail!("{brake}; if that is right, run it again with --force");
    }
    written?;
    printed.with_context(|| match report.outcome {
        Outcome::Written { .. } => format!("{} is written, but", paths.dataset.display()),
        _ => "nothing is written".to_owned(),
    })?;
    let look = !plan.conflicts.is_empty() || (pending && action.check);
    Ok(if look { Exit::Findings } else { Exit::Done })
}

/// Writes the dataset, then the journal, under one lock. The first result says where the backup is, the second what went wrong when
/// the dataset was written already: by then it is good and stays.
fn apply(
    plan: &Plan<'_>,
    snapshot: &Snapshot,
    paths: &Paths,
    saved_at: Option<&str>,
    occasion: &Occasion,
) -> Result<(Option<PathBuf>, Result<()>)> {
    let locked = snapshot.lock()?;
    let backup = if plan.mode == Mode::Reset {
        locked.back_up(occasion.at)?
    } else {
        None
    };
    // Much of writing is waiting for the disk.
    let (line, replaced) = cores::both(
        true,
        || journal::line(plan, saved_at, backup.as_deref(), occasion),
        || locked.replace(|out| render(plan, out)),
    );
    if let (Err(_), Some(backup)) = (&replaced, &backup) {
        locked.withdraw(backup);
    }
    replaced?;
    let synced = locked
        .sync()
        .with_context(|| format!("{} is written, but", paths.dataset.display()));
    let journaled = line
        .and_then(|line| journal::append(&paths.journal, &line))
        .with_context(|| {
            format!(
                "{} is written, but the journal is not",
                paths.dataset.display()
            )
        });
    Ok((backup, journaled.and(synced)))
}

fn print_report(desk: &mut Desk<'_>, report: &Report<'_>) -> Result<()> {
    let verbosity = desk.config.verbosity;
    if verbosity == Verbosity::Quiet && report.outcome == Outcome::UpToDate {
        return Ok(());
    }
    desk.print(report, |screen| {
        report::text(report, screen, verbosity == Verbosity::Verbose)
    })
}
