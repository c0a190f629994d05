//! Where results go: to stdout, or to a file that a person names.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::config::{Config, Format};
use crate::dataset::push_record;
use crate::flop::Flop;
use crate::store;
use crate::terminal::Screen;
use crate::text::shown;

pub(super) fn print(
    config: &Config,
    json: &impl Serialize,
    text: impl FnOnce(Screen) -> String,
) -> Result<()> {
    let text = match config.format {
        Format::Json => serde_json::to_string_pretty(json)? + "\n",
        Format::Text | Format::Csv => text(config.screen),
    };
    write(config, text.as_bytes())
}

/// Prints a result. A quiet run prints no text. JSON and CSV are printed as always, because they are for programs.
pub(super) fn print_unless_quiet(
    config: &Config,
    json: &impl Serialize,
    text: impl FnOnce(Screen) -> String,
) -> Result<()> {
    if config.format == Format::Text && config.is_quiet {
        return Ok(());
    }
    print(config, json, text)
}

/// Objects as CSV: one record for each, with the values of the keys in the header. A value whose key ends in `flop` is written as in the
/// dataset. Any other string is written as its text, null as a blank cell, and everything else as JSON.
pub(super) fn csv_text(header: &str, objects: &[impl Serialize]) -> String {
    let cell = |key: &str, json: &str| match json.parse::<Flop>() {
        Ok(flop) if key.ends_with("flop") => flop.shortest(),
        _ if json == "null" => String::new(),
        _ => serde_json::from_str(json).unwrap_or_else(|_| json.to_owned()),
    };
    let mut bytes = format!("{header}\n").into_bytes();
    for object in objects {
        let json = serde_json::to_string(object).unwrap_or_default();
        let values: HashMap<&str, &RawValue> = serde_json::from_str(&json).unwrap_or_default();
        let value = |key| values.get(key).map_or("null", |value| value.get());
        let cells = header.split(',').map(|key| cell(key, value(key)));
        push_record(&mut bytes, cells, "\n");
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Writes to stdout. A reader that is gone, such as `head` after its first lines, is not an error.
pub(super) fn write(config: &Config, bytes: &[u8]) -> Result<()> {
    config.progress.finish_and_clear();
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("the result cannot be printed"),
    }
}

/// Writes a result to a file that a person names, whole or not at all, and says what was written. A directory with files of the dataset is
/// refused, because a slip must not overwrite them.
pub(super) fn to_file(
    config: &Config,
    path: &Path,
    bytes: &[u8],
    json: &impl Serialize,
    what: &str,
) -> Result<()> {
    let paths = &config.paths;
    let directory = store::real_directory(path);
    let is_own = [&paths.estimates, &paths.dataset, &paths.decisions]
        .into_iter()
        .any(|own| directory.is_some() && store::real_directory(own) == directory);
    if is_own {
        bail!(
            "{}: this directory belongs to the dataset; name a file in another directory",
            path.display()
        );
    }
    store::write_file(path, bytes)?;
    if config.is_quiet && config.format != Format::Json {
        return Ok(());
    }
    let file = path.to_string_lossy();
    let text = |_| format!("Wrote {}: {what}\n", shown(&file));
    print(config, json, text).with_context(|| format!("{file} is written, but"))
}
