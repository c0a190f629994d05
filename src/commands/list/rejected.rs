//! `list --rejected`: the rejected records and the ignored fields of the estimates.

use anyhow::Result;

use super::super::load::{self, Files};
use super::super::print::{csv_text, print_unless_quiet};
use crate::config::{Config, Format};
use crate::estimates::Refused;
use crate::terminal::{Tone, wrap};
use crate::text::{plural, shown};

const COLUMNS: &str = "fault,index,line,name,developer,field,value,reason";

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
            return csv_text(COLUMNS, &faults);
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
