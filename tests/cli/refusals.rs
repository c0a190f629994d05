//! What is refused, what the message says, and that nothing is touched (behaviour §2, §5, §6).

use serde_json::json;

use crate::support::{HEADER, Run, World, dataset, model, model_at, row};

/// Runs a refresh that has to be refused; every word has to be in its message, and the files have to stay.
fn refused(world: &World, args: &[&str], words: &[&str]) -> Run {
    let before = world.tree();
    let run = world.run(args).expect_code(1);
    assert_eq!(world.tree(), before, "files changed");
    assert!(
        run.stderr.starts_with("error: ") || run.stderr.contains("\nerror: "),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    for word in words {
        assert!(run.stderr.contains(word), "no {word:?} in\n{}", run.stderr);
    }
    run
}

fn refused_estimates(text: impl AsRef<[u8]>, words: &[&str]) {
    let world = World::new().dataset(dataset(&[row("a", "y", "")]));
    std::fs::write(world.json(), text).unwrap();
    refused(&world, &[], words);
    refused(&world, &["--reset"], words);
}

#[test]
fn missing_estimates_say_how_the_data_directory_is_named() {
    let world = World::new().dataset(dataset(&[row("a", "y", "")]));
    refused(
        &world,
        &[],
        &[
            "estimated_models.json: not found",
            "--data-dir",
            "CORE_DATASET_DATA_DIR",
        ],
    );
}

#[test]
fn estimates_that_are_no_json_are_refused_with_line_and_column() {
    refused_estimates(
        "{\"models\": [\n  {\"name\": \"a\",}\n]}",
        &["estimated_models.json:2:", "not JSON"],
    );
    refused_estimates(
        "hello",
        &["estimated_models.json:1:1", "expected an object"],
    );
    refused_estimates("", &["the file is empty"]);
    refused_estimates("{\"models\": [{}] [", &["not JSON"]);
    refused_estimates(
        "{\"models\": [{\"name\": \"a\"}]} x",
        &["follows the closing brace"],
    );
}

#[test]
fn estimates_that_were_cut_short_are_refused_wherever_the_cut_is() {
    let text =
        json!({"metadata": {"saved_at": "x"}, "models": [model("a"), model("b")]}).to_string();
    for length in 1..text.len() {
        let world = World::new();
        std::fs::write(world.json(), &text[..length]).unwrap();
        world.run(&["--dry-run"]).expect_code(1);
    }
    refused_estimates(&text[..text.len() - 3], &["cut short"]);
}

#[test]
fn estimates_without_a_models_array_are_refused() {
    refused_estimates("{\"metadata\": {}}", &["no `models` array"]);
    refused_estimates("{\"models\": 3}", &["`models` is not an array"]);
    refused_estimates("[1]", &["expected an object"]);
    refused_estimates(
        "{\"models\": [], \"models\": []}",
        &["`models` stands twice"],
    );
}

#[test]
fn estimates_without_a_usable_record_are_refused_and_say_why() {
    refused_estimates("{\"models\": []}", &["`models` is empty"]);
    refused_estimates(
        "{\"models\": [{\"name\": \"\"}]}",
        &["none of the 1 records", "name", "visible character"],
    );
}

#[test]
fn estimates_that_are_not_utf8_are_refused_with_their_line() {
    refused_estimates(
        b"{\"models\":\n[{\"name\": \"\xff\"}]}",
        &["estimated_models.json:2", "not UTF-8"],
    );
}

#[test]
fn a_hundred_thousand_levels_of_nesting_neither_crash_nor_matter_where_nobody_reads() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    refused_estimates(&deep, &["expected an object"]);
    let text = json!({"models": [model("a")]})
        .to_string()
        .replacen("{\"name\"", "@", 0);
    let text = text.replacen("\"name\"", &format!("\"benchmarks\":{deep},\"name\""), 1);
    let world = World::new();
    std::fs::write(world.json(), text).unwrap();
    world.ok(&[]);
    assert_eq!(world.rows().len(), 1);
}

fn refused_dataset(bytes: impl AsRef<[u8]>, words: &[&str]) {
    let world = World::with(&[model("a")]).dataset(bytes);
    let run = refused(&world, &[], words);
    assert!(
        run.stderr.contains("above_1e25_flop.csv:"),
        "{}",
        run.stderr
    );
    let (before, after) = run.stderr.split_once("--reset").expect("--reset is named");
    assert!(
        before.contains("untouched") && after.contains("backup"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_dataset_without_a_header_is_refused() {
    refused_dataset("", &["the file is empty"]);
    refused_dataset("\n\n", &["the file is empty"]);
    refused_dataset([0; 300], &["no column `name`"]);
}

#[test]
fn a_dataset_without_a_key_or_verified_column_is_refused() {
    refused_dataset("developer,verified\nd,y\n", &[":1:", "no column `name`"]);
    refused_dataset("name,verified\na,y\n", &["no column `developer`"]);
    refused_dataset(
        "name,developer\na,d\n",
        &["no column `verified`", "never be read as"],
    );
    refused_dataset(
        "name,developer,Verified\na,d,y\n",
        &["no column `verified`, but one called \"Verified\""],
    );
}

#[test]
fn a_misspelled_column_is_not_taken_for_one_that_is_missing() {
    refused_dataset(
        dataset(&[row("a", "y", "")]).replacen(",training_flop,", ",trainingflop,", 1),
        &["no column `training_flop`, but one called \"trainingflop\""],
    );
    for wrong in ["note", "Notes", "nots"] {
        refused_dataset(
            dataset(&[row("a", "", "why")]).replacen(",notes", &format!(",{wrong}"), 1),
            &[&format!("no column `notes`, but one called \"{wrong}\"")],
        );
    }
}

#[test]
fn a_column_that_stands_twice_is_named() {
    refused_dataset(
        format!("{HEADER},notes\n"),
        &["the column \"notes\" stands twice"],
    );
}

#[test]
fn another_delimiter_is_recognised() {
    let text = dataset(&[row("a", "y", "")]);
    refused_dataset(
        text.replace(',', ";"),
        &["saved with `;`", "export it with commas"],
    );
    refused_dataset(
        text.replace(',', "\t"),
        &["saved with tabs", "export it with commas"],
    );
}

#[test]
fn a_ragged_row_is_named_with_its_line() {
    let good = dataset(&[row("a", "y", "")]);
    refused_dataset(
        format!("{good}a,b\n"),
        &[".csv:3:", "2 cells where the header has 15", "\"a,b\""],
    );
    refused_dataset(
        format!("{good}{}\n", "x,".repeat(20)),
        &[".csv:3:", "21 cells"],
    );
}

#[test]
fn an_open_quote_is_named_with_the_line_it_opens_on() {
    let good = dataset(&[row("a", "y", "")]);
    refused_dataset(
        format!("{good}\"abc,d\n"),
        &[".csv:3:", "a quote opens here and never closes"],
    );
}

#[test]
fn an_open_quote_does_not_swallow_the_rows_up_to_the_next_quote() {
    let (open, marked) = (row("a", "", "\"so it says"), row("b", "y", "\"x\""));
    // The number of cells fits: a's note would be all of b but its note.
    refused_dataset(
        dataset(&[open, marked]),
        &[".csv:2:", "a quote opens here", "on line 3"],
    );
}

#[test]
fn a_row_without_a_name_or_developer_is_named() {
    refused_dataset(
        dataset(&[row("a", "y", ""), row(" ", "", "")]),
        &[".csv:3:", "has no name"],
    );
}

#[test]
fn a_dataset_in_another_encoding_is_refused() {
    refused_dataset(
        b"name,developer,verified\n\xe9t\xe9,d,y\n",
        &[".csv:2:", "not UTF-8", "0xe9", "CSV UTF-8"],
    );
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("name".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    refused_dataset(utf16, &["UTF-16"]);
}

#[test]
fn line_ends_of_another_age_are_refused() {
    refused_dataset("name,developer,verified\ra,d,y\r", &["carriage return"]);
}

#[test]
fn a_refresh_that_removes_more_than_half_of_ten_or_more_unverified_rows_wants_force() {
    let models: Vec<_> = (0..20)
        .map(|n| model_at(&format!("m{n:02}"), if n < 9 { "6e25" } else { "1e20" }))
        .collect();
    let rows: Vec<_> = (0..20).map(|n| row(&format!("m{n:02}"), "", "")).collect();
    let world = World::with(&models).dataset(dataset(&rows));
    let run = refused(
        &world,
        &[],
        &["would remove 11 of the 20 unverified rows", "--force"],
    );
    assert!(
        run.stdout.contains("Removed 11") && run.stdout.contains("Refused: nothing written"),
        "{}",
        run.stdout
    );
    refused(&world, &["--dry-run"], &["--force"]);
    world.ok(&["--force"]);
    assert_eq!(world.rows().len(), 9);
}

#[test]
fn a_refresh_may_always_remove_a_few_rows_or_exactly_half() {
    for (total, removed) in [(12, 9), (20, 10)] {
        let models: Vec<_> = (0..total)
            .map(|n| {
                model_at(
                    &format!("m{n:02}"),
                    if n < removed { "1e20" } else { "6e25" },
                )
            })
            .collect();
        let rows: Vec<_> = (0..total)
            .map(|n| row(&format!("m{n:02}"), "", ""))
            .collect();
        let world = World::with(&models).dataset(dataset(&rows));
        world.ok(&[]);
        assert_eq!(world.rows().len(), total - removed);
    }
}

#[test]
fn a_reset_that_writes_nothing_or_less_than_half_wants_force() {
    let world = World::with(&[model_at("a", "1e20")]);
    refused(&world, &["--reset"], &["would write no row", "--force"]);
    let world = World::with(&[model("a")]).dataset(dataset(&[
        row("a", "", ""),
        row("b", "", ""),
        row("c", "", ""),
    ]));
    refused(
        &world,
        &["--reset"],
        &["less than half of today's 3", "--force"],
    );
}
