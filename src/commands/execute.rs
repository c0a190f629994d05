//! The one way from a plan to its end, shared by every command that makes one: brake, preview or apply; then the report.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use chrono::SecondsFormat;
use clap::Args;

use super::Exit;
use super::load::{self, Files};
use super::print::{print, write};
use crate::changes::Changes;
use crate::config::{Config, Format, Verbosity};
use crate::dataset::{Aliases, Dataset, Decisions};
use crate::estimates::{Estimates, Latest};
use crate::git::{self, Commit};
use crate::journal::JournalEntry;
use crate::plan::{self, Before, Input, Mode, Plan, Summary};
use crate::render::{render, render_file};
use crate::report::{self, Attention, Outcome, Report};
use crate::store::{self, Lock, Replacement, Writes};
use crate::terminal::Screen;

/// The flags of every command that writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub(crate) struct WriteArgs {
    /// Show what would change and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Commit what was written, and only that, with a message that says what was done
    #[arg(long)]
    pub commit: bool,
}

/// What a plan is carried out with.
pub(super) struct Execution<'e> {
    pub config: &'e Config,
    pub files: &'e Files,
    /// The lock under which it was read; `None` where nothing may be written.
    pub lock: Option<Lock>,
    /// What the journal says of the runs before.
    pub before: Before,
    /// What the estimates brought, where they can be read.
    pub input: Option<&'e Input<'e>>,
    /// What waits for a person afterwards, where the plan itself does not know.
    pub attention: Option<Attention>,
    /// Pending changes are an exit code.
    pub check: bool,
    /// Brakes do not count.
    pub force: bool,
    /// What is written becomes a commit.
    pub commit: bool,
}

impl<'e> Execution<'e> {
    /// For a command with which a person decides: brakes count, and pending changes are not an exit code.
    pub fn of(
        config: &'e Config,
        files: &'e Files,
        lock: Option<Lock>,
        journal: &[JournalEntry<'_>],
        args: WriteArgs,
    ) -> Execution<'e> {
        Execution {
            config,
            files,
            lock,
            before: load::before(journal),
            input: None,
            attention: None,
            check: false,
            force: false,
            commit: args.commit,
        }
    }

    /// Carries a plan out, or shows what it would do, and reports.
    pub fn carry_out(&self, plan: &Plan<'_>) -> Result<Exit> {
        let (config, dataset) = (self.config, &self.config.paths.dataset);
        self.refuse_unreadable(plan)?;
        let brake = plan::brake(plan, self.input, &self.before);
        // A run that was forced past missing marks counts them anew in the journal, even where nothing else changes.
        let is_forced = self.force && plan::too_few_marks(plan.dataset, &self.before).is_some();
        let brake = brake.filter(|_| !self.force);
        let is_pending = plan.is_pending();
        let (mut written, mut commit) = (None, None);
        let mut changes = Changes::of(plan);
        let outcome = match (&brake, is_pending || is_forced, &self.lock) {
            (Some(_), _, _) => Outcome::Refused,
            (None, true, Some(lock)) => {
                config.progress.set_message("writing");
                let replacements = replacements(plan, self.files);
                if self.commit {
                    commit = Some(self.prepared(plan, &changes, &replacements)?);
                }
                let done = self.apply(plan, &changes, replacements, lock)?;
                let (backup, files) = (done.backup.clone(), done.files.clone());
                written = Some(done);
                match is_pending {
                    true => Outcome::Written { backup, files },
                    false => Outcome::Journalled,
                }
            }
            (None, true, None) if is_pending => Outcome::Preview,
            (None, _, _) => Outcome::UpToDate,
        };
        let dry_run = self.lock.is_none();
        changes.forget_rows();
        let attention = self.attention;
        let attention = attention.unwrap_or_else(|| Attention::of(plan, self.input, &changes));
        let report = Report::of(
            plan, changes, self.input, attention, dataset, dry_run, &outcome,
        );
        let print = || print_report(config, &report);
        // As JSON one object is printed: the report, or the error with which the run ends.
        let printed = (config.format != Format::Json).then(print);
        if let Some(brake) = &brake {
            bail!("{brake}; if that is right, run it again with --force");
        }
        // What was written, and how that ended, does not depend on whether the report could be printed.
        written.map(store::Written::finish).transpose()?;
        if let Some(commit) = &commit {
            make_commit(config, commit)?;
        }
        printed
            .unwrap_or_else(print)
            .with_context(|| match &outcome {
                Outcome::Written { files, .. } => format!("{}, but", store::are_written(files)),
                Outcome::Journalled => "the journal is written, but".to_owned(),
                _ => "nothing is written".to_owned(),
            })?;
        let look = !plan.conflicts.is_empty() || (is_pending && self.check);
        Ok(if look { Exit::Findings } else { Exit::Done })
    }

    /// Carries out a plan whose rows do not follow the estimates. What these brought, where they can be read, and what waits for a
    /// person then are told by the files as the plan leaves them; `aliases` are those that hold then.
    pub fn carry_out_curated(
        self,
        plan: &Plan<'_>,
        aliases: &Aliases<'_>,
        estimates: Option<&Estimates>,
    ) -> Result<Exit> {
        let decisions = plan.decisions.as_ref().map(render_file);
        let decisions = decisions.as_deref();
        let decisions = decisions.or(self.files.decisions.bytes.as_deref());
        let decisions = decisions.map_or(Ok(Decisions::absent()), |bytes| {
            Decisions::parse(bytes, aliases)
        });
        let dataset = plan.changes_dataset().then(|| render(plan));
        let dataset = dataset.as_deref().or(self.files.dataset.bytes.as_deref());
        let dataset = dataset.map_or(Ok(Dataset::absent()), Dataset::parse);
        let refused = |refusal| {
            let why = self.refuse_unreadable(plan).err();
            why.unwrap_or_else(|| {
                anyhow!("this would write a file that cannot be read again: {refusal}; nothing is written")
            })
        };
        let decisions = decisions.map_err(refused)?;
        let dataset = dataset.map_err(refused)?.with_aliases(aliases);
        let latest = estimates.map(|found| Latest::of(found, aliases));
        let latest = latest.unwrap_or_default();
        let next = plan::refresh(&dataset, &decisions, &latest, false);
        let input = estimates.map(|found| Input::of(found, &latest, false, next.kept_out));
        let attention = Attention::of_files(&dataset, &decisions, estimates, &latest, &next);
        let execution = Execution {
            input: input.as_ref(),
            attention: Some(attention),
            ..self
        };
        execution.carry_out(plan)
    }

    /// The program never writes what it would refuse (behaviour §7).
    fn refuse_unreadable(&self, plan: &Plan<'_>) -> Result<()> {
        let dataset = self.config.paths.dataset.display();
        match plan.would_be_refused().filter(|_| plan.changes_dataset()) {
            Some(refusal) => bail!("{dataset}: {refusal}; nothing is written"),
            None => Ok(()),
        }
    }

    /// When the estimates were saved that the rows follow.
    fn saved_at(&self, plan: &Plan<'_>) -> Option<&'e str> {
        let input = self.input.filter(|_| plan.mode.follows_estimates());
        input.and_then(|input| input.saved_at)
    }

    /// A commit that can be made once the files are written.
    fn prepared(
        &self,
        plan: &Plan<'_>,
        changes: &Changes<'_>,
        replacements: &[Replacement<'_>],
    ) -> Result<Commit> {
        let files = replacements.iter().map(|file| &*file.snapshot.path);
        let files: Vec<&Path> = files.chain([&*self.config.paths.journal]).collect();
        let saved_at = self.saved_at(plan);
        Commit::prepare(&files, git::message(plan.mode, changes, saved_at))
            .context("nothing was written, because it could not be committed")
    }

    /// Writes the dataset and the journal.
    fn apply(
        &self,
        plan: &Plan<'_>,
        changes: &Changes<'_>,
        replacements: Vec<Replacement<'e>>,
        lock: &Lock,
    ) -> Result<store::Written<'e>> {
        let entry = |backup: Option<&Path>| {
            let backup = backup.and_then(Path::file_name);
            let saved_at = self.saved_at(plan);
            let (mode, summary) = (plan.mode.name(), Summary::of_lines(&plan.lines));
            let entry = JournalEntry {
                backup: backup.map(|name| name.to_string_lossy().into_owned()),
                estimates_saved_at: saved_at.map(Into::into),
                marked: Some(plan::marked_afterwards(plan, &self.before)),
                at_or_above_1e25: Some(plan::at_or_above(plan.lines.iter().map(|line| line.flop))),
                ..new_entry(self.config, mode, summary, Cow::Borrowed(changes))
            };
            entry.line()
        };
        let writes = Writes {
            replacements,
            backup: (plan.mode == Mode::Reset).then_some(&self.files.dataset),
            journal: &self.config.paths.journal,
            entry: &entry,
            at: self.config.now,
        };
        store::write(lock, writes)
    }
}

/// Prints the report. A quiet run prints it where a refresh changes something, and conflicts; where nothing changes but somebody has to
/// act, what waits goes to stderr, so that a cron job sends its mail.
fn print_report(config: &Config, report: &Report<'_>) -> Result<()> {
    let plan = report.plan;
    let is_quiet = config.verbosity == Verbosity::Quiet && config.format != Format::Json;
    let is_refresh = plan.mode.follows_estimates();
    if is_quiet && *report.outcome == Outcome::Refused {
        return Ok(());
    }
    if is_quiet && !(is_refresh && plan.is_pending()) && plan.conflicts.is_empty() {
        let waiting = report::waiting("To look at", &report.attention, Screen::default());
        if let Some(waiting) = waiting.filter(|_| is_refresh && report.attention.is_urgent()) {
            config.progress.finish_and_clear();
            let _ = writeln!(io::stderr(), "{waiting}");
        }
        return Ok(());
    }
    let is_verbose = config.verbosity == Verbosity::Verbose;
    print(config, report, |screen| {
        report::text(report, screen, is_verbose)
    })
}

/// Makes the commit, and says so.
fn make_commit(config: &Config, commit: &Commit) -> Result<()> {
    let name = commit.make().with_context(|| {
        format!(
            "{}: written, but not committed. Mend what stopped git (a hook, perhaps), then `git add` and `git commit` these files. \
             What git said",
            commit.names()
        )
    })?;
    if config.format == Format::Json || config.verbosity == Verbosity::Quiet {
        return Ok(());
    }
    let subject = commit.message.lines().next().unwrap_or_default();
    write(config, format!("Committed {name}: {subject}\n").as_bytes())
}

/// The files that change, in the order in which they are written: a decision comes before the row that leaves by it.
fn replacements<'f>(plan: &Plan<'_>, files: &'f Files) -> Vec<Replacement<'f>> {
    let decided = [
        (&plan.decisions, &files.decisions),
        (&plan.aliases, &files.aliases),
    ];
    let decided = decided.into_iter().filter_map(|(change, snapshot)| {
        let change = change.as_ref().filter(|change| change.is_pending())?;
        Some(Replacement {
            snapshot,
            bytes: render_file(change),
        })
    });
    let dataset = plan.changes_dataset().then(|| Replacement {
        snapshot: &files.dataset,
        bytes: render(plan),
    });
    decided.chain(dataset).collect()
}

pub(super) fn new_entry<'c>(
    config: &Config,
    mode: &'c str,
    summary: Summary,
    changes: Cow<'c, Changes<'c>>,
) -> JournalEntry<'c> {
    JournalEntry {
        at: config.now.to_rfc3339_opts(SecondsFormat::Millis, true),
        mode: mode.into(),
        by: whoami::username().ok(),
        version: env!("CARGO_PKG_VERSION").into(),
        estimates_saved_at: None,
        backup: None,
        marked: None,
        at_or_above_1e25: None,
        summary,
        changes,
    }
}
