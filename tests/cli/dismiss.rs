//! `dismiss`: models that are kept out of the dataset, and how a dismissal is undone.

use std::fs;

use serde_json::json;

use crate::support::{
    HEADER, World, dataset, dataset_with_reviewers, model, model_at, model_with, names, row,
};

/// Two plain rows, one with a note, and a model below 5e24.
fn world() -> World {
    World::with(&[
        model("a"),
        model("b"),
        model("noted"),
        model_at("low", "1e24"),
    ])
    .dataset(dataset(&[
        row("a", "", ""),
        row("b", "", ""),
        row("noted", "", "look here"),
    ]))
}

#[test]
fn a_dismissed_model_stays_out_through_refreshes_and_a_reset() {
    let world = world();
    world
        .ok(&["dismiss", "A", "low", "--note", "read it"])
        .expect_stdout("a (d) is removed and is kept out of the dataset\n")
        .expect_stdout("low (d) is kept out of the dataset\n");
    assert_eq!(world.column("name"), ["b", "noted"]);
    assert_eq!(world.decided("name"), ["a", "low"]);
    assert_eq!(world.decided("flop"), ["6e+25", "1e+24"]);
    assert_eq!(world.decided("decision"), ["below", "below"]);
    let report = world.json(&["--dry-run"]);
    assert_eq!(report["input"]["dismissed"], 1);
    assert_eq!(report["input"]["candidates"], 3);
    assert_eq!(report["changes"]["dismissed"], json!([]));
    let unchanged = world.ok_without_writing(&[]);
    unchanged.expect_stdout("3 candidates, 1 of them dismissed");
    world.ok(&["--reset", "--force"]);
    assert_eq!(world.column("name"), ["b", "noted"]);
}

#[test]
fn an_unknown_model_can_be_dismissed_if_its_developer_is_named() {
    let world = world();
    let unknown = ["dismiss", "Theirs", "--note", "theirs alone"];
    let refused = world.run_without_writing(&unknown).expect_code(1);
    refused.expect_stderr("no model named \"Theirs\"");
    let by = |developer| [&unknown[..], &["--developer", developer]].concat();
    let warned = world.ok(&by("e"));
    warned.expect_stderr("Theirs (e): there is no row, record or decision of this model");
    assert_eq!(world.decided("name"), ["Theirs"]);
    world.ok(&["dismiss", "Theirs", "--undo", "--force"]);
    assert_eq!(world.decided("name"), [""; 0]);
    // If another developer has a model of that name, or of one that looks alike, the given developer is a slip.
    for (name, why) in [
        ("a", "that name exists under \"d\""),
        ("a.", "no model named"),
        ("*", "no model named"),
        (" ", "no model named"),
    ] {
        let args = ["dismiss", name, "--developer", "e", "--note", "small"];
        let refused = world.run_without_writing(&args).expect_code(1);
        refused.expect_stderr(why);
    }
    world.run_without_writing(&by(" ")).expect_code(1);
    let undone = ["dismiss", "Theirs", "--developer", "e", "--undo"];
    world.run_without_writing(&undone).expect_code(1);
    world.set_estimates("{");
    world.run_without_writing(&by("e")).expect_code(1);
}

#[test]
fn an_unknown_model_is_dismissed_under_its_alias_and_written_on_one_line() {
    let world = world();
    world.set_aliases("Theirs,e,Ours,f,\n");
    for name in ["Theirs", "Two\nlines"] {
        world.ok(&["dismiss", name, "--developer", "e", "--note", "small"]);
    }
    assert_eq!(world.decided("name"), ["Theirs", "Two lines"]);
    let shown = world.json(&["show", "Ours", "--developer", "f"]);
    assert_eq!(shown["decision"]["decision"], "below");
}

#[test]
fn a_second_dismissal_of_a_model_without_an_estimate_keeps_the_number_that_was_judged() {
    let world = World::with(&[model("b")]).dataset(dataset(&[row("b", "", ""), row("o", "", "")]));
    for note in ["first", "second"] {
        world.ok(&["dismiss", "o", "--note", note]);
        assert_eq!(world.decided("flop"), ["6e+25"]);
    }
    assert_eq!(world.decided("note"), ["first; second"]);
}

/// The notes of the rows, by name.
fn notes(world: &World) -> Vec<(String, String)> {
    let rows = world.rows().into_iter();
    rows.map(|row| (row["name"].clone(), row["notes"].clone()))
        .collect()
}

#[test]
fn rows_return_even_if_the_lines_of_their_dismissals_have_been_joined() {
    let rows = [row("new", "", "one"), row("old", "", "two")];
    let world = World::with(&[model("old"), model("new")]).dataset(dataset(&rows));
    let before = notes(&world);
    world.ok(&["dismiss", "old", "new", "--note", "small"]);
    world.set_aliases("old,d,new,d,\n");
    world.ok(&["dismiss", "new", "--note", "once more"]);
    assert_eq!(world.decisions().len(), 1);
    world.ok(&["dismiss", "new", "--undo"]);
    assert_eq!(notes(&world), before);
}

#[test]
fn the_row_returns_even_if_the_clock_was_set_back_before_a_second_dismissal() {
    let world = World::with(&[model("a"), model("b")]).dataset(dataset(&[row("a", "", "mine")]));
    let moment = 1_700_000_000;
    let first = ["dismiss", "a", "--note", "x"];
    world.run_at(moment + 1, &first).expect_code(0);
    let second = ["dismiss", "a", "--note", "y", "--ignore"];
    world.run_at(moment, &second).expect_code(0);
    // The clock returns to the first moment.
    world.run_at(moment + 1, &first).expect_code(0);
    world.ok(&["dismiss", "a", "--undo"]);
    assert_eq!(world.row("a")["notes"], "mine");
}

#[test]
fn undo_first_names_the_text_of_an_earlier_row_that_would_not_return() {
    let rows = [row("a", "", "one"), row("b", "", "two"), row("c", "", "")];
    let world = World::with(&[model("a"), model("b"), model("c")]).dataset(dataset(&rows));
    world.ok(&["dismiss", "a", "--note", "small"]);
    world.set_aliases("b,d,a,d,\n");
    world.ok(&[]);
    world.ok(&["dismiss", "a", "--note", "again"]);
    let refused = world.run_without_writing(&["dismiss", "a", "--undo"]);
    refused
        .expect_code(1)
        .expect_stderr("this text of a dismissed row would not be restored: `notes` \"one\"");
    world.ok(&["dismiss", "a", "--undo", "--force"]);
    assert_eq!(world.row("a")["notes"], "two");
}

#[test]
fn undo_restores_the_row_that_a_refresh_dismissed_last() {
    let world = World::with(&[model("a"), model("b")]).dataset(dataset(&[row("a", "", "old")]));
    world.ok(&["dismiss", "a", "--note", "small; newer"]);
    // A merge brings the row back, with another note.
    world.set_dataset(world.text() + &row("a", "", "newer"));
    world.ok(&[]);
    let refused = world.run_without_writing(&["dismiss", "a", "--undo"]);
    refused
        .expect_code(1)
        .expect_stderr("this text of a dismissed row would not be restored: `notes` \"old\"");
    world.ok(&["dismiss", "a", "--undo", "--force"]);
    assert_eq!(world.row("a")["notes"], "newer");
}

#[test]
fn undo_refuses_a_model_whose_row_a_later_refresh_removed() {
    let world = World::with(&[model("a"), model("b")]).dataset(dataset(&[row("a", "", "")]));
    world.ok(&["dismiss", "a", "--note", "small"]);
    // Somebody deletes the line by hand, and the row comes and goes with its estimate.
    world.set_decisions("");
    world.ok(&[]);
    world.set_models(&[model_at("a", "1e24"), model("b")]);
    world.ok(&[]);
    let refused = world.run_without_writing(&["dismiss", "a", "--undo"]);
    refused.expect_code(1).expect_stderr("not dismissed");
}

#[test]
fn a_model_can_be_dismissed_and_restored_repeatedly_within_one_moment() {
    let world = World::with(&[model("a"), model("b")]).dataset(dataset(&[row("a", "", "mine")]));
    for _ in 0..3 {
        world
            .run_at(1_800_000_000, &["dismiss", "a", "--note", "x"])
            .expect_code(0);
        world
            .run_at(1_800_000_000, &["dismiss", "a", "--undo"])
            .expect_code(0);
        assert_eq!(world.row("a")["notes"], "mine");
    }
}

#[test]
fn dismiss_refuses_marked_rows_a_missing_note_and_an_undo_of_nothing() {
    let world = World::with_every_kind_of_row();
    for (args, code, message) in [
        (
            &["dismiss", "plain", "verified", "protected", "--note", "x"][..],
            1,
            "verify --undo first",
        ),
        (&["dismiss", "plain"], 2, "--note"),
        (&["dismiss", "plain", "--note", " "], 1, "note"),
        (&["dismiss", "plain", "--undo"], 1, "not dismissed"),
        (&["dismiss", "plain", "--undo", "--ignore"], 2, "--ignore"),
    ] {
        let run = world.run_without_writing(args).expect_code(code);
        run.expect_stderr(message);
    }
    world.ok_without_writing(&["dismiss", "plain", "--note", "x", "--dry-run"]);
}

#[test]
fn without_an_estimate_the_rows_own_number_is_recorded_as_judged() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("gone", "", "")]));
    world.ok(&["dismiss", "gone", "--note", "x", "--ignore"]);
    assert_eq!(world.decided("flop"), ["6e+25"]);
    assert_eq!(world.decided("decision"), ["ignore"]);
    world.ok(&["dismiss", "gone", "--undo"]);
    assert_eq!(world.column("name"), ["gone"]);
}

#[test]
fn dismiss_warns_that_the_rows_own_number_counts_if_the_estimates_cannot_be_read() {
    let world = world();
    world.set_estimates("{");
    let run = world.ok(&["dismiss", "a", "--note", "read it"]);
    run.expect_stderr("so the decision records the row's own number");
    assert_eq!(world.decided("flop"), ["6e+25"]);
}

#[test]
fn human_text_is_joined_to_the_note_and_returns_with_the_row() {
    let text = dataset_with_reviewers(&[(row("a", "", "look"), "ana"), (row("b", "", ""), "")]);
    let world = World::with(&[model("a"), model("b")]).dataset(&text);
    world.ok(&["dismiss", "a", "--note", "small"]);
    assert_eq!(world.decided("note"), ["small; look; reviewer: ana"]);
    world.ok(&["dismiss", "a", "--undo"]);
    assert_eq!(world.text(), text);
    assert_eq!(world.decisions(), []);
    world.set_dataset(text.replace(",ana", ", "));
    world.ok(&["dismiss", "a", "--note", "small"]);
    assert_eq!(world.decided("note"), ["small; look"]);
}

#[test]
fn the_row_returns_even_if_the_model_was_dismissed_twice() {
    let world = world();
    let before = world.text();
    world.ok(&["dismiss", "noted", "--note", "small"]);
    world.ok(&["dismiss", "noted", "--note", "no model", "--ignore"]);
    assert_eq!(world.decided("note"), ["small; look here; no model"]);
    let undone = world.ok(&["dismiss", "noted", "--undo"]);
    undone.expect_stdout("noted (d), 6.00e+25 is back\n");
    assert_eq!(world.text(), before);
}

#[test]
fn a_row_of_an_older_dismissal_does_not_return() {
    let world = world();
    world.ok(&["dismiss", "noted", "--note", "small"]);
    world.ok(&["dismiss", "noted", "--undo"]);
    world.set_dataset(dataset(&[row("a", "", "")]));
    world.set_decisions("noted,d,below,6e25,by hand,,\n");
    let refused = world.run_without_writing(&["dismiss", "noted", "--undo"]);
    refused.expect_code(1).expect_stderr("by hand");
    let forced = world.ok(&["dismiss", "noted", "--undo", "--force"]);
    forced.expect_stderr("by hand");
    assert_eq!(world.column("name"), ["a"]);
    world.ok(&[]);
    assert_eq!(world.row("noted")["notes"], "");
}

#[test]
fn a_row_removed_before_its_dismissal_does_not_return_from_an_older_dismissal() {
    let world = world();
    world.ok(&["dismiss", "a", "--note", "small"]);
    world.ok(&["dismiss", "a", "--undo"]);
    world.set_models(&[model_at("a", "1e24"), model("b"), model("noted")]);
    world.ok(&[]);
    world.ok(&["dismiss", "a", "--note", "small"]);
    world.ok(&["dismiss", "a", "--undo"]);
    assert_eq!(world.column("name"), ["b", "noted"]);
}

#[test]
fn a_row_does_not_return_from_an_older_dismissal_that_was_undone_in_another_way() {
    let by_hand = |world: &World| world.set_decisions("");
    let beside_a_row = |world: &World| {
        world.set_dataset(dataset(&[row("a", "", "mine")]));
        world.ok(&["dismiss", "a", "--undo"]);
    };
    let without_its_moment = |world: &World| {
        world.set_decisions("a,d,below,6e+25,small; mine,ana,\n");
        world.set_dataset(dataset(&[row("a", "", "mine")]));
        world.ok(&["dismiss", "a", "--undo", "--force"]);
    };
    let ways: [&dyn Fn(&World); 3] = [&by_hand, &beside_a_row, &without_its_moment];
    for (place, take_back) in ways.into_iter().enumerate() {
        let world =
            World::with(&[model("a"), model("b")]).dataset(dataset(&[row("a", "", "mine")]));
        let dismissal = ["dismiss", "a", "--note", "small"];
        world.run_at(1_700_000_000, &dismissal).expect_code(0);
        take_back(&world);
        world.ok(&["--force"]);
        world.set_dataset(dataset(&[row("a", "", ""), row("b", "", "")]));
        world.set_models(&[model_at("a", "1e24"), model("b")]);
        world.ok(&["--force"]);
        assert_eq!(world.column("name"), ["b"]);
        world.run_at(1_800_000_000, &dismissal).expect_code(0);
        world.ok(&["dismiss", "a", "--undo"]);
        assert_eq!(world.column("name"), ["b"], "{place}");
    }
}

#[test]
fn the_row_returns_even_if_its_dismissal_joined_several_lines() {
    for moments in [
        ["2025-01-01", "2025-01-02"],
        ["2025-01-02", "2025-01-01"],
        ["", ""],
    ] {
        let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "mine")]));
        let lines = moments.map(|at| format!("a,d,below,,{at},ana,{at}\n"));
        world.set_decisions(&lines.concat());
        world.ok(&["dismiss", "a", "--note", "small"]);
        world.ok(&["dismiss", "a", "--undo"]);
        assert_eq!(world.row("a")["notes"], "mine", "{moments:?}");
    }
}

#[test]
fn the_row_returns_even_if_somebody_corrected_the_note_and_an_older_row_had_none() {
    let world = world();
    world.ok(&["dismiss", "a", "--note", "one"]);
    world.ok(&["dismiss", "a", "--undo"]);
    world.ok(&["verify", "a", "--note", "3000 GPUz"]);
    world.ok(&["verify", "a", "--undo"]);
    let before = world.text();
    world.ok(&["dismiss", "a", "--note", "two"]);
    let path = world.decisions_path();
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("GPUz", "GPUs")).unwrap();
    world.ok(&["dismiss", "a", "--undo"]);
    assert_eq!(world.text(), before);
}

#[test]
fn undo_prints_the_note_of_every_line_that_it_removes() {
    let world = world();
    world.set_decisions("low,d,xx,,odd,,\nlow,d,yy,, ,,\nlow,d,below,,by hand,,\n");
    let refused = world.run_without_writing(&["dismiss", "low", "--undo"]);
    refused.expect_stderr("the decision's note: \"odd;  ; by hand\"; use --force");
    let forced = world.ok(&["dismiss", "low", "--undo", "--force"]);
    forced.expect_stderr("the decision's note: \"odd;  ; by hand\"\n");
    assert_eq!(world.decided("note"), [""; 0]);
    // A line with another decision is not a dismissal.
    world.set_decisions("low,d,stands,,seen,,\nlow,d,below,,by hand,,\n");
    world.ok(&["dismiss", "low", "--undo", "--force"]);
    assert_eq!(world.decided("note"), ["seen"]);
}

#[test]
fn cells_in_columns_without_a_name_return_to_their_places() {
    let cells = |row: String, own: &str| format!("{}{own}\n", row.trim_end());
    let text = format!(
        "{HEADER},,,reviewer\n{}{}",
        cells(row("a", "", "look"), ",one,two,ana"),
        cells(row("b", "", ""), ",,,")
    );
    let world = World::with(&[model("a"), model("b")]).dataset(&text);
    world.ok(&["dismiss", "a", "--note", "small"]);
    world.ok(&["dismiss", "a", "--undo"]);
    assert_eq!(world.text(), text);
}

#[test]
fn undo_does_not_silently_drop_text_of_a_column_that_is_gone() {
    let text = dataset_with_reviewers(&[(row("a", "", ""), "ana"), (row("b", "", ""), "")]);
    let world = World::with(&[model("a"), model("b")]).dataset(text);
    world.ok(&["dismiss", "a", "--note", "small"]);
    world.set_dataset(dataset(&[row("b", "", "")]));
    let refused = world.run_without_writing(&["dismiss", "a", "--undo"]);
    refused.expect_code(1).expect_stderr("`reviewer`");
    world.ok(&["dismiss", "a", "--undo", "--force"]);
    assert_eq!(world.column("name"), ["a", "b"]);
}

#[test]
fn undo_leaves_a_model_that_had_no_row_to_the_next_refresh() {
    let world = world();
    world.ok(&["dismiss", "low", "--note", "small"]);
    let stands = world.text();
    world.ok(&["dismiss", "low", "--undo"]);
    assert_eq!(world.text(), stands);
    world.set_models(&[model("a"), model("b"), model("noted"), model("low")]);
    assert_eq!(names(&world.json(&[])["changes"]["added"]), ["low"]);
}

#[test]
fn a_dataset_that_never_existed_is_not_reported_as_deleted_after_a_dismissal() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&["dismiss", "b", "--note", "no"]);
    world
        .ok(&["validate"])
        .expect_stdout("0 errors, 0 warnings");
    assert_eq!(world.ok(&[]).stderr, "");
}

#[test]
fn a_deleted_dataset_is_reported_even_after_a_later_decision() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    fs::remove_file(world.dataset_path()).unwrap();
    world.ok(&["dismiss", "b", "--note", "no"]);
    world.ok(&["validate"]).expect_stdout("[dataset_deleted]");
    world
        .ok(&[])
        .expect_stderr("was it deleted? If so, restore it");
    fs::remove_file(world.dataset_path()).unwrap();
    let added = world.ok(&["add", "c", "--developer", "d", "--flop", "2e25"]);
    added.expect_stderr("was it deleted? If so, restore it");
}

#[test]
fn a_row_that_exists_today_stays_when_a_dismissal_is_undone() {
    let world = world();
    world.ok(&["dismiss", "noted", "--note", "small"]);
    let again = dataset(&[row("noted", "y", "look here; written since")]);
    world.set_dataset(&again);
    world.ok(&["dismiss", "noted", "--undo"]);
    assert_eq!(world.text(), again);
    assert_eq!(world.decisions(), []);
}

#[test]
fn undo_does_not_silently_drop_text_that_todays_row_lacks() {
    let world = world();
    world.ok(&["dismiss", "noted", "--note", "small"]);
    let again = dataset(&[row("noted", "y", "written since")]);
    world.set_dataset(&again);
    let refused = world.run_without_writing(&["dismiss", "noted", "--undo"]);
    let refused = refused.expect_code(1);
    refused
        .expect_stderr("this text of a dismissed row would not be restored: `notes` \"look here\"");
    world.ok(&["dismiss", "noted", "--undo", "--force"]);
    assert_eq!(world.text(), again);
    assert_eq!(world.decisions(), []);
}

#[test]
fn a_dismissal_is_reconsidered_when_the_estimate_rises_far() {
    // 2× higher, in a higher class, or past 1e25; never when it is lower, or with a blank `flop` or `ignore`.
    for (word, judged, latest, is_told) in [
        ("below", "2e25", "3.99e25", false),
        ("below", "2e25", "4e25", true),
        ("below", "4.9e25", "5e25", true),
        ("below", "9e24", "1e25", true),
        ("below", "4e24", "5e24", true),
        ("Below", "1e24", "2e24", true),
        ("below", "9e25", "1e25", false),
        ("below", "", "9e26", false),
        ("below", "soon", "9e26", false),
        ("ignore", "1e24", "9e26", false),
    ] {
        let world = World::with(&[model("o"), model_at("m", latest)]);
        world.set_decisions(&format!("m,d,{word},{judged},,,\n"));
        let report = world.json(&[]);
        let case = format!("{word} at {judged}, now {latest}");
        assert_eq!(world.column("name"), ["o"], "{case}");
        let told = usize::from(is_told);
        assert_eq!(report["attention"]["reconsider"], told, "{case}");
        assert_eq!(
            world
                .json(&["list", "--reconsider"])
                .as_array()
                .map(Vec::len),
            Some(told),
            "{case}"
        );
        // After another look it is no longer reported.
        let again = world.json(&["dismiss", "m", "--note", "still"]);
        assert_eq!(again["attention"]["reconsider"], 0, "{case}");
        assert_eq!(world.json(&[])["attention"]["reconsider"], 0, "{case}");
    }
}

#[test]
fn dismissed_rows_count_in_no_brake() {
    let named: Vec<String> = (0..30).map(|number| format!("m{number:02}")).collect();
    let models: Vec<_> = named
        .iter()
        .map(|name| model_with(name, json!({})))
        .collect();
    let rows: Vec<String> = named.iter().map(|name| row(name, "", "")).collect();
    let world = World::with(&models).dataset(dataset(&rows));
    let lines = named
        .iter()
        .take(28)
        .map(|name| format!("{name},d,below,6e25,,,\n"));
    world.set_decisions(&lines.collect::<String>());
    world.ok_without_writing(&["--reset", "--dry-run"]);
    assert_eq!(world.json(&[])["summary"]["total"], 2);
}

#[test]
fn several_rows_of_a_model_leave_and_return_together() {
    let rows = [row("a", "", "one"), row("a", "", "two"), row("b", "", "")];
    let world = World::with(&[model("a"), model("b")]).dataset(dataset(&rows));
    let refused = world.run_without_writing(&["dismiss", "a", "--note", "x"]);
    refused.expect_code(1).expect_stderr("on lines 2, 3");
    world.set_decisions("a,d,below,,two; one,,\n");
    let report = world.json(&[]);
    assert_eq!(report["input"]["dismissed"], 1);
    assert_eq!(world.column("name"), ["b"]);
    world.ok(&["dismiss", "a", "--undo"]);
    assert_eq!(world.text(), dataset(&rows));
}

#[test]
fn dismissing_a_model_without_a_row_writes_a_decision_but_reports_no_dismissed_row() {
    let world = World::with(&[model("a"), model_at("low", "1e24")]);
    world.ok(&[]);
    for (name, dismissed) in [("low", 0), ("a", 1), ("a", 0)] {
        let changes = &world.json(&["dismiss", name, "--note", "why"])["changes"];
        assert_eq!(names(&changes["dismissed"]).len(), dismissed, "{name}");
    }
    assert_eq!(world.decided("name"), ["a", "low"]);
}

#[test]
fn a_dismissed_candidate_without_an_estimate_counts_only_if_unestimated_models_are_included() {
    let none = model_with("none", json!({"training_flop": null}));
    let blank = row_without_a_number("none");
    let world = World::with(&[none, model("b")]).dataset(dataset(&[row("b", "", ""), blank]));
    world.set_decisions("none,d,ignore,,,,\n");
    let report = world.json(&["--dry-run", "--include-unestimated"]);
    assert_eq!(report["input"]["dismissed"], 1);
    assert_eq!(names(&report["changes"]["dismissed"]), ["none"]);
    assert_eq!(world.json(&["--dry-run"])["input"]["dismissed"], 0);
}

fn row_without_a_number(name: &str) -> String {
    row(name, "", "").replace("6e+25,6.00e+25", ",")
}

#[test]
fn the_row_returns_after_git_has_restored_an_undone_dismissal() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "mine")]));
    let before = world.text();
    world.ok(&["dismiss", "a", "--note", "small"]);
    let (dismissed, decisions) = (world.text(), fs::read(world.decisions_path()).unwrap());
    world.ok(&["dismiss", "a", "--undo"]);
    world.set_dataset(dismissed);
    fs::write(world.decisions_path(), decisions).unwrap();
    world.ok(&["dismiss", "a", "--undo"]);
    assert_eq!(world.text(), before);
}

#[test]
fn undo_restores_the_row_of_the_dismissal_that_git_brought_back_and_not_of_a_later_one() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "first")]));
    let before = world.text();
    world.run_at(1_755_000_000, &["dismiss", "a", "--note", "small"]);
    let files = [world.dataset_path(), world.decisions_path()];
    let old = files.each_ref().map(|path| fs::read(path).unwrap());
    let bring_back = || {
        for (path, bytes) in files.iter().zip(&old) {
            fs::write(path, bytes).unwrap();
        }
    };
    world.run_at(1_755_000_060, &["dismiss", "a", "--undo"]);
    world.set_dataset(dataset(&[row("a", "", "second")]));
    world.run_at(1_755_000_120, &["dismiss", "a", "--note", "small"]);
    bring_back();
    world.ok(&["dismiss", "a", "--undo"]);
    assert_eq!(world.text(), before);
    // Git brings the decision back, and the model, which has no row now, is dismissed once more.
    bring_back();
    world.run_at(
        1_755_000_180,
        &["dismiss", "a", "--ignore", "--note", "none"],
    );
    world.ok(&["dismiss", "a", "--undo"]);
    assert_eq!(world.text(), before);
}

#[test]
fn a_model_that_is_named_twice_is_dismissed_once_and_returns_once() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "hm")]));
    let before = world.text();
    let report = world.json(&["dismiss", "a", " A ", "--note", "small"]);
    assert_eq!(names(&report["changes"]["dismissed"]), ["a"]);
    world.ok(&["dismiss", "a", "A", "--undo"]);
    assert_eq!(world.text(), before);
}

#[test]
fn force_undoes_a_dismissal_that_the_journal_lacks_and_keeps_todays_row() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "y", "why")]));
    world.set_decisions("a,d,below,1e25,checked,ann,\n");
    let refused = world.run_without_writing(&["dismiss", "a", "--undo"]);
    refused
        .expect_code(1)
        .expect_stderr("so the row on line 2 stays; the decision's note: \"checked\"");
    world.ok(&["dismiss", "a", "--undo", "--force"]);
    assert_eq!(world.row("a")["verified"], "y");
    assert_eq!(world.decisions(), []);
}

#[test]
fn a_model_with_only_a_rejected_record_is_dismissed_without_a_number() {
    let world = World::with(&[model("a"), model_at("broken", "-1")]);
    world.ok(&["dismiss", "Broken", "--ignore", "--note", "a benchmark"]);
    assert_eq!(world.decided("name"), ["broken"]);
    assert_eq!(world.decided("flop"), [""]);
    world.ok(&["dismiss", "broken", "--undo"]);
    assert_eq!(world.decisions(), []);
}
