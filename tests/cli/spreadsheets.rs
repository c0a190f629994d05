//! The traces that spreadsheets, data frames and merges leave in a dataset.

use crate::support::{HEADER, World, dataset, model, model_at, row};

const COMMAS: &str = ",,,,,,,,,,,,,,\n";

fn with_a_column_in_front(header: &str, cells: [&str; 2]) -> String {
    let rows = [row("a", "y", "why"), row("b", "", "")];
    let lines = rows
        .iter()
        .zip(cells)
        .map(|(row, cell)| format!("{cell},{row}"));
    format!("{header},{HEADER}\n{}", lines.collect::<String>())
}

#[test]
fn lines_of_nothing_but_commas_and_spaces_are_no_reason_to_stop_or_to_write() {
    let rows = [
        row("a", "", ""),
        COMMAS.to_owned(),
        " , ,,,,,,,,,,,,, \r\n".to_owned(),
        COMMAS.to_owned(),
    ];
    World::with(&[model("a")])
        .dataset(dataset(&rows))
        .ok_without_writing(&[]);
}

#[test]
fn lines_of_nothing_but_commas_are_dropped_when_the_file_is_written() {
    let rows = [
        row("a", "y", "why"),
        COMMAS.to_owned(),
        row("b", "", ""),
        COMMAS.repeat(3),
    ];
    let world = World::with(&[model("b"), model("c")]).dataset(dataset(&rows));
    world.ok(&[]);
    let expected = [row("a", "y", "why"), row("b", "", ""), row("c", "", "")];
    assert_eq!(world.text(), dataset(&expected));
}

#[test]
fn a_line_whose_only_quoted_cell_is_blank_is_a_blank_line() {
    let quoted = "\"\"".to_owned() + COMMAS;
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", ""), quoted]));
    let report = world.ok_without_writing(&["--dry-run", "--format", "json"]);
    assert_eq!(report.json()["summary"]["total"], 1);
}

#[test]
fn columns_without_a_name_are_kept_however_many_there_are() {
    let text: String = dataset(&[row("a", "y", "why"), row("b", "", "")])
        .lines()
        .enumerate()
        .map(|(n, line)| format!("{line},,{},\n", if n == 1 { "mine" } else { "" }))
        .collect();
    let world = World::with(&[model("b"), model("c")]).dataset(&text);
    world.ok(&[]);
    let expected = text + row("c", "", "").trim_end() + ",,,\n";
    assert_eq!(world.text(), expected);
    world.ok_without_writing(&[]);
}

#[test]
fn the_index_column_of_a_data_frame_is_kept() {
    let world = World::with(&[model("a"), model("b"), model("c")])
        .dataset(with_a_column_in_front("", ["0", "1"]));
    world.ok(&[]);
    let expected = with_a_column_in_front("", ["0", "1"]) + "," + &row("c", "", "");
    assert_eq!(world.text(), expected);
}

#[test]
fn a_column_is_never_called_by_an_empty_name() {
    let world = World::with(&[model("a")]).dataset(with_a_column_in_front("", ["0", "1"]));
    for args in [&["--reset", "--dry-run"][..], &["--dry-run"], &["validate"]] {
        let run = world.run_without_writing(args);
        assert!(!run.stdout.contains("\"\""), "{}", run.stdout);
        assert!(!run.stderr.contains("\"\""), "{}", run.stderr);
    }
}

/// A dataset of `mangled` rows whose training FLOP has a decimal comma, and of `sound` other rows.
fn with_decimal_commas(mangled: usize, sound: usize) -> String {
    let mangled =
        (0..mangled).map(|n| row(&format!("m{n}"), "y", "why").replace("6e+25,", "\"1,5e+26\","));
    let sound = (0..sound).map(|n| row(&format!("s{n}"), "", ""));
    dataset(&mangled.chain(sound).collect::<Vec<_>>())
}

/// A row whose training FLOP is this text.
fn unreadable(name: &str, mark: &str, text: &str) -> String {
    row(name, mark, "").replace("6e+25,6.00e+25", &format!("{text},"))
}

#[test]
fn no_row_leaves_if_most_of_the_remaining_numbers_would_be_unreadable() {
    let rows = [
        unreadable("p", "y", "3.2e25 FLOP"),
        unreadable("q", "y", "~1e26"),
        row("low", "", ""),
        row("a", "", ""),
    ];
    let world = World::with(&[model_at("low", "1e24"), model("a")]).dataset(dataset(&rows));
    for args in [&[][..], &["--force"], &["dismiss", "low", "--note", "n"]] {
        let refused = world.run_without_writing(args).expect_code(1);
        let refused =
            refused.expect_stderr("2 of the 3 filled cells of `training_flop` are not numbers");
        let refused = refused.expect_stderr("`verify NAME --flop F`");
        // The message gives no line numbers, since the new file is never written.
        refused.expect_stderr(
            "nothing was written, because the program could not read the new file back: 2 of",
        );
    }
    world.ok(&["verify", "p", "--flop", "3.2e25"]);
    world.ok(&[]);
    world.ok_without_writing(&[]);
}

#[test]
fn a_dataset_with_decimal_commas_is_refused() {
    for (mangled, sound) in [(2, 0), (2, 1), (5, 4)] {
        World::with(&[model("s0")])
            .dataset(with_decimal_commas(mangled, sound))
            .run_without_writing(&["--force"])
            .expect_code(1)
            .expect_stderr("above_1e25_flop.csv:2: ")
            .expect_stderr("\"1,5e+26\"")
            .expect_stderr("decimal comma");
    }
    // Blank cells do not count as filled.
    let blank = ["x", "y", "z"].map(|name| unreadable(name, "", " "));
    World::with(&[model("s0")])
        .dataset(with_decimal_commas(2, 1) + &blank.concat())
        .run_without_writing(&[])
        .expect_code(1)
        .expect_stderr("2 of the 3 filled cells of `training_flop` are not numbers");
}

#[test]
fn one_unreadable_number_or_exactly_half_is_no_reason_to_stop() {
    for (mangled, sound) in [(1, 0), (2, 2), (1, 1)] {
        World::with(&[model("s0")])
            .dataset(with_decimal_commas(mangled, sound))
            .ok(&["--dry-run"]);
    }
    let world = World::with(&[model("a")]).dataset(dataset(&[unreadable("v", "y", " ")]));
    let report = world.json(&["--dry-run"]);
    assert_eq!(report["attention"]["unreadable"], 0);
}
