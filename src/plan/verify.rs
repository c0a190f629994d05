//! A person's verdict on one row: two cells change, every other byte of the file stays.

use std::borrow::Cow;

use super::{Edit, Fate, Line, Mode, Plan};
use crate::dataset::{Dataset, Mark, Row};
use crate::schema::Column;

/// What a person says of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<'n> {
    /// The row is right; a note is appended to what stands there.
    Confirmed {
        /// The reason.
        note: Option<&'n str>,
    },
    /// The mark is cleared; notes stay, and a note is appended.
    Withdrawn {
        /// The reason.
        note: Option<&'n str>,
    },
}

/// Plans a verdict on `row`, which is one of `dataset`'s.
pub fn verify<'p>(dataset: &'p Dataset<'p>, row: &'p Row<'p>, verdict: Verdict<'_>) -> Plan<'p> {
    let (mark, note) = match verdict {
        Verdict::Confirmed { note } => ("y", note),
        Verdict::Withdrawn { note } => ("", note),
    };
    let today = |column| dataset.cell(row, column);
    let mark = (Mark::of(&today(Column::Verified)) != Mark::of(mark)).then(|| mark.to_owned());
    let notes = note
        .map(str::trim)
        .filter(|note| !note.is_empty())
        .map(|note| match today(Column::Notes) {
            notes if notes.trim().is_empty() => note.to_owned(),
            notes => format!("{notes}; {note}"),
        });
    let edit = |column, to: Option<String>| {
        to.map(|to| Edit {
            column,
            from: today(column),
            to: Cow::Owned(to),
        })
    };
    let edits: Vec<_> = [edit(Column::Verified, mark), edit(Column::Notes, notes)]
        .into_iter()
        .flatten()
        .collect();
    let mut lines: Vec<Line<'p>> = dataset
        .rows
        .iter()
        .map(|row| Line::kept(row, Fate::left_alone(row)))
        .collect();
    if let Some(line) = lines
        .iter_mut()
        .find(|line| line.row().is_some_and(|found| std::ptr::eq(found, row)))
        && !edits.is_empty()
    {
        if let Some(edit) = edits.iter().find(|edit| edit.column == Column::Verified) {
            line.mark = Mark::of(&edit.to);
        }
        line.edits = edits;
        line.fate = Fate::Updated;
    }
    Plan::of(Mode::Verify, dataset, lines)
}
