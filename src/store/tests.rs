//! The steps of the protocol one by one, and what the disk holds after each.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use chrono::DateTime;

use super::*;

const OLD: &[u8] = b"old rows";
const NEW: &[u8] = b"new rows, and more of them";

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
        let lock = Lock::acquire(&dataset, || {}).unwrap();
        World { directory, lock }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn dataset(&self) -> PathBuf {
        self.path("d.csv")
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// What an editor that saves in place has open.
    fn opened(&self) -> File {
        let mut options = OpenOptions::new();
        options.write(true).open(self.dataset()).unwrap()
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot::read(&self.dataset()).unwrap()
    }

    fn recover(&self) -> Recovered {
        recover(&self.lock, &[&self.dataset()]).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.directory.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn prepare<'a>(&self, snapshot: &'a Snapshot) -> Prepared<'a, 'static> {
        Prepared::write(&self.lock, snapshot, NEW).unwrap()
    }

    fn write(&self, replacements: Vec<Replacement<'_>>) -> Result<()> {
        let writes = Writes {
            replacements,
            backup: None,
            journal: &self.path("journal"),
            entry: &|_| Ok(b"entry\n".to_vec()),
            at: DateTime::UNIX_EPOCH,
        };
        write(&self.lock, writes)?.finish()
    }
}

/// An edit of the same length as what was there.
fn save(mut opened: &File) {
    opened.write_all(b"OLD").unwrap();
}

#[test]
fn a_run_killed_before_the_exchange_leaves_a_new_file_that_goes() {
    let world = World::new();
    let snapshot = world.snapshot();
    let (mut unfinished, _) =
        temp_file::create(&world.dataset(), platform::For::OwnerOnly).unwrap();
    unfinished.write_all(&NEW[..5]).unwrap();
    let recovered = world.recover();
    assert!(recovered.old_files.is_empty() && recovered.edits.is_empty());
    assert_eq!(world.names(), ["d.csv"]);
    world.prepare(&snapshot).compare().unwrap();
    assert_eq!(world.names().len(), 2);
    let recovered = world.recover();
    assert!(recovered.old_files.is_empty() && recovered.edits.is_empty());
    assert_eq!(
        (world.names(), &*world.read("d.csv")),
        (vec!["d.csv".to_owned()], OLD)
    );
}

#[test]
fn a_run_killed_after_the_exchange_leaves_the_old_file_until_it_is_removed() {
    let world = World::new();
    let snapshot = world.snapshot();
    world.prepare(&snapshot).put().unwrap();
    assert_eq!(world.read("d.csv"), NEW);
    world.recover();
    let mut recovered = world.recover();
    let old = recovered.old_files.remove(0);
    assert_eq!((&*old.bytes, &old.of), (OLD, &world.dataset()));
    assert!(old.remove().unwrap().is_none());
    assert_eq!(world.names(), ["d.csv"]);
}

#[test]
fn a_save_in_place_into_the_old_file_of_a_killed_run_is_kept() {
    let world = World::new();
    let (snapshot, editor) = (world.snapshot(), world.opened());
    world.prepare(&snapshot).put().unwrap();
    save(&editor);
    let recovered = world.recover();
    assert_eq!(recovered.edits[0].kept, world.path("d.csv.edit.bak"));
    assert_eq!(world.read("d.csv.edit.bak"), b"OLD rows");
    assert_eq!((world.names().len(), &*world.read("d.csv")), (2, NEW));
}

#[test]
fn a_save_before_the_comparison_wins() {
    let world = World::new();
    let snapshot = world.snapshot();
    save(&world.opened());
    let bytes = NEW.to_vec();
    let error = world
        .write(vec![Replacement {
            snapshot: &snapshot,
            bytes,
        }])
        .unwrap_err();
    let message = format!("{error:#}");
    assert!(
        message.contains("nothing was written") && message.contains("that change stays"),
        "{message}"
    );
    assert_eq!(world.read("d.csv"), b"OLD rows");
    assert_eq!(world.names(), ["d.csv"]);
}

#[test]
fn a_save_in_place_between_comparison_and_exchange_wins() {
    let world = World::new();
    let (snapshot, editor) = (world.snapshot(), world.opened());
    let prepared = world.prepare(&snapshot);
    prepared.compare().unwrap();
    save(&editor);
    assert!(!prepared.put().unwrap_err().is_written);
    assert_eq!(world.read("d.csv"), b"OLD rows");
    assert_eq!(world.names(), ["d.csv"]);
}

#[test]
fn a_file_renamed_into_the_place_between_comparison_and_exchange_wins() {
    let world = World::new();
    let snapshot = world.snapshot();
    let prepared = world.prepare(&snapshot);
    fs::write(world.path("editor's"), "renamed").unwrap();
    fs::rename(world.path("editor's"), world.dataset()).unwrap();
    prepared.put().unwrap_err();
    assert_eq!(world.read("d.csv"), b"renamed");
    assert_eq!(world.names(), ["d.csv"]);
}

#[test]
fn a_save_in_place_after_the_exchange_stands_beside() {
    let world = World::new();
    let (snapshot, editor) = (world.snapshot(), world.opened());
    let prepared = world.prepare(&snapshot);
    prepared.put().unwrap();
    save(&editor);
    let message = format!("{:#}", let_go(&[prepared]).1.unwrap_err());
    assert!(message.contains("d.csv.edit.bak"), "{message}");
    assert_eq!(world.read("d.csv.edit.bak"), b"OLD rows");
    assert_eq!((world.names().len(), &*world.read("d.csv")), (2, NEW));
}

#[test]
fn a_save_in_place_into_a_file_that_is_removed_already_stands_beside() {
    let world = World::new();
    let (snapshot, editor) = (world.snapshot(), world.opened());
    let prepared = world.prepare(&snapshot);
    prepared.put().unwrap();
    let Some(Release::Gone(gone)) = prepared.release_old().unwrap() else {
        panic!("nobody had saved");
    };
    assert_eq!(world.names(), ["d.csv"]);
    save(&editor);
    assert_eq!(
        gone.last_look().unwrap().unwrap(),
        world.path("d.csv.edit.bak")
    );
    assert_eq!(world.read("d.csv.edit.bak"), b"OLD rows");
}

#[test]
fn where_files_cannot_be_exchanged_a_save_in_place_is_kept_all_the_same() {
    let world = World::new();
    let (snapshot, editor) = (world.snapshot(), world.opened());
    let prepared = world.prepare(&snapshot);
    prepared.rename_over(OLD).unwrap();
    assert_eq!((world.names().len(), &*world.read("d.csv")), (2, NEW));
    assert_eq!(world.recover().old_files[0].bytes, OLD);
    save(&editor);
    let_go(&[prepared]).1.unwrap_err();
    assert_eq!(world.read("d.csv.edit.bak"), b"OLD rows");
    assert_eq!((world.names().len(), &*world.read("d.csv")), (2, NEW));
}

#[test]
fn where_files_cannot_be_exchanged_a_save_before_the_rename_wins() {
    let world = World::new();
    let snapshot = world.snapshot();
    let prepared = world.prepare(&snapshot);
    save(&world.opened());
    prepared.rename_over(OLD).unwrap_err();
    assert_eq!(world.read("d.csv"), b"OLD rows");
    assert_eq!(world.names(), ["d.csv"]);
}

#[test]
fn where_a_later_file_cannot_be_replaced_the_ones_before_it_are_put_back() {
    let world = World::new();
    fs::write(world.path("decisions.csv"), "decided").unwrap();
    let decisions = Snapshot::read(&world.path("decisions.csv")).unwrap();
    let aliases = Snapshot::read(&world.path("aliases.csv")).unwrap();
    let snapshot = world.snapshot();
    let files = [&decisions, &aliases, &snapshot].map(|snapshot| world.prepare(snapshot));
    files[0].put().unwrap();
    files[1].put().unwrap();
    save(&world.opened());
    let not_put = files[2].put().unwrap_err();
    let message = format!("{:#}", undo(&files[..2], not_put));
    assert!(message.starts_with("nothing was written: "), "{message}");
    assert_eq!(world.read("decisions.csv"), b"decided");
    assert_eq!(world.names(), ["d.csv", "decisions.csv"]);
}

#[test]
fn a_file_that_was_edited_since_is_not_put_back_and_the_message_says_so() {
    let world = World::new();
    fs::write(world.path("decisions.csv"), "decided").unwrap();
    let decisions = Snapshot::read(&world.path("decisions.csv")).unwrap();
    let snapshot = world.snapshot();
    let files = [&decisions, &snapshot].map(|snapshot| world.prepare(snapshot));
    files[0].put().unwrap();
    fs::write(world.path("decisions.csv"), "edited").unwrap();
    save(&world.opened());
    let not_put = files[1].put().unwrap_err();
    let message = format!("{:#}", undo(&files[..1], not_put));
    assert!(message.contains("decisions.csv is written"), "{message}");
    assert_eq!(world.read("decisions.csv"), b"edited");
    let recovered = recover(&world.lock, &[&world.path("decisions.csv")]).unwrap();
    assert_eq!(recovered.old_files[0].bytes, b"decided");
}

#[test]
fn several_files_are_written_and_journalled_and_nothing_else_is_left() {
    let world = World::new();
    let decisions = Snapshot::read(&world.path("decisions.csv")).unwrap();
    let snapshot = world.snapshot();
    let replacements = [&decisions, &snapshot].map(|snapshot| Replacement {
        snapshot,
        bytes: NEW.to_vec(),
    });
    world.write(replacements.into()).unwrap();
    assert_eq!(world.names(), ["d.csv", "decisions.csv", "journal"]);
    assert_eq!(
        (&*world.read("decisions.csv"), &*world.read("d.csv")),
        (NEW, NEW)
    );
    assert_eq!(world.read("journal"), b"entry\n");
}

#[test]
fn a_file_that_appeared_since_it_was_looked_for_stays() {
    let world = World::new();
    let decisions = Snapshot::read(&world.path("decisions.csv")).unwrap();
    let prepared = world.prepare(&decisions);
    prepared.compare().unwrap();
    fs::write(world.path("decisions.csv"), "somebody's").unwrap();
    prepared.put().unwrap_err();
    assert_eq!(world.read("decisions.csv"), b"somebody's");
    assert_eq!(world.names(), ["d.csv", "decisions.csv"]);
}
