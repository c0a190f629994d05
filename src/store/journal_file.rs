//! The journal as a file: opened before anything is replaced, appended to afterwards.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::platform::create_like;
use super::{At, Lock, directory_of, discard, find, sync};

/// The journal, open for appending.
///
/// A new one has the access of the dataset. It goes again if nothing is appended to it.
#[derive(Debug)]
pub(super) struct JournalFile {
    file: File,
    path: PathBuf,
    /// Whether it was made by this run.
    is_new: bool,
}

impl JournalFile {
    /// Opens the journal for appending, and makes it where there is none.
    pub fn open(path: &Path, lock: &Lock) -> Result<JournalFile> {
        let is_new = find(path)?.is_none();
        let file = if is_new {
            create_like(path, &lock.dataset, path)
        } else {
            OpenOptions::new().read(true).append(true).open(path)
        };
        Ok(JournalFile {
            file: file.at(
                path,
                "the journal cannot be written, and nothing is written without it",
            )?,
            path: path.to_owned(),
            is_new,
        })
    }

    /// Appends a line and syncs it. A last line that a crash has torn is closed first, so that the new one stands alone.
    pub fn append(&mut self, line: &[u8]) -> Result<()> {
        let mut append = || -> io::Result<()> {
            if is_torn(&mut self.file)? {
                self.file.write_all(b"\n")?;
            }
            self.file.write_all(line)?;
            self.file.sync_all()?;
            if self.is_new {
                sync(&directory_of(&self.path))?;
            }
            Ok(())
        };
        append().at(&self.path, "cannot be written")
    }
}

impl Drop for JournalFile {
    fn drop(&mut self) {
        let is_empty = self.file.metadata().is_ok_and(|found| found.len() == 0);
        if self.is_new && is_empty {
            discard(&self.path);
        }
    }
}

/// Whether the last line has no end.
fn is_torn(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}
