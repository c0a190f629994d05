//! The one way from a plan to its end, shared by every command that makes one: brake, preview or apply; then the report.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::Exit;
use super::print::{formatted, write};
use crate::changes::Changes;
use crate::config::{Config, Verbosity};
use crate::journal::{self, JournalEntry};
use crate::plan::{self, Input, Mode, Plan, Summary};
use crate::render::render;
use crate::report::{self, Outcome, Report};
use crate::store::Snapshot;

/// What may be done with a plan.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Permission {
    /// Nothing may be written.
    pub preview: bool,
    /// Pending changes are an exit code.
    pub check: bool,
    /// Brakes do not count.
    pub force: bool,
}

/// Carries a plan out, or shows what it would do, and reports.
pub(super) fn execute(
    config: &Config,
    plan: &Plan<'_>,
    input: Option<&Input<'_>>,
    snapshot: &Snapshot,
    may: Permission,
) -> Result<Exit> {
    let brake = plan::brake(plan).filter(|_| !may.force);
    let is_pending = plan.is_pending();
    let mut journaled = Ok(());
    let outcome = match (&brake, is_pending, may.preview) {
        (Some(_), _, _) => Outcome::Refused,
        (None, false, preview) => {
            if !preview {
                // Whoever takes the lock clears away what a killed run left. When another run holds it, that run does so.
                let _ = snapshot.lock();
            }
            Outcome::UpToDate
        }
        (None, true, true) => Outcome::Preview,
        (None, true, false) => {
            config.progress.set_message("writing");
            let saved_at = input.and_then(|input| input.saved_at);
            let backup;
            (backup, journaled) = apply(config, plan, snapshot, saved_at)?;
            Outcome::Written { backup }
        }
    };
    let printed = if outcome == Outcome::UpToDate && config.verbosity == Verbosity::Quiet {
        Ok(())
    } else {
        let report = Report::of(plan, input, &config.paths.dataset, may.preview, &outcome);
        let is_verbose = config.verbosity == Verbosity::Verbose;
        formatted(config, &report, |screen| {
            report::text(&report, screen, is_verbose)
        })
        .and_then(|report| write(config, &report))
    };
    if let Some(brake) = brake {
        bail!("{brake}; if that is right, run it again with --force");
    }
    // What was written, and how that ended, does not depend on whether the report could be printed.
    journaled?;
    printed.with_context(|| match outcome {
        Outcome::Written { .. } => format!("{} is written, but", config.paths.dataset.display()),
        _ => "nothing is written".to_owned(),
    })?;
    let look = !plan.conflicts.is_empty() || (is_pending && may.check);
    Ok(if look { Exit::Findings } else { Exit::Done })
}

/// Writes the dataset, then the journal, under one lock. The second result says what went wrong when the dataset was written already.
fn apply(
    config: &Config,
    plan: &Plan<'_>,
    snapshot: &Snapshot,
    saved_at: Option<&str>,
) -> Result<(Option<PathBuf>, Result<()>)> {
    let bytes = render(plan);
    let locked = snapshot.lock()?;
    let backup = match plan.mode {
        Mode::Reset => locked.back_up(config.now)?,
        _ => None,
    };
    let entry = JournalEntry {
        at: config
            .now
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        mode: plan.mode.name().into(),
        by: whoami::username().ok(),
        version: env!("CARGO_PKG_VERSION").into(),
        estimates_saved_at: saved_at.map(Into::into),
        backup: backup
            .as_deref()
            .and_then(|backup| Some(backup.file_name()?.to_string_lossy().into_owned())),
        summary: Summary::of_lines(&plan.lines),
        changes: Changes::of(plan, true),
    };
    let line = entry.line()?;
    if let Err(error) = locked.replace(|out| out.write_all(&bytes)) {
        if let Some(backup) = &backup {
            locked.withdraw(backup);
        }
        return Err(error);
    }
    let dataset = config.paths.dataset.display();
    let journaled = journal::append(&config.paths.journal, &line)
        .with_context(|| format!("{dataset} is written, but the journal is not"));
    let synced = locked
        .sync()
        .with_context(|| format!("{dataset} is written, but"));
    Ok((backup, journaled.and(synced)))
}
