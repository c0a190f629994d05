//! The sample in `data/`: what a newcomer's first run shows.

use std::fs;

use serde_json::Value;

use crate::support::{World, names};

fn sample() -> World {
    let world = World::new();
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/data");
    fs::copy(
        format!("{data}/estimated/estimated_models.json"),
        world.json(),
    )
    .unwrap();
    world
}

#[test]
fn the_sample_has_every_kind_of_record() {
    let world = sample();
    let report = world.report(&["--dry-run"]);
    let input = &report["input"];
    assert!(input["models"].as_u64() >= Some(80), "{input}");
    assert!(input["duplicates"].as_u64() >= Some(1), "{input}");
    assert!(!input["unestimated"].as_array().unwrap().is_empty());
    assert_eq!(input["rejected"], Value::Array(Vec::new()));
    assert!(report["summary"]["high_confidence_above"].as_u64() > Some(0));
    assert!(report["summary"]["not_sure"].as_u64() > Some(0));
    assert!(input["unique"].as_u64() > input["candidates"].as_u64());
    assert!(names(&report, "added").iter().any(|name| !name.is_ascii()));
    let text = fs::read_to_string(world.json()).unwrap();
    assert!(text.contains("CC BY 4.0"));
    for level in ["high", "medium", "low", "speculative"] {
        assert!(
            text.contains(&format!("\"training_flop_confidence\": \"{level}\"")),
            "{level}"
        );
    }
}

#[test]
fn the_sample_refreshes_and_then_is_up_to_date() {
    let world = sample();
    world.ok(&[]);
    let before = world.tree();
    world.ok(&["--check"]);
    world.ok(&[]);
    assert_eq!(world.tree(), before);
}
