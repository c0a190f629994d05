//! Shows a table in `git diff` and `git log -p` with a line for each cell, so that one changed number is one changed line.

use strum::VariantArray;

use super::kind::Kind;
use crate::dataset::{Record, Table};
use crate::key::Key;
use crate::text::{is_conflict_marker, shown};

/// `[name | developer]` and the filled cells of each row, by key. Rows in conflict stay between git's markers, as in the file. A file that
/// cannot be read, or that is not one of the program's, stays as it is. Git does not pass the name of the file, so the columns tell which
/// file it is.
pub fn textconv(bytes: &[u8]) -> Vec<u8> {
    let mut kinds = Kind::VARIANTS.iter();
    let text = str::from_utf8(bytes).ok();
    let by_cells = text.and_then(|text| kinds.find_map(|kind| by_cells(*kind, text)));
    by_cells.map_or_else(|| bytes.to_owned(), String::into_bytes)
}

/// The rows outside conflicts by key, and each conflict at the place of its first row.
fn by_cells(kind: Kind, text: &str) -> Option<String> {
    let mut settled = String::new();
    // The markers of all conflicts, each with the text between it and the next one.
    let mut marked: Vec<(&str, String)> = Vec::new();
    let is_end = |(marker, _): &(&str, String)| marker.starts_with('>');
    for line in text.split_inclusive('\n') {
        let open = marked.last_mut().filter(|last| !is_end(last));
        let is_middle = line.starts_with("=======") || line.starts_with("|||||||");
        match open {
            Some(_) if is_middle => marked.push((line, String::new())),
            _ if is_conflict_marker(line) => marked.push((line, String::new())),
            Some((_, rows)) => *rows += line,
            None => settled += line,
        }
    }
    let (table, records) = kind.read(settled.as_bytes()).ok()?;
    let rows = records.iter().map(|record| row(&table, record));
    let mut blocks: Vec<(Key, String)> = rows.collect();
    for conflict in marked.split_inclusive(is_end) {
        let (mut first, mut block) = (None, String::new());
        for (marker, rows) in conflict {
            block += &format!("{}\n", shown(marker.trim_end()));
            let text = format!("{}\n{rows}", table.header.raw()?);
            let (table, records) = kind.read(text.as_bytes()).ok()?;
            for (key, row) in records.iter().map(|record| row(&table, record)) {
                first.get_or_insert(key);
                block += &row;
            }
        }
        blocks.push((first?, block));
    }
    blocks.sort_by(|(one, _), (other, _)| one.cmp(other));
    Some(blocks.into_iter().map(|(_, block)| block).collect())
}

/// The key of a row, and its lines.
fn row(table: &Table<'_>, record: &Record<'_>) -> (Key, String) {
    let header = &table.header;
    let key_places = header.key_places();
    let [name, developer] = key_places.map(|place| shown(record.cell(place)));
    let mut text = format!("[{name} | {developer}]\n");
    for (place, cell) in record.cells().enumerate() {
        if cell.is_empty() || key_places.contains(&place) {
            continue;
        }
        // A cell of several lines keeps its lines, with a deeper indent.
        let lines: Vec<_> = cell.lines().map(shown).collect();
        let column = shown(header.name(place));
        text += &format!("  {column}: {}\n", lines.join("\n    "));
    }
    (table.key(record), text)
}

#[cfg(test)]
mod tests {
    use super::textconv;

    fn converted(text: &str) -> String {
        String::from_utf8(textconv(text.as_bytes())).expect("UTF-8")
    }

    #[test]
    fn rows_are_sorted_by_key_with_one_line_for_each_cell() {
        let text =
            "name,developer,training_flop,reasoning,verified\nb,d,1e25,\"one\r\ntwo\",\n A ,d,,,\n";
        let expected = "[ A  | d]\n[b | d]\n  training_flop: 1e25\n  reasoning: one\n    two\n";
        assert_eq!(converted(text), expected);
    }

    #[test]
    fn control_characters_are_escaped() {
        let text = "name,developer,verified,notes\na,d,,\u{1b}[2Jgone\n";
        assert_eq!(converted(text), "[a | d]\n  notes: \\u{1b}[2Jgone\n");
    }

    #[test]
    fn rows_in_conflict_stay_between_the_markers_and_the_others_are_sorted_by_key() {
        let text = "name,developer,verified\r\nc,d,\r\n<<<<<<< HEAD\r\nb,d,y\r\n||||||| base\r\n=======\r\nb,d,no\r\n>>>>>>> x\u{1b}\r\na,d,\r\n";
        let expected = "[a | d]\n<<<<<<< HEAD\n[b | d]\n  verified: y\n||||||| base\n=======\n[b | d]\n  verified: no\n\
                        >>>>>>> x\\u{1b}\n[c | d]\n";
        assert_eq!(converted(text), expected);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_shown_as_it_is() {
        for text in [
            "",
            "a,b\n1,2\n",
            "name,developer\nbroken\n",
            "<<<<<<< ours\nname,developer\n",
            "name,developer,verified\n>>>>>>> theirs\na,d,\n",
            "name,developer,verified\n<<<<<<< ours\na,d,\n=======\nbroken\n>>>>>>> theirs\n",
        ] {
            assert_eq!(converted(text), text);
        }
        assert_eq!(
            textconv(b"name,developer\na,\xff\n"),
            b"name,developer\na,\xff\n"
        );
    }
}
