//! The forms in which fields of the estimates are accepted, and how they are written.

use serde_json::{Value, json};

use crate::support::{World, dataset, model, model_at, model_with, row};

/// The text of a column after a refresh from a single record with this field, and the number of ignored fields.
fn written(field: &str, value: &Value, column: &str) -> (String, usize) {
    let world = World::with(&[model_with("a", json!({field: value}))]);
    let report = world.json(&[]);
    let ignored = report["input"]["ignored_fields"].as_array().unwrap().len();
    (world.column(column).remove(0), ignored)
}

#[test]
fn dates_and_date_times_are_written_as_days() {
    for text in [
        "2025-08-15",
        "2025-08-15T20:32",
        "2025-08-15 20:32",
        "2025-08-15T20:32:45",
        "2025-08-15T20:32:45.123456",
        "2025-08-15T20:32:45.123456789Z",
        "2025-08-15T23:59:59Z",
        "2025-08-15 00:00:00+14:00",
        "2025-08-15T20:32-23:59",
        "2025-08-15T20:32+23:59",
        "0001-01-01",
        "9999-12-31T00:00-23:59",
    ] {
        let expected = (text[..10].to_owned(), 0);
        assert_eq!(
            written("release_date", &json!(text), "release_date"),
            expected,
            "{text}"
        );
    }
}

#[test]
fn a_date_in_any_other_form_is_ignored() {
    for text in [
        "2025-8-5",
        "8/15/2025",
        "2025-W33-5",
        "2025-227",
        "20250815",
        "2025-08",
        "2025-02-29",
        "2025-08-32",
        "0000-01-01",
        "10000-01-01",
        "2025-08-15T24:00",
        "2025-08-15T23:59:60",
        "2025-08-15T20",
        "2025-08-15  20:32",
        "2025-08-15T20:32:45.",
        "2025-08-15T20:32+24:00",
        "2025-08-15T20:32+0200",
        "2025-08-15T20:32:45 Z",
        "2025-08-15T20:32:45.5 Z",
        "2025-08-15Z",
        "2025-08-15+01:00",
        "2025",
        "+2025-08-15",
        " 2025-08-15",
        "2025-08-15 ",
        "2025-08-15T",
        "2025-08-15t20:32",
        "2025-08-15T20:32z",
        "2025-08-15T25:00",
        "2025-08-15T20:32:45,5",
        "2025-08-15T20:32.5",
        "2025-08-15T20:32+1",
        "2025-08-15T20:32+01:60",
        "2025-08-15x",
        "２０２５-08-15",
        "2025-08-1é",
        " ",
        "soon",
    ] {
        let expected = (String::new(), 1);
        assert_eq!(
            written("release_date", &json!(text), "release_date"),
            expected,
            "{text}"
        );
        assert_eq!(
            written("last_updated", &json!(text), "last_updated"),
            expected,
            "{text}"
        );
    }
}

#[test]
fn last_updated_is_written_unchanged() {
    for text in [
        "2025-08-15",
        "2025-08-15 20:32",
        "2025-08-15T20:32:45.123+02:00",
    ] {
        let expected = (text.to_owned(), 0);
        assert_eq!(
            written("last_updated", &json!(text), "last_updated"),
            expected
        );
    }
}

#[test]
fn parameters_that_are_nearly_a_whole_number_are_written_as_one_and_others_are_ignored() {
    for (value, expected, ignored) in [
        (json!(7), "7", 0),
        (json!(1.75e11), "175000000000", 0),
        (json!(405000000000.00006), "405000000000", 0),
        (json!(null), "", 0),
        (json!(0), "", 1),
        (json!(-7), "", 1),
        (json!(7.5), "", 1),
        (json!("many"), "", 1),
    ] {
        let written = written("parameters", &value, "parameters");
        assert_eq!(written, (expected.to_owned(), ignored), "{value}");
    }
}

#[test]
fn an_empty_text_counts_as_absent() {
    for (field, column, default) in [
        ("training_flop_confidence", "confidence", "speculative"),
        ("estimation_method", "estimation_method", "manual_research"),
        ("status", "status", "likely_above"),
        ("release_date", "release_date", ""),
        ("parameters", "parameters", ""),
        ("reasoning", "reasoning", ""),
        ("sources", "sources", ""),
        ("last_updated", "last_updated", ""),
    ] {
        assert_eq!(
            written(field, &json!(""), column),
            (default.to_owned(), 0),
            "{field}"
        );
    }
}

#[test]
fn an_empty_training_flop_is_no_estimate_and_an_empty_name_rejects_the_record() {
    let world = World::with(&[
        model("a"),
        model_with("b", json!({"training_flop": ""})),
        model_with("", json!({})),
        model_with("c", json!({"developer": ""})),
    ]);
    let input = world.json(&["--dry-run"])["input"].clone();
    assert_eq!(
        input["unestimated"],
        json!([{"name": "b", "developer": "d"}])
    );
    assert_eq!(input["rejected"].as_array().unwrap().len(), 2);
}

#[test]
fn names_are_written_without_outer_spaces_and_with_line_breaks_as_one_space() {
    let world = World::with(&[model_with(
        " GPT  5\r\n\n\t Turbo\n",
        json!({"developer": "\tOpen\r\n  AI "}),
    )]);
    world.ok(&[]);
    assert_eq!(world.column("name"), ["GPT  5 Turbo"]);
    assert_eq!(world.column("developer"), ["Open AI"]);
    world.ok_without_writing(&[]);
}

#[test]
fn a_name_with_a_nul_or_a_line_break_is_the_same_model_in_every_run() {
    let world = World::with(&[model("a\0 b"), model(" two\r\n lines ")]);
    world.ok(&[]);
    assert_eq!(world.column("name"), ["a\u{fffd} b", "two lines"]);
    world.ok(&["--check"]);
    world.set_models(&[
        model_at("a\0 b", "-1"),
        model_at("two\nlines", "-1"),
        model("c"),
    ]);
    let report = world.json(&["--dry-run"]);
    for orphan in 0..2 {
        let orphan = &report["changes"]["orphaned"][orphan];
        assert_eq!(orphan["reason"], "its record was rejected");
    }
}

#[test]
fn a_row_whose_name_has_outer_spaces_is_found_and_not_duplicated() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("\" a\n\"", "", "")]));
    world.ok(&[]);
    assert_eq!(world.rows().len(), 1);
    world.ok_without_writing(&[]);
}

/// Estimates of `a` and of one more record, given as its text in the file.
fn world_with_record(record: &str) -> World {
    let world = World::new();
    world.set_estimates(format!("{{\"models\": [{}, {record}]}}", model("a")));
    world
}

#[test]
fn half_of_a_surrogate_pair_in_an_optional_field_loses_only_that_field() {
    for field in [
        "\"reasoning\": \"six \\ud83d\"",
        "\"sources\": [\"https://x.org/\\udc00\"]",
        "\"last_updated\": \"\\ud83d\"",
    ] {
        let record =
            format!("{{\"name\": \"b\", \"developer\": \"d\", \"training_flop\": 7e25, {field}}}");
        let world = world_with_record(&record);
        world
            .ok(&[])
            .expect_stderr("half of a surrogate pair")
            .expect_stderr("the field is ignored");
        assert_eq!(world.column("name"), ["b", "a"], "{field}");
    }
}

#[test]
fn half_of_a_surrogate_pair_in_a_field_that_is_not_read_does_not_matter() {
    let record = "{\"name\": \"b\", \"developer\": \"d\", \"training_flop\": 7e25, \"benchmarks\\ud83d\": [\"\\ud83d\"]}";
    let run = world_with_record(record).ok(&[]);
    assert_eq!(run.stderr, "");
}

#[test]
fn half_of_a_surrogate_pair_in_a_name_rejects_the_record() {
    let record = "{\"name\": \"b \\ud83d\", \"developer\": \"d\", \"training_flop\": 7e25}";
    let world = world_with_record(record);
    world.ok(&[]).expect_stderr("half of a surrogate pair");
    assert_eq!(world.column("name"), ["a"]);
    // A number that is too large gets another message.
    let large = model_at("a", "@").to_string().replace("\"@\"", "1e999");
    world.set_estimates(format!("{{\"models\": [{large}, {}]}}", model("b")));
    world.ok(&[]).expect_stderr("expected a finite number");
}

#[test]
fn if_a_field_appears_twice_the_last_one_counts() {
    let record = "{\"name\": \"x\", \"training_flop\": \"much\", \"developer\": \"d\", \"name\": \"b\", \"training_flop\": 7e25}";
    let world = world_with_record(record);
    world.ok(&[]);
    assert_eq!(world.column("name"), ["b", "a"]);
}

#[test]
fn a_saved_at_that_cannot_be_read_counts_as_none_with_a_warning() {
    let world = World::new();
    let odd = [json!("last week"), json!(20250815), json!(["2025-08-15"])];
    let odd = odd.map(|saved_at| json!({"saved_at": saved_at}));
    // Metadata that is not an object has no date.
    for metadata in odd.into_iter().chain([json!(7), json!("2025-08-15")]) {
        world.set_models_saved(&metadata, &[model("a")]);
        let run = world.ok(&["--dry-run", "--format", "json"]);
        assert_eq!(run.json()["input"]["saved_at"], Value::Null, "{metadata}");
        run.expect_stderr("saved_at");
    }
    for metadata in [
        json!({}),
        json!({"saved_at": null}),
        json!({"saved_at": ""}),
    ] {
        world.set_models_saved(&metadata, &[model("a")]);
        assert_eq!(world.ok(&["--dry-run"]).stderr, "", "{metadata}");
    }
}

#[test]
fn saved_at_is_reported_unchanged() {
    let report = World::with(&[model("a")]).json(&["--dry-run"]);
    assert_eq!(report["input"]["saved_at"], "2025-08-15T06:00:00");
}
