//! The journal that runs write, and `history`, which reads it.

use std::fs;

use serde_json::{Value, json};

use crate::support::{World, dataset, model, model_at, row};

/// The events that `history` lists as JSON, newest first.
fn events(world: &World, args: &[&str]) -> Vec<String> {
    let events = world.json(&[&["history"], args].concat());
    let events = events.as_array().unwrap().iter();
    events
        .map(|event| event["event"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn each_run_that_writes_appends_one_line_to_the_journal() {
    let world = World::with(&[model("a"), model_at("b", "7e25")]);
    world.ok(&[]);
    world.ok(&[]);
    world.set_models(&[model("a"), model_at("b", "1e20")]);
    world.ok(&[]);
    world.set_models(&[model("a"), model("c")]);
    world.set_dataset(dataset(&[row("a", "y", "mine")]));
    world.ok(&["--reset"]);
    let lines = world.journal();
    let modes: Vec<&Value> = lines.iter().map(|line| &line["mode"]).collect();
    assert_eq!(modes, ["refresh", "refresh", "reset"]);

    let created = &lines[0];
    assert_eq!(created["estimates_saved_at"], "2025-08-15T06:00:00");
    assert_eq!(created["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(created["summary"]["total"], 2);
    // A user without a login name, as in some containers, is null.
    let by = created.get("by").unwrap();
    assert!(by.is_string() || by.is_null(), "{created}");
    assert!(created["at"].as_str().unwrap().ends_with('Z'), "{created}");

    let removed = &lines[1]["changes"]["removed"][0]["row"];
    assert_eq!(removed["training_flop"], "7e+25");
    assert_eq!(removed["reasoning"], "six of them");

    let backup = world.clean().join(lines[2]["backup"].as_str().unwrap());
    assert_eq!(
        fs::read_to_string(backup).unwrap(),
        dataset(&[row("a", "y", "mine")])
    );
}

#[test]
fn history_lists_when_a_model_was_added_updated_and_removed() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    world.set_models(&[model_at("A ", "7e25"), model("b")]);
    world.ok(&[]);
    world.set_models(&[model_at("a", "1e20"), model("b")]);
    world.ok(&[]);
    let all = ["removed", "crossed", "updated", "added"];
    assert_eq!(events(&world, &["A"]), all);
    assert_eq!(
        events(&world, &["a", "--developer", "D", "--limit", "1"]),
        ["removed"]
    );
    assert_eq!(events(&world, &["a", "--developer", "x"]), [""; 0]);
    world
        .ok(&["history", "a"])
        .expect_stdout("6.00e+25 → 7.00e+25")
        .expect_stdout("7.00e+25 → 1.00e+20");
    let runs = world.ok(&["history", "--limit", "2"]).stdout;
    assert_eq!(runs.lines().count(), 2, "{runs}");
}

#[test]
#[ignore = "history prints 6.00e+25 → 6.00e+25 (behaviour §9)"]
fn two_numbers_that_differ_are_printed_with_the_digits_in_which_they_do() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    world.set_models(&[model_at("a", "6.0001e25")]);
    world.ok(&[]);
    world
        .ok(&["history", "a"])
        .expect_stdout("6.0000e+25 → 6.0001e+25");
}

#[test]
fn history_lists_an_orphaned_model_once_until_it_returns_and_is_orphaned_again() {
    let (here, gone) = ([model("a"), model("b")], [model("b")]);
    let world = World::with(&here);
    world.ok(&[]);
    // Each round adds a model, since a run that changes nothing writes no line to the journal.
    for (round, models) in [&gone[..], &gone, &here, &gone].into_iter().enumerate() {
        let other = json!({"name": format!("c{round}"), "developer": "d", "training_flop": 7e25});
        world.set_models(&[models, &[other]].concat());
        world.ok(&["--force"]);
    }
    assert_eq!(events(&world, &["a"]), ["orphaned", "orphaned", "added"]);
}

#[test]
fn a_line_cut_short_is_passed_over_and_the_next_run_begins_a_new_line() {
    let world = World::with(&[model("a")]);
    fs::write(world.journal_path(), "{\"at\": \"2025-08-").unwrap();
    world.ok(&[]);
    let journal = fs::read_to_string(world.journal_path()).unwrap();
    assert_eq!(journal.lines().count(), 2, "{journal}");
    let run = world
        .ok(&["history"])
        .expect_stderr("history.jsonl:1: this line cannot be read");
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
}

#[test]
fn a_line_cut_within_a_character_is_passed_over_and_the_others_are_read() {
    let world = World::with(&[model("été")]);
    world.ok(&[]);
    let whole = fs::read(world.journal_path()).unwrap();
    let cut = whole.iter().position(|byte| *byte > 0x7f).unwrap() + 1;
    fs::write(world.journal_path(), [&whole, &whole[..cut]].concat()).unwrap();
    world
        .ok(&["history", "été"])
        .expect_stdout("added")
        .expect_stderr("jsonl:2:");
}

#[test]
fn the_moment_of_an_entry_has_milliseconds_and_is_the_clock_that_was_set() {
    let world = World::with(&[model("a")]);
    world.run_at(1_755_237_600, &[]).expect_code(0);
    assert_eq!(world.journal()[0]["at"], "2025-08-15T06:00:00.000Z");
}

#[test]
fn a_clock_before_1970_ends_no_run() {
    let world = World::with(&[model("a")]);
    world.run_at(-86_400, &["--reset"]).expect_code(0);
    assert_eq!(world.journal()[0]["at"], "1969-12-31T00:00:00.000Z");
}

#[test]
fn conflict_markers_in_the_journal_are_named_and_passed_over() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let entry = fs::read_to_string(world.journal_path()).unwrap();
    let merge = format!("<<<<<<< HEAD\n{entry}=======\n>>>>>>> other\n");
    fs::write(world.journal_path(), merge).unwrap();
    let run = world
        .ok(&["history"])
        .expect_stderr("history.jsonl:1: an unresolved merge");
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
}
