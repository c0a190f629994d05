//! `core-dataset [refresh]`: load → dedup → classify → plan → conclude.

use std::mem::ManuallyDrop;

use anyhow::Result;
use tracing::{debug, warn};

use super::conclude::{Action, conclude};
use super::{Desk, Exit, load};
use crate::cli::RefreshOptions;
use crate::cores;
use crate::dataset::Dataset;
use crate::dedup::Unique;
use crate::plan::{self, Input};
use crate::store::Snapshot;

/// From this many bytes on it pays to parse the dataset while the estimates' text is checked.
const LARGE_DATASET: usize = 1 << 20;

/// Refreshes or resets the dataset.
pub(super) fn run(desk: &mut Desk<'_>, options: &RefreshOptions) -> Result<Exit> {
    let paths = &desk.config.paths;
    desk.progress.stage("reading");
    let bytes = load::estimates_bytes(&paths.estimates, desk.progress)?;
    let snapshot = Snapshot::read(&paths.dataset)?;
    desk.progress.stage("parsing");
    let large = snapshot
        .bytes
        .as_ref()
        .is_some_and(|bytes| bytes.len() >= LARGE_DATASET);
    let (dataset, text) = cores::both(
        large,
        || load::dataset(&snapshot),
        || load::utf8(&paths.estimates, &bytes),
    );
    // Freed by the end of the process: handing a million records back one by one is time that nobody gains from.
    let estimates = ManuallyDrop::new(load::estimates(&paths.estimates, text?)?);
    let dataset = match dataset {
        Err(refused) if options.reset => {
            warn!("{refused:#}");
            warn!("the reset goes on without it; the backup will hold it as it is");
            Dataset::absent()
        }
        dataset => dataset?,
    };
    load::warn_of_rejected(&paths.estimates, &estimates.rejected);
    desk.progress.stage("planning");
    let unique = Unique::of(&estimates.usable);
    let plan = ManuallyDrop::new(if options.reset {
        plan::reset(&dataset, &unique, options.include_unestimated)
    } else {
        load::warn_of_protected(&paths.dataset, &dataset);
        plan::refresh(
            &dataset,
            &unique,
            &estimates.rejected,
            options.include_unestimated,
        )
    });
    debug!(
        "{} rows planned, {} leave",
        plan.lines.len(),
        plan.leaving()
    );
    let input = Input::of(&estimates, &unique, options.include_unestimated);
    let action = Action {
        preview: options.is_preview(),
        check: options.check,
        force: options.force,
    };
    conclude(desk, &plan, Some(&input), &snapshot, action)
}
