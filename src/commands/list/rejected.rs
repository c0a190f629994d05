//! `list --rejected`: the records of the estimates that are rejected, and the fields that count as absent.

use anyhow::Result;

use super::super::load::{self, Files};
use super::super::print::print_unless_quiet;
use crate::config::Config;
use crate::estimates::Refused;
use crate::terminal::{Tone, wrap};
use crate::text::{plural, shown};

pub(super) fn run(config: &Config, limit: usize) -> Result<()> {
    let path = config.paths.estimates.to_string_lossy();
    let files = Files::read(config)?;
    files.decisions_and_aliases()?;
    let estimates = match load::estimates_file(config)? {
        Err(refused) if refused.rejected.is_empty() => return Err(load::refusal(config, &refused)),
        read => read.unwrap_or_else(Refused::estimates),
    };
    let faults: Vec<_> = load::faults(&estimates).take(limit).collect();
    let (rejected, ignored) = (estimates.rejected.len(), estimates.ignored_fields.len());
    print_unless_quiet(config, &faults, |screen| {
        let mut out = String::new();
        for fault in &faults {
            let line = format!("{}:{}", shown(&path), fault.text());
            out += &format!("{}\n", wrap(&line, "  ", screen));
        }
        let listed = if faults.len() < rejected + ignored {
            format!(" ({} listed)", faults.len())
        } else {
            String::new()
        };
        let rejected = plural(rejected, "rejected record");
        let total = format!("{rejected}, {}{listed}", plural(ignored, "ignored field"));
        format!("{out}{}\n", screen.paint(Tone::Quiet, &total))
    })
}
