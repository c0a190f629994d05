//! `list --rejected`: the records of the estimates that are rejected, and the fields that count as absent.

use anyhow::Result;

use super::super::load::{self, Files, NamedFault};
use super::super::print::print_unless_quiet;
use super::output::csv_text;
use crate::config::{Config, Format};
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
    let rejected = plural(estimates.rejected.len(), "rejected record");
    let ignored = plural(estimates.ignored_fields.len(), "ignored field");
    print_unless_quiet(config, &faults, |screen| {
        if config.format == Format::Csv {
            return csv(&faults);
        }
        let mut out = String::new();
        for fault in &faults {
            let line = format!("{}:{}", shown(&path), fault.text());
            out += &format!("{}\n", wrap(&line, "  ", screen));
        }
        let total = format!("{rejected}, {ignored} ({} listed)", faults.len());
        format!("{out}{}\n", screen.paint(Tone::Quiet, &total))
    })
}

/// The faults as CSV, with the keys of the JSON as columns. A value that is a string is its text, and another one is JSON.
fn csv(faults: &[NamedFault<'_>]) -> String {
    let columns = "fault,index,line,name,developer,field,value,reason";
    csv_text(columns, faults, |fault| {
        let of = fault.of;
        [
            fault.fault.to_owned(),
            of.index.to_string(),
            of.line.to_string(),
            of.name.clone().unwrap_or_default(),
            of.developer.clone().unwrap_or_default(),
            of.field.to_owned(),
            serde_json::from_str(&of.value).unwrap_or_else(|_| of.value.clone()),
            of.reason.to_owned(),
        ]
    })
}
