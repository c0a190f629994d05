//! `git merge-driver`, run by a real git: merge, rebase, cherry-pick, stash and criss-cross.

use std::fs;
use std::process::Command;

use serde_json::json;

use crate::repository::Repository;
use crate::support::{DECISIONS_HEADER, Run, dataset, model, model_with, row, row_at, run};

/// A row as a refresh from the next estimates writes it.
fn refreshed(name: &str, verified: &str, notes: &str) -> String {
    row_at(name, verified, notes, "7e+25", "7.00e+25").replace("2025-08-01", "2025-08-15")
}

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// A dataset of all rows, each made by `of`.
fn rows(of: impl Fn(&str) -> String) -> String {
    dataset(&NAMES.map(of))
}

fn base() -> String {
    rows(|name| row(name, "", ""))
}

/// The base, with one row verified at another number.
fn verified_at(name: &str, flop: &str) -> String {
    let verified = row(name, "y", "").replace("6e+25,", &format!("{flop},"));
    base().replace(&row(name, "", ""), &verified)
}

/// The base after a person verified one row and wrote a note in another.
fn curated() -> String {
    rows(|name| match name {
        "b" => row(name, "y", "system card"),
        "c" => row(name, "", "look again"),
        _ => row(name, "", ""),
    })
}

fn refreshed_all() -> String {
    rows(|name| refreshed(name, "", ""))
}

/// The merge of both: the verified row keeps its number and comes after the larger ones.
fn both() -> String {
    dataset(&[
        refreshed("a", "", ""),
        refreshed("c", "", "look again"),
        refreshed("d", "", ""),
        row("b", "y", "system card"),
    ])
}

#[test]
fn a_curators_branch_and_a_refreshed_main_merge_either_way() {
    for (ours, theirs) in [(refreshed_all(), curated()), (curated(), refreshed_all())] {
        let Some(repository) = Repository::with(&base()) else {
            return;
        };
        repository.branches(&ours, &theirs);
        repository.git(&["merge", "--quiet", "--no-edit", "theirs"]);
        assert_eq!(repository.world.text(), both());
    }
}

#[test]
fn an_empty_data_directory_variable_stops_neither_merge_nor_diff() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    repository.branches(&refreshed_all(), &curated());
    let git = |args: &[&str]| {
        let mut command = repository.git_command(args);
        run(command.env("CORE_DATASET_DATA_DIR", "")).expect_code(0)
    };
    git(&["merge", "--quiet", "--no-edit", "theirs"]);
    assert_eq!(repository.world.text(), both());
    git(&["diff", "HEAD^1", "HEAD"]).expect_stdout("+  verified: y\n");
}

#[test]
fn a_curators_branch_is_rebased_onto_a_refreshed_main() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    repository.branches(&refreshed_all(), &curated());
    repository.git(&["checkout", "--quiet", "theirs"]);
    repository.git(&["rebase", "--quiet", "main"]);
    assert_eq!(repository.world.text(), both());
}

#[test]
fn a_verification_is_cherry_picked_onto_a_refreshed_main() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    repository.branches(&refreshed_all(), &curated());
    repository.git(&["cherry-pick", "theirs"]);
    assert_eq!(repository.world.text(), both());
}

#[test]
fn stashed_work_comes_back_onto_a_refreshed_dataset() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    repository.world.set_dataset(curated());
    repository.git(&["stash", "--quiet"]);
    repository.commit(&refreshed_all(), "refresh");
    repository.git(&["stash", "pop", "--quiet"]);
    assert_eq!(repository.world.text(), both());
}

#[test]
fn in_a_criss_cross_merge_only_rows_with_different_numbers_are_in_conflict() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    // Both sides verified `a`, at different numbers, and each merges the other and keeps its own.
    repository.branches(&verified_at("a", "6.1e+25"), &verified_at("a", "6.2e+25"));
    for (branch, other, flop) in [
        ("main", "theirs", "6.1e+25"),
        ("theirs", "main~1", "6.2e+25"),
    ] {
        repository.git(&["checkout", "--quiet", branch]);
        let conflict = run(&mut repository.git_command(&["merge", "--no-edit", other]));
        conflict.expect_code(1).expect_stderr("in conflict: a (d)");
        repository.commit(&verified_at("a", flop), "settled");
    }
    let noted = |text: &str, note: &str| text.replace(&row("d", "", ""), &row("d", "", note));
    repository.commit(&noted(&verified_at("a", "6.2e+25"), "theirs"), "noted");
    repository.git(&["checkout", "--quiet", "main"]);
    repository.commit(&noted(&verified_at("a", "6.1e+25"), "ours"), "noted");
    let merge = run(&mut repository.git_command(&["merge", "--no-edit", "theirs"])).expect_code(1);
    assert_eq!(
        merge.stderr.matches("in conflict: a (d)").count(),
        1,
        "{merge:?}"
    );
    assert!(!merge.stderr.contains("cannot be read"), "{merge:?}");
    let text = repository.world.text();
    assert_eq!(text.matches("<<<<<<<").count(), 1, "{text}");
    assert!(text.contains(",ours; theirs\n"), "{text}");
}

#[test]
fn a_correction_that_one_side_takes_back_counts_as_a_change_in_a_criss_cross_merge() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    let version = |flop: &str, notes: [&str; 2]| {
        rows(|name| match name {
            "a" => row("a", "y", "").replace("6e+25,", &format!("{flop},")),
            "b" => row("b", "", notes[0]),
            "c" => row("c", "", notes[1]),
            other => row(other, "", ""),
        })
    };
    repository.commit(&version("6e+25", ["", ""]), "verified");
    repository.branches(&version("6e+25", ["ours", ""]), &version("9e+25", ["", ""]));
    // Each side merges the other, and then main takes the correction back.
    for (branch, other) in [("main", "theirs"), ("theirs", "main~1")] {
        repository.git(&["checkout", "--quiet", branch]);
        repository.git(&["merge", "--quiet", "--no-edit", other]);
        assert_eq!(repository.world.text(), version("9e+25", ["ours", ""]));
    }
    repository.commit(&version("9e+25", ["ours", "theirs"]), "noted");
    repository.git(&["checkout", "--quiet", "main"]);
    repository.commit(&version("6e+25", ["ours", ""]), "taken back");
    repository.git(&["merge", "--quiet", "--no-edit", "theirs"]);
    assert_eq!(
        repository.world.text(),
        version("6e+25", ["ours", "theirs"])
    );
}

#[test]
fn a_refresh_finds_nothing_to_do_after_a_merge_of_two_sides_with_the_same_estimates() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    let newer = |name: &str, flop: &str| {
        model_with(
            name,
            json!({"training_flop": flop, "last_updated": "2025-08-15T00:00:00"}),
        )
    };
    repository.world.set_models(&[
        newer("a", "7e25"),
        newer("b", "1e24"),
        newer("c", "8e25"),
        newer("new", "9e25"),
    ]);
    repository.commit_all("estimates");
    for (branch, verified) in [("theirs", "a"), ("main", "c")] {
        repository.git(&["checkout", "--quiet", "-B", branch, "main"]);
        repository.ok(&["--commit"]);
        repository.ok(&["verify", verified, "--note", branch, "--commit"]);
    }
    repository.git(&["merge", "--quiet", "--no-edit", "theirs"]);
    assert_eq!(repository.world.row("a")["notes"], "theirs");
    assert_eq!(repository.world.row("c")["notes"], "main");
    let before = repository.world.tree();
    repository
        .ok(&["refresh"])
        .expect_stdout("Up to date: nothing written");
    assert_eq!(repository.world.tree(), before);
}

#[test]
fn a_conflict_stops_the_program_and_names_the_merge() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    repository.branches(&verified_at("a", "6.1e+25"), &verified_at("a", "6.2e+25"));
    let merge = run(&mut repository.git_command(&["merge", "theirs"])).expect_code(1);
    merge.expect_stderr(
        "run `core-dataset diff HEAD: MERGE_HEAD: --data-dir .` at the top of the work tree to see what differs; outside",
    );
    let text = repository.world.text();
    assert!(
        text.contains("\n<<<<<<< HEAD\na,") && text.contains("\n>>>>>>> theirs\n"),
        "{text}"
    );
    repository
        .run(&["verify", "b"])
        .expect_code(1)
        .expect_stderr("an unresolved merge");
}

#[test]
fn a_resolution_recorded_by_rerere_is_applied_without_a_warning() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    repository.git(&["config", "rerere.enabled", "true"]);
    let at = |flop| verified_at("b", flop);
    repository.branches(&at("6.1e+25"), &at("6.2e+25"));
    let merge = || run(&mut repository.git_command(&["merge", "theirs"])).expect_code(1);
    merge();
    repository.commit(&at("6.2e+25"), "settled");
    repository.git(&["reset", "--hard", "--quiet", "HEAD~1"]);
    let again = merge().expect_stderr("using previous resolution");
    assert!(!again.stderr.contains("cannot be read"), "{again:?}");
    assert_eq!(repository.world.text(), at("6.2e+25"));
}

/// Runs the driver on three files, with the arguments that git would pass.
fn driver(repository: &Repository, path: &str, files: [&[u8]; 3]) -> Run {
    for (name, bytes) in ["base", "ours", "theirs"].iter().zip(files) {
        fs::write(repository.world.dir.path().join(name), bytes).unwrap();
    }
    let args = [
        "git",
        "merge-driver",
        "base",
        "ours",
        "theirs",
        "--marker-size",
        "9",
        "--path",
        path,
    ];
    repository.run(&args)
}

#[test]
fn sides_that_git_does_not_name_are_called_ours_and_theirs() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    let key = "merge.core-dataset.driver";
    let driver = repository.git(&["config", key]);
    // Git passes `%%X` on as `%X`, which is what a git before 2.44 does with `%X` and `%Y`.
    let older = driver.trim_end().replace("%X", "%%X").replace("%Y", "%%Y");
    repository.git(&["config", key, &older]);
    repository.branches(&verified_at("a", "6.1e+25"), &verified_at("a", "6.2e+25"));
    run(&mut repository.git_command(&["merge", "theirs"])).expect_code(1);
    let text = repository.world.text();
    let has_markers = text.contains("\n<<<<<<< ours\na,") && text.contains("\n>>>>>>> theirs\n");
    assert!(has_markers, "{text}");
}

fn result(repository: &Repository) -> Vec<u8> {
    fs::read(repository.world.dir.path().join("ours")).unwrap()
}

#[test]
fn an_unreadable_dataset_is_merged_exactly_as_git_merge_file_does() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let (base, ours, theirs) = (base(), curated() + "broken,row\n", refreshed_all());
    let files = [base.as_bytes(), ours.as_bytes(), theirs.as_bytes()];
    let merged = driver(&repository, "clean/above_1e25_flop.csv", files);
    let by_driver = result(&repository);
    fs::write(repository.world.dir.path().join("ours"), &ours).unwrap();
    let git = [
        "merge-file",
        "--marker-size=9",
        "-L",
        "ours",
        "-L",
        "base",
        "-L",
        "theirs",
        "ours",
        "base",
        "theirs",
    ];
    let by_git = run(&mut repository.git_command(&git));
    assert_eq!(merged.code, by_git.code);
    assert!(by_driver == result(&repository));
    merged.expect_stderr("ours cannot be read: line 6");
}

#[test]
fn a_file_that_both_sides_added_is_merged_row_by_row() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let [refreshed, marked] = [refreshed("a", "", ""), row("a", "y", "")];
    let ours = dataset(&[refreshed, row("b", "", "")]);
    let theirs = dataset(&[marked.clone(), row("c", "", "")]);
    let both = dataset(&[marked, row("b", "", ""), row("c", "", "")]);
    for base in [&b""[..], b"\n"] {
        let files = [base, ours.as_bytes(), theirs.as_bytes()];
        driver(&repository, "clean/above_1e25_flop.csv", files).expect_code(0);
        assert!(result(&repository) == both.as_bytes());
    }
}

#[test]
fn another_csv_is_merged_as_text_and_a_binary_one_keeps_ours() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let merged = driver(
        &repository,
        "clean/other.csv",
        [b"a\n\nb\n\nc\n", b"A\n\nb\n\nc\n", b"a\n\nb\n\nC\n"],
    );
    merged.expect_code(0);
    assert_eq!(result(&repository), b"A\n\nb\n\nC\n");
    driver(&repository, "clean/other.csv", [b"\0a", b"\0b", b"\0c"]).expect_code(1);
    assert_eq!(result(&repository), b"\0b");
}

/// Merges with this script in place of the program.
fn merge_by(repository: &Repository, script: &str) -> Run {
    repository.script("bin/core-dataset", script);
    let programs = repository.world.dir.path().join("bin");
    let path = std::env::var("PATH").unwrap();
    run(repository
        .git_command(&["merge", "theirs"])
        .env("PATH", format!("{}:{path}", programs.display())))
}

#[test]
fn a_driver_that_is_killed_or_cannot_write_leaves_the_tree_as_it_was() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    repository.branches(&curated(), &refreshed_all());
    let head = repository.head();
    for trouble in ["kill -9 $$", "exit 129"] {
        let script = format!("case $* in *--help) exit 0;; *) {trouble};; esac");
        let merge = merge_by(&repository, &script);
        assert!(merge.code != Some(0), "{merge:?}");
        assert_eq!(repository.world.text(), curated());
        assert_eq!(repository.head(), head);
        assert!(!repository.world.dir.path().join(".git/MERGE_HEAD").exists());
    }
    let missing = [
        "git",
        "merge-driver",
        "none",
        "none",
        "none",
        "--path",
        "clean/above_1e25_flop.csv",
    ];
    repository
        .run(&missing)
        .expect_code(129)
        .expect_stderr("none: cannot be read");
}

#[test]
fn git_merges_as_text_if_the_program_is_too_old_to_know_the_driver() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    repository.branches(&refreshed_all(), &curated());
    merge_by(&repository, "echo unrecognized subcommand >&2; exit 2").expect_code(1);
    let text = repository.world.text();
    assert!(
        text.contains("<<<<<<<") && text.contains("system card"),
        "{text}"
    );
}

#[test]
fn without_the_program_git_merges_and_shows_the_files_as_text() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    repository.branches(&refreshed_all(), &curated());
    let without = |command: &mut Command| run(command.env("PATH", std::env::var("PATH").unwrap()));
    without(&mut repository.git_command(&["merge", "theirs"])).expect_code(1);
    let text = repository.world.text();
    assert!(
        text.contains("<<<<<<<") && text.contains("system card") && text.contains("7e+25"),
        "{text}"
    );
    let shown = without(&mut repository.git_command(&["diff", "main~1", "main"])).expect_code(0);
    shown.expect_stdout("+a,d,,,7e+25");
}

#[test]
fn git_shows_one_changed_number_as_one_changed_line() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    repository
        .world
        .set_dataset(base().replacen("6e+25,6.00e+25", "6.004e+25,6.00e+25", 1));
    let diff = repository.git(&["diff", "-U2"]);
    let changed = diff
        .lines()
        .filter(|line| line.starts_with(['+', '-']) && !line.contains("clean/"));
    assert_eq!(
        changed.collect::<Vec<_>>(),
        ["-  training_flop: 6e+25", "+  training_flop: 6.004e+25"]
    );
}

#[test]
fn in_a_conflict_git_diff_shows_only_the_disputed_cells() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    let at = |flop| verified_at("b", flop);
    repository.branches(&at("6.1e+25"), &at("6.2e+25"));
    run(&mut repository.git_command(&["merge", "theirs"])).expect_code(1);
    let diff = repository.git(&["diff", "-U0"]);
    let (_, hunk) = diff.split_once("\n+++ b/").unwrap();
    let hunks: Vec<_> = hunk
        .lines()
        .filter(|line| line.starts_with("@@@"))
        .collect();
    assert_eq!(hunks.len(), 1, "{diff}");
    for line in [
        "\n++<<<<<<< HEAD\n +[b | d]\n +  training_flop: 6.1e+25\n",
        "\n++=======\n+ [b | d]\n+   training_flop: 6.2e+25\n",
        "\n++>>>>>>> theirs\n",
    ] {
        assert!(hunk.contains(line), "{diff}");
    }
    for line in hunk.lines() {
        assert!(
            !line.starts_with(['-', '[']) && !line.starts_with(" -"),
            "{diff}"
        );
    }
}

#[test]
fn merged_decisions_of_two_branches_leave_a_refresh_nothing_to_do() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let models = ["a", "b", "c", "d"];
    repository.world.set_models(&models.map(model));
    repository.ok(&["refresh"]);
    repository.commit_all("base");
    repository.git(&["checkout", "--quiet", "-b", "theirs"]);
    repository.ok(&["dismiss", "a", "--note", "x", "--commit"]);
    repository.git(&["checkout", "--quiet", "main"]);
    repository.ok(&["dismiss", "c", "--note", "y", "--commit"]);
    repository.git(&["merge", "--quiet", "--no-edit", "theirs"]);
    assert_eq!(repository.world.column("name"), ["b", "d"]);
    let before = repository.world.tree();
    repository.ok(&["refresh"]);
    assert_eq!(repository.world.tree(), before);
}

#[test]
fn merged_journals_of_two_branches_are_read_in_order_of_time() {
    let Some(repository) = Repository::with(&base()) else {
        return;
    };
    let at = |seconds: &str, args: &[&str]| {
        run(repository.command(args).env("SOURCE_DATE_EPOCH", seconds)).expect_code(0);
    };
    at("1000", &["verify", "a", "--as-it-stands", "--commit"]);
    repository.git(&["checkout", "--quiet", "-b", "theirs"]);
    at("3000", &["verify", "b", "--as-it-stands", "--commit"]);
    repository.git(&["checkout", "--quiet", "main"]);
    at("2000", &["verify", "c", "--as-it-stands", "--commit"]);
    repository.git(&["merge", "--quiet", "--no-edit", "theirs"]);
    let history = repository.ok(&["history", "--format", "json"]).json();
    let entries = history.as_array().unwrap().iter();
    let moments: Vec<_> = entries
        .map(|entry| entry["at"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(moments.len(), 3);
    assert!(moments.is_sorted_by(|a, b| a >= b), "{moments:?}");
    assert_eq!(repository.world.column("verified"), ["y", "y", "y", ""]);
}

#[test]
fn the_message_about_a_conflict_in_decisions_recommends_no_comparison_of_datasets() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let line = |word: &str| format!("{DECISIONS_HEADER}\na,d,{word},,,,\n");
    let [ours, theirs] = ["below", "ignore"].map(line);
    let files = [b"", ours.as_bytes(), theirs.as_bytes()];
    let run = driver(&repository, "clean/decisions.csv", files).expect_code(1);
    assert_eq!(
        run.stderr,
        "core-dataset: clean/decisions.csv: in conflict: a (d)\n"
    );
}
