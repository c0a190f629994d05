//! How the dataset is replaced (behaviour §7).

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::support::{World, dataset, model, row};

/// The names in `clean/`, the dataset's and the journal's aside.
fn left_behind(world: &World) -> Vec<String> {
    let entries = fs::read_dir(world.dir.path().join("clean")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| {
            !matches!(
                &**name,
                "above_1e25_flop.csv" | "above_1e25_flop.history.jsonl"
            )
        })
        .collect()
}

#[test]
fn mode_bits_are_kept() {
    let world = World::with(&[model("a"), model("b")]).dataset(dataset(&[row("a", "", "")]));
    fs::set_permissions(world.csv(), fs::Permissions::from_mode(0o640)).unwrap();
    world.ok(&[]);
    assert_eq!(
        fs::metadata(world.csv()).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert_eq!(left_behind(&world), [""; 0]);
}

#[test]
fn a_symlink_is_followed_and_stays() {
    let world = World::with(&[model("a"), model("b")]);
    let elsewhere = world.dir.path().join("elsewhere.csv");
    fs::write(&elsewhere, dataset(&[row("a", "", "")])).unwrap();
    symlink(&elsewhere, world.csv()).unwrap();
    world.ok(&[]);
    assert!(fs::symlink_metadata(world.csv()).unwrap().is_symlink());
    assert_eq!(
        fs::read_to_string(&elsewhere).unwrap(),
        dataset(&[row("a", "", ""), row("b", "", "")])
    );
}

#[test]
fn a_temp_file_that_a_killed_run_left_is_cleared_away() {
    let world = World::with(&[model("a")]);
    fs::write(
        world.dir.path().join("clean/.above_1e25_flop.csv.tmp"),
        "half a da",
    )
    .unwrap();
    world.ok(&[]);
    assert_eq!(world.text(), dataset(&[row("a", "", "")]));
    assert_eq!(left_behind(&world), [""; 0]);
}

#[test]
fn while_another_run_holds_the_lock_the_refresh_is_refused() {
    let world = World::with(&[model("a")]);
    let directory = fs::File::open(world.dir.path().join("clean")).unwrap();
    directory.try_lock().unwrap();
    let run = world.run(&[]).expect_code(1);
    assert!(
        run.stderr.contains("another refresh is running"),
        "{}",
        run.stderr
    );
    world.ok(&["--dry-run"]);
    directory.unlock().unwrap();
    world.ok(&[]);
}

#[test]
fn a_missing_clean_directory_is_made_and_a_dry_run_does_not_make_it() {
    let world = World::with(&[model("a")]);
    fs::remove_dir(world.dir.path().join("clean")).unwrap();
    world.ok(&["--dry-run"]);
    assert!(!world.dir.path().join("clean").exists());
    world.ok(&[]);
    assert_eq!(world.rows().len(), 1);
}

#[test]
fn what_cannot_be_a_dataset_is_refused_and_stays() {
    let world = World::with(&[model("a")]);
    fs::create_dir(world.csv()).unwrap();
    assert!(
        world
            .run(&[])
            .expect_code(1)
            .stderr
            .contains("this is a directory")
    );
    fs::remove_dir(world.csv()).unwrap();
    symlink("nowhere.csv", world.csv()).unwrap();
    assert!(
        world
            .run(&[])
            .expect_code(1)
            .stderr
            .contains("a symlink to nowhere.csv, which does not exist")
    );
    fs::remove_file(world.csv()).unwrap();
    world.ok(&[]);
}

#[test]
fn a_directory_that_cannot_be_created_is_named() {
    let world = World::with(&[model("a")]);
    fs::remove_dir(world.dir.path().join("clean")).unwrap();
    fs::write(world.dir.path().join("clean"), "in the way").unwrap();
    let run = world.run(&[]).expect_code(1);
    assert!(run.stderr.contains("clean"), "{}", run.stderr);
}
