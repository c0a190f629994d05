//! `core-dataset diff OLD [NEW]`: what differs between two datasets, in the form of a report.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use serde::Serialize;

use super::Exit;
use super::print::{print, print_unless_quiet};
use crate::changes::{Changes, ModelChange};
use crate::config::{Config, Verbosity};
use crate::dataset::{Dataset, Mark, Refusal};
use crate::git;
use crate::plan::{Mode, Summary, at_or_above};
use crate::report;
use crate::schema::Column;
use crate::terminal::{Align, Cell, Screen, Tone, lay_out};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset diff HEAD:\n  core-dataset diff v1: v2:\n  \
                  core-dataset diff origin/main: --check-verified    for CI"
)]
pub struct DiffArgs {
    /// A file, or `REV:` for the dataset in a git revision; `:` is the index
    #[arg(value_name = "OLD")]
    old: String,
    /// The same; today's dataset where it is not named
    #[arg(value_name = "NEW")]
    new: Option<String>,
    /// Exit 3 when a row that was verified or protected changed, lost its mark, or left
    #[arg(long)]
    check_verified: bool,
}

/// What differs, as JSON: the keys of a report, and what became of marked rows.
#[derive(Debug, Serialize)]
struct DiffReport<'d> {
    mode: &'static str,
    dry_run: bool,
    written: bool,
    dataset: Cow<'d, str>,
    backup: Option<&'d str>,
    summary: Summary,
    at_or_above_1e25: usize,
    changes: Changes<'d>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified_changed: Option<Vec<Broken<'d>>>,
}

/// A row that was marked and did not stay as it was.
#[derive(Debug, Serialize)]
struct Broken<'d> {
    name: Cow<'d, str>,
    developer: Cow<'d, str>,
    /// What became of it.
    what: String,
}

pub(super) fn run(config: &Config, args: &DiffArgs) -> Result<Exit> {
    let dataset = &config.paths.dataset;
    let new_name = args.new.as_deref();
    let new_name = new_name.map_or_else(|| dataset.to_string_lossy(), Cow::from);
    let old_bytes = bytes(dataset, &args.old)?;
    let new_bytes = match &args.new {
        Some(named) => bytes(dataset, named)?,
        None => read(dataset)?,
    };
    let refused = |named: &str, refusal: Refusal| anyhow!("{named}:{}: {refusal}", refusal.line);
    let old = Dataset::parse(&old_bytes).map_err(Refusal::of_another_file);
    let new = Dataset::parse(&new_bytes).map_err(|refusal| match args.new {
        Some(_) => refusal.of_another_file(),
        None => refusal,
    });
    let old = old.map_err(|refusal| refused(&args.old, refusal))?;
    let new = new.map_err(|refusal| refused(&new_name, refusal))?;
    let marked = marked(&old);
    let broken = args.check_verified.then(|| broken(&marked, &new));
    let exit = match &broken {
        Some(broken) if !broken.is_empty() => Exit::Findings,
        _ => Exit::Done,
    };
    let report = DiffReport {
        mode: Mode::Diff.name(),
        dry_run: false,
        written: false,
        dataset: new_name,
        backup: None,
        summary: Summary::of(new.rows.iter().map(|row| (row.mark, row.flop))),
        at_or_above_1e25: at_or_above(new.rows.iter().map(|row| row.flop)),
        changes: Changes::between(&old, &new),
        verified_changed: broken,
    };
    let is_verbose = config.verbosity == Verbosity::Verbose;
    let text = |screen| text(&report, screen, is_verbose);
    match exit {
        Exit::Findings => print(config, &report, text)?,
        _ => print_unless_quiet(config, &report, text)?,
    }
    Ok(exit)
}

/// The dataset that is named: a file, or `REV:`.
fn bytes(dataset: &Path, named: &str) -> Result<Vec<u8>> {
    match named.strip_suffix(':') {
        Some(revision) => git::revision(revision, dataset),
        None if named.is_empty() => {
            bail!("OLD and NEW each name a file, or a git revision as `REV:`; one of them is empty")
        }
        None => read(Path::new(named)),
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| {
        let file = file.display();
        format!("{file}: cannot be read (the dataset in a git revision is `{file}:`)")
    })
}

/// The rows that a person marked, as a dataset of their own.
fn marked<'a>(dataset: &Dataset<'a>) -> Dataset<'a> {
    let rows = dataset.rows.iter();
    let rows = rows.filter(|row| row.mark != Mark::Unverified);
    Dataset {
        rows: rows.cloned().collect(),
        table: dataset.table.clone(),
        unread: 0,
    }
}

/// What became of marked rows that did not stay as they were.
fn broken<'d>(marked: &'d Dataset<'d>, new: &'d Dataset<'d>) -> Vec<Broken<'d>> {
    let changes = Changes::between(marked, new);
    let broken = |change: ModelChange<'d>, what| Broken {
        name: change.name,
        developer: change.developer,
        what,
    };
    let updated = changes.updated.into_iter().map(|change| {
        let has_number = change.field(Column::TrainingFlop).is_some();
        let columns = change.fields.0.iter().map(|(column, _)| &**column);
        // The formatted number says the same once more.
        let columns =
            columns.filter(|column| !has_number || *column != Column::TrainingFlopFormatted.name());
        let mut what = format!("changed: {}", columns.collect::<Vec<_>>().join(", "));
        let mark = change.field(Column::Verified);
        if mark.is_some_and(|mark| Mark::of(&mark.to) == Mark::Unverified) {
            what = format!("lost its mark; {what}");
        }
        broken(change, what)
    });
    let removed = changes.removed.into_iter();
    let removed = removed.map(|change| broken(change, "left".to_owned()));
    updated.chain(removed).collect()
}

fn text(report: &DiffReport<'_>, screen: Screen, verbose: bool) -> String {
    let changes = report::changes_text(Mode::Diff, &report.changes, None, None, screen, verbose);
    let mut blocks = vec![changes.unwrap_or_else(|| "No row differs".to_owned())];
    if let Some(broken) = &report.verified_changed {
        blocks.push(broken_text(broken, screen));
    }
    blocks.push(report::summary(&report.summary, screen));
    blocks.push(report::rows_above(report.at_or_above_1e25, &report.summary));
    blocks.join("\n\n") + "\n"
}

fn broken_text(broken: &[Broken<'_>], screen: Screen) -> String {
    if broken.is_empty() {
        return "No verified or protected row changed".to_owned();
    }
    let rows = broken.iter().map(|broken| {
        [
            Cell::name(Tone::Attention, "!", &broken.name),
            Cell::name(Tone::Plain, "", &broken.developer),
            Cell::plain(&broken.what),
        ]
    });
    let title = format!("Verified or protected rows that changed {}", broken.len());
    let mut lines = vec![screen.paint(Tone::Heading, &title)];
    lines.extend(lay_out("  ", &[Align::Text; 3], rows, screen));
    lines.join("\n")
}
