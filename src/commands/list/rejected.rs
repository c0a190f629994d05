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
            ": the run goes on without them",
            rejected,
            limit,
        ),
        (
            "Ignored fields",
            ": they count as absent, and the record counts",
            ignored,
            limit.saturating_sub(rejected.len()),
        ),
    ];
    let line = |one| format!("  {}:{}", shown(path), load::fault(one));
    let mut blocks = Vec::new();
    for (title, meaning, faults, limit) in groups {
        if faults.is_empty() || limit == 0 {
            continue;
        }
        let title = format!("{title} {}", faults.len());
        let mut lines = vec![headed(&title, meaning, screen)];
        let listed = faults.iter().take(limit);
        lines.extend(listed.map(|one| wrap(&line(one), "      ", screen)));
        blocks.push(lines.join("\n"));
    }
    let all = rejected.len() + ignored.len();
    let counts = format!(
        "{}, {}",
        plural(rejected.len(), "rejected record"),
        plural(ignored.len(), "ignored field")
    );
    let total = match all.min(limit) {
        0 if all == 0 => "No rejected records, no ignored fields".to_owned(),
        shown if shown < all => format!("{shown} of {counts}"),
        _ => counts,
    };
    blocks.push(screen.paint(Tone::Quiet, &total));
    blocks.join("\n\n") + "\n"
}
