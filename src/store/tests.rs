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
struct DataDirectory {
    temp: tempfile::TempDir,
    lock: Lock,
}

impl DataDirectory {
    fn new() -> DataDirectory {
        let temp = tempfile::tempdir().unwrap();
        let dataset = temp.path().join("d.csv");
        fs::write(&dataset, OLD).unwrap();
        let lock = Lock::acquire(PATIENCE, &dataset, || {}).unwrap();
        DataDirectory { temp, lock }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
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
    fn assert_holds<const N: usize>(&self, files: [(&str, &str); N]) {
        let entries = fs::read_dir(self.temp.path()).unwrap();
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
        meanwhile: fn(&DataDirectory),
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
fn the_new_file_of_a_run_killed_before_the_exchange_is_removed() {
    let data = DataDirectory::new();
    let snapshot = data.snapshot();
    fs::write(data.path(".d.csv.4711.tmp"), &NEW[..5]).unwrap();
    // Anything that has no such name, or is not a file, does not belong to the program.
    let others = [".d.csv.mine.tmp", ".d.csv.1-2.tmp"].map(|name| data.path(name));
    fs::write(&others[0], NEW).unwrap();
    fs::create_dir(&others[1]).unwrap();
    assert!(data.recover().is_empty());
    fs::remove_file(&others[0]).unwrap();
    fs::remove_dir(&others[1]).unwrap();
    data.assert_holds([("d.csv", OLD)]);
    let prepared = data.prepare(&snapshot);
    assert!(prepared.new.path.exists());
    assert!(data.recover().is_empty());
    data.assert_holds([("d.csv", OLD)]);
    drop(prepared);
    // A killed run may have had the same process ID. A run that does not recover its file overwrites it.
    let own = format!(".d.csv.{}.tmp", std::process::id());
    fs::write(data.path(&own), &NEW[..5]).unwrap();
    drop(data.prepare(&snapshot));
    data.assert_holds([("d.csv", OLD)]);
}

#[test]
fn the_old_file_of_a_run_killed_after_the_exchange_is_found_until_it_is_removed() {
    let data = DataDirectory::new();
    let snapshot = data.snapshot();
    data.prepare(&snapshot).put().unwrap();
    data.recover();
    let recovered = &data.recover()[0];
    let (old, new) = (OLD.as_bytes(), NEW.as_bytes());
    assert_eq!(*recovered.bytes, *old);
    assert_eq!(recovered.target, data.dataset());
    assert!(recovered.was_replaced_by(new) && !recovered.was_replaced_by(old));
    recovered.remove_and_report().unwrap();
    data.assert_holds([("d.csv", NEW)]);
}

#[test]
fn an_edit_that_a_run_could_not_keep_is_kept_by_the_next_run() {
    let data = DataDirectory::new();
    let edit = NewFile::write_edit(&data.dataset(), b"mine").unwrap();
    edit.into_path();
    assert!(data.recover().is_empty());
    data.assert_holds([("d.csv", OLD), ("d.csv.edit.bak", "mine")]);
}

#[test]
fn a_save_in_place_into_the_old_file_of_a_killed_run_is_kept() {
    let data = DataDirectory::new();
    let (snapshot, editor) = (data.snapshot(), data.opened());
    data.prepare(&snapshot).put().unwrap();
    save(&editor);
    assert!(data.recover().is_empty());
    data.assert_holds([("d.csv", NEW), ("d.csv.edit.bak", EDITED)]);
}

#[test]
fn a_save_before_the_comparison_wins() {
    let data = DataDirectory::new();
    let snapshot = data.snapshot();
    save(&data.opened());
    let message = data.refused(&[&snapshot], None, |_| {});
    assert!(
        message.contains("nothing was written") && message.contains("that change is kept"),
        "{message}"
    );
    data.assert_holds([("d.csv", EDITED)]);
}

#[test]
fn a_save_in_place_between_comparison_and_exchange_wins() {
    let data = DataDirectory::new();
    let (snapshot, editor) = (data.snapshot(), data.opened());
    let prepared = data.prepare(&snapshot);
    prepared.compare().unwrap();
    save(&editor);
    prepared.put().unwrap_err();
    data.assert_holds([("d.csv", EDITED)]);
}

#[test]
fn a_file_renamed_into_place_between_comparison_and_exchange_wins() {
    let data = DataDirectory::new();
    let snapshot = data.snapshot();
    let prepared = data.prepare(&snapshot);
    fs::write(data.path("editor's"), "renamed").unwrap();
    fs::rename(data.path("editor's"), data.dataset()).unwrap();
    prepared.put().unwrap_err();
    data.assert_holds([("d.csv", "renamed")]);
}

#[test]
fn a_save_in_place_after_the_exchange_is_kept_beside_the_new_file() {
    let data = DataDirectory::new();
    let (snapshot, editor) = (data.snapshot(), data.opened());
    let replaced = data.prepare(&snapshot).put().unwrap().unwrap();
    save(&editor);
    let message = format!("{:#}", data.finish(replaced).unwrap_err());
    assert!(message.contains("d.csv.edit.bak"), "{message}");
    data.assert_holds([("d.csv", NEW), ("d.csv.edit.bak", EDITED)]);
}

#[test]
fn a_save_in_place_after_the_old_file_is_removed_is_kept_beside_the_new_file() {
    let data = DataDirectory::new();
    let (snapshot, editor) = (data.snapshot(), data.opened());
    let replaced = data.prepare(&snapshot).put().unwrap().unwrap();
    let ended = data.written(replaced).end(|| {
        data.assert_holds([("d.csv", NEW)]);
        save(&editor);
    });
    let message = format!("{:#}", ended.unwrap_err());
    assert!(message.contains("d.csv.edit.bak"), "{message}");
    data.assert_holds([("d.csv", NEW), ("d.csv.edit.bak", EDITED)]);
}

#[test]
fn where_files_cannot_be_exchanged_a_save_in_place_is_still_kept() {
    let data = DataDirectory::new();
    let (snapshot, editor) = (data.snapshot(), data.opened());
    let prepared = data.prepare(&snapshot);
    rename_over(&prepared.new, &prepared.target, OLD.as_bytes()).unwrap();
    let mut recovered = data.recover();
    assert_eq!(*recovered[0].bytes, *OLD.as_bytes());
    save(&editor);
    data.finish(recovered.remove(0)).unwrap_err();
    data.assert_holds([("d.csv", NEW), ("d.csv.edit.bak", EDITED)]);
}

#[test]
fn where_files_cannot_be_exchanged_a_save_before_the_rename_wins() {
    let data = DataDirectory::new();
    let snapshot = data.snapshot();
    let prepared = data.prepare(&snapshot);
    save(&data.opened());
    rename_over(&prepared.new, &prepared.target, OLD.as_bytes()).unwrap_err();
    drop(prepared);
    data.assert_holds([("d.csv", EDITED)]);
}

#[test]
fn an_error_names_the_files_already_replaced_and_the_next_run_finds_their_old_files() {
    let data = DataDirectory::new();
    fs::write(data.path("decisions.csv"), "decided").unwrap();
    let decisions = Snapshot::read(&data.path("decisions.csv")).unwrap();
    let snapshot = data.snapshot();
    let files = [&decisions, &snapshot];
    let message = data.refused(&files, None, |data| save(&data.opened()));
    let expected = "decisions.csv is written, but";
    assert!(message.contains(expected), "{message}");
    let recovered = &recover(&data.lock, &decisions.path).unwrap()[0];
    assert_eq!(*recovered.bytes, *b"decided");
    assert!(data.recover().is_empty());
    recovered.remove_and_report().unwrap();
    data.assert_holds([("d.csv", EDITED), ("decisions.csv", NEW), ("journal", "")]);
}

#[test]
fn an_error_after_the_backup_names_the_backup() {
    let data = DataDirectory::new();
    let snapshot = data.snapshot();
    let message = data.refused(&[&snapshot], Some(&snapshot), |data| save(&data.opened()));
    let expected = "d.csv.19700101T000000Z.bak is written, but";
    assert!(message.contains(expected), "{message}");
    let backup = data.path("d.csv.19700101T000000Z.bak");
    assert_eq!(fs::read_to_string(backup).unwrap(), OLD);
}

#[test]
fn a_file_that_appeared_after_it_was_found_missing_stays() {
    let data = DataDirectory::new();
    let decisions = Snapshot::read(&data.path("decisions.csv")).unwrap();
    let prepared = data.prepare(&decisions);
    prepared.compare().unwrap();
    fs::write(data.path("decisions.csv"), "somebody's").unwrap();
    prepared.put().unwrap_err();
    data.assert_holds([("d.csv", OLD), ("decisions.csv", "somebody's")]);
}

#[test]
fn a_run_that_gives_up_waiting_says_that_another_run_holds_the_lock() {
    let data = tempfile::tempdir().unwrap();
    let dataset = data.path().join("dataset.csv");
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
fn a_dataset_and_a_link_to_it_share_one_lock() {
    let data = tempfile::tempdir().unwrap();
    let (real, link) = (data.path().join("real"), data.path().join("link"));
    for directory in [&real, &link] {
        fs::create_dir(directory).unwrap();
    }
    fs::write(real.join("d.csv"), "").unwrap();
    std::os::unix::fs::symlink(real.join("d.csv"), link.join("d.csv")).unwrap();
    let _first = Lock::acquire(PATIENCE, &link.join("d.csv"), || {}).unwrap();
    let second = Lock::acquire(Duration::ZERO, &real.join("d.csv"), || {});
    assert!(second.is_err());
}
