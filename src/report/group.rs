//! One group of a report.

use crate::terminal::{Align, Cell};

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

/// Mark and name, developer; then a number and a remark.
pub(super) const MODEL_FLOP: &[Align] = &[Align::Text, Align::Text, Align::Number, Align::Text];
