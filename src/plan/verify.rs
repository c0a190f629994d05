//! A person's verdict on one row: its mark and its notes change.

use super::{Change, Edit, Line, Mode, Plan};
use crate::dataset::{Dataset, Mark, Row};
use crate::schema::Column;

/// What a person says of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The row is right.
    Confirmed,
    /// The mark is cleared.
    Withdrawn,
}

/// Plans a verdict on `row`, which is one of `dataset`'s. A note is appended to those that stand there.
pub fn verify<'p>(
    dataset: &'p Dataset<'p>,
    row: &'p Row<'p>,
    verdict: Verdict,
    note: Option<&str>,
) -> Plan<'p> {
    let header = &dataset.table.header;
    let mark = match verdict {
        Verdict::Confirmed => Mark::Verified,
        Verdict::Withdrawn => Mark::Unverified,
    };
    let mut edits = Vec::new();
    if row.mark != mark {
        let to = if mark == Mark::Verified { "y" } else { "" };
        edits.push(Edit {
            place: header.place(Column::Verified),
            to: to.into(),
        });
    }
    if let Some(note) = note.map(str::trim).filter(|note| !note.is_empty()) {
        let notes = match dataset.cell(row, Column::Notes) {
            notes if notes.trim().is_empty() => note.to_owned(),
            notes => format!("{notes}; {note}"),
        };
        edits.push(Edit {
            place: header.place(Column::Notes),
            to: notes.into(),
        });
    }
    edits.sort_unstable_by_key(|edit| edit.place);
    let lines = dataset.rows.iter().map(|other| {
        if other.record.line != row.record.line || edits.is_empty() {
            return Line::left_alone(other);
        }
        Line {
            edits: edits.clone(),
            mark,
            ..Line::kept(row, Change::Updated)
        }
    });
    Plan::of(Mode::Verify, dataset, lines.collect())
}
