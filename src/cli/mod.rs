//! The command line: arguments → [`Config`], what was asked for.

mod options;

use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::history::Question;
use options::{HistoryFlags, ListFlags};
pub use options::{ListOptions, ReapplyOptions, RefreshOptions, ValidateOptions, VerifyOptions};

/// What was asked for, resolved.
#[derive(Debug, Clone, PartialEq)]
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
    /// For programs: JSON
    Json,
    /// For spreadsheets: `list` only
    Csv,
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
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Refresh or reset the dataset.
    Refresh(RefreshOptions),
    /// Bring human work back from an older copy.
    Reapply(ReapplyOptions),
    /// Read the journal.
    History(Question),
    /// List rows.
    List(ListOptions),
    /// Give a verdict on one row.
    Verify(VerifyOptions),
    /// Measure the curation.
    Stats,
    /// Check both files.
    Validate(ValidateOptions),
    /// Print a completion script.
    Completions(Shell),
    /// Print the man page of the program, or of one command.
    Man(Option<String>),
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

Exit codes:
  0  done, or nothing to do
  1  error: nothing written, or as the message says
  2  usage
  3  a person should look: --check found changes, validate errors, reapply conflicts";

/// What stands above the flags that all commands share.
const EVERYWHERE: &str = "For every command";

#[derive(Args)]
struct Shared {
    /// Data directory, with estimated/ and clean/ in it
    #[arg(
        long,
        value_name = "DIR",
        help_heading = EVERYWHERE,
        env = "CORE_DATASET_DATA_DIR",
        default_value = "data",
        global = true
    )]
    data_dir: PathBuf,
    /// How the result is printed
    #[arg(long, value_enum, default_value = "text", global = true, help_heading = EVERYWHERE)]
    format: Format,
    /// Say more: debug logs, and every entry of the report
    #[arg(short, long, action = ArgAction::SetTrue, conflicts_with = "quiet", global = true, help_heading = EVERYWHERE)]
    verbose: bool,
    /// Say less: errors only, and no report when nothing changed
    #[arg(short, long, action = ArgAction::SetTrue, global = true, help_heading = EVERYWHERE)]
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
    History(HistoryFlags),
    /// The review queue: rows by filter and order, highest training FLOP first
    #[command(
        after_help = "Examples:\n  core-dataset list --unverified --limit 20\n  core-dataset list --drifted\n  \
                            core-dataset list --developer OpenAI --min-flop 1e25 --format csv"
    )]
    List(ListFlags),
    /// Mark one row as verified, with a note that says why; nothing else in the file changes
    #[command(
        after_help = "Examples:\n  core-dataset verify 'GPT-4.5' --note 'system card, section 2'\n  \
                            core-dataset verify GLM-4-Plus --developer Zhipu --undo"
    )]
    Verify(VerifyOptions),
    /// How far along the curation is: rates, distributions, updates, and the quality of verified rows
    #[command(after_help = "Example:\n  core-dataset stats --format json")]
    Stats,
    /// Check both files and change nothing: exit 3 when there are errors
    #[command(
        after_help = "Example:\n  core-dataset validate --strict\n\nPrints path:line: error|warning: column: message"
    )]
    Validate(ValidateOptions),
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  core-dataset completions bash > ~/.local/share/bash-completion/completions/core-dataset"
    )]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the man page of the program, or of one command
    #[command(
        after_help = "Examples:\n  core-dataset man > core-dataset.1\n  core-dataset man list > core-dataset-list.1"
    )]
    Man {
        /// The command whose page it is
        command: Option<String>,
    },
}

/// Reads the process's arguments; prints help, version or a usage error (exit 2) and ends the process where those are due.
pub fn parse() -> Config {
    let cli = Cli::parse();
    resolve(cli).unwrap_or_else(|error| error.exit())
}

/// The definition of the command line, for what is generated from it.
pub fn definition() -> clap::Command {
    Cli::command()
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
        Some(Subcommands::History(flags)) => Command::History(flags.resolve()),
        Some(Subcommands::List(flags)) => Command::List(flags.resolve()),
        Some(Subcommands::Verify(options)) => Command::Verify(options),
        Some(Subcommands::Stats) => Command::Stats,
        Some(Subcommands::Validate(options)) => Command::Validate(options),
        Some(Subcommands::Completions { shell }) => Command::Completions(shell),
        Some(Subcommands::Man { command }) => Command::Man(command),
    };
    if cli.shared.format == Format::Csv && !matches!(command, Command::List(_)) {
        let message = "--format csv is for `list` only";
        return Err(Cli::command().error(ErrorKind::ArgumentConflict, message));
    }
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
