//! `-q`: a cron mail comes when somebody has to act, and only then.

use std::fs;

use serde_json::json;

use crate::repository::Repository;
use crate::support::{Run, World, dataset, model, model_at, model_with, row, run};

#[track_caller]
fn check_silent(run: Run) {
    let run = run.expect_code(0);
    assert_eq!((&*run.stdout, &*run.stderr), ("", ""));
}

/// Asserts that a quiet refresh changes nothing and reports what waits in one line on stderr.
#[track_caller]
fn check_said(world: &World, text: &str) {
    let run = world.ok_without_writing(&["-q"]);
    assert_eq!(run.stdout, "");
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    run.expect_stderr("To look at (core-dataset …): ")
        .expect_stderr(text);
}

#[test]
fn a_refresh_that_changes_something_prints_its_report() {
    let world = World::with(&[model("a")]);
    let run = world
        .ok(&["-q"])
        .expect_stdout("Added 1")
        .expect_stdout("Wrote");
    assert_eq!(run.stderr, "");
    world.set_models(&[model("a"), model("b")]);
    world.ok(&["-q", "--dry-run"]).expect_stdout("Added 1");
}

#[test]
fn a_refresh_that_counts_the_marks_anew_says_that_some_are_missing() {
    let world = World::with(&[model("a"), model("b")]);
    world.set_dataset(dataset(&[row("a", "y", "n"), row("b", "y", "n")]));
    world.ok(&["verify", "a", "--note", "again"]);
    world.set_dataset(dataset(&[row("a", "", "n"), row("b", "y", "n")]));
    // As long as nothing is written, the journal keeps its count, and `validate` says so.
    check_silent(world.ok_without_writing(&["-q"]));
    world.set_models(&[model_at("a", "9e25"), model("b")]);
    let run = world.ok(&["-q"]).expect_stdout("Updated 1");
    let lost = "ERROR ";
    run.expect_stderr(lost)
        .expect_stderr("last entry counted 2 rows as verified or protected, but the dataset has 1");
    fs::remove_file(world.dataset_path()).unwrap();
    let run = world.ok(&["-q"]).expect_stdout("Added 2");
    run.expect_stderr("missing, although its journal exists");
}

#[test]
fn a_refresh_that_changes_nothing_prints_nothing() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    check_silent(world.run(&["-q"]));
    check_silent(world.run(&["-q", "--check"]));
    check_silent(world.run(&["-q", "--reset"]));
}

#[test]
fn a_verified_row_that_has_drifted_is_reported_on_stderr_at_every_run() {
    let world = World::with(&[model_at("a", "5.4e24")]).dataset(dataset(&[row("a", "y", "why")]));
    check_said(&world, "1 drifted");
    check_said(&world, "1 drifted");
}

#[test]
fn a_rejected_record_is_reported_on_stderr() {
    let world =
        World::with(&[model("a"), model_at("b", "much")]).dataset(dataset(&[row("a", "", "")]));
    check_said(&world, "1 rejected");
}

#[test]
fn a_number_that_cannot_be_read_is_reported_on_stderr() {
    let unreadable = row("b", "y", "why").replace("6e+25,6.00e+25", "NA,");
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", ""), unreadable]));
    check_said(&world, "1 unreadable");
}

#[test]
fn renamed_orphaned_and_demoted_rows_and_ignored_fields_wait_quietly() {
    let world = World::with(&[
        model_with("a", json!({"release_date": "8/15/2025"})),
        model("GLM 4"),
        model_at("noted", "1e24"),
    ])
    .dataset(dataset(&[
        row("a", "", ""),
        row("glm-4", "", "ours"),
        row("noted", "", "look"),
    ]));
    world.ok(&[]);
    let attention = world.json(&[])["attention"].clone();
    for kind in [
        "renamed",
        "orphaned",
        "demoted",
        "ignored_fields",
        "to_verify",
    ] {
        assert!(attention[kind].as_u64() > Some(0), "{kind}");
    }
    check_silent(world.run(&["-q"]));
}

#[test]
fn a_protected_row_waits_quietly() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "no", "")]));
    check_silent(world.run(&["-q"]));
}

#[test]
fn other_commands_that_succeed_print_nothing() {
    let world = World::with(&[model("a"), model("b")]);
    let report = world.json(&["--reset"]);
    assert_eq!(report["written"], true);
    check_silent(world.run(&["verify", "a", "--note", "seen", "-q"]));
    world.set_models(&[model_at("a", "6e26"), model("b")]);
    check_silent(world.run(&["verify", "b", "--note", "seen", "-q"]));
    world.set_models(&[model("a"), model("b")]);
    let report = world.json(&["--reset"]);
    let backup = report["backup"].as_str().unwrap();
    check_silent(world.run(&["-q", "reapply", backup]));
    check_silent(world.run(&["-q", "show", "a"]));
    check_silent(world.run(&["-q", "diff", backup]));
    check_silent(world.run(&["-q", "alias", "--suggest"]));
    if let Some(repository) = Repository::new() {
        check_silent(repository.run(&["git", "setup", "-q"]));
    }
}

#[test]
fn the_findings_of_a_check_are_printed_even_if_quiet() {
    let world = World::new().dataset(dataset(&[row("a", "", "")]));
    let old = world.sheet(dataset(&[row("a", "y", "")]));
    world
        .run(&["-q", "diff", &old, "--check-verified"])
        .expect_code(3)
        .expect_stdout("changed or left 1\n  ! a (d): lost its mark\n");
}

#[test]
fn the_conflicts_of_a_reapply_are_printed_even_if_quiet() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "y", "old")]));
    let report = world.json(&["--reset"]);
    world.set_dataset(dataset(&[row("a", "y", "new")]));
    world
        .run(&["-q", "reapply", report["backup"].as_str().unwrap()])
        .expect_code(3)
        .expect_stdout("\"old\"")
        .expect_stdout("\"new\"");
}

#[test]
fn errors_are_printed_even_if_quiet() {
    World::new()
        .run(&["-q"])
        .expect_code(1)
        .expect_stderr("error: ");
}

#[test]
fn json_is_the_same_with_and_without_quiet() {
    let world = World::with_every_kind_of_row();
    for args in [&["--dry-run"][..], &["list"], &["stats"], &["validate"]] {
        let json = [&["--format", "json"], args].concat();
        let loud = world.ok(&json).stdout;
        let quiet = world.ok(&[&["-q"], &json[..]].concat()).stdout;
        assert_eq!(quiet, loud, "{args:?}");
    }
}

#[test]
fn quiet_and_verbose_together_are_a_usage_error() {
    let world = World::with(&[model("a")]);
    world.run_without_writing(&["-q", "-v"]).expect_code(2);
    world
        .run_without_writing(&["list", "-q", "--verbose"])
        .expect_code(2);
    for args in [["-q", "list", "-v"], ["-v", "refresh", "-q"]] {
        world
            .run_without_writing(&args)
            .expect_code(2)
            .expect_stderr("'--quiet' cannot be used with '--verbose'");
    }
}

#[test]
fn quiet_wins_over_rust_log() {
    let world = World::with(&[model("a"), model_with("b", json!({"parameters": "many"}))]);
    world.ok(&[]);
    check_silent(run(world.command(&["-q"]).env("RUST_LOG", "debug")));
}
