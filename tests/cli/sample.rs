//! The sample in `data/`, which a newcomer refreshes first.

use serde_json::json;

use crate::support::{SAMPLE_ESTIMATES, World, names};

fn sample() -> World {
    let world = World::new();
    world.set_estimates(SAMPLE_ESTIMATES);
    world
}

#[test]
fn the_sample_has_every_kind_of_record() {
    let report = sample().json(&["--dry-run"]);
    let input = &report["input"];
    assert!(input["models"].as_u64() >= Some(80), "{input}");
    assert!(input["duplicates"].as_u64() >= Some(1), "{input}");
    assert!(!input["unestimated"].as_array().unwrap().is_empty());
    assert_eq!(input["rejected"], json!([]));
    assert!(report["summary"]["high_confidence_above"].as_u64() > Some(0));
    assert!(report["summary"]["not_sure"].as_u64() > Some(0));
    assert!(input["unique"].as_u64() > input["candidates"].as_u64());
    let added = names(&report["changes"]["added"]);
    assert!(added.iter().any(|name| !name.is_ascii()), "{added:?}");
    for level in ["high", "medium", "low", "speculative"] {
        let field = format!("\"training_flop_confidence\": \"{level}\"");
        assert!(SAMPLE_ESTIMATES.contains(&field), "{level}");
    }
}

#[test]
fn the_sample_names_its_licence() {
    assert!(SAMPLE_ESTIMATES.contains("CC BY 4.0"));
}

#[test]
fn the_sample_refreshes_and_then_is_up_to_date() {
    let world = sample();
    world.ok(&[]);
    assert!(!world.rows().is_empty());
    world.ok_without_writing(&["--check"]);
    world.ok_without_writing(&[]);
}
