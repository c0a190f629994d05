//! `list --rejected`: the records of the estimates that are passed over, and the fields that count as absent.

use anyhow::Result;
use serde::Serialize;

use super::super::load::{self, Files};
use super::super::print::print_unless_quiet;
use super::super::usage;
use crate::config::{Config, Format};
use crate::estimates::{Estimates, Rejected};
use crate::terminal::{Screen, Tone, headed, wrap};
use crate::text::{plural, shown};

/// A record or a field as JSON.
#[derive(Serialize)]
struct Entry<'p> {
    /// `rejected` or `ignored_field`.
    fault: &'static str,
    #[serde(flatten)]
    of: &'p Rejected,
}

/// Lists the first `limit` of them.
pub(super) fn run(config: &Config, limit: usize) -> Result<()> {
    if config.format == Format::Csv {
        usage(
            "list",
            "list --rejected has no rows, and --format csv is for rows",
        );
    }
    let path = &config.paths.estimates;
    let files = Files::read(config)?;
    let (_, aliases) = files.decisions_and_aliases()?;
    let estimates = load::estimates(config, &aliases)?;
    let entry = |fault| move |of| Entry { fault, of };
    let rejected = estimates.rejected.iter().map(entry("rejected"));
    let ignored = estimates.ignored_fields.iter().map(entry("ignored_field"));
    let entries: Vec<_> = rejected.chain(ignored).take(limit).collect();
    print_unless_quiet(config, &entries, |screen| {
        text(&path.to_string_lossy(), &estimates, limit, screen)
    })
}

fn text(path: &str, estimates: &Estimates, limit: usize, screen: Screen) -> String {
    let (rejected, ignored) = (&estimates.rejected, &estimates.ignored_fields);
    let groups = [
        (
            "Rejected records",
            ": the run goes on without them; tell the pipeline",
            rejected,
        ),
        (
            "Ignored fields",
            ": they count as absent, and the record counts",
            ignored,
        ),
    ];
    let line = |one| format!("  {}:{}", shown(path), load::fault(one));
    let mut blocks = Vec::new();
    let mut left = limit;
    for (title, meaning, faults) in groups {
        let listed = faults.iter().take(left);
        left -= listed.len();
        if listed.len() > 0 {
            let title = format!("{title} {}", faults.len());
            let lines = listed.map(|one| wrap(&line(one), "      ", screen));
            let lines = [headed(&title, meaning, screen)].into_iter().chain(lines);
            blocks.push(lines.collect::<Vec<_>>().join("\n"));
        }
    }
    let all = rejected.len() + ignored.len();
    let counts = format!(
        "{}, {}",
        plural(rejected.len(), "rejected record"),
        plural(ignored.len(), "ignored field")
    );
    let total = match all.min(limit) {
        0 if all == 0 => "No rejected records, no ignored fields".to_owned(),
        shown if shown < all => format!("{shown} of {all}: {counts}"),
        _ => counts,
    };
    blocks.push(screen.paint(Tone::Quiet, &total));
    blocks.join("\n\n") + "\n"
}
