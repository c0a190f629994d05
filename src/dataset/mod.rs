//! The curated dataset as it stands: load, CSV text → header and rows that keep their bytes.
//!
//! A row is its bytes. Only what every run needs is read off ahead (key, mark, notes, FLOP); other cells are read when asked for,
//! and keeping a row is copying a slice.

mod csv_text;
mod header;
mod refusal;

use std::borrow::Cow;

pub use csv_text::{CellSpans, LineEnd, Record, cells, decode, encode};
pub use header::Header;
pub use refusal::Refusal;

use crate::flop::Flop;
use crate::key::Key;
use crate::schema::Column;
use csv_text::Records;

/// What the cell `verified` of a row says (behaviour §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Blank: the row follows the estimates.
    Unverified,
    /// `y`: a person confirmed the row.
    Verified,
    /// Something else: a person wrote that, whatever it means.
    Protected,
}

impl Mark {
    /// Case and outer blanks make no difference.
    pub fn of(cell: &str) -> Mark {
        match cell.trim() {
            "" => Mark::Unverified,
            "y" | "Y" => Mark::Verified,
            _ => Mark::Protected,
        }
    }
}

/// One row of the dataset.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    /// Its bytes and its place in the file.
    pub record: Record<'a>,
    /// Which model it is about.
    pub key: Key,
    /// What a person said of it.
    pub mark: Mark,
    /// Whether its notes are filled.
    pub noted: bool,
    /// Its own training FLOP; `None` where that is blank or no number.
    pub flop: Option<Flop>,
}

impl Row<'_> {
    /// Whether a person wrote in this row: verified, protected or noted (behaviour §5).
    pub fn has_human_work(&self) -> bool {
        self.mark != Mark::Unverified || self.noted
    }
}

/// A dataset file, read whole.
#[derive(Debug, Clone)]
pub struct Dataset<'a> {
    /// The file's text without its byte order mark; `None` where there is no file yet.
    pub text: Option<&'a str>,
    /// Whether a byte order mark stands in front.
    pub byte_order_mark: bool,
    /// The line end of most lines, used for new ones.
    pub line_end: LineEnd,
    /// The columns.
    pub header: Header<'a>,
    /// The rows, in the order of the file.
    pub rows: Vec<Row<'a>>,
    /// How many rows there may be besides, in a file that could not be read: its lines.
    pub unread: usize,
}

impl<'a> Dataset<'a> {
    /// A dataset that is yet to be written: the schema's columns and no rows.
    pub fn absent() -> Dataset<'a> {
        Dataset {
            text: None,
            byte_order_mark: false,
            line_end: LineEnd::Lf,
            header: Header::of_schema(),
            rows: Vec::new(),
            unread: 0,
        }
    }

    /// What can be said of a file that was refused, for a reset that goes on without it.
    pub fn unread(bytes: &[u8]) -> Dataset<'a> {
        Dataset {
            unread: crate::text::newlines(bytes).saturating_sub(1),
            ..Dataset::absent()
        }
    }

    /// Reads the bytes of `above_1e25_flop.csv`.
    ///
    /// # Errors
    /// The file is refused whole (behaviour §6) when it is not UTF-8, has a ragged row, an unclosed quote, another delimiter, no
    /// `name`, `developer` or `verified` column, a column twice, or a row without a name or developer.
    pub fn parse(bytes: &'a [u8]) -> Result<Dataset<'a>, Refusal> {
        let text = str::from_utf8(bytes).map_err(|error| Refusal::not_utf8(bytes, error))?;
        let (byte_order_mark, text) = match text.strip_prefix('\u{feff}') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut records = Records::of(text);
        let first = records
            .next()
            .ok_or_else(Refusal::empty)?
            .map_err(Refusal::malformed)?;
        let header = Header::parse(first)?;
        // Rows are seldom shorter than this many bytes; room that is not needed costs nothing.
        let mut rows = Vec::with_capacity(text.len() / 128);
        let mut crlf_lead = balance(first.end);
        for record in records {
            let record = record.map_err(Refusal::malformed)?;
            crlf_lead += balance(record.end);
            rows.push(row(&header, record)?);
        }
        let line_end = if crlf_lead > 0 {
            LineEnd::CrLf
        } else {
            LineEnd::Lf
        };
        Ok(Dataset {
            text: Some(text),
            byte_order_mark,
            line_end,
            header,
            rows,
            unread: 0,
        })
    }

    /// What a row says in a column; `""` where the file has no such column.
    pub fn cell(&self, row: &Row<'a>, column: Column) -> Cow<'a, str> {
        let place = self.header.place(column);
        place
            .and_then(|place| cells(row.record.raw).nth(place))
            .map_or(Cow::Borrowed(""), decode)
    }

    /// The cells of a row in columns outside the schema that are filled: what people wrote there is theirs. Each with its place.
    pub fn own_cells(&self, row: &Row<'a>) -> impl Iterator<Item = (usize, &'a str)> {
        let any = self.header.has_own_columns();
        cells(row.record.raw)
            .enumerate()
            .filter(move |(place, cell)| {
                any && self.header.column_at(*place).is_none() && !decode(cell).trim().is_empty()
            })
    }

    /// Whether a person wrote in this row, be it in a column outside the schema.
    pub fn has_any_human_work(&self, row: &Row<'a>) -> bool {
        row.has_human_work() || self.own_cells(row).next().is_some()
    }
}

/// +1 for CRLF, -1 for LF: over all lines, positive where CRLF is the majority.
fn balance(end: Option<LineEnd>) -> i64 {
    match end {
        Some(LineEnd::CrLf) => 1,
        Some(LineEnd::Lf) => -1,
        None => 0,
    }
}

fn row<'a>(header: &Header<'a>, record: Record<'a>) -> Result<Row<'a>, Refusal> {
    let mut found: [&'a str; Column::COUNT] = [""; Column::COUNT];
    let mut count = 0;
    for cell in cells(record.raw) {
        if let Some(column) = header.column_at(count) {
            found[column.index()] = cell;
        }
        count += 1;
    }
    if count != header.width() {
        return Err(Refusal::ragged(&record, count, header.width()));
    }
    let cell = |column: Column| decode(found[column.index()]);
    let (name, developer) = (cell(Column::Name), cell(Column::Developer));
    for (column, text) in [(Column::Name, &name), (Column::Developer, &developer)] {
        if !crate::text::is_visible(text) {
            return Err(Refusal::blank_key(&record, column, text));
        }
    }
    Ok(Row {
        record,
        key: Key::new(&name, &developer),
        mark: Mark::of(&cell(Column::Verified)),
        noted: !cell(Column::Notes).trim().is_empty(),
        flop: cell(Column::TrainingFlop).parse().ok(),
    })
}
