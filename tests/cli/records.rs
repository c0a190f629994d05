//! The records of the estimates: which are rejected, and in which form their fields are written (behaviour §2).

use serde_json::json;

use crate::support::{World, model, model_at, model_with};

#[test]
fn a_broken_record_is_named_and_passed_over() {
    let broken = [
        ("training_flop", json!("abc")),
        ("training_flop", json!(-1)),
        ("training_flop", json!(0)),
        ("training_flop", json!(true)),
        ("training_flop_confidence", json!("sure")),
        ("estimation_method", json!(" ")),
        ("status", json!("maybe")),
        ("release_date", json!("soon")),
        ("parameters", json!(1.5)),
        ("reasoning", json!(7)),
        ("sources", json!("x")),
        ("sources", json!(["x", null])),
        ("last_updated", json!("yesterday")),
        ("name", json!("\u{200b}")),
        ("developer", json!(null)),
    ];
    let models: Vec<_> = broken
        .iter()
        .enumerate()
        .map(|(place, (field, value))| {
            let mut model = model(&format!("bad{place}"));
            model[*field] = value.clone();
            model
        })
        .chain([json!(7), json!(null), model("good")])
        .collect();
    let world = World::with(&models);
    let run = world.ok(&[]);
    let report = world.report(&[]);
    let rejected = report["input"]["rejected"].as_array().unwrap();
    assert_eq!(rejected.len(), models.len() - 1);
    for (place, (field, value)) in broken.iter().enumerate() {
        assert_eq!(
            (&rejected[place]["index"], &rejected[place]["field"]),
            (&json!(place), &json!(field))
        );
        assert_eq!(&rejected[place]["value"], value);
        assert!(
            run.stderr.contains(&format!("models[{place}]")),
            "{}",
            run.stderr
        );
    }
    assert_eq!(world.rows().len(), 1);
}

#[test]
fn in_a_file_that_is_read_in_pieces_every_record_is_found_and_broken_ones_have_their_line() {
    // A kilobyte a record, each looking like the border between two others.
    let reasoning = "}, {\"name\": \"x\", ".repeat(60);
    let mut models: Vec<_> = (0..400)
        .map(|place| model_with(&format!("m{place}"), json!({"reasoning": reasoning})))
        .collect();
    for broken in [3, 390] {
        models[broken]["status"] = json!("maybe");
    }
    let world = World::new();
    let text = serde_json::to_string_pretty(&json!({"models": models})).unwrap();
    std::fs::write(world.json(), &text).unwrap();
    assert!(text.len() > 3 << 17, "{} bytes", text.len());
    let run = world.ok(&[]);
    for broken in [3, 390] {
        let name = format!("\"m{broken}\"");
        let record = text[..text.find(&name).unwrap()].rfind('{').unwrap();
        let line = text[..record].matches('\n').count() + 1;
        let place = format!("estimated_models.json:{line}: models[{broken}] m{broken}: status");
        assert!(run.stderr.contains(&place), "{place}\n{}", run.stderr);
    }
    assert_eq!(world.rows().len(), 398);
}

#[test]
fn a_number_that_no_double_can_hold_breaks_its_record_and_not_the_file() {
    let text = json!({"models": [model("a"), model_at("huge", "@")]})
        .to_string()
        .replace("\"@\"", "1e999");
    let world = World::new();
    std::fs::write(world.json(), text).unwrap();
    let report = world.report(&[]);
    assert_eq!(report["input"]["rejected"][0]["name"], "huge");
}

#[test]
fn fields_are_written_in_the_dataset_s_forms() {
    let world = World::with(&[model_with(
        "a",
        json!({
            "training_flop": 5.54e25, "parameters": 1.75e11, "release_date": "2025-08-15T23:30:00-05:00",
            "status": "confirmed_above_1e25", "sources": ["one", "two"], "threshold_classification": "high_confidence_below_1e25",
            "estimation_method": null, "training_flop_confidence": null
        }),
    )]);
    world.ok(&[]);
    let row = world.row("a");
    let written = [
        "training_flop",
        "training_flop_formatted",
        "parameters",
        "release_date",
        "status",
        "sources",
        "threshold_classification",
        "estimation_method",
        "confidence",
    ];
    let written = written.map(|column| &*row[column]);
    assert_eq!(
        written,
        [
            "5.54e+25",
            "5.54e+25",
            "175000000000",
            "2025-08-15",
            "confirmed_above",
            "one; two",
            "high_confidence_above",
            "manual_research",
            "speculative"
        ]
    );
}
