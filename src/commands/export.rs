//! `core-dataset export`: the verified rows at or above 1e25 FLOP as a table in Epoch AI's form.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde_json::json;
use tracing::warn;

use super::compare::public_table;
use super::load::Files;
use super::print;
use crate::config::{Config, Format};
use crate::epoch::{self, PublicTable};
use crate::terminal::listed;
use crate::text::plural;

/// The description of the command in its long help.
pub const LONG_ABOUT: &str = "The verified rows at or above 1e25 FLOP as a CSV in Epoch AI's columns\n\n\
    Unknown values stay blank.";

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  core-dataset export > verified.csv\n  \
        core-dataset export --like notable_ai_models.csv --output verified.csv")]
pub struct ExportArgs {
    /// One of Epoch AI's CSV files, whose header line and spelling of matching models are used
    #[arg(long, value_name = "FILE")]
    like: Option<PathBuf>,
    /// Export every row, even if unverified or below 1e25
    #[arg(long)]
    all: bool,
    /// Write to this file instead of stdout (-)
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(config: &Config, args: &ExportArgs) -> Result<()> {
    let output = args.output.as_deref();
    let output = output.filter(|path| path.as_os_str() != "-");
    if config.format == Format::Json && output.is_none() {
        return Err(super::usage(
            "export prints CSV; --format json needs --output FILE, and says what was written",
        ));
    }
    let files = Files::read(config)?;
    let (dataset, _, aliases) = files.existing()?;
    let like = match &args.like {
        Some(path) => public_table(path)?,
        None => PublicTable::parse(epoch::HEADER.as_bytes())?,
    };
    let export = epoch::export(&dataset, &aliases, &like, args.all);
    if !export.undated.is_empty() {
        warn!(
            "{} without a publication date: {}; the cell stays blank",
            plural(export.undated.len(), "row"),
            listed(&export.undated)
        );
    }
    if !export.left_out.is_empty() {
        warn!(
            "{} left out, verified but without a readable training FLOP: {}",
            plural(export.left_out.len(), "row"),
            listed(&export.left_out)
        );
    }
    let Some(output) = output else {
        return print::write(config, &export.bytes);
    };
    let written = json!({ "file": output.to_string_lossy(), "rows": export.rows });
    let what = plural(export.rows, "row");
    print::to_file(config, output, &export.bytes, &written, &what)
}
