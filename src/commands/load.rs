//! Loading, with messages that name file, line and remedy. Every command reads through here.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use tracing::warn;

use crate::config::Config;
use crate::dataset::{Dataset, Mark};
use crate::estimates::{Estimates, Rejected};
use crate::journal::{self, JournalEntry, Unreadable};
use crate::plan::{Before, Mode, Plan};
use crate::schema::Column;
use crate::store::{self, Snapshot};
use crate::terminal::bounded;
use crate::text::shown;

/// The bytes of the estimates' file; a missing one is an error.
pub(super) fn estimates_bytes(config: &Config) -> Result<Vec<u8>> {
    let path = &config.paths.estimates;
    config.progress.set_message("reading the estimates");
    store::find(path)?.ok_or_else(|| {
        anyhow!(
            "{}: not found; name the data directory with --data-dir DIR or CORE_DATASET_DATA_DIR",
            path.display()
        )
    })?;
    fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))
}

/// The records of the estimates; a refusal names line and column.
pub(super) fn estimates<'t>(path: &Path, bytes: &'t [u8]) -> Result<Estimates<'t>> {
    Estimates::parse(bytes).map_err(|refused| {
        anyhow!(
            "{}:{}:{}: {refused}; nothing was written",
            path.display(),
            refused.line,
            refused.column
        )
    })
}

/// The dataset as it stands, or one that is yet to be written.
pub(super) fn dataset(snapshot: &Snapshot) -> Result<Dataset<'_>> {
    let Some(bytes) = &snapshot.bytes else {
        return Ok(Dataset::absent());
    };
    Dataset::parse(bytes)
        .map_err(|refusal| anyhow!("{}:{}: {refusal}", snapshot.path.display(), refusal.line))
}

/// What to do about a dataset that is refused.
pub(super) fn mend(refused: &anyhow::Error) -> anyhow::Error {
    anyhow!(
        "{refused:#}. The file is untouched: mend it, or restore it, the last good version is in git"
    )
}

/// The dataset as it stands, for commands that have nothing to do without one.
pub(super) fn existing_dataset(snapshot: &Snapshot) -> Result<Dataset<'_>> {
    if snapshot.bytes.is_none() {
        bail!(
            "{}: there is no dataset yet; `core-dataset` makes one from the estimates, and --data-dir DIR or \
             CORE_DATASET_DATA_DIR names another place",
            snapshot.path.display()
        );
    }
    dataset(snapshot).map_err(|refused| mend(&refused))
}

/// Names every record that is passed over, every field that counts as absent, and a `saved_at` that cannot be read.
pub(super) fn warn_of_faults(path: &Path, estimates: &Estimates<'_>) {
    let warn_of = |faults: &[Rejected], what: &str| {
        for one in faults {
            warn!(
                "{}:{}: models[{}] {}: {}: {}: {}; {what}",
                path.display(),
                one.line,
                one.index,
                one.name
                    .as_deref()
                    .map_or_else(|| "(no name)".to_owned(), bounded),
                one.field,
                shown(&one.value),
                one.reason
            );
        }
    };
    warn_of(&estimates.rejected, "the record is passed over");
    warn_of(
        &estimates.ignored_fields,
        "the field is ignored, the record counts",
    );
    if let Some(value) = &estimates.saved_at_unreadable {
        warn!(
            "{}: metadata: saved_at: {}: expected a date, such as 2025-08-15T20:32:45; it counts as none",
            path.display(),
            shown(value)
        );
    }
}

/// Names every training FLOP that is no number, in rows that stay as they are.
pub(super) fn warn_of_unreadable(path: &Path, plan: &Plan<'_>) {
    for (row, text) in plan.unreadable() {
        warn!(
            "{}:{}: {}: training_flop is \"{}\", which is no number; the row counts as one without",
            path.display(),
            row.record.line,
            bounded(plan.dataset.cell(row, Column::Name)),
            bounded(text)
        );
    }
}

/// Names every row that is kept for a mark that nobody defined.
pub(super) fn warn_of_protected(path: &Path, dataset: &Dataset<'_>) {
    for row in dataset
        .rows
        .iter()
        .filter(|row| row.mark == Mark::Protected)
    {
        warn!(
            "{}:{}: {}: verified is \"{}\", neither y nor blank; the row is kept as it is",
            path.display(),
            row.record.line,
            bounded(dataset.cell(row, Column::Name)),
            bounded(dataset.cell(row, Column::Verified))
        );
    }
}

/// What the journal says of the runs before.
pub(super) fn before(journal: &[JournalEntry<'_>]) -> Before {
    let refreshes = [Mode::Refresh.name(), Mode::Reset.name()];
    let mut saved = journal
        .iter()
        .filter(|entry| refreshes.contains(&&*entry.mode));
    Before {
        marked: journal.first().map(JournalEntry::marked),
        estimates_saved_at: saved
            .find_map(|entry| entry.estimates_saved_at.as_deref().map(str::to_owned)),
    }
}

/// The entries of the journal, newest first; none where there is no journal yet. Lines that cannot be read are named.
pub(super) fn journal(path: &Path) -> Result<Vec<JournalEntry<'static>>> {
    let bytes = Snapshot::read(path)?.bytes.unwrap_or_default();
    Ok(journal::entries(
        &String::from_utf8_lossy(&bytes),
        |line, why| {
            let path = path.display();
            match why {
                Unreadable::Torn => {
                    warn!(
                        "{path}:{line}: this line cannot be read (torn by a crash?) and is passed over"
                    );
                }
                Unreadable::ConflictMarker => {
                    warn!(
                        "{path}:{line}: an unresolved merge: keep the entries of both sides, and remove git's lines"
                    );
                }
            }
        },
    ))
}
