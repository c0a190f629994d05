//! `core-dataset reapply FILE`: human work returns from an older copy.

use anyhow::{Context, Result, bail};
use tracing::warn;

use super::conclude::{Action, conclude};
use super::{Desk, Exit, load};
use crate::cli::ReapplyOptions;
use crate::plan;
use crate::store::Snapshot;
use crate::text::shown;

/// Brings human work back from `options.file`.
pub(super) fn run(desk: &mut Desk<'_>, options: &ReapplyOptions) -> Result<Exit> {
    let (older, today) = (
        Snapshot::read(&options.file)?,
        Snapshot::read(&desk.config.paths.dataset)?,
    );
    if older.bytes.is_none() {
        bail!(
            "{}: not found; backups stand beside the dataset, their names end in .bak",
            options.file.display()
        );
    }
    let older = load::dataset(&older).context("the older copy cannot be read")?;
    let dataset = load::dataset(&today).map_err(|refused| load::mend(&refused))?;
    for column in plan::left_behind(&dataset, &older) {
        warn!(
            "{}: its column \"{}\" stays behind: the dataset has none; add it to the header, then run this again",
            options.file.display(),
            shown(column)
        );
    }
    let plan = plan::reapply(&dataset, &older);
    conclude(
        desk,
        &plan,
        None,
        &today,
        Action {
            preview: options.dry_run,
            ..Action::default()
        },
    )
}
