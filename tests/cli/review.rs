//! `review`: one model after the other, in a terminal that `script` of util-linux makes.

use std::fs;
use std::io::{Read, Write};
use std::process::Stdio;

use crate::repository::Repository;
use crate::support::{Run, World, dataset, model, model_at, model_with, names, row, run};

/// Reviews with these answers, a line each; `None` where there is no `script` that makes a terminal.
fn review(world: &World, filter: &str, answers: &[&str]) -> Option<Run> {
    review_while(world, filter, answers, || {})
}

/// Like [`review`], but calls `meanwhile` while the first model is shown and the question waits.
fn review_while(
    world: &World,
    filter: &str,
    answers: &[&str],
    meanwhile: impl FnOnce(),
) -> Option<Run> {
    let mut command = world.on_a_terminal(&format!("review {filter}"))?;
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take(), child.stdout.take().unwrap());
    let mut answers = answers.iter();
    let mut meanwhile = Some(meanwhile);
    let (mut printed, mut byte) = (Vec::new(), [0]);
    while stdout.read(&mut byte).unwrap() > 0 {
        printed.extend(byte);
        // The line editor prints this when it begins to listen.
        if !printed.ends_with(b"\x1b[?2004h") {
            continue;
        }
        if let Some(meanwhile) = meanwhile.take() {
            meanwhile();
        }
        match (answers.next(), &mut stdin) {
            (Some(answer), Some(stdin)) => {
                stdin.write_all(format!("{answer}\r").as_bytes()).unwrap()
            }
            _ => stdin = None,
        }
    }
    let output = child.wait_with_output().unwrap();
    Some(Run {
        code: output.status.code(),
        stdout: String::from_utf8(printed).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    })
}

/// Rows in the order of their names, the last of them verified and drifted.
fn world() -> World {
    let source = serde_json::json!({"sources": ["a book", "see https://example.org/$(x);y"]});
    World::with(&[
        model_with("a", source),
        model("b"),
        model("c"),
        model("d"),
        model_at("e", "2e25"),
    ])
    .dataset(dataset(&[
        row("a", "", "").replace("https://example.org/a", "see https://example.org/$(x);y"),
        row("b", "", "mine"),
        row("c", "", ""),
        row("d", "", ""),
        row("e", "y", "card"),
    ]))
}

#[test]
fn a_review_of_nothing_says_so() {
    let Some(run) = review(&world(), "--orphaned", &[]) else {
        return;
    };
    run.expect_code(0)
        .expect_stdout("There is nothing to review.");
    // A crossed row that has left cannot be decided on.
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    world.set_models(&[model_at("a", "1e24"), model("b")]);
    world.ok(&[]);
    assert_eq!(names(&world.json(&["list", "--crossed"])), ["a"]);
    world.ok(&["dismiss", "a", "--note", "small"]);
    for filter in ["--crossed", "--dismissed --limit 0"] {
        let run = review(&world, filter, &[]).unwrap();
        run.expect_code(0)
            .expect_stdout("There is nothing to review.");
    }
}

#[test]
fn each_decision_is_written_at_once_and_counted_at_the_end() {
    let world = world();
    let answers = [
        "y",
        "read the card",
        "n",
        "small",
        "i",
        "no model",
        "e",
        "3.5e25",
        "https://x.org",
        "better",
        "a",
        "stands",
        "q",
    ];
    let Some(run) = review(&world, "", &answers) else {
        return;
    };
    let run = run.expect_code(0);
    let run = run.expect_stdout("1 accepted, 1 corrected, 1 dismissed, 1 ignored, 1 verified");
    run.expect_stdout("[y]es above  [n]ot above");
    assert_eq!(world.column("name"), ["a", "e", "d"]);
    assert_eq!(world.row("a")["notes"], "read the card");
    assert_eq!(world.row("d")["training_flop"], "3.5e+25");
    assert_eq!(world.row("d")["verified"], "y");
    assert_eq!(world.decided("decision"), ["below", "ignore", "stands"]);
    assert_eq!(world.decided("note"), ["small; mine", "no model", "stands"]);
    let modes: Vec<String> = world
        .journal()
        .iter()
        .map(|entry| entry["mode"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(modes, ["verify", "dismiss", "dismiss", "verify", "accept"]);
}

#[test]
fn an_input_that_ends_before_the_note_decides_nothing() {
    let world = world();
    let text = world.text();
    let Some(run) = review(&world, "", &["y"]) else {
        return;
    };
    let run = run.expect_code(0).expect_stdout("Nothing was decided.");
    assert!(!run.stdout.contains("error"), "{}", run.stdout);
    assert_eq!(world.text(), text);
}

#[test]
fn a_long_note_and_a_pasted_paragraph_are_taken_in_full() {
    let long = format!("{}.", "训练 compute ".repeat(600));
    let pasted = "\x1b[200~System card, section 2:\rn\rnot ours\x1b[201~";
    let world = world();
    let answers = ["y", &long, "y", pasted, "q"];
    let Some(run) = review(&world, "--unverified", &answers) else {
        return;
    };
    run.expect_code(0).expect_stdout("Decided: 2 verified.");
    assert_eq!(world.row("a")["notes"], long);
    assert_eq!(
        world.row("b")["notes"],
        "mine; System card, section 2:\nn\nnot ours"
    );
}

#[test]
fn answers_typed_ahead_are_read_in_turn() {
    let world = world();
    let ahead = ["y\rcard\rs\rq"];
    let Some(run) = review(&world, "--unverified", &ahead) else {
        return;
    };
    run.expect_code(0).expect_stdout("Decided: 1 verified.");
    assert_eq!(world.row("a")["notes"], "card");
}

#[test]
fn leaving_the_review_in_the_middle_of_a_note_decides_nothing() {
    for leaves in ["\x03", "\x04\x04\x03"] {
        let world = world();
        let note = format!("half a note{leaves}");
        let Some(run) = review(&world, "--limit 1", &["n", &note]) else {
            return;
        };
        // A calling script must not go on as it would after `q`.
        let run = run.expect_code(1);
        run.expect_stdout("Nothing was decided.\r\nerror: Interrupted");
        assert_eq!(world.decisions(), []);
    }
}

#[test]
fn back_restores_the_row_and_the_line_of_the_last_decision() {
    let world = world();
    let text = world.text();
    // `b` is dismissed, which is taken back, and then verified, which is taken back, too.
    let answers = ["s", "n", "small", "b", "y", "", "b", "q"];
    let Some(run) = review(&world, "", &answers) else {
        return;
    };
    run.expect_code(0).expect_stdout("Nothing was decided.");
    assert_eq!(world.text(), text);
    assert_eq!(world.decisions(), []);
    let drifted = dataset(&[row("d", "y", ""), row("e", "y", "card")]);
    let world = World::with(&[model_at("d", "2e25"), model_at("e", "2e25")]).dataset(&drifted);
    world.set_decisions("d,d,stands,5e25,first,ana,today\n");
    let answers = ["a", "why", "b", "q"];
    let Some(run) = review(&world, "--drifted", &answers) else {
        return;
    };
    run.expect_code(0);
    assert_eq!(world.text(), drifted);
    assert_eq!(world.decided("flop"), ["5e25"]);
    assert_eq!(world.decided("note"), ["first"]);
    assert_eq!(world.decided("by"), ["ana"]);
}

#[test]
fn back_after_a_skip_returns_to_the_skipped_model_and_keeps_earlier_decisions() {
    let world = world();
    let answers = ["y", "", "s", "b", "n", "small", "q"];
    let Some(run) = review(&world, "", &answers) else {
        return;
    };
    run.expect_code(0)
        .expect_stdout("Decided: 1 dismissed, 1 verified.");
    assert_eq!(world.row("a")["verified"], "y");
    assert_eq!(world.decided("name"), ["b"]);
}

/// Three unverified rows, committed by somebody whom git knows; `None` where there is no git.
fn repository() -> Option<Repository> {
    let repository = Repository::new()?;
    repository.world.set_models(&["a", "b", "c"].map(model));
    repository.git(&["config", "user.name", "ana"]);
    repository.git(&["config", "user.email", "ana@example.org"]);
    let rows = ["a", "b", "c"].map(|name| row(name, "", ""));
    repository.commit(&dataset(&rows), "base");
    Some(repository)
}

#[test]
fn a_decision_is_not_taken_back_if_somebody_has_edited_the_row_since() {
    let Some(repository) = repository() else {
        return;
    };
    let world = &repository.world;
    world.set_models(&[model("Aa"), model("b")]);
    world.set_dataset(dataset(&[row("Aa", "", ""), row("b", "", "")]));
    repository.commit_all("two rows");
    // Somebody edits the file right after the decision is committed.
    let hook = "sed -i 's/mine/mine and theirs/' clean/above_1e25_flop.csv";
    repository.script(".git/hooks/post-commit", hook);
    let answers = ["y", "mine", "b", "b", "q"];
    let Some(run) = review(world, "--commit", &answers) else {
        return;
    };
    let run = run.expect_code(0);
    let run = run.expect_stdout("Aa: it has changed since you decided");
    // `b` goes back to the model all the same.
    let run = run.expect_stdout("This is the first model.");
    run.expect_stdout("Decided: 1 verified.");
    assert_eq!(world.row("Aa")["verified"], "y");
    assert_eq!(world.row("Aa")["notes"], "mine and theirs");
}

#[test]
fn a_note_that_is_not_written_because_it_cannot_be_committed_is_printed() {
    let Some(repository) = repository() else {
        return;
    };
    let world = &repository.world;
    // Somebody edits the file after the first decision.
    let hook = "sed -i 's/mine/mine and theirs/' clean/above_1e25_flop.csv";
    repository.script(".git/hooks/post-commit", hook);
    let Some(run) = review(world, "--commit", &["y", "mine", "y", "a long note"]) else {
        return;
    };
    let run = run.expect_code(1).expect_stdout("could not be committed");
    let run = run.expect_stdout("Your note: a long note");
    run.expect_stdout("Decided before the error: 1 verified.");
    assert_eq!(world.column("verified"), ["y", "", ""]);
}

#[test]
fn the_error_says_if_a_decision_was_taken_back_but_not_committed() {
    let Some(repository) = repository() else {
        return;
    };
    let world = &repository.world;
    repository.script(".git/hooks/commit-msg", "! grep -q Undo \"$1\"");
    let Some(run) = review(world, "--commit", &["y", "mine", "b"]) else {
        return;
    };
    let run = run
        .expect_code(1)
        .expect_stdout("Decided before the error: 1 verified.");
    let run = run.expect_stdout("while taking back \"verified\":");
    run.expect_stdout("written, but");
    assert_eq!(world.column("verified"), ["", "", ""]);
}

#[test]
fn a_decision_that_is_written_but_not_committed_ends_the_review_with_an_error() {
    let Some(repository) = repository() else {
        return;
    };
    let world = &repository.world;
    repository.script(".git/hooks/pre-commit", "exit 1");
    let Some(run) = review(world, "--commit", &["y", "mine", "y", "too"]) else {
        return;
    };
    let run = run.expect_code(1).expect_stdout("Repair");
    let run = run.expect_stdout("Your note: mine");
    run.expect_stdout("Nothing was decided before the error.");
    assert_eq!(world.column("verified"), ["y", "", ""]);
}

#[test]
fn the_commit_message_says_that_a_decision_was_taken_back() {
    let Some(repository) = repository() else {
        return;
    };
    let world = &repository.world;
    world.set_dataset(dataset(&[row("a", "y", "card")]));
    repository.commit_all("curated");
    if review(world, "--commit", &["e", "7e25", "", "newer", "b", "q"]).is_some() {
        assert_eq!(
            repository.subject().trim(),
            "Undo: review a: FLOP 7.00e+25 → 6.00e+25"
        );
    }
}

#[test]
fn a_model_that_disappears_during_a_review_is_passed_over() {
    let world = world();
    let goes = || {
        world.set_models(&[model("a"), model("c")]);
        let rows = world.text().replace("\nb,", "\nelse,");
        world.set_dataset(rows);
    };
    let Some(run) = review_while(&world, "", &["s", "y", "s", "y", "seen", "q"], goes) else {
        return;
    };
    let run = run.expect_code(0).expect_stdout("Decided: 1 verified.");
    let question = "b (d), 2 of 5\r\nNothing can be decided now; Enter shows the model again.";
    assert_eq!(run.stdout.matches(question).count(), 2, "{}", run.stdout);
    assert_eq!(world.row("c")["notes"], "seen");
}

#[test]
fn a_file_that_is_broken_during_a_review_does_not_end_it() {
    let Some(repository) = repository() else {
        return;
    };
    let world = &repository.world;
    // Somebody breaks the file when the first decision is committed.
    let hook = "echo 'b,\"' >> clean/above_1e25_flop.csv";
    repository.script(".git/hooks/post-commit", hook);
    let Some(run) = review(world, "--commit", &["y", "mine", "", "q"]) else {
        return;
    };
    let run = run.expect_code(0).expect_stdout("Decided: 1 verified.");
    assert_eq!(
        run.stdout.matches("a quote opens here").count(),
        2,
        "{}",
        run.stdout
    );
}

#[test]
fn the_decision_on_the_last_model_can_be_taken_back() {
    let world = world();
    let text = world.text();
    let answers = ["n", "small", "b", "s"];
    let Some(run) = review(&world, "--limit 1", &answers) else {
        return;
    };
    let run = run.expect_code(0).expect_stdout("Taken back: dismissed");
    run.expect_stdout("Nothing was decided.");
    assert_eq!(world.text(), text);
    assert_eq!(world.decisions(), []);
    let Some(run) = review(&world, "--limit 1", &["y", "", "q"]) else {
        return;
    };
    run.expect_code(0)
        .expect_stdout("That was the last model.  [b]ack  [q]uit");
    assert_eq!(world.row("a")["verified"], "y");
}

#[test]
fn an_answer_that_cannot_be_carried_out_is_explained_and_the_model_stays() {
    let world = world();
    // An answer that is required is asked for again, and only Enter leaves it out.
    let answers = ["x", "a", "n", "", "e", "soon", "", "b", "", "s", "q"];
    let Some(run) = review(&world, "--limit 2", &answers) else {
        return;
    };
    let run = run.expect_code(0).expect_stdout("y  yes, above");
    let run = run
        .expect_stdout("has not drifted")
        .expect_stdout("Note (required; Enter leaves the model undecided):");
    let run = run
        .expect_stdout("soon: ")
        .expect_stdout("This is the first model.");
    let run = run.expect_stdout("2 of 2");
    // Nobody is asked for a note that could not be written.
    assert!(!run.stdout.contains("Note (Enter"), "{}", run.stdout);
    assert!(world.journal().is_empty());
}

#[test]
fn no_note_is_asked_for_if_the_row_lags_behind_its_estimate() {
    let world = World::with(&[model_at("a", "9e25")]).dataset(dataset(&[row("a", "", "")]));
    let refresh = || drop(world.ok(&[]));
    let answers = ["y", "", "y", "seen", "q"];
    let Some(run) = review_while(&world, "", &answers, refresh) else {
        return;
    };
    let run = run.expect_code(0).expect_stdout("refresh first");
    let (lagged, followed) = run.stdout.split_once("refresh first").unwrap();
    assert!(!lagged.contains("Note"), "{lagged}");
    assert!(followed.contains("a (d), 9.00e+25 FLOP"), "{followed}");
    assert_eq!(world.row("a")["notes"], "seen");
}

#[test]
fn a_row_without_a_number_can_be_corrected() {
    let world = World::with(&[model("a")]).dataset("name,developer,verified\na,d,\n");
    let answers = ["e", "4e25", "", "my own", "q"];
    let Some(run) = review(&world, "", &answers) else {
        return;
    };
    run.expect_code(0).expect_stdout("1 corrected");
    assert_eq!(world.row("a")["training_flop"], "4e+25");
}

#[test]
fn an_invalid_answer_explains_all_valid_ones_and_the_model_stays() {
    let world = world();
    let Some(run) = review(&world, "--limit 1", &["?", "about", "quit"]) else {
        return;
    };
    let run = run.expect_code(0);
    for letter in "yniaeosbq".chars() {
        let is_explained = |line: &str| {
            line.trim_start_matches("> ")
                .starts_with(&format!("{letter}  "))
        };
        assert!(run.stdout.lines().any(is_explained), "{letter}");
    }
    run.expect_stdout("Nothing was decided.");
}

#[test]
fn review_does_not_offer_flags_that_only_a_list_has() {
    let help = World::new().ok(&["review", "--help"]).stdout;
    for flag in ["--rejected", "--columns"] {
        assert!(!help.contains(flag), "{help}");
    }
    assert!(help.contains("--reconsider"), "{help}");
}

#[test]
fn the_end_of_the_input_ends_the_review_and_keeps_the_decisions() {
    let world = world();
    let Some(run) = review(&world, "--unverified --limit 1", &["y", "seen"]) else {
        return;
    };
    run.expect_code(0).expect_stdout("Decided: 1 verified.");
    assert_eq!(world.row("a")["verified"], "y");
}

#[test]
fn a_mistyped_key_after_the_last_model_asks_again() {
    let world = world();
    let answers = ["y", "seen", "x", "", "b", "s"];
    let Some(run) = review(&world, "--unverified --limit 1", &answers) else {
        return;
    };
    run.expect_code(0).expect_stdout("Taken back: verified");
    assert_eq!(world.row("a")["verified"], "");
}

#[test]
fn an_answer_that_changes_nothing_is_not_counted_as_a_decision() {
    let world = world();
    let Some(run) = review(&world, "--verified", &["y", ""]) else {
        return;
    };
    run.expect_code(0).expect_stdout("Nothing was decided.");
    assert!(world.journal().is_empty());
}

#[test]
fn the_question_names_the_model_and_its_number() {
    let Some(run) = review(&world(), "--limit 1", &["q"]) else {
        return;
    };
    run.expect_stdout("\na (d), 6.00e+25 FLOP, 1 of 1\r\n[y]es above");
}

#[test]
fn each_model_is_shown_at_the_current_width_of_the_terminal() {
    let world = world();
    let widen = || {
        let terminal = fs::read_to_string(world.dir.path().join("terminal")).unwrap();
        let mut stty = world.isolated("stty");
        run(stty.args(["-F", terminal.trim(), "cols", "140"])).expect_code(0);
    };
    let Some(seen) = review_while(&world, "$(tty > terminal)", &["", "q"], widen) else {
        return;
    };
    let (first, second) = seen.stdout.split_once("> ").unwrap();
    assert!(first.contains("FLOP\r\n[o]pen the first source"), "{first}");
    assert!(second.contains("FLOP  [o]pen"), "{second}");
}

#[test]
fn a_model_on_several_rows_cannot_be_decided_on_before_its_rows_are_joined() {
    let rows = [row("a", "", "one"), row("A", "", "other")];
    let world = World::with(&[model("a")]).dataset(dataset(&rows));
    let Some(run) = review(&world, "--match other", &["y", "q"]) else {
        return;
    };
    let run = run.expect_code(0).expect_stdout("Nothing was decided.");
    let run = run.expect_stdout("It has rows on lines 2, 3: refresh first");
    let question = "A (d), 1 of 1\r\nNothing can be decided now";
    assert_eq!(run.stdout.matches(question).count(), 2, "{}", run.stdout);
    assert!(!run.stdout.contains("Note ("), "{}", run.stdout);
}

#[test]
fn the_first_web_address_is_opened_without_a_shell() {
    let world = world();
    let Some(run) = review(&world, "--limit 1", &["o", "q"]) else {
        return;
    };
    let run = run
        .expect_code(0)
        .expect_stdout("https://example.org/$(x);y");
    drop(run);
}

#[test]
fn a_dismissed_model_can_be_judged_again() {
    let world = World::with(&[model("o"), model_at("m", "9e25")]);
    world.ok(&[]);
    world.ok(&["dismiss", "m", "--note", "first"]);
    world.set_models(&[model("o"), model_at("m", "4e26")]);
    let answers = ["y", "", "n", "second", "q"];
    let Some(run) = review(&world, "--reconsider", &answers) else {
        return;
    };
    run.expect_code(0).expect_stdout("dismiss --undo first");
    assert_eq!(world.decided("flop"), ["4e+26"]);
    assert_eq!(world.decided("note"), ["first; second"]);
}

#[test]
fn a_row_that_changes_while_the_question_waits_is_shown_and_asked_about_again() {
    for letter in ["n", "y"] {
        let world = World::with(&[model("o"), model_at("m", "9e25")]);
        world.ok(&[]);
        let refresh = || {
            world.set_models(&[model("o"), model_at("m", "1.1e27")]);
            world.ok(&[]);
        };
        let answers = [letter, "about 9e25", letter, "about 1.1e27", "q"];
        let Some(run) = review_while(&world, "--limit 1", &answers, refresh) else {
            return;
        };
        let run = run.expect_code(0);
        let (_, again) = run
            .stdout
            .split_once("m: it has changed in the meantime")
            .unwrap();
        assert!(again.contains("1.10e+27"), "{again}");
        let notes = match letter {
            "n" => world.decided("note"),
            _ => vec![world.row("m")["notes"].clone()],
        };
        assert_eq!(notes, ["about 1.1e27"]);
        assert_eq!(world.journal().len(), 3);
    }
}

#[test]
fn an_estimate_that_changes_while_the_question_waits_is_not_judged_unseen() {
    let world = world();
    let newer = || world.set_models(&[model_at("e", "1.1e27")]);
    let answers = ["a", "stands", "q"];
    let Some(run) = review_while(&world, "--drifted", &answers, newer) else {
        return;
    };
    let run = run
        .expect_code(0)
        .expect_stdout("e: it has changed in the meantime");
    run.expect_stdout("Nothing was decided.");
    assert_eq!(world.decisions(), []);
    assert!(world.journal().is_empty());
}

#[test]
fn an_estimate_with_the_same_number_but_other_reasoning_must_be_looked_at_again() {
    let world = world();
    let reasons = serde_json::json!({"reasoning": "retracted"});
    let newer = || world.set_models(&[model_with("c", reasons)]);
    let answers = ["y", "read", "q"];
    let Some(run) = review_while(&world, "--match c --limit 1", &answers, newer) else {
        return;
    };
    run.expect_stdout("c: it has changed in the meantime");
    assert_eq!(world.row("c")["verified"], "");
}

#[test]
fn a_dismissal_that_back_restored_can_still_be_undone() {
    let world = world();
    world.ok(&["dismiss", "b", "--note", "small"]);
    let Some(run) = review(&world, "--dismissed", &["n", "again", "b", "q"]) else {
        return;
    };
    run.expect_code(0).expect_stdout("Taken back: dismissed");
    assert_eq!(world.decided("note"), ["small; mine"]);
    // The line was changed, and not replaced.
    let journal = world.journal();
    let decisions = journal.last().unwrap()["changes"]["decisions"]
        .as_array()
        .unwrap();
    assert_eq!(decisions.len(), 1, "{decisions:?}");
    let note = serde_json::json!({"from": "small; mine; again", "to": "small; mine"});
    assert_eq!(decisions[0]["fields"]["note"], note);
    world.ok(&["dismiss", "b", "--undo"]);
    assert_eq!(world.row("b")["notes"], "mine");
}

#[test]
fn back_keeps_every_line_of_the_decisions() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "")]));
    // Two lines that contradict each other have no effect.
    let lines = "a,d,below,1e+25,one,,\na,d,ignore,1e+25,two,,\n";
    for answers in [&["y", "why", "b", "q"][..], &["i", "why", "b", "q"]] {
        world.set_decisions(lines);
        let Some(run) = review(&world, "", answers) else {
            return;
        };
        run.expect_code(0).expect_stdout("Taken back");
        assert_eq!(world.decided("note"), ["one", "two"]);
        assert_eq!(world.row("a")["verified"], "");
    }
    // A line that the decision leaves alone stays as it is written.
    world.set_decisions("a,d,later,,\"quoted\",,\n");
    let before = fs::read_to_string(world.decisions_path()).unwrap();
    if review(&world, "", &["y", "why", "b", "q"]).is_some() {
        assert_eq!(fs::read_to_string(world.decisions_path()).unwrap(), before);
    }
}
