//! Findings about the files as a whole: what is missing, refused or old, what the header shows, marks that are gone, and decisions that
//! have no effect.

use std::path::Path;

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};

use super::codes::Code;
use super::findings::Findings;
use crate::commands::{load, message};
use crate::dataset::{Aliases, Dataset, Decisions, Refusal};
use crate::dates;
use crate::estimates::{Estimates, Refused};
use crate::journal::JournalEntry;
use crate::plan;
use crate::store::Snapshot;
use crate::terminal::{bounded, listed};
use crate::text::{plural, shown};

/// Estimates that were saved longer ago than this may come from a pipeline that died.
const OLD_AFTER_DAYS: i64 = 30;

/// The estimates, where they can be read.
pub(super) fn estimates(
    findings: &mut Findings,
    path: &Path,
    read: Result<Result<Estimates, Refused>>,
    aliases: &Aliases<'_>,
) -> Option<Estimates> {
    match read {
        Ok(Ok(mut estimates)) => {
            estimates.follow(aliases);
            return Some(estimates);
        }
        Ok(Err(refused)) => {
            let message = format!("{refused} (at column {})", refused.column);
            findings.found(Code::EstimatesRefused, path, refused.line, message);
        }
        Err(error) => {
            findings.found(Code::EstimatesMissing, path, 1, without_path(&error, path));
        }
    }
    None
}

/// When the estimates were saved.
pub(super) fn saved_at(
    findings: &mut Findings,
    path: &Path,
    estimates: &Estimates,
    now: DateTime<Utc>,
) {
    let mut found = |code, value: &str, message| {
        let finding = findings.found(code, path, 1, message);
        finding.in_column("saved_at").with_value(value);
    };
    if let Some(value) = &estimates.saved_at_unreadable {
        let message = format!(
            "{}: expected a date, such as 2025-08-15T20:32:45; it counts as none",
            bounded(value)
        );
        found(Code::SavedAtUnreadable, value, message);
    }
    let Some(text) = &estimates.saved_at else {
        return;
    };
    if let Some(saved) = dates::moment(text)
        && now.naive_utc() - saved > TimeDelta::days(OLD_AFTER_DAYS)
    {
        let days = (now.naive_utc() - saved).num_days();
        let message = format!("saved {days} days ago: is the pipeline still running?");
        found(Code::EstimatesOld, text, message);
    }
}

/// The entries of the journal; none where it cannot be read. Each line that cannot be read is a finding.
pub(super) fn journal(findings: &mut Findings, path: &Path) -> Vec<JournalEntry<'static>> {
    let read = load::journal_and_faults(path, |line, why| {
        findings.found(Code::JournalDamaged, path, line, why);
    });
    read.unwrap_or_else(|error| {
        findings.found(Code::JournalUnreadable, path, 1, without_path(&error, path));
        Vec::new()
    })
}

/// The dataset, where there is one that can be read. One that was never written is no finding.
pub(super) fn dataset<'s>(
    findings: &mut Findings,
    path: &Path,
    snapshot: &'s Result<Snapshot>,
    journal: &[JournalEntry<'_>],
    aliases: &Aliases<'_>,
) -> Option<Dataset<'s>> {
    if let Ok(Snapshot { bytes: None, .. }) = snapshot
        && load::had_rows(journal)
    {
        let message = "not there, but its journal is: was it deleted?";
        findings.found(Code::DatasetDeleted, path, 1, message);
    }
    let (unreadable, refused) = (Code::DatasetUnreadable, Code::DatasetRefused);
    let dataset = parsed(
        findings,
        path,
        snapshot,
        unreadable,
        refused,
        Dataset::parse,
    )?;
    Some(dataset.with_aliases(aliases))
}

/// The decisions; none where they cannot be read.
pub(super) fn decisions<'s>(
    findings: &mut Findings,
    path: &Path,
    snapshot: &'s Result<Snapshot>,
    aliases: &Aliases<'_>,
) -> Decisions<'s> {
    let parse = |bytes| Decisions::parse(bytes, aliases);
    let code = Code::DecisionsRefused;
    let decisions = parsed(findings, path, snapshot, code, code, parse);
    let decisions = decisions.unwrap_or_else(Decisions::absent);
    for fault in &decisions.faults {
        let code = match fault.is_void {
            true => Code::DecisionVoid,
            false => Code::DecisionUnclear,
        };
        findings.found(code, path, fault.line, shown(&fault.message));
    }
    decisions
}

/// What a file says, where there is one that can be read and that is not refused.
pub(super) fn parsed<'s, T>(
    findings: &mut Findings,
    path: &Path,
    snapshot: &'s Result<Snapshot>,
    unreadable: Code,
    refused: Code,
    parse: impl FnOnce(&'s [u8]) -> Result<T, Refusal>,
) -> Option<T> {
    let bytes = match snapshot {
        Ok(snapshot) => snapshot.bytes.as_deref()?,
        Err(error) => {
            findings.found(unreadable, path, 1, without_path(error, path));
            return None;
        }
    };
    let found = |refusal: Refusal| {
        let message = shown(&refusal.to_string()).into_owned();
        let finding = findings.found(refused, path, refusal.line, message);
        finding.in_column(refusal.column.as_deref().unwrap_or_default());
    };
    parse(bytes).map_err(found).ok()
}

/// Marked rows that were there when the journal's last entry was written.
pub(super) fn marks(
    findings: &mut Findings,
    path: &Path,
    dataset: &Dataset<'_>,
    journal: &[JournalEntry<'_>],
) {
    if let Some(message) = plan::marks_lost(dataset, &load::before(journal)) {
        findings.found(Code::MarksLost, path, 1, message);
    }
}

/// Columns that nobody meant to make.
pub(super) fn columns(findings: &mut Findings, path: &Path, dataset: &Dataset<'_>) {
    let mut unnamed = Vec::new();
    for (place, name) in dataset.table.header.own_columns() {
        let is_named_by_pandas = name
            .strip_prefix("Unnamed: ")
            .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        if (name.is_empty() || is_named_by_pandas) && counts_rows(dataset, place) {
            let called = match name {
                "" => "the column without a name".to_owned(),
                name => format!("the column \"{}\"", bounded(name)),
            };
            let message = format!(
                "{called} (column {}) counts the rows from 0, as the index of a pandas table does: delete it, and save with index=False",
                place + 1
            );
            let finding = findings.found(Code::PandasIndex, path, 1, message);
            finding.in_column(name);
        } else if name.is_empty() {
            unnamed.push(place + 1);
        }
    }
    if !unnamed.is_empty() {
        let message = format!(
            "{} without a name (column {}): name what is needed, delete the rest",
            plural(unnamed.len(), "column"),
            listed(unnamed.iter().map(ToString::to_string))
        );
        findings.found(Code::UnnamedColumn, path, 1, message);
    }
}

/// Whether the filled cells of a column are 0, 1, 2, … in some order: a refresh sorts the rows, and those that it adds are blank there.
fn counts_rows(dataset: &Dataset<'_>, place: usize) -> bool {
    let cells = dataset.rows.iter().map(|row| row.record.cell(place).trim());
    let filled: Vec<&str> = cells.filter(|text| !text.is_empty()).collect();
    let mut is_seen = vec![false; filled.len()];
    let is_new = |text: &&str| {
        let number = text.parse::<usize>().ok();
        let seen = number.and_then(|number| is_seen.get_mut(number));
        seen.is_some_and(|seen| !std::mem::replace(seen, true))
    };
    !filled.is_empty() && filled.iter().all(is_new)
}

/// What an error says, without the path that its message begins with: a finding has the path already.
fn without_path(error: &anyhow::Error, path: &Path) -> String {
    let message = message(error);
    message
        .strip_prefix(&format!("{}: ", path.display()))
        .unwrap_or(&message)
        .to_owned()
}
