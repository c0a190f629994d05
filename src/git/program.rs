//! The `git` on the PATH, and what it is asked.

use std::env;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt;
use std::path::{self, Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use anyhow::{Context, Result, bail};

use super::merge::Labels;
use crate::text::shown;

const NO_GIT: &str = "git cannot be run; is it on the PATH?";

/// The directory of git that the environment names, where its configuration names a work tree.
///
/// Git sets GIT_DIR alone for hooks and aliases in a linked work tree, for example. It would then take the directory in which it is run for
/// the top of the work tree, while without GIT_DIR it finds both by itself.
static DIRECTORY_WITH_WORK_TREE: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let named = path::absolute(env::var_os("GIT_DIR")?).ok()?;
    let mut config = Command::new("git");
    let asked = config.args(["config", "--get", "core.worktree"]).output();
    asked.ok()?.status.success().then_some(named)
});

/// Runs git in a directory, without a shell. Returns what git prints, or an error with git's message.
pub(super) fn ask<S: AsRef<OsStr>>(
    directory: &Path,
    args: impl IntoIterator<Item = S>,
) -> Result<Vec<u8>> {
    let mut git = Command::new("git");
    if env::var_os("GIT_WORK_TREE").is_some() {
        // Git would read relative paths from the directory in which it is run, and not from ours.
        for name in ["GIT_DIR", "GIT_WORK_TREE"] {
            if let Some(named) = env::var_os(name).filter(|named| !named.is_empty()) {
                git.env(name, path::absolute(named)?);
            }
        }
    } else {
        match &*DIRECTORY_WITH_WORK_TREE {
            Some(named) => git.env("GIT_DIR", named),
            None => git.env_remove("GIT_DIR"),
        };
    }
    let output = git
        .arg("--no-optional-locks")
        .arg("-C")
        .arg(directory)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .context(NO_GIT)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> = said.lines().map(|line| shown(line.trim())).collect();
    match lines.join("\n").trim() {
        "" => bail!("git said nothing, and ended with {}", output.status),
        said => bail!("{said}"),
    }
}

/// As [`ask`], where git prints a path on a line of its own. It may hold any bytes.
pub(super) fn ask_path(directory: &Path, args: &[&str]) -> Result<PathBuf> {
    let mut printed = ask(directory, args)?;
    if printed.ends_with(b"\n") {
        printed.pop();
    }
    Ok(OsString::from_vec(printed).into())
}

/// The path of a file with symlinks followed, as far as they lead to something.
fn real(path: &Path) -> Result<PathBuf> {
    let path = path::absolute(path)?;
    match (path.canonicalize(), path.parent(), path.file_name()) {
        (Ok(real), ..) => Ok(real),
        (Err(_), Some(parent), Some(name)) => Ok(real(parent)?.join(name)),
        _ => bail!("{}: this names no file", path.display()),
    }
}

/// The top of the work tree in which a file stands or will stand, and its path from there. Symlinks are followed.
pub(super) fn located(file: &Path) -> Result<(PathBuf, PathBuf)> {
    let file = real(file)?;
    let mut above = file.ancestors().skip(1);
    let nearest = above.find(|directory| directory.is_dir());
    let directory = nearest.unwrap_or(Path::new("/"));
    let root = ask_path(directory, &["rev-parse", "--show-toplevel"])
        .with_context(|| format!("{}: git finds no work tree for it", file.display()))?;
    let below = file.strip_prefix(&root)?.to_owned();
    Ok((root, below))
}

/// The bytes of a file in a git revision; a blank one is the index.
pub fn revision(revision: &str, file: &Path) -> Result<Vec<u8>> {
    let (root, below) = located(file)?;
    let mut object = OsString::from(format!("{revision}:./"));
    object.push(&below);
    let args = ["show", "--no-textconv", "--end-of-options"].map(OsStr::new);
    ask(&root, args.into_iter().chain([&*object]))
        .with_context(|| format!("{}: git has no {}", shown(revision), file.display()))
}

/// Merges three files as texts into `ours`, and returns how many conflicts it marked (127 stands for 127 or more). Where git cannot merge
/// them, `ours` stays and counts as one conflict, as it would without a driver.
pub fn merge_file(base: &Path, ours: &Path, theirs: &Path, labels: &Labels<'_>) -> Result<u8> {
    let status = Command::new("git")
        .arg("merge-file")
        .arg(format!("--marker-size={}", labels.marker_size))
        .args(["-L", labels.ours, "-L", "base", "-L", labels.theirs, "--"])
        .args([ours, base, theirs])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .context(NO_GIT)?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.filter(|conflicts| *conflicts <= 127).unwrap_or(1))
}
