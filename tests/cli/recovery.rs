//! What was lost comes back: human work after a reset, edits that a killed run left, a torn journal.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{HEADER, World, dataset, model, row};

/// A world after a reset, and the backup's path.
fn after_reset(before: &str) -> (World, String) {
    let world = World::with(&[model("a"), model("b")]).dataset(before);
    let backup = world.report(&["--reset", "--force"])["backup"]
        .as_str()
        .unwrap()
        .to_owned();
    (world, backup)
}

#[test]
fn reapply_brings_marks_back_byte_for_byte_and_notes_to_rows_without_one() {
    let marked = row("\"a\"", "Y ", "\"why, ever\"").replace("6e+25", "6.10E25");
    let before = dataset(&[marked, row("b", "", "look"), row("gone", "yes", "")]);
    let (world, backup) = after_reset(&before);
    let dry = world.tree();
    world.ok(&["reapply", &backup, "--dry-run"]);
    assert_eq!(world.tree(), dry);
    world.ok(&["reapply", &backup]);
    assert_eq!(world.text(), before);
    let tree = world.tree();
    world.ok(&["reapply", &backup]);
    assert_eq!(world.tree(), tree, "a second reapply has nothing to do");
}

#[test]
fn where_today_holds_other_human_work_it_stays_and_the_conflict_is_listed() {
    let (world, backup) = after_reset(&dataset(&[row("a", "y", "old"), row("b", "", "old")]));
    let today = dataset(&[row("a", "y", "new"), row("b", "", "new")]);
    fs::write(world.csv(), &today).unwrap();
    let run = world.run(&["reapply", &backup]).expect_code(3);
    assert!(
        run.stdout.contains("Conflicts 2") && run.stdout.contains("notes \"old\""),
        "{}",
        run.stdout
    );
    assert_eq!(world.text(), today);
    let run = world
        .run(&["reapply", &backup, "--format", "json"])
        .expect_code(3);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        report["changes"]["conflicts"][0]["fields"]["notes"],
        json!({"from": "new", "to": "old"})
    );
}

#[test]
fn reapply_fits_rows_of_an_older_header_into_today_s_columns() {
    let (world, _) = after_reset(&dataset(&[row("a", "", "x")]));
    let older = world.dir.path().join("older.csv");
    fs::write(
        &older,
        "model,verified,developer,training_flop,reviewer\na,y,d,3.60E+25,ana\n",
    )
    .unwrap();
    world.ok(&["reapply", older.to_str().unwrap()]);
    let row = world.row("a");
    assert_eq!(
        (
            &*row["verified"],
            &*row["training_flop"],
            &*row["reasoning"]
        ),
        ("y", "3.60E+25", "")
    );
    world.run(&["reapply", "no such file"]).expect_code(1);
}

/// A world whose rows have a column of the owner's, after a reset; and the backup's path.
fn after_reset_with_reviewers(before: &[(String, &str)]) -> (World, String) {
    let lines: Vec<String> = before
        .iter()
        .map(|(row, reviewer)| format!("{},{reviewer}\n", row.trim_end()))
        .collect();
    after_reset(&format!("{HEADER},reviewer\n{}", lines.concat()))
}

#[test]
fn what_stands_in_the_owner_s_columns_comes_back_too() {
    let before = [
        (row("a", "y", ""), "ana"),
        (row("b", "", ""), "\"bo, or not\""),
    ];
    let (world, backup) = after_reset_with_reviewers(&before);
    assert!(!world.text().contains("ana"));
    world.ok(&["reapply", &backup]);
    assert_eq!(
        (&*world.row("a")["reviewer"], &*world.row("b")["reviewer"]),
        ("ana", "bo, or not")
    );
    let tree = world.tree();
    world.ok(&["reapply", &backup]);
    assert_eq!(world.tree(), tree);
}

#[test]
fn what_stands_in_the_owner_s_columns_brings_no_model_back_that_is_gone() {
    let before = [(row("a", "", ""), "ana"), (row("gone", "", ""), "bo")];
    let (world, backup) = after_reset_with_reviewers(&before);
    world.ok(&["reapply", &backup]);
    assert!(!world.text().contains("gone"), "{}", world.text());
}

#[test]
fn what_today_has_in_the_owner_s_columns_stays_when_a_marked_row_returns() {
    let (world, backup) = after_reset_with_reviewers(&[(row("a", "y", ""), "")]);
    let today = world.text().replacen("\na,", "\n\"a\",", 1);
    let today: Vec<String> = today
        .lines()
        .map(|line| match line.starts_with("\"a\"") {
            true => format!("{line}today"),
            false => line.to_owned(),
        })
        .collect();
    fs::write(world.csv(), today.join("\n") + "\n").unwrap();
    world.ok(&["reapply", &backup]);
    let row = world.row("a");
    assert_eq!((&*row["verified"], &*row["reviewer"]), ("y", "today"));
}

#[test]
fn two_texts_in_one_of_the_owner_s_columns_are_a_conflict() {
    let (world, backup) = after_reset_with_reviewers(&[(row("a", "y", ""), "then")]);
    let today = format!("{HEADER},reviewer\n{},now\n", row("a", "", "").trim_end());
    fs::write(world.csv(), &today).unwrap();
    world.run(&["reapply", &backup]).expect_code(3);
    assert_eq!(world.text(), today);
}

#[test]
fn a_note_that_is_back_is_not_given_to_a_second_row_of_the_model() {
    let world = World::with(&[model("a")]).dataset(dataset(&[
        row("a", "", "").replace("six of them", "five"),
        row("a", "", "kept"),
    ]));
    let older = world.dir.path().join("older.csv");
    fs::write(
        &older,
        dataset(&[row("a", "", "kept").replace("6e+25", "7e+25")]),
    )
    .unwrap();
    let tree = world.tree();
    let run = world.ok(&["reapply", older.to_str().unwrap()]);
    assert_eq!(world.tree(), tree);
    assert!(!run.stdout.contains("Updated"), "{}", run.stdout);
}

#[test]
fn a_column_that_cannot_come_back_is_named() {
    let (world, backup) = after_reset_with_reviewers(&[(row("a", "", ""), "ana")]);
    fs::write(world.csv(), dataset(&[row("a", "", "")])).unwrap();
    let run = world.run(&["reapply", &backup]).expect_code(0);
    assert!(
        run.stderr.contains("its column \"reviewer\" stays behind"),
        "{}",
        run.stderr
    );
}

/// A temp file as a killed run leaves it: under the name of the file that was created and of the one that was to be replaced.
fn leftover(world: &World, made: u64, replaced: &str) -> PathBuf {
    let name = format!(".above_1e25_flop.csv.{made:x}-{replaced}.tmp");
    world.csv().with_file_name(name)
}

#[test]
fn an_edit_that_a_killed_run_left_as_its_temp_file_is_kept_and_named() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let edit = leftover(&world, 1, "2.3.4.5");
    fs::write(&edit, "a person's edit").unwrap();
    // There is nothing to write, and the edit is found all the same.
    let run = world.run(&[]).expect_code(0);
    assert!(run.stdout.contains("Up to date"), "{}", run.stdout);
    assert!(run.stderr.contains(".csv.edit.bak"), "{}", run.stderr);
    let kept = fs::read_to_string(world.csv().with_extension("csv.edit.bak")).unwrap();
    assert_eq!((&*kept, edit.exists()), ("a person's edit", false));
}

#[test]
fn a_second_edit_that_is_kept_does_not_take_the_first_one_s_name() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    for edit in ["first", "second"] {
        fs::write(leftover(&world, 1, "2.3.4.5"), edit).unwrap();
        world.ok(&[]);
    }
    let kept = |extension| fs::read_to_string(world.csv().with_extension(extension)).unwrap();
    assert_eq!(
        (kept("csv.edit.bak"), kept("csv.edit.2.bak")),
        ("first".to_owned(), "second".to_owned())
    );
}

#[test]
fn an_unfinished_temp_file_of_a_killed_run_is_cleared_away() {
    use std::os::unix::fs::MetadataExt;
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let tree = world.tree();
    let made = world.csv().with_file_name("made");
    fs::write(&made, "half a data").unwrap();
    let inode = fs::metadata(&made).unwrap().ino();
    fs::rename(&made, leftover(&world, inode, "2.3.4.5")).unwrap();
    world.ok(&[]);
    assert_eq!(world.tree(), tree);
}

#[test]
fn a_journal_torn_within_a_character_is_read_on_all_the_same() {
    let world = World::with(&[model("été")]);
    world.ok(&[]);
    let whole = fs::read(world.journal()).unwrap();
    let torn = whole.iter().position(|byte| *byte > 0x7f).unwrap() + 1;
    fs::write(world.journal(), [&whole, &whole[..torn]].concat()).unwrap();
    let run = world.run(&["history", "été"]).expect_code(0);
    assert!(run.stdout.contains("added"), "{}", run.stdout);
    assert!(run.stderr.contains("jsonl:2:"), "{}", run.stderr);
}

#[test]
fn a_state_is_told_once_while_it_lasts_and_again_when_it_returns() {
    let (here, gone) = ([model("a"), model("b")], [model("b")]);
    let world = World::with(&here);
    world.ok(&[]);
    // Something else has to change, or nothing is written and nothing journaled.
    for (round, models) in [&gone[..], &gone, &here, &gone].into_iter().enumerate() {
        let other = json!({"name": format!("c{round}"), "developer": "d", "training_flop": 7e25});
        world.set_models(&[models, &[other]].concat());
        world.ok(&["--force"]);
    }
    let run = world
        .run(&["history", "a", "--format", "json"])
        .expect_code(0);
    let events: Value = serde_json::from_str(&run.stdout).unwrap();
    let names = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["event"]);
    assert_eq!(names.collect::<Vec<_>>(), ["orphaned", "orphaned", "added"]);
}
