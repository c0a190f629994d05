//! `core-dataset stats`: how far along the curation is.

use anyhow::Result;

use super::{Desk, Exit, load};
use crate::queue::Latest;
use crate::stats::{self, Stats};
use crate::store::Snapshot;

/// Measures the dataset.
pub(super) fn run(desk: &mut Desk<'_>) -> Result<Exit> {
    let paths = &desk.config.paths;
    let snapshot = Snapshot::read(&paths.dataset)?;
    let dataset = load::existing_dataset(&snapshot)?;
    let estimates = load::estimates(&paths.estimates, desk.progress)?;
    let journal = load::journal_text(&paths.journal)?;
    let stats = Stats::of(
        &dataset,
        &Latest::of(&estimates),
        load::journal_runs(&paths.journal, &journal),
    );
    desk.print(&stats, |screen| stats::text(&stats, screen))?;
    Ok(Exit::Done)
}
