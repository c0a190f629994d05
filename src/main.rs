//! The binary: reads the arguments, sets up logging, runs, and maps the result to an exit code.

use std::io::{self, Write};
use std::process::ExitCode;

use core_dataset::cli;
use core_dataset::commands::{self, Exit};
use core_dataset::config::{Config, Format};
use core_dataset::text::shown;
use core_dataset::{Messages, ignore_file_size_signal};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

fn main() -> ExitCode {
    let (config, command) = cli::parse();
    let messages = Messages::with_progress(&config.progress);
    set_up_logging(&config, messages.clone());
    ignore_file_size_signal();
    let exit = command.run(&config).unwrap_or_else(|error| {
        config.progress.finish_and_clear();
        let message = commands::message(&error);
        // An error about several things has a line for each.
        let lines: Vec<_> = message.lines().map(shown).collect();
        let text = format!("error: {}", lines.join("\n       "));
        let _ = messages.clone().write_all(text.as_bytes());
        if config.format == Format::Json {
            let _ = writeln!(io::stdout(), "{}", serde_json::json!({ "error": message }));
        }
        Exit::Error
    });
    ExitCode::from(exit.code())
}

/// Warnings and logs go to stderr. `RUST_LOG` (a level, or `target=level`) overrides the flags, except `--quiet`.
fn set_up_logging(config: &Config, messages: Messages) {
    let level = if config.is_quiet {
        LevelFilter::ERROR
    } else if config.screen.shows_all {
        LevelFilter::DEBUG
    } else {
        LevelFilter::WARN
    };
    let filter = std::env::var("RUST_LOG")
        .ok()
        .filter(|spec| !spec.is_empty() && !config.is_quiet)
        .and_then(|spec| spec.parse().ok())
        .unwrap_or_else(|| Targets::new().with_default(level));
    let to_stderr = tracing_subscriber::fmt::layer()
        .with_writer(move || messages.clone())
        .with_ansi(false)
        .with_target(false)
        .without_time();
    tracing_subscriber::registry()
        .with(filter)
        .with(to_stderr)
        .init();
}
