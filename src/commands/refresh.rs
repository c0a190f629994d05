//! `core-dataset [refresh]`: load → dedup → classify → plan → execute.

use std::path::Path;

use anyhow::{Result, anyhow, bail};
use chrono::TimeDelta;
use clap::Args;
use tracing::{debug, warn};

use super::Exit;
use super::execute::{Session, WriteArgs};
use super::load;
use crate::config::Config;
use crate::dataset::{Mark, Row};
use crate::estimates::{Estimates, Latest};
use crate::plan::{self, Input, Mode, Plan};
use crate::schema::Column;
use crate::terminal::bounded;
use crate::text::{plural, shown};

/// The end of the program's help and of this command's help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  core-dataset --dry-run      # what would change
  core-dataset                # refresh the dataset
  core-dataset --check        # for CI: exit 3 if a refresh is pending

Exit codes:
  0  done, or nothing to do
  1  error: nothing was written, unless the message says otherwise
  2  usage error
  3  a person should look: --check or --check-verified found something,
     `validate` found an error (or, with --strict, a warning), or
     `reapply` found a conflict";

/// A further part of this command's long help and man page.
pub(crate) const REFERENCE: &str = "\
What happens to a row depends on the text in its `verified` cell:
  y              kept byte for byte, and reported as `drifted` if the
                 latest estimate is far away
  anything else  kept byte for byte, because somebody wrote that, and
                 reported as `protected`
  blank          follows its estimate; human text stays, which is text
                 in `notes` or in a column of your own

An unmarked row whose estimate is below 5e24 FLOP is removed
(`removed`), unless it has human text (`demoted`). An unmarked row
without a usable estimate stays (`orphaned`).

Signs before a model in the report:
  ↑ ↓  its training FLOP passes 1e25, upward or downward
  ⤓    demoted: its training FLOP is now below 5e24
  +    added
  ~    updated
  -    removed
  x    dismissed: removed because of a decision
  =    on several rows
  ?    orphaned, or a probable rename
  !    needs a look for another reason, which the heading names

Files below the data directory:
  estimated/estimated_models.json      the estimates, read only
  clean/above_1e25_flop.csv            the dataset
  clean/decisions.csv                  models that were dismissed, and
                                       drifted values that were kept
  clean/aliases.csv                    other names of models
  clean/above_1e25_flop.history.jsonl  the journal: one line for each
                                       run that wrote
  clean/above_1e25_flop.csv.TIME.bak   a backup, made before a reset

You can also edit the decisions and the aliases by hand:
  decisions.csv  name,developer,decision,flop,note,by,at: `decision`
                 is below, ignore or stands; `flop` is the number
                 that was judged, or blank
  aliases.csv    name,developer,is_name,is_developer,note: the first
                 pair names the same model as the second; with * as
                 both names, every model of the developer

With --format json, every command that changes the dataset, the
decisions or the aliases prints one object:
  mode, dry_run, written, dataset, backup
  summary           rows as the run leaves them, each counted once:
                    total, verified, high_confidence_above, not_sure,
                    high_confidence_below, protected, unestimated
  at_or_above_1e25  rows at or above 1e25 FLOP, verified or not
  input             about the estimates, or null if they cannot be
                    read: saved_at, models, unique, candidates,
                    dismissed, duplicates, unestimated, rejected,
                    ignored_fields
  changes           lists of entries with name, developer, what the
                    report shows of them, and fields: {column: {from,
                    to}} where cells change: added, updated, removed,
                    demoted, orphaned, drifted, protected, duplicates,
                    renamed, crossed, dismissed, reconsider, and, if
                    there are any, decisions, aliases, conflicts
  attention         what waits for a person, counted as in the last
                    line of the report, but without the rows that
                    are kept although their models are dismissed

An error prints {\"error\": TEXT}.";

#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct RefreshArgs {
    /// Write all candidates afresh, without marks or human text; a backup is made first
    #[arg(long)]
    reset: bool,
    #[command(flatten)]
    write: WriteArgs,
    /// Like --dry-run, but exit 3 if something would change
    #[arg(long)]
    check: bool,
    /// Carry out a plan even if it looks like a mistake: it removes too much, marks are missing, or its input is odd
    #[arg(long)]
    force: bool,
    /// Refuse estimates that were saved more than DAYS days ago, or that do not say when, even with --force
    #[arg(long, value_name = "DAYS")]
    max_age: Option<u32>,
    /// Count models without an estimate as candidates, with a blank training FLOP
    #[arg(long)]
    include_unestimated: bool,
}

pub(crate) fn run(config: &Config, args: &RefreshArgs) -> Result<Exit> {
    let paths = &config.paths;
    let write = WriteArgs {
        dry_run: args.write.dry_run || args.check,
        ..args.write
    };
    let session = Session::begin(config, write)?;
    let files = &session.files;
    let (decisions, aliases) = files.decisions_and_aliases()?;
    // Where the estimates are refused because no record is usable, every record is named.
    let mut estimates = load::estimates_file(config)?.map_err(|refused| {
        let refusal = load::refusal(config, &refused).to_string();
        let end = match refusal.ends_with('?') {
            true => " Nothing was written",
            false => "; nothing was written",
        };
        let error = anyhow!("{refusal}{end}");
        warn_of_faults(config, &refused.estimates());
        error
    })?;
    estimates.apply_aliases(&aliases);
    // The estimates are never freed: the process ends with the refresh, and freeing many texts one by one takes a tenth of the run.
    let estimates: &Estimates = Box::leak(Box::new(estimates));
    if let Some(days) = args.max_age {
        refuse_old(config, estimates, days)?;
    }
    let (mode, dataset) = if args.reset {
        (Mode::Reset, files.dataset_to_replace(&aliases))
    } else {
        let dataset = files.dataset(&aliases).map_err(|refused| {
            anyhow!(
                "{refused:#}. (As a last resort, --reset writes it afresh, without marks or human text, and keeps this file as a backup.)"
            )
        })?;
        (Mode::Refresh, dataset)
    };
    warn_of_faults(config, estimates);
    config.progress.set_message("planning");
    let mut latest = Latest::of(estimates, &aliases);
    latest.include_unestimated = args.include_unestimated;
    let plan = plan::merge(mode, &dataset, &decisions, &latest);
    warn_of_rows(&paths.dataset, &plan);
    debug!(
        "{} planned, {} leave",
        plural(plan.lines.len(), "row"),
        plan.leaving_rows()
    );
    let input = Input::of(estimates, &latest, &plan);
    session.carry_out(&plan, &input, args.force)?;
    let fails = args.check && plan.is_pending();
    Ok(if fails { Exit::Findings } else { Exit::Done })
}

/// Refuses estimates that were saved more than `days` days ago, or that do not say when, because the pipeline may have died unnoticed. A
/// date in the future is refused too, because it says nothing about the age.
fn refuse_old(config: &Config, estimates: &Estimates, days: u32) -> Result<()> {
    let saved_at = estimates.saved_at.as_deref();
    let says = saved_at.or(estimates.saved_at_unreadable.as_deref());
    let why = match load::age(config, estimates) {
        Some(age) if load::is_in_future(age) => "the date is in the future: is a clock wrong?",
        Some(age) if age <= TimeDelta::days(days.into()) => return Ok(()),
        None if says.is_some() => "expected a date, such as 2025-08-15T20:32:45.",
        _ => "is the pipeline still running?",
    };
    bail!(
        "{}: saved_at is {}, and --max-age is {}: {why} Fetch the estimates again, or run without --max-age",
        config.paths.estimates.display(),
        says.map_or("missing".into(), shown),
        plural(days as usize, "day")
    )
}

/// Warns of every record that is rejected, every field that counts as absent, and a `saved_at` that cannot be read or is in the future.
fn warn_of_faults(config: &Config, estimates: &Estimates) {
    let path = config.paths.estimates.display();
    for fault in load::faults(estimates) {
        warn!("{path}:{}", fault.text());
    }
    if let Some(value) = &estimates.saved_at_unreadable {
        warn!(
            "{path}: metadata: saved_at: {}",
            load::unreadable_saved_at(value)
        );
    }
    let is_early = load::age(config, estimates).is_some_and(load::is_in_future);
    if let Some(saved_at) = estimates.saved_at.as_ref().filter(|_| is_early) {
        warn!(
            "{path}: metadata: saved_at: {} is in the future: is a clock wrong? Once a run has recorded it, earlier estimates need --force",
            shown(saved_at)
        );
    }
}

/// Warns of every row whose `verified` is neither `y` nor blank, and of every training FLOP that is not a number, in rows that stay.
fn warn_of_rows(path: &Path, plan: &Plan<'_>) {
    let dataset = plan.dataset;
    let place = |row: &Row<'_>| {
        let name = bounded(dataset.cell(row, Column::Name));
        format!("{}:{}: {name}", path.display(), row.record.line)
    };
    let is_protected = |row: &&Row<'_>| plan.mode == Mode::Refresh && row.mark == Mark::Protected;
    for row in dataset.rows.iter().filter(is_protected) {
        warn!(
            "{}: verified is \"{}\", neither y nor blank; the row is kept as it is",
            place(row),
            bounded(dataset.cell(row, Column::Verified))
        );
    }
    for (row, text) in plan.unreadable_flops() {
        warn!(
            "{}: training_flop is \"{}\", which is not a finite number above 0; the row counts as having no number",
            place(row),
            bounded(text)
        );
    }
}
