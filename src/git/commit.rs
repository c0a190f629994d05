//! `--commit`: puts the files that a run wrote into one commit, with the user's own git.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use strum::VariantArray;

use super::kind::Kind;
use super::program::{git_path, locate, run_git};
use crate::terminal::listed;

/// A commit of files that are yet to be written. It is prepared before anything is written, so that it can still be refused.
#[derive(Debug)]
pub struct Commit {
    /// The top of the work tree.
    root: PathBuf,
    /// The paths of the files, relative to `root`.
    files: Vec<PathBuf>,
    /// The files that the commit lacks because git ignores them, named in the same way.
    pub ignored: Vec<PathBuf>,
    pub message: String,
}

impl Commit {
    /// Checks whether these files can be committed once they are written. Symlinks are followed; files that git ignores are left out.
    ///
    /// # Errors
    /// When the files are outside a work tree or in several, when git is in the middle of an operation such as a merge, when it ignores all
    /// the files, when it does not look at one of them or at a table beside them in the work tree, when it does not know who commits, or
    /// when one of the files differs from HEAD already.
    pub fn prepare(files: &[&Path], message: String) -> Result<Commit> {
        let located = files.iter().map(|file| locate(file));
        let (mut roots, below): (Vec<_>, Vec<_>) = located.collect::<Result<_>>()?;
        roots.dedup();
        let [root] = &roots[..] else {
            bail!(
                "the files that would be committed are in several git work trees; run the command without --commit, and commit them by hand"
            );
        };
        refuse_during_operation(root)?;
        let (ignored, below): (Vec<_>, Vec<_>) =
            below.into_iter().partition(|file| is_ignored(root, file));
        if below.is_empty() {
            bail!(
                "git ignores the files that would be committed; change .gitignore, or run the command without --commit"
            );
        }
        refuse_unwatched(root, &below)?;
        // Without a name and an email address, git would refuse the commit only after the files are written.
        for who in ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"] {
            run_git(root, &["var", who], &[])?;
        }
        let commit = Commit {
            root: root.clone(),
            files: below,
            ignored,
            message,
        };
        let status = ["status", "--porcelain", "-z", "--no-renames"];
        let differ = commit.git(&[&status[..], &["--untracked-files=all"]].concat())?;
        if !differ.is_empty() {
            let differ = String::from_utf8_lossy(&differ);
            // Each name follows two letters and a space. A file that HEAD and the work tree have, but the index lacks, is listed twice.
            let names: BTreeSet<&str> = differ.split('\0').filter_map(|one| one.get(3..)).collect();
            bail!(
                "these files already differ from HEAD; commit or restore them first: {}",
                listed(names)
            );
        }
        Ok(commit)
    }

    /// Commits only these files; other staged work stays staged. Returns the short hash of the commit.
    pub fn make(&self) -> Result<String> {
        // `--force` is for files that git tracks although a rule ignores them. Other ignored files were left out.
        let made = self.git(&["add", "--force"]).and_then(|_| {
            let only = ["commit", "--quiet", "--only", "--cleanup=whitespace"];
            self.git(&[&only[..], &["--message", &self.message]].concat())
        });
        if let Err(refused) = made {
            // This restores the index, in which these files were as in HEAD.
            let _ = self.git(&["reset", "--quiet"]);
            return Err(refused);
        }
        let name = run_git(&self.root, &["rev-parse", "--short", "HEAD"], &[])?;
        Ok(String::from_utf8_lossy(&name).trim().to_owned())
    }

    /// The paths of the files, for a message.
    pub fn names(&self) -> String {
        let files = self.files.iter();
        let names = files.map(|file| self.root.join(file).display().to_string());
        names.collect::<Vec<_>>().join(" and ")
    }

    /// Runs a git command on the files, whose paths are not read as patterns.
    fn git(&self, args: &[&str]) -> Result<Vec<u8>> {
        let args = [&["--literal-pathspecs"], args, &["--"]].concat();
        run_git(&self.root, &args, &self.files)
    }
}

/// Whether git ignores a file, given by its path from the top of the work tree.
fn is_ignored(root: &Path, file: &Path) -> bool {
    // This command takes paths literally, except those that begin with a colon.
    let file = Path::new(".").join(file);
    run_git(root, &["check-ignore", "--quiet", "--"], &[file]).is_ok()
}

/// Refuses a commit while git is in the middle of an operation: the commit would end a merge, or become part of a rebase.
fn refuse_during_operation(root: &Path) -> Result<()> {
    let directory = git_path(root, &["rev-parse", "--absolute-git-dir"])?;
    let directories = ["rebase-merge", "rebase-apply", "sequencer"];
    let commits = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"];
    let is_commit =
        |name: &&str| run_git(root, &["rev-parse", "--quiet", "--verify", name], &[]).is_ok();
    if directories.iter().any(|name| directory.join(name).exists()) || commits.iter().any(is_commit)
    {
        bail!(
            "a merge, rebase, cherry-pick or revert is under way in {}; finish or abort it first",
            root.display()
        );
    }
    Ok(())
}

/// Refuses a commit if git does not look at one of these files in the work tree, or assumes it unchanged: the commit would lack what the
/// run writes, or hold what somebody else wrote. A table beside them must not be left out either, as in a sparse checkout, because the run
/// took it for one that does not exist.
fn refuse_unwatched(root: &Path, files: &[PathBuf]) -> Result<()> {
    let mut paths = files.to_vec();
    for table in Kind::VARIANTS.iter().map(<&str>::from) {
        paths.extend(files.iter().map(|file| file.with_file_name(table)));
    }
    let args = ["--literal-pathspecs", "ls-files", "-v", "-z", "--"];
    let tracked = run_git(root, &args, &paths)?;
    let tracked = String::from_utf8_lossy(&tracked);
    // Git tags files that it does not look for in the work tree with an S, and files that it assumes unchanged with a lower-case letter.
    let entries = tracked.split('\0').filter_map(|one| one.split_once(' '));
    let unwatched = entries.filter(|(tag, file)| {
        let is_written = files.iter().any(|written| written == Path::new(file));
        tag.eq_ignore_ascii_case("s") || (is_written && tag.chars().all(char::is_lowercase))
    });
    let unwatched: Vec<&str> = unwatched.map(|(_, file)| file).collect();
    if !unwatched.is_empty() {
        bail!(
            "git skips these files in the work tree (skip-worktree or assume-unchanged); undo that first, with \
             `git sparse-checkout add`, `git update-index --no-skip-worktree` or `git update-index --no-assume-unchanged`: {}",
            listed(unwatched)
        );
    }
    Ok(())
}
