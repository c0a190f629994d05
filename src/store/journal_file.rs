//! The journal as a file: opened before anything is replaced, appended to afterwards.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::Result;

use super::platform::create_like;
use super::{Lock, PathContext, is_present};

/// Opens the journal for appending. If there is none, it is created with the access rights of the dataset.
pub(super) fn open(path: &Path, lock: &Lock) -> Result<File> {
    let opened = if is_present(path)? {
        OpenOptions::new().read(true).append(true).open(path)
    } else {
        create_like(path, &lock.dataset, path)
    };
    opened.at(
        path,
        "the journal cannot be written, so nothing was written",
    )
}

/// Appends a line and syncs the file. If a crash has cut the last line short, that line is ended first, so that the new one stands alone.
/// If the line cannot be written whole, such as on a full disk, the part that was written is removed again.
pub(super) fn append(journal: &mut File, line: &[u8]) -> io::Result<()> {
    let mut last = *b"\n";
    let end = journal.seek(SeekFrom::End(0))?;
    if end > 0 {
        journal.seek(SeekFrom::End(-1))?;
        journal.read_exact(&mut last)?;
    }
    if last != *b"\n" {
        journal.write_all(b"\n")?;
    }
    if let Err(error) = journal.write_all(line) {
        let _ = journal.set_len(end);
        return Err(error);
    }
    journal.sync_all()
}
