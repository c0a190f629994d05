//! The only place that writes. Each file is replaced as a whole, and only if it still is what the plan was made from.
//!
//! A run that may write takes the [`Lock`], looks for what killed runs left ([`recover`]), reads ([`Snapshot`]), plans, and hands what
//! is to be written to [`write()`]. What is done in which order, and what is on disk if the process ends right after it:
//!
//! | # | step | on disk afterwards |
//! |---|---|---|
//! | 1 | lock the directory of the dataset; the system lets go of it when the process ends | the old files |
//! | 2 | recover: new files of killed runs go, edits are kept; an old file is journalled and then goes, or is put back where the run took lines from it and did nothing else, or is kept where it cannot be read or somebody has written in the new one since | the old files |
//! | 3 | read; plan | the same |
//! | 4 | make the directory, if it is a new dataset's; open the journal for appending | the same, perhaps an empty journal |
//! | 5 | reset only: copy the dataset to a temp file, sync it, rename it to the backup's name, which is free | the same, perhaps the backup |
//! | 6 | of each file: write the new one as a temp file, give it the old one's access, sync it, rename it to a name that says what it holds | the same, and temp files; the next run removes them |
//! | 7 | compare every file with what was read; another → error | the same |
//! | 8 | of each file in turn: exchange it with its temp file, atomically | some files new, their old ones beside them as temp files; the next run journals and removes those |
//! | 9 | compare what came out with what was read; another → exchange back, undo the files before it, error | the same |
//! | 10 | append to the journal, sync it | all files new, the entry, the old files as temp files; the next run finds them in the journal and removes them |
//! | 11 | sync the directories | the same, whatever happens to the power |
//! | 12 | compare each old file with what was read, and remove it; another → it is kept as `.edit.bak`, error | all files new, the entry |
//! | 13 | look once more into the removed files, which are still open; another → it is kept as `.edit.bak`, error | the same |
//!
//! A script or an editor that saves in place writes into the file that it opened, whatever name that has by then. Where it saves
//! before 8, the comparisons find it and the run is refused. Where it opened the file before 8 and saves later, it writes into the
//! old file, which 9, 12 and 13 look at. Where it opens the file after 8, it writes into the new file and wins. Where the system
//! cannot exchange files, 8 is a second name for the old file and a plain rename; an edit that is itself renamed into the place
//! between the comparison and that rename, some microseconds, is lost.
//!
//! If the journal cannot be written in 10, the old files stay beside the new ones until the next run has journalled them. A file that
//! is a symlink is followed: all of this happens beside its target, but for the backup, which stands beside the link.

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
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, anyhow};
use chrono::{DateTime, Utc};

pub use journal_file::JournalFile;
pub use lock::Lock;
pub use platform::ignore_file_size_signal;
pub use recovery::{Edit, OldFile, Recovered, recover};
pub use snapshot::{Snapshot, find};

use platform::Inherit;
use replace::{Gone, NotPut, Prepared, Release, write_temp};
use snapshot::is_same;

/// New bytes for a file that was read.
#[derive(Debug)]
pub struct Replacement<'a> {
    /// The file as it was read.
    pub snapshot: &'a Snapshot,
    /// What it is to hold.
    pub bytes: Vec<u8>,
}

/// What a run writes.
pub struct Writes<'s, 'w> {
    /// The files, in the order in which they are replaced: the decisions and aliases, then the dataset.
    pub replacements: Vec<Replacement<'s>>,
    /// The file that is backed up first.
    pub backup: Option<&'s Snapshot>,
    /// The journal.
    pub journal: &'w Path,
    /// Makes the journal's line. It is given the path of the backup.
    pub entry: &'w dyn Fn(Option<&Path>) -> Result<Vec<u8>>,
    /// When the run takes place.
    pub at: DateTime<Utc>,
}

/// What was written. A run ends with [`Written::finish`], as late as it can.
#[derive(Debug)]
#[must_use]
pub struct Written<'a> {
    /// The backup, where one was asked for and there was a file to back up.
    pub backup: Option<PathBuf>,
    /// The files that are written.
    pub files: Vec<PathBuf>,
    /// What the new files do not have of the old ones: a group, an access control list.
    pub warnings: Vec<String>,
    /// What went wrong when the files had been replaced already.
    outcome: Result<()>,
    /// The old files, which have no name any more.
    removed: Vec<Gone<'a>>,
}

impl Written<'_> {
    /// Step 13, once the report is printed: an editor that had opened a file before it was replaced may have saved until now.
    ///
    /// # Errors
    /// When somebody saved a file while it was being replaced, when the journal could not be written, and when something else went
    /// wrong after the files had been replaced. They stay, and the message says so.
    pub fn finish(self) -> Result<()> {
        let looked = self.removed.into_iter().map(|gone| {
            let target = gone.target.to_owned();
            match gone.last_look() {
                Ok(None) => Ok(()),
                Ok(Some(kept)) => Err(saved_meanwhile(&target, &kept)),
                Err(error) => Err(anyhow!(error).context(format!(
                    "{}: the old file cannot be read again",
                    target.display()
                ))),
            }
        });
        looked.fold(self.outcome, |outcome, looked| {
            outcome.and(looked.map_err(|error| written_but(&self.files, error)))
        })
    }
}

/// Writes a file that is not the dataset's, such as an export: it is the old file or the new one, whole. A file that is there keeps its
/// access; a symlink is followed. What the new file does not have of the old one is returned.
///
/// # Errors
/// When it cannot be written, or what stands there is no regular file. It is then as it was.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<Vec<String>> {
    let cannot = || format!("{}: cannot be written", path.display());
    let target = match find(path)? {
        Some(_) => fs::canonicalize(path).with_context(cannot)?,
        None => path.to_owned(),
    };
    let write = || -> io::Result<Vec<String>> {
        let (temp, lacks) = write_temp(&target, bytes, Some((&target, Inherit::Everything)))?;
        fs::rename(&temp, &target).inspect_err(|_| discard(&temp))?;
        sync(&directory_of(&target))?;
        Ok(lacks)
    };
    let lacks = write().with_context(cannot)?;
    Ok(lack_warnings(path, &lacks).collect())
}

fn saved_meanwhile(target: &Path, kept: &Path) -> Error {
    anyhow!(
        "somebody saved {} while it was being replaced; that edit is {}: compare the two",
        target.display(),
        kept.display()
    )
}

/// Replaces files, and journals it. The steps 4 to 12 of the protocol in the module's documentation.
///
/// # Errors
/// When a file is no longer what was read (the other edit stays), or when writing fails. Nothing is written then, unless the message
/// says otherwise. What goes wrong later is told by [`Written::finish`].
pub fn write<'s>(lock: &Lock, writes: Writes<'s, '_>) -> Result<Written<'s>> {
    lock.make_directory()?;
    let mut journal = JournalFile::open(writes.journal, lock)?;
    let mut warnings = std::mem::take(&mut journal.warnings);
    let backup = match writes.backup {
        Some(snapshot) => back_up(snapshot, writes.at)?,
        None => None,
    };
    let replaced = (writes.entry)(backup.as_deref()).and_then(|entry| {
        let files = prepare(lock, &writes.replacements)?;
        replace(&files).map(|()| (entry, files))
    });
    let (entry, files) = replaced.inspect_err(|_| {
        if let (Some(backup), Some(snapshot)) = (&backup, writes.backup) {
            withdraw(backup, snapshot);
        }
    })?;
    warnings.extend(files.iter().flat_map(|file| file.warnings.iter().cloned()));
    let paths = writes.replacements.iter();
    let paths: Vec<PathBuf> = paths.map(|one| one.snapshot.path.clone()).collect();
    let (removed, outcome) = match journal.append(&entry) {
        Ok(()) => {
            let (removed, outcome) = let_go(&files);
            (removed, outcome.map_err(|error| written_but(&paths, error)))
        }
        Err(error) => (
            Vec::new(),
            Err(error.context(format!(
                "{}, but the journal is not; the old file stays beside it until the next run has journalled it",
                are_written(&paths)
            ))),
        ),
    };
    Ok(Written {
        files: paths,
        backup,
        warnings,
        outcome,
        removed,
    })
}

fn written_but(files: &[PathBuf], error: Error) -> Error {
    error.context(format!("{}, but", are_written(files)))
}

/// `decisions.csv is written`, or `one and another are written`: the files by their paths.
pub fn are_written(files: &[PathBuf]) -> String {
    let names: Vec<String> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    let verb = if names.len() > 1 { "are" } else { "is" };
    format!("{} {verb} written", names.join(" and "))
}

/// Step 6. Where one file cannot be written, none is left.
fn prepare<'s, 'n>(
    lock: &Lock,
    replacements: &'n [Replacement<'s>],
) -> Result<Vec<Prepared<'s, 'n>>> {
    let mut files = Vec::new();
    for Replacement { snapshot, bytes } in replacements {
        match Prepared::write(lock, snapshot, bytes) {
            Ok(file) => files.push(file),
            Err(error) => {
                files.iter().for_each(Prepared::discard);
                return Err(error);
            }
        }
    }
    Ok(files)
}

/// Steps 7 to 9. Where one file cannot be replaced, those before it are put back.
fn replace(files: &[Prepared<'_, '_>]) -> Result<()> {
    if let Some(error) = files.iter().find_map(|file| file.compare().err()) {
        files.iter().for_each(Prepared::discard);
        return Err(error.context(NOTHING));
    }
    for (place, file) in files.iter().enumerate() {
        if let Err(not_put) = file.put() {
            files[place + 1..].iter().for_each(Prepared::discard);
            return Err(undo(&files[..place], not_put));
        }
    }
    Ok(())
}

const NOTHING: &str = "nothing was written";

/// Puts files back because a later one could not be replaced, and says of each what is still so.
fn undo(files: &[Prepared<'_, '_>], not_put: NotPut) -> Error {
    let NotPut {
        mut error,
        mut is_written,
    } = not_put;
    for file in files.iter().rev() {
        let target = file.target().display();
        match file.undo() {
            Ok(None) => {}
            Ok(Some(kept)) => {
                let kept = kept.display();
                error = error.context(format!(
                    "{target}: was edited meanwhile, the edit is {kept}"
                ));
            }
            Err(reason) => {
                is_written = true;
                error = error.context(format!("{target} is written, but not the rest ({reason})"));
            }
        }
    }
    match is_written {
        true => error,
        false => error.context(NOTHING),
    }
}

/// Steps 11 and 12. The old files that are removed are returned, and what went wrong.
fn let_go<'s>(files: &[Prepared<'s, '_>]) -> (Vec<Gone<'s>>, Result<()>) {
    let directories: BTreeSet<PathBuf> = files
        .iter()
        .map(|file| directory_of(file.target()))
        .collect();
    let mut outcome = directories.iter().try_for_each(|directory| {
        sync(directory).with_context(|| {
            format!(
                "{}: the directory cannot be synced, a power cut may undo the change",
                directory.display()
            )
        })
    });
    let mut removed = Vec::new();
    for file in files {
        match file.release_old() {
            Ok(None) => {}
            Ok(Some(Release::Gone(gone))) => removed.push(gone),
            Ok(Some(Release::Kept(kept))) => {
                outcome = outcome.and(Err(saved_meanwhile(file.target(), &kept)));
            }
            Err(error) => {
                outcome = outcome.and(Err(anyhow!(error).context(format!(
                    "{}: the old file cannot be removed, the next run does it",
                    file.target().display()
                ))));
            }
        }
    }
    (removed, outcome)
}

/// Step 5: copies a file as it was read to a backup that overwrites nothing, `NAME.YYYYMMDDTHHMMSSZ.bak`. It stands beside the path
/// that is configured, where that is a symlink.
fn back_up(snapshot: &Snapshot, at: DateTime<Utc>) -> Result<Option<PathBuf>> {
    let Some(bytes) = &snapshot.bytes else {
        return Ok(None);
    };
    let path = &snapshot.path;
    let stem = with_suffix(path, &at.format(".%Y%m%dT%H%M%SZ").to_string());
    let back_up = || -> io::Result<PathBuf> {
        let (temp, _) = write_temp(path, bytes, Some((path, Inherit::Access)))?;
        let backup = temp_file::rename_to_free_bak(&temp, &stem);
        let backup = backup.inspect_err(|_| discard(&temp))?;
        sync(&directory_of(path)).inspect_err(|_| discard(&backup))?;
        Ok(backup)
    };
    back_up().map(Some).with_context(|| {
        format!(
            "{}.bak: the backup cannot be written, {} is untouched",
            stem.display(),
            path.display()
        )
    })
}

/// Takes a backup back, if the file is still what it is a copy of: nothing has come of the reset.
fn withdraw(backup: &Path, snapshot: &Snapshot) {
    if is_same(&snapshot.path, snapshot.bytes.as_deref()).unwrap_or(false) {
        discard(backup);
    }
}

fn lack_warnings(path: &Path, lacks: &[String]) -> impl Iterator<Item = String> {
    let path = path.display().to_string();
    lacks
        .iter()
        .map(move |lack| format!("{path}: the new file does not have {lack}"))
}

fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Where a temp file cannot be removed now, the next run does it.
fn discard(temp: &Path) {
    let _ = fs::remove_file(temp);
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
