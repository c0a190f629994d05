//! `compare`: the dataset against Epoch AI's public table.

use std::fs;

use serde_json::{Value, json};

use crate::support::{
    HEADER, ONE_REFRESH_BEHIND, PROGRAM, SAMPLE_ESTIMATES, World, model, model_at, model_with,
    rows_of,
};

/// The table in `data/`, with facts from Epoch AI (CC BY 4.0).
const PUBLIC_SAMPLE: &str = include_str!("../../data/public/epoch_notable_models_sample.csv");

const THEIR_HEADER: &str = "Model,Organization,Publication date,Training compute (FLOP),Training compute notes,Confidence,Link\n";

/// A dataset with these rows (`name,developer,flop,verified`), and Epoch AI's table with the rows `theirs`.
fn world(rows: &str, theirs: &str) -> World {
    let world = World::with(&[model("unrelated")]);
    let header = "name,developer,training_flop,verified";
    world.set_dataset(format!("{header}\n{rows}"));
    set_theirs(&world, format!("{THEIR_HEADER}{theirs}"));
    world
}

fn set_theirs(world: &World, text: impl AsRef<[u8]>) {
    fs::write(world.dir.path().join("theirs.csv"), text).unwrap();
}

/// The sample in `data/`, one refresh behind, with Epoch AI's table.
fn sample() -> World {
    let world = World::new().dataset(ONE_REFRESH_BEHIND);
    world.set_estimates(SAMPLE_ESTIMATES);
    set_theirs(&world, PUBLIC_SAMPLE);
    world
}

/// Each model as `match: name / their name`.
fn matches(comparison: &Value) -> Vec<String> {
    let models = comparison["models"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    models
        .map(|one| {
            let names = [&one["name"], &one["their_name"]].map(text);
            format!("{}: {}", text(&one["match"]), names.join(" / "))
        })
        .collect()
}

#[test]
fn every_model_states_the_rule_by_which_it_matches() {
    let rows = "GPT-4.5,openai,6.4e25,\nclaude_opus_4,Anthropic,2e25,y\nglm_4_plus,Zhipu,3.6e25,\ntwin,A,3e25,\nours,L,5e25,\nlow,L,6e24,\n";
    let theirs = "GPT-4.5,\"X,OpenAI\",2/27/2025,2.1e26,\"two\nlines, \"\"q\"\"\",Speculative,\n\
        \"Claude Opus 4\n\",Anthropic,2025-05-22,1.9E+25,,Likely,\nGLM-4-Plus,Zhipu AI,,3.6e25,,,\n\
        Twin,A,,3e25,,,\ntwin,A,,4e25,,,\nGPT-4\u{a0}Turbo,OpenAI,,2.2e25,,,\nTiny,T,,1e22,,,\n";
    let world = world(rows, theirs);
    let comparison = world.json(&["compare", "theirs.csv"]);
    assert_eq!(
        matches(&comparison),
        [
            "exact: GPT-4.5 / GPT-4.5",
            "only_ours: ours / -",
            "name_only: glm_4_plus / GLM-4-Plus",
            "ambiguous: twin / Twin",
            "ambiguous: twin / twin",
            "only_theirs: - / GPT-4\u{a0}Turbo",
            "normalised: claude_opus_4 / Claude Opus 4\n",
        ]
    );
    assert_eq!(
        comparison["models"][0],
        json!({
            "match": "exact", "name": "GPT-4.5", "developer": "openai", "their_name": "GPT-4.5",
            "their_organization": "X,OpenAI", "flop": 6.4e25, "their_flop": 2.1e26, "factor": 6.4e25 / 2.1e26, "across": false,
            "within_theirs": true, "confidence": null, "their_confidence": "Speculative", "verified": "", "release_date": null,
            "their_date": "2025-02-27", "dismissed": null
        })
    );
    assert_eq!(
        comparison["summary"],
        json!({
            "exact": 1, "alias": 0, "normalised": 1, "name_only": 1, "ambiguous": 1, "only_ours": 1, "only_theirs": 1,
            "across": 0, "apart_2x": 1, "their_rows": 7, "coverage": 2.0 / 6.0
        })
    );
    world.set_aliases("glm_4_plus,Zhipu,GLM-4-Plus,Zhipu AI,\n");
    let comparison = world.json(&["compare", "theirs.csv"]);
    assert_eq!(comparison["summary"]["alias"], 1);
}

#[test]
fn ambiguous_models_of_ours_are_counted_once_and_listed_with_each_candidate() {
    let theirs = "A,d,,1e24,,,\na,d,,2e25,,,\nb,d,,,,,\nB,d,,,,,\n";
    let world = world("a,d,2e25,\nb,d,2e25,\n", theirs);
    let run = world.ok(&["compare", "theirs.csv"]);
    run.expect_stdout("\nAmbiguous, none chosen 2\n");
    let comparison = world.json(&["compare", "theirs.csv"]);
    assert_eq!(matches(&comparison).len(), 4);
    assert_eq!(comparison["summary"]["coverage"], 0.0);
}

#[test]
fn check_finds_numbers_on_two_sides_of_1e25_and_models_that_we_lack() {
    let check = |rows, theirs| {
        let world = world(rows, theirs);
        world
            .run_without_writing(&["compare", "theirs.csv", "--check"])
            .code
    };
    assert_eq!(check("a,d,2e25,\nb,d,3e25,\n", "A,d,,3e25,,,\n"), Some(0));
    assert_eq!(check("a,d,2e25,\n", "A,d,,9e24,,,\n"), Some(3));
    assert_eq!(check("a,d,2e25,\n", "b,d,,1e25,,,\n"), Some(3));
    assert_eq!(check("a,d,2e25,\n", "A,other,,9e24,,,\n"), Some(0));
    assert_eq!(check("a,d,6e24,\n", "A,d,,9e24,,,\n"), Some(0));
}

#[test]
fn the_csv_output_has_a_record_for_each_model_under_the_keys_of_the_json() {
    let theirs = "A,\"d,e\",2/27/2025,9e24,,Likely,\nGPT-9,OpenAI,,2e25,,,\n";
    let csv = world("a,d,2.5e25,y\n", theirs)
        .ok(&["compare", "theirs.csv", "--format=csv"])
        .stdout;
    assert_eq!(
        csv,
        "match,name,developer,their_name,their_organization,flop,their_flop,factor,across,within_theirs,\
         confidence,their_confidence,verified,release_date,their_date,dismissed\n\
         exact,a,d,A,\"d,e\",2.5e+25,9e+24,2.7777777777777777,true,true,,Likely,y,,2025-02-27,\n\
         only_theirs,,,GPT-9,OpenAI,,2e+25,,,,,,,,,\n"
    );
}

#[test]
fn a_quiet_check_prints_what_it_finds_and_nothing_else() {
    let quiet = |theirs| {
        let world = world("a,d,2e25,\n", theirs);
        world.run(&["compare", "theirs.csv", "--check", "--quiet"])
    };
    let found = quiet("A,d,,9e24,,,\n").expect_code(3);
    found.expect_stdout("9.00e+24");
    assert_eq!(quiet("A,d,,2e25,,,\n").expect_code(0).stdout, "");
}

#[test]
fn a_dismissed_model_is_listed_as_such_and_is_no_finding() {
    let world = world("a,d,2e25,\n", "GPT-9,OpenAI,,2e25,,,\n");
    world.set_models(&[model_with(
        "gpt_9",
        json!({"developer": "OpenAI", "training_flop": 8e24}),
    )]);
    world.ok(&["dismiss", "gpt_9", "--note", "no"]);
    let run = world.ok(&["compare", "theirs.csv", "--check"]);
    let run = run.expect_stdout("They have, we dismissed 1");
    let run = run.expect_stdout("2.00e+25  below\n");
    assert!(!run.stdout.contains("core-dataset add"), "{}", run.stdout);
    let comparison = world.json(&["compare", "theirs.csv"]);
    assert_eq!(comparison["models"][1]["dismissed"], "below");
    for line in ["GPT-9,OpenAI,stands,,,,\n", "GPT-9,Other,below,,,,\n"] {
        world.set_decisions(line);
        world
            .run(&["compare", "theirs.csv", "--check"])
            .expect_code(3);
    }
}

#[test]
fn a_model_with_its_own_decision_or_row_is_not_dismissed_by_the_decision_on_a_look_alike() {
    let theirs = "Del-ta,d,,2e25,,,\n---,d,,2e25,,,\nGam-ma,d,,2e25,,,\n";
    let world = world("Gam-ma,d,2e25,\n", theirs);
    let alike = "delta,d,ignore,,,,\ngamma,d,ignore,,,,\n---,d,below,,,,\n";
    for (own, dismissed) in [
        ("", json!(["below", "ignore", null])),
        ("Del-ta,d,below,,,,\n", json!(["below", "below", null])),
        ("Del-ta,d,stands,,,,\n", json!(["below", null, null])),
    ] {
        world.set_decisions(&format!("{own}{alike}"));
        let comparison = world.json(&["compare", "theirs.csv"]);
        let models = comparison["models"].as_array().unwrap().iter();
        let found: Vec<_> = models.map(|one| one["dismissed"].clone()).collect();
        assert_eq!(json!(found), dismissed, "{own}");
    }
}

#[test]
fn a_model_of_several_organisations_is_dismissed_by_a_decision_on_any_of_them() {
    for rows in ["", "X,B,2e25,\n"] {
        let world = world(rows, "X,\"A,B,C\",,2e25,,,\n");
        world.set_decisions("X,A,stands,,,,\nX,C,below,,,,\n");
        let comparison = world.json(&["compare", "theirs.csv"]);
        assert_eq!(comparison["models"][0]["dismissed"], "below", "{rows}");
    }
}

#[test]
fn the_estimates_are_compared_on_request() {
    let world = world("", "A,d,,3e25,,,\n");
    world.set_models(&[
        model_at("a", "2e25"),
        model_at("A", "1e24"),
        model_at("b", "1e24"),
    ]);
    let comparison = world.json(&["compare", "theirs.csv", "--estimates"]);
    assert_eq!(comparison["models"].as_array().unwrap().len(), 1);
    assert_eq!(comparison["models"][0]["flop"], 2e25);
    assert_eq!(comparison["models"][0]["verified"], Value::Null);
    fs::remove_file(world.estimates_path()).unwrap();
    world
        .ok(&["compare", "theirs.csv"])
        .expect_stdout("core-dataset add A");
    world
        .run(&["compare", "theirs.csv", "--estimates"])
        .expect_code(1);
}

#[test]
fn no_command_is_offered_to_add_a_model_that_cannot_or_need_not_be_added() {
    let theirs = "A,d,,3e25,,,\nB,d,,3e25,,,\nC,\"d,e\",,3e25,,,\nc,e,,2e25,,,\nE,d,,11e24,,,\nNobody's,,,2e25,,,\n";
    let world = world("a,d,3e25,\n", theirs);
    world.set_models(&[model_at("b", "6e24"), model_at("e", "4e24")]);
    let run = world.ok(&["compare", "theirs.csv"]);
    let run = run
        .expect_stdout("B           d             3.00e+25  a refresh adds it\n")
        .expect_stdout("c           e             2.00e+25  listed above\n");
    let (_, commands) = run.stdout.split_once("right\n").unwrap();
    let added = commands.lines().map(|line| line.split(" --").next());
    let added: Vec<_> = added.flatten().collect();
    assert_eq!(added, ["  core-dataset add C", "  core-dataset add E"]);
    let run = world.ok(&["compare", "theirs.csv", "--estimates"]);
    let run = run.expect_stdout("A           d             3.00e+25  a row matches\n");
    assert!(!run.stdout.contains("core-dataset add A"), "{}", run.stdout);
}

#[test]
fn min_flop_sets_the_number_from_which_models_are_listed() {
    let world = world("a,d,6e24,\n", "a,d,,7e24,,,\nb,d,,5e24,,,\n");
    assert_eq!(
        world.json(&["compare", "theirs.csv"])["summary"]["coverage"],
        Value::Null
    );
    world
        .ok(&["compare", "theirs.csv"])
        .expect_stdout("theirs.csv: 2 models, 0 at or above 1e25 FLOP\nListed matches: 0 by");
    let comparison = world.json(&["compare", "theirs.csv", "--min-flop", "5e24"]);
    assert_eq!(matches(&comparison), ["exact: a / a", "only_theirs: - / b"]);
    assert_eq!(comparison["summary"]["coverage"], 0.5);
    world
        .ok(&["compare", "theirs.csv", "--min-flop", "5e24"])
        .expect_stdout("2 at or above 5e24 FLOP; 1 of these matches (50 %)\n");
}

#[test]
fn the_printed_commands_do_what_they_say() {
    let rows = "glm_4,Zhipu,3e25,\nclaude_4_opus,Anthropic,2e25,\n";
    let theirs = "GLM-4,Zhipu AI,,3e25,,,\n\"Claude\nOpus 4\",Anthropic,,2e25,,,\n\
        It's \"new\" $(x),\"\"\"Lab & Co, Inc\"\",Other\",7/9/2025,4.5e25,,Likely,https://a.b/c?d=1&e=2; more\n";
    let world = world(rows, theirs);
    let parameters = THEIR_HEADER.replace("Link", "Link,Parameters");
    let theirs = theirs
        .replace(",\n", ",,\n")
        .replace("more\n", "more,1.75E+11\n");
    set_theirs(&world, format!("{parameters}{theirs}"));
    let printed = world.ok(&["compare", "theirs.csv"]).stdout;
    let (_, commands) = printed
        .split_once("Commands to paste, if they are right\n")
        .unwrap();
    let script = commands.replace("core-dataset", PROGRAM);
    let ran = world
        .isolated("sh")
        .args(["-e", "-c", &script])
        .output()
        .unwrap();
    assert!(ran.status.success(), "{script}\n{ran:?}");
    let added = world.row("It's \"new\" $(x)");
    let cells = [
        "developer",
        "training_flop",
        "confidence",
        "release_date",
        "parameters",
        "sources",
        "notes",
        "verified",
    ];
    assert_eq!(
        cells.map(|column| &*added[column]),
        [
            "Lab & Co, Inc",
            "4.5e+25",
            "medium",
            "2025-07-09",
            "175000000000",
            "https://a.b/c?d=1&e=2",
            "Epoch AI, theirs.csv",
            "y"
        ]
    );
    let summary = &world.json(&["compare", "theirs.csv"])["summary"];
    assert_eq!(summary["alias"], 2, "{printed}");
    assert_eq!(summary["only_theirs"], 0);
}

#[test]
fn two_different_numbers_are_printed_with_enough_digits_to_tell_them_apart() {
    let world = world("a,d,1.201e25,\n", "A,other,,1.202e25,,,\n");
    let printed = world.ok(&["compare", "theirs.csv"]);
    printed
        .expect_stdout("1.201e+25")
        .expect_stdout("1.202e+25");
}

#[test]
fn agreeing_pairs_come_last_and_among_them_matches_by_another_name_first() {
    let others = 'a'..='j';
    let both = |flop: &str| -> String {
        let rows = others.clone().map(|name| format!("{name},d,{flop}\n"));
        rows.collect()
    };
    let rows = "over,d,2e25,\nlook_alike 1,d,2.2e25,\nour_name,d,2.1e25,\nnumberless,d,2e25,\n";
    let theirs =
        "over,d,,9e24,,,\nLook-alike 1,d,,2e25,,,\nTheir name,d,,2e25,,,\nnumberless,d,,,,,\n";
    let world = world(
        &format!("{rows}{}", both("3e25,")),
        &format!("{theirs}{}", both(",3e25,,,")),
    );
    world.set_aliases("Their name,d,our_name,d,\n");
    let first = "\n\nAgree 13, less than 2× apart, or without a number on one side\n  \
        name          developer      ours  their name      theirs  ours is\n  \
        look_alike 1  d          2.20e+25  Look-alike 1  2.00e+25     ×1.1\n  \
        our_name      d          2.10e+25  Their name    2.00e+25    ×1.05\n  \
        a             d          3.00e+25                3.00e+25    ×1.00\n";
    let run = world.ok(&["compare", "theirs.csv"]).expect_stdout(first);
    let more = "\n  … and 3 more (--verbose shows all)\n";
    assert!(run.stdout.ends_with(more), "{}", run.stdout);
    let run = world.ok(&["compare", "theirs.csv", "--verbose"]);
    let run = run.expect_stdout(first);
    let last = "\n  numberless    d          2.00e+25                       -\n";
    assert!(run.stdout.ends_with(last), "{}", run.stdout);
}

#[test]
fn no_alias_is_suggested_for_a_pair_with_different_decisions() {
    let world = world("glm_4,Zhipu,3e25,y\n", "GLM-4,Zhipu AI,,3e25,,,\n");
    let command = "core-dataset alias GLM-4 ";
    world.ok(&["compare", "theirs.csv"]).expect_stdout(command);
    world.set_decisions("glm_4,Zhipu,stands,,,,\nGLM-4,Zhipu AI,below,,,,\n");
    let printed = world.ok(&["compare", "theirs.csv"]).stdout;
    assert!(!printed.contains(command), "{printed}");
}

#[test]
fn commands_that_are_left_out_are_counted_and_verbose_prints_them() {
    let theirs: String = (10..23)
        .map(|number| format!("Model {number},Lab,,3e25,,,\n"))
        .collect();
    let world = world("a,d,2e25,\n", &theirs);
    let commands = |args: &[&str]| {
        let printed = world.ok(&[&["compare", "theirs.csv"], args].concat());
        let (_, commands) = printed.stdout.split_once("Commands to paste").unwrap();
        (
            commands.matches("core-dataset add").count(),
            commands.contains("\n  … and 3 more (--verbose shows all)\n"),
        )
    };
    assert_eq!(commands(&[]), (10, true));
    assert_eq!(commands(&["--verbose"]), (13, false));
}

#[test]
fn names_from_outside_are_shown_escaped_and_bounded_and_no_command_adds_them() {
    let long = "x".repeat(5000);
    let world = world(
        "a,d,2e25,\n",
        &format!("evil\u{1b}[31m,o,,2e25,,,\n{long},o,,2e25,,,\n"),
    );
    let run = world.ok(&["compare", "theirs.csv"]);
    assert!(!run.stdout.contains('\u{1b}') && run.stdout.contains("evil\\u{1b}[31m"));
    assert!(run.stdout.lines().all(|line| line.len() < 400));
    assert!(!run.stdout.contains("core-dataset add"), "{}", run.stdout);
}

#[test]
fn unreadable_input_gives_an_error_or_a_warning_that_names_the_place() {
    let theirs = "\"a\nb\",d,13/13/2025,much,,,\n\u{200b},d,,1e25,,,\nc,d,1/1/25,0,,,\ne,d,,,,,\n";
    let world = world("c,d,2e25,\n", theirs);
    let run = world.ok(&["compare", "theirs.csv"]);
    run.expect_stderr(
        "theirs.csv: cells that cannot be read count as blank, and rows without a name are skipped (5): 2: Training compute (FLOP) is \"much\": a finite number above 0",
    )
    .expect_stderr("2: Publication date is \"13/13/2025\"")
    .expect_stderr("4: Model is \"\\u{200b}\"")
    .expect_stderr("5: Training compute (FLOP) is \"0\"")
    .expect_stderr("5: Publication date is \"1/1/25\"");
    let comparison = world.json(&["compare", "theirs.csv"]);
    assert_eq!(comparison["summary"]["their_rows"], 3);
    let blank = &comparison["models"][0];
    assert_eq!(
        (&blank["their_flop"], &blank["their_date"]),
        (&Value::Null, &Value::Null)
    );
    let refused = |text: &[u8]| {
        set_theirs(&world, text);
        world.run(&["compare", "theirs.csv"]).expect_code(1)
    };
    refused(b"").expect_stderr("theirs.csv:1: the file is empty");
    refused(b"PK\x03\x04\x14\0\xff").expect_stderr("theirs.csv:1: a zip archive; unpack it");
    refused(b"Model\n\xff").expect_stderr("theirs.csv:2: not UTF-8");
    refused(format!("{THEIR_HEADER}a,\"b,,,\n").as_bytes())
        .expect_stderr("theirs.csv:2: a quote opens");
    refused(b"Organization,Training compute (FLOP)\n")
        .expect_stderr("theirs.csv:1: there is no column \"Model\"")
        .expect_stderr("https://epoch.ai/data");
    refused(b"Model,Organization\n").expect_stderr("no column \"Training compute (FLOP)\"");
    refused(format!("{THEIR_HEADER}a,b\n").as_bytes())
        .expect_stderr("theirs.csv:2: this row has 2 cells where the header has 7");
    refused(format!("{THEIR_HEADER}a,d,,1e25,,,\nb,d,,\"5,0E+26\",,,\nc,d,,\"5,1E+26\",,,\n").as_bytes())
        .expect_stderr("theirs.csv:3: 2 of the 3 filled cells of `Training compute (FLOP)` are not numbers (the first is \"5,0E+26\")")
        .expect_stderr("decimal comma? save it with decimal points");
    for delimiter in [";", "\t"] {
        let theirs = format!("{THEIR_HEADER}a,\"d\",,1e25,\"one; \ttwo\",,\n");
        refused(theirs.replace(',', delimiter).as_bytes())
            .expect_stderr("theirs.csv:1: no column `Model`: was the file saved with `")
            .expect_stderr("` between the cells? export it with commas");
    }
    world
        .run(&["compare", "nothing.csv"])
        .expect_code(1)
        .expect_stderr("nothing.csv: cannot be read");
    world.run(&["compare"]).expect_code(2);
}

#[test]
fn an_old_edition_of_the_table_without_the_optional_columns_is_read() {
    let world = world("GPT-4,OpenAI,2e25,\n", "");
    for theirs in [
        "\u{feff}System,Organization,Training compute (FLOP)\r\nGPT-4,OpenAI,2e25\r\n",
        "x,Training compute (FLOP),Organization,System\n,2e25,\"A,OpenAI\",GPT-4\n",
        "System,Model,Organization,Training compute (FLOP)\nold,GPT-4,OpenAI,2e25\n",
    ] {
        set_theirs(&world, theirs);
        let comparison = world.json(&["compare", "theirs.csv"]);
        assert_eq!(comparison["summary"]["exact"], 1, "{theirs}");
    }
    set_theirs(
        &world,
        "System,Organization,Training compute (FLOP)\n,OpenAI,2e25\n",
    );
    let run = world.ok(&["compare", "theirs.csv"]);
    run.expect_stderr("2: System is \"\": a name was expected");
}

#[test]
fn the_sample_has_a_table_to_compare_with() {
    let world = sample();
    assert!(PUBLIC_SAMPLE.lines().next().unwrap().split(',').count() > 40);
    let summary = world.json(&["compare", "theirs.csv"])["summary"].clone();
    assert_eq!(summary["their_rows"], 43);
    assert_eq!(
        (summary["exact"].as_u64(), summary["only_theirs"].as_u64()),
        (Some(19), Some(5))
    );
    // A table that is compared with itself matches throughout: no two names in it look alike.
    let rows = rows_of(PUBLIC_SAMPLE.as_bytes());
    let mut ours = format!("{HEADER}\n");
    for row in rows {
        let developer = row["Organization"].split(',').next().unwrap().to_owned();
        let name = row["Model"].to_lowercase().replace([' ', '-', '.'], "_");
        ours += &format!(
            "{name},{developer},,,{},,,,,,,,,,\n",
            row["Training compute (FLOP)"]
        );
    }
    world.set_dataset(ours);
    let summary = world.json(&["compare", "theirs.csv", "--min-flop", "1"])["summary"].clone();
    let with_flop = summary["exact"].as_u64().unwrap() + summary["normalised"].as_u64().unwrap();
    assert_eq!(
        (with_flop, summary["coverage"].as_f64()),
        (40, Some(1.0)),
        "{summary}"
    );
}

/// The output on a screen of this many columns, where no flag names the data directory.
fn printed(world: &World, columns: usize) -> String {
    let mut command = world.isolated(PROGRAM);
    let output = command
        .args(["compare", "theirs.csv"])
        .env("CORE_DATASET_DATA_DIR", world.dir.path())
        .env("COLUMNS", columns.to_string())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    // A command to paste is one line, however long.
    let mut lines = text.lines().filter(|line| !line.contains("core-dataset"));
    let too_long = lines.find(|line| line.chars().count() > columns);
    assert_eq!(too_long, None);
    text
}

#[test]
fn the_comparison_of_the_sample_at_80_columns() {
    let world = sample();
    insta::assert_snapshot!(printed(&world, 80));
}

#[test]
fn a_comparison_with_every_group_at_80_and_120_columns() {
    let world = world(
        "across,d,9e24,y\nnear off,d,4.1e25,\nfar off,d,4e25,\nnear,d,2.1e25,\nours,d,3e25,no\nglm_4,Zhipu,,\ntwin,d,2e25,\ntwin_,D.,2e25,\ngpt_4.5_preview,OpenAI,6.4e25,\nlook_alike,d,1.3e25,y\n",
        "Across,\"d,e\",2025-01-02,2e25,,Confident,\nFar-off,d,,1e25,,Confident,\nNear-off,d,2025-01-03,2e25,,Likely,\nnear,d,,2e25,,Likely,\nGLM-4,Zhipu AI,2024-03-04,1.2e25,,Likely,\n\
         Twin,d.,,3e25,,,\nGPT-4.5,OpenAI,2025-02-27,2.1e26,,Speculative,\nA model with quite a long name (preview),Some Laboratory,,3e25,,Unknown,\n\
         gone,d,,3e25,,,\nLook-alike,d,2025-01-04,1.2e25,,Confident,\n",
    );
    world.set_decisions("gone,d,ignore,,,,\n");
    insta::assert_snapshot!(printed(&world, 80) + "\n----\n\n" + &printed(&world, 120));
}
