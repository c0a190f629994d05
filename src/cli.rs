//! The command line: flags → [`Config`], a struct that the rest of the program can read without clap.

use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::history::Question;

/// What was asked for, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where the files are.
    pub paths: Paths,
    /// How the result is printed.
    pub format: Format,
    /// How much is said.
    pub verbosity: Verbosity,
    /// What is to be done.
    pub command: Command,
}

/// The files of a data directory (behaviour §1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The stage-2 estimates, read only.
    pub estimates: PathBuf,
    /// The curated dataset.
    pub dataset: PathBuf,
    /// The audit journal.
    pub journal: PathBuf,
}

impl Paths {
    /// The files below `directory`.
    pub fn below(directory: &Path) -> Paths {
        Paths {
            estimates: directory.join("estimated/estimated_models.json"),
            dataset: directory.join("clean/above_1e25_flop.csv"),
            journal: directory.join("clean/above_1e25_flop.history.jsonl"),
        }
    }
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs: one JSON object
    Json,
}

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verbosity {
    /// Errors only, and no report when nothing changed.
    Quiet,
    /// Warnings, and a report that shortens long groups.
    Normal,
    /// Debug logs, and a whole report.
    Verbose,
}

/// A command with its options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Refresh or reset the dataset.
    Refresh(RefreshOptions),
    /// Bring human work back from an older copy.
    Reapply(ReapplyOptions),
    /// Read the journal.
    History(Question),
}

#[derive(Parser)]
#[command(
    name = "core-dataset",
    version,
    about = "Refreshes the curated dataset of AI models above 1e25 training FLOP from the latest estimates, \
             and never touches what a person wrote",
    after_help = EXAMPLES
)]
struct Cli {
    #[command(flatten)]
    shared: Shared,
    #[command(flatten)]
    refresh: RefreshOptions,
    #[command(subcommand)]
    command: Option<Subcommands>,
}

const EXAMPLES: &str = "\
Examples:
  core-dataset --dry-run          what would change
  core-dataset                    refresh the dataset
  core-dataset --check            exit 3 when changes are pending, for CI

Exit codes: 0 done, or nothing to do; 1 error, nothing written; 2 usage; 3 --check found pending changes";

#[derive(Args)]
struct Shared {
    /// Data directory, with estimated/ and clean/ in it
    #[arg(
        long,
        value_name = "DIR",
        env = "CORE_DATASET_DATA_DIR",
        default_value = "data",
        global = true
    )]
    data_dir: PathBuf,
    /// How the result is printed
    #[arg(long, value_enum, default_value = "text", global = true)]
    format: Format,
    /// Say more: debug logs, and every entry of the report
    #[arg(short, long, action = ArgAction::SetTrue, conflicts_with = "quiet", global = true)]
    verbose: bool,
    /// Say less: errors only, and no report when nothing changed
    #[arg(short, long, action = ArgAction::SetTrue, global = true)]
    quiet: bool,
}

#[derive(Subcommand)]
enum Subcommands {
    /// Refresh the dataset from the latest estimates (what runs when no command is named)
    #[command(after_help = EXAMPLES)]
    Refresh(RefreshOptions),
    /// Bring marks and notes back from a backup, or any older copy of the dataset
    ///
    /// Verified and protected rows return byte for byte, notes return to rows that have none. Where today's dataset holds other
    /// human work for the same model, today's stays, the conflict is listed, and the exit code is 3.
    #[command(
        after_help = "Example:\n  core-dataset reapply data/clean/above_1e25_flop.csv.20250815T060000Z.bak --dry-run"
    )]
    Reapply(ReapplyOptions),
    /// The journal, newest first: every run that wrote, or what became of one model
    #[command(
        after_help = "Examples:\n  core-dataset history --limit 10\n  core-dataset history 'GPT-4' --developer OpenAI"
    )]
    History(HistoryOptions),
}

/// The flags of a reapply.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ReapplyOptions {
    /// The older copy
    pub file: PathBuf,
    /// Show what would change and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Args)]
struct HistoryOptions {
    /// One model; without it, whole runs
    name: Option<String>,
    /// Of that name, only this developer
    #[arg(long, value_name = "NAME", requires = "name")]
    developer: Option<String>,
    /// At most so many entries
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

/// The flags of a refresh.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct RefreshOptions {
    /// Write all candidates afresh: marks and notes are given up, a backup is made
    #[arg(long)]
    pub reset: bool,
    /// Show what would change and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Like --dry-run, and exit 3 when something would change
    #[arg(long)]
    pub check: bool,
    /// Carry out a plan that removes so much that it looks like a mistake
    #[arg(long)]
    pub force: bool,
    /// Count models without an estimate as candidates
    #[arg(long)]
    pub include_unestimated: bool,
}

impl RefreshOptions {
    /// Flags given before the command's name count as those behind it.
    fn or(self, other: RefreshOptions) -> RefreshOptions {
        RefreshOptions {
            reset: self.reset || other.reset,
            dry_run: self.dry_run || other.dry_run,
            check: self.check || other.check,
            force: self.force || other.force,
            include_unestimated: self.include_unestimated || other.include_unestimated,
        }
    }

    /// Whether nothing may be written.
    pub fn is_preview(&self) -> bool {
        self.dry_run || self.check
    }
}

/// Reads the process's arguments; prints help, version or a usage error (exit 2) and ends the process where those are due.
pub fn parse() -> Config {
    let cli = Cli::parse();
    resolve(cli).unwrap_or_else(|error| error.exit())
}

fn resolve(cli: Cli) -> Result<Config, clap::Error> {
    let command = match cli.command {
        None => Command::Refresh(cli.refresh),
        Some(Subcommands::Refresh(options)) => Command::Refresh(options.or(cli.refresh)),
        Some(_) if cli.refresh != RefreshOptions::default() => {
            let message = "--reset, --dry-run, --check, --force and --include-unestimated belong to refresh; \
                           put a command's own flags behind its name";
            return Err(Cli::command().error(ErrorKind::ArgumentConflict, message));
        }
        Some(Subcommands::Reapply(options)) => Command::Reapply(options),
        Some(Subcommands::History(HistoryOptions {
            name,
            developer,
            limit,
        })) => Command::History(Question {
            name,
            developer,
            limit,
        }),
    };
    let verbosity = match (cli.shared.quiet, cli.shared.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    Ok(Config {
        paths: Paths::below(&cli.shared.data_dir),
        format: cli.shared.format,
        verbosity,
        command,
    })
}
