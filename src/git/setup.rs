//! `git setup`: configures a clone once, so that git merges rows and shows cells.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use serde::Serialize;

use super::kind::Kind;
use super::program::{locate, run_git};
use crate::store::{Snapshot, write_file};

/// The local configuration. If the program is not found, or is a version without `git merge-driver`, the commands fall back on git's own
/// text merge and on the file as it is. Otherwise git would take a missing driver for a conflict and leave our file without markers, and a
/// textconv that fails would end `git diff`. Git before 2.44 passes on `%X` and `%Y`, the names of the sides, as they are.
const CONFIG: [(&str, &str); 4] = [
    (
        "merge.core-dataset.driver",
        "if core-dataset git merge-driver --help >/dev/null 2>&1; \
         then exec core-dataset git merge-driver %O %A %B --path %P --marker-size %L --labels %X %Y; \
         else git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B || exit 1; fi",
    ),
    // Two branches that merged each other have several merge bases, which git merges first. With `binary`, it would take the oldest version
    // as the base instead, and a change that one side has taken back since would look as if that side had never made it.
    ("merge.core-dataset.recursive", "core-dataset"),
    (
        "diff.core-dataset.textconv",
        "f() { core-dataset git textconv -- \"$1\" 2>/dev/null || cat -- \"$1\"; }; f",
    ),
    // The heading of a hunk says which model it is about.
    ("diff.core-dataset.xfuncname", r"^\[.*\]$"),
];

/// The file at the top of the work tree that tells git how to treat other files.
const ATTRIBUTES: &str = ".gitattributes";

/// What is still to be set up, and whether it was done.
#[derive(Debug, Serialize)]
pub struct Setup {
    /// The top of the work tree.
    pub root: PathBuf,
    /// The settings that the configuration lacks, for this clone only.
    pub config: BTreeMap<&'static str, &'static str>,
    /// The lines that `.gitattributes` lacks.
    pub attributes: Vec<String>,
    pub written: bool,
    /// The files that git would still merge in another way, because another line about them takes precedence, or `.gitattributes` is a
    /// symlink, which git does not follow.
    pub overridden: Vec<String>,
    /// Whether a shell, and so git, finds the program.
    pub on_path: bool,
}

/// Sets up the repository of the dataset, or, for a preview, only finds out what is to be set up.
pub fn setup(dataset: &Path, journal: &Path, is_preview: bool) -> Result<Setup> {
    let (root, dataset) = locate(dataset)?;
    let (other, journal) = locate(journal)?;
    if other != root {
        let (one, other) = (root.display(), other.display());
        bail!("the dataset and its journal are in two git work trees, {one} and {other}");
    }
    let mut config = BTreeMap::from(CONFIG);
    config.retain(|key, value| {
        let set = run_git(&root, &["config", "--local", "--get-all", key], &[]);
        !set.is_ok_and(|set| set.trim_ascii_end() == value.as_bytes())
    });
    // If the dataset is a symlink, the other tables are in the directory of the journal, not beside the target.
    let tables = |file: &Path| {
        let tables = pattern(&file.with_file_name("*.csv"));
        format!("{tables} merge=core-dataset diff=core-dataset -text")
    };
    let mut attributes = vec![tables(&dataset), tables(&journal)];
    attributes.dedup();
    attributes.push(format!("{} merge=union", pattern(&journal)));
    let path = root.join(ATTRIBUTES);
    let mut bytes = Snapshot::read(&path)?.bytes.unwrap_or_default();
    let present = String::from_utf8_lossy(&bytes);
    attributes.retain(|line| !present.lines().any(|found| found.trim() == line));
    let is_set_up = config.is_empty() && attributes.is_empty();
    let written = !is_preview && !is_set_up;
    if written {
        for (key, value) in &config {
            let args = ["config", "--local", "--replace-all", key, value];
            run_git(&root, &args, &[])?;
        }
    }
    if written && !attributes.is_empty() {
        if !bytes.is_empty() && !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
        for line in &attributes {
            bytes.extend(format!("{line}\n").into_bytes());
        }
        write_file(&path, &bytes)?;
    }
    let mut overridden = Vec::new();
    if written || is_set_up {
        overridden = merged_otherwise(&root, dataset, journal)?;
    }
    Ok(Setup {
        overridden,
        root,
        config,
        attributes,
        written,
        on_path: is_on_path(),
    })
}

/// The files that git merges in another way than this setup says.
fn merged_otherwise(root: &Path, dataset: PathBuf, journal: PathBuf) -> Result<Vec<String>> {
    let beside = |kind: Kind| journal.with_file_name(<&str>::from(kind));
    let [decisions, aliases] = [Kind::Decisions, Kind::Aliases].map(beside);
    let files = [dataset, decisions, aliases, journal];
    let drivers = ["core-dataset", "core-dataset", "core-dataset", "union"];
    let found = run_git(root, &["check-attr", "-z", "merge", "--"], &files)?;
    // For each file: the path, the attribute and its value, each followed by a NUL.
    let found = found.split(|byte| *byte == 0).skip(2).step_by(3);
    let mut otherwise = Vec::new();
    for ((file, driver), found) in files.iter().zip(drivers).zip(found) {
        if found != driver.as_bytes() {
            otherwise.push(file.display().to_string());
        }
    }
    Ok(otherwise)
}

/// The pattern for a file in `.gitattributes`: its path from the top of the work tree, quoted where necessary. The file name may be a
/// pattern itself, so only the directory is escaped.
fn pattern(file: &Path) -> String {
    let directory = file.parent().unwrap_or(Path::new("")).join("");
    let mut pattern = String::new();
    for letter in directory.to_string_lossy().chars() {
        if matches!(letter, '*' | '?' | '[' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern += &file.file_name().unwrap_or_default().to_string_lossy();
    // A pattern without a slash would match in every directory, `#` would begin a comment, and `!` is not allowed.
    if !pattern.contains('/') || pattern.starts_with(['#', '!']) {
        pattern.insert(0, '/');
    }
    if pattern.contains(|letter: char| letter.is_whitespace() || letter == '"') {
        let escaped = pattern.replace('\\', r"\\").replace('"', "\\\"");
        return format!("\"{}\"", escaped.replace('\n', r"\n"));
    }
    pattern
}

fn is_on_path() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join("core-dataset").is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_exactly_one_directory_whatever_its_name() {
        let of = |directory: &str| pattern(&Path::new(directory).join("*.csv"));
        assert_eq!(of("data/clean"), "data/clean/*.csv");
        assert_eq!(of(""), "/*.csv");
        assert_eq!(of("#a"), "/#a/*.csv");
        assert_eq!(of("a [b]"), "\"a \\\\[b]/*.csv\"");
        assert_eq!(of("a\nb"), "\"a\\nb/*.csv\"");
    }
}
