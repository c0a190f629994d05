//! One group of a report, and how it is made of changes.

use crate::changes::ModelChange;
use crate::terminal::{Align, Cell};

/// Mark and name, developer; then a number and a remark.
pub(super) const MODEL_FLOP: &[Align] = &[Align::Text, Align::Text, Align::Number, Align::Text];

/// Mark and name, developer; then old → new, the factor, and a remark.
pub(super) const MODEL_CHANGE: &[Align] = &[
    Align::Text,
    Align::Text,
    Align::Number,
    Align::Number,
    Align::Text,
];

/// Changes of one kind.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub title: &'static str,
    /// What that means, behind the count.
    pub meaning: &'static str,
    pub total: usize,
    /// What is said of them all, before the entries.
    pub rollup: Option<String>,
    /// How `rows` are laid out.
    pub columns: &'static [Align],
    /// The entries that are shown.
    pub rows: Vec<Vec<Cell>>,
    /// What is said below each of them when all is to be said.
    pub details: Vec<Vec<String>>,
}

/// The changes that a group tells of.
pub(super) struct Entries<'c> {
    total: usize,
    shown: Vec<&'c ModelChange<'c>>,
}

impl<'c> Entries<'c> {
    /// The first `limit` of these changes.
    pub fn first(changes: &'c [ModelChange<'c>], limit: usize) -> Entries<'c> {
        Entries {
            total: changes.len(),
            shown: changes.iter().take(limit).collect(),
        }
    }

    /// The first `limit` changes, sorted by `key`, smallest first.
    pub fn sorted<K: Ord>(
        changes: &'c [ModelChange<'c>],
        limit: usize,
        key: impl Fn(&ModelChange<'_>) -> K,
    ) -> Entries<'c> {
        let mut entries = Entries::first(changes, usize::MAX);
        entries.shown.sort_by_cached_key(|change| key(change));
        entries.shown.truncate(limit);
        entries
    }

    /// A group of them, each with the cells that are shown of it.
    pub fn group(
        &self,
        title: &'static str,
        meaning: &'static str,
        columns: &'static [Align],
        cells: impl Fn(&ModelChange<'_>) -> Vec<Cell>,
    ) -> Group {
        Group {
            title,
            meaning,
            total: self.total,
            columns,
            rows: self.shown.iter().map(|change| cells(change)).collect(),
            ..Group::default()
        }
    }

    /// A group of rows that change, with what is said below each of them.
    pub fn detailed(
        &self,
        title: &'static str,
        meaning: &'static str,
        details: impl Fn(&ModelChange<'_>) -> Vec<String>,
        cells: impl Fn(&ModelChange<'_>) -> Vec<Cell>,
    ) -> Group {
        Group {
            details: self.shown.iter().map(|change| details(change)).collect(),
            ..self.group(title, meaning, MODEL_CHANGE, cells)
        }
    }
}
