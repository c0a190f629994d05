//! `show`: all that is known of one model.

use std::fs;

use serde_json::{Value, json};

use unicode_width::UnicodeWidthStr;

use crate::support::{
    World, dataset, dataset_with_reviewers, model, model_at, model_with, names, row,
};

fn show(world: &World, name: &str) -> Value {
    let shown = world.json(&["show", name]);
    let text = world.ok(&["show", name]);
    let why = shown["why"].as_str().unwrap();
    let first_words = why.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
    text.expect_stdout(&first_words);
    shown
}

#[test]
fn a_row_is_shown_beside_its_latest_estimate_with_the_differences() {
    let record = json!({"training_flop": "2e25", "reasoning": "another", "alternative_estimates": [{"as": "Chinchilla", "confidence": "low", "flop": 1e25, "reasoning": "rough"}, {"flop": null}, 7]});
    let other = model_with("v", json!({"training_flop_confidence": "low"}));
    let world =
        World::with(&[model_with("v", record), other]).dataset(dataset(&[row("v", "y", "card")]));
    world.ok(&["accept", "v", "--note", "mine stands"]);
    let shown = show(&world, "V");
    assert_eq!(shown["in_dataset"], true);
    assert_eq!(shown["line"], 2);
    assert_eq!(shown["row"]["training_flop"], "6e+25");
    assert_eq!(shown["row"]["notes"], "card");
    assert_eq!(shown["estimate"]["training_flop"], "2e+25");
    let differs = shown["differs"].as_array().unwrap();
    assert!(differs.contains(&json!("training_flop")) && differs.contains(&json!("reasoning")));
    assert_eq!(shown["decision"]["decision"], "stands");
    assert_eq!(shown["decision"]["note"], "mine stands");
    let chosen: Vec<&Value> = shown["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| &record["chosen"])
        .collect();
    assert_eq!(chosen, [&json!(true), &json!(false)]);
    assert_eq!(shown["alternatives"][0]["reasoning"], "rough");
    assert_eq!(shown["sources"], json!(["https://example.org/a"]));
    assert_eq!(shown["history"][0]["event"], "decisions");
    let text = world.ok(&["show", "v"]);
    text.expect_stdout("≠")
        .expect_stdout("Decision: stands")
        .expect_stdout("not chosen: the other has a higher confidence")
        .expect_stdout("Alternatives\n  1e+25, low, as: Chinchilla, reasoning: rough\n  {\"flop\":null}\n  7\n");
}

#[test]
fn sources_of_the_estimate_that_the_row_does_not_have_are_shown_below_its_own() {
    let sources = |urls: &[&str]| model_with("a", json!({"sources": urls}));
    let world = World::with(&[sources(&["https://row.org"])]);
    world.ok(&[]);
    world.ok(&["verify", "a"]);
    let shown = world.ok(&["show", "a"]).stdout;
    assert!(!shown.contains("Sources of the estimate"), "{shown}");
    world.set_models(&[sources(&["https://row.org", "https://estimate.org"])]);
    world.ok(&["show", "a"]).expect_stdout(
        "Sources\n  https://row.org\n\nSources of the estimate\n  https://estimate.org\n",
    );
}

#[test]
fn the_chosen_number_looks_different_from_every_other_number() {
    let world = World::with(&["1.001e25", "1.002e25", "3e24"].map(|flop| model_at("a", flop)));
    let text = world.ok(&["show", "a"]);
    text.expect_stdout("1.002e+25  medium")
        .expect_stdout("1.001e+25  medium")
        .expect_stdout(" 3.00e+24  medium");
    let world = World::with(&["1.001e25", "2.002e25"].map(|flop| model_at("a", flop)));
    let text = world.ok(&["show", "a"]);
    text.expect_stdout("1.00e+25").expect_stdout("2.00e+25");
}

#[test]
fn another_spelling_of_the_same_number_is_no_difference() {
    let record = json!({"training_flop": 5.54e25, "parameters": 175_000_000_000_u64});
    let respelled =
        row("v", "y", "").replace("v,d,,,6e+25,6.00e+25", "v,d,,1.75E+11,5.54E+25,5.54E+25");
    let world = World::with(&[model_with("v", record)]).dataset(dataset(&[respelled]));
    assert_eq!(show(&world, "v")["differs"], json!([]));
    let text = world.ok(&["show", "v"]).stdout;
    assert!(!text.contains('≠'), "{text}");
}

#[test]
fn an_estimate_without_a_number_has_no_class() {
    let world = World::with(&[model_with("a", json!({"training_flop": null})), model("b")]);
    world.set_dataset(dataset(&[row("a", "", "")]));
    let shown = show(&world, "a");
    assert_eq!(shown["estimate"]["threshold_classification"], "");
    let differs = shown["differs"].as_array().unwrap();
    assert!(differs.contains(&json!("training_flop")), "{differs:?}");
    assert!(
        !differs.contains(&json!("threshold_classification")),
        "{differs:?}"
    );
}

#[test]
fn a_rejected_record_is_listed_among_those_of_its_model() {
    let world = World::with(&[model_with("a", json!({"training_flop": -2})), model("a")]);
    world.ok(&[]);
    let shown = show(&world, "a");
    let records = shown["records"].as_array().unwrap().iter();
    let told: Vec<_> = records
        .map(|record| (&record["training_flop"], &record["chosen"]))
        .collect();
    let expected = [(&Value::Null, &json!(false)), (&json!(6e25), &json!(true))];
    assert_eq!(told, expected);
    let text = world.ok(&["show", "a"]);
    text.expect_stdout("not chosen: rejected, training_flop is -2");
}

#[test]
fn a_verified_value_is_shown_as_drifted_until_it_is_accepted() {
    let world = World::with(&[model_at("v", "2e25")]).dataset(dataset(&[row("v", "y", "")]));
    let drift = json!({"verified_flop": 6e25, "latest_flop": 2e25, "factor": 3.0});
    assert_eq!(world.json(&["show", "v"])["drift"], drift);
    world.ok(&["show", "v"]).expect_stdout("Drifted: verified");
    world.ok(&["accept", "v"]);
    assert_eq!(world.json(&["show", "v"])["drift"], Value::Null);
    let text = world.ok(&["show", "v"]).stdout;
    assert!(!text.contains("Drifted"), "{text}");
}

#[test]
fn only_the_filled_in_fields_of_a_decision_are_shown() {
    let world = World::with(&[model("a")]);
    for (line, said) in [
        ("a,d,below,,,,", "Decision: below\n"),
        ("a,d,below,,,,", "Not in the dataset: dismissed (below)\n"),
        ("a,d,below,,,,2025", "Decision: below on 2025\n"),
        (
            "a,d,below,6e25,why,me,2025-08-15T20:32:07Z",
            "Decision: below at 6.00e+25 by me on 2025-08-15: why\n",
        ),
    ] {
        world.set_decisions(&format!("{line}\n"));
        world.ok(&["show", "a"]).expect_stdout(said);
    }
}

#[test]
fn a_decision_without_effect_today_is_shown_as_such() {
    let world = World::with(&[model_at("v", "2e25"), model("p")])
        .dataset(dataset(&[row("v", "y", ""), row("p", "", "text")]));
    world.set_decisions("p,d,below,6e25,,,\nv,d,stands,2e25,,,\n");
    let said = |name: &str, said: &str| drop(world.ok(&["show", name]).expect_stdout(said));
    said("v", "Decision: stands at 2.00e+25\n");
    said("p", "Decision, without effect: below at 6.00e+25\n");
    world.set_models(&[model_at("v", "9e24"), model("p")]);
    said("v", "Decision, without effect: stands");
    world.set_decisions("v,d,below,9e24,,,\nno row,d,stands,9e24,,,\n");
    said("v", "Decision, without effect: below");
    said("no row", "Decision, without effect: stands");
}

#[test]
fn show_says_if_a_dismissed_model_is_to_be_reconsidered() {
    let world = World::with(&[model_at("a", "3e25")]);
    world.set_decisions("a,d,below,9e24,,,\n");
    let why = &world.json(&["show", "a"])["why"];
    assert_eq!(why, "dismissed (below), to reconsider");
}

#[test]
fn the_reason_for_a_row_that_a_dismissal_will_remove_is_the_decision() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "")]));
    world.set_decisions("a,d,below,6e25,,,\n");
    let shown = world.ok(&["show", "a"]);
    let shown = shown
        .expect_stdout("In the dataset: dismissed (below); the next refresh removes its row\n");
    shown.expect_stdout("Next refresh: the row is removed\n");
    world.set_decisions("a,d,below,6e24,,,\n");
    world
        .ok(&["show", "a"])
        .expect_stdout("dismissed (below), to reconsider; the next refresh removes its row\n");
}

#[test]
fn the_only_record_of_a_row_is_shown_even_if_it_is_rejected() {
    let world =
        World::with(&[model_at("a", "-2"), model("b")]).dataset(dataset(&[row("a", "", "")]));
    world
        .ok(&["show", "a"])
        .expect_stdout("Estimates\n  line ")
        .expect_stdout("rejected, training_flop is \"-2\": expected a finite number above 0");
}

#[test]
fn at_80_columns_two_long_timestamps_fit_side_by_side() {
    let [before, after] = ["2025-08-15T20:32:07.123456", "2025-08-15T20:32:07.123457"];
    let record = json!({"last_updated": after});
    let first = row("a", "", "").replace("2025-08-01T00:00:00", before);
    let world = World::with(&[model_with("a", record)]).dataset(dataset(&[first]));
    let text = world.run_on(80, &["show", "a"]).stdout;
    let line = text.lines().find(|line| line.starts_with("last_updated"));
    let line = line.unwrap();
    assert!(line.contains(before) && line.contains(after), "{text}");
    assert!(text.lines().all(|line| line.width() <= 80), "{text}");
}

#[test]
fn show_says_why_a_model_has_no_row() {
    let world = World::with(&[
        model("in"),
        model_at("low", "1e24"),
        model_with("none", json!({"training_flop": null})),
        model_at("bad", "-1"),
        model("out"),
        model("elsewhere"),
    ]);
    world.ok(&[]);
    assert_eq!(
        show(&world, "low")["sources"],
        json!(["https://example.org/a"])
    );
    world.ok(&["dismiss", "out", "--note", "too small"]);
    world.set_decisions("out,d,below,6e25,too small,,\nnowhere,d,ignore,,gone long ago,,\n");
    for (name, why) in [
        ("low", "below 5e24"),
        ("none", "no training FLOP"),
        ("bad", "rejected"),
        ("out", "dismissed (below)"),
        ("nowhere", "dismissed (ignore)"),
    ] {
        let shown = show(&world, name);
        assert_eq!(shown["in_dataset"], false, "{name}");
        assert_eq!(shown["row"], Value::Null, "{name}");
        assert!(
            shown["why"].as_str().unwrap().contains(why),
            "{name}: {}",
            shown["why"]
        );
    }
    let unknown = world.run_without_writing(&["show", "inn"]).expect_code(1);
    unknown.expect_stderr("did you mean \"in\"");
}

#[test]
fn show_says_what_the_next_refresh_does() {
    let world = World::with(&[
        model_at("a", "7e25"),
        model("half"),
        model_at("low", "1e24"),
        model("o"),
    ])
    .dataset(dataset(&[
        row("a", "", ""),
        row("half", "", ""),
        row("low", "", "text"),
    ]));
    world.set_decisions("half,d,below,6e25,,,\n");
    for (name, next) in [
        ("a", "Next refresh: training_flop"),
        ("half", "Next refresh: the row is removed"),
        ("low", "Next refresh: training_flop"),
        ("o", "the next refresh adds it"),
    ] {
        world.ok(&["show", name]).expect_stdout(next);
    }
    world.set_models(&[model("a"), model_at("half", "1e24"), model_at("o", "5e24")]);
    let unchanged = world.ok(&["show", "a"]).stdout;
    assert!(!unchanged.contains("Next refresh"), "{unchanged}");
    world.set_decisions("");
    let below = row("half", "", "").replace("6e+25,6.00e+25", "1e+24,1.00e+24");
    world.set_dataset(dataset(&[below]));
    let leaves = world.ok(&["show", "half"]);
    leaves.expect_stdout("In the dataset: unmarked: it follows the estimates\n");
    // A person looks at a model that is exactly at the threshold.
    world
        .ok(&["show", "o"])
        .expect_stdout("the next refresh adds it");
}

#[test]
fn look_alikes_and_aliases_are_shown_and_an_ambiguous_name_needs_a_developer() {
    let world = World::with(&[
        model("glm 4"),
        model("glm_4"),
        model("x"),
        model_with("x", json!({"developer": "e"})),
    ]);
    world.set_aliases("other,d,glm 4,d,\n");
    world.ok(&[]);
    let shown = show(&world, "other");
    assert_eq!(shown["name"], "glm 4");
    assert_eq!(names(&shown["look_alikes"]), ["glm_4"]);
    assert_eq!(names(&shown["aliases"]), ["other"]);
    let asked = world.run_without_writing(&["show", "x"]).expect_code(1);
    asked.expect_stderr(
        "\"x\" (d), \"x\" (e); type one of them as it is written, and choose with --developer\n",
    );
    let one = world.json(&["show", "x", "--developer", "E"]);
    assert_eq!(one["developer"], "e");
}

#[test]
fn show_says_if_a_row_looks_like_a_dismissed_model() {
    let world = World::with(&[model("gpt_5")]);
    world.set_decisions("GPT-5,d,below,,why,,\n");
    world.ok(&[]);
    let said = "GPT-5 (d) has a look-alike name and is dismissed; if the two are one model, `alias` joins them";
    world.ok(&["show", "gpt_5"]).expect_stdout(said);
}

#[test]
fn of_several_decisions_on_one_model_the_effective_one_is_shown() {
    let world = World::with(&[model("a")]);
    world.set_decisions("a,d,xx,,note nxx,,\na,d,yy,,note nyy,,\na,d,below,,note nbelow,,\n");
    let shown = world.ok(&["show", "a"]);
    shown.expect_stdout("Decision: below: note nbelow\n");
    assert_eq!(show(&world, "a")["decision"]["note"], "note nbelow");
}

/// A model on two rows, whose name the second one spells differently.
fn on_two_rows() -> World {
    World::with(&[model("a"), model("b")]).dataset(dataset(&[
        row("a", "y", "the first"),
        row("A", "", "the second"),
        row("b", "", ""),
    ]))
}

#[test]
fn the_first_of_several_rows_is_shown_with_the_lines_of_the_others() {
    let world = on_two_rows();
    let shown = world.ok(&["show", "a"]);
    shown
        .expect_stdout("a (d), line 2\n")
        .expect_stdout("It has rows on lines 2, 3: refresh first")
        .expect_stdout("Line 3, A (d): 6.00e+25; notes \"the second\"\n")
        .expect_stdout("Notes: the first\n");
    assert_eq!(world.json(&["show", "a"])["line"], 2);
}

#[test]
fn text_in_owners_columns_is_shown_for_every_row() {
    let rows = [(row("a", "y", ""), "ana"), (row("A", "y", ""), "bob")];
    let world = World::with(&[model("a")]).dataset(dataset_with_reviewers(&rows));
    world
        .ok(&["show", "a"])
        .expect_stdout("\nreviewer: ana\n")
        .expect_stdout("Line 3, A (d): 6.00e+25; verified \"y\"; reviewer \"bob\"\n");
}

#[test]
fn a_wrong_developer_is_distinguished_from_a_wrong_name_and_the_rows_own_is_accepted() {
    let world = World::with(&[model_with("new", json!({"developer": "DevB"}))])
        .dataset(dataset(&[row("old", "y", "").replace(",d,", ",DevA,")]));
    world.set_aliases("old,DevA,new,DevB,\n");
    for (name, developer) in [
        ("old", "deva"),
        ("old", "DevB"),
        ("new", "DevA"),
        ("new", "devb"),
    ] {
        let shown = world.json(&["show", name, "--developer", developer]);
        assert_eq!(shown["line"], 2, "{name} by {developer}");
    }
    for name in ["old", "new"] {
        let refused = world
            .run(&["show", name, "--developer", "Nope"])
            .expect_code(1);
        refused.expect_stderr(&format!(
            "no model named \"{name}\" by \"Nope\"; that name exists under \"DevA\"\n"
        ));
    }
    let unknown = world.run(&["show", "nothing like it", "--developer", "Nope"]);
    unknown.expect_stderr("no model named \"nothing like it\"; ");
    let listed = |developer| names(&world.json(&["list", "--developer", developer])).len();
    assert_eq!([listed("deva"), listed("DevB"), listed("d")], [1, 1, 0]);
}

#[test]
fn a_decision_on_a_model_on_several_rows_says_how_to_remove_a_row() {
    let world = on_two_rows();
    for args in [
        &["verify", "a"][..],
        &["dismiss", "a", "--note", "why"],
        &["accept", "a"],
    ] {
        let refused = world.run_without_writing(args).expect_code(1);
        refused
            .expect_stderr("on lines 2, 3: refresh first")
            .expect_stderr("delete the unwanted ones");
    }
}

#[test]
fn a_rejected_record_does_not_resolve_a_name_that_several_models_have() {
    let world = World::with(&[
        model("x"),
        model_with("x", json!({"developer": "e"})),
        model_with("x", json!({"developer": "f", "training_flop": "many"})),
    ]);
    world.ok(&[]);
    let asked = world.run_without_writing(&["show", "x"]).expect_code(1);
    asked.expect_stderr("choose with --developer");
    world
        .ok(&["show", "x", "--developer", "f"])
        .expect_stdout("its record was rejected");
}

#[test]
fn rejected_records_of_one_name_are_listed_in_a_fixed_order() {
    let developers = ["f", "b", "e", "a", "d", "c"];
    let rejected = developers.map(|developer| {
        model_with(
            "x",
            json!({"developer": developer, "training_flop": "many"}),
        )
    });
    let world = World::with(&[&rejected[..], &[model("y")]].concat());
    let asked = world.run_without_writing(&["show", "x"]).expect_code(1);
    let named = ["a", "b", "c", "d", "e", "f"].map(|developer| format!("\"x\" ({developer})"));
    asked.expect_stderr(&named.join(", "));
}

#[test]
fn a_row_with_an_alias_shows_its_other_names_and_not_its_own() {
    let world = World::with(&[model("new")]).dataset(dataset(&[row("old", "y", "why")]));
    world.set_aliases("old,d,new,d,\nolder,e,new,d,\n");
    let shown = world.json(&["show", "old"]);
    let names = json!([{"name": "new", "developer": "d"}, {"name": "older", "developer": "e"}]);
    assert_eq!(shown["aliases"], names);
}

#[test]
fn the_reason_for_a_rejected_model_comes_from_its_first_record() {
    let world = World::new();
    world.set_estimates(
        "{\"models\": [{\"name\": \"a\", \"developer\": \"d\"},\n\
         {\"name\": \"b\", \"developer\": \"d\", \"training_flop\": -1},\n\
         {\"name\": \"b\", \"developer\": \"d\", \"training_flop\": -2}]}",
    );
    let shown = world.ok(&["show", "b"]);
    shown.expect_stdout("rejected (line 2): training_flop: -1");
}

#[test]
fn a_rejected_model_is_found_by_its_other_names_too() {
    let world = World::with(&[model("a"), model_at("broken", "-1")]);
    world.set_aliases("once,d,broken,d,\n");
    let shown = world.ok(&["show", "once"]);
    shown.expect_stdout("its record was rejected");
    world.set_models(&[model("broken"), model_at("once", "-1")]);
    let shown = world.ok(&["show", "broken"]);
    shown.expect_stdout("not chosen: rejected, training_flop is \"-1\"");
}

#[test]
fn a_record_without_a_developer_is_shown_with_why_it_was_rejected_and_cannot_be_decided_on() {
    let world = World::new();
    world.set_estimates(
        "{\"models\": [{\"name\": \"a\", \"developer\": \"d\", \"training_flop\": 6e25},\n\
         {\"name\": \"a\", \"training_flop\": 7e25},\n\n\
         {\"name\": \"c\", \"training_flop\": 6e25}]}",
    );
    let shown = world.ok(&["show", "C"]);
    shown.expect_stdout("rejected (line 4): developer: null");
    assert_eq!(world.json(&["show", "a"])["developer"], "d");
    let refused = world.run_without_writing(&["dismiss", "c", "--note", "why"]);
    refused.expect_code(1).expect_stderr("has no developer");
}

#[test]
fn a_long_text_is_cut_on_the_screen_and_whole_in_json() {
    let long = "because ".repeat(5000);
    let world = World::with(&[model_with("a", json!({"reasoning": long}))]);
    world.ok(&[]);
    for args in [["show", "a"], ["list", "--verbose"]] {
        let text = world.ok(&args).stdout;
        assert_eq!(text.matches("because").count(), 1250);
        assert!(text.contains("because …"), "{text}");
    }
    assert_eq!(world.json(&["show", "a"])["row"]["reasoning"], long);
}

#[test]
fn show_says_what_a_person_can_do_about_a_demoted_row() {
    let world = World::with(&[model_at("a", "4e24")]).dataset(dataset(&[row("a", "", "mine")]));
    world.ok(&[]);
    let why = show(&world, "a")["why"].as_str().unwrap().to_owned();
    assert!(
        why.contains("below 5e24, but kept") && why.contains("`dismiss`"),
        "{why}"
    );
}

#[test]
fn a_name_of_many_words_is_broken_at_the_width_of_the_screen() {
    let name = "a model with quite a long name ".repeat(3);
    let world = World::with(&[model(&name), model("b")]);
    world.ok(&[]);
    for args in [
        &["show"][..],
        &["history"],
        &["verify", "--note", "n", "--dry-run"],
        &["dismiss", "--note", "n", "--dry-run"],
    ] {
        let args = [args, &[name.trim()]].concat();
        let text = world.run_on(60, &args).expect_code(0).stdout;
        let head: Vec<&str> = text.lines().take(2).collect();
        assert!(head.iter().all(|line| line.width() <= 60), "{text}");
    }
    fs::remove_file(world.journal_path()).unwrap();
    let text = world
        .run_on(60, &["history", name.trim()])
        .expect_code(0)
        .stdout;
    assert!(text.lines().all(|line| line.width() <= 60), "{text}");
}
