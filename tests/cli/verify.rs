//! `verify`: one row is marked, and everything else stays.

use serde_json::json;

use crate::support::{HEADER, World, dataset, model, model_at, row, row_at};

#[test]
fn a_note_that_is_already_there_is_not_joined_again_however_its_lines_end() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    for note in ["x\n>>>>>>> y", "x\r\n>>>>>>> y", "x\n>>>>>>> y"] {
        world.ok(&["verify", "a", "--note", note]);
        assert_eq!(world.row("a")["notes"], "x\n >>>>>>> y");
    }
}

#[test]
fn verify_changes_the_mark_and_the_note_and_no_other_row() {
    let other = row("\"b\"", "", "").replace("6e+25", "1E+25");
    let text = |mark, note| format!("\u{feff}{HEADER}\r\n{}{other}", row("z", mark, note));
    let world = World::with(&[model("z")]).dataset(text("", "\"why, ever\""));
    world.ok_without_writing(&["verify", "Z", "--note", "page 3", "--dry-run"]);
    world.ok(&["verify", " Z ", "--note", "page 3"]);
    assert_eq!(world.text(), text("y", "\"why, ever; page 3\""));
    world.ok(&["verify", "z", "--undo"]);
    assert_eq!(world.text(), text("", "\"why, ever; page 3\""));
}

#[test]
fn verify_is_journalled_and_changes_nothing_the_second_time() {
    let world = World::with_every_kind_of_row();
    world.ok(&["verify", "plain", "--note", "seen"]);
    let again = world.ok_without_writing(&["verify", "plain"]);
    again.expect_stdout("Nothing to change");
    let events = world.json(&["history", "plain"]);
    assert_eq!(events.as_array().unwrap().len(), 1, "{events}");
    assert_eq!(events[0]["mode"], "verify");
    assert_eq!(
        events[0]["fields"]["notes"],
        json!({"from": "", "to": "seen"})
    );
}

#[test]
fn a_name_that_does_not_fit_one_row_is_refused_with_similar_names_developers_or_lines() {
    let world = World::with(&[model("a")]).dataset(dataset(&[
        row("glm_4", "", ""),
        row("glm_4", "", "").replace(",d,", ",Zhipu AI,"),
        row("gpt_4", "", ""),
        row("GPT_4", "", ""),
    ]));
    let refused = |args: &[&str], message: &str| {
        world
            .run_without_writing(&[&["verify"], args].concat())
            .expect_code(1)
            .expect_stderr(message);
    };
    refused(&["glm_4b"], "did you mean \"glm_4\"");
    refused(&["glm-4"], "may be one of several");
    refused(
        &["nothing like it"],
        "no model named \"nothing like it\"; `list --match",
    );
    refused(&["glm_4"], "\"glm_4\" (Zhipu AI); type one of them");
    refused(&["glm_4"], "choose with --developer");
    refused(
        &["glm_4", "--developer", "OpenAI"],
        "no model named \"glm_4\" by \"OpenAI\"; that name exists under \"Zhipu AI\", \"d\"",
    );
    refused(&["gpt_4"], "the dataset has \"gpt_4\" on lines 4, 5");
}

#[test]
fn the_developer_distinguishes_models_of_one_name() {
    let rows = [
        row("glm_4", "", ""),
        row("glm_4", "", "").replace(",d,", ",Zhipu AI,"),
    ];
    let world = World::with(&[model("a")]).dataset(dataset(&rows));
    world.ok(&["verify", "glm_4", "--developer", "zhipu ai", "--note", "n"]);
    let marked = row("glm_4", "y", "n").replace(",d,", ",Zhipu AI,");
    assert_eq!(world.text(), dataset(&[rows[0].clone(), marked]));
}

#[test]
fn a_number_that_is_not_the_latest_estimate_is_not_verified_by_mistake() {
    let stands = row_at("v", "y", "why", "2e+25", "2.00e+25");
    let world = World::with(&[model_at("a", "2e26"), model("b"), model_at("v", "9e25")]).dataset(
        dataset(&[
            row("a", "", ""),
            row("b", "", ""),
            row("gone", "", ""),
            stands.clone(),
        ]),
    );
    let refused = world.run_without_writing(&["verify", "b", "a", "--note", "n"]);
    refused.expect_code(1).expect_stderr("--as-it-stands");
    // A row without a latest estimate, and one that is verified already, are taken as they stand.
    world.ok(&["verify", "gone", "b", "--note", "n"]);
    world.ok_without_writing(&["verify", "v"]);
    world.ok(&["verify", "a", "--as-it-stands", "--note", "n"]);
    assert_eq!(world.row("a")["training_flop"], "6e+25");
    assert!(world.text().contains(&stands));
    std::fs::remove_file(world.estimates_path()).unwrap();
    world.ok(&["verify", "b", "--undo"]);
    let refused = world.run_without_writing(&["verify", "b", "--note", "n"]);
    let compared = "cannot be compared with the latest estimate (refresh first, or";
    refused.expect_code(1).expect_stderr(compared);
    world.ok(&["verify", "b", "--as-it-stands"]);
    assert_eq!(world.row("b")["verified"], "y");
}

#[test]
fn a_correction_updates_the_cells_derived_from_the_number() {
    let world = World::with(&[model("a"), model("b")])
        .dataset(dataset(&[row("a", "", "first"), row("b", "", "")]));
    let found = [
        "--flop",
        "3.5e24",
        "--source",
        "https://example.org/card",
        "--note",
        "card",
    ];
    let more = [
        "--confidence",
        "high",
        "--release-date",
        " 2025-02-17 ",
        "--parameters",
        "405000000000.00006",
    ];
    let args = [&["verify", "a"][..], &found, &more].concat();
    world.ok(&args).expect_stderr("below 1e25 FLOP");
    let row = world.row("a");
    for (column, text) in [
        ("release_date", "2025-02-17"),
        ("parameters", "405000000000"),
        ("training_flop", "3.5e+24"),
        ("training_flop_formatted", "3.50e+24"),
        ("confidence", "high"),
        ("estimation_method", "manual_research"),
        ("threshold_classification", "high_confidence_below"),
        ("status", "confirmed_below"),
        ("reasoning", ""),
        ("sources", "https://example.org/a; https://example.org/card"),
        ("verified", "y"),
        ("last_updated", "2025-08-01T00:00:00"),
        ("notes", "first; card"),
    ] {
        assert_eq!(row[column], text, "{column}");
    }
    assert_eq!(world.column("name"), ["b", "a"]);
    let fields = &world.journal()[0]["changes"]["updated"][0]["fields"];
    assert_eq!(fields["reasoning"]["from"], "six of them");
    world.ok_without_writing(&args);
}

#[test]
fn a_number_that_is_confirmed_by_a_source_keeps_its_reasoning() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let source = ["--source", "https://example.org/card", "--note", "card"];
    world.ok(&[&["verify", "a", "--flop", "6.0e25"], &source[..]].concat());
    assert_eq!(world.row("a")["reasoning"], "six of them");
    assert_eq!(world.row("a")["estimation_method"], "manual_research");
}

#[test]
fn verify_refuses_what_it_cannot_do_and_writes_nothing() {
    let world = World::with_every_kind_of_row();
    world.ok(&["dismiss", "plain", "--note", "small"]);
    for (args, code, message) in [
        (
            &["verify", "plain", "--note", "n"][..],
            1,
            "dismiss --undo first",
        ),
        (&["verify", "protected", "--note", "n"], 1, "--force"),
        (
            &["verify", "noted", "nobody", "--note", "n"],
            1,
            "no model named \"nobody\"",
        ),
        (
            &["verify", "noted", "verified", "--flop", "1e26"],
            2,
            "one model at a time",
        ),
        (&["verify", "noted", "--flop", "soon"], 2, "soon"),
        (&["verify", "noted", "--flop", "0"], 2, "FLOP"),
        (
            &[
                "verify",
                "noted",
                "--release-date",
                "2025-2-17",
                "--flop",
                "1e26",
            ],
            2,
            "2025-02-17",
        ),
        (
            &["verify", "noted", "--parameters", "1.5", "--flop", "1e26"],
            2,
            "whole number",
        ),
        (
            &["verify", "noted", "--undo", "--flop", "1e26"],
            2,
            "--undo",
        ),
        (
            &["verify", "noted", "--undo", "--source", "https://a.b"],
            2,
            "--undo",
        ),
        (&["verify", "noted", "--replace-note"], 2, "--note"),
    ] {
        world
            .run_without_writing(args)
            .expect_code(code)
            .expect_stderr(message);
    }
}

#[test]
fn a_blank_note_changes_nothing_unless_it_is_to_replace_the_others() {
    let world = World::with_every_kind_of_row();
    world.ok(&["verify", "noted", "--note", ""]);
    assert_eq!(world.row("noted")["notes"], "look here");
    world.ok(&["verify", "noted", "--note", " better ", "--replace-note"]);
    assert_eq!(world.row("noted")["notes"], "better");
    world.ok(&["verify", "noted", "--note", "", "--replace-note"]);
    assert_eq!(world.row("noted")["notes"], "");
    world.set_dataset(dataset(&[row("noted", "", " look here ")]));
    world.ok(&["verify", "noted", "--note", " "]);
    assert_eq!(world.row("noted")["notes"], " look here ");
}

#[test]
fn a_note_is_joined_once_or_replaces_the_others_and_a_protected_mark_needs_force() {
    let world = World::with_every_kind_of_row();
    world.ok(&["verify", "noted", "--note", "page 3"]);
    world.ok_without_writing(&["verify", "noted", "--note", "page 3"]);
    assert_eq!(world.row("noted")["notes"], "look here; page 3");
    world.ok(&["verify", "noted", "--note", "better", "--replace-note"]);
    assert_eq!(world.row("noted")["notes"], "better");
    // No refresh brings a protected row nearer to its estimate.
    world.set_models(&[model_at("protected", "2e26"), model("noted")]);
    let refused = world.run_without_writing(&["verify", "protected", "--force"]);
    let way_out = "`--force --flop F` corrects it, and `--force --as-it-stands` verifies";
    refused.expect_code(1).expect_stderr(way_out);
    world.set_models(&[model("protected"), model("noted")]);
    world.ok(&["verify", "protected", "--force", "--note", "mine"]);
    assert_eq!(world.row("protected")["verified"], "y");
    let marked: Vec<_> = world
        .journal()
        .iter()
        .map(|entry| entry["marked"].clone())
        .collect();
    assert_eq!(marked, [4, 4, 4]);
    world.ok(&["verify", "noted", "--undo"]);
    assert_eq!(world.journal()[3]["marked"], 3);
    assert_eq!(world.row("noted")["notes"], "better");
    let again = world.ok_without_writing(&["verify", "noted", "--undo"]);
    again.expect_stdout("Nothing to change");
    world.ok(&["verify", "verified", "--note", "seen"]);
    assert_eq!(world.row("verified")["verified"], "Y");
}

#[test]
fn the_status_follows_a_confidence_that_is_corrected_alone() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "")]));
    world.ok(&["verify", "a", "--confidence", "high", "--note", "read it"]);
    assert_eq!(world.row("a")["status"], "confirmed_above");
    world.ok(&["verify", "a", "--confidence", "low"]);
    assert_eq!(world.row("a")["status"], "uncertain");
}

#[test]
fn a_row_without_a_number_or_a_note_is_verified_with_a_warning() {
    let blank = row_at("a", "", "", "6e+25", "").replace("6e+25", "");
    let world = World::with(&[model("b")]).dataset(dataset(&[row("b", "", ""), blank]));
    for (name, doubt) in [
        ("a", "a: verified without a number"),
        ("b", "b: verified without a note that says why"),
    ] {
        world.ok(&["verify", name]).expect_stderr(doubt);
        assert_eq!(world.row(name)["verified"], "y");
    }
}

#[test]
fn verify_warns_of_a_number_far_from_the_latest_estimate_until_it_is_accepted() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "")]));
    let drifted = "a: it counts as drifted (verified 2.00e+26, latest 6.00e+25, ÷3.3); `accept`";
    let warns = |args: &[&str], note: &str, is_told| {
        let run = world.ok(&[args, &["--note", note]].concat());
        assert_eq!(
            run.stderr.contains(drifted),
            is_told,
            "{args:?}: {}",
            run.stderr
        );
    };
    let corrected = ["verify", "a", "--flop", "2e26"];
    warns(&corrected, "card", true);
    warns(&["verify", "a"], "again", true);
    warns(&["accept", "a"], "mine", false);
    warns(&["verify", "a"], "settled", false);
    // A correction to the same number takes the decision back, too.
    warns(&corrected, "card", true);
    warns(&["verify", "a", "--flop", "7e25"], "near", false);
    // A row without a number gets another warning.
    let blank = row("a", "", "").replace("6e+25,6.00e+25", ",");
    world.set_dataset(dataset(&[blank]));
    let blank = world.ok(&["verify", "a", "--as-it-stands", "--note", "n"]);
    assert!(!blank.stderr.contains("drifted"), "{}", blank.stderr);
}

#[test]
fn verify_asks_for_a_refresh_that_would_join_the_rows_of_the_model() {
    let rows = [row("a", "", "seen"), row("A", "", "")];
    let world = World::with(&[model("a")]).dataset(dataset(&rows));
    let refused = world.run_without_writing(&["verify", "a"]).expect_code(1);
    refused.expect_stderr("refresh first");
    world.ok(&[]);
    world.ok(&["verify", "a"]);
}

#[test]
fn verify_says_if_there_is_no_dataset() {
    let world = World::with(&[model("a")]);
    let refused = world.run_without_writing(&["verify", "a"]).expect_code(1);
    refused.expect_stderr("a: there is no dataset; a refresh makes one");
}

#[test]
fn undo_joins_a_note_and_a_dismissed_row_that_stays_cannot_be_verified() {
    let world = World::with(&[model("a"), model("b")])
        .dataset(dataset(&[row("a", "y", "card"), row("b", "", "mine")]));
    world.ok(&["verify", "a", "--undo", "--note", "the card is gone"]);
    assert_eq!(world.row("a")["notes"], "card; the card is gone");
    assert_eq!(world.row("a")["verified"], "");
    world.set_decisions("b,d,below,6e25,small,,\n");
    let refused = world.run_without_writing(&["verify", "b", "--note", "n"]);
    refused.expect_code(1).expect_stderr("dismiss --undo first");
}
