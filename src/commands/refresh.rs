//! `core-dataset [refresh]`: load → dedup → classify → plan → conclude.

use std::mem::ManuallyDrop;

use anyhow::{Result, bail};
use tracing::{debug, warn};

use super::conclude::{Action, conclude};
use super::{Desk, Exit, load};
use crate::cli::RefreshOptions;
use crate::cores;
use crate::dataset::Dataset;
use crate::dedup::Unique;
use crate::plan::{self, Input};
use crate::store::Snapshot;

/// Refreshes or resets the dataset.
pub(super) fn run(desk: &mut Desk<'_>, options: &RefreshOptions) -> Result<Exit> {
    let paths = &desk.config.paths;
    desk.progress.stage("reading");
    let mut snapshot = None;
    let (dataset, estimates) = cores::both(
        || {
            let snapshot = snapshot.insert(Snapshot::read(&paths.dataset)?);
            anyhow::Ok((&*snapshot, load::dataset(snapshot)))
        },
        || load::estimates(&paths.estimates, desk.progress),
    );
    // Freed by the end of the process: handing a million records back one by one is time that nobody gains from.
    let estimates = ManuallyDrop::new(estimates?);
    let (snapshot, dataset) = dataset?;
    let dataset = match dataset {
        Err(refused) if options.reset => {
            warn!("{refused:#}");
            warn!("the reset goes on without it; the backup will hold it as it is");
            Dataset::unread(snapshot.bytes.as_deref().unwrap_or_default())
        }
        Err(refused) => bail!(
            "{}. (As a last resort --reset writes it afresh: every mark and note then is in the backup only.)",
            load::mend(&refused)
        ),
        Ok(dataset) => dataset,
    };
    if snapshot.bytes.is_none() && paths.journal.exists() {
        warn!(
            "{}: not there, but its journal is: was it deleted? Then restore it; a new one holds no mark and no note",
            paths.dataset.display()
        );
    }
    load::warn_of_rejected(&paths.estimates, &estimates.rejected);
    desk.progress.stage("planning");
    let unique = Unique::of(&estimates);
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
    conclude(desk, &plan, Some(&input), snapshot, action)
}
