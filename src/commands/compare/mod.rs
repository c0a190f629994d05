//! `core-dataset compare FILE`: the dataset against Epoch AI's public table of models.

mod commands;
mod text;

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use clap::Args;
use tracing::warn;

use super::Exit;
use super::load::{self, Files};
use super::print::{csv_text, print, print_unless_quiet};
use crate::config::{Config, Format};
use crate::epoch::{Comparison, Ours, PublicTable, WHERE};
use crate::estimates::{Estimates, Latest};
use crate::flop::Flop;
use crate::terminal::listed;

/// The description of the command in its long help.
pub const LONG_ABOUT: &str = "Compare the dataset with Epoch AI's public table of models\n\n\
    FILE is one of their CSV files, as downloaded from https://epoch.ai/data: notable_ai_models, large_scale_ai_models, \
    frontier_ai_models, all_ai_models. Models match by name and developer, by alias, or by names that look alike; a match by \
    name only is listed apart. A model of theirs that does not belong here is kept out by `dismiss NAME --developer D \
    --note WHY`. Nothing is downloaded and nothing is written.";

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset compare notable_ai_models.csv\n  \
        core-dataset compare notable_ai_models.csv --check\n  \
        core-dataset compare notable_ai_models.csv --format csv > both.csv"
)]
pub struct CompareArgs {
    /// Their CSV file
    file: PathBuf,
    /// List models that have at least this much training FLOP on either side
    #[arg(
        long,
        value_name = "FLOP",
        allow_negative_numbers = true,
        default_value = "1e25"
    )]
    min_flop: Flop,
    /// Compare the latest estimates instead of the dataset
    #[arg(long)]
    estimates: bool,
    /// Exit 3 if two numbers lie on opposite sides of 1e25, or if Epoch AI has a model that we lack and have not dismissed
    #[arg(long)]
    check: bool,
}

/// The columns of the comparison as CSV, in the order of behaviour §11, and last the decision on a model of theirs.
const COLUMNS: &str = "match,name,developer,their_name,their_organization,flop,their_flop,factor,across,within_theirs,\
    confidence,their_confidence,verified,release_date,their_date,dismissed";

pub(crate) fn run(config: &Config, args: &CompareArgs) -> Result<Exit> {
    let table = public_table(&args.file)?;
    let files = Files::read(config)?;
    let (dataset, decisions, aliases) = if args.estimates {
        files.curated()?
    } else {
        files.existing()?
    };
    let estimates = match load::estimates(config, &aliases) {
        // The dataset can be compared without the estimates.
        Err(_) if !args.estimates => Estimates::default(),
        read => read?,
    };
    let latest = Latest::of(&estimates, &aliases);
    let ours = if args.estimates {
        Ours::of_estimates(&latest)
    } else {
        Ours::of_dataset(&dataset)
    };
    let candidates = latest.candidates();
    let candidates = candidates.map(|estimate| (estimate.key.clone(), "a refresh adds it"));
    let rows = dataset.rows.iter();
    let rows = rows.map(|row| (row.model().clone(), "a row matches"));
    let elsewhere = candidates.chain(rows).collect();
    let file = args.file.to_string_lossy();
    let comparison = Comparison::of(
        &ours,
        &table,
        &aliases,
        &decisions,
        elsewhere,
        args.min_flop,
        &file,
    );
    let data_dir = config.data_dir.as_deref();
    let text = |screen| match config.format {
        Format::Csv => csv_text(COLUMNS, &comparison.entries),
        _ => text::text(&comparison, args.min_flop, data_dir, screen),
    };
    if args.check && comparison.has_findings() {
        print(config, &comparison, text)?;
        return Ok(Exit::Findings);
    }
    print_unless_quiet(config, &comparison, text)?;
    Ok(Exit::Done)
}

/// Reads one of their tables, and warns of cells that cannot be read, which count as blank.
pub(super) fn public_table(path: &Path) -> Result<PublicTable> {
    let file = path.display();
    let hint = format!("; Epoch AI's tables can be downloaded from {WHERE}");
    let bytes = load::named_file(path, &hint)?;
    let table = PublicTable::parse(&bytes).map_err(|unreadable| anyhow!("{file}:{unreadable}"))?;
    if !table.faults.is_empty() {
        let count = table.faults.len();
        let faults = listed(&table.faults);
        warn!(
            "{file}: cells that cannot be read count as blank, and rows without a name are skipped ({count}): {faults}"
        );
    }
    Ok(table)
}
