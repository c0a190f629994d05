//! One run at a time reads, plans and writes; the others wait for it (behaviour §8).

use std::fs;
use std::process::{Child, Stdio};

use crate::support::{World, dataset, model, row};

fn started(world: &World, args: &[&str]) -> Child {
    let mut command = world.command(args);
    command.stdout(Stdio::null()).spawn().unwrap()
}

#[test]
fn a_run_waits_for_the_lock_before_it_reads_and_a_dry_run_needs_none() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "")]));
    let directory = fs::File::open(world.clean()).unwrap();
    directory.try_lock().unwrap();
    let mut waiting = started(&world, &[]);
    for args in [&["--dry-run"][..], &["list"], &["history"], &["stats"]] {
        world.ok(args);
    }
    assert!(waiting.try_wait().unwrap().is_none(), "it did not wait");
    // The waiting run reads what was saved in the meantime.
    fs::write(world.dataset_path(), dataset(&[row("a", "y", "mine")])).unwrap();
    directory.unlock().unwrap();
    assert_eq!(waiting.wait().unwrap().code(), Some(0));
    assert_eq!(world.text(), dataset(&[row("a", "y", "mine")]));
}

#[test]
fn five_verify_runs_at_once_all_succeed() {
    let names = ["a", "b", "c", "d", "e"];
    let world = World::with(&names.map(model));
    world.ok(&[]);
    let runs = names.map(|name| started(&world, &["verify", name, "--note", "seen"]));
    for mut run in runs {
        assert_eq!(run.wait().unwrap().code(), Some(0));
    }
    assert_eq!(
        world.text(),
        dataset(&names.map(|name| row(name, "y", "seen")))
    );
    let journal = fs::read_to_string(world.journal_path()).unwrap();
    assert_eq!(journal.lines().count(), 6);
}

#[test]
fn three_first_refreshes_at_once_all_succeed() {
    let world = World::with(&[model("a")]);
    fs::remove_dir(world.clean()).unwrap();
    let runs = [(); 3].map(|()| started(&world, &[]));
    for mut run in runs {
        assert_eq!(run.wait().unwrap().code(), Some(0));
    }
    assert_eq!(world.text(), dataset(&[row("a", "", "")]));
    let journal = fs::read_to_string(world.journal_path()).unwrap();
    assert_eq!(journal.lines().count(), 1);
}
