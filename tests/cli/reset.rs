//! `--reset`: all candidates are written afresh, and a backup holds what was there before.

use std::fs;

use serde_json::json;

use crate::support::{
    World, dataset, dataset_with_reviewers, has_extension, model, model_at, model_with, row, row_at,
};

/// The contents of the backups, oldest first.
fn backups(world: &World) -> Vec<Vec<u8>> {
    let files = world.other_files();
    assert!(
        files.iter().all(|path| has_extension(path, "bak")),
        "{files:?}"
    );
    files.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn a_reset_removes_marks_and_notes_and_keeps_them_in_the_backup() {
    let before = dataset(&[row("a", "y", "mine"), row("z", "y", "")]);
    let world = World::with(&[model("a"), model("b")]).dataset(&before);
    world
        .ok(&["--reset", "--dry-run"])
        .expect_stdout("Removed 1: not candidates\n  - z");
    let report = world.json(&["--reset"]);
    assert_eq!(world.text(), dataset(&[row("a", "", ""), row("b", "", "")]));
    assert_eq!(backups(&world), [before.as_bytes()]);
    assert_eq!(report["backup"].as_str(), world.other_files()[0].to_str());
    let changes = &report["changes"];
    assert_eq!(changes["updated"][0]["fields"]["notes"]["from"], "mine");
    assert_eq!(changes["removed"][0]["name"], "z");
}

#[test]
fn a_reset_says_why_each_row_leaves() {
    let broken = model_with("rejected", json!({"training_flop": "many"}));
    let none = model_with("none", json!({"training_flop": null}));
    let world = World::with(&[model("a"), broken, none]).dataset(dataset(
        &["a", "rejected", "absent", "none"].map(|name| row(name, "", "")),
    ));
    let report = world.ok(&["--reset", "--force"]).stdout;
    let line_of = |name: &str| {
        let mut lines = report.lines().filter(|line| line.contains(name));
        let words = lines.next().unwrap().split_whitespace();
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        line_of("- rejected"),
        "- rejected d 6.00e+25 its record was rejected"
    );
    assert_eq!(
        line_of("- absent"),
        "- absent d 6.00e+25 not in the estimates"
    );
    assert_eq!(line_of("- none"), "- none d 6.00e+25 no estimate now");
    world
        .ok(&["history", "rejected"])
        .expect_stdout("its record was rejected");
}

#[test]
fn at_80_columns_a_reset_says_which_human_work_leaves_and_shows_the_highest_numbers_first() {
    let long = |name: &str| format!("{name}-model-with-a-very-long-name");
    let mut rows: Vec<String> = (0..10)
        .map(|n| row(&format!("n{n}"), "", "").replace("6e+25,6.00e+25", ","))
        .collect();
    rows.push(row(&long("marked"), "y", ""));
    rows.push(row("high", "", ""));
    let world = World::with(&[model("a")]).dataset(dataset(&rows));
    let report = world.run_on(80, &["--reset", "--force", "--dry-run"]);
    let report = report.expect_code(0).stdout;
    let removed = report.split_once("Removed").unwrap().1;
    let leaving: Vec<_> = removed.lines().skip(1).take(2).collect();
    assert!(leaving[0].contains(&long("marked")), "{report}");
    assert!(leaving[0].contains("verified y"), "{report}");
    assert!(leaving[1].contains("high"), "{report}");
}

#[test]
fn a_verbose_reset_shows_the_reasoning_of_a_row_without_an_estimate() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("gone", "", "")]));
    world
        .ok(&["--reset", "--force", "--dry-run", "--verbose"])
        .expect_stdout("the row's reasoning: \"six of them\"");
}

#[test]
fn a_backup_never_overwrites_another() {
    let world = World::with(&[model("a")]);
    let versions = ["1", "2", "3"].map(|note| dataset(&[row("a", "y", note)]));
    for version in &versions {
        world.set_dataset(version);
        world.ok(&["--reset"]);
    }
    let mut kept = backups(&world);
    kept.sort();
    assert_eq!(kept, versions.map(String::into_bytes));
}

#[test]
fn a_reset_of_an_unreadable_dataset_keeps_it_in_the_backup() {
    let world = World::with(&[model("a")]).dataset(b"name;\xff");
    let run = world.ok(&["--reset"]).expect_stderr("only in the backup");
    assert!(!run.stderr.contains("untouched"), "{}", run.stderr);
    // `reapply` cannot read the backup before somebody has repaired it.
    assert!(!run.stdout.contains("reapply"), "{}", run.stdout);
    assert_eq!(world.text(), dataset(&[row("a", "", "")]));
    assert_eq!(backups(&world), [b"name;\xff"]);
}

#[test]
fn the_line_that_names_the_written_file_is_wrapped_on_its_own() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "y", "mine")]));
    let report = world.run_on(80, &["--reset"]).expect_code(0);
    let written = format!("\nWrote {}", world.dataset_path().display());
    report.expect_stdout(&written);
}

#[test]
fn a_reset_that_changes_nothing_writes_nothing() {
    let world = World::with(&[model("a")]);
    world.ok(&["--reset"]);
    world.ok_without_writing(&["--reset"]);
}

#[test]
fn a_dry_reset_writes_nothing_and_says_what_would_be_lost() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "y", "mine")]));
    world
        .ok_without_writing(&["--reset", "--dry-run"])
        .expect_stdout("verified y → blank, notes")
        .expect_stdout("1 row with human work given up");
}

#[test]
fn a_blank_mark_or_note_does_not_count_as_human_work_given_up() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", " ", " ")]));
    let run = world.ok(&["--reset", "--dry-run"]).expect_stdout("~ a");
    assert!(!run.stdout.contains("given up"), "{}", run.stdout);
}

#[test]
fn text_in_columns_outside_the_schema_counts_as_lost() {
    World::with(&[model("a")])
        .dataset(dataset_with_reviewers(&[(row("a", "", ""), "ana")]))
        .ok(&["--reset", "--dry-run"])
        .expect_stdout("1 row with human work given up");
}

#[test]
fn the_mark_of_a_row_that_leaves_is_reported_as_given_up() {
    let world = World::with(&[model("a"), model_at("low", "3e24")]).dataset(dataset(&[
        row("a", "", ""),
        row_at("low", "y", "", "3e+24", "3.00e+24"),
    ]));
    world
        .ok(&["--reset", "--dry-run"])
        .expect_stdout("- low  d  3.00e+24    verified y\n")
        .expect_stdout("1 row with human work given up");
}

/// A candidate on three rows, the second verified and the third with a note, and a plain row.
fn on_three_rows() -> World {
    World::with(&[model("a"), model("b")]).dataset(dataset(&[
        row("a", "", ""),
        row("a", "y", ""),
        row("A", "", "mine"),
        row("b", "", ""),
    ]))
}

#[test]
fn a_reset_removes_the_other_rows_of_a_candidate_as_duplicates() {
    let world = on_three_rows();
    let text = world.ok(&["--reset", "--dry-run"]).stdout;
    for said in [
        "Duplicates 1: one model on several rows\n",
        " 1 kept, 2 removed as duplicate (verified y, with human text)\n",
        ": 2 removed as duplicate, 2 rows with human work given up\n",
    ] {
        assert!(text.contains(said), "no {said:?} in\n{text}");
    }
    let changes = &world.json(&["--reset"])["changes"];
    assert_eq!(changes["removed"].as_array().map(Vec::len), Some(0));
    assert_eq!(world.text(), dataset(&[row("a", "", ""), row("b", "", "")]));
}

#[test]
fn the_whole_rows_that_a_reset_drops_as_duplicates_are_in_the_journal() {
    let world = on_three_rows();
    let left: Vec<_> = world.rows().drain(1..3).collect();
    world.ok(&["--reset"]);
    let rows = &world.journal()[0]["changes"]["duplicates"][0]["rows"];
    assert_eq!(*rows, serde_json::json!(left));
    let told = world.ok(&["history", "a"]).stdout;
    assert!(told.contains("the row's verified: \"y\""), "{told}");
    assert_eq!(told.matches("verified").count(), 1, "{told}");
}

#[test]
fn a_reset_removes_all_rows_of_a_model_that_is_no_candidate() {
    let low = row_at("low", "", "", "3e+24", "3.00e+24");
    let world = World::with(&[model("a"), model_at("low", "3e24")]).dataset(dataset(&[
        row("a", "", ""),
        low.clone(),
        low,
    ]));
    let changes = &world.json(&["--reset", "--force"])["changes"];
    assert_eq!(changes["removed"].as_array().map(Vec::len), Some(1));
    assert_eq!(changes["duplicates"][0]["kept"], 0);
    assert_eq!(changes["duplicates"][0]["dropped"], 1);
}

#[test]
fn a_reset_does_not_claim_to_keep_a_protected_row() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "no", "")]));
    world
        .ok(&["--dry-run"])
        .expect_stderr("the row is kept as it is");
    assert_eq!(world.ok(&["--reset"]).stderr, "");
}

#[test]
fn human_work_given_up_is_reported_before_a_change_of_class() {
    let world = World::with(&[model_at("a", "2e25")]).dataset(dataset(&[row("a", "y", "mine")]));
    let said = world.ok(&["--reset", "--dry-run"]);
    said.expect_stdout("÷3.0  verified y → blank, notes, now not_sure\n");
}
