//! `validate`: what is found, where it is said to be, and how the run ends.

use std::fs;

use chrono::{DateTime, Utc};
use core_dataset::dataset::Dataset;
use core_dataset::validate::Findings;
use serde_json::{Value, json};

use crate::desk::desk;
use crate::support::{World, dataset, model, model_with, row};

/// The findings about one dataset, as `severity code column`, with the line.
fn findings(text: &str) -> Vec<String> {
    let today: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut findings = Findings::default();
    findings.dataset(
        "d.csv".as_ref(),
        &Dataset::parse(text.as_bytes()).unwrap(),
        None,
        today.date_naive(),
    );
    let findings = serde_json::to_value(&findings).unwrap();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let list = findings["findings"].as_array().unwrap().iter();
    list.map(|one| {
        format!(
            "{} {} {} {}",
            one["line"],
            text(one, "severity"),
            text(one, "code"),
            text(one, "column")
        )
    })
    .collect()
}

#[test]
fn a_sound_row_has_no_findings() {
    assert_eq!(
        findings(&dataset(&[row("a", "", ""), row("b", "y", "why")])),
        [""; 0]
    );
}

#[test]
fn each_kind_of_finding_is_found_where_it_is() {
    let changed = |from: &str, to: &str| findings(&dataset(&[row("a", "", "").replace(from, to)]));
    assert_eq!(
        changed("6e+25,6.00e+25", "abc,"),
        ["2 error flop_not_a_number training_flop"]
    );
    assert_eq!(
        changed("6e+25,6.00e+25", "6e+30,6.00e+30"),
        ["2 warning flop_out_of_range training_flop"]
    );
    assert_eq!(
        changed(",6.00e+25", ",6.10e+25"),
        ["2 error formatted_contradicts_flop training_flop_formatted"]
    );
    assert_eq!(changed(",6.00e+25", ",5.999999999999999e+25"), [""; 0]);
    assert_eq!(
        changed("high_confidence_above", "not_sure"),
        ["2 error class_contradicts_flop threshold_classification"]
    );
    assert_eq!(
        changed("high_confidence_above", "high_confidence_above_1e25"),
        [""; 0]
    );
    assert_eq!(
        changed("high_confidence_above", "uncertain"),
        ["2 error unknown_class threshold_classification"]
    );
    assert_eq!(
        changed("likely_above", "maybe"),
        ["2 error unknown_status status"]
    );
    assert_eq!(
        changed("medium", "sure"),
        ["2 error unknown_confidence confidence"]
    );
    assert_eq!(
        changed("a,d,,", "a,d,7/9/2025,"),
        ["2 error date_not_iso_8601 release_date"]
    );
    assert_eq!(
        changed("a,d,,", "a,d,2026-01-02,"),
        ["2 warning release_in_the_future release_date"]
    );
    assert_eq!(
        changed("2025-08-01T00:00:00", "yesterday"),
        ["2 error date_not_iso_8601 last_updated"]
    );
    assert_eq!(
        changed("https://example.org/a", "a page"),
        ["2 warning source_without_url sources"]
    );
    assert_eq!(
        changed("https://example.org/a", "https://a.org (x; y); a page"),
        ["2 warning source_without_url sources"]
    );
    assert_eq!(
        changed("scaling_laws", "guesswork"),
        ["2 warning unknown_method estimation_method"]
    );
    assert_eq!(
        changed("six of them", "=1+1"),
        ["2 warning formula reasoning"]
    );
    assert_eq!(changed("six of them", "-1"), [""; 0]);
    assert_eq!(
        changed("six of them", "a\u{202e}b"),
        ["2 warning control_character reasoning"]
    );
    assert_eq!(changed("six of them", "\"two\nlines\""), [""; 0]);
    let marked = |mark: &str, notes: &str| {
        findings(&dataset(&[
            row("a", mark, notes).replace(",6.00e+25", ",6.10e+25")
        ]))
    };
    assert_eq!(
        marked("y", "why"),
        ["2 warning formatted_contradicts_flop training_flop_formatted"]
    );
    assert_eq!(
        marked("no", ""),
        [
            "2 warning formatted_contradicts_flop training_flop_formatted",
            "2 warning verified_not_y verified"
        ]
    );
    assert_eq!(
        findings(&dataset(&[row("a", "y", "")])),
        ["2 warning verified_without_note notes"]
    );
    assert_eq!(
        findings(&dataset(&[row("a", "", ""), row("A", "", "")])),
        ["3 error duplicate_key name"]
    );
    let renamed = [row("a", "", ""), row("a", "", "").replace(",d,", ",e,")];
    assert_eq!(
        findings(&dataset(&renamed)),
        [
            "2 warning probable_rename developer",
            "3 warning probable_rename developer"
        ]
    );
}

#[test]
fn validate_prints_findings_with_path_and_line_and_exits_3_for_errors() {
    let world = desk();
    let run = world.ok(&["validate"]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    let csv = world.csv();
    assert_eq!(
        lines[0],
        format!(
            "{}:2: warning: training_flop: drifted: verified at 6.00e+25, but the latest estimate is 2.00e+26, 3.3× away: consider verifying again",
            csv.display()
        )
    );
    assert_eq!(
        lines.last(),
        Some(&"0 errors, 4 warnings"),
        "{}",
        run.stdout
    );
    world.run(&["validate", "--strict"]).expect_code(3);
    world.set_models(&[model_with("bad", json!({"parameters": -1})), model("a")]);
    let run = world.run(&["validate", "--format", "json"]).expect_code(3);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["errors"], 1);
    let first = &report["findings"][0];
    assert_eq!(
        (
            &first["code"],
            &first["column"],
            &first["value"],
            &first["line"]
        ),
        (
            &json!("record_rejected"),
            &json!("parameters"),
            &json!("-1"),
            &json!(1)
        )
    );
}

#[test]
fn validate_takes_a_missing_dataset_for_granted_and_missing_estimates_for_an_error() {
    World::with(&[model("a")]).ok(&["validate"]);
    let run = World::new()
        .dataset(dataset(&[row("a", "", "")]))
        .run(&["validate"])
        .expect_code(3);
    assert!(
        run.stdout
            .contains("estimated_models.json:1: error: not found"),
        "{}",
        run.stdout
    );
    let run = World::with(&[model("a")])
        .dataset("name;x")
        .run(&["validate"])
        .expect_code(3);
    assert!(
        run.stdout.contains("above_1e25_flop.csv:1: error: name"),
        "{}",
        run.stdout
    );
    let world = World::new();
    fs::write(world.json(), "{\"models\":\n[").unwrap();
    assert!(
        world
            .run(&["validate"])
            .expect_code(3)
            .stdout
            .contains("estimated_models.json:2: error: cut short")
    );
}
