//! stdout and stderr: warnings, logs, silence, colours, and streams that cannot be written.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, pipe};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{PROGRAM, World, model, run};

/// Estimates with a record that is rejected with a warning.
fn world_with_a_warning() -> World {
    World::with(&[model("a"), json!(7)])
}

#[test]
fn warnings_go_to_stderr_beside_the_report() {
    let world = world_with_a_warning();
    world.ok(&[]).expect_stdout("Wrote").expect_stderr("WARN");
    world
        .ok(&[])
        .expect_stdout("Up to date")
        .expect_stderr("WARN");
}

#[test]
fn rust_log_sets_what_is_logged() {
    let world = world_with_a_warning();
    let stderr = |level| run(world.command(&["--dry-run"]).env("RUST_LOG", level)).stderr;
    assert_eq!(stderr("error"), "");
    let warnings = stderr("warn");
    assert!(warnings.contains("WARN"), "{warnings}");
    assert!(!warnings.contains("DEBUG"), "{warnings}");
    assert!(stderr("debug").contains("DEBUG"));
}

#[test]
fn a_pipe_gets_no_colours() {
    let world = World::with(&[model("a")]);
    let report = world.ok(&["--dry-run"]).expect_stdout("Added 1").stdout;
    assert!(!report.contains('\u{1b}'), "{report:?}");
}

/// Whether a report on a pipe is coloured, with these variables and arguments.
fn is_coloured(variables: &[(&str, &str)], args: &[&str]) -> bool {
    let world = World::with(&[model("a")]);
    let mut command = world.command(&["--dry-run"]);
    command.args(args).envs(variables.iter().copied());
    run(&mut command).expect_code(0).stdout.contains('\u{1b}')
}

#[test]
fn clicolor_force_colours_a_pipe_and_no_color_does_not() {
    assert!(is_coloured(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!is_coloured(&[("CLICOLOR_FORCE", "0")], &[]));
    assert!(!is_coloured(
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")],
        &[]
    ));
    // An empty variable has no effect.
    assert!(is_coloured(
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")],
        &[]
    ));
    assert!(!is_coloured(&[("CLICOLOR_FORCE", "")], &[]));
}

#[test]
fn the_color_flag_wins_over_the_variables() {
    assert!(is_coloured(&[("NO_COLOR", "1")], &["--color", "always"]));
    assert!(!is_coloured(
        &[("CLICOLOR_FORCE", "1")],
        &["--color", "never"]
    ));
    assert!(is_coloured(
        &[("CLICOLOR_FORCE", "1")],
        &["--color", "auto"]
    ));
    assert!(!is_coloured(&[], &["--color", "auto"]));
}

#[test]
fn an_error_is_printed_on_stderr_and_with_json_also_on_stdout() {
    let world = World::new();
    for args in [
        &[][..],
        &["list"],
        &["verify", "a"],
        &["stats"],
        &["reapply", "nowhere"],
    ] {
        let text = world.run(args).expect_code(1);
        assert_eq!(text.stdout, "", "{args:?}");
        let json = world.run(&[&["--format", "json"], args].concat());
        let message = json.json()["error"].as_str().unwrap().to_owned();
        json.expect_code(1).expect_stderr(&message);
    }
    // The JSON of a usage error lacks the `error: ` of the terminal.
    let json = world.run(&["list", "--class", "maybe", "--format=json"]);
    let message = json.json()["error"].as_str().unwrap().to_owned();
    assert!(message.starts_with("invalid value 'maybe'"), "{message}");
}

/// Asserts that none of these words is broken across lines.
#[track_caller]
fn check_unbroken(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word} is broken in\n{text}");
    }
}

#[test]
fn no_line_is_broken_within_a_word_at_80_columns() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let reset = world.run_on(80, &["--reset", "--force"]);
    check_unbroken(&reset.stdout, &[world.dataset_path().to_str().unwrap()]);
    world.set_dataset("name,developer,verified\na,d,\n");
    let layout = world.run_on(80, &["--dry-run"]);
    check_unbroken(
        &layout.stdout,
        &[
            "training_flop_formatted,",
            "threshold_classification,",
            "estimation_method,",
            "last_updated,",
        ],
    );
}

#[test]
fn on_a_terminal_messages_are_broken_between_words() {
    let world = world_with_a_warning();
    let message = world.ok(&["--dry-run"]).stderr;
    assert!(message.trim_end().len() > 80, "{message}");
    let Some(mut command) = world.on_a_terminal("--dry-run") else {
        return;
    };
    let seen = run(&mut command).stdout.replace("\r\n", "\n");
    let too_wide = seen.lines().find(|line| line.chars().count() > 80);
    assert_eq!(too_wide, None);
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let message = message.split_once("models[").unwrap().1;
    assert!(words(&seen).contains(&words(message)), "{seen}");
}

#[test]
fn no_line_of_the_help_is_wider_than_80_columns() {
    let world = World::new();
    let help = world.run_on(80, &["--help"]);
    let too_wide = help.stdout.lines().find(|line| line.chars().count() > 80);
    assert_eq!(too_wide, None);
}

#[test]
fn the_color_flag_applies_to_the_help_too() {
    let world = World::new();
    let is_coloured = |args: &[&str], variable: &str| {
        let help = run(world.command(args).env(variable, "1"));
        help.expect_code(0).stdout.contains('\u{1b}')
    };
    assert!(is_coloured(&["--color", "always", "--help"], "NO_COLOR"));
    assert!(is_coloured(&["list", "--help"], "CLICOLOR_FORCE"));
    assert!(!is_coloured(
        &["list", "--help", "--color=never"],
        "CLICOLOR_FORCE"
    ));
}

#[test]
fn a_long_path_above_the_changes_has_a_line_of_its_own() {
    let world = World::with(&[model("a")]);
    let deep = world.dir.path().join("d".repeat(60));
    fs::create_dir(&deep).unwrap();
    for directory in ["estimated", "clean"] {
        fs::rename(world.dir.path().join(directory), deep.join(directory)).unwrap();
    }
    let mut refresh = world.isolated(PROGRAM);
    refresh.arg("--dry-run").arg("--data-dir").arg(&deep);
    run(refresh.env("COLUMNS", "80"))
        .expect_code(0)
        .expect_stdout("1 estimate (1 model, 1 candidate, saved 2025-08-15) →\n  /");
}

#[test]
fn a_reader_that_stops_early_is_no_error() {
    // The report is longer than a pipe holds, so the program is still printing when the reader stops after one line.
    let models: Vec<Value> = (0..3000).map(|n| model(&format!("model {n}"))).collect();
    let world = World::with(&models);
    let mut command = world.command(&["--dry-run", "--verbose"]);
    command.env("RUST_LOG", "error");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut String::new()).unwrap();
    drop(reader);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_closed_pipe_changes_no_exit_code() {
    let world = World::with(&[model("a")]);
    let check = |args: &[&str], code: i32| {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        run(world.command(args).stdout(writer)).expect_code(code);
    };
    check(&["--check"], 3);
    world.set_dataset("not a dataset");
    check(&["validate"], 3);
    check(&["list"], 1);
    check(&["man"], 0);
}

#[test]
fn a_report_that_cannot_be_printed_is_an_error_that_says_the_dataset_is_written() {
    let world = World::with(&[model("a")]);
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    run(world.command(&[]).stdout(full))
        .expect_code(1)
        .expect_stderr("above_1e25_flop.csv is written, but");
    assert_eq!(world.column("name"), ["a"]);
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let dismiss = ["dismiss", "a", "--note", "small"];
    run(world.command(&dismiss).stdout(full))
        .expect_code(1)
        .expect_stderr("decisions.csv and ")
        .expect_stderr("above_1e25_flop.csv are written, but");
    world.ok(&["add", "b", "--developer", "d", "--flop", "6e25"]);
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    run(world.command(&["--reset", "--force"]).stdout(full))
        .expect_code(1)
        .expect_stderr(".bak and ");
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    run(world.command(&["page", "p.html"]).stdout(full))
        .expect_code(1)
        .expect_stderr("p.html is written, but");
}
