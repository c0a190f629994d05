//! `core-dataset verify NAME`: a person's verdict on one row.

use anyhow::{Result, anyhow};
use clap::Args;
use tracing::warn;

use super::execute::{Execution, execute, lock};
use super::{Exit, load};
use crate::config::Config;
use crate::lookup;
use crate::plan::{self, Verdict};
use crate::schema::Column;
use crate::store::Snapshot;
use crate::text::shown;

/// The flags of a verdict.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset verify 'GPT-4.5' --note 'system card, section 2'\n  \
                  core-dataset verify GLM-4-Plus --developer Zhipu --undo"
)]
pub struct VerifyArgs {
    /// The model's name, any case; in quotes where it has spaces
    name: String,
    /// Which developer, where several have a model of that name
    #[arg(long, value_name = "NAME")]
    developer: Option<String>,
    /// Why: appended to the notes
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Clear the mark; notes stay
    #[arg(long)]
    undo: bool,
    /// Show the change and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Sets or clears the mark of one row, and appends a note.
pub(super) fn run(config: &Config, args: &VerifyArgs) -> Result<Exit> {
    let path = &config.paths.dataset;
    let lock = lock(config, args.dry_run)?;
    let snapshot = Snapshot::read(path)?;
    let dataset = load::existing_dataset(&snapshot)?;
    let row = lookup::find(&dataset, &args.name, args.developer.as_deref())
        .map_err(|trouble| anyhow!("{}: {trouble}", path.display()))?;
    let note = args.note.as_deref().filter(|note| !note.trim().is_empty());
    if !args.undo && note.is_none() && dataset.cell(row, Column::Notes).trim().is_empty() {
        warn!(
            "{}:{}: {}: verified without a note; say why with --note, the next curator will ask",
            path.display(),
            row.record.line,
            shown(dataset.cell(row, Column::Name))
        );
    }
    let verdict = if args.undo {
        Verdict::Withdrawn
    } else {
        Verdict::Confirmed
    };
    let plan = plan::verify(&dataset, row, verdict, note);
    let before = load::before(&load::journal(&config.paths.journal)?);
    execute(
        config,
        &plan,
        None,
        Execution {
            snapshot: &snapshot,
            lock,
            before,
            check: false,
            force: false,
        },
    )
}
