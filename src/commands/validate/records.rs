//! Findings about single records of the estimates.

use std::path::Path;

use chrono::NaiveDate;

use super::cells::unseen_in_name;
use super::codes::Code;
use super::findings::Findings;
use crate::estimates::Estimates;
use crate::schema::Column;
use crate::terminal::bounded;

/// Finds the records that a refresh rejects, the fields that it ignores or that stand twice, and what deserves a look though it breaks no
/// rule.
pub(super) fn check(findings: &mut Findings, path: &Path, estimates: &Estimates, today: NaiveDate) {
    for (code, faults) in [
        (Code::RecordRejected, &estimates.rejected),
        (Code::FieldIgnored, &estimates.ignored_fields),
        (Code::FieldRepeated, &estimates.repeated_fields),
    ] {
        for fault in faults {
            let (index, value) = (fault.index, bounded(&fault.value));
            let message = format!("models[{index}]: {value}: {}", fault.reason);
            findings
                .found(code, path, fault.line, message)
                .about(fault.name.as_deref(), fault.developer.as_deref())
                .in_column(fault.field)
                .with_value(&fault.value);
        }
    }
    for estimate in &estimates.usable {
        let mut found = |code, column: Column, message| {
            findings
                .found(code, path, estimate.line, message)
                .about(Some(&estimate.name), Some(&estimate.developer))
                .in_column(column.name())
                .with_value(&estimate.cell(column));
        };
        for column in [Column::Name, Column::Developer] {
            if let Some(message) = unseen_in_name(&estimate.cell(column)) {
                found(Code::InvisibleCharacter, column, message);
            }
        }
        if let Some(day) = estimate.release_date.filter(|day| *day > today) {
            let message = format!("{day} is in the future");
            found(Code::ReleaseInTheFuture, Column::ReleaseDate, message);
        }
    }
}
