//! The command line: flags → [`Config`], a struct that the rest of the program can read without clap.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};

use clap_complete::Shell;

use crate::flop::{Class, Flop};
use crate::history::Question;
use crate::queue::{Filter, Sort};
use crate::schema::Confidence;

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
    /// Print the man page.
    Man,
}

/// What `list` is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ListOptions {
    /// Which rows.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// At most so many.
    pub limit: Option<usize>,
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
    /// The review queue: rows by filter and order, highest training FLOP first
    #[command(
        after_help = "Examples:\n  core-dataset list --unverified --limit 20\n  core-dataset list --drifted\n  \
                            core-dataset list --developer OpenAI --min-flop 1e25 --format csv"
    )]
    List(ListFlags),
    /// Mark one row as verified, with a note that says why; nothing else in the file changes
    #[command(
        after_help = "Examples:\n  core-dataset verify 'GPT-4.5' --note 'system card, section 2'\n  \
                            core-dataset verify glm_4 --developer 'Zhipu AI' --undo"
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
    /// Print the man page
    #[command(after_help = "Example:\n  core-dataset man > core-dataset.1")]
    Man,
}

/// The flags of a validation.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ValidateOptions {
    /// Exit 3 for warnings as well
    #[arg(long)]
    pub strict: bool,
}

#[derive(Args)]
struct ListFlags {
    /// Only verified rows
    #[arg(long, conflicts_with = "unverified")]
    verified: bool,
    /// Only rows that are not verified
    #[arg(long)]
    unverified: bool,
    /// Only this class, by the row's own training FLOP
    #[arg(long, value_name = "CLASS", value_parser = named(Class::ALL, Class::name))]
    class: Option<Class>,
    /// Only this confidence
    #[arg(long, value_name = "CONFIDENCE", value_parser = named(Confidence::ALL, Confidence::name))]
    confidence: Option<Confidence>,
    /// Only this developer, any case
    #[arg(long, value_name = "NAME")]
    developer: Option<String>,
    /// At least so much training FLOP, such as 1e25
    #[arg(long, value_name = "FLOP")]
    min_flop: Option<Flop>,
    /// At most so much training FLOP
    #[arg(long, value_name = "FLOP")]
    max_flop: Option<Flop>,
    /// Only verified rows whose latest estimate is 2× or more away, or in another class
    #[arg(long)]
    drifted: bool,
    /// Only rows that the estimates say nothing of now (with --drifted: either)
    #[arg(long)]
    orphaned: bool,
    /// Only rows with this text in name, developer, reasoning or notes, any case
    #[arg(long = "match", value_name = "TEXT")]
    text: Option<String>,
    /// The order: flop, release and updated begin with the highest or latest
    #[arg(long, value_name = "ORDER", default_value = "flop", value_parser = named(Sort::ALL, Sort::name))]
    sort: Sort,
    /// At most so many rows
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl ListFlags {
    fn resolve(self) -> ListOptions {
        let verified = match (self.verified, self.unverified) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        let filter = Filter {
            verified,
            class: self.class,
            confidence: self.confidence,
            developer: self.developer,
            min_flop: self.min_flop,
            max_flop: self.max_flop,
            drifted: self.drifted,
            orphaned: self.orphaned,
            text: self.text,
        };
        ListOptions {
            filter,
            sort: self.sort,
            limit: self.limit,
        }
    }
}

/// Accepts the names of a closed set of values, and lists them in help and errors.
fn named<T: Copy + Send + Sync + 'static, const N: usize>(
    all: [T; N],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    let find = move |given: String| {
        all.into_iter()
            .find(|value| name(*value) == given)
            .ok_or("no such value")
    };
    PossibleValuesParser::new(all.map(name)).try_map(find)
}

/// The flags of a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct VerifyOptions {
    /// The model's name, any case
    pub name: String,
    /// Which developer, where several have a model of that name
    #[arg(long, value_name = "NAME")]
    pub developer: Option<String>,
    /// Why: appended to the notes
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Clear the mark; notes stay
    #[arg(long)]
    pub undo: bool,
    /// Show the change and write nothing
    #[arg(long)]
    pub dry_run: bool,
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
        Some(Subcommands::History(HistoryOptions {
            name,
            developer,
            limit,
        })) => Command::History(Question {
            name,
            developer,
            limit,
        }),
        Some(Subcommands::List(flags)) => Command::List(flags.resolve()),
        Some(Subcommands::Verify(options)) => Command::Verify(options),
        Some(Subcommands::Stats) => Command::Stats,
        Some(Subcommands::Validate(options)) => Command::Validate(options),
        Some(Subcommands::Completions { shell }) => Command::Completions(shell),
        Some(Subcommands::Man) => Command::Man,
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
