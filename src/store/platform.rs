//! What depends on the operating system: renames that lose nothing, which file a name stands for, who may use a file, and one signal.
//!
//! Every other file of the program uses the standard library alone. Linux and macOS can do all of this, but for the access control
//! lists of macOS, which cannot be read without `unsafe` code and are not kept. On another Unix, and on a file system that cannot
//! exchange two files, the portable way is taken: a plain rename.

use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Exchanges two files atomically. `false` where the system or the file system cannot.
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<bool> {
    rename_with(one, other, Rename::Exchange)
}

/// Renames `from` to `to`. `false` where something is there already.
pub(super) fn rename_to_free_name(from: &Path, to: &Path) -> io::Result<bool> {
    match rename_with(from, to, Rename::ToFreeName) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // Without the flag there is no better way than to look first.
        Ok(false) if to.symlink_metadata().is_ok() => Ok(false),
        Ok(false) => fs::rename(from, to).map(|()| true),
        other => other,
    }
}

#[derive(Clone, Copy)]
enum Rename {
    Exchange,
    ToFreeName,
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_with(from: &Path, to: &Path, how: Rename) -> io::Result<bool> {
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
fn rename_with(_: &Path, _: &Path, _: Rename) -> io::Result<bool> {
    Ok(false)
}

/// Who may use a file that is being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    /// Nobody but its owner, until it is given the access of another file.
    OwnerOnly,
    /// Whoever the system lets use a new file.
    Anybody,
}

/// Creates a file, for reading and appending.
pub(super) fn create(path: &Path, whom: For) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create_new(true);
    if whom == For::OwnerOnly {
        options.mode(0o600);
    }
    options.open(path)
}

/// Whether both are one file, under two names perhaps.
pub(super) fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// How much of an old file a new one takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inherit {
    /// Who may use it: owner, group, mode, access control list. For a file that is made beside the old one.
    Access,
    /// The extended attributes as well. For a file that takes the old one's place.
    Everything,
}

/// Gives a new file what an old one has. What could not be given is returned, in words that follow "the new file does not have";
/// nobody gains access by its lack.
pub(super) fn inherit(old: &File, new: &File, what: Inherit) -> io::Result<Vec<String>> {
    let was = old.metadata()?;
    let mode = was.mode() & 0o7777;
    let set_mode = |mode| new.set_permissions(Permissions::from_mode(mode));
    let mut lacks = Vec::new();
    let has_group = give_owner(&was, new)?;
    if !has_group {
        lacks.push("its group, and the group's rights are gone".to_owned());
    }
    let list = attributes::get(old, attributes::ACCESS_LIST)?;
    match list {
        None => {
            // A directory may give its new files an access control list.
            attributes::remove(new, attributes::ACCESS_LIST)?;
            set_mode(if has_group { mode } else { without_group(mode) })?;
        }
        Some(list) => {
            // The list may deny somebody what the mode alone would allow.
            set_mode(mode & 0o700)?;
            let is_given = has_group
                && set_mode(mode & !0o070).is_ok()
                && attributes::set(new, attributes::ACCESS_LIST, &list).is_ok();
            if !is_given {
                attributes::remove(new, attributes::ACCESS_LIST)?;
                set_mode(mode & 0o700)?;
                lacks.push("its access control list, only the owner has rights now".to_owned());
            }
        }
    }
    if what == Inherit::Everything {
        for name in attributes::names(old)? {
            let Some(value) = attributes::get(old, &name)? else {
                continue;
            };
            if attributes::get(new, &name).ok().flatten().as_ref() != Some(&value)
                && attributes::set(new, &name, &value).is_err()
            {
                lacks.push(format!("its attribute {}", name.to_string_lossy()));
            }
        }
    }
    Ok(lacks)
}

/// Only root may give files away, but everybody may give them to a group of theirs. Whether the group is given.
fn give_owner(was: &Metadata, new: &File) -> io::Result<bool> {
    let made = new.metadata()?;
    if (was.uid(), was.gid()) == (made.uid(), made.gid())
        || fchown(new, Some(was.uid()), Some(was.gid())).is_ok()
    {
        return Ok(true);
    }
    Ok(was.gid() == made.gid() || fchown(new, None, Some(was.gid())).is_ok())
}

/// The group's bits go. Its members are others now, and gain nothing by that.
fn without_group(mode: u32) -> u32 {
    let group = (mode >> 3) & 0o7;
    mode & !0o070 & (!0o007 | group)
}

/// Makes a write past the file size limit (`ulimit -f`) an error to report, where it would be a signal that ends the process.
pub fn ignore_file_size_signal() {
    let handler = Arc::new(AtomicBool::new(false));
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, handler);
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
mod attributes {
    use std::ffi::{CStr, CString};
    use std::fs::File;
    use std::io;

    use rustix::buffer::spare_capacity;
    use rustix::fs::{
        XattrFlags, fgetxattr, fgetxattr_query, flistxattr, flistxattr_query, fremovexattr,
        fsetxattr,
    };
    use rustix::io::Errno;

    /// The access control list, which Linux keeps as an attribute.
    pub const ACCESS_LIST: &CStr = c"system.posix_acl_access";

    /// What the system itself keeps of each file, and what is said of its content and not of the file.
    const SYSTEM: [&CStr; 3] = [c"security.ima", c"security.evm", c"com.apple.provenance"];

    #[cfg(target_vendor = "apple")]
    const MISSING: Errno = Errno::NOATTR;
    #[cfg(not(target_vendor = "apple"))]
    const MISSING: Errno = Errno::NODATA;

    pub fn names(file: &File) -> io::Result<Vec<CString>> {
        let mut list = Vec::new();
        match flistxattr_query(file) {
            Ok(length) => list.reserve(length),
            Err(Errno::NOTSUP | Errno::NOSYS) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        }
        if list.capacity() > 0 {
            flistxattr(file, spare_capacity(&mut list))?;
        }
        let names = list.split_inclusive(|byte| *byte == 0);
        let names = names.filter_map(|name| CStr::from_bytes_with_nul(name).ok());
        Ok(names
            .filter(|name| *name != ACCESS_LIST && !SYSTEM.contains(name))
            .map(CStr::to_owned)
            .collect())
    }

    pub fn get(file: &File, name: &CStr) -> io::Result<Option<Vec<u8>>> {
        let mut value = Vec::new();
        match fgetxattr_query(file, name) {
            Ok(length) => value.reserve(length),
            Err(MISSING | Errno::NOTSUP | Errno::NOSYS | Errno::INVAL | Errno::PERM) => {
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        }
        if value.capacity() > 0 {
            fgetxattr(file, name, spare_capacity(&mut value))?;
        }
        Ok(Some(value))
    }

    pub fn set(file: &File, name: &CStr, value: &[u8]) -> io::Result<()> {
        Ok(fsetxattr(file, name, value, XattrFlags::empty())?)
    }

    pub fn remove(file: &File, name: &CStr) -> io::Result<()> {
        match get(file, name)? {
            Some(_) => Ok(fremovexattr(file, name)?),
            None => Ok(()),
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
mod attributes {
    use std::ffi::{CStr, CString};
    use std::fs::File;
    use std::io;

    pub const ACCESS_LIST: &CStr = c"";

    pub fn names(_: &File) -> io::Result<Vec<CString>> {
        Ok(Vec::new())
    }

    pub fn get(_: &File, _: &CStr) -> io::Result<Option<Vec<u8>>> {
        Ok(None)
    }

    pub fn set(_: &File, _: &CStr, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    pub fn remove(_: &File, _: &CStr) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn without_its_group_a_file_gives_the_group_s_members_nothing_as_others() {
        for (mode, without) in [
            (0o660, 0o600),
            (0o644, 0o604),
            (0o604, 0o600),
            (0o675, 0o605),
        ] {
            assert_eq!(super::without_group(mode), without, "{mode:o}");
        }
    }
}
