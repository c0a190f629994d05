//! The steps before and after every plan: a [`Session`] takes the lock and reads the files; then a brake stops the plan, or the plan is
//! previewed or carried out, and reported.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Error, Result, anyhow, bail};
use clap::Args;
use tracing::{error, warn};

use super::Exit;
use super::accept::HOW_TO_ACCEPT;
use super::brakes;
use super::load::{self, DELETED, Files};
use super::print::{print, write};
use super::recovery::recover;
use crate::config::{Config, Format};
use crate::dataset::{Aliases, Dataset, Decisions, Refusal};
use crate::estimates::{Estimates, Latest};
use crate::git::{self, Commit};
use crate::journal::{self, JournalEntry};
use crate::key::Key;
use crate::plan::{self, Input, Mode, Plan};
use crate::render::{render, render_file};
use crate::report::{self, Attention, Outcome, Report, drift_text};
use crate::schema::Column;
use crate::store::{self, Lock, PATIENCE, Replacement, Snapshot, Written};
use crate::terminal::{Screen, bounded, listed};

/// The flags of every command that writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub(super) struct WriteArgs {
    /// Show what would change and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Commit only the files that were written, with a message that says what was done; refused if they already differ from HEAD, or in the
    /// middle of a merge
    #[arg(long)]
    pub commit: bool,
}

/// A run that may write, with its lock, and with the files and the journal as it read them.
pub(super) struct Session<'c> {
    config: &'c Config,
    /// `None` in a dry run.
    lock: Option<Lock>,
    pub files: Files,
    /// The entries of the journal, newest first.
    pub journal: Vec<JournalEntry<'static>>,
    /// Whether the files that are written are committed.
    commit: bool,
}

impl<'c> Session<'c> {
    /// Takes the lock and cleans up after killed runs, except in a dry run, and reads the files.
    pub fn begin(config: &'c Config, args: WriteArgs) -> Result<Session<'c>> {
        let lock = if args.dry_run {
            store::check_directory(&config.paths.dataset)?;
            None
        } else {
            let lock = Lock::acquire(PATIENCE, &config.paths.dataset, || {
                let waiting = "another run holds the lock; waiting";
                config.progress.set_message(waiting);
                // In `review` the spinner has ended already.
                if config.progress.is_finished() {
                    let _ = writeln!(io::stderr(), "{waiting}");
                }
            })?;
            recover(config, &lock)?;
            Some(lock)
        };
        Ok(Session {
            config,
            lock,
            files: Files::read(config)?,
            journal: load::journal(&config.paths.journal)?,
            commit: args.commit,
        })
    }

    /// Whether there is no dataset although earlier runs wrote one.
    fn is_deleted(&self) -> bool {
        self.files.dataset.bytes.is_none() && journal::has_counted_rows(&self.journal)
    }

    /// Carries out or previews a plan whose rows follow the estimates, and reports it. `force` overrides the brakes.
    pub fn carry_out(&self, plan: &Plan<'_>, input: &Input<'_>, force: bool) -> Result<()> {
        let replacements = replacements(plan, &self.files);
        // When rows with numbers leave, most of the numbers that remain may be unreadable, and such a file would be refused.
        if plan.unreadable_flops().nth(1).is_some() {
            let dataset = &self.files.dataset;
            parsed_after(&replacements, dataset, Dataset::absent, Dataset::parse)?;
        }
        if let Some(brake) = brakes::brake(plan, input, &self.journal)
            && !force
        {
            bail!(
                "{brake}; add `--dry-run --force` to see what the run would do, or `--force` to carry it out"
            );
        }
        let path = &self.config.paths.dataset;
        let lost = match plan.mode {
            _ if self.is_deleted() => Some(DELETED.to_owned()),
            Mode::Refresh => brakes::marks_lost(plan.dataset, &self.journal),
            _ => None,
        };
        let mut reasons = brakes::journal_reasons(plan, input, &self.journal);
        let is_journalled = force && (lost.is_some() || reasons.next().is_some());
        let writes = is_journalled || plan.is_pending();
        // A run that writes counts the marks anew, so this is the last chance to say that some are missing, even in a quiet run.
        match lost {
            Some(lost) if writes && self.config.is_quiet => error!("{}: {lost}", path.display()),
            Some(lost) if writes => warn!("{}: {lost}", path.display()),
            Some(lost) => {
                let path = path.display();
                warn!("{path}: {lost}; `--force` records the new count");
            }
            None => {}
        }
        let mut report = Report::of(plan, Some(input), path);
        report.attention = Attention::of(plan, input, &report.changes);
        self.finish(report, replacements, is_journalled)
    }

    /// Carries out or previews a plan whose rows do not follow the estimates. Its report counts the estimates, where they can be read, and
    /// what waits for a person, both for the files as the plan leaves them; `aliases` are the ones that apply then.
    pub fn carry_out_curated(
        &self,
        plan: &Plan<'_>,
        aliases: &Aliases<'_>,
        estimates: Option<&Estimates>,
    ) -> Result<Exit> {
        let replacements = replacements(plan, &self.files);
        let files = &self.files;
        let parse = |bytes| Decisions::parse(bytes, aliases);
        let decisions = parsed_after(&replacements, &files.decisions, Decisions::absent, parse)?;
        let dataset = &files.dataset;
        let dataset = parsed_after(&replacements, dataset, Dataset::absent, Dataset::parse)?;
        let dataset = dataset.with_aliases(aliases);
        if self.is_deleted() && plan.changes_dataset() && plan.mode != Mode::Reapply {
            warn!("{}: {DELETED}", files.dataset.path.display());
        }
        let latest = estimates
            .map(|found| Latest::of(found, aliases))
            .unwrap_or_default();
        let next = plan::refresh(&dataset, &decisions, &latest);
        if [Mode::Verify, Mode::Add, Mode::Decide].contains(&plan.mode) {
            warn_of_drift(plan, &next, aliases);
        }
        let input = estimates.map(|found| Input::of(found, &latest, &next));
        let mut report = Report::of(plan, input.as_ref(), &self.config.paths.dataset);
        report.attention = Attention::of_files(&next, input.as_ref(), &latest);
        self.finish(report, replacements, false)?;
        let fails = plan.has_conflicts();
        Ok(if fails { Exit::Findings } else { Exit::Done })
    }

    /// Writes the changes of the report's plan, unless this is a preview, and prints the report. With `is_journalled`, the journal gets an
    /// entry even where nothing changes.
    fn finish(
        &self,
        report: Report<'_>,
        replacements: Vec<Replacement<'_>>,
        is_journalled: bool,
    ) -> Result<()> {
        let (config, is_pending) = (self.config, report.plan.is_pending());
        let (mut commit, mut written) = (None, None);
        if is_pending || is_journalled {
            let prepare = || self.prepare_commit(&report, &replacements);
            commit = self.commit.then(prepare).transpose()?;
            if let Some(lock) = &self.lock {
                let files = self.write(&report, replacements, lock);
                written = Some(files.map_err(|error| not_committed(error, commit.as_ref()))?);
            }
        }
        let outcome = match &written {
            Some(written) if is_pending => Outcome::Written(&written.files),
            None if is_pending => Outcome::Preview,
            _ if is_journalled => Outcome::Journalled,
            _ => Outcome::UpToDate,
        };
        let backup = written.as_ref().and_then(|one| one.backup.as_deref());
        let mut report = Report {
            dry_run: self.lock.is_none(),
            written: matches!(outcome, Outcome::Written(_)),
            backup: backup.map(Path::to_string_lossy),
            outcome,
            ..report
        };
        let end = || end_run(written.as_ref(), commit.as_ref());
        let (printed, committed) = if config.format == Format::Json {
            // Only one object may be printed: the report, or the error that ends the run.
            let committed = end()?;
            // Only the text and the journal name dismissed models that had no row.
            report.changes.dismissed.retain(|one| one.row.is_some());
            report.changes.forget_rows();
            (print_report(config, &report), committed)
        } else {
            // The report comes first, so that `end` notices what an editor saves into the old files while somebody reads it. `end` runs
            // even where the report could not be printed.
            let printed = print_report(config, &report);
            let committed = end()?;
            let line = committed.as_deref().filter(|_| !config.is_quiet);
            let line = line.unwrap_or_default().as_bytes();
            (printed.and_then(|()| write(config, line)), committed)
        };
        let committed = committed.map_or("", |_| " and committed");
        printed.with_context(|| match &written {
            Some(written) if is_pending => format!("{}{committed}, but", written.message()),
            Some(_) => "the journal is written, but".to_owned(),
            None => "nothing was written".to_owned(),
        })
    }

    /// Prepares the commit that was asked for, to be made when the run has succeeded. A preview is refused where the run would be.
    fn prepare_commit(
        &self,
        report: &Report<'_>,
        replacements: &[Replacement<'_>],
    ) -> Result<Commit> {
        let mut files: Vec<&Path> = replacements.iter().map(|one| &*one.snapshot.path).collect();
        files.push(&self.config.paths.journal);
        let (plan, given_up) = (report.plan, report::given_up(report.plan));
        let message = git::message(plan.mode, &report.changes, &given_up, saved_at(report));
        Commit::prepare(&files, message)
            .context("nothing was written, because it could not be committed")
    }

    fn write<'f>(
        &self,
        report: &Report<'_>,
        replacements: Vec<Replacement<'f>>,
        lock: &Lock,
    ) -> Result<Written<'f>> {
        let (config, plan) = (self.config, report.plan);
        let at = journal::moment_of_next(config.now, &self.journal);
        let entry = |backup: Option<&Path>| {
            let changes = Cow::Borrowed(&report.changes);
            let entry = JournalEntry {
                by: whoami::username().ok(),
                backup: backup
                    .and_then(Path::file_name)
                    .map(|name| name.to_string_lossy().into_owned()),
                estimates_saved_at: saved_at(report).map(str::to_owned),
                marked: Some(brakes::marked_afterwards(plan, &self.journal)),
                at_or_above_1e25: Some(report.at_or_above_1e25),
                ..JournalEntry::new(at, plan.mode.name(), report.summary, changes)
            };
            entry.line()
        };
        let is_replaced = plan.mode == Mode::Reset && plan.changes_dataset();
        let backup = is_replaced.then_some((&self.files.dataset, config.now));
        config.progress.set_message("writing");
        store::write(lock, replacements, backup, &config.paths.journal, entry)
    }
}

/// When the estimates were saved, if the rows follow them.
fn saved_at<'r>(report: &Report<'r>) -> Option<&'r str> {
    let follows = report.plan.mode.follows_estimates();
    report.input.filter(|_| follows)?.saved_at
}

/// Prints the report. A quiet run prints it only where a refresh changes something, or where there are conflicts. Where nothing changes but
/// somebody has to act, a quiet run says so on stderr, so that cron sends a mail.
fn print_report(config: &Config, report: &Report<'_>) -> Result<()> {
    let plan = report.plan;
    let is_quiet = config.is_quiet && config.format != Format::Json;
    let is_refresh = plan.mode.follows_estimates();
    let is_worth_printing = (is_refresh && plan.is_pending()) || plan.has_conflicts();
    if !is_quiet || is_worth_printing {
        return print(config, report, |screen| report::text(report, screen));
    }
    if is_refresh && report.attention.is_urgent() {
        let waiting = report::waiting(report::TO_LOOK_AT, &report.attention, Screen::of_stderr());
        config.progress.finish_and_clear();
        let _ = writeln!(io::stderr(), "{}", waiting.unwrap_or_default());
    }
    Ok(())
}

/// Removes the old files, if anything was written, and makes the commit that was asked for. Returns the line that reports the commit.
fn end_run(written: Option<&Written<'_>>, commit: Option<&Commit>) -> Result<Option<String>> {
    let mut made = None;
    let last = || made = commit.map(make_commit);
    let ended = written.map_or(Ok(()), |written| written.end(last));
    match (made, ended) {
        (made, Ok(())) => made.transpose(),
        (None, Err(error)) => Err(not_committed(error, commit)),
        (Some(Ok(_)), Err(error)) => Err(error.context("the commit is made")),
        (Some(Err(error)), Err(other)) => {
            error!("{other:#}");
            Err(error)
        }
    }
}

/// Adds to an error that nothing was committed, where a commit was asked for.
fn not_committed(error: Error, commit: Option<&Commit>) -> Error {
    match commit {
        Some(_) => error.context("nothing was committed"),
        None => error,
    }
}

/// Makes the commit, and returns the line that reports it.
fn make_commit(commit: &Commit) -> Result<String> {
    let name = commit.make().with_context(|| {
        format!(
            "{}: written, but not committed. Repair what stopped git (perhaps a hook), then `git add` and `git commit` these files. \
             The error",
            commit.names()
        )
    })?;
    let subject = commit.message.lines().next().unwrap_or_default();
    let ignored = commit.ignored.iter().map(|file| file.to_string_lossy());
    let lacking = match commit.ignored.is_empty() {
        true => String::new(),
        false => format!(" (without {}, which git ignores)", listed(ignored)),
    };
    Ok(format!("Committed {name}: {subject}{lacking}\n"))
}

/// The files that change, in the order of writing: a decision is written before the row that it dismisses is removed.
fn replacements<'f>(plan: &Plan<'_>, files: &'f Files) -> Vec<Replacement<'f>> {
    let dataset = plan.changes_dataset().then(|| render(plan));
    let changed = [
        (&files.decisions, plan.decisions.as_ref().map(render_file)),
        (&files.aliases, plan.aliases.as_ref().map(render_file)),
        (&files.dataset, dataset),
    ];
    changed
        .into_iter()
        .filter_map(|(snapshot, bytes)| bytes.map(|bytes| Replacement { snapshot, bytes }))
        .collect()
}

/// Warns of rows with a number that this plan changes, or whose decision it takes back, if the `next` refresh will report them as drifted.
fn warn_of_drift(plan: &Plan<'_>, next: &Plan<'_>, aliases: &Aliases<'_>) {
    let changed = plan.lines.iter().filter(|line| line.record.is_changed());
    let undecided = plan.decisions.iter().flat_map(|file| &file.removed);
    let undecided = undecided.map(|line| aliases.resolve(&line.key));
    let changed = changed.map(|line| Cow::Borrowed(line.model()));
    let changed: HashSet<Cow<'_, Key>> = changed.chain(undecided).collect();
    for line in &next.lines {
        if changed.contains(line.model())
            && let Some(drift) = line.drift.filter(|drift| drift.verified.is_some())
        {
            warn!(
                "{}: it counts as drifted ({}); {HOW_TO_ACCEPT}",
                bounded(&next.cell(line, Column::Name)),
                drift_text(&drift)
            );
        }
    }
}

/// Parses a file as it will be after the run, because the program never writes what it would refuse (behaviour §7).
fn parsed_after<'r, T>(
    replacements: &'r [Replacement<'_>],
    file: &'r Snapshot,
    absent: fn() -> T,
    parse: impl FnOnce(&'r [u8]) -> Result<T, Refusal>,
) -> Result<T> {
    let mut replacements = replacements.iter();
    let new = replacements.find(|one| one.snapshot.path == file.path);
    let bytes = new.map(|one| &*one.bytes).or(file.bytes.as_deref());
    bytes
        .map_or_else(|| Ok(absent()), parse)
        .map_err(|refusal| {
            let remedy = "correct these numbers first: in the dataset with `verify NAME --flop F`, in an older copy by hand";
            anyhow!(
                "{}: nothing was written, because the program could not read the new file back: {}",
                file.path.display(),
                Refusal { remedy, ..refusal }.message()
            )
        })
}
