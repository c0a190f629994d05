//! Arguments, the environment and exit codes.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use serde_json::{Value, json};

use crate::support::{PROGRAM, Run, World, dataset, has_extension, model, row, run};

#[test]
fn check_exits_3_when_something_would_change_and_0_when_nothing_would() {
    let world = World::with(&[model("a")]);
    world.run_without_writing(&["--check"]).expect_code(3);
    world
        .run_without_writing(&["refresh", "--check"])
        .expect_code(3);
    world.ok(&[]);
    world.ok(&["--check"]);
}

#[test]
fn flags_of_a_refresh_work_with_or_without_the_word_refresh_and_before_or_after_it() {
    let world = World::with(&[model("a")]);
    for args in [
        &["--dry-run", "--format", "json"][..],
        &["refresh", "--format", "json", "--dry-run"],
        &["--format", "json", "refresh", "--dry-run"],
        &["--dry-run", "refresh", "--format", "json"],
    ] {
        assert_eq!(world.ok_without_writing(args).json()["mode"], "refresh");
    }
    world
        .run_without_writing(&["--dry-run", "refresh", "--force"])
        .expect_code(2)
        .expect_stderr("put all flags of a command after its name");
}

#[test]
fn the_environment_names_the_data_directory_and_the_flag_overrides_it() {
    let world = World::with(&[model("a")]);
    let is_found = |run: Run| {
        let report: Value = run.expect_code(0).json();
        assert_eq!(report["dataset"], json!(world.dataset_path()));
    };
    let args = ["--dry-run", "--format", "json"];
    let mut named = world.isolated(PROGRAM);
    let named = named.env("CORE_DATASET_DATA_DIR", world.dir.path());
    is_found(run(named.args(args)));
    let mut overridden = world.command(&args);
    is_found(run(overridden.env("CORE_DATASET_DATA_DIR", "/nowhere")));
}

#[test]
fn an_empty_data_directory_name_is_refused_and_the_error_names_flag_and_variable() {
    let world = World::with(&[model("a")]);
    let mut command = world.isolated(PROGRAM);
    let empty = run(command.env("CORE_DATASET_DATA_DIR", "")).expect_code(2);
    let empty = empty.expect_stderr("--data-dir");
    empty.expect_stderr("CORE_DATASET_DATA_DIR");
}

#[test]
fn a_clock_that_is_unreadable_or_beyond_the_year_9999_is_refused_and_the_error_names_its_variable()
{
    let world = World::with(&[model("a")]);
    let at = |seconds: &str| run(world.command(&[]).env("SOURCE_DATE_EPOCH", seconds));
    for seconds in [
        "253402300800",
        "99999999999999999999",
        "-99999999999",
        "1.5",
        "soon",
    ] {
        at(seconds)
            .expect_code(2)
            .expect_stderr("SOURCE_DATE_EPOCH");
    }
    assert!(!world.dataset_path().exists());
    // An empty variable leaves the clock to the system.
    for seconds in ["0", "253402300799", ""] {
        at(seconds).expect_code(0);
    }
}

#[test]
fn completions_and_the_man_page_need_neither_a_data_directory_nor_the_clock() {
    let world = World::new();
    for args in [&["completions", "bash"][..], &["man"], &["man", "list"]] {
        let mut command = world.isolated(PROGRAM);
        let command = command.env("CORE_DATASET_DATA_DIR", "");
        run(command.env("SOURCE_DATE_EPOCH", "soon").args(args)).expect_code(0);
    }
}

#[test]
fn a_data_directory_may_have_a_name_that_is_not_utf8() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("b", "y", "")]));
    let odd = world.dir.path().join(OsStr::from_bytes(b"d\xff"));
    fs::create_dir(&odd).unwrap();
    for folder in ["estimated", "clean"] {
        fs::rename(world.dir.path().join(folder), odd.join(folder)).unwrap();
    }
    let mut reset = world.isolated(PROGRAM);
    run(reset.arg("--data-dir").arg(&odd).arg("--reset")).expect_code(0);
    let files = fs::read_dir(odd.join("clean")).unwrap();
    let backups = files.filter(|file| has_extension(&file.as_ref().unwrap().path(), "bak"));
    assert_eq!(backups.count(), 1);
}

#[test]
fn usage_errors_exit_2_and_print_nothing_to_stdout() {
    let world = World::with(&[model("a")]);
    for args in [&["--no-such-flag"][..], &["no-such-command"], &["-q", "-v"]] {
        let run = world.run_without_writing(args).expect_code(2);
        assert_eq!(run.stdout, "", "{args:?}");
    }
}

#[test]
fn a_usage_error_found_by_a_command_is_printed_as_one_line() {
    let run = World::with(&[model("a")]).run_without_writing(&["review"]);
    assert_eq!(
        run.expect_code(2).stderr,
        "error: review needs a terminal; without one, use `list --unverified --format csv` and `decide`\n"
    );
}

#[test]
fn a_usage_error_is_json_when_json_is_asked_for() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    for (args, said) in [
        (
            &["--format", "json", "--no-such-flag"][..],
            "--no-such-flag",
        ),
        (
            &["list", "--format=json", "--columns", "x"],
            "no column \"x\"",
        ),
        (&["--max-age", "3", "list", "--format", "json"], "--max-age"),
    ] {
        let run = world.run_without_writing(args).expect_code(2);
        let error = run.json();
        assert!(error["error"].as_str().unwrap().contains(said), "{error}");
        run.expect_stderr(said).expect_stderr("error: ");
    }
    let help = world.ok(&["--format", "json", "--help"]).stdout;
    assert!(!help.contains("\"error\""), "{help}");
}

#[test]
fn the_help_names_every_flag_of_a_refresh() {
    let mut help = World::new().ok(&["--help"]);
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
        help = help.expect_stdout(flag);
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = World::new().ok(&["--version"]).stdout;
    assert_eq!(
        version,
        concat!("core-dataset ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn a_note_that_is_given_twice_is_refused() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    world
        .run_without_writing(&["verify", "a", "--note", "one", "b", "--note", "two"])
        .expect_code(2)
        .expect_stderr("cannot be used multiple times");
}

#[test]
fn a_note_may_begin_with_a_hyphen_but_a_flag_is_not_taken_for_a_note() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    world.ok(&["verify", "a", "--note", "-5% margin"]);
    assert_eq!(world.row("a")["notes"], "-5% margin");
    for flag in ["--dry-run", "-q"] {
        world
            .run_without_writing(&["dismiss", "b", "--note", flag])
            .expect_code(2)
            .expect_stderr("this looks like a flag");
    }
}
