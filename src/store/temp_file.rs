//! Temp files: their names, and the files that a killed run may have left under these names.
//!
//! These may be beside a file NAME while it is being replaced, and after a kill:
//!
//! | name | content |
//! |---|---|
//! | `.NAME.PID.tmp` | a new file that is being written; it may be cut short, and nobody but the run has seen it |
//! | `.NAME.OLD-NEW.tmp` | a complete new file; after the exchange, the file that had the name NAME until then |
//! | `.NAME.PID-edit.tmp` | an edit that was saved into the old file after its removal |
//!
//! OLD and NEW are digests of the bytes that the run read and of the bytes that it wrote, so the content of such a file tells which of the
//! two it is. Content that matches neither is an edit that a person saved while the run replaced the file.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::platform::{create_like, rename_to_free_name};
use super::{PathContext, directory_of, discard};

/// A new file, or an edit, that is not in place yet. It is removed when this is dropped, unless it is in place by then.
#[derive(Debug)]
pub(super) struct NewFile {
    pub path: PathBuf,
}

impl NewFile {
    /// Writes and syncs a file that will be moved to `target`, with the access rights of the file at `like`, if there is one.
    pub fn write(target: &Path, bytes: &[u8], like: &Path) -> io::Result<NewFile> {
        let path = named(target, &std::process::id().to_string());
        NewFile::write_to(path, target, bytes, like)
    }

    /// Writes and syncs a person's edit of the file at `target`. Its name has no digest that its content could match, so that the next run
    /// keeps it if this one cannot.
    pub fn write_edit(target: &Path, bytes: &[u8]) -> io::Result<NewFile> {
        let path = named(target, &format!("{}-edit", std::process::id()));
        NewFile::write_to(path, target, bytes, target)
    }

    fn write_to(path: PathBuf, target: &Path, bytes: &[u8], like: &Path) -> io::Result<NewFile> {
        // A killed run may have had the same process ID.
        discard(&path);
        let mut file = create_like(&path, like, target)?;
        let new = NewFile { path };
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(new)
    }

    pub fn rename(&mut self, to: PathBuf) -> io::Result<()> {
        fs::rename(&self.path, &to)?;
        self.path = to;
        Ok(())
    }

    /// Returns the path of the file, which is then not removed: it is the old file after an exchange, or an edit that nobody else has.
    pub fn into_path(mut self) -> PathBuf {
        std::mem::take(&mut self.path)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        discard(&self.path);
    }
}

/// The name of a new file that waits until the old one has been linked or copied.
pub(super) fn waiting_name(target: &Path) -> PathBuf {
    named(target, &format!("{}0", std::process::id()))
}

/// The name of a complete new file and, after the exchange, of the old one.
pub(super) fn finished_name(target: &Path, old: &[u8], new: &[u8]) -> PathBuf {
    named(target, &format!("{}-{}", digest(old), digest(new)))
}

fn named(target: &Path, middle: &str) -> PathBuf {
    directory_of(target).join(format!("{}{middle}.tmp", prefix(target)))
}

fn prefix(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default();
    format!(".{}.", name.to_string_lossy())
}

/// The length and a hash. If another version of the standard library hashes differently, more files are taken for edits and kept.
pub(super) fn digest(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    format!("{:x}.{:016x}", bytes.len(), hasher.finish())
}

/// The temp files of `target` that killed runs left, each with the PID, PID-edit or OLD-NEW in its name.
pub(super) fn find(target: &Path) -> Result<Vec<(PathBuf, String)>> {
    let directory = directory_of(target);
    let (prefix, cannot) = (prefix(target), "cannot be listed");
    let mut found = Vec::new();
    for entry in fs::read_dir(&directory).at(&directory, cannot)? {
        let entry = entry.at(&directory, cannot)?;
        let name = entry.file_name();
        let middle = name
            .to_str()
            .and_then(|name| name.strip_prefix(&prefix)?.strip_suffix(".tmp"))
            .filter(|middle| middle.contains('-') || middle.bytes().all(|b| b.is_ascii_digit()));
        if let Some(middle) = middle
            && entry.file_type().is_ok_and(|kind| kind.is_file())
        {
            found.push((entry.path(), middle.to_owned()));
        }
    }
    found.sort();
    Ok(found)
}

/// Keeps a person's edit beside the file, under an unused name: `NAME.edit.bak`.
pub(super) fn keep(temp: &Path, target: &Path) -> Result<PathBuf> {
    rename_to_free_backup_name(temp, &target.with_added_extension("edit"))
        .at(temp, "cannot be kept as an edit")
}

/// Renames a file to the first of `STEM.bak`, `STEM.2.bak`, … that is free.
pub(super) fn rename_to_free_backup_name(from: &Path, stem: &Path) -> io::Result<PathBuf> {
    let mut backup = stem.with_added_extension("bak");
    let mut again = 1;
    while !rename_to_free_name(from, &backup)? {
        again += 1;
        backup = stem.with_added_extension(format!("{again}.bak"));
    }
    Ok(backup)
}
