//! The dataset's bytes: the form of the file stays as it is, unless there is a reason to change it.

use serde_json::json;

use crate::support::{HEADER, World, dataset, model, model_at, model_with, row};

/// Verified rows in spellings that a parser and a writer would normalise.
const ODD_ROWS: [&str; 3] = [
    r#""V1","d",,175000000000.0,3.6e+25,,low,scaling_laws,not_sure,uncertain,"plain but quoted",,y,2025-07-31T18:56:49.505562,NA"#,
    "v2,d,,,1.50E+26,,low,m,not_sure,uncertain,\"two\nlines, and \"\"quotes\"\"\",,Y,,\"=1+1\"",
    r#"v3 , d,07/31/2025,1e11,3.5999999999999997e+25,,,,,,é ü 中文 🤖,, y ,,"  padded  ""#,
];

fn odd_dataset(bom: &str, line_end: &str) -> String {
    format!(
        "{bom}{HEADER}{line_end}{}{line_end}",
        ODD_ROWS.join(line_end)
    )
}

#[test]
fn verified_rows_keep_their_bytes_through_many_refreshes_in_lf_crlf_and_bom_files() {
    for (bom, line_end) in [
        ("", "\n"),
        ("", "\r\n"),
        ("\u{feff}", "\n"),
        ("\u{feff}", "\r\n"),
    ] {
        let world = World::new().dataset(odd_dataset(bom, line_end));
        for round in 0..5 {
            let flop = format!("{}e25", 6 + round);
            world.set_models(&[
                model_at("v1", &flop),
                model_at("V2", "1e20"),
                model_at("v3", "6e24"),
                model_at("n", &flop),
            ]);
            world.ok(&[]);
        }
        let text = world.text();
        for odd in ODD_ROWS {
            let line = format!("{odd}{line_end}");
            assert!(text.contains(&line), "{line:?}\nis not in\n{text:?}");
        }
        let header = format!("{bom}{HEADER}{line_end}");
        assert!(text.starts_with(&header), "{text:?}");
        // The second odd row has a bare LF within its quotes.
        let bare = text.matches('\n').count() - text.matches("\r\n").count();
        let expected = if line_end == "\n" { 6 } else { 1 };
        assert_eq!(bare, expected, "{text:?}");
    }
}

#[test]
fn column_order_and_columns_outside_the_schema_stay() {
    let header = "reviewer,verified,notes,developer,name,release_date,parameters,training_flop,training_flop_formatted,confidence,\
                  estimation_method,threshold_classification,status,reasoning,sources,last_updated";
    let world = World::with(&[model("v"), model("u"), model("n")]).dataset(format!(
        "{header}\nana,y,,d,v,,,,,,,,,,,\nbo,,why?,d,u,,,,,,,,,,,\n"
    ));
    world.ok(&[]);
    let text = world.text();
    assert!(text.starts_with(&format!("{header}\n")), "{text}");
    assert!(text.contains("\nana,y,,d,v,,,,,,,,,,,\n"), "{text}");
    let updated = world.row("u");
    let cells = ["reviewer", "notes", "training_flop"].map(|column| &*updated[column]);
    assert_eq!(cells, ["bo", "why?", "6e+25"]);
    assert_eq!(world.row("n")["reviewer"], "");
}

#[test]
fn other_columns_keep_their_names_when_model_is_renamed() {
    let header = "model,developer,verified, Mine ,\"o,k\",\n";
    let world = World::with(&[model("a")]).dataset(format!("{header}v,d,y,,,\n"));
    world.ok(&[]);
    let expected = "name,developer,verified,Mine,\"o,k\",,release_date,";
    assert!(world.text().starts_with(expected), "{}", world.text());
    // Where there is a `name`, the column `model` is one of the owner's.
    let both = format!("{HEADER},model\nv,d{},x\n", ",".repeat(13));
    let world = World::with(&[model("a")]).dataset(&both);
    world.ok(&[]);
    assert!(world.text().starts_with(&format!("{HEADER},model\n")));
}

#[test]
fn spaces_around_column_names_stay_and_are_no_reason_to_write() {
    let header = HEADER.replace(",notes", ", notes ");
    let world = World::with(&[model("a")]).dataset(format!("{header}\n{}", row("a", "y", "n")));
    world.ok_without_writing(&[]);
    world.set_models(&[model("a"), model("b")]);
    world.ok(&[]);
    assert!(world.text().starts_with(&format!("{header}\n")));
}

#[test]
fn the_old_column_name_is_replaced_and_missing_columns_are_appended_once() {
    let world = World::with(&[model("a")]).dataset("model,developer,verified\na,d,\nv,d,y\n");
    world.ok(&[]).expect_stdout("`model` is renamed to `name`");
    let text = world.text();
    assert!(
        text.starts_with("name,developer,verified,release_date,"),
        "{text}"
    );
    let verified = format!("\nv,d,y{}\n", ",".repeat(12));
    assert!(text.contains(&verified), "{text}");
    world.ok_without_writing(&[]);
}

#[test]
fn rows_keep_their_own_line_ends_and_new_rows_get_the_most_frequent_one() {
    let kept = [
        row("v1", "y", ""),
        row("v2", "y", "").replace('\n', "\r\n"),
        row("v3", "y", "").replace('\n', "\r\n"),
    ]
    .concat();
    let world = World::with(&[model("new")]).dataset(format!("{HEADER}\r\n{kept}"));
    world.ok(&[]);
    let new = row("new", "", "").replace('\n', "\r\n");
    assert_eq!(world.text(), format!("{HEADER}\r\n{new}{kept}"));
    let kept = kept + &row("v4", "y", "").replace('\n', "\r\n");
    world.set_dataset(format!("{HEADER}\n{kept}"));
    world.ok(&[]);
    assert_eq!(world.text(), format!("{HEADER}\n{new}{kept}"));
}

#[test]
fn the_first_rows_get_the_line_end_of_the_header() {
    let world = World::with(&[model("a")]).dataset(format!("{HEADER}\r\n"));
    world.ok(&[]);
    let expected = dataset(&[row("a", "", "")]).replace('\n', "\r\n");
    assert_eq!(world.text(), expected);
}

#[test]
fn blank_lines_and_a_missing_final_newline_are_no_reason_to_write() {
    let text = dataset(&[
        "\n".to_owned(),
        row("a", "", ""),
        "  \n".to_owned(),
        row("b", "", ""),
    ]);
    let world = World::with(&[model("a"), model("b")]).dataset(text.trim_end());
    world.ok_without_writing(&[]);
    // When there is another reason, both are put right.
    world.set_models(&[model("a"), model("b"), model("c")]);
    world.ok(&[]);
    let rows = ["a", "b", "c"].map(|name| row(name, "", ""));
    assert_eq!(world.text(), dataset(&rows));
}

#[test]
fn text_that_needs_quotes_reads_back_as_it_was() {
    let reasoning = "a \"quoted\", comma\r\nand a line\u{0}; =HYPERLINK(\"x\")";
    let world = World::with(&[model_with("a,\"b\"", json!({"reasoning": reasoning}))]);
    world.ok(&[]);
    let written = reasoning.replace('\0', "\u{fffd}");
    assert_eq!(world.row("a,\"b\"")["reasoning"], written);
    world.ok_without_writing(&[]);
}

#[test]
fn a_line_in_a_cell_that_looks_like_a_conflict_marker_gets_a_space_in_front() {
    let reasoning = "<<<<<<< first\n>>>>>>> second\r\n<<<<<<<< third\n======= not\n<<<<<<<tight";
    let world = World::with(&[model_with("a", json!({"reasoning": reasoning}))]);
    world.ok(&[]);
    let written = reasoning
        .replace(">>>>>>> second", " >>>>>>> second")
        .replace("<<<<<<<< third", " <<<<<<<< third");
    assert_eq!(world.row("a")["reasoning"], written);
    world.ok_without_writing(&[]);
}

#[test]
fn a_first_cell_that_begins_like_a_conflict_marker_is_quoted() {
    let world = World::with(&[model("<<<<<<< HEAD"), model(">>>>>>>> x")]);
    world.ok(&[]);
    let text = world.text();
    assert!(text.contains("\n\"<<<<<<< HEAD\","), "{text}");
    assert!(text.contains("\n\">>>>>>>> x\","), "{text}");
    world.ok_without_writing(&[]);
}

#[test]
fn a_row_that_changes_keeps_the_text_of_every_other_cell() {
    let odd = r#""a","d",2025-07-31 ,175000000000.0,6e+25,6.00e+25,medium,scaling_laws,high_confidence_above,likely_above,six of them,"https://example.org/a",,2025-08-01T00:00:00,"  padded, ""quoted"" ""#;
    let world = World::with(&[model_at("a", "7e25")]).dataset(format!("{HEADER},own\n{odd}, x \n"));
    world.ok(&[]);
    let row = world.row("a");
    let cells = ["release_date", "parameters", "notes", "own"].map(|column| &*row[column]);
    assert_eq!(
        cells,
        [
            "2025-07-31 ",
            "175000000000.0",
            "  padded, \"quoted\" ",
            " x "
        ]
    );
    assert_eq!(row["training_flop"], "7e+25");
}

#[test]
fn no_renamed_column_is_reported_when_the_dataset_is_not_written() {
    let text = dataset(&[row("a", "y", "mine")]).replacen("name", "model", 1);
    let world = World::with(&[model_at("a", "2e25")]).dataset(&text);
    let accepted = world.ok(&["accept", "a", "--note", "n"]);
    assert!(!accepted.stdout.contains("Layout"), "{}", accepted.stdout);
    assert_eq!(world.text(), text);
}
