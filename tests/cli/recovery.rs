//! No human work is lost when a run is killed, or when people and other runs write at the same time.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::hint::spin_loop;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::json;

use crate::support::{
    DECISIONS_HEADER, HEADER, NO_FILES, World, alias, dataset, model, model_at, names, row, rows_of,
};

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
    let kept = world
        .other_files()
        .into_iter()
        .map(|path| fs::read_to_string(path).unwrap());
    let text = world.text() + &kept.collect::<String>();
    for n in 0..=EDITS {
        assert!(text.contains(&edit(n)), "edit {n} is lost");
    }
}

/// The part of a temp file's name that identifies the old or the new content: the length and the hash of its bytes.
fn digest(bytes: &str) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes.as_bytes());
    format!("{:x}.{:016x}", bytes.len(), hasher.finish())
}

/// The temp file of a run that is killed while it replaces the dataset; its name identifies what the run read and what it writes.
fn temp_file(world: &World, old: &str, new: &str) -> PathBuf {
    temp_file_of(&world.dataset_path(), old, new)
}

fn temp_file_of(file: &Path, old: &str, new: &str) -> PathBuf {
    let name = file.file_name().unwrap().to_str().unwrap();
    file.with_file_name(format!(".{name}.{}-{}.tmp", digest(old), digest(new)))
}

/// The moment at which a run that has replaced its files is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Killed {
    BeforeTheJournal,
    AfterTheJournal,
}

/// Runs a command and leaves the files as a kill at this moment leaves them.
fn killed(when: Killed, world: &World, command: &[&str]) {
    let paths = [
        world.dataset_path(),
        world.decisions_path(),
        world.aliases_path(),
    ];
    let files = paths.map(|path| (fs::read_to_string(&path), path));
    let journal = fs::read(world.journal_path()).unwrap_or_default();
    world.ok(command);
    for (old, path) in files {
        let Ok(old) = old else { continue };
        let new = fs::read_to_string(&path).unwrap();
        if old != new {
            fs::write(temp_file_of(&path, &old, &new), old).unwrap();
        }
    }
    if when == Killed::BeforeTheJournal {
        fs::write(world.journal_path(), journal).unwrap();
    }
}

/// A world in which a run was killed after replacing the dataset and before the journal: `gone` left, `a` was updated.
fn killed_before_the_journal() -> (World, PathBuf) {
    let old_a = row("a", "", "").replace("six of them", "five");
    let old = dataset(&[old_a, row("gone", "", "")]);
    let new = dataset(&[row("a", "", "")]);
    let world = World::with(&[model("a")]).dataset(&new);
    let temp = temp_file(&world, &old, &new);
    fs::write(&temp, &old).unwrap();
    (world, temp)
}

fn check_recovery_by(command: &[&str]) {
    let (world, temp) = killed_before_the_journal();
    world.ok_without_writing(&["--dry-run"]);
    world.ok_without_writing(&["list"]);
    world
        .ok(command)
        .expect_stderr("the previous run was cut short");
    assert!(!temp.exists());
    let entry = &world.journal()[0];
    assert_eq!(entry["mode"], "recovered");
    let changes = &entry["changes"];
    assert_eq!(names(&changes["removed"]), ["gone"]);
    assert_eq!(changes["removed"][0]["row"]["reasoning"], "six of them");
    assert_eq!(
        changes["updated"][0]["fields"],
        json!({"reasoning": {"from": "five", "to": "six of them"}})
    );
    world.ok(&["history", "gone"]).expect_stdout("removed");
}

#[test]
fn changes_of_a_killed_run_are_journalled_by_the_next_refresh() {
    check_recovery_by(&[]);
}

#[test]
fn changes_of_a_killed_run_are_journalled_by_the_next_verify() {
    check_recovery_by(&["verify", "a", "--note", "n"]);
}

#[test]
fn changes_that_a_killed_run_has_journalled_are_not_journalled_again() {
    let world = World::with(&[model_at("a", "2e25"), model("b")]);
    world.ok(&[]);
    let twin = row("twin", "", "");
    world.set_dataset(world.text() + &row("low", "", "mine") + &twin + &twin);
    let old = world.text();
    // One row passes 1e25, one leaves, one stays for its note, and one of two rows of a model leaves.
    let low = |name| model_at(name, "1e20");
    world.set_models(&[model_at("a", "9e24"), low("b"), low("low"), model("twin")]);
    let told = &world.json(&[])["changes"];
    // Only the journal has whole rows.
    assert_eq!(
        (
            told["removed"][0].get("row"),
            told["duplicates"][0].get("rows")
        ),
        (None, None)
    );
    for group in ["crossed", "updated", "removed", "demoted", "duplicates"] {
        assert_ne!(world.journal()[1]["changes"][group], json!([]), "{group}");
    }
    let temp = temp_file(&world, &old, &world.text());
    fs::write(&temp, &old).unwrap();
    // A row that somebody adds afterwards does not belong to the killed run.
    world.set_dataset(world.text() + &row("mine", "y", "by hand"));
    let run = world.ok(&["verify", "mine"]);
    assert!(!run.stderr.contains("killed"), "{}", run.stderr);
    assert!(!temp.exists());
    assert_eq!(world.journal().len(), 2);
}

#[test]
fn a_change_that_only_resembles_one_in_the_last_journal_entry_is_journalled() {
    let by_another = row("a", "", "").replace("a,d,", "a,e,");
    let rows = ["a", "b", "c", "x", "y"].map(|name| row(name, "", ""));
    let rows = dataset(&[&rows[..], &[by_another]].concat());
    let dismiss = |name| vec!["dismiss", name, "--note", "small"];
    let verify = |name, developer, note| {
        let options = ["--note", note, "--as-it-stands", "--developer", developer];
        [&["verify", name], &options[..]].concat()
    };
    let seen = verify("a", "d", "seen");
    for (last, killed, group) in [
        (&seen, verify("b", "d", "seen"), "updated"),
        (&seen, verify("a", "e", "seen"), "updated"),
        (&seen, verify("a", "d", "seen again"), "updated"),
        (&dismiss("x"), dismiss("y"), "dismissed"),
    ] {
        let world = World::with(&[model("a")]).dataset(&rows);
        world.ok(last);
        let (old, journal) = (
            world.text(),
            fs::read_to_string(world.journal_path()).unwrap(),
        );
        let changes = &world.json(&killed)["changes"];
        fs::write(world.journal_path(), &journal).unwrap();
        fs::write(temp_file(&world, &old, &world.text()), &old).unwrap();
        world.ok(&["verify", "c", "--as-it-stands"]);
        let entry = &world.journal()[1];
        assert_eq!(entry["mode"], "recovered", "{killed:?}");
        let recovered = &entry["changes"][group];
        assert_eq!(names(recovered), [killed[1]]);
        assert_eq!(recovered[0]["fields"], changes[group][0]["fields"]);
    }
}

#[test]
fn an_old_file_stays_while_the_dataset_cannot_be_read() {
    let (world, temp) = killed_before_the_journal();
    let before = world.text();
    world.set_dataset("not a dataset");
    let refused = world.run_without_writing(&[]).expect_code(1);
    refused.expect_stderr("above_1e25_flop.csv:1: ");
    assert!(temp.exists());
    world.set_dataset(before);
    world.ok(&[]);
    assert!(!temp.exists());
    assert_eq!(world.journal().len(), 1);
}

#[test]
fn a_dismissal_that_was_killed_before_the_journal_can_be_undone() {
    let old = dataset(&[row("a", "", ""), row("b", "", "human words")]);
    let new = dataset(&[row("a", "", "")]);
    let world = World::with(&[model("a"), model("b")]).dataset(&new);
    fs::write(temp_file(&world, &old, &new), &old).unwrap();
    world.set_decisions("b,d,below,6e25,because; human words,,\n");
    world
        .ok(&["-q"])
        .expect_stderr("the previous run was cut short");
    world.ok(&["dismiss", "b", "--undo"]);
    assert_eq!(world.text(), old);
    assert_eq!(world.decisions(), []);
}

fn edit_backup(world: &World, extension: &str) -> PathBuf {
    world.dataset_path().with_extension(extension)
}

#[test]
fn an_edit_in_the_temp_file_of_a_killed_run_is_kept_and_named() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let edit = temp_file(&world, "old", "new");
    fs::write(&edit, "a person's edit").unwrap();
    // The edit is found although there is nothing to write, and a quiet run names it, too.
    let run = world.ok(&["-q"]).expect_stderr(".csv.edit.bak");
    assert_eq!(run.stdout, "");
    let kept = fs::read_to_string(edit_backup(&world, "csv.edit.bak")).unwrap();
    assert_eq!(kept, "a person's edit");
    assert!(!edit.exists());
}

#[test]
fn a_second_edit_that_is_kept_does_not_overwrite_the_first() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    for edit in ["first", "second"] {
        fs::write(temp_file(&world, "old", "new"), edit).unwrap();
        world.ok(&[]);
    }
    let kept = |extension| fs::read_to_string(edit_backup(&world, extension)).unwrap();
    assert_eq!(kept("csv.edit.bak"), "first");
    assert_eq!(kept("csv.edit.2.bak"), "second");
}

#[test]
fn unfinished_and_unused_temp_files_of_killed_runs_are_removed() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let before = world.tree();
    let unfinished = world.clean().join(".above_1e25_flop.csv.4711.tmp");
    fs::write(unfinished, "half a data").unwrap();
    fs::write(temp_file(&world, "old", "a dataset"), "a dataset").unwrap();
    world.ok(&[]);
    assert_eq!(world.tree(), before);
}

#[test]
fn temp_files_of_the_decisions_and_the_aliases_are_removed() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let before = world.tree();
    for name in [".decisions.csv.4711.tmp", ".aliases.csv.4712.tmp"] {
        fs::write(world.clean().join(name), "half a li").unwrap();
    }
    world.ok(&[]);
    assert_eq!(world.tree(), before);
}

/// Refreshes after a run that was killed once it had replaced these decisions.
fn refreshed_after_old_decisions(world: &World, old: &str, new: &str) {
    fs::write(world.decisions_path(), new).unwrap();
    let temp = temp_file_of(&world.decisions_path(), old, new);
    fs::write(&temp, old).unwrap();
    world.ok(&[]);
    assert!(!temp.exists());
    assert_eq!(fs::read_to_string(world.decisions_path()).unwrap(), new);
}

#[test]
fn a_decision_that_a_killed_run_wrote_is_journalled() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let old = format!("{DECISIONS_HEADER}\nb,d,below,,by hand,,\n");
    let new = old.clone() + "c,d,ignore,,no model,,\n";
    refreshed_after_old_decisions(&world, &old, &new);
    let entry = &world.journal()[1];
    assert_eq!(entry["mode"], "recovered");
    let decisions = &entry["changes"]["decisions"];
    assert_eq!(names(decisions), ["c"]);
    assert_eq!(decisions[0]["fields"]["note"]["to"], "no model");
    assert_eq!(world.other_files(), [world.decisions_path()]);
}

#[test]
fn a_dismissal_killed_between_its_two_files_can_still_be_undone() {
    let rows = ["a", "b", "c"].map(|name| row(name, "", "mine"));
    let world = World::with(&[model("a"), model("b"), model("c")]).dataset(dataset(&rows));
    world.ok(&["dismiss", "a", "--note", "small"]);
    let files = [
        world.dataset_path(),
        world.decisions_path(),
        world.journal_path(),
    ];
    let [dataset, decisions, journal] = files
        .each_ref()
        .map(|path| fs::read_to_string(path).unwrap());
    world.ok(&["dismiss", "b", "--note", "small"]);
    let written = fs::read_to_string(world.decisions_path()).unwrap();
    world.set_dataset(dataset);
    fs::write(world.journal_path(), journal).unwrap();
    fs::write(
        temp_file_of(&world.decisions_path(), &decisions, &written),
        decisions,
    )
    .unwrap();
    world.ok(&[]);
    world.ok(&["dismiss", "b", "--undo"]);
    assert_eq!(world.row("b")["notes"], "mine");
}

#[test]
fn a_recovery_does_not_forget_that_marked_rows_are_missing() {
    let marked = ["a", "b", "c", "d", "e"].map(|name| row(name, "y", "mine"));
    let world = World::with(&[model("a")]).dataset(dataset(&marked));
    world.ok(&["verify", "a", "--note", "again"]);
    world.set_dataset(dataset(&marked[..1]));
    let new = format!("{DECISIONS_HEADER}\nm,d,below,,n,,\n");
    fs::write(world.decisions_path(), &new).unwrap();
    let temp = temp_file_of(&world.decisions_path(), DECISIONS_HEADER, &new);
    fs::write(&temp, DECISIONS_HEADER).unwrap();
    let refused = world.run(&[]).expect_code(1);
    assert!(!temp.exists());
    refused.expect_stderr("the journal's last entry counted 5");
}

#[test]
fn a_recovery_journals_only_the_changed_line_even_if_two_others_have_one_key() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let old = format!("{DECISIONS_HEADER}\nk,d,below,,one,,\nk,d,below,,two,,\n");
    let new = old.clone() + "m,d,below,,three,,\n";
    refreshed_after_old_decisions(&world, &old, &new);
    let journal = world.journal();
    assert_eq!(names(&journal[1]["changes"]["decisions"]), ["m"]);
}

#[test]
fn changes_of_two_files_that_a_killed_run_has_journalled_are_not_journalled_again() {
    let rows = [row("a", "", ""), row("b", "", "mine")];
    let world = World::with(&[model("a"), model("b")]).dataset(dataset(&rows));
    let old = [world.text(), DECISIONS_HEADER.to_owned() + "\n"];
    world.set_decisions("");
    world.ok(&["dismiss", "b", "--note", "small"]);
    let paths = [world.dataset_path(), world.decisions_path()];
    for (path, old) in paths.iter().zip(&old) {
        let new = fs::read_to_string(path).unwrap();
        fs::write(temp_file_of(path, old, &new), old).unwrap();
    }
    world.ok(&[]);
    assert_eq!(world.journal().len(), 1);
}

#[test]
fn an_alias_that_a_killed_run_has_journalled_is_not_journalled_again() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    world.set_aliases("");
    let old = fs::read_to_string(world.aliases_path()).unwrap();
    world.ok(&alias("c", "d", "a", "d"));
    let new = fs::read_to_string(world.aliases_path()).unwrap();
    for (journalled, mode) in [(2, "alias"), (1, "recovered")] {
        let journal = fs::read_to_string(world.journal_path()).unwrap();
        let entries: String = journal.split_inclusive('\n').take(journalled).collect();
        fs::write(world.journal_path(), entries).unwrap();
        fs::write(temp_file_of(&world.aliases_path(), &old, &new), &old).unwrap();
        world.ok(&[]);
        let journal = world.journal();
        assert_eq!(journal.len(), 2);
        assert_eq!(journal[1]["mode"], mode);
        assert_eq!(names(&journal[1]["changes"]["aliases"]), ["c"]);
    }
}

#[test]
fn old_decisions_that_cannot_be_read_are_kept() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    refreshed_after_old_decisions(&world, "no table", DECISIONS_HEADER);
    let kept = world.clean().join("decisions.csv.edit.bak");
    assert_eq!(fs::read_to_string(kept).unwrap(), "no table");
}

#[test]
fn an_undo_killed_between_its_two_files_can_be_repeated_even_after_a_refresh() {
    let rows = [row("a", "", ""), row("gone", "", "human words")];
    for before in [&["dismiss", "gone", "--undo"][..], &[]] {
        let world = World::with(&[model("a")]).dataset(dataset(&rows));
        world.ok(&["dismiss", "gone", "--note", "small"]);
        let old = fs::read_to_string(world.decisions_path()).unwrap();
        let temp = temp_file_of(&world.decisions_path(), &old, DECISIONS_HEADER);
        fs::write(temp, &old).unwrap();
        fs::write(world.decisions_path(), DECISIONS_HEADER).unwrap();
        let run = world.ok(before);
        run.expect_stderr("the lines that it removed are restored");
        if before.is_empty() {
            assert_eq!(fs::read_to_string(world.decisions_path()).unwrap(), old);
            world.ok(&["dismiss", "gone", "--undo"]);
        }
        assert_eq!(world.text(), dataset(&rows));
        assert_eq!(world.other_files(), [world.decisions_path()]);
    }
}

#[test]
fn decisions_that_a_person_deletes_after_a_killed_run_stay_deleted_and_are_backed_up() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let [old, new] = ["k,d,below,,one,,\n", "k,d,below,,one,,\nm,d,below,,two,,\n"]
        .map(|lines| format!("{DECISIONS_HEADER}\n{lines}"));
    let temp = temp_file_of(&world.decisions_path(), &old, &new);
    fs::write(&temp, &old).unwrap();
    world.set_decisions("");
    world.ok(&[]).expect_stderr("decisions.csv.edit.bak");
    assert_eq!(world.decisions(), []);
    let kept = world.clean().join("decisions.csv.edit.bak");
    assert_eq!(fs::read_to_string(kept).unwrap(), old);
}

#[test]
fn decisions_whose_removal_is_in_the_journal_stay_removed() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    world.ok(&["dismiss", "a", "--note", "small"]);
    let old = fs::read_to_string(world.decisions_path()).unwrap();
    world.ok(&["dismiss", "a", "--undo"]);
    let new = fs::read_to_string(world.decisions_path()).unwrap();
    refreshed_after_old_decisions(&world, &old, &new);
}

#[test]
fn temp_files_are_removed_beside_a_symlink_and_beside_its_target() {
    let world = World::with(&[model("a")]);
    let target = world.dir.path().join("elsewhere.csv");
    fs::write(&target, dataset(&[row("a", "", "")])).unwrap();
    symlink("../elsewhere.csv", world.dataset_path()).unwrap();
    let beside_link = world.clean().join(".above_1e25_flop.csv.123.tmp");
    let beside_target = world.dir.path().join(".elsewhere.csv.123.tmp");
    for path in [&beside_link, &beside_target] {
        fs::write(path, "half a da").unwrap();
    }
    world.ok(&[]);
    assert!(!beside_link.exists() && !beside_target.exists());
}

#[test]
fn an_undo_killed_before_it_replaced_the_dataset_is_completed_when_it_is_repeated() {
    let rows = [row("a", "", ""), row("gone", "", "human words")];
    let world = World::with(&[model("a")]).dataset(dataset(&rows));
    world.ok(&["dismiss", "gone", "--note", "small"]);
    let old = fs::read_to_string(world.decisions_path()).unwrap();
    fs::write(
        temp_file_of(&world.decisions_path(), &old, DECISIONS_HEADER),
        &old,
    )
    .unwrap();
    fs::write(world.decisions_path(), DECISIONS_HEADER).unwrap();
    // Where two files cannot be exchanged in one step, the old one gets its second name before the new one takes its place.
    let today = world.text();
    fs::write(temp_file(&world, &today, &dataset(&rows)), &today).unwrap();
    world.ok(&["dismiss", "gone", "--undo"]);
    assert_eq!(world.text(), dataset(&rows));
}

#[test]
fn an_undo_killed_before_the_journal_is_journalled_and_not_reverted() {
    let rows = [row("a", "", ""), row("gone", "", "human words")];
    let world = World::with(&[model("a"), model("gone")]).dataset(dataset(&rows));
    world.ok(&["dismiss", "gone", "--note", "small"]);
    let paths = [world.dataset_path(), world.decisions_path()];
    let old = paths
        .each_ref()
        .map(|path| fs::read_to_string(path).unwrap());
    let journal = fs::read(world.journal_path()).unwrap();
    world.ok(&["dismiss", "gone", "--undo"]);
    fs::write(world.journal_path(), journal).unwrap();
    for (path, old) in paths.iter().zip(&old) {
        let new = fs::read_to_string(path).unwrap();
        fs::write(temp_file_of(path, old, &new), old).unwrap();
    }
    world
        .ok(&[])
        .expect_stderr("its changes are now in the journal");
    assert_eq!(world.decisions(), []);
    assert_eq!(world.text(), dataset(&rows));
    let entry = &world.journal()[1];
    assert_eq!(names(&entry["changes"]["decisions"]), ["gone"]);
    assert_eq!(world.other_files(), [world.decisions_path()]);
}

#[test]
fn a_decision_that_a_killed_run_changed_is_journalled_with_its_old_and_new_text() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let [old, new] =
        ["small", "smaller"].map(|note| format!("{DECISIONS_HEADER}\nm,d,below,,{note},,\n"));
    refreshed_after_old_decisions(&world, &old, &new);
    let fields = &world.journal()[1]["changes"]["decisions"][0]["fields"];
    assert_eq!(*fields, json!({"note": {"from": "small", "to": "smaller"}}));
    assert_eq!(world.other_files(), [world.decisions_path()]);
}

#[test]
fn a_row_that_a_killed_refresh_renamed_by_an_alias_is_journalled_as_updated() {
    for when in [Killed::BeforeTheJournal, Killed::AfterTheJournal] {
        let rows = [row("a", "", ""), row("old name", "", "mine")];
        let world = World::with(&[model("a"), model("new name")]).dataset(dataset(&rows));
        world.set_aliases("old name,d,new name,d,\n");
        killed(when, &world, &[]);
        world.ok(&[]);
        let journal = world.journal();
        assert_eq!(journal.len(), 1, "{when:?}");
        let changes = &journal[0]["changes"];
        assert_eq!(changes["removed"], json!([]));
        assert_eq!(names(&changes["updated"]), ["new name"]);
        let renamed = json!({"name": {"from": "old name", "to": "new name"}});
        assert_eq!(changes["updated"][0]["fields"], renamed);
    }
}

#[test]
fn a_row_that_a_killed_refresh_removed_does_not_return_when_a_later_dismissal_is_undone() {
    let world = World::with(&[model("a"), model_at("low", "1e24")]);
    world.set_dataset(dataset(&[row("a", "", ""), row("low", "", "")]));
    killed(Killed::BeforeTheJournal, &world, &[]);
    world.ok(&["dismiss", "low", "--note", "small"]);
    assert_eq!(names(&world.journal()[0]["changes"]["removed"]), ["low"]);
    world.ok(&["dismiss", "low", "--undo"]);
    assert_eq!(world.column("name"), ["a"]);
}

#[test]
fn the_row_of_a_killed_dismissal_returns_when_the_repeated_dismissal_is_undone() {
    let rows = dataset(&[row("a", "", ""), row("b", "", "mine")]);
    for (decisions, journalled) in [(None, 2), (Some(""), 3)] {
        let world = World::with(&[model("a"), model("b")]).dataset(&rows);
        if let Some(lines) = decisions {
            world.set_decisions(lines);
        }
        let dismiss = ["dismiss", "b", "--note", "small"];
        killed(Killed::BeforeTheJournal, &world, &dismiss);
        world.ok(&[&dismiss[..2], &["--note", "too small"]].concat());
        let journal = world.journal();
        assert_eq!(journal.len(), journalled);
        let left = journal
            .iter()
            .flat_map(|entry| names(&entry["changes"]["dismissed"]));
        assert_eq!(left.collect::<Vec<_>>(), ["b", "b"]);
        world.ok(&["history", "b"]).expect_stdout("dismissed");
        world.ok(&["dismiss", "b", "--undo"]);
        assert_eq!(world.text(), rows);
    }
}

#[test]
fn marks_that_a_killed_run_set_or_took_back_are_counted_once() {
    let undo = ["verify", "a", "b", "c", "d", "--undo"];
    let verify = ["verify", "f", "g", "--as-it-stands"];
    for when in [Killed::BeforeTheJournal, Killed::AfterTheJournal] {
        for (command, counted) in [(&undo[..], 1), (&verify, 7), (&["--reset", "--force"], 0)] {
            let marked = ["a", "b", "c", "d", "e"].map(|name| row(name, "y", ""));
            let rows = [&marked[..], &["f", "g"].map(|name| row(name, "", ""))].concat();
            let models = ["a", "b", "c", "d", "e", "f", "g"].map(model);
            let models = [&models[..], &[model_at("low", "1e24")]].concat();
            let world = World::with(&models).dataset(dataset(&rows));
            // Taking the mark of this row back changes the decisions, too.
            world.set_decisions("a,d,stands,,looked at,,\n");
            world.ok(&["verify", "a", "--note", "again"]);
            killed(when, &world, command);
            world.ok(&["dismiss", "low", "--note", "small"]);
            let journal = world.journal();
            assert_eq!(journal[journal.len() - 1]["marked"], counted, "{command:?}");
            world.ok(&[]);
        }
    }
}

#[test]
fn marks_of_a_killed_run_are_not_counted_in_a_file_that_a_person_has_changed_since() {
    let rows = ["a", "b", "c", "d", "e"].map(|name| row(name, "y", "mine"));
    let world = World::with(&[model("a")]).dataset(dataset(&rows));
    world.ok(&["verify", "a", "--note", "again"]);
    let command = ["verify", "a", "--note", "once more"];
    killed(Killed::BeforeTheJournal, &world, &command);
    world.set_dataset(dataset(&rows[..1]));
    let refused = world.run(&[]).expect_code(1);
    refused.expect_stderr("the journal's last entry counted 5");
}

#[test]
fn rows_that_a_killed_run_added_are_journalled_once() {
    let add = ["add", "b", "--developer", "d", "--flop", "6e25"];
    let undo = ["dismiss", "gone", "--undo"];
    for when in [Killed::BeforeTheJournal, Killed::AfterTheJournal] {
        for (command, added) in [(&[][..], "a"), (&add, "b"), (&undo, "gone")] {
            let world = World::with(&[model("a")]).dataset(dataset(&[row("gone", "", "mine")]));
            world.ok(&["dismiss", "gone", "--note", "small"]);
            killed(when, &world, command);
            world.ok(&["accept", "gone", "--undo"]);
            let journal = world.journal();
            let all = journal
                .iter()
                .flat_map(|entry| names(&entry["changes"]["added"]));
            assert_eq!(all.collect::<Vec<_>>(), [added], "{when:?}");
            world.ok(&["history", added]).expect_stdout("added");
        }
    }
}

#[test]
fn rows_that_a_person_adds_after_a_killed_run_are_not_journalled_as_added_by_it() {
    let (world, _) = killed_before_the_journal();
    world.set_dataset(world.text() + &row("mine", "y", "by hand"));
    world.ok(&[]);
    assert_eq!(world.journal()[0]["changes"]["added"], json!([]));
}
