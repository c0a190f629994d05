//! What people wrote and how their file looks stays, byte for byte (behaviour §5, §6).

use serde_json::json;

use crate::support::{HEADER, World, dataset, model, model_at, model_with, row};

/// Verified rows in spellings that a parser and a writer would normalise.
const ODD_ROWS: [&str; 3] = [
    r#""V1","d",,175000000000.0,3.6e+25,,low,scaling_laws,not_sure,uncertain,"plain but quoted",,y,2025-07-31T18:56:49.505562,NA"#,
    "v2,d,,,1.50E+26,,low,m,not_sure,uncertain,\"two\nlines, and \"\"quotes\"\"\",,Y,,\"=1+1\"",
    r#"v3 , d,07/31/2025,1e11,3.5999999999999997e+25,,,,,,é ü 中文 🤖,, y ,,"  padded  ""#,
];

fn odd_dataset(mark: &str, end: &str) -> Vec<u8> {
    format!("{mark}{HEADER}{end}{}{end}", ODD_ROWS.join(end)).into_bytes()
}

#[test]
fn verified_rows_keep_their_bytes_through_many_refreshes_in_lf_crlf_and_bom_files() {
    for end in ["\n", "\r\n"] {
        for mark in ["", "\u{feff}"] {
            let world = World::new().dataset(odd_dataset(mark, end));
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
                assert!(
                    text.contains(&format!("{odd}{end}")),
                    "{end:?} {mark:?}: {odd}\nis not in\n{text}"
                );
            }
            assert!(text.starts_with(&format!("{mark}{HEADER}{end}")), "{text}");
            // The second odd row has a bare LF of its own, inside of quotes.
            let others = text.matches('\n').count() - text.matches("\r\n").count();
            assert_eq!(others, if end == "\n" { 6 } else { 1 }, "{text:?}");
        }
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
    assert!(
        world.text().starts_with(&format!("{header}\n")),
        "{}",
        world.text()
    );
    assert!(
        world.text().contains("\nana,y,,d,v,,,,,,,,,,,\n"),
        "{}",
        world.text()
    );
    let updated = world.row("u");
    assert_eq!(
        (
            &*updated["reviewer"],
            &*updated["notes"],
            &*updated["training_flop"]
        ),
        ("bo", "why?", "6e+25")
    );
    assert_eq!(world.row("n")["reviewer"], "");
}

#[test]
fn the_old_header_is_renamed_and_completed_once() {
    let world = World::with(&[model("a")]).dataset("model,developer,verified\na,d,\nv,d,y\n");
    let run = world.ok(&[]);
    assert!(
        world
            .text()
            .starts_with("name,developer,verified,release_date,"),
        "{}",
        world.text()
    );
    assert!(
        run.stdout.contains("`model` is renamed to `name`"),
        "{}",
        run.stdout
    );
    assert!(
        world
            .text()
            .contains(&format!("\nv,d,y{}\n", ",".repeat(12))),
        "{}",
        world.text()
    );
    let before = world.tree();
    world.ok(&[]);
    assert_eq!(world.tree(), before);
}

#[test]
fn in_a_file_of_mixed_line_ends_each_row_keeps_its_own_and_new_ones_get_the_majority() {
    let kept = [
        row("v1", "y", ""),
        row("v2", "y", "").replace('\n', "\r\n"),
        row("v3", "y", "").replace('\n', "\r\n"),
    ];
    let world = World::with(&[model("new")]).dataset(format!("{HEADER}\r\n{}", kept.concat()));
    world.ok(&[]);
    let expected = [
        &row("new", "", "").replace('\n', "\r\n"),
        &kept[0],
        &kept[1],
        &kept[2],
    ]
    .map(String::as_str)
    .concat();
    assert_eq!(world.text(), format!("{HEADER}\r\n{expected}"));
}

#[test]
fn blank_lines_and_a_missing_final_newline_alone_are_no_reason_to_write() {
    let text = dataset(&[
        "\n".to_owned(),
        row("a", "", ""),
        "  \n".to_owned(),
        row("b", "", ""),
    ]);
    let world = World::with(&[model("a"), model("b")]).dataset(text.trim_end());
    let before = world.tree();
    world.ok(&[]);
    assert_eq!(world.tree(), before);
    world.set_models(&[model("a"), model("b"), model("c")]);
    world.ok(&[]);
    assert_eq!(
        world.text(),
        dataset(&[row("a", "", ""), row("b", "", ""), row("c", "", "")])
    );
}

#[test]
fn text_that_needs_quotes_reads_back_as_it_was() {
    let reasoning = "a \"quoted\", comma\r\nand a line\u{0}; =HYPERLINK(\"x\")";
    let world = World::with(&[model_with("a,\"b\"", json!({"reasoning": reasoning}))]);
    world.ok(&[]);
    assert_eq!(world.row("a,\"b\"")["reasoning"], reasoning);
    let before = world.tree();
    world.ok(&[]);
    assert_eq!(world.tree(), before);
}
