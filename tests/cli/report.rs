//! The report of a refresh, as text and as JSON.

use serde_json::{Value, json};

use crate::support::{World, dataset, model, model_at, on_the_sample, row};

#[test]
fn the_report_at_80_columns() {
    insta::assert_snapshot!(on_the_sample(80, &["--dry-run"]));
}

#[test]
fn the_report_at_120_columns() {
    insta::assert_snapshot!(on_the_sample(120, &["--dry-run"]));
}

#[test]
fn the_report_in_colour() {
    let report = on_the_sample(100, &["--dry-run", "--color", "always"]);
    insta::assert_snapshot!(report.replace('\u{1b}', "␛"));
}

#[test]
fn only_the_verbose_report_lists_everything() {
    let brief = on_the_sample(100, &["--dry-run"]);
    let verbose = on_the_sample(100, &["--dry-run", "--verbose"]);
    let left_out = "more (--verbose";
    assert!(brief.contains(left_out), "{brief}");
    assert!(!verbose.contains(left_out), "{verbose}");
    assert!(verbose.lines().count() > brief.lines().count());
}

#[test]
fn the_help_explains_the_signs_before_a_model() {
    let help = World::new().ok(&["refresh", "--help"]).stdout;
    let (_, legend) = help.split_once("before a model in the report:\n").unwrap();
    let (legend, _) = legend.split_once("\n\n").unwrap();
    let explained: Vec<&str> = legend.split_whitespace().collect();
    let report = on_the_sample(100, &["--dry-run"]);
    for (title, mark) in [
        ("Crossed", "↑"),
        ("Drifted", "!"),
        ("Added", "+"),
        ("Updated", "~"),
        ("Removed", "-"),
        ("Demoted", "⤓"),
        ("Orphaned", "?"),
    ] {
        let (_, group) = report.split_once(&format!("\n{title} ")).unwrap();
        assert!(group.contains(&format!("\n  {mark} ")), "{title}");
        assert!(explained.contains(&mark), "{title}");
    }
    assert!(["x", "="].iter().all(|mark| explained.contains(mark)));
}

#[test]
fn the_last_three_lines_of_the_summary_add_up_to_the_first() {
    let world = World::with(&[
        model("a"),
        model_at("b", "7e24"),
        model_at("c", "1e24"),
        model_at("v", "8e24"),
    ])
    .dataset(dataset(&[row("v", "y", "").replace("6e+25", "8e+24")]));
    let report = world.ok(&[]).stdout;
    let summary = "CORE DATASET SUMMARY\n\
                   Total candidate models: 3\n\
                   Manually verified: 1\n\
                   High confidence above 1e25: 1\n\
                   Uncertain (need verification): 1\n\n\
                   Rows at or above 1e25 FLOP: 1 of 3\n\n";
    assert!(report.contains(summary), "{report}");
    let end = "2 added, 1 verified kept\n\
               To look at (core-dataset …): 2 to verify (list --unverified)\n";
    assert!(report.ends_with(end), "{report}");
}

#[test]
fn a_duplicate_that_leaves_is_counted_apart_from_the_other_removed_rows() {
    let rows = [
        row("kept", "y", ""),
        row("KEPT", "y", ""),
        row("spare", "", ""),
        row("SPARE", "", ""),
        row("fell", "", ""),
    ];
    let models = [model("kept"), model("spare"), model_at("fell", "1e24")];
    let world = World::with(&models).dataset(dataset(&rows));
    let report = world.ok(&["--dry-run"]).stdout;
    let end = "1 removed, 1 removed as duplicate, 2 verified kept\n\
               To look at after a real run (core-dataset …): 1 crossed (list --crossed), 1 to verify (list --unverified)\n";
    assert!(report.ends_with(end), "{report}");
}

fn keys(value: &Value) -> Vec<&str> {
    let keys = value.as_object().unwrap().keys();
    keys.map(String::as_str).collect()
}

/// Asserts that an object has exactly these keys, given in alphabetical order.
#[track_caller]
fn check_keys(value: &Value, expected: &str) {
    let expected: Vec<&str> = expected.split_whitespace().collect();
    assert_eq!(keys(value), expected);
}

#[test]
fn the_json_report_has_all_keys_whatever_changed() {
    let world = World::with(&[model("a")]);
    let report = world.json(&[]);
    check_keys(
        &report,
        "at_or_above_1e25 attention backup changes dataset dry_run input mode summary written",
    );
    check_keys(
        &report["changes"],
        "added crossed demoted dismissed drifted duplicates orphaned protected reconsider removed renamed updated",
    );
    check_keys(
        &report["input"],
        "candidates dismissed duplicates ignored_fields models rejected saved_at unestimated unique",
    );
    check_keys(
        &report["attention"],
        "crossed demoted drifted ignored_fields orphaned reconsider rejected renamed to_verify unreadable",
    );
}

#[test]
fn the_summary_of_the_json_report_counts_each_row_once() {
    let rows = [
        row("v", "y", ""),
        row("p", "no", ""),
        row("n", "", "why"),
        row("u", "", "").replace("6e+25,6.00e+25", ","),
    ];
    let world = World::with(&[model("a"), model_at("n", "1e24")]).dataset(dataset(&rows));
    let report = world.json(&["--dry-run"]);
    assert_eq!(
        report["summary"],
        json!({
            "total": 5, "verified": 1, "high_confidence_above": 1, "not_sure": 0, "high_confidence_below": 1, "protected": 1,
            "unestimated": 1
        })
    );
}

#[test]
fn the_json_report_says_whether_something_was_written() {
    let world = World::with(&[model("a")]);
    let check = |args: &[&str], dry_run: bool, written: bool| {
        let report = world.json(args);
        assert_eq!(report["dry_run"], dry_run, "{args:?}");
        assert_eq!(report["written"], written, "{args:?}");
        assert_eq!(report["backup"], Value::Null, "{args:?}");
    };
    check(&["--dry-run"], true, false);
    check(&[], false, true);
    check(&[], false, false);
}
