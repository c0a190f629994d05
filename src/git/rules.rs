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
    let stands_in = |text: &str, part: &str| {
        format!("{BETWEEN}{text}{BETWEEN}").contains(&format!("{BETWEEN}{part}{BETWEEN}"))
    };
    if theirs.trim().is_empty() || stands_in(ours, theirs) {
        return Cow::Borrowed(ours);
    }
    if ours.trim().is_empty() || stands_in(theirs, ours) {
        return Cow::Borrowed(theirs);
    }
    let is_base_in_both = !base.is_empty() && stands_in(ours, base) && stands_in(theirs, base);
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
mod tests {
    use super::*;

    const NAMES: [&str; 7] = [
        "name",
        "developer",
        "training_flop",
        "last_updated",
        "verified",
        "notes",
        "reviewer",
    ];

    /// What a row of the model says: training FLOP, day of the estimate, mark, notes, reviewer.
    type Said = [&'static str; 5];

    const BASE: Said = ["6e25", "2025-08-01", "", "", ""];
    const REFRESHED: Said = ["7e25", "2025-08-15", "", "", ""];
    const MARKED: Said = ["6e25", "2025-08-01", "y", "", ""];

    /// The row with another text in one place: 0 FLOP, 1 day, 2 mark, 3 notes, 4 reviewer.
    fn with(mut said: Said, place: usize, text: &'static str) -> Said {
        said[place] = text;
        said
    }

    fn resolved(base: Option<Said>, ours: Option<Said>, theirs: Option<Said>) -> String {
        resolved_as(Kind::Dataset, NAMES, [base, ours, theirs])
    }

    fn resolved_as(kind: Kind, names: [&str; 7], said: [Option<Said>; 3]) -> String {
        let columns = Columns::of(kind, names.into_iter());
        let cells = |said: Said| [&["a", "d"][..], &said].concat();
        let [base, ours, theirs] = said.map(|said| said.map(cells));
        match columns.decide(base.as_deref(), ours.as_deref(), theirs.as_deref()) {
            Resolution::Gone => "gone".to_owned(),
            Resolution::Conflict => "conflict".to_owned(),
            Resolution::Row(cells) => cells[2..].join("|"),
        }
    }

    /// Both orders of the sides give this.
    #[track_caller]
    fn merges(base: Said, one: Said, other: Said, merged: Said) {
        either(Some(base), Some(one), Some(other), &merged.join("|"));
    }

    #[track_caller]
    fn conflicts(base: Said, one: Said, other: Said) {
        either(Some(base), Some(one), Some(other), "conflict");
    }

    #[track_caller]
    fn either(base: Option<Said>, one: Option<Said>, other: Option<Said>, merged: &str) {
        assert_eq!(resolved(base, one, other), merged, "ours changed first");
        assert_eq!(resolved(base, other, one), merged, "theirs changed first");
    }

    #[test]
    fn a_row_that_one_side_changed_is_that_sides() {
        merges(BASE, BASE, BASE, BASE);
        merges(BASE, REFRESHED, BASE, REFRESHED);
        merges(BASE, MARKED, BASE, MARKED);
        merges(MARKED, with(MARKED, 2, "Y"), MARKED, with(MARKED, 2, "Y"));
        let edited = ["1e26", "", "no", "n", "ana"];
        merges(MARKED, edited, MARKED, edited);
    }

    #[test]
    fn a_row_newly_marked_on_one_side_wins_over_a_refresh() {
        merges(BASE, MARKED, REFRESHED, MARKED);
        merges(
            BASE,
            with(MARKED, 2, "no"),
            REFRESHED,
            with(MARKED, 2, "no"),
        );
        let corrected = ["8e25", "", "y", "", ""];
        merges(BASE, corrected, REFRESHED, corrected);
    }

    #[test]
    fn a_mark_taken_back_or_changed_wins_over_a_row_of_which_only_the_notes_changed() {
        let noted = with(MARKED, 3, "late");
        merges(MARKED, BASE, noted, with(BASE, 3, "late"));
        merges(MARKED, REFRESHED, noted, with(REFRESHED, 3, "late"));
        merges(MARKED, with(MARKED, 2, "no"), noted, with(noted, 2, "no"));
    }

    #[test]
    fn a_mark_taken_back_or_changed_against_a_changed_number_is_a_conflict() {
        conflicts(MARKED, BASE, with(MARKED, 0, "7e25"));
        conflicts(MARKED, with(MARKED, 2, "no"), with(MARKED, 0, "7e25"));
        conflicts(MARKED, BASE, with(MARKED, 2, "no"));
    }

    #[test]
    fn marks_that_agree_take_the_number_that_one_side_changed() {
        let refreshed_and_marked = with(REFRESHED, 2, "y");
        merges(BASE, MARKED, refreshed_and_marked, refreshed_and_marked);
        merges(MARKED, MARKED, refreshed_and_marked, refreshed_and_marked);
        merges(
            MARKED,
            with(MARKED, 2, "no"),
            with(REFRESHED, 2, "no"),
            with(REFRESHED, 2, "no"),
        );
        merges(MARKED, BASE, REFRESHED, REFRESHED);
    }

    #[test]
    fn marks_with_two_numbers_or_two_new_marks_are_a_conflict() {
        conflicts(BASE, with(MARKED, 0, "7e25"), with(MARKED, 0, "8e25"));
        conflicts(MARKED, with(MARKED, 0, "7e25"), with(MARKED, 0, "8e25"));
        conflicts(BASE, MARKED, with(MARKED, 2, "no"));
    }

    #[test]
    fn of_two_refreshes_the_later_wins_and_ours_on_a_tie() {
        let later = ["5e25", "2025-08-16T00:00:00", "", "", ""];
        merges(BASE, REFRESHED, later, later);
        merges(BASE, with(REFRESHED, 1, ""), later, later);
        let other = with(REFRESHED, 0, "8e25");
        assert_eq!(
            resolved(Some(BASE), Some(REFRESHED), Some(other)),
            REFRESHED.join("|")
        );
        assert_eq!(
            resolved(Some(BASE), Some(other), Some(REFRESHED)),
            other.join("|")
        );
    }

    #[test]
    fn a_row_removed_on_one_side_and_untouched_on_the_other_is_gone() {
        either(Some(BASE), None, Some(BASE), "gone");
        either(Some(MARKED), None, Some(MARKED), "gone");
        either(Some(MARKED), None, None, "gone");
    }

    #[test]
    fn a_row_removed_on_one_side_and_refreshed_on_the_other_is_kept() {
        either(Some(BASE), None, Some(REFRESHED), &REFRESHED.join("|"));
    }

    #[test]
    fn a_row_removed_on_one_side_and_marked_or_noted_on_the_other_is_kept() {
        for said in [
            MARKED,
            with(BASE, 2, "no"),
            with(BASE, 3, "n"),
            with(BASE, 4, "ana"),
        ] {
            either(Some(BASE), None, Some(said), &said.join("|"));
        }
    }

    #[test]
    fn a_marked_row_removed_on_one_side_and_changed_on_the_other_is_a_conflict() {
        for said in [BASE, with(MARKED, 0, "7e25"), with(MARKED, 3, "n")] {
            either(Some(MARKED), None, Some(said), "conflict");
        }
    }

    #[test]
    fn a_row_added_on_both_sides_follows_the_same_rules() {
        either(None, None, Some(MARKED), &MARKED.join("|"));
        either(None, Some(BASE), Some(REFRESHED), &REFRESHED.join("|"));
        either(None, Some(MARKED), Some(REFRESHED), &MARKED.join("|"));
        either(None, Some(MARKED), Some(MARKED), &MARKED.join("|"));
        either(
            None,
            Some(MARKED),
            Some(with(MARKED, 0, "7e25")),
            "conflict",
        );
        let notes = [with(BASE, 3, "a"), with(BASE, 3, "b")];
        assert_eq!(
            resolved(None, Some(notes[0]), Some(notes[1])),
            with(BASE, 3, "a; b").join("|")
        );
    }

    #[test]
    fn notes_and_own_columns_are_merged_cell_by_cell_whichever_row_wins() {
        let noted = with(with(BASE, 3, "n"), 4, "ana");
        merges(
            BASE,
            REFRESHED,
            noted,
            with(with(REFRESHED, 3, "n"), 4, "ana"),
        );
        merges(noted, with(noted, 3, ""), with(noted, 4, ""), BASE);
        conflicts(BASE, with(BASE, 4, "ana"), with(REFRESHED, 4, "ben"));
        merges(
            BASE,
            with(BASE, 4, "ana"),
            with(REFRESHED, 4, "ana"),
            with(REFRESHED, 4, "ana"),
        );
    }

    #[test]
    fn notes_changed_on_both_sides_are_joined_with_the_bases_text_once() {
        for (base, ours, theirs, both) in [
            ("", "a", "b", "a; b"),
            ("old", "old; a", "old; b", "old; a; b"),
            ("old", "old; a", "b; old", "old; a; b"),
            ("old", "old\na", "old\nb", "old\na; b"),
            ("old", "old, a", "old; b", "old, a; b"),
            ("old", "older", "old; b", "older; old; b"),
            ("page 3", "page 3.1", "page 3.5", "page 3.1; page 3.5"),
            ("old", "new", "old; b", "new; old; b"),
            ("old", "", "old; b", "old; b"),
            ("old", "old; a", "", "old; a"),
            ("", "a", "a; b", "a; b"),
            ("", "page 31", "page 3", "page 31; page 3"),
        ] {
            assert_eq!(joined(base, ours, theirs), both);
        }
    }

    #[test]
    fn texts_that_differ_in_how_line_ends_are_written_are_one() {
        let lines = |text| with(MARKED, 3, text);
        either(Some(lines("a\nb")), None, Some(lines("a\r\nb")), "gone");
    }

    /// What becomes of a line of the decisions: decision, flop, note, by and at.
    fn decision(base: Option<Said>, ours: Said, theirs: Option<Said>) -> String {
        let names = ["name", "developer", "decision", "flop", "note", "by", "at"];
        resolved_as(Kind::Decisions, names, [base, Some(ours), theirs])
    }

    #[test]
    fn one_decision_taken_on_both_sides_is_one_line_with_both_notes_and_the_later_stamp() {
        let ours = ["below", "2e25", "x", "ana", "2025-08-01T00:00:00Z"];
        let theirs = ["below", "2e25", "y", "ben", "2025-08-02T00:00:00Z"];
        let both = "below|2e25|x; y|ben|2025-08-02T00:00:00Z";
        assert_eq!(decision(None, ours, Some(theirs)), both);
        assert_eq!(decision(Some(ours), ours, Some(theirs)), theirs.join("|"));
    }

    #[test]
    fn two_decisions_about_a_model_and_one_changed_against_removed_are_conflicts() {
        let below = ["below", "2e25", "x", "ana", "2025-08-01"];
        let ignore = ["ignore", "2e25", "x", "ben", "2025-08-02"];
        let judged_anew = ["below", "3e25", "x", "ben", "2025-08-03"];
        assert_eq!(decision(None, below, Some(ignore)), "conflict");
        assert_eq!(decision(Some(below), ignore, Some(judged_anew)), "conflict");
        assert_eq!(decision(Some(below), ignore, None), "conflict");
        assert_eq!(decision(Some(below), below, None), "gone");
        assert_eq!(decision(Some(below), ignore, Some(below)), ignore.join("|"));
    }
}
