//! `git setup`: the configuration that every clone needs once.

use std::fs;

use crate::repository::Repository;
use crate::support::{dataset, row, run};

#[test]
fn setup_writes_the_configuration_and_the_attributes_once() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let attributes = repository.world.dir.path().join(".gitattributes");
    let expected = "clean/*.csv merge=core-dataset diff=core-dataset -text\n\
                    clean/above_1e25_flop.history.jsonl merge=union\n";
    assert_eq!(fs::read_to_string(&attributes).unwrap(), expected);
    let config = |key: &str| repository.git(&["config", "--local", "--get-all", key]);
    assert_eq!(config("merge.core-dataset.recursive"), "core-dataset\n");
    repository.git(&["config", "--unset", "merge.core-dataset.recursive"]);
    let again = repository.ok(&["git", "setup"]);
    assert!(again.stdout.ends_with("\nWritten\n"), "{}", again.stdout);
    assert_eq!(config("merge.core-dataset.recursive"), "core-dataset\n");
    let before = repository.world.tree();
    repository
        .ok(&["git", "setup"])
        .expect_stdout("Already set up: nothing written");
    assert_eq!(repository.world.tree(), before);
}

#[test]
fn setup_is_refused_if_there_is_no_data_directory() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let before = repository.world.tree();
    let refused = repository.run(&["git", "setup", "--data-dir", "data"]);
    refused
        .expect_code(1)
        .expect_stderr("this directory does not exist");
    assert_eq!(repository.world.tree(), before);
}

#[test]
fn the_heading_of_a_hunk_names_its_model() {
    let Some(repository) = Repository::with(&dataset(&[row("a", "", "")])) else {
        return;
    };
    repository.ok(&["verify", "a", "--as-it-stands", "--note", "seen"]);
    let diff = repository.git(&["diff"]);
    assert!(diff.contains(" @@ [a | d]\n"), "{diff}");
}

#[test]
fn setup_appends_the_missing_attributes_to_the_existing_ones() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let attributes = repository.world.dir.path().join(".gitattributes");
    fs::write(
        &attributes,
        "*.png binary\nclean/above_1e25_flop.history.jsonl merge=union",
    )
    .unwrap();
    repository.git(&["config", "merge.core-dataset.driver", "false"]);
    let before = repository.world.tree();
    let printed = repository.ok(&["git", "setup", "--print"]);
    assert_eq!(repository.world.tree(), before, "--print changed something");
    printed
        .expect_stdout("merge.core-dataset.driver = ")
        .expect_stdout("clean/*.csv merge=core-dataset")
        .expect_stdout("\nNothing written; `core-dataset git setup` writes this\n");
    repository
        .ok(&["git", "setup"])
        .expect_stdout("\nWritten; commit .gitattributes, so that every clone has it\n");
    let expected = "*.png binary\nclean/above_1e25_flop.history.jsonl merge=union\n\
                    clean/*.csv merge=core-dataset diff=core-dataset -text\n";
    assert_eq!(fs::read_to_string(&attributes).unwrap(), expected);
}

#[test]
fn setup_warns_of_an_attribute_line_that_overrides_its_own() {
    let Some(repository) = Repository::new() else {
        return;
    };
    assert_eq!(repository.ok(&["git", "setup"]).stderr, "");
    let nearer = repository.world.dir.path().join("clean/.gitattributes");
    fs::write(&nearer, "*.csv merge=union\n").unwrap();
    let overridden = |file: &str| {
        let said = format!("clean/{file}: git still merges it in another way");
        let setup = repository.ok(&["git", "setup"]);
        let setup = setup.expect_stdout("Already set up: nothing written");
        setup.expect_stderr(&said);
    };
    overridden("above_1e25_flop.csv");
    fs::write(&nearer, "decisions.csv -merge\n").unwrap();
    overridden("decisions.csv");
}

#[test]
fn the_attributes_have_the_path_of_the_data_directory_in_its_repository() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let top = repository.world.dir.path();
    fs::create_dir_all(top.join("my models/data")).unwrap();
    run(repository
        .command(&["git", "setup", "--data-dir", "data"])
        .current_dir(top.join("my models")))
    .expect_code(0);
    let attr = [
        "check-attr",
        "merge",
        "--",
        "my models/data/clean/above_1e25_flop.csv",
    ];
    assert!(
        repository.git(&attr).ends_with("merge: core-dataset\n"),
        "{}",
        repository.git(&attr)
    );
}

#[test]
fn setup_warns_when_git_would_not_find_the_program() {
    let Some(repository) = Repository::new() else {
        return;
    };
    assert_eq!(repository.ok(&["git", "setup", "--print"]).stderr, "");
    let json = repository.ok(&["git", "setup", "--format", "json"]).json();
    assert_eq!(json["on_path"], true);
    assert_eq!(json["written"], false);
    let mut command = repository.command(&["git", "setup", "--print"]);
    let without = run(command.env("PATH", std::env::var("PATH").unwrap())).expect_code(0);
    without.expect_stderr("core-dataset is not on the PATH");
}

#[test]
fn setup_is_refused_outside_a_work_tree() {
    let Some(repository) = Repository::new() else {
        return;
    };
    fs::remove_dir_all(repository.world.dir.path().join(".git")).unwrap();
    repository
        .run(&["git", "setup"])
        .expect_code(1)
        .expect_stderr("git finds no work tree for this file");
}

#[test]
fn a_dataset_and_a_journal_in_two_work_trees_are_refused() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let top = repository.world.dir.path();
    let other = top.join("other");
    repository.git(&["init", "--quiet", "other"]);
    fs::write(other.join("dataset.csv"), dataset(&[row("a", "", "")])).unwrap();
    let link = repository.world.dataset_path();
    std::os::unix::fs::symlink(other.join("dataset.csv"), link).unwrap();
    let refused = repository.run(&["git", "setup"]).expect_code(1);
    refused.expect_stderr("two git work trees");
}
