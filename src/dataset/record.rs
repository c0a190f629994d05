//! One record of a CSV file, and how records are written. The csv crate does the quoting.

use csv::{QuoteStyle, StringRecord, Terminator, WriterBuilder};

use crate::text::is_conflict_marker;

/// How a line ends: `\n` or `\r\n`.
pub type LineEnd = &'static str;

/// One record as it stands in the file.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    /// Its bytes, without the line end.
    pub raw: &'a str,
    /// The line it starts on, from 1; a quoted cell can make it span several.
    pub line: usize,
    /// How its last line ends; `None` at the end of a file without a final newline.
    pub end: Option<LineEnd>,
    pub(super) cells: StringRecord,
}

impl Record<'_> {
    /// The text of the cell at `place`; `""` after the last cell.
    pub fn cell(&self, place: usize) -> &str {
        self.cells.get(place).unwrap_or_default()
    }

    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter()
    }

    /// How many cells there are.
    pub fn width(&self) -> usize {
        self.cells.len()
    }
}

/// Appends a record of these cells to `bytes`, quoted only where necessary. A record that would begin like a conflict marker is also
/// quoted, because the program would refuse to read it again.
pub fn push_record<C: AsRef<str>>(
    bytes: &mut Vec<u8>,
    cells: impl IntoIterator<Item = C>,
    end: LineEnd,
) {
    let mut cells = cells.into_iter().peekable();
    let first = cells.peek();
    let quotes = if first.is_some_and(|cell| is_conflict_marker(cell.as_ref())) {
        QuoteStyle::Always
    } else {
        QuoteStyle::Necessary
    };
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::Any(b'\n'))
        .quote_style(quotes)
        .buffer_capacity(1 << 10)
        .from_writer(&mut *bytes);
    // Writing to memory does not fail, and a single record cannot differ in length from others.
    for cell in cells {
        let _ = writer.write_field(cell.as_ref());
    }
    let _ = writer.write_record(None::<&[u8]>);
    let _ = writer.flush();
    drop(writer);
    bytes.pop();
    bytes.extend_from_slice(end.as_bytes());
}

/// Appends to `bytes` a record that begins with the text `kept`, if there is one, and continues with these cells. If `kept` is followed
/// only by blank cells, just their commas are added.
pub fn push_after<C: AsRef<str>>(
    bytes: &mut Vec<u8>,
    kept: Option<&str>,
    cells: &[C],
    end: LineEnd,
) {
    if let Some(kept) = kept {
        bytes.extend_from_slice(kept.as_bytes());
        if cells.iter().all(|cell| cell.as_ref().is_empty()) {
            bytes.extend(cells.iter().map(|_| b','));
            return bytes.extend_from_slice(end.as_bytes());
        }
        bytes.push(b',');
    }
    push_record(bytes, cells, end);
}
