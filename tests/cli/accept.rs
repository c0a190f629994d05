//! `accept`: a person's decision on a verified row that has drifted from its latest estimate.

use serde_json::json;

use crate::support::{World, dataset, model, model_at, model_with, names, row, row_at};

/// A drifted row, one in step with its estimate, and one that is not verified.
fn world() -> World {
    World::with(&[
        model_at("drifted", "2e25"),
        model("steady"),
        model("unverified"),
    ])
    .dataset(dataset(&[
        row("drifted", "Y", "card"),
        row("steady", "y", ""),
        row("unverified", "", ""),
    ]))
}

#[test]
fn an_accepted_drift_is_not_reported_until_the_estimate_moves_on() {
    // 2× from the judged number, another class, or the other side of 1e25 is reported again; with a blank `flop`, nothing is.
    for (judged, latest, is_told) in [
        ("2e25", "2e25", false),
        ("2e25", "3.99e25", false),
        ("2e25", "4e25", true),
        ("2e25", "1.01e25", false),
        ("2e25", "1e25", true),
        ("1.1e25", "9.9e24", true),
        ("4.9e25", "5e25", true),
        ("6e24", "4.9e24", true),
        ("", "1e24", false),
        ("soon", "1e24", false),
    ] {
        let world = World::with(&[model_at("v", latest)])
            .dataset(dataset(&[row_at("v", "y", "", "3e+26", "3.00e+26")]));
        world.set_decisions(&format!("v,d,Stands,{judged},,,\n"));
        let report = world.json(&["--dry-run"]);
        let told = usize::from(is_told);
        assert_eq!(
            report["attention"]["drifted"], told,
            "{judged}, now {latest}"
        );
        let listed = world.json(&["list", "--drifted"]);
        assert_eq!(
            listed.as_array().map(Vec::len),
            Some(told),
            "{judged}, now {latest}"
        );
    }
}

#[test]
fn accept_writes_a_line_and_leaves_the_dataset_alone() {
    let world = world();
    let text = world.text();
    world.ok_without_writing(&["accept", "drifted", "--dry-run"]);
    let accepted = world.ok(&["accept", "Drifted", "--note", "mine is right"]);
    assert!(!accepted.stdout.contains("  by: "), "{}", accepted.stdout);
    assert_eq!(world.text(), text);
    assert_eq!(world.decided("decision"), ["stands"]);
    assert_eq!(world.decided("flop"), ["2e+25"]);
    assert_eq!(world.decided("note"), ["mine is right"]);
    world.ok_without_writing(&["-q"]);
    world.ok(&["accept", "drifted", "--undo"]);
    assert_eq!(world.decisions(), []);
    assert_eq!(names(&world.json(&[])["changes"]["drifted"]), ["drifted"]);
    world
        .ok_without_writing(&["accept", "drifted", "--undo"])
        .expect_stderr("there is no `stands` decision to take back");
    // The person who decided before is named.
    world.set_decisions("drifted,d,stands,2e25,n,alice,\n");
    let again = world.ok(&["accept", "drifted", "--note", "more"]);
    again.expect_stdout("  by: \"alice\" → ");
}

#[test]
fn accept_refuses_a_row_that_has_not_drifted_or_has_no_estimate_and_writes_nothing() {
    let world = world();
    for (args, message) in [
        (
            &["accept", "drifted", "steady"][..],
            "steady: it has not drifted",
        ),
        (&["accept", "nobody"], "no model named"),
    ] {
        world
            .run_without_writing(args)
            .expect_code(1)
            .expect_stderr(message);
    }
    let without_a_number = model_with("drifted", json!({"training_flop": null}));
    for models in [vec![model("steady")], vec![without_a_number]] {
        world.set_models(&models);
        let refused = world.run_without_writing(&["accept", "drifted", "--latest"]);
        refused.expect_code(1).expect_stderr("no latest estimate");
    }
    std::fs::remove_file(world.estimates_path()).unwrap();
    for args in [
        &["accept", "drifted"][..],
        &["accept", "drifted", "--latest"],
    ] {
        let refused = world.run_without_writing(args);
        refused
            .expect_code(1)
            .expect_stderr("estimated_models.json");
    }
}

#[test]
fn the_latest_estimate_is_taken_into_a_row_that_stays_verified() {
    let world = world();
    let plan = world.json(&["accept", "drifted", "--latest", "--dry-run"]);
    assert_eq!(names(&plan["changes"]["updated"]), ["drifted"]);
    assert_eq!(names(&plan["changes"]["drifted"]), [""; 0]);
    world.ok(&["accept", "drifted", "--note", "for now"]);
    let run = world.ok(&["accept", "drifted", "--latest", "--note", "checked"]);
    let run = run.expect_stdout("training_flop: \"6e+25\" → \"2e+25\"");
    let run =
        run.expect_stdout("threshold_classification: \"high_confidence_above\" → \"not_sure\"");
    run.expect_stdout("decision: \"stands\" → \"\"");
    let row = world.row("drifted");
    assert_eq!(row["verified"], "Y");
    assert_eq!(row["notes"], "card; checked");
    assert_eq!(row["training_flop"], "2e+25");
    assert_eq!(world.decisions(), []);
    assert_eq!(world.column("name"), ["steady", "unverified", "drifted"]);
    let again = world.ok_without_writing(&["accept", "drifted", "--latest"]);
    again.expect_stdout("Nothing to change");
}

#[test]
fn a_latest_estimate_below_1e25_is_taken_with_a_warning() {
    let world = World::with(&[model_at("v", "6e24")]).dataset(dataset(&[row("v", "y", "n")]));
    let run = world.ok(&["accept", "v", "--latest"]);
    run.expect_stderr("v: verified at 6.00e+24, below 1e25 FLOP");
}

#[test]
fn facts_that_the_latest_estimate_lacks_stay_in_the_row() {
    let known = row("v", "y", "").replace("v,d,,,", "v,d,2025-02-17,400000000000,");
    let world = World::with(&[model_at("v", "2e25")]).dataset(dataset(&[known]));
    world.ok(&["accept", "v", "--latest"]);
    assert_eq!(world.row("v")["release_date"], "2025-02-17");
    assert_eq!(world.row("v")["parameters"], "400000000000");
}

#[test]
fn undoing_a_verification_or_changing_its_number_removes_the_stands_decision() {
    for args in [
        &["verify", "drifted", "--undo"][..],
        &["verify", "drifted", "--flop", "2.1e25"],
        &["accept", "drifted", "--latest"],
    ] {
        let world = world();
        world.ok(&["accept", "drifted", "--note", "n"]);
        world.ok(args);
        assert_eq!(world.decisions(), [], "{args:?}");
    }
}

#[test]
fn verifying_a_row_again_removes_an_old_stands_decision() {
    let world = world();
    world.ok(&["accept", "drifted"]);
    // A merge of two people's work may leave the line behind although the mark is gone.
    world.set_dataset(world.text().replacen(",Y,", ",,", 1));
    world.ok(&["verify", "drifted", "--as-it-stands", "--note", "anew"]);
    assert_eq!(world.decided("decision"), [""; 0]);
    assert_eq!(
        names(&world.json(&["--dry-run"])["changes"]["drifted"]),
        ["drifted"]
    );
}

#[test]
fn a_row_that_is_not_verified_cannot_be_accepted_and_the_error_says_why() {
    let world = World::with_every_kind_of_row();
    for option in [&[][..], &["--latest"]] {
        for name in ["plain", "protected", "orphaned"] {
            let args = [&["accept", name][..], option].concat();
            let refused = world.run_without_writing(&args).expect_code(1);
            let why = "it is not verified, so it has not drifted";
            let next_step = match name {
                "plain" => "; at the next refresh, it follows the latest estimate",
                _ => "",
            };
            refused.expect_stderr(&format!("{why}{next_step}\n"));
        }
    }
    // A dismissed row will not follow an estimate.
    world.set_decisions("plain,d,below,,,,\n");
    world
        .run_without_writing(&["accept", "plain"])
        .expect_code(1)
        .expect_stderr("it is not verified, so it has not drifted\n");
}
