//! What depends on the operating system: renames that lose nothing, which file a name stands for, who may read it, and one signal.
//! Every other file of the program uses the standard library alone. Where a system lacks one of these, the portable way stands beside it.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Exchanges two files atomically. `false` where the system or the file system cannot.
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<bool> {
    imp::rename_with(one, other, imp::Rename::Exchange)
}

/// Renames `from` to `to`. `false` where something is there already.
pub(super) fn rename_to_free_name(from: &Path, to: &Path) -> io::Result<bool> {
    match imp::rename_with(from, to, imp::Rename::ToFreeName) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // Without the flag there is no better way than to look first.
        Ok(false) if to.symlink_metadata().is_ok() => Ok(false),
        Ok(false) => fs::rename(from, to).map(|()| true),
        other => other,
    }
}

/// When a file was last changed, since 1970.
pub(super) fn changed(file: &Metadata) -> Duration {
    file.modified()
        .ok()
        .and_then(|changed| changed.duration_since(SystemTime::UNIX_EPOCH).ok())
        .unwrap_or_default()
}

/// The number by which the file system knows a file; 0 where it has none.
pub(super) fn inode(file: &Metadata) -> u64 {
    imp::inode(file)
}

/// Gives a new file the owner, group and mode of an old one.
pub(super) fn give_access_of(old: &Metadata, new: &File) -> io::Result<()> {
    imp::give_owner_of(old, new)?;
    new.set_permissions(old.permissions())
}

/// Makes a write past the file size limit (`ulimit -f`) an error to report, where it would be a signal that ends the process.
pub fn ignore_file_size_signal() {
    imp::ignore_file_size_signal();
}

#[cfg(unix)]
mod imp {
    use std::fs::{File, Metadata};
    use std::io;
    use std::os::unix::fs::{MetadataExt, fchown};
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    #[derive(Clone, Copy)]
    pub enum Rename {
        Exchange,
        ToFreeName,
    }

    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    pub fn rename_with(from: &Path, to: &Path, how: Rename) -> io::Result<bool> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        let flags = match how {
            Rename::Exchange => RenameFlags::EXCHANGE,
            Rename::ToFreeName => RenameFlags::NOREPLACE,
        };
        match renameat_with(CWD, from, CWD, to, flags) {
            Ok(()) => Ok(true),
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    pub fn rename_with(_: &Path, _: &Path, _: Rename) -> io::Result<bool> {
        Ok(false)
    }

    pub fn inode(file: &Metadata) -> u64 {
        file.ino()
    }

    pub fn give_owner_of(old: &Metadata, new: &File) -> io::Result<()> {
        let made = new.metadata()?;
        if (old.uid(), old.gid()) != (made.uid(), made.gid()) {
            // Only root may give files away; for others the group may still be possible, and its lack is no reason to stop.
            let _ = fchown(new, Some(old.uid()), Some(old.gid()));
        }
        Ok(())
    }

    pub fn ignore_file_size_signal() {
        let handler = Arc::new(AtomicBool::new(false));
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, handler);
    }
}

#[cfg(not(unix))]
mod imp {
    use std::fs::{File, Metadata};
    use std::io;
    use std::path::Path;

    #[derive(Clone, Copy)]
    pub enum Rename {
        Exchange,
        ToFreeName,
    }

    pub fn rename_with(_: &Path, _: &Path, _: Rename) -> io::Result<bool> {
        Ok(false)
    }

    pub fn inode(_: &Metadata) -> u64 {
        0
    }

    pub fn give_owner_of(_: &Metadata, _: &File) -> io::Result<()> {
        Ok(())
    }

    pub fn ignore_file_size_signal() {}
}
