//! `validate`: what is found, where it is said to be, and how the run ends.

use serde_json::json;

use crate::support::{World, dataset, model, model_with, row, row_at, run};

/// The findings about one dataset, each as `line severity code column`.
fn findings(text: &str) -> Vec<String> {
    let world = World::with(&[model("a"), model("b")]).dataset(text);
    let mut command = world.command(&["validate", "--format", "json"]);
    let findings = run(command.env("SOURCE_DATE_EPOCH", "1767225600")).json(); // 2026-01-01
    let findings = findings["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap();
            let (severity, code, column) = (text("severity"), text("code"), text("column"));
            format!("{} {severity} {code} {column}", finding["line"])
        })
        .collect()
}

/// The findings about an unverified row in which one text is replaced.
fn findings_after(from: &str, to: &str) -> Vec<String> {
    let sound = row("a", "", "");
    assert!(sound.contains(from), "{from}");
    findings(&dataset(&[sound.replace(from, to)]))
}

#[test]
fn sound_rows_have_no_findings() {
    let rows = [row("a", "", ""), row("b", "y", "why")];
    assert_eq!(findings(&dataset(&rows)), [""; 0]);
}

#[test]
fn what_looks_odd_but_is_sound_has_no_findings() {
    for (from, to) in [
        (",6.00e+25", ",5.999999999999999e+25"),
        ("high_confidence_above", "high_confidence_above_1e25"),
        ("six of them", "-1"),
        ("six of them", "\"two\nlines\""),
    ] {
        assert_eq!(findings_after(from, to), [""; 0], "{from} → {to}");
    }
}

#[test]
fn each_kind_of_finding_is_reported_for_its_column() {
    for (from, to, finding) in [
        (
            "6e+25,6.00e+25",
            "abc,",
            "error flop_not_a_number training_flop",
        ),
        (
            "6e+25,6.00e+25",
            "6e+30,6.00e+30",
            "warning flop_out_of_range training_flop",
        ),
        (
            ",6.00e+25",
            ",6.10e+25",
            "error formatted_contradicts_flop training_flop_formatted",
        ),
        (
            "high_confidence_above",
            "not_sure",
            "error class_contradicts_flop threshold_classification",
        ),
        (
            "high_confidence_above",
            "uncertain",
            "error unknown_class threshold_classification",
        ),
        ("likely_above", "maybe", "error unknown_status status"),
        ("medium", "sure", "error unknown_confidence confidence"),
        (
            "a,d,,",
            "a,d,7/9/2025,",
            "error date_not_iso_8601 release_date",
        ),
        (
            "a,d,,",
            "a,d,2026-01-02,",
            "warning release_in_the_future release_date",
        ),
        (
            "2025-08-01T00:00:00",
            "yesterday",
            "error date_not_iso_8601 last_updated",
        ),
        (
            "https://example.org/a",
            "a page",
            "warning source_without_url sources",
        ),
        (
            "https://example.org/a",
            "https://a.org (x; y); a page",
            "warning source_without_url sources",
        ),
        (
            "scaling_laws",
            "guesswork",
            "warning unknown_method estimation_method",
        ),
        ("six of them", "=1+1", "warning formula reasoning"),
        (
            "six of them",
            "a\u{202e}b",
            "warning control_character reasoning",
        ),
    ] {
        let expected = format!("2 {finding}");
        assert_eq!(findings_after(from, to), [expected], "{from} → {to}");
    }
}

#[test]
fn what_is_an_error_in_other_rows_is_a_warning_in_a_row_that_a_person_marked() {
    let marked = |mark: &str, notes: &str| {
        findings(&dataset(&[
            row("a", mark, notes).replace(",6.00e+25", ",6.10e+25")
        ]))
    };
    let contradiction = "2 warning formatted_contradicts_flop training_flop_formatted";
    assert_eq!(marked("y", "why"), [contradiction]);
    assert_eq!(
        marked("no", ""),
        [contradiction, "2 warning verified_not_y verified"]
    );
}

#[test]
fn a_verified_row_without_a_note_is_a_warning() {
    assert_eq!(
        findings(&dataset(&[row("a", "y", "")])),
        ["2 warning verified_without_note notes"]
    );
}

#[test]
fn rows_of_one_model_are_an_error_and_one_name_under_two_developers_a_warning() {
    assert_eq!(
        findings(&dataset(&[row("a", "", ""), row("A", "", "")])),
        ["3 error duplicate_key name"]
    );
    let renamed = [row("a", "", ""), row("a", "", "").replace(",d,", ",e,")];
    assert_eq!(
        findings(&dataset(&renamed)),
        [
            "2 warning probable_rename developer",
            "3 warning probable_rename developer",
            "3 warning orphaned name"
        ]
    );
}

#[test]
fn warnings_are_printed_with_path_and_line_and_exit_3_only_when_strict() {
    let world = World::with_every_kind_of_row();
    let output = world.ok_without_writing(&["validate"]).stdout;
    let first = format!(
        "{}:2: warning: training_flop: drifted: verified at 6.00e+25, but the latest estimate is 2.00e+26 (×3.3): consider verifying again\n",
        world.dataset_path().display()
    );
    assert!(output.starts_with(&first), "{output}");
    assert!(output.ends_with("\n0 errors, 4 warnings\n"), "{output}");
    world.run(&["validate", "--strict"]).expect_code(3);
}

#[test]
fn a_rejected_record_is_an_error() {
    let world = World::with(&[model_with("bad", json!({"training_flop": -1})), model("a")]);
    let run = world.run(&["validate", "--format", "json"]);
    let report = run.expect_code(3).json();
    assert_eq!(report["errors"], 1);
    let finding = &report["findings"][0];
    assert_eq!(finding["code"], "record_rejected");
    assert_eq!(finding["column"], "training_flop");
    assert_eq!(finding["value"], "-1");
    assert_eq!(finding["line"], 1);
}

#[test]
fn a_dataset_that_was_never_written_is_no_finding() {
    World::with(&[model("a")])
        .ok(&["validate"])
        .expect_stdout("0 errors");
}

#[test]
fn missing_and_unreadable_files_are_errors() {
    let rejected = |world: &World, finding: &str| {
        let run = world.run(&["validate"]).expect_code(3);
        run.expect_stdout(finding);
    };
    let world = World::new().dataset(dataset(&[row("a", "", "")]));
    rejected(&world, "estimated_models.json:1: error: not found");
    world.set_estimates("{\"models\":\n[");
    rejected(&world, "estimated_models.json:2: error: cut short");
    world.set_models(&[model("a")]);
    world.set_dataset("name;x");
    rejected(&world, "above_1e25_flop.csv:1: error: name");
}

#[test]
fn the_numbers_of_a_drifted_row_are_printed_with_the_digits_in_which_they_differ() {
    let world = World::with(&[model_with("a", json!({"training_flop": 4.9999e25}))])
        .dataset(dataset(&[row_at("a", "y", "why", "5e+25", "5.00e+25")]));
    world
        .ok(&["validate"])
        .expect_stdout("5.0000e+25")
        .expect_stdout("4.9999e+25");
}
