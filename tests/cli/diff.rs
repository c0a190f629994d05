//! `diff`: two datasets compared row by row and cell by cell, and `--check-verified`.

use serde_json::json;

use crate::repository::Repository;
use crate::support::{HEADER, World, dataset, names, row};

/// A dataset and, in `old.csv`, an older one.
fn compared(old: &[String], new: &[String]) -> World {
    let world = World::new().dataset(dataset(new));
    std::fs::write(world.dir.path().join("old.csv"), dataset(old)).unwrap();
    world
}

fn at(row: String, flop: &str) -> String {
    row.replace("6e+25,", &format!("{flop},"))
}

#[test]
fn added_changed_and_removed_rows_are_printed_as_in_a_report() {
    let world = compared(
        &[row("a", "", ""), row("left", "y", "n"), row("same", "", "")],
        &[
            at(row("a", "y", "seen"), "6.00004e+25"),
            row("new", "", ""),
            row("same", "", ""),
        ],
    );
    let diff = world.ok_without_writing(&["diff", "old.csv"]);
    let said = "Added 1\n  + new  d  6.00e+25  medium\n\
                Updated 1\n  ~ a  d  6.00e+25 → 6.00004e+25    verified blank → y, notes\n\
                Removed 1\n  - left  d  6.00e+25    verified y, with human text\n\n\
                CORE DATASET SUMMARY\nTotal candidate models: 3\n";
    assert!(diff.stdout.starts_with(said), "{}", diff.stdout);
    let json = world.json(&["diff", "old.csv"]);
    assert_eq!(json["mode"], "diff");
    assert_eq!(json["summary"]["verified"], 1);
    assert_eq!(json["at_or_above_1e25"], 3);
    let changes = &json["changes"];
    assert_eq!(names(&changes["added"]), ["new"]);
    assert_eq!(names(&changes["removed"]), ["left"]);
    assert_eq!(
        changes["updated"][0]["fields"]["verified"],
        json!({"from": "", "to": "y"})
    );
}

#[test]
fn a_row_renamed_by_an_alias_counts_as_updated() {
    let world = compared(&[row("old", "", "n")], &[row("new", "", "n")]);
    world.set_aliases("old,d,new,d,\n");
    let changes = &world.json(&["diff", "old.csv"])["changes"];
    assert_eq!(
        (&changes["added"], &changes["removed"]),
        (&json!([]), &json!([]))
    );
    let name = &changes["updated"][0]["fields"]["name"];
    assert_eq!(*name, json!({"from": "old", "to": "new"}));
}

#[test]
fn rows_that_an_alias_joins_are_each_compared_with_the_row_of_the_same_name() {
    let world = compared(
        &[row("old", "y", "one"), row("new", "", "two")],
        &[at(row("new", "", "two"), "7e+25"), row("old", "y", "more")],
    );
    world.set_aliases("old,d,new,d,\n");
    let diff = ["--format=json", "diff", "old.csv", "--check-verified"];
    let diff = world.run(&diff).expect_code(3).json();
    let updated = &diff["changes"]["updated"];
    assert_eq!(names(updated), ["old", "new"]);
    assert_eq!(
        updated[0]["fields"],
        json!({"notes": {"from": "one", "to": "more"}})
    );
    assert_eq!(names(&diff["verified_changed"]), ["old"]);
}

#[test]
fn added_rows_are_listed_in_order_and_line_ends_in_a_cell_are_no_difference() {
    let new: Vec<String> = ["p", "q", "r", "s", "t"]
        .iter()
        .map(|name| row(name, "", ""))
        .collect();
    let noted = |note: &str| row("a", "", note);
    let world = compared(
        &[noted("\"two\r\nlines\"")],
        &[&new[..], &[noted("\"two\nlines\"")]].concat(),
    );
    let changes = &world.json(&["diff", "old.csv"])["changes"];
    assert_eq!(names(&changes["added"]), ["p", "q", "r", "s", "t"]);
    assert_eq!(changes["updated"], json!([]));
}

#[test]
fn columns_without_a_name_are_compared_by_position() {
    let with_unnamed = |second: &str| {
        let row = row("a", "y", "n");
        format!("{HEADER},,\n{},one,{second}\n", row.trim_end())
    };
    let world = World::new().dataset(with_unnamed("changed"));
    std::fs::write(world.dir.path().join("old.csv"), with_unnamed("two")).unwrap();
    let run = world.run_without_writing(&["diff", "old.csv", "--check-verified"]);
    run.expect_code(3)
        .expect_stdout("a (d): changed: a column without a name");
}

#[test]
fn different_quoting_or_order_and_a_blank_column_are_no_difference() {
    let world = World::new().dataset(format!(
        "\u{feff}{}",
        dataset(&[row("b", "", ""), row("\"a\"", "y", "")])
    ));
    let older = dataset(&[row("a", "y", ""), row("b", "", "")]);
    std::fs::write(
        world.dir.path().join("old.csv"),
        older
            .replace("notes\n", "notes,reviewer\n")
            .replace("00,\n", "00,,\n"),
    )
    .unwrap();
    let diff = world.ok(&["diff", "old.csv", "--check-verified"]);
    assert!(
        diff.stdout
            .starts_with("No row differs\n\nNo verified or protected row changed\n"),
        "{}",
        diff.stdout
    );
}

#[test]
fn check_verified_names_marked_rows_that_changed_lost_their_mark_or_left_and_exits_3() {
    let old = [row("v", "y", "n"), row("p", "no", ""), row("u", "", "")];
    let guard = |new: &[String]| compared(&old, new).run(&["diff", "old.csv", "--check-verified"]);
    guard(&[row("v", "y", "n"), row("p", "no", ""), row("new", "y", "")]).expect_code(0);
    let changed =
        guard(&[row("v", "y", "more"), row("p", "", ""), row("u", "", "")]).expect_code(3);
    changed
        .expect_stdout("Verified or protected rows that changed or left 2\n  ! v (d): changed: notes\n  ! p (d): lost its mark\n\n")
        .expect_stdout("verified no → blank");
    guard(&[row("p", "no", ""), row("u", "", "")])
        .expect_code(3)
        .expect_stdout("changed or left 1\n  ! v (d): left\n");
    let many: Vec<_> = (0..12).map(|n| row(&format!("m{n}"), "y", "")).collect();
    compared(&many, &[])
        .run(&["diff", "old.csv", "--check-verified"])
        .expect_stdout("(d): left\n  … and 2 more (--verbose shows all)\n");
    let world = compared(&old, &[]);
    let json = world
        .run(&["diff", "old.csv", "--check-verified", "--format", "json"])
        .expect_code(3)
        .json();
    assert_eq!(names(&json["verified_changed"]), ["v", "p"]);
}

#[test]
fn a_marked_row_whose_duplicate_left_has_not_changed() {
    let marked = row("m", "y", "why");
    let world = compared(&[at(row("m", "", ""), "7e+25"), marked.clone()], &[marked]);
    let json = world.json(&["diff", "old.csv", "--check-verified"]);
    assert_eq!(json["changes"]["updated"], json!([]));
    assert_eq!(json["changes"]["removed"][0]["training_flop"], json!(7e25));
}

#[test]
fn cells_that_moved_to_other_columns_are_a_change_even_if_the_bytes_are_the_same() {
    let row = "m,d,y,6e+25,a,b\n";
    let world = World::new().dataset(format!(
        "name,developer,verified,training_flop,notes,reasoning\n{row}"
    ));
    let old = format!("name,developer,verified,training_flop,reasoning,notes\n{row}");
    std::fs::write(world.dir.path().join("old.csv"), old).unwrap();
    world
        .run(&["diff", "old.csv", "--check-verified"])
        .expect_code(3)
        .expect_stdout("changed or left 1\n  ! m (d): changed: ");
}

#[test]
fn a_change_of_only_a_derived_cell_in_a_marked_row_is_shown() {
    let old = row("v", "y", "");
    let new = old.replace("6.00e+25", "6e25");
    compared(&[old], &[new])
        .run(&["diff", "old.csv", "--check-verified"])
        .expect_code(3)
        .expect_stdout("training_flop_formatted 6.00e+25 → 6e25");
}

#[test]
fn a_revision_and_the_index_are_read_through_git() {
    let Some(repository) = Repository::with(&dataset(&[row("a", "", "")])) else {
        return;
    };
    repository.commit(&dataset(&[row("a", "", ""), row("b", "y", "")]), "second");
    repository.world.set_dataset(dataset(&[row("c", "", "")]));
    let added = |args: &[&str]| {
        let json = repository
            .run(&[&["diff", "--format", "json"], args].concat())
            .json();
        names(&json["changes"]["added"]).join(" ")
    };
    assert_eq!(added(&["HEAD~1:", "HEAD:"]), "b");
    assert_eq!(added(&["HEAD:"]), "c");
    repository.git(&["add", "--all"]);
    assert_eq!(added(&["HEAD~1:", ":"]), "c");
    repository
        .run(&["diff", "HEAD:", "--check-verified"])
        .expect_code(3)
        .expect_stdout("changed or left 1\n  ! b (d): left\n");
    repository
        .run(&["diff", "nowhere:"])
        .expect_code(1)
        .expect_stderr("nowhere: git has no");
    repository
        .run(&["diff", "--", "--output=x:"])
        .expect_code(1);
    assert!(!repository.world.dir.path().join("x").exists());
    repository.git(&["read-tree", "--empty"]);
    repository
        .run(&["diff", ":"])
        .expect_code(1)
        .expect_stderr("the index: git has no");
}

#[test]
fn a_range_is_not_accepted_as_a_revision() {
    let Some(repository) = Repository::with(&dataset(&[row("a", "", "")])) else {
        return;
    };
    repository.commit(&dataset(&[row("a", "", ""), row("b", "", "")]), "second");
    for range in ["HEAD~1..HEAD", "..HEAD", "^HEAD"] {
        let run = repository.run(&["diff", &format!("{range}:")]);
        let why = format!("{range}: git has no ");
        run.expect_code(1).expect_stderr(&why);
    }
}

#[test]
fn a_symlinked_dataset_is_read_at_its_real_path() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let real = repository.world.dir.path().join("shared.csv");
    std::fs::write(&real, dataset(&[row("a", "", "")])).unwrap();
    std::os::unix::fs::symlink("../shared.csv", repository.world.dataset_path()).unwrap();
    repository.commit_all("base");
    std::fs::write(&real, dataset(&[row("b", "", "")])).unwrap();
    repository
        .ok(&["diff", "HEAD:"])
        .expect_stdout("+ b")
        .expect_stdout("- a");
}

#[test]
fn a_side_that_cannot_be_read_is_reported_with_its_line() {
    let world = compared(&[], &[]);
    std::fs::write(
        world.dir.path().join("old.csv"),
        "name,developer,verified\nbroken\n",
    )
    .unwrap();
    world
        .run(&["diff", "old.csv"])
        .expect_code(1)
        .expect_stderr("old.csv:2: ");
    world
        .run(&["diff", "none.csv"])
        .expect_code(1)
        .expect_stderr("none.csv: cannot be read");
}
