//! The curator's desk: list, verify, stats.

use core_dataset::dataset::Dataset;
use core_dataset::estimates::Estimates;
use core_dataset::queue::{self, Filter, Latest, Sort};
use core_dataset::report::{List, Screen};
use core_dataset::stats::{self, Stats};
use serde_json::{Value, json};

use crate::support::{HEADER, World, dataset, model, model_at, row};

const ESTIMATES: &str = include_str!("../../data/estimated/estimated_models.json");
const ONE_BEHIND: &[u8] = include_bytes!("../fixtures/one_refresh_behind.csv");

fn names(stdout: &str) -> Vec<String> {
    let rows: Value = serde_json::from_str(stdout).unwrap();
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

/// A dataset with a row of every kind: verified, drifted, protected, noted, orphaned.
pub fn desk() -> World {
    World::with(&[
        model("plain"),
        model_at("drifted", "2e26"),
        model_at("verified", "6.1e25"),
        model("noted"),
        model("protected"),
    ])
    .dataset(dataset(&[
        row("drifted", "y", "why"),
        row("noted", "", "look here"),
        row("orphaned", "", ""),
        row("plain", "", ""),
        row("protected", "no", ""),
        row("verified", "Y", ""),
    ]))
}

#[test]
fn list_filters_combine() {
    let world = desk();
    let list = |args: &[&str]| {
        names(
            &world
                .ok(&[&["list", "--format", "json"], args].concat())
                .stdout,
        )
    };
    assert_eq!(list(&[]).len(), 6);
    assert_eq!(list(&["--verified"]), ["drifted", "verified"]);
    assert_eq!(
        list(&["--unverified"]),
        ["noted", "orphaned", "plain", "protected"]
    );
    assert_eq!(list(&["--drifted"]), ["drifted"]);
    assert_eq!(list(&["--orphaned"]), ["orphaned"]);
    assert_eq!(list(&["--drifted", "--orphaned"]), ["drifted", "orphaned"]);
    assert_eq!(list(&["--match", "HERE", "--unverified"]), ["noted"]);
    assert_eq!(list(&["--min-flop", "7e25"]), [""; 0]);
    assert_eq!(
        list(&[
            "--developer",
            " D",
            "--class",
            "high_confidence_above",
            "--confidence",
            "medium",
            "--limit",
            "1"
        ]),
        ["drifted"]
    );
    world
        .run(&["list", "--verified", "--unverified"])
        .expect_code(2);
    world.run(&["list", "--class", "maybe"]).expect_code(2);
    world.run(&["list", "--min-flop", "lots"]).expect_code(2);
}

#[test]
fn list_as_json_has_numbers_where_numbers_are_and_null_where_none_is() {
    let world = World::with(&[model("a")])
        .dataset("reviewer,name,developer,verified,parameters,training_flop\nana,a,d,,175000000000.0,1.50e+26\nbo,b,d,,NA,\n");
    let rows: Value =
        serde_json::from_str(&world.ok(&["list", "--format", "json"]).stdout).unwrap();
    assert_eq!(
        (
            &rows[0]["parameters"],
            &rows[0]["training_flop"],
            &rows[0]["reviewer"]
        ),
        (&json!(175_000_000_000_u64), &json!(1.5e26), &json!("ana"))
    );
    assert_eq!(
        (
            &rows[1]["parameters"],
            &rows[1]["training_flop"],
            &rows[1]["notes"]
        ),
        (&Value::Null, &Value::Null, &json!(""))
    );
}

#[test]
fn list_as_csv_is_the_schema() {
    let world = desk();
    let csv = world
        .ok(&["list", "--format", "csv", "--match", "look here"])
        .stdout;
    assert_eq!(csv, dataset(&[row("noted", "", "look here")]));
    world.run(&["stats", "--format", "csv"]).expect_code(2);
}

#[test]
fn list_without_a_dataset_says_how_to_get_one() {
    let world = World::with(&[model("a")]);
    let run = world.run(&["list"]).expect_code(1);
    assert!(
        run.stderr.contains("there is no dataset yet"),
        "{}",
        run.stderr
    );
}

fn sample_list(screen: Screen, verbose: bool) -> String {
    let (estimates, dataset) = (
        Estimates::parse(ESTIMATES).unwrap(),
        Dataset::parse(ONE_BEHIND).unwrap(),
    );
    let filter = Filter {
        drifted: true,
        orphaned: true,
        ..Filter::default()
    };
    let latest = Latest::of(&estimates);
    let mut rows = queue::select(&dataset, &latest, &filter, Sort::Flop);
    let filter = Filter {
        verified: Some(false),
        ..Filter::default()
    };
    rows.extend(
        queue::select(&dataset, &latest, &filter, Sort::Updated)
            .into_iter()
            .take(4),
    );
    List {
        dataset: &dataset,
        rows: &rows,
        total: 99,
    }
    .text(screen, verbose)
}

#[test]
fn the_list_at_80_columns() {
    insta::assert_snapshot!(sample_list(
        Screen {
            width: Some(80),
            colour: false
        },
        false
    ));
}

#[test]
fn the_verbose_list_at_100_columns() {
    insta::assert_snapshot!(sample_list(
        Screen {
            width: Some(100),
            colour: false
        },
        true
    ));
}

#[test]
fn verify_changes_two_cells_and_not_another_byte() {
    let before = format!(
        "\u{feff}{HEADER}\r\n\r\n{}\n   \n{}",
        row("z", "", "\"why, ever\""),
        row("\"a\"", "", "").trim_end()
    )
    .replace("6e+25", "1e25");
    let world = World::with(&[model("a")]).dataset(&before);
    let tree = world.tree();
    world.ok(&["verify", "Z", "--note", "page 3", "--dry-run"]);
    assert_eq!(world.tree(), tree);
    world.ok(&["verify", " Z ", "--note", "page 3"]);
    let expected = before.replace(
        ",,2025-08-01T00:00:00,\"why, ever\"",
        ",y,2025-08-01T00:00:00,\"why, ever; page 3\"",
    );
    assert_eq!(world.text(), expected);
    world.ok(&["verify", "z", "--undo"]);
    assert_eq!(
        world.text(),
        before.replace("\"why, ever\"", "\"why, ever; page 3\"")
    );
}

#[test]
fn verify_is_journaled_and_a_second_time_there_is_nothing_to_do() {
    let world = desk();
    world.ok(&["verify", "plain", "--note", "seen"]);
    let tree = world.tree();
    world.ok(&["verify", "plain"]);
    assert_eq!(world.tree(), tree);
    let events: Value =
        serde_json::from_str(&world.ok(&["history", "plain", "--format", "json"]).stdout).unwrap();
    assert_eq!(
        (&events[0]["event"], &events[0]["fields"]["notes"]["to"]),
        (&json!("verified"), &json!("seen"))
    );
}

#[test]
fn verify_names_what_is_near_and_which_developers_there_are() {
    let world = World::with(&[model("a")]).dataset(dataset(&[
        row("glm_4", "", ""),
        row("glm_4", "", "").replace(",d,", ",Zhipu AI,"),
        row("gpt_4", "", ""),
        row("GPT_4", "", ""),
    ]));
    let refused = |args: &[&str]| {
        world
            .run(&[&["verify"], args].concat())
            .expect_code(1)
            .stderr
    };
    assert!(refused(&["glm-4"]).contains("did you mean \"glm_4\""));
    assert!(refused(&["nothing like it"]).ends_with("no model named \"nothing like it\"\n"));
    let several = refused(&["glm_4"]);
    assert!(
        several.contains("--developer \"d\" or \"Zhipu AI\""),
        "{several}"
    );
    assert!(refused(&["glm_4", "--developer", "OpenAI"]).contains("that name stands under"));
    assert!(refused(&["gpt_4"]).contains("stands on lines 4 and 5"));
    world.ok(&["verify", "glm_4", "--developer", "zhipu ai", "--note", "n"]);
    assert!(world.text().contains(",Zhipu AI,"));
}

#[test]
fn verify_warns_where_no_note_says_why() {
    let world = desk();
    assert!(
        world
            .ok(&["verify", "plain", "--dry-run"])
            .stderr
            .contains("verified without a note")
    );
    assert_eq!(world.ok(&["verify", "noted", "--dry-run"]).stderr, "");
    assert_eq!(
        world
            .ok(&["verify", "plain", "--dry-run", "--note", "why"])
            .stderr,
        ""
    );
}

#[test]
fn stats_as_json_adds_up() {
    let world = desk();
    world.ok(&[]);
    world.set_models(&[
        model_at("plain", "7e25"),
        model_at("drifted", "2e26"),
        model("below"),
    ]);
    world.ok(&[]);
    let stats: Value =
        serde_json::from_str(&world.ok(&["stats", "--format", "json"]).stdout).unwrap();
    assert_eq!(stats["verification_rate"], json!(2.0 / 7.0));
    assert_eq!(stats["coverage_rate"], json!(7.0 / 3.0));
    assert_eq!(stats["drifted"], 1);
    assert_eq!(stats["updates"]["refreshes"], 1);
    assert_eq!(
        stats["updates"]["most_changed"],
        json!([{"name": "plain", "developer": "d", "changes": 1}])
    );
    assert_eq!(stats["quality"]["rows"].as_array().unwrap().len(), 2);
    let total = |key: &str| {
        stats[key]
            .as_array()
            .unwrap()
            .iter()
            .map(|share| share["count"].as_u64().unwrap())
            .sum::<u64>()
    };
    for key in [
        "by_confidence",
        "by_class",
        "by_method",
        "by_developer",
        "by_year",
        "by_flop",
    ] {
        assert_eq!(total(key), 7, "{key}");
    }
}

#[test]
fn the_stats_at_80_columns() {
    let (estimates, dataset) = (
        Estimates::parse(ESTIMATES).unwrap(),
        Dataset::parse(ONE_BEHIND).unwrap(),
    );
    let stats = Stats::of(&dataset, &Latest::of(&estimates), std::iter::empty());
    insta::assert_snapshot!(stats::text(
        &stats,
        Screen {
            width: Some(80),
            colour: false
        }
    ));
}
