//! Everything that depends on the operating system: renames that lose nothing, access rights, the bytes of a path, and one signal.
//!
//! Linux and macOS can do all of this, except for the access control lists of macOS, which cannot be read without `unsafe` code and are not
//! kept.

use std::ffi::{CStr, CString, OsString};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rustix::fs::{
    CWD, RenameFlags, XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr, renameat_with,
};
use rustix::io::Errno;
use tracing::warn;

use super::discard;

/// Exchanges two files atomically. Returns `false` if the file system cannot do that.
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<bool> {
    rename_with(one, other, RenameFlags::EXCHANGE)
}

/// Renames `from` to `to`. Returns `false` if `to` exists already.
pub(super) fn rename_to_free_name(from: &Path, to: &Path) -> io::Result<bool> {
    match rename_with(from, to, RenameFlags::NOREPLACE) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // Without the flag, the best that can be done is to look first.
        Ok(false) if to.symlink_metadata().is_ok() => Ok(false),
        Ok(false) => fs::rename(from, to).map(|()| true),
        other => other,
    }
}

/// Returns `false` if the file system does not support the flag.
fn rename_with(from: &Path, to: &Path, flags: RenameFlags) -> io::Result<bool> {
    match renameat_with(CWD, from, CWD, to, flags) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Creates a file, for reading and appending, with the owner, group, mode, access control list and extended attributes of the file at
/// `like`. If there is no such file, the system's own rules decide who may use the new one. A warning about `target`, the path that the
/// file will have in the end, names everything that could not be set. Nobody gains access because of that.
pub(super) fn create_like(path: &Path, like: &Path, target: &Path) -> io::Result<File> {
    let like = match File::open(like) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        like => Some(like?),
    };
    let mut options = OpenOptions::new();
    options.read(true).append(true).create_new(true);
    if like.is_some() {
        options.mode(0o600);
    }
    let file = options.open(path)?;
    if let Some(like) = like {
        inherit(&like, &file, target).inspect_err(|_| discard(path))?;
    }
    Ok(file)
}

fn inherit(old: &File, new: &File, target: &Path) -> io::Result<()> {
    let target = target.display();
    let warn_of = |lack: &str| warn!("{target}: the new file could not be given {lack}");
    let was = old.metadata()?;
    let mode = was.mode() & 0o7777;
    // Only root may change the owner of a file, but an owner may set a group that they belong to.
    let has_group = fchown(new, Some(was.uid()), Some(was.gid())).is_ok()
        || was.gid() == new.metadata()?.gid()
        || fchown(new, None, Some(was.gid())).is_ok();
    if !has_group {
        warn_of("the same group, so the group's rights are gone");
    }
    // A new file may have inherited an access control list from its directory.
    if attribute(new, ACCESS_LIST)?.is_some() {
        fremovexattr(new, ACCESS_LIST)?;
    }
    let mut mode = if has_group { mode } else { without_group(mode) };
    for name in attribute_names(old)? {
        let is_list = *name == *ACCESS_LIST;
        let is_given = attribute(old, &name).is_ok_and(|value| {
            attribute(new, &name).is_ok_and(|given| given == value)
                || value
                    .is_none_or(|value| fsetxattr(new, &name, &value, XattrFlags::empty()).is_ok())
        });
        // The list gives rights to the group of the file as well.
        if is_list && !(is_given && has_group) {
            // The missing list may have denied somebody what the mode alone would allow.
            warn_of("the same access control list, so only the owner has rights now");
            mode &= 0o700;
        } else if !is_given {
            warn_of(&format!("the attribute {}", name.to_string_lossy()));
        }
    }
    new.set_permissions(Permissions::from_mode(mode))
}

/// The mode without the bits of the group, because the file has another group now, whose members must not gain access. Others keep only the
/// bits that the group had, because the members of the old group are among them now.
fn without_group(mode: u32) -> u32 {
    let group = (mode >> 3) & 0o7;
    mode & !0o070 & (!0o007 | group)
}

/// The path that another program printed. A path may hold any bytes, and need not be UTF-8.
pub fn path_from_bytes(bytes: Vec<u8>) -> PathBuf {
    OsString::from_vec(bytes).into()
}

/// Makes a write past the file size limit (`ulimit -f`) an error that can be reported, instead of a signal that ends the process.
pub fn ignore_file_size_signal() {
    let handler = Arc::new(AtomicBool::new(false));
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, handler);
}

/// The access control list, which Linux keeps as an attribute.
const ACCESS_LIST: &CStr = c"system.posix_acl_access";

/// Attributes that the system itself sets for each file, or that are about the content and not about the file.
const SYSTEM: [&CStr; 3] = [c"security.ima", c"security.evm", c"com.apple.provenance"];

#[cfg(target_vendor = "apple")]
const MISSING: Errno = Errno::NOATTR;
#[cfg(not(target_vendor = "apple"))]
const MISSING: Errno = Errno::NODATA;

/// The size of the largest value and of the longest list of names that Linux allows, in bytes.
const LARGEST_ATTRIBUTE: usize = 1 << 16;

fn attribute_names(file: &File) -> io::Result<Vec<CString>> {
    let mut list = vec![0; LARGEST_ATTRIBUTE];
    let length = match flistxattr(file, &mut list) {
        Err(Errno::NOTSUP | Errno::NOSYS) => 0,
        length => length?,
    };
    Ok(list[..length]
        .split_inclusive(|byte| *byte == 0)
        .filter_map(|name| CStr::from_bytes_with_nul(name).ok())
        .filter(|name| !SYSTEM.contains(name))
        .map(CStr::to_owned)
        .collect())
}

fn attribute(file: &File, name: &CStr) -> io::Result<Option<Vec<u8>>> {
    let mut value = vec![0; LARGEST_ATTRIBUTE];
    match fgetxattr(file, name, &mut value) {
        Err(MISSING | Errno::NOTSUP | Errno::NOSYS | Errno::INVAL | Errno::PERM) => Ok(None),
        length => {
            value.truncate(length?);
            Ok(Some(value))
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn members_of_a_group_that_could_not_be_kept_gain_no_rights_as_others() {
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
