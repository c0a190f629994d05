//! The only place that writes files, except for the file that git gives to its merge driver. Each file of the dataset is replaced as a
//! whole, and only if its content is still what the plan was made from.
//!
//! A run that may write takes the [`Lock`], deals with the files that killed runs left ([`recover`]), reads ([`Snapshot`]), plans, and
//! passes what is to be written to [`write()`]. These are the steps in order, each with the state of the disk if the process ends right
//! after it:
//!
//! | # | step | on disk afterwards |
//! |---|---|---|
//! | 1 | lock the directory of the dataset, which is created for a new dataset; the system releases the lock when the process ends | the old files |
//! | 2 | recover: remove new files of killed runs, and keep edits; journal the changes from an old file and remove it, or put it back if the run took lines from it and did nothing else, or keep it if it can neither be compared with the new one nor safely be put back | the old files |
//! | 3 | read; plan | the same |
//! | 4 | for each file: write the new one as a temp file with the access rights of the old one, sync it, rename it to a name that identifies its content | the same, and temp files; the next run removes them |
//! | 5 | compare every file with what was read; if one differs → error | the same |
//! | 6 | open the journal for appending | the same, perhaps with an empty journal |
//! | 7 | reset only: copy the dataset to a temp file, sync it, rename it to an unused name for the backup | the same, and the backup |
//! | 8 | for each file in turn: exchange it with its temp file, atomically, and compare the file that came out with what was read; if it differs → exchange back, error | some files new, their old ones beside them as temp files; the next run journals and removes those |
//! | 9 | append to the journal, sync it | all files new, the entry, the old files as temp files; the next run finds their changes in the journal and removes them |
//! | 10 | sync the directories | the same, even after a power failure |
//! | 11 | after the report is printed, or before it is printed as JSON: compare each old file with what was read, and remove it; if it differs → keep it as `.edit.bak`, error | all files new, the entry |
//! | 12 | after the commit is made: compare each old file, held open since step 11, once more; if it differs → write it to `.edit.bak`, error | the same |
//!
//! A script or an editor that saves in place writes into the file that it opened, whatever name that file has by then. If it saves before
//! step 8, the comparisons find the edit and the run is refused. If it opened the file before step 8 and saves later, it writes into the
//! old file, which steps 8, 11 and 12 compare. If it opens the file after step 8, it writes into the new file, and its edit wins.
//!
//! If the file system cannot exchange files, step 8 gives the old file a second name, or copies it, and renames the new file over it. An
//! edit that is itself renamed into place in the microseconds between the comparison and that rename is lost, as is a later save in place
//! into an old file that could only be copied.
//!
//! If the run fails between steps 8 and 11, the old files stay beside the new ones until the next run has journalled them, as after a kill.
//! Symlinks are followed: all of this happens beside the target, but the backup is written beside the link.

mod journal_file;
mod lock;
mod old_file;
mod platform;
mod replace;
mod snapshot;
mod temp_file;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)] // in a test, a panic is the message
mod tests;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, anyhow, bail};
use chrono::{DateTime, Utc};

pub(crate) use lock::{Lock, PATIENCE, check_directory};
pub(crate) use old_file::{OldFile, recover};
pub use platform::ignore_file_size_signal;
pub(crate) use platform::path_from_bytes;
pub(crate) use snapshot::{Snapshot, is_present};

use replace::Prepared;
use snapshot::real_path;
use temp_file::{NewFile, rename_to_free_backup_name};

/// Adds to an error the path of the file that it is about.
trait PathContext<T> {
    fn at(self, path: &Path, what: &str) -> Result<T>;
}

impl<T, E: Into<Error>> PathContext<T> for Result<T, E> {
    fn at(self, path: &Path, what: &str) -> Result<T> {
        self.map_err(|error| error.into().context(format!("{}: {what}", path.display())))
    }
}

/// New bytes for a file that was read.
#[derive(Debug)]
pub(crate) struct Replacement<'a> {
    pub snapshot: &'a Snapshot,
    pub bytes: Vec<u8>,
}

/// The files that were written. Once a run has succeeded, it calls [`Written::end`].
#[derive(Debug)]
#[must_use]
pub(crate) struct Written<'a> {
    /// The backup, if one was asked for and there was a file to back up.
    pub backup: Option<PathBuf>,
    pub files: Vec<PathBuf>,
    old_files: Vec<OldFile<'a>>,
}

impl Written<'_> {
    /// Steps 11 and 12: removes the old files but holds them open, calls `last`, which makes the commit, and compares the old files once
    /// more, because an editor may have saved into one until then. `last` is not called if somebody saved into an old file before it was
    /// removed, or if one cannot be removed.
    ///
    /// # Errors
    /// When somebody saved into an old file, or it cannot be removed. The new files stay, and the message says so.
    pub fn end(&self, last: impl FnOnce()) -> Result<()> {
        let (mut held, mut errors) = (Vec::new(), Vec::new());
        for old in &self.old_files {
            match old.unlink() {
                Ok(Ok(file)) => held.push((old, file)),
                Ok(Err(kept)) => errors.push(saved_meanwhile(&old.target, &kept)),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            last();
        }
        for (old, file) in &held {
            match old.keep_late_edit(file) {
                Ok(kept) => errors.extend(kept.map(|kept| saved_meanwhile(&old.target, &kept))),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            return Ok(());
        }
        let errors: Vec<String> = errors.iter().map(|error| format!("{error:#}")).collect();
        bail!("{}, but: {}", self.message(), errors.join("\n"))
    }

    /// `decisions.csv is written`, or `one and another are written`: names the backup and the files by their paths.
    pub fn message(&self) -> String {
        let files = self.backup.iter().chain(&self.files);
        let names: Vec<String> = files.map(|file| file.display().to_string()).collect();
        let verb = if names.len() > 1 { "are" } else { "is" };
        format!("{} {verb} written", names.join(" and "))
    }

    /// An error after some files were written. It names these files and the backup.
    fn failure(&self, what: &str, error: Error) -> Error {
        if self.backup.is_none() && self.files.is_empty() {
            return error;
        }
        error.context(format!("{}, but{what}", self.message()))
    }
}

/// Writes a file that is not part of the dataset, such as an export, atomically. An existing file keeps its access rights; a symlink is
/// followed.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let target = real_path(path)?;
    let write = || {
        let new = NewFile::write(&target, bytes, &target)?;
        fs::rename(&new.path, &target)?;
        sync(&directory_of(&target))
    };
    write().at(path, "cannot be written")
}

fn saved_meanwhile(target: &Path, kept: &Path) -> Error {
    anyhow!(
        "somebody saved {} while it was being replaced; that edit is in {}: compare the two",
        target.display(),
        kept.display()
    )
}

/// Steps 4 to 10 of the module's documentation: replaces files in the given order, and appends to the journal; without files, only the
/// journal is written. The file in `backup` is backed up first, under a name with the given time. `entry` makes the line of the journal
/// from the path of the backup.
///
/// # Errors
/// When a file has changed since it was read (the other person's edit stays), or when writing fails. Nothing is written then, unless the
/// message says otherwise.
pub(crate) fn write<'s>(
    lock: &Lock,
    replacements: Vec<Replacement<'s>>,
    backup: Option<(&Snapshot, DateTime<Utc>)>,
    journal: &Path,
    entry: impl FnOnce(Option<&Path>) -> Result<Vec<u8>>,
) -> Result<Written<'s>> {
    let prepared = replacements
        .into_iter()
        .map(|replacement| Prepared::write(lock, replacement))
        .collect::<Result<Vec<_>>>()?;
    prepared
        .iter()
        .try_for_each(Prepared::compare)
        .context("nothing was written")?;
    let mut journal_file = journal_file::open(journal, lock)?;
    let backup = backup.map(|(snapshot, at)| back_up(snapshot, at));
    let backup = backup.transpose()?.flatten();
    let entry = entry(backup.as_deref())?;
    let targets = prepared.iter().map(|one| &*one.target);
    let directories: BTreeSet<PathBuf> = targets.chain([journal]).map(directory_of).collect();
    let mut written = Written {
        backup,
        files: Vec::new(),
        old_files: Vec::new(),
    };
    // If a later file cannot be replaced, those before it stay replaced. The next run recovers from that as from a kill.
    for file in prepared {
        let path = file.replacement.snapshot.path.clone();
        let put = file.put().map_err(|error| written.failure("", error))?;
        written.old_files.extend(put);
        written.files.push(path);
    }
    journal_file::append(&mut journal_file, &entry)
        .at(journal, "cannot be written")
        .map_err(|error| {
            let what = match written.old_files.len() {
                0 => " the journal is not",
                1 => " the journal is not; the old file stays beside the new one until the next run has journalled it",
                _ => " the journal is not; the old files stay beside the new ones until the next run has journalled them",
            };
            written.failure(what, error)
        })?;
    for directory in directories {
        let cannot = "cannot be synced, so a power cut may undo the change";
        let synced = sync(&directory).at(&directory, cannot);
        synced.map_err(|error| written.failure("", error))?;
    }
    Ok(written)
}

/// Step 7: copies a file as it was read to a backup that overwrites nothing, `NAME.YYYYMMDDTHHMMSSZ.bak`. If the configured path is a
/// symlink, the backup is written beside the link.
fn back_up(snapshot: &Snapshot, at: DateTime<Utc>) -> Result<Option<PathBuf>> {
    let Snapshot { path, bytes } = snapshot;
    let Some(bytes) = bytes else {
        return Ok(None);
    };
    let stem = path.with_added_extension(at.format("%Y%m%dT%H%M%SZ").to_string());
    let write_backup = || -> io::Result<PathBuf> {
        let new = NewFile::write(path, bytes, path)?;
        let backup = rename_to_free_backup_name(&new.path, &stem)?;
        sync(&directory_of(path))?;
        Ok(backup)
    };
    let backup = write_backup().at(path, "is untouched, because its backup cannot be written")?;
    Ok(Some(backup))
}

fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Removes a temp file. If that fails, the next run removes it.
fn discard(temp: &Path) {
    let _ = fs::remove_file(temp);
}

/// The directory that contains a file or would contain it, symlinks followed; `None` if there is none.
pub(crate) fn real_directory(path: &Path) -> Option<PathBuf> {
    let file = real_path(path).ok()?;
    fs::canonicalize(directory_of(&file)).ok()
}

fn directory_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
