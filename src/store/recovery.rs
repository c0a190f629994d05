//! What a killed run left: new files go, edits are kept, and old files are handed to the caller, who journals what left with them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use tracing::warn;

use super::platform::exchange;
use super::temp_file::{digest, find, finished_name, keep, let_go, old_name};
use super::{At, Lock, discard, places};

/// A file that stood in its place until a run replaced it and was killed before it was done. It stays on disk until it is removed, put
/// back or kept, so that what left with it can be journalled first.
#[derive(Debug)]
pub struct OldFile {
    /// The file that it was, where it is configured to be.
    pub of: PathBuf,
    /// What it holds.
    pub bytes: Vec<u8>,
    temp: PathBuf,
    target: PathBuf,
}

impl OldFile {
    /// Removes the old file, once what left with it is in the journal. Where somebody saved into it meanwhile, it is kept as an edit.
    ///
    /// # Errors
    /// When it can be neither removed nor kept.
    pub fn remove(&self) -> Result<()> {
        if let Some(kept) = let_go(&self.temp, &self.target, &self.bytes)? {
            warn_of_kept(&kept, &self.of);
        }
        Ok(())
    }

    /// Whether `now` is what the killed run wrote in its place.
    pub fn was_replaced_by(&self, now: &[u8]) -> bool {
        self.temp == finished_name(&self.target, Some(&self.bytes), now)
            || self.temp == old_name(&self.target, &self.bytes, now)
    }

    /// Puts the old file back into its place, where `now` stands. Where somebody saved into that meanwhile, it is kept as an edit.
    ///
    /// # Errors
    /// When the two cannot change places, or the edit cannot be kept.
    pub fn put_back(&self, now: &[u8]) -> Result<()> {
        let cannot = "cannot be put back";
        if !exchange(&self.temp, &self.target).at(&self.of, cannot)? {
            return fs::rename(&self.temp, &self.target).at(&self.of, cannot);
        }
        if let Some(kept) = let_go(&self.temp, &self.target, now)? {
            warn_of_kept(&kept, &self.of);
        }
        Ok(())
    }

    /// Keeps the old file beside the one that took its place, because nothing can be journalled of it.
    ///
    /// # Errors
    /// When it cannot be renamed.
    pub fn keep(&self) -> Result<()> {
        warn_of_kept(&keep(&self.temp, &self.target)?, &self.of);
        Ok(())
    }
}

fn warn_of_kept(kept: &Path, of: &Path) {
    warn!(
        "{}: this was left by a run that was killed when it had replaced {}, and what it says is in no journal: compare the two",
        kept.display(),
        of.display()
    );
}

/// Looks for what killed runs left beside these files, in the directories of the links and of the files that they lead to. New files are
/// removed, edits are kept and named in a warning, old files are returned.
///
/// # Errors
/// When a directory cannot be listed, or an edit cannot be kept.
pub fn recover(_lock: &Lock, paths: &[&Path]) -> Result<Vec<OldFile>> {
    let mut old_files = Vec::new();
    for path in paths {
        // The backup before a reset is written beside a link.
        for target in places(path) {
            for (temp, middle) in find(&target)? {
                let Some((old, new)) = middle.split_once('-') else {
                    // It may be cut short.
                    discard(&temp);
                    continue;
                };
                let bytes = fs::read(&temp).at(&temp, "cannot be read")?;
                let found = digest(&bytes);
                if found == old {
                    old_files.push(OldFile {
                        of: path.to_path_buf(),
                        bytes,
                        temp,
                        target: target.clone(),
                    });
                } else if found == new {
                    discard(&temp);
                } else {
                    warn_of_kept(&keep(&temp, &target)?, path);
                }
            }
        }
    }
    Ok(old_files)
}
