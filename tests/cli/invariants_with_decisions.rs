//! The invariants of a refresh hold with any decisions and aliases beside the dataset, too.
//!
//! The cases are the same in every run. `PROPTEST_RNG_SEED=SEED cargo test --test cli` tries others.

use std::collections::{BTreeMap, BTreeSet};

use core_dataset::dataset::{Aliases, Dataset, Decisions, push_record};
use core_dataset::estimates::{Estimates, Latest};
use core_dataset::key::Key;
use core_dataset::plan::{self, Mode};
use core_dataset::render::render;
use proptest::prelude::*;

use crate::invariants::{dataset, developer, document, human_work, name, records};
use crate::support::{ALIASES_HEADER, DECISIONS_HEADER, World, config, rows_of};

/// The texts of the files beside a dataset.
#[derive(Debug, Clone)]
struct Beside {
    decisions: String,
    aliases: String,
}

fn line(cells: &[&str]) -> String {
    let mut bytes = Vec::new();
    push_record(&mut bytes, cells.iter().copied(), "\n");
    String::from_utf8(bytes).unwrap()
}

prop_compose! {
    fn decision()(
        name in name(), developer in developer(),
        word in prop::sample::select(vec!["below", "below", "Ignore", "stands", "perhaps", ""]),
        flop in prop::sample::select(vec!["", "1e24", "6e24", "3.58E+25", "soon"]),
        note in prop::sample::select(vec!["", "mine", "determine", "why; mine; reviewer: ana", "two\nlines; ana; a, \"b\"; mine"]),
    ) -> String {
        line(&[&name, &developer, word, flop, note, "", ""])
    }
}

prop_compose! {
    fn alias()(
        name in name(), developer in developer(), is_name in name(), is_developer in developer(),
        any_name in prop::bool::weighted(0.3),
    ) -> String {
        match any_name {
            true => line(&["*", &developer, "*", &is_developer, ""]),
            false => line(&[&name, &developer, &is_name, &is_developer, ""]),
        }
    }
}

fn beside() -> impl Strategy<Value = Beside> {
    let decisions = prop::collection::vec(decision(), 0..8);
    let aliases = prop::collection::vec(alias(), 0..4);
    (decisions, aliases).prop_map(|(decisions, lines)| {
        // A line that makes a chain, or that has the left side of another line, is left out.
        let aliases = lines
            .iter()
            .fold(format!("{ALIASES_HEADER}\n"), |text, line| {
                let more = text.clone() + line;
                let is_sound = Aliases::parse(more.as_bytes()).is_ok();
                if is_sound { more } else { text }
            });
        Beside {
            decisions: format!("{DECISIONS_HEADER}\n{}", decisions.concat()),
            aliases,
        }
    })
}

impl Beside {
    /// The text of a dataset after a refresh or a reset from these estimates.
    fn after(&self, dataset: Option<&str>, estimates: &str, reset: bool) -> String {
        let aliases = Aliases::parse(self.aliases.as_bytes()).unwrap();
        let decisions = Decisions::parse(self.decisions.as_bytes(), &aliases).unwrap();
        let mut estimates = Estimates::parse(estimates.as_bytes()).unwrap();
        estimates.apply_aliases(&aliases);
        let latest = Latest::of(&estimates, &aliases);
        let parsed = dataset.map_or_else(Dataset::absent, |text| {
            Dataset::parse(text.as_bytes()).unwrap()
        });
        let parsed = parsed.with_aliases(&aliases);
        let plan = match reset {
            true => plan::merge(Mode::Reset, &parsed, &decisions, &latest),
            false => plan::refresh(&parsed, &decisions, &latest),
        };
        match dataset {
            Some(text) if !plan.is_pending() => text.to_owned(),
            _ => String::from_utf8(render(&plan)).unwrap(),
        }
    }

    /// The key of the model of a row or a line, with the aliases applied.
    fn model(&self, cells: &BTreeMap<String, String>) -> Key {
        let aliases = Aliases::parse(self.aliases.as_bytes()).unwrap();
        let key = Key::new(&cells["name"], &cells["developer"]);
        aliases.resolve(&key).into_owned()
    }

    /// The models whose lines with a valid word all have the same one, which keeps them out.
    fn dismissed(&self) -> BTreeSet<Key> {
        let mut words: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
        for line in rows_of(self.decisions.as_bytes()) {
            let word = line["decision"].to_lowercase();
            if ["below", "ignore", "stands"].contains(&&*word) {
                words.entry(self.model(&line)).or_default().insert(word);
            }
        }
        words.retain(|_, words| words.len() == 1 && !words.contains("stands"));
        words.into_keys().collect()
    }
}

fn has_human_work(row: &BTreeMap<String, String>) -> bool {
    let texts = ["verified", "notes", "reviewer"];
    texts
        .iter()
        .any(|column| row.get(*column).is_some_and(|text| !text.trim().is_empty()))
}

#[test]
fn human_work_stays_or_its_text_is_in_a_note_after_any_number_of_refreshes() {
    proptest!(config(256), |(dataset in dataset(), beside in beside(), rounds in prop::collection::vec(records(), 1..4))| {
        let Some(mut text) = dataset else { return Ok(()) };
        let (marked, mut texts) = human_work(&text);
        for records in rounds {
            text = beside.after(Some(&text), &document(&records), false);
        }
        let (marked_after, texts_after) = human_work(&text);
        prop_assert_eq!(marked_after, marked);
        for kept in &texts_after {
            let place = texts.iter().position(|text| text == kept);
            prop_assert!(place.is_some(), "{} is new", kept);
            texts.remove(place.unwrap());
        }
        let notes: Vec<String> = rows_of(beside.decisions.as_bytes()).iter().map(|line| line["note"].clone()).collect();
        for left in texts {
            let left = left.trim().replace("\r\n", "\n");
            prop_assert!(notes.iter().any(|note| note.contains(&left)), "{} is lost", left);
        }
    });
}

#[test]
fn a_second_refresh_changes_nothing_with_decisions() {
    proptest!(config(256), |(dataset in dataset(), beside in beside(), records in records())| {
        let estimates = document(&records);
        let once = beside.after(dataset.as_deref(), &estimates, false);
        prop_assert_eq!(beside.after(Some(&once), &estimates, false), once);
    });
}

#[test]
fn the_order_of_the_records_changes_nothing_with_aliases() {
    proptest!(config(256), |(dataset in dataset(), beside in beside(), (records, shuffled) in records().prop_flat_map(|records| (Just(records.clone()), Just(records).prop_shuffle())), reset in any::<bool>())| {
        let [one, other] = [records, shuffled].map(|records| beside.after(dataset.as_deref(), &document(&records), reset));
        prop_assert_eq!(one, other);
    });
}

#[test]
fn a_dismissed_model_is_in_no_dataset_unless_a_person_wrote_in_its_row() {
    proptest!(config(256), |(dataset in dataset(), beside in beside(), rounds in prop::collection::vec(records(), 1..4))| {
        let dismissed = beside.dismissed();
        let mut text = dataset;
        for records in &rounds {
            text = Some(beside.after(text.as_deref(), &document(records), false));
        }
        for row in rows_of(text.as_deref().unwrap_or_default().as_bytes()) {
            prop_assert!(!dismissed.contains(&beside.model(&row)) || has_human_work(&row), "{:?}", row);
        }
        let reset = beside.after(text.as_deref(), &document(&rounds[0]), true);
        for row in rows_of(reset.as_bytes()) {
            prop_assert!(!dismissed.contains(&beside.model(&row)), "{:?}", row);
        }
    });
}

#[test]
fn the_program_keeps_decisions_and_aliases_and_a_reset_backs_up_human_work() {
    proptest!(config(24), |(dataset in dataset(), beside in beside(), records in records())| {
        let world = World::with(&records);
        if let Some(text) = &dataset {
            world.set_dataset(text);
        }
        std::fs::write(world.decisions_path(), &beside.decisions).unwrap();
        std::fs::write(world.aliases_path(), &beside.aliases).unwrap();
        let dry = world.json(&["--dry-run", "--force"]);
        let real = world.json(&["--force"]);
        for part in ["input", "changes", "summary", "attention"] {
            prop_assert_eq!(&real[part], &dry[part], "{}", part);
        }
        for kind in ["drifted", "reconsider", "demoted", "orphaned"] {
            let listed = world.json(&["list", &format!("--{kind}")]);
            let listed = listed.as_array().map(Vec::len).unwrap();
            prop_assert_eq!(&real["attention"][kind], listed, "{}", kind);
        }
        world.ok_without_writing(&[]);
        let text = world.text();
        let report = world.json(&["--reset", "--force"]);
        match report["backup"].as_str() {
            Some(backup) => prop_assert_eq!(std::fs::read_to_string(backup).unwrap(), text),
            None => prop_assert_eq!(human_work(&world.text()), human_work(&text)),
        }
        let read = |path| std::fs::read_to_string(path).unwrap();
        prop_assert_eq!(read(world.decisions_path()), beside.decisions);
        prop_assert_eq!(read(world.aliases_path()), beside.aliases);
    });
}

#[test]
fn decisions_and_aliases_files_with_only_a_header_have_no_effect() {
    proptest!(config(24), |(dataset in dataset(), records in records())| {
        let outcomes = [false, true].map(|has_files| {
            let world = World::with(&records);
            if let Some(text) = &dataset {
                world.set_dataset(text);
            }
            if has_files {
                world.set_decisions("");
                world.set_aliases("");
            }
            let run = world.run_at(1_755_000_000, &["--force"]);
            let path = world.dir.path().to_string_lossy().into_owned();
            let [stdout, stderr] = [run.stdout, run.stderr].map(|text| text.replace(&path, ""));
            let journal = std::fs::read_to_string(world.journal_path()).unwrap_or_default();
            (run.code, stdout, stderr, world.text(), journal)
        });
        prop_assert_eq!(&outcomes[0], &outcomes[1]);
    });
}
