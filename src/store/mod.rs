//! The only place that writes, but for the file that git hands to its merge driver. Each file of the dataset is replaced as a whole, and
//! only if it still is what the plan was made from.
//!
//! A run that may write takes the [`Lock`], looks for what killed runs left ([`recover`]), reads ([`Snapshot`]), plans, and hands what
//! is to be written to [`write()`]. What is done in which order, and what is on disk if the process ends right after it:
//!
//! | # | step | on disk afterwards |
//! |---|---|---|
//! | 1 | lock the directory of the dataset, and make it for a new dataset; the system lets go of the lock when the process ends | the old files |
//! | 2 | recover: new files of killed runs go, edits are kept; an old file is journalled and then goes, or is put back where the run took lines from it and did nothing else, or is kept where it cannot be read or somebody has written in the new one since | the old files |
//! | 3 | read; plan | the same |
//! | 4 | open the journal for appending | the same, perhaps an empty journal |
//! | 5 | of each file: write the new one as a temp file, with the old one's access, sync it, rename it to a name that says what it holds | the same, and temp files; the next run removes them |
//! | 6 | compare every file with what was read; another → error | the same |
//! | 7 | reset only: copy the dataset to a temp file, sync it, rename it to the backup's name, which is free | the same, and the backup |
//! | 8 | of each file in turn: exchange it with its temp file, atomically, and compare what came out with what was read; another → exchange back, error | some files new, their old ones beside them as temp files; the next run journals and removes those |
//! | 9 | append to the journal, sync it | all files new, the entry, the old files as temp files; the next run finds them in the journal and removes them |
//! | 10 | sync the directories | the same, whatever happens to the power |
//! | 11 | once the report is printed, compare each old file with what was read, and remove it; compare once more when all are removed; another → it is kept as `.edit.bak`, error | all files new, the entry |
//!
//! A script or an editor that saves in place writes into the file that it opened, whatever name that has by then. Where it saves
//! before 8, the comparisons find it and the run is refused. Where it opened the file before 8 and saves later, it writes into the
//! old file, which 8 and 11 look at. Where it opens the file after 8, it writes into the new file and wins. Where the file system
//! cannot exchange files, 8 is a second name for the old file and a plain rename; an edit that is itself renamed into the place
//! between the comparison and that rename, some microseconds, is lost.
//!
//! If the run fails between 8 and 11, the old files stay beside the new ones until the next run has journalled them, as after a kill. A
//! file that is a symlink is followed: all of this happens beside its target, but for the backup, which stands beside the link.

mod journal_file;
mod lock;
mod platform;
mod recovery;
mod replace;
mod snapshot;
mod temp_file;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)] // in a test, a panic is the message
mod tests;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, anyhow, bail};
use chrono::{DateTime, Utc};

pub(crate) use lock::Lock;
pub use platform::ignore_file_size_signal;
pub(crate) use recovery::{OldFile, recover};
pub(crate) use snapshot::{Snapshot, find};

use journal_file::JournalFile;
use replace::{Prepared, Replaced};
use temp_file::{NewFile, let_go, rename_to_free_bak};

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
    /// The file as it was read.
    pub snapshot: &'a Snapshot,
    /// What it is to hold.
    pub bytes: Vec<u8>,
}

/// What was written. A run ends with [`Written::finish`], as late as it can.
#[derive(Debug)]
#[must_use]
pub(crate) struct Written<'a> {
    /// The backup, where one was asked for and there was a file to back up.
    pub backup: Option<PathBuf>,
    /// The files that are written.
    pub files: Vec<PathBuf>,
    replaced: Vec<Replaced<'a>>,
}

impl Written<'_> {
    /// Step 11: the old files go, once the report is printed. An editor that had opened one of them may have saved into it until now.
    ///
    /// # Errors
    /// When somebody did so, or an old file cannot be removed. The new files stay, and the message says so.
    pub fn finish(&self) -> Result<()> {
        let mut looks = Vec::new();
        let mut removed = Vec::new();
        for Replaced { target, old } in &self.replaced {
            if let Some((temp, bytes)) = old {
                let held = File::open(temp);
                let look = let_go(temp, target, bytes);
                if let (Ok(None), Ok(held)) = (&look, held) {
                    removed.push((held, target, *bytes));
                }
                looks.push((target, look));
            }
        }
        for (held, target, bytes) in removed {
            looks.push((target, last_look(held, target, bytes)));
        }
        let mut troubles = Vec::new();
        for (target, look) in looks {
            match look {
                Ok(None) => {}
                Ok(Some(kept)) => troubles.push(saved_meanwhile(target, &kept).to_string()),
                Err(error) => troubles.push(format!("{error:#}")),
            }
        }
        if troubles.is_empty() {
            return Ok(());
        }
        bail!("{}, but: {}", are_written(&self.files), troubles.join("\n"))
    }
}

/// An editor that still has a removed file open may have saved into it while the last ones were removed. Then what it saved is kept.
fn last_look(mut removed: File, target: &Path, expected: &[u8]) -> Result<Option<PathBuf>> {
    let mut now = Vec::new();
    removed
        .read_to_end(&mut now)
        .at(target, "the old file cannot be read")?;
    if now == expected {
        return Ok(None);
    }
    let edit = NewFile::write(target, &now, target).at(target, "the edit cannot be kept")?;
    temp_file::keep(&edit.path, target).map(Some)
}

/// Writes a file that is not the dataset's, such as an export: it is the old file or the new one, whole. A file that is there keeps its
/// access; a symlink is followed.
///
/// # Errors
/// When it cannot be written, or what stands there is no regular file. It is then as it was.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let target = snapshot::real_path(path)?;
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

/// Replaces files, in the order in which they are given, and appends to the journal, which is all that is written where there are none.
/// The steps 4 to 10 of the protocol in the module's documentation. The file of `backup` is backed up first, under a name with that
/// moment; `entry` makes the journal's line, and is given the path of the backup.
///
/// # Errors
/// When a file is no longer what was read (the other edit stays), or when writing fails. Nothing is written then, unless the message
/// says otherwise.
pub(crate) fn write<'s>(
    lock: &Lock,
    replacements: Vec<Replacement<'s>>,
    backup: Option<(&Snapshot, DateTime<Utc>)>,
    journal: &Path,
    entry: impl FnOnce(Option<&Path>) -> Result<Vec<u8>>,
) -> Result<Written<'s>> {
    let mut journal = JournalFile::open(journal, lock)?;
    let files: Vec<PathBuf> = replacements
        .iter()
        .map(|one| one.snapshot.path.clone())
        .collect();
    let prepared = replacements
        .into_iter()
        .map(|replacement| Prepared::write(lock, replacement))
        .collect::<Result<Vec<_>>>()?;
    prepared
        .iter()
        .try_for_each(Prepared::compare)
        .context("nothing was written")?;
    let backup = match backup {
        Some((snapshot, at)) => back_up(snapshot, at)?,
        None => None,
    };
    let entry = entry(backup.as_deref())?;
    let replaced = put_all(prepared, &files)?;
    journal.append(&entry).map_err(|error| {
        let stays = " the journal is not; the old file stays beside it until the next run has journalled it";
        written_but(&files, stays, error)
    })?;
    for Replaced { target, .. } in &replaced {
        sync(&directory_of(target))
            .at(
                target,
                "its directory cannot be synced, a power cut may undo the change",
            )
            .map_err(|error| written_but(&files, "", error))?;
    }
    Ok(Written {
        backup,
        files,
        replaced,
    })
}

/// Step 8. Where a later file cannot be replaced, those before it stay: as after a kill, the next run puts that in order.
fn put_all<'s>(prepared: Vec<Prepared<'s>>, files: &[PathBuf]) -> Result<Vec<Replaced<'s>>> {
    let mut replaced = Vec::new();
    for file in prepared {
        let put = file.put();
        replaced.push(put.map_err(|error| written_but(&files[..replaced.len()], "", error))?);
    }
    Ok(replaced)
}

/// An error that came up when these files, if any, were written already: it names them.
fn written_but(files: &[PathBuf], what: &str, error: Error) -> Error {
    if files.is_empty() {
        return error;
    }
    error.context(format!("{}, but{what}", are_written(files)))
}

/// `decisions.csv is written`, or `one and another are written`: the files by their paths.
pub(crate) fn are_written(files: &[PathBuf]) -> String {
    let names: Vec<String> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    let verb = if names.len() > 1 { "are" } else { "is" };
    format!("{} {verb} written", names.join(" and "))
}

/// Step 7: copies a file as it was read to a backup that overwrites nothing, `NAME.YYYYMMDDTHHMMSSZ.bak`. It stands beside the path
/// that is configured, where that is a symlink.
fn back_up(snapshot: &Snapshot, at: DateTime<Utc>) -> Result<Option<PathBuf>> {
    let Snapshot { path, bytes } = snapshot;
    let Some(bytes) = bytes else {
        return Ok(None);
    };
    let stem = with_suffix(path, &at.format(".%Y%m%dT%H%M%SZ").to_string());
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

/// Where a file is, and where it leads if it is a symlink. The symlinks of the directories are followed.
pub(crate) fn places(path: &Path) -> BTreeSet<PathBuf> {
    let named = fs::canonicalize(directory_of(path))
        .map(|directory| directory.join(path.file_name().unwrap_or_default()));
    [named, fs::canonicalize(path)]
        .into_iter()
        .flatten()
        .collect()
}

fn directory_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// `path` with more at its end. It may hold any bytes: names of directories do.
fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut longer = path.as_os_str().to_owned();
    longer.push(suffix);
    longer.into()
}
