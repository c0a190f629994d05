//! The program's files that git merges row by row and shows cell by cell.

use std::path::Path;

use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::dataset::{AliasColumn, Aliases, Dataset, DecisionColumn, Record, Refusal, Table};

/// A file that is merged row by row and shown cell by cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, EnumString, IntoStaticStr)]
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

    /// The table and its rows, in the order of the file.
    pub(super) fn read(self, bytes: &[u8]) -> Result<(Table<'_>, Vec<Record<'_>>), Refusal> {
        match self {
            Kind::Dataset => Dataset::parse(bytes).map(|dataset| {
                let records = dataset.rows.into_iter().map(|row| row.record);
                (dataset.table, records.collect())
            }),
            Kind::Decisions => Table::parse::<DecisionColumn>(bytes),
            Kind::Aliases => Aliases::parse(bytes).map(|aliases| {
                let records = aliases.lines.into_iter().map(|line| line.record);
                (aliases.table, records.collect())
            }),
        }
    }

    /// The same for a merge base, whose aliases may contradict each other.
    pub(super) fn read_base(self, bytes: &[u8]) -> Result<(Table<'_>, Vec<Record<'_>>), Refusal> {
        match self {
            Kind::Aliases => Table::parse::<AliasColumn>(bytes),
            _ => self.read(bytes),
        }
    }
}
