//! The changes that a run makes to the decisions or the aliases.

use std::borrow::Cow;

use super::EditedRecord;
use crate::changes::{FromTo, ModelChange, changed_cells};
use crate::dataset::{Record, Table};
use crate::key::Key;

/// The decisions or the aliases as the plan leaves them.
#[derive(Debug, Clone)]
pub struct FileChange<'p> {
    pub table: &'p Table<'p>,
    /// Its lines. [`FileChange::finish`] sorts them by name, then developer.
    pub lines: Vec<EditedRecord<'p>>,
    pub removed: Vec<EditedRecord<'p>>,
}

impl<'p> FileChange<'p> {
    /// The file as it stands.
    pub fn of(table: &'p Table<'p>, lines: impl Iterator<Item = &'p Record<'p>>) -> FileChange<'p> {
        let line = |record| EditedRecord::kept(Cow::Owned(table.key(record)), record);
        FileChange {
            table,
            lines: lines.map(line).collect(),
            removed: Vec::new(),
        }
    }

    /// The line with this key, or a new one if there is none.
    pub fn line(&mut self, key: &Key) -> &mut EditedRecord<'p> {
        match self.lines.iter().position(|line| *line.key == *key) {
            Some(place) => &mut self.lines[place],
            None => self.push(key.clone()),
        }
    }

    /// Adds a blank line. If a line with this key was removed, it comes back instead, so that it is changed and not replaced.
    pub fn push(&mut self, key: Key) -> &mut EditedRecord<'p> {
        let removed = self.removed.iter().position(|line| *line.key == key);
        let removed = removed.map(|place| self.removed.remove(place));
        self.lines
            .push(removed.unwrap_or_else(|| EditedRecord::new(key)));
        let last = self.lines.len() - 1;
        &mut self.lines[last]
    }

    pub fn remove(&mut self, is_removed: impl Fn(&EditedRecord<'p>) -> bool) {
        self.removed
            .extend(self.lines.extract_if(.., |line| is_removed(line)));
    }

    /// The change with its lines in order; `None` where the file stays as it is.
    pub fn finish(mut self) -> Option<FileChange<'p>> {
        self.lines.sort_by(|a, b| a.key.cmp(&b.key));
        let differs = !self.removed.is_empty() || self.lines.iter().any(EditedRecord::is_changed);
        differs.then_some(self)
    }

    /// The lines that change. A line that leaves is included with all its cells.
    pub fn changes(&'p self) -> Vec<ModelChange<'p>> {
        let header = &self.table.header;
        let key = header.key_places();
        let changed = self.lines.iter().filter(|line| line.is_changed());
        changed
            .map(|line| (line, false))
            .chain(self.removed.iter().map(|line| (line, true)))
            .map(|(line, is_removed)| {
                let names = header.names().enumerate();
                let others = names.filter(|(place, _)| !key.contains(place));
                let cells = others.map(|(place, name)| {
                    let after = Some(line.after(place)).filter(|_| !is_removed);
                    let before = line.before(place);
                    (name, FromTo::new(before, after.unwrap_or_default()))
                });
                let [name, developer] = key.map(|place| line.after(place));
                ModelChange {
                    fields: changed_cells(cells),
                    ..ModelChange::of(name, developer)
                }
            })
            .collect()
    }
}
