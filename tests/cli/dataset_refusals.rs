//! Datasets that are refused: the message names the line and what to do, and no file is touched.

use serde_json::json;

use crate::support::{HEADER, World, dataset, model, model_with, row};

/// Runs a refresh on these bytes, which must be refused with a message that contains all these words.
#[track_caller]
fn refused(bytes: impl AsRef<[u8]>, words: &[&str]) {
    let world = World::with(&[model("a")]).dataset(bytes);
    let mut run = world
        .run_without_writing(&[])
        .expect_code(1)
        .expect_stderr("error: ")
        .expect_stderr("above_1e25_flop.csv:");
    for word in words {
        run = run.expect_stderr(word);
    }
    let (problem, way_out) = run.stderr.split_once("--reset").expect(&run.stderr);
    assert!(problem.contains("untouched"), "{}", run.stderr);
    assert!(way_out.contains("backup"), "{}", run.stderr);
}

/// A dataset with one sound row on line 2.
fn sound() -> String {
    dataset(&[row("a", "y", "")])
}

#[test]
fn a_dataset_without_a_header_is_refused() {
    refused("", &["the file is empty"]);
    refused("\n\n", &["the file is empty"]);
    refused([0; 300], &["no column `name`"]);
}

#[test]
fn a_dataset_without_a_key_or_verified_column_is_refused() {
    refused("developer,verified\nd,y\n", &[":1:", "no column `name`"]);
    refused("name,verified\na,y\n", &["no column `developer`"]);
    refused(
        "name,developer\na,d\n",
        &["no column `verified`", "never be read as"],
    );
    refused(
        "name,developer,Verified\na,d,y\n",
        &["no column `verified`, but one called \"Verified\""],
    );
}

#[test]
fn a_misspelled_column_is_not_taken_for_one_that_is_missing() {
    refused(
        sound().replacen(",training_flop,", ",trainingflop,", 1),
        &["no column `training_flop`, but one called \"trainingflop\""],
    );
    for wrong in ["note", "Notes", "nots"] {
        refused(
            sound().replacen(",notes", &format!(",{wrong}"), 1),
            &[&format!("no column `notes`, but one called \"{wrong}\"")],
        );
    }
}

#[test]
fn a_column_that_appears_twice_is_refused_and_named() {
    refused(
        format!("{HEADER},notes\n"),
        &["the column \"notes\" occurs twice"],
    );
    // The program cannot know which of the two is the name of the model.
    refused(
        sound()
            .replacen("name,", "model,", 1)
            .replace("notes", "model"),
        &["the column \"model\" occurs twice"],
    );
}

#[test]
fn another_delimiter_is_recognised() {
    refused(
        sound().replace(',', ";"),
        &["saved with `;` between the cells? export it with commas"],
    );
    refused(
        "\n\n".to_owned() + &sound().replace(',', ";"),
        &[".csv:3:", "saved with `;`"],
    );
    refused(sound().replace(',', "|"), &["saved with `|`"]);
    refused(
        sound().replace(',', "\t"),
        &["saved with `\\t`", "export it with commas"],
    );
    let old_name = sound().replacen("name", "model", 1).replace(',', ";");
    refused(
        &old_name,
        &["no column `name`: was the file saved with `;`"],
    );
    let quoted = "\"name\";\"developer\";\"verified\"\n\"a\";\"d\";\"y\"\n";
    refused(
        quoted,
        &[".csv:1:", "saved with `;`", "export it with commas"],
    );
    refused("Modell;Entwickler\n", &[":1:", "saved with `;`"]);
    refused(
        "sep=;\nname;developer;verified\n",
        &[".csv:1:", "saved with `;`"],
    );
}

#[test]
fn the_delimiter_is_found_between_the_known_columns_whatever_other_titles_contain() {
    for header in [
        "name;developer;training_flop;verified;seen, by\na;d;6e25;y;me\n",
        "\"checked,\nseen\";name;developer;verified\nyes;a;d;y\n",
        "Name;Developer;Verified\na;d;y\n",
    ] {
        refused(header, &[".csv:1:", "saved with `;`"]);
    }
    let sound = "\"low | high\npriority\",name,developer,verified\n1,a,d,y\n";
    let world = World::with(&[model("a")]).dataset(sound);
    assert_eq!(world.json(&["list"])[0]["name"], "a");
}

#[test]
fn a_row_with_too_few_or_too_many_cells_is_reported_with_its_line() {
    refused(
        sound() + "a,b\n",
        &[".csv:3:", "2 cells where the header has 15", "\"a,b\""],
    );
    refused(sound() + &"x,".repeat(20) + "\n", &[".csv:3:", "21 cells"]);
    refused(
        sound() + "a,\"two\nlines\"\n",
        &[".csv:3:", "ends on line 4)"],
    );
}

#[test]
fn an_open_quote_is_reported_with_the_line_it_opens_on() {
    refused(
        sound() + "\"abc,d\n",
        &[".csv:3:", "a quote opens here and never closes"],
    );
    refused(sound() + "\"", &[".csv:3:", "a quote opens here"]);
    refused(
        sound() + "\"two\nlines\",\"a\"b\n",
        &[".csv:4:", "text follows the closing quote"],
    );
}

#[test]
fn an_open_quote_does_not_swallow_the_rows_up_to_the_next_quote() {
    // Read naively, the note of `a` extends over the row of `b` up to its note, and the number of cells is right.
    let rows = [row("a", "", "\"so it says"), row("b", "y", "\"x\"")];
    refused(dataset(&rows), &[".csv:2:", "a quote opens here"]);
}

#[test]
fn a_row_without_a_name_is_reported_with_its_line() {
    for blank in [" ", "\u{200b}"] {
        refused(sound() + &row(blank, "", ""), &[".csv:3:", "has no name"]);
    }
}

#[test]
fn a_row_without_a_developer_is_reported_with_its_line() {
    refused(
        sound() + &row("b", "", "").replace(",d,", ",,"),
        &[".csv:3:", "has no developer"],
    );
}

#[test]
fn a_dataset_in_another_encoding_is_refused() {
    refused(
        b"name,developer,verified\n\xe9t\xe9,d,y\n",
        &[".csv:2:", "not UTF-8", "0xe9", "CSV UTF-8"],
    );
    let text = "\u{feff}name".encode_utf16();
    let utf16: Vec<u8> = text.flat_map(u16::to_le_bytes).collect();
    refused(utf16, &["UTF-16"]);
}

#[test]
fn a_dataset_that_is_another_kind_of_file_is_refused_with_the_way_to_get_the_right_one() {
    refused(
        b"PK\x03\x04\x14\0\xff",
        &[".csv:1: a zip archive; unpack it with `unzip`"],
    );
    refused(
        b"\x1f\x8b\x08\0\0",
        &[".csv:1: compressed with gzip; unpack it with `gunzip`"],
    );
    refused(
        "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n",
        &[".csv:1: a Git LFS pointer instead of the file; run `git lfs pull`"],
    );
    refused(
        "\u{feff}<!DOCTYPE html>\n<title>Sign in</title>\n",
        &[".csv:1: an HTML page, perhaps an error or a login; fetch the file itself"],
    );
}

#[test]
fn a_second_byte_order_mark_is_refused() {
    refused(
        format!("\u{feff}\u{feff}{}", sound()),
        &[".csv:1:", "two byte order marks"],
    );
}

#[test]
fn lines_that_end_in_a_lone_carriage_return_are_refused() {
    refused("name,developer,verified\ra,d,y\r", &["carriage return"]);
    refused(sound() + "b\rc\n", &[".csv:3:", "carriage return"]);
    refused(
        sound() + "\"two\nlines\",b\rc\n",
        &[".csv:4:", "carriage return"],
    );
    World::with(&[model("a")])
        .dataset(dataset(&[row("a", "y", "\"b\rc\"")]))
        .ok_without_writing(&[]);
}

#[test]
fn an_unresolved_merge_is_refused_as_such_and_not_as_a_ragged_row() {
    let ours = row("b", "y", "ours");
    let theirs = row("b", "", "theirs");
    let merge = format!("<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> other branch\n");
    refused(
        sound() + &merge,
        &[".csv:3:", "an unresolved merge", "<<<<<<< HEAD"],
    );
    // A longer marker, as a nested merge writes it, and a closing marker that was left behind.
    refused(
        sound() + "<<<<<<<<< ours\n" + &ours,
        &[".csv:3:", "an unresolved merge"],
    );
    refused(
        sound() + &ours + ">>>>>>> theirs\n",
        &[".csv:4:", "an unresolved merge"],
    );
}

#[test]
fn an_unresolved_merge_inside_a_cell_is_refused_with_its_line() {
    let note = "\"one\n<<<<<<< HEAD\ntwo\n=======\nthree\n>>>>>>> other\nfour\"";
    refused(
        dataset(&[row("a", "y", note)]),
        &[".csv:3:", "an unresolved merge"],
    );
    let crlf = dataset(&[row("a", "y", note)]).replace('\n', "\r\n");
    refused(crlf, &[".csv:3:", "an unresolved merge"]);
}

#[test]
fn text_that_only_resembles_a_conflict_marker_is_no_merge() {
    let notes = [
        "<<<<<<< HEAD",
        "\"x\n<<<<<< six\"",
        "\"x\n<<<<<<<tight\"",
        "\"x\n=======\"",
        "\"x\n <<<<<<< after a space\"",
    ];
    for note in notes {
        World::with(&[model("a")])
            .dataset(dataset(&[row("a", "y", note)]))
            .ok_without_writing(&[]);
    }
}

#[test]
fn a_second_header_among_the_rows_is_refused() {
    refused(
        sound() + HEADER + "\n" + &row("b", "", ""),
        &[".csv:3:", "a second header line"],
    );
    for header in [
        HEADER.replace("name,", "model,"),
        HEADER.to_uppercase(),
        format!("\u{feff}{HEADER}"),
        format!("\u{feff}\"name\",{}", &HEADER["name,".len()..]),
    ] {
        refused(
            sound() + &header + "\n",
            &[".csv:3:", "a second header line"],
        );
    }
}

#[test]
fn a_second_header_in_a_file_with_few_columns_is_refused_too() {
    for (header, second) in [
        ("model,developer,verified", "model,developer,verified"),
        (
            "name,developer,verified,notes",
            "model,developer,verified,notes",
        ),
        (
            "name,developer,verified,notes",
            "name,developer,verified,comment",
        ),
        (
            "name,developer,verified,x,y",
            "name,developer,verified,my x,my y",
        ),
    ] {
        let commas = ",".repeat(header.matches(',').count() - 1);
        let bytes = format!("{header}\na,d{commas}\n{second}\n");
        refused(bytes, &[".csv:3:", "a second header line"]);
    }
}

#[test]
fn a_model_called_name_is_not_taken_for_a_header() {
    World::with(&[model("name")])
        .dataset(dataset(&[row("name", "y", "why")]))
        .ok_without_writing(&[]);
    let fields = json!({"developer": "developer", "reasoning": "verified", "sources": ["Model"]});
    let world = World::with(&[model_with("name", fields)]);
    world.ok(&[]);
    world.ok_without_writing(&[]);
    world.ok(&["verify", "name", "--note", "verified"]);
    world.ok_without_writing(&[]);
    let fields = json!({
        "developer": "Developer", "training_flop": null, "reasoning": "verified", "estimation_method": "notes",
        "sources": ["sources"],
    });
    let world = World::with(&[model("a"), model_with("Name", fields)]);
    world.ok(&["--include-unestimated"]);
    world.ok_without_writing(&["--include-unestimated"]);
}

#[test]
fn a_row_that_contains_two_column_names_is_not_taken_for_a_header() {
    World::with(&[model("a")])
        .dataset(dataset(&[row("a", "verified", "developer")]))
        .ok_without_writing(&[]);
}

#[test]
fn a_dataset_whose_numbers_are_mostly_nan_is_refused() {
    let rows = [row("a", "y", ""), row("b", "y", ""), row("c", "", "")];
    let mangled = dataset(&rows).replacen("6e+25", "nan", 2);
    refused(
        &mangled,
        &[
            ":2:",
            "2 of the 3 filled cells of `training_flop`",
            "\"nan\"",
        ],
    );
}
