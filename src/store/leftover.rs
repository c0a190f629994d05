//! The temp file that a killed run leaves, and what it may hold: an unfinished dataset, the old dataset – or, where the run was killed
//! between exchanging the two and looking at what came out, an edit that a person saved in that moment. The last must not be lost, so
//! the temp file's name says which file it was when it was created and which file the plan was made from.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tracing::warn;

use super::{rename_to_free_bak, with_suffix};

/// Which file, and in which state: its inode, the time of its last change and its length. Blank where there is none.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Identity(String);

impl Identity {
    pub fn of(file: &Metadata) -> Identity {
        Identity(format!(
            "{:x}.{:x}.{:x}.{:x}",
            file.ino(),
            file.mtime(),
            file.mtime_nsec(),
            file.len()
        ))
    }
}

/// Creates the temp file for `target` in a directory: `.NAME.INODE-IDENTITY.tmp`, of itself and of the file that it is to replace.
pub(super) fn create(
    directory: &Path,
    target: &Path,
    replaces: &Identity,
) -> io::Result<(File, PathBuf)> {
    let prefix = prefix(target);
    let unnamed = directory.join(format!("{prefix}tmp"));
    match fs::remove_file(&unnamed) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&unnamed)?;
    let named = file.metadata().and_then(|made| {
        let named = directory.join(format!("{prefix}{:x}-{}.tmp", made.ino(), replaces.0));
        fs::rename(&unnamed, &named).map(|()| named)
    });
    let named = named.inspect_err(|_| super::discard(&unnamed))?;
    Ok((file, named))
}

/// Clears away what killed runs left for `target`. Called under the lock, when no live run has a temp file.
pub(super) fn clear(directory: &Path, target: &Path) -> Result<()> {
    let prefix = prefix(target);
    let entries = fs::read_dir(directory)
        .with_context(|| format!("{}: cannot be listed", directory.display()))?;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let stamp = name
            .to_str()
            .and_then(|name| name.strip_prefix(&prefix)?.strip_suffix("tmp"));
        let Some(stamp) = stamp else { continue };
        let temp = entry.path();
        // Without its longer name it was never written to.
        let ours = match stamp.trim_end_matches('.').split_once('-') {
            Some((made, replaced)) => is_ours(made, replaced, &temp),
            None if stamp.is_empty() => true,
            None => continue,
        };
        if ours {
            super::discard(&temp);
            continue;
        }
        let kept = keep(&temp, target).with_context(|| {
            format!(
                "{}: an edit that a killed run left cannot be kept",
                temp.display()
            )
        })?;
        warn!(
            "{}: somebody saved this while a run that was killed replaced {}: compare the two",
            kept.display(),
            target.display()
        );
    }
    Ok(())
}

/// Keeps a person's edit beside the dataset, under a name of its own: `NAME.edit.bak`.
pub(super) fn keep(temp: &Path, target: &Path) -> io::Result<PathBuf> {
    rename_to_free_bak(temp, &with_suffix(target, ".edit"))
}

/// Whether the temp file is the one that was created, or the very file that the plan was made from.
fn is_ours(made: &str, replaced: &str, temp: &Path) -> bool {
    fs::symlink_metadata(temp).is_ok_and(|found| {
        format!("{:x}", found.ino()) == made || Identity::of(&found).0 == replaced
    })
}

fn prefix(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    format!(".{name}.")
}
