//! `core-dataset validate`: the findings about both files, what is wrong and what deserves a look. Nothing is changed.

mod cells;
mod codes;
mod files;
mod findings;
mod look_alikes;
mod records;
mod rows;

use anyhow::Result;
use clap::Args;

use self::codes::Code;
use self::findings::Findings;
use self::rows::AboutRow;
use super::print::print;
use super::{Exit, load};
use crate::config::{Config, Verbosity};
use crate::dataset::{Aliases, Dataset};
use crate::estimates::Latest;
use crate::store::Snapshot;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset validate --strict\n  core-dataset validate --ignore source_without_url --ignore orphaned\n\n\
                  Prints path:line: error|warning: column: name: message [code]"
)]
pub struct ValidateArgs {
    /// Exit 3 for warnings as well
    #[arg(long)]
    strict: bool,
    /// Leave out what has this code; may be given several times
    #[arg(long, value_name = "CODE", value_enum)]
    ignore: Vec<Code>,
    /// Show only what has this code (one of those above); may be given several times
    #[arg(long, value_name = "CODE", value_enum, hide_possible_values = true)]
    select: Vec<Code>,
}

/// Prints every finding. What stops other commands is a finding here.
pub(super) fn run(config: &Config, args: &ValidateArgs) -> Result<Exit> {
    let findings = findings(config).sorted(&config.paths.estimates, |code| {
        let is_selected = args.select.is_empty() || args.select.contains(&code);
        is_selected && !args.ignore.contains(&code)
    });
    let fails = findings.errors > 0 || (args.strict && findings.warnings > 0);
    print(config, &findings, |screen| match config.verbosity {
        // With --strict a run may fail for warnings alone, and no failure is silent.
        Verbosity::Quiet if fails && findings.errors == 0 => findings.counts(),
        Verbosity::Quiet => findings.errors_text(screen),
        _ => findings.text(screen),
    })?;
    Ok(if fails { Exit::Findings } else { Exit::Done })
}

/// Every finding, file by file.
fn findings(config: &Config) -> Findings {
    let (paths, today) = (&config.paths, config.now.date_naive());
    let mut findings = Findings::default();
    let snapshots = [&paths.aliases, &paths.decisions].map(|path| Snapshot::read(path));
    let [aliases, decisions] = &snapshots;
    let code = Code::AliasesRefused;
    let aliases = files::parsed(
        &mut findings,
        &paths.aliases,
        aliases,
        code,
        code,
        Aliases::parse,
    );
    let aliases = aliases.unwrap_or_else(Aliases::absent);
    let decisions = files::decisions(&mut findings, &paths.decisions, decisions, &aliases);
    let read = load::estimates_file(config);
    let estimates = files::estimates(&mut findings, &paths.estimates, read, &aliases);
    let latest = estimates
        .as_ref()
        .map(|estimates| Latest::of(estimates, &aliases));
    if let Some(estimates) = &estimates {
        files::saved_at(&mut findings, &paths.estimates, estimates, config.now);
        records::check(&mut findings, &paths.estimates, estimates, today);
    }
    let journal = files::journal(&mut findings, &paths.journal);
    let snapshot = Snapshot::read(&paths.dataset);
    let dataset = files::dataset(&mut findings, &paths.dataset, &snapshot, &journal, &aliases);
    let first = dataset
        .as_ref()
        .map(Dataset::first_rows)
        .unwrap_or_default();
    look_alikes::check(
        &mut findings,
        paths,
        dataset.as_ref().unwrap_or(&Dataset::absent()),
        &decisions,
        latest.as_ref().unwrap_or(&Latest::default()),
    );
    let Some(dataset) = &dataset else {
        return findings;
    };
    files::columns(&mut findings, &paths.dataset, dataset);
    files::marks(&mut findings, &paths.dataset, dataset, &journal);
    for row in &dataset.rows {
        let mut about = AboutRow {
            findings: &mut findings,
            path: &paths.dataset,
            dataset,
            row,
        };
        cells::check(&mut about, latest.as_ref(), today);
        rows::check(&mut about, &first, &decisions, latest.as_ref());
    }
    findings
}
