//! The only place that writes files, except for the file that git gives to its merge driver. Each file of the dataset is replaced as a
//! whole, and only if it still is what the plan was made from.
//!
//! A run that may write takes the [`Lock`], looks for what killed runs left ([`recover`]), reads ([`Snapshot`]), plans, and hands what is
//! to be written to [`write()`]. These are the steps in their order, each with what is on disk if the process ends right after it:
//!
//! | # | step | on disk afterwards |
//! |---|---|---|
//! | 1 | lock the directory of the dataset, and make it for a new dataset; the system lets go of the lock when the process ends | the old files |
//! | 2 | recover: new files of killed runs go, edits are kept; an old file is journalled and then goes, or is put back where the run took lines from it and did nothing else, or is kept where it cannot be read | the old files |
//! | 3 | read; plan | the same |
//! | 4 | of each file: write the new one as a temp file, with the old one's access, sync it, rename it to a name that says what it holds | the same, and temp files; the next run removes them |
//! | 5 | compare every file with what was read; another → error | the same |
//! | 6 | open the journal for appending | the same, perhaps an empty journal |
//! | 7 | reset only: copy the dataset to a temp file, sync it, rename it to the backup's name, which is free | the same, and the backup |
//! | 8 | of each file in turn: exchange it with its temp file, atomically, and compare what came out with what was read; another → exchange back, error | some files new, their old ones beside them as temp files; the next run journals and removes those |
//! | 9 | append to the journal, sync it | all files new, the entry, the old files as temp files; the next run finds them in the journal and removes them |
//! | 10 | sync the directories | the same, whatever happens to the power |
//! | 11 | once the report is printed, or before it is printed as JSON, compare each old file with what was read, and remove it; another → it is kept as `.edit.bak`, error | all files new, the entry |
//! | 12 | once the commit is made, compare each old file once more, which is held open since 11; another → it is written to `.edit.bak`, error | the same |
//!
//! A script or an editor that saves in place writes into the file that it opened, whatever name that has by then. Where it saves
//! before 8, the comparisons find it and the run is refused. Where it opened the file before 8 and saves later, it writes into the
//! old file, which 8, 11 and 12 look at. Where it opens the file after 8, it writes into the new file and wins. Where the file system
//! cannot exchange files, 8 is a second name for the old file, or a copy of it, and a plain rename; an edit that is itself renamed
//! into the place between the comparison and that rename, some microseconds, is lost.
//!
//! If the run fails between 8 and 11, the old files stay beside the new ones until the next run has journalled them, as after a kill. A
//! file that is a symlink is followed: all of this happens beside its target, but for the backup, which stands beside the link.

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
pub(crate) use snapshot::{Snapshot, is_there};

use replace::Prepared;
use snapshot::real_path;
use temp_file::{NewFile, rename_to_free_bak};

/// Names the file that an error is about.
trait At<T> {
    fn at(self, path: &Path, what: &str) -> Result<T>;
}

impl<T, E: Into<Error>> At<T> for Result<T, E> {
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

/// What was written. A run goes on with [`Written::end`] once it has succeeded.
#[derive(Debug)]
#[must_use]
pub(crate) struct Written<'a> {
    /// The backup, where one was asked for and there was a file to back up.
    pub backup: Option<PathBuf>,
    pub files: Vec<PathBuf>,
    old_files: Vec<OldFile<'a>>,
}

impl Written<'_> {
    /// Steps 11 and 12: removes the old files and holds them open, calls `last` (it makes the commit), and looks at the old files once
    /// more. An editor that had opened one of them may have saved into it until then. `last` is not called where one was saved into before
    /// it was removed, or where one cannot be removed.
    ///
    /// # Errors
    /// When somebody saved into an old file, or it cannot be removed. The new files stay, and the message says so.
    pub fn end(&self, last: impl FnOnce()) -> Result<()> {
        let (mut held, mut troubles) = (Vec::new(), Vec::new());
        for old in &self.old_files {
            match old.unlink() {
                Ok(Ok(file)) => held.push((old, file)),
                Ok(Err(kept)) => troubles.push(saved_meanwhile(&old.target, &kept)),
                Err(error) => troubles.push(error),
            }
        }
        if troubles.is_empty() {
            last();
        }
        for (old, file) in &held {
            match old.saved_into(file) {
                Ok(kept) => troubles.extend(kept.map(|kept| saved_meanwhile(&old.target, &kept))),
                Err(error) => troubles.push(error),
            }
        }
        if troubles.is_empty() {
            return Ok(());
        }
        let troubles: Vec<String> = troubles.iter().map(|error| format!("{error:#}")).collect();
        bail!("{}, but: {}", self.said(), troubles.join("\n"))
    }

    /// `decisions.csv is written`, or `one and another are written`: the backup and the files by their paths.
    pub fn said(&self) -> String {
        let files = self.backup.iter().chain(&self.files);
        let names: Vec<String> = files.map(|file| file.display().to_string()).collect();
        let verb = if names.len() > 1 { "are" } else { "is" };
        format!("{} {verb} written", names.join(" and "))
    }

    /// An error after some files were written. It names these files, the backup among them.
    fn but(&self, what: &str, error: Error) -> Error {
        if self.backup.is_none() && self.files.is_empty() {
            return error;
        }
        error.context(format!("{}, but{what}", self.said()))
    }
}

/// Writes a file that is not the dataset's, such as an export: it is the old file or the new one, whole. A file that is there keeps its
/// access; a symlink is followed.
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
        "somebody saved {} while it was being replaced; that edit is {}: compare the two",
        target.display(),
        kept.display()
    )
}

/// Replaces files, in the order in which they are given, and appends to the journal; without files only the journal is written. These are
/// the steps 4 to 10 of the module's documentation. The file of `backup` is backed up first, under a name with that moment. `entry` makes
/// the journal's line from the path of the backup.
///
/// # Errors
/// When a file is no longer what was read (the other person's edit stays), or when writing fails. Nothing is written then, unless the
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
    // Where a later file cannot be replaced, those before it stay replaced. The next run puts that in order, as after a kill.
    for file in prepared {
        let path = file.replacement.snapshot.path.clone();
        let put = file.put().map_err(|error| written.but("", error))?;
        written.old_files.extend(put);
        written.files.push(path);
    }
    journal_file::append(&mut journal_file, &entry)
        .at(journal, "cannot be written")
        .map_err(|error| {
            let what = if written.old_files.is_empty() {
                " the journal is not"
            } else {
                " the journal is not; the old file stays beside it until the next run has journalled it"
            };
            written.but(what, error)
        })?;
    for directory in directories {
        let cannot = "cannot be synced, so a power cut may undo the change";
        let synced = sync(&directory).at(&directory, cannot);
        synced.map_err(|error| written.but("", error))?;
    }
    Ok(written)
}

/// Step 7: copies a file as it was read to a backup that overwrites nothing, `NAME.YYYYMMDDTHHMMSSZ.bak`. It stands beside the path
/// that is configured, where that is a symlink.
fn back_up(snapshot: &Snapshot, at: DateTime<Utc>) -> Result<Option<PathBuf>> {
    let Snapshot { path, bytes } = snapshot;
    let Some(bytes) = bytes else {
        return Ok(None);
    };
    let stem = path.with_added_extension(at.format("%Y%m%dT%H%M%SZ").to_string());
    let back_up = || -> io::Result<PathBuf> {
        let new = NewFile::write(path, bytes, path)?;
        let backup = rename_to_free_bak(&new.path, &stem)?;
        sync(&directory_of(path))?;
        Ok(backup)
    };
    let backup = back_up().at(path, "untouched, because its backup cannot be written")?;
    Ok(Some(backup))
}

fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Removes a temp file. Where that fails, the next run does it.
fn discard(temp: &Path) {
    let _ = fs::remove_file(temp);
}

/// The directory in which a file stands or would stand, symlinks followed; `None` where there is none.
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
