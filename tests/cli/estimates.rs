//! The estimates: which files are refused, which records are rejected, and in which form fields are written.

use serde_json::{Value, json};

use crate::support::{World, dataset, model, model_at, model_with, names, row, run};

/// Runs a refresh and a reset from these bytes. Both must be refused with a message that contains all these words.
#[track_caller]
fn refused(bytes: impl AsRef<[u8]>, words: &[&str]) {
    let world = World::new().dataset(dataset(&[row("a", "y", "")]));
    world.set_estimates(bytes);
    for args in [&[][..], &["--reset"]] {
        let run = world.run_without_writing(args).expect_code(1);
        let mut run = run.expect_stderr("error: ");
        for word in words {
            run = run.expect_stderr(word);
        }
    }
}

#[test]
fn missing_estimates_are_refused_and_the_error_says_how_to_name_the_data_directory() {
    World::new()
        .dataset(dataset(&[row("a", "y", "")]))
        .run_without_writing(&[])
        .expect_code(1)
        .expect_stderr("estimated_models.json: missing")
        .expect_stderr("--data-dir")
        .expect_stderr("CORE_DATASET_DATA_DIR");
}

#[test]
fn estimates_that_are_not_json_are_refused_with_line_and_column() {
    refused(
        "{\"models\": [\n  {\"name\": \"a\",}\n]}",
        &["estimated_models.json:2:", "not JSON"],
    );
    refused(
        "\n  hello",
        &["estimated_models.json:2:3:", "expected an object"],
    );
    refused("", &["the file is empty"]);
    refused("{\"models\": [{}] [", &["not JSON"]);
    refused(
        "{\"models\": [],\n\"models\": []}",
        &[":2:8: duplicate field `models`: fetch"],
    );
    refused(
        "{\"models\": [{\"name\": \"a\"}]} x",
        &["follows the closing brace"],
    );
}

#[test]
fn estimates_that_were_cut_short_are_refused_wherever_the_cut_is() {
    let models = [model("a"), model("b")];
    let text = json!({"metadata": {"saved_at": "x"}, "models": models}).to_string();
    let world = World::new();
    for length in 0..text.len() {
        world.set_estimates(&text[..length]);
        let run = world.run(&["--dry-run"]).expect_code(1);
        run.expect_stderr("error: ");
    }
    world.set_estimates(&text);
    world.ok(&["--dry-run"]);
    refused(&text[..text.len() - 3], &["cut short"]);
    refused("{\"é", &["estimated_models.json:1:4:", "cut short"]);
    refused(
        "{\"models\": [\n",
        &["estimated_models.json:2:1:", "cut short"],
    );
    let within = "{\"models\": [{\"reasoning\": \"×".as_bytes();
    world.set_estimates(&within[..within.len() - 1]);
    let run = world.run(&["--dry-run"]).expect_code(1);
    run.expect_stderr("cut short in the middle of a character");
}

#[test]
fn estimates_without_a_models_array_are_refused() {
    let end = "is this the pipeline's estimated_models.json? Nothing was written\n";
    refused("{\"metadata\": {}}", &["no `models` array", end]);
    refused("{\"models\": 3}", &["`models` is not an array", end]);
    refused("[1]", &["expected an object", "; nothing was written\n"]);
}

#[test]
fn estimates_without_a_usable_record_are_refused_with_the_reason() {
    refused("{\"models\": []}", &["`models` is empty"]);
    refused(
        "{\"models\": [{\"name\": \"\"},\n{\"name\": \"a\"}]}",
        &[
            "none of the records in `models` (2) is usable, the first in line 1: models[0] (no name): name: \"\"",
            "json:1: models[0] (no name): name: \"\": expected a string",
            "json:2: models[1] a: developer: null: expected a string",
        ],
    );
}

#[test]
fn if_no_record_is_usable_all_can_be_listed_and_verify_does_not_warn_of_each() {
    let world = World::new().dataset(dataset(&[row("a", "", "")]));
    world.set_estimates("{\"models\": [{\"name\": \"a\"}, {\"name\": \"b\"}]}");
    assert_eq!(names(&world.json(&["list", "--rejected"])), ["a", "b"]);
    let run = world.run(&["verify", "a", "--note", "n"]).expect_code(1);
    assert!(!run.stderr.contains("models[1]"), "{}", run.stderr);
}

#[test]
fn estimates_that_are_not_utf8_are_refused_with_their_line() {
    refused(
        b"{\"models\":\n[{\"name\": \"\xff\"}]}",
        &["estimated_models.json:2", "not UTF-8"],
    );
}

#[test]
fn a_file_of_another_recognised_kind_is_refused_with_its_cure() {
    let text = json!({"models": [model("a")]}).to_string();
    let with_number = |number: &str| text.replace("\"6.00e+25\"", number);
    let merge = format!(
        "{{\"models\": [\n<<<<<<< HEAD\n{0}\n=======\n{0}\n>>>>>>> other\n]}}",
        model("a")
    );
    refused(with_number("NaN"), &["NaN is not JSON", "null"]);
    refused(with_number("-Infinity"), &["Infinity is not JSON", "null"]);
    for text in [text.clone(), format!("\u{feff}{text}")] {
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let utf16: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
            refused(utf16, &["UTF-16", "save it as UTF-8"]);
        }
    }
    refused(
        b"\x1f\x8b\x08\0\0\0\0\0",
        &["gzip: unpack it with `gunzip`"],
    );
    refused(
        b"PK\x03\x04\x14\0",
        &["a zip archive: unpack it with `unzip`"],
    );
    refused(
        "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n",
        &["Git LFS", "git lfs pull"],
    );
    refused("<!DOCTYPE html>\n<title>Sign in</title>", &["HTML"]);
    refused("<HTML></HTML>", &["HTML"]);
    refused("<?xml version=\"1.0\"?>\n<html></html>", &["HTML"]);
    refused(b"\n<html><title>f\xfcr</title>", &["HTML"]);
    refused("\u{feff}<html></html>", &["HTML"]);
    refused(format!("{text}\n{text}\n"), &["JSON Lines"]);
    refused(merge, &["estimated_models.json:2:", "an unresolved merge"]);
    let merge = format!("<<<<<<< HEAD\n{text}\n=======\n{text}\n>>>>>>> other\n");
    refused(merge, &["estimated_models.json:1:", "an unresolved merge"]);
}

#[test]
fn a_value_of_a_megabyte_is_cut_in_the_message() {
    let long = "x".repeat(1_000_000);
    let world = World::with(&[model_at("a", &long)]);
    let refused = world.run(&[]).expect_code(1);
    assert!(refused.stderr.len() < 2_000);
    world.set_models_saved(&json!({"saved_at": long}), &[model("a")]);
    let warned = world.ok(&[]).expect_stderr("saved_at");
    assert!(warned.stderr.len() < 2_000);
}

#[test]
fn deep_nesting_does_not_crash_and_does_not_matter_in_a_field_that_is_not_read() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    refused(&deep, &["expected an object"]);
    let world = World::new();
    let document = json!({"models": [model_with("a", json!({"benchmarks": "@"}))]});
    world.set_estimates(document.to_string().replace("\"@\"", &deep));
    world.ok(&[]);
    assert_eq!(world.rows().len(), 1);
}

/// Asserts that the faults in the JSON report are those of the first records, each with this field and value.
fn check_faults(faults: &Value, broken: &[(&str, Value)]) {
    let faults = faults.as_array().unwrap();
    assert_eq!(faults.len(), broken.len(), "{faults:?}");
    for (index, (field, value)) in broken.iter().enumerate() {
        assert_eq!(faults[index]["index"], index);
        assert_eq!(faults[index]["field"], *field);
        assert_eq!(faults[index]["value"], *value);
    }
}

/// A record for each of these fields, broken by its value, and ten sound ones, so that no brake stops the run.
fn one_record_for_each(broken: &[(&str, Value)]) -> World {
    let mut models: Vec<_> = (0..)
        .zip(broken)
        .map(|(index, (field, value))| {
            let mut model = model(&format!("m{index}"));
            model[*field] = value.clone();
            model
        })
        .collect();
    models.extend((0..10).map(|n| model(&format!("sound {n}"))));
    World::with(&models)
}

#[test]
fn a_record_whose_name_developer_or_number_breaks_a_rule_is_rejected_and_named() {
    let broken = [
        ("training_flop", json!("abc")),
        ("training_flop", json!("1e25 FLOP")),
        ("training_flop", json!("inf")),
        ("training_flop", json!(-1)),
        ("training_flop", json!(0)),
        ("training_flop", json!(true)),
        ("name", json!("\u{200b}\u{202e} \u{34f}\u{fe0f}\u{feff}")),
        ("name", json!(7)),
        ("developer", json!(null)),
        ("developer", json!(" \0\t")),
    ];
    let world = one_record_for_each(&broken);
    let mut warnings = world.ok(&["--dry-run"]);
    for index in 0..broken.len() {
        warnings = warnings.expect_stderr(&format!("models[{index}]"));
    }
    check_faults(&world.json(&[])["input"]["rejected"], &broken);
    assert!(
        world
            .column("name")
            .iter()
            .all(|name| name.starts_with("sound"))
    );
    assert_eq!(world.rows().len(), 10);
}

#[test]
fn a_value_that_is_no_record_is_rejected_and_the_others_count() {
    let world = World::with(&[json!(7), json!(null), model("sound")]);
    let report = world.json(&[]);
    assert_eq!(report["input"]["rejected"].as_array().unwrap().len(), 2);
    assert_eq!(world.column("name"), ["sound"]);
}

#[test]
fn any_other_field_that_breaks_its_rule_is_ignored_with_a_warning_and_the_record_counts() {
    let broken = [
        ("training_flop_confidence", json!("sure")),
        ("estimation_method", json!(" ")),
        ("status", json!("maybe")),
        ("release_date", json!("soon")),
        ("parameters", json!(1.5)),
        ("parameters", json!(-7)),
        ("reasoning", json!(7)),
        ("sources", json!("x")),
        ("sources", json!(["x", null])),
        ("last_updated", json!("yesterday")),
        ("status", json!("likely_above_1e25_1e25")),
    ];
    let world = one_record_for_each(&broken);
    let mut warnings = world.ok(&["--dry-run"]);
    for index in 0..broken.len() {
        warnings = warnings.expect_stderr(&format!("models[{index}] m{index}: "));
    }
    let report = world.json(&[]);
    check_faults(&report["input"]["ignored_fields"], &broken);
    assert_eq!(report["input"]["rejected"], json!([]));
    assert_eq!(report["attention"]["ignored_fields"], broken.len());
    assert_eq!(world.rows().len(), broken.len() + 10);
    let defaults = [
        ("m0", "confidence", "speculative"),
        ("m1", "estimation_method", "manual_research"),
        ("m2", "status", "likely_above"),
        ("m3", "release_date", ""),
        ("m4", "parameters", ""),
        ("m6", "reasoning", ""),
        ("m7", "sources", ""),
        ("m9", "last_updated", ""),
    ];
    for (name, column, text) in defaults {
        assert_eq!(world.row(name)[column], text, "{name} {column}");
    }
}

#[test]
fn every_record_of_a_large_file_is_found_and_broken_ones_are_reported_with_their_line() {
    // The file is read in blocks, so each record is long and full of text that looks like a border between records.
    let reasoning = "}, {\"name\": \"x\", ".repeat(60);
    let mut models: Vec<_> = (0..4000)
        .map(|index| model_with(&format!("m{index}"), json!({"reasoning": reasoning})))
        .collect();
    for broken in [3, 3900] {
        models[broken]["training_flop"] = json!("maybe");
    }
    let world = World::new();
    let text = serde_json::to_string_pretty(&json!({"models": models})).unwrap();
    assert!(text.len() > 5 << 20, "{} bytes", text.len());
    world.set_estimates(&text);
    let mut run = world.ok(&[]);
    for broken in [3, 3900] {
        let name = format!("\"m{broken}\"");
        let record = text[..text.find(&name).unwrap()].rfind('{').unwrap();
        let line = text[..record].matches('\n').count() + 1;
        run = run.expect_stderr(&format!(
            "estimated_models.json:{line}: models[{broken}] m{broken}: training_flop"
        ));
    }
    assert_eq!(world.rows().len(), 3998);
}

#[test]
fn a_number_too_large_for_a_double_rejects_its_record_and_not_the_file() {
    let document = json!({"models": [model("a"), model_at("huge", "@")]});
    let world = World::new();
    world.set_estimates(document.to_string().replace("\"@\"", "1e999"));
    let report = world.json(&[]);
    assert_eq!(report["input"]["rejected"][0]["name"], "huge");
    assert_eq!(world.column("name"), ["a"]);
}

#[test]
fn fields_are_written_in_the_forms_of_the_dataset() {
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
    for (column, text) in [
        ("training_flop", "5.54e+25"),
        ("training_flop_formatted", "5.54e+25"),
        ("parameters", "175000000000"),
        ("release_date", "2025-08-15"),
        ("status", "confirmed_above"),
        ("sources", "one; two"),
        ("threshold_classification", "high_confidence_above"),
        ("estimation_method", "manual_research"),
        ("confidence", "speculative"),
    ] {
        assert_eq!(row[column], text, "{column}");
    }
}

#[test]
fn a_record_with_a_blank_name_is_reported_as_one_without_a_name() {
    let world = World::with(&[model("a"), model(" \r\n ")]);
    let report = world.json(&["--dry-run"]);
    assert_eq!(report["input"]["rejected"][0]["name"], json!(null));
    world
        .ok(&["--dry-run"])
        .expect_stderr("models[1] (no name): name: \" \\r\\n \": expected a string");
}

#[test]
fn the_run_succeeds_if_the_system_refuses_to_start_a_thread() {
    let world = World::with(&[model("a")]);
    // No address space can hold a stack of this many bytes.
    let stack = "9999999999999999";
    run(world.command(&[]).env("RUST_MIN_STACK", stack)).expect_code(0);
    assert_eq!(world.column("name"), ["a"]);
}

#[test]
fn a_long_offending_value_is_cut_in_a_message_and_whole_in_json() {
    let long = "z".repeat(5000);
    let world = World::with(&[model("a"), model_at("b", &long)]);
    let report = world.json(&["--dry-run"]);
    assert_eq!(report["input"]["rejected"][0]["value"], long);
    assert_eq!(world.json(&["list", "--rejected"])[0]["value"], long);
    assert!(world.ok(&["--dry-run"]).stderr.len() < 1000);
}
