//! Runs the `git` on the PATH.

use std::env;
use std::ffi::OsString;
use std::path::{self, Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::merge::Markers;
use crate::store::path_from_bytes;
use crate::text::shown;

const NO_GIT: &str = "git cannot be run; is it on the PATH?";

/// The environment variables that say where a repository is. Git sets them for hooks and aliases, but there the program may work on the
/// files of another repository, so git is run without them and finds the repository by the directory.
const REPOSITORY_VARIABLES: [&str; 5] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
];

/// A git command that will run in a directory, without a shell.
fn git_in(directory: &Path) -> Command {
    let mut git = Command::new("git");
    for name in REPOSITORY_VARIABLES {
        git.env_remove(name);
    }
    git.arg("--no-optional-locks").arg("-C").arg(directory);
    git
}

/// The output of git in a directory, run on these files with the repository's own index.
pub(super) fn run_git(directory: &Path, args: &[&str], files: &[PathBuf]) -> Result<Vec<u8>> {
    let mut git = git_in(directory);
    output_of(git.env_remove("GIT_INDEX_FILE").args(args).args(files))
}

/// The output of a git command, or an error with git's message.
fn output_of(git: &mut Command) -> Result<Vec<u8>> {
    let output = git.stdin(Stdio::null()).output().context(NO_GIT)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> = message.lines().map(|line| shown(line.trim())).collect();
    match lines.join("\n").trim() {
        "" => bail!("git printed no message, and ended with {}", output.status),
        message => bail!("{message}"),
    }
}

/// Like [`run_git`], for a command that prints a path on a line of its own.
pub(super) fn git_path(directory: &Path, args: &[&str]) -> Result<PathBuf> {
    let mut line = run_git(directory, args, &[])?;
    if line.ends_with(b"\n") {
        line.pop();
    }
    Ok(path_from_bytes(line))
}

/// The path of a file, with symlinks followed as far as they lead to something.
fn real_path(path: &Path) -> Result<PathBuf> {
    let path = path::absolute(path)?;
    match (path.canonicalize(), path.parent(), path.file_name()) {
        (Ok(real), ..) => Ok(real),
        (Err(_), Some(parent), Some(name)) => Ok(real_path(parent)?.join(name)),
        _ => bail!("{}: this does not name a file", path.display()),
    }
}

/// The top of the work tree that contains a file or will contain it, and the path of the file from there. Symlinks are followed.
pub(super) fn locate(file: &Path) -> Result<(PathBuf, PathBuf)> {
    let file = real_path(file)?;
    let mut above = file.ancestors().skip(1);
    let nearest = above.find(|directory| directory.is_dir());
    let directory = nearest.unwrap_or(Path::new("/"));
    let root = git_path(directory, &["rev-parse", "--show-toplevel"])
        .with_context(|| format!("{}: git finds no work tree for this file", file.display()))?;
    let below = file.strip_prefix(&root)?.to_owned();
    Ok((root, below))
}

/// Whether an index is in the git directory of another repository or work tree than the one with this top. An index that a person has put
/// elsewhere is not.
fn is_of_another_repository(index: &Path, root: &Path) -> Result<bool> {
    let own = git_path(root, &["rev-parse", "--absolute-git-dir"])?;
    let directory = index.parent().and_then(|above| above.canonicalize().ok());
    let is_ordinary = |found: &Path| found.is_dir() && !found.join("HEAD").exists();
    Ok(directory.is_none_or(|found| found != own && !is_ordinary(&found)))
}

/// The bytes of a file in a git revision. A blank revision is the index; in a hook, that is the one about to be committed.
pub fn revision(revision: &str, file: &Path) -> Result<Vec<u8>> {
    let (root, below) = locate(file)?;
    let mut object = OsString::from(format!("{revision}:./"));
    object.push(&below);
    let mut git = git_in(&root);
    if let Some(index) = env::var_os("GIT_INDEX_FILE")
        && is_of_another_repository(&root.join(index), &root)?
    {
        git.env_remove("GIT_INDEX_FILE");
    }
    // `git show` would accept a range as well, and print nothing.
    git.args(["cat-file", "--end-of-options", "blob"]);
    let named = match revision {
        "" => "the index".into(),
        _ => shown(revision),
    };
    output_of(git.arg(object)).with_context(|| format!("{named}: git has no {}", file.display()))
}

/// Merges three files as text into `ours`, and returns how many conflicts it marked (127 means 127 or more). If git cannot merge them,
/// `ours` stays as it is and counts as one conflict, as it would without a driver.
pub fn merge_file(base: &Path, ours: &Path, theirs: &Path, markers: &Markers<'_>) -> Result<u8> {
    let status = Command::new("git")
        .arg("merge-file")
        .arg(format!("--marker-size={}", markers.size))
        .args(["-L", markers.ours, "-L", "base", "-L", markers.theirs, "--"])
        .args([ours, base, theirs])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .context(NO_GIT)?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.filter(|conflicts| *conflicts <= 127).unwrap_or(1))
}
