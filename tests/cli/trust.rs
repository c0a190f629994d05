//! Nothing a person wrote is ever lost: kills, full disks, crowds, broken bytes and hostile data.

use std::fs;
use std::hint::spin_loop;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use core_dataset::dataset::{Dataset, Mark};
use core_dataset::estimates::Estimates;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{HEADER, World, config, dataset, model, model_at, model_with, row, rows_of};

fn is_human_work_whole(world: &World, rows: &[String]) {
    let text = world.text();
    assert!(
        text.starts_with(HEADER) && text.ends_with('\n'),
        "half a file: {text:?}"
    );
    rows_of(text.as_bytes());
    for row in rows {
        assert!(text.contains(row), "lost {row:?}");
    }
}

#[test]
fn a_storm_of_kills_leaves_a_whole_dataset_with_all_human_work() {
    let human: Vec<String> = (0..40)
        .map(|n| row(&format!("human {n:02}"), "y", "weeks of work"))
        .collect();
    let world = World::new().dataset(dataset(&human));
    let mut random = proptest::test_runner::TestRng::deterministic_rng(
        proptest::test_runner::RngAlgorithm::ChaCha,
    );
    for round in 0..300 {
        let flop = if round % 2 == 0 { "6e25" } else { "7e25" };
        world.set_models(
            &(0..60)
                .map(|n| model_at(&format!("m{n}"), flop))
                .collect::<Vec<_>>(),
        );
        let mut child = world
            .command(&["-q", "--force"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..random.random_range(0..400_000) {
            spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        is_human_work_whole(&world, &human);
    }
    world.set_models(&[model_at("m0", "8e25")]);
    world.ok(&["--force"]);
    is_human_work_whole(&world, &human);
    let left: Vec<_> = fs::read_dir(world.dir.path().join("clean"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(
        left.len(),
        2,
        "the dataset and its journal, nothing else: {left:?}"
    );
}

#[test]
fn in_a_crowd_of_refreshes_and_edits_no_edit_is_lost_and_no_reader_sees_half_a_file() {
    const EDITS: usize = 300;
    let world = World::new().dataset(dataset(&[row("edit 0", "y", "")]));
    let (done, clean) = (AtomicBool::new(false), world.dir.path().join("clean"));
    let mut codes = Vec::new();
    thread::scope(|scope| {
        let refreshing: Vec<_> = (0..2)
            .map(|n| {
                let (world, done) = (&world, &done);
                scope.spawn(move || {
                    let mut codes = Vec::new();
                    for round in 0.. {
                        if done.load(Ordering::Relaxed) {
                            break;
                        }
                        let flop = format!("{}e25", 6 + (round + n) % 3);
                        let estimates = world.dir.path().join(format!("estimates {n}"));
                        fs::write(
                            &estimates,
                            json!({"models": [model_at("m", &flop)]}).to_string(),
                        )
                        .unwrap();
                        fs::rename(&estimates, world.json()).unwrap();
                        codes.push(world.run(&["-q", "--force"]).code);
                    }
                    codes
                })
            })
            .collect();
        let reading = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                is_human_work_whole(&world, &[row("edit 0", "y", "")]);
            }
        });
        world.set_models(&[model("m")]);
        for n in 1..=EDITS {
            let text = world.text() + &row(&format!("edit {n}"), "y", "");
            let edited = clean.join("editor's own temp file");
            fs::write(&edited, text).unwrap();
            fs::rename(&edited, world.csv()).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        codes = refreshing
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect();
        reading.join().unwrap();
    });
    assert!(
        codes.iter().all(|code| matches!(code, Some(0 | 1))),
        "{codes:?}"
    );
    let kept = fs::read_to_string(world.csv().with_extension("csv.edit.bak")).unwrap_or_default();
    let text = world.text() + &kept;
    for n in 0..=EDITS {
        assert!(
            text.contains(&row(&format!("edit {n}"), "y", "")),
            "edit {n} is lost"
        );
    }
}

#[test]
fn a_full_disk_is_an_error_and_the_next_run_works() {
    let before = dataset(&[row("a", "y", "mine")]);
    let world = World::with(
        &(0..500)
            .map(|n| model(&format!("m{n}")))
            .collect::<Vec<_>>(),
    )
    .dataset(&before);
    let tree = world.tree();
    let limited = Command::new("sh")
        .args([
            "-c",
            "ulimit -f 8; exec \"$@\"",
            "sh",
            env!("CARGO_BIN_EXE_core-dataset"),
            "--data-dir",
        ])
        .arg(world.dir.path())
        .output()
        .unwrap();
    let stderr = String::from_utf8(limited.stderr).unwrap();
    assert_eq!(limited.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("cannot be written") && stderr.contains("File too large"),
        "{stderr}"
    );
    assert_eq!(world.tree(), tree);
    world.ok(&[]);
    assert_eq!(world.rows().len(), 501);
}

#[test]
fn each_run_that_wrote_appends_one_line_to_the_journal() {
    let world = World::with(&[model("a"), model_at("b", "7e25")]);
    world.ok(&[]);
    world.ok(&[]);
    world.set_models(&[model("a"), model_at("b", "1e20")]);
    world.ok(&[]);
    world.set_models(&[model("a"), model("c")]);
    fs::write(world.csv(), dataset(&[row("a", "y", "mine")])).unwrap();
    world.ok(&["--reset"]);
    let journal = fs::read_to_string(world.journal()).unwrap();
    let lines: Vec<Value> = journal
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        lines
            .iter()
            .map(|line| line["mode"].as_str().unwrap())
            .collect::<Vec<_>>(),
        ["refresh", "refresh", "reset"]
    );
    assert_eq!(lines[0]["estimates_saved_at"], "2025-08-15T06:00:00");
    assert_eq!(
        (&lines[0]["version"], &lines[0]["summary"]["total"]),
        (&json!(env!("CARGO_PKG_VERSION")), &json!(2))
    );
    assert!(
        lines[0]["by"].is_string() && lines[0]["at"].as_str().unwrap().ends_with('Z'),
        "{}",
        lines[0]
    );
    let gone = &lines[1]["changes"]["removed"][0];
    assert_eq!(
        (&gone["row"]["training_flop"], &gone["row"]["reasoning"]),
        (&json!("7e+25"), &json!("six of them"))
    );
    let backup = world
        .dir
        .path()
        .join("clean")
        .join(lines[2]["backup"].as_str().unwrap());
    assert_eq!(
        fs::read_to_string(backup).unwrap(),
        dataset(&[row("a", "y", "mine")])
    );
}

#[test]
fn a_torn_last_line_is_passed_over_and_never_glued_to_the_next() {
    let world = World::with(&[model("a")]);
    fs::write(world.journal(), "{\"at\": \"2025-08-").unwrap();
    world.ok(&[]);
    let journal = fs::read_to_string(world.journal()).unwrap();
    assert_eq!(journal.lines().count(), 2);
    let run = world.ok(&["history"]);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    assert!(
        run.stderr
            .contains("history.jsonl:1: this line cannot be read"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_journal_that_cannot_be_written_does_not_undo_the_dataset_and_exits_1() {
    let world = World::with(&[model("a")]);
    symlink("/dev/full", world.journal()).unwrap();
    let run = world.run(&[]).expect_code(1);
    assert!(
        run.stderr.contains("is written, but the journal is not"),
        "{}",
        run.stderr
    );
    assert_eq!(world.text(), dataset(&[row("a", "", "")]));
    fs::remove_file(world.journal()).unwrap();
    fs::create_dir(world.journal()).unwrap();
    world.set_models(&[model("a"), model("b")]);
    world.run(&[]).expect_code(1);
    assert_eq!(world.rows().len(), 2);
}

#[test]
fn history_tells_when_a_model_entered_changed_was_given_up_and_left() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    world.set_models(&[model_at("A ", "7e25"), model("b")]);
    world.ok(&[]);
    world.set_models(&[model_at("a", "1e20"), model("b")]);
    world.ok(&[]);
    let events = |args: &[&str]| -> Vec<String> {
        let args: Vec<&str> = ["history", "--format", "json"]
            .iter()
            .chain(args)
            .copied()
            .collect();
        let events: Value = serde_json::from_str(&world.ok(&args).stdout).unwrap();
        events
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["event"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(events(&["A"]), ["removed", "updated", "added"]);
    assert_eq!(
        events(&["a", "--developer", "D", "--limit", "1"]),
        ["removed"]
    );
    assert_eq!(events(&["a", "--developer", "x"]), [""; 0]);
    let text = world.ok(&["history", "a"]).stdout;
    assert!(
        text.contains("6.00e+25 → 7.00e+25") && text.contains("7.00e+25 → 1.00e+20"),
        "{text}"
    );
    assert_eq!(
        world
            .ok(&["history", "--limit", "2"])
            .stdout
            .lines()
            .count(),
        2
    );
}

#[test]
fn data_from_scraped_pages_harms_nobody() {
    let long = "x".repeat(10 << 20);
    let models = [
        model_with(
            "formula",
            json!({"reasoning": "=HYPERLINK(\"http://evil.example\")"}),
        ),
        model_with("cell", json!({"reasoning": long})),
        model(&"n".repeat(1 << 20)),
        model("nul\u{0}s"),
        model("bidi\u{202e}override"),
        model("\u{1b}]0;title\u{7}"),
    ];
    let world = World::with(&models);
    let run = world.ok(&["--verbose"]);
    assert!(
        !run.stdout
            .contains(['\u{1b}', '\u{7}', '\u{0}', '\u{202e}'])
    );
    assert_eq!(
        world.row("formula")["reasoning"],
        "=HYPERLINK(\"http://evil.example\")"
    );
    assert_eq!(world.row("cell")["reasoning"].len(), 10 << 20);
    assert_eq!(world.rows().len(), models.len());
    world.ok(&["--check"]);
}

/// A change to some bytes such as broken disks, editors and people make.
fn mutation() -> impl Strategy<Value = (prop::sample::Index, u8, Vec<u8>)> {
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..4),
        prop::sample::select(vec![
            "\"", ",", "\n", "\r", "\r\n", ";", "\u{feff}", "[", "}", "null", "1e999", "\\ud800",
            "y"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    (any::<prop::sample::Index>(), 0..8_u8, bytes)
}

fn mutated(bytes: &[u8], mutations: &[(prop::sample::Index, u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, cut, inserted) in mutations {
        let at = at.index(bytes.len() + 1);
        let end = (at + usize::from(*cut)).min(bytes.len());
        bytes.splice(at..end, inserted.iter().copied());
    }
    bytes
}

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
        if let Ok(text) = String::from_utf8(mutated(estimates.as_bytes(), &mutations)) {
            let _ = Estimates::parse(&text);
        }
    });
}

#[test]
fn whatever_the_bytes_a_run_ends_with_0_or_1_and_keeps_human_work() {
    proptest!(config(250), |(in_estimates in prop::collection::vec(mutation(), 0..2), in_dataset in prop::collection::vec(mutation(), 0..3))| {
        let (estimates, dataset) = sound_files();
        let before = mutated(dataset.as_bytes(), &in_dataset);
        let world = World::new().dataset(&before);
        fs::write(world.json(), mutated(estimates.as_bytes(), &in_estimates)).unwrap();
        let tree = world.tree();
        let run = world.run(&["--force"]);
        prop_assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
        if run.code == Some(1) {
            prop_assert_eq!(world.tree(), tree);
            return Ok(());
        }
        let after = fs::read(world.csv()).unwrap();
        let (before, after) = (Dataset::parse(&before).unwrap(), Dataset::parse(&after).unwrap());
        for row in before.rows.iter().filter(|row| row.mark != Mark::Unverified) {
            let kept = after.rows.iter().any(|kept| kept.record.raw.starts_with(row.record.raw));
            prop_assert!(kept, "lost {:?}", row.record.raw);
        }
    });
}
