//! How the dataset and its journal are written, and what happens when they cannot be.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use crate::support::{PROGRAM, World, dataset, model, row, run};

const NO_FILES: [PathBuf; 0] = [];

#[test]
fn mode_bits_are_kept() {
    let world = World::with(&[model("a"), model("b")]).dataset(dataset(&[row("a", "", "")]));
    fs::set_permissions(world.dataset_path(), fs::Permissions::from_mode(0o640)).unwrap();
    world.ok(&[]);
    assert_eq!(world.rows().len(), 2);
    let mode = fs::metadata(world.dataset_path()).unwrap().permissions();
    assert_eq!(mode.mode() & 0o777, 0o640);
    assert_eq!(world.other_files(), NO_FILES);
}

#[test]
fn a_symlink_is_followed_and_stays() {
    let world = World::with(&[model("a"), model("b")]);
    let elsewhere = world.dir.path().join("elsewhere.csv");
    fs::write(&elsewhere, dataset(&[row("a", "", "")])).unwrap();
    symlink(&elsewhere, world.dataset_path()).unwrap();
    world.ok(&[]);
    assert_eq!(fs::read_link(world.dataset_path()).unwrap(), elsewhere);
    assert_eq!(
        fs::read_to_string(&elsewhere).unwrap(),
        dataset(&[row("a", "", ""), row("b", "", "")])
    );
}

#[test]
fn a_refresh_is_refused_while_another_run_holds_the_lock() {
    let world = World::with(&[model("a")]);
    let directory = fs::File::open(world.clean()).unwrap();
    directory.try_lock().unwrap();
    world
        .run_without_writing(&[])
        .expect_code(1)
        .expect_stderr("another refresh is running");
    world.ok(&["--dry-run"]);
    directory.unlock().unwrap();
    world.ok(&[]);
}

#[test]
fn a_missing_directory_is_made_but_not_by_a_dry_run() {
    let world = World::with(&[model("a")]);
    fs::remove_dir(world.clean()).unwrap();
    world.ok_without_writing(&["--dry-run"]);
    assert!(!world.clean().exists());
    world.ok(&[]);
    assert_eq!(world.rows().len(), 1);
}

#[test]
fn a_directory_in_place_of_the_dataset_is_refused() {
    let world = World::with(&[model("a")]);
    fs::create_dir(world.dataset_path()).unwrap();
    world
        .run_without_writing(&[])
        .expect_code(1)
        .expect_stderr("this is a directory");
}

#[test]
fn a_symlink_to_a_missing_file_is_refused_and_stays() {
    let world = World::with(&[model("a")]);
    symlink("nowhere.csv", world.dataset_path()).unwrap();
    world
        .run_without_writing(&[])
        .expect_code(1)
        .expect_stderr("a symlink to nowhere.csv, which does not exist");
    assert!(
        fs::symlink_metadata(world.dataset_path())
            .unwrap()
            .is_symlink()
    );
}

#[test]
fn a_file_in_place_of_the_directory_is_refused() {
    let world = World::with(&[model("a")]);
    fs::remove_dir(world.clean()).unwrap();
    fs::write(world.clean(), "in the way").unwrap();
    world
        .run_without_writing(&[])
        .expect_code(1)
        .expect_stderr("clean/above_1e25_flop.csv: cannot be read: Not a directory");
}

#[test]
fn a_full_disk_is_an_error_that_changes_nothing_and_the_next_run_works() {
    let models: Vec<_> = (0..500).map(|n| model(&format!("m{n}"))).collect();
    let world = World::with(&models).dataset(dataset(&[row("a", "y", "mine")]));
    let before = world.tree();
    // A limit on the size of a file stands in for a full disk.
    let mut limited = world.isolated("sh");
    limited.args([
        "-c",
        "ulimit -f 8; exec \"$@\"",
        "sh",
        PROGRAM,
        "--data-dir",
    ]);
    run(limited.arg(world.dir.path()))
        .expect_code(1)
        .expect_stderr("cannot be written")
        .expect_stderr("File too large");
    assert_eq!(world.tree(), before);
    world.ok(&[]);
    assert_eq!(world.rows().len(), 501);
}

#[test]
fn a_journal_on_a_full_disk_does_not_undo_the_dataset_and_exits_1() {
    let world = World::with(&[model("a")]);
    symlink("/dev/full", world.journal_path()).unwrap();
    world
        .run(&[])
        .expect_code(1)
        .expect_stderr("is written, but the journal is not");
    assert_eq!(world.text(), dataset(&[row("a", "", "")]));
}

#[test]
fn a_directory_in_place_of_the_journal_does_not_undo_the_dataset_and_exits_1() {
    let world = World::with(&[model("a")]);
    fs::create_dir(world.journal_path()).unwrap();
    world
        .run(&[])
        .expect_code(1)
        .expect_stderr("is written, but the journal is not");
    assert_eq!(world.text(), dataset(&[row("a", "", "")]));
}
