//! What a killed run left: new files go, edits are kept, and old files are handed to the caller, who journals what left with them.

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, Result};

use super::replace::let_go;
use super::temp_file::{self, Content};
use super::{Lock, directory_of, discard, platform, sync};

/// What killed runs left beside some files.
#[derive(Debug, Default)]
pub struct Recovered {
    /// Files that stood in their place until a run replaced them and was killed before it was done. Each stays on disk until it is
    /// removed by [`OldFile::remove`], so that what left with it can be journalled first.
    pub old_files: Vec<OldFile>,
    /// What people saved while a run replaced the file; each is kept beside it as `NAME.edit.bak`.
    pub edits: Vec<Edit>,
}

/// A file that a killed run replaced.
#[derive(Debug)]
pub struct OldFile {
    /// The file that it was, where it is configured to be.
    pub of: PathBuf,
    /// What it holds.
    pub bytes: Vec<u8>,
    temp: PathBuf,
    target: PathBuf,
}

/// An edit that is kept.
#[derive(Debug)]
pub struct Edit {
    /// The file that was edited, where it is configured to be.
    pub of: PathBuf,
    /// Where the edit is.
    pub kept: PathBuf,
}

impl OldFile {
    /// Removes the old file, once what left with it is in the journal. Where somebody saved into it meanwhile, it is kept as an edit.
    ///
    /// # Errors
    /// When it can be neither removed nor kept.
    pub fn remove(self) -> Result<Option<Edit>> {
        let kept = let_go(&self.temp, &self.target, &self.bytes)
            .with_context(|| format!("{}: cannot be removed", self.temp.display()))?;
        Ok(kept.map(|kept| Edit { of: self.of, kept }))
    }

    /// Whether `now` is what the killed run wrote in its place.
    pub fn was_replaced_by(&self, now: &[u8]) -> bool {
        self.temp == temp_file::finished_name(&self.target, Some(&self.bytes), now)
    }

    /// Puts the old file back into its place, where `now` stands. Where somebody saved into that meanwhile, it is kept as an edit.
    ///
    /// # Errors
    /// When the two cannot change places, or the edit cannot be kept.
    pub fn put_back(self, now: &[u8]) -> Result<Option<Edit>> {
        let put_back = || -> io::Result<Option<PathBuf>> {
            if !platform::exchange(&self.temp, &self.target)? {
                return fs::rename(&self.temp, &self.target).map(|()| None);
            }
            sync(&directory_of(&self.target))?;
            let_go(&self.temp, &self.target, now)
        };
        let kept =
            put_back().with_context(|| format!("{}: cannot be put back", self.of.display()))?;
        Ok(kept.map(|kept| Edit { of: self.of, kept }))
    }

    /// Keeps the old file beside the one that took its place, because nothing can be journalled of it.
    ///
    /// # Errors
    /// When it cannot be renamed.
    pub fn keep(self) -> Result<PathBuf> {
        temp_file::keep(&self.temp, &self.target)
            .with_context(|| format!("{}: cannot be kept", self.temp.display()))
    }
}

/// Looks for what killed runs left beside these files, in the directories of the links and of the files that they lead to.
///
/// # Errors
/// When a directory cannot be listed, or an edit cannot be kept.
pub fn recover(_lock: &Lock, paths: &[&Path]) -> Result<Recovered> {
    let mut recovered = Recovered::default();
    for path in paths {
        let target = fs::canonicalize(path).ok();
        let real_path = super::directory_of(path)
            .canonicalize()
            .map(|directory| directory.join(path.file_name().unwrap_or_default()))
            .ok();
        // The backup before a reset is written beside the link.
        let beside_link = real_path
            .filter(|real_path| target.as_ref() != Some(real_path))
            .map(|_| path.to_path_buf());
        for target in target.into_iter().chain(beside_link) {
            for found in temp_file::find(&target)? {
                let of = path.to_path_buf();
                match found.content {
                    Content::New => discard(&found.path),
                    Content::Old(bytes) => recovered.old_files.push(OldFile {
                        of,
                        bytes,
                        temp: found.path,
                        target: target.clone(),
                    }),
                    Content::Edit => {
                        let kept = temp_file::keep(&found.path, &target).with_context(|| {
                            format!(
                                "{}: an edit that a killed run left cannot be kept",
                                found.path.display()
                            )
                        })?;
                        recovered.edits.push(Edit { of, kept });
                    }
                }
            }
        }
    }
    Ok(recovered)
}
