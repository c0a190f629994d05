//! The journal that runs write, and `history`, which reads it.

use std::fs;

use serde_json::{Value, json};

use unicode_width::UnicodeWidthStr;

use crate::support::{PROGRAM, World, dataset, model, model_at, model_with, row, row_at, run};

/// The events that `history` lists as JSON, newest first.
fn events(world: &World, args: &[&str]) -> Vec<String> {
    let events = world.json(&[&["history"], args].concat());
    let events = events.as_array().unwrap().iter();
    events
        .map(|event| event["event"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn each_run_that_writes_appends_one_line_to_the_journal() {
    let world = World::with(&[model("a"), model_at("b", "7e25")]);
    world.ok(&[]);
    world.ok(&[]);
    world.set_models(&[model("a"), model_at("b", "1e20")]);
    world.ok(&[]);
    world.set_models(&[model("a"), model("c")]);
    world.set_dataset(dataset(&[row("a", "y", "mine")]));
    world.ok(&["--reset"]);
    let lines = world.journal();
    let modes: Vec<&Value> = lines.iter().map(|line| &line["mode"]).collect();
    assert_eq!(modes, ["refresh", "refresh", "reset"]);

    let created = &lines[0];
    assert_eq!(created["estimates_saved_at"], "2025-08-15T06:00:00");
    assert_eq!(created["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(created["summary"]["total"], 2);
    // A user without a login name, as in some containers, is null.
    let by = created.get("by").unwrap();
    assert!(by.is_string() || by.is_null(), "{created}");
    assert!(created["at"].as_str().unwrap().ends_with('Z'), "{created}");

    let removed = &lines[1]["changes"]["removed"][0]["row"];
    assert_eq!(removed["training_flop"], "7e+25");
    assert_eq!(removed["reasoning"], "six of them");

    let backup = world.clean().join(lines[2]["backup"].as_str().unwrap());
    assert_eq!(
        fs::read_to_string(backup).unwrap(),
        dataset(&[row("a", "y", "mine")])
    );
}

#[test]
fn history_lists_when_a_model_was_added_updated_and_removed() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    world.set_models(&[model_at("A ", "7e25"), model("b")]);
    world.ok(&[]);
    world.set_models(&[model_at("a", "1e20"), model("b")]);
    world.ok(&[]);
    assert_eq!(events(&world, &["A"]), ["removed", "updated", "added"]);
    assert_eq!(
        events(&world, &["a", "--developer", "D", "--limit", "1"]),
        ["removed"]
    );
    let unknown = world.run(&["history", "a", "--developer", "x"]);
    unknown
        .expect_code(1)
        .expect_stderr("no model named \"a\" by \"x\"; that name exists under \"d\"\n");
    world
        .ok(&["history", "a"])
        .expect_stdout("6.00e+25 → 7.00e+25 FLOP, ×1.2")
        .expect_stdout("7.00e+25 → 1.00e+20 FLOP, ÷700000, now < 1e25, below 5e24");
    let runs = world.ok(&["history", "--limit", "2"]).stdout;
    assert!(runs.contains("\n  2  "), "{runs}");
    assert!(!runs.contains("\n  3  "), "{runs}");
    assert!(
        runs.contains("\n2 of 3 runs; run 1 is the newest"),
        "{runs}"
    );
}

#[test]
fn the_list_of_runs_says_if_a_run_only_removed_duplicates() {
    let (a, b) = (row("a", "", ""), row("b", "", ""));
    let world =
        World::with(&[model("a"), model("b")]).dataset(dataset(&[a.clone(), a.clone(), a, b]));
    world.ok(&[]);
    world
        .ok(&["history"])
        .expect_stdout(" 2 removed as duplicate (of a)\n");
}

#[test]
fn duplicates_that_stay_are_not_counted_as_changes_of_a_run() {
    let twice = [row("a", "y", ""), row("a", "y", "noted")];
    let world = World::with(&[model("a"), model("b")]).dataset(dataset(&twice));
    world.ok(&[]);
    world.ok(&["history"]).expect_stdout(" 1 added (b)\n");
}

#[test]
fn a_state_such_as_orphaned_is_no_event_of_a_model() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    world.set_models(&[model("b"), model_at("c", "7e25")]);
    world.ok(&[]).expect_stdout("Orphaned 1");
    assert_eq!(events(&world, &["a"]), ["added"]);
}

#[test]
fn a_missing_data_directory_is_not_taken_for_an_empty_journal() {
    let world = World::new();
    world
        .ok(&["history"])
        .expect_stdout("Nothing in the journal");
    let typo = world.dir.path().join("dat");
    let mut program = world.isolated(PROGRAM);
    run(program.arg("history").arg("--data-dir").arg(&typo))
        .expect_code(1)
        .expect_stderr("name the data directory with --data-dir DIR");
}

#[test]
fn history_distinguishes_a_model_without_events_from_an_unknown_one() {
    // Rows and estimates without a journal, a decision, and a model for which the journal has only a state.
    let world = World::with(&[model("e"), model_at("v", "2e25")])
        .dataset(dataset(&[row("r", "y", ""), row("v", "y", "")]));
    let run = world.run(&["history", "v"]).expect_code(0);
    run.expect_stdout("Nothing in the journal under \"v\"\n");
    world.ok(&[]).expect_stdout("Drifted 1");
    world.set_decisions("gone,d,ignore,,,,\n");
    for name in ["r", "v", "gone"] {
        let run = world.ok(&["history", name]);
        run.expect_stdout(&format!("Nothing in the journal under \"{name}\"\n"));
        assert_eq!(world.json(&["history", name]), json!([]));
    }
    assert_eq!(events(&world, &["e"]), ["added"]);
    let unknown = world.run(&["history", "nobody"]).expect_code(1);
    unknown.expect_stderr("no model named \"nobody\"");
    // Neither unreadable estimates nor an unreadable dataset stop the command.
    world.set_estimates("{");
    world.ok(&["history", "r"]).expect_stdout("Nothing");
    world.set_dataset("<<<<<<< HEAD\n");
    assert_eq!(events(&world, &["e"]), ["added"]);
}

#[test]
fn history_does_not_repeat_who_made_a_decision_and_when() {
    let world = World::with(&[model("a")]);
    world.ok(&["dismiss", "a", "--note", "small"]);
    let history = world.ok(&["history", "a"]).stdout;
    assert!(history.contains("note \"small\""), "{history}");
    assert!(
        !history.contains("by \"") && !history.contains("at \""),
        "{history}"
    );
}

#[test]
fn a_removed_decision_is_distinguished_from_a_new_one() {
    let world = World::with(&[model("a")]);
    world.ok(&["dismiss", "a", "--note", "small"]);
    world.ok(&["dismiss", "a", "--undo"]);
    let runs = world
        .ok(&["history"])
        .expect_stdout("1 decision taken back (a)\n");
    runs.expect_stdout("1 decided (a: \"small\")\n");
}

#[test]
fn a_line_cut_short_is_passed_over_and_the_next_run_begins_a_new_line() {
    let world = World::with(&[model("a")]);
    fs::write(world.journal_path(), "{\"at\": \"2025-08-").unwrap();
    world.ok(&[]);
    let journal = fs::read_to_string(world.journal_path()).unwrap();
    assert_eq!(journal.lines().count(), 2, "{journal}");
    let run = world
        .ok(&["history"])
        .expect_stderr("history.jsonl:1: this line cannot be read");
    assert!(run.stdout.contains("\n1 run; "), "{}", run.stdout);
}

#[test]
fn a_byte_order_mark_in_the_journal_hides_no_entry() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let journal = fs::read_to_string(world.journal_path()).unwrap();
    fs::write(world.journal_path(), format!("\u{feff}{journal}")).unwrap();
    let run = world.ok(&["history"]);
    assert_eq!(run.stderr, "");
    run.expect_stdout("\n1 run; ");
}

#[test]
fn a_line_cut_within_a_character_is_passed_over_and_the_others_are_read() {
    let world = World::with(&[model("été")]);
    world.ok(&[]);
    let whole = fs::read(world.journal_path()).unwrap();
    let cut = whole.iter().position(|byte| *byte > 0x7f).unwrap() + 1;
    fs::write(world.journal_path(), [&whole, &whole[..cut]].concat()).unwrap();
    world
        .ok(&["history", "été"])
        .expect_stdout("added")
        .expect_stderr("jsonl:2:");
}

#[test]
fn the_time_of_an_entry_has_milliseconds_and_follows_source_date_epoch() {
    let world = World::with(&[model("a")]);
    world.run_at(1_755_237_600, &[]).expect_code(0);
    assert_eq!(world.journal()[0]["at"], "2025-08-15T06:00:00.000Z");
}

#[test]
fn a_clock_before_1970_does_not_stop_a_run() {
    let world = World::with(&[model("a")]);
    world.run_at(-86_400, &["--reset"]).expect_code(0);
    assert_eq!(world.journal()[0]["at"], "1969-12-31T00:00:00.000Z");
}

#[test]
fn conflict_markers_in_the_journal_are_named_and_passed_over() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    let entry = fs::read_to_string(world.journal_path()).unwrap();
    let merge = format!("<<<<<<< HEAD\n{entry}||||||| 1234abc\n=======\n>>>>>>> other\n");
    fs::write(world.journal_path(), merge).unwrap();
    let run = world
        .ok(&["history"])
        .expect_stderr("history.jsonl:1: an unresolved merge")
        .expect_stderr("history.jsonl:3: an unresolved merge");
    assert!(run.stdout.contains("\n1 run; "), "{}", run.stdout);
}

#[test]
fn an_entry_names_the_model_and_shows_the_text_of_notes() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    world.ok(&["verify", "a", "--note", "the card says 6ND"]);
    let text = world.ok(&["history", "A"]).stdout;
    let entries: Vec<&str> = text.lines().collect();
    assert!(entries[1].contains("updated  a"), "{text}");
    assert!(entries[2].contains("verified \"y\""), "{text}");
    assert!(entries[3].contains("notes \"the card says 6ND\""), "{text}");
    assert!(text.contains("added    a"), "{text}");
    assert!(text.contains("6.00e+25 FLOP"), "{text}");
    let runs = world.ok(&["history"]);
    runs.expect_stdout("1 updated (a: \"the card says 6ND\")");
}

#[test]
fn up_to_ten_models_of_a_group_are_named_with_their_notes_and_more_are_counted() {
    let names: Vec<String> = (0..11).map(|n| format!("m{n}")).collect();
    let names: Vec<&str> = names.iter().map(|name| &**name).collect();
    let models: Vec<_> = names.iter().map(|name| model(name)).collect();
    let world = World::with(&models);
    world.ok(&[]);
    world.ok(&[&["verify", "--note", "card"], &names[..10]].concat());
    let runs = world.ok(&["history"]);
    let runs = runs.expect_stdout("10 updated (m0: \"card\", m1: \"card\", ");
    let runs = runs.expect_stdout("m9: \"card\")");
    runs.expect_stdout("11 added\n");
}

#[test]
fn history_says_why_a_row_left_and_what_a_person_wrote_in_it() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    let low = json!({"training_flop": 4.996e24, "training_flop_confidence": "high", "reasoning": "five at most"});
    world.set_models(&[model_with("a", low), model("b")]);
    world.ok(&[]);
    world
        .ok(&["history", "a"])
        .expect_stdout("6.00e+25 → 4.996e+24 FLOP, ÷12, now < 1e25, below 5e24")
        .expect_stdout("confidence \"medium\" → \"high\"")
        .expect_stdout("reasoning \"six of them\" → \"five at most\"");
    world
        .ok(&["history"])
        .expect_stdout("1 removed (a: 4.996e+24, high, \"five at most\")");

    world.set_dataset(dataset(&[row("b", "", ""), row("c", "y", "mine alone")]));
    world.ok(&["--reset"]);
    world
        .ok(&["history", "c"])
        .expect_stdout("removed")
        .expect_stdout("6.00e+25 FLOP")
        .expect_stdout("not in the estimates")
        .expect_stdout("the row's notes: \"mine alone\"");
}

#[test]
fn a_limit_of_zero_still_says_how_many_entries_there_are() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    world.ok(&["dismiss", "a", "--note", "why"]);
    world
        .ok(&["history", "--limit", "0"])
        .expect_stdout("0 of 2 runs");
    world
        .ok(&["history", "a", "--limit", "0"])
        .expect_stdout("0 of 3 entries");
}

#[test]
fn history_says_why_a_row_left_even_if_its_number_did_not_change() {
    let world = World::with(&[model_at("a", "3e24"), model("b")]).dataset(dataset(&[
        row("b", "", ""),
        row_at("a", "", "", "3e+24", "3.00e+24"),
    ]));
    world.ok(&[]);
    world
        .ok(&["history", "a"])
        .expect_stdout("3.00e+24 FLOP, below 5e24")
        .expect_stdout("confidence: \"medium\"")
        .expect_stdout("reasoning: \"six of them\"");
}

#[test]
fn history_shows_the_mark_of_a_row_that_a_reset_removed() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("gone", "y", "")]));
    world.ok(&["--reset"]);
    world
        .ok(&["history", "gone"])
        .expect_stdout("the row's verified: \"y\"");
}

#[test]
fn different_numbers_look_different_and_a_respelled_number_is_shown_as_written() {
    let world = World::with(&[model_at("close", "6.004e25"), model("respelled")])
        .dataset("name,developer,verified,training_flop\nclose,d,,6e25\nrespelled,d,,6.0E+25\n");
    world.ok(&[]);
    world
        .ok(&["history", "close"])
        .expect_stdout("6.00e+25 → 6.004e+25");
    world
        .ok(&["history", "respelled"])
        .expect_stdout("training_flop \"6.0E+25\" → \"6e+25\"");
}

#[test]
fn an_event_shows_a_change_of_only_the_formatted_number() {
    let world = World::with(&[model("a")]).dataset(dataset(&[
        row_at("a", "", "", "6e+25", "6.0e+25"),
        row_at("gone", "", "", "6e+25", "6.0e+25"),
    ]));
    world.ok(&[]);
    for name in ["a", "gone"] {
        world
            .ok(&["history", name])
            .expect_stdout("training_flop_formatted \"6.0e+25\" → \"6.00e+25\"");
    }
}

#[test]
fn a_crossing_is_shown_with_its_update_and_counted_in_the_list_of_runs() {
    let world = World::with(&[model_at("a", "9e24")]);
    world.ok(&[]);
    world.set_models(&[model_at("a", "1.1e25")]);
    world.ok(&[]);
    assert_eq!(events(&world, &["a"]), ["updated", "added"]);
    let text = world
        .ok(&["history", "a", "--limit", "1"])
        .expect_stdout("now ≥ 1e25")
        .stdout;
    assert!(!text.contains("crossed"), "{text}");
    world.ok(&["history"]).expect_stdout("1 crossed 1e25 (a)");
}

#[test]
fn the_report_of_a_run_can_be_printed_again_by_its_number() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    world.set_models(&[model_at("a", "7e25"), model_at("b", "1e24")]);
    let report = world.ok(&["-v"]).stdout;
    let again = world.ok(&["history", "--run", "1", "-v"]).stdout;
    let block = |text: &str| {
        let start = text.find("Crossed 1").unwrap();
        let rest = &text[start..];
        let end = rest.find("Rows at or above 1e25 FLOP: 1 of 1").unwrap();
        rest[..end].to_owned()
    };
    assert_eq!(block(&again), block(&report));
    assert!(again.contains("Total candidate models: 1\n"), "{again}");
    assert!(again.starts_with("Run 1, refresh: "), "{again}");
    assert!(
        again.contains("estimates saved 2025-08-15T06:00:00"),
        "{again}"
    );
    world
        .ok(&["history", "--run", "2"])
        .expect_stdout("Added 2");
    let entry = world.json(&["history", "--run", "2"]);
    assert_eq!(entry, world.json(&["history"])[1]);
    for number in ["3", "0"] {
        world
            .run(&["history", "--run", number])
            .expect_code(1)
            .expect_stderr("the journal has 2 runs, and 1 is the newest");
    }
    World::with(&[model("a")])
        .run(&["history", "--run", "1"])
        .expect_code(1)
        .expect_stderr("error: --run 1: the journal is empty\n");
    world.run(&["history", "a", "--run", "1"]).expect_code(2);
    let report = world.json(&["--reset", "--force"]);
    assert_eq!(report["written"], false, "{report}");
    world.ok(&["verify", "a", "--note", "seen"]);
    let backup = world.json(&["--reset"])["backup"]
        .as_str()
        .unwrap()
        .to_owned();
    let (_, name) = backup.rsplit_once('/').unwrap();
    let told = world.ok(&["history", "--run", "1"]);
    told.expect_stdout(&format!("\nBacked up to {name}\n"));
}

#[test]
fn the_drift_of_a_row_without_a_number_is_printed_again_in_the_same_words() {
    let world = World::with(&[model("a"), model("b")])
        .dataset("name,developer,verified,notes\na,d,y,seen\n");
    for args in [&[][..], &["history", "--run", "1", "-v"]] {
        world.ok(args).expect_stdout("no number, latest 6.00e+25");
    }
}

#[test]
fn a_name_that_no_model_has_finds_the_one_that_looks_alike_if_there_is_just_one() {
    let by = |name, developer| model_with(name, json!({"developer": developer}));
    let world = World::with(&[
        by("GPT-4.1", "OpenAI"),
        by("glm_4", "Zhipu"),
        by("GLM 4", "Z.ai"),
    ]);
    world.ok(&[]);
    world
        .ok(&["history", "gpt\u{2011}4 1"])
        .expect_stdout("GPT-4.1");
    assert_eq!(
        events(&world, &["gpt 4.1", "--developer", "open-ai"]),
        ["added"]
    );
    let several = world.run(&["history", "glm-4"]).expect_code(1);
    several.expect_stderr("\"GLM 4\" (Z.ai), \"glm_4\" (Zhipu)");
    let of_one = events(&world, &["glm-4", "--developer", "zai"]);
    assert_eq!(of_one[0], "added");
    world
        .run(&["history", "llama"])
        .expect_code(1)
        .expect_stderr("no model named \"llama\"");
}

#[test]
fn runs_are_listed_newest_first_by_their_recorded_time() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    world.set_models(&[model("a"), model("b")]);
    world.ok(&[]);
    let mut lines = world.journal();
    lines[0]["at"] = json!("2025-08-08T07:00:00.000Z");
    lines[1]["at"] = json!("2025-08-15T07:00:00.000Z");
    // A merge of two branches may leave them in any order.
    let merged: String = [1, 0].map(|at| format!("{}\n", lines[at])).concat();
    fs::write(world.journal_path(), merged).unwrap();
    let runs = world.ok(&["history"]).stdout;
    assert!(
        runs.contains("\n  1  2025-08-15 07:00:00  refresh"),
        "{runs}"
    );
    assert!(
        runs.contains("\n  2  2025-08-08 07:00:00  refresh"),
        "{runs}"
    );
    world.ok(&["history", "--run", "1"]).expect_stdout("+ b");
}

#[test]
fn no_line_of_the_history_is_wider_than_the_screen_or_broken_within_a_word() {
    let words =
        "a reasoning of many words that does not fit on any line of eighty columns, ".repeat(3);
    let world = World::with(&[
        model("a"),
        model("b"),
        model("a model of a rather long name"),
    ]);
    world.ok(&[]);
    world.set_models(&[
        model_with("a", json!({"training_flop": 7e25, "reasoning": words})),
        model_at("b", "1e24"),
        model_with(
            "a model of a rather long name",
            json!({"developer": "d", "training_flop": 1e24}),
        ),
    ]);
    world.ok(&["--force"]);
    let note = "a note of many words ".repeat(20);
    world.ok(&["verify", "a", "--note", &note]);
    for args in [
        &["history"][..],
        &["history", "a"],
        &["history", "--run", "2"],
    ] {
        let text = world.run_on(80, args).expect_code(0).stdout;
        assert!(text.lines().all(|line| line.width() <= 80), "{text}");
    }
    let narrow = world.run_on(80, &["history", "a"]).stdout;
    let unbroken = narrow.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(unbroken.contains(note.trim()), "{narrow}");
}

#[test]
fn a_quiet_history_prints_json_but_no_text() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    for args in [
        &["history", "-q"][..],
        &["history", "a", "-q"],
        &["history", "--run", "1", "-q"],
    ] {
        assert_eq!(world.ok(args).stdout, "");
    }
    assert_eq!(events(&world, &["a", "-q"]), ["added"]);
}

#[test]
fn a_name_of_a_megabyte_does_not_flood_the_history() {
    let long = "x".repeat(1_000_000);
    let world = World::with(&[model("a"), model(&long)]);
    world.ok(&[]);
    world.set_models(&[model("a")]);
    world.ok(&[]);
    for args in [&["history"][..], &["history", "a"]] {
        let printed = world.ok(args).stdout;
        assert!(printed.len() < 10_000, "{}", printed.len());
    }
}

#[test]
fn history_shows_the_decision_and_note_of_a_dismissal_and_prints_its_run_again() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    world.ok(&["dismiss", "a", "--note", "a distilled model"]);
    world
        .ok(&["history", "a"])
        .expect_stdout("dismissed")
        .expect_stdout("below, judged at 6.00e+25, latest 6.00e+25")
        .expect_stdout("decided    a")
        .expect_stdout("decision \"below\"")
        .expect_stdout("note \"a distilled model\"");
    world
        .ok(&["history", "--run", "1"])
        .expect_stdout("Run 1, dismiss: ")
        .expect_stdout("a distilled model");
    world.ok(&["history"]).expect_stdout("1 dismissed (a)");
    // A line that a person wrote need not have a number.
    world.set_decisions("b,d,ignore,,a finetune,,\n");
    world.ok(&[]);
    world
        .ok(&["history", "b"])
        .expect_stdout("ignore, latest 6.00e+25");
}

#[test]
fn a_model_is_found_under_each_of_its_names_in_the_aliases() {
    let by = |name, developer| model_with(name, json!({"developer": developer}));
    let world = World::with(&[by("glm", "Zhipu"), by("claude", "Anthropic"), model("o")]);
    world.ok(&[]);
    world.set_aliases("*,Zhipu,*,Zhipu AI,\nclaude,Anthropic,Claude 3,Anthropic,\n");
    world.ok(&[]);
    let both = ["updated", "added"];
    assert_eq!(events(&world, &["glm", "--developer", "zhipu"]), both);
    assert_eq!(events(&world, &["glm", "--developer", "Zhipu AI"]), both);
    assert_eq!(events(&world, &["claude"]), both);
    assert_eq!(events(&world, &["Claude 3"]), both);
    assert_eq!(
        events(&world, &["claude_3"]),
        both,
        "a name that looks alike"
    );
    world
        .run(&["history", "glm", "--developer", "d"])
        .expect_code(1);
    // A name that only the aliases have.
    world.set_aliases("c3,anthropic,claude,anthropic,\n");
    assert_eq!(events(&world, &["C3"]), ["added"]);
}

#[test]
fn unreadable_aliases_stop_the_history_of_a_model_and_the_error_names_their_line() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    world.set_aliases("a,d,b,d,\nb,d,c,d,\n");
    world
        .run(&["history", "a"])
        .expect_code(1)
        .expect_stderr("aliases.csv:3: ");
    world.ok(&["history"]);
}
