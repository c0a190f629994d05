//! `stats`: rates, distributions, updates and quality.

use serde_json::json;

use crate::support::{World, model, model_at, on_the_sample};

#[test]
fn the_numbers_of_the_json_add_up() {
    let world = World::with_every_kind_of_row();
    // The first run has nothing to change; the second changes one row and adds another.
    world.ok_without_writing(&[]);
    world.set_models(&[
        model_at("plain", "7e25"),
        model_at("drifted", "2e26"),
        model("new"),
    ]);
    world.ok(&[]);
    let stats = world.json(&["stats"]);
    assert_eq!(stats["verification_rate"], json!(2.0 / 7.0));
    assert_eq!(stats["coverage_rate"], json!(7.0 / 3.0));
    assert_eq!(stats["drifted"], 1);
    assert_eq!(stats["updates"]["refreshes"], 1);
    assert_eq!(
        stats["updates"]["most_changed"],
        json!([{"name": "plain", "developer": "d", "changes": 1}])
    );
    assert_eq!(stats["quality"]["rows"].as_array().unwrap().len(), 2);
    for key in [
        "by_confidence",
        "by_class",
        "by_method",
        "by_developer",
        "by_year",
        "by_flop",
    ] {
        let shares = stats[key].as_array().unwrap().iter();
        let total: u64 = shares.map(|share| share["count"].as_u64().unwrap()).sum();
        assert_eq!(total, 7, "{key}");
    }
}

#[test]
#[ignore = "the coverage rate counts every row (behaviour §10)"]
fn the_coverage_rate_is_never_above_1() {
    let world = World::with_every_kind_of_row();
    world.set_models(&[model("plain"), model_at("below", "1e20")]);
    assert_eq!(world.json(&["stats"])["coverage_rate"], json!(0.5));
}

#[test]
fn the_stats_at_80_columns() {
    insta::assert_snapshot!(on_the_sample(80, &["stats"]));
}
