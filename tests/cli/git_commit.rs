//! `--commit`: the files that a run wrote, and only those, become a commit.

use std::fs;

use crate::repository::Repository;
use crate::support::{alias, dataset, model, model_at, row, run};

const FILES: [&str; 2] = [
    "clean/above_1e25_flop.csv",
    "clean/above_1e25_flop.history.jsonl",
];

/// A repository in which a refresh adds, updates and removes one row each.
fn repository() -> Option<Repository> {
    let repository = Repository::new()?;
    repository
        .world
        .set_models(&[model("a"), model_at("b", "7e25"), model_at("gone", "1e24")]);
    repository.commit(&dataset(&[row("b", "", ""), row("gone", "", "")]), "base");
    Some(repository)
}

#[test]
fn a_refresh_commits_the_files_it_wrote_with_a_message_that_says_what_it_did() {
    let Some(repository) = repository() else {
        return;
    };
    fs::write(repository.world.dir.path().join("other.txt"), "staged").unwrap();
    repository.git(&["add", "other.txt"]);
    let run = repository.ok(&["--commit"]);
    assert!(
        run.stdout.lines().last().unwrap().starts_with("Committed "),
        "{}",
        run.stdout
    );
    assert_eq!(repository.committed(), FILES);
    let first = "Refresh: 1 added, 1 updated, 1 removed (estimates of 2025-08-15)\n\nCrossed 1: ";
    let message = repository.message();
    assert!(message.starts_with(first), "{message}");
    for group in [
        "\nAdded 1\n  + a  d  6.00e+25  ",
        "\nUpdated 1\n  ~ b  d  6.00e+25 → 7.00e+25  ",
    ] {
        assert!(message.contains(group), "{message}");
    }
    assert_eq!(
        repository.git(&["diff", "--cached", "--name-only"]),
        "other.txt\n"
    );
    assert_eq!(repository.git(&["status", "--short", "--", "clean"]), "");
}

#[test]
fn git_can_run_the_program_in_a_linked_work_tree() {
    let Some(repository) = repository() else {
        return;
    };
    repository.git(&["config", "alias.curate", "!core-dataset --data-dir ."]);
    let linked = repository.world.dir.path().join("linked");
    repository.git(&["worktree", "add", "--quiet", "-b", "linked", "linked"]);
    let curate = |args: &[&str]| {
        let args = [&["curate"], args].concat();
        run(repository.git_command(&args).current_dir(&linked)).expect_code(0)
    };
    curate(&["refresh", "--commit"]);
    let committed = ["show", "--format=", "--name-only", "refs/heads/linked"];
    assert_eq!(repository.git(&committed), FILES.join("\n") + "\n");
    curate(&["diff", "HEAD:"]).expect_stdout("No row differs");
}

#[test]
fn a_commit_from_a_hook_of_another_work_tree_leaves_both_indexes_as_they_are() {
    let Some(repository) = repository() else {
        return;
    };
    repository.ok(&["--commit"]);
    let top = repository.world.dir.path();
    repository.git(&["worktree", "add", "--quiet", "-b", "linked", "linked"]);
    let hook =
        "case $PWD in */linked) core-dataset --data-dir .. verify a --note hook --commit;; esac";
    repository.script(".git/hooks/pre-commit", hook);
    let linked = top.join("linked");
    fs::write(linked.join("other.txt"), "x").unwrap();
    for args in [&["add", "other.txt"][..], &["commit", "-qm", "other"]] {
        let mut git = repository.git_command(args);
        run(git.current_dir(&linked)).expect_code(0);
    }
    assert_eq!(repository.subject(), "Verify a: hook\n");
    assert_eq!(repository.git(&["status", "--short", "--", "clean"]), "");
    let of_linked = ["show", "--format=", "--name-only", "refs/heads/linked"];
    assert_eq!(repository.git(&of_linked), "other.txt\n");
}

#[test]
fn a_hook_sees_the_index_that_is_about_to_be_committed() {
    let Some(repository) = Repository::with(&dataset(&[row("a", "y", "seen")])) else {
        return;
    };
    repository.world.set_dataset(dataset(&[row("a", "", "")]));
    for (from, data) in [(".", "."), ("clean", "..")] {
        let guard = format!("core-dataset diff HEAD: : --data-dir {data} --check-verified");
        repository.script(".git/hooks/pre-commit", &format!("cd {from}; {guard}"));
        for files in ["-a", FILES[0]] {
            let mut commit = repository.git_command(&["commit", "-qm", "x", files]);
            run(&mut commit)
                .expect_code(1)
                .expect_stderr("a (d): lost its mark");
        }
    }
}

#[test]
fn a_hook_of_another_work_tree_sees_the_index_of_the_datasets_work_tree() {
    let Some(repository) = Repository::with(&dataset(&[row("a", "y", "seen")])) else {
        return;
    };
    repository.git(&["worktree", "add", "--quiet", "-b", "linked", "linked"]);
    let guard = "core-dataset --data-dir .. diff HEAD: : --check-verified";
    let hook = format!("case $PWD in */linked) {guard};; esac");
    repository.script(".git/hooks/pre-commit", &hook);
    repository.world.set_dataset(dataset(&[row("a", "", "")]));
    repository.git(&["add", FILES[0]]);
    let mut commit = repository.git_command(&["commit", "--allow-empty", "-qm", "x"]);
    run(commit.current_dir(repository.world.dir.path().join("linked")))
        .expect_code(1)
        .expect_stderr("a (d): lost its mark");
}

#[test]
fn setting_only_git_dir_does_not_change_the_paths_that_are_committed() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let top = repository.world.dir.path();
    let data = top.join("nested");
    for directory in ["estimated", "clean"] {
        fs::create_dir_all(data.join(directory)).unwrap();
    }
    repository.world.set_models(&[model("a")]);
    let estimates = "estimated/estimated_models.json";
    fs::copy(top.join(estimates), data.join(estimates)).unwrap();
    let mut command = repository.command(&["refresh", "--commit", "--data-dir", "nested"]);
    run(command.env("GIT_DIR", top.join(".git"))).expect_code(0);
    assert_eq!(
        repository.committed(),
        FILES.map(|file| format!("nested/{file}"))
    );
}

#[test]
fn a_report_that_cannot_be_printed_is_an_error_that_says_what_is_committed() {
    let Some(repository) = repository() else {
        return;
    };
    let full = fs::File::create("/dev/full").unwrap();
    run(repository.command(&["--commit"]).stdout(full))
        .expect_code(1)
        .expect_stderr("above_1e25_flop.csv is written and committed, but");
    assert_eq!(repository.committed(), FILES);
}

#[test]
fn nothing_is_committed_if_nothing_is_written() {
    let Some(repository) = repository() else {
        return;
    };
    let before = repository.head();
    repository.ok(&["--dry-run", "--commit"]);
    repository
        .run(&["refresh", "--check", "--commit"])
        .expect_code(3);
    assert_eq!(repository.head(), before);
    repository.ok(&["refresh", "--commit"]);
    let head = repository.head();
    repository.ok(&["--commit"]);
    assert_eq!(repository.head(), head);
}

#[test]
fn a_verification_is_committed_with_its_note_which_no_shell_interprets() {
    let Some(repository) = repository() else {
        return;
    };
    let note = "quote \" $(touch x) `y` %s";
    repository.ok(&[
        "verify",
        "gone",
        "--as-it-stands",
        "--note",
        note,
        "--commit",
    ]);
    assert_eq!(repository.subject(), format!("Verify gone: {note}\n"));
    let quiet = repository.ok(&["verify", "gone", "--undo", "--commit", "--quiet"]);
    assert_eq!(quiet.stdout, "");
    assert_eq!(repository.subject(), "Undo: verify gone\n");
    let json = repository
        .ok(&[
            "verify",
            "gone",
            "--as-it-stands",
            "--commit",
            "--format",
            "json",
        ])
        .json();
    assert_eq!(json["written"], true);
}

#[test]
fn the_commit_message_of_verify_and_accept_has_the_new_number() {
    let Some(repository) = repository() else {
        return;
    };
    repository.ok(&["verify", "b", "--flop", "2e25", "--commit"]);
    let corrected = "Verify b: FLOP 6.00e+25 → 2.00e+25\n";
    assert_eq!(repository.subject(), corrected);
    repository.ok(&["accept", "b", "--latest", "--note", "paper", "--commit"]);
    let taken = "Accept b: paper\n\nb (d), 7.00e+25\n  training_flop: \"2e+25\" → \"7e+25\"\n";
    let message = repository.message();
    assert!(message.starts_with(taken), "{message}");
    // A row that is added has no earlier number.
    let add = ["add", "own", "--developer=d", "--flop=3e25", "--commit"];
    repository.ok(&add);
    assert_eq!(repository.subject(), "Add own\n");
}

#[test]
fn a_save_into_the_old_file_while_a_hook_runs_is_kept_and_named() {
    let Some(repository) = repository() else {
        return;
    };
    repository.ok(&["--commit"]);
    repository.world.set_models(&[model_at("a", "7e25")]);
    // The hook saves through a file that was opened before the run.
    repository.script(".git/hooks/pre-commit", "echo 'a late line' >&7");
    let mut shell = repository.isolated("sh");
    shell.args([
        "-c",
        "exec 7>>clean/above_1e25_flop.csv; exec \"$0\" \"$@\"",
    ]);
    let command = repository.command(&["--commit", "--format=json", "--force"]);
    shell.arg(command.get_program()).args(command.get_args());
    let run = run(&mut shell).expect_code(1);
    let error = run.json()["error"].as_str().unwrap().to_owned();
    let written = "above_1e25_flop.csv is written, but: somebody saved";
    assert!(error.starts_with("the commit is made: "), "{error}");
    assert!(error.contains(written), "{error}");
    let kept = repository
        .world
        .clean()
        .join("above_1e25_flop.csv.edit.bak");
    let kept = std::fs::read_to_string(kept).unwrap();
    assert!(kept.ends_with("a late line\n"), "{kept}");
}

#[test]
fn a_decision_is_committed_together_with_its_file() {
    let Some(repository) = repository() else {
        return;
    };
    repository.ok(&["--commit"]);
    repository.ok(&["dismiss", "a", "--note", "the card says 4e24", "--commit"]);
    assert_eq!(repository.subject(), "Dismiss a: the card says 4e24\n");
    let decisions = "clean/decisions.csv";
    assert_eq!(repository.committed(), [FILES[0], FILES[1], decisions]);
    repository.ok(&["dismiss", "a", "--undo", "--commit"]);
    assert_eq!(repository.subject(), "Undo: dismiss a\n");
    let add = ["add", "own", "--developer=d", "--flop=3e25", "--note=n"];
    repository.ok(&[&add[..], &["--commit"]].concat());
    assert_eq!(repository.subject(), "Add own: n\n");
    let alias = alias("Own", "D2", "own", "d");
    repository.ok(&[&alias[..], &["--note", "card", "--commit"]].concat());
    let joined = "Alias Own: card\n\nOwn (D2), alias\n  is_name: \"\" → \"own\"\n  is_developer: \"\" → \"d\"\n";
    assert!(repository.message().starts_with(joined));
    assert_eq!(repository.committed(), [FILES[1], "clean/aliases.csv"]);
    assert_eq!(repository.git(&["status", "--short"]), "");
}

/// Asserts that the run and its preview are refused with the same words and leave every file as it was.
#[track_caller]
fn refused(repository: &Repository, args: &[&str], why: &str) {
    let files = || {
        let mut tree = repository.world.tree();
        tree.retain(|path, _| !path.components().any(|part| part.as_os_str() == ".git"));
        tree
    };
    let (before, head) = (files(), repository.git(&["rev-parse", "--verify", "HEAD"]));
    let run = |args: &[&str]| {
        let run = repository.run(args).expect_code(1);
        let run = run.expect_stderr("nothing was written").expect_stderr(why);
        (run.stdout, run.stderr)
    };
    assert_eq!(run(args), run(&[args, &["--dry-run"]].concat()));
    assert_eq!(files(), before);
    assert_eq!(repository.git(&["rev-parse", "--verify", "HEAD"]), head);
}

#[test]
fn files_that_differ_from_head_are_not_overwritten() {
    let Some(repository) = repository() else {
        return;
    };
    repository
        .world
        .set_dataset(dataset(&[row("b", "", "mine"), row("gone", "", "")]));
    refused(&repository, &["--commit"], "already differ from HEAD");
    repository.git(&["add", "--all"]);
    refused(
        &repository,
        &["verify", "b", "--as-it-stands", "--note", "n", "--commit"],
        "clean/above_1e25_flop.csv",
    );
    repository.git(&["reset", "--hard", "--quiet"]);
    repository.ok(&["verify", "b", "--as-it-stands", "--note", "n"]);
    repository.git(&["checkout", "--quiet", "--", FILES[0]]);
    refused(
        &repository,
        &["verify", "b", "--as-it-stands", "--note", "n", "--commit"],
        FILES[1],
    );
}

/// Commits these texts, one after the other, in a file that is not the program's.
fn commit_others(repository: &Repository, texts: &[&str]) {
    for text in texts {
        fs::write(repository.world.dir.path().join("other.txt"), text).unwrap();
        repository.commit_all(text);
    }
}

const UNDER_WAY: &str = "a merge, rebase, cherry-pick or revert is under way";

#[test]
fn nothing_is_written_in_the_middle_of_a_merge_cherry_pick_revert_or_rebase() {
    let Some(repository) = repository() else {
        return;
    };
    commit_others(&repository, &["one", "two", "three"]);
    repository.git(&["checkout", "--quiet", "-b", "theirs", "HEAD~1"]);
    commit_others(&repository, &["four"]);
    for operation in [
        &["merge", "main"][..],
        &["cherry-pick", "main"],
        &["revert", "--no-edit", "HEAD~1"],
        &["rebase", "main"],
    ] {
        assert_ne!(
            crate::support::run(&mut repository.git_command(operation)).code,
            Some(0)
        );
        refused(&repository, &["--commit"], UNDER_WAY);
        repository.git(&[operation[0], "--abort"]);
    }
}

#[test]
fn nothing_is_written_between_two_commits_of_a_cherry_pick() {
    let Some(repository) = repository() else {
        return;
    };
    commit_others(&repository, &["one", "two", "three"]);
    repository.git(&["checkout", "--quiet", "-b", "theirs", "HEAD~2"]);
    commit_others(&repository, &["four"]);
    let pick = &["cherry-pick", "main~1", "main"];
    crate::support::run(&mut repository.git_command(pick)).expect_code(1);
    commit_others(&repository, &["settled"]);
    refused(&repository, &["--commit"], UNDER_WAY);
}

#[test]
fn nothing_is_written_outside_a_work_tree() {
    let Some(repository) = repository() else {
        return;
    };
    fs::remove_dir_all(repository.world.dir.path().join(".git")).unwrap();
    let before = repository.world.tree();
    for args in [
        &["--commit"][..],
        &["--commit", "--dry-run"],
        &["refresh", "--check", "--commit"],
        &["verify", "gone", "--flop=2e25", "--commit", "--dry-run"],
    ] {
        repository
            .run(args)
            .expect_code(1)
            .expect_stderr("nothing was written, because it could not be committed")
            .expect_stderr("git finds no work tree for this file");
    }
    assert_eq!(repository.world.tree(), before);
}

#[test]
fn a_run_or_preview_with_nothing_to_write_is_not_refused() {
    let Some(repository) = repository() else {
        return;
    };
    repository.ok(&[]);
    repository.ok(&["--commit"]);
    repository.ok(&["--dry-run", "--commit"]);
}

#[test]
fn neither_a_backup_nor_an_ignored_file_is_committed() {
    let Some(repository) = repository() else {
        return;
    };
    fs::write(repository.world.dir.path().join(".gitignore"), "*.jsonl\n").unwrap();
    repository.commit_all("ignore");
    repository.ok(&["verify", "b", "--as-it-stands", "--commit"]);
    repository.ok(&["--reset", "--commit"]);
    assert_eq!(repository.committed(), FILES[..1]);
    let message = repository.message();
    let given_up =
        "\nReset: 1 added, 1 updated, 1 removed, 1 row with human work given up (estimates";
    assert!(format!("\n{message}").contains(given_up), "{message}");
    let status = repository.git(&["status", "--short"]);
    assert!(
        status.starts_with("?? clean/above_1e25_flop.csv.") && status.ends_with(".bak\n"),
        "{status}"
    );
}

#[test]
fn a_tracked_dataset_in_an_ignored_directory_is_committed() {
    let Some(repository) = repository() else {
        return;
    };
    fs::write(repository.world.dir.path().join(".gitignore"), "clean/\n").unwrap();
    repository.commit_all("ignore");
    repository.ok(&["--commit"]);
    assert_eq!(repository.committed(), FILES[..1]);
}

#[test]
fn a_file_that_the_index_lacks_is_not_overwritten() {
    let Some(repository) = repository() else {
        return;
    };
    repository.git(&["rm", "--quiet", "--cached", FILES[0]]);
    let once = format!("restore them first: {}\n", FILES[0]);
    refused(&repository, &["--commit"], &once);
}

#[test]
fn nothing_is_written_if_git_has_no_name_for_the_author() {
    let Some(repository) = repository() else {
        return;
    };
    repository.ok(&["--commit"]);
    let text = repository.world.text();
    let mut command = repository.command(&["verify", "b", "--as-it-stands", "--commit"]);
    let refused = run(command.env("GIT_AUTHOR_NAME", "")).expect_code(1);
    refused
        .expect_stderr("nothing was written")
        .expect_stderr("empty ident name");
    assert_eq!(repository.world.text(), text);
}

#[test]
fn an_edit_hidden_by_assume_unchanged_is_not_committed_with_the_decision() {
    let Some(repository) = repository() else {
        return;
    };
    repository.ok(&["--commit"]);
    repository.git(&["update-index", "--assume-unchanged", FILES[0]]);
    let edited = repository.world.text().replace("scaling_laws", "mine");
    repository.world.set_dataset(edited);
    let verify = ["verify", "b", "--as-it-stands", "--commit"];
    let why = format!("`git update-index --no-assume-unchanged`: {}\n", FILES[0]);
    refused(&repository, &verify, &why);
    // The flag does not matter on a table that the run only reads.
    repository.git(&["update-index", "--no-assume-unchanged", FILES[0]]);
    repository.ok(&["dismiss", "b", "--note", "n"]);
    repository.commit_all("dismissed");
    repository.git(&["update-index", "--assume-unchanged", "clean/decisions.csv"]);
    repository.ok(&[&alias("x", "d", "y", "d")[..], &["--commit"]].concat());
}

#[test]
fn a_file_left_out_by_sparse_checkout_is_not_taken_for_a_missing_one() {
    let Some(repository) = repository() else {
        return;
    };
    repository.ok(&["--commit"]);
    repository.ok(&["dismiss", "a", "--note", "n", "--commit"]);
    // The journal is written, and the decisions are only read.
    for file in [FILES[1], "clean/decisions.csv"] {
        let but = format!("!/{file}");
        repository.git(&["sparse-checkout", "set", "--no-cone", "/*", &but]);
        let why = format!(
            "(skip-worktree or assume-unchanged); undo that first, with `git sparse-checkout add`, `git update-index --no-skip-worktree` or `git update-index --no-assume-unchanged`: {file}\n"
        );
        refused(&repository, &["verify", "b", "--commit"], &why);
        repository.git(&["sparse-checkout", "add", &format!("/{file}")]);
    }
    repository.ok(&["verify", "b", "--commit"]);
    assert_eq!(repository.committed(), FILES);
}

#[test]
fn if_a_hook_refuses_the_commit_the_files_are_written_and_the_run_says_so() {
    let Some(repository) = repository() else {
        return;
    };
    repository.script(".git/hooks/pre-commit", "echo not on a Friday; exit 1");
    let head = repository.head();
    fs::write(repository.world.dir.path().join("other.txt"), "staged").unwrap();
    repository.git(&["add", "other.txt"]);
    let run = repository.run(&["--commit"]).expect_code(1);
    run.expect_stderr("written, but not committed")
        .expect_stderr("not on a Friday");
    assert_eq!(repository.head(), head);
    assert_eq!(repository.world.column("name"), ["b", "a"]);
    // The index holds what was staged before, and nothing else.
    assert_eq!(
        repository.git(&["diff", "--cached", "--name-only"]),
        "other.txt\n"
    );
}

#[test]
fn if_a_hook_refuses_the_commit_the_json_output_is_only_the_error() {
    let Some(repository) = repository() else {
        return;
    };
    repository.script(".git/hooks/pre-commit", "exit 1");
    let run = repository.run(&["--commit", "--format", "json"]);
    let error = run.expect_code(1).json();
    let error = error["error"].as_str().unwrap();
    assert!(error.contains("written, but not committed"), "{error}");
}

#[test]
fn if_a_hook_refuses_silently_the_error_names_the_files_and_the_next_step() {
    let Some(repository) = repository() else {
        return;
    };
    repository.script(".git/hooks/pre-commit", "exit 1");
    let run = repository.run(&["--commit"]).expect_code(1);
    let written = FILES.map(|file| {
        repository
            .world
            .dir
            .path()
            .canonicalize()
            .unwrap()
            .join(file)
    });
    let written = written.map(|file| file.display().to_string()).join(" and ");
    run.expect_stderr(&format!("error: {written}: written, but not committed"))
        .expect_stderr(
            "then `git add` and `git commit` these files. The error: git printed no message",
        );
}

#[test]
fn a_symlinked_dataset_is_committed_at_its_real_path() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.world.set_models(&[model("a")]);
    fs::create_dir(repository.world.dir.path().join("shared")).unwrap();
    let real = repository.world.dir.path().join("shared/models [1].csv");
    fs::write(&real, dataset(&[row("b", "", "")])).unwrap();
    std::os::unix::fs::symlink("../shared/models [1].csv", repository.world.dataset_path())
        .unwrap();
    repository.commit_all("base");
    repository.ok(&["verify", "b", "--as-it-stands", "--note", "n", "--commit"]);
    assert_eq!(repository.committed(), [FILES[1], "shared/models [1].csv"]);
}

#[test]
fn the_first_refresh_of_a_new_repository_is_its_first_commit() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.world.set_models(&[model("a")]);
    repository.ok(&["--commit"]);
    assert_eq!(repository.committed(), FILES);
}

#[test]
fn paths_that_look_like_patterns_and_messages_that_look_like_comments_are_taken_literally() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.git(&["config", "commit.cleanup", "strip"]);
    let top = repository.world.dir.path();
    let data = top.join(":n*");
    for directory in [&*data, &top.join(":nm")] {
        fs::create_dir_all(directory.join("clean")).unwrap();
    }
    fs::write(top.join(".gitignore"), "/:n*/clean/*.jsonl\n").unwrap();
    let others = top.join(":nm").join(FILES[0]);
    fs::write(&others, "somebody's").unwrap();
    repository.commit_all("others");
    fs::write(&others, "not yet committed").unwrap();
    repository.world.set_models(&[model("#1"), model("#2")]);
    fs::rename(top.join("estimated"), data.join("estimated")).unwrap();
    let ok = |args: &[&str]| {
        let options = ["--data-dir", ":n*", "--commit"];
        run(repository.command(&[]).args(args).args(options)).expect_code(0)
    };
    ok(&["refresh"]);
    assert_eq!(repository.committed(), [format!(":n*/{}", FILES[0])]);
    ok(&["verify", "#1", "#2", "--note", "seen"]);
    let message = repository.message();
    assert!(
        message.starts_with("Verify 2 models\n\n#1 (d), "),
        "{message}"
    );
}

#[test]
fn ignored_files_are_not_committed_and_untracked_ones_stop_the_run() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.world.set_models(&[model("a")]);
    let ignored = repository.world.dir.path().join(".gitignore");
    fs::write(&ignored, "clean/\n").unwrap();
    repository.commit_all("ignore");
    let why = "git ignores the files that would be committed";
    refused(&repository, &["--commit"], why);
    fs::write(&ignored, "clean/*.csv\n").unwrap();
    repository.commit_all("ignore the dataset");
    run(&mut repository.command(&["--commit"]))
        .expect_stdout(&format!(" (without {}, which git ignores)\n", FILES[0]));
    fs::write(&ignored, "").unwrap();
    repository.commit_all("ignore nothing");
    repository.world.set_dataset(dataset(&[row("b", "", "")]));
    let unknown = format!("restore them first: {}\n", FILES[0]);
    refused(&repository, &["--commit"], &unknown);
}
