//! A table for the merge: which of the program's files it is, and its rows with their keys.

use std::path::Path;

use anyhow::{Result, anyhow};
use strum::{EnumString, VariantArray};

use crate::dataset::{Aliases, Dataset, DecisionColumn, Record, Table};
use crate::key::Key;

/// A file that is merged row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, EnumString)]
pub enum Kind {
    #[strum(serialize = "above_1e25_flop.csv")]
    Dataset,
    #[strum(serialize = "decisions.csv")]
    Decisions,
    #[strum(serialize = "aliases.csv")]
    Aliases,
}

impl Kind {
    /// The kind of the file at `path`, by its name.
    pub fn of(path: &Path) -> Option<Kind> {
        path.file_name()?.to_str()?.parse().ok()
    }
}

/// A file that is merged row by row, or shown cell by cell.
#[derive(Debug)]
pub struct KeyedTable<'a> {
    pub(super) table: Table<'a>,
    /// The rows, in the order of the file, each with the model that it is about.
    pub(super) rows: Vec<(Key, Record<'a>)>,
}

impl<'a> KeyedTable<'a> {
    pub fn read(kind: Kind, bytes: &'a [u8]) -> Result<KeyedTable<'a>> {
        let parsed = match kind {
            Kind::Dataset => Dataset::parse(bytes).map(|dataset| {
                let records = dataset.rows.into_iter().map(|row| row.record);
                (dataset.table, records.collect())
            }),
            Kind::Decisions => Table::parse::<DecisionColumn>(bytes),
            Kind::Aliases => Aliases::parse(bytes).map(|aliases| {
                let records = aliases.lines.into_iter().map(|line| line.record);
                (aliases.table, records.collect())
            }),
        };
        let (table, records) = parsed.map_err(|refusal| anyhow!("line {refusal}"))?;
        let records = records.into_iter();
        let rows = records.map(|record| (table.key(&record), record)).collect();
        Ok(KeyedTable { table, rows })
    }
}
