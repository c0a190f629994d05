//! The invariants of a refresh (behaviour §5), as properties over generated estimates and datasets.
//!
//! The cases are the same in every run. `PROPTEST_RNG_SEED=SEED cargo test --test cli` tries others.

use std::collections::BTreeMap;

use core_dataset::dataset::{Aliases, Dataset, Decisions, Mark};
use core_dataset::estimates::{Estimates, Latest};
use core_dataset::key::Key;
use core_dataset::plan::{self, Mode};
use core_dataset::render::render;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{HEADER, World, config, rows_of};

/// There are few names, and some are spellings of one key, so that records and rows often belong to one model.
pub fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "a",
        "A ",
        "b",
        "ÉTÉ",
        "été",
        "c,\"d\"",
        "e\nf",
        "文心",
        "g",
        "G\u{a0}",
        "h-1",
        "h 1",
        "<<<<<<< x",
    ])
    .prop_map(str::to_owned)
}

pub fn developer() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["x", "X", "y"]).prop_map(str::to_owned)
}

fn flop() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => Just(Value::Null),
        12 => prop::sample::select(vec!["1e24", "4.99e24", "5e24", "5.0e+24", "7e24", "1e25", "3.5799999999999997e+25", "3.58e25", "5e25", "6.00e+26"])
            .prop_map(Value::from),
        1 => Just(Value::from("broken")),
    ]
}

prop_compose! {
    fn record()(
        name in name(), developer in developer(), flop in flop(),
        confidence in prop::sample::select(vec!["high", "medium", "low", "speculative"]),
        updated in prop::sample::select(vec!["", "2025-08-01T00:00:00", "2025-08-02T00:00:00Z", "2025-08-01T23:00:00-05:00"]),
        reasoning in prop::sample::select(vec!["", "plain", "with, comma", "a \"quote\"", "two\r\nlines", "two\nlines", "=1+1", "x\n<<<<<<< y", "\0"]),
        parameters in prop::sample::select(vec![json!(null), json!(7), json!(1.75e11), json!("many")]),
        released in prop::sample::select(vec![json!(null), json!("2025-08-15"), json!("8/15/2025")]),
    ) -> Value {
        json!({
            "name": name, "developer": developer, "training_flop": flop, "training_flop_confidence": confidence,
            "last_updated": updated, "reasoning": reasoning, "parameters": parameters,
            "release_date": released, "sources": ["https://example.org/a, b"]
        })
    }
}

pub fn records() -> impl Strategy<Value = Vec<Value>> {
    (prop::collection::vec(record(), 0..14), record()).prop_map(|(mut records, mut last)| {
        // One record is always usable, since a file without any is refused.
        last["training_flop"] = json!("6e25");
        records.push(last);
        records
    })
}

fn quoted(text: &str, always: bool) -> String {
    if always || text.contains([',', '"', '\n', '\r', '<']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

prop_compose! {
    fn raw_row(flops: &'static [&'static str])(
        name in name(), developer in developer(), flop in prop::sample::select(flops),
        verified in prop::sample::select(vec!["", "", "", "", "y", "Y", " y ", "yes", "?"]),
        notes in prop::sample::select(vec!["", "", " ", "mine", "two\nlines", "a, \"b\""]),
        reviewer in prop::sample::select(vec!["", "", "", " ", "ana", "two\r\nlines"]),
        index in prop::sample::select(vec!["", "17"]),
        quotes in any::<bool>(), end in prop::sample::select(vec!["\n", "\n", "\r\n"]), blank in prop::sample::select(vec!["", "", "", "\n", " \r\n", ",,,,,,,,,,,,,,,,\n"]),
    ) -> String {
        let cells = [&*name, &developer, "", "1e11", flop, "", "low", "m", "not_sure", "uncertain", "why", "src", verified, "", notes, reviewer, index];
        blank.to_owned() + &cells.map(|cell| quoted(cell, quotes)).join(",") + end
    }
}

const NUMBERS: [&str; 6] = [
    "",
    "1e24",
    "5e24",
    "3.5799999999999997e+25",
    "6.00E+25",
    " 7e25 ",
];

pub fn dataset() -> impl Strategy<Value = Option<String>> {
    let text = (
        any::<bool>(),
        prop::collection::vec(raw_row(&NUMBERS), 0..12),
        // A file with several cells that are no numbers is refused.
        prop::option::of(raw_row(&["NA", "-1"])),
        any::<bool>(),
    )
        .prop_map(|(mark, mut rows, odd, cut)| {
            rows.extend(odd);
            let text = format!(
                "{}{HEADER},reviewer,\n{}",
                if mark { "\u{feff}" } else { "" },
                rows.concat()
            );
            if cut {
                text.trim_end().to_owned()
            } else {
                text
            }
        });
    prop::option::weighted(0.9, text)
}

pub fn document(records: &[Value]) -> String {
    json!({"models": records}).to_string()
}

/// The text of a dataset after a refresh or a reset from these estimates.
fn after(dataset: Option<&str>, estimates: &str, reset: bool) -> String {
    let estimates = Estimates::parse(estimates.as_bytes()).unwrap();
    let latest = Latest::of(&estimates, &Aliases::absent());
    let parsed = dataset.map_or_else(Dataset::absent, |text| {
        Dataset::parse(text.as_bytes()).unwrap()
    });
    let decisions = Decisions::absent();
    let plan = if reset {
        plan::merge(Mode::Reset, &parsed, &decisions, &latest)
    } else {
        plan::refresh(&parsed, &decisions, &latest)
    };
    match dataset {
        Some(text) if !plan.is_pending() => text.to_owned(),
        _ => String::from_utf8(render(&plan)).unwrap(),
    }
}

/// The raw bytes of the marked rows, and the texts of all rows in the columns in which people write.
pub fn human_work(text: &str) -> (Vec<String>, Vec<String>) {
    let dataset = Dataset::parse(text.as_bytes()).unwrap();
    let marked = dataset.rows.iter().filter(|row| row.mark != Mark::Blank);
    let mut marked: Vec<String> = marked.map(|row| row.record.raw.to_owned()).collect();
    let rows = rows_of(text.as_bytes());
    let texts = rows.iter().flat_map(|row| {
        let texts = ["notes", "reviewer"].map(|column| row.get(column).cloned());
        texts.into_iter().flatten()
    });
    let mut texts: Vec<String> = texts.filter(|text| !text.trim().is_empty()).collect();
    marked.sort();
    texts.sort();
    (marked, texts)
}

#[test]
fn marked_rows_keep_their_bytes_and_human_text_stays_through_any_number_of_refreshes() {
    proptest!(config(256), |(dataset in dataset(), rounds in prop::collection::vec(records(), 1..4))| {
        let Some(mut text) = dataset else { return Ok(()) };
        let before = human_work(&text);
        for records in rounds {
            text = after(Some(&text), &document(&records), false);
            prop_assert_eq!(human_work(&text), before.clone());
        }
    });
}

/// The number of a row, where it has one.
fn number(row: &BTreeMap<String, String>) -> Option<f64> {
    let number = row["training_flop"].trim().parse().ok();
    number.filter(|number: &f64| number.is_finite() && *number > 0.0)
}

/// The key of a row's model.
fn key(row: &BTreeMap<String, String>) -> Key {
    Key::new(&row["name"], &row["developer"])
}

#[test]
fn a_row_that_has_a_number_never_loses_it_while_it_stays() {
    proptest!(config(256), |(dataset in dataset(), records in records(), include_unestimated in any::<bool>())| {
        let Some(text) = dataset else { return Ok(()) };
        let estimates = document(&records);
        let estimates = Estimates::parse(estimates.as_bytes()).unwrap();
        let parsed = Dataset::parse(text.as_bytes()).unwrap();
        let decisions = Decisions::absent();
        let mut latest = Latest::of(&estimates, &Aliases::absent());
        latest.include_unestimated = include_unestimated;
        let plan = plan::refresh(&parsed, &decisions, &latest);
        let after = String::from_utf8(render(&plan)).unwrap();
        let (before, after) = (rows_of(text.as_bytes()), rows_of(after.as_bytes()));
        let of_model = |rows: &[BTreeMap<String, String>], model: &Key| -> Vec<bool> {
            rows.iter().filter(|row| key(row) == *model).map(|row| number(row).is_some()).collect()
        };
        for model in before.iter().map(key) {
            // If a model has several rows, the one that stays may be one without a number.
            if of_model(&before, &model) == [true] {
                prop_assert!(!of_model(&after, &model).contains(&false), "{model:?}\n{after:?}");
            }
        }
    });
}

#[test]
fn after_a_refresh_the_class_of_every_unmarked_row_fits_its_number() {
    proptest!(config(256), |(dataset in dataset(), records in records())| {
        let after = after(dataset.as_deref(), &document(&records), false);
        for row in rows_of(after.as_bytes()).iter().filter(|row| row["verified"].trim().is_empty()) {
            let Some(number) = number(row) else { continue };
            let class = match number {
                5e25.. => "high_confidence_above",
                5e24..5e25 => "not_sure",
                _ => "high_confidence_below",
            };
            prop_assert_eq!(&row["threshold_classification"], class, "{:?}", row);
        }
    });
}

#[test]
fn the_dataset_that_a_refresh_writes_is_sorted_and_never_refused() {
    proptest!(config(256), |(dataset in dataset(), records in records())| {
        let after = after(dataset.as_deref(), &document(&records), false);
        prop_assert!(Dataset::parse(after.as_bytes()).is_ok(), "{after}");
        let numbers: Vec<f64> = rows_of(after.as_bytes()).iter().map(|row| number(row).unwrap_or_default()).collect();
        prop_assert!(numbers.is_sorted_by(|a, b| a >= b), "{after}");
    });
}

#[test]
fn exactly_the_unmarked_rows_that_passed_1e25_are_reported_as_crossed() {
    proptest!(config(24), |(dataset in dataset(), records in records())| {
        let Some(text) = dataset else { return Ok(()) };
        let world = World::with(&records).dataset(&text);
        let report = world.json(&["--dry-run", "--force"]);
        let side = |number: &Value| number.as_f64().unwrap() >= 1e25;
        for entry in report["changes"]["crossed"].as_array().unwrap() {
            prop_assert_ne!(side(&entry["from_flop"]), side(&entry["to_flop"]));
        }
        let text = |value: &Value| value.as_str().and_then(|text| text.trim().parse::<f64>().ok());
        let moved = ["updated", "demoted", "removed"].into_iter().flat_map(|group| report["changes"][group].as_array().unwrap());
        let passed = moved.filter(|entry| {
            let cell = &entry["fields"]["training_flop"];
            text(&cell["from"]).zip(text(&cell["to"])).is_some_and(|(from, to)| from > 0.0 && (from >= 1e25) != (to >= 1e25))
        });
        prop_assert_eq!(passed.count(), report["changes"]["crossed"].as_array().unwrap().len());
    });
}

#[test]
fn a_second_refresh_changes_nothing() {
    proptest!(config(256), |(dataset in dataset(), records in records())| {
        let once = after(dataset.as_deref(), &document(&records), false);
        let parsed = Dataset::parse(once.as_bytes()).unwrap();
        let text = document(&records);
        let estimates = Estimates::parse(text.as_bytes()).unwrap();
        let decisions = Decisions::absent();
        let plan = plan::refresh(&parsed, &decisions, &Latest::of(&estimates, &Aliases::absent()));
        prop_assert!(!plan.is_pending(), "{once}\n{:?}", plan.lines.iter().find(|line| !line.record.edits.is_empty()));
    });
}

#[test]
fn without_human_work_and_orphans_a_refresh_and_a_reset_agree() {
    proptest!(config(256), |(first in records(), second in records())| {
        // Every model stays in the estimates, so that nothing is orphaned. All have one date, since a row is not rewritten for its date,
        // and all facts, since a row keeps those that its estimate leaves out.
        let usable = |record: &&Value| record["training_flop"].as_str().is_some_and(|flop| flop != "broken");
        let dated = |record: &Value| { let mut record = record.clone(); record["last_updated"] = json!("2025-08-01"); if !record["parameters"].is_number() { record["parameters"] = json!(7e9); } record["release_date"] = json!("2025-08-15"); record };
        let second: Vec<Value> = second.iter().filter(usable).map(dated).collect();
        let keys = |record: &Value| Key::new(record["name"].as_str().unwrap(), record["developer"].as_str().unwrap());
        let known: Vec<_> = second.iter().map(keys).collect();
        let first: Vec<Value> = first.iter().filter(usable).map(dated).filter(|record| known.contains(&keys(record))).collect();
        let created = (!first.is_empty()).then(|| after(None, &document(&first), false));
        let refreshed = after(created.as_deref(), &document(&second), false);
        let reset = after(Some(&refreshed), &document(&second), true);
        prop_assert_eq!(refreshed, reset);
    });
}

#[test]
fn the_order_of_the_records_changes_nothing() {
    proptest!(config(256), |(dataset in dataset(), (records, shuffled) in records().prop_flat_map(|records| (Just(records.clone()), Just(records).prop_shuffle())))| {
        prop_assert_eq!(after(dataset.as_deref(), &document(&records), false), after(dataset.as_deref(), &document(&shuffled), false));
    });
}

#[test]
fn a_dry_run_changes_no_file_and_reports_what_the_real_run_does() {
    proptest!(config(24), |(dataset in dataset(), records in records())| {
        let world = World::with(&records);
        let world = match dataset { Some(text) => world.dataset(text), None => world };
        let before = world.tree();
        let dry = world.json(&["--dry-run", "--force"]);
        let check = world.run(&["--check", "--force"]).code;
        prop_assert_eq!(world.tree(), before);
        let real = world.json(&["--force"]);
        for part in ["mode", "dataset", "input", "changes", "summary", "at_or_above_1e25", "attention"] {
            prop_assert_eq!(&real[part], &dry[part], "{}", part);
        }
        prop_assert_eq!(check, Some(if real["written"] == json!(true) { 3 } else { 0 }));
    });
}

#[test]
fn a_reset_keeps_the_dataset_in_the_backup_or_loses_no_human_work() {
    proptest!(config(24), |(dataset in dataset(), records in records())| {
        let Some(text) = dataset else { return Ok(()) };
        let world = World::with(&records).dataset(&text);
        let report = world.json(&["--reset", "--force"]);
        match report["backup"].as_str() {
            Some(backup) => prop_assert_eq!(std::fs::read_to_string(backup).unwrap(), text),
            None => prop_assert_eq!(human_work(&world.text()), human_work(&text)),
        }
    });
}
