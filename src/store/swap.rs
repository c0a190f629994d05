//! Renames that lose nothing: two files change places at once, or a file takes a name that is free.

use std::io;
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

/// Exchanges two files atomically. `false` where the file system cannot.
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<bool> {
    with_flags(one, other, RenameFlags::EXCHANGE)
}

/// Renames `from` to `to`. `false` where something is there already.
pub(super) fn rename_to_free_name(from: &Path, to: &Path) -> io::Result<bool> {
    match with_flags(from, to, RenameFlags::NOREPLACE) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // Without the flag there is no better than to look first.
        Ok(false) if to.symlink_metadata().is_ok() => Ok(false),
        Ok(false) => std::fs::rename(from, to).map(|()| true),
        other => other,
    }
}

fn with_flags(from: &Path, to: &Path, flags: RenameFlags) -> io::Result<bool> {
    match renameat_with(CWD, from, CWD, to, flags) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
