//! A file that a run has replaced. It stays beside the new one until the journal has the content that left with it, so that the next run
//! finds it after a kill.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use anyhow::Result;
use tracing::error;

use super::platform::exchange;
use super::snapshot::real_path;
use super::temp_file::{NewFile, digest, find, finished_name, keep};
use super::{Lock, PathContext, discard};

/// A file that was replaced. A program that opened it before may still save into it.
#[derive(Debug)]
pub struct OldFile<'s> {
    pub(super) temp: PathBuf,
    /// The path that it had, symlinks followed.
    pub target: PathBuf,
    /// Its content at the time it was replaced.
    pub bytes: Cow<'s, [u8]>,
}

impl OldFile<'_> {
    /// Removes the old file and returns it, still open. If somebody has saved into it, it is kept, and its new path is returned.
    pub(super) fn unlink(&self) -> Result<Result<File, PathBuf>> {
        let Self { temp, target, .. } = self;
        let held = File::open(temp).at(temp, "the old file cannot be read")?;
        if self.read(&held)? != *self.bytes {
            return keep(temp, target).map(Err);
        }
        fs::remove_file(temp).at(temp, "cannot be removed")?;
        Ok(Ok(held))
    }

    /// Compares the removed old file, which is held open, with what was read: an editor that has it open as well may have saved into it
    /// since. If so, the edit is kept, and its path is returned.
    pub(super) fn keep_late_edit(&self, held: &File) -> Result<Option<PathBuf>> {
        let (now, target) = (self.read(held)?, &self.target);
        if now == *self.bytes {
            return Ok(None);
        }
        let edit = NewFile::write_edit(target, &now).at(target, "the edit cannot be kept")?;
        keep(&edit.into_path(), target).map(Some)
    }

    fn read(&self, mut held: &File) -> Result<Vec<u8>> {
        let mut now = Vec::new();
        held.rewind()
            .and_then(|()| held.read_to_end(&mut now))
            .at(&self.temp, "the old file cannot be read")?;
        Ok(now)
    }

    /// Removes the old file and compares it once more right away, because no commit is made in between.
    pub(super) fn remove(&self) -> Result<Option<PathBuf>> {
        match self.unlink()? {
            Ok(held) => self.keep_late_edit(&held),
            Err(kept) => Ok(Some(kept)),
        }
    }

    /// Whether the run replaced this file with the content `now`.
    pub fn was_replaced_by(&self, now: &[u8]) -> bool {
        self.temp == finished_name(&self.target, &self.bytes, now)
    }

    /// Puts the old file back in place of the new one, whose content is `now`. If somebody has edited that, the edit is kept and reported.
    pub fn put_back(&self, now: &[u8]) -> Result<()> {
        let cannot = "cannot be put back";
        if !exchange(&self.temp, &self.target).at(&self.target, cannot)? {
            return fs::rename(&self.temp, &self.target).at(&self.target, cannot);
        }
        let displaced = OldFile {
            temp: self.temp.clone(),
            target: self.target.clone(),
            bytes: Cow::Borrowed(now),
        };
        displaced.remove_and_report()
    }

    /// Removes the old file of a killed run, once the journal has the content that left with it. If somebody has saved into it, the edit is
    /// kept and reported.
    pub fn remove_and_report(&self) -> Result<()> {
        if let Some(kept) = self.remove()? {
            report_kept(&kept, &self.target);
        }
        Ok(())
    }

    /// Keeps the old file beside the new one for a person to compare, because it can neither be journalled nor put back.
    pub fn keep(&self) -> Result<()> {
        report_kept(&keep(&self.temp, &self.target)?, &self.target);
        Ok(())
    }
}

/// Finds the files that killed runs left beside a file and, for a symlink, beside its target. New files are removed, edits are kept and
/// reported, old files are returned.
pub fn recover(_lock: &Lock, path: &Path) -> Result<Vec<OldFile<'static>>> {
    let mut targets = vec![real_path(path)?];
    // The backup before a reset is written beside the link.
    targets.extend(path.is_symlink().then(|| path.to_owned()));
    let mut old_files = Vec::new();
    for target in targets {
        for (temp, middle) in find(&target)? {
            let Some((old, new)) = middle.split_once('-') else {
                // This new file may be cut short.
                discard(&temp);
                continue;
            };
            let bytes = fs::read(&temp).at(&temp, "cannot be read")?;
            let found = digest(&bytes);
            if found == old {
                old_files.push(OldFile {
                    temp,
                    target: target.clone(),
                    bytes: Cow::Owned(bytes),
                });
            } else if found == new {
                discard(&temp);
            } else {
                report_kept(&keep(&temp, &target)?, path);
            }
        }
    }
    Ok(old_files)
}

/// Reports a file of a killed run that is kept. A person has to act, so it is an error, which a quiet run shows too.
fn report_kept(kept: &Path, of: &Path) {
    error!(
        "{}: a run that was cut short left this file beside {}; its content may be missing from the journal: compare the two files, and delete this one when you have what you need",
        kept.display(),
        of.display()
    );
}
