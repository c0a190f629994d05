//! One group of a report: the models to which the same happened.

use super::entry::{flop_texts, flops};
use crate::changes::ModelChange;
use crate::terminal::Align::{self, Number, Paragraph, Text};
use crate::terminal::{Cell, Tone};

/// Mark and name, developer; then a number and a remark.
pub(super) const MODEL_FLOP: &[Align] = &[Text, Text, Number, Text];

/// Mark and name, developer; then old → new, the factor, and a remark.
pub(super) const MODEL_CHANGE: &[Align] = &[Text, Text, Number, Number, Text];

/// Mark and name, developer; then a word and a longer text.
pub(super) const MODEL_TEXT: &[Align] = &[Text, Text, Number, Paragraph];

#[derive(Debug, Default)]
pub(super) struct Group {
    /// What it is called, and perhaps what that means behind a colon.
    pub heading: &'static str,
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

impl Group {
    /// A group of sentences that are about no single model.
    pub fn sentences(heading: &'static str, total: usize, said: &[String]) -> Group {
        let entries = said.iter().map(|text| Entry {
            cells: vec![Cell::plain(text)],
            below: Vec::new(),
        });
        Group {
            heading,
            total,
            columns: &[Paragraph],
            entries: entries.collect(),
            ..Group::default()
        }
    }
}

/// What is said of one model.
#[derive(Debug)]
pub(super) struct Entry {
    pub cells: Vec<Cell>,
    /// Further lines.
    pub below: Vec<String>,
}

impl Entry {
    /// A mark and a model, and the cells behind them.
    fn new(mark: &str, tone: Tone, change: &ModelChange<'_>, behind: &[&str]) -> Entry {
        let mut cells = vec![
            Cell::name(tone, mark, &change.name),
            Cell::name(Tone::Plain, "", &change.developer),
        ];
        cells.extend(behind.iter().map(|text| Cell::plain(text)));
        Entry {
            cells,
            below: Vec::new(),
        }
    }

    /// A model with one number, laid out as [`MODEL_FLOP`].
    pub fn at(mark: &str, tone: Tone, change: &ModelChange<'_>, at: &str, remark: &str) -> Entry {
        Entry::new(mark, tone, change, &[at, remark])
    }

    /// A model of which two numbers are set against each other, laid out as [`MODEL_CHANGE`]: `4.64e+26 → 3.50e+26` and `÷1.3`. Where
    /// they are the same it is told once.
    pub fn moved(mark: &str, tone: Tone, change: &ModelChange<'_>, remark: &str) -> Entry {
        let (was, now) = flops(change);
        let (from, to) = flop_texts(was, now);
        let factor = was
            .zip(now)
            .map(|(was, now)| was.factor_text(now))
            // A factor that reads as 1 says nothing that the numbers do not say.
            .filter(|factor| !factor.ends_with("1.00"))
            .unwrap_or_default();
        let numbers = match (change.verified_flop, was) {
            (Some(_), None) => format!("no number, latest {to}"),
            (Some(_), _) => format!("{from}, latest {to}"),
            _ if from == to => to,
            _ => format!("{from} → {to}"),
        };
        Entry::new(mark, tone, change, &[&numbers, &factor, remark])
    }
}
