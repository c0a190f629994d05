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
    let line_end: &[u8] = if last == *b"\n" { b"" } else { b"\n" };
    let added = [line_end, line].concat();
    if let Err(error) = journal.write_all(&added) {
        let _ = remove_part(journal, end, &added);
        return Err(error);
    }
    journal.sync_all()
}

/// Removes the part of `added` that was written at `end`. If anything else is there, such as a line of another program, all of it stays.
fn remove_part(journal: &mut File, end: u64, added: &[u8]) -> io::Result<()> {
    let mut written = Vec::new();
    journal.seek(SeekFrom::Start(end))?;
    journal.read_to_end(&mut written)?;
    // Where another program has cut the file short, nothing is read, and the length would grow.
    if !written.is_empty() && added.starts_with(&written) {
        journal.set_len(end)?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // in a test, a panic is the message
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_the_part_of_an_entry_that_was_not_written_whole_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        for (text, left) in [
            ("old\nent", "old\n"),
            ("old\n", "old\n"),
            ("old\nentother\n", "old\nentother\n"),
            ("old\nother\n", "old\nother\n"),
            ("old\nother\nent", "old\nother\nent"),
            ("o", "o"),
        ] {
            fs::write(&path, text).unwrap();
            let mut options = OpenOptions::new();
            let mut journal = options.read(true).append(true).open(&path).unwrap();
            remove_part(&mut journal, 4, b"entry\n").unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), left);
        }
    }
}
