//! `list --rejected`: the records of the estimates that are passed over, and the fields that count as absent.

use anyhow::Result;
use serde::Serialize;

use super::super::load::{self, Files};
use super::super::print::print_unless_quiet;
use crate::config::Config;
use crate::estimates::Rejected;
use crate::terminal::{Tone, wrap};
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
    let path = config.paths.estimates.to_string_lossy();
    let files = Files::read(config)?;
    let (_, aliases) = files.decisions_and_aliases()?;
    let estimates = load::estimates(config, &aliases)?;
    let (rejected, ignored) = (&estimates.rejected, &estimates.ignored_fields);
    let entry = |fault| move |of| Entry { fault, of };
    let entries: Vec<_> = rejected
        .iter()
        .map(entry("rejected"))
        .chain(ignored.iter().map(entry("ignored_field")))
        .take(limit)
        .collect();
    let all = rejected.len() + ignored.len();
    let rejected = plural(rejected.len(), "rejected record");
    let counts = format!("{rejected}, {}", plural(ignored.len(), "ignored field"));
    print_unless_quiet(config, &entries, |screen| {
        if all == 0 {
            return "No rejected records, no ignored fields\n".to_owned();
        }
        let mut out = String::new();
        for Entry { fault, of } in &entries {
            let what = match *fault {
                "rejected" => "the record is passed over",
                _ => "the field is ignored, the record counts",
            };
            let line = format!("{}:{}; {what}", shown(&path), load::fault(of));
            out += &format!("{}\n", wrap(&line, "  ", screen));
        }
        let total = match entries.len() {
            listed if listed < all => format!("{listed} of {all}: {counts}"),
            _ => counts,
        };
        format!("{out}{}\n", screen.paint(Tone::Quiet, &total))
    })
}
