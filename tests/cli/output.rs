//! What is printed, where, and with which exit code (behaviour §8, §9).

use std::process::Stdio;

use core_dataset::dataset::Dataset;
use core_dataset::dedup::Unique;
use core_dataset::estimates::Estimates;
use core_dataset::plan::{self, Input};
use core_dataset::report::{self, Outcome, Report, Screen};
use serde_json::{Value, json};

use crate::support::{World, dataset, model, model_at, model_with, row};

/// The report of the sample's estimates on a dataset one refresh behind, laid out for a screen.
fn sample_report(screen: Screen, verbose: bool) -> String {
    let text = include_str!("../../data/estimated/estimated_models.json");
    let bytes = include_bytes!("../fixtures/one_refresh_behind.csv");
    let estimates = Estimates::parse(text).unwrap();
    let unique = Unique::of(&estimates);
    let dataset = Dataset::parse(bytes).unwrap();
    let plan = plan::refresh(&dataset, &unique, &estimates.rejected, false);
    let input = Input::of(&estimates, &unique, false);
    let dataset = "data/clean/above_1e25_flop.csv".as_ref();
    let report = Report {
        plan: &plan,
        input: Some(&input),
        dataset,
        dry_run: true,
        outcome: Outcome::Preview,
    };
    report::text(&report, screen, verbose)
}

#[test]
fn the_report_at_80_columns() {
    insta::assert_snapshot!(sample_report(
        Screen {
            width: Some(80),
            colour: false
        },
        false
    ));
}

#[test]
fn the_report_at_120_columns() {
    insta::assert_snapshot!(sample_report(
        Screen {
            width: Some(120),
            colour: false
        },
        false
    ));
}

#[test]
fn the_report_in_colour() {
    insta::assert_snapshot!(
        sample_report(
            Screen {
                width: Some(100),
                colour: true
            },
            false
        )
        .replace('\u{1b}', "␛")
    );
}

#[test]
fn the_verbose_report_leaves_nothing_out() {
    let report = sample_report(Screen::default(), true);
    assert!(!report.contains("more (--verbose"), "{report}");
    assert!(report.lines().count() > sample_report(Screen::default(), false).lines().count());
}

#[test]
fn the_last_three_lines_of_the_summary_block_add_up_to_the_first() {
    let world = World::with(&[
        model("a"),
        model_at("b", "7e24"),
        model_at("c", "1e24"),
        model_at("v", "8e24"),
    ])
    .dataset(dataset(&[row("v", "y", "").replace("6e+25", "8e+24")]));
    let run = world.ok(&[]);
    let block: Vec<&str> = run
        .stdout
        .lines()
        .skip_while(|line| *line != "CORE DATASET SUMMARY")
        .take(5)
        .collect();
    assert_eq!(
        block,
        [
            "CORE DATASET SUMMARY",
            "Total candidate models: 3",
            "Manually verified: 1",
            "High confidence above 1e25: 1",
            "Uncertain (need verification): 1"
        ]
    );
    assert!(
        run.stdout.ends_with(
            "2 added, 1 verified kept\nTo look at: 2 to verify (core-dataset list --unverified)\n"
        ),
        "{}",
        run.stdout
    );
}

#[test]
fn a_dropped_duplicate_is_not_counted_as_removed_and_one_that_stays_is_to_be_looked_at() {
    let rows = [
        row("kept", "y", ""),
        row("KEPT", "y", ""),
        row("spare", "", ""),
        row("SPARE", "", ""),
        row("fell", "", ""),
    ];
    let models = [model("kept"), model("spare"), model_at("fell", "1e24")];
    let world = World::with(&models).dataset(dataset(&rows));
    let run = world.ok(&["--dry-run"]);
    let ends = "1 removed, 1 dropped (duplicate), 1 unchanged, 2 verified kept\n\
                To look at: 1 duplicated, 1 to verify (core-dataset list --unverified)\n";
    assert!(run.stdout.ends_with(ends), "{}", run.stdout);
}

#[test]
fn the_json_report_has_its_keys_and_adds_up() {
    let rows = [
        row("v", "y", ""),
        row("p", "no", ""),
        row("n", "", "why"),
        row("u", "", "").replace("6e+25,6.00e+25", ","),
    ];
    let world = World::with(&[model("a"), model_at("n", "1e24")]).dataset(dataset(&rows));
    let report = world.report(&["--dry-run"]);
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        keys(&report),
        [
            "backup", "changes", "dataset", "dry_run", "input", "mode", "summary", "written"
        ]
    );
    assert_eq!(
        keys(&report["changes"]),
        [
            "added",
            "demoted",
            "drifted",
            "duplicates",
            "orphaned",
            "protected",
            "removed",
            "renamed",
            "updated"
        ]
    );
    assert_eq!(
        keys(&report["input"]),
        [
            "candidates",
            "duplicates",
            "models",
            "rejected",
            "unestimated",
            "unique"
        ]
    );
    assert_eq!(
        report["summary"],
        json!({"total": 5, "verified": 1, "high_confidence_above": 1, "not_sure": 0, "high_confidence_below": 1, "protected": 1, "unestimated": 1})
    );
    assert_eq!(
        (&report["dry_run"], &report["written"], &report["backup"]),
        (&json!(true), &json!(false), &Value::Null)
    );
    let real = world.report(&[]);
    assert_eq!(
        (&real["changes"], &real["summary"]),
        (&report["changes"], &report["summary"])
    );
    assert_eq!(real["written"], json!(true));
}

#[test]
fn check_exits_3_when_something_would_change_and_0_when_not() {
    let world = World::with(&[model("a")]);
    let before = world.tree();
    world.run(&["--check"]).expect_code(3);
    world.run(&["refresh", "--check"]).expect_code(3);
    assert_eq!(world.tree(), before);
    world.ok(&[]);
    world.ok(&["--check"]);
}

#[test]
fn flags_count_before_and_behind_the_command_s_name() {
    let world = World::with(&[model("a")]);
    let before = world.tree();
    for args in [
        &["--dry-run", "refresh"][..],
        &["refresh", "--dry-run"],
        &["--check", "refresh", "--dry-run"],
    ] {
        let run = world.run(args);
        assert!(
            run.code == Some(0) || args.contains(&"--check"),
            "{args:?}: {run:?}"
        );
        assert_eq!(world.tree(), before, "{args:?}");
    }
    let run = world
        .run(&["refresh", "--format", "json", "--dry-run"])
        .expect_code(0);
    assert!(run.stdout.starts_with('{'));
}

#[test]
fn the_environment_names_the_data_directory_and_the_flag_overrides_it() {
    let world = World::with(&[model("a")]);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_core-dataset"));
    command
        .env("CORE_DATASET_DATA_DIR", world.dir.path())
        .arg("--dry-run");
    assert!(command.output().unwrap().status.success());
    let mut command = world.command(&["--dry-run"]);
    assert!(
        command
            .env("CORE_DATASET_DATA_DIR", "/nowhere")
            .output()
            .unwrap()
            .status
            .success()
    );
}

#[test]
fn a_usage_error_exits_2_and_help_0() {
    let world = World::with(&[model("a")]);
    world.run(&["--no-such-flag"]).expect_code(2);
    world.run(&["no-such-command"]).expect_code(2);
    world.run(&["-q", "-v"]).expect_code(2);
    let help = world.ok(&["--help"]).stdout;
    for flag in [
        "--reset",
        "--dry-run",
        "--check",
        "--force",
        "--include-unestimated",
        "--verbose",
        "--quiet",
        "--data-dir",
        "--format",
    ] {
        assert!(help.contains(flag), "{flag} is not in\n{help}");
    }
    world.ok(&["--version"]);
}

#[test]
fn quiet_says_nothing_when_nothing_changed_and_no_warnings() {
    let world = World::with(&[model("a"), json!(7)]);
    let run = world.ok(&["-q"]);
    assert!(
        run.stderr.is_empty() && run.stdout.contains("Wrote"),
        "{run:?}"
    );
    let run = world.ok(&["-q"]);
    assert!(run.stderr.is_empty() && run.stdout.is_empty(), "{run:?}");
}

#[test]
fn rust_log_is_honoured() {
    let world = World::with(&[model("a"), json!(7)]);
    let stderr = |level| {
        let output = world
            .command(&["--dry-run"])
            .env("RUST_LOG", level)
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(stderr("error"), "");
    assert!(stderr("debug").contains("DEBUG"));
}

#[test]
fn control_and_bidi_characters_of_the_data_never_reach_the_terminal() {
    let evil = "evil\u{1b}[31mred\u{7}\u{202e}";
    let world = World::with(&[
        model(evil),
        model_with(&format!("{evil}2"), json!({"parameters": evil})),
    ])
    .dataset(dataset(&[row(&format!("{evil}3"), evil, "")]));
    let run = world.ok(&["--dry-run", "--verbose"]);
    for c in ['\u{1b}', '\u{7}', '\u{202e}'] {
        assert!(
            !run.stdout.contains(c) && !run.stderr.contains(c),
            "{run:?}"
        );
    }
    assert!(run.stdout.contains("evil\\u{1b}[31mred"), "{}", run.stdout);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let models: Vec<Value> = (0..3000).map(|n| model(&format!("model {n}"))).collect();
    let world = World::with(&models);
    let mut child = world
        .command(&["--dry-run", "--verbose"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap().contains("error")
        ),
        (Some(0), false)
    );
}

#[test]
fn a_closed_pipe_changes_no_exit_code() {
    let world = World::with(&[model("a")]);
    let code = |args: &[&str]| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status = world.command(args).stdout(writer).status().unwrap();
        status.code()
    };
    assert_eq!(code(&["--check"]), Some(3));
    std::fs::write(world.csv(), "not a dataset").unwrap();
    assert_eq!(code(&["validate"]), Some(3));
    assert_eq!(code(&["list"]), Some(1));
    assert_eq!(code(&["man"]), Some(0));
}

#[test]
fn a_report_that_cannot_be_printed_says_that_the_dataset_is_written() {
    let world = World::with(&[model("a")]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let run = world.command(&[]).stdout(full.unwrap()).output().unwrap();
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(
        stderr.contains("above_1e25_flop.csv is written, but"),
        "{stderr}"
    );
    assert!(world.csv().exists());
}

#[test]
fn a_pipe_sees_no_colour() {
    let world = World::with(&[model("a")]);
    assert!(!world.ok(&["--dry-run"]).stdout.contains('\u{1b}'));
}
