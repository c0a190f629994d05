//! Temp files: their names, and what a run that was killed may have left under them.
//!
//! Beside a file NAME stand, while it is being replaced and after a kill:
//!
//! | name | what it holds |
//! |---|---|
//! | `.NAME.PID.tmp` | a new file that is being written; it may be cut short, and nobody but the run has seen it |
//! | `.NAME.OLD-NEW.tmp` | a new file that is whole; after the exchange, the file that stood under NAME until then |
//!
//! OLD and NEW are digests of the bytes that the run read and of those that it wrote. So the content of such a file says which of the
//! two it is, and content that is neither is a person's: an edit that was saved while the run replaced the file.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::platform::{self, For};
use super::snapshot::read_whole;
use super::{directory_of, with_suffix};

/// Creates the temp file into which the new content of `target` is written.
pub(super) fn create(target: &Path, whom: For) -> io::Result<(File, PathBuf)> {
    let path = unfinished_name(target);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let file = platform::create(&path, whom)?;
    Ok((file, path))
}

/// The name of a file that is being written.
pub(super) fn unfinished_name(target: &Path) -> PathBuf {
    named(target, &std::process::id().to_string())
}

/// The name of a second one.
pub(super) fn second_unfinished_name(target: &Path) -> PathBuf {
    named(target, &format!("{}.2", std::process::id()))
}

/// The name of a whole new file and, after the exchange, of the old one.
pub(super) fn finished_name(target: &Path, old: Option<&[u8]>, new: &[u8]) -> PathBuf {
    let old = old.map_or_else(|| "none".to_owned(), digest);
    named(target, &format!("{old}-{}", digest(new)))
}

fn named(target: &Path, middle: &str) -> PathBuf {
    let mut name = prefix(target.file_name().unwrap_or_default());
    name.push(middle);
    name.push(".tmp");
    directory_of(target).join(name)
}

fn prefix(name: &OsStr) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    prefix
}

/// Length and hash. The hash may be another one in another version of the standard library: that version takes more for edits, and
/// keeps them.
fn digest(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    format!("{:x}.{:016x}", bytes.len(), hasher.finish())
}

/// A temp file that a killed run left.
#[derive(Debug)]
pub(super) struct Found {
    pub path: PathBuf,
    pub content: Content,
}

/// What a temp file holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A new file that never came into its place.
    New,
    /// The file that stood in the place until the run replaced it.
    Old(Vec<u8>),
    /// What a person saved meanwhile.
    Edit,
}

/// The temp files that killed runs left for `target`.
pub(super) fn find(target: &Path) -> Result<Vec<Found>> {
    let directory = directory_of(target);
    let entries = match fs::read_dir(&directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("{}: cannot be listed", directory.display()))?,
    };
    let prefix = prefix(target.file_name().unwrap_or_default());
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("{}: cannot be listed", directory.display()))?;
        let name = entry.file_name();
        let middle = name
            .as_encoded_bytes()
            .strip_prefix(prefix.as_encoded_bytes())
            .and_then(|rest| rest.strip_suffix(b"tmp"))
            .and_then(|middle| str::from_utf8(middle).ok());
        let (Some(middle), true) = (middle, entry.file_type().is_ok_and(|kind| kind.is_file()))
        else {
            continue;
        };
        let path = entry.path();
        let content = match middle.trim_end_matches('.').split_once('-') {
            Some((old, new)) => content(&path, old, new)
                .with_context(|| format!("{}: cannot be read", path.display()))?,
            None if middle
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.') =>
            {
                Content::New
            }
            None => continue,
        };
        found.push(Found { path, content });
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn content(path: &Path, old: &str, new: &str) -> Result<Content> {
    let bytes = read_whole(&mut File::open(path)?)?;
    let found = digest(&bytes);
    Ok(match () {
        () if found == old => Content::Old(bytes),
        () if found == new => Content::New,
        () => Content::Edit,
    })
}

/// Keeps a person's edit beside the file, under a name that is free: `NAME.edit.bak`.
pub(super) fn keep(temp: &Path, target: &Path) -> io::Result<PathBuf> {
    rename_to_free_bak(temp, &with_suffix(target, ".edit"))
}

/// Renames a file to `STEM.bak`, or `STEM.2.bak`, … – the first name that is free.
pub(super) fn rename_to_free_bak(from: &Path, stem: &Path) -> io::Result<PathBuf> {
    let mut backup = with_suffix(stem, ".bak");
    let mut again = 1;
    while !platform::rename_to_free_name(from, &backup)? {
        again += 1;
        backup = with_suffix(stem, &format!(".{again}.bak"));
    }
    Ok(backup)
}
