//! `core-dataset validate`: both files checked, nothing changed.

use anyhow::Result;

use super::load::{self, EstimatesFile};
use super::{Desk, Exit};
use crate::cli::ValidateOptions;
use crate::dataset::Dataset;
use crate::estimates::Estimates;
use crate::queue::Latest;
use crate::store::Snapshot;
use crate::validate::Findings;

/// Prints every finding. What stops other commands is a finding here.
pub(super) fn run(desk: &mut Desk<'_>, options: &ValidateOptions) -> Result<Exit> {
    let paths = &desk.config.paths;
    let mut findings = Findings::default();
    let file = EstimatesFile::open(&paths.estimates, desk.progress)
        .map_err(|error| {
            let message = load::without_path(&error, &paths.estimates);
            findings.estimates_missing(&paths.estimates, message);
        })
        .ok();
    let estimates = file.and_then(|file| {
        Estimates::read(&file)
            .map_err(|refused| findings.estimates_refused(&paths.estimates, &refused))
            .ok()
    });
    if let Some(estimates) = &estimates {
        findings.rejected(&paths.estimates, &estimates.rejected);
    }
    let latest = estimates.as_ref().map(Latest::of);
    let snapshot = Snapshot::read(&paths.dataset)
        .map_err(|error| {
            findings.dataset_unreadable(&paths.dataset, load::without_path(&error, &paths.dataset))
        })
        .ok();
    let bytes = snapshot.as_ref().map(|snapshot| snapshot.bytes.as_deref());
    match bytes {
        Some(None) if paths.journal.exists() => findings.dataset_deleted(&paths.dataset),
        None | Some(None) => {}
        Some(Some(bytes)) => match Dataset::parse(bytes) {
            Err(refusal) => findings.dataset_refused(&paths.dataset, &refusal),
            Ok(dataset) => {
                findings.dataset(
                    &paths.dataset,
                    &dataset,
                    latest.as_ref(),
                    desk.occasion.at.date_naive(),
                );
            }
        },
    }
    desk.print(&findings, |screen| findings.text(screen))?;
    let fails = findings.errors > 0 || (options.strict && findings.warnings > 0);
    Ok(if fails { Exit::Findings } else { Exit::Done })
}
