//! Reads files, and checks whether they have changed since.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::PathContext;

/// The largest file that is read, in bytes: 4 GiB, about ten million rows. A larger file is a mistake, for example a sparse file.
const LARGEST: u64 = 1 << 32;

/// A file as it was when it was read.
#[derive(Debug)]
pub struct Snapshot {
    /// The configured path, which may be a symlink.
    pub path: PathBuf,
    /// Its bytes; `None` if there is no file.
    pub bytes: Option<Vec<u8>>,
}

impl Snapshot {
    /// Reads the file at `path`, if there is one.
    pub fn read(path: &Path) -> Result<Snapshot> {
        let read = || fs::read(path).at(path, "cannot be read");
        Ok(Snapshot {
            path: path.to_owned(),
            bytes: is_present(path)?.then(read).transpose()?,
        })
    }
}

/// Whether there is a file at `path`.
///
/// # Errors
/// When the path cannot be examined, is not a regular file, or is a symlink to nothing, or when the file is too large to be read.
pub fn is_present(path: &Path) -> Result<bool> {
    let name = path.display();
    match fs::metadata(path) {
        Ok(found) if found.is_file() && found.len() > LARGEST => bail!(
            "{name}: this file has {} bytes, too many to hold in memory; is it the right file?",
            found.len()
        ),
        Ok(found) if found.is_file() => Ok(true),
        Ok(_) => bail!("{name}: this is not a regular file; move it away"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let is_broken = |one: &&Path| one.is_symlink() && !one.exists();
            if let Some(link) = path.ancestors().find(is_broken) {
                bail!(
                    "{}: this is a symlink to {}, which does not exist; restore its target, or remove the link to start afresh",
                    link.display(),
                    fs::read_link(link).at(link, "cannot be read")?.display()
                );
            }
            Ok(false)
        }
        Err(error) => Err(error).at(path, "cannot be read"),
    }
}

/// The path of a file, symlinks followed. If there is no file yet, the path at which it will be created.
pub(super) fn real_path(path: &Path) -> Result<PathBuf> {
    if is_present(path)? {
        fs::canonicalize(path).at(path, "cannot be found again")
    } else {
        Ok(path.to_owned())
    }
}

/// Whether the file at `path` holds exactly these bytes; for `None`, whether there is no file.
pub(super) fn has_content(path: &Path, expected: Option<&[u8]>) -> Result<bool> {
    Ok(Snapshot::read(path)?.bytes.as_deref() == expected)
}
