//! `core-dataset diff OLD [NEW]`: what differs between two datasets, in the form of a report.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use clap::Args;
use serde::Serialize;

use super::Exit;
use super::load;
use super::print::{print, print_unless_quiet};
use crate::changes::{Changes, ModelChange};
use crate::config::Config;
use crate::dataset::{Aliases, Dataset, Mark, Row};
use crate::git;
use crate::plan::{Mode, Summary, at_or_above};
use crate::report;
use crate::schema::Column;
use crate::store::Snapshot;
use crate::terminal::{Screen, and_more, bounded_model, headed, wrap};
use crate::text::shown;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset diff HEAD:\n  core-dataset diff v1: v2:\n  \
                  core-dataset diff \"$(git merge-base HEAD origin/main):\" \\\n      --check-verified    # for CI"
)]
pub struct DiffArgs {
    /// A file, or `REV:` for the dataset in a git revision; `:` is the index
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// A file or `REV:`, like OLD; by default, today's dataset
    #[arg(value_name = "NEW")]
    new: Option<PathBuf>,
    /// Exit 3 if a verified or protected row changed, lost its mark or left
    #[arg(long)]
    check_verified: bool,
}

/// The differences as JSON: the keys of a report, and the changes to marked rows.
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

pub(crate) fn run(config: &Config, args: &DiffArgs) -> Result<Exit> {
    let dataset = &config.paths.dataset;
    let new_path = args.new.as_ref().unwrap_or(dataset);
    let (old_bytes, new_bytes) = (bytes(dataset, &args.old)?, bytes(dataset, new_path)?);
    let aliases = Snapshot::read(&config.paths.aliases)?;
    let aliases = load::parsed(&aliases, Aliases::absent, Aliases::parse)?;
    let old = parsed(&args.old, &old_bytes)?.with_aliases(&aliases);
    let new = parsed(new_path, &new_bytes)?.with_aliases(&aliases);
    let mut marked = old.clone();
    marked.rows.retain(Row::is_marked);
    let verified_changed = args.check_verified.then(|| {
        let mut changes = Changes::between(&marked, &new);
        for change in &mut changes.updated {
            change.reason = Some(change_text(change).into());
        }
        for change in &mut changes.removed {
            change.reason = Some("left".into());
        }
        [changes.updated, changes.removed].concat()
    });
    let has_marked_changes = verified_changed.iter().any(|changes| !changes.is_empty());
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
    let text = |screen| text(&report, screen);
    if has_marked_changes {
        print(config, &report, text)?;
        return Ok(Exit::Findings);
    }
    print_unless_quiet(config, &report, text)?;
    Ok(Exit::Done)
}

/// The bytes of the named dataset: a file, or `REV:`.
fn bytes(dataset: &Path, named: &Path) -> Result<Vec<u8>> {
    if let Some(revision) = named.to_str().and_then(|named| named.strip_suffix(':')) {
        return git::revision(revision, dataset);
    }
    let hint = match named == dataset {
        true => "",
        false => "; a git revision ends in a colon, as in `HEAD:`",
    };
    load::named_file(named, hint)
}

fn parsed<'a>(named: &Path, bytes: &'a [u8]) -> Result<Dataset<'a>> {
    Dataset::parse(bytes).map_err(|refusal| anyhow!("{}:{refusal}", named.display()))
}

/// How a marked row that is still there has changed.
fn change_text(change: &ModelChange<'_>) -> String {
    let mark = change.field(Column::Verified);
    if mark.is_some_and(|mark| Mark::of(&mark.to) == Mark::Blank) {
        return "lost its mark".to_owned();
    }
    let columns = change.fields.0.iter().map(|(column, _)| match &**column {
        "" => "a column without a name",
        column => column,
    });
    format!("changed: {}", columns.collect::<Vec<_>>().join(", "))
}

fn text(report: &DiffReport<'_>, screen: Screen) -> String {
    let changes = report::changes_text(Mode::Diff, &report.changes, screen);
    let mut blocks = vec![changes.unwrap_or_else(|| "No row differs".to_owned())];
    if let Some(marked) = &report.verified_changed {
        blocks.push(marked_changes_text(marked, screen));
    }
    let at_or_above = Some(report.at_or_above_1e25);
    blocks.push(report::summary(&report.summary, at_or_above, screen));
    blocks.join("\n\n") + "\n"
}

/// How many marked rows changed or left, and what happened to the first ones.
fn marked_changes_text(changes: &[ModelChange<'_>], screen: Screen) -> String {
    if changes.is_empty() {
        return "No verified or protected row changed".to_owned();
    }
    let title = "Verified or protected rows that changed or left";
    let mut lines = vec![headed(&format!("{title} {}", changes.len()), "", screen)];
    for change in changes.iter().take(screen.limit()) {
        let model = bounded_model(&change.name, &change.developer);
        let reason = change.reason.as_deref().unwrap_or_default();
        let line = format!("  ! {model}: {}", shown(reason));
        lines.push(wrap(&line, "    ", screen));
    }
    lines.extend(and_more(changes.len(), screen));
    lines.join("\n")
}
