//! Tests the table of behaviour §11 row by row. Each side may be ours or theirs.

use super::*;
use crate::git::merge::{AlignedRow, resolve};

/// The columns whose cells a test of the dataset sets.
const COLUMNS: Row = [
    "training_flop",
    "last_updated",
    "verified",
    "notes",
    "reviewer",
];

/// The same for the decisions.
const OF_DECISIONS: Row = ["decision", "flop", "note", "by", "at"];

/// The cells of a row of the model, or of a line of the decisions, in these columns.
type Row = [&'static str; 5];

const BASE: Row = ["6e25", "2025-08-01", "", "", ""];
const REFRESHED: Row = ["7e25", "2025-08-15", "", "", ""];
const MARKED: Row = ["6e25", "2025-08-01", "y", "", ""];
const PROTECTED: Row = ["6e25", "2025-08-01", "no", "", ""];
const RENUMBERED: Row = ["7e25", "2025-08-01", "y", "", ""];

/// The model has no row.
const NO_ROW: Row = [""; 5];

/// Stands for a row that the rules leave to a person.
const CONFLICT: Row = ["conflict"; 5];

/// The row with another text in one column: 0 FLOP, 1 day, 2 mark, 3 notes, 4 reviewer.
fn with(mut row: Row, place: usize, text: &'static str) -> Row {
    row[place] = text;
    row
}

fn resolved(base: Row, ours: Row, theirs: Row) -> Vec<Cow<'static, str>> {
    resolved_as(Kind::Dataset, COLUMNS, [base, ours, theirs])
}

fn resolved_as(kind: Kind, columns: Row, versions: [Row; 3]) -> Vec<Cow<'static, str>> {
    let rows = versions.map(|row| {
        let cells = row.map(Cow::from).into();
        let mut rows = vec![AlignedRow { cells, kept: None }];
        rows.retain(|row| row.cells != NO_ROW);
        rows
    });
    let rules = Rules::of(kind, &columns);
    match resolve(&rules, rows.each_ref().map(Vec::as_slice)) {
        Ok(rows) => match &rows[..] {
            [] => NO_ROW.map(Cow::from).into(),
            [row, ..] => row.cells.clone(),
        },
        Err(Conflict) => CONFLICT.map(Cow::from).into(),
    }
}

/// Asserts that both orders of the sides give `merged`.
#[track_caller]
fn merges(base: Row, one: Row, other: Row, merged: Row) {
    assert_eq!(resolved(base, one, other), merged, "ours changed first");
    assert_eq!(resolved(base, other, one), merged, "theirs changed first");
}

#[test]
fn a_row_that_only_one_side_changed_is_taken_from_that_side() {
    merges(BASE, BASE, BASE, BASE);
    merges(BASE, REFRESHED, BASE, REFRESHED);
    merges(BASE, MARKED, BASE, MARKED);
    merges(MARKED, with(MARKED, 2, "Y"), MARKED, with(MARKED, 2, "Y"));
    // `y` and `Y` are the same mark.
    let corrected = ["7e25", "2025-08-15", "y", "", ""];
    merges(MARKED, with(MARKED, 2, "Y"), corrected, corrected);
    let edited = ["1e26", "", "no", "n", "ana"];
    merges(MARKED, edited, MARKED, edited);
}

#[test]
fn a_row_newly_marked_on_one_side_wins_over_a_refresh() {
    merges(BASE, MARKED, REFRESHED, MARKED);
    merges(BASE, PROTECTED, REFRESHED, PROTECTED);
    let corrected = ["8e25", "", "y", "", ""];
    merges(BASE, corrected, REFRESHED, corrected);
}

#[test]
fn a_mark_taken_back_or_changed_wins_over_a_row_in_which_only_the_notes_changed() {
    let noted = with(MARKED, 3, "late");
    merges(MARKED, BASE, noted, with(BASE, 3, "late"));
    merges(MARKED, REFRESHED, noted, with(REFRESHED, 3, "late"));
    merges(MARKED, PROTECTED, noted, with(noted, 2, "no"));
}

#[test]
fn a_mark_taken_back_or_changed_against_a_changed_number_is_a_conflict() {
    merges(MARKED, BASE, RENUMBERED, CONFLICT);
    merges(MARKED, PROTECTED, RENUMBERED, CONFLICT);
    merges(MARKED, BASE, PROTECTED, CONFLICT);
}

#[test]
fn where_the_marks_agree_the_number_that_one_side_changed_is_taken() {
    let (marked, protected) = (with(REFRESHED, 2, "y"), with(REFRESHED, 2, "no"));
    merges(BASE, MARKED, marked, marked);
    merges(MARKED, MARKED, marked, marked);
    merges(MARKED, PROTECTED, protected, protected);
    merges(MARKED, BASE, REFRESHED, REFRESHED);
    // A mark that is only spelled differently is the same.
    for mark in ["Y", " y "] {
        merges(MARKED, with(MARKED, 2, mark), RENUMBERED, RENUMBERED);
    }
}

#[test]
fn equal_marks_with_two_numbers_and_two_new_marks_are_conflicts() {
    let renumbered = with(MARKED, 0, "8e25");
    merges(BASE, RENUMBERED, renumbered, CONFLICT);
    merges(MARKED, RENUMBERED, renumbered, CONFLICT);
    merges(BASE, MARKED, PROTECTED, CONFLICT);
}

#[test]
fn another_spelling_of_a_number_is_the_same_number() {
    let respelled = with(MARKED, 0, "6.0E+25");
    merges(MARKED, BASE, respelled, BASE);
    merges(MARKED, RENUMBERED, respelled, RENUMBERED);
    let found = with(RENUMBERED, 0, "70e24");
    assert_eq!(resolved(MARKED, RENUMBERED, found), RENUMBERED);
    // A name may look like a number.
    let columns = ["is_name", "is_developer", "note", "by", "at"];
    let one = ["4.0", "d", "", "", ""];
    let versions = [NO_ROW, one, with(one, 0, "4")];
    assert_eq!(resolved_as(Kind::Aliases, columns, versions), CONFLICT);
}

#[test]
fn the_later_of_two_refreshes_wins_and_ours_wins_a_tie() {
    let later = ["5e25", "2025-08-16T00:00:00", "", "", ""];
    merges(BASE, REFRESHED, later, later);
    let padded = ["5e25", " 2025-08-16T00:00:00 ", "", "", ""];
    merges(BASE, REFRESHED, padded, padded);
    merges(BASE, with(REFRESHED, 1, ""), later, later);
    let other = with(REFRESHED, 0, "8e25");
    assert_eq!(resolved(BASE, REFRESHED, other), REFRESHED);
    assert_eq!(resolved(BASE, other, REFRESHED), other);
}

#[test]
fn a_row_removed_on_one_side_and_untouched_on_the_other_is_removed() {
    merges(BASE, NO_ROW, BASE, NO_ROW);
    merges(MARKED, NO_ROW, MARKED, NO_ROW);
    merges(MARKED, NO_ROW, NO_ROW, NO_ROW);
}

#[test]
fn a_row_removed_on_one_side_and_refreshed_on_the_other_is_kept() {
    merges(BASE, NO_ROW, REFRESHED, REFRESHED);
}

#[test]
fn a_row_removed_on_one_side_and_marked_or_noted_on_the_other_is_kept() {
    for row in [MARKED, PROTECTED, with(BASE, 3, "n"), with(BASE, 4, "ana")] {
        merges(BASE, NO_ROW, row, row);
    }
}

#[test]
fn a_marked_row_removed_on_one_side_and_changed_on_the_other_is_a_conflict() {
    for row in [BASE, RENUMBERED, with(MARKED, 3, "n")] {
        merges(MARKED, NO_ROW, row, CONFLICT);
    }
}

#[test]
fn a_row_added_on_both_sides_follows_the_same_rules() {
    merges(NO_ROW, NO_ROW, MARKED, MARKED);
    merges(NO_ROW, BASE, REFRESHED, REFRESHED);
    merges(NO_ROW, MARKED, REFRESHED, MARKED);
    merges(NO_ROW, MARKED, MARKED, MARKED);
    merges(NO_ROW, MARKED, RENUMBERED, CONFLICT);
    let notes = [with(BASE, 3, "a"), with(BASE, 3, "b")];
    assert_eq!(resolved(NO_ROW, notes[0], notes[1]), with(BASE, 3, "a; b"));
}

#[test]
fn notes_and_the_owners_columns_are_merged_cell_by_cell_whichever_row_wins() {
    let own = [with(BASE, 4, "ana"), with(REFRESHED, 4, "ana")];
    let noted = own.map(|row| with(row, 3, "n"));
    merges(BASE, REFRESHED, noted[0], noted[1]);
    merges(noted[0], with(noted[0], 3, ""), with(noted[0], 4, ""), BASE);
    merges(BASE, own[0], with(REFRESHED, 4, "ben"), CONFLICT);
    merges(BASE, own[0], own[1], own[1]);
}

#[test]
fn notes_changed_on_both_sides_are_joined_with_the_bases_text_once() {
    for (base, ours, theirs, both) in [
        ("", "a", "b", "a; b"),
        ("old", "old; a", "old; b", "old; a; b"),
        ("old", "old; a", "b; old", "old; a; b"),
        ("old", "a; old", "old; b", "a; old; b"),
        ("old", "old\na", "old\nb", "old\na; b"),
        ("old", "old, a", "old; b", "old, a; b"),
        ("x, y", "x, y; a", "x, y; b\nc", "x, y; a; b\nc"),
        ("old", "older", "old; b", "older; old; b"),
        ("", "not seen", "seen", "not seen; seen"),
        ("page 3", "page 3.1", "page 3.5", "page 3.1; page 3.5"),
        ("old", "new", "old; b", "new; old; b"),
        ("old", "", "old; b", "old; b"),
        ("old", "old; a", "", "old; a"),
        ("", "a", "a; b", "a; b"),
        ("", "a ", "a; b", "a; b"),
        ("", "no; yes", "Q1: no; Q2: yes", "no; yes; Q1: no; Q2: yes"),
        ("", "B: x", "A: x; B: 15T", "B: x; A: x; B: 15T"),
        ("", "page 31", "page 3", "page 31; page 3"),
        ("", "two\r\nlines", "two\nlines; b", "two\nlines; b"),
    ] {
        let of = |note| with(BASE, 3, note);
        let merged = resolved(of(base), of(ours), of(theirs));
        assert_eq!(merged, of(both));
    }
}

#[test]
fn texts_that_differ_only_in_line_ends_are_the_same() {
    let lines = |text| with(MARKED, 3, text);
    merges(lines("a\nb"), NO_ROW, lines("a\r\nb"), NO_ROW);
    let (base, checked_out) = (with(MARKED, 0, "6e25\n"), with(MARKED, 0, "6e25\r\n"));
    let unmarked = with(base, 2, "");
    let noted = [checked_out, unmarked].map(|row| with(row, 3, "late"));
    merges(base, noted[0], unmarked, noted[1]);
}

fn decision(base: Row, ours: Row, theirs: Row) -> Vec<Cow<'static, str>> {
    resolved_as(Kind::Decisions, OF_DECISIONS, [base, ours, theirs])
}

#[test]
fn the_same_decision_on_both_sides_becomes_one_line_with_both_notes_and_the_later_date() {
    let ours = ["below", "2e25", "x", "ana", "2025-08-01T00:00:00Z"];
    let theirs = ["below", "2e25", "y", "ben", "2025-08-02T00:00:00Z"];
    let both = with(theirs, 2, "x; y");
    assert_eq!(decision(NO_ROW, ours, theirs), both);
    assert_eq!(decision(ours, ours, theirs), theirs);
    let (noted, restamped) = (with(ours, 2, "x; y"), with(ours, 3, "ben"));
    let both = with(noted, 3, "ben");
    assert_eq!(decision(ours, noted, restamped), both);
    assert_eq!(decision(ours, restamped, noted), both);
}

#[test]
fn two_different_decisions_on_a_model_and_a_changed_and_a_removed_one_are_conflicts() {
    let below = ["below", "2e25", "x", "ana", "2025-08-01"];
    let ignore = ["ignore", "2e25", "x", "ben", "2025-08-02"];
    let judged_anew = ["below", "3e25", "x", "ben", "2025-08-03"];
    assert_eq!(decision(NO_ROW, below, ignore), CONFLICT);
    assert_eq!(decision(below, ignore, judged_anew), CONFLICT);
    assert_eq!(decision(below, ignore, NO_ROW), CONFLICT);
    assert_eq!(decision(below, below, NO_ROW), NO_ROW);
    assert_eq!(decision(below, ignore, below), ignore);
    // A column `verified` that the owner added marks no line.
    let own = with(OF_DECISIONS, 4, "verified");
    let sides = [NO_ROW, with(below, 4, ""), with(ignore, 4, "")];
    assert_eq!(resolved_as(Kind::Decisions, own, sides), CONFLICT);
}
