//! Names that look alike but are not the same: they stay two models, and the program reports them.

use serde_json::{Value, json};

use crate::support::{World, alias, dataset, model, model_at, model_with, names, row};

/// The groups of probable renames when the dataset has the first name and the estimates the others.
fn renamed(in_dataset: &str, in_estimates: &[&str]) -> Value {
    let models: Vec<Value> = in_estimates.iter().map(|name| model(name)).collect();
    let world = World::with(&models).dataset(dataset(&[row(in_dataset, "", "mine")]));
    world.json(&[])["changes"]["renamed"].clone()
}

fn sorted<'n>(names: &[&'n str]) -> Vec<&'n str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

/// The names of each group, sorted.
fn groups(renamed: &Value) -> Vec<Vec<&str>> {
    let entries = renamed.as_array().unwrap().iter();
    entries
        .map(|entry| {
            let first = entry["name"].as_str().unwrap();
            sorted(&[&[first], &names(&entry["with"])[..]].concat())
        })
        .collect()
}

#[test]
fn a_row_that_keeps_its_name_despite_an_alias_looks_alike_by_its_other_name() {
    let world =
        World::with(&[model("GLM 4"), model("glm-4")]).dataset(dataset(&[row("m 1", "y", "")]));
    world.set_aliases("m 1,d,GLM 4,d,\n");
    let report = world.json(&[]);
    assert_eq!(names(&report["changes"]["renamed"]), ["glm-4"]);
    assert_eq!(names(&report["changes"]["renamed"][0]["with"]), ["m 1"]);
}

#[test]
fn a_model_with_two_rows_is_listed_once_among_the_others_of_its_group() {
    let row = |name, verified, developer: &str| {
        row(name, verified, "").replace(",d,", &format!(",{developer},"))
    };
    let world = World::with(&[model_with("Omicron", json!({"developer": "a"}))]);
    world.set_dataset(dataset(&[
        row("Omicron", "", "a"),
        row("Omicron", "y", "b"),
        row("omicron", "y", "b"),
    ]));
    let report = world.json(&["--dry-run"]);
    assert_eq!(names(&report["changes"]["renamed"]), ["Omicron"]);
    let with = &report["changes"]["renamed"][0]["with"];
    assert_eq!(*with, json!([{"name": "Omicron", "developer": "b"}]));
    let listed = world.json(&["list", "--renamed"]);
    assert_eq!(names(&listed), ["Omicron", "Omicron", "omicron"]);
}

#[test]
fn one_name_without_a_letter_under_two_developers_is_a_probable_rename() {
    let of = |name, developer: &str| model_with(name, json!({ "developer": developer }));
    let world = World::with(&[of("…", "a"), of("…", "b"), of("!", "a")]);
    let report = world.json(&[]);
    assert_eq!(names(&report["changes"]["renamed"]), ["…"]);
}

#[test]
fn names_that_differ_in_punctuation_case_or_invisible_characters_look_alike() {
    for (one, other) in [
        ("claude_3.7_sonnet", "Claude 3 7 Sonnet"),
        ("GPT-4.1", "GPT\u{2011}4.1"),
        ("GPT-4.1", "GPT\u{2013}4.1"),
        ("Grok 3", "Grok\u{a0}3"),
        ("Nova Pro", "No\u{ad}va Pro"),
        ("Qwen 2", "Ｑｗｅｎ　２"),
        ("Llama (3)", "llama3"),
        ("Nova Pro", "Nova\u{3164}Pro"),
    ] {
        assert_eq!(groups(&renamed(one, &[other])), [sorted(&[one, other])]);
    }
}

#[test]
fn different_letters_digits_or_a_plus_make_a_different_name() {
    for (one, other) in [
        ("GPT-4", "GPT-4o"),
        ("GPT-4", "GPT-4.1"),
        ("Command R", "Command R+"),
        ("文心 4.5", "文言 4.5"),
    ] {
        assert_eq!(renamed(one, &[other]), json!([]), "{one:?} and {other:?}");
    }
}

#[test]
fn a_name_of_only_punctuation_looks_like_no_other() {
    assert_eq!(renamed("???", &["!!!"]), json!([]));
    let world = World::with(&[model("???"), model("!!!")]);
    assert_eq!(world.json(&["show", "???"])["look_alikes"], json!([]));
}

#[test]
fn all_names_that_look_alike_form_one_group() {
    let renamed = renamed("a 1", &["a-1", "A_1", "b"]);
    assert_eq!(groups(&renamed), [sorted(&["a 1", "a-1", "A_1"])]);
    assert_eq!(names(&renamed[0]["with"]), ["A_1", "a-1"]);
    let rows = [("a 1", "mine"), ("a-1", "one"), ("a-1", "two")];
    let rows = rows.map(|(name, notes)| row(name, "", notes));
    let world = World::with(&[model("b")]).dataset(dataset(&rows));
    let renamed = &world.json(&[])["changes"]["renamed"];
    assert_eq!(names(&renamed[0]["with"]), ["a-1"]);
}

#[test]
fn models_that_look_alike_stay_two_models() {
    let world =
        World::with(&[model("GPT\u{2011}4.1")]).dataset(dataset(&[row("GPT-4.1", "", "mine")]));
    world.ok(&[]);
    assert_eq!(world.column("name"), ["GPT-4.1", "GPT\u{2011}4.1"]);
    world.ok_without_writing(&[]);
}

#[test]
fn look_alikes_are_reported_as_long_as_one_of_their_rows_is_not_verified() {
    let world =
        World::with(&[model("GPT\u{2011}4.1")]).dataset(dataset(&[row("GPT-4.1", "y", "n")]));
    let report = world.json(&[]);
    assert_eq!(report["attention"]["renamed"], 1);
    world.ok(&["verify", "GPT\u{2011}4.1", "--note", "another one"]);
    let report = world.json(&[]);
    assert_eq!(report["changes"]["renamed"], json!([]));
    assert_eq!(report["attention"]["renamed"], 0);
    // A protected row is not verified.
    world.set_dataset(
        world
            .text()
            .replace(",y,", ",no,")
            .replacen(",no,", ",y,", 1),
    );
    assert_eq!(world.json(&[])["attention"]["renamed"], 1);
}

#[test]
fn an_orphaned_row_looks_like_a_model_below_the_threshold_too() {
    let below = json!({"name": "glm 4", "developer": "d", "training_flop": 1e24});
    let world = World::with(&[below, model("b")]).dataset(dataset(&[row("GLM-4", "", "")]));
    let report = world.json(&[]);
    assert_eq!(names(&report["changes"]["renamed"]), ["GLM-4"]);
    assert_eq!(names(&report["changes"]["renamed"][0]["with"]), ["glm 4"]);
}

#[test]
fn invisible_characters_are_shown_escaped() {
    let world =
        World::with(&[model("Nova\u{ad} Pro")]).dataset(dataset(&[row("Nova Pro", "", "mine")]));
    let report = world.ok(&["--dry-run"]);
    report.expect_stdout("Nova\\u{ad} Pro");
}

#[test]
fn a_no_break_space_that_makes_two_names_differ_is_shown_escaped() {
    let world =
        World::with(&[model("Nova\u{a0}Pro")]).dataset(dataset(&[row("Nova Pro", "", "mine")]));
    let report = world.ok(&["--dry-run"]);
    report.expect_stdout("Nova\\u{a0}Pro");
}

#[test]
fn a_name_typed_with_other_punctuation_finds_the_row_that_looks_alike() {
    let world = World::with(&[model("ALLaM\u{a0}70B"), model("Llama-3")]);
    world.ok(&[]);
    world.ok(&["verify", "allam 70b", "LLAMA 3", "--note", "seen"]);
    assert_eq!(world.column("verified"), ["y", "y"]);
}

#[test]
fn a_name_that_looks_alike_is_found_under_another_name_of_its_developer() {
    let world = World::with(&[model_with("glm_4", json!({"developer": "Zhipu"}))]);
    world.set_aliases("*,Zhipu AI,*,Zhipu,\n");
    let shown = world.json(&["show", "glm-4", "--developer", "zhipu ai"]);
    assert_eq!(shown["name"], "glm_4");
}

#[test]
fn a_developer_name_that_looks_alike_finds_the_developer_with_that_model() {
    let other = model_with("a", json!({"developer": "Other"}));
    let world = World::with(&[model_with("a", json!({"developer": "OpenAI"})), other]);
    let shown = world.json(&["show", "a", "--developer", "open-ai"]);
    assert_eq!(shown["developer"], "OpenAI");
}

#[test]
fn a_part_of_a_name_suggests_whole_names_with_rows_first() {
    let names = ["Claude 3.7 Sonnet", "Claude 3.5 Sonnet (new)"];
    let world = World::with(&names.map(model)).dataset(dataset(&[row(names[0], "", "")]));
    world.run(&["show", "sonnet"]).expect_code(1).expect_stderr(
        "did you mean \"Claude 3.7 Sonnet\" (d) or \"Claude 3.5 Sonnet (new)\" (d)?",
    );
}

#[test]
fn a_suggested_name_is_shown_without_escapes() {
    let world = World::with(&[model("🚀 Rocket-1 dr"), model("हिन्दी मॉडल")]);
    for (typed, suggested) in [
        ("🚀 Rocket-1 d", "did you mean \"🚀 Rocket-1 dr\" (d)?"),
        ("हिन्दी मॉड", "did you mean \"हिन्दी मॉडल\" (d)?"),
    ] {
        let unknown = world.run(&["show", typed]).expect_code(1);
        unknown.expect_stderr(suggested);
    }
}

#[test]
fn among_look_alikes_only_the_differing_characters_are_escaped() {
    let world = World::with(&[model("🚀 GPT-4"), model("🚀 GPT\u{2011}4")]);
    let refused = world.run(&["show", "🚀 gpt 4"]).expect_code(1);
    refused.expect_stderr("\"🚀 GPT-4\" (d), \"🚀 GPT\\u{2011}4\" (d);");
    let world = World::with(&[model("🚀 GPT-4"), model("GPT-4")]);
    let refused = world.run(&["show", "gpt 4"]).expect_code(1);
    refused.expect_stderr("\"🚀 GPT-4\" (d), \"GPT-4\" (d);");
    assert_eq!(world.json(&["show", "🚀 GPT-4"])["name"], "🚀 GPT-4");
}

#[test]
fn a_rejected_record_does_not_make_a_name_that_looks_alike_ambiguous() {
    let world = World::with(&[model("GPT-5"), model_at("GPT_5", "much")]);
    assert_eq!(world.json(&["show", "gpt 5"])["name"], "GPT-5");
}

#[test]
fn a_name_that_looks_like_two_is_refused_and_the_message_shows_the_difference() {
    let world = World::with(&[model("GPT\u{a0}4"), model("GPT\u{ad}4")]);
    world.ok(&[]);
    world
        .run_without_writing(&["verify", "gpt-4"])
        .expect_code(1)
        .expect_stderr("GPT\\u{a0}4")
        .expect_stderr("GPT\\u{ad}4");
}

#[test]
fn a_name_that_one_developer_uses_never_finds_a_look_alike_of_another_developer() {
    let other = model_with("GPT 5", json!({"developer": "Unknown"}));
    let rows = [
        row("GPT-5", "", ""),
        row("GPT 5", "", "").replace(",d,", ",Unknown,"),
    ];
    let world = World::with(&[model("GPT-5"), other]).dataset(dataset(&rows));
    for (name, developer) in [("GPT 5", "d"), ("GPT-5", "Unknown")] {
        let args = ["verify", name, "--developer", developer, "--note", "n"];
        let refused = world.run_without_writing(&args).expect_code(1);
        refused.expect_stderr("that name exists under");
    }
}

#[test]
fn a_look_alike_of_a_dismissed_model_is_reported_once_and_validate_always_warns_of_it() {
    let world = World::with(&[model("DeepSeek-V3"), model("a")]);
    world.ok(&[]);
    world.ok(&["dismiss", "DeepSeek-V3", "--note", "small"]);
    world.set_models(&[model("deepseek_v3"), model("a")]);
    let report = world.ok(&[]);
    report.expect_stdout("Perhaps dismissed 1: ").expect_stdout(
        "! deepseek_v3  d  6.00e+25  looks like DeepSeek-V3 (d), which is dismissed",
    );
    world.ok_without_writing(&[]);
    let validated = || world.ok(&["validate", "--select", "look_alike"]);
    validated().expect_stdout(
        "csv:3: warning: name: deepseek_v3: is this \"DeepSeek-V3\" by d, which is dismissed? [look_alike]",
    );
    // A later report states the row's own reason.
    world.set_models(&[model("a")]);
    let report = world.json(&["--dry-run"]);
    assert_eq!(
        report["changes"]["orphaned"][0]["reason"],
        "not in the estimates"
    );
    world.ok(&alias("deepseek_v3", "d", "DeepSeek-V3", "d"));
    world.ok(&[]);
    assert_eq!(world.column("name"), ["a"]);
}

#[test]
fn a_new_model_that_looks_like_either_name_of_a_dismissed_one_is_reported() {
    let world = World::with(&[model("gpt_5"), model("orion.")]);
    world.set_aliases("GPT-5,d,Orion,d,\n");
    world.set_decisions("GPT-5,d,below,,why,,\n");
    let report = world.json(&["--dry-run"]);
    let added = &report["changes"]["added"];
    assert_eq!(names(added), ["gpt_5", "orion."]);
    let reason = |place: usize| &added[place]["reason"];
    assert_eq!(reason(0), "looks like GPT-5 (d), which is dismissed");
    assert_eq!(reason(1), "looks like orion (d), which is dismissed");
}
