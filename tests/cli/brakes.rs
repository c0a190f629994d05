//! Runs that would lose much, or that read something odd, are refused without `--force`.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Run, World, dataset, model, model_at, row, run};

fn refused(world: &World, args: &[&str], message: &str) -> Run {
    world
        .run_without_writing(args)
        .expect_code(1)
        .expect_stderr("error: ")
        .expect_stderr(message)
        .expect_stderr("--force")
}

/// `total` unmarked rows, of which the estimates put `removed` below the threshold.
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
fn a_refresh_that_removes_ten_or_more_and_over_half_of_the_unmarked_rows_needs_force() {
    let world = world_that_loses(10, 19);
    let message = "would remove 10 of the 19 unmarked rows";
    refused(&world, &[], message)
        .expect_stderr("add `--dry-run --force` to see what the run would do");
    refused(&world, &["--dry-run"], message);
    world.ok(&["--force"]);
    assert_eq!(world.rows().len(), 9);
    // Rows that leave because of a decision do not count.
    let world = world_that_loses(10, 21);
    world.set_decisions("m19,d,below,,,,\nm20,d,ignore,,,,\n");
    refused(&world, &[], message);
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
    refused(&world, &["--reset"], "less than half of today's 3")
        .expect_stderr("add `--dry-run --force` to see what the run would do");
    world.ok(&["--reset", "--force"]);
    assert_eq!(world.rows().len(), 1);
}

#[test]
fn a_reset_that_loses_most_lines_of_an_unreadable_dataset_needs_force() {
    let rows: Vec<String> = (0..10).map(|n| row(&format!("m{n}"), "y", "")).collect();
    let broken = dataset(&rows) + "one comma,too many\n";
    let world = World::with(&[model("a")]).dataset(broken);
    refused(&world, &["--reset"], "less than half of today's 11");
    world.ok(&["--reset", "--force"]);
    assert_eq!(world.rows().len(), 1);
}

#[test]
fn a_dry_run_and_a_check_are_refused_too_and_force_shows_their_plan() {
    let world = world_that_loses(11, 20);
    refused(&world, &["--dry-run"], "would remove 11");
    refused(&world, &["--check"], "would remove 11");
    world
        .ok_without_writing(&["--dry-run", "--force"])
        .expect_stdout("Dry run: nothing written");
    world
        .run_without_writing(&["--check", "--force"])
        .expect_code(3);
}

/// Estimates with `total` records, of which `rejected` are rejected.
fn world_that_rejects(rejected: usize, total: usize) -> World {
    let models = (0..total).map(|n| {
        let flop = if n < rejected { "much" } else { "6e25" };
        model_at(&format!("m{n:02}"), flop)
    });
    World::with(&models.collect::<Vec<Value>>())
}

#[test]
fn estimates_with_ten_or_more_and_over_half_of_the_records_rejected_need_force() {
    let world = world_that_rejects(10, 19);
    let message = "10 of the 19 records were rejected";
    refused(&world, &[], message);
    refused(&world, &["--reset"], message);
    world.ok(&["--force"]);
    assert_eq!(world.rows().len(), 9);
}

#[test]
fn a_few_rejected_records_or_exactly_half_are_no_reason_to_stop() {
    for (rejected, total) in [(9, 12), (10, 20)] {
        let world = world_that_rejects(rejected, total);
        world.ok(&[]);
        assert_eq!(world.rows().len(), total - rejected);
    }
}

#[test]
fn ignored_fields_are_no_reason_to_stop_however_many_there_are() {
    let models: Vec<Value> = (0..20)
        .map(|n| {
            let mut model = model(&format!("m{n:02}"));
            model["release_date"] = json!("8/15/2025");
            model
        })
        .collect();
    let world = World::with(&models);
    world.ok(&[]);
    assert_eq!(world.rows().len(), 20);
}

#[test]
fn every_brake_is_named_because_force_overrides_them_all() {
    let rows: Vec<String> = (0..20).map(|n| row(&format!("m{n:02}"), "", "")).collect();
    let world = world_that_rejects(11, 20).dataset(dataset(&rows));
    refused(&world, &[], "11 of the 20 records were rejected")
        .expect_stderr("would leave 11 unmarked rows without a usable estimate");
}

/// `total` unmarked rows, of which the estimates lack `orphaned`.
fn world_that_orphans(orphaned: usize, total: usize) -> World {
    let names: Vec<String> = (0..total).map(|n| format!("m{n:02}")).collect();
    let models: Vec<Value> = names
        .iter()
        .skip(orphaned)
        .map(|name| model(name))
        .collect();
    let rows: Vec<String> = names.iter().map(|name| row(name, "", "")).collect();
    World::with(&models).dataset(dataset(&rows))
}

#[test]
fn a_refresh_that_orphans_ten_or_more_and_over_half_of_the_unmarked_rows_needs_force() {
    let world = world_that_orphans(10, 19);
    refused(
        &world,
        &[],
        "this refresh would leave 10 unmarked rows without a usable estimate, more than half of the 19 that stay",
    );
    world.ok(&["--force"]);
    assert_eq!(world.rows().len(), 19);
}

#[test]
fn a_few_orphans_or_exactly_half_are_no_reason_to_stop() {
    for (orphaned, total) in [(9, 12), (10, 20)] {
        world_that_orphans(orphaned, total).ok(&[]);
    }
}

#[test]
fn after_a_forced_refresh_orphans_need_no_force_until_another_row_is_orphaned() {
    let world = world_that_orphans(10, 19);
    world.run_without_writing(&[]).expect_code(1);
    let forced = world.ok(&["--force"]);
    forced.expect_stdout("so that the next run does not ask for --force again");
    world.ok(&["verify", "m10", "--note", "seen"]);
    world.ok_without_writing(&[]);
    world.set_models(&[model("other")]);
    let run = world.run_without_writing(&[]).expect_code(1);
    run.expect_stderr("without a usable estimate");
}

#[test]
fn orphans_of_a_forced_run_need_no_force_after_the_rows_that_it_added_have_left() {
    let world = world_that_orphans(12, 20);
    let models = |flop: &str| {
        let old = (12..20).map(|n| model(&format!("m{n}")));
        let new = (20..25).map(|n| model_at(&format!("m{n}"), flop));
        old.chain(new).collect::<Vec<Value>>()
    };
    world.set_models(&models("6e25"));
    world.ok(&["--force"]);
    world.set_models(&models("1e24"));
    world.ok(&[]);
    assert_eq!(world.rows().len(), 20);
}

#[test]
fn orphans_that_no_run_was_forced_to_leave_count_for_the_brake() {
    let world = world_that_orphans(10, 20);
    let others = |flop: &str| {
        let names = (10..20).map(|n| format!("m{n}"));
        names.map(|name| model_at(&name, flop)).collect::<Vec<_>>()
    };
    world.set_models(&others("7e25"));
    world.ok(&[]);
    // Five of the other rows leave, so that the ten orphans are more than half.
    let leaving = [&others("1e24")[..5], &others("7e25")[5..]].concat();
    world.set_models(&leaving);
    refused(&world, &[], "more than half of the 15 that stay");
}

#[test]
fn orphans_are_counted_against_the_rows_that_stay() {
    let names: Vec<String> = (0..20).map(|n| format!("m{n:02}")).collect();
    let mut models: Vec<Value> = names[..9].iter().map(|name| model(name)).collect();
    models.push(model_at(&names[9], "1e24"));
    let rows: Vec<String> = names.iter().map(|name| row(name, "", "")).collect();
    let world = World::with(&models).dataset(dataset(&rows));
    refused(
        &world,
        &[],
        "would leave 10 unmarked rows without a usable estimate, more than half of the 19",
    );
}

const MARKED: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// A dataset with the first `count` of six verified rows, and a plain one.
fn with_marked_rows(count: usize) -> String {
    let marked = MARKED[..count].iter().map(|name| row(name, "y", "why"));
    dataset(&marked.chain([row("plain", "", "")]).collect::<Vec<_>>())
}

/// A world whose last refresh counted six verified rows.
fn world_with_six_marked_rows() -> World {
    let models = [&MARKED[..], &["new", "plain"]].concat();
    let models: Vec<Value> = models.into_iter().map(model).collect();
    let world = World::with(&models).dataset(with_marked_rows(6));
    world.ok(&[]);
    assert_eq!(world.journal()[0]["marked"], 6);
    world
}

#[test]
fn a_dataset_that_lost_most_of_its_marked_rows_needs_force() {
    let world = world_with_six_marked_rows();
    world.set_dataset(with_marked_rows(2));
    refused(
        &world,
        &[],
        "the journal's last entry counted 6 rows as verified or protected, but the dataset has 2",
    );
    world.ok(&["--force"]);
    assert_eq!(world.rows().len(), 8);
    let world = world_with_six_marked_rows();
    fs::remove_file(world.dataset_path()).unwrap();
    let why = "there is no dataset: was it deleted? Restore the whole file from git or a backup; add `--dry-run --force`";
    refused(&world, &[], why);
    // Rows cannot be counted in a file that is no dataset.
    let world = world_with_six_marked_rows();
    world.set_dataset("lost");
    world.ok(&["--reset"]);
}

#[test]
fn the_journal_entry_written_last_counts_even_if_a_clock_was_wrong() {
    let models: Vec<Value> = MARKED.iter().map(|name| model(name)).collect();
    let world = World::with(&models);
    world.run_at(4_070_908_800, &[]).expect_code(0);
    let verified = [&["verify", "--note", "seen"], &MARKED[..]].concat();
    world.run_at(1_755_237_600, &verified).expect_code(0);
    assert_eq!(world.journal()[1]["at"], "2099-01-01T00:00:00.001Z");
    world.set_dataset(with_marked_rows(0));
    refused(&world, &[], "counted 6");
    world.ok(&["--force"]);
    world.ok_without_writing(&[]);
}

#[test]
fn no_journal_entry_has_a_year_with_five_digits() {
    let world = World::with(&[model("a")]);
    world.run_at(253_402_300_799, &[]).expect_code(0);
    let last_second = fs::read_to_string(world.journal_path()).unwrap();
    fs::write(world.journal_path(), last_second.replace(".000Z", ".999Z")).unwrap();
    world.ok(&["verify", "a", "--note", "seen"]);
    assert_eq!(world.journal()[1]["at"], "9999-12-31T23:59:59.999Z");
}

#[test]
fn the_later_line_of_two_journal_entries_at_one_moment_counts() {
    let models: Vec<Value> = MARKED.iter().map(|name| model(name)).collect();
    let world = World::with(&models);
    world.run_at(SAVED, &[]).expect_code(0);
    let verified = [&["verify", "--note", "seen"], &MARKED[..]].concat();
    world.run_at(SAVED, &verified).expect_code(0);
    assert_eq!(world.journal()[0]["at"], world.journal()[1]["at"]);
    world.set_dataset(with_marked_rows(0));
    refused(&world, &[], "counted 6");
}

#[test]
fn half_of_the_marked_rows_or_any_two_may_be_gone_without_force() {
    let world = world_with_six_marked_rows();
    world.set_dataset(with_marked_rows(3));
    world.ok(&[]);
    // Two of three are more than half, but fewer than three.
    world.set_dataset(with_marked_rows(1));
    world.ok(&[]);
}

#[test]
fn a_forced_refresh_that_changes_nothing_is_journalled_and_the_next_one_needs_no_force() {
    let world = world_with_six_marked_rows();
    // The rows that the refresh would add again are there already.
    let unmarked = MARKED.map(|name| row(name, "", ""));
    let rows = [&unmarked[..], &[row("new", "", ""), row("plain", "", "")]].concat();
    world.set_dataset(dataset(&rows));
    refused(&world, &[], "counted 6");
    let before = world.text();
    let full = fs::File::create("/dev/full").unwrap();
    let (dataset, journal) = (
        fs::read(world.dataset_path()),
        fs::read(world.journal_path()),
    );
    let unprinted = run(world.command(&["--force"]).stdout(full)).expect_code(1);
    unprinted.expect_stderr("error: the journal is written, but: the result cannot be printed");
    fs::write(world.dataset_path(), dataset.unwrap()).unwrap();
    fs::write(world.journal_path(), journal.unwrap()).unwrap();
    let forced = world.ok(&["--force"]);
    forced.expect_stdout("only the journal gets an entry");
    assert_eq!(world.text(), before);
    assert_eq!(world.journal().last().unwrap()["marked"], 0);
    world.ok_without_writing(&[]);
}

#[test]
fn a_forced_refresh_ends_the_warning_about_a_mark_removed_by_hand() {
    let world = world_with_six_marked_rows();
    world.set_dataset(world.text().replacen(",y,", ",,", 1));
    let run = world.ok_without_writing(&[]);
    run.expect_stderr("counted 6 rows")
        .expect_stderr("`--force` records the new count");
    let quiet = world.ok(&["--force", "--quiet"]);
    quiet.expect_stderr("counted 6 rows");
    assert_eq!(world.ok_without_writing(&[]).stderr, "");
}

#[test]
fn verify_adds_to_the_count_of_marked_rows_so_that_lost_marks_are_still_noticed() {
    let world = world_with_six_marked_rows();
    world.set_dataset(with_marked_rows(0));
    let verified = world.ok(&["verify", "plain", "--note", "seen"]);
    assert_eq!(verified.stderr, "");
    assert_eq!(world.journal().last().unwrap()["marked"], 7);
    refused(&world, &[], "the dataset has 1");
}

#[test]
fn a_reset_of_a_dataset_that_lost_its_marks_needs_force_unless_it_is_unreadable() {
    let world = world_with_six_marked_rows();
    world.set_dataset(with_marked_rows(2));
    refused(&world, &["--reset"], "the dataset has 2");
    world.set_dataset(world.text() + "torn\n");
    world.ok(&["--reset"]);
}

#[test]
fn a_reset_counts_the_marked_rows_anew() {
    let world = world_with_six_marked_rows();
    world.ok(&["--reset"]);
    assert_eq!(world.journal().last().unwrap()["marked"], 0);
    world.ok_without_writing(&[]);
}

#[test]
fn a_reapply_counts_the_marked_rows_anew() {
    let world = world_with_six_marked_rows();
    let report = world.json(&["--reset"]);
    let backup = report["backup"].as_str().unwrap();
    world.ok(&["reapply", backup]);
    assert_eq!(world.journal().last().unwrap()["marked"], 6);
    // The rows that it brings back are not added to the journal's earlier count.
    world.set_dataset(with_marked_rows(2));
    world.ok(&["reapply", backup]);
    assert_eq!(world.journal().last().unwrap()["marked"], 6);
}

/// Writes estimates of two models, or of one of them, with this `saved_at`.
fn save(world: &World, saved_at: &str, both: bool) {
    let models = [model("a"), model("b")];
    let models = if both { &models[..] } else { &models[..1] };
    world.set_models_saved(&json!({"saved_at": saved_at}), models);
}

/// A dataset of one model, refreshed from estimates with this `saved_at`.
fn refreshed_from(saved_at: &str) -> World {
    let world = World::new();
    save(&world, saved_at, false);
    world.ok(&[]);
    world
}

#[test]
fn estimates_that_were_saved_before_those_of_the_last_refresh_need_force() {
    let world = refreshed_from("2025-08-15T06:00:00");
    save(&world, "2025-08-15T05:59:59", true);
    refused(&world, &[], "saved on 2025-08-15T05:59:59");
    refused(&world, &["--reset"], "saved on 2025-08-15T05:59:59");
    let validated = world.ok(&["validate", "--select", "estimates_earlier"]);
    validated.expect_stdout("saved on 2025-08-15T05:59:59, before those of the last refresh");
    world.ok(&["--force"]);
    assert_eq!(world.rows().len(), 2);
}

#[test]
fn after_a_forced_refresh_from_earlier_estimates_the_next_one_needs_no_force() {
    let world = refreshed_from("2031-01-01T00:00:00");
    save(&world, "2025-08-15T06:00:00", false);
    refused(&world, &[], "saved on 2025-08-15T06:00:00");
    world
        .ok_without_writing(&["--dry-run", "--force"])
        .expect_stdout("only the journal gets an entry");
    world.ok(&["--force"]);
    assert_eq!(world.journal().len(), 2);
    world.ok_without_writing(&[]);
}

#[test]
fn a_forced_reset_from_earlier_estimates_that_changes_nothing_makes_no_backup() {
    let world = refreshed_from("2031-01-01T00:00:00");
    save(&world, "2025-08-15T06:00:00", false);
    let run = world.ok(&["--reset", "--force"]);
    assert_eq!(world.journal().len(), 2);
    assert!(!run.stdout.contains("Backed up"), "{run:?}");
}

#[test]
fn saved_at_is_compared_as_a_moment_and_not_as_text() {
    let world = refreshed_from("2025-08-15T06:00:00");
    // The same moment in another time zone.
    save(&world, "2025-08-15 01:00:00-05:00", true);
    world.ok(&[]);
    save(&world, "2025-08-15T07:30+02:00", true);
    refused(&world, &[], "saved on 2025-08-15T07:30+02:00");
}

#[test]
fn a_verification_between_two_refreshes_does_not_hide_when_the_estimates_were_saved() {
    let world = refreshed_from("2025-08-15T06:00:00");
    world.ok(&["verify", "a", "--note", "seen"]);
    // A verification does not follow from the estimates.
    assert_eq!(world.journal()[1]["estimates_saved_at"], Value::Null);
    save(&world, "2025-08-01T06:00:00", true);
    refused(&world, &[], "saved on 2025-08-01");
}

#[test]
fn estimates_are_compared_with_the_last_refresh_or_reset_that_has_a_saved_at() {
    let world = refreshed_from("2025-08-15T06:00:00");
    // A verification sees later estimates, and then a refresh reads estimates without `saved_at`.
    save(&world, "2025-08-20T06:00:00", false);
    world.ok(&["verify", "a", "--note", "seen"]);
    world.set_models_saved(&json!({}), &[model("a"), model("b")]);
    world.ok(&[]);
    save(&world, "2025-08-14T06:00:00", false);
    refused(
        &world,
        &[],
        "before those of the last refresh (2025-08-15T06:00:00)",
    );
    save(&world, "2025-08-16T06:00:00", false);
    world.ok(&[]);
    save(&world, "2025-08-18T06:00:00", true);
    world.ok(&["--reset"]);
    save(&world, "2025-08-17T06:00:00", false);
    refused(
        &world,
        &[],
        "those of the last refresh (2025-08-18T06:00:00)",
    );
}

#[test]
fn marked_rows_are_counted_from_the_summary_of_a_journal_entry_of_an_earlier_version() {
    let world = world_with_six_marked_rows();
    world.set_dataset(with_marked_rows(5) + &row("protected", "no", ""));
    world.ok(&["--force"]);
    let journal = std::fs::read_to_string(world.journal_path()).unwrap();
    let earlier = journal.replace("\"marked\":6,", "");
    assert_ne!(earlier, journal);
    std::fs::write(world.journal_path(), earlier).unwrap();
    world.set_dataset(with_marked_rows(2));
    refused(&world, &[], "counted 6");
}

/// 2025-08-15T06:00:00 in seconds since 1970, when the estimates of [`World::with`] were saved.
const SAVED: i64 = 1_755_237_600;
const DAY: i64 = 86_400;

#[test]
fn estimates_older_than_max_age_are_refused() {
    let world = World::with(&[model("a")]);
    let args = ["--max-age", "14"];
    let too_old = world.run_at(SAVED + 14 * DAY + 1, &args).expect_code(1);
    too_old
        .expect_stderr("saved_at is 2025-08-15T06:00:00, and --max-age is 14 days")
        .expect_stderr("--max-age");
    assert!(!world.dataset_path().exists());
    world.run_at(SAVED + 14 * DAY, &args).expect_code(0);
    assert_eq!(world.rows().len(), 1);
}

#[test]
fn max_age_holds_for_every_kind_of_refresh_and_with_force() {
    let world = World::with(&[model("a")]);
    for flag in ["--force", "--dry-run", "--check", "--reset"] {
        world
            .run_at(SAVED + 15 * DAY, &[flag, "--max-age", "14"])
            .expect_code(1);
    }
    assert!(!world.dataset_path().exists());
}

#[test]
fn max_age_refuses_estimates_with_a_missing_unreadable_or_future_saved_at() {
    let world = World::new();
    for (metadata, why) in [
        (json!({}), "saved_at is missing, and --max-age is 14 days"),
        (
            json!({"saved_at": null}),
            "saved_at is missing, and --max-age is 14 days",
        ),
        (
            json!({"saved_at": "last week"}),
            "saved_at is \"last week\", and --max-age is 14 days: expected a date, such as",
        ),
        (
            json!({"saved_at": "2025-08-16T06:00:01"}),
            "saved_at is 2025-08-16T06:00:01, and --max-age is 14 days: the date is in the future",
        ),
    ] {
        world.set_models_saved(&metadata, &[model("a")]);
        world
            .run_at(SAVED, &["--max-age", "14"])
            .expect_code(1)
            .expect_stderr(why);
    }
    world.run_at(SAVED, &[]).expect_code(0);
}

#[test]
fn max_age_accepts_estimates_saved_by_a_clock_that_is_hours_ahead() {
    let world = World::new();
    save(&world, "2025-08-16T06:00:00", false);
    world.run_at(SAVED, &["--max-age", "14"]).expect_code(0);
}

#[test]
fn a_brake_says_in_json_why_nothing_is_written() {
    let world = world_that_loses(11, 20);
    let run = world.run_without_writing(&["--format", "json"]);
    let error = run.expect_code(1).json();
    assert!(
        error["error"].as_str().unwrap().contains("--force"),
        "{error}"
    );
}

#[test]
fn a_reset_that_would_write_no_row_says_whether_there_is_no_candidate_or_all_are_dismissed() {
    let world = World::with(&[model("a")]).dataset(dataset(&[row("a", "", "")]));
    world.ok(&["dismiss", "a", "--note", "small"]);
    let refused = world.run_without_writing(&["--reset"]).expect_code(1);
    refused.expect_stderr("every candidate in the estimates is dismissed");
    world.set_models(&[model_at("a", "1e20")]);
    let refused = world.run_without_writing(&["--reset"]).expect_code(1);
    refused.expect_stderr("the estimates contain no candidate");
}
