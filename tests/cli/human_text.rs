//! Text that a person wrote keeps a row: notes, and the owner's columns.

use crate::support::{World, dataset, dataset_with_reviewers, model, model_at, names, row};

/// A dataset whose rows have a column of this name, filled in the rows `filled` and `zoo`.
fn dataset_with(column: &str) -> String {
    let rows = [
        (row("blank", "", ""), " "),
        (row("filled", "", ""), "ana"),
        (row("zoo", "", ""), "bo"),
    ];
    dataset_with_reviewers(&rows).replace(",reviewer\n", &format!(",{column}\n"))
}

fn estimates_below() -> World {
    World::with(&[
        model_at("blank", "1e24"),
        model_at("filled", "1e24"),
        model("zoo"),
    ])
}

#[test]
fn text_in_an_owners_column_keeps_a_row_that_falls_below_the_threshold() {
    let world = estimates_below().dataset(dataset_with("reviewer"));
    let report = world.json(&[]);
    assert_eq!(names(&report["changes"]["removed"]), ["blank"]);
    assert_eq!(names(&report["changes"]["demoted"]), ["filled"]);
    let filled = world.row("filled");
    assert_eq!(filled["threshold_classification"], "high_confidence_below");
    assert_eq!(filled["reviewer"], "ana");
    assert_eq!(world.row("zoo")["reviewer"], "bo");
    world.ok_without_writing(&[]);
}

#[test]
fn an_owners_text_counts_as_part_of_the_note_only_after_the_name_of_its_column() {
    let rows = [(row("ana", "", ""), "ana")];
    for (note, leave) in [("checked by ana", false), ("small; reviewer: ana", true)] {
        let world = World::with(&[model("o"), model("ana")]);
        let world = world.dataset(dataset_with_reviewers(&rows));
        world.set_decisions(&format!("ana,d,below,,{note},,\n"));
        let report = world.json(&[]);
        let dismissed = names(&report["changes"]["dismissed"]);
        assert_eq!(dismissed == ["ana"], leave, "{note}");
    }
}

#[test]
fn text_in_the_columns_of_the_earlier_pipeline_keeps_no_row() {
    for column in [
        "parameter_source",
        "confidence_explanation",
        "alternative_methods",
        "blacklist_status",
    ] {
        let report = estimates_below().dataset(dataset_with(column)).json(&[]);
        assert_eq!(
            names(&report["changes"]["removed"]),
            ["blank", "filled"],
            "{column}"
        );
    }
}

#[test]
fn text_in_a_column_without_a_name_keeps_no_row() {
    let report = estimates_below().dataset(dataset_with("")).json(&[]);
    assert_eq!(names(&report["changes"]["removed"]), ["blank", "filled"]);
}

#[test]
fn of_two_rows_of_one_model_the_one_with_text_in_an_owners_column_stays() {
    let rows = [(row("a", "", ""), ""), (row("A", "", ""), "ana")];
    let world = World::with(&[model("a")]).dataset(dataset_with_reviewers(&rows));
    world.ok(&[]);
    assert_eq!(world.column("reviewer"), ["ana"]);
}

#[test]
fn a_demoted_row_waits_for_a_person_at_every_run() {
    let world = World::with(&[model_at("noted", "1e24"), model("b")])
        .dataset(dataset(&[row("b", "", ""), row("noted", "", "look")]));
    for _ in 0..2 {
        assert_eq!(world.json(&[])["attention"]["demoted"], 1);
    }
}
