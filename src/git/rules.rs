//! Merges a row that both sides changed (behaviour §11). The rules are pure, and the same for the dataset, the decisions and the aliases.
//!
//! The cells from the estimates stay together with the mark that a person set on them: a merge never pairs a mark with a number that nobody
//! saw. Only notes and the owner's columns are merged cell by cell, whichever side's row wins.

use std::borrow::Cow;

use super::kind::Kind;
use crate::dataset::{AliasColumn, DecisionColumn};
use crate::dates;
use crate::notes;
use crate::schema::{Column, Columns};
use crate::text::is_same_text;

/// How the merge treats a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Cells from the estimates, or the content of a decision or an alias. They stay together.
    Machine,
    /// Whether a person verified the row, or who decided and when. It stays with the machine cells.
    Mark,
    /// Notes, which are joined.
    Note,
    Own,
}

impl Role {
    fn of(kind: Kind, column: &str) -> Role {
        let schema = match kind {
            Kind::Dataset => Column::NAMES,
            Kind::Decisions => DecisionColumn::NAMES,
            Kind::Aliases => AliasColumn::NAMES,
        };
        match column {
            _ if !schema.contains(&column) => Role::Own,
            "verified" | "by" | "at" => Role::Mark,
            "notes" | "note" => Role::Note,
            _ => Role::Machine,
        }
    }
}

/// The rules for a file of one kind with certain columns.
#[derive(Debug)]
pub(super) struct Rules {
    roles: Vec<Role>,
    /// For each column, the dataset's column by whose rule two of its cells are the same; `None` where they are compared as text.
    columns: Vec<Option<Column>>,
    /// The column that says whether a person verified the row; none in decisions and aliases.
    verified: Option<usize>,
    /// The column that says when a row was made, `last_updated` or `at`.
    time_column: Option<usize>,
}

/// The cells of a row, one for each column of the merged file.
pub(super) type Cells<'c> = [Cow<'c, str>];

/// A person has to decide.
#[derive(Debug)]
pub(super) struct Conflict;

impl Rules {
    pub(super) fn of(kind: Kind, columns: &[&str]) -> Rules {
        let is_dataset = kind == Kind::Dataset;
        let time_column = if is_dataset { "last_updated" } else { "at" };
        let place = |wanted| columns.iter().position(|column| *column == wanted);
        let column = |name: &&str| match kind {
            Kind::Dataset => name.parse().ok(),
            Kind::Decisions => (*name == "flop").then_some(Column::TrainingFlop),
            Kind::Aliases => None,
        };
        Rules {
            roles: columns.iter().map(|name| Role::of(kind, name)).collect(),
            columns: columns.iter().map(column).collect(),
            verified: place("verified").filter(|_| is_dataset),
            time_column: place(time_column),
        }
    }

    /// The mark of a row: `y` in either case, another word, or blank. Every row of decisions and aliases counts as marked, because a person
    /// wrote it.
    pub(super) fn mark<'r>(&self, cells: &'r Cells<'_>) -> &'r str {
        match self.verified.map(|place| cells[place].trim()) {
            None | Some("Y") => "y",
            Some(mark) => mark,
        }
    }

    /// Whether two rows have the same human text.
    pub(super) fn has_same_text(&self, one: &Cells<'_>, other: &Cells<'_>) -> bool {
        self.are_same(Role::Note, one, other) && self.are_same(Role::Own, one, other)
    }

    /// The cells of a row that both sides have and changed.
    pub(super) fn merged<'c>(
        &self,
        base: Option<&Cells<'c>>,
        ours: &Cells<'c>,
        theirs: &Cells<'c>,
    ) -> Result<Vec<Cow<'c, str>>, Conflict> {
        let mut cells = self.winner(base, ours, theirs)?.to_vec();
        for (place, role) in self.roles.iter().enumerate() {
            let base = base.map_or("", |base| &base[place]);
            let (ours, theirs) = (&ours[place], &theirs[place]);
            if matches!(role, Role::Machine | Role::Mark) || is_same_text(ours, theirs) {
                continue;
            }
            cells[place] = if is_same_text(ours, base) {
                theirs.clone()
            } else if is_same_text(theirs, base) {
                ours.clone()
            } else if *role == Role::Note {
                notes::merged(base, ours, theirs).into()
            } else {
                return Err(Conflict);
            };
        }
        Ok(cells)
    }

    /// The side whose mark and machine cells are taken.
    fn winner<'r, 'c>(
        &self,
        base: Option<&Cells<'_>>,
        ours: &'r Cells<'c>,
        theirs: &'r Cells<'c>,
    ) -> Result<&'r Cells<'c>, Conflict> {
        let base_mark = base.map_or("", |base| self.mark(base));
        let (our_mark, their_mark) = (self.mark(ours), self.mark(theirs));
        let is_as_in_base = |role, side| base.is_some_and(|base| self.are_same(role, base, side));
        if our_mark == their_mark && self.are_same(Role::Machine, ours, theirs) {
            // Of the mark and the machine cells, only who decided and when, or a spelling, can differ.
            let are_marks_unchanged = [ours, theirs].map(|side| is_as_in_base(Role::Mark, side));
            return Ok(match are_marks_unchanged {
                [_, true] => ours,
                [true, false] => theirs,
                [false, false] => self.later(ours, theirs),
            });
        }
        let is_unchanged = |side, mark, other| {
            is_as_in_base(Role::Machine, side) && (mark == base_mark || mark == other)
        };
        match (our_mark, their_mark) {
            _ if is_unchanged(theirs, their_mark, our_mark) => Ok(ours),
            _ if is_unchanged(ours, our_mark, their_mark) => Ok(theirs),
            // Both sides refreshed the row.
            ("", "") => Ok(self.later(ours, theirs)),
            // One side marked the row, and the other refreshed it.
            (_, "") if base_mark.is_empty() => Ok(ours),
            ("", _) if base_mark.is_empty() => Ok(theirs),
            // A person has to settle any other disagreement about a mark.
            _ => Err(Conflict),
        }
    }

    /// Whether two rows have the same cells in the columns of this role. Numbers are compared by value, as spreadsheets respell them.
    fn are_same(&self, role: Role, one: &Cells<'_>, other: &Cells<'_>) -> bool {
        let is_same = |place: usize| {
            let (one, other) = (&one[place], &other[place]);
            match self.columns[place] {
                Some(column) => column.is_same(one, other),
                None => is_same_text(one, other),
            }
        };
        let mut places = (0..self.roles.len()).filter(|place| self.roles[*place] == role);
        places.all(is_same)
    }

    /// The later row, or ours if both have the same time. A row without a time counts as the oldest.
    fn later<'r, 'c>(&self, ours: &'r Cells<'c>, theirs: &'r Cells<'c>) -> &'r Cells<'c> {
        let time = |cells: &Cells<'_>| {
            self.time_column
                .and_then(|place| dates::moment(cells[place].trim()))
        };
        if time(theirs) > time(ours) {
            theirs
        } else {
            ours
        }
    }
}

#[cfg(test)]
mod tests;
