//! `--reset`: all candidates afresh, and a backup that holds what was given up (behaviour §5).

use std::fs;
use std::path::PathBuf;

use crate::support::{HEADER, World, dataset, model, row};

fn backups(world: &World) -> Vec<PathBuf> {
    let entries = fs::read_dir(world.dir.path().join("clean")).unwrap();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "bak"))
        .collect();
    found.sort();
    found
}

#[test]
fn a_reset_gives_up_marks_and_notes_and_keeps_them_in_the_backup() {
    let before = dataset(&[row("a", "y", "mine"), row("z", "y", "")]);
    let world = World::with(&[model("a"), model("b")]).dataset(&before);
    let report = world.report(&["--reset"]);
    assert_eq!(world.text(), dataset(&[row("a", "", ""), row("b", "", "")]));
    let backups = backups(&world);
    assert_eq!(backups.len(), 1);
    assert_eq!(fs::read_to_string(&backups[0]).unwrap(), before);
    assert_eq!(
        report["backup"].as_str().unwrap(),
        backups[0].to_str().unwrap()
    );
    assert_eq!(
        report["changes"]["updated"][0]["fields"]["notes"]["from"],
        "mine"
    );
    assert_eq!(report["changes"]["removed"][0]["name"], "z");
}

#[test]
fn a_backup_never_overwrites_another() {
    let world = World::with(&[model("a")]);
    let versions = ["1", "2", "3"].map(|note| dataset(&[row("a", "y", note)]));
    for version in &versions {
        fs::write(world.csv(), version).unwrap();
        world.ok(&["--reset"]);
    }
    let mut kept: Vec<String> = backups(&world)
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    kept.sort();
    assert_eq!(kept, versions);
}

#[test]
fn a_reset_of_an_unreadable_dataset_keeps_it_in_the_backup() {
    let world = World::with(&[model("a")]).dataset(b"name;\xff");
    world.ok(&["--reset"]);
    assert_eq!(world.text(), dataset(&[row("a", "", "")]));
    assert_eq!(fs::read(&backups(&world)[0]).unwrap(), b"name;\xff");
}

#[test]
fn a_reset_that_changes_nothing_writes_nothing() {
    let world = World::with(&[model("a")]);
    world.ok(&["--reset"]);
    let before = world.tree();
    world.ok(&["--reset"]);
    assert_eq!(world.tree(), before);
}

#[test]
fn a_dry_reset_writes_nothing_and_says_what_would_be_given_up() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "y", "mine")]));
    let before = world.tree();
    let run = world.ok(&["--reset", "--dry-run"]);
    assert!(
        run.stdout.contains("verified and notes given up"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("1 row with human work given up"),
        "{}",
        run.stdout
    );
    assert_eq!(world.tree(), before);
}

#[test]
fn a_reset_that_gives_up_most_lines_of_an_unreadable_dataset_wants_force() {
    let rows: Vec<String> = (0..10).map(|n| row(&format!("m{n}"), "y", "")).collect();
    let broken = dataset(&rows) + "one comma,too many\n";
    let world = World::with(&[model("a")]).dataset(&broken);
    let run = world.run(&["--reset"]).expect_code(1);
    assert!(run.stderr.contains("--force"), "{}", run.stderr);
    assert_eq!(world.text(), broken);
}

#[test]
fn what_stands_in_the_owner_s_columns_counts_as_given_up() {
    let before = format!("{HEADER},reviewer\n{},ana\n", row("a", "", "").trim_end());
    let world = World::with(&[model("a")]).dataset(before);
    let run = world.ok(&["--reset", "--dry-run"]);
    assert!(
        run.stdout
            .contains("1 row with text outside the schema given up"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_directory_may_be_called_by_any_bytes() {
    use std::os::unix::ffi::OsStrExt;
    let world = World::with(&[model("a")]).dataset(dataset(&[row("b", "y", "")]));
    let odd = world.dir.path().join(std::ffi::OsStr::from_bytes(b"d\xff"));
    std::fs::create_dir(&odd).unwrap();
    for folder in ["estimated", "clean"] {
        std::fs::rename(world.dir.path().join(folder), odd.join(folder)).unwrap();
    }
    let mut reset = std::process::Command::new(env!("CARGO_BIN_EXE_core-dataset"));
    let run = reset.arg("--data-dir").arg(&odd).arg("--reset").output();
    assert_eq!(run.unwrap().status.code(), Some(0));
    let files = std::fs::read_dir(odd.join("clean")).unwrap().flatten();
    let is_backup = |file: &std::fs::DirEntry| file.path().extension() == Some("bak".as_ref());
    assert_eq!(files.filter(is_backup).count(), 1);
}
