//! A table for `git diff` and `git log -p`: a line for each cell, so that one changed number is one changed line.

use std::fmt::Write;

use strum::VariantArray;

use super::sheet::{Kind, Row, Sheet};
use crate::text::shown;

/// `[name | developer]` and the filled cells of each row, by key. A file that cannot be read, or that is none of the program's, as it
/// is. Git does not say what a file is called, so its columns have to.
pub fn textconv(bytes: &[u8]) -> Vec<u8> {
    let kinds = Kind::VARIANTS.iter();
    let sheet = kinds
        .filter_map(|kind| Sheet::read(*kind, bytes).ok())
        .next();
    sheet.map_or_else(|| bytes.to_owned(), |sheet| text(&sheet).into_bytes())
}

fn text(sheet: &Sheet<'_>) -> String {
    let header = &sheet.table.header;
    let place = |name| header.find(name).unwrap_or_default();
    let (name, developer) = (place("name"), place("developer"));
    let mut rows: Vec<&Row<'_>> = sheet.rows.iter().collect();
    rows.sort_by_key(|row| &row.key);
    rows.iter().fold(String::new(), |mut text, row| {
        let of_key = [name, developer].map(|place| shown(row.record.cell(place)));
        let _ = writeln!(text, "[{} | {}]", of_key[0], of_key[1]);
        for (place, column) in header.names().enumerate() {
            let cell = row.record.cell(place);
            if ![name, developer].contains(&place) && !cell.is_empty() {
                // A cell of several lines keeps them, further in.
                let lines: Vec<_> = cell
                    .split('\n')
                    .map(|line| shown(line.trim_end_matches('\r')))
                    .collect();
                let _ = writeln!(text, "  {}: {}", shown(column), lines.join("\n    "));
            }
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::textconv;

    fn converted(text: &str) -> String {
        String::from_utf8(textconv(text.as_bytes())).expect("UTF-8")
    }

    #[test]
    fn rows_stand_by_key_and_a_cell_is_a_line() {
        let text =
            "name,developer,training_flop,reasoning,verified\nb,d,1e25,\"one\r\ntwo\",\n A ,d,,,\n";
        let expected = "[ A  | d]\n[b | d]\n  training_flop: 1e25\n  reasoning: one\n    two\n";
        assert_eq!(converted(text), expected);
    }

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        let text = "name,developer,verified,notes\na,d,,\u{1b}[2Jgone\n";
        assert_eq!(converted(text), "[a | d]\n  notes: \\u{1b}[2Jgone\n");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_shown_as_it_is() {
        for text in [
            "",
            "a,b\n1,2\n",
            "name,developer\nbroken\n",
            "<<<<<<< ours\nname,developer\n",
        ] {
            assert_eq!(converted(text), text);
        }
        assert_eq!(
            textconv(b"name,developer\na,\xff\n"),
            b"name,developer\na,\xff\n"
        );
    }
}
