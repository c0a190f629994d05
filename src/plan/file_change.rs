//! What a run does to a file beside the dataset: the decisions, or the aliases.

use std::borrow::Cow;

use crate::changes::{FromTo, ModelChange, differing};
use crate::dataset::{Record, Table};
use crate::key::Key;
use crate::schema::Columns;
use crate::text::writable;

/// A file beside the dataset as the plan leaves it.
#[derive(Debug, Clone)]
pub struct FileChange<'p> {
    pub table: &'p Table<'p>,
    /// Its lines, sorted by name, then developer.
    pub lines: Vec<FileLine<'p>>,
    pub gone: Vec<FileLine<'p>>,
}

/// A line of such a file.
#[derive(Debug, Clone)]
pub struct FileLine<'p> {
    pub key: Key,
    /// The line of today's file, where there is one.
    pub record: Option<&'p Record<'p>>,
    /// What its cells will say, in the order of the header.
    pub cells: Vec<String>,
}

impl<'p> FileChange<'p> {
    /// The file as it stands.
    pub fn of(table: &'p Table<'p>, lines: impl Iterator<Item = &'p Record<'p>>) -> FileChange<'p> {
        let places = 0..table.header.names().count();
        let line = |record: &'p Record<'p>| FileLine {
            key: table.key(record),
            record: Some(record),
            cells: places
                .clone()
                .map(|at| record.cell(at).to_owned())
                .collect(),
        };
        FileChange {
            table,
            lines: lines.map(line).collect(),
            gone: Vec::new(),
        }
    }

    /// The line of a key, a new one where there is none.
    pub fn line(&mut self, key: &Key) -> &mut FileLine<'p> {
        match self.lines.iter().position(|line| line.key == *key) {
            Some(place) => &mut self.lines[place],
            None => self.push(key.clone()),
        }
    }

    /// A new line, blank so far.
    pub fn push(&mut self, key: Key) -> &mut FileLine<'p> {
        let cells = vec![String::new(); self.table.header.names().count()];
        self.lines.push(FileLine {
            key,
            record: None,
            cells,
        });
        let last = self.lines.len() - 1;
        &mut self.lines[last]
    }

    /// Takes the lines away that `goes` names.
    pub fn remove(&mut self, goes: impl Fn(&FileLine<'p>) -> bool) {
        self.gone
            .extend(self.lines.extract_if(.., |line| goes(line)));
    }

    /// The change with its lines in order; `None` where the file stays as it is.
    pub fn finish(mut self) -> Option<FileChange<'p>> {
        self.lines.sort_by(|a, b| a.key.cmp(&b.key));
        let is_pending = !self.gone.is_empty() || self.lines.iter().any(FileLine::is_changed);
        is_pending.then_some(self)
    }

    /// The lines that change. One that leaves is there with all that it said.
    pub fn changes(&'p self) -> Vec<ModelChange<'p>> {
        let header = &self.table.header;
        let key = header.key_places();
        let changed = self.lines.iter().filter(|line| line.is_changed());
        changed
            .map(|line| (line, false))
            .chain(self.gone.iter().map(|line| (line, true)))
            .map(|(line, is_gone)| {
                let names = header.names().enumerate();
                let others = names.filter(|(place, _)| !key.contains(place));
                let cells = others.map(|(place, name)| {
                    let before = line.record.map_or("", |record| record.cell(place));
                    let after = if is_gone { "" } else { &*line.cells[place] };
                    (name, FromTo::new(before, after))
                });
                ModelChange {
                    fields: differing(cells),
                    ..ModelChange::of(&*line.cells[key[0]], &*line.cells[key[1]])
                }
            })
            .collect()
    }
}

impl FileLine<'_> {
    /// Whether it will be another line than today's.
    pub fn is_changed(&self) -> bool {
        let mut cells = self.cells.iter().enumerate();
        self.record
            .is_none_or(|record| cells.any(|(place, cell)| record.cell(place) != cell))
    }

    /// Makes the cell of a column say this.
    pub fn set(&mut self, table: &Table<'_>, column: impl Columns, text: &str) {
        self.cells[table.header.place(column)] = writable(Cow::Borrowed(text)).into_owned();
    }
}
