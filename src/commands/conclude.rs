//! The one way from a plan to its end, shared by every command that makes one: brake, preview or apply; then the report.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::{Desk, Exit, formatted};
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
    let (config, screen) = (desk.config, desk.screen);
    let report_on = |outcome| {
        let report = Report {
            plan,
            input,
            dataset: &config.paths.dataset,
            dry_run: action.preview,
            outcome,
        };
        formatted(config.format, &report, || {
            report::text(&report, screen, config.verbosity == Verbosity::Verbose)
        })
    };
    let brake = plan::brake(plan).filter(|_| !action.force);
    let pending = is_pending(plan);
    let mut written = None;
    let report = match (&brake, pending, action.preview) {
        (Some(_), _, _) => report_on(Outcome::Refused),
        (None, false, preview) => {
            if !preview {
                // Who takes the lock clears away what a killed run left. There is nothing else to do: no lock, no harm.
                let _ = snapshot.lock();
            }
            match config.verbosity {
                Verbosity::Quiet => Ok(Vec::new()),
                _ => report_on(Outcome::UpToDate),
            }
        }
        (None, true, true) => report_on(Outcome::Preview),
        (None, true, false) => {
            let saved_at = input.and_then(|input| input.saved_at);
            desk.progress.stage("writing");
            let (report, rest) = apply(
                plan,
                snapshot,
                &config.paths,
                saved_at,
                desk.occasion,
                |backup| report_on(Outcome::Written { backup }),
            )?;
            written = Some(rest);
            report
        }
    };
    // What was done, and how that ended, does not hang on whether somebody reads of it.
    let printed = report.and_then(|report| desk.write(&report));
    if let Some(brake) = brake {
        bail!("{brake}; if that is right, run it again with --force");
    }
    let is_written = written.transpose()?.is_some();
    printed.with_context(|| match is_written {
        true => format!("{} is written, but", config.paths.dataset.display()),
        false => "nothing is written".to_owned(),
    })?;
    let look = !plan.conflicts.is_empty() || (pending && action.check);
    Ok(if look { Exit::Findings } else { Exit::Done })
}

/// Writes the dataset, then the journal, under one lock. The first result is the report, the second what went wrong when the dataset
/// was written already: by then it is good and stays.
fn apply(
    plan: &Plan<'_>,
    snapshot: &Snapshot,
    paths: &Paths,
    saved_at: Option<&str>,
    occasion: &Occasion,
    report_written: impl FnOnce(Option<PathBuf>) -> Result<Vec<u8>> + Send,
) -> Result<(Result<Vec<u8>>, Result<()>)> {
    let locked = snapshot.lock()?;
    let backup = if plan.mode == Mode::Reset {
        locked.back_up(occasion.at)?
    } else {
        None
    };
    // Much of writing is waiting for the disk, here and below.
    let (line, replaced) = cores::both(
        || journal::line(plan, saved_at, backup.as_deref(), occasion),
        || locked.replace(|out| render(plan, out)),
    );
    if let (Err(_), Some(backup)) = (&replaced, &backup) {
        locked.withdraw(backup);
    }
    replaced?;
    let dataset = paths.dataset.display();
    Ok(cores::both(
        || report_written(backup),
        || {
            let journaled = line
                .and_then(|line| journal::append(&paths.journal, &line))
                .with_context(|| format!("{dataset} is written, but the journal is not"));
            let synced = locked
                .sync()
                .with_context(|| format!("{dataset} is written, but"));
            journaled.and(synced)
        },
    ))
}
