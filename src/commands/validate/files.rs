//! Findings about the files as a whole: missing, refused and old files, problems of the header, marks that are gone, and decisions that
//! have no effect; and about single records of the estimates.

use std::path::Path;

use anyhow::{Error, Result};
use chrono::{NaiveDate, TimeDelta};

use super::codes::Code;
use super::findings::Findings;
use super::rows::invisible_in_name;
use crate::commands::{brakes, load, message};
use crate::config::Config;
use crate::dataset::{Aliases, Dataset, DecisionColumn, DecisionFaultKind, Decisions, Refusal};
use crate::estimates::Estimates;
use crate::journal::JournalEntry;
use crate::schema::Column;
use crate::store::Snapshot;
use crate::terminal::{bounded, listed};
use crate::text::{plural, shown};

/// Estimates that are older than this may come from a pipeline that died.
const OLD_AFTER_DAYS: i64 = 30;

/// The estimates. If the file is refused, they have at most its rejected records.
pub(super) fn estimates(
    findings: &mut Findings,
    config: &Config,
    aliases: &Aliases<'_>,
    journal: &[JournalEntry<'_>],
) -> Estimates {
    let path = &config.paths.estimates;
    let mut estimates = match load::estimates_file(config) {
        Ok(Ok(estimates)) => estimates,
        Ok(Err(refused)) => {
            let message = format!("{} (at column {})", refused.message, refused.column);
            findings.add(Code::EstimatesRefused, path, refused.line, message);
            return refused.estimates();
        }
        Err(error) => {
            findings.add(Code::EstimatesMissing, path, 1, without_path(&error, path));
            return Estimates::default();
        }
    };
    estimates.apply_aliases(aliases);
    let mut add = |code, value: &str, message| {
        let finding = findings.add(code, path, 1, message);
        finding.in_column("saved_at").with_value(value);
    };
    if let Some(value) = &estimates.saved_at_unreadable {
        add(
            Code::SavedAtUnreadable,
            value,
            load::unreadable_saved_at(value),
        );
    }
    if let Some(text) = &estimates.saved_at
        && let Some(age) = load::age(config, &estimates)
    {
        if age > TimeDelta::days(OLD_AFTER_DAYS) {
            let days = age.num_days();
            let message = format!("saved {days} days ago: is the pipeline still running?");
            add(Code::EstimatesOld, text, message);
        }
        if load::is_in_future(age) {
            let message = format!("{text} is in the future: is a clock wrong?");
            add(Code::SavedInTheFuture, text, message);
        }
        if let Some(message) = brakes::saved_earlier(text, journal) {
            add(Code::EstimatesEarlier, text, message);
        }
    }
    estimates
}

/// Finds the records that a refresh rejects, the fields that it ignores or that occur twice, and values that deserve a look although they
/// break no rule.
pub(super) fn records(
    findings: &mut Findings,
    path: &Path,
    estimates: &Estimates,
    today: NaiveDate,
) {
    for (code, faults) in [
        (Code::RecordRejected, &estimates.rejected),
        (Code::FieldIgnored, &estimates.ignored_fields),
        (Code::FieldRepeated, &estimates.repeated_fields),
    ] {
        for fault in faults {
            let (index, value) = (fault.index, bounded(&fault.value));
            let message = format!("models[{index}]: {value}: {}", fault.reason);
            let model = [&fault.name, &fault.developer].map(Option::as_deref);
            let finding = findings.add(code, path, fault.line, message);
            finding.about(model, fault.field, &fault.value);
        }
    }
    for estimate in &estimates.usable {
        let mut add = |code, column: Column, message| {
            let model = [&*estimate.name, &estimate.developer].map(Some);
            let finding = findings.add(code, path, estimate.line, message);
            finding.about(model, column.name(), &estimate.cell(column));
        };
        for column in [Column::Name, Column::Developer] {
            if let Some(message) = invisible_in_name(&estimate.cell(column)) {
                add(Code::InvisibleCharacter, column, message);
            }
        }
        if let Some(day) = estimate.release_date.filter(|day| *day > today) {
            let message = format!("{day} is in the future");
            add(Code::ReleaseInTheFuture, Column::ReleaseDate, message);
        }
    }
}

/// The entries of the journal; none if it cannot be read. Each line that cannot be read is a finding.
pub(super) fn journal(findings: &mut Findings, path: &Path) -> Vec<JournalEntry<'static>> {
    let read = load::journal_and_faults(path, |line, why| {
        findings.add(Code::JournalDamaged, path, line, why);
    });
    read.unwrap_or_else(|error| {
        findings.add(Code::JournalUnreadable, path, 1, without_path(&error, path));
        Vec::new()
    })
}

/// The decisions; none if they cannot be read.
pub(super) fn decisions<'s>(
    findings: &mut Findings,
    path: &Path,
    snapshot: &'s Result<Snapshot>,
    aliases: &Aliases<'_>,
) -> Decisions<'s> {
    let parse = |bytes| Decisions::parse(bytes, aliases);
    let decisions = parsed(findings, path, snapshot, Code::DecisionsRefused, parse)
        .unwrap_or_else(Decisions::absent);
    for fault in &decisions.faults {
        let (code, column) = match fault.kind {
            DecisionFaultKind::Void => (Code::DecisionVoid, DecisionColumn::Decision),
            DecisionFaultKind::BlankFlop => (Code::DecisionUnclear, DecisionColumn::Flop),
            DecisionFaultKind::Repeated => (Code::DecisionUnclear, DecisionColumn::Decision),
        };
        let finding = findings.add(code, path, fault.line, shown(&fault.message));
        let mut lines = decisions.lines.iter();
        if let Some(line) = lines.find(|line| line.record.line == fault.line) {
            let model = decisions.table.name_and_developer(&line.record);
            finding.about(model.map(Some), column.into(), decisions.cell(line, column));
        }
    }
    decisions
}

/// The parsed content of a file. `None` if there is no file, or if it cannot be read or is refused, which is a finding.
pub(super) fn parsed<'s, T>(
    findings: &mut Findings,
    path: &Path,
    snapshot: &'s Result<Snapshot>,
    refused: Code,
    parse: impl FnOnce(&'s [u8]) -> Result<T, Refusal>,
) -> Option<T> {
    let snapshot = snapshot.as_ref().inspect_err(|error| {
        findings.add(refused, path, 1, without_path(error, path));
    });
    let parsed = parse(snapshot.ok()?.bytes.as_deref()?);
    let parsed = parsed.inspect_err(|refusal| {
        let message = shown(&refusal.message()).into_owned();
        let finding = findings.add(refused, path, refusal.line, message);
        finding.in_column(refusal.column.as_deref().unwrap_or_default());
    });
    parsed.ok()
}

/// Finds marked rows that have gone missing since the journal's last entry, and columns that were made by accident.
pub(super) fn dataset(
    findings: &mut Findings,
    path: &Path,
    dataset: &Dataset<'_>,
    journal: &[JournalEntry<'_>],
) {
    if let Some(message) = brakes::marks_lost(dataset, journal) {
        findings.add(Code::MarksLost, path, 1, message);
    }
    let mut unnamed = Vec::new();
    for (place, name) in dataset.table.header.own_columns() {
        let is_accidental = name.is_empty() || name.starts_with("Unnamed: ");
        if is_accidental && counts_rows(dataset, place) {
            let message = format!(
                "column {} has no name of its own and counts the rows from 0, like the index of a pandas table: \
                 delete it, and save with index=False",
                place + 1
            );
            let finding = findings.add(Code::PandasIndex, path, 1, message);
            finding.in_column(name);
        } else if name.is_empty() {
            unnamed.push((place + 1).to_string());
        }
    }
    if !unnamed.is_empty() {
        let message = format!(
            "{} without a name (column {}): name what is needed, delete the rest",
            plural(unnamed.len(), "column"),
            listed(&unnamed)
        );
        findings.add(Code::UnnamedColumn, path, 1, message);
    }
}

/// Whether the filled cells of a column are 0, 1, 2, … in some order. The order is lost because a refresh sorts the rows, and the rows that
/// it adds are blank in this column.
fn counts_rows(dataset: &Dataset<'_>, place: usize) -> bool {
    let cells = dataset.rows.iter().map(|row| row.record.cell(place).trim());
    let numbers = cells.filter(|text| !text.is_empty()).map(str::parse);
    let Ok(mut numbers) = numbers.collect::<Result<Vec<usize>, _>>() else {
        return false;
    };
    numbers.sort_unstable();
    !numbers.is_empty() && numbers.iter().copied().eq(0..numbers.len())
}

/// The message of an error, without the path at its beginning: a finding has the path already.
fn without_path(error: &Error, path: &Path) -> String {
    let (text, path) = (message(error), format!("{}: ", path.display()));
    text.strip_prefix(&path).unwrap_or(&text).to_owned()
}
