//! Tests the lock, and what is on disk after each step of the protocol.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use super::replace::rename_over;
use super::*;

const OLD: &str = "old rows";
const NEW: &str = "new rows, and more of them";

/// The old rows after an edit that saves in place.
const EDITED: &str = "OLD rows";

/// A directory with a dataset, locked.
struct World {
    directory: tempfile::TempDir,
    lock: Lock,
}

impl World {
    fn new() -> World {
        let directory = tempfile::tempdir().unwrap();
        let dataset = directory.path().join("d.csv");
        fs::write(&dataset, OLD).unwrap();
        let lock = Lock::acquire(PATIENCE, &dataset, || {}).unwrap();
        World { directory, lock }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn dataset(&self) -> PathBuf {
        self.path("d.csv")
    }

    /// The dataset as an editor that saves in place has it open.
    fn opened(&self) -> File {
        let mut options = OpenOptions::new();
        options.write(true).open(self.dataset()).unwrap()
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot::read(&self.dataset()).unwrap()
    }

    fn recover(&self) -> Vec<OldFile<'static>> {
        recover(&self.lock, &self.dataset()).unwrap()
    }

    /// Asserts that the directory holds exactly these files with these texts.
    #[track_caller]
    fn holds<const N: usize>(&self, files: [(&str, &str); N]) {
        let entries = fs::read_dir(self.directory.path()).unwrap();
        let found = entries.map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).unwrap())
        });
        let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(found.collect::<BTreeMap<_, _>>(), BTreeMap::from(files));
    }

    fn prepare<'a>(&self, snapshot: &'a Snapshot) -> Prepared<'a> {
        let bytes = NEW.into();
        Prepared::write(&self.lock, Replacement { snapshot, bytes }).unwrap()
    }

    fn written<'a>(&self, old: OldFile<'a>) -> Written<'a> {
        Written {
            backup: None,
            files: vec![self.dataset()],
            old_files: vec![old],
        }
    }

    /// Ends a run whose old file somebody has saved into, so that no commit may follow.
    fn finish(&self, old: OldFile<'_>) -> Result<()> {
        self.written(old).end(|| panic!("somebody has saved"))
    }

    /// The error of a run that replaces these files and may back one up. `meanwhile` happens before the first exchange.
    fn refused(
        &self,
        files: &[&Snapshot],
        backed_up: Option<&Snapshot>,
        meanwhile: fn(&World),
    ) -> String {
        let new = |snapshot| Replacement {
            snapshot,
            bytes: NEW.into(),
        };
        let new = files.iter().copied().map(new).collect();
        let backup = backed_up.map(|file| (file, DateTime::UNIX_EPOCH));
        let written = write(&self.lock, new, backup, &self.path("journal"), |_| {
            meanwhile(self);
            Ok(b"entry\n".to_vec())
        });
        format!("{:#}", written.unwrap_err())
    }
}

/// Saves an edit of the same length as the text before.
fn save(mut opened: &File) {
    opened.write_all(b"OLD").unwrap();
}

#[test]
fn a_run_killed_before_the_exchange_leaves_a_new_file_that_goes() {
    let world = World::new();
    let snapshot = world.snapshot();
    fs::write(world.path(".d.csv.4711.tmp"), &NEW[..5]).unwrap();
    // Anything that has no such name, or is not a file, does not belong to the program.
    let others = [".d.csv.mine.tmp", ".d.csv.1-2.tmp"].map(|name| world.path(name));
    fs::write(&others[0], NEW).unwrap();
    fs::create_dir(&others[1]).unwrap();
    assert!(world.recover().is_empty());
    fs::remove_file(&others[0]).unwrap();
    fs::remove_dir(&others[1]).unwrap();
    world.holds([("d.csv", OLD)]);
    let prepared = world.prepare(&snapshot);
    assert!(prepared.new.path.exists());
    assert!(world.recover().is_empty());
    world.holds([("d.csv", OLD)]);
    drop(prepared);
    // A killed run may have had the same process ID. A run that does not recover its file overwrites it.
    let own = format!(".d.csv.{}.tmp", std::process::id());
    fs::write(world.path(&own), &NEW[..5]).unwrap();
    drop(world.prepare(&snapshot));
    world.holds([("d.csv", OLD)]);
}

#[test]
fn a_run_killed_after_the_exchange_leaves_the_old_file_until_it_is_removed() {
    let world = World::new();
    let snapshot = world.snapshot();
    world.prepare(&snapshot).put().unwrap();
    world.recover();
    let recovered = &world.recover()[0];
    let (old, new) = (OLD.as_bytes(), NEW.as_bytes());
    assert_eq!(*recovered.bytes, *old);
    assert_eq!(recovered.target, world.dataset());
    assert!(recovered.was_replaced_by(new) && !recovered.was_replaced_by(old));
    recovered.let_go().unwrap();
    world.holds([("d.csv", NEW)]);
}

#[test]
fn an_edit_that_a_run_could_not_put_in_its_place_is_kept_by_the_next_one() {
    let world = World::new();
    let edit = NewFile::write_edit(&world.dataset(), b"mine").unwrap();
    edit.into_path();
    assert!(world.recover().is_empty());
    world.holds([("d.csv", OLD), ("d.csv.edit.bak", "mine")]);
}

#[test]
fn a_save_in_place_into_the_old_file_of_a_killed_run_is_kept() {
    let world = World::new();
    let (snapshot, editor) = (world.snapshot(), world.opened());
    world.prepare(&snapshot).put().unwrap();
    save(&editor);
    assert!(world.recover().is_empty());
    world.holds([("d.csv", NEW), ("d.csv.edit.bak", EDITED)]);
}

#[test]
fn a_save_before_the_comparison_wins() {
    let world = World::new();
    let snapshot = world.snapshot();
    save(&world.opened());
    let message = world.refused(&[&snapshot], None, |_| {});
    assert!(
        message.contains("nothing was written") && message.contains("that change stays"),
        "{message}"
    );
    world.holds([("d.csv", EDITED)]);
}

#[test]
fn a_save_in_place_between_comparison_and_exchange_wins() {
    let world = World::new();
    let (snapshot, editor) = (world.snapshot(), world.opened());
    let prepared = world.prepare(&snapshot);
    prepared.compare().unwrap();
    save(&editor);
    prepared.put().unwrap_err();
    world.holds([("d.csv", EDITED)]);
}

#[test]
fn a_file_renamed_into_the_place_between_comparison_and_exchange_wins() {
    let world = World::new();
    let snapshot = world.snapshot();
    let prepared = world.prepare(&snapshot);
    fs::write(world.path("editor's"), "renamed").unwrap();
    fs::rename(world.path("editor's"), world.dataset()).unwrap();
    prepared.put().unwrap_err();
    world.holds([("d.csv", "renamed")]);
}

#[test]
fn a_save_in_place_after_the_exchange_stands_beside() {
    let world = World::new();
    let (snapshot, editor) = (world.snapshot(), world.opened());
    let replaced = world.prepare(&snapshot).put().unwrap().unwrap();
    save(&editor);
    let message = format!("{:#}", world.finish(replaced).unwrap_err());
    assert!(message.contains("d.csv.edit.bak"), "{message}");
    world.holds([("d.csv", NEW), ("d.csv.edit.bak", EDITED)]);
}

#[test]
fn a_save_in_place_after_the_old_file_is_removed_stands_beside() {
    let world = World::new();
    let (snapshot, editor) = (world.snapshot(), world.opened());
    let replaced = world.prepare(&snapshot).put().unwrap().unwrap();
    let ended = world.written(replaced).end(|| {
        world.holds([("d.csv", NEW)]);
        save(&editor);
    });
    let message = format!("{:#}", ended.unwrap_err());
    assert!(message.contains("d.csv.edit.bak"), "{message}");
    world.holds([("d.csv", NEW), ("d.csv.edit.bak", EDITED)]);
}

#[test]
fn where_files_cannot_be_exchanged_a_save_in_place_is_kept_all_the_same() {
    let world = World::new();
    let (snapshot, editor) = (world.snapshot(), world.opened());
    let prepared = world.prepare(&snapshot);
    rename_over(&prepared.new, &prepared.target, OLD.as_bytes()).unwrap();
    let mut recovered = world.recover();
    assert_eq!(*recovered[0].bytes, *OLD.as_bytes());
    save(&editor);
    world.finish(recovered.remove(0)).unwrap_err();
    world.holds([("d.csv", NEW), ("d.csv.edit.bak", EDITED)]);
}

#[test]
fn where_files_cannot_be_exchanged_a_save_before_the_rename_wins() {
    let world = World::new();
    let snapshot = world.snapshot();
    let prepared = world.prepare(&snapshot);
    save(&world.opened());
    rename_over(&prepared.new, &prepared.target, OLD.as_bytes()).unwrap_err();
    drop(prepared);
    world.holds([("d.csv", EDITED)]);
}

#[test]
fn where_a_later_file_cannot_be_replaced_the_error_names_those_that_are_and_the_next_run_finds_their_old_ones()
 {
    let world = World::new();
    fs::write(world.path("decisions.csv"), "decided").unwrap();
    let decisions = Snapshot::read(&world.path("decisions.csv")).unwrap();
    let snapshot = world.snapshot();
    let files = [&decisions, &snapshot];
    let message = world.refused(&files, None, |world| save(&world.opened()));
    let expected = "decisions.csv is written, but";
    assert!(message.contains(expected), "{message}");
    let recovered = &recover(&world.lock, &decisions.path).unwrap()[0];
    assert_eq!(*recovered.bytes, *b"decided");
    assert!(world.recover().is_empty());
    recovered.let_go().unwrap();
    world.holds([("d.csv", EDITED), ("decisions.csv", NEW), ("journal", "")]);
}

#[test]
fn where_the_file_cannot_be_replaced_after_its_backup_the_error_names_the_backup() {
    let world = World::new();
    let snapshot = world.snapshot();
    let message = world.refused(&[&snapshot], Some(&snapshot), |world| save(&world.opened()));
    let expected = "d.csv.19700101T000000Z.bak is written, but";
    assert!(message.contains(expected), "{message}");
    let backup = world.path("d.csv.19700101T000000Z.bak");
    assert_eq!(fs::read_to_string(backup).unwrap(), OLD);
}

#[test]
fn a_file_that_appeared_since_it_was_looked_for_stays() {
    let world = World::new();
    let decisions = Snapshot::read(&world.path("decisions.csv")).unwrap();
    let prepared = world.prepare(&decisions);
    prepared.compare().unwrap();
    fs::write(world.path("decisions.csv"), "somebody's").unwrap();
    prepared.put().unwrap_err();
    world.holds([("d.csv", OLD), ("decisions.csv", "somebody's")]);
}

#[test]
fn a_run_that_has_waited_long_enough_names_the_other_one() {
    let world = tempfile::tempdir().unwrap();
    let dataset = world.path().join("dataset.csv");
    let first = Lock::acquire(PATIENCE, &dataset, || {}).unwrap();
    let mut waited = 0;
    let second = Lock::acquire(Duration::from_millis(60), &dataset, || waited += 1);
    let message = format!("{:#}", second.unwrap_err());
    assert!(message.contains("another run holds it"), "{message}");
    assert!(message.contains("dataset.csv: "), "{message}");
    assert_eq!(waited, 1);
    drop(first);
    Lock::acquire(Duration::ZERO, &dataset, || {}).unwrap();
}

#[test]
fn a_dataset_and_a_link_to_it_have_one_lock() {
    let world = tempfile::tempdir().unwrap();
    let (real, link) = (world.path().join("real"), world.path().join("link"));
    for directory in [&real, &link] {
        fs::create_dir(directory).unwrap();
    }
    fs::write(real.join("d.csv"), "").unwrap();
    std::os::unix::fs::symlink(real.join("d.csv"), link.join("d.csv")).unwrap();
    let _first = Lock::acquire(PATIENCE, &link.join("d.csv"), || {}).unwrap();
    let second = Lock::acquire(Duration::ZERO, &real.join("d.csv"), || {});
    assert!(second.is_err());
}
