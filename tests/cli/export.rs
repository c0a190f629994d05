//! `export`: our rows in Epoch AI's columns.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use serde_json::json;

use crate::support::{HEADER, World, model, rows_of};

fn world() -> World {
    let rows = "gpt_4.5,OpenAI,2025-02-27,1000,6.4e+25,,low,benchmark_based,,,\"a \"\"q\"\"\",card; https://a.b/c (x); https://d,y,,note\n\
        undated,d,soon,,5e+25,,medium,,,, ,,y,,seen\nopen,d,,,5e+25,,high,,,,,,,,\nbelow,d,,,6e+24,,guess,,,,,,y,,\n";
    World::with(&[model("unrelated")]).dataset(format!("{HEADER}\n{rows}"))
}

fn named(rows: &[BTreeMap<String, String>]) -> Vec<&str> {
    rows.iter().map(|row| &*row["Model"]).collect()
}

#[test]
fn verified_rows_at_or_above_1e25_are_printed_in_epochs_columns() {
    let world = world();
    let run = world.ok_without_writing(&["export"]);
    let rows = rows_of(run.stdout.as_bytes());
    assert_eq!(named(&rows), ["gpt_4.5", "undated"]);
    let expected = [
        ("Confidence", "Speculative"),
        ("Link", "https://a.b/c"),
        ("Model", "gpt_4.5"),
        ("Organization", "OpenAI"),
        ("Parameters", "1000"),
        ("Publication date", "2025-02-27"),
        ("Training compute (FLOP)", "6.4e+25"),
        ("Training compute estimation method", "benchmark_based"),
        ("Training compute notes", "a \"q\"\n\nnote"),
    ];
    let expected = expected.map(|(column, text)| (column.to_owned(), text.to_owned()));
    assert_eq!(rows[0], BTreeMap::from(expected));
    assert_eq!(rows[1]["Publication date"], "");
    assert_eq!(rows[1]["Training compute notes"], "seen");
    run.expect_stderr("1 row without a publication date: undated; the cell stays blank");
    let run = world.ok(&["export", "--all"]);
    let rows = rows_of(run.stdout.as_bytes());
    assert_eq!(named(&rows), ["gpt_4.5", "undated", "open", "below"]);
    let confidence = rows.iter().map(|row| &*row["Confidence"]);
    assert!(confidence.eq(["Speculative", "Likely", "Confident", ""]));
    // The columns are in this order.
    let header = "Model,Organization,Publication date,Parameters,Training compute (FLOP),Training compute notes,Confidence,Link,\
                  Training compute estimation method\n";
    assert!(run.stdout.starts_with(header), "{}", run.stdout);
    let to_stdout = world.ok(&["export", "--all", "--output", "-"]);
    assert_eq!(to_stdout.stdout, run.stdout);
}

#[test]
fn like_takes_the_header_and_the_spelling_from_another_table() {
    let world = world();
    let header = "\u{feff}\"System\",Domain,Organization , Training compute (FLOP),\"Notes, two\nlines\"\r\n";
    let theirs =
        format!("{header}\"GPT-4.5\n\",Language,\"OpenAI,Other\",2.1e26,\r\nUndated,Else,,,\r\n");
    fs::write(world.dir.path().join("theirs.csv"), theirs).unwrap();
    let out = world.dir.path().join("out.csv");
    let run = world.ok(&["export", "--like", "theirs.csv", "--output", "out.csv"]);
    run.expect_stdout("Wrote out.csv: 2 rows\n");
    assert_eq!(
        fs::read_to_string(&out).unwrap(),
        format!("{header}\"GPT-4.5\n\",,\"OpenAI,Other\",6.4e+25,\r\nundated,,d,5e+25,\r\n")
    );
    let json = world.json(&["export", "--like", "theirs.csv", "--output", "out.csv"]);
    assert_eq!(json, json!({"file": "out.csv", "rows": 2}));
}

#[test]
fn a_quiet_export_to_a_file_prints_nothing_and_the_csv_format_is_the_usual_output() {
    let world = world();
    for format in ["text", "csv"] {
        let quiet = ["-q", "export", "--output", "out.csv", "--format", format];
        assert_eq!(world.ok(&quiet).stdout, "");
    }
    world.run(&["export", "--format", "json"]).expect_code(2);
    let csv = world.ok(&["export", "--format", "csv"]).stdout;
    assert_eq!(csv, world.ok(&["export"]).stdout);
}

#[test]
fn the_output_file_is_replaced_as_a_whole_and_keeps_its_mode() {
    let world = world();
    let out = world.dir.path().join("out.csv");
    fs::write(&out, "old").unwrap();
    fs::set_permissions(&out, fs::Permissions::from_mode(0o640)).unwrap();
    let before = fs::metadata(&out).unwrap();
    world.ok(&["export", "--output", "out.csv"]);
    let after = fs::metadata(&out).unwrap();
    assert_ne!(before.ino(), after.ino());
    assert_eq!(before.mode(), after.mode());
    std::os::unix::fs::symlink("out.csv", world.dir.path().join("link.csv")).unwrap();
    world.ok(&["export", "--all", "--output", "link.csv"]);
    assert!(
        fs::symlink_metadata(world.dir.path().join("link.csv"))
            .unwrap()
            .is_symlink()
    );
    assert_eq!(rows_of(&fs::read(&out).unwrap()).len(), 4);
    let files = fs::read_dir(world.dir.path()).unwrap();
    let left = files.filter(|file| {
        file.as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .ends_with(".tmp")
    });
    assert_eq!(left.count(), 0);
}

#[test]
fn export_refuses_an_output_that_cannot_be_written_or_belongs_to_the_dataset() {
    let world = world();
    let run = |output: &str| {
        world
            .run_without_writing(&["export", "--output", output])
            .expect_code(1)
    };
    fs::rename(
        world.dir.path().join("estimated"),
        world.dir.path().join("away"),
    )
    .unwrap();
    run("no/such/dir/out.csv").expect_stderr("no/such/dir/out.csv: cannot be written");
    fs::rename(
        world.dir.path().join("away"),
        world.dir.path().join("estimated"),
    )
    .unwrap();
    run("clean").expect_stderr("this is not a regular file");
    for own in [
        "clean/above_1e25_flop.csv",
        "clean/decisions.csv",
        "clean/../estimated/estimated_models.json",
    ] {
        run(own).expect_stderr("belongs to the dataset");
    }
    std::os::unix::fs::symlink(
        "clean/above_1e25_flop.csv",
        world.dir.path().join("link.csv"),
    )
    .unwrap();
    run("link.csv").expect_stderr("belongs to the dataset");
    run("/dev/null").expect_stderr("/dev/null: this is not a regular file; move it away");
}

#[test]
fn export_refuses_to_overwrite_a_backup() {
    let world = world();
    for kept in [
        "clean/above_1e25_flop.csv.20250801T000000Z.bak",
        "clean/above_1e25_flop.csv.edit.bak",
        "clean/decisions.csv.edit.bak",
    ] {
        fs::write(world.dir.path().join(kept), "notes of a person").unwrap();
        world
            .run_without_writing(&["export", "--output", kept])
            .expect_code(1)
            .expect_stderr("belongs to the dataset");
    }
}

#[test]
fn export_names_verified_rows_without_a_number_and_leaves_unreadable_parameters_blank() {
    let rows = "name,developer,verified,training_flop,parameters\na,d,y,2e25,many\n\
        b,d,y,2e25,1.75E+11\nodd,d,y,\"3,5e25\",\nblank,d,y,,\nopen,d,,,\nbelow,d,y,9e24,\n";
    let world = World::with(&[model("a")]).dataset(rows);
    let run = world.ok(&["export"]).expect_stderr(
        "2 rows left out, verified but without a readable training FLOP: odd, blank",
    );
    let rows = rows_of(run.stdout.as_bytes());
    let parameters = rows.iter().map(|row| &*row["Parameters"]);
    assert!(parameters.eq(["", "175000000000"]));
}

#[test]
fn a_row_at_exactly_1e25_is_exported() {
    let rows = "name,developer,verified,training_flop\nat,d,y,1e25\nbelow,d,y,9.99e24\n";
    let world = World::with(&[model("a")]).dataset(rows);
    assert_eq!(
        named(&rows_of(world.ok(&["export"]).stdout.as_bytes())),
        ["at"]
    );
}
