//! `stats`: rates, distributions, updates and quality.

use std::fs;

use serde_json::json;

use crate::support::{World, dataset, model, model_at, names, on_the_sample, row};

#[test]
fn the_numbers_of_the_json_add_up() {
    let world = World::with_every_kind_of_row();
    // The first run has nothing to change; the second changes one row and adds another.
    world.ok_without_writing(&[]);
    world.set_models(&[
        model_at("plain", "7e25"),
        model_at("drifted", "2e26"),
        model("new"),
    ]);
    world.ok(&[]);
    let stats = world.json(&["stats"]);
    assert_eq!(stats["verification_rate"], json!(2.0 / 7.0));
    assert_eq!(stats["updates"]["estimate_changes"], 1);
    assert_eq!(stats["at_or_above_1e25"], 7);
    assert_eq!(stats["drifted"], 1);
    assert_eq!(stats["updates"]["refreshes"], 1);
    assert_eq!(
        stats["updates"]["most_changed"],
        json!([{"name": "plain", "developer": "d", "changes": 1}])
    );
    assert_eq!(stats["quality"]["rows"].as_array().unwrap().len(), 2);
    for key in [
        "by_confidence",
        "by_class",
        "by_method",
        "by_developer",
        "by_year",
        "by_flop",
    ] {
        let shares = stats[key].as_array().unwrap().iter();
        let total: u64 = shares.map(|share| share["count"].as_u64().unwrap()).sum();
        assert_eq!(total, 7, "{key}");
    }
}

#[test]
fn the_coverage_is_the_share_of_the_estimated_models_with_a_row_at_or_above_1e25() {
    let world = World::with_every_kind_of_row();
    // Five models are estimated; the row of a sixth, an orphan, covers none of them.
    assert_eq!(world.json(&["stats"])["coverage_rate"], json!(1.0));
    world.set_models(&[model("plain"), model_at("new", "1e24")]);
    assert_eq!(world.json(&["stats"])["coverage_rate"], json!(0.5));
    world.set_dataset("name,developer,verified,training_flop\nplain,d,,9.9e24\n");
    assert_eq!(world.json(&["stats"])["coverage_rate"], json!(0.0));
    world.set_dataset("name,developer,verified,training_flop\nold,d,y,6e25\n");
    world.set_aliases("old,d,new,d,\n");
    assert_eq!(world.json(&["stats"])["coverage_rate"], json!(0.5));
}

#[test]
fn only_changes_by_a_refresh_count_including_demotions_and_five_models_are_named() {
    let models = ["a", "b", "c", "d", "e", "noted"];
    let world = World::with(&models.map(model));
    world.set_dataset(dataset(
        &models.map(|name| row(name, "", if name == "noted" { "look" } else { "" })),
    ));
    world.set_models(
        &models.map(|name| model_at(name, if name == "noted" { "1e24" } else { "7e25" })),
    );
    world.ok(&[]);
    world.set_models(&models.map(|name| model_at(name, "8e25")));
    world.ok(&["--reset"]);
    let updates = &world.json(&["stats"])["updates"];
    assert_eq!(updates["refreshes"], 1);
    assert_eq!(updates["estimate_changes"], 6);
    assert_eq!(names(&updates["most_changed"]), ["a", "b", "c", "d", "e"]);
}

#[test]
fn another_spelling_of_a_number_is_no_change_of_the_estimate() {
    let world = World::with(&[model("respelled"), model_at("moved", "7e25")]).dataset(
        "name,developer,verified,training_flop\nrespelled,d,,6.0E+25\nmoved,d,,6e25\nblank,d,,\n",
    );
    world.ok(&[]);
    let updates = &world.json(&["stats"])["updates"];
    assert_eq!(updates["estimate_changes"], 1, "{updates}");
    assert_eq!(updates["most_changed"][0]["name"], "moved");
}

#[test]
fn the_changes_of_a_model_are_counted_together_under_all_its_names() {
    let world = World::with(&[model("GPT-5")]);
    world.ok(&[]);
    world.set_models(&[model_at("gpt-5", "7e25")]);
    world.ok(&[]);
    world.set_models(&[model_at("five", "8e25")]);
    world.set_aliases("gpt-5,d,five,d,\n");
    world.ok(&[]);
    // A new name alone is no change of the number, but the model is listed under it.
    world.set_models(&[model_at("Five", "8e25")]);
    world.ok(&[]);
    let updates = &world.json(&["stats"])["updates"];
    assert_eq!(
        updates["most_changed"],
        json!([{"name": "Five", "developer": "d", "changes": 2}])
    );
}

#[test]
fn a_share_just_below_100_percent_is_not_rounded_up_to_it() {
    let rows: String = (0..2500)
        .map(|at| {
            format!(
                "m{at},d,{},6e25,high,https://x.org,n\n",
                if at > 0 { "y" } else { "" }
            )
        })
        .collect();
    let header = "name,developer,verified,training_flop,confidence,sources,notes\n";
    let world = World::with(&[model("a")]).dataset(format!("{header}{rows}"));
    world
        .ok(&["stats"])
        .expect_stdout("Verification rate    99.9 %")
        .expect_stdout("Coverage rate         0.0 %");
}

#[test]
fn a_date_that_cannot_be_read_is_not_counted_as_blank() {
    let world = World::with(&[model("a")])
        .dataset("name,developer,verified,release_date\na,d,,2024-05-01\nb,d,,7/9/2025\nc,d,,\n");
    assert_eq!(
        world.json(&["stats"])["by_year"],
        json!([
            {"value": "(blank)", "count": 1},
            {"value": "(unreadable)", "count": 1},
            {"value": "2024", "count": 1}
        ])
    );
}

#[test]
fn quiet_stats_print_json_and_errors_but_no_text() {
    let world = World::with_every_kind_of_row();
    assert_eq!(world.ok(&["stats", "-q"]).stdout, "");
    assert!(world.json(&["stats", "-q"])["summary"].is_object());
    fs::remove_file(world.estimates_path()).unwrap();
    world
        .run(&["stats", "-q"])
        .expect_code(1)
        .expect_stderr("estimated_models.json: missing");
}

#[test]
fn a_name_of_a_megabyte_and_a_thousand_methods_do_not_flood_the_screen_and_json_is_whole() {
    let long = "x".repeat(1_000_000);
    let header = "name,developer,verified,training_flop,estimation_method\n";
    let rows = (0..1000).map(|at| {
        let developer = match at {
            0 => long.clone(),
            _ => format!("d{}", at % 20),
        };
        format!("m{at},{developer},y,6e25,method {at}\n")
    });
    let rows: String = rows.collect();
    let world = World::with(&[model("a")]).dataset(format!("{header}{rows}"));
    let text = world.run_on(80, &["stats"]).expect_code(0).stdout;
    assert!(text.len() < 10_000, "{}", text.len());
    assert!(text.contains("… and 990 more"), "{text}");
    assert!(text.contains("… and 11 more"), "{text}");
    let stats = world.json(&["stats"]);
    assert_eq!(stats["by_method"].as_array().unwrap().len(), 1000);
    assert_eq!(stats["by_developer"].as_array().unwrap().len(), 21);
}

#[test]
fn the_stats_at_80_columns() {
    insta::assert_snapshot!(on_the_sample(80, &["stats"]));
}

#[test]
fn each_threshold_begins_a_bin_and_the_outer_bins_say_what_they_include() {
    let flops = ["1.79e308", "5e25", "1e25", "5e24", "4.9e24", "5e-324"];
    let rows = flops.map(|flop| format!("at {flop},d,,{flop}\n"));
    let header = "name,developer,verified,training_flop\n";
    let world = World::with(&[model("a")]).dataset(header.to_owned() + &rows.concat());
    let stats = world.json(&["stats"]);
    let bins = stats["by_flop"].as_array().unwrap().iter();
    let filled = bins.filter(|bin| bin["count"] == 1).map(|bin| &bin["from"]);
    let expected = [1e21, 2e24, 5e24, 1e25, 5e25, 5e28].map(|from| json!(from));
    assert!(filled.eq(&expected), "{stats}");
    let run = world.ok(&["stats"]);
    let run = run.expect_stdout("  5e28     1  ██████████████████████████████ and above\n");
    run.expect_stdout("  1e21     1  ██████████████████████████████ and below\n");
}

#[test]
fn a_verified_row_is_compared_with_the_estimate_of_its_alias() {
    let world = World::with(&[model("today"), model("numbered")]).dataset(
        "name,developer,verified,training_flop\nformer,d,y,6e25\nnumbered,d,y,\nunknown,d,y,6e25\n",
    );
    world.set_aliases("former,d,today,d,\n");
    let stats = world.json(&["stats"]);
    let rows = stats["quality"]["rows"].as_array().unwrap();
    let score = |name: &str| {
        let row = rows.iter().find(|row| row["name"] == name).unwrap();
        row["score"].as_u64()
    };
    // A verified row without a number has drifted if the model has an estimate.
    assert_eq!(
        ["former", "numbered", "unknown"].map(score),
        [30, 0, 15].map(Some)
    );
    assert_eq!(stats["drifted"], 1);
}
