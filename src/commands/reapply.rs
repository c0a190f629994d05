//! `core-dataset reapply FILE`: human work returns from an older copy.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use tracing::warn;

use super::execute::{Permission, execute};
use super::{Exit, load};
use crate::config::Config;
use crate::plan;
use crate::store::Snapshot;
use crate::text::shown;

/// The flags of a reapply.
#[derive(Debug, Args)]
#[command(
    long_about = "Bring marks and notes back from a backup, or any older copy of the dataset\n\n\
        Verified and protected rows return byte for byte, notes return to rows that have none. Where today's dataset holds other \
        human work for the same model, today's stays, the conflict is listed, and the exit code is 3.",
    after_help = "Example:\n  core-dataset reapply data/clean/above_1e25_flop.csv.20250815T060000Z.bak --dry-run"
)]
pub struct ReapplyArgs {
    /// The older copy
    file: PathBuf,
    /// Show what would change and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Brings human work back from the older copy.
pub(super) fn run(config: &Config, args: &ReapplyArgs) -> Result<Exit> {
    let (older, today) = (
        Snapshot::read(&args.file)?,
        Snapshot::read(&config.paths.dataset)?,
    );
    if older.bytes.is_none() {
        bail!(
            "{}: not found; backups stand beside the dataset, their names end in .bak",
            args.file.display()
        );
    }
    let older = load::dataset(&older).context("the older copy cannot be read")?;
    let dataset = load::dataset(&today).map_err(|refused| load::mend(&refused))?;
    for column in plan::left_behind(&dataset, &older) {
        warn!(
            "{}: its column \"{}\" stays behind: the dataset has none; add it to the header, then run this again",
            args.file.display(),
            shown(column)
        );
    }
    let plan = plan::reapply(&dataset, &older);
    let may = Permission {
        preview: args.dry_run,
        ..Permission::default()
    };
    execute(config, &plan, None, &today, may)
}
