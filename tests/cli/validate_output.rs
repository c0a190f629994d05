//! `validate`: how findings are printed, selected and counted, and the exit code.

use crate::support::{World, dataset, model, model_at, row};

#[test]
fn lines_stay_short_with_hundreds_of_look_alikes_and_thousands_of_sources() {
    let sources: Vec<String> = (0..3000).map(|at| format!("source {at}")).collect();
    let mut rows: Vec<String> = (0..300)
        .map(|at| row(&format!("a{}", "!".repeat(at)), "", ""))
        .collect();
    rows.push(row("b", "", "").replace("https://example.org/a", &sources.join("; ")));
    rows.push(row(&"long ".repeat(1000), "", ""));
    let world = World::with(&[model("b")]).dataset(dataset(&rows));
    let text = world.ok(&["validate"]).stdout;
    assert!(
        text.contains(" … and 2990 more [source_without_url]"),
        "{text}"
    );
    assert!(text.contains(", … and 290 more [look_alike]"));
    let longest = text.lines().map(str::len).max();
    assert!(longest < Some(3000), "{longest:?}");
}

#[test]
fn no_line_is_broken_within_a_word() {
    let world = World::with_every_kind_of_row();
    let lines = |columns| world.run_on(columns, &["validate"]).stdout;
    let narrow = lines(80);
    assert!(narrow.contains("\n    "), "{narrow}");
    assert_eq!(narrow.replace("\n    ", " "), lines(100_000));
}

#[test]
fn warnings_are_printed_with_path_line_and_code_and_exit_3_only_when_strict() {
    let world = World::with_every_kind_of_row();
    let output = world.ok_without_writing(&["validate"]).stdout;
    let first = format!(
        "{}:2: warning: training_flop: drifted: verified 6.00e+25, latest 2.00e+26, ×3.3 [drifted]\n",
        world.dataset_path().display()
    );
    assert!(output.starts_with(&first), "{output}");
    assert!(output.ends_with("\n0 errors, 4 warnings\n"), "{output}");
    world.run(&["validate", "--strict"]).expect_code(3);
}

#[test]
fn different_numbers_look_different_and_a_class_that_is_the_reason_is_named() {
    let verified = row("a", "y", "why").replace("6e+25,6.00e+25", "5e+25,5.00e+25");
    let world = World::with(&[model_at("a", "4.9999e25")]).dataset(dataset(&[verified]));
    world
        .ok(&["validate"])
        .expect_stdout("verified 5.00e+25, latest 4.9999e+25, ÷1.00, now not_sure [drifted]");
    let low = row("a", "y", "why").replace("6e+25,6.00e+25,", "9.999e+14,,");
    world.set_dataset(dataset(&[low]));
    let low = world.run(&["validate"]).expect_code(3);
    low.expect_stdout("9.999e+14 is outside 1e15 to 1e29")
        .expect_stdout("contradicts 1.00e+15 FLOP");
}

#[test]
fn codes_can_be_ignored_and_selected_and_the_error_about_an_unknown_one_lists_them() {
    let world = World::with_every_kind_of_row();
    let codes = |args: &[&str]| {
        let report = world.json(&[&["validate"], args].concat());
        let findings = report["findings"].as_array().unwrap().iter();
        let mut codes: Vec<String> = findings
            .map(|finding| finding["code"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(report["warnings"], codes.len());
        codes.sort();
        codes
    };
    let two = ["--select", "drifted", "--select", "orphaned"];
    assert_eq!(codes(&two), ["drifted", "orphaned"]);
    assert_eq!(
        codes(&[&two[..], &["--ignore", "drifted"]].concat()),
        ["orphaned"]
    );
    world
        .ok(&["validate", "--strict", "--select", "look_alike"])
        .expect_stdout("0 errors, 0 warnings");
    world
        .run(&["validate", "--ignore", "drift"])
        .expect_code(2)
        .expect_stderr("date_not_iso_8601, ");
    world
        .ok(&["validate", "--help"])
        .expect_stdout("- drifted:")
        .expect_stdout("warning: a verified row far from its latest estimate");
}

#[test]
fn quiet_prints_errors_only_and_leaves_json_whole() {
    let world = World::with_every_kind_of_row();
    assert_eq!(world.ok(&["-q", "validate"]).stdout, "");
    let strict = world.run(&["-q", "validate", "--strict"]).expect_code(3);
    assert!(strict.stdout.starts_with("0 errors, "), "{}", strict.stdout);
    assert_eq!(world.json(&["-q", "validate"]), world.json(&["validate"]));
    world.set_dataset(world.text().replace("medium", "sure"));
    let text = world.run(&["-q", "validate"]).expect_code(3).stdout;
    let all_errors = text
        .lines()
        .all(|line| line.contains(": error: confidence: "));
    assert!(all_errors && text.lines().count() == 6, "{text}");
}
