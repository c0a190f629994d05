//! One file on its way to being replaced, step by step: prepared, compared, exchanged.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Error, Result, anyhow, ensure};

use super::old_file::OldFile;
use super::platform::{exchange, rename_to_free_name};
use super::snapshot::{holds, real_path};
use super::temp_file::{NewFile, finished_name, waiting_name};
use super::{At, Lock, Replacement, saved_meanwhile};

const CANNOT: &str = "cannot be replaced";

/// A new file, complete and synced, beside the file that it will replace.
#[derive(Debug)]
pub(super) struct Prepared<'s> {
    pub replacement: Replacement<'s>,
    /// The file itself, symlinks followed.
    pub target: PathBuf,
    pub new: NewFile,
}

impl<'s> Prepared<'s> {
    /// Writes the new file, with the access rights of the old one, or of the dataset where there is no old one.
    pub fn write(lock: &Lock, replacement: Replacement<'s>) -> Result<Prepared<'s>> {
        let Replacement { snapshot, bytes } = &replacement;
        let target = real_path(&snapshot.path)?;
        let like = match snapshot.bytes {
            Some(_) => &target,
            None => &lock.dataset,
        };
        let cannot = "cannot be written, so it is untouched";
        let mut new = NewFile::write(&target, bytes, like).at(&target, cannot)?;
        if let Some(old) = &snapshot.bytes {
            new.rename(finished_name(&target, old, bytes))
                .at(&target, cannot)?;
        }
        Ok(Prepared {
            replacement,
            target,
            new,
        })
    }

    /// Refuses a file that is no longer what was read.
    pub fn compare(&self) -> Result<()> {
        let is_same = holds(&self.target, self.replacement.snapshot.bytes.as_deref())?;
        ensure!(is_same, changed(&self.target));
        Ok(())
    }

    /// Puts the new file into its place, if the old file is still what was read. The old file then stands beside it.
    pub fn put(self) -> Result<Option<OldFile<'s>>> {
        let Replacement { snapshot, bytes } = self.replacement;
        let (new, target) = (self.new, self.target);
        let Some(old) = snapshot.bytes.as_deref() else {
            let is_put = rename_to_free_name(&new.path, &target).at(&target, CANNOT)?;
            ensure!(is_put, changed(&target));
            return Ok(None);
        };
        let is_exchanged = exchange(&new.path, &target).at(&target, CANNOT)?;
        if !is_exchanged {
            rename_over(&new, &target, old)?;
        }
        // The file that was there until now.
        let mut stood = OldFile {
            temp: new.into_path(),
            target,
            bytes: Cow::Borrowed(old),
        };
        let is_same = holds(&stood.temp, Some(old));
        if !is_exchanged || matches!(is_same, Ok(true)) {
            return Ok(Some(stood));
        }
        // Somebody saved an edit at the last moment, so it is put back. If the temp file then holds something else than the new rows, that
        // is an edit as well.
        let _ = exchange(&stood.temp, &stood.target);
        stood.bytes = Cow::Owned(bytes);
        match stood.remove() {
            Ok(Some(kept)) => Err(saved_meanwhile(&stood.target, &kept)),
            _ => Err(is_same.err().unwrap_or_else(|| changed(&stood.target))),
        }
    }
}

/// For file systems that cannot exchange two files: the old file, or a copy of it, gets a second name, and the new file is renamed over the
/// old one. An edit that is renamed into the place between the comparison and the rename is lost; a save in place is not.
pub(super) fn rename_over(new: &NewFile, target: &Path, old: &[u8]) -> Result<()> {
    let renamed = NewFile {
        path: waiting_name(target),
    };
    fs::rename(&new.path, &renamed.path).at(target, CANNOT)?;
    // Some file systems have no second names. There the old bytes are kept in a copy.
    let copy = || -> io::Result<()> {
        let copy = NewFile::write(target, old, target)?;
        fs::rename(&copy.path, &new.path)
    };
    fs::hard_link(target, &new.path)
        .or_else(|_| copy())
        .at(target, CANNOT)?;
    ensure!(holds(target, Some(old))?, changed(target));
    fs::rename(&renamed.path, target).at(target, CANNOT)
}

fn changed(target: &Path) -> Error {
    anyhow!(
        "{}: was changed by someone else during this run; that change stays: run again",
        target.display()
    )
}
