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
use crate::dataset::Aliases;
use crate::estimates::{Estimates, Latest};
use crate::git::{self, Commit};
use crate::journal::JournalEntry;
use crate::plan::{self, Before, Input, Mode, Plan, Summary};
use crate::render::{render, render_file};
use crate::report::{self, Attention, Outcome, Report};
use crate::store::{self, Lock, Replacement};
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
        let config = self.config;
        self.refuse_unreadable(plan)?;
        let brake = plan::brake(plan, self.input, &self.before).filter(|_| !self.force);
        // A run that was forced past missing marks counts them anew in the journal, even where nothing else changes.
        let is_forced = self.force && plan::too_few_marks(plan.dataset, &self.before).is_some();
        let is_pending = plan.is_pending();
        let mut changes = plan.changes();
        let (mut written, mut commit) = (None, None);
        let outcome = if brake.is_some() {
            Outcome::Refused
        } else if let Some(lock) = &self.lock
            && (is_pending || is_forced)
        {
            config.progress.set_message("writing");
            let (done, prepared) = self.write(plan, &changes, lock)?;
            let (backup, files) = (done.backup.clone(), done.files.clone());
            (written, commit) = (Some(done), prepared);
            if is_pending {
                Outcome::Written { files, backup }
            } else {
                Outcome::Journalled
            }
        } else if is_pending {
            Outcome::Preview
        } else {
            Outcome::UpToDate
        };
        changes.forget_rows();
        let attention = self
            .attention
            .unwrap_or_else(|| Attention::of(plan, self.input, &changes));
        let report = Report::of(
            plan,
            changes,
            self.input,
            attention,
            &config.paths.dataset,
            self.lock.is_none(),
            &outcome,
        );
        let print = || print_report(config, &report);
        // As JSON one object is printed: the report, or the error with which the run ends.
        let printed = (config.format != Format::Json).then(print);
        if let Some(brake) = brake {
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
        if plan.has_conflicts() || (is_pending && self.check) {
            Ok(Exit::Findings)
        } else {
            Ok(Exit::Done)
        }
    }

    /// Carries out a plan whose rows do not follow the estimates. What these brought, where they can be read, and what waits for a
    /// person then are told by the files as the plan leaves them; `aliases` are those that hold then.
    pub fn carry_out_curated(
        self,
        plan: &Plan<'_>,
        aliases: &Aliases<'_>,
        estimates: Option<&Estimates>,
    ) -> Result<Exit> {
        self.refuse_unreadable(plan)?;
        let refused = |refusal| {
            anyhow!(
                "this would write a file that cannot be read again: {refusal}; nothing is written"
            )
        };
        let rendered = plan.decisions.as_ref().map(render_file);
        let bytes = rendered
            .as_deref()
            .or(self.files.decisions.bytes.as_deref());
        let decisions = load::parse_decisions(bytes, aliases).map_err(refused)?;
        let rendered = plan.changes_dataset().then(|| render(plan));
        let bytes = rendered.as_deref().or(self.files.dataset.bytes.as_deref());
        let dataset = load::parse_dataset(bytes, aliases).map_err(refused)?;
        let latest = estimates
            .map(|found| Latest::of(found, aliases))
            .unwrap_or_default();
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
        match plan.would_be_refused() {
            Some(refusal) if plan.changes_dataset() => bail!(
                "{}: {refusal}; nothing is written",
                self.config.paths.dataset.display()
            ),
            _ => Ok(()),
        }
    }

    /// Writes the files and the journal. The commit that was asked for is to be made once that has ended well.
    fn write(
        &self,
        plan: &Plan<'_>,
        changes: &Changes<'_>,
        lock: &Lock,
    ) -> Result<(store::Written<'e>, Option<Commit>)> {
        let config = self.config;
        let replacements = replacements(plan, self.files);
        // When the estimates were saved that the rows follow.
        let saved_at = self
            .input
            .filter(|_| plan.mode.follows_estimates())
            .and_then(|input| input.saved_at);
        let mut files: Vec<&Path> = replacements.iter().map(|one| &*one.snapshot.path).collect();
        files.push(&config.paths.journal);
        let commit = self
            .commit
            .then(|| Commit::prepare(&files, git::message(plan.mode, changes, saved_at)))
            .transpose()
            .context("nothing was written, because it could not be committed")?;
        let entry = |backup: Option<&Path>| {
            let summary = Summary::of_lines(&plan.lines);
            let entry = JournalEntry {
                backup: backup
                    .and_then(Path::file_name)
                    .map(|name| name.to_string_lossy().into_owned()),
                estimates_saved_at: saved_at.map(Into::into),
                marked: Some(plan::marked_afterwards(plan, &self.before)),
                at_or_above_1e25: Some(plan::at_or_above(plan.lines.iter().map(|line| line.flop))),
                ..new_entry(config, plan.mode.name(), summary, Cow::Borrowed(changes))
            };
            entry.line()
        };
        let backup = (plan.mode == Mode::Reset).then_some((&self.files.dataset, config.now));
        let written = store::write(lock, replacements, backup, &config.paths.journal, entry)?;
        Ok((written, commit))
    }
}

/// Prints the report. A quiet run prints it where a refresh changes something, and conflicts; where nothing changes but somebody has to
/// act, what waits goes to stderr, so that a cron job sends its mail.
fn print_report(config: &Config, report: &Report<'_>) -> Result<()> {
    let plan = report.plan;
    let is_quiet = config.verbosity == Verbosity::Quiet && config.format != Format::Json;
    let is_refused = *report.outcome == Outcome::Refused;
    let is_refresh = plan.mode.follows_estimates();
    let has_news = (is_refresh && plan.is_pending()) || plan.has_conflicts();
    if !is_quiet || (has_news && !is_refused) {
        let is_verbose = config.verbosity == Verbosity::Verbose;
        return print(config, report, |screen| {
            report::text(report, screen, is_verbose)
        });
    }
    if is_refresh && !is_refused && report.attention.is_urgent() {
        let waiting = report::waiting("To look at", &report.attention, Screen::default());
        config.progress.finish_and_clear();
        let _ = writeln!(io::stderr(), "{}", waiting.unwrap_or_default());
    }
    Ok(())
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
    let mut replacements = Vec::new();
    for (change, snapshot) in [
        (&plan.decisions, &files.decisions),
        (&plan.aliases, &files.aliases),
    ] {
        if let Some(change) = change
            && change.is_pending()
        {
            let bytes = render_file(change);
            replacements.push(Replacement { snapshot, bytes });
        }
    }
    if plan.changes_dataset() {
        replacements.push(Replacement {
            snapshot: &files.dataset,
            bytes: render(plan),
        });
    }
    replacements
}

/// An entry of the journal for this run, without what not every run has to say.
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
