//! `core-dataset validate`: finds what is wrong in all the files and what deserves a look. Nothing is changed.

mod codes;
mod files;
mod findings;
mod look_alikes;
mod rows;

use std::collections::HashMap;

use anyhow::Result;
use clap::Args;

use self::codes::Code;
use self::findings::Findings;
use self::rows::AboutRow;
use super::Exit;
use super::load::DELETED;
use super::print::print;
use crate::config::Config;
use crate::dataset::{Aliases, Dataset};
use crate::estimates::Latest;
use crate::journal;
use crate::plan;
use crate::store::Snapshot;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset validate --strict\n  core-dataset validate --ignore source_without_url,orphaned\n\n\
                  Each finding is printed as path:line: error|warning: column: name: message [code], with column and name if there are any."
)]
pub struct ValidateArgs {
    /// Also exit 3 for warnings
    #[arg(long)]
    strict: bool,
    /// Leave out findings with these codes, separated by commas; the exit code counts the rest
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    ignore: Vec<Code>,
    /// Show only findings with these codes, which are listed above
    #[arg(
        long,
        value_name = "CODES",
        value_delimiter = ',',
        hide_possible_values = true
    )]
    select: Vec<Code>,
}

/// Prints every finding. A fault that stops other commands is a finding here.
pub(crate) fn run(config: &Config, args: &ValidateArgs) -> Result<Exit> {
    let findings = all_findings(config).sorted(|code| {
        let is_selected = args.select.is_empty() || args.select.contains(&code);
        is_selected && !args.ignore.contains(&code)
    });
    let fails = findings.errors > 0 || (args.strict && findings.warnings > 0);
    print(config, &findings, |screen| {
        findings.text(screen, config.is_quiet, fails)
    })?;
    Ok(if fails { Exit::Findings } else { Exit::Done })
}

fn all_findings(config: &Config) -> Findings {
    let (paths, today) = (&config.paths, config.now.date_naive());
    let mut findings = Findings::default();
    let found = &mut findings;
    let snapshots = [&paths.aliases, &paths.decisions, &paths.dataset];
    let [aliases, decisions, dataset] = &snapshots.map(|path| Snapshot::read(path));
    let refused = Code::AliasesRefused;
    let aliases = files::parsed(found, &paths.aliases, aliases, refused, Aliases::parse)
        .unwrap_or_else(Aliases::absent);
    let decisions = files::decisions(found, &paths.decisions, decisions, &aliases);
    let journal = files::journal(found, &paths.journal);
    let estimates = files::estimates(found, config, &aliases, &journal);
    files::records(found, &paths.estimates, &estimates, today);
    let latest = Latest::of(&estimates, &aliases);
    // A dataset that was never written is not a finding.
    if matches!(dataset, Ok(Snapshot { bytes: None, .. })) && journal::has_counted_rows(&journal) {
        found.add(Code::DatasetDeleted, &paths.dataset, 1, DELETED);
    }
    let refused = Code::DatasetRefused;
    let dataset = &files::parsed(found, &paths.dataset, dataset, refused, Dataset::parse)
        .unwrap_or_else(Dataset::absent)
        .with_aliases(&aliases);
    let plan = plan::refresh(dataset, &decisions, &latest);
    look_alikes::check(found, paths, &plan, &latest);
    if dataset.table.header.raw().is_some() {
        files::dataset(found, &paths.dataset, dataset, &journal);
    }
    let mut first_rows = HashMap::new();
    for row in &dataset.rows {
        let first = *first_rows.entry(row.model()).or_insert(row);
        let mut about = AboutRow {
            findings: found,
            path: &paths.dataset,
            dataset,
            row,
        };
        rows::check(&mut about, first, &decisions, &latest, today);
    }
    findings
}
