//! One group of a report: the models to which the same happened.

use crate::changes::ModelChange;
use crate::terminal::{Align, Cell, Tone};

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

#[derive(Debug, Default)]
pub(super) struct Group {
    pub title: &'static str,
    /// What that means, behind the count.
    pub meaning: &'static str,
    pub total: usize,
    /// What is said of them all, before the entries.
    pub rollup: Option<String>,
    /// How the cells of `entries` are laid out.
    pub columns: &'static [Align],
    /// The entries that are shown.
    pub entries: Vec<Entry>,
    /// How many more there are.
    pub more: usize,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub cells: Vec<Cell>,
    /// What is said below it when all is to be said.
    pub details: Vec<String>,
}

impl Entry {
    /// A model behind a mark, and the cells behind it.
    pub fn new<const N: usize>(
        mark: &str,
        tone: Tone,
        change: &ModelChange<'_>,
        behind: [Cell; N],
    ) -> Entry {
        let mut cells = vec![
            Cell::name(tone, mark, &change.name),
            Cell::name(Tone::Plain, "", &change.developer),
        ];
        cells.extend(behind);
        Entry::of(cells)
    }

    pub fn of(cells: Vec<Cell>) -> Entry {
        Entry {
            cells,
            details: Vec::new(),
        }
    }

    pub fn with_details(self, details: Vec<String>) -> Entry {
        Entry { details, ..self }
    }
}

/// A group of sentences that are about no single model.
pub(super) fn sentences(
    title: &'static str,
    meaning: &'static str,
    total: usize,
    said: Vec<String>,
) -> Group {
    Group {
        title,
        meaning,
        total,
        columns: &[Align::Paragraph],
        entries: said
            .iter()
            .map(|text| Entry::of(vec![Cell::plain(text)]))
            .collect(),
        ..Group::default()
    }
}
