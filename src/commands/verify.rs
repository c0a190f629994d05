//! `core-dataset verify NAME`: a person's verdict on one row.

use anyhow::{Result, anyhow};
use tracing::warn;

use super::conclude::{Action, conclude};
use super::{Desk, Exit, load};
use crate::cli::VerifyOptions;
use crate::lookup;
use crate::plan::{self, Verdict};
use crate::schema::Column;
use crate::store::Snapshot;
use crate::text::shown;

/// Sets or clears the mark of one row, and appends a note.
pub(super) fn run(desk: &mut Desk<'_>, options: &VerifyOptions) -> Result<Exit> {
    let path = &desk.config.paths.dataset;
    let snapshot = Snapshot::read(path)?;
    let dataset = load::existing_dataset(&snapshot)?;
    let row = lookup::find(&dataset, &options.name, options.developer.as_deref())
        .map_err(|trouble| anyhow!("{}: {trouble}", path.display()))?;
    let note = options
        .note
        .as_deref()
        .filter(|note| !note.trim().is_empty());
    if note.is_some() && dataset.header.place(Column::Notes).is_none() {
        return Err(anyhow!(
            "{}: there is no column `notes` yet; a refresh appends it",
            path.display()
        ));
    }
    if !options.undo && note.is_none() && !row.noted {
        warn!(
            "{}:{}: {}: verified without a note; say why with --note, the next curator will ask",
            path.display(),
            row.record.line,
            shown(&dataset.cell(row, Column::Name))
        );
    }
    let verdict = if options.undo {
        Verdict::Withdrawn { note }
    } else {
        Verdict::Confirmed { note }
    };
    let plan = plan::verify(&dataset, row, verdict);
    conclude(
        desk,
        &plan,
        None,
        &snapshot,
        Action {
            preview: options.dry_run,
            ..Action::default()
        },
    )
}
