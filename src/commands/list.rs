//! `core-dataset list`: the review queue.

use anyhow::Result;

use super::{Desk, Exit, load};
use crate::cli::{Format, ListOptions, Verbosity};
use crate::queue::{self, Latest};
use crate::report::List;
use crate::store::Snapshot;

/// Lists the rows that are asked for.
pub(super) fn run(desk: &mut Desk<'_>, options: &ListOptions) -> Result<Exit> {
    let paths = &desk.config.paths;
    let snapshot = Snapshot::read(&paths.dataset)?;
    let dataset = load::existing_dataset(&snapshot)?;
    let asks = options.filter.needs_estimates();
    let estimates = asks
        .then(|| load::estimates(&paths.estimates, desk.progress))
        .transpose()?
        .unwrap_or_default();
    let latest = Latest::of(&estimates);
    let mut rows = queue::select(&dataset, &latest, &options.filter, options.sort);
    let total = rows.len();
    rows.truncate(options.limit.unwrap_or(usize::MAX));
    let list = List {
        dataset: &dataset,
        rows: &rows,
        total,
    };
    let verbose = desk.config.verbosity == Verbosity::Verbose;
    let csv = desk.config.format == Format::Csv;
    desk.print(&list, |screen| {
        if csv {
            list.csv()
        } else {
            list.text(screen, verbose)
        }
    })?;
    Ok(Exit::Done)
}
