//! The command line: which commands there are, and the flags that all of them share.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Result;
use chrono::Utc;
use clap::builder::{OsStringValueParser, TypedValueParser, ValueHint};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::clock;
use crate::commands::{
    Exit, accept, add, alias, compare, decide, diff, dismiss, export, git, history, list, page,
    reapply, refresh, review, shell, show, stats, validate, verify,
};
use crate::config::{Config, Format, Paths};
use crate::terminal::{Screen, is_dumb, spinner};

/// The environment variables, for the long help and the man page of the program.
const ENVIRONMENT: &str = "\
Environment:
  CORE_DATASET_DATA_DIR  the data directory, unless --data-dir is given
  NO_COLOR               use no colour
  CLICOLOR_FORCE         use colour even without a terminal
  RUST_LOG               which logs to print, such as debug
  SOURCE_DATE_EPOCH      the time to take as now, in seconds since 1970";

/// Where to find the rest of the reference.
const MORE_HELP: &str =
    "`core-dataset refresh --help` explains the files, the signs in the report and its JSON.";

#[derive(Debug, Parser)]
#[command(
    name = "core-dataset",
    version,
    about = "Refreshes the curated dataset of AI models above 1e25 training FLOP from the latest estimates, \
             and never touches what a person wrote",
    after_help = [refresh::EXAMPLES, MORE_HELP].join("\n\n"),
    after_long_help = [refresh::EXAMPLES, ENVIRONMENT, MORE_HELP].join("\n\n")
)]
struct Cli {
    #[command(flatten)]
    refresh: refresh::RefreshArgs,
    #[command(flatten)]
    shared: SharedArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "For every command")]
struct SharedArgs {
    /// The data directory, which contains estimated/ and clean/
    #[arg(
        long,
        value_name = "DIR",
        env = "CORE_DATASET_DATA_DIR",
        default_value = "data",
        value_parser = OsStringValueParser::new().map(PathBuf::from),
        value_hint = ValueHint::DirPath,
        global = true
    )]
    data_dir: PathBuf,
    /// How to print the result
    #[arg(long, default_value = "text", global = true)]
    format: Format,
    /// Whether to use colour; auto uses it on a terminal, unless NO_COLOR is set
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    color: ColorChoice,
    /// Print more: debug logs, every entry of the report, and the long texts in `list`
    #[arg(short, long, conflicts_with = "quiet", global = true)]
    verbose: bool,
    /// Print less: errors, conflicts, the findings of --check and --check-verified, and the output of --format json or csv; a refresh also
    /// prints what changed or needs action
    #[arg(short, long, global = true)]
    quiet: bool,
}

/// The commands with their flags, in the order of the help.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Refresh the dataset from the latest estimates (the default)
    #[command(after_help = refresh::EXAMPLES, after_long_help = [refresh::EXAMPLES, refresh::REFERENCE].join("\n\n"))]
    Refresh(refresh::RefreshArgs),
    /// Bring marks and human text back from an older copy of the dataset
    #[command(long_about = reapply::LONG_ABOUT)]
    Reapply(reapply::ReapplyArgs),

    /// The review queue: filtered and sorted rows, highest FLOP first
    List(list::ListArgs),
    /// All about one model: row, estimate, decision, history
    Show(show::ShowArgs),
    /// How far along the curation is: rates, distributions, quality
    Stats(stats::StatsArgs),
    /// What every run did, newest first, or the history of one model
    History(history::HistoryArgs),

    /// Decide on one model after another, at a terminal
    Review(review::ReviewArgs),
    /// Mark rows as verified, with a note that says why, or correct one
    Verify(verify::VerifyArgs),
    /// Keep models out: below 1e25, or not for this dataset
    Dismiss(dismiss::DismissArgs),
    /// Keep a drifted verified value, or take the latest estimate
    Accept(accept::AcceptArgs),
    /// Add a verified row for a model that the pipeline lacks
    Add(add::AddArgs),
    /// Record that two names mean one model, or suggest such pairs
    Alias(alias::AliasArgs),
    /// Carry out decisions in bulk, from a spreadsheet
    Decide(decide::DecideArgs),

    /// Check all files and change nothing; exit 3 if there are errors
    Validate(validate::ValidateArgs),
    /// Show what differs between two datasets: files or git revisions
    Diff(diff::DiffArgs),
    /// Compare the dataset with Epoch AI's public table of models
    #[command(long_about = compare::LONG_ABOUT)]
    Compare(compare::CompareArgs),

    /// The verified rows at or above 1e25 FLOP, in Epoch AI's columns
    #[command(long_about = export::LONG_ABOUT)]
    Export(export::ExportArgs),
    /// Write one self-contained HTML page to look at, print and send
    Page(page::PageArgs),
    /// Let git merge the dataset row by row and show it cell by cell
    Git(git::GitArgs),

    /// Print a completion script for a shell
    Completions(shell::CompletionsArgs),
    /// Print the man page of the program, or of one command
    Man(shell::ManArgs),
}

impl Command {
    /// Carries out the command and prints the result. A usage error that the command finds ends the process, like one that clap finds.
    ///
    /// # Errors
    /// If the command fails; the dataset is then unchanged, unless the message says otherwise.
    pub fn run(&self, config: &Config) -> Result<Exit> {
        // A command that returns no `Exit` ends with this one unless it fails.
        let done = |()| Exit::Done;
        let exit = match self {
            Command::Refresh(args) => refresh::run(config, args),
            Command::Reapply(args) => reapply::run(config, args),
            Command::List(args) => list::run(config, args).map(done),
            Command::Show(args) => show::run(config, args).map(done),
            Command::Stats(_) => stats::run(config).map(done),
            Command::History(args) => history::run(config, args).map(done),
            Command::Review(args) => review::run(config, args).map(done),
            Command::Verify(args) => verify::run(config, args),
            Command::Dismiss(args) => dismiss::run(config, args),
            Command::Accept(args) => accept::run(config, args),
            Command::Add(args) => add::run(config, args),
            Command::Alias(args) => alias::run(config, args),
            Command::Decide(args) => decide::run(config, args),
            Command::Validate(args) => validate::run(config, args),
            Command::Diff(args) => diff::run(config, args),
            Command::Compare(args) => compare::run(config, args),
            Command::Export(args) => export::run(config, args).map(done),
            Command::Page(args) => page::run(config, args).map(done),
            Command::Git(args) => git::run(config, args),
            Command::Completions(args) => {
                shell::completions(config, args, Cli::command()).map(done)
            }
            Command::Man(args) => shell::man(config, args, Cli::command()).map(done),
        };
        exit.map_err(|error| match error.downcast::<clap::Error>() {
            Ok(usage) => exit_with(&usage),
            Err(error) => error,
        })
    }

    /// Whether the command needs neither the data directory nor the clock, so that a mistake in either does not stop it. Git gives its
    /// drivers the paths of the files, and a merge driver that fails leaves a conflict without markers.
    fn needs_no_files(&self) -> bool {
        match self {
            Command::Git(args) => args.is_run_by_git(),
            Command::Completions(_) | Command::Man(_) => true,
            _ => false,
        }
    }
}

/// The groups of commands in the help, each with its first command. The commands are in the order of [`Command`].
const COMMAND_GROUPS: [(&str, &str); 6] = [
    ("Keep up to date", "refresh"),
    ("Look", "list"),
    ("Decide", "review"),
    ("Check", "validate"),
    ("Share", "export"),
    ("Shell", "completions"),
];

/// The command line whose help groups the commands. clap can group only flags, so its own list of commands is hidden.
fn with_grouped_help() -> clap::Command {
    let mut program = Cli::command().color(colour_of_the_help());
    // Adds the command `help`, and passes the colour on to the commands.
    program.build();
    let mut commands = String::new();
    for command in program.get_subcommands() {
        let name = command.get_name();
        if let Some((group, _)) = COMMAND_GROUPS.iter().find(|(_, first)| *first == name) {
            commands += &format!("{group}:\n");
        }
        let about = command.get_about().map(ToString::to_string);
        commands += &format!("  {name:<11}  {}\n", about.unwrap_or_default());
    }
    program
        .override_usage("core-dataset [OPTIONS] [COMMAND]")
        .help_template(format!(
            "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{commands}\n{{all-args}}{{after-help}}"
        ))
        .mut_subcommands(|command| command.hide(true))
}

/// Reads the process's arguments. Help, the version and a usage error (exit 2) are printed here, and end the process.
pub fn parse() -> (Config, Command) {
    // Help and usage errors come from the command line with grouped help, which is built only for them, because building it is slow.
    Cli::command()
        .try_get_matches()
        .or_else(|_| with_grouped_help().try_get_matches())
        .and_then(|matches| resolve(&matches))
        .unwrap_or_else(|error| exit_with(&error))
}

/// Whether this flag was given with this value, for use where clap could not parse all of the command line.
fn is_given(flag: &str, value: &str) -> bool {
    let args: Vec<_> = std::env::args_os().collect();
    let joined = format!("{flag}={value}");
    args.iter().any(|arg| *arg == *joined)
        || args
            .windows(2)
            .any(|pair| pair[0] == *flag && pair[1] == *value)
}

/// Whether the help is coloured. clap looks at the terminal and the environment, but not at the flag.
fn colour_of_the_help() -> ColorChoice {
    [ColorChoice::Always, ColorChoice::Never]
        .into_iter()
        .find(|choice| is_given("--color", &choice.to_string()))
        .unwrap_or(ColorChoice::Auto)
}

/// Ends the process with clap's output: the help, the version, or a usage error. With `--format json`, a usage error is also printed as
/// JSON on stdout.
fn exit_with(error: &clap::Error) -> ! {
    if error.use_stderr() && is_given("--format", "json") {
        let text = error.render().to_string();
        // The usage follows the message.
        let message = text.split("\n\n").next().unwrap_or_default().trim();
        let message = message.strip_prefix("error: ").unwrap_or(message);
        let _ = writeln!(io::stdout(), "{}", serde_json::json!({ "error": message }));
    }
    error.exit()
}

/// Turns the arguments into the configuration and the command.
fn resolve(matches: &ArgMatches) -> Result<(Config, Command), clap::Error> {
    let cli = Cli::from_arg_matches(matches)?;
    let (shared, refresh) = (cli.shared, cli.refresh);
    let refused = |message: &str| Cli::command().error(ErrorKind::ArgumentConflict, message);
    let command = match cli.command {
        None => Command::Refresh(refresh),
        // The flags of `refresh` may also stand before its name, if there are none after it.
        Some(Command::Refresh(after_name)) if after_name == refresh::RefreshArgs::default() => {
            Command::Refresh(refresh)
        }
        Some(_) if refresh != refresh::RefreshArgs::default() => {
            let message = "--reset, --dry-run, --check, --force, --max-age, --include-unestimated and --commit belong to \
                           refresh; put all flags of a command after its name";
            return Err(refused(message));
        }
        Some(command) => command,
    };
    let now = if command.needs_no_files() {
        Utc::now()
    } else {
        // An empty path is a mistake. clap's own message names only the flag, but the path may come from the environment.
        if shared.data_dir.as_os_str().is_empty() {
            let message = "invalid value '' for '--data-dir <DIR>': it is empty; name the data directory with --data-dir DIR \
                           or CORE_DATASET_DATA_DIR";
            return Err(refused(message));
        }
        clock::now().map_err(|trouble| refused(&trouble))?
    };
    let has_table = matches!(
        command,
        Command::List(_) | Command::Compare(_) | Command::Export(_)
    );
    if shared.format == Format::Csv && !has_table {
        return Err(refused(
            "--format csv is for `list`, `compare` and `export`",
        ));
    }
    // clap does not notice a conflict between a flag before a command's name and one after it.
    if shared.quiet && shared.verbose {
        let message = "the argument '--quiet' cannot be used with '--verbose'";
        return Err(refused(message));
    }
    let has_default_verbosity = !shared.quiet && !shared.verbose;
    let shows_progress = has_default_verbosity && io::stderr().is_terminal() && !is_dumb();
    let config = Config {
        paths: Paths::below(&shared.data_dir),
        data_dir: (matches.value_source("data_dir") == Some(ValueSource::CommandLine))
            .then(|| shared.data_dir.to_string_lossy().into_owned()),
        format: shared.format,
        is_quiet: shared.quiet,
        screen: Screen::of_stdout(shared.color, shared.verbose),
        now,
        progress: spinner(shows_progress),
    };
    Ok((config, command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_of_the_help_begins_with_a_command_in_the_order_of_the_command_line() {
        let program = Cli::command();
        let commands = program.get_subcommands().map(clap::Command::get_name);
        let firsts = COMMAND_GROUPS.map(|(_, first)| first);
        let found: Vec<_> = commands.filter(|name| firsts.contains(name)).collect();
        assert_eq!(found, firsts);
    }
}
