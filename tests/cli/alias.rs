//! `alias`, and the effects of another name of a model.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::json;

use std::path::Path;

use crate::support::{
    ALIASES_HEADER, PROGRAM, World, alias, dataset, model, model_at, model_with, names, row,
    row_at, run,
};

fn by(name: &str, developer: &str, flop: &str) -> serde_json::Value {
    model_with(name, json!({"developer": developer, "training_flop": flop}))
}

#[test]
fn a_star_alias_gives_all_models_of_a_developer_and_their_unmarked_rows_to_another() {
    let zhipu = |name, mark| row(name, mark, "mine").replace(",d,", ",Zhipu,");
    let world = World::with(&[
        by("glm", "Zhipu", "3e25"),
        by("v", "Zhipu", "6e25"),
        model("o"),
    ])
    .dataset(dataset(&[zhipu("glm", ""), zhipu("v", "y")]));
    world.ok(&alias("*", "Zhipu", "*", "Zhipu AI"));
    let report = world.json(&[]);
    assert_eq!(names(&report["changes"]["updated"]), ["glm"]);
    assert_eq!(world.row("glm")["developer"], "Zhipu AI");
    assert_eq!(world.row("glm")["training_flop"], "3e+25");
    assert_eq!(world.row("glm")["notes"], "mine");
    assert!(
        world.text().contains(&zhipu("v", "y")),
        "a verified row keeps its bytes"
    );
    world.ok_without_writing(&[]);
}

#[test]
fn a_line_with_a_name_takes_precedence_over_a_line_with_a_star() {
    let world = World::with(&[by("x", "e", "6e25"), by("y", "e", "6e25")]);
    world.set_aliases("*,e,*,d,\nX,E,z,f,\n");
    world.ok(&[]);
    assert_eq!(world.row("y")["developer"], "d");
    assert_eq!(world.row("z")["developer"], "f");
}

#[test]
fn a_model_is_found_by_its_other_names() {
    let world = World::with(&[by("glm", "Zhipu", "6e25"), model("y")]);
    world.set_aliases("*,Zhipu,*,Zhipu AI,\nwhy,d,y,d,\n");
    world.ok(&[]);
    let shown = world.json(&["show", "GLM", "--developer", "zhipu"]);
    assert_eq!(shown["developer"], "Zhipu AI");
    assert_eq!(
        shown["aliases"],
        json!([{"name": "*", "developer": "Zhipu"}])
    );
    world.ok(&["verify", "why", "--note", "n"]);
    assert_eq!(world.row("y")["verified"], "y");
    let sheet = world.sheet("name,developer,decision,notes\nglm,Zhipu,below,small\n");
    world.ok(&["decide", &sheet]);
    assert_eq!(world.decided("developer"), ["Zhipu AI"]);
    world.ok(&["dismiss", "glm", "--developer", "Zhipu", "--undo"]);
    assert_eq!(world.row("glm")["developer"], "Zhipu AI");
}

#[test]
fn a_name_that_looks_like_another_name_of_a_model_finds_it() {
    let world = World::with(&[model("A1")]);
    world.set_aliases("b 2,zed,A1,d,\n");
    world.ok(&[]);
    for developer in ["d", "Zed"] {
        let shown = world.json(&["show", "B-2", "--developer", developer]);
        assert_eq!(shown["name"], "A1", "{developer}");
    }
    assert_eq!(world.json(&["show", "B-2"])["name"], "A1");
    // The developer of an alias counts only together with its name.
    let refused = world.run(&["show", "A1", "--developer", "zed"]);
    refused
        .expect_code(1)
        .expect_stderr("that name exists under \"d\"");
}

#[test]
fn a_name_that_looks_like_one_model_and_like_the_alias_of_another_is_refused() {
    let world = World::with(&[model("Dee"), by("a-1", "Corp", "6e25")]);
    world.ok(&[]);
    world.ok(&["verify", "Dee"]);
    world.set_aliases("Dee,d,A1,Lab,\n");
    let refused = world.run(&["verify", "A 1", "--dry-run"]).expect_code(1);
    refused.expect_stderr("may be one of several: \"a-1\" (Corp), \"Dee\" (d)");
}

#[test]
fn show_follows_an_alias_in_the_history() {
    let world = World::with(&[by("glm", "Zhipu", "6e25")]);
    world.ok(&[]);
    world.ok(&alias("*", "Zhipu", "*", "Zhipu AI"));
    world.ok(&[]);
    let shown = world.json(&["show", "glm"]);
    let events: Vec<&str> = shown["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(events, ["updated", "added"]);
}

#[test]
fn a_decision_under_another_name_applies_to_the_model() {
    let world = World::with(&[model_at("new", "2e25"), model("o")])
        .dataset(dataset(&[row_at("new", "", "", "2e+25", "2.00e+25")]));
    world.set_aliases("old,d,new,d,\n");
    world.set_decisions("OLD,d,below,2e25,why,,\n");
    world.ok(&[]);
    assert_eq!(world.column("name"), ["o"]);
    world.ok(&["dismiss", "new", "--note", "again", "--ignore"]);
    assert_eq!(world.decided("name"), ["OLD"]);
    assert_eq!(world.decided("note"), ["why; again"]);
    world.ok(&["dismiss", "old", "--undo"]);
    assert_eq!(world.decisions(), []);
    assert_eq!(world.column("name"), ["o", "new"]);
}

#[test]
fn chains_circles_stars_on_one_side_and_blanks_are_refused_before_anything_is_written() {
    let world = World::with(&[model("a")]);
    world.ok(&[]);
    world.ok(&alias("x", "d", "y", "d"));
    for args in [
        alias("y", "d", "z", "d"),
        alias("z", "d", "x", "d"),
        alias("y", "d", "x", "d"),
        alias("x", "d", "z", "d"),
        alias("*", "d", "*", "e"),
        alias("*", "e", "*", "d"),
        alias("*", "e", "n", "f"),
        alias("n", "e", "*", "f"),
        alias("A", "e", "a", "E"),
        alias(" ", "e", "a", "E"),
    ] {
        let refused = world.run_without_writing(&args).expect_code(1);
        refused.expect_stderr("nothing was written");
    }
    world.ok_without_writing(&alias("X", "D", "Y", "d"));
    world.ok_without_writing(&[&alias("q", "d", "r", "d")[..], &["--dry-run"]].concat());
}

#[test]
fn a_refused_aliases_file_stops_every_command_and_the_error_names_the_line() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "")]));
    for (lines, message) in [
        (
            "a,d,b,d,\nb,d,a,d,\n",
            "3: \"b\" by \"d\" is \"a\" by \"d\": that makes a circle with line 2",
        ),
        (
            "b,d,c,d,\na,d,b,d,\n",
            "3: \"a\" by \"d\" is \"b\" by \"d\": that makes a chain, because its right side is the left side of line 2",
        ),
        (
            "a,d,b,d,\nb,d,c,d,\n",
            "3: that makes a chain, because its left side is the right side of line 2",
        ),
        ("a,d,A,d,\n", "2: both sides are one model"),
        ("*,d,*,D,\n", "2: both sides are one model"),
        (
            "*,e,*,d,\na,d,b,d,\n",
            "3: that makes a chain, because its left side is the right side of line 2",
        ),
        (
            "a,d,b,e,\n*,e,*,f,\n",
            "3: that makes a chain, because its left side is the right side of line 2",
        ),
        ("a,d,b,e,\nA,D,c,e,\n", "3: line 2 has the same left side"),
        ("*,d,b,e,\n", "2: `*` is on one side only"),
        ("a,,b,e,\n", "2: this row has no developer"),
    ] {
        world.set_aliases(lines);
        let refused = world.run_without_writing(&[]).expect_code(1);
        let (line, trouble) = message.split_once(": ").unwrap();
        refused
            .expect_stderr(&format!("aliases.csv:{line}: "))
            .expect_stderr(trouble);
    }
    world.set_aliases("a,d,b,d,\n\nb,d,c,d,\n");
    for args in [
        &[][..],
        &["verify", "a"],
        &["list"],
        &["--reset", "--force"],
    ] {
        let refused = world.run_without_writing(args).expect_code(1);
        refused
            .expect_stderr("aliases.csv:4: \"b\" by \"d\" is \"c\" by \"d\": that makes a chain");
    }
    world
        .run(&["validate"])
        .expect_code(3)
        .expect_stdout("aliases.csv:4: error");
}

#[test]
fn alias_warns_of_a_side_that_names_no_known_model() {
    let world =
        World::with(&[model("a")]).dataset(dataset(&[row("Grok 3", "", ""), row("old", "", "")]));
    let known = world.ok(&alias("old", "d", "a", "d"));
    assert_eq!(known.stderr, "");
    let all = world.ok(&alias("*", "e", "*", "f"));
    assert_eq!(all.stderr, "");
    // A name that an existing alias gives to a record is known.
    world.set_models(&[model("a"), model_with("m", json!({"developer": "e"}))]);
    let one_side = world.ok(&alias("theirs", "g", "m", "f")).stderr;
    assert_eq!(one_side.matches("no row, record").count(), 1, "{one_side}");
    let unknown = world.ok(&alias("Grok 33", "d", "a", "d"));
    unknown
        .expect_stderr("Grok 33 (d): there is no row, record or decision of this model")
        .expect_stderr("unless the name is from a public table; did you mean \"Grok 3\" (d)?");
    world.set_models(&[model("a"), model_at("broken", "much")]);
    let rejected = world.ok(&alias("broken", "d", "a", "d"));
    assert!(!rejected.stderr.contains("no row"), "{}", rejected.stderr);
}

#[test]
fn alias_warns_once_when_it_joins_a_dismissal_to_a_marked_row() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    world.ok(&["dismiss", "a", "--note", "small"]);
    world.ok(&["verify", "b", "--note", "card"]);
    let warned = world.ok(&alias("a", "d", "b", "d"));
    warned.expect_stderr("b: its other name is dismissed, but that has no effect");
    world.ok(&[]).expect_stdout("Dismissed, and yet kept 1");
    let other = world.ok(&alias("old", "d", "new", "d")).stderr;
    assert!(!other.contains("dismissed"), "{other}");
}

#[test]
fn attention_counts_after_an_alias_match_those_of_the_next_refresh() {
    let world = World::with(&[by("glm-4", "Zhipu", "2e25"), by("glm-5", "Zhipu", "3e25")]);
    world.set_aliases("*,Zhipu,*,Zhipu AI,\n");
    world.ok(&[]);
    let args = [
        "alias",
        "glm-4",
        "--developer",
        "Zhipu",
        "--is-name",
        "glm-4-base",
    ];
    let args = [&args[..], &["--is-developer", "Zhipu AI"]].concat();
    let after = world.json(&args)["attention"].clone();
    assert_eq!(after["orphaned"], 1);
    assert_eq!(world.json(&["--dry-run"])["attention"]["orphaned"], 1);
}

#[test]
fn an_alias_that_would_make_two_decisions_collide_is_refused() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    world.ok(&["dismiss", "a", "--note", "n"]);
    world.ok(&["dismiss", "b", "--note", "n", "--ignore"]);
    let refused = world
        .run_without_writing(&alias("a", "d", "b", "d"))
        .expect_code(1);
    refused.expect_stderr("collide");
    world.ok(&["dismiss", "b", "--note", "n"]);
    world.ok(&alias("a", "d", "b", "d"));
    world.ok(&[]).expect_stderr("so this line has no effect");
}

#[test]
fn a_new_decision_keeps_all_text_of_two_decisions_that_an_alias_joined() {
    let world = World::with(&[model("a")]);
    world.set_aliases("old,d,a,d,\n");
    let lines = "a,d,below,,one,ana,,card\nold,d,below,,two,bo,,price\n";
    let header = "name,developer,decision,flop,note,by,at,reviewed\n";
    std::fs::write(world.decisions_path(), [header, lines].concat()).unwrap();
    world.ok(&["dismiss", "a", "--note", "three"]);
    assert_eq!(world.decided("note"), ["one; two; three"]);
    assert_eq!(world.decided("reviewed"), ["card; price"]);
}

#[test]
fn existing_aliases_keep_their_bytes_and_the_file_stays_sorted() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "")]));
    let text = format!("\u{feff}{ALIASES_HEADER},why\r\n\"m\",d,\"a\",d,,ana\r\n");
    std::fs::write(world.aliases_path(), &text).unwrap();
    world.ok(&[&alias("b", "d", "a", "d")[..], &["--note", "seen"]].concat());
    let (header, line) = text.split_once("\r\n").unwrap();
    let written = std::fs::read_to_string(world.aliases_path()).unwrap();
    assert_eq!(written, format!("{header}\r\nb,d,a,d,seen,\r\n{line}"));
}

#[test]
fn a_note_for_an_existing_alias_is_joined_to_its_note() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "")]));
    world.set_aliases("old,d,\"a\",D, first \n");
    let again = |note| [&alias("OLD", "d", "A", "d")[..], &["--note", note]].concat();
    world.ok_without_writing(&again(""));
    world.ok(&again("second")).expect_stdout("second");
    let written = std::fs::read_to_string(world.aliases_path()).unwrap();
    assert!(written.ends_with("old,d,a,D,first; second\n"), "{written}");
    world.ok_without_writing(&again("second"));
    world
        .ok(&["history", "old"])
        .expect_stdout("note \" first \" → \"first; second\"");
}

#[test]
fn suggestions_lead_to_the_verified_row_or_else_to_the_estimates_and_never_to_unknown() {
    let rows = [
        row("it's $1", "", ""),
        row("It's $1", "y", "").replace(",d,", ",Lab,"),
        row("glm 4", "", "text"),
        row("kept", "", "text").replace(",d,", ",e,"),
    ];
    let world = World::with(&[
        model("it's $1"),
        by("It's $1", "Lab", "6e25"),
        model("glm_4"),
        by("kept", "Unknown", "6e25"),
    ])
    .dataset(dataset(&rows));
    let mut command = world.isolated(PROGRAM);
    command.env("CORE_DATASET_DATA_DIR", world.dir.path());
    let suggested = run(command.args(["alias", "--suggest"])).stdout;
    let lines: Vec<&str> = suggested.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(
        lines,
        [
            "core-dataset alias 'glm 4' --developer d --is-name glm_4 --is-developer d",
            "core-dataset alias 'it'\\''s $1' --developer d --is-name 'It'\\''s $1' --is-developer Lab",
            "core-dataset alias kept --developer Unknown --is-name kept --is-developer e",
        ]
    );
}

#[test]
fn undo_with_a_developer_finds_that_developers_row_among_rows_joined_by_an_alias() {
    let by_e = row("a", "y", "two").replace(",d,", ",e,");
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "y", "one"), by_e]));
    world.set_aliases("*,e,*,d,\n");
    world.ok(&["verify", "a", "--developer", "e", "--undo"]);
    assert_eq!(world.column("verified"), ["y", ""]);
}

#[test]
fn among_rows_that_look_alike_suggestions_prefer_the_highest_and_rename_no_verified_row() {
    let rows = [
        row_at("a.1", "", "", "8e+25", "8.00e+25"),
        row_at("a-1", "", "", "7e+25", "7.00e+25"),
        row("A_1", "", ""),
    ];
    let models = [model_at("a-1", "7e25"), model("A_1")];
    let world = World::with(&models).dataset(dataset(&rows));
    let suggested = world.ok(&["alias", "--suggest"]);
    assert_eq!(suggested.stdout.matches("--is-name a-1 ").count(), 2);
    let rows = [
        row("b 1", "y", ""),
        row("b-1", "y", ""),
        row("b_1", "", ""),
        row("*", "", ""),
        row("*", "", "").replace(",d,", ",e,"),
    ];
    let world = World::with(&[model("b 1")]).dataset(dataset(&rows));
    let suggested = world.ok(&["alias", "--suggest"]);
    assert_eq!(suggested.stdout.matches("--is-name").count(), 1);
    suggested.expect_stdout("core-dataset alias b_1 --developer d --is-name 'b 1' ");
}

#[test]
fn suggestions_rename_a_verified_row_by_unknown_and_a_protected_row() {
    let rows = [
        row("zed", "y", "").replace(",d,", ",Unknown,"),
        row("zed", "no", "").replace(",d,", ",e,"),
    ];
    let world = World::with(&[by("zed", "Lab", "9e24")]).dataset(dataset(&rows));
    let suggested = world.ok(&["alias", "--suggest"]);
    let suggested = suggested.expect_stdout(
        "core-dataset alias zed --developer Unknown --is-name zed --is-developer Lab",
    );
    suggested
        .expect_stdout("core-dataset alias zed --developer e --is-name zed --is-developer Lab");
}

#[test]
fn a_suggestion_leads_to_a_verified_row_even_below_another_row_of_its_key() {
    let rows = [
        row_at("e", "", "look", "9e+25", "9.00e+25"),
        row("e", "y", ""),
        row("e", "", "").replace(",d,", ",Lab,"),
    ];
    let world = World::with(&[by("e", "Lab", "6e25")]).dataset(dataset(&rows));
    let suggested = world.ok(&["alias", "--suggest"]);
    assert_eq!(suggested.stdout.matches("--is-name").count(), 1);
    suggested.expect_stdout("alias e --developer Lab --is-name e --is-developer d ");
}

#[test]
fn a_suggestion_for_names_that_begin_with_a_dash_can_be_pasted() {
    let world = World::with(&[by("-dash", "-Lab", "6e25"), by("-dash 2", "Lab", "6e25")]);
    let rows = [row("-Dash", "y", ""), row("-dash_2", "", "text")];
    world.set_dataset(dataset(&rows));
    let suggested = world.ok(&["alias", "--suggest"]).stdout;
    let script = suggested.replace("core-dataset", PROGRAM);
    run(world.isolated("sh").args(["-e", "-c", &script])).expect_code(0);
    let aliases = fs::read_to_string(world.aliases_path()).unwrap();
    assert!(aliases.contains("\n-dash,-Lab,-Dash,d,\n"), "{aliases}");
    assert!(aliases.contains("\n-dash_2,d,-dash 2,Lab,\n"), "{aliases}");
}

#[test]
fn a_suggestion_repeats_the_data_directory_flag_given_before_or_after_the_command() {
    let world = World::with(&[model("a-b")]).dataset(dataset(&[row("a b", "", "text")]));
    symlink(".", world.dir.path().join("my data")).unwrap();
    let command = "core-dataset alias 'a b' --developer d --is-name a-b --is-developer d";
    for args in [
        ["--data-dir", "my data", "alias", "--suggest"],
        ["alias", "--suggest", "--data-dir", "my data"],
    ] {
        let suggested = run(world.isolated(PROGRAM).args(args)).expect_code(0);
        assert_eq!(
            suggested.stdout,
            format!("{command} --data-dir 'my data'\n")
        );
    }
}

#[test]
fn a_suggestion_leads_to_the_model_that_an_alias_already_leads_to() {
    let world = World::with(&[model("glm_4")]).dataset(dataset(&[row("GLM 4", "", "")]));
    world.set_aliases("glm4 old,d,GLM 4,d,\n");
    world.ok(&["alias", "--suggest"]).expect_stdout(
        "core-dataset alias glm_4 --developer d --is-name 'GLM 4' --is-developer d ",
    );
    world.ok(&alias("glm_4", "d", "GLM 4", "d"));
    world.ok(&[]);
    world
        .ok(&["alias", "--suggest"])
        .expect_stdout("# No probable renames");
}

#[test]
fn a_suggestion_for_a_name_with_invisible_and_special_characters_can_be_pasted_into_any_shell() {
    let hostile = "a\u{ad}\\b%s'; exit 9; `exit 9` $(exit 9) \" #";
    let seen = hostile.replace('\u{ad}', "");
    let world = World::with(&[model(hostile), model(&seen)]);
    world.ok(&[]);
    let suggested = world.ok(&["alias", "--suggest"]).stdout;
    assert!(!suggested.contains('\u{ad}'), "{suggested}");
    let folder = Path::new(PROGRAM).parent().unwrap().display();
    let path = format!("{folder}:/usr/bin:/bin");
    let script = format!("set -e\n{suggested}");
    run(world.isolated("sh").env("PATH", path).args(["-c", &script])).expect_code(0);
    world.ok(&[]);
    world
        .ok(&["alias", "--suggest"])
        .expect_stdout("# No probable renames");
    assert_eq!(world.rows().len(), 1);
}

#[test]
fn reapply_restores_human_work_to_the_row_under_its_other_name() {
    let older = row("old", "y", "mine").replace("6e+25,6.00e+25", "7e+25,7.00e+25");
    let world = World::with(&[model("old"), model("dismissed")]);
    world.set_aliases("old,d,new,d,\ngone,d,dismissed,d,\n");
    world.ok(&[]);
    world.ok(&["dismiss", "dismissed", "--note", "said"]);
    let gone = row("gone", "", "said").replace("six of them", "another");
    let copy = world.sheet(dataset(&[older.clone(), gone]));
    world.ok(&["reapply", &copy]);
    assert_eq!(world.text(), dataset(&[older]));
    world.ok_without_writing(&[]);
}

#[test]
fn a_row_that_takes_its_latest_estimate_is_sorted_by_its_new_name() {
    let world = World::with(&[model("b"), model_at("z", "6e25")]).dataset(dataset(&[
        row_at("a", "y", "", "2e+26", "2.00e+26"),
        row("b", "", ""),
    ]));
    world.set_aliases("a,d,z,d,\n");
    world.ok(&["accept", "a", "--latest"]);
    assert_eq!(world.column("name"), ["b", "z"]);
    world.ok_without_writing(&[]);
}

#[test]
fn a_reset_sorts_rows_by_their_new_names() {
    let world = World::with(&[model("a"), model("b")]);
    world.ok(&[]);
    world.set_aliases("a,d,z,d,\n");
    world.ok(&["--reset"]);
    assert_eq!(world.column("name"), ["b", "z"]);
    world.ok_without_writing(&[]);
}

#[test]
fn an_exact_name_and_developer_take_precedence_over_another_models_alias() {
    let world = World::with(&[
        by("glm", "Zhipu AI", "2e25"),
        by("plus", "Zhipu AI", "4e25"),
    ]);
    world.ok(&[]);
    world.set_aliases("glm,Zhipu,plus,Zhipu AI,\n");
    let older = row("glm", "", "").replace(",d,", ",Zhipu,");
    world.set_dataset(world.text() + &older);
    let shown = world.json(&["show", "glm", "--developer", "Zhipu AI"]);
    assert_eq!(shown["row"]["developer"], "Zhipu AI");
    assert_eq!(shown["row"]["name"], "glm");
}

#[test]
fn a_name_with_an_alias_to_an_unknown_model_finds_no_other_developers_model() {
    let world = World::with(&[by("a", "Oz", "2e25")]);
    world.ok(&[]);
    world.set_aliases("a,Lab,low,Oz,\n");
    let args = ["dismiss", "a", "--developer", "Lab", "--note", "small"];
    let refused = world.run_without_writing(&args).expect_code(1);
    refused.expect_stderr("no model named \"a\" by \"Lab\"; that name exists under \"Oz\"");
    let sheet = world.sheet("name,developer,decision,notes\na,Lab,below,small\n");
    let refused = world.run_without_writing(&["decide", &sheet]);
    refused.expect_code(1).expect_stderr("no model named");
}

#[test]
fn a_model_on_two_rows_joined_by_an_alias_is_not_dismissed_by_the_name_of_one_row() {
    let world = World::with(&[model("new")]).dataset(dataset(&[
        row("new", "y", "checked"),
        row("old", "", "my reading"),
    ]));
    world.set_aliases("old,d,new,d,\n");
    for name in ["old", "o-l-d"] {
        let args = ["dismiss", name, "--developer", "d", "--note", "no"];
        let refused = world.run_without_writing(&args).expect_code(1);
        refused.expect_stderr("lines 2, 3");
    }
    let sheet = world.sheet("name,developer,decision,notes\nold,d,below,no\n");
    let refused = world.run_without_writing(&["decide", &sheet]);
    refused.expect_code(1).expect_stderr("lines 2, 3");
    // An undo may concern the row of that name alone.
    world.ok(&["verify", "new", "--developer", "d", "--undo"]);
    assert_eq!(world.row("new")["verified"], "");
}

#[test]
fn a_rename_is_no_longer_reported_once_an_alias_joins_its_rows() {
    let world = World::with(&[model("Foo")]).dataset(dataset(&[
        row("Foo", "y", ""),
        row("Foo", "", "later").replace(",d,", ",other,"),
    ]));
    let report = world.json(&["--dry-run"]);
    assert_eq!(names(&report["changes"]["renamed"]), ["Foo"]);
    world.set_aliases("Foo,other,Foo,d,\n");
    let report = world.json(&["--dry-run"]);
    assert_eq!(report["changes"]["renamed"], json!([]));
}

#[test]
fn the_earlier_history_of_an_aliased_name_does_not_hide_a_dismissal() {
    let world = World::with(&[model("o"), model("old"), by("new", "e", "1e24")])
        .dataset(dataset(&[row("o", "", ""), row("old", "", "precious")]));
    let before = world.text();
    world.ok(&["dismiss", "old", "--note", "small"]);
    world.ok(&["dismiss", "new", "--note", "no model", "--ignore"]);
    world.ok(&["dismiss", "new", "--undo"]);
    world.ok(&alias("old", "d", "new", "e"));
    world.ok(&["dismiss", "old", "--undo"]);
    assert_eq!(world.text(), before);
    assert_eq!(world.decisions(), []);
}

#[test]
fn the_rows_of_two_dismissals_that_an_alias_joins_return_together() {
    let rows = [row("new", "", "one"), row("old", "", "two")];
    let world = World::with(&[model("old"), model("new")]).dataset(dataset(&rows));
    world.ok(&["dismiss", "old", "new", "--note", "small"]);
    world.ok(&alias("old", "d", "new", "d"));
    world.ok(&["dismiss", "new", "--undo"]);
    assert_eq!(world.text(), dataset(&rows));
}

#[test]
fn a_group_that_no_alias_can_join_is_printed_as_a_comment() {
    let unknown = |name| row(name, "", "").replace(",d,", ",Unknown,");
    let world = World::with(&[model("a")]).dataset(dataset(&[
        row("a", "", ""),
        unknown("x 1"),
        unknown("x-1"),
    ]));
    let suggested = world.ok(&["alias", "--suggest"]);
    suggested.expect_stdout("# x 1 (Unknown), x-1 (Unknown): no command is suggested");
}

#[test]
fn no_suggested_alias_leads_to_unknown_through_another_alias() {
    let world = World::with(&[model("z")]);
    let of = |developer: &str| row("m", "", "").replace(",d,", &format!(",{developer},"));
    world.set_dataset(dataset(&[row("z", "", ""), of("A"), of("B")]));
    world.set_aliases("*,A,*,Unknown,\n");
    let suggested = world.ok(&["alias", "--suggest"]);
    suggested.expect_stdout("# m (A), m (B): no command is suggested");
}

#[test]
fn no_alias_is_suggested_between_two_models_with_different_decisions() {
    let world = World::with(&[model("x_1")]);
    world.set_dataset(dataset(&[row("x 1", "y", "mine"), row("x_1", "", "mine")]));
    world.set_decisions("x 1,d,stands,,,,\nx_1,d,below,,,,\n");
    world
        .ok(&["alias", "--suggest"])
        .expect_stdout("two decisions differ");
    let joined = world.run(&alias("x_1", "d", "x 1", "d")).expect_code(1);
    let collision = "two decisions would collide (decisions.csv, line 3): line 2 has a different decision on this model, so none of the \
                     model's lines has an effect; keep one of them\n";
    joined.expect_stderr(collision);
    world.set_decisions("x 1,d,below,,,,\nx_1,d,below,,,,\n");
    world
        .ok(&["alias", "--suggest"])
        .expect_stdout("core-dataset alias x_1 ");
    // Lines of one model that contradict each other count as different decisions, too.
    world.set_decisions("x 1,d,below,,,,\nx_1,d,below,,,,\nx_1,d,ignore,,,,\n");
    world
        .ok(&["alias", "--suggest"])
        .expect_stdout("two decisions differ");
}

#[test]
fn the_commands_that_join_a_group_can_be_run_one_after_the_other() {
    let world = World::with(&[model("x_1")]);
    world.set_dataset(dataset(
        &["x_1", "x 1", "x-1"].map(|name| row(name, "", "mine")),
    ));
    world.set_decisions("x 1,d,below,,,,\nx-1,d,ignore,,,,\n");
    let suggested = world.ok(&["alias", "--suggest"]).stdout;
    assert_eq!(suggested.lines().count(), 1, "{suggested}");
    assert!(suggested.contains("alias 'x 1' "), "{suggested}");
}

#[test]
fn the_right_side_of_an_alias_is_normalised_like_a_name_in_the_estimates() {
    let world = World::with(&[model("a")]);
    world.set_aliases("a,d,\"GLM\n4\0\",d,\n");
    world.ok(&[]);
    assert_eq!(world.column("name"), ["GLM 4\u{fffd}"]);
}

#[test]
fn a_new_alias_is_written_without_outer_spaces_or_line_breaks() {
    let world = World::with(&[model("a")]);
    let typed = alias(" GLM\n4 ", "d", "a\u{a0}", " d");
    world.ok(&[&typed[..], &["--note", " seen "]].concat());
    let written = fs::read_to_string(world.aliases_path()).unwrap();
    assert_eq!(written, format!("{ALIASES_HEADER}\nGLM 4,d,a,d,seen\n"));
}

#[test]
fn the_report_of_an_alias_already_takes_the_alias_into_account() {
    for (estimated, in_dataset) in [("old", "new"), ("new", "old")] {
        let world = World::with(&[model(estimated)]).dataset(dataset(&[row(in_dataset, "", "")]));
        assert_eq!(world.json(&["--dry-run"])["attention"]["orphaned"], 1);
        let report = world.json(&alias("old", "d", "new", "d"));
        assert_eq!(report["attention"]["orphaned"], 0, "{estimated}");
        assert_eq!(report["input"]["candidates"], 1);
    }
}

#[test]
fn a_suggestion_leads_to_the_other_name_of_a_verified_row() {
    let world = World::with(&[model("new-1"), model("New_1")]);
    world.set_dataset(dataset(&[row("old", "y", "mine")]));
    world.set_aliases("old,d,new-1,d,\n");
    world.ok(&[]);
    let suggested = world.ok(&["alias", "--suggest"]);
    let command = "core-dataset alias New_1 --developer d --is-name new-1 --is-developer d";
    suggested.expect_stdout(command);
}
