//! The command line: which commands there are, and the flags that all of them share.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::error::ErrorKind;
use clap::{ArgAction, Args, ColorChoice, CommandFactory, Parser, Subcommand};

use crate::commands::{
    accept, add, alias, compare, decide, diff, dismiss, export, git, history, list, page, reapply,
    refresh, review, shell, show, stats, validate, verify,
};
use crate::config::{Config, Format, Paths, Verbosity};
use crate::terminal::{Screen, spinner};

/// The program's arguments.
#[derive(Debug, Parser)]
#[command(
    name = "core-dataset",
    version,
    about = "Refreshes the curated dataset of AI models above 1e25 training FLOP from the latest estimates, \
             and never touches what a person wrote",
    after_help = refresh::EXAMPLES
)]
pub struct Cli {
    #[command(flatten)]
    shared: SharedArgs,
    #[command(flatten)]
    refresh: refresh::RefreshArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What stands above the flags that all commands share.
const FOR_EVERY_COMMAND: &str = "For every command";

#[derive(Debug, Args)]
struct SharedArgs {
    /// Data directory, with estimated/ and clean/ in it
    #[arg(
        long,
        value_name = "DIR",
        help_heading = FOR_EVERY_COMMAND,
        env = "CORE_DATASET_DATA_DIR",
        default_value = "data",
        global = true
    )]
    data_dir: PathBuf,
    /// How the result is printed
    #[arg(long, value_enum, default_value = "text", global = true, help_heading = FOR_EVERY_COMMAND)]
    format: Format,
    /// Whether to colour; auto colours on a terminal, unless NO_COLOR is set
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto", global = true, help_heading = FOR_EVERY_COMMAND)]
    color: ColorChoice,
    /// Say more: debug logs, and every entry of the report
    #[arg(short, long, action = ArgAction::SetTrue, conflicts_with = "quiet", global = true, help_heading = FOR_EVERY_COMMAND)]
    verbose: bool,
    /// Say less: errors only, and no report when nothing changed
    #[arg(short, long, action = ArgAction::SetTrue, global = true, help_heading = FOR_EVERY_COMMAND)]
    quiet: bool,
}

/// A command with its flags.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Refresh the dataset from the latest estimates (what runs when no command is named)
    #[command(after_help = refresh::EXAMPLES)]
    Refresh(refresh::RefreshArgs),
    /// Bring marks and notes back from a backup, or any older copy of the dataset
    Reapply(reapply::ReapplyArgs),
    /// The journal, newest first: every run that wrote, or what became of one model
    History(history::HistoryArgs),
    /// The review queue: rows by filter and order, highest training FLOP first
    List(list::ListArgs),
    /// Decide on one model after the other, at a terminal
    Review(review::ReviewArgs),
    /// All that is known of one model: the row beside the estimate, why it is in or not, its history
    Show(show::ShowArgs),
    /// Mark rows as verified, with a note that says why, or correct one
    Verify(verify::VerifyArgs),
    /// Keep models out of the dataset: looked at, and not above 1e25, or no models at all
    Dismiss(dismiss::DismissArgs),
    /// Say that a verified value stands though the latest estimate is far away, or take the latest
    Accept(accept::AcceptArgs),
    /// Add a verified row of a model that the pipeline lacks
    Add(add::AddArgs),
    /// Write down that two names are one model's, or print suggestions
    Alias(alias::AliasArgs),
    /// Carry out decisions in bulk, from a spreadsheet
    Decide(decide::DecideArgs),
    /// How far along the curation is: rates, distributions, updates, and the quality of verified rows
    Stats(stats::StatsArgs),
    /// Check both files and change nothing: exit 3 when there are errors
    Validate(validate::ValidateArgs),
    /// What differs between two datasets, row by row and cell by cell: files, or git revisions
    Diff(diff::DiffArgs),
    /// Git merges rows by key and shows one changed number as one changed line
    Git(git::GitArgs),
    /// The dataset against Epoch AI's public table of models
    Compare(compare::CompareArgs),
    /// The verified rows as a table in Epoch AI's form
    Export(export::ExportArgs),
    /// Write one self-contained HTML page to look at, to print and to send
    Page(page::PageArgs),
    /// Print a completion script for a shell
    Completions(shell::CompletionsArgs),
    /// Print the man page of the program, or of one command
    Man(shell::ManArgs),
}

/// The moment of the run: `SOURCE_DATE_EPOCH` (seconds since 1970) where that is set, else the system's clock.
fn now() -> DateTime<Utc> {
    let asked = std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|seconds| seconds.parse().ok());
    asked
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .unwrap_or_else(Utc::now)
}

/// Reads the process's arguments; prints help, version or a usage error (exit 2) and ends the process where those are due.
pub fn parse() -> (Config, Command) {
    let cli = Cli::parse();
    resolve(cli).unwrap_or_else(|error| error.exit())
}

fn resolve(cli: Cli) -> Result<(Config, Command), clap::Error> {
    let command = match cli.command {
        None => Command::Refresh(cli.refresh),
        Some(Command::Refresh(args)) => Command::Refresh(args.or(cli.refresh)),
        Some(_) if cli.refresh != refresh::RefreshArgs::default() => {
            let message = "--reset, --dry-run, --check, --force, --include-unestimated and --commit belong to refresh; \
                           put a command's own flags behind its name";
            return Err(Cli::command().error(ErrorKind::ArgumentConflict, message));
        }
        Some(command) => command,
    };
    let shared = cli.shared;
    if shared.format == Format::Csv && !matches!(command, Command::List(_)) {
        let message = "--format csv is for `list` only";
        return Err(Cli::command().error(ErrorKind::ArgumentConflict, message));
    }
    let verbosity = match (shared.quiet, shared.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let is_watched = verbosity == Verbosity::Normal && io::stderr().is_terminal() && !is_dumb;
    let config = Config {
        paths: Paths::below(&shared.data_dir),
        format: shared.format,
        verbosity,
        screen: Screen::of_stdout(shared.color),
        now: now(),
        progress: spinner(is_watched),
    };
    Ok((config, command))
}
