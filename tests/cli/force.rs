//! Runs that would remove much of the dataset are refused without `--force`.

use serde_json::Value;

use crate::support::{Run, World, dataset, model, model_at, row};

fn refused(world: &World, args: &[&str], message: &str) -> Run {
    world
        .run_without_writing(args)
        .expect_code(1)
        .expect_stderr("error: ")
        .expect_stderr(message)
        .expect_stderr("--force")
}

/// So many unverified rows, of which the estimates put so many below the threshold.
fn world_that_loses(removed: usize, total: usize) -> World {
    let names: Vec<String> = (0..total).map(|n| format!("m{n:02}")).collect();
    let models = names.iter().enumerate().map(|(n, name)| {
        let flop = if n < removed { "1e20" } else { "6e25" };
        model_at(name, flop)
    });
    let rows: Vec<String> = names.iter().map(|name| row(name, "", "")).collect();
    World::with(&models.collect::<Vec<Value>>()).dataset(dataset(&rows))
}

#[test]
fn a_refresh_that_removes_more_than_half_of_ten_or_more_unverified_rows_needs_force() {
    let world = world_that_loses(11, 20);
    let message = "would remove 11 of the 20 unverified rows";
    refused(&world, &[], message)
        .expect_stdout("Removed 11")
        .expect_stdout("Refused: nothing written");
    refused(&world, &["--dry-run"], message);
    world.ok(&["--force"]);
    assert_eq!(world.rows().len(), 9);
}

#[test]
fn a_refresh_may_always_remove_a_few_rows_or_exactly_half() {
    for (removed, total) in [(9, 12), (10, 20)] {
        let world = world_that_loses(removed, total);
        world.ok(&[]);
        assert_eq!(world.rows().len(), total - removed);
    }
}

#[test]
fn a_reset_that_writes_no_row_or_less_than_half_needs_force() {
    let world = World::with(&[model_at("a", "1e20")]);
    refused(&world, &["--reset"], "would write no row");
    let rows = ["a", "b", "c"].map(|name| row(name, "", ""));
    let world = World::with(&[model("a")]).dataset(dataset(&rows));
    refused(&world, &["--reset"], "less than half of today's 3");
    world.ok(&["--reset", "--force"]);
    assert_eq!(world.rows().len(), 1);
}

#[test]
fn a_reset_that_loses_most_lines_of_an_unreadable_dataset_needs_force() {
    let rows: Vec<String> = (0..10).map(|n| row(&format!("m{n}"), "y", "")).collect();
    let broken = dataset(&rows) + "one comma,too many\n";
    let world = World::with(&[model("a")]).dataset(broken);
    refused(&world, &["--reset"], "less than half");
    world.ok(&["--reset", "--force"]);
    assert_eq!(world.rows().len(), 1);
}
