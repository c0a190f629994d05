//! The decisions file: who reads it, which lines have an effect, and how a person's words are written.

use serde_json::json;

use crate::support::{World, alias, dataset, model, model_at, names, row, row_at};

#[test]
fn text_that_a_person_types_is_written_in_a_form_that_can_be_read_again() {
    let world = World::with(&[model("a"), model("b"), model_at("v", "2e25")]).dataset(dataset(&[
        row("a", "", ""),
        row("b", "", ""),
        row("v", "y", ""),
    ]));
    let note = "first\n<<<<<<< second";
    let written = "first\n <<<<<<< second";
    world.ok(&["verify", "a", "--note", note, "--source", note]);
    world.ok(&["dismiss", "b", "--note", note]);
    world.ok(&["accept", "v", "--note", note]);
    let alias = alias("other\nname", "d", "a\nb", "d");
    world.ok(&[&alias[..], &["--note", note]].concat());
    world.ok(&[
        "add",
        "new\none",
        "--developer",
        " l ",
        "--flop",
        "3e25",
        "--note",
        note,
    ]);
    let sheet = world.sheet("name,developer,verified,notes\nv,d,y,a\0b\n");
    world.ok(&["decide", &sheet]);
    world.ok(&[]);
    world.ok_without_writing(&[]);
    assert_eq!(world.row("a")["notes"], written);
    assert_eq!(world.row("v")["notes"], "a\u{fffd}b");
    assert_eq!(world.row("new one")["developer"], "l");
    assert_eq!(world.decided("note"), [written, written]);
}

#[test]
fn a_removed_decision_is_in_the_journal_with_all_its_fields() {
    let world = World::with(&[model("a"), model_at("v", "2e25")])
        .dataset(dataset(&[row("a", "", ""), row("v", "y", "why")]));
    world.ok(&["accept", "v", "--note", "the card"]);
    world
        .ok(&["accept", "v", "--undo"])
        .expect_stdout("decision: \"stands\" → \"\"");
    let entry = &world.journal()[1];
    assert_eq!(names(&entry["changes"]["decisions"]), ["v"]);
    let fields = &entry["changes"]["decisions"][0]["fields"];
    assert_eq!(fields["note"], json!({"from": "the card", "to": ""}));
    world
        .ok(&["history", "v"])
        .expect_stdout("decision \"stands\" → \"\"");
    world.set_decisions("a,d,below,6e25,typed by hand,,\n");
    world.ok(&["dismiss", "a", "--undo", "--force"]);
    let fields = &world.journal()[2]["changes"]["decisions"][0]["fields"];
    assert_eq!(fields["note"]["from"], "typed by hand");
}

#[test]
fn a_dismissed_row_leaves_if_the_note_contains_all_its_text() {
    let rows = [
        row("cut in half", "", "look again"),
        row("other lines", "", "\"two\r\nlines\""),
        row("plain", "", ""),
        row("part of a remark", "", "ok"),
        row("texts", "", "not in the note"),
        row("verified", "y", "seen"),
        row("protected", "no", ""),
    ];
    let named = [
        "cut in half",
        "other lines",
        "plain",
        "part of a remark",
        "texts",
        "verified",
        "protected",
    ];
    let world = World::with(&named.map(model)).dataset(dataset(&rows));
    world.set_decisions(
        "cut in half,d,below,6e25,small; look again,,\nOther Lines,D,ignore,,\"why; two\nlines\",,\nplain,d,below,,,,\n\
         part of a remark,d,below,6e25,not ok,,\ntexts,d,below,6e25,small,,\nverified,d,below,6e25,seen,,\nprotected,d,ignore,,,,\n",
    );
    let validated = world.run(&["--format", "json", "validate"]).json();
    let report = world.json(&[]);
    assert_eq!(
        names(&report["changes"]["dismissed"]),
        ["cut in half", "other lines", "plain"]
    );
    let stays = ["part of a remark", "protected", "texts", "verified"];
    assert_eq!(world.column("name"), stays);
    let mut contradicted: Vec<&str> = validated["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["code"] == "verified_and_dismissed")
        .map(|finding| finding["name"].as_str().unwrap())
        .collect();
    contradicted.sort_unstable();
    assert_eq!(contradicted, stays);
    let quiet = world.ok_without_writing(&[]);
    let kept = quiet.expect_stdout("Dismissed, and yet kept 4");
    let kept = kept.expect_stdout("! part of a remark  d  6.00e+25");
    kept.expect_stdout(" 4 dismissed and yet kept (validate)");
    let validated = world.run(&["validate"]).expect_code(3);
    let validated = validated
        .expect_stdout("`verify --undo` takes back the mark, or `dismiss --undo` (perhaps");
    validated.expect_stdout(
        "`dismiss` once more adds its text to the note, or `dismiss --undo` (perhaps",
    );
    let row = &world.journal()[0]["changes"]["dismissed"][0]["row"];
    assert_eq!(row["notes"], "look again");
}

#[test]
fn a_command_joins_all_decision_lines_of_a_model_into_one() {
    let world = World::with(&[model("a"), model("b")])
        .dataset(dataset(&[row("a", "", "p; q"), row("b", "", "")]));
    world.set_decisions("A,d,stands,,first,,\na,d,below,6e25,second,,\nb,d,ignore,,n,,\n");
    world
        .ok(&["--dry-run"])
        .expect_stderr("none of the model's lines has an effect");
    world.ok(&["dismiss", "a", "--note", "third; p; q"]);
    assert_eq!(world.decided("name"), ["A", "b"]);
    assert_eq!(world.decided("decision"), ["below", "ignore"]);
    assert_eq!(world.decided("note"), ["first; second; third; p; q", "n"]);
    world.ok(&[]);
    assert_eq!(world.rows(), []);
}

#[test]
fn attention_counts_after_a_decision_match_the_lists() {
    let world = World::with(&[
        model_at("a", "2e25"),
        model_at("out", "9e25"),
        model_at("v", "2e25"),
        model_at("w", "2e25"),
    ])
    .dataset(dataset(&[
        row("gone", "", ""),
        row("v", "y", ""),
        row("w", "y", ""),
        row_at("a", "", "", "2e+25", "2.00e+25"),
    ]));
    world.set_decisions("out,d,below,1e25,,,\n");
    let counts = |args: &[&str]| {
        let attention = &world.json(args)["attention"];
        let count = |kind: &str| attention[kind].as_u64().unwrap();
        let listed = ["drifted", "reconsider", "orphaned"].map(|kind| {
            let list = world.json(&["list", &format!("--{kind}")]);
            assert_eq!(
                list.as_array().unwrap().len() as u64,
                count(kind),
                "{kind} after {args:?}"
            );
            count(kind)
        });
        (listed, count("to_verify"))
    };
    assert_eq!(counts(&["accept", "v"]), ([1, 1, 1], 2));
    assert_eq!(counts(&["accept", "v", "--undo"]), ([2, 1, 1], 2));
    assert_eq!(
        counts(&["dismiss", "out", "--note", "again"]),
        ([2, 0, 1], 2)
    );
    assert_eq!(counts(&["dismiss", "gone", "--note", "x"]), ([2, 0, 0], 1));
    assert_eq!(counts(&["accept", "w", "--latest"]), ([1, 0, 0], 1));
    assert_eq!(counts(&["verify", "w", "--undo"]), ([1, 0, 0], 2));
}

#[test]
fn a_decision_that_changes_no_row_leaves_an_unsorted_dataset_alone() {
    let unsorted = dataset(&[row("b", "", ""), row("a", "", "")]);
    let world = World::with(&[model("a"), model("b"), model_at("low", "1e24")]).dataset(&unsorted);
    world.ok(&["dismiss", "low", "--note", "x"]);
    world.ok(&alias("other", "d", "a", "d"));
    assert_eq!(world.text(), unsorted);
    let sorted = world.ok(&["verify", "b", "--note", "n"]);
    sorted.expect_stdout("sorted by training FLOP");
    assert_eq!(world.column("name"), ["a", "b"]);
}

#[test]
fn a_decision_creates_no_empty_dataset() {
    let world = World::with(&[model("a"), model_at("low", "1e24")]);
    let run = world.ok(&["dismiss", "low", "--note", "x"]);
    run.expect_stdout("low (d) is kept out of the dataset\n");
    assert!(!world.dataset_path().exists());
    world.ok(&[]);
    assert_eq!(world.column("name"), ["a"]);
}

#[test]
fn an_error_that_names_several_models_has_a_line_for_each() {
    let world = World::with_every_kind_of_row();
    let run = world.run_without_writing(&["dismiss", "verified", "protected", "--note", "x"]);
    assert_eq!(
        run.expect_code(1).stderr,
        "error: verified: its row is verified or protected; verify --undo first\n       protected: its row is verified or protected; verify --undo first\n"
    );
}

#[test]
fn every_command_warns_of_a_line_without_effect_and_a_quiet_refresh_counts_it() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "")]));
    world.set_decisions("a,d,perhaps,soon,n,,\n");
    for args in [
        &[][..],
        &["list"],
        &["show", "a"],
        &["verify", "a", "--note", "n"],
    ] {
        let run = world.ok(args);
        let run = run.expect_stderr("decisions.csv:2: \"perhaps\" is not a decision");
        run.expect_stderr("decisions.csv:2: flop is \"soon\"");
    }
    let quiet = world.ok_without_writing(&["-q"]);
    quiet.expect_stderr("2 unreadable (validate)");
    world.run(&["validate"]).expect_code(3);
}

#[test]
fn a_refused_decisions_file_stops_every_command_and_the_error_names_the_line() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "")]));
    for (text, message) in [
        (
            "name;developer;decision\na;d;below\n",
            "decisions.csv:1: no column `name`",
        ),
        (
            "name,developer\na,d\n",
            "decisions.csv:1: no column `decision`",
        ),
        (
            "name,developer,decision\n\n,d,below\n",
            "decisions.csv:3: this row has no name",
        ),
        (
            "name,developer,decision\na,d\n",
            "decisions.csv:2: this row has 2 cells",
        ),
        (
            "name,developer,decision\n\"a,d,below\n",
            "decisions.csv:2: a quote opens here",
        ),
        (
            "name,developer,decision\n<<<<<<< x\n",
            "decisions.csv:2: an unresolved merge",
        ),
    ] {
        std::fs::write(world.decisions_path(), text).unwrap();
        for args in [
            &[][..],
            &["--reset", "--force"],
            &["dismiss", "a", "--note", "x"],
            &["list"],
        ] {
            let refused = world.run_without_writing(args).expect_code(1);
            refused.expect_stderr(message);
        }
    }
}

#[test]
fn a_decisions_file_edited_by_hand_keeps_its_form() {
    let world = World::with(&[model("a"), model("c")])
        .dataset(dataset(&[row("a", "", ""), row("c", "", "")]));
    let text = "\u{feff}decision,name,who,developer\r\n,,,\r\n\"Below\",C,zoë,D";
    std::fs::write(world.decisions_path(), text).unwrap();
    world.ok(&[]);
    assert_eq!(world.column("name"), ["a"]);
    assert_eq!(
        std::fs::read_to_string(world.decisions_path()).unwrap(),
        text
    );
    world.ok(&["dismiss", "a", "--note", "n"]);
    let written = std::fs::read_to_string(world.decisions_path()).unwrap();
    let lines: Vec<&str> = written.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "\u{feff}decision,name,who,developer,flop,note,by,at"
    );
    assert!(lines[1].starts_with("below,a,,d,6e+25,n,"), "{written}");
    assert_eq!(lines[2..], ["\"Below\",C,zoë,D,,,,", ""]);
}
