//! A table for `git diff` and `git log -p`: a line for each cell, so that one changed number is one changed line.

use strum::VariantArray;

use super::kind::Kind;
use crate::text::shown;

/// `[name | developer]` and the filled cells of each row, by key. A file that cannot be read, or that is not one of the program's, stays as
/// it is. Git does not pass the name of the file, so its columns tell which file it is.
pub fn textconv(bytes: &[u8]) -> Vec<u8> {
    let mut kinds = Kind::VARIANTS.iter();
    let Some((table, mut records)) = kinds.find_map(|kind| kind.read(bytes).ok()) else {
        return bytes.to_owned();
    };
    let header = &table.header;
    let key_places = header.key_places();
    records.sort_by_cached_key(|record| table.key(record));
    let mut text = String::new();
    for record in &records {
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
