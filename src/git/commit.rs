//! `--commit`: what a run wrote becomes one commit, by the user's own git.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::program::{ask, is_ignored, is_so, path, real, root_of, tell};
use crate::terminal::listed;

/// A commit that is to be made of files that are to be written. It is prepared before anything is, so that it can be refused.
#[derive(Debug)]
pub struct Commit {
    /// The top of the work tree.
    root: PathBuf,
    /// The files, from there.
    files: Vec<PathBuf>,
    pub message: String,
}

/// What git keeps while an operation waits for a person, and what that operation is called.
const UNDER_WAY: [(&str, &str); 3] = [
    ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
];

/// Where git keeps what is left of an operation of several commits, between two of them too, and what that operation is called.
const SEQUENCES: [(&str, &str); 3] = [
    ("rebase-merge", "rebase"),
    ("rebase-apply", "rebase"),
    ("sequencer", "cherry-pick or revert"),
];

impl Commit {
    /// Looks whether these files can be committed once they are written. Symlinks are followed; files that git ignores are left out.
    ///
    /// # Errors
    /// Outside of a work tree, in the middle of an operation of git's, when one of the files differs from HEAD already, and when git
    /// ignores them all.
    pub fn prepare(files: &[&Path], message: String) -> Result<Commit> {
        let files: Vec<PathBuf> = files.iter().map(|file| real(file)).collect::<Result<_>>()?;
        let Some(first) = files.first() else {
            bail!("there is nothing to commit");
        };
        let root = root_of(first)?;
        for file in &files {
            if root_of(file)? != root {
                bail!(
                    "{} stands in another work tree than {}",
                    file.display(),
                    first.display()
                );
            }
        }
        refuse_under_way(&root)?;
        let mut kept = Vec::new();
        for file in &files {
            if let Ok(file) = file.strip_prefix(&root)
                && !is_ignored(&root, file)?
            {
                kept.push(file.to_owned());
            }
        }
        if kept.is_empty() {
            bail!("git ignores the files that would be committed");
        }
        let commit = Commit {
            root,
            files: kept,
            message,
        };
        let differ = commit.ask(&["status", "--porcelain", "-z", "--untracked-files=all"])?;
        if !differ.is_empty() {
            let differ = String::from_utf8_lossy(&differ);
            let paths = differ.split('\0').filter_map(|entry| entry.get(3..));
            // A file that the index does not have, and the work tree has, is told twice.
            let paths: BTreeSet<&str> = paths.collect();
            bail!(
                "these differ from HEAD already, commit or restore them first: {}",
                listed(paths.into_iter().map(str::to_owned))
            );
        }
        Ok(commit)
    }

    /// Commits the files, and only them: what else is staged stays so. Returns the commit's name.
    ///
    /// # Errors
    /// When git does not, because a hook refuses it, or nobody is known to have made it.
    pub fn make(&self) -> Result<String> {
        let made = self.commit();
        if made.is_err() {
            // They were as in HEAD before: what was added goes from the index, as the commit has failed already.
            let _ = self.ask(&["reset", "--quiet"]);
        }
        made
    }

    /// The files, as a message names them.
    pub fn names(&self) -> String {
        let files = self.files.iter().map(|file| self.root.join(file));
        let names: Vec<String> = files.map(|file| file.display().to_string()).collect();
        names.join(" and ")
    }

    fn commit(&self) -> Result<String> {
        // Of the files that git ignores only those are left that it tracks all the same, and it adds them no other way.
        self.ask(&["add", "--force"])?;
        let args = "commit --quiet --only --cleanup=whitespace --file=- --".split(' ');
        let files = self.files.iter().map(|file| file.as_os_str());
        tell(&self.root, args.map(OsStr::new).chain(files), &self.message)?;
        let name = ask(&self.root, ["rev-parse", "--short", "HEAD"])?;
        Ok(String::from_utf8_lossy(&name).trim().to_owned())
    }

    /// Asks git about the files.
    fn ask(&self, args: &[&str]) -> Result<Vec<u8>> {
        let files = self.files.iter().map(|file| file.as_os_str());
        let args = args.iter().chain(&["--"]).map(OsStr::new);
        ask(&self.root, args.chain(files))
    }
}

/// In the middle of a merge a commit would end it, and in the middle of a rebase it would become part of another's work.
fn refuse_under_way(root: &Path) -> Result<()> {
    for (head, what) in UNDER_WAY {
        if is_so(root, ["rev-parse", "--quiet", "--verify", head])? {
            bail!("a {what} is under way in {}; end it first", root.display());
        }
    }
    let directory = path(ask(root, ["rev-parse", "--absolute-git-dir"])?);
    for (name, what) in SEQUENCES {
        if directory.join(name).exists() {
            bail!("a {what} is under way in {}; end it first", root.display());
        }
    }
    Ok(())
}
