//! Loading, with messages that name file, line and remedy. Every command reads through here.

use std::fs::File;
use std::io;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use rustix::buffer::spare_capacity;
use tracing::warn;

use crate::dataset::{Dataset, Mark};
use crate::estimates::{Estimates, Refused, Rejected, Source};
use crate::history::{self, Run};
use crate::progress::Progress;
use crate::schema::Column;
use crate::store::{self, Snapshot};
use crate::text::shown;

/// What an error says, without the path that its message begins with: a finding has the path already.
pub(super) fn without_path(error: &anyhow::Error, path: &Path) -> String {
    let message = format!("{error:#}");
    message
        .strip_prefix(&format!("{}: ", path.display()))
        .unwrap_or(&message)
        .to_owned()
}

/// The estimates' file, read under the eyes of who waits.
pub(super) struct EstimatesFile<'p> {
    file: File,
    len: u64,
    progress: &'p Progress,
}

impl EstimatesFile<'_> {
    /// Opens it; a missing one is an error.
    pub(super) fn open<'p>(path: &Path, progress: &'p Progress) -> Result<EstimatesFile<'p>> {
        let found = store::find(path)?.ok_or_else(|| {
            anyhow!(
                "{}: not found; name the data directory with --data-dir DIR or CORE_DATASET_DATA_DIR",
                path.display()
            )
        })?;
        let file =
            File::open(path).with_context(|| format!("{}: cannot be read", path.display()))?;
        progress.expect(found.len());
        Ok(EstimatesFile {
            file,
            len: found.len(),
            progress,
        })
    }
}

impl Source for EstimatesFile<'_> {
    fn len(&self) -> u64 {
        self.len
    }

    fn append_at(&self, offset: u64, bytes: &mut Vec<u8>) -> io::Result<usize> {
        let read = rustix::io::pread(&self.file, spare_capacity(bytes), offset)?;
        self.progress.advance(read as u64);
        Ok(read)
    }
}

/// The records of the estimates; a refusal names line and column.
pub(super) fn estimates(path: &Path, progress: &Progress) -> Result<Estimates> {
    Estimates::read(&EstimatesFile::open(path, progress)?).map_err(|refused| match refused {
        Refused::Unreadable(_) => anyhow!("{}: {refused}", path.display()),
        Refused::Malformed { line, column, .. } => anyhow!(
            "{}:{line}:{column}: {refused}; fetch the estimates again, nothing was written",
            path.display()
        ),
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
            shown(&dataset.cell(row, Column::Name)),
            shown(&dataset.cell(row, Column::Verified))
        );
    }
}

/// The text of the journal; empty where there is none yet. A line that a crash has torn within a character is text that cannot be read,
/// no reason to read none of the others.
pub(super) fn journal_text(path: &Path) -> Result<String> {
    let bytes = Snapshot::read(path)?.bytes.unwrap_or_default();
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// The runs of the journal, newest first. Lines that cannot be read are named.
pub(super) fn journal_runs(path: &Path, journal: &str) -> impl Iterator<Item = Run> {
    history::runs(journal, move |line| {
        warn!(
            "{}:{line}: this line cannot be read (torn by a crash?) and is passed over",
            path.display()
        );
    })
}
