//! Replaces one file, step by step: prepare, compare, exchange.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Error, Result, anyhow, ensure};

use super::old_file::OldFile;
use super::platform::{exchange, rename_to_free_name};
use super::snapshot::{has_content, real_path};
use super::temp_file::{NewFile, finished_name, waiting_name};
use super::{Lock, PathContext, Replacement, saved_meanwhile};

const CANNOT: &str = "cannot be replaced";

/// A new file, complete and synced, beside the file that it will replace.
#[derive(Debug)]
pub(super) struct Prepared<'s> {
    pub replacement: Replacement<'s>,
    /// The path of the file to replace, symlinks followed.
    pub target: PathBuf,
    pub new: NewFile,
}

impl<'s> Prepared<'s> {
    /// Writes the new file, with the access rights of the old one, or of the dataset if there is no old one.
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

    /// Refuses a file that has changed since it was read.
    pub fn compare(&self) -> Result<()> {
        let is_same = has_content(&self.target, self.replacement.snapshot.bytes.as_deref())?;
        ensure!(is_same, changed(&self.target));
        Ok(())
    }

    /// Puts the new file in place, if the old file has not changed since it was read. The old file then stays beside it.
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
        let mut displaced = OldFile {
            temp: new.into_path(),
            target,
            bytes: Cow::Borrowed(old),
        };
        let is_same = has_content(&displaced.temp, Some(old));
        if !is_exchanged || matches!(is_same, Ok(true)) {
            return Ok(Some(displaced));
        }
        // Somebody saved an edit at the last moment, so it is put back. If the temp file then holds anything but the new rows, that is an
        // edit as well.
        let _ = exchange(&displaced.temp, &displaced.target);
        displaced.bytes = Cow::Owned(bytes);
        match displaced.remove() {
            Ok(Some(kept)) => Err(saved_meanwhile(&displaced.target, &kept)),
            _ => Err(is_same.err().unwrap_or_else(|| changed(&displaced.target))),
        }
    }
}

/// For file systems that cannot exchange two files: gives the old file a second name, or copies it, and renames the new file over it. An
/// edit that is renamed into place between the comparison and the rename is lost; a save in place is lost only if the file was copied.
pub(super) fn rename_over(new: &NewFile, target: &Path, old: &[u8]) -> Result<()> {
    let renamed = NewFile {
        path: waiting_name(target),
    };
    fs::rename(&new.path, &renamed.path).at(target, CANNOT)?;
    // Some file systems do not allow a second name. There the old bytes are copied.
    let copy = || -> io::Result<()> {
        let copy = NewFile::write(target, old, target)?;
        fs::rename(&copy.path, &new.path)
    };
    fs::hard_link(target, &new.path)
        .or_else(|_| copy())
        .at(target, CANNOT)?;
    ensure!(has_content(target, Some(old))?, changed(target));
    fs::rename(&renamed.path, target).at(target, CANNOT)
}

fn changed(target: &Path) -> Error {
    anyhow!(
        "{}: somebody else changed it during this run; that change is kept: run the command again",
        target.display()
    )
}
