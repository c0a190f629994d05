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

/// The variables that are about one repository. Git sets them for hooks and aliases, in which the program may work on the files of another
/// one. The first two say where it is.
const OF_ONE_REPOSITORY: [&str; 6] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
];

/// The repository that the environment names, as git reads it in our directory.
struct Named {
    git_directory: PathBuf,
    /// The top of the work tree, where the environment or the configuration names it. Otherwise git takes the directory in which it is run
    /// for the top, while without GIT_DIR it finds both by itself.
    top: Option<PathBuf>,
}

static NAMED: LazyLock<Option<Named>> = LazyLock::new(|| {
    let ask = |args: &[&str]| path_printed(Command::new("git").args(args));
    let has_top = env::var_os("GIT_WORK_TREE").is_some()
        || ask(&["config", "--get", "core.worktree"]).is_some();
    let top = has_top.then(|| ask(&["rev-parse", "--show-toplevel"]));
    Some(Named {
        git_directory: ask(&["rev-parse", "--absolute-git-dir"])?,
        top: top.flatten(),
    })
});

/// A git that is to run in a directory. What the environment says of a repository is left out where it is about another one.
fn git_for(directory: &Path) -> Command {
    let mut git = Command::new("git");
    if OF_ONE_REPOSITORY
        .iter()
        .all(|name| env::var_os(name).is_none())
    {
        return git;
    }
    let named = NAMED.as_ref();
    if let Some(Named {
        git_directory,
        top: Some(top),
    }) = named
        && directory.starts_with(top)
        && !is_another_between(git_directory, directory, top)
    {
        // Git would read relative paths from the directory in which it is run, and not from ours.
        git.env("GIT_DIR", git_directory).env("GIT_WORK_TREE", top);
        return git;
    }
    let mut finder = Command::new("git");
    for name in OF_ONE_REPOSITORY {
        finder.env_remove(name);
    }
    finder.arg("-C").arg(directory);
    let found = path_printed(finder.args(["rev-parse", "--absolute-git-dir"]));
    let is_named = named.is_some_and(|named| found.as_ref() == Some(&named.git_directory));
    let left_out = if is_named { 2 } else { OF_ONE_REPOSITORY.len() };
    for name in &OF_ONE_REPOSITORY[..left_out] {
        git.env_remove(name);
    }
    git
}

/// Whether a repository other than that of `named` begins below `top`, at the directory or above it, such as a submodule.
fn is_another_between(named: &Path, directory: &Path, top: &Path) -> bool {
    let below_top = directory.ancestors().take_while(|above| *above != top);
    let mut found = below_top.filter_map(|above| above.join(".git").canonicalize().ok());
    found.any(|git| git != named)
}

/// Runs git in a directory, without a shell. Returns what git prints, or an error with git's message.
pub(super) fn ask<S: AsRef<OsStr>>(
    directory: &Path,
    args: impl IntoIterator<Item = S>,
) -> Result<Vec<u8>> {
    let output = git_for(directory)
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

/// As [`ask`], where git prints a path on a line of its own.
pub(super) fn ask_path(directory: &Path, args: &[&str]) -> Result<PathBuf> {
    Ok(as_path(ask(directory, args)?))
}

/// The path that a git command prints on a line of its own; `None` where it fails.
fn path_printed(git: &mut Command) -> Option<PathBuf> {
    let output = git.stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| as_path(output.stdout))
}

/// A path on a line of its own. It may hold any bytes.
fn as_path(mut line: Vec<u8>) -> PathBuf {
    if line.ends_with(b"\n") {
        line.pop();
    }
    OsString::from_vec(line).into()
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
    // `git show` would take a range as well, and print nothing.
    let args = ["cat-file", "--end-of-options", "blob"].map(OsStr::new);
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
