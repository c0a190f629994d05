//! What becomes of one row in a merge (behaviour §11): pure, and the same for the dataset, the decisions and the aliases.
//!
//! The cells that the estimates write stay together with the mark that a person set on them: a merge never pairs a mark with a number
//! that nobody saw. Only notes and the owner's columns are merged cell by cell, whichever side's row wins.

use std::borrow::Cow;

use super::sheet::Kind;
use crate::dataset::{AliasColumn, DecisionColumn};
use crate::dates;
use crate::plan::is_same_text;
use crate::schema::{Column, Columns};

/// What the text of a column is to the merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// What the estimates, or a decision, say: it stays together.
    Machine,
    /// Whether a person confirmed the row.
    Mark,
    /// Who decided, and when: it goes with the machine cells.
    Stamp,
    /// Remarks, which are joined.
    Note,
    /// A column outside the schema.
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
            "verified" => Role::Mark,
            "notes" | "note" => Role::Note,
            "by" | "at" => Role::Stamp,
            _ => Role::Machine,
        }
    }
}

/// The rules for a file of one kind with these columns.
#[derive(Debug)]
pub(super) struct Rules {
    kind: Kind,
    roles: Vec<Role>,
    /// The column that says when a row was made.
    dated: Option<usize>,
}

/// The cells of a row, one for each column of the merged file.
pub(super) type Cells<'c> = [Cow<'c, str>];

/// What becomes of a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resolution<'c> {
    /// It has left.
    Gone,
    /// It says this.
    Row(Vec<Cow<'c, str>>),
    /// A person has to decide.
    Conflict,
}

impl Rules {
    pub(super) fn of(kind: Kind, columns: &[&str]) -> Rules {
        let dated = match kind {
            Kind::Dataset => Column::LastUpdated.name(),
            Kind::Decisions | Kind::Aliases => DecisionColumn::At.into(),
        };
        Rules {
            kind,
            roles: columns.iter().map(|name| Role::of(kind, name)).collect(),
            dated: columns.iter().position(|name| *name == dated),
        }
    }

    /// Whether a person confirmed the row, or wrote another word there: `y` in any case, the word, or blank. Every row of decisions and
    /// aliases is a person's word, as a marked row of the dataset is.
    pub(super) fn mark<'r>(&self, cells: &'r Cells<'_>) -> &'r str {
        if self.kind != Kind::Dataset {
            return "y";
        }
        let place = self.roles.iter().position(|role| *role == Role::Mark);
        match place.map_or("", |place| cells[place].trim()) {
            "Y" => "y",
            mark => mark,
        }
    }

    /// What becomes of a row that says this in the base, on our side and on theirs; `None` where it is not there.
    pub(super) fn decide<'c>(
        &self,
        [base, ours, theirs]: [Option<&Cells<'c>>; 3],
    ) -> Resolution<'c> {
        let whole = |row: Option<&Cells<'c>>| match row {
            Some(cells) => Resolution::Row(cells.to_vec()),
            None => Resolution::Gone,
        };
        if ours == base {
            return whole(theirs);
        }
        if theirs == base {
            return whole(ours);
        }
        match (ours, theirs) {
            (Some(ours), Some(theirs)) => self
                .both(base, ours, theirs)
                .map_or(Resolution::Conflict, Resolution::Row),
            (row, None) | (None, row) => match (base, row) {
                (Some(base), Some(row)) if is_same_row(base, row) => Resolution::Gone,
                (Some(base), Some(_)) if !self.mark(base).is_empty() => Resolution::Conflict,
                _ => whole(row),
            },
        }
    }

    /// A row that both sides have and changed; `None` is a conflict.
    fn both<'c>(
        &self,
        base: Option<&Cells<'c>>,
        ours: &Cells<'c>,
        theirs: &Cells<'c>,
    ) -> Option<Vec<Cow<'c, str>>> {
        let winner = self.winner(base, ours, theirs)?;
        let mut cells = winner.to_vec();
        for (place, cell) in cells.iter_mut().enumerate() {
            let (ours, theirs) = (&ours[place], &theirs[place]);
            let base = base.map_or("", |base| &base[place]);
            let role = self.roles[place];
            if !matches!(role, Role::Note | Role::Own) || is_same_text(ours, theirs) {
                continue;
            }
            *cell = if is_same_text(ours, base) {
                theirs.clone()
            } else if is_same_text(theirs, base) {
                ours.clone()
            } else if role == Role::Note {
                joined(base, ours, theirs).into()
            } else {
                return None;
            };
        }
        Some(cells)
    }

    /// The row whose mark and machine cells are taken; `None` is a conflict.
    fn winner<'r, 'c>(
        &self,
        base: Option<&Cells<'_>>,
        ours: &'r Cells<'c>,
        theirs: &'r Cells<'c>,
    ) -> Option<&'r Cells<'c>> {
        let was = base.map_or("", |base| self.mark(base));
        let (mark_ours, mark_theirs) = (self.mark(ours), self.mark(theirs));
        if mark_ours == mark_theirs && self.same_machine_cells(ours, theirs) {
            return Some(self.later(ours, theirs));
        }
        // A side is left as it was where neither its number nor, of two marks that differ, its mark changed.
        let is_left = |side, mark| {
            let is_as_in_base = base.is_some_and(|base| self.same_machine_cells(base, side));
            is_as_in_base && (mark == was || mark_ours == mark_theirs)
        };
        if is_left(ours, mark_ours) {
            return Some(theirs);
        }
        if is_left(theirs, mark_theirs) {
            return Some(ours);
        }
        match (mark_ours, mark_theirs) {
            ("", "") => Some(self.later(ours, theirs)),
            // Newly marked on one side, and refreshed on the other. Any other disagreement about a mark is a person's to settle.
            (_, "") if was.is_empty() => Some(ours),
            ("", _) if was.is_empty() => Some(theirs),
            _ => None,
        }
    }

    fn same_machine_cells(&self, one: &Cells<'_>, other: &Cells<'_>) -> bool {
        let mut cells = self.roles.iter().zip(one.iter().zip(other));
        cells.all(|(role, (one, other))| *role != Role::Machine || is_same_text(one, other))
    }

    /// The later row, ours on a tie; one that does not say when it was made counts as the oldest.
    fn later<'r, 'c>(&self, ours: &'r Cells<'c>, theirs: &'r Cells<'c>) -> &'r Cells<'c> {
        let made = |cells: &Cells<'_>| self.dated.and_then(|place| dates::moment(&cells[place]));
        if made(theirs) > made(ours) {
            theirs
        } else {
            ours
        }
    }
}

fn is_same_row(one: &Cells<'_>, other: &Cells<'_>) -> bool {
    one.iter()
        .zip(other)
        .all(|(one, other)| is_same_text(one, other))
}

/// Two notes that were both changed as one: ours, then theirs, with what both still have of the base once.
fn joined(base: &str, ours: &str, theirs: &str) -> String {
    if without(theirs, ours).is_some() {
        return ours.to_owned();
    }
    if without(ours, theirs).is_some() {
        return theirs.to_owned();
    }
    let news = without(base, ours).and_then(|_| without(base, theirs));
    format!("{ours}; {}", news.as_deref().unwrap_or(theirs))
}

/// `text` without the remark `part`, where that stands in it: a semicolon, a comma or a line end away from its neighbours.
fn without(part: &str, text: &str) -> Option<String> {
    const BETWEEN: [char; 4] = [';', ',', '\n', '\r'];
    if part.trim().is_empty() {
        return Some(text.to_owned());
    }
    text.match_indices(part).find_map(|(at, _)| {
        let before = text[..at].trim_end_matches(' ');
        let behind = text[at + part.len()..].trim_start_matches(' ');
        let is_apart = (before.is_empty() || before.ends_with(BETWEEN))
            && (behind.is_empty() || behind.starts_with(BETWEEN));
        let rest = [before, behind].map(|rest| rest.trim_matches([';', ',', '\n', '\r', ' ']));
        is_apart.then(|| match rest {
            [rest, ""] | ["", rest] => rest.to_owned(),
            rest => rest.join("; "),
        })
    })
}

#[cfg(test)]
mod tests;
