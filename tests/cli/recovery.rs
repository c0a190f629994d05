//! No human work is lost: not when a run is killed, and not when people and other runs write at the same time.

use std::fs;
use std::hint::spin_loop;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::json;

use crate::support::{HEADER, World, dataset, model, model_at, row, rows_of};

const NO_FILES: [PathBuf; 0] = [];

/// Asserts that the dataset is whole and holds these rows, byte for byte.
fn assert_whole(world: &World, rows: &[String]) {
    let text = world.text();
    let is_whole = text.starts_with(HEADER) && text.ends_with('\n');
    assert!(is_whole, "half a file: {text:?}");
    rows_of(text.as_bytes());
    for row in rows {
        assert!(text.contains(row), "lost {row:?}");
    }
}

#[test]
fn killing_the_program_at_any_moment_leaves_a_whole_dataset_with_all_human_work() {
    let human: Vec<String> = (0..40)
        .map(|n| row(&format!("human {n:02}"), "y", "weeks of work"))
        .collect();
    let world = World::new().dataset(dataset(&human));
    let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    for round in 0..300 {
        let flop = if round % 2 == 0 { "6e25" } else { "7e25" };
        let models: Vec<_> = (0..60).map(|n| model_at(&format!("m{n}"), flop)).collect();
        world.set_models(&models);
        let mut command = world.command(&["-q", "--force"]);
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        for _ in 0..random.random_range(0..400_000) {
            spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_whole(&world, &human);
    }
    world.set_models(&[model_at("m0", "8e25")]);
    world.ok(&["--force"]);
    assert_whole(&world, &human);
    assert_eq!(world.other_files(), NO_FILES);
}

/// Refreshes again and again, each time from other estimates, until `done`; at least once. Returns the exit codes.
fn refresh_until(done: &AtomicBool, world: &World, n: usize) -> Vec<Option<i32>> {
    let mut codes = Vec::new();
    while codes.is_empty() || !done.load(Ordering::Relaxed) {
        let flop = format!("{}e25", 6 + (codes.len() + n) % 3);
        let estimates = world.dir.path().join(format!("estimates {n}"));
        let document = json!({"models": [model_at("m", &flop)]});
        fs::write(&estimates, document.to_string()).unwrap();
        fs::rename(&estimates, world.estimates_path()).unwrap();
        codes.push(world.run(&["-q", "--force"]).code);
    }
    codes
}

#[test]
fn concurrent_refreshes_and_edits_lose_no_edit_and_never_show_half_a_file() {
    const EDITS: usize = 300;
    let edit = |n: usize| row(&format!("edit {n}"), "y", "");
    let world = World::with(&[model("m")]).dataset(dataset(&[edit(0)]));
    let done = AtomicBool::new(false);
    let codes = thread::scope(|scope| {
        let refreshing = [0, 1].map(|n| {
            let (world, done) = (&world, &done);
            scope.spawn(move || refresh_until(done, world, n))
        });
        let reading = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                assert_whole(&world, &[edit(0)]);
            }
        });
        for n in 1..=EDITS {
            // Like many editors, this one writes a new file and renames it over the old one.
            let edited = world.clean().join("temp file of an editor");
            fs::write(&edited, world.text() + &edit(n)).unwrap();
            fs::rename(&edited, world.dataset_path()).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        reading.join().unwrap();
        refreshing.map(|thread| thread.join().unwrap()).concat()
    });
    let is_expected = |code: &Option<i32>| matches!(code, Some(0 | 1));
    assert!(codes.iter().all(is_expected), "{codes:?}");
    let kept = fs::read_to_string(edit_backup(&world, "csv.edit.bak")).unwrap_or_default();
    let text = world.text() + &kept;
    for n in 0..=EDITS {
        assert!(text.contains(&edit(n)), "edit {n} is lost");
    }
}

fn edit_backup(world: &World, extension: &str) -> PathBuf {
    world.dataset_path().with_extension(extension)
}

/// A temp file of a killed run. Its name holds the inode that it was created with and the identity of the file it was to replace.
fn leftover(world: &World, inode: u64) -> PathBuf {
    let name = format!(".above_1e25_flop.csv.{inode:x}-2.3.4.5.tmp");
    world.clean().join(name)
}

#[test]
fn an_edit_in_the_temp_file_of_a_killed_run_is_kept_and_named() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let edit = leftover(&world, 1);
    fs::write(&edit, "a person's edit").unwrap();
    // The edit is found although there is nothing to write.
    world
        .ok(&[])
        .expect_stdout("Up to date")
        .expect_stderr(".csv.edit.bak");
    let kept = fs::read_to_string(edit_backup(&world, "csv.edit.bak")).unwrap();
    assert_eq!(kept, "a person's edit");
    assert!(!edit.exists());
}

#[test]
fn a_second_edit_that_is_kept_does_not_overwrite_the_first() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    for edit in ["first", "second"] {
        fs::write(leftover(&world, 1), edit).unwrap();
        world.ok(&[]);
    }
    let kept = |extension| fs::read_to_string(edit_backup(&world, extension)).unwrap();
    assert_eq!(kept("csv.edit.bak"), "first");
    assert_eq!(kept("csv.edit.2.bak"), "second");
}

#[test]
fn an_unfinished_temp_file_of_a_killed_run_is_removed() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let before = world.tree();
    let made = world.clean().join("made");
    fs::write(&made, "half a data").unwrap();
    let inode = fs::metadata(&made).unwrap().ino();
    fs::rename(&made, leftover(&world, inode)).unwrap();
    world.ok(&[]);
    assert_eq!(world.tree(), before);
}

#[test]
fn a_temp_file_that_was_not_yet_named_after_its_inode_is_removed() {
    let world = World::with(&[model("a")]);
    fs::write(world.clean().join(".above_1e25_flop.csv.tmp"), "").unwrap();
    world.ok(&[]);
    assert_eq!(world.text(), dataset(&[row("a", "", "")]));
    assert_eq!(world.other_files(), NO_FILES);
}
