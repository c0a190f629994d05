//! How the dataset and its journal are written, and what happens when they cannot be.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use serde_json::Value;

use crate::support::{NO_FILES, PROGRAM, Run, World, dataset, model, model_at, names, row, run};

#[test]
fn mode_bits_are_kept() {
    let world = World::with(&[model("a"), model("b")]).dataset(dataset(&[row("a", "", "")]));
    fs::set_permissions(world.dataset_path(), fs::Permissions::from_mode(0o1640)).unwrap();
    world.ok(&[]);
    assert_eq!(world.rows().len(), 2);
    let mode = fs::metadata(world.dataset_path()).unwrap().permissions();
    assert_eq!(mode.mode() & 0o7777, 0o1640);
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
fn a_missing_directory_is_created_but_not_by_a_dry_run() {
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
        .expect_stderr("this is not a regular file");
}

#[test]
fn a_folder_that_is_a_dangling_symlink_is_refused() {
    let world = World::with(&[model("a")]);
    fs::remove_dir(world.clean()).unwrap();
    symlink("nowhere", world.clean()).unwrap();
    for args in [&["--check"][..], &[], &["list"]] {
        world
            .run_without_writing(args)
            .expect_code(1)
            .expect_stderr("clean: this is a symlink to nowhere, which does not exist");
    }
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
fn without_a_data_directory_the_error_says_how_to_name_it() {
    let world = World::new();
    let typo = world.dir.path().join("dat");
    let mut program = world.isolated(PROGRAM);
    run(program.arg("--data-dir").arg(&typo))
        .expect_code(1)
        .expect_stderr("name the data directory with --data-dir DIR");
    assert!(!typo.exists());
}

#[test]
fn a_dry_run_in_a_missing_directory_fails_like_the_real_run() {
    let world = World::with(&[model("a")]);
    let typo = world.dir.path().join("dat");
    for args in [&["--dry-run"][..], &[]] {
        let mut program = world.isolated(PROGRAM);
        program.args(["add", "n", "--developer", "d", "--flop", "2e25"]);
        run(program.arg("--data-dir").arg(&typo).args(args))
            .expect_code(1)
            .expect_stderr("name the data directory with --data-dir DIR");
    }
}

#[test]
fn a_sparse_file_larger_than_memory_is_an_error_that_names_its_size() {
    for of in [World::dataset_path, World::estimates_path] {
        let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "")]));
        let file = fs::File::options().write(true).open(of(&world)).unwrap();
        if file.set_len(1 << 42).is_err() {
            eprintln!("skipped: the file system has no files of 4 TiB");
            return;
        }
        for args in [&[][..], &["show", "a"], &["verify", "a"]] {
            world
                .run(args)
                .expect_code(1)
                .expect_stderr("4398046511104 bytes");
        }
    }
}

/// The largest size of a file in [`run_on_a_full_disk`]. Shells have blocks of different sizes.
fn largest_file(world: &World) -> usize {
    let file = world.dir.path().join("largest");
    let script = "ulimit -f 8; exec head -c 100000 /dev/zero > \"$1\"";
    let mut limited = world.isolated("sh");
    run(limited.args(["-c", script, "sh"]).arg(&file));
    let size = fs::read(&file).unwrap().len();
    fs::remove_file(file).unwrap();
    size
}

/// A run whose files may have no more than 8 blocks, which stands in for a full disk.
fn run_on_a_full_disk(world: &World, args: &[&str]) -> Run {
    let mut limited = world.isolated("sh");
    let script = "ulimit -f 8; exec \"$@\"";
    limited.args(["-c", script, "sh", PROGRAM, "--data-dir"]);
    run(limited.arg(world.dir.path()).args(args))
}

#[test]
fn a_full_disk_is_an_error_that_changes_nothing_and_the_next_run_works() {
    let models: Vec<_> = (0..500).map(|n| model(&format!("m{n}"))).collect();
    let world = World::with(&models).dataset(dataset(&[row("a", "y", "mine")]));
    let before = world.tree();
    run_on_a_full_disk(&world, &[])
        .expect_code(1)
        .expect_stderr("cannot be written")
        .expect_stderr("File too large");
    assert_eq!(world.tree(), before);
    world.ok(&[]);
    assert_eq!(world.rows().len(), 501);
}

/// Leaves room in the journal for only a part of the next entry. The other files have enough room. Returns the text of the journal.
fn fill_the_disk_of_the_journal(world: &World) -> String {
    let entry = fs::read_to_string(world.journal_path()).unwrap();
    let full = format!("{:1$}\n", entry.trim_end(), largest_file(world) - 21);
    fs::write(world.journal_path(), &full).unwrap();
    full
}

#[test]
fn if_the_journals_disk_is_full_the_old_file_stays_until_the_next_run_has_journalled_it() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    let full = fill_the_disk_of_the_journal(&world);
    world.set_models(&[model("a"), model_at("b", "1e20")]);
    run_on_a_full_disk(&world, &[])
        .expect_code(1)
        .expect_stderr("is written, but the journal is not; the old file stays beside the new one");
    assert_eq!(world.rows().len(), 1);
    assert_eq!(world.other_files().len(), 1);
    assert_eq!(fs::read_to_string(world.journal_path()).unwrap(), full);

    world.ok(&["verify", "a", "--note", "n"]);
    assert_eq!(world.other_files(), NO_FILES);
    let journal = world.journal();
    let modes: Vec<&Value> = journal.iter().map(|entry| &entry["mode"]).collect();
    assert_eq!(modes, ["refresh", "recovered", "verify"]);
    assert_eq!(names(&journal[1]["changes"]["removed"]), ["b"]);
}

#[test]
fn if_the_journals_disk_is_full_all_old_files_stay_until_the_next_run_has_journalled_them() {
    let world = World::with(&[model("a"), model("b")]);
    world.set_decisions("other,d,below,,,,\n");
    world.ok(&[]);
    fill_the_disk_of_the_journal(&world);
    run_on_a_full_disk(&world, &["dismiss", "b", "--note", "n"])
        .expect_code(1)
        .expect_stderr(
            "are written, but the journal is not; the old files stay beside the new ones",
        );
    assert_eq!(world.other_files().len(), 3);
    world.ok(&["verify", "a", "--note", "n"]);
    let journal = world.journal();
    assert_eq!(names(&journal[1]["changes"]["decisions"]), ["b"]);
    assert_eq!(names(&journal[2]["changes"]["dismissed"]), ["b"]);
}

/// Asserts that if the journal cannot be opened for appending, the dataset stays as it is and nothing is left beside it.
fn check_refused_because_of_the_journal(make_journal: fn(&Path)) {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("b", "y", "")]));
    make_journal(&world.journal_path());
    let before = world.text();
    world.run(&[]).expect_code(1).expect_stderr("history.jsonl");
    assert_eq!(world.text(), before);
    assert_eq!(world.other_files(), NO_FILES);
}

#[test]
fn a_directory_in_place_of_the_journal_is_refused_before_anything_is_written() {
    check_refused_because_of_the_journal(|path| fs::create_dir(path).unwrap());
}

#[test]
fn a_dangling_link_in_place_of_the_journal_is_refused_before_anything_is_written() {
    check_refused_because_of_the_journal(|path| symlink("nowhere", path).unwrap());
}

#[test]
fn a_device_in_place_of_the_journal_is_refused_before_anything_is_written() {
    check_refused_because_of_the_journal(|path| symlink("/dev/full", path).unwrap());
}

#[test]
fn a_journal_without_write_permission_is_refused_before_anything_is_written() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("b", "y", "")]));
    fs::write(world.journal_path(), "").unwrap();
    fs::set_permissions(world.journal_path(), fs::Permissions::from_mode(0o444)).unwrap();
    let opened = fs::OpenOptions::new()
        .append(true)
        .open(world.journal_path());
    if opened.is_ok() {
        eprintln!("skipped: root may write every file");
        return;
    }
    world
        .run_without_writing(&[])
        .expect_code(1)
        .expect_stderr("history.jsonl");
}
