//! One file on its way to being replaced, step by step: prepared, compared, exchanged.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Error, Result, anyhow};

use super::platform::{exchange, rename_to_free_name};
use super::snapshot::{holds, real_path};
use super::temp_file::{NewFile, finished_name, let_go, old_name};
use super::{At, Lock, Replacement, discard, saved_meanwhile};

const CANNOT: &str = "cannot be replaced";

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
            None => &lock.dataset,
        };
        let cannot = "cannot be written, it is untouched";
        let mut new = NewFile::write(&target, bytes, like).at(&target, cannot)?;
        let finished = finished_name(&target, snapshot.bytes.as_deref(), bytes);
        fs::rename(&new.path, &finished).at(&target, cannot)?;
        new.path = finished;
        Ok(Prepared {
            replacement,
            target,
            new,
        })
    }

    /// Refuses a file that is no longer what was read.
    pub fn compare(&self) -> Result<()> {
        let is_same = holds(&self.target, self.replacement.snapshot.bytes.as_deref())?;
        is_same.then_some(()).ok_or_else(|| changed(&self.target))
    }

    /// Puts the new file into its place, if the old one still is what was read.
    pub fn put(self) -> Result<Replaced<'s>> {
        let Some(old) = self.replacement.snapshot.bytes.as_deref() else {
            if !rename_to_free_name(&self.new.path, &self.target).at(&self.target, CANNOT)? {
                return Err(changed(&self.target));
            }
            return Ok(Replaced {
                target: self.target,
                old: None,
            });
        };
        if !exchange(&self.new.path, &self.target).at(&self.target, CANNOT)? {
            return self.rename_over(old);
        }
        // What stood in the place until now.
        let (temp, target) = (self.new.into_path(), self.target);
        if holds(&temp, Some(old)).unwrap_or(false) {
            return Ok(Replaced {
                target,
                old: Some((temp, old)),
            });
        }
        // An edit came in at the last moment: it goes back where it was. What the temp file then holds besides the new rows is an edit too.
        let _ = exchange(&temp, &target);
        match let_go(&temp, &target, &self.replacement.bytes) {
            Ok(Some(kept)) => Err(saved_meanwhile(&target, &kept)),
            _ => Err(changed(&target)),
        }
    }

    /// Where two files cannot be exchanged: the old one is given a second name, then the new one is renamed over it. An edit that is
    /// renamed into the place between the comparison and the rename is lost; a save in place is not.
    pub(super) fn rename_over(self, old: &'s [u8]) -> Result<Replaced<'s>> {
        let second = old_name(&self.target, old, &self.replacement.bytes);
        // Some file systems have no second names; the rows that leave are in a copy, then.
        let copy = || -> io::Result<()> {
            let copy = NewFile::write(&self.target, old, &self.target)?;
            fs::rename(&copy.path, &second)
        };
        fs::hard_link(&self.target, &second)
            .or_else(|_| copy())
            .at(&self.target, CANNOT)?;
        if !holds(&self.target, Some(old))? {
            discard(&second);
            return Err(changed(&self.target));
        }
        fs::rename(&self.new.path, &self.target).at(&self.target, CANNOT)?;
        Ok(Replaced {
            target: self.target,
            old: Some((second, old)),
        })
    }
}

fn changed(target: &Path) -> Error {
    anyhow!(
        "{}: was changed by someone else during this run; that change stays: run again",
        target.display()
    )
}
