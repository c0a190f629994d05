//! What becomes of one row in a merge (behaviour §11): pure, and the same for the dataset, the decisions and the aliases.
//!
//! The cells that the estimates write stay together with the mark that a person set on them: a merge never pairs a mark with a number
//! that nobody saw. Only notes and the owner's columns are merged cell by cell, whichever side's row wins.

use std::borrow::Cow;

use super::sheet::{Kind, Role};
use crate::dates;
use crate::plan::is_same_text;

/// What a column is to the merge, for each column of the merged file.
#[derive(Debug)]
pub(super) struct Columns {
    roles: Vec<Role>,
    /// The column that says when a row was made.
    dated: Option<usize>,
    /// Every row of decisions and aliases is a person's word, as a marked row of the dataset is.
    all_marked: bool,
}

/// The cells of a row, one for each column of the merged file.
pub(super) type Cells<'c> = [&'c str];

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

impl Columns {
    /// The columns of these names in a file of this kind.
    pub(super) fn of<'n>(kind: Kind, names: impl Iterator<Item = &'n str> + Clone) -> Columns {
        Columns {
            roles: names.clone().map(|name| kind.role(name)).collect(),
            dated: names.clone().position(|name| name == kind.dated()),
            all_marked: kind != Kind::Dataset,
        }
    }

    /// What the column at `place` is.
    pub(super) fn role(&self, place: usize) -> Role {
        self.roles[place]
    }

    /// Whether a person confirmed the row, or wrote another word there: `y` in any case, the word, or blank.
    pub(super) fn mark<'c>(&self, cells: &Cells<'c>) -> &'c str {
        if self.all_marked {
            return "y";
        }
        let place = self.roles.iter().position(|role| *role == Role::Mark);
        match place.map_or("", |place| cells[place].trim()) {
            "Y" => "y",
            mark => mark,
        }
    }

    /// Whether two rows say the same in the columns of this role.
    fn same(&self, role: Role, one: &Cells<'_>, other: &Cells<'_>) -> bool {
        let mut cells = self.roles.iter().zip(one.iter().zip(other));
        cells.all(|(of, (one, other))| *of != role || is_same_text(one, other))
    }

    /// What becomes of a row that says `base` in the base and `ours` and `theirs` on the two sides; `None` where it is not there.
    pub(super) fn decide<'c>(
        &self,
        base: Option<&Cells<'c>>,
        ours: Option<&Cells<'c>>,
        theirs: Option<&Cells<'c>>,
    ) -> Resolution<'c> {
        match (ours, theirs) {
            (Some(ours), Some(theirs)) => self
                .both(base, ours, theirs)
                .map_or(Resolution::Conflict, Resolution::Row),
            (Some(row), None) | (None, Some(row)) => match base {
                Some(base) if base.iter().zip(row).all(|(a, b)| is_same_text(a, b)) => {
                    Resolution::Gone
                }
                Some(base) if !self.mark(base).is_empty() => Resolution::Conflict,
                _ => Resolution::Row(whole(row)),
            },
            (None, None) => Resolution::Gone,
        }
    }

    /// A row that both sides have; `None` is a conflict.
    fn both<'c>(
        &self,
        base: Option<&Cells<'c>>,
        ours: &Cells<'c>,
        theirs: &Cells<'c>,
    ) -> Option<Vec<Cow<'c, str>>> {
        if base == Some(ours) {
            return Some(whole(theirs));
        }
        if base == Some(theirs) {
            return Some(whole(ours));
        }
        let winner = self.winner(base, ours, theirs)?;
        let cells = (0..self.roles.len()).map(|place| {
            let (ours, theirs) = (ours[place], theirs[place]);
            let base = base.map_or("", |base| base[place]);
            match self.roles[place] {
                Role::Machine | Role::Mark | Role::Stamp => Some(Cow::Borrowed(winner[place])),
                _ if is_same_text(ours, theirs) => Some(Cow::Borrowed(winner[place])),
                _ if is_same_text(ours, base) => Some(Cow::Borrowed(theirs)),
                _ if is_same_text(theirs, base) => Some(Cow::Borrowed(ours)),
                Role::Note => Some(joined(base, ours, theirs)),
                Role::Own => None,
            }
        });
        cells.collect()
    }

    /// The row whose mark and machine cells are taken; `None` is a conflict.
    fn winner<'r, 'c>(
        &self,
        base: Option<&Cells<'_>>,
        ours: &'r Cells<'c>,
        theirs: &'r Cells<'c>,
    ) -> Option<&'r Cells<'c>> {
        let was = base.map_or("", |base| self.mark(base));
        let (marked_ours, marked_theirs) = (self.mark(ours), self.mark(theirs));
        let machine_as_in_base =
            |cells| base.is_some_and(|base| self.same(Role::Machine, base, cells));
        if marked_ours == marked_theirs && self.same(Role::Machine, ours, theirs) {
            return Some(self.stamped(base, ours, theirs));
        }
        if machine_as_in_base(ours) && marked_ours == was {
            return Some(theirs);
        }
        if machine_as_in_base(theirs) && marked_theirs == was {
            return Some(ours);
        }
        if marked_ours != marked_theirs {
            // Newly marked on one side, and refreshed on the other. Any other disagreement about a mark is a person's to settle.
            return match (was, marked_ours, marked_theirs) {
                ("", _, "") => Some(ours),
                ("", "", _) => Some(theirs),
                _ => None,
            };
        }
        if machine_as_in_base(ours) {
            return Some(theirs);
        }
        if machine_as_in_base(theirs) {
            return Some(ours);
        }
        marked_ours.is_empty().then(|| self.later(ours, theirs))
    }

    /// Of two rows of which only the stamp may differ: the one that was stamped anew, else the later one.
    fn stamped<'r, 'c>(
        &self,
        base: Option<&Cells<'_>>,
        ours: &'r Cells<'c>,
        theirs: &'r Cells<'c>,
    ) -> &'r Cells<'c> {
        let as_in_base = |cells| base.is_some_and(|base| self.same(Role::Stamp, base, cells));
        match (as_in_base(ours), as_in_base(theirs)) {
            (_, true) => ours,
            (true, false) => theirs,
            (false, false) => self.later(ours, theirs),
        }
    }

    /// The later row, ours on a tie; one that does not say when it was made counts as the oldest.
    fn later<'r, 'c>(&self, ours: &'r Cells<'c>, theirs: &'r Cells<'c>) -> &'r Cells<'c> {
        let made = |cells: &Cells<'_>| self.dated.and_then(|place| dates::moment(cells[place]));
        if made(theirs) > made(ours) {
            theirs
        } else {
            ours
        }
    }
}

/// The cells of a row as they are.
pub(super) fn whole<'c>(row: &Cells<'c>) -> Vec<Cow<'c, str>> {
    row.iter().map(|cell| Cow::Borrowed(*cell)).collect()
}

/// Two notes that were both changed as one: ours, then theirs, with what both still have of the base once.
fn joined<'c>(base: &str, ours: &'c str, theirs: &'c str) -> Cow<'c, str> {
    const BETWEEN: &str = "; ";
    let stands_in = |part: &str, text: &str| {
        format!("{BETWEEN}{text}{BETWEEN}").contains(&format!("{BETWEEN}{part}{BETWEEN}"))
    };
    if theirs.trim().is_empty() || stands_in(theirs, ours) {
        return Cow::Borrowed(ours);
    }
    if ours.trim().is_empty() || stands_in(ours, theirs) {
        return Cow::Borrowed(theirs);
    }
    let is_base_in_both = !base.is_empty() && stands_in(base, ours) && stands_in(base, theirs);
    // What was written behind the base's text, on a line of its own perhaps.
    let behind_base = |text: &'c str| {
        let behind = text.strip_prefix(base)?;
        let is_apart = behind.starts_with([';', ',']) || behind.starts_with(char::is_whitespace);
        (is_apart && !base.is_empty()).then_some(behind)
    };
    let news = if let (Some(_), Some(behind)) = (behind_base(ours), behind_base(theirs)) {
        let is_between = |letter: char| matches!(letter, ';' | ',') || letter.is_whitespace();
        behind.trim_start_matches(is_between).to_owned()
    } else if is_base_in_both {
        let framed = format!("{BETWEEN}{theirs}{BETWEEN}");
        let without = framed.replacen(&format!("{BETWEEN}{base}{BETWEEN}"), BETWEEN, 1);
        without[BETWEEN.len()..without.len() - BETWEEN.len()].to_owned()
    } else {
        theirs.to_owned()
    };
    Cow::Owned(format!("{ours}{BETWEEN}{news}"))
}

#[cfg(test)]
mod tests;
