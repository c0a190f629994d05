//! What a run does to a file beside the dataset: the decisions, or the aliases.

use std::borrow::Cow;

use super::Edit;
use crate::dataset::{Record, Table};
use crate::key::Key;

/// A file beside the dataset as the plan leaves it.
#[derive(Debug, Clone)]
pub struct FileChange<'p> {
    /// Today's file.
    pub table: &'p Table<'p>,
    /// Its lines, sorted by name, then developer.
    pub lines: Vec<FileLine<'p>>,
    /// Whether a line leaves.
    pub is_shorter: bool,
}

/// A line of such a file: one of today with some cells edited, or a new one.
#[derive(Debug, Clone)]
pub struct FileLine<'p> {
    /// Which model it is about.
    pub key: Key,
    /// The line of today's file, where there is one.
    pub record: Option<&'p Record<'p>>,
    /// The cells that change, in the order of the header.
    pub edits: Vec<Edit<'p>>,
}

impl<'p> FileChange<'p> {
    /// Today's file.
    pub fn of(
        table: &'p Table<'p>,
        lines: impl Iterator<Item = (&'p Key, &'p Record<'p>)>,
    ) -> FileChange<'p> {
        let line = |(key, record): (&Key, _)| FileLine {
            key: key.clone(),
            record: Some(record),
            edits: Vec::new(),
        };
        FileChange {
            table,
            lines: lines.map(line).collect(),
            is_shorter: false,
        }
    }

    /// Writes the cells of one line, a new one where there is none of this key. Cells that say so already are left alone.
    pub fn set(&mut self, key: &Key, cells: Vec<(usize, Cow<'p, str>)>) {
        let place = self.lines.iter().position(|line| line.key == *key);
        let place = place.unwrap_or_else(|| {
            self.lines.push(FileLine {
                key: key.clone(),
                record: None,
                edits: Vec::new(),
            });
            self.lines.len() - 1
        });
        let line = &mut self.lines[place];
        for (place, to) in cells {
            line.edits.retain(|edit| edit.place != place);
            let today = line.record.map_or("", |record| record.cell(place));
            if to != today {
                line.edits.push(Edit { place, to });
            }
        }
        line.edits.sort_unstable_by_key(|edit| edit.place);
    }

    /// Adds a line.
    pub fn push(&mut self, key: Key, edits: Vec<Edit<'p>>) {
        self.lines.push(FileLine {
            key,
            record: None,
            edits,
        });
    }

    /// Takes the lines away that `goes` names.
    pub fn remove(&mut self, goes: impl Fn(&FileLine<'p>) -> bool) {
        let before = self.lines.len();
        self.lines.retain(|line| !goes(line));
        self.is_shorter |= self.lines.len() < before;
    }

    /// The same file in its order.
    pub fn sorted(mut self) -> FileChange<'p> {
        self.lines.sort_by(|a, b| a.key.cmp(&b.key));
        self
    }

    /// Whether the file would be another one afterwards.
    pub fn is_pending(&self) -> bool {
        self.is_shorter
            || self
                .lines
                .iter()
                .any(|line| line.record.is_none() || !line.edits.is_empty())
    }
}
