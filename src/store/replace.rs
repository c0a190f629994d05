//! One file on its way to being replaced, step by step: prepared, compared, exchanged.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, anyhow};

use super::platform::{exchange, rename_to_free_name};
use super::snapshot::{holds, real_path};
use super::temp_file::{NewFile, finished_name, keep, let_go, old_name};
use super::{Lock, Replacement, discard, saved_meanwhile};

/// A new file that stands, whole and synced, beside the one that it is to replace.
#[derive(Debug)]
pub(super) struct Prepared<'s> {
    replacement: Replacement<'s>,
    /// The file itself, symlinks followed.
    target: PathBuf,
    new: NewFile,
}

/// A file that has been replaced.
#[derive(Debug)]
pub(super) struct Replaced<'s> {
    /// The file itself, symlinks followed.
    pub target: PathBuf,
    /// Where the old file is now, and what it held; `None` where there was none.
    pub old: Option<(PathBuf, &'s [u8])>,
}

impl<'s> Prepared<'s> {
    /// Writes the new file, with the access of the old one and, where there is none, of the dataset.
    pub fn write(lock: &Lock, replacement: Replacement<'s>) -> Result<Prepared<'s>> {
        let Replacement { snapshot, bytes } = &replacement;
        let target = real_path(&snapshot.path)?;
        let like = match snapshot.bytes {
            Some(_) => &target,
            None => lock.dataset(),
        };
        let finished = finished_name(&target, snapshot.bytes.as_deref(), bytes);
        let new = NewFile::write(&target, bytes, like)
            .and_then(|mut new| new.rename(finished).map(|()| new))
            .with_context(|| format!("{}: cannot be written, it is untouched", target.display()))?;
        Ok(Prepared {
            replacement,
            target,
            new,
        })
    }

    fn old(&self) -> Option<&'s [u8]> {
        self.replacement.snapshot.bytes.as_deref()
    }

    /// Whether the file still is what was read; another one is an error.
    pub fn compare(&self) -> Result<()> {
        if holds(&self.target, self.old())? {
            Ok(())
        } else {
            Err(self.changed())
        }
    }

    /// Puts the new file into its place, if the old one still is what was read.
    pub fn put(self) -> Result<Replaced<'s>> {
        let cannot = || format!("{}: cannot be replaced", self.target.display());
        let Some(old) = self.old() else {
            if !rename_to_free_name(&self.new.path, &self.target).with_context(cannot)? {
                return Err(self.changed());
            }
            return Ok(Replaced {
                target: self.target,
                old: None,
            });
        };
        if !exchange(&self.new.path, &self.target).with_context(cannot)? {
            return self.rename_over(old);
        }
        let Prepared {
            replacement,
            target,
            new,
        } = self;
        // What stood in the place until now.
        let temp = new.into_path();
        if holds(&temp, Some(old)).unwrap_or(false) {
            return Ok(Replaced {
                target,
                old: Some((temp, old)),
            });
        }
        Err(give_back(&temp, &target, &replacement.bytes))
    }

    /// Where two files cannot be exchanged: the old one is given a second name, then the new one is renamed over it. An edit that is
    /// renamed into the place between the comparison and the rename is lost; a save in place is not.
    pub(super) fn rename_over(self, old: &'s [u8]) -> Result<Replaced<'s>> {
        let cannot = || format!("{}: cannot be replaced", self.target.display());
        let second = old_name(&self.target, old);
        // Some file systems have no second names; the rows that leave are in a copy, then.
        fs::hard_link(&self.target, &second)
            .or_else(|_| fs::copy(&self.target, &second).map(drop))
            .with_context(cannot)?;
        if !holds(&self.target, Some(old))? {
            discard(&second);
            return Err(self.changed());
        }
        fs::rename(&self.new.path, &self.target).with_context(cannot)?;
        Ok(Replaced {
            target: self.target,
            old: Some((second, old)),
        })
    }

    fn changed(&self) -> Error {
        changed(&self.target)
    }
}

/// An edit came in at the last moment and has the temp file's name now: it goes back where it was.
fn give_back(edit: &Path, target: &Path, new: &[u8]) -> Error {
    if matches!(exchange(edit, target), Ok(true)) {
        // Where somebody has saved into the new file already, that edit is kept too.
        return match let_go(edit, target, new) {
            Ok(Some(kept)) => saved_meanwhile(target, &kept),
            _ => changed(target),
        };
    }
    let kept = keep(edit, target).unwrap_or_else(|_| edit.to_owned());
    saved_meanwhile(target, &kept).context("the new file is written")
}

fn changed(target: &Path) -> Error {
    anyhow!(
        "{}: was changed by someone else during this run; that change stays: run again",
        target.display()
    )
}
