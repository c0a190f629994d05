//! Drift: the latest estimate no longer agrees with the number that was verified.

use serde_json::{Value, json};

use crate::support::{World, dataset, model, model_at, model_with, names, row, row_at};

/// The drifted rows of a refresh, with a row verified at one number and another as its latest estimate.
fn drifted(verified: &str, latest: &str) -> Value {
    let world = World::with(&[model_at("a", latest), model("other")])
        .dataset(dataset(&[row_at("a", "y", "why", verified, "")]));
    world.json(&["--dry-run"])["changes"]["drifted"].clone()
}

#[test]
fn an_estimate_on_the_other_side_of_1e25_is_drift_however_near_it_is() {
    assert_eq!(names(&drifted("9.9e24", "1e25")), ["a"]);
    assert_eq!(names(&drifted("1e25", "9.9e24")), ["a"]);
    assert_eq!(drifted("1e25", "1.9e25"), json!([]));
    assert_eq!(drifted("5e24", "9.9e24"), json!([]));
}

#[test]
fn a_verified_row_without_a_number_has_drifted_once_there_is_an_estimate() {
    let without_number = row("a", "y", "why").replace("6e+25,6.00e+25", ",");
    let world = World::with(&[model("a"), model("other")]).dataset(dataset(&[without_number]));
    let drifted = world.json(&["--dry-run"])["changes"]["drifted"].clone();
    assert_eq!(names(&drifted), ["a"]);
    let entry = drifted[0].as_object().unwrap();
    // Indexing a `Value` gives null for a missing key, so the key itself is looked up.
    assert_eq!(entry.get("verified_flop"), Some(&Value::Null));
    assert_eq!(entry["latest_flop"], json!(6e25));
    assert!(entry.contains_key("factor"), "{entry:?}");
    world.set_models(&[
        model_with("a", json!({"training_flop": null})),
        model("other"),
    ]);
    let report = world.json(&["--dry-run"]);
    assert_eq!(report["changes"]["drifted"], json!([]));
}

#[test]
fn a_drift_is_printed_with_the_digits_in_which_its_two_numbers_differ() {
    let world = World::with(&[model_at("a", "4.99999e25")])
        .dataset(dataset(&[row_at("a", "y", "why", "5e+25", "5.00e+25")]));
    world
        .ok(&["--dry-run"])
        .expect_stdout("5.00e+25, latest 4.99999e+25")
        .expect_stdout("not_sure");
}

#[test]
fn a_dismissal_does_not_hide_the_drift_of_a_row_that_stays_verified() {
    let world = World::with(&[model_at("a", "2e26"), model("other")])
        .dataset(dataset(&[row("a", "y", "why")]));
    world.set_decisions("a,d,below,2e26,,,\n");
    let report = world.json(&["--dry-run"]);
    assert_eq!(names(&report["changes"]["drifted"]), ["a"]);
}
