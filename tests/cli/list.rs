//! `list`: which rows are selected, and the forms in which they are printed.

use serde_json::{Value, json};

use crate::support::{World, dataset, model, names, on_the_sample, row};

#[test]
fn filters_combine() {
    let world = World::with_every_kind_of_row();
    let check = |args: &[&str], expected: &[&str]| {
        let listed = world.json(&[&["list"], args].concat());
        assert_eq!(names(&listed), expected, "list {args:?}");
    };
    check(
        &[],
        &[
            "drifted",
            "noted",
            "orphaned",
            "plain",
            "protected",
            "verified",
        ],
    );
    check(&["--verified"], &["drifted", "verified"]);
    check(
        &["--unverified"],
        &["noted", "orphaned", "plain", "protected"],
    );
    check(&["--drifted"], &["drifted"]);
    check(&["--orphaned"], &["orphaned"]);
    check(&["--drifted", "--orphaned"], &["drifted", "orphaned"]);
    check(&["--match", "HERE", "--unverified"], &["noted"]);
    check(
        &["--verified", "--min-flop", "6e25"],
        &["drifted", "verified"],
    );
    check(&["--min-flop", "7e25"], &[]);
    check(&["--max-flop", "5e25"], &[]);
    let class = ["--class", "high_confidence_above"];
    let others = [
        "--developer",
        " D",
        "--confidence",
        "medium",
        "--limit",
        "1",
    ];
    check(&[&class[..], &others].concat(), &["drifted"]);
}

#[test]
fn filters_that_make_no_sense_are_usage_errors() {
    let world = World::with_every_kind_of_row();
    for args in [
        ["--verified", "--unverified"],
        ["--class", "maybe"],
        ["--min-flop", "lots"],
    ] {
        world.run(&["list", args[0], args[1]]).expect_code(2);
    }
}

#[test]
fn json_has_numbers_for_numbers_and_null_where_there_is_none() {
    let world = World::with(&[model("a")])
        .dataset("reviewer,name,developer,verified,parameters,training_flop\nana,a,d,,175000000000.0,1.50e+26\nbo,b,d,,NA,\n");
    let rows = world.json(&["list"]);
    assert_eq!(rows[0]["parameters"], json!(175_000_000_000_u64));
    assert_eq!(rows[0]["training_flop"], json!(1.5e26));
    assert_eq!(rows[0]["reviewer"], "ana");
    // `Value` is null for a key that is not there, so the keys are checked as well.
    for key in ["parameters", "training_flop"] {
        assert_eq!(rows[1].get(key), Some(&Value::Null), "{key}");
    }
    assert_eq!(rows[1]["notes"], "");
}

#[test]
fn csv_has_the_columns_of_the_schema_and_is_for_list_only() {
    let world = World::with_every_kind_of_row();
    let run = world.ok(&["list", "--format", "csv", "--match", "look here"]);
    assert_eq!(run.stdout, dataset(&[row("noted", "", "look here")]));
    world.run(&["stats", "--format", "csv"]).expect_code(2);
}

#[test]
fn without_a_dataset_the_error_says_how_to_get_one() {
    World::with(&[model("a")])
        .run(&["list"])
        .expect_code(1)
        .expect_stderr("there is no dataset yet");
}

#[test]
#[ignore = "the list has the same columns at every width (behaviour §9)"]
fn at_120_columns_the_list_has_more_columns_than_at_80() {
    let columns = |width: usize| {
        let listed = on_the_sample(width, &["list", "--limit", "3"]);
        let header = listed.lines().next().unwrap();
        header
            .split("  ")
            .filter(|title| !title.trim().is_empty())
            .count()
    };
    assert!(
        columns(120) > columns(80),
        "{} at 120, {} at 80",
        columns(120),
        columns(80)
    );
}

#[test]
fn the_list_at_80_columns() {
    insta::assert_snapshot!(on_the_sample(80, &["list", "--limit", "8"]));
}

#[test]
fn drifted_and_orphaned_rows_say_what_the_estimates_say_now() {
    insta::assert_snapshot!(on_the_sample(80, &["list", "--drifted", "--orphaned"]));
}

#[test]
fn the_verbose_list_at_100_columns() {
    insta::assert_snapshot!(on_the_sample(100, &["list", "--limit", "6", "--verbose"]));
}
