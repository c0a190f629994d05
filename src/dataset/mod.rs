//! The curated dataset as it stands: load, CSV text → rows that keep their bytes.

mod header;
mod refusal;
mod table;

pub use header::Header;
pub use refusal::Refusal;
pub use table::{LineEnd, Record, Table, push_record};

use crate::flop::Flop;
use crate::key::Key;
use crate::schema::Column;
use crate::text::{is_visible, newlines};

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
    /// Header, line ends and byte order mark.
    pub table: Table<'a>,
    /// The rows, in the order of the file.
    pub rows: Vec<Row<'a>>,
    /// How many rows there may be besides, in a file that could not be read: its lines.
    pub unread: usize,
}

impl<'a> Dataset<'a> {
    /// A dataset that is yet to be written: the schema's columns and no rows.
    pub fn absent() -> Dataset<'a> {
        Dataset {
            table: Table::absent::<Column>(),
            rows: Vec::new(),
            unread: 0,
        }
    }

    /// What can be said of a file that was refused, for a reset that goes on without it.
    pub fn unread(bytes: &[u8]) -> Dataset<'a> {
        Dataset {
            unread: newlines(bytes).saturating_sub(1),
            ..Dataset::absent()
        }
    }

    /// Reads the bytes of `above_1e25_flop.csv`.
    ///
    /// # Errors
    /// Those of [`Table::parse`], and a row without a name or developer.
    pub fn parse(bytes: &'a [u8]) -> Result<Dataset<'a>, Refusal> {
        let (table, records) = Table::parse::<Column>(bytes)?;
        let rows = records.into_iter().map(|record| row(&table.header, record));
        Ok(Dataset {
            rows: rows.collect::<Result<_, _>>()?,
            table,
            unread: 0,
        })
    }

    /// What a row says in a column; `""` where the file has no such column.
    pub fn cell<'r>(&self, row: &'r Row<'_>, column: Column) -> &'r str {
        row.record.cell(self.table.header.place(column))
    }

    /// What people wrote in columns outside of the schema: the places and texts of the filled cells.
    pub fn own_cells<'r>(&'r self, row: &'r Row<'_>) -> impl Iterator<Item = (usize, &'r str)> {
        let own = self.table.header.own_columns();
        own.map(|(place, _)| (place, row.record.cell(place)))
            .filter(|(_, text)| !text.trim().is_empty())
    }

    /// Whether a person wrote in this row, be it in a column outside of the schema.
    pub fn has_any_human_work(&self, row: &Row<'_>) -> bool {
        row.has_human_work() || self.own_cells(row).next().is_some()
    }
}

fn row<'a>(header: &Header<'a>, record: Record<'a>) -> Result<Row<'a>, Refusal> {
    let cell = |column: Column| record.cell(header.place(column));
    for column in [Column::Name, Column::Developer] {
        if !is_visible(cell(column)) {
            return Err(Refusal::blank_key(&record, column.name(), cell(column)));
        }
    }
    Ok(Row {
        key: Key::new(cell(Column::Name), cell(Column::Developer)),
        mark: Mark::of(cell(Column::Verified)),
        noted: !cell(Column::Notes).trim().is_empty(),
        flop: cell(Column::TrainingFlop).parse().ok(),
        record,
    })
}
