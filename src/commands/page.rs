//! `core-dataset page FILE.html`: a picture of the dataset, in one file to look at, to print and to send.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;

use super::load::{self, Files};
use super::print::{print_unless_quiet, to_file};
use crate::config::Config;
use crate::estimates::Latest;
use crate::page::Page;
use crate::plan;
use crate::store;
use crate::text::{plural, shown};

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  core-dataset page dataset.html\n\n\
                  The page needs nothing but itself: no network, no other file, and no JavaScript to be read.")]
pub struct PageArgs {
    /// The page; a file of that name is replaced
    #[arg(value_name = "FILE.html")]
    file: PathBuf,
}

pub(super) fn run(config: &Config, args: &PageArgs) -> Result<()> {
    // A slip such as `page data/clean/above_1e25_flop.csv` must not cost the dataset.
    let extension = args.file.extension().and_then(OsStr::to_str);
    let extension = extension.map(str::to_lowercase);
    if !extension.is_some_and(|extension| ["html", "htm"].contains(&&*extension)) {
        let file = args.file.display();
        bail!("{file}: the page is HTML; name a file that ends in .html");
    }
    let files = Files::read(config)?;
    let (dataset, decisions, aliases) = files.existing()?;
    let found = store::find(&config.paths.estimates)?;
    let estimates = found
        .map(|_| load::estimates(config, &aliases))
        .transpose()?;
    let latest = estimates
        .as_ref()
        .map(|found| Latest::of(found, &aliases))
        .unwrap_or_default();
    let page = Page {
        now: config.now,
        dataset: &dataset,
        decisions: &decisions,
        estimates: estimates.as_ref(),
        latest: &latest,
        plan: &plan::refresh(&dataset, &decisions, &latest, false),
        journal: &load::journal(&config.paths.journal)?,
    };
    let html = page.html();
    to_file(config, &args.file, html.as_bytes())?;
    let written = Written {
        file: args.file.to_string_lossy(),
        bytes: html.len(),
        rows: dataset.rows.len(),
    };
    print_unless_quiet(config, &written, |_| {
        let rows = plural(written.rows, "row");
        let kilobytes = written.bytes.div_ceil(1000);
        format!("Wrote {}: {rows}, {kilobytes} KB\n", shown(&written.file))
    })
}

/// What was written, as JSON.
#[derive(Debug, Serialize)]
struct Written<'w> {
    file: Cow<'w, str>,
    bytes: usize,
    rows: usize,
}
