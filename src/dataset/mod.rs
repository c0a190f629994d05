//! The program's CSV files (the dataset, the decisions and the aliases): CSV text → rows that keep their bytes.

mod aliases;
mod decisions;
mod header;
mod record;
mod refusal;
mod table;

pub use aliases::Aliases;
pub(crate) use aliases::{ANY, AliasColumn};
pub use decisions::Decisions;
pub(crate) use decisions::{Decision, DecisionColumn, DecisionFaultKind, DecisionLine, differ};
pub(crate) use header::Header;
pub use record::{LineEnd, push_record};
pub(crate) use record::{Record, push_after};
pub(crate) use refusal::Refusal;
pub use table::Table;
pub(crate) use table::{cells_of_one, foreign_records};

use std::borrow::Cow;

use crate::flop::Flop;
use crate::key::Key;
use crate::ordered_map::Map;
use crate::schema::Column;
use crate::text::{count_newlines, quoted};

/// The meaning of a row's `verified` cell (behaviour §5).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mark {
    /// Blank: the row follows the estimates.
    #[default]
    Blank,
    /// `y`: a person verified the row.
    Verified,
    /// Any other text: a person wrote it, whatever it means.
    Protected,
}

impl Mark {
    /// Case and outer spaces make no difference.
    pub fn of(cell: &str) -> Mark {
        match cell.trim() {
            "" => Mark::Blank,
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
    /// The key of its model, as written in the row.
    pub key: Key,
    /// The key that replaces `key`, if that has an alias.
    alias: Option<Key>,
    /// The mark that a person set in `verified`.
    pub mark: Mark,
    /// Whether it has human text: in its notes, or in a column of the owner's that has a name.
    pub has_text: bool,
    /// Its own training FLOP; `None` where that is blank or not a number.
    pub flop: Option<Flop>,
}

impl Row<'_> {
    /// Whether it is unmarked and its own training FLOP is below 5e24.
    pub fn is_demoted(&self) -> bool {
        !self.is_marked() && self.flop.is_some_and(|flop| flop < Flop::CANDIDATE)
    }

    /// The key of its model: its own key, replaced by its alias if it has one.
    pub fn model(&self) -> &Key {
        self.alias.as_ref().unwrap_or(&self.key)
    }

    /// Whether it is verified or protected.
    pub fn is_marked(&self) -> bool {
        self.mark != Mark::Blank
    }

    /// Whether it has human work: a mark, or human text (behaviour §5).
    pub fn has_human_work(&self) -> bool {
        self.is_marked() || self.has_text
    }
}

/// The whole content of a dataset file.
#[derive(Debug, Clone)]
pub struct Dataset<'a> {
    /// Header, line ends and byte order mark.
    pub table: Table<'a>,
    /// The rows, in the order of the file.
    pub rows: Vec<Row<'a>>,
    /// How many rows a file that was refused may have, one per line; 0 where the file was read.
    pub unread_rows: usize,
}

impl<'a> Dataset<'a> {
    /// A dataset that is yet to be written: the schema's columns and no rows.
    pub fn absent() -> Dataset<'a> {
        Dataset {
            table: Table::absent::<Column>(),
            rows: Vec::new(),
            unread_rows: 0,
        }
    }

    /// A dataset in place of a file that was refused, for a reset that goes on without it.
    pub fn refused(bytes: &[u8]) -> Dataset<'a> {
        Dataset {
            unread_rows: count_newlines(bytes).saturating_sub(1).max(1),
            ..Dataset::absent()
        }
    }

    /// Reads the bytes of `above_1e25_flop.csv`.
    ///
    /// # Errors
    /// Those of [`Table::parse`]; a row without a name or developer; a `training_flop` column of which more than half is not numbers.
    pub fn parse(bytes: &'a [u8]) -> Result<Dataset<'a>, Refusal> {
        Dataset::parse_with(bytes, None)
    }

    /// Reads the bytes of an older copy, from which human work returns to `today`. Only the columns of the key are required. A copy without
    /// `verified` brings no mark back, and nothing is lost by that.
    ///
    /// # Errors
    /// Those of [`Dataset::parse`], except for a missing `verified`.
    pub fn parse_copy(bytes: &'a [u8], today: &Dataset<'_>) -> Result<Dataset<'a>, Refusal> {
        Dataset::parse_with(bytes, Some(&today.table.header))
    }

    fn parse_with(bytes: &'a [u8], today: Option<&Header<'_>>) -> Result<Dataset<'a>, Refusal> {
        let (table, records) = Table::parse_with::<Column>(bytes, today)?;
        let rows = records.into_iter().map(|record| {
            let key = [Column::Name, Column::Developer];
            let [name, developer] = table.header.filled(&record, key)?;
            let key = Key::new(name, developer);
            Ok(row(&table, record, key))
        });
        let dataset = Dataset {
            rows: rows.collect::<Result<_, _>>()?,
            table,
            unread_rows: 0,
        };
        let flops = dataset.rows.iter().map(|row| {
            let text = dataset.cell(row, Column::TrainingFlop);
            (row.record.line, text)
        });
        refuse_mangled_numbers("training_flop", flops)?;
        Ok(dataset)
    }

    /// The same dataset, with the aliases applied to the models of its rows.
    pub fn with_aliases(mut self, aliases: &Aliases<'_>) -> Dataset<'a> {
        for row in &mut self.rows {
            if let Cow::Owned(model) = aliases.resolve(&row.key) {
                row.alias = Some(model);
            }
        }
        self
    }

    /// The text of a row in a column; `""` where the file has no such column.
    pub fn cell<'r>(&self, row: &'r Row<'_>, column: Column) -> &'r str {
        self.table.cell(&row.record, column)
    }

    /// Rebuilds a row that is no longer in the file from its cells by column.
    pub fn row_that_left(&self, key: Key, cells: &Map<'_, Cow<'_, str>>) -> Row<'a> {
        let names = self.table.header.names();
        let cell = |name| cells.get(name).map_or("", |cell| cell);
        let record = Record {
            raw: "",
            line: 0,
            end: None,
            cells: names.map(cell).collect(),
        };
        row(&self.table, record, key)
    }

    /// The human text of a row: the places and the texts of its notes and the owner's columns, where they are filled.
    pub fn human_text<'r>(&'r self, row: &'r Row<'_>) -> impl Iterator<Item = (usize, &'r str)> {
        let places = self.table.header.text_columns();
        places
            .map(|place| (place, row.record.cell(place)))
            .filter(|(_, text)| !text.trim().is_empty())
    }

    /// The human text of a row, as the note of a decision has it: the notes, then `column: text` for each of the owner's columns.
    pub fn remarks(&self, row: &Row<'_>) -> Vec<String> {
        let header = &self.table.header;
        let notes = header.place(Column::Notes);
        let mut texts: Vec<_> = self.human_text(row).collect();
        texts.sort_by_key(|(place, _)| *place != notes);
        let remark = |(place, text): (usize, &str)| match text.trim() {
            text if place == notes => text.to_owned(),
            text => format!("{}: {text}", header.name(place)),
        };
        texts.into_iter().map(remark).collect()
    }

    /// How many rows are verified or protected.
    pub fn marked(&self) -> usize {
        self.rows.iter().filter(|row| row.is_marked()).count()
    }

    /// The text of a `training_flop` that is filled but not a number.
    pub fn unreadable_flop<'r>(&self, row: &'r Row<'_>) -> Option<&'r str> {
        let text = self.cell(row, Column::TrainingFlop);
        (row.flop.is_none() && !text.trim().is_empty()).then_some(text)
    }
}

/// Refuses a file if two or more of the filled cells of this column, and more than half of them, are not numbers, because a spreadsheet
/// that saves decimal commas would leave verified rows without a number. Each cell comes with its line.
pub(crate) fn refuse_mangled_numbers<'t>(
    column: &str,
    cells: impl Iterator<Item = (usize, &'t str)>,
) -> Result<(), Refusal> {
    let cells = cells.filter(|(_, text)| !text.trim().is_empty());
    // Rust's reader accepts words for infinity and for "not a number", such as pandas' "nan". They do not count as numbers here.
    let is_number = |(_, text): &(usize, &str)| text.trim().parse().is_ok_and(f64::is_finite);
    let (numbers, mangled): (Vec<_>, Vec<_>) = cells.partition(is_number);
    let filled = numbers.len() + mangled.len();
    if mangled.len() < 2 || mangled.len() <= numbers.len() {
        return Ok(());
    }
    let (line, text) = mangled[0];
    let trouble = format!(
        "{} of the {filled} filled cells of `{column}` are not numbers (the first is {}): was the file saved with a decimal comma?",
        mangled.len(),
        quoted(text.trim())
    );
    let remedy = "save it with decimal points, or restore it";
    Err(Refusal::new(line, trouble, remedy).in_column(column))
}

fn row<'a>(table: &Table<'a>, record: Record<'a>, key: Key) -> Row<'a> {
    let mut texts = table.header.text_columns().map(|place| record.cell(place));
    let has_text = texts.any(|text| !text.trim().is_empty());
    Row {
        key,
        alias: None,
        mark: Mark::of(table.cell(&record, Column::Verified)),
        has_text,
        flop: table.cell(&record, Column::TrainingFlop).parse().ok(),
        record,
    }
}
