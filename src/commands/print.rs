//! Printing results to stdout.

use std::io::{self, Write};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::config::{Config, Format, Verbosity};
use crate::terminal::Screen;

/// A result in the format that was asked for.
pub(super) fn formatted(
    config: &Config,
    json: &impl Serialize,
    text: impl FnOnce(Screen) -> String,
) -> Result<Vec<u8>> {
    match config.format {
        Format::Json => {
            let mut bytes = serde_json::to_vec_pretty(json)?;
            bytes.push(b'\n');
            Ok(bytes)
        }
        Format::Text | Format::Csv => Ok(text(config.screen).into_bytes()),
    }
}

/// Prints a result in the format that was asked for.
pub(super) fn print(
    config: &Config,
    json: &impl Serialize,
    text: impl FnOnce(Screen) -> String,
) -> Result<()> {
    write(config, &formatted(config, json, text)?)
}

/// Prints a result, but where only errors are to be said no text: JSON and CSV are for programs, and printed as ever.
pub(super) fn print_unless_quiet(
    config: &Config,
    json: &impl Serialize,
    text: impl FnOnce(Screen) -> String,
) -> Result<()> {
    match (config.format, config.verbosity) {
        (Format::Text, Verbosity::Quiet) => Ok(()),
        _ => print(config, json, text),
    }
}

/// Writes to stdout. When its reader is gone, as `head` is after its first lines, the run still ends well.
pub(super) fn write(config: &Config, bytes: &[u8]) -> Result<()> {
    config.progress.finish_and_clear();
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("the result cannot be printed"),
    }
}
