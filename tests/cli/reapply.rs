//! `reapply`: marks, notes and columns outside the schema come back from a backup.

use std::fs;

use serde_json::json;

use crate::support::{World, dataset, dataset_with_reviewers, model, names, row, row_at, run};

/// A world after a reset of this dataset, and the backup's path.
fn after_reset(before: &str) -> (World, String) {
    let world = World::with(&[model("a"), model("b")]).dataset(before);
    let report = world.json(&["--reset", "--force"]);
    (world, report["backup"].as_str().unwrap().to_owned())
}

#[test]
fn marked_rows_come_back_byte_for_byte_and_notes_return_to_rows_without_one() {
    let marked = row("\"a\"", "Y ", "\"why, ever\"").replace("6e+25", "6.10E25");
    let gone = row("\"gone\"", "yes", "");
    let before = dataset(&[marked, row("b", "", "look"), gone]);
    let (world, backup) = after_reset(&before);
    world.ok_without_writing(&["reapply", &backup, "--dry-run"]);
    world.ok(&["reapply", &backup]);
    assert_eq!(world.text(), before);
    world.ok_without_writing(&["reapply", &backup]);
}

#[test]
fn an_error_about_unreadable_numbers_says_to_correct_them_in_the_copy() {
    let numberless = row("a", "", "").replace("6e+25,6.00e+25", ",");
    let world = World::with(&[model("a")]).dataset(dataset(&[numberless]));
    let mangled = |name| row(name, "y", "").replace("6e+25,6.00e+25", "\"1,5e+26\",");
    let copy = [
        mangled("p"),
        mangled("q"),
        row("s", "", ""),
        row("t", "", ""),
    ];
    let copy = world.sheet(dataset(&copy));
    let refused = world
        .run_without_writing(&["reapply", &copy])
        .expect_code(1);
    refused.expect_stderr("in an older copy by hand");
}

#[test]
fn newer_human_work_stays_and_the_conflict_is_listed() {
    let (world, backup) = after_reset(&dataset(&[row("a", "y", "old"), row("b", "", "old")]));
    let today = dataset(&[row("a", "y", "new"), row("b", "", "new")]);
    world.set_dataset(&today);
    world
        .run(&["reapply", &backup])
        .expect_code(3)
        .expect_stdout("Conflicts 2")
        .expect_stdout("notes: \"new\" → \"old\"");
    assert_eq!(world.text(), today);
    let report = world
        .run(&["reapply", &backup, "--format", "json"])
        .expect_code(3)
        .json();
    assert_eq!(
        report["changes"]["conflicts"][0]["fields"]["notes"],
        json!({"from": "new", "to": "old"})
    );
}

#[test]
fn another_spelling_of_a_verified_number_is_no_conflict() {
    let today = dataset(&[row("a", "y", "why").replace(",,,6e+25", ",,4e11,6e+25")]);
    let world = World::with(&[model("a")]).dataset(&today);
    let saved = today.replace(",4e11,6e+25,6.00e+25", ",400000000000,6E+25,6E+25");
    assert_ne!(saved, today);
    world.ok_without_writing(&["reapply", &world.sheet(saved)]);
}

#[test]
fn text_that_todays_row_already_contains_is_no_conflict() {
    let (world, backup) = after_reset(&dataset(&[
        row("a", "y", "\"two\nlines\""),
        row("b", "", "old"),
    ]));
    world.set_dataset(dataset(&[
        row("a", "Y", "\"two\r\nlines; and more\""),
        row("b", "", "before; old; after"),
    ]));
    world.ok_without_writing(&["reapply", &backup]);
    world.set_dataset(dataset(&[row("a", "y", "two"), row("b", "", "not old")]));
    world
        .run_without_writing(&["reapply", &backup])
        .expect_code(3)
        .expect_stdout("Conflicts 2");
}

#[test]
fn a_second_marked_row_of_a_model_returns_beside_the_unchanged_first() {
    let first = row("a", "y", "one");
    let second = row("a", "y", "two").replace("6e+25,6.00e+25", "7e+25,7.00e+25");
    let world = World::with(&[model("a")]).dataset(dataset(std::slice::from_ref(&first)));
    let older = world.sheet(dataset(&[second.clone(), first.clone()]));
    world.ok(&["reapply", &older]);
    assert_eq!(world.text(), dataset(&[second, first]));
    world.ok_without_writing(&["reapply", &older]);
}

#[test]
fn of_two_marked_rows_with_different_notes_neither_note_is_lost() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "two")]));
    let both = dataset(&[row("a", "y", "one"), row("a", "y", "two")]);
    let older = world.sheet(both);
    let run = world.run(&["reapply", &older]).expect_code(3);
    run.expect_stdout("notes: \"two\" → \"one\"");
    assert_eq!(world.column("verified"), ["y"]);
    assert_eq!(world.column("notes"), ["two"]);
}

#[test]
fn the_cells_of_a_column_that_the_older_copy_lacks_stay() {
    let (world, _) = after_reset(&dataset(&[row("a", "", "x")]));
    let older =
        world.sheet("model,verified,developer,training_flop,reviewer\na,y,d,3.60E+25,ana\n");
    world.ok(&["reapply", &older]);
    let row = world.row("a");
    let cells = ["verified", "training_flop", "reasoning"].map(|column| &*row[column]);
    assert_eq!(cells, ["y", "3.60E+25", "six of them"]);
    // But the derived cells follow the number that returns.
    assert_eq!(row["training_flop_formatted"], "3.60e+25");
    assert_eq!(row["threshold_classification"], "not_sure");
    world.ok_without_writing(&["reapply", &older]);
}

#[test]
fn a_copy_without_a_number_does_not_change_the_class() {
    let (world, _) = after_reset(&dataset(&[row("a", "", "x")]));
    let older = "name,developer,threshold_classification,verified\na,d,not_sure,y\n";
    world.ok(&["reapply", &world.sheet(older)]);
    let row = world.row("a");
    assert_eq!(row["verified"], "y");
    assert_eq!(row["threshold_classification"], "high_confidence_above");
}

#[test]
fn a_row_that_returns_from_a_copy_without_a_class_has_the_class_of_its_number() {
    let world = World::with(&[model("o")]);
    world.ok(&[]);
    let columns = "name,developer,training_flop,verified\na,d,9e24,y\n";
    world.ok(&["reapply", &world.sheet(columns)]);
    let row = world.row("a");
    assert_eq!(row["training_flop_formatted"], "9.00e+24");
    assert_eq!(row["threshold_classification"], "not_sure");
}

#[test]
fn an_older_copy_needs_only_name_and_developer() {
    let (world, _) = after_reset(&dataset(&[row("a", "", "x")]));
    let older = world.sheet("name,developer,notes,reviewer\na,d,look,ana\n");
    world.ok(&["reapply", &older]);
    let row = world.row("a");
    let cells = ["verified", "notes", "reviewer"].map(|column| &*row[column]);
    assert_eq!(cells, ["", "look", "ana"]);
}

#[test]
fn an_older_copy_with_a_misspelled_verified_column_is_refused() {
    let (world, _) = after_reset(&dataset(&[row("a", "", "x")]));
    let older = world.sheet("name,developer,Verified\na,d,y\n");
    world
        .run_without_writing(&["reapply", &older])
        .expect_code(1)
        .expect_stderr("no column `verified`, but one called \"Verified\"");
}

#[test]
fn a_second_header_in_an_older_copy_with_few_columns_is_refused() {
    let (world, _) = after_reset(&dataset(&[row("a", "", "x")]));
    let header = "name,developer,notes";
    let older = world.sheet(format!("{header}\na,d,look\n{header}\nb,d,y\n"));
    world
        .run_without_writing(&["reapply", &older])
        .expect_code(1)
        .expect_stderr("a second header line");
}

#[test]
fn the_error_names_a_file_that_does_not_exist() {
    let (world, _) = after_reset(&dataset(&[row("a", "", "x")]));
    world
        .run_without_writing(&["reapply", "no such file"])
        .expect_code(1)
        .expect_stderr("no such file");
}

#[test]
fn text_in_columns_outside_the_schema_comes_back() {
    let (world, backup) = after_reset(&dataset_with_reviewers(&[
        (row("a", "y", ""), "ana"),
        (row("b", "", ""), "\"bo, or not\""),
    ]));
    assert!(!world.text().contains("ana"));
    world.ok(&["reapply", &backup]);
    assert_eq!(world.row("a")["reviewer"], "ana");
    assert_eq!(world.row("b")["reviewer"], "bo, or not");
    world.ok_without_writing(&["reapply", &backup]);
}

#[test]
fn a_row_with_text_outside_the_schema_comes_back_although_its_model_is_gone() {
    let (world, backup) = after_reset(&dataset_with_reviewers(&[
        (row("a", "", ""), "ana"),
        (row("gone", "", ""), "bo"),
        (row("gone and plain", "", ""), ""),
    ]));
    world.ok(&["reapply", &backup]);
    assert_eq!(world.column("name"), ["a", "b", "gone"]);
    assert_eq!(world.column("reviewer"), ["ana", "", "bo"]);
}

#[test]
fn newer_text_outside_the_schema_stays_when_a_marked_row_comes_back() {
    let (world, backup) = after_reset(&dataset_with_reviewers(&[(row("a", "y", ""), "")]));
    world.set_dataset(dataset_with_reviewers(&[
        (row("\"a\"", "", ""), "today"),
        (row("b", "", ""), ""),
    ]));
    world.ok(&["reapply", &backup]);
    let row = world.row("a");
    assert_eq!((&*row["verified"], &*row["reviewer"]), ("y", "today"));
}

#[test]
fn if_an_owners_cell_differs_todays_text_stays_and_the_conflict_is_listed() {
    let (world, backup) = after_reset(&dataset_with_reviewers(&[(row("a", "y", ""), "then")]));
    world.set_dataset(dataset_with_reviewers(&[(row("a", "", ""), "now")]));
    let report = world
        .run(&["reapply", &backup, "--format", "json"])
        .expect_code(3)
        .json();
    assert_eq!(
        report["changes"]["conflicts"][0]["fields"],
        json!({"reviewer": {"from": "now", "to": "then"}})
    );
    let row = world.row("a");
    assert_eq!((&*row["verified"], &*row["reviewer"]), ("y", "now"));
}

#[test]
fn two_long_texts_that_differ_at_their_ends_are_listed_in_full() {
    let same = "the same beginning of a long note ".repeat(20);
    let (world, backup) = after_reset(&dataset_with_reviewers(&[(
        row("a", "y", ""),
        &format!("{same}then"),
    )]));
    world.set_dataset(dataset_with_reviewers(&[(
        row("a", "", ""),
        &format!("{same}now"),
    )]));
    let run = world.run(&["reapply", &backup]).expect_code(3);
    run.expect_stdout(&format!("reviewer: \"{same}now\" → \"{same}then\""));
}

#[test]
fn a_note_that_is_already_there_is_not_given_to_another_row_of_the_model() {
    let world = World::with(&[model("a")]).dataset(dataset(&[
        row("a", "", "").replace("six of them", "five"),
        row("a", "", "kept"),
    ]));
    let older = row("a", "", "kept").replace("6e+25", "7e+25");
    let older = world.sheet(dataset(&[older]));
    let run = world.ok_without_writing(&["reapply", &older]);
    assert!(!run.stdout.contains("Updated"), "{}", run.stdout);
    // A mark returns to the row that has its note.
    let older = world.sheet(dataset(&[row("a", "y", "kept")]));
    world.ok(&["reapply", &older]);
    assert_eq!(world.column("verified"), ["", "y"]);
    // Nor is it given to the row of its own name if a row of another name has it.
    let world = World::with(&[model("new")])
        .dataset(dataset(&[row("new", "", "kept"), row("old", "", "")]));
    world.set_aliases("old,d,new,d,\n");
    let older = world.sheet(dataset(&[row("old", "", "kept")]));
    world.ok_without_writing(&["reapply", &older]);
}

#[test]
fn of_two_rows_of_one_model_in_the_copy_neither_text_is_lost() {
    let before = dataset(&[
        row("a", "y", "first"),
        row("a", "", "second"),
        row("b", "y", "same"),
        row("b", "y", "same"),
    ]);
    let (world, backup) = after_reset(&before);
    assert_eq!(world.column("name"), ["a", "b"]);
    world
        .run(&["reapply", &backup])
        .expect_code(3)
        .expect_stdout("→ \"second\"");
    assert_eq!(world.column("notes"), ["first", "same"]);
    assert_eq!(world.column("verified"), ["y", "y"]);
}

#[test]
fn two_marked_rows_of_one_model_in_the_copy_both_return() {
    let before = dataset(&[
        row("a", "y", "first"),
        row("a", "y", "second"),
        row("b", "y", "other"),
    ]);
    let (world, backup) = after_reset(&before);
    assert_eq!(world.column("name"), ["a", "b"]);
    world.ok(&["reapply", &backup]);
    assert_eq!(world.column("notes"), ["first", "second", "other"]);
    assert_eq!(world.column("verified"), ["y", "y", "y"]);
    world.ok_without_writing(&["reapply", &backup]);
    // They also return if the model has no row any more, and no text of theirs is added again.
    let gone = [("y", "first"), ("y", "second"), ("", "second")];
    let gone = gone.map(|(mark, notes)| row("gone", mark, notes));
    let older = world.sheet(dataset(&gone));
    world.ok(&["reapply", &older]);
    assert_eq!(world.text(), before + &gone[..2].concat());
}

#[test]
fn the_older_copy_may_come_through_a_pipe() {
    for name in ["-", "/dev/stdin"] {
        let (world, backup) = after_reset(&dataset(&[row("a", "y", "why")]));
        let mut command = world.command(&["reapply", name]);
        run(command.stdin(fs::File::open(backup).unwrap())).expect_code(0);
        assert_eq!(world.row("a")["notes"], "why");
    }
}

#[test]
fn an_owners_column_that_todays_dataset_lacks_is_appended_if_it_holds_text() {
    for name in [",reviewer", ",\"reviewer, first\""] {
        let before = dataset_with_reviewers(&[(row("a", "", ""), "ana")]);
        let before = before.replace(",reviewer", name);
        let older = before.replace(name, &format!("{name},empty"));
        let (world, backup) = after_reset(&older.replace(",ana", ",ana,"));
        world.set_dataset(dataset(&[row("a", "", "")]));
        world.ok(&["reapply", &backup]);
        assert_eq!(world.text(), before);
    }
}

#[test]
fn a_marked_row_returns_only_once_and_to_a_row_without_text() {
    let world = World::with(&[model("a")]).dataset(dataset(&[
        row("a", "", "today's"),
        row("a", "", "").replace("six of them", "five"),
    ]));
    let older = row("a", "y", "another").replace("6e+25", "5e+24");
    let older = world.sheet(dataset(&[older]));
    world.ok(&["reapply", &older]);
    assert_eq!(world.column("verified"), ["", "y"]);
    assert_eq!(world.column("notes"), ["today's", "another"]);
    world.ok_without_writing(&["reapply", &older]);
}

#[test]
fn of_two_marked_rows_of_a_dismissed_model_one_returns_and_the_other_is_listed_every_time() {
    let world =
        World::with(&[model("a")]).dataset(dataset_with_reviewers(&[(row("a", "", "kept"), "")]));
    world.set_decisions("a,d,below,1e25,n,,\n");
    let older = "name,developer,verified,reviewer\na,d,,ana\na,d,y,ana\na,d,no,bob\n";
    let older = world.sheet(older);
    for _ in 0..2 {
        let run = world.run(&["reapply", &older]).expect_code(3);
        run.expect_stdout("→ \"no\"").expect_stdout("→ \"bob\"");
        assert_eq!(world.column("verified"), ["y"]);
        assert_eq!(world.row("a")["reviewer"], "ana");
    }
}

#[test]
fn text_that_another_row_of_the_model_holds_is_no_conflict() {
    let world = World::with(&[model("a")]).dataset(dataset(&[
        row("a", "y", "first"),
        row("a", "", "second; more"),
    ]));
    let older = world.sheet(dataset(&[row("a", "", "second")]));
    world.ok_without_writing(&["reapply", &older]);
}

#[test]
fn under_an_alias_a_mark_returns_to_the_row_of_its_own_name() {
    let world =
        World::with(&[model("new")]).dataset(dataset(&[row("new", "", "z"), row("old", "", "")]));
    world.set_aliases("old,d,new,d,\n");
    let older = [row("new", "", "x"), row("old", "y", "x")];
    let older = world.sheet(dataset(&older));
    world.ok(&["reapply", &older]);
    assert_eq!(world.row("old")["verified"], "y");
    assert_eq!(world.row("old")["notes"], "x");
    assert_eq!(world.row("new")["notes"], "z");
    world.ok_without_writing(&["reapply", &older]);
    world.set_dataset(dataset(&[row("new", "", ""), row("old", "", "today")]));
    let older = world.sheet(dataset(&[row("old", "y", "x")]));
    world.run(&["reapply", &older]).expect_code(3);
    assert_eq!(world.row("old")["verified"], "y");
}

#[test]
fn a_machine_cell_that_another_row_of_the_model_holds_is_still_a_conflict() {
    let sure = |row: String| row.replace(",medium,", ",high,");
    let later = || row_at("a", "y", "", "7e+25", "7.00e+25");
    let rows = [later(), sure(row("a", "y", ""))];
    let world = World::with(&[model("a")]).dataset(dataset(&rows));
    let older = world.sheet(dataset(&[sure(later())]));
    let run = world.run_without_writing(&["reapply", &older]);
    run.expect_code(3)
        .expect_stdout("confidence: \"medium\" → \"high\"");
}

#[test]
fn a_marked_row_of_a_dismissed_model_is_a_conflict_even_if_the_note_contains_its_text() {
    let world = World::with(&[model("b")]).dataset(dataset(&[row("b", "", "")]));
    world.set_decisions("a,d,below,1e25,seen,,\na2,d,below,1e25,seen,,\n");
    let older = dataset(&[row("a", "y", "seen"), row("a2", "", "seen")]);
    let older = world.sheet(older);
    let run = world.run_without_writing(&["--format", "json", "reapply", &older]);
    let report = run.expect_code(3).json();
    assert_eq!(names(&report["changes"]["conflicts"]), ["a"]);
}

#[test]
fn a_conflict_compares_the_copy_with_the_row_as_it_is_afterwards() {
    let (world, backup) = after_reset(&dataset(&[row("a", "y", "first"), row("a", "", "second")]));
    let run = world.run(&["reapply", &backup]).expect_code(3);
    run.expect_stdout("notes: \"first\" → \"second\"");
}

#[test]
fn an_owners_column_with_a_name_similar_to_a_schema_column_comes_back() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "")]));
    let copy = world.sheet("name,developer,source\na,d,told by Ana\n");
    let refused = world.run(&["reapply", &copy]).expect_code(1);
    refused.expect_stderr("no column `sources`, but one called \"source\"");
    let text = world.text();
    let (header, row) = text.split_once('\n').unwrap();
    world.set_dataset(format!("{header},source\n{},\n", row.trim_end()));
    world.ok(&["reapply", &copy]);
    assert_eq!(world.row("a")["source"], "told by Ana");
}

#[test]
fn cells_in_columns_without_a_name_come_back_to_their_places() {
    let world = World::with(&[model("a")]);
    let row_of = |verified: &str, one: &str, two: &str| format!("a,d,{verified},{one},{two}");
    let copy = world.sheet(format!(
        "name,developer,verified,,\n{}\n",
        row_of("y", "one", "two")
    ));
    world.set_dataset(format!(
        "name,developer,verified,,,own\n{},o\n",
        row_of("", "", "")
    ));
    world.ok(&["reapply", &copy]);
    assert!(
        world.text().contains("\na,d,y,one,two,o"),
        "{}",
        world.text()
    );
}

#[test]
fn swapped_notes_of_two_marked_rows_are_no_conflict() {
    let rows = |one, two| {
        let other = row("a", "y", two)
            .replace("6e+25", "2e+25")
            .replace("6.00e+25", "2.00e+25");
        dataset(&[row("a", "y", one), other])
    };
    let world = World::with(&[model("a")]).dataset(rows("first", "second"));
    let copy = world.sheet(rows("second", "first"));
    world.ok_without_writing(&["reapply", &copy]);
}
