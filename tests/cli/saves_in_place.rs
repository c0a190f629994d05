//! A script or an editor that writes into the file while a run replaces it loses nothing (behaviour §8). What happens between two steps of
//! a run is tested beside the code, in `src/store/tests.rs`.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::support::{World, dataset, model, model_at, row};

#[test]
fn a_script_that_saves_row_by_row_while_refreshes_run_loses_no_mark() {
    const MARKS: usize = 60;
    let names: Vec<String> = (0..MARKS).map(|n| format!("m{n:02}")).collect();
    let rows: Vec<String> = names.iter().map(|name| row(name, "", "")).collect();
    let world = World::new().dataset(dataset(&rows));
    let models = |round: usize| -> Vec<_> {
        let flop = format!("{}e25", 6 + round % 3);
        names.iter().map(|name| model_at(name, &flop)).collect()
    };
    world.set_models(&models(0));
    let (done, started) = (AtomicBool::new(false), AtomicUsize::new(0));
    let runs = thread::scope(|scope| {
        let refreshing = scope.spawn(|| {
            let mut runs = Vec::new();
            for round in 1.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                world.set_models(&models(round));
                started.store(round, Ordering::Relaxed);
                runs.push(world.run(&["-q", "--force"]));
            }
            runs
        });
        for (place, name) in names.iter().enumerate() {
            // The saves are spread over many runs.
            while started.load(Ordering::Relaxed) < place {
                thread::yield_now();
            }
            let text = world.text();
            let marked: Vec<String> = text
                .lines()
                .map(|line| match line.starts_with(&format!("{name},")) {
                    true => line.replace(",,2025-08-01", ",y,2025-08-01") + "\n",
                    false => format!("{line}\n"),
                })
                .collect();
            fs::write(world.dataset_path(), marked.concat()).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        refreshing.join().unwrap()
    });
    for run in runs {
        assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    }
    let mut saved = vec![world.text()];
    saved.extend(
        world
            .other_files()
            .iter()
            .map(|path| fs::read_to_string(path).unwrap()),
    );
    for name in names {
        let is_marked = |line: &str| line.starts_with(&format!("{name},")) && line.contains(",y,");
        let kept = saved.iter().any(|text| text.lines().any(is_marked));
        assert!(kept, "the mark of {name} is lost");
    }
}

#[test]
fn a_save_into_the_old_file_while_the_report_is_read_is_kept_and_named() {
    // The report is longer than a pipe holds, so that the program is still printing after the first line was read.
    let models: Vec<_> = (0..3000).map(|n| model(&format!("model {n}"))).collect();
    let world = World::with(&models).dataset(dataset(&[row("a", "", "")]));
    let mut old = fs::OpenOptions::new()
        .append(true)
        .open(world.dataset_path())
        .unwrap();
    let mut command = world.command(&["--verbose"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut String::new()).unwrap();
    old.write_all(b"a late line\n").unwrap();
    let mut said = String::new();
    drop(reader);
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{said}");
    assert!(
        said.contains("above_1e25_flop.csv.edit.bak: compare the two"),
        "{said}"
    );
    let kept = world.clean().join("above_1e25_flop.csv.edit.bak");
    let kept = fs::read_to_string(kept).unwrap();
    assert_eq!(kept, dataset(&[row("a", "", "")]) + "a late line\n");
}
