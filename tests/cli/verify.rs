//! `verify`: one row is marked, and everything else stays.

use serde_json::json;

use crate::support::{HEADER, World, dataset, model, row};

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
fn verify_is_journaled_and_has_nothing_to_do_the_second_time() {
    let world = World::with_every_kind_of_row();
    world.ok(&["verify", "plain", "--note", "seen"]);
    world.ok_without_writing(&["verify", "plain"]);
    let events = world.json(&["history", "plain"]);
    assert_eq!(events.as_array().unwrap().len(), 1, "{events}");
    assert_eq!(events[0]["event"], "verified");
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
    refused(&["glm-4"], "several look alike");
    refused(&["nothing like it"], "no model named \"nothing like it\"\n");
    refused(&["glm_4"], "choose with --developer ");
    refused(&["glm_4"], "\"Zhipu AI\"");
    refused(
        &["glm_4", "--developer", "OpenAI"],
        "that name stands under",
    );
    refused(&["gpt_4"], "stands on lines 4 and 5");
}

#[test]
fn the_developer_tells_models_of_one_name_apart() {
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
fn verify_warns_when_no_note_gives_a_reason() {
    let world = World::with_every_kind_of_row();
    world
        .ok(&["verify", "plain", "--dry-run"])
        .expect_stderr("verified without a note");
    let with_old_note = world.ok(&["verify", "noted", "--dry-run"]);
    assert_eq!(with_old_note.stderr, "");
    let with_new_note = world.ok(&["verify", "plain", "--dry-run", "--note", "why"]);
    assert_eq!(with_new_note.stderr, "");
}
