//! `core-dataset reapply FILE`: brings human work back from an older copy.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use clap::Args;

use super::Exit;
use super::execute::{Session, WriteArgs};
use super::load;
use crate::config::Config;
use crate::dataset::Dataset;
use crate::plan;

/// The description of the command in its long help.
pub const LONG_ABOUT: &str = "Bring marks and human text back from a backup, or any older copy of the dataset\n\n\
    Marks and their numbers return to rows that are unmarked today, and human text returns where there is none. Columns that the \
    copy lacks stay as they are. If today's dataset has other human work for the same model, that work stays, the conflict is \
    listed, and the exit code is 3.";

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  core-dataset reapply --dry-run \\\n      data/clean/above_1e25_flop.csv.20250815T060000Z.bak"
)]
pub struct ReapplyArgs {
    /// The older copy: a file, a pipe, or - for stdin
    file: PathBuf,
    #[command(flatten)]
    write: WriteArgs,
}

pub(crate) fn run(config: &Config, args: &ReapplyArgs) -> Result<Exit> {
    let hint = "; backups are beside the dataset, and their names end in .bak";
    let older = load::named_file(&args.file, hint)?;
    let session = Session::begin(config, args.write)?;
    let (mut dataset, decisions, aliases) = session.files.curated()?;
    let older = Dataset::parse_copy(&older, &dataset)
        .map_err(|refusal| anyhow!("{}:{refusal}", args.file.display()))
        .context("the older copy cannot be read")?
        .with_aliases(&aliases);
    for column in plan::missing_columns(&dataset, &older) {
        dataset.table.header.append(column);
    }
    let plan = plan::reapply(&dataset, &older, &decisions);
    let estimates = load::estimates(config, &aliases).ok();
    session.carry_out_curated(&plan, &aliases, estimates.as_ref())
}
