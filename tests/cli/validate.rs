//! `validate`: the findings, their places, and the exit code.

use std::fs;

use serde_json::{Value, json};

use crate::support::{HEADER, World, dataset, model, model_with, row};

/// The findings about one dataset, each as `line severity code column`.
fn findings(text: &str) -> Vec<String> {
    let world = World::with(&[model("a"), model("b")]).dataset(text);
    let args = ["validate", "--format", "json", "--ignore", "estimates_old"];
    let findings = world.run_at(1_767_225_600, &args).json(); // 2026-01-01
    let findings = findings["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap();
            let (severity, code, column) = (text("severity"), text("code"), text("column"));
            format!("{} {severity} {code} {column}", finding["line"])
        })
        .collect()
}

/// The findings about an unverified row in which one text is replaced.
fn findings_after(from: &str, to: &str) -> Vec<String> {
    let sound = row("a", "", "");
    assert!(sound.contains(from), "{from}");
    findings(&dataset(&[sound.replace(from, to)]))
}

#[test]
fn sound_rows_have_no_findings() {
    let rows = [row("a", "", ""), row("b", "y", "why")];
    assert_eq!(findings(&dataset(&rows)), [""; 0]);
}

#[test]
fn cells_that_look_odd_but_are_sound_have_no_findings() {
    for (from, to) in [
        (",6.00e+25", ",5.999999999999999e+25"),
        ("a,d,,,", "a,d,,1.75E+11,"),
        ("six of them", "-1"),
        ("six of them", "\"two\nlines\""),
    ] {
        assert_eq!(findings_after(from, to), [""; 0], "{from} → {to}");
    }
}

#[test]
fn each_kind_of_finding_is_reported_for_its_column() {
    for (from, to, finding) in [
        (
            "6e+25,6.00e+25",
            "abc,",
            "error flop_not_a_number training_flop",
        ),
        (
            "6e+25,6.00e+25",
            "6e+30,6.00e+30",
            "warning flop_out_of_range training_flop",
        ),
        (
            ",6.00e+25",
            ",6.10e+25",
            "warning formatted_contradicts_flop training_flop_formatted",
        ),
        (
            ",6.00e+25",
            ",a lot",
            "error formatted_not_a_number training_flop_formatted",
        ),
        (
            "high_confidence_above",
            "not_sure",
            "error class_contradicts_flop threshold_classification",
        ),
        (
            "high_confidence_above",
            "likely",
            "error unknown_class threshold_classification",
        ),
        (
            "high_confidence_above",
            "uncertain",
            "error unknown_class threshold_classification",
        ),
        (
            "a,d,,,",
            "a,d,,1.76T,",
            "error parameters_not_whole parameters",
        ),
        ("a,d", "a ,d", "warning outer_blanks name"),
        ("likely_above", "maybe", "error unknown_status status"),
        ("medium", "sure", "error unknown_confidence confidence"),
        (
            "a,d,,",
            "a,d,7/9/2025,",
            "error date_not_iso_8601 release_date",
        ),
        (
            "a,d,,",
            "a,d,2026-01-02,",
            "warning release_in_the_future release_date",
        ),
        (
            "2025-08-01T00:00:00",
            "yesterday",
            "error date_not_iso_8601 last_updated",
        ),
        (
            "https://example.org/a",
            "a page",
            "warning source_without_url sources",
        ),
        (
            "https://example.org/a",
            "https://a.org (x; y); a page",
            "warning source_without_url sources",
        ),
        (
            "scaling_laws",
            "guesswork",
            "warning unknown_method estimation_method",
        ),
        ("six of them", "=1+1", "warning formula reasoning"),
        ("six of them", "\t=1+1", "warning formula reasoning"),
        (
            "six of them",
            "a\u{202e}b",
            "warning control_character reasoning",
        ),
    ] {
        let expected = format!("2 {finding}");
        assert_eq!(findings_after(from, to), [expected], "{from} → {to}");
    }
}

#[test]
fn in_a_marked_row_a_broken_cell_is_an_error_and_an_older_class_name_a_warning() {
    let marked = |mark: &str, class: &str| {
        let row = row("a", mark, "why").replace("high_confidence_above", class);
        findings(&dataset(&[row]))
    };
    let class = |finding: &str| format!("2 {finding} threshold_classification");
    assert_eq!(
        marked("y", "not_sure"),
        [class("error class_contradicts_flop")]
    );
    let twice = "high_confidence_above_1e25_1e25";
    for (mark, unknown) in [
        ("y", "perhaps"),
        ("y", twice),
        ("", "high_confidence_above_1e25"),
    ] {
        assert_eq!(marked(mark, unknown), [class("error unknown_class")]);
    }
    for older in [
        "uncertain",
        "likely_above_1e25",
        "confirmed_above",
        "high_confidence_above_1e25",
    ] {
        assert_eq!(marked("y", older), [class("warning older_class")]);
    }
    assert_eq!(
        marked("no", "uncertain"),
        [
            class("warning older_class"),
            "2 warning verified_not_y verified".to_owned()
        ]
    );
}

#[test]
fn an_older_class_name_is_a_warning_in_an_orphan_without_a_number() {
    let orphan = |number: &str| {
        let row = row("gone", "", "").replace("6e+25,6.00e+25", number);
        findings(&dataset(&[
            row.replace("high_confidence_above", "uncertain")
        ]))
    };
    let (class, orphaned) = ("threshold_classification", "2 warning orphaned name");
    assert_eq!(
        orphan(","),
        [
            format!("2 warning older_class {class}"),
            orphaned.to_owned()
        ]
    );
    // A refresh writes the class of the row's number, or of the estimate's.
    let estimated = row("a", "", "").replace("6e+25,6.00e+25", ",");
    let estimated = estimated.replace("high_confidence_above", "uncertain");
    assert_eq!(
        findings(&dataset(&[estimated])),
        [format!("2 error unknown_class {class}")]
    );
    assert_eq!(
        orphan("6e+25,6.00e+25"),
        [
            format!("2 error unknown_class {class}"),
            orphaned.to_owned()
        ]
    );
}

#[test]
fn a_verified_row_without_a_note_is_a_warning() {
    assert_eq!(
        findings(&dataset(&[row("a", "y", "")])),
        ["2 warning verified_without_note notes"]
    );
}

#[test]
fn rows_of_one_model_are_an_error_and_one_name_under_two_developers_a_warning() {
    assert_eq!(
        findings(&dataset(&[row("a", "", ""), row("A", "", "")])),
        ["3 error duplicate_key name"]
    );
    let world =
        World::with(&[model("a")]).dataset(dataset(&[row("a", "", ""), row("once", "", "")]));
    world.set_aliases("once,d,a,d,\n");
    let run = world.run(&["validate"]).expect_code(3);
    let said =
        ":3: error: name: once: the same model as on line 2; the next refresh removes this row [";
    run.expect_stdout(said);
    world.set_dataset(dataset(&[row("a", "", ""), row("once", "", "mine")]));
    let run = world.run(&["validate"]).expect_code(3);
    let said = "the same model as on line 2; the next refresh removes the row on line 2 [";
    run.expect_stdout(said);
    world.set_dataset(dataset(&[row("a", "y", "n"), row("once", "", "mine")]));
    let run = world.run(&["validate"]).expect_code(3);
    run.expect_stdout(":3: error: name: once: the same model as on line 2; keep one of the two rows [duplicate_key]");
    let renamed = [row("a", "", ""), row("a", "", "").replace(",d,", ",e,")];
    assert_eq!(
        findings(&dataset(&renamed)),
        ["2 warning look_alike name", "3 warning orphaned name"]
    );
}

#[test]
fn a_look_alike_row_is_named_as_in_the_dataset_even_if_the_estimate_spells_it_differently() {
    let renamed = json!({"developer": "d"});
    let world = World::with(&[model_with("Foo 1", renamed)]);
    world.set_dataset(dataset(&[row("foo 1", "", ""), row("foo_1", "", "")]));
    let run = world.ok(&["validate"]);
    run.expect_stdout(":2: warning: name: foo 1: are these one model? ");
}

#[test]
fn a_finding_about_a_decision_names_the_model_and_the_column() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "")]));
    world.set_decisions("m,d,perhaps,,,,\nn,d,below,many,,,\n");
    let run = world.run(&["validate"]).expect_code(3);
    run.expect_stdout("decisions.csv:2: error: decision: m: \"perhaps\" is not a decision")
        .expect_stdout(
            "decisions.csv:3: warning: flop: n: flop is \"many\", which is not a finite number above 0",
        );
}

#[test]
fn the_warning_about_look_alikes_escapes_confusable_characters() {
    let alike = [row("GPT-4", "y", "why"), row("GPT\u{2011}4", "", "")];
    let world = World::with(&[model("GPT-4"), model("GPT\u{2011}4")]).dataset(dataset(&alike));
    world.ok(&["validate"]).expect_stdout(
        ":2: warning: name: GPT-4: are these one model? \"GPT-4\" by d, \"GPT\\u{2011}4\" by d (line 3) [look_alike]\n",
    );
    // Before the refresh there is only one row, and the other is about to be added.
    world.set_dataset(dataset(&alike[..1]));
    let run = world.ok(&["validate", "--select", "look_alike"]);
    run.expect_stdout("\"GPT\\u{2011}4\" by d [look_alike]")
        .expect_stdout("\n0 errors, 1 warning\n");
    let verified = alike.map(|row| row.replace(",,2025", ",y,2025"));
    world.set_dataset(dataset(&verified));
    world
        .ok(&["validate", "--select", "look_alike"])
        .expect_stdout("0 errors, 0 warnings\n");
}

#[test]
fn unnamed_columns_and_index_columns_are_warnings() {
    let with_columns = |names: &str, cells: [&str; 2]| {
        let rows = [row("a", "", ""), row("b", "", "")];
        let rows = rows.iter().zip(cells);
        let rows: String = rows
            .map(|(row, cells)| format!("{}{cells}\n", row.trim_end()))
            .collect();
        let world = World::with(&[model("a"), model("b")]);
        world.set_dataset(format!("{HEADER}{names}\n{rows}"));
        world.ok(&["validate"]).stdout
    };
    let unnamed = with_columns(",,", [",1,", ",3,x"]);
    assert!(
        unnamed.contains(":1: warning: 2 columns without a name (column 16, 17): "),
        "{unnamed}"
    );
    for (name, column) in [
        ("", ":1: warning: column 16 has no name"),
        (
            "Unnamed: 0",
            ":1: warning: Unnamed: 0: column 16 has no name",
        ),
    ] {
        // In a row that a refresh added, the index is blank.
        for cells in [[",1", ",0"], [",0", ","]] {
            let index = with_columns(&format!(",{name}"), cells);
            assert!(index.contains(column), "{index}");
            assert!(
                index.contains("[pandas_index]\n0 errors, 1 warning\n"),
                "{index}"
            );
        }
    }
    let blank = with_columns(",", [",", ","]);
    assert!(
        blank.contains("[unnamed_column]\n0 errors, 1 warning\n"),
        "{blank}"
    );
    let numbers = with_columns(",Unnamed: 0", [",1", ",7"]);
    assert_eq!(numbers, "0 errors, 0 warnings\n");
}

#[test]
fn marks_that_are_gone_since_the_journals_last_entry_are_a_warning() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    world.ok(&["verify", "a", "--note", "why"]);
    let lost = |world: &World| world.ok(&["validate", "--select", "marks_lost"]).stdout;
    assert_eq!(lost(&world), "0 errors, 0 warnings\n");
    world.set_dataset(world.text().replace(",y,", ",,"));
    let text = lost(&world);
    assert!(
        text.contains("counted 1 row as verified or protected, but the dataset has 0"),
        "{text}"
    );
}

#[test]
fn an_unreadable_line_of_the_journal_is_a_warning_with_its_line_number() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let entry = fs::read_to_string(world.journal_path()).unwrap();
    fs::write(
        world.journal_path(),
        format!("{entry}<<<<<<< HEAD\n\n=======\n{{\"at\": \"2025-"),
    )
    .unwrap();
    let run = world.run(&["validate", "--strict", "--select", "journal_damaged"]);
    let run = run.expect_code(3).expect_stdout("0 errors, 3 warnings\n");
    let run = run.expect_stdout("history.jsonl:2: warning: an unresolved merge");
    let run = run.expect_stdout("history.jsonl:4: warning: an unresolved merge");
    run.expect_stdout("history.jsonl:5: warning: this line cannot be read");
}

#[test]
fn a_fault_in_the_journal_is_reported_only_once() {
    let world = World::with(&[model("a")]);
    fs::write(world.journal_path(), "torn\n").unwrap();
    assert_eq!(world.ok(&["validate"]).stderr, "");
}

#[test]
fn a_rejected_record_is_an_error_and_an_ignored_or_repeated_field_a_warning() {
    let ignored = model_with("ignored", json!({"parameters": -1})).to_string();
    let rejected = model_with("rejected", json!({"training_flop": -1}));
    let repeated = "{\"name\": \"twice\", \"developer\": \"d\", \"status\": 7, \"status\": \"uncertain\", \"status\": null}";
    let world = World::new();
    world.set_estimates(format!(
        "{{\"metadata\": {{\"saved_at\": \"soon\"}}, \"models\": [{ignored},\n{rejected},\n{repeated}]}}"
    ));
    let report = world
        .run(&["validate", "--format", "json"])
        .expect_code(3)
        .json();
    assert_eq!(
        (&report["errors"], &report["warnings"]),
        (&json!(1), &json!(3))
    );
    let findings = report["findings"].as_array().unwrap().iter();
    let found: Vec<Value> = findings
        .map(|one| {
            json!([
                one["line"],
                one["code"],
                one["name"],
                one["column"],
                one["value"]
            ])
        })
        .collect();
    assert_eq!(
        found,
        [
            json!([1, "saved_at_unreadable", null, "saved_at", "\"soon\""]),
            json!([1, "field_ignored", "ignored", "parameters", "-1"]),
            json!([2, "record_rejected", "rejected", "training_flop", "-1"]),
            json!([3, "field_repeated", "twice", "status", "null"]),
        ]
    );
}

#[test]
fn estimates_saved_in_the_future_are_a_warning() {
    let world = World::with(&[model("a")]);
    let validated = |at| world.run_at(at, &["validate", "--select", "saved_in_the_future"]);
    // The estimates were saved on 2025-08-15 at 06:00.
    validated(1_755_151_199)
        .expect_stdout("2025-08-15T06:00:00 is in the future: is a clock wrong?");
    validated(1_755_151_200).expect_stdout("0 errors, 0 warnings");
    let refreshed = world.run_at(1_755_151_199, &[]).expect_code(0);
    refreshed.expect_stderr("saved_at: 2025-08-15T06:00:00 is in the future: is a clock wrong?");
}

#[test]
fn estimates_are_old_after_thirty_days_and_their_release_dates_and_names_are_checked() {
    let released = model_with("re\u{ad}leased", json!({"release_date": "2025-09-15"}));
    let world = World::with(&[released]);
    let codes = |day| {
        let args = ["validate", "--ignore", "invisible_character"];
        world.run_at(day, &args).stdout
    };
    let on_september_14 = codes(1_757_829_600); // 06:00, thirty days after the estimates were saved
    assert!(
        on_september_14
            .contains("2025-09-15 is in the future [release_in_the_future]\n0 errors, 1 warning"),
        "{on_september_14}"
    );
    let on_september_15 = codes(1_757_916_000);
    assert!(!on_september_15.contains("future"), "{on_september_15}");
    let today = row("re\u{ad}leased", "", "").replace(",d,,", ",d,2025-09-15,");
    world.set_dataset(dataset(&[today]));
    let of_the_dataset = codes(1_757_916_000);
    assert!(!of_the_dataset.contains("future"), "{of_the_dataset}");
    world.set_dataset(dataset(&[]));
    assert!(
        on_september_15.contains(
            "saved 31 days ago: is the pipeline still running? [estimates_old]\n0 errors, 1 warning"
        ),
        "{on_september_15}"
    );
    let run = world.ok(&["validate", "--select", "invisible_character"]);
    run.expect_stdout(": warning: name: re\\u{ad}leased: contains U+00AD, which cannot be seen [");
}

#[test]
fn a_dataset_that_was_never_written_is_no_finding() {
    World::with(&[model("a")])
        .ok(&["validate"])
        .expect_stdout("0 errors");
}

#[test]
fn missing_and_unreadable_files_are_errors() {
    let rejected = |world: &World, finding: &str| {
        let run = world.run(&["validate"]).expect_code(3);
        run.expect_stdout(finding);
    };
    let world = World::new().dataset(dataset(&[row("a", "", "")]));
    rejected(&world, "estimated_models.json:1: error: missing");
    // Without estimates no row is reported as orphaned.
    rejected(&world, "1 error, 0 warnings");
    world.set_estimates("{\"models\":\n[");
    rejected(&world, "estimated_models.json:2: error: cut short");
    world.set_models(&[model("a")]);
    world.set_dataset("name;x");
    rejected(&world, "above_1e25_flop.csv:1: error: name");
}

#[test]
fn names_are_checked_for_invisible_characters_and_outer_spaces() {
    let found = findings(&dataset(&[
        row("c ", "", ""),
        row("GPT\u{a0}5", "", ""),
        row("e", "", "").replace(",d,", ",d\u{200b},"),
        row("\"f\ng\"", "", ""),
        row("GPT 4", "", ""),
    ]));
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    let expected = [
        "2 warning outer_blanks name",
        "3 warning invisible_character name",
        "4 warning invisible_character developer",
        "5 warning invisible_character name",
    ];
    assert_eq!(
        found
            .into_iter()
            .filter(|one| !one.contains("orphaned"))
            .collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn the_findings_of_one_file_are_listed_together() {
    let rows = ["a", "b", "c"].map(|name| row(name, "", "").replace("6e+25", "-1"));
    let world = World::with(&[model("a"), json!(7)]).dataset(dataset(&rows));
    world.set_decisions("x,d,perhaps,,,,\ny,d,perhaps,,,,\n");
    let run = world.run(&["validate", "--format", "json"]);
    let findings = run.expect_code(3).json();
    let findings = findings["findings"].as_array().unwrap().iter();
    let mut files: Vec<_> = findings.map(|one| one["path"].clone()).collect();
    let found = files.len();
    files.dedup();
    assert!(found > 5 && files.len() == 3, "{files:?}");
}
