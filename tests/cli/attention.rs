//! The last line of a report: what waits for a person, and the command that deals with it.

use serde_json::{Value, json};

use crate::support::{World, alias, dataset, model, model_at, model_with, names, row, row_at};

/// A world with something of every kind that waits for a person.
fn world_with_all_that_waits() -> World {
    let rows = [
        row("drifted", "y", "why"),
        row("glm-4", "", "ours"),
        row("unreadable", "y", "why").replace("6e+25,6.00e+25", "6x10^25,"),
        row("other", "y", "why"),
        row("orphaned", "", ""),
        row("noted", "", "look"),
        row("plain", "", ""),
        row_at("rises", "", "", "7e+24", "7.00e+24"),
        row_at("demoted before", "", "look", "1e+24", "1.00e+24"),
    ];
    World::with(&[
        model_at("rejected", "much"),
        model_with("plain", json!({"release_date": "8/15/2025"})),
        model_at("rises", "2e25"),
        model_at("drifted", "2e26"),
        model_at("noted", "1e24"),
        model_at("demoted before", "1e24"),
        model("other"),
        model("GLM 4"),
    ])
    .dataset(dataset(&rows))
}

fn last_line(report: &str) -> &str {
    report.lines().last().unwrap()
}

#[test]
fn the_last_line_lists_each_kind_by_importance_with_the_command_for_it() {
    let report = world_with_all_that_waits().ok(&["--dry-run"]).stdout;
    let last = last_line(&report);
    // The commands list what is counted here only after a real run has written it.
    let title = "To look at after a real run (core-dataset …): ";
    assert!(last.starts_with(title), "{last}");
    let mut rest = last;
    for (said, command) in [
        ("1 rejected", ""),
        ("1 ignored field (", "list --rejected"),
        ("2 crossed", "list --crossed"),
        ("1 drifted", "list --drifted"),
        ("2 demoted", "list --demoted"),
        ("1 probable rename", ""),
        ("1 unreadable", "validate"),
        ("2 orphaned", "list --orphaned"),
        ("7 to verify", "list --unverified"),
    ] {
        for text in [said, command] {
            let place = rest.find(text);
            assert!(
                place.is_some(),
                "no {text:?} in the rest {rest:?} of\n{last}"
            );
            rest = &rest[place.unwrap()..];
        }
    }
}

#[test]
fn two_ignored_fields_of_one_record_are_counted_as_fields() {
    let fields = json!({"release_date": "8/15/2025", "parameters": "many"});
    let world = World::with(&[model_with("a", fields)]);
    let report = world.ok(&[]).stdout;
    let last = last_line(&report);
    assert!(
        last.contains(": 2 ignored fields (list --rejected), "),
        "{last}"
    );
}

#[test]
fn the_json_report_has_the_same_counts() {
    let report = world_with_all_that_waits().json(&["--dry-run"]);
    assert_eq!(
        report["attention"],
        json!({
            "rejected": 1, "ignored_fields": 1, "crossed": 2, "drifted": 1, "reconsider": 0, "demoted": 2, "renamed": 1,
            "unreadable": 1, "orphaned": 2, "to_verify": 7
        })
    );
}

#[test]
fn counts_after_a_decision_match_what_the_named_commands_list() {
    let rows = [
        row("a", "", ""),
        row("free", "y", "text"),
        row("glm 4", "", "text"),
        row("gone", "", "text"),
    ];
    let models = [
        model("a"),
        model("glm-4"),
        model("new 1"),
        model("New-1"),
        model_with("broken", json!({"training_flop": "many"})),
    ];
    let world = World::with(&models).dataset(dataset(&rows));
    let copy = world.sheet(world.text());
    for args in [
        &["verify", "a", "--flop", "2e25", "--note", "n"][..],
        &["accept", "a", "--note", "n"],
        &["verify", "a", "--undo"],
        &["verify", "free", "--undo"],
        &["dismiss", "gone", "--note", "small"],
        &["add", "glm4", "--developer", "d", "--flop", "3e25"],
        &alias("gone", "d", "a", "d"),
        &["reapply", &copy],
    ] {
        let report = world.run(&[args, &["--format", "json"]].concat()).json();
        for (kind, list) in [
            ("drifted", &["list", "--drifted"][..]),
            ("orphaned", &["list", "--orphaned"]),
            ("to_verify", &["list", "--unverified"]),
            ("rejected", &["list", "--rejected"]),
            ("renamed", &["alias", "--suggest"]),
        ] {
            let listed = world.json(list).as_array().unwrap().len();
            assert_eq!(report["attention"][kind], listed, "{args:?} {kind}");
        }
        assert_eq!(report["input"]["models"], 5, "{args:?}");
    }
}

#[test]
fn an_included_model_without_an_estimate_is_counted_as_an_orphan() {
    let world = World::with(&[
        model("a"),
        model_with("b 1", json!({"training_flop": null})),
        model_at("b-1", "1e24"),
    ]);
    let report = world.json(&["--include-unestimated"]);
    assert_eq!(report["attention"]["orphaned"], 1);
    assert_eq!(names(&world.json(&["list", "--orphaned"])), ["b 1"]);
    assert_eq!(report["attention"]["renamed"], 1);
    assert_eq!(names(&world.json(&["list", "--renamed"])), ["b 1"]);
}

#[test]
fn every_command_that_the_last_line_names_can_be_run() {
    let world = world_with_all_that_waits();
    let report = world.ok(&[]).stdout;
    let commands = last_line(&report).split('(').skip(2);
    for command in commands.map(|rest| rest.split_once(')').unwrap().0) {
        let args: Vec<&str> = command.split_whitespace().collect();
        let run = world.run_without_writing(&args);
        assert!(matches!(run.code, Some(0 | 3)), "{command}: {run:?}");
    }
}

#[test]
fn the_attention_line_is_omitted_when_nothing_waits() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "y", "why")]));
    let report = world.ok(&[]).stdout;
    assert_eq!(last_line(&report), "Up to date: nothing written");
}

#[test]
fn an_unreadable_training_flop_is_reported_at_every_run_with_line_and_value() {
    let unreadable = row("a", "y", "why").replace("6e+25,6.00e+25", "\"1,5e+26\",");
    let world = World::with(&[model("b")]).dataset(dataset(&[row("b", "", ""), unreadable]));
    for _ in 0..2 {
        let report = world.ok_without_writing(&[]);
        report
            .expect_stderr("above_1e25_flop.csv:3: a: training_flop is \"1,5e+26\"")
            .expect_stdout("1 unreadable");
    }
}

#[test]
fn a_training_flop_that_the_run_replaces_is_no_longer_unreadable() {
    let unreadable = row("a", "", "").replace("6e+25,6.00e+25", "NA,");
    let world = World::with(&[model("a")]).dataset(dataset(&[unreadable]));
    let run = world.run(&["--format", "json"]).expect_code(0);
    assert_eq!(run.json()["attention"]["unreadable"], 0);
    assert!(!run.stderr.contains("no number"), "{}", run.stderr);
    assert_eq!(world.column("training_flop"), ["6e+25"]);
}

#[test]
fn a_protected_row_waits_to_be_verified() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "?", "")]));
    assert_eq!(world.json(&[])["attention"]["to_verify"], Value::from(1));
}

#[test]
fn a_refresh_warns_once_that_a_marked_row_is_gone() {
    let world = World::with(&[model("a"), model("b")])
        .dataset(dataset(&[row("a", "y", "mine"), row("b", "y", "")]));
    world.set_models(&[model("a"), model("b"), model("c")]);
    assert_eq!(world.ok(&[]).stderr, "");
    world.set_dataset(world.text().replace(&row("a", "y", "mine"), ""));
    world
        .ok(&[])
        .expect_stderr("counted 2 rows as verified or protected, but the dataset has 1");
    let run = world.ok(&[]);
    assert!(!run.stderr.contains("counted"), "{}", run.stderr);
}

#[test]
fn verify_counts_unreadable_decisions_and_counts_no_orphans_without_estimates() {
    let world = World::with(&[model("a"), model("b")])
        .dataset(dataset(&[row("a", "", ""), row("b", "", "")]));
    world.set_decisions("m,d,maybe,,n,,\n");
    let report = world.json(&["verify", "a", "--note", "n"]);
    assert_eq!(report["attention"]["unreadable"], 1);
    std::fs::remove_file(world.estimates_path()).unwrap();
    let report = world.json(&["verify", "b", "--as-it-stands", "--note", "n"]);
    assert_eq!(report["attention"]["orphaned"], 0);
    assert_eq!(report["input"], Value::Null);
    let report = world.json(&["verify", "b", "--undo"]);
    assert_eq!(report["attention"]["orphaned"], 0);
}
