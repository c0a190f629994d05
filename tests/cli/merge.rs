//! A refresh merges the estimates into the dataset: which rows are added, changed, kept and removed, and in which order.

use serde_json::json;

use crate::support::{HEADER, World, dataset, model, model_at, model_with, names, row};

#[test]
fn a_new_dataset_has_the_columns_of_the_schema_in_order() {
    let world = World::with(&[model("a"), model_at("below", "4e24")]);
    world.ok(&[]);
    assert_eq!(world.text(), dataset(&[row("a", "", "")]));
}

#[test]
fn a_threshold_belongs_to_the_class_above_it_however_the_number_is_spelled() {
    let spellings = [
        "5e24",
        "5.0e+24",
        "5000000000000000000000000",
        "50e23",
        "0.5E25",
    ];
    let models: Vec<_> = spellings
        .iter()
        .flat_map(|flop| {
            let number: serde_json::Value = serde_json::from_str(flop).unwrap();
            [
                model_at(&format!("text {flop}"), flop),
                model_with(&format!("number {flop}"), json!({"training_flop": number})),
            ]
        })
        .chain([
            model_at("high", "5e25"),
            model_at("just below", "4.999999999999999e24"),
            model_at("just below high", "4.999999999999999e25"),
        ])
        .collect();
    let world = World::with(&models);
    world.ok(&[]);
    let rows = world.rows();
    assert_eq!(rows.len(), 2 * spellings.len() + 2, "{}", world.text());
    for row in rows {
        let expected = if row["name"] == "high" {
            "high_confidence_above"
        } else {
            "not_sure"
        };
        assert_eq!(row["threshold_classification"], expected, "{row:?}");
    }
}

#[test]
fn a_confident_low_estimate_beats_a_speculative_high_one() {
    let low = model_with(
        "a ",
        json!({"training_flop": "2e24", "training_flop_confidence": "high"}),
    );
    let world = World::with(&[
        model_with("A", json!({"training_flop_confidence": "low"})),
        low,
        model("b"),
    ]);
    let report = world.json(&[]);
    assert_eq!(names(&report["changes"]["added"]), ["b"]);
    assert_eq!(report["input"]["duplicates"], 1);
}

#[test]
fn between_two_records_an_estimate_counts_first_then_the_date_then_the_number() {
    let world = World::with(&[
        model_with(
            "a",
            json!({"training_flop": null, "training_flop_confidence": "high"}),
        ),
        model_at("A", "9e24"),
        model_with(
            "b",
            json!({"training_flop": "7e24", "last_updated": "2025-08-02T00:00:00+02:00"}),
        ),
        model_with(
            "B",
            json!({"training_flop": "9e24", "last_updated": "2025-08-01T21:59:59"}),
        ),
        model_at("c", "6e24"),
        model_at("C", "8e24"),
    ]);
    world.ok(&[]);
    assert_eq!(world.column("training_flop"), ["9e+24", "8e+24", "7e+24"]);
}

#[test]
fn only_cells_whose_estimate_changed_are_rewritten() {
    let before = dataset(&[row("a", "", "\"why, ever\"")]);
    let world = World::with(&[model_at("a", "7e25")]).dataset(&before);
    let report = world.json(&[]);
    let expected = before.replace("6e+25,6.00e+25", "7e+25,7.00e+25");
    assert_eq!(
        world.text(),
        expected,
        "the text of an unchanged cell stays"
    );
    let fields = &report["changes"]["updated"][0]["fields"];
    assert_eq!(
        fields["training_flop"],
        json!({"from": "6e+25", "to": "7e+25"})
    );
    assert_eq!(fields.as_object().unwrap().len(), 2, "{fields}");
}

#[test]
fn a_row_is_not_rewritten_for_its_timestamp_alone() {
    let world = World::with(&[model_with(
        "a",
        json!({"last_updated": "2026-01-01T00:00:00"}),
    )])
    .dataset(dataset(&[row("a", "", "")]));
    world
        .ok_without_writing(&[])
        .expect_stdout("Up to date: nothing written");
}

#[test]
fn a_row_that_falls_below_the_threshold_is_removed_unless_a_person_wrote_in_it() {
    let names_below = ["gone", "noted", "kept", "other"];
    let models: Vec<_> = names_below
        .iter()
        .map(|name| model_at(name, "1e24"))
        .chain([model("stays")])
        .collect();
    let rows = [
        row("gone", "", ""),
        row("noted", "", "look again"),
        row("kept", "y", ""),
        row("other", "yes", ""),
        row("stays", "", ""),
    ];
    let world = World::with(&models).dataset(dataset(&rows));
    let report = world.json(&[]);
    assert_eq!(names(&report["changes"]["removed"]), ["gone"]);
    assert_eq!(names(&report["changes"]["demoted"]), ["noted"]);
    assert_eq!(names(&report["changes"]["protected"]), ["other"]);
    assert_eq!(names(&report["changes"]["drifted"]), ["kept"]);
    let noted = world.row("noted");
    assert_eq!(
        (&*noted["threshold_classification"], &*noted["notes"]),
        ("high_confidence_below", "look again")
    );
}

#[test]
fn a_row_without_a_usable_estimate_is_orphaned_and_stays_as_it_is() {
    let rows = [
        row("gone", "", ""),
        row("rejected", "", ""),
        row("stays", "", ""),
        row("unestimated", "", ""),
    ];
    let world = World::with(&[
        model_with("rejected", json!({"training_flop": -1})),
        model_with("unestimated", json!({"training_flop": null})),
        model("stays"),
    ])
    .dataset(dataset(&rows));
    let before = world.tree();
    let report = world.json(&[]);
    assert_eq!(world.tree(), before);
    let reasons: Vec<_> = report["changes"]["orphaned"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["reason"])
        .collect();
    assert_eq!(
        reasons,
        [
            "not in the estimates",
            "its record was rejected",
            "no estimate now"
        ]
    );
}

#[test]
fn a_model_without_an_estimate_is_a_candidate_only_on_request() {
    let world = World::with(&[
        model("a"),
        model_with("unknown", json!({"training_flop": null})),
    ]);
    let report = world.json(&["--dry-run"]);
    assert_eq!(
        report["input"]["unestimated"],
        json!([{"name": "unknown", "developer": "d"}])
    );
    assert_eq!(names(&report["changes"]["added"]), ["a"]);
    world.ok(&["--include-unestimated"]);
    let unknown = world.row("unknown");
    assert_eq!(
        (
            &*unknown["training_flop"],
            &*unknown["threshold_classification"]
        ),
        ("", "not_sure")
    );
}

#[test]
fn a_verified_row_has_drifted_at_a_factor_of_two_or_in_another_class() {
    let verified = |name: &str, flop: &str| row(name, "y", "").replace("6e+25", flop);
    let rows = [
        verified("doubled", "1e25"),
        verified("class", "4.9e25"),
        verified("near", "1.1e25"),
    ];
    let world = World::with(&[
        model_at("doubled", "2e25"),
        model_at("class", "5.1e25"),
        model_at("near", "2.1e25"),
    ])
    .dataset(dataset(&rows));
    let report = world.json(&[]);
    assert_eq!(names(&report["changes"]["drifted"]), ["class", "doubled"]);
    let doubled = report["changes"]["drifted"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["name"] == "doubled")
        .unwrap();
    assert_eq!(
        (
            &doubled["verified_flop"],
            &doubled["latest_flop"],
            &doubled["factor"]
        ),
        (&json!(1e25), &json!(2e25), &json!(2.0))
    );
}

#[test]
fn if_a_model_has_several_rows_those_with_human_work_stay_or_else_one() {
    let rows = [
        row("a", "y", "1"),
        row("A", "y", "2"),
        row("b", "", ""),
        row("B", "", ""),
        row("c", "y", ""),
        row("C", "", ""),
        row("c", "", "mine"),
    ];
    let world = World::with(&[model("a"), model("b"), model("c")]).dataset(dataset(&rows));
    let report = world.json(&[]);
    assert_eq!(names(&report["changes"]["duplicates"]), ["a", "b", "c"]);
    let mut left: Vec<_> = world
        .rows()
        .into_iter()
        .map(|row| {
            (
                row["name"].to_lowercase(),
                row["verified"].clone(),
                row["notes"].clone(),
            )
        })
        .collect();
    left.sort();
    let expected = [
        ("a", "y", "1"),
        ("a", "y", "2"),
        ("b", "", ""),
        ("c", "", "mine"),
        ("c", "y", ""),
    ];
    assert_eq!(
        left,
        expected.map(|(name, verified, notes)| (
            name.to_owned(),
            verified.to_owned(),
            notes.to_owned()
        ))
    );
}

#[test]
fn all_rows_of_a_dismissed_model_leave_by_the_decision_and_count_in_no_brake() {
    let rows = ["z"; 12].map(|name| row(name, "", ""));
    let world = World::with(&[model("a"), model("z")]).dataset(dataset(&rows));
    world.set_decisions("z,d,below,,,,\n");
    let report = world.json(&[]);
    assert_eq!(names(&report["changes"]["dismissed"]), ["z"; 12]);
    assert_eq!(report["changes"]["duplicates"], json!([]));
    assert_eq!(report["input"]["dismissed"], 1);
    world.ok(&["dismiss", "z", "--undo"]);
    assert_eq!(world.rows().len(), 13);
}

#[test]
fn a_dismissed_model_with_a_row_that_stays_is_not_counted_as_kept_out() {
    let rows = [row("a", "y", ""), row("A", "", "said")];
    let world = World::with(&[model("a")]).dataset(dataset(&rows));
    world.set_decisions("a,d,below,1e25,said,,\n");
    let report = world.json(&[]);
    assert_eq!(names(&report["changes"]["dismissed"]), ["A"]);
    assert_eq!(report["input"]["dismissed"], 0);
}

#[test]
fn if_all_rows_of_a_model_leave_none_counts_as_a_kept_duplicate() {
    let rows = [row("fell", "", ""), row("FELL", "", "")];
    let models = [model("a"), model_at("fell", "1e24")];
    let world = World::with(&models).dataset(dataset(&rows));
    let report = world.json(&["--dry-run"]);
    let duplicates = report["changes"]["duplicates"].as_array().unwrap();
    let counts: Vec<_> = duplicates
        .iter()
        .map(|one| json!([one["name"], one["kept"], one["dropped"]]))
        .collect();
    assert_eq!(counts, [json!(["fell", 0, 1])]);
    let text = world.ok(&["--dry-run"]).stdout;
    assert!(text.contains("0 kept, 1 removed as duplicate\n"), "{text}");
}

#[test]
fn one_name_under_two_developers_is_reported_and_never_merged() {
    let world = World::with(&[model_with("glm", json!({"developer": "Zhipu AI"}))])
        .dataset(dataset(&[row("glm", "", "mine").replace(",d,", ",Zhipu,")]));
    let report = world.json(&[]);
    assert_eq!(report["changes"]["renamed"][0]["name"], "glm");
    assert_eq!(world.rows().len(), 2);
}

#[test]
fn rows_are_sorted_by_flop_then_name_then_developer_with_those_without_a_number_last() {
    let rows = [
        row("none", "y", "").replace("6e+25", ""),
        row("b", "y", "").replace(",d,", ",E,"),
        row("b", "", ""),
        row("A", "", ""),
        row("top", "y", "").replace("6e+25", "9E25"),
    ];
    let world = World::with(&[model("b"), model("A")]).dataset(dataset(&rows));
    world.ok(&[]).expect_stdout("the rows were out of order");
    assert_eq!(world.column("name"), ["top", "A", "b", "b", "none"]);
    assert_eq!(world.column("developer"), ["d", "d", "d", "E", "d"]);
}

#[test]
fn a_new_dataset_without_a_candidate_is_only_a_header() {
    let world = World::with(&[model_at("below", "1e20")]);
    world.ok(&[]);
    assert_eq!(world.text(), format!("{HEADER}\n"));
}
