//! A record of one of the files as a plan leaves it, cell by cell.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::dataset::{Header, Record};
use crate::estimates::Estimate;
use crate::key::Key;
use crate::schema::Column;
use crate::text::writable;

/// The cells that change: the place of each in the header as it will be written, and its new text.
pub type Edits<'p> = BTreeMap<usize, Cow<'p, str>>;

/// A record of today with some cells edited, a new one with the content of an estimate, or a new one whose cells are blank except for the
/// edits.
#[derive(Debug, Clone, Default)]
pub struct EditedRecord<'p> {
    /// The key of its model.
    pub key: Cow<'p, Key>,
    /// The record of today's file, where there is one.
    pub today: Option<&'p Record<'p>>,
    /// The estimate that a new record takes its cells from, and the header that says in which order.
    pub estimate: Option<(&'p Header<'p>, &'p Estimate)>,
    /// The cells that change.
    pub edits: Edits<'p>,
    /// The bytes of a record of an older copy, if it returns unchanged; the edits are then its differences from today's record.
    pub bytes: Option<&'p str>,
}

impl<'p> EditedRecord<'p> {
    /// A new record, blank so far.
    pub(super) fn new(key: Key) -> EditedRecord<'p> {
        EditedRecord {
            key: Cow::Owned(key),
            ..EditedRecord::default()
        }
    }

    /// A record of today that stays as it is.
    pub(super) fn kept(key: Cow<'p, Key>, today: &'p Record<'p>) -> EditedRecord<'p> {
        EditedRecord {
            key,
            today: Some(today),
            ..EditedRecord::default()
        }
    }

    /// Sets the text of a cell. A cell that has this text without an edit is not edited.
    pub fn set(&mut self, place: usize, to: Cow<'p, str>) {
        self.edits.remove(&place);
        if to == self.after(place) {
            return;
        }
        let to = writable(to);
        if to != self.after(place) {
            self.edits.insert(place, to);
        }
    }

    /// Whether it is new or differs from today's record.
    pub fn is_changed(&self) -> bool {
        self.today.is_none() || !self.edits.is_empty()
    }

    /// Today's text of the cell at a place of the header; `""` where there is no record or no such column.
    pub fn before(&self, place: usize) -> &'p str {
        self.today.map_or("", |record| record.cell(place))
    }

    /// The text of that cell after the run.
    pub fn after(&self, place: usize) -> Cow<'_, str> {
        if let Some(edit) = self.edits.get(&place) {
            return (&**edit).into();
        }
        match self.estimate {
            Some((header, estimate)) => {
                let column = header.name(place).parse::<Column>();
                column.map_or("".into(), |column| estimate.cell(column))
            }
            None => self.before(place).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Table;

    #[test]
    fn a_cell_that_already_has_the_text_as_it_would_be_written_is_not_edited() {
        let table = "name,developer,verified,notes\na,d,,\"x\n >>>>>>> y\"\n";
        let (_, records) = Table::parse::<Column>(table.as_bytes()).expect("sound");
        let mut record = EditedRecord::kept(Cow::Owned(Key::new("a", "d")), &records[0]);
        record.set(3, "x\n>>>>>>> y".into());
        assert_eq!(record.edits, Edits::new());
    }

    #[test]
    fn a_cell_that_is_set_back_is_not_edited() {
        let mut record = EditedRecord::default();
        record.set(3, "x".into());
        record.set(3, "".into());
        assert_eq!(record.edits, Edits::new());
    }
}
