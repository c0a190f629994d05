//! What a run does to a file beside the dataset: the decisions, or the aliases.

use super::Edit;
use super::line::set_cell;
use crate::dataset::{Record, Table};
use crate::key::Key;

/// A file beside the dataset as the plan leaves it.
#[derive(Debug, Clone)]
pub struct FileChange<'p> {
    pub table: &'p Table<'p>,
    /// Its lines, sorted by name, then developer.
    pub lines: Vec<FileLine<'p>>,
    pub gone: Vec<FileLine<'p>>,
}

/// A line of such a file: one of today with some cells edited, or a new one.
#[derive(Debug, Clone)]
pub struct FileLine<'p> {
    pub key: Key,
    /// The line of today's file, where there is one.
    pub record: Option<&'p Record<'p>>,
    /// The cells that change, in the order of the header.
    pub edits: Vec<Edit<'p>>,
}

impl<'p> FileChange<'p> {
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
            gone: Vec::new(),
        }
    }

    /// Writes the cells of one line, a new one where there is none of this key. Cells that say so already are left alone.
    pub fn set(&mut self, key: &Key, cells: Vec<Edit<'p>>) {
        match self.lines.iter_mut().find(|line| line.key == *key) {
            Some(line) => line.set(cells),
            None => self.push(key.clone(), cells),
        }
    }

    pub fn push(&mut self, key: Key, cells: Vec<Edit<'p>>) {
        let mut line = FileLine {
            key,
            record: None,
            edits: Vec::new(),
        };
        line.set(cells);
        self.lines.push(line);
    }

    /// Takes the lines away that `goes` names.
    pub fn remove(&mut self, goes: impl Fn(&FileLine<'p>) -> bool) {
        self.gone
            .extend(self.lines.extract_if(.., |line| goes(line)));
    }

    pub fn sorted(mut self) -> FileChange<'p> {
        self.lines.sort_by(|a, b| a.key.cmp(&b.key));
        self
    }

    /// Whether the file would be another one afterwards.
    pub fn is_pending(&self) -> bool {
        !self.gone.is_empty()
            || self
                .lines
                .iter()
                .any(|line| line.record.is_none() || !line.edits.is_empty())
    }
}

impl<'p> FileLine<'p> {
    /// What the cell at a place of the header says today; `""` in a new line.
    pub fn before(&self, place: usize) -> &'p str {
        self.record.map_or("", |record| record.cell(place))
    }

    /// What it will say.
    pub fn after(&self, place: usize) -> &str {
        let edit = self.edits.iter().find(|edit| edit.place == place);
        edit.map_or_else(|| self.before(place), |edit| &edit.to)
    }

    fn set(&mut self, cells: Vec<Edit<'p>>) {
        for edit in cells {
            let today = self.before(edit.place);
            set_cell(&mut self.edits, today, edit);
        }
    }
}
