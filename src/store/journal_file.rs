//! The journal as a file: opened before anything is replaced, appended to afterwards.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::platform::{self, For, Inherit};
use super::{Lock, directory_of, find};

/// The journal, open for appending.
///
/// A new one has the access of the dataset. It goes again if nothing is appended to it.
#[derive(Debug)]
pub struct JournalFile {
    file: File,
    path: PathBuf,
    /// Whether it was made by this run, and nothing is in it yet.
    is_new: bool,
    /// What a new journal does not have of the dataset's access, as warnings.
    pub warnings: Vec<String>,
}

impl JournalFile {
    /// Opens the journal for appending, and makes it where there is none.
    ///
    /// # Errors
    /// When it cannot be opened or made, or is no regular file.
    pub fn open(path: &Path, lock: &Lock) -> Result<JournalFile> {
        let mut warnings = Vec::new();
        let is_new = find(path)?.is_none();
        let cannot = || {
            format!(
                "{}: the journal cannot be written, and nothing is written without it",
                path.display()
            )
        };
        let file = if !is_new {
            let mut options = OpenOptions::new();
            options.read(true).append(true).open(path)
        } else if find(lock.dataset())?.is_some() {
            create_like(path, lock.dataset(), &mut warnings)
        } else {
            platform::create(path, For::Anybody)
        };
        Ok(JournalFile {
            file: file.with_context(cannot)?,
            path: path.to_owned(),
            is_new,
            warnings,
        })
    }

    /// Appends a line and syncs it. A last line that a crash has torn is closed first, so that the new one stands alone.
    ///
    /// # Errors
    /// When it cannot be written or synced.
    pub fn append(&mut self, line: &[u8]) -> Result<()> {
        let mut append = || -> io::Result<()> {
            if is_torn(&mut self.file)? {
                self.file.write_all(b"\n")?;
            }
            self.file.write_all(line)?;
            self.file.sync_all()?;
            if self.is_new {
                File::open(directory_of(&self.path))?.sync_all()?;
            }
            self.is_new = false;
            Ok(())
        };
        append().with_context(|| format!("{}: cannot be written", self.path.display()))
    }
}

impl Drop for JournalFile {
    fn drop(&mut self) {
        let is_empty = || self.file.metadata().is_ok_and(|found| found.len() == 0);
        if self.is_new && is_empty() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn create_like(path: &Path, dataset: &Path, warnings: &mut Vec<String>) -> io::Result<File> {
    let file = platform::create(path, For::OwnerOnly)?;
    let lacks = File::open(dataset)
        .and_then(|dataset| platform::inherit(&dataset, &file, Inherit::Access))
        .inspect_err(|_| super::discard(path))?;
    warnings.extend(super::lack_warnings(path, &lacks));
    Ok(file)
}

/// Whether the last line has no end.
fn is_torn(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}
