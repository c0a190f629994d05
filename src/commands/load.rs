//! Loading, with messages that name file, line and remedy. Every command reads through here.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use tracing::warn;

use crate::config::Config;
use crate::dataset::{Dataset, Mark};
use crate::estimates::{Estimates, Rejected};
use crate::journal::{self, JournalEntry};
use crate::schema::Column;
use crate::store::{self, Snapshot};
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

/// Names every record that is passed over.
pub(super) fn warn_of_rejected(path: &Path, rejected: &[Rejected]) {
    for one in rejected {
        let name = one.name.as_deref().map_or("(no name)".into(), shown);
        warn!(
            "{}:{}: models[{}] {name}: {}: {}: {}; the record is passed over",
            path.display(),
            one.line,
            one.index,
            one.field,
            shown(&one.value),
            one.reason
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
            shown(dataset.cell(row, Column::Name)),
            shown(dataset.cell(row, Column::Verified))
        );
    }
}

/// The entries of the journal, newest first; none where there is no journal yet. Lines that cannot be read are named. A line that a
/// crash has torn within a character is one of those, and no reason to read none of the others.
pub(super) fn journal(path: &Path) -> Result<Vec<JournalEntry<'static>>> {
    let bytes = Snapshot::read(path)?.bytes.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let entries = journal::entries(&text, |line| {
        warn!(
            "{}:{line}: this line cannot be read (torn by a crash?) and is passed over",
            path.display()
        );
    });
    Ok(entries.collect())
}
