//! The `git` on the PATH, and what it is asked.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};

use super::merge::Labels;
use crate::text::shown;

/// `git` in a directory. Paths are taken as they are, not as patterns, and arguments go through no shell.
fn git(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(directory).stdin(Stdio::null());
    command.args(["--no-optional-locks", "--literal-pathspecs"]);
    command
}

const NO_GIT: &str = "git cannot be run; is it on the PATH?";

fn output(command: &mut Command) -> Result<Output> {
    command.output().context(NO_GIT)
}

/// Runs git; what it prints, or an error with what it says.
pub(super) fn ask<S: AsRef<OsStr>>(
    directory: &Path,
    args: impl IntoIterator<Item = S>,
) -> Result<Vec<u8>> {
    finished(output(git(directory).args(args))?)
}

/// As [`ask`], with text on its standard input.
pub(super) fn tell<S: AsRef<OsStr>>(
    directory: &Path,
    args: impl IntoIterator<Item = S>,
    input: &str,
) -> Result<Vec<u8>> {
    let mut command = git(directory);
    command.args(args).stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context(NO_GIT)?;
    if let Some(mut stdin) = child.stdin.take() {
        // Where git ends before it has read, its exit code says why.
        let _ = stdin.write_all(input.as_bytes());
    }
    finished(child.wait_with_output()?)
}

fn finished(output: Output) -> Result<Vec<u8>> {
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said: Vec<_> = said.lines().map(|line| shown(line.trim())).collect();
        match said.join("\n").trim() {
            "" => bail!("git said nothing, and ended with {}", output.status),
            said => bail!("{said}"),
        }
    }
    Ok(output.stdout)
}

/// Whether git answers yes, by its exit code.
pub(super) fn is_so<S: AsRef<OsStr>>(
    directory: &Path,
    args: impl IntoIterator<Item = S>,
) -> Result<bool> {
    Ok(output(git(directory).args(args))?.status.success())
}

/// Whether git ignores a file, given by its path from the directory.
pub(super) fn is_ignored(directory: &Path, file: &Path) -> Result<bool> {
    // It is the one command that knows no --literal-pathspecs, and takes all paths literally but those that begin with a colon.
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(directory)
        .args(["check-ignore", "--quiet", "--"]);
    let output = output(command.arg(Path::new(".").join(file)).stdin(Stdio::null()))?;
    match output.status.code() {
        Some(1) => Ok(false),
        _ => finished(output).map(|_| true),
    }
}

/// A path that git prints on a line of its own. It may hold any bytes.
pub(super) fn path(mut printed: Vec<u8>) -> PathBuf {
    if printed.ends_with(b"\n") {
        printed.pop();
    }
    OsString::from_vec(printed).into()
}

/// Where a file really stands: symlinks followed, as far as there is something to follow.
pub(super) fn real(path: &Path) -> Result<PathBuf> {
    if let Ok(real) = path.canonicalize() {
        return Ok(real);
    }
    let Some(name) = path.file_name() else {
        bail!("{}: no name of a file", path.display());
    };
    let parent = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => bail!("{}: it stands in no directory", path.display()),
    };
    Ok(real(parent)?.join(name))
}

/// The nearest directory above `file` that exists.
pub(super) fn nearest_directory(file: &Path) -> &Path {
    let mut above = file.ancestors().skip(1);
    above
        .find(|directory| directory.is_dir())
        .unwrap_or(Path::new("."))
}

/// The top of the work tree in which a file stands, or will.
pub(super) fn root_of(file: &Path) -> Result<PathBuf> {
    let root = ask(nearest_directory(file), ["rev-parse", "--show-toplevel"]);
    root.map(path)
        .with_context(|| format!("{} stands in no work tree of git", file.display()))
}

/// The bytes of a file in a git revision; a blank one is the index.
///
/// # Errors
/// When git does not know the revision, or it has no such file.
pub fn revision(revision: &str, file: &Path) -> Result<Vec<u8>> {
    let file = real(file)?;
    let directory = nearest_directory(&file);
    let below = file.strip_prefix(directory).unwrap_or(&file);
    let mut object = OsString::from(format!("{revision}:./"));
    object.push(below);
    let args = ["show", "--no-textconv", "--end-of-options"].map(OsStr::new);
    ask(directory, args.into_iter().chain([&*object]))
        .with_context(|| format!("{}: git has no {}", shown(revision), file.display()))
}

/// Merges three files as texts into `ours`, and returns how many conflicts it marked (127 stands for 127 or more); `None` where git cannot
/// merge them and leaves `ours` as it was.
///
/// # Errors
/// When git cannot be run.
pub fn merge_file(base: &Path, ours: &Path, theirs: &Path, labels: &Labels) -> Result<Option<u8>> {
    let mut command = Command::new("git");
    command
        .arg("merge-file")
        .arg(format!("--marker-size={}", labels.marker_size))
        .args(["-L", &labels.ours, "-L", "base", "-L", &labels.theirs, "--"])
        .args([ours, base, theirs])
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let status = command.status().context(NO_GIT)?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.filter(|conflicts| *conflicts <= 127))
}
