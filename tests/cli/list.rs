//! `list`: which rows are selected, and the forms in which they are printed.

use std::fs;

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::support::{
    HEADER, World, dataset, dataset_with_reviewers, model, model_at, model_with, names,
    on_the_sample, row, row_at, rows_of,
};

/// Two weeks: `up` and `down` cross 1e25, `gone` crosses it and leaves, `noted` falls below 5e24 and stays for its note.
fn two_weeks() -> World {
    let names = ["up", "down", "gone", "noted", "still"];
    let flops = ["9e24", "3e25", "2e25", "6e24", "6e25"];
    let week = |flops: [&str; 5]| {
        let models = names.iter().zip(flops);
        models
            .map(|(name, flop)| model_at(name, flop))
            .collect::<Vec<_>>()
    };
    let world = World::with(&week(flops));
    world.ok(&[]);
    let text = world.text();
    let lines = text.lines().map(|line| match line.starts_with("noted,") {
        true => format!("{line}kept for a reason\n"),
        false => format!("{line}\n"),
    });
    world.set_dataset(lines.collect::<String>());
    world.set_models(&week(["1.1e25", "8e24", "1e24", "4.996e24", "6e25"]));
    world.ok(&["--force"]);
    world
}

/// The output of `list` on a screen of this many columns.
fn on_a_screen(world: &World, columns: usize, args: &[&str]) -> String {
    let list = world.run_on(columns, &[&["list"], args].concat());
    list.expect_code(0).stdout
}

#[test]
fn a_limit_of_zero_still_says_how_many_rows_there_are() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    world.ok(&["dismiss", "a", "--note", "why"]);
    for (args, said) in [
        (&["list", "--limit", "0"][..], "0 of 1 row\n"),
        (&["list", "--dismissed", "--limit", "0"], "0 of 1 model\n"),
    ] {
        world.ok(args).expect_stdout(said);
    }
}

#[test]
fn filters_combine() {
    let world = World::with_every_kind_of_row();
    let check = |args: &[&str], expected: &[&str]| {
        let listed = world.json(&[&["list"], args].concat());
        assert_eq!(names(&listed), expected, "list {args:?}");
    };
    check(
        &[],
        &[
            "drifted",
            "noted",
            "orphaned",
            "plain",
            "protected",
            "verified",
        ],
    );
    check(&["--verified"], &["drifted", "verified"]);
    check(
        &["--unverified"],
        &["noted", "orphaned", "plain", "protected"],
    );
    check(&["--drifted"], &["drifted"]);
    check(&["--orphaned"], &["orphaned"]);
    check(&["--drifted", "--orphaned"], &["drifted", "orphaned"]);
    check(&["--drifted", "--orphaned", "--unverified"], &["orphaned"]);
    check(&["--match", "HERE", "--unverified"], &["noted"]);
    check(&["--match", "SIX OF", "--drifted"], &["drifted"]);
    check(
        &["--verified", "--min-flop", "6e25"],
        &["drifted", "verified"],
    );
    check(&["--min-flop", "7e25"], &[]);
    check(&["--max-flop", "5e25"], &[]);
    let class = ["--class", "high_confidence_above"];
    let others = [
        "--developer",
        " D",
        "--confidence",
        "medium",
        "--limit",
        "1",
    ];
    check(&[&class[..], &others].concat(), &["drifted"]);
}

#[test]
fn bounds_are_inclusive_and_unknown_values_come_last_in_every_order() {
    let rows = "c,x,no,, low , 2025-01-01 \nb,Y,,2e25,low,\na,X,y,9e25,high,2024-01-01\n";
    let header = "name,developer,verified,training_flop,confidence,release_date";
    let world = World::new().dataset(format!("{header}\n{rows}"));
    for (flag, value, expected) in [
        ("--min-flop", "2e25", &["a", "b"][..]),
        ("--max-flop", "2e25", &["b"]),
        ("--class", "not_sure", &["b"]),
        ("--confidence", "low", &["b", "c"]),
        ("--match", "y", &["b"]),
        ("--developer", " x", &["a", "c"]),
        ("--sort", "flop", &["a", "b", "c"]),
        ("--sort", "release", &["c", "a", "b"]),
        ("--sort", "developer", &["a", "c", "b"]),
    ] {
        let rows = rows_of(
            world
                .ok(&["list", flag, value, "--format", "csv"])
                .stdout
                .as_bytes(),
        );
        let listed: Vec<_> = rows.iter().map(|row| &*row["name"]).collect();
        assert_eq!(listed, expected, "{flag} {value}");
    }
}

#[test]
fn filters_that_make_no_sense_are_usage_errors() {
    let world = World::with_every_kind_of_row();
    for args in [
        ["--verified", "--unverified"],
        ["--class", "maybe"],
        ["--min-flop", "lots"],
        ["--rejected", "--drifted"],
        ["--rejected", "--verified"],
        ["--rejected", "--sort=name"],
        ["--dismissed", "--sort=name"],
        ["--dismissed", "--verified"],
        ["--reconsider", "--drifted"],
    ] {
        world.run(&["list", args[0], args[1]]).expect_code(2);
    }
}

#[test]
fn crossed_rows_are_those_of_the_last_refresh_including_rows_that_left() {
    let world = two_weeks();
    // A verification is no refresh.
    world.ok(&["verify", "up", "--note", "seen"]);
    let crossed = world.json(&["list", "--crossed"]);
    assert_eq!(names(&crossed), ["gone", "up", "down"]);
    assert_eq!(crossed[0]["in_dataset"], false);
    assert_eq!(crossed[1]["in_dataset"], true);
    assert_eq!(
        (&crossed[1]["from_flop"], &crossed[1]["to_flop"]),
        (&json!(9e24), &json!(1.1e25))
    );
    world
        .ok(&["list", "--crossed"])
        .expect_stdout("9.00e+24 → 1.10e+25, ×1.2, now ≥ 1e25")
        .expect_stdout("2.00e+25 → 1.00e+24, ÷20, now < 1e25, removed")
        .expect_stdout("3 rows");
    assert_eq!(
        names(&world.json(&["list", "--crossed", "--verified"])),
        ["up"]
    );
    world.ok(&["dismiss", "down", "--note", "no"]);
    let crossed = world.json(&["list", "--crossed"]);
    assert_eq!(names(&crossed), ["gone", "up", "down"]);
    assert_eq!(crossed[2]["in_dataset"], false);
    world
        .ok(&["list", "--crossed"])
        .expect_stdout("3.00e+25 → 8.00e+24, ÷3.8, now < 1e25, removed");
    world.ok(&["dismiss", "down", "--undo"]);
    // A crossed row that somebody deletes by hand stays listed, because the refresh has reported it.
    let text = world.text();
    let others = text.lines().filter(|line| !line.starts_with("down,"));
    world.set_dataset(others.map(|line| format!("{line}\n")).collect::<String>());
    let crossed = world.json(&["list", "--crossed"]);
    assert_eq!(names(&crossed), ["gone", "up", "down"]);
    assert_eq!(crossed[2]["training_flop"], json!(8e24));
}

#[test]
fn only_the_unmarked_one_of_two_rows_with_the_same_number_has_crossed() {
    let world = World::with(&[model_at("a", "2e25")]).dataset(dataset(&[
        row_at("a", "y", "mine", "2e+25", "2.00e+25"),
        row_at("a", "", "note", "8e+24", "8.00e+24"),
    ]));
    world.ok(&[]);
    let crossed = world.json(&["list", "--crossed"]);
    assert_eq!(names(&crossed), ["a"]);
    assert_eq!(crossed[0]["notes"], "note");
}

#[test]
fn if_a_model_has_two_rows_only_the_one_that_crossed_is_listed() {
    let world = World::with(&[model_at("a", "7e24")]).dataset(dataset(&[
        row_at("a", "y", "", "3e+25", "3.00e+25"),
        row_at("a", "", "mine", "2e+25", "2.00e+25"),
    ]));
    let report = world.json(&["refresh"]);
    let crossed = world.json(&["list", "--crossed"]);
    assert_eq!(report["attention"]["crossed"], 1);
    assert_eq!(names(&crossed), ["a"]);
    assert_eq!(crossed[0]["notes"], "mine");
    // It stays in the list even if somebody gives it another number.
    world.set_dataset(world.text().replace("7e+24,7.00e+24", "7.1e+24,7.10e+24"));
    let crossed = world.json(&["list", "--crossed"]);
    assert_eq!(crossed[0]["notes"], "mine");
}

#[test]
fn a_crossed_row_that_left_is_listed_with_its_cells_from_the_journal() {
    let world = two_weeks();
    world.ok(&["dismiss", "down", "--note", "no"]);
    let gone = &world.json(&["list", "--crossed"])[0];
    assert_eq!(gone["training_flop"], json!(2e25));
    assert_eq!(gone["reasoning"], "six of them");
    let filtered = |filter: &[&str]| {
        let crossed = world.json(&[&["list", "--crossed"], filter].concat());
        names(&crossed).join(" ")
    };
    assert_eq!(filtered(&["--confidence", "medium"]), "gone up down");
    assert_eq!(filtered(&["--confidence", "low"]), "");
    assert_eq!(filtered(&["--min-flop", "1e25"]), "gone up");
}

#[test]
fn dismissed_models_can_be_filtered_by_developer_number_and_text() {
    let world = World::with(&[model_at("a", "3e25"), model("b"), model("c")]);
    world.set_decisions("a,d,below,9e24,,,\nb,e,below,6e24,seen,,\nc,d,ignore,,Seen,,\n");
    let listed = |args: &[&str]| {
        let listed = world.json(&[&["list", "--dismissed"], args].concat());
        names(&listed).join(" ")
    };
    assert_eq!(listed(&["--max-flop=4e25"]), "a");
    assert_eq!(listed(&["--min-flop=4e25"]), "c");
    assert_eq!(listed(&["--match=seen"]), "b c");
    assert_eq!(listed(&["--match=seen", "--developer=D"]), "c");
}

#[test]
fn the_list_of_dismissed_models_says_which_to_reconsider_and_which_kept_a_row() {
    let world = World::with(&[model_at("a", "3e25"), model("b"), model("c")])
        .dataset(dataset(&[row("b", "", "text")]));
    world.set_decisions("a,d,below,9e24,,,\nb,d,below,6e24,,,\nc,d,ignore,,Seen,,\n");
    // A decision without effect is not to be reconsidered.
    assert_eq!(names(&world.json(&["list", "--reconsider"])), ["a"]);
    world
        .ok(&["list", "--dismissed"])
        .expect_stdout(" below, reconsider\n")
        .expect_stdout(" below, row kept\n")
        .expect_stdout(" ignore             Seen\n");
    let sheet = world.ok(&["list", "--dismissed", "--format=csv"]).stdout;
    let header = "name,developer,decision,judged_flop,latest_flop,note,line,reconsider\n";
    assert_eq!(
        sheet,
        format!(
            "{header}a,d,below,9e+24,3e+25,,2,true\nb,d,below,6e+24,6e+25,,3,false\nc,d,ignore,,6e+25,Seen,4,false\n"
        )
    );
}

#[test]
fn a_verified_row_that_crossed_and_that_a_reset_removed_is_listed_as_verified() {
    let world = World::with(&[model_at("a", "2e24"), model_at("b", "6e25")])
        .dataset(dataset(&[row("a", "y", "why"), row("b", "", "")]));
    world.ok(&["--reset"]);
    let crossed = |filter| world.json(&["list", "--crossed", filter]);
    assert_eq!(names(&crossed("--verified")), ["a"]);
    assert_eq!(crossed("--unverified"), json!([]));
    // The row has left, so it has not drifted, and its decision is the one that keeps its model out.
    assert!(crossed("--drifted")[0].get("factor").is_none());
    world.ok(&["dismiss", "a", "--note", "small"]);
    let sheet = world.ok(&["list", "--crossed", "--format", "csv"]).stdout;
    assert!(sheet.ends_with(",below\n"), "{sheet}");
}

#[test]
fn without_a_journal_nothing_has_crossed() {
    let world = World::with_every_kind_of_row();
    assert_eq!(world.json(&["list", "--crossed"]), json!([]));
}

#[test]
fn demoted_rows_show_their_human_text_and_a_number_that_does_not_round_to_5e24() {
    let world = two_weeks();
    assert_eq!(names(&world.json(&["list", "--demoted"])), ["noted"]);
    world
        .ok(&["list", "--demoted"])
        .expect_stdout("4.996e+24")
        .expect_stdout("\"kept for a reason\"");
    // A marked row needs no decision any more.
    world.ok(&["verify", "noted"]);
    assert_eq!(world.json(&["list", "--demoted"]), json!([]));
    world.set_dataset(dataset(&[row_at("edge", "", "n", "5e+24", "5.00e+24")]));
    assert_eq!(world.json(&["list", "--demoted"]), json!([]));
}

#[test]
fn renamed_rows_are_listed_in_groups_with_the_models_that_have_no_row() {
    let by = |name, developer| model_with(name, json!({"developer": developer}));
    let world = World::with(&[
        by("Claude 3.7", "Anthropic"),
        by("glm_4", "Zhipu"),
        by("glm-4", "Zhipu AI"),
        model_at("alone", "9e25"),
    ]);
    world.ok(&[]);
    world.set_models(&[
        model_with(
            "claude_3_7",
            json!({"developer": "Anthropic", "training_flop": 1e24}),
        ),
        by("glm_4", "Zhipu"),
        by("glm-4", "Zhipu AI"),
        model_at("alone", "9e25"),
    ]);
    let report = world.json(&["refresh"]);
    assert_eq!(report["attention"]["renamed"], 2);
    let renamed = world.json(&["list", "--renamed"]);
    assert_eq!(names(&renamed), ["Claude 3.7", "glm-4", "glm_4"]);
    assert_eq!(
        renamed[0]["with"],
        json!([{"name": "claude_3_7", "developer": "Anthropic"}])
    );
    let groups: Vec<&Value> = (0..3).map(|at| &renamed[at]["group"]).collect();
    assert_eq!(groups, [1, 2, 2]);
    let mixed = World::with(&[
        model_at("x 1", "9e25"),
        model_at("y 1", "8e25"),
        model_at("x_1", "7e25"),
        model_at("y_1", "6e25"),
    ]);
    mixed.ok(&[]);
    let renamed = mixed.json(&["list", "--renamed"]);
    assert_eq!(names(&renamed), ["x 1", "x_1", "y 1", "y_1"]);
    // `--sort` orders the rows within a group.
    let sorted = world.json(&["list", "--renamed", "--sort", "developer"]);
    assert_eq!(names(&sorted), ["Claude 3.7", "glm_4", "glm-4"]);
    let text = world.ok(&["list", "--renamed"]).stdout;
    assert!(text.contains("also claude_3_7 (Anthropic)"), "{text}");
    assert!(text.ends_with("\n3 rows\n"), "{text}");
}

#[test]
fn a_value_that_breaks_its_rule_is_unchanged_in_the_csv() {
    let world = World::new();
    world.set_estimates(
        "{\"models\": [{\"name\": \"a\", \"developer\": \"d\", \"training_flop\": 6e25, \"sources\": {\"b\": 1, \"b\": [2]}, \
         \"last_updated\": 20250815203245123456789, \"reasoning\": 1.0E400}, {\"developer\": \"d\"}]}",
    );
    let csv = world.ok(&["list", "--rejected", "--format=csv"]).stdout;
    let rows = rows_of(csv.as_bytes());
    let values: Vec<_> = rows.iter().map(|row| &*row["value"]).collect();
    let number = "20250815203245123456789";
    assert_eq!(values, ["", number, "1.0E400", "{\"b\": 1, \"b\": [2]}"]);
}

#[test]
fn rejected_records_and_ignored_fields_are_listed_with_their_lines() {
    let world = World::new();
    world.set_estimates(
        "{\"models\": [\n{\"name\": \"a\", \"developer\": \"d\", \"training_flop\": 6e25, \"release_date\": \"7/9/2025\"},\n\
         {\"name\": \"b\", \"developer\": \"d\", \"training_flop\": \"lots\"}\n]}",
    );
    world.run(&[]).expect_code(0);
    let faults = world.json(&["list", "--rejected"]);
    assert_eq!(faults.as_array().unwrap().len(), 2);
    assert_eq!(faults[0]["fault"], "rejected");
    assert_eq!(
        (&faults[0]["line"], &faults[0]["index"], &faults[0]["name"]),
        (&json!(3), &json!(1), &json!("b"))
    );
    assert_eq!(faults[0]["value"], "lots");
    assert_eq!(faults[1]["fault"], "ignored_field");
    assert_eq!(faults[1]["field"], "release_date");
    assert!(faults[1]["reason"].is_string());
    world
        .ok(&["list", "--rejected"])
        .expect_stdout("estimated_models.json:3: models[1] b: training_flop: \"lots\": ")
        .expect_stdout("estimated_models.json:2: models[0] a: release_date: \"7/9/2025\": ")
        .expect_stdout("; the record is rejected\n")
        .expect_stdout("; the field is ignored, but the record counts\n")
        .expect_stdout("\n1 rejected record, 1 ignored field (2 listed)\n");
    assert_eq!(
        world.ok(&["list", "--rejected", "--format=csv"]).stdout,
        "fault,index,line,name,developer,field,value,reason\n\
         rejected,1,3,b,d,training_flop,lots,\"expected a finite number above 0, such as 5.54e+25\"\n\
         ignored_field,0,2,a,d,release_date,7/9/2025,\"expected a date, such as 2025-08-15\"\n"
    );
    world
        .ok(&["list", "--rejected", "--limit=1"])
        .expect_stdout("\n1 rejected record, 1 ignored field (1 listed)\n");
    world.set_models(&[model("a")]);
    world
        .ok(&["list", "--rejected"])
        .expect_stdout("0 rejected records, 0 ignored fields (0 listed)");
}

#[test]
fn the_counts_of_the_report_match_what_the_commands_list() {
    let world = two_weeks();
    let number = |name, flop| {
        let fields = json!({"training_flop": flop, "developer": "e"});
        model_with(name, fields)
    };
    world.ok(&["verify", "still"]);
    world.set_models(&[
        number("up", json!("1.1e25")),
        model_at("down", "3e25"),
        model_at("still", "9e24"),
        model_with("new", json!({"release_date": "soon"})),
        number("bad", json!(-1)),
    ]);
    let report = world.json(&["--force"]);
    let attention = &report["attention"];
    let count = |args: &[&str]| {
        let listed = world.json(&[&["list"], args].concat());
        json!(listed.as_array().unwrap().len())
    };
    for (key, flag) in [
        ("crossed", "--crossed"),
        ("drifted", "--drifted"),
        ("demoted", "--demoted"),
        ("orphaned", "--orphaned"),
        ("to_verify", "--unverified"),
    ] {
        assert!(attention[key].as_u64() > Some(0), "{key} {attention}");
        assert_eq!(attention[key], count(&[flag]), "{key}");
    }
    let faults =
        attention["rejected"].as_u64().unwrap() + attention["ignored_fields"].as_u64().unwrap();
    assert_eq!(json!(faults), count(&["--rejected"]));
    let groups = world.json(&["list", "--renamed"]);
    let groups = groups.as_array().unwrap();
    assert_eq!(attention["renamed"], groups.last().unwrap()["group"]);
}

#[test]
fn drifted_rows_have_the_latest_estimate_and_the_factor_in_json() {
    let world = World::with(&[model_at("a", "2e26"), model_at("blank", "3e25")])
        .dataset("name,developer,verified,training_flop\na,d,y,5e25\nblank,d,y,\n");
    let drifted = world.json(&["list", "--drifted"]);
    assert_eq!(names(&drifted), ["a", "blank"]);
    assert_eq!(drifted[0]["verified_flop"], json!(5e25));
    assert_eq!(drifted[0]["latest_flop"], json!(2e26));
    assert_eq!(drifted[0]["factor"], json!(4.0));
    assert_eq!(drifted[1].get("verified_flop"), Some(&Value::Null));
    assert_eq!(drifted[1].get("factor"), Some(&Value::Null));
    world
        .ok(&["list", "--drifted"])
        .expect_stdout("latest 2.00e+26 ×4.0");
}

#[test]
fn an_owners_column_keeps_its_key_in_json() {
    let world = World::with(&[model_at("a", "2e26")])
        .dataset("name,developer,verified,training_flop,factor\na,d,y,5e25,mine\n");
    let drifted = world.json(&["list", "--drifted"]);
    assert_eq!(drifted[0]["factor"], "mine");
    assert_eq!(drifted[0]["latest_flop"], json!(2e26));
}

#[test]
fn requested_columns_are_shown_in_every_format_and_the_error_names_unknown_ones() {
    let world = World::with(&[model("a")])
        .dataset(dataset_with_reviewers(&[(row("a", "y", "why"), "ana")]));
    let columns = ["list", "--columns", "reviewer, name,training_flop,name"];
    let rows = world.json(&columns);
    assert_eq!(
        rows,
        json!([{"reviewer": "ana", "name": "a", "training_flop": 6e25}])
    );
    let text = world.ok(&columns).stdout;
    assert_eq!(
        text,
        "reviewer  name  training_flop\nana       a             6e+25\n1 row\n"
    );
    let csv = world.ok(&[&columns[..], &["--format", "csv"]].concat());
    assert_eq!(csv.stdout, "reviewer,name,training_flop\nana,a,6e+25\n");
    let unknown = world
        .run(&["list", "--columns", "name,foo"])
        .expect_code(2)
        .expect_stderr("no column \"foo\"; the dataset has name");
    assert!(unknown.stderr.contains("reviewer"), "{unknown:?}");
    let blank = world.run(&["list", "--columns", ""]).expect_code(2);
    blank.expect_stderr("no column \"\"; the dataset has name");
}

#[test]
fn the_last_line_says_how_many_rows_there_are() {
    let world = World::with_every_kind_of_row();
    world.ok(&["list"]).expect_stdout("\n6 rows\n");
    world
        .ok(&["list", "--limit", "2"])
        .expect_stdout("\n2 of 6 rows\n");
    world.ok(&["list", "--drifted"]).expect_stdout("\n1 row\n");
    world
        .ok(&["list", "--min-flop", "1e30"])
        .expect_stdout("\n0 rows\n");
}

#[test]
fn a_quiet_list_prints_json_and_csv_but_no_text() {
    let world = World::with_every_kind_of_row();
    for args in [&["list", "-q"][..], &["list", "-q", "--rejected"]] {
        assert_eq!(world.ok(args).stdout, "");
    }
    assert_eq!(world.json(&["list", "-q"]), world.json(&["list"]));
    let csv = world.ok(&["list", "-q", "--format", "csv"]).stdout;
    assert!(csv.starts_with(HEADER), "{csv}");
}

#[test]
fn json_has_numbers_for_numbers_and_null_where_there_is_none() {
    let world = World::with(&[model("a")])
        .dataset("reviewer,name,developer,verified,parameters,training_flop\nana,a,d,,175000000000.0,1.50e+26\nbo,b,d,,NA,\n");
    let rows = world.json(&["list"]);
    assert_eq!(rows[0]["parameters"], json!(175_000_000_000_u64));
    assert_eq!(rows[0]["training_flop"], json!(1.5e26));
    assert_eq!(rows[0]["reviewer"], "ana");
    // Indexing a `Value` gives null for a missing key, so the keys are checked as well.
    for key in ["parameters", "training_flop"] {
        assert_eq!(rows[1].get(key), Some(&Value::Null), "{key}");
    }
    assert_eq!(rows[1]["notes"], "");
}

#[test]
fn columns_that_do_not_fit_on_the_screen_continue_below_with_values_under_their_titles() {
    let header = "name,developer,training_flop,verified,notes,checked_by,approved_by";
    let rows = "a,d,6e25,,,ana,\nb,d,6e25,,,,ana\n";
    let world = World::with(&[model("a")]).dataset(format!("{header}\n{rows}"));
    let columns = "name,developer,training_flop,checked_by,approved_by";
    let text = on_a_screen(&world, 40, &["--columns", columns]);
    let expected = "name  developer  training_flop\n    checked_by  approved_by\n\
                    a     d                   6e25\n    ana\n\
                    b     d                   6e25\n                ana\n2 rows\n";
    assert_eq!(text, expected);
}

#[test]
fn a_screen_width_of_zero_counts_as_unknown() {
    let world = World::with_every_kind_of_row();
    let unknown = world.ok(&["list"]).stdout;
    assert_eq!(on_a_screen(&world, 0, &[]), unknown);
}

#[test]
fn csv_has_the_columns_of_the_schema_then_the_owners_and_is_for_tables_only() {
    let world = World::with_every_kind_of_row();
    let run = world.ok(&["list", "--format", "csv", "--match", "look here"]);
    let listed = dataset(&[row("noted", "", "look here")]).replace("notes\n", "notes,decision\n");
    assert_eq!(run.stdout, listed.replace("look here\n", "look here,\n"));
    world.run(&["stats", "--format", "csv"]).expect_code(2);

    world.set_dataset("zeta,name,developer,verified,alpha,training_flop\nz,a,d,y,\"1,2\",6e25\n");
    let csv = world.ok(&["list", "--format", "csv"]).stdout;
    assert_eq!(
        csv,
        format!("{HEADER},zeta,alpha,decision\na,d,,,6e25,,,,,,,,y,,,z,\"1,2\",\n")
    );
}

#[test]
fn the_csv_shows_a_decision_only_where_it_has_effect_today() {
    let world = World::with(&[
        model("near"),
        model_at("risen", "9e26"),
        model("out"),
        model("kept"),
        model("unmarked"),
    ]);
    let marked = ["near", "risen", "gone"].map(|name| row(name, "y", ""));
    let kept = [
        row("out", "", ""),
        row("kept", "", "mine"),
        row("unmarked", "", ""),
    ];
    world.set_dataset(dataset(&[marked, kept].concat()));
    world.set_decisions(
        "near,d,stands,6e25,,,\nrisen,d,stands,2e26,,,\ngone,d,stands,,,,\n\
         out,d,below,6e25,no,,\nkept,d,ignore,,no,,\nunmarked,d,stands,,,,\n",
    );
    let words = || {
        let csv = world.ok(&["list", "--format", "csv"]).stdout;
        let mut rows = rows_of(csv.as_bytes());
        rows.sort_by(|a, b| a["name"].cmp(&b["name"]));
        let words = rows.into_iter().map(|row| row["decision"].clone());
        words.collect::<Vec<_>>()
    };
    // By name: gone, kept, near, out, risen, unmarked.
    assert_eq!(words(), ["stands", "", "stands", "below", "", ""]);
    // A list in which nothing is filled in changes nothing.
    let listed = world.ok(&["list", "--format", "csv"]).stdout;
    let sheet = world.sheet(listed);
    world.ok_without_writing(&["decide", &sheet]);
    // Without estimates, nothing can show that the value no longer stands.
    world.set_estimates("");
    assert_eq!(words(), ["stands", "", "stands", "below", "stands", ""]);
}

#[test]
fn one_name_of_a_megabyte_among_a_thousand_does_not_widen_the_others() {
    let long = "x".repeat(1_000_000);
    let rows = (0..1000).map(|at| row(&format!("m{at}"), "", ""));
    let rows: Vec<String> = rows.chain([row(&long, "", "")]).collect();
    let world = World::with(&[model("a")]).dataset(dataset(&rows));
    for args in [&["list"][..], &["list", "--columns", "name,notes"]] {
        let printed = world.ok(args).stdout;
        assert!(printed.len() < 1_000_000, "{}", printed.len());
        assert!(printed.contains('…'));
    }
    let whole = world.json(&["list", "--match", &long[..100]]);
    assert_eq!(whole[0]["name"].as_str().unwrap().len(), long.len());
}

#[test]
fn a_wider_screen_shows_more_columns_and_no_line_is_wider_than_the_screen() {
    let world = two_weeks();
    let heading = |columns| {
        let text = on_a_screen(&world, columns, &[]);
        text.lines().next().unwrap().split_whitespace().count()
    };
    assert!(heading(120) > heading(60));
    for args in [&[][..], &["--crossed"], &["--demoted"], &["--renamed"]] {
        for columns in [80, 120] {
            let text = on_a_screen(&world, columns, args);
            assert!(text.lines().all(|line| line.width() <= columns), "{text}");
        }
    }
}

#[test]
fn without_a_dataset_the_error_says_how_to_get_one() {
    World::with(&[model("a")])
        .run(&["list"])
        .expect_code(1)
        .expect_stderr("there is no dataset; a refresh makes one");
}

#[test]
fn plain_and_demoted_lists_need_neither_estimates_nor_a_journal() {
    let world = World::with_every_kind_of_row();
    fs::remove_file(world.estimates_path()).unwrap();
    world.ok(&["list", "--demoted"]);
    world.ok(&["list"]);
    world.run(&["list", "--renamed"]).expect_code(1);
}

#[test]
fn the_list_at_80_columns() {
    insta::assert_snapshot!(on_the_sample(80, &["list", "--limit", "8"]));
}

#[test]
fn the_list_at_120_columns() {
    insta::assert_snapshot!(on_the_sample(120, &["list", "--limit", "8"]));
}

#[test]
fn the_list_of_drifted_and_orphaned_rows_shows_the_latest_estimates() {
    insta::assert_snapshot!(on_the_sample(80, &["list", "--drifted", "--orphaned"]));
}

#[test]
fn the_verbose_list_at_100_columns() {
    insta::assert_snapshot!(on_the_sample(100, &["list", "--limit", "6", "--verbose"]));
}

#[test]
fn rows_of_a_developer_are_sorted_by_name_and_an_unreadable_number_is_shown_unchanged() {
    let rows = [
        row_at("b", "y", "", "6e+25", ""),
        row_at("a", "y", "", "2e+25", ""),
    ];
    let unreadable = row("u", "y", "why").replace("6e+25,6.00e+25", "6x10^25,");
    let world = World::new().dataset(dataset(&[&rows[..], &[unreadable]].concat()));
    assert_eq!(
        names(&world.json(&["list", "--sort", "developer"])),
        ["a", "b", "u"]
    );
    world.ok(&["list"]).expect_stdout("6x10^25");
}

#[test]
fn different_judged_and_latest_numbers_of_a_dismissed_model_look_different() {
    let world = World::with(&[
        model_at("a", "1.002e25"),
        model_at("b", "1.001e25"),
        model_at("c", "1e25"),
    ]);
    world.set_decisions("a,d,below,1.001e25,why,,\nb,d,below,1.001e25,why,,\nc,d,ignore,,why,,\n");
    let listed = world.ok(&["list", "--dismissed"]);
    listed
        // Where no number was judged, none is shown.
        .expect_stdout("c     d                      1.00e+25  ignore")
        .expect_stdout("a     d          1.001e+25  1.002e+25  below")
        .expect_stdout("b     d           1.00e+25   1.00e+25  below");
}
