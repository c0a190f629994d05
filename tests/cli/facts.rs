//! Facts that a person looked up stay in a row where the estimate has none.

use serde_json::{Value, json};

use crate::support::{World, dataset, model, model_at, model_with, row};

/// A row with a release date, parameters and sources that a person looked up.
fn looked_up() -> String {
    row("a", "", "").replace("a,d,,,", "a,d,2025-07-09,1750000000000,")
}

fn cells(world: &World) -> [String; 4] {
    let row = world.row("a");
    ["release_date", "parameters", "sources", "reasoning"].map(|column| row[column].clone())
}

#[test]
fn release_date_parameters_and_sources_stay_where_the_estimate_has_none() {
    let estimate = json!({"training_flop": "7e25", "sources": null, "reasoning": null});
    let world = World::with(&[model_with("a", estimate)]).dataset(dataset(&[looked_up()]));
    world.ok(&[]);
    // The reasoning goes with its number.
    let expected = ["2025-07-09", "1750000000000", "https://example.org/a", ""];
    assert_eq!(cells(&world), expected);
    assert_eq!(world.row("a")["training_flop"], "7e+25");
    world.ok_without_writing(&[]);
    world.set_models(&[model_with(
        "a",
        json!({"training_flop": "7e25", "sources": [" ", "\t"], "reasoning": null}),
    )]);
    world.ok_without_writing(&[]);
}

#[test]
fn facts_follow_an_estimate_that_has_them() {
    let estimate = json!({
        "release_date": "2025-07-10", "parameters": 2e12, "sources": ["https://example.org/b"], "reasoning": "new"
    });
    let world = World::with(&[model_with("a", estimate)]).dataset(dataset(&[looked_up()]));
    world.ok(&[]);
    let expected = [
        "2025-07-10",
        "2000000000000",
        "https://example.org/b",
        "new",
    ];
    assert_eq!(cells(&world), expected);
}

#[test]
fn an_ignored_field_leaves_the_fact_in_the_row() {
    let estimate = json!({"release_date": "7/10/2025", "parameters": "many", "sources": ""});
    let world = World::with(&[model_with("a", estimate)]).dataset(dataset(&[looked_up()]));
    world.ok_without_writing(&[]);
}

#[test]
fn a_demoted_row_keeps_its_facts_too() {
    let noted = looked_up().replace(",\n", ",look again\n");
    let world = World::with(&[model_at("a", "1e24"), model("b")]).dataset(dataset(&[noted]));
    world.ok(&[]);
    assert_eq!(cells(&world)[..2], ["2025-07-09", "1750000000000"]);
}

#[test]
fn a_reset_keeps_no_facts() {
    let world = World::with(&[model("a")]).dataset(dataset(&[looked_up()]));
    world.ok(&["--reset"]);
    assert_eq!(cells(&world)[..2], ["", ""]);
}

#[test]
fn a_row_stays_as_it_is_when_only_line_ends_within_a_cell_differ() {
    let estimate = json!({"reasoning": "one\ntwo\nthree"});
    let world = World::with(&[model_with("a", estimate)]);
    for written in ["\"one\r\ntwo\r\nthree\"", "\"one\ntwo\r\nthree\""] {
        world.set_dataset(dataset(&[row("a", "", "").replace("six of them", written)]));
        world.ok_without_writing(&["--check"]);
        // If another cell changes, this one keeps its own line ends.
        let changed = json!({"reasoning": "one\ntwo\nthree", "training_flop": "7e25"});
        world.set_models(&[model_with("a", changed)]);
        world.ok(&[]);
        assert!(world.text().contains(written), "{:?}", world.text());
        world.set_models(&[model_with("a", json!({"reasoning": "one\ntwo\nthree"}))]);
    }
    let two = model_with("a", json!({"reasoning": "one\n\ntwo"}));
    world.set_models(&[two]);
    assert_eq!(
        world.json(&["--dry-run"])["changes"]["updated"][0]["name"],
        Value::from("a")
    );
}
