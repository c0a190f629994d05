//! The commands, one file each: each reads as a story and does its I/O at both ends.

mod conclude;
mod history;
mod list;
mod load;
mod reapply;
mod refresh;
mod shell;
mod stats;
mod validate;
mod verify;

use std::io::{self, Write};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::cli::{Command, Config, Format};
use crate::journal::Occasion;
use crate::progress::Progress;
use crate::report::Screen;

/// How a run ended, as the process's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// An error; nothing was written, but for what the message says: the dataset without its journal, or without its report.
    Error = 1,
    /// Done, and a person should look: `--check` found pending changes, `reapply` conflicts, `validate` problems.
    Findings = 3,
}

/// Everything a command needs from outside, read once at the edge.
pub struct Desk<'d> {
    /// What was asked for.
    pub config: &'d Config,
    /// Who runs the program and when.
    pub occasion: &'d Occasion,
    /// What text is laid out for.
    pub screen: Screen,
    /// What a person at a terminal sees of a long run.
    pub progress: &'d Progress,
    /// Where results are printed.
    pub out: &'d mut dyn Write,
}

impl Desk<'_> {
    /// Prints a result in the format that was asked for.
    fn print(&mut self, json: &impl Serialize, text: impl FnOnce(Screen) -> String) -> Result<()> {
        let result = formatted(self.config.format, json, || text(self.screen))?;
        self.write(&result)
    }

    /// Writes to whoever reads the results. One who has seen enough and is gone is no error.
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.progress.clear();
        match self.out.write_all(bytes).and_then(|()| self.out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.context("the result cannot be printed"),
        }
    }
}

/// A result in the format that was asked for.
fn formatted(
    format: Format,
    json: &impl Serialize,
    text: impl FnOnce() -> String,
) -> Result<Vec<u8>> {
    match format {
        Format::Json => {
            let mut bytes = serde_json::to_vec_pretty(json)?;
            bytes.push(b'\n');
            Ok(bytes)
        }
        Format::Text | Format::Csv => Ok(text().into_bytes()),
    }
}

/// Carries out what the configuration asks for and prints the result.
///
/// # Errors
/// Whatever made the run impossible; the dataset is then as it was, unless the message says otherwise.
pub fn run(desk: &mut Desk<'_>) -> Result<Exit> {
    match &desk.config.command {
        Command::Refresh(options) => refresh::run(desk, options),
        Command::Reapply(options) => reapply::run(desk, options),
        Command::History(question) => history::run(desk, question),
        Command::List(options) => list::run(desk, options),
        Command::Validate(options) => validate::run(desk, options),
        Command::Completions(shell) => shell::completions(desk, *shell),
        Command::Man(command) => shell::man(desk, command.as_deref()),
        Command::Stats => stats::run(desk),
        Command::Verify(options) => verify::run(desk, options),
    }
}
