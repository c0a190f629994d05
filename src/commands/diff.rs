//! `core-dataset diff OLD [NEW]`: what differs between two datasets, in the form of a report.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use clap::Args;
use serde::Serialize;

use super::Exit;
use super::print::{print, print_unless_quiet};
use crate::changes::{Changes, ModelChange};
use crate::config::{Config, Verbosity};
use crate::dataset::{Dataset, Row};
use crate::git;
use crate::plan::{Mode, Summary, at_or_above};
use crate::report;
use crate::terminal::{Screen, bounded_model, listed};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset diff HEAD:\n  core-dataset diff v1: v2:\n  \
                  core-dataset diff origin/main: --check-verified    # for CI"
)]
pub struct DiffArgs {
    /// A file, or `REV:` for the dataset in a git revision; `:` is the index
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The same; today's dataset where it is not named
    #[arg(value_name = "NEW")]
    new: Option<PathBuf>,
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
    verified_changed: Option<Vec<ModelChange<'d>>>,
}

pub(super) fn run(config: &Config, args: &DiffArgs) -> Result<Exit> {
    let dataset = &config.paths.dataset;
    let new_path = args.new.as_ref().unwrap_or(dataset);
    let (old_bytes, new_bytes) = (bytes(dataset, &args.old)?, bytes(dataset, new_path)?);
    let old = parsed(&args.old, &old_bytes)?;
    let new = parsed(new_path, &new_bytes)?;
    let mut marked = old.clone();
    marked.rows.retain(Row::is_marked);
    let verified_changed = args.check_verified.then(|| {
        let changes = Changes::between(&marked, &new);
        [changes.updated, changes.removed].concat()
    });
    let is_broken = verified_changed.iter().any(|broken| !broken.is_empty());
    let report = DiffReport {
        mode: Mode::Diff.name(),
        dry_run: false,
        written: false,
        dataset: new_path.to_string_lossy(),
        backup: None,
        summary: Summary::of_rows(&new.rows),
        at_or_above_1e25: at_or_above(new.rows.iter().map(|row| row.flop)),
        changes: Changes::between(&old, &new),
        verified_changed,
    };
    let is_verbose = config.verbosity == Verbosity::Verbose;
    let text = |screen| text(&report, screen, is_verbose);
    if is_broken {
        print(config, &report, text)?;
        return Ok(Exit::Findings);
    }
    print_unless_quiet(config, &report, text)?;
    Ok(Exit::Done)
}

/// The dataset that is named: a file, or `REV:`.
fn bytes(dataset: &Path, named: &Path) -> Result<Vec<u8>> {
    if let Some(revision) = named.to_str().and_then(|named| named.strip_suffix(':')) {
        return git::revision(revision, dataset);
    }
    let path = named.display();
    fs::read(named).with_context(|| format!("{path}: cannot be read; a git revision is `REV:`"))
}

fn parsed<'a>(named: &Path, bytes: &'a [u8]) -> Result<Dataset<'a>> {
    Dataset::parse(bytes)
        .map_err(|refusal| anyhow!("{}:{}: {refusal}", named.display(), refusal.line))
}

fn text(report: &DiffReport<'_>, screen: Screen, verbose: bool) -> String {
    let changes = report::changes_text(Mode::Diff, &report.changes, None, None, screen, verbose);
    let mut blocks = vec![changes.unwrap_or_else(|| "No row differs".to_owned())];
    if let Some(broken) = &report.verified_changed {
        let models = broken.iter();
        let models = models.map(|one| bounded_model(&one.name, &one.developer));
        blocks.push(match broken.len() {
            0 => "No verified or protected row changed".to_owned(),
            count => format!(
                "Verified or protected rows that changed or left: {count}, {}",
                listed(models)
            ),
        });
    }
    let at_or_above = Some(report.at_or_above_1e25);
    blocks.push(report::summary(&report.summary, at_or_above, screen));
    blocks.join("\n\n") + "\n"
}
