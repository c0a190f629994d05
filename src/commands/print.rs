//! Printing results to stdout.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use tracing::warn;

use crate::config::{Config, Format, Verbosity};
use crate::store;
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

/// Writes a result to a file that a person names, whole or not at all. The program's own files are none to write it to.
pub(super) fn to_file(config: &Config, path: &Path, bytes: &[u8]) -> Result<()> {
    let paths = &config.paths;
    let own = [
        &paths.estimates,
        &paths.dataset,
        &paths.decisions,
        &paths.aliases,
        &paths.journal,
    ];
    // A file that is yet to be made is where its directory is.
    let place = |path: &Path| {
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let parent = || fs::canonicalize(parent.unwrap_or(Path::new("."))).ok();
        fs::canonicalize(path)
            .ok()
            .or_else(|| Some(parent()?.join(path.file_name()?)))
    };
    let target = place(path);
    if target.is_some() && own.iter().any(|own| place(own) == target) {
        bail!(
            "{}: this file belongs to the dataset and would be lost; name another one",
            path.display()
        );
    }
    let warnings = store::write_file(path, bytes)?;
    warnings.iter().for_each(|warning| warn!("{warning}"));
    Ok(())
}
