//! The story of a run: load → dedup → classify → plan → apply or preview → report. I/O stands here, at both ends.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use tracing::{debug, warn};

use crate::cli::{Command, Config, Format, Paths, RefreshOptions, Verbosity};
use crate::cores;
use crate::dataset::{Dataset, Mark};
use crate::dedup::Unique;
use crate::estimates::{Estimates, Rejected};
use crate::journal::{self, Occasion};
use crate::plan::{self, Input, Mode, Plan};
use crate::render::render;
use crate::report::{self, Outcome, Report, Screen};
use crate::schema::Column;
use crate::store::Snapshot;
use crate::text::shown;

/// From this many lines on it pays to write the journal's line while the dataset is written.
const MANY_LINES: usize = 4096;

/// From this many bytes on it pays to read the dataset while the estimates are read.
const LARGE_DATASET: usize = 1 << 20;

/// How a run ended, as the process's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// An error; nothing was written.
    Error = 1,
    /// `--check` found pending changes.
    Pending = 3,
}

/// Everything a command needs from outside, read once at the edge.
pub struct Desk<'d> {
    /// What was asked for.
    pub config: &'d Config,
    /// Who runs the program and when.
    pub occasion: &'d Occasion,
    /// What text is laid out for.
    pub screen: Screen,
    /// Where results are printed.
    pub out: &'d mut dyn Write,
}

/// Carries out what the configuration asks for and prints the result.
///
/// # Errors
/// Whatever made the run impossible; the dataset is then as it was, unless the message says otherwise.
pub fn run(desk: &mut Desk<'_>) -> Result<Exit> {
    match &desk.config.command {
        Command::Refresh(options) => refresh(desk, options),
    }
}

fn refresh(desk: &mut Desk<'_>, options: &RefreshOptions) -> Result<Exit> {
    let paths = &desk.config.paths;
    let text = read_estimates(&paths.estimates)?;
    let snapshot = Snapshot::read(&paths.dataset)?;
    let large = snapshot
        .bytes
        .as_ref()
        .is_some_and(|bytes| bytes.len() >= LARGE_DATASET);
    let (dataset, estimates) = cores::both(
        large,
        || parse_dataset(&snapshot),
        || parse_estimates(&paths.estimates, &text),
    );
    let estimates = estimates?;
    let dataset = match dataset {
        Err(refused) if options.reset => {
            warn!("{refused:#}");
            warn!("the reset goes on without it; the backup will hold it as it is");
            Dataset::absent()
        }
        dataset => dataset?,
    };
    warn_of_rejected(&paths.estimates, &estimates.rejected);
    let unique = Unique::of(&estimates.usable);
    let plan = if options.reset {
        plan::reset(&dataset, &unique, options.include_unestimated)
    } else {
        warn_of_protected(&paths.dataset, &dataset);
        plan::refresh(
            &dataset,
            &unique,
            &estimates.rejected,
            options.include_unestimated,
        )
    };
    debug!(
        "{} rows planned, {} leave",
        plan.lines.len(),
        plan.leaving()
    );
    let input = Input::of(&estimates, &unique, options.include_unestimated);
    let action = Action {
        preview: options.is_preview(),
        check: options.check,
        force: options.force,
    };
    conclude(desk, &plan, Some(&input), &snapshot, action)
}

/// What may be done with a plan.
#[derive(Debug, Clone, Copy)]
struct Action {
    /// Nothing may be written.
    preview: bool,
    /// Pending changes are an exit code.
    check: bool,
    /// Brakes do not count.
    force: bool,
}

/// The one way from a plan to its end: brake, preview or apply; then the report.
fn conclude(
    desk: &mut Desk<'_>,
    plan: &Plan<'_>,
    input: Option<&Input<'_>>,
    snapshot: &Snapshot,
    action: Action,
) -> Result<Exit> {
    let paths = &desk.config.paths;
    let brake = plan::brake(plan).filter(|_| !action.force);
    let pending = plan.is_pending();
    let mut journaled = Ok(());
    let outcome = match (&brake, pending, action.preview) {
        (Some(_), _, _) => Outcome::Refused,
        (None, false, _) => Outcome::UpToDate,
        (None, true, true) => Outcome::Preview,
        (None, true, false) => {
            let saved_at = input.and_then(|input| input.saved_at);
            let (backup, journal) = apply(plan, snapshot, paths, saved_at, desk.occasion)?;
            journaled = journal;
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
    print_report(desk, &report)?;
    if let Some(brake) = brake {
        bail!("{brake}; if that is right, run it again with --force");
    }
    journaled.with_context(|| {
        format!(
            "{} is written, but the journal is not",
            paths.dataset.display()
        )
    })?;
    Ok(if pending && action.check {
        Exit::Pending
    } else {
        Exit::Done
    })
}

/// Writes the dataset, then the journal, under one lock. The first result says where the backup is, the second whether the journal
/// was written: by then the dataset is good and stays.
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
    let (line, replaced) = cores::both(
        plan.lines.len() >= MANY_LINES,
        || journal::line(plan, saved_at, backup.as_deref(), occasion),
        || locked.replace(|out| render(plan, out)),
    );
    replaced?;
    let journaled = line.and_then(|line| journal::append(&paths.journal, &line));
    Ok((backup, journaled))
}

fn print_report(desk: &mut Desk<'_>, report: &Report<'_>) -> Result<()> {
    let config = desk.config;
    if config.verbosity == Verbosity::Quiet && report.outcome == Outcome::UpToDate {
        return Ok(());
    }
    match config.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *desk.out, report).map_err(std::io::Error::from)?;
            desk.out.write_all(b"\n")?;
        }
        Format::Text => {
            let verbose = config.verbosity == Verbosity::Verbose;
            desk.out
                .write_all(report::text(report, desk.screen, verbose).as_bytes())?;
        }
    }
    Ok(desk.out.flush()?)
}

fn read_estimates(path: &Path) -> Result<String> {
    let bytes = Snapshot::read(path)?.bytes.ok_or_else(|| {
        anyhow!(
            "{}: not found; name the data directory with --data-dir DIR or CORE_DATASET_DATA_DIR",
            path.display()
        )
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        anyhow!(
            "{}:{line}: not UTF-8; fetch the estimates again",
            path.display()
        )
    })
}

fn parse_estimates<'a>(path: &Path, text: &'a str) -> Result<Estimates<'a>> {
    Estimates::parse(text).map_err(|fault| {
        let (line, column) = fault.position(text);
        anyhow!(
            "{}:{line}:{column}: {fault}; fetch the estimates again, nothing was written",
            path.display()
        )
    })
}

fn parse_dataset(snapshot: &Snapshot) -> Result<Dataset<'_>> {
    let Some(bytes) = &snapshot.bytes else {
        return Ok(Dataset::absent());
    };
    Dataset::parse(bytes).map_err(|refusal| {
        anyhow!(
            "{}:{}: {refusal}. The file is untouched; the last good version is in git. \
             (As a last resort --reset writes it afresh: every mark and note then is in the backup only.)",
            snapshot.path.display(),
            refusal.line
        )
    })
}

fn warn_of_rejected(path: &Path, rejected: &[Rejected]) {
    for one in rejected {
        let name = one.name.as_deref().map_or("(no name)".into(), shown);
        warn!(
            "{}:{}: models[{}] {name}: {}: {}: {}; the record is passed over",
            path.display(),
            one.line,
            one.index,
            one.field,
            shown(&one.value),
            one.reason
        );
    }
}

fn warn_of_protected(path: &Path, dataset: &Dataset<'_>) {
    for row in dataset
        .rows
        .iter()
        .filter(|row| row.mark == Mark::Protected)
    {
        warn!(
            "{}:{}: {}: verified is \"{}\", neither y nor blank; the row is kept as it is",
            path.display(),
            row.record.line,
            shown(&dataset.cell(row, Column::Name)),
            shown(&dataset.cell(row, Column::Verified))
        );
    }
}
