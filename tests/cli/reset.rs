//! `--reset`: all candidates afresh, and a backup that holds what was given up (behaviour §5).

use std::fs;
use std::path::PathBuf;

use crate::support::{World, dataset, model, row};

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
