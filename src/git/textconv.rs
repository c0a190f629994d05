//! A table for `git diff` and `git log -p`: a line for each cell, so that one changed number is one changed line.

use strum::VariantArray;

use super::keyed_table::{KeyedTable, Kind};
use crate::text::shown;

/// `[name | developer]` and the filled cells of each row, by key. A file that cannot be read, or that is not one of the program's, stays as
/// it is. Git does not pass the name of the file, so its columns tell which file it is.
pub fn textconv(bytes: &[u8]) -> Vec<u8> {
    let mut kinds = Kind::VARIANTS.iter();
    let Some(keyed) = kinds.find_map(|kind| KeyedTable::read(*kind, bytes).ok()) else {
        return bytes.to_owned();
    };
    let header = &keyed.table.header;
    let key_places = header.key_places();
    let mut rows: Vec<_> = keyed.rows.iter().collect();
    rows.sort_by_key(|(key, _)| key);
    let mut text = String::new();
    for (_, record) in rows {
        let [name, developer] = key_places.map(|place| shown(record.cell(place)));
        text += &format!("[{name} | {developer}]\n");
        for (place, cell) in record.cells().enumerate() {
            if cell.is_empty() || key_places.contains(&place) {
                continue;
            }
            // A cell of several lines keeps its lines, with a deeper indent.
            let lines: Vec<_> = cell.lines().map(shown).collect();
            let column = shown(header.name(place));
            text += &format!("  {column}: {}\n", lines.join("\n    "));
        }
    }
    text.into_bytes()
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
