//! `core-dataset git …`: the setup of a clone, and the two drivers that git then runs.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use tracing::warn;

use super::Exit;
use super::load::named_file;
use super::print::{print_unless_quiet, write};
use crate::config::Config;
use crate::git::{self, Kind, Markers, Merged, Setup, merge, merge_file, textconv};
use crate::paste;
use crate::terminal::{Screen, listed, wrap};
use crate::text::shown;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  core-dataset git setup")]
pub struct GitArgs {
    #[command(subcommand)]
    command: GitCommand,
}

impl GitArgs {
    pub(crate) fn is_run_by_git(&self) -> bool {
        !matches!(self.command, GitCommand::Setup { .. })
    }
}

#[derive(Debug, Subcommand)]
enum GitCommand {
    /// Configure the two drivers in this clone, and complete .gitattributes
    #[command(after_help = "Examples:\n  core-dataset git setup --print\n  core-dataset git setup")]
    Setup {
        /// Say what would be set up, and change nothing
        #[arg(long)]
        print: bool,
    },
    /// Merge three versions of a file row by row; git runs this
    MergeDriver(MergeDriverArgs),
    /// Print a file with a line for each cell; git runs this
    Textconv {
        /// The file
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
struct MergeDriverArgs {
    /// The version that both sides come from (%O)
    base: PathBuf,
    /// Our version, which the result replaces (%A)
    ours: PathBuf,
    /// Their version (%B)
    theirs: PathBuf,
    /// The path of the file (%P)
    #[arg(long, allow_hyphen_values = true)]
    path: PathBuf,
    /// The length of a conflict marker (%L)
    #[arg(long, value_name = "N", default_value_t = 7)]
    marker_size: u16,
    /// The labels after the markers (%X %Y)
    #[arg(
        long,
        num_args = 2,
        value_names = ["OURS", "THEIRS"],
        default_values = ["ours", "theirs"],
        allow_hyphen_values = true
    )]
    labels: Vec<String>,
}

pub(crate) fn run(config: &Config, args: &GitArgs) -> Result<Exit> {
    match &args.command {
        GitCommand::Setup { print } => setup(config, *print),
        GitCommand::MergeDriver(args) => Ok(merge_driver(args).unwrap_or_else(|error| {
            let _ = writeln!(io::stderr(), "error: {}", shown(&format!("{error:#}")));
            STOP
        })),
        GitCommand::Textconv { file } => {
            write(config, &textconv(&named_file(file, "")?)).map(|()| Exit::Done)
        }
    }
}

fn setup(config: &Config, print: bool) -> Result<Exit> {
    // In the wrong directory, git would be set up for files that do not exist.
    let directory = &config.paths.directory;
    if !directory.is_dir() {
        bail!(
            "{}: this directory does not exist; name the data directory with --data-dir DIR or CORE_DATASET_DATA_DIR",
            directory.display()
        );
    }
    let setup = git::setup(&config.paths.dataset, &config.paths.journal, print)?;
    let written = if setup.written {
        "it is set up, but"
    } else {
        "nothing was written"
    };
    print_unless_quiet(config, &setup, |_| setup_text(&setup)).context(written)?;
    for file in &setup.overridden {
        warn!(
            "{}: git still merges it in another way, because another .gitattributes line takes precedence, or because .gitattributes is a \
             symlink, which git does not follow; `git check-attr merge {}` shows how",
            shown(file),
            shown(file)
        );
    }
    if !setup.on_path {
        warn!(
            "core-dataset is not on the PATH, where git looks for it: until it is, git merges the files as text and shows them \
             as they are"
        );
    }
    Ok(Exit::Done)
}

fn setup_text(setup: &Setup) -> String {
    let config = setup.config.iter();
    let config = config.map(|(key, value)| format!("git config: {key} = {value}\n"));
    let attributes = setup.attributes.iter();
    let attributes = attributes.map(|line| format!(".gitattributes: {}\n", shown(line)));
    let lines: String = config.chain(attributes).collect();
    let end = match (setup.written, lines.is_empty()) {
        (true, _) if setup.attributes.is_empty() => "Written",
        (true, _) => "Written; commit .gitattributes, so that every clone has it",
        (false, true) => "Already set up: nothing written",
        (false, false) => "Nothing written; `core-dataset git setup` writes this",
    };
    format!("{lines}{end}\n")
}

/// With this code, git stops the merge and leaves the work tree as it was. A code below 129 would say that our file holds a result.
const STOP: Exit = Exit::Merge(129);

/// Merges row by row. Files that cannot be read that way are merged as text, so that the result is never worse than without a driver.
fn merge_driver(args: &MergeDriverArgs) -> Result<Exit> {
    let (ours, theirs) = match &args.labels[..] {
        [ours, theirs] if ours != "%X" => (&**ours, &**theirs),
        // Git before 2.44 does not know these placeholders and passes them on as they are.
        _ => ("ours", "theirs"),
    };
    let markers = Markers {
        size: args.marker_size.into(),
        ours,
        theirs,
    };
    if let Some(kind) = Kind::of(&args.path) {
        let read = |file| named_file(file, "");
        let [base, ours, theirs] = [read(&args.base)?, read(&args.ours)?, read(&args.theirs)?];
        match merge(kind, [&base, &ours, &theirs], &markers) {
            Ok(merged) => return write_merged(args, kind, &merged),
            Err(_) if is_recorded(&ours) => {}
            Err(unreadable) => print_line(args, &format!("{unreadable:#}; merged as text")),
        }
    }
    merge_file(&args.base, &args.ours, &args.theirs, &markers).map(Exit::Merge)
}

/// Whether git is applying a recorded resolution (rerere). The texts that it then merges have conflicts between markers without a label,
/// while the dataset itself is sound.
fn is_recorded(ours: &[u8]) -> bool {
    let mut lines = ours.split(|byte| *byte == b'\n');
    lines.any(|line| line.len() >= 7 && line.iter().all(|sign| *sign == b'<'))
}

/// Writes the merged file over ours, and lists the conflicts.
fn write_merged(args: &MergeDriverArgs, kind: Kind, merged: &Merged) -> Result<Exit> {
    fs::write(&args.ours, &merged.bytes)
        .with_context(|| format!("{}: cannot be written", args.ours.display()))?;
    if merged.conflicts.is_empty() {
        return Ok(Exit::Done);
    }
    print_line(args, &format!("in conflict: {}", listed(&merged.conflicts)));
    if let Some(command) = command_to_compare(&args.path).filter(|_| kind == Kind::Dataset) {
        let others = "CHERRY_PICK_HEAD:, REVERT_HEAD^: or REBASE_HEAD:";
        let hint = format!(
            "run `{command}` at the top of the work tree to see what differs; outside a merge, use {others} instead of MERGE_HEAD:"
        );
        print_line(args, &hint);
    }
    Ok(Exit::Merge(1))
}

/// The command that shows what differs in a merge of the dataset at this path, for a person at the top of the work tree. Where a symlink
/// leads to a dataset elsewhere, the path does not tell the data directory.
fn command_to_compare(path: &Path) -> Option<String> {
    let above = path.parent()?;
    let directory = match above.parent().filter(|_| above.ends_with("clean")) {
        Some(directory) if directory.as_os_str().is_empty() => Some("."),
        Some(directory) => Some(directory.to_str()?),
        None => None,
    };
    paste::command("diff HEAD:", "MERGE_HEAD:", [("--data-dir", directory)])
}

/// Prints a line to stderr, where git reports on the merge. Nothing is printed while git merges several merge bases into one: the label of
/// our version says so or, before git 2.44, only the greater length of the markers.
fn print_line(args: &MergeDriverArgs, text: &str) {
    let ours = &args.labels[0];
    if ours.starts_with("Temporary merge branch") || (ours == "%X" && args.marker_size > 7) {
        return;
    }
    let line = format!("core-dataset: {}: {text}", args.path.display());
    let line = wrap(&shown(&line), "  ", Screen::of_stderr());
    let _ = writeln!(io::stderr(), "{line}");
}
