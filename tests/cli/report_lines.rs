//! The lines of a report: what they say about a row, and how they bound text from outside.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::support::{World, dataset, model, model_at, model_with, row, row_at};

/// The line about `a` in the report of a dry run with this row and this estimate.
fn line_about_a(row: String, estimate: Value) -> String {
    let world = World::with(&[estimate, model("other")]).dataset(dataset(&[row]));
    let report = world.ok(&["--dry-run"]).stdout;
    let about = report.lines().find(|line| line.contains(" a  d  "));
    about.unwrap_or_else(|| panic!("{report}")).to_owned()
}

#[test]
fn the_line_of_an_updated_row_has_the_old_and_the_new_number_and_the_factor() {
    let line = line_about_a(row("a", "", ""), model_at("a", "1.5e26"));
    assert!(line.contains("6.00e+25 → 1.50e+26  ×2.5"), "{line}");
    let line = line_about_a(row("a", "", ""), model_at("a", "5e25"));
    assert!(line.contains("6.00e+25 → 5.00e+25  ÷1.2"), "{line}");
}

#[test]
fn two_different_numbers_are_printed_with_the_digits_in_which_they_differ() {
    let was = row_at("a", "", "", "5.004e+24", "5.00e+24");
    let line = line_about_a(was, model_at("a", "4.996e24"));
    assert!(line.contains("5.004e+24 → 4.996e+24"), "{line}");
    let line = line_about_a(row("a", "", ""), model_at("a", "6.0001e25"));
    assert!(line.contains("6.00e+25 → 6.0001e+25"), "{line}");
}

#[test]
fn a_change_of_class_is_named() {
    let line = line_about_a(row("a", "", ""), model_at("a", "4.9999e25"));
    assert!(line.contains("now not_sure"), "{line}");
}

#[test]
fn a_removed_row_with_the_number_of_its_estimate_shows_that_number_once() {
    let demoted = row_at("a", "", "", "3e+24", "3.00e+24");
    let line = line_about_a(demoted, model_at("a", "3e24"));
    assert_eq!(line.trim_end(), "  - a  d  3.00e+24");
}

#[test]
fn changed_cells_are_named_if_the_number_stays() {
    let changed = json!({
        "training_flop_confidence": "high", "status": "likely_above", "release_date": "2025-08-01", "parameters": 7,
        "reasoning": "other"
    });
    let line = line_about_a(row("a", "", ""), model_with("a", changed));
    for text in [
        "medium → high",
        "release_date blank → 2025-08-01",
        "parameters blank → 7",
        "reasoning",
    ] {
        assert!(line.contains(text), "no {text} in {line}");
    }
}

#[test]
fn a_change_of_only_a_derived_cell_is_shown() {
    let stale = row("a", "", "").replace("high_confidence_above", "high_confidence_above_1e25");
    let line = line_about_a(stale, model("a"));
    let text = "threshold_classification high_confidence_above_1e25 → high_confidence_above";
    assert!(line.contains(text), "{line}");
}

#[test]
fn a_row_that_takes_the_name_of_its_alias_shows_both_names() {
    let world = World::with(&[model("old")]).dataset(dataset(&[row("old", "", "")]));
    world.set_aliases("old,d,new,e,\n");
    let run = world.ok(&["--dry-run"]);
    run.expect_stdout("  ~ new  e  6.00e+25    name old → new, developer d → e\n");
    world.set_aliases("old,d,\"new, mini\",d,\n");
    world
        .ok(&["--dry-run"])
        .expect_stdout("  ~ new, mini  d  6.00e+25    name old → new, mini\n");
}

#[test]
fn derived_cells_are_not_mentioned_if_the_number_changes() {
    let line = line_about_a(row("a", "", ""), model_at("a", "7e25"));
    assert!(!line.contains("training_flop_formatted"), "{line}");
}

/// The report of a refresh in which rows move by these factors.
fn report_on_moves(factors: &[f64]) -> String {
    let names: Vec<String> = (0..factors.len()).map(|n| format!("m{n:02}")).collect();
    let rows: Vec<String> = names.iter().map(|name| row(name, "", "")).collect();
    let models: Vec<Value> = names
        .iter()
        .zip(factors)
        .map(|(name, factor)| {
            let number =
                json!({"training_flop": 6e25 * factor, "training_flop_confidence": "high"});
            model_with(name, number)
        })
        .collect();
    let world = World::with(&models).dataset(dataset(&rows));
    world.ok(&["--dry-run"]).stdout
}

#[test]
fn one_line_sums_up_ten_or_more_updated_rows_before_they_are_listed() {
    let factors = [1.1, 1.2, 1.3, 1.4, 1.45, 1.55, 1.6, 1.7, 2.0, 3.0];
    let report = report_on_moves(&factors);
    let updated = report
        .lines()
        .skip_while(|line| !line.starts_with("Updated 10"));
    let rollup = updated.clone().nth(1).unwrap();
    assert!(
        rollup.contains("2 of 10 rows moved by 2× or more"),
        "{rollup}"
    );
    assert!(rollup.contains("median factor"), "{rollup}");
    assert!(rollup.contains("1.50"), "{rollup}");
    assert!(rollup.contains("medium → high 10"), "{rollup}");
    let report = report_on_moves(&factors[1..]);
    assert!(!report.contains("median"), "{report}");
    let odd = report_on_moves(&[&factors[..], &[4.0]].concat());
    assert!(
        odd.contains("the 11 with a new training FLOP is 1.55;"),
        "{odd}"
    );
    let none_moved = report_on_moves(&[1.0; 10]);
    let said = "\n  0 of 10 rows moved by 2× or more; confidence medium → high 10\n";
    assert!(none_moved.contains(said), "{none_moved}");
}

#[test]
fn a_group_shows_ten_lines_and_says_how_many_more_there_are() {
    let report = report_on_moves(&[1.5; 13]);
    assert_eq!(report.matches("\n  ~ ").count(), 10, "{report}");
    assert!(report.contains("… and 3 more (--verbose"), "{report}");
}

#[test]
fn verbose_adds_the_old_and_new_reasoning_of_crossed_demoted_and_removed_rows() {
    let models = ["removed", "demoted", "crossed"].map(|name| {
        let flop = if name == "crossed" { "9e24" } else { "1e24" };
        model_with(
            name,
            json!({"training_flop": flop, "reasoning": format!("{name} now")}),
        )
    });
    let rows = [
        row("crossed", "", ""),
        row("demoted", "", "look"),
        row("removed", "", ""),
    ];
    let world = World::with(&models).dataset(dataset(&rows));
    let brief = world.ok(&["--dry-run"]).stdout;
    assert!(!brief.contains("six of them"), "{brief}");
    let verbose = world.ok(&["--dry-run", "--verbose"]).stdout;
    for name in ["removed", "demoted", "crossed"] {
        let text = format!("reasoning: \"six of them\" → \"{name} now\"");
        assert!(verbose.contains(&text), "no {text} in\n{verbose}");
    }
}

#[test]
fn verbose_shows_unchanged_reasoning_of_crossed_demoted_and_removed_rows() {
    let models = [
        ("crossed", "9e24"),
        ("demoted", "1e24"),
        ("removed", "1e24"),
    ];
    let models = models.map(|(name, flop)| {
        let same = json!({"training_flop": flop, "reasoning": "six of them"});
        model_with(name, same)
    });
    let rows = [
        row("crossed", "", ""),
        row("demoted", "", "look"),
        row("removed", "", ""),
    ];
    let world = World::with(&models).dataset(dataset(&rows));
    let verbose = world.ok(&["--dry-run", "--verbose"]).stdout;
    // All three have crossed.
    let as_before = "reasoning, as before: \"six of them\"\n";
    assert_eq!(verbose.matches(as_before).count(), 4, "{verbose}");
    let of_the_removed = "the row's reasoning: \"six of them\"\n";
    assert_eq!(verbose.matches(of_the_removed).count(), 1, "{verbose}");
}

#[test]
fn verbose_shows_the_basis_of_the_number_of_an_added_row() {
    let long = "because ".repeat(100);
    let models = [
        model_with("first", json!({"reasoning": long})),
        model_with(
            "second",
            json!({"training_flop": 5e25, "sources": ["a paper"]}),
        ),
    ];
    let world = World::with(&models);
    let brief = world.ok(&["--dry-run"]).stdout;
    assert!(!brief.contains("a paper"), "{brief}");
    let verbose = world.ok(&["--dry-run", "--verbose"]).stdout;
    let (first, second) = verbose.split_once("+ second").unwrap();
    assert!(
        first.contains("estimation_method: \"scaling_laws\""),
        "{verbose}"
    );
    let said = first.matches("because").count();
    assert!((30..40).contains(&said), "{verbose}");
    assert!(second.contains("sources: \"a paper\""), "{verbose}");
}

#[test]
fn the_line_of_an_updated_row_says_that_it_has_human_text() {
    let line = line_about_a(row("a", "", "look"), model_at("a", "5e25"));
    assert!(line.ends_with("÷1.2  human text"), "{line}");
}

#[test]
fn rows_whose_human_work_a_reset_gives_up_come_first() {
    let flops = ["6e25", "6.5e25", "7e25"];
    let models: Vec<Value> = flops.map(|flop| model_at(flop, "2e26")).to_vec();
    let rows = [
        row("7e25", "", ""),
        row("6.5e25", "y", ""),
        row("6e25", "", "look"),
        row_at("far", "", "", "9e+26", "9.00e+26"),
        row("gone", "y", ""),
    ];
    let world = World::with(&models).dataset(dataset(&rows));
    let report = world.ok(&["--reset", "--dry-run"]).stdout;
    let order: Vec<&str> = report
        .lines()
        .filter_map(|line| line.strip_prefix("  ~ ").or(line.strip_prefix("  - ")))
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert_eq!(order[2..], ["7e25", "gone", "far"], "{report}");
    assert!(report.contains("verified y → blank"), "{report}");
}

#[test]
fn at_80_columns_a_remark_that_does_not_fit_is_cut_after_one_of_its_parts() {
    let news = json!({
        "training_flop": 2e26, "status": "uncertain", "reasoning": "seven of them now", "sources": ["a paper"],
    });
    let estimate = model_with("a model with a name", news);
    let rows = [row("a model with a name", "", "")];
    let world = World::with(&[estimate]).dataset(dataset(&rows));
    let narrow = world.run_on(80, &["--dry-run"]).stdout;
    let line = "  ~ a model with a name  d  6.00e+25 → 2.00e+26  ×3.3  status, reasoning, …\n";
    assert!(narrow.contains(line), "{narrow}");
    let wide = world.ok(&["--dry-run"]).stdout;
    assert!(wide.contains("  status, reasoning, sources\n"), "{wide}");
}

#[test]
fn at_80_columns_names_that_differ_only_at_their_ends_are_shown_in_full_in_every_table() {
    let ends = ["bf16", "fp8"].map(|end| format!("{}_{end}", "llama_3.1_405b".repeat(4)));
    let [one, other] = ends.each_ref().map(|name| name.as_str());
    let world = World::with(&[model(one), model(other)]);
    let check = |args: &[&str]| {
        let text = world.run_on(80, args).stdout;
        assert!(text.contains(one) && text.contains(other), "{text}");
        assert!(text.lines().all(|line| line.width() <= 80), "{text}");
    };
    check(&["--dry-run"]);
    world.ok(&[]);
    check(&["list"]);
    check(&["list", "--columns", "name,status,training_flop,reasoning"]);
    for name in [one, other] {
        world.ok(&["verify", name]);
    }
    check(&["stats"]);
    world.set_models(&[model_at(one, "2e26"), model_at(other, "2e26")]);
    check(&["--dry-run"]);
}

#[test]
fn at_80_columns_no_command_of_the_last_line_is_broken() {
    let report = crate::support::on_the_sample(80, &["--dry-run"]);
    let (_, waiting) = report.split_once("To look at after a real run ").unwrap();
    for command in [
        "(list --rejected)",
        "(list --orphaned)",
        "(alias --suggest)",
    ] {
        assert!(waiting.contains(command), "{report}");
    }
    assert!(!report.contains('\u{a0}'));
}

#[test]
fn a_name_over_200_columns_is_cut_in_text_and_whole_in_json() {
    let long = "文".repeat(300);
    let world = World::with(&[model(&long)]);
    let report = world.ok(&["--dry-run"]).stdout;
    assert!(report.contains('…'), "{report}");
    let shown = report.chars().filter(|c| *c == '文').count();
    assert!((90..=100).contains(&shown), "{shown}");
    let json = world.json(&["--dry-run"]);
    assert_eq!(json["changes"]["added"][0]["name"], long);
}

#[test]
fn a_list_of_names_shows_ten_and_says_how_many_more_there_are() {
    let models: Vec<Value> = (0..25)
        .map(|n| model_with("same", json!({"developer": format!("dev{n:02}")})))
        .chain((0..25).map(|n| model_with(&format!("none{n:02}"), json!({"training_flop": null}))))
        .collect();
    let world = World::with(&models);
    let report = world.ok(&["--dry-run"]).stdout;
    let renamed = report.lines().find(|line| line.contains("? same")).unwrap();
    assert_eq!(renamed.matches("dev").count(), 11, "{renamed}");
    assert!(renamed.contains("14 more"), "{renamed}");
    assert_eq!(report.matches("none").count(), 10, "{report}");
    assert!(report.contains("15 more"), "{report}");
    let json = world.json(&["--dry-run"]);
    assert_eq!(
        json["changes"]["renamed"][0]["with"]
            .as_array()
            .unwrap()
            .len(),
        24
    );
    assert_eq!(json["input"]["unestimated"].as_array().unwrap().len(), 25);
}

#[test]
fn an_unreadable_number_is_shown_when_it_is_overwritten() {
    let unreadable = row("a", "", "").replace("6e+25,6.00e+25", "\"3,5e25\",");
    let line = line_about_a(unreadable, model("a"));
    assert!(line.contains("\"3,5e25\" → 6.00e+25"), "{line}");
    let world = World::new().dataset(dataset(&[row("a", "", "")]));
    let text = world.text();
    let older = world.sheet(text.replace("6e+25,6.00e+25", ","));
    world.set_dataset(text.replace("6e+25,6.00e+25", "5 or 6e25 by their own paper,"));
    let run = world.ok(&["diff", &older]);
    run.expect_stdout("no estimate → \"5 or 6e25");
}

#[test]
fn drifted_rows_without_a_number_and_cells_that_people_write_come_first() {
    let blank = |name| row(name, "y", "").replace("6e+25,6.00e+25", ",");
    let world = World::with(&[model_at("far", "6e22"), model("none"), model("b")]);
    let rows = [row("far", "y", ""), blank("none"), row("b", "", "")];
    world.set_dataset(dataset(&rows));
    let said = world.ok(&["--dry-run"]).stdout;
    let [none, far] = ["! none  d  no number, latest", "! far "].map(|text| said.find(text));
    assert!(none.is_some() && none < far, "{said}");
    let older = world.sheet(world.text());
    world.set_models(&[model_with("b", json!({"training_flop_confidence": "low"}))]);
    world.ok(&["--force"]);
    world.ok(&["verify", "b", "--note", "seen"]);
    let said = world.ok(&["diff", &older]).stdout;
    let [mark, machine] = ["verified blank → y, notes", "medium → low"].map(|text| said.find(text));
    assert!(mark.is_some() && mark < machine, "{said}");
}
