//! Files with any bytes and text from anywhere: nothing panics, no control character is printed, and no human work is lost.

use std::fs;

use core_dataset::dataset::{Dataset, Mark};
use core_dataset::estimates::Estimates;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;

use crate::support::{World, config, dataset, model, model_at, model_with, row};

#[test]
fn control_and_bidi_characters_of_the_data_never_reach_the_terminal() {
    let evil = "evil\u{1b}[31mred\u{7}\u{0}\u{202e}";
    let title = "\u{1b}]0;title\u{7}";
    let world = World::with(&[
        model(evil),
        model(title),
        model_with(&format!("{evil}2"), json!({"parameters": evil})),
    ])
    .dataset(dataset(&[row(&format!("{evil}3"), evil, "")]));
    let run = world
        .ok(&["--dry-run", "--verbose"])
        .expect_stdout("evil\\u{1b}[31mred")
        .expect_stderr("evil\\u{1b}[31mred");
    for character in ['\u{1b}', '\u{7}', '\u{0}', '\u{202e}'] {
        assert!(!run.stdout.contains(character), "{run:?}");
        assert!(!run.stderr.contains(character), "{run:?}");
    }
}

#[test]
fn the_name_of_an_owners_column_is_escaped_and_cut_wherever_a_change_is_shown() {
    let column = format!("te\u{1b}[31mam\nnote{}", "x".repeat(300));
    let table = |text| format!("name,developer,verified,\"{column}\"\na,d,,{text}\n");
    let world = World::with(&[model("a")]).dataset(table("mine"));
    let before = world.sheet(table("old"));
    for args in [
        &["diff", &before, "--verbose"][..],
        &["diff", &before],
        &["reapply", &before, "--quiet"],
        &["--reset", "--verbose"],
        &["history", "a"],
    ] {
        let printed = world.run(args).expect_stdout("te\\u{1b}[31mam").stdout;
        assert!(!printed.contains('\u{1b}'), "{printed:?}");
        assert!(!printed.contains(&"x".repeat(200)), "{printed:?}");
    }
}

#[test]
fn no_cell_of_a_megabyte_floods_the_screen() {
    let long = "x".repeat(1_000_000);
    let method = model_with("a", json!({"estimation_method": long}));
    let world = World::with(&[method, model("b")]);
    let before = world.sheet("name,developer,verified\n");
    world.ok(&[]);
    world.set_decisions(&format!("b,d,stands,,{long},,\n"));
    let text = world
        .text()
        .replace("6.00e+25,medium", &format!("6.00e+25,{long}"));
    world.set_dataset(text);
    for args in [&["show", "a"][..], &["show", "b"], &["diff", &before]] {
        let printed = world.ok(args).stdout;
        assert!(printed.len() < 30_000, "{args:?}: {}", printed.len());
    }
}

#[test]
fn huge_cells_formulas_and_control_characters_are_stored_unchanged_except_for_nul() {
    let huge = "x".repeat(10 << 20);
    let formula = "=HYPERLINK(\"http://evil.example\")";
    let names = ["nul\u{0}s", "bidi\u{202e}override", "\u{1b}]0;title\u{7}"];
    let long_name = "n".repeat(1 << 20);
    let mut models = names.map(model).to_vec();
    models.extend([
        model(&long_name),
        model_with("formula", json!({"reasoning": formula})),
        model_with("cell", json!({"reasoning": huge})),
    ]);
    let world = World::with(&models);
    world.ok(&[]);
    assert_eq!(world.row("formula")["reasoning"], formula);
    assert!(world.row("cell")["reasoning"] == huge);
    let stored = world.column("name");
    assert_eq!(stored.len(), models.len());
    for name in names.iter().chain([&&*long_name]) {
        let name = name.replace('\0', "\u{fffd}");
        assert!(stored.contains(&name), "{name:?}");
    }
    world.ok(&["--check"]);
}

/// A change to a file: a place, the number of bytes cut there, and the bytes inserted.
type Mutation = (Index, u8, Vec<u8>);

/// A change such as broken disks, editors and people make.
fn mutation() -> impl Strategy<Value = Mutation> {
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..4),
        prop::sample::select(vec![
            "\"", ",", "\n", "\r", "\r\n", ";", "\u{feff}", "[", "}", "null", "1e999", "\\ud800",
            "y"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    (any::<Index>(), 0..8_u8, bytes)
}

fn mutated(bytes: &[u8], mutations: &[Mutation]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, cut, inserted) in mutations {
        let at = at.index(bytes.len() + 1);
        let end = (at + usize::from(*cut)).min(bytes.len());
        bytes.splice(at..end, inserted.iter().copied());
    }
    bytes
}

/// Estimates and a dataset that are sound before they are mutated.
fn sound_files() -> (String, String) {
    let models = [
        model("a"),
        model_with("b", json!({"parameters": 7, "release_date": "2025-01-01"})),
        model_at("c", "1e20"),
    ];
    let rows = [
        row("a", "y", "\"x, y\""),
        row("v", "no", ""),
        row("b", "", "\"two\nlines\""),
        row("c", "", ""),
        row("o", "", ""),
    ];
    (
        json!({"metadata": {}, "models": models}).to_string(),
        dataset(&rows),
    )
}

#[test]
fn no_bytes_make_a_loader_panic() {
    proptest!(config(2000), |(mutations in prop::collection::vec(mutation(), 0..4))| {
        let (estimates, dataset) = sound_files();
        let _ = Dataset::parse(&mutated(dataset.as_bytes(), &mutations));
        let _ = Estimates::parse(&mutated(estimates.as_bytes(), &mutations));
    });
}

#[test]
fn whatever_the_bytes_a_run_exits_with_0_or_1_and_keeps_human_work() {
    let in_estimates = prop::collection::vec(mutation(), 0..2);
    let in_dataset = prop::collection::vec(mutation(), 0..3);
    proptest!(config(250), |(in_estimates in in_estimates, in_dataset in in_dataset)| {
        let (estimates, dataset) = sound_files();
        let before = mutated(dataset.as_bytes(), &in_dataset);
        let world = World::new().dataset(&before);
        world.set_estimates(mutated(estimates.as_bytes(), &in_estimates));
        let tree = world.tree();
        let run = world.run(&["--force"]);
        prop_assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
        if run.code == Some(1) {
            prop_assert_eq!(world.tree(), tree);
            return Ok(());
        }
        let after = fs::read(world.dataset_path()).unwrap();
        let (before, after) = (Dataset::parse(&before).unwrap(), Dataset::parse(&after).unwrap());
        for row in before.rows.iter().filter(|row| row.mark != Mark::Blank) {
            let kept = after.rows.iter().any(|kept| kept.record.raw.starts_with(row.record.raw));
            prop_assert!(kept, "lost {:?}", row.record.raw);
        }
    });
}
