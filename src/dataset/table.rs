//! A CSV file whose rows keep their bytes. The csv crate finds the records and reads their cells. A row that stays is the slice of the file
//! between two of csv's positions.

use csv::{ReaderBuilder, StringRecord};

use super::header::Header;
use super::record::{LineEnd, Record};
use super::refusal::Refusal;
use crate::key::Key;
use crate::schema::Columns;
use crate::text::{
    count_newlines, is_conflict_marker, offset_in, plural, position, quoted, recognised,
};

/// A CSV file apart from its rows: its byte order mark, its line ends and its columns.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    /// The byte order mark, or `""`.
    pub byte_order_mark: &'a str,
    /// The line end of most lines, used for new ones.
    pub line_end: LineEnd,
    /// The columns.
    pub header: Header<'a>,
}

impl<'a> Table<'a> {
    /// A file that is yet to be written.
    pub fn absent<C: Columns>() -> Table<'a> {
        Table {
            byte_order_mark: "",
            line_end: "\n",
            header: Header::new::<C>(None),
        }
    }

    /// Reads the table and the rows of a CSV file.
    ///
    /// # Errors
    /// The whole file is refused for a fault such as an encoding other than UTF-8, a conflict marker, a ragged row, an unclosed quote, text
    /// after a closing quote, a required column that is missing, or a column that is misspelled or repeated (behaviour §7).
    pub fn parse<C: Columns>(bytes: &'a [u8]) -> Result<(Table<'a>, Vec<Record<'a>>), Refusal> {
        Table::parse_with::<C>(bytes, None)
    }

    /// Like [`Table::parse`]. With the header of the current file as `today`, it reads an older copy, in which only the columns of the key
    /// are required.
    pub(super) fn parse_with<C: Columns>(
        bytes: &'a [u8],
        today: Option<&Header<'_>>,
    ) -> Result<(Table<'a>, Vec<Record<'a>>), Refusal> {
        let required = today.map_or(C::REQUIRED, |_| &["name", "developer"]);
        let (byte_order_mark, text) = decoded(bytes)?;
        let names = C::NAMES.iter().copied();
        let old = C::OLD_NAME.map(|(old, _)| old);
        refuse_other_delimiter(text, &names.chain(old).collect::<Vec<_>>())?;
        let mut lines = (1..).zip(text.lines());
        if let Some((line, text)) = lines.find(|(_, text)| is_conflict_marker(text)) {
            let trouble = format!(
                "an unresolved merge: this line is a conflict marker ({})",
                quoted(text)
            );
            let remedy = "decide between the two sides and remove git's markers; during a merge, `git merge --abort` starts over";
            return Err(Refusal::new(line, trouble, remedy));
        }
        let mut records = records(text)?.into_iter();
        let Some(header) = records.next() else {
            let trouble = "the file is empty and does not even have a header";
            let remedy = "restore it: a CSV begins with a line that names its columns";
            return Err(Refusal::new(1, trouble, remedy));
        };
        let header = Header::parse::<C>(header, required, today)?;
        let records: Vec<_> = records.collect();
        if let Some(header) = records
            .iter()
            .find(|record| is_header::<C>(&header, required, record))
        {
            let begins = quoted(header.raw);
            let trouble =
                format!("there is a second header line among the rows (it begins {begins})");
            let remedy = "two files seem to have been joined, perhaps by a union merge: remove this line, and look for rows that occur twice";
            return Err(Refusal::new(header.line, trouble, remedy));
        }
        let width = header.width();
        if let Some(ragged) = records.iter().find(|record| record.width() != width) {
            let trouble = format!(
                "this row has {} where the header has {width} (it begins {}, and ends on line {})",
                plural(ragged.width(), "cell"),
                quoted(ragged.raw),
                ragged.line + count_newlines(ragged.raw.as_bytes())
            );
            let remedy = "there is a comma too many or too few, or a quote was left open: quote the cell that has the comma, or add the missing cells";
            return Err(Refusal::new(ragged.line, trouble, remedy));
        }
        let ends = records.iter().map(|record| record.end);
        let ends = ends.chain([header.line_end()]).flatten();
        let (crlf, lf): (Vec<_>, Vec<_>) = ends.partition(|end| *end == "\r\n");
        let line_end = if crlf.len() > lf.len() { "\r\n" } else { "\n" };
        let table = Table {
            byte_order_mark,
            line_end,
            header,
        };
        Ok((table, records))
    }

    /// The name and the developer in a record, as they are written.
    pub fn name_and_developer<'r>(&self, record: &'r Record<'_>) -> [&'r str; 2] {
        self.header.key_places().map(|place| record.cell(place))
    }

    /// The key of a record's model, as it is written.
    pub fn key(&self, record: &Record<'_>) -> Key {
        let [name, developer] = self.name_and_developer(record);
        Key::new(name, developer)
    }

    /// The text of a record in a column; `""` where the file has no such column.
    pub fn cell<'r>(&self, record: &'r Record<'_>, column: impl Columns) -> &'r str {
        record.cell(self.header.place(column))
    }
}

/// The byte order mark (or `""`) and the records, header first, of a CSV file that is not the program's own. Some of its columns should
/// have these names.
pub fn foreign_records<'b>(
    bytes: &'b [u8],
    names: &[&str],
) -> Result<(&'b str, Vec<Record<'b>>), Refusal> {
    let (byte_order_mark, text) = decoded(bytes)?;
    refuse_other_delimiter(text, names)?;
    Ok((byte_order_mark, records(text)?))
}

/// The cells of a text that is a record by itself, such as a cell that holds a list; `None` where it is not exactly one sound record.
pub fn cells_of_one(text: &str) -> Option<Vec<String>> {
    let records = records(text).ok()?;
    let [record] = &*records else {
        return None;
    };
    Some(record.cells().map(str::to_owned).collect())
}

/// Whether a row is a second header line, as in files that were joined. Such a line may begin with the byte order mark of its file. A row
/// may contain column names, but a header line contains hardly anything else.
fn is_header<C: Columns>(header: &Header<'_>, required: &[&str], record: &Record<'_>) -> bool {
    let has = |name: &str| record.cells().any(|cell| is_called(cell, name));
    let has_old = |name: &str| C::OLD_NAME.is_some_and(|(old, today)| today == name && has(old));
    if !required.iter().all(|name| has(name) || has_old(name)) {
        return false;
    }
    let old = C::OLD_NAME.map(|(old, _)| old);
    let is_name = |cell: &&str| header.names().chain(old).any(|name| is_called(cell, name));
    let is_filled = |cell: &&str| !cell.trim().is_empty();
    let places = C::NAMES.iter().filter_map(|name| header.find(name));
    let mut of_schema = places.map(|place| record.cell(place)).filter(is_filled);
    let filled: Vec<&str> = record.cells().filter(is_filled).collect();
    let names = filled.iter().copied().filter(is_name);
    of_schema.all(|cell| is_name(&cell)) || names.count() * 4 >= filled.len() * 3
}

/// The byte order mark, or `""`, and the text after it.
fn decoded(bytes: &[u8]) -> Result<(&str, &str), Refusal> {
    if let Some((what, remedy)) = recognised(bytes) {
        return Err(Refusal::new(1, what, remedy));
    }
    let text = str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let (line, column) = position(bytes, at);
        let trouble = format!("not UTF-8: byte 0x{:02x} at column {column}", bytes[at]);
        let remedy = "save the file as \"CSV UTF-8\", not as \"Unicode text\", which is UTF-16";
        Refusal::new(line, trouble, remedy)
    })?;
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mark = &text[..text.len() - rest.len()];
    if !mark.is_empty() && rest.starts_with('\u{feff}') {
        let trouble = "there are two byte order marks at the beginning";
        return Err(Refusal::new(1, trouble, "remove one of them"));
    }
    Ok((mark, rest))
}

/// Refuses a text with a character other than commas between its cells. Some of its columns should have these names, and the message says
/// that the first is missing.
fn refuse_other_delimiter(text: &str, names: &[&str]) -> Result<(), Refusal> {
    let mut lines = (1..).zip(text.lines());
    if let Some((line, header)) = lines.find(|(_, line)| !line.trim().is_empty())
        && let Some(delimiter) = other_delimiter(&text[offset_in(text, header)..], names)
    {
        let name = names[0];
        let trouble =
            format!("no column `{name}`: was the file saved with `{delimiter}` between the cells?");
        return Err(Refusal::new(line, trouble, "export it with commas").in_column(name));
    }
    Ok(())
}

/// The character that separates more column names in the header than commas do. A line such as `sep=;`, which spreadsheets read, may
/// precede the header.
fn other_delimiter(text: &str, names: &[&str]) -> Option<char> {
    const OTHERS: [char; 3] = [';', '\t', '|'];
    let is_name = |cell: &&str| names.iter().any(|name| is_called(cell, name));
    let first_lines = text.lines().filter(|line| !line.trim().is_empty()).take(2);
    let names_between = |delimiter: char| {
        let names_in = |line: &str| line.split(delimiter).filter(is_name).count();
        first_lines.clone().map(names_in).max()
    };
    let of_commas = names_between(',');
    let mut others = OTHERS.into_iter();
    let other = others.find(|other| names_between(*other) > of_commas);
    // In a header without any of these names and without commas, it is the first such character.
    let header = text.lines().next().unwrap_or_default();
    let has_no_names = of_commas == Some(0) && !header.contains(',');
    let first = header.chars().find(|c| OTHERS.contains(c));
    other.or(first.filter(|_| has_no_names))
}

/// Whether a cell is this column name in upper or lower case. Quotes, spaces and byte order marks around it are ignored.
fn is_called(cell: &str, name: &str) -> bool {
    let around = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '"');
    cell.trim_matches(around).eq_ignore_ascii_case(name)
}

/// The records of a text without byte order mark; blank lines are not records.
fn records(text: &str) -> Result<Vec<Record<'_>>, Refusal> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    let (mut read, mut line, mut from) = (StringRecord::new(), 1, 0);
    loop {
        let is_read = reader
            .read_record(&mut read)
            .map_err(|error| Refusal::new(line, format!("not CSV: {error}"), "correct the line"))?;
        if !is_read {
            return Ok(records);
        }
        // In a file with CRLF, csv's position after a record lies between `\r` and `\n`; blank lines fall into the next record.
        let to = usize::try_from(reader.position().byte()).unwrap_or(text.len());
        let is_line_end = |c| matches!(c, '\r' | '\n');
        let raw = text[from..to].trim_start_matches(is_line_end);
        let start = to - raw.len();
        line += count_newlines(&text.as_bytes()[from..start]);
        let raw = raw.strip_suffix('\n').unwrap_or(raw);
        let raw = raw.strip_suffix('\r').unwrap_or(raw);
        refuse_loose_quotes(raw, line, &read)?;
        let end = start + raw.len();
        let end = match &text.as_bytes()[end..] {
            [] => None,
            [b'\n', ..] => Some("\n"),
            [b'\r', b'\n', ..] | [b'\r'] => Some("\r\n"),
            _ => {
                let trouble = "there is a carriage return without a line feed outside quotes";
                let remedy = "save the file with LF or CRLF line ends";
                let line = line + count_newlines(raw.as_bytes());
                return Err(Refusal::new(line, trouble, remedy));
            }
        };
        // Spreadsheets leave behind lines of nothing but commas and spaces.
        if read.iter().any(|cell| !cell.trim().is_empty()) {
            let mut cells = StringRecord::with_capacity(raw.len(), read.len());
            cells.extend(&read);
            records.push(Record {
                raw,
                line,
                end,
                cells,
            });
        }
        line += count_newlines(&text.as_bytes()[start..to]);
        from = to;
    }
}

/// csv reads leniently, so the cells that it read are compared with the bytes: a quoted cell has to be exactly what a writer makes of its
/// text, and an unquoted cell has to be its text. Where they differ, a quote was left open, or text follows a closing quote.
fn refuse_loose_quotes(raw: &str, line: usize, read: &StringRecord) -> Result<(), Refusal> {
    let mut rest = raw;
    for (place, cell) in read.iter().enumerate() {
        if place > 0 {
            rest = rest.strip_prefix(',').unwrap_or(rest);
        }
        let after = match rest.strip_prefix('"') {
            Some(inside) => inside
                .strip_prefix(&*cell.replace('"', "\"\""))
                .and_then(|after| after.strip_prefix('"')),
            None => rest.strip_prefix(cell),
        };
        let Some(after) = after.filter(|text| text.is_empty() || text.starts_with(',')) else {
            let trouble = "a quote opens here and never closes, or text follows the closing quote";
            let remedy =
                "close it where the cell ends, and double the quotes that belong to the text";
            let before = &raw[..raw.len() - rest.len()];
            let line = line + count_newlines(before.as_bytes());
            return Err(Refusal::new(line, trouble, remedy));
        };
        rest = after;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raws(text: &str) -> Vec<(&str, usize)> {
        let found = records(text).expect("well-formed");
        found
            .iter()
            .map(|record| (record.raw, record.line))
            .collect()
    }

    #[test]
    fn records_end_at_lf_or_crlf_or_the_end_of_the_file() {
        assert_eq!(
            raws("a,b\r\nc,d\ne,f"),
            [("a,b", 1), ("c,d", 2), ("e,f", 3)]
        );
        assert_eq!(raws("a\r"), [("a", 1)]);
        let ends: Vec<_> = records("a\r\nb\nc")
            .expect("well-formed")
            .iter()
            .map(|record| record.end)
            .collect();
        assert_eq!(ends, [Some("\r\n"), Some("\n"), None]);
    }

    #[test]
    fn blank_lines_are_not_records_but_count_as_lines() {
        assert_eq!(raws("\n\r\na\n  \n\nb\n\n"), [("a", 3), ("b", 6)]);
        assert_eq!(raws("a\r\n\r\n\r\nb\r\n"), [("a", 1), ("b", 4)]);
    }

    #[test]
    fn a_quoted_cell_may_hold_line_ends_commas_and_quotes() {
        assert_eq!(
            raws("a,\"x\r\n\"\"y\"\",\n\"\nb\n"),
            [("a,\"x\r\n\"\"y\"\",\n\"", 1), ("b", 4)]
        );
        let found = records("\"a,\"\"b\",,c,\"\",\n").expect("well-formed");
        assert_eq!(
            found[0].cells().collect::<Vec<_>>(),
            ["a,\"b", "", "c", "", ""]
        );
    }

    #[test]
    fn a_quote_inside_an_unquoted_cell_is_a_character_like_any_other() {
        assert_eq!(raws("5\" disk,b\nc\n"), [("5\" disk,b", 1), ("c", 2)]);
    }
}
