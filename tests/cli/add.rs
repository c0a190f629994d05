//! `add`: a verified row for a model that the pipeline lacks.

use crate::support::{World, dataset, model, model_at, names, row};

fn world() -> World {
    World::with(&[model("a"), model_at("low", "1e24")]).dataset(dataset(&[row("a", "", "")]))
}

#[test]
fn an_added_row_holds_the_given_facts_and_the_cells_derived_from_them() {
    let world = world();
    let known = [
        "--flop",
        "4e25",
        "--source",
        "https://example.org/m",
        "--note",
        " press release ",
    ];
    let more = [
        "--confidence",
        "high",
        "--release-date",
        "2025-02-17",
        "--parameters",
        "1.75E+11",
    ];
    let args = [
        &["add", "Mystery 1", "--developer", "Lab"][..],
        &known,
        &more,
    ]
    .concat();
    world.ok_without_writing(&[&args[..], &["--dry-run"]].concat());
    world
        .ok(&args)
        .expect_stdout("Mystery 1 (Lab), 4.00e+25 is added");
    let row = world.row("Mystery 1");
    for (column, text) in [
        ("developer", "Lab"),
        ("release_date", "2025-02-17"),
        ("parameters", "175000000000"),
        ("training_flop", "4e+25"),
        ("training_flop_formatted", "4.00e+25"),
        ("confidence", "high"),
        ("estimation_method", "manual_research"),
        ("threshold_classification", "not_sure"),
        ("status", "confirmed_above"),
        ("reasoning", ""),
        ("sources", "https://example.org/m"),
        ("verified", "y"),
        ("last_updated", ""),
        ("notes", "press release"),
    ] {
        assert_eq!(row[column], text, "{column}");
    }
    assert_eq!(world.column("name"), ["a", "Mystery 1"]);
    assert_eq!(world.journal()[0]["marked"], 1);
    world.ok_without_writing(&[]);
    let validated = world.run(&["validate"]);
    validated.expect_code(0);
}

#[test]
fn add_refuses_a_model_that_has_a_row_or_is_dismissed() {
    let world = world();
    world.ok(&["dismiss", "low", "--note", "small"]);
    world.set_aliases("other,d,a,d,\n");
    for (name, message) in [
        ("A", "there is a row on line 2"),
        ("other", "there is a row on line 2"),
        ("LOW", "dismiss --undo first"),
    ] {
        let args = ["add", name, "--developer", "D", "--flop", "4e25"];
        world
            .run_without_writing(&args)
            .expect_code(1)
            .expect_stderr(message);
    }
    for args in [
        &["add", "n", "--developer", "d"][..],
        &["add", "n", "--flop", "4e25"],
        &["add", " ", "--developer", "d", "--flop", "4e25"],
        &["add", "n", "--developer", "d", "--flop", "soon"],
    ] {
        world.run_without_writing(args).expect_code(2);
    }
}

#[test]
fn add_creates_a_missing_dataset_and_keeps_the_form_of_an_existing_one() {
    let world = World::with(&[model("a")]);
    world.ok(&["add", "n", "--developer", "d", "--flop", "4e25"]);
    assert_eq!(world.column("name"), ["n"]);
    assert_eq!(world.row("n")["confidence"], "speculative");
    assert_eq!(world.row("n")["status"], "uncertain");
    let text = format!(
        "\u{feff}{}",
        dataset(&[row("a", "", "")]).replace('\n', "\r\n")
    );
    let world = World::with(&[model("a")]).dataset(&text);
    world.ok(&["add", "n", "--developer", "d", "--flop", "4e25"]);
    assert!(world.text().starts_with(&text), "{:?}", world.text());
    assert!(world.text().ends_with("\r\n"));
}

#[test]
fn an_added_row_drifts_when_the_pipeline_finds_another_number() {
    let world = world();
    world.ok(&[
        "add",
        "n",
        "--developer",
        "d",
        "--flop",
        "4e25",
        "--note",
        "x",
    ]);
    world.set_models(&[model("a"), model_at("n", "9e25")]);
    assert_eq!(
        names(&world.json(&["--dry-run"])["changes"]["drifted"]),
        ["n"]
    );
}

#[test]
fn a_model_below_1e25_is_added_with_a_warning() {
    let world = World::with(&[model("a")]);
    let run = world.ok(&["add", "small", "--developer", "d", "--flop", "4e23"]);
    run.expect_stderr("small: verified at 4.00e+23, below 1e25 FLOP");
    // The warnings are about the added row only, and 1e25 itself is not below the line.
    let args = ["add", "exact", "--developer", "d", "--flop", "1e25"];
    let run = world.ok(&[&args[..], &["--note", "card"]].concat());
    assert_eq!(run.stderr, "");
}

#[test]
fn add_warns_of_a_name_that_looks_like_another_and_of_an_implausible_number() {
    let world = world();
    let args = ["add", "A.", "--developer", "Lab", "--note", "n"];
    let plausible = world.ok(&[&args[..], &["--flop", "4e25"]].concat());
    plausible.expect_stderr("A.: it looks like a (d); if they are one model");
    world.ok(&["dismiss", "a", "--note", "small"]);
    let beside = world.ok(&["add", "a!", "--developer", "Lab", "--flop", "4e25"]);
    beside.expect_stderr("a!: it looks like a (d), which is dismissed; if they are one");
    let args = ["add", "b", "--developer", "Lab", "--note", "n"];
    let slip = world.ok(&[&args[..], &["--flop", "4e52"]].concat());
    slip.expect_stderr("b: 4.00e+52 FLOP is outside 1e15 to 1e29: is the exponent wrong?");
}

#[test]
fn an_added_number_that_an_old_stands_decision_covers_does_not_count_as_drifted() {
    let world = World::with(&[model_at("low", "1e24")]);
    world.set_decisions("low,d,stands,1e24,,,\n");
    let add = ["add", "low", "--developer=d", "--flop=3e25", "--note=n"];
    assert_eq!(world.ok(&add).stderr, "");
}
