//! `decide`: decisions in bulk, from a spreadsheet.

use std::io::Write;
use std::process::Stdio;

use serde_json::json;

use crate::support::{
    HEADER, World, dataset, dataset_with_reviewers, model, model_at, model_with, row, row_at,
    rows_of,
};

const FIRST_LINE: &str = "name,developer,training_flop,verified,decision,notes";

/// Three unverified rows, a verified one that has drifted, and a verified one in step with its estimate.
fn world() -> World {
    World::with(&[
        model("a"),
        model("b"),
        model("c"),
        model_at("drifted", "2e25"),
        model("verified"),
    ])
    .dataset(dataset(&[
        row("a", "", ""),
        row("b", "", "first; second"),
        row("c", "", ""),
        row("drifted", "y", "card"),
        row("verified", "y", ""),
    ]))
}

/// A sheet of these lines.
fn sheet(world: &World, lines: &str) -> String {
    world.sheet(format!("{FIRST_LINE}\n{lines}"))
}

#[test]
fn a_filled_in_list_is_carried_out_completely_and_a_second_run_changes_nothing() {
    let world = world();
    let list = world.ok(&["list", "--format", "csv"]).stdout;
    let mut filled = csv::Writer::from_writer(Vec::new());
    let mut reader = csv::Reader::from_reader(list.as_bytes());
    filled.write_record(reader.headers().unwrap()).unwrap();
    let rows = rows_of(list.as_bytes());
    let header = reader.headers().unwrap().clone();
    for row in rows {
        filled
            .write_record(header.iter().map(|column| {
                match (&*row["name"], column) {
                    ("a", "verified") => "Y".to_owned(),
                    ("b", "decision") => "Below".to_owned(),
                    ("drifted", "decision") => "stands".to_owned(),
                    ("a" | "b" | "drifted", "notes") => format!("{}; seen", row[column]),
                    // Numbers and dates that a spreadsheet has reformatted are not read.
                    (_, "training_flop") => "6,00E+25".to_owned(),
                    (_, "last_updated") => "01.08.2025 00:00".to_owned(),
                    _ => row[column].clone(),
                }
            }))
            .unwrap();
    }
    let sheet = world.sheet(filled.into_inner().unwrap());
    world.ok_without_writing(&["decide", &sheet, "--dry-run"]);
    world.ok(&["decide", &sheet]);
    assert_eq!(world.column("name"), ["a", "c", "drifted", "verified"]);
    assert_eq!(world.row("a")["verified"], "y");
    assert_eq!(world.row("a")["notes"], "seen");
    assert_eq!(world.row("drifted")["notes"], "card");
    assert_eq!(world.decided("decision"), ["below", "stands"]);
    assert_eq!(world.decided("note"), ["first; second; seen", "seen"]);
    assert_eq!(world.decided("flop"), ["6e+25", "2e+25"]);
    assert_eq!(world.journal().len(), 1);
    assert_eq!(world.journal()[0]["mode"], "decide");
    assert_eq!(world.journal()[0]["marked"], 3);
    // The second time, every mark, decision and note of the sheet is already in place.
    world.ok_without_writing(&["--dry-run"]);
    let later = world.run_at(4_000_000_000, &["decide", &sheet]);
    later.expect_code(0).expect_stdout("Nothing to change");
}

#[test]
fn a_sheet_may_use_the_old_column_name_model() {
    let world = world();
    let sheet = world.sheet("model,developer,verified\na,d,y\n");
    world.ok(&["decide", &sheet]);
    assert_eq!(world.rows()[0]["verified"], "y");
}

#[test]
fn a_column_that_is_not_read_may_appear_twice() {
    for header in [
        "name,developer,mine,verified,mine",
        "name,developer,model,verified,model",
    ] {
        let world = world();
        let sheet = world.sheet(format!("{header}\na,d,1,y,2\n"));
        world.ok(&["decide", &sheet]);
        assert_eq!(world.rows()[0]["verified"], "y");
    }
}

#[test]
fn the_name_column_may_not_appear_twice_in_a_sheet() {
    let world = world();
    let sheet = world.sheet("model,developer,model,verified\na,d,b,y\n");
    let refused = world
        .run_without_writing(&["decide", &sheet])
        .expect_code(1);
    refused.expect_stderr("the column \"model\" occurs twice");
}

#[test]
fn every_line_that_cannot_be_carried_out_is_reported_and_nothing_is_written() {
    let world = world();
    world.ok(&["dismiss", "c", "--note", "small"]);
    let lines = [
        ("nobody,d,,y,,", "no model named \"nobody\""),
        ("a,d,,maybe,,", "verified is \"maybe\""),
        ("a,d,,,perhaps,", "\"perhaps\" is not a decision"),
        ("a,d,,y,below,n", "are both filled in"),
        ("b,d,,y,stands,", "only on a verified row"),
        ("verified,d,,,below,n", "verify --undo first"),
        ("verified,d,,,stands,", "already"),
        ("c,d,,y,,", "dismissed (below); dismiss --undo first"),
        ("a,d,,,ignore,", "already"),
        (",,,y,,", "no model named \"\""),
    ];
    let text: String = lines
        .iter()
        .map(|(line, _)| format!("{line}\r\n"))
        .collect();
    let sheet = world.sheet(format!("\u{feff}{FIRST_LINE}\r\n{text}"));
    let run = world
        .run_without_writing(&["decide", &sheet])
        .expect_code(1);
    for (place, (line, message)) in lines.iter().enumerate() {
        let at = format!("line {}: ", place + 2);
        let told = run.stderr.lines().find(|told| told.contains(&at));
        assert!(
            told.is_some_and(|told| told.contains(message)),
            "{line}: {}",
            run.stderr
        );
    }
    for (line, message) in [
        ("a,d,,,below,", "needs a note that says why"),
        ("a,d,,,ignore,", "needs a note that says why"),
        ("verified,d,,,stands,n", "has not drifted"),
        ("a,d,,,stands,n", "has not drifted"),
    ] {
        let sheet = self::sheet(&world, &format!("{line}\n"));
        let run = world.run_without_writing(&["decide", &sheet]);
        run.expect_code(1).expect_stderr(message);
    }
}

#[test]
fn a_line_must_name_the_developer_if_several_have_a_model_of_that_name() {
    let by_another = model_with("a", json!({"developer": "e"}));
    let world = World::with(&[model("a"), by_another]);
    let sheet = world.sheet("name,developer,decision,notes\na,,ignore,n\n");
    let refused = world.run_without_writing(&["decide", &sheet]);
    refused
        .expect_code(1)
        .expect_stderr("\"a\" (d), \"a\" (e); fill in `developer`");
}

#[test]
fn a_key_may_appear_twice_if_one_of_its_lines_is_passed_over() {
    let world = world();
    let sheet = self::sheet(
        &world,
        "a,d,,,,only a note\na,d,,y,,why\nverified,d,,y,,\nverified,d,,y,,more\n",
    );
    world.ok(&["decide", &sheet]);
    assert_eq!(world.row("a")["notes"], "why");
    assert_eq!(world.row("verified")["notes"], "more");
}

#[test]
fn a_note_that_continues_the_rows_own_is_taken_as_typed_and_only_once() {
    for decided in [",y,,", ",,below,", ",y,stands,"] {
        let name = if decided == ",y,stands," {
            "drifted"
        } else {
            "a"
        };
        let rows = [row("a", "", "card"), row("drifted", "y", "card")];
        let world = World::with(&[model("a"), model_at("drifted", "2e25")]).dataset(dataset(&rows));
        let sheet = sheet(&world, &format!("{name},d,{decided}\"card, p. 3\"\n"));
        world.ok(&["decide", &sheet]);
        match decided {
            ",y,," => assert_eq!(world.row("a")["notes"], "card, p. 3"),
            ",,below," => assert_eq!(world.decided("note"), ["card, p. 3"]),
            _ => assert_eq!(world.decided("note"), ["p. 3"]),
        }
        world.ok_without_writing(&["decide", &sheet]);
    }
}

#[test]
fn a_word_counts_as_a_new_note_even_if_the_old_note_contains_it() {
    for (typed, note) in [
        ("not final not", "not final not"),
        ("final", "not final; final"),
        ("not final; yet", "not final; yet"),
    ] {
        let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "y", "not final")]));
        let sheet = sheet(&world, &format!("a,d,,y,,{typed}\n"));
        world.ok(&["decide", &sheet]);
        assert_eq!(world.row("a")["notes"], note);
        world.ok_without_writing(&["decide", &sheet]);
    }
}

#[test]
fn a_note_keeps_the_punctuation_that_it_begins_with() {
    for (own, note) in [
        ("", ".5e25 was reported"),
        ("seen", "seen; .5e25 was reported"),
    ] {
        let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", own)]));
        world.ok(&["decide", &sheet(&world, "a,d,,y,,.5e25 was reported\n")]);
        assert_eq!(world.row("a")["notes"], note);
    }
}

#[test]
fn a_note_keeps_its_line_ends_if_nothing_else_changed() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "\"one\ntwo\"")]));
    world.ok(&["decide", &sheet(&world, "a,d,,y,,\"one\r\ntwo\"\n")]);
    assert_eq!(world.row("a")["verified"], "y");
    assert_eq!(world.row("a")["notes"], "one\ntwo");
}

#[test]
fn a_note_that_extends_a_dismissals_note_does_not_repeat_it() {
    let world = World::with(&[model("a")]);
    world.ok(&["dismiss", "a", "--note", "why"]);
    world.ok(&["decide", &sheet(&world, "a,d,,,below,why; more\n")]);
    assert_eq!(world.decided("note"), ["why; more"]);
}

#[test]
fn below_needs_a_note_in_the_sheet_even_if_the_row_has_one() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "an old remark")]));
    let header = "name,developer,decision,notes\n";
    for sheet in [
        "name,developer,decision\na,d,below\n".to_owned(),
        format!("{header}a,d,below,\n"),
    ] {
        let refused = world.run_without_writing(&["decide", &world.sheet(sheet)]);
        refused
            .expect_code(1)
            .expect_stderr("a: the decision \"below\" needs a note");
    }
    let repeated = format!("{header}a,d,below,an old remark\n");
    world.ok(&["decide", &world.sheet(repeated)]);
    assert_eq!(world.decided("note"), ["an old remark"]);
}

#[test]
fn stands_is_refused_for_a_verified_model_that_is_dismissed() {
    let world = World::with(&[model_at("a", "2e25")]).dataset(dataset(&[row("a", "y", "card")]));
    world.set_decisions("a,d,below,2e25,small,,\n");
    let sheet = world.sheet("name,developer,decision,notes\na,d,stands,looked\n");
    let refused = world.run_without_writing(&["decide", &sheet]);
    refused.expect_code(1).expect_stderr("dismiss --undo first");
}

#[test]
fn a_row_below_1e25_is_verified_with_a_warning() {
    let world = World::with(&[model_at("low", "6e24")]);
    world.ok(&[]);
    let run = world.ok(&["decide", &sheet(&world, "low,d,,y,,card\n")]);
    run.expect_stderr("low: verified at 6.00e+24, below 1e25 FLOP");
}

#[test]
fn an_owners_column_called_decision_decides_nothing_by_itself() {
    let with_decision = |row: String, word: &str| format!("{},{word}\n", row.trim_end());
    let header = format!("{HEADER},decision\n");
    let rows = [
        with_decision(row("a", "", ""), "below"),
        with_decision(row("b", "", ""), "keep"),
    ];
    let world = World::with(&[model("a"), model("b")]).dataset(header + &rows.concat());
    let list = world.ok(&["list", "--format", "csv"]).stdout;
    world.ok_without_writing(&["decide", &world.sheet(&list)]);
    let filled = list.replace(&rows[1], &with_decision(row("b", "y", ""), "keep"));
    world.ok(&["decide", &world.sheet(filled)]);
    assert_eq!(world.column("verified"), ["", "y"]);
    // A word that differs from the row's own counts as a decision.
    let filled = list.replace(&rows[0], &with_decision(row("a", "", ""), "ignore"));
    let refused = world.run_without_writing(&["decide", &world.sheet(filled)]);
    refused
        .expect_code(1)
        .expect_stderr("a: the decision \"ignore\" needs a note that says why");
    // In a sheet with fewer columns it is unclear whether the word is a decision.
    for columns in ["name,developer,decision", "name,developer,notes,decision"] {
        let columns = format!("--columns={columns}");
        let smaller = world.ok(&["list", "--format=csv", &columns]).stdout;
        let refused = world.run_without_writing(&["decide", &world.sheet(smaller)]);
        refused
            .expect_code(1)
            .expect_stderr(": line 2: a: your own column `decision` also says \"below\"");
    }
    // It is reported together with all other lines that cannot be carried out.
    let both = "name,developer,decision,notes\na,d,below,\nnowhere,d,below,x\n";
    let refused = world.run_without_writing(&["decide", &world.sheet(both)]);
    refused
        .expect_code(1)
        .expect_stderr(": line 2: a: your own column")
        .expect_stderr(": line 3: no model named \"nowhere\"");
    // With a new note the word counts as a decision.
    let own = "name,developer,decision,notes\na,d,below,too small\n";
    world.ok(&["decide", &world.sheet(own)]);
    assert_eq!(world.column("name"), ["b"]);
}

#[test]
fn a_refused_sheet_reports_no_row_as_verified() {
    let world = World::with(&[model_at("low", "6e24")]);
    world.ok(&[]);
    let sheet = sheet(&world, "low,d,,y,,card\nnowhere,d,,y,,card\n");
    let refused = world
        .run_without_writing(&["decide", &sheet])
        .expect_code(1);
    assert!(!refused.stderr.contains("low"), "{}", refused.stderr);
}

#[test]
fn y_and_stands_may_be_combined_on_a_verified_row() {
    let world = world();
    let sheet = self::sheet(&world, "drifted,d,,y,stands,card; looked again\n");
    world.ok(&["decide", &sheet]);
    assert_eq!(world.decided("note"), ["looked again"]);
    world.ok_without_writing(&["decide", &sheet]);
}

#[test]
fn a_list_of_two_rows_of_one_model_with_a_stands_decision_changes_nothing() {
    let rows = [row("drifted", "y", "one"), row("DRIFTED", "y", "two")];
    let world = World::with(&[model_at("drifted", "2e25")]).dataset(dataset(&rows));
    let filled = "drifted,d,,y,stands,one\nDRIFTED,d,,y,stands,two\n";
    let refused = world.run_without_writing(&["decide", &sheet(&world, filled)]);
    let refused = refused.expect_code(1);
    refused.expect_stderr("the dataset has \"drifted\" on lines 2, 3");
    world.set_decisions("drifted,d,stands,2e25,seen,ana,today\n");
    let list = world.ok(&["list", "--format", "csv"]).stdout;
    assert_eq!(list.matches(",stands\n").count(), 2, "{list}");
    let run = world.ok_without_writing(&["decide", &world.sheet(list)]);
    run.expect_stdout("Nothing to change");
}

#[test]
fn a_stands_decision_can_be_renewed_after_the_estimate_has_drifted_further() {
    let world = world();
    let sheet = self::sheet(&world, "drifted,d,,,stands,card\n");
    world.ok(&["decide", &sheet]);
    world.ok_without_writing(&["decide", &sheet]);
    let decision = |args: &[&str]| {
        let list = world.ok(&[&["list", "--format", "csv"], args].concat());
        let rows = rows_of(list.stdout.as_bytes());
        let row = rows.iter().find(|row| row["name"] == "drifted").unwrap();
        row["decision"].clone()
    };
    assert_eq!(decision(&[]), "stands");
    world.set_models(&[model_at("drifted", "7e26")]);
    assert_eq!(decision(&[]), "");
    assert_eq!(decision(&["--drifted"]), "");
    world.ok(&["decide", &sheet]);
    assert_eq!(world.decided("flop"), ["7e+26"]);
    assert_eq!(decision(&[]), "stands");
    world.ok_without_writing(&["decide", &sheet]);
}

#[test]
fn a_list_without_a_filled_in_line_changes_nothing() {
    let world = World::with(&[model("a")]).dataset(dataset(&[
        row("a", "y", "\"two\nlines\""),
        row("a", " Y ", ""),
        row("protected", "ask Ana", "hm"),
        row("protected too", "no", ""),
    ]));
    let list = world.ok(&["list", "--format", "csv"]).stdout;
    let sheet = world.sheet(&list);
    let run = world.ok_without_writing(&["decide", &sheet]);
    run.expect_stdout("Nothing to change");
    let columns = ["list", "--columns", "name,developer,verified"];
    let narrow = world.ok(&[&columns[..], &["--format", "csv"]].concat());
    let sheet = world.sheet(narrow.stdout);
    let run = world.ok_without_writing(&["decide", &sheet]);
    run.expect_stdout("Nothing to change");
    let sheet = world.sheet(list.replace("ask Ana", "ask Ben"));
    let run = world.run_without_writing(&["decide", &sheet]);
    run.expect_code(1)
        .expect_stderr("line 5: protected: verified is \"ask Ben\"; it must be y or blank");
}

#[test]
fn the_error_about_an_empty_file_says_how_a_csv_begins() {
    let world = world();
    let empty = world.sheet("");
    for args in [["decide", "-"], ["reapply", "-"], ["diff", &empty]] {
        let run = world.run_without_writing(&args).expect_code(1);
        let run = run.expect_stderr(
            ":1: the file is empty and does not even have a header; restore it: a CSV begins with a line",
        );
        assert!(!run.stderr.contains("delete"), "{run:?}");
    }
}

#[test]
fn a_diff_against_an_empty_dataset_says_to_restore_it() {
    let world = world();
    let old = world.sheet(dataset(&[row("a", "", "")]));
    world.set_dataset("");
    let run = world.run_without_writing(&["diff", &old]).expect_code(1);
    run.expect_stderr(
        "above_1e25_flop.csv:1: the file is empty and does not even have a header; restore it",
    );
}

#[test]
fn a_sheet_that_is_no_csv_or_lacks_a_column_is_refused_with_its_line() {
    let world = world();
    for (bytes, message) in [
        (
            &b""[..],
            "sheet.csv:1: the file is empty and does not even have a header; restore it: a CSV begins with a line",
        ),
        (
            b"name,developer,notes\na,d,n\n",
            "no column `verified` or `decision`",
        ),
        (b"name;developer;verified\na;d;y\n", "export it with commas"),
        (b"Name,developer,verified\na,d,y\n", "one called \"Name\""),
        (
            b"name,developer,verified,verified\na,d,,y\n",
            "occurs twice",
        ),
        (
            b"name,developer,verified\na,d,y\nb,\xe9,y\n",
            "sheet.csv:3: not UTF-8",
        ),
        (
            b"name,developer,verified\na,d,y\nb,d\n",
            "sheet.csv:3: this row has 2 cells",
        ),
        (
            b"name,developer,verified\n\na,\"d,y\n",
            "sheet.csv:3: a quote opens here",
        ),
    ] {
        let sheet = world.sheet(bytes);
        let run = world
            .run_without_writing(&["decide", &sheet])
            .expect_code(1);
        run.expect_stderr(message);
    }
    let missing = world.run_without_writing(&["decide", "missing.csv"]);
    missing.expect_code(1).expect_stderr("missing.csv");
    let empty = world.sheet("name,developer,decision\n,,\n");
    world.ok_without_writing(&["decide", &empty]);
}

#[test]
fn a_sheet_cannot_verify_a_number_that_is_not_the_latest_estimate() {
    let world = World::with(&[model_at("a", "2e26"), model("o")]).dataset(dataset(&[
        row("a", "", ""),
        row_at("gone", "", "", "2e+25", "2.00e+25"),
    ]));
    let stale = sheet(&world, "a,d,,y,,\ngone,d,,y,,n\n");
    let refused = world
        .run_without_writing(&["decide", &stale])
        .expect_code(1);
    refused.expect_stderr("refresh first");
    // A row without a latest estimate is taken as it stands.
    let orphan = sheet(&world, "gone,d,,y,,n\n");
    world.ok(&["decide", &orphan]);
    assert_eq!(world.row("gone")["verified"], "y");
}

#[test]
fn the_sheet_may_come_from_standard_input() {
    let world = world();
    let mut command = world.command(&["decide", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(b"name,developer,verified\na,d,y\n")
        .unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success());
    assert_eq!(world.row("a")["verified"], "y");
}

#[test]
fn a_sheet_interrupted_by_a_kill_is_completed_when_it_is_given_again() {
    let world = World::with(&[model("a"), model("b")])
        .dataset(dataset(&[row("a", "", "mine"), row("b", "", "")]));
    let before = world.text();
    let sheet =
        world.sheet("name,developer,decision,verified,notes\na,d,below,,small\nb,d,,y,card\n");
    world.ok(&["decide", &sheet]);
    let after = world.text();
    // The decisions were written, the dataset was not.
    world.set_dataset(before);
    world.ok(&["decide", &sheet]);
    assert_eq!(world.text(), after);
}

#[test]
fn a_mark_for_the_unverified_one_of_two_rows_of_a_model_is_refused() {
    let rows = |note| dataset(&[row("a", "y", "seen"), row("a", "", note)]);
    let world = World::with(&[model("a")]);
    for note in ["", "look here"] {
        world.set_dataset(rows(note));
        let filled = sheet(&world, &format!("a,d,6e25,y,,{note}\n"));
        let refused = world.run_without_writing(&["decide", &filled]);
        refused.expect_code(1).expect_stderr("lines 2, 3");
    }
    let untouched = sheet(&world, "a,d,6e25,y,,seen\na,d,6e25,,,look here\n");
    world.ok_without_writing(&["decide", &untouched]);
}

#[test]
fn a_mark_is_not_passed_over_because_an_aliased_row_already_has_it() {
    let rows = [row("a", "y", ""), row("b", "", ""), row("b", "", "text")];
    let world = World::with(&[model("a"), model("b")]).dataset(dataset(&rows));
    world.set_aliases("a,d,b,d,\n");
    let filled = sheet(&world, "b,d,6e25,y,,\n");
    let refused = world.run_without_writing(&["decide", &filled]);
    let refused = refused.expect_code(1);
    refused.expect_stderr("line 2: the dataset has \"b\" on lines 2, 3, 4");
    let without_developer = sheet(&world, "b,,6e25,y,,\n");
    let refused = world.run_without_writing(&["decide", &without_developer]);
    refused.expect_code(1);
    world.ok_without_writing(&["decide", &sheet(&world, "a,d,6e25,y,,\n")]);
}

#[test]
fn a_line_that_fits_two_rows_is_passed_over_with_a_warning_if_one_is_already_verified() {
    let rows = [(row("a", "y", ""), ""), (row("a", "", ""), "ana")];
    let world = World::with(&[model("a")]).dataset(dataset_with_reviewers(&rows));
    let filled = sheet(&world, "a,d,6e25,y,,\n");
    let passed_over = world.ok_without_writing(&["decide", &filled]);
    passed_over.expect_stderr(&format!("{filled}: line 2: a: skipped, because"));
}

#[test]
fn a_note_in_a_line_without_a_decision_is_not_taken_and_the_run_warns_of_it() {
    let world = World::with(&[model("a"), model("b")]);
    let of_another = row("b", "", "seen").replace(",d,", ",e,");
    let rows = [row("a", "", "seen"), row("b", "", "seen"), of_another];
    let world = world.dataset(dataset(&rows));
    let filled = sheet(
        &world,
        "a,d,6e25,,,seen\nb,d,6e25,,,seen; below\nb,,6e25,,,which one?\nc,d,6e25,,,gone\n,,,,,a remark\n",
    );
    let run = world.ok_without_writing(&["decide", &filled]);
    assert_eq!(run.stderr.lines().count(), 3, "{}", run.stderr);
    let why = "its note is not taken, because neither `verified` nor `decision` is filled in";
    for line in ["line 3: b", "line 4: b", "line 5: c"] {
        assert!(
            run.stderr.contains(&format!("{filled}: {line}: {why}")),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_line_for_a_model_that_is_gone_is_not_applied_to_a_look_alike() {
    let world = World::with(&[model("Claude 3.7 Sonnet")]);
    world.ok(&[]);
    for line in [
        "claude_3.7_sonnet,d,ignore,a double\n",
        "claude_3.7_sonnet,,ignore,a double\n",
        "Claude 3.7 Sonnet,D.,ignore,a double\n",
    ] {
        let sheet = world.sheet(format!("name,developer,decision,notes\n{line}"));
        world
            .run(&["decide", &sheet])
            .expect_code(1)
            .expect_stderr("line 2: no model named");
    }
    assert_eq!(world.column("name"), ["Claude 3.7 Sonnet"]);
}

#[test]
fn a_line_may_use_any_name_of_its_model() {
    for line in ["GLM 4,Zhipu", "glm_4,", "GLM 4,Zhipu AI"] {
        let world =
            World::with(&[json!({"name": "glm_4", "developer": "Zhipu", "training_flop": 6e25})]);
        world.set_aliases("GLM 4,Zhipu AI,glm_4,Zhipu,\n");
        world.ok(&[]);
        let sheet = world.sheet(format!("name,developer,verified,notes\n{line},y,seen\n"));
        world.ok(&["decide", &sheet]);
        assert_eq!(world.column("verified"), ["y"], "{line}");
    }
}
