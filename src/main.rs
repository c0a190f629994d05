//! The binary: reads the arguments, sets up logging, runs, and maps the result to an exit code.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::LazyLock;

use core_dataset::cli::{self, Verbosity};
use core_dataset::commands::{Desk, Exit, run};
use core_dataset::journal::Occasion;
use core_dataset::progress::Progress;
use core_dataset::report::Screen;
use core_dataset::store::ignore_file_size_signal;
use core_dataset::text::shown;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

fn main() -> ExitCode {
    let config = cli::parse();
    set_up_logging(config.verbosity);
    // A write past the file size limit (ulimit -f) is an error to report, not a signal to die of.
    ignore_file_size_signal();
    let occasion = Occasion {
        at: chrono::Utc::now(),
        by: LazyLock::new(|| whoami::username().ok()),
    };
    let mut out = io::stdout().lock();
    let progress = Progress::start(is_progress_shown(config.verbosity));
    let mut desk = Desk {
        progress: &progress,
        config: &config,
        occasion: &occasion,
        screen: screen(),
        out: &mut out,
    };
    let exit = run(&mut desk).unwrap_or_else(|error| {
        progress.clear();
        let _ = writeln!(io::stderr(), "error: {}", shown(&format!("{error:#}")));
        Exit::Error
    });
    ExitCode::from(exit as u8)
}

/// Warnings and logs go to stderr. `RUST_LOG` (a level, or `target=level`) overrides the flags.
fn set_up_logging(verbosity: Verbosity) {
    let level = match verbosity {
        Verbosity::Quiet => LevelFilter::ERROR,
        Verbosity::Normal => LevelFilter::WARN,
        Verbosity::Verbose => LevelFilter::DEBUG,
    };
    let asked = std::env::var("RUST_LOG")
        .ok()
        .filter(|spec| !spec.is_empty())
        .and_then(|spec| spec.parse().ok());
    let filter = asked.unwrap_or_else(|| Targets::new().with_default(level));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_target(false)
        .without_time();
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .init();
}

/// Only for a person who waits at a terminal, and who did not ask for silence or logs.
fn is_progress_shown(verbosity: Verbosity) -> bool {
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    verbosity == Verbosity::Normal && io::stderr().is_terminal() && !dumb
}

fn screen() -> Screen {
    if !io::stdout().is_terminal() {
        return Screen::default();
    }
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    Screen {
        width,
        colour: !set("NO_COLOR") && !dumb,
    }
}
