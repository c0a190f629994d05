//! A training FLOP that passes 1e25 in a run: the one event that this dataset exists for.

use serde_json::{Value, json};

use crate::support::{World, dataset, model, model_at, names, row, row_at};

/// A world with rows that pass 1e25 in every possible way, and some that do not.
fn world_with_crossings() -> World {
    let rows = [
        row("demoted", "", "look"),
        row("removed", "", ""),
        row("verified", "y", "why"),
        row_at("down", "", "", "1.5e+25", "1.50e+25"),
        row_at("stays above", "", "", "1.2e+25", "1.20e+25"),
        row_at("onto", "", "", "9.9e+24", "9.90e+24"),
        row_at("up", "", "", "8e+24", "8.00e+24"),
        row_at("orphaned", "", "", "7e+24", "7.00e+24"),
    ];
    World::with(&[
        model_at("added", "3e25"),
        model_at("demoted", "1e24"),
        model_at("removed", "1e24"),
        model_at("verified", "6e24"),
        model_at("down", "9.9e24"),
        model_at("stays above", "1e25"),
        model_at("onto", "1e25"),
        model_at("up", "1.6e25"),
    ])
    .dataset(dataset(&rows))
}

#[test]
fn every_updated_demoted_or_removed_row_that_passes_1e25_is_listed_as_crossed() {
    let report = world_with_crossings().json(&[]);
    let mut crossed = names(&report["changes"]["crossed"]);
    crossed.sort_unstable();
    assert_eq!(crossed, ["demoted", "down", "onto", "removed", "up"]);
    assert_eq!(report["attention"]["crossed"], 5);
    assert_eq!(names(&report["changes"]["drifted"]), ["verified"]);
    // Crossed rows are listed in their other groups, too.
    assert_eq!(names(&report["changes"]["removed"]), ["removed"]);
    assert_eq!(names(&report["changes"]["demoted"]), ["demoted"]);
    // Only the journal has the whole row.
    assert_eq!(report["changes"]["removed"][0].get("row"), None);
}

#[test]
fn a_crossed_entry_has_the_number_before_and_after() {
    let report = world_with_crossings().json(&[]);
    let crossed = report["changes"]["crossed"].as_array().unwrap();
    let numbers = |name: &str| -> (&Value, &Value) {
        let entry = crossed.iter().find(|entry| entry["name"] == name).unwrap();
        (&entry["from_flop"], &entry["to_flop"])
    };
    assert_eq!(numbers("up"), (&json!(8e24), &json!(1.6e25)));
    assert_eq!(numbers("down"), (&json!(1.5e25), &json!(9.9e24)));
    assert_eq!(numbers("removed"), (&json!(6e25), &json!(1e24)));
}

#[test]
fn crossings_are_reported_first_and_say_on_which_side_the_row_is_now() {
    let report = world_with_crossings().ok(&["--dry-run"]).stdout;
    let place = |text: &str| {
        report
            .find(text)
            .unwrap_or_else(|| panic!("{text}\n{report}"))
    };
    let crossed = place("Crossed");
    for group in ["Added", "Updated", "Removed", "Demoted", "Drifted"] {
        assert!(crossed < place(group), "{group} stands first\n{report}");
    }
    let up = report[crossed..].lines().find(|line| line.contains(" up "));
    assert!(up.unwrap().contains("8.00e+24 → 1.60e+25"), "{up:?}");
    assert!(up.unwrap().contains("now ≥ 1e25"), "{up:?}");
    let down = report[crossed..]
        .lines()
        .find(|line| line.contains(" down "));
    assert!(down.unwrap().contains("now < 1e25"), "{down:?}");
}

#[test]
fn a_crossing_is_reported_only_by_the_run_in_which_it_happens() {
    let world = world_with_crossings();
    world.ok(&[]);
    let report = world.json(&[]);
    assert_eq!(report["changes"]["crossed"], json!([]));
    let journal = world.journal();
    assert_eq!(
        journal[0]["changes"]["crossed"].as_array().unwrap().len(),
        5
    );
}

#[test]
fn the_report_says_how_many_rows_lie_at_or_above_1e25() {
    let world = World::with(&[model("a"), model_at("b", "1e25"), model_at("c", "9.99e24")]);
    let report = world.ok(&["--dry-run"]);
    report.expect_stdout("\n\nRows at or above 1e25 FLOP: 2 of 3\n");
    assert_eq!(world.json(&[])["at_or_above_1e25"], 2);
}
