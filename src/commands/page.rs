//! `core-dataset page FILE.html`: a picture of the dataset, in one file to look at, to print and to send.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use serde_json::json;

use super::load::{self, Files};
use super::print::to_file;
use crate::config::Config;
use crate::estimates::Latest;
use crate::journal::last_refresh;
use crate::page::Page;
use crate::plan::{self, Input};
use crate::report::Attention;
use crate::store;
use crate::text::plural;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  core-dataset page dataset.html\n\n\
                  The page is self-contained: it needs no network and no other file, and can be read without JavaScript.")]
pub struct PageArgs {
    /// The page to write; an existing file of that name is replaced
    #[arg(value_name = "FILE.html")]
    file: PathBuf,
}

pub(crate) fn run(config: &Config, args: &PageArgs) -> Result<()> {
    // A slip such as `page old_copy.csv` must not overwrite that file.
    let file = &args.file;
    if file.extension().is_none_or(|ending| ending != "html") {
        let file = file.display();
        bail!("{file}: the page is HTML; name a file that ends in .html");
    }
    let files = Files::read(config)?;
    let (dataset, decisions, aliases) = files.existing()?;
    let estimates = store::is_present(&config.paths.estimates)?
        .then(|| load::estimates(config, &aliases))
        .transpose()?;
    let estimates = estimates.as_ref();
    let latest = estimates.map(|found| Latest::of(found, &aliases));
    let latest = latest.unwrap_or_default();
    let plan = plan::refresh(&dataset, &decisions, &latest);
    let journal = load::journal(&config.paths.journal)?;
    let input = estimates.map(|found| Input::of(found, &latest, &plan));
    let page = Page {
        now: config.now,
        estimates,
        plan: &plan,
        attention: Attention {
            crossed: last_refresh(&journal).map_or(0, |entry| entry.changes.crossed.len()),
            ..Attention::of_files(&plan, input.as_ref(), &latest)
        },
        journal: &journal,
    };
    let html = page.html();
    let rows = dataset.rows.len();
    let written = json!({ "file": file.to_string_lossy(), "bytes": html.len(), "rows": rows });
    let what = format!("{}, {} KB", plural(rows, "row"), html.len().div_ceil(1000));
    to_file(config, file, html.as_bytes(), &written, &what)
}
