//! Rows without a usable estimate, and models without one.

use serde_json::json;

use crate::support::{World, dataset, model, model_at, model_with, names, row, row_at};

#[test]
fn the_derived_cells_of_an_orphaned_row_follow_its_number() {
    let orphaned = row("gone", "", "look")
        .replace("6.00e+25", "6.10e+25")
        .replace("high_confidence_above", "confirmed_above_1e25");
    let world = World::with(&[model("a")]).dataset(dataset(&[orphaned, row("a", "", "")]));
    let said = world.ok(&["--dry-run"]);
    said.expect_stdout("; training_flop_formatted 6.10e+25 → 6.00e+25")
        .expect_stdout("above_1e25_flop.csv: 1 orphaned and adjusted\n");
    let report = world.json(&[]);
    assert_eq!(report["changes"]["updated"], json!([]));
    assert_eq!(
        report["changes"]["orphaned"][0]["fields"],
        json!({
            "training_flop_formatted": {"from": "6.10e+25", "to": "6.00e+25"},
            "threshold_classification": {"from": "confirmed_above_1e25", "to": "high_confidence_above"}
        })
    );
    assert_eq!(
        world.text(),
        dataset(&[row("a", "", ""), row("gone", "", "look")])
    );
    world
        .ok(&["history"])
        .expect_stdout("  1 orphaned and adjusted (gone)\n");
    world.ok_without_writing(&[]);
}

#[test]
fn an_orphaned_row_whose_record_was_rejected_under_another_name_says_so() {
    let world = World::with(&[model("a"), model_at("old", "much")])
        .dataset(dataset(&[row("a", "", ""), row("new", "", "")]));
    world.set_aliases("old,d,new,d,\n");
    let orphaned = &world.json(&["--dry-run"])["changes"]["orphaned"];
    assert_eq!(orphaned[0]["reason"], "its record was rejected");
}

#[test]
fn an_orphaned_row_without_a_number_stays_as_it_is() {
    let unnumbered = row("gone", "", "").replace("6e+25,6.00e+25", ",odd");
    let world =
        World::with(&[model("a")]).dataset(dataset(&[row("a", "", ""), unnumbered.clone()]));
    world.ok_without_writing(&[]);
    let blank = row("gone", "", "").replace("6e+25,6.00e+25", " ,odd");
    world.set_dataset(dataset(&[row("a", "", ""), blank]));
    assert_eq!(world.ok_without_writing(&[]).stderr, "");
    let unreadable = row("gone", "", "").replace("6e+25,6.00e+25", "NA,odd");
    world.set_dataset(dataset(&[row("a", "", ""), unreadable]));
    world.ok_without_writing(&[]);
}

#[test]
fn the_derived_cells_of_marked_rows_without_an_estimate_stay_as_they_are() {
    let wrong = |name: &str, mark: &str| row(name, mark, "why").replace("6.00e+25", "6.10e+25");
    let rows = [wrong("protected", "no"), wrong("verified", "y")];
    World::with(&[model_at("below", "1e20")])
        .dataset(dataset(&rows))
        .ok_without_writing(&[]);
}

#[test]
fn a_row_that_has_a_number_never_loses_it_to_a_model_without_an_estimate() {
    let world = World::with(&[model_with("a", json!({"training_flop": null})), model("b")])
        .dataset(dataset(&[row("a", "", ""), row("b", "", "")]));
    for args in [&[][..], &["--include-unestimated"]] {
        let run = world.ok_without_writing(&[args, &["--format", "json"]].concat());
        assert_eq!(names(&run.json()["changes"]["orphaned"]), ["a"], "{args:?}");
    }
}

#[test]
fn a_row_without_a_number_follows_a_model_without_an_estimate_on_request() {
    let unnumbered = row("a", "", "").replace("6e+25,6.00e+25", ",");
    let unestimated = json!({"training_flop": null, "reasoning": "nothing is known"});
    let world = World::with(&[model_with("a", unestimated), model("b")])
        .dataset(dataset(&[row("b", "", ""), unnumbered]));
    world.ok_without_writing(&[]);
    world.ok(&["--include-unestimated"]);
    let row = world.row("a");
    assert_eq!(row["threshold_classification"], "not_sure");
    assert_eq!(row["reasoning"], "nothing is known");
}

#[test]
fn a_row_of_a_rejected_record_is_no_orphan_if_another_record_of_its_key_is_sound() {
    let world = World::with(&[model_at("A", "much"), model_at("a", "7e25")])
        .dataset(dataset(&[row("a", "", "")]));
    let report = world.json(&[]);
    assert_eq!(report["changes"]["orphaned"], json!([]));
    assert_eq!(world.row("a")["training_flop"], "7e+25");
}

#[test]
fn an_orphan_below_the_threshold_stays_and_is_classified_by_its_own_number() {
    let stale =
        row_at("gone", "", "", "4e+24", "4.00e+24").replace("high_confidence_below", "not_sure");
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", ""), stale]));
    world.ok(&[]);
    assert_eq!(
        world.row("gone")["threshold_classification"],
        "high_confidence_below"
    );
}
