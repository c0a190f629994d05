//! A table as the merge sees it: which of the program's files it is, its columns by name, its rows by key.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Result, anyhow, bail};
use strum::VariantArray;

use crate::dataset::{AliasColumn, Dataset, DecisionColumn, Record, Table};
use crate::key::Key;
use crate::schema::{Column, Columns};
use crate::text::is_visible;

/// A file that is merged row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum Kind {
    Dataset,
    Decisions,
    Aliases,
}

/// What the text of a column is to the merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What the estimates, or a decision, say: it stays together.
    Machine,
    /// Whether a person confirmed the row.
    Mark,
    /// Who decided, and when: it goes with the machine cells.
    Stamp,
    /// Remarks, which are joined.
    Note,
    /// A column outside the schema.
    Own,
}

impl Kind {
    /// The kind of the file at `path`, by its name.
    pub fn of(path: &Path) -> Option<Kind> {
        match path.file_name()?.to_str()? {
            "above_1e25_flop.csv" => Some(Kind::Dataset),
            "decisions.csv" => Some(Kind::Decisions),
            "aliases.csv" => Some(Kind::Aliases),
            _ => None,
        }
    }

    /// What the column of this name is.
    pub(super) fn role(self, name: &str) -> Role {
        let schema = match self {
            Kind::Dataset => Column::NAMES,
            Kind::Decisions => DecisionColumn::NAMES,
            Kind::Aliases => AliasColumn::NAMES,
        };
        match name {
            _ if !schema.contains(&name) => Role::Own,
            "verified" => Role::Mark,
            "notes" | "note" => Role::Note,
            "by" | "at" => Role::Stamp,
            _ => Role::Machine,
        }
    }

    /// The column that says when a row was made.
    pub(super) fn dated(self) -> &'static str {
        match self {
            Kind::Dataset => Column::LastUpdated.name(),
            Kind::Decisions | Kind::Aliases => DecisionColumn::At.into(),
        }
    }
}

/// A column by its name, and which of those of that name it is, counted from 1: several columns may have no name.
pub(super) type ColumnName<'a> = (&'a str, usize);

#[derive(Debug, Clone)]
pub(super) struct Row<'a> {
    pub key: Key,
    pub record: Record<'a>,
}

/// A file that is merged row by row, or shown cell by cell.
#[derive(Debug, Clone)]
pub struct Sheet<'a> {
    pub(super) table: Table<'a>,
    pub(super) rows: Vec<Row<'a>>,
}

impl<'a> Sheet<'a> {
    /// Reads a file of this kind.
    ///
    /// # Errors
    /// For the dataset those of [`Dataset::parse`]; for the others those of [`Table::parse`], and a line that is about no model.
    pub fn read(kind: Kind, bytes: &'a [u8]) -> Result<Sheet<'a>> {
        let parsed = match kind {
            Kind::Dataset => Dataset::parse(bytes).map(|dataset| {
                let records = dataset.rows.into_iter().map(|row| row.record);
                (dataset.table, records.collect())
            }),
            Kind::Decisions => Table::parse::<DecisionColumn>(bytes),
            Kind::Aliases => Table::parse::<AliasColumn>(bytes),
        };
        let (table, records) =
            parsed.map_err(|refusal| anyhow!("line {}: {refusal}", refusal.line))?;
        let of_key = ["name", "developer"].map(|column| table.header.find(column).unwrap_or(0));
        let mut rows = Vec::new();
        for record in records {
            let [name, developer] = of_key.map(|place| record.cell(place));
            if !is_visible(name) || !is_visible(developer) {
                let line = record.line;
                bail!("line {line}: this line has no name, or no developer");
            }
            let key = Key::new(name, developer);
            rows.push(Row { key, record });
        }
        Ok(Sheet { table, rows })
    }

    /// Whether a file holds nothing: no bytes, or nothing to see in them.
    pub fn is_blank(bytes: &[u8]) -> bool {
        let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        text.trim_ascii().is_empty()
    }

    /// The columns that stand in the file, in its order.
    pub(super) fn columns(&self) -> Vec<ColumnName<'_>> {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let header = &self.table.header;
        let names = header.names().take(header.width());
        let numbered = names.map(|name| {
            let count = seen.entry(name).or_default();
            *count += 1;
            (name, *count)
        });
        numbered.collect()
    }

    /// The rows of each key, in the order of the file.
    pub(super) fn by_key(&self) -> HashMap<&Key, Vec<&Row<'a>>> {
        let mut rows: HashMap<&Key, Vec<&Row<'a>>> = HashMap::new();
        for row in &self.rows {
            rows.entry(&row.key).or_default().push(row);
        }
        rows
    }
}
