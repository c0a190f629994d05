//! `git setup`: what a clone has to be told once, so that git merges rows and shows cells.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::program::{ask, real, root_of};
use crate::store::Snapshot;
use crate::text::shown;

/// The local configuration. Where the program is not found, or is one that knows no `git merge-driver`, git's own text merge and the
/// file as it is take its place: of a driver that is missing git would think that it left a conflict, and leave ours without markers,
/// and a textconv that fails ends `git diff`.
const CONFIG: [(&str, &str); 5] = [
    (
        "merge.core-dataset.name",
        "rows of the core dataset, by key",
    ),
    (
        "merge.core-dataset.driver",
        "if core-dataset git merge-driver --help >/dev/null 2>&1; \
         then exec core-dataset git merge-driver %O %A %B --path %P --marker-size %L --labels %X %Y; \
         else git merge-file --marker-size=%L -L %X -L base -L %Y %A %O %B || exit 1; fi",
    ),
    // Markers in the merge base of a criss-cross merge would make it unreadable.
    ("merge.core-dataset.recursive", "binary"),
    (
        "diff.core-dataset.textconv",
        "f() { core-dataset git textconv -- \"$1\" 2>/dev/null || cat -- \"$1\"; }; f",
    ),
    // The heading of a hunk says which model it is about.
    ("diff.core-dataset.xfuncname", r"^\[.*\]$"),
];

/// What is still to be set up.
#[derive(Debug)]
pub struct Setup {
    /// The top of the work tree.
    pub root: PathBuf,
    /// What is to be configured, for this clone only.
    pub config: Vec<(&'static str, &'static str)>,
    /// The lines that `.gitattributes` lacks.
    pub attributes: Vec<String>,
}

impl Setup {
    /// Looks at the repository in which the dataset stands.
    ///
    /// # Errors
    /// Outside of a work tree, and when the configuration or `.gitattributes` cannot be read.
    pub fn of(dataset: &Path, journal: &Path) -> Result<Setup> {
        let files = [real(dataset)?, real(journal)?];
        let root = root_of(&files[0])?;
        let mut config = Vec::new();
        for (key, value) in CONFIG {
            let set = ask(&root, ["config", "--local", "--get-all", key]).unwrap_or_default();
            if String::from_utf8_lossy(&set).trim_end_matches('\n') != value {
                config.push((key, value));
            }
        }
        let below_root = files.each_ref().map(|file| file.strip_prefix(&root).ok());
        let has_line_break = |file: &&&Path| file.to_string_lossy().contains('\n');
        if let Some(file) = below_root.iter().flatten().find(has_line_break) {
            bail!(
                "{}: .gitattributes cannot name a directory with a line break in its name; rename it",
                shown(&file.to_string_lossy())
            );
        }
        let directories = below_root.iter().filter_map(|file| (*file)?.parent());
        let mut attributes = Vec::new();
        for directory in directories.collect::<BTreeSet<_>>() {
            let tables = pattern(directory, "*.csv");
            attributes.push(format!(
                "{tables} merge=core-dataset diff=core-dataset -text"
            ));
        }
        if let Some(journal) = below_root[1]
            && let (Some(directory), Some(name)) = (journal.parent(), journal.file_name())
        {
            let journal = pattern(directory, &name.to_string_lossy());
            attributes.push(format!("{journal} merge=union"));
        }
        let present = attributes_of(&root)?;
        let present = String::from_utf8_lossy(&present);
        attributes.retain(|line| !present.lines().any(|found| found.trim() == line));
        Ok(Setup {
            config,
            attributes,
            root,
        })
    }

    /// Writes it.
    ///
    /// # Errors
    /// When git does not take the configuration, or `.gitattributes` cannot be written.
    pub fn write(&self) -> Result<()> {
        for (key, value) in &self.config {
            ask(
                &self.root,
                ["config", "--local", "--replace-all", key, value],
            )?;
        }
        if self.attributes.is_empty() {
            return Ok(());
        }
        let present = attributes_of(&self.root)?;
        let is_open = !present.is_empty() && !present.ends_with(b"\n");
        let text = if is_open { "\n" } else { "" }.to_owned() + &self.attributes.join("\n") + "\n";
        let path = self.root.join(ATTRIBUTES);
        let file = OpenOptions::new().create(true).append(true).open(&path);
        file.and_then(|mut file| file.write_all(text.as_bytes()))
            .with_context(|| format!("{}: cannot be written", path.display()))
    }
}

/// The file at the top of the work tree that says how git treats others.
const ATTRIBUTES: &str = ".gitattributes";

fn attributes_of(root: &Path) -> Result<Vec<u8>> {
    let present = Snapshot::read(&root.join(ATTRIBUTES))?;
    Ok(present.bytes.unwrap_or_default())
}

/// The files of this name in a directory, as `.gitattributes` writes them: from the top of the work tree, quoted where it has to be.
fn pattern(directory: &Path, name: &str) -> String {
    let mut pattern = String::new();
    for part in directory {
        for letter in part.to_string_lossy().chars() {
            if matches!(letter, '*' | '?' | '[' | '\\') {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        pattern.push('/');
    }
    pattern.push_str(name);
    // Without a slash it would be a name in any directory; `#` begins a comment, and `!` is not allowed.
    if directory.as_os_str().is_empty() || pattern.starts_with(['#', '!']) {
        pattern.insert(0, '/');
    }
    if pattern.contains(|letter: char| letter.is_whitespace() || letter == '"') {
        return format!("\"{}\"", pattern.replace('\\', "\\\\").replace('"', "\\\""));
    }
    pattern
}

/// Whether a shell, and so git, finds the program.
pub fn is_on_path() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let name = format!("core-dataset{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).any(|directory| directory.join(&name).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_one_directory_whatever_its_name() {
        let of = |directory: &str| pattern(Path::new(directory), "*.csv");
        assert_eq!(of("data/clean"), "data/clean/*.csv");
        assert_eq!(of(""), "/*.csv");
        assert_eq!(of("#a"), "/#a/*.csv");
        assert_eq!(of("a [b]"), "\"a \\\\[b]/*.csv\"");
    }
}
