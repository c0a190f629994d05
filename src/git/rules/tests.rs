//! Row by row, the table of behaviour §11: each side may be ours or theirs.

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
    let rules = Rules::of(kind, &names);
    let cells = |said: Said| {
        [&["a", "d"][..], &said]
            .concat()
            .into_iter()
            .map(Cow::from)
            .collect()
    };
    let [base, ours, theirs]: [Option<Vec<_>>; 3] = said.map(|said| said.map(cells));
    match rules.decide([base.as_deref(), ours.as_deref(), theirs.as_deref()]) {
        Ok(None) => "gone".to_owned(),
        Err(Conflict) => "conflict".to_owned(),
        Ok(Some(cells)) => cells[2..].join("|"),
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
    // It is the same mark in either case.
    let corrected = ["7e25", "2025-08-15", "y", "", ""];
    merges(MARKED, with(MARKED, 2, "Y"), corrected, corrected);
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
    // A mark that is only spelled differently is the same.
    for mark in ["Y", " y "] {
        let number = with(MARKED, 0, "7e25");
        merges(MARKED, with(MARKED, 2, mark), number, number);
    }
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
    let padded = ["5e25", " 2025-08-16T00:00:00 ", "", "", ""];
    merges(BASE, REFRESHED, padded, padded);
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
        let merged = resolved(Some(of(base)), Some(of(ours)), Some(of(theirs)));
        assert_eq!(merged, of(both).join("|"));
    }
}

#[test]
fn texts_that_differ_in_how_line_ends_are_written_are_one() {
    let lines = |text| with(MARKED, 3, text);
    either(Some(lines("a\nb")), None, Some(lines("a\r\nb")), "gone");
    let (base, checked_out) = (with(MARKED, 0, "6e25\n"), with(MARKED, 0, "6e25\r\n"));
    let unmarked = with(base, 2, "");
    merges(
        base,
        with(checked_out, 3, "late"),
        unmarked,
        with(unmarked, 3, "late"),
    );
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
    let (noted, restamped) = (with(ours, 2, "x; y"), with(ours, 3, "ben"));
    let both = with(noted, 3, "ben").join("|");
    assert_eq!(decision(Some(ours), noted, Some(restamped)), both);
    assert_eq!(decision(Some(ours), restamped, Some(noted)), both);
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
    // A column `verified` of the owner's marks no line.
    let own = [
        "name",
        "developer",
        "decision",
        "flop",
        "note",
        "by",
        "verified",
    ];
    let sides = [None, Some(with(below, 4, "")), Some(with(ignore, 4, ""))];
    assert_eq!(resolved_as(Kind::Decisions, own, sides), "conflict");
}
