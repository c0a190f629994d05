//! Merges whole tables, and tests what is written and what holds for any edits.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use super::{Kind, Markers, Merged, merge};

const HEADER: &str = "name,developer,training_flop,verified,last_updated,notes";

fn merged(base: &str, ours: &str, theirs: &str) -> Merged {
    merged_as(Kind::Dataset, base, ours, theirs)
}

const MARKERS: Markers<'_> = Markers {
    size: 7,
    ours: "ours",
    theirs: "theirs",
};

fn merged_as(kind: Kind, base: &str, ours: &str, theirs: &str) -> Merged {
    merge(kind, [base, ours, theirs].map(str::as_bytes), &MARKERS).unwrap()
}

fn text(merged: &Merged) -> &str {
    str::from_utf8(&merged.bytes).unwrap()
}

fn table(rows: &[&str]) -> String {
    let rows = rows.iter().map(|row| format!("{row}\n"));
    format!("{HEADER}\n{}", rows.collect::<String>())
}

#[track_caller]
fn merges(base: &[&str], ours: &[&str], theirs: &[&str], expected: &[&str]) {
    let merged = merged(&table(base), &table(ours), &table(theirs));
    assert_eq!(text(&merged), table(expected));
    assert!(merged.conflicts.is_empty(), "{:?}", merged.conflicts);
}

/// Asserts that the rows of the model `a` are in conflict, and no others.
#[track_caller]
fn conflicts(base: &[&str], ours: &[&str], theirs: &[&str]) {
    let merged = merged(&table(base), &table(ours), &table(theirs));
    assert_eq!(merged.conflicts, ["a (d)"]);
}

#[test]
fn rows_are_sorted_by_training_flop_then_key_whichever_side_they_are_from() {
    let base = ["m,d,6e25,,,", "x,d,,,,"];
    merges(
        &base,
        &["b,d,6e25,,,", "m,d,6e25,,,", "x,d,,,,"],
        &["z,d,7e25,,,", "a,d,6e25,,,", "m,d,6e25,,,", "x,d,,,,"],
        &[
            "z,d,7e25,,,",
            "a,d,6e25,,,",
            "b,d,6e25,,,",
            "m,d,6e25,,,",
            "x,d,,,,",
        ],
    );
}

#[test]
fn a_row_keeps_the_bytes_of_its_side_and_a_mixed_row_is_written_anew() {
    merges(
        &["\"a\",d,6E25,,,", "\"b\",d,5e25,,,"],
        &["\"a\",d,6E25,y,,", "\"b\",d,5e25,,,ours"],
        &["\"a\",d,6E25,,,", "\"b\",d,\"5.5e25\",,,"],
        &["\"a\",d,6E25,y,,", "b,d,5.5e25,,,ours"],
    );
    let (base, quoted) = (["a,d,6e25,,,"], ["\"a\",d,6e25,,,"]);
    merges(&base, &base, &quoted, &quoted);
    let (marked, refreshed) = (["\"a\",d,6e25,y,,"], ["a,d,7e25,,,"]);
    merges(&base, &marked, &refreshed, &marked);
    merges(&base, &refreshed, &marked, &marked);
    // Their columns are in another order, but hold the same cells.
    let ours = table(&quoted);
    let theirs = "developer,name,training_flop,verified,last_updated,notes\nd,a,6e25,,,\n";
    assert_eq!(text(&merged(&ours, &ours, theirs)), ours);
}

#[test]
fn the_byte_order_mark_and_the_line_ends_are_ours() {
    let crlf = |rows: &[&str]| format!("\u{feff}{}", table(rows).replace('\n', "\r\n"));
    let base = table(&["a,d,6e25,,,", "b,d,5e25,,,"]);
    let ours = crlf(&["a,d,6e25,,,n", "b,d,5e25,,,"]);
    let theirs = table(&["a,d,6e25,,,", "b,d,5e25,y,,", "c,d,4e25,,,"]);
    let expected = crlf(&["a,d,6e25,,,n", "b,d,5e25,y,,", "c,d,4e25,,,"]);
    assert_eq!(text(&merged(&base, &ours, &theirs)), expected);
    assert_eq!(
        text(&merged(&base, &theirs, &ours)),
        expected.replace("\r\n", "\n").replace('\u{feff}', "")
    );
}

#[test]
fn a_conflict_shows_the_whole_rows_in_place_between_markers() {
    let base = table(&["a,d,7e25,,,", "b,d,6e25,,,", "c,d,5e25,,,"]);
    let ours = table(&["a,d,7e25,,,", "b,d,6.5e25,y,,", "c,d,5e25,,,ours"]);
    let theirs = table(&["a,d,7e25,y,,", "b,d,6.4e25,y,,", "c,d,5e25,,,"]);
    let conflict = "<<<<<<< ours\nb,d,6.5e25,y,,\n=======\nb,d,6.4e25,y,,\n>>>>>>> theirs";
    let merged = merged(&base, &ours, &theirs);
    assert_eq!(
        text(&merged),
        table(&["a,d,7e25,y,,", conflict, "c,d,5e25,,,ours"])
    );
    assert_eq!(merged.conflicts, ["b (d)"]);
}

#[test]
fn the_labels_of_the_sides_cannot_break_a_line_or_control_a_terminal() {
    let markers = Markers {
        ours: "a\u{1b}[2J",
        theirs: "b\nname,developer",
        ..MARKERS
    };
    let sides = ["", ",y,,", ",no,,"].map(|end| table(&[&format!("b,d,6e25{end}")[..]]));
    let sides = sides.each_ref().map(|side| side.as_bytes());
    let merged = merge(Kind::Dataset, [&[], sides[1], sides[2]], &markers).unwrap();
    let text = text(&merged);
    assert!(text.contains("\n<<<<<<< a\\u{1b}[2J\n"), "{text}");
    assert!(text.contains("\n>>>>>>> b\\nname,developer\n"), "{text}");
}

#[test]
fn a_conflict_with_a_removed_row_has_an_empty_side() {
    let base = table(&["b,d,6e25,y,,"]);
    let merged = merged(&base, &table(&["b,d,6.5e25,y,,"]), &table(&[]));
    assert_eq!(
        text(&merged),
        table(&["<<<<<<< ours\nb,d,6.5e25,y,,\n=======\n>>>>>>> theirs"])
    );
}

#[test]
fn a_column_that_one_side_added_is_appended_on_the_right() {
    let base = table(&["a,d,6e25,,,", "b,d,5e25,,,"]);
    let with_column = format!("reviewer,{HEADER}\nana,a,d,6e25,,,\n,b,d,5e25,,,\n");
    let noted = table(&["a,d,6e25,,,n", "b,d,5e25,,,"]);
    let expected = format!("{HEADER},reviewer\na,d,6e25,,,n,ana\nb,d,5e25,,,,\n");
    assert_eq!(text(&merged(&base, &noted, &with_column)), expected);
    let in_front = format!("reviewer,{HEADER}\nana,a,d,6e25,,,n\n,b,d,5e25,,,\n");
    assert_eq!(text(&merged(&base, &with_column, &noted)), in_front);
    let both = format!("{HEADER},checked\na,d,6e25,,,,1\nb,d,5e25,,,,\n");
    let expected = format!("{HEADER},checked,reviewer\na,d,6e25,,,,1,ana\nb,d,5e25,,,,,\n");
    assert_eq!(text(&merged(&base, &both, &with_column)), expected);
}

/// A part of a base that the merge of two merge bases left in conflict: lines of two sides, between markers longer than those of the merge.
fn in_conflict(ours: &str, theirs: &str) -> String {
    format!("<<<<<<<<< one\n{ours}\n=========\n{theirs}\n>>>>>>>>> two")
}

#[test]
fn rows_in_conflict_between_the_merge_bases_are_settled_where_both_sides_agree() {
    let settled = in_conflict("a,d,6e25,y,,one", "a,d,7e25,y,,two");
    let base = [&*settled, "b,d,5e25,,,"];
    merges(
        &base,
        &["a,d,6e25,y,,\"l1\nl2\"", "b,d,5e25,y,,"],
        &["a,d,6e25,y,,\"l1\r\nl2\"", "b,d,5e25,,,seen"],
        &["a,d,6e25,y,,\"l1\nl2\"", "b,d,5e25,y,,seen"],
    );
    // The text that one side has now may be the text that the other side had before.
    let ours = ["a,d,6e25,y,,one", "b,d,5e25,,,"];
    conflicts(&base, &ours, &["a,d,7e25,y,,two", "b,d,5e25,,,"]);
    // A text merge of the bases may have left a conflict within a cell.
    let cell = |text: &str| format!("a,d,6e25,y,,\"head\n{text}\ntail\"");
    let base = cell(&in_conflict("bob", "ann"));
    conflicts(&[&base], &[&cell("bob\nann")], &[&cell("bob")]);
}

#[test]
fn two_noted_rows_of_one_model_are_in_conflict_where_each_side_kept_a_different_one() {
    let both = ["a,d,6e25,,,ann", "a,d,7e25,,,bob"];
    conflicts(&both, &both[..1], &both[1..]);
}

#[test]
fn a_stray_marker_in_the_base_is_not_taken_for_a_conflict_between_merge_bases() {
    let (base, ours) = (table(&["<<<<<<<<< left over"]), table(&["a,d,,,,"]));
    let texts = [&*base, &ours, &ours].map(str::as_bytes);
    assert!(merge(Kind::Dataset, texts, &MARKERS).is_err());
}

#[test]
fn aliases_in_conflict_between_the_merge_bases_do_not_keep_the_others_from_merging() {
    let header = "name,developer,is_name,is_developer,note";
    let lines = |lines: &[&str]| format!("{header}\n{}\n", lines.join("\n"));
    let base = lines(&[&in_conflict("z,d,one,d,", "z,d,two,d,")]);
    let ours = lines(&["a,d,x,d,", "z,d,one,d,"]);
    let theirs = lines(&["b,d,y,d,", "z,d,one,d,"]);
    let merged = merged_as(Kind::Aliases, &base, &ours, &theirs);
    let expected = lines(&["a,d,x,d,", "b,d,y,d,", "z,d,one,d,"]);
    assert_eq!(text(&merged), expected);
}

#[test]
fn several_rows_with_one_key_are_merged_as_one_block() {
    let twice = ["a,d,6e25,,,", "A,d,6e25,,,x"];
    let marked = ["a,d,6e25,y,,", "A,d,6e25,,,x"];
    merges(&twice, &["A,d,6e25,,,x"], &twice, &["A,d,6e25,,,x"]);
    merges(&twice, &twice, &marked, &marked);
    merges(&[], &twice, &twice, &twice);
    merges(&twice, &[], &twice, &[]);
    merges(&twice, &twice, &[], &[]);
    let noted = ["a,d,6e25,,,n", "A,d,6e25,,,x"];
    merges(&twice, &noted, &[], &noted);
    let (once, once_marked) = (["a,d,6e25,,,"], ["a,d,6e25,y,,"]);
    merges(&twice, &once_marked, &["a,d,7e25,,,"], &once_marked);
    merges(&twice, &[], &once, &once);
    let quoted = ["\"a\",d,6e25,,,", "A,d,6e25,,,x"];
    merges(&twice, &quoted, &noted, &noted);
    for (base, one, other) in [
        (&twice[..], &marked[..], &["A,d,6e25,y,,"][..]),
        (&once, &twice, &["a,d,7e25,,,"]),
        (&marked, &["a,d,6e25,y,,n"], &["a,d,6e25,y,,m"]),
        (&marked, &["a,d,6e25,,,"], &["a,d,6e25,y,,m"]),
        (&marked, &[], &["a,d,7e25,y,,", "A,d,6e25,,,x"]),
    ] {
        conflicts(base, one, other);
        let [base, one, other] = [base, one, other].map(table);
        assert_eq!(merged(&base, &other, &one).conflicts.len(), 1);
    }
}

#[test]
fn several_rows_with_one_key_count_as_unchanged_where_a_side_only_added_a_column_or_quotes() {
    let twice = ["a,d,6e25,,,", "a,d,6e25,,,", "b,d,5e25,,,"];
    let base = table(&twice);
    let with_column = base
        .replacen("notes\n", "notes,reviewer\n", 1)
        .replace(",,,\n", ",,,,\n");
    let without = table(&["b,d,5e25,,,"]);
    let merged = merged(&base, &without, &with_column);
    assert!(merged.conflicts.is_empty());
    assert_eq!(text(&merged).lines().count(), 2);
    let quoted = twice.map(|row| row.replace("a,d", "\"a\",d"));
    let quoted = quoted.each_ref().map(|row| &**row);
    merges(&twice, &twice[1..], &quoted, &twice[1..]);
}

#[test]
fn several_rows_with_one_key_count_as_unchanged_where_only_line_ends_in_a_cell_differ() {
    let base = ["a,d,6e25,,,\"x\ny\"", "a,d,5e25,,,"];
    let respelled = ["a,d,6e25,,,\"x\r\ny\"", "a,d,5e25,,,"];
    let refreshed = ["a,d,7e25,,,\"x\ny\"", "a,d,5e25,,,"];
    merges(&base, &respelled, &refreshed, &refreshed);
    merges(&base, &refreshed, &respelled, &refreshed);
}

#[test]
fn decisions_and_aliases_are_merged_line_by_line_in_the_order_of_their_keys() {
    let table = |rows: &str| format!("name,developer,decision,flop,note,by,at\n{rows}");
    let ours = table("m4,d,below,2e25,y,ana,2\n");
    let theirs = table("M1,d,ignore,,x,ben,1\nm9,d,stands,,,ben,1\n");
    let merged = merged_as(Kind::Decisions, &table(""), &ours, &theirs);
    let expected = table("M1,d,ignore,,x,ben,1\nm4,d,below,2e25,y,ana,2\nm9,d,stands,,,ben,1\n");
    assert_eq!(text(&merged), expected);
    // A column that the owner added does not change the order.
    let own = |text: &str| {
        text.replace(",at\n", ",at,training_flop\n")
            .replace(",1\n", ",1,2e25\n")
    };
    let [ours, theirs] = [&ours, &theirs].map(|side| own(&side.replace(",2\n", ",2,1e25\n")));
    let merged = merged_as(Kind::Decisions, &own(&table("")), &ours, &theirs);
    let models = text(&merged).lines().skip(1).map(|line| &line[..2]);
    assert_eq!(models.collect::<Vec<_>>(), ["M1", "m4", "m9"]);
    let table = |rows: &str| format!("name,developer,is_name,is_developer,note\n{rows}");
    let ours = table("a,d,b,d,\n");
    let theirs = table("a,d,c,d,\n*,Zhipu,*,Zhipu AI,\n");
    let merged = merged_as(Kind::Aliases, "\u{feff}\n", &ours, &theirs);
    assert_eq!(merged.conflicts, ["a (d)"]);
    let text = text(&merged);
    let expected = "\n*,Zhipu,*,Zhipu AI,\n<<<<<<< ours\n";
    assert!(text.contains(expected), "{text}");
}

/// A row in a property test: training FLOP, mark, day, notes.
type Row = [String; 4];

/// A model in the base, in ours and in theirs.
type Versions = [Option<Row>; 3];

/// An edit of a row by a person or a refresh.
#[derive(Debug, Clone, Copy)]
enum Edit {
    Refresh,
    Mark,
    Unmark,
    Protect,
    Note,
    Unnote,
    Remove,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    use Edit::*;
    let edit = prop::sample::select(vec![
        Refresh, Refresh, Mark, Mark, Unmark, Protect, Note, Unnote, Remove,
    ]);
    prop::collection::vec(edit, 0..4)
}

fn row() -> impl Strategy<Value = Option<Row>> {
    let mark = prop::sample::select(vec!["", "", "y", "no"]);
    let notes = prop::sample::select(vec!["", "old", "old; older"]);
    let row = (mark, notes).prop_map(|(mark, notes)| new_row("6e25", mark, "2025-08-01", notes));
    prop::option::weighted(0.8, row)
}

fn new_row(flop: &str, mark: &str, day: &str, notes: &str) -> Row {
    [flop, mark, day, notes].map(str::to_owned)
}

/// The row `base` after the edits of one side. Each side refreshes on a day of its own, so that there are no ties.
fn edited(base: Option<Row>, edits: &[Edit], side: &str, flop: &str, day: &str) -> Option<Row> {
    edits.iter().fold(base, |row, edit| {
        let mut row = match (row, edit) {
            (_, Edit::Remove) => return None,
            (None, Edit::Unmark | Edit::Unnote) => return None,
            (row, _) => row.unwrap_or_else(|| new_row("6e25", "", "2025-08-01", "")),
        };
        match edit {
            Edit::Refresh => (row[0], row[2]) = (flop.to_owned(), day.to_owned()),
            Edit::Mark => row[1] = "y".to_owned(),
            Edit::Protect => row[1] = "no".to_owned(),
            Edit::Unmark => row[1].clear(),
            Edit::Unnote => row[3].clear(),
            Edit::Note if row[3].is_empty() => row[3] = side.to_owned(),
            Edit::Note => row[3] += &format!("; {side}"),
            Edit::Remove => {}
        }
        Some(row)
    })
}

fn models() -> impl Strategy<Value = Vec<Versions>> {
    let model = (row(), edits(), edits()).prop_map(|(base, ours, theirs)| {
        let ours = edited(base.clone(), &ours, "ours", "7e25", "2025-08-02");
        let theirs = edited(base.clone(), &theirs, "theirs", "8e25", "2025-08-03");
        [base, ours, theirs]
    });
    prop::collection::vec(model, 1..6)
}

/// The base, ours and theirs.
fn tables(models: &[Versions]) -> [String; 3] {
    [0, 1, 2].map(|version| {
        let rows = models.iter().enumerate().filter_map(|(place, model)| {
            let cells = model[version].as_ref()?.join(",");
            Some(format!("m{place},d,{cells}\n"))
        });
        format!("{HEADER}\n{}", rows.collect::<String>())
    })
}

/// The rows of a merged table by their names, with the notes as a set. The markers of conflicts are left out.
fn rows(merged: &Merged) -> BTreeMap<&str, (Vec<&str>, BTreeSet<&str>)> {
    let lines = text(merged).lines().skip(1);
    let rows = lines.filter(|line| line.starts_with('m')).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let notes = cells[5].split("; ").filter(|note| !note.is_empty());
        (cells[0], (cells[2..5].to_vec(), notes.collect()))
    });
    rows.collect()
}

fn config() -> Config {
    Config {
        cases: 500,
        rng_seed: RngSeed::Fixed(0x1e25),
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn swapping_the_sides_gives_the_same_rows(models in models()) {
        let [base, ours, theirs] = tables(&models);
        let (one, other) = (merged(&base, &ours, &theirs), merged(&base, &theirs, &ours));
        prop_assert_eq!(&one.conflicts, &other.conflicts);
        if one.conflicts.is_empty() {
            prop_assert_eq!(rows(&one), rows(&other));
        }
    }

    #[test]
    fn a_mark_or_a_note_is_lost_only_where_one_side_removed_it_and_the_other_left_it(models in models()) {
        let [base, ours, theirs] = tables(&models);
        let merged = merged(&base, &ours, &theirs);
        let rows = rows(&merged);
        for (place, [base, ours, theirs]) in models.iter().enumerate() {
            let name = format!("m{place}");
            if merged.conflicts.contains(&format!("{name} (d)")) {
                continue;
            }
            let (cells, notes) = rows.get(&*name).cloned().unwrap_or_default();
            let mark = cells.get(1).copied().unwrap_or_default();
            let is_left = |side: &Option<Row>, cell: usize| {
                side.as_ref().map(|row| &row[cell]) == base.as_ref().map(|row| &row[cell])
            };
            for (side, other) in [(ours, theirs), (theirs, ours)] {
                let Some([_, marked, _, noted]) = side else { continue };
                if !marked.is_empty() && mark != marked {
                    prop_assert!(is_left(side, 1), "the mark of {} went", name);
                    prop_assert!(!is_left(other, 1));
                }
                for note in noted.split("; ").filter(|note| !note.is_empty()) {
                    if !notes.contains(note) {
                        prop_assert!(is_left(side, 3), "a note of {} went", name);
                        prop_assert!(!is_left(other, 3));
                    }
                }
            }
            // A mark is never paired with a number that neither side had beside it.
            if let [flop, mark, _] = cells[..] {
                let mut seen = [ours, theirs].into_iter().flatten();
                let is_seen = seen.any(|row| row[1] == mark && row[0] == flop);
                prop_assert!(is_seen, "{} has a mark that nobody gave its number", name);
            }
        }
    }

    #[test]
    fn merging_a_side_that_changed_nothing_gives_the_other_side(models in models()) {
        let [base, ours, _] = tables(&models);
        let expected = merged(&base, &ours, &ours);
        for merged in [merged(&base, &ours, &base), merged(&base, &base, &ours)] {
            prop_assert!(merged.conflicts.is_empty());
            prop_assert_eq!(text(&merged), text(&expected));
        }
    }
}

#[test]
fn a_merge_whose_result_would_be_refused_is_a_conflict() {
    let numbers = ["p,d,\"1,5e26\",y,,", "q,d,\"1,6e26\",y,,"];
    let table = |others: &[&str]| table(&[&numbers[..], others].concat());
    let base = table(&["a,d,1e25,,,", "b,d,1e25,,,", "c,d,1e25,,,"]);
    let ours = table(&["a,d,1e25,,,", "b,d,1e25,,,"]);
    let theirs = table(&["b,d,1e25,,,", "c,d,1e25,,,"]);
    assert_eq!(merged(&base, &ours, &theirs).conflicts.len(), 1);
    let aliases = |lines: &str| format!("name,developer,is_name,is_developer\n{lines}");
    let sides = ["", "a,d,b,d\n", "b,d,c,d\n"].map(aliases);
    let chain = merged_as(Kind::Aliases, &sides[0], &sides[1], &sides[2]);
    assert_eq!(chain.conflicts.len(), 1);
}

#[test]
fn a_side_that_lacks_a_filled_column_of_the_base_cannot_be_merged_by_rows() {
    let with = "name,developer,training_flop,verified,notes\na,d,1e25,,seen\n";
    let without = "name,developer,training_flop,verified\na,d,1e25,\n";
    for (ours, theirs, whose) in [(with, without, "theirs"), (without, with, "ours")] {
        let refused = merge(
            Kind::Dataset,
            [with, ours, theirs].map(str::as_bytes),
            &MARKERS,
        );
        let message = format!("{:#}", refused.unwrap_err());
        let expected = format!("{whose}: the column \"notes\" is missing, ");
        assert!(message.starts_with(&expected), "{message}");
    }
    // A column that both sides removed is gone.
    let marked = without.replace("1e25,", "1e25,y");
    assert_eq!(text(&merged(with, &marked, without)), marked);
    let blank = with.replace("seen", "");
    assert_eq!(text(&merged(&blank, without, &blank)), blank);
}
