//! A line of the dataset as a plan leaves it, cell by cell.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Change, Drift};
use crate::dataset::{Header, Mark, Row};
use crate::estimates::Estimate;
use crate::flop::Flop;
use crate::key::Key;
use crate::schema::Column;
use crate::text::writable;

/// The cells of a row that change: the place of each column in the header as it will be written, and what the cell will say.
pub type Edits<'p> = BTreeMap<usize, Cow<'p, str>>;

/// A line of the dataset as the plan leaves it: a row of today with some cells edited, a new row that says what its estimate says, or a
/// new row with the edited cells, whose other cells are blank.
#[derive(Debug, Clone, Default)]
pub struct Line<'p> {
    /// Which model it is about.
    pub key: Cow<'p, Key>,
    /// The row of today's dataset, where there is one.
    pub row: Option<&'p Row<'p>>,
    /// The estimate that a new row takes its cells from.
    pub estimate: Option<&'p Estimate>,
    /// The cells that change.
    pub edits: Edits<'p>,
    /// The bytes of an older copy's row, where the line takes them as they are; the edits then say how it differs from today's row.
    pub bytes: Option<&'p str>,
    /// What becomes of it.
    pub change: Change,
    /// Its mark, afterwards.
    pub mark: Mark,
    /// How far the latest estimate is from a verified row that stays as it is, where that has drifted.
    pub drift: Option<Drift>,
    /// Its own training FLOP, afterwards.
    pub flop: Option<Flop>,
}

impl<'p> Line<'p> {
    /// A row of today that stays as it is.
    pub(super) fn kept(row: &'p Row<'p>) -> Line<'p> {
        Line {
            key: Cow::Borrowed(&row.key),
            row: Some(row),
            change: Change::Unchanged,
            mark: row.mark,
            flop: row.flop,
            ..Line::default()
        }
    }

    /// A new row that says what the estimate says.
    pub(super) fn added(estimate: &'p Estimate) -> Line<'p> {
        Line {
            key: Cow::Borrowed(&estimate.key),
            estimate: Some(estimate),
            flop: estimate.flop,
            ..Line::default()
        }
    }

    /// A new row that says this.
    pub(super) fn with_cells(
        header: &Header<'_>,
        cells: impl IntoIterator<Item = (usize, Cow<'p, str>)>,
    ) -> Line<'p> {
        let mut line = Line::default();
        for (place, to) in cells {
            line.set(header, place, to);
        }
        line
    }

    /// Makes a cell say this. One that says so today is not edited; nor is a mark that is only spelled otherwise.
    pub(super) fn set(&mut self, header: &Header<'_>, place: usize, to: Cow<'p, str>) {
        let today = self.before(place);
        let is_mark = place == header.place(Column::Verified);
        if to == today || (is_mark && Mark::of(&to) == Mark::of(today)) {
            self.edits.remove(&place);
        } else {
            self.edits.insert(place, writable(to));
        }
        if self.row.is_some() {
            self.change = match self.edits.len() {
                0 => Change::Unchanged,
                _ => Change::Updated,
            };
        }
        self.follow_cells(header);
    }

    /// Makes the line's key, mark and training FLOP what its cells say by now.
    pub(super) fn follow_cells(&mut self, header: &Header<'_>) {
        let after = |column: Column| self.after(header, header.place(column));
        let key = Key::new(&after(Column::Name), &after(Column::Developer));
        let mark = Mark::of(&after(Column::Verified));
        let flop = after(Column::TrainingFlop).parse().ok();
        self.key = Cow::Owned(key);
        self.mark = mark;
        self.flop = flop;
    }

    /// The model that it is about, with its alias.
    pub fn model(&self) -> &Key {
        self.row.map_or(&*self.key, Row::model)
    }

    /// Whether it stays as it is with this mark.
    pub fn is_kept_as(&self, mark: Mark) -> bool {
        self.mark == mark && self.change == Change::Unchanged
    }

    /// Whether there is no usable estimate of it. A model without an estimate that is included as a candidate has none either.
    pub fn is_orphaned(&self) -> bool {
        let is_included = self.mark == Mark::Unverified && self.flop.is_none();
        is_included || matches!(self.change, Change::Orphaned(_))
    }

    /// Whether it is the line of a row.
    pub fn is_of(&self, row: &Row<'_>) -> bool {
        self.row
            .is_some_and(|own| own.record.line == row.record.line)
    }

    /// Whether the line will be another row than today's.
    pub fn is_changed(&self) -> bool {
        self.row.is_none() || !self.edits.is_empty()
    }

    /// What the cell at a place of the header says today; `""` where there is no row, or no such column.
    pub fn before(&self, place: usize) -> &'p str {
        self.row.map_or("", |row| row.record.cell(place))
    }

    /// What it will say.
    pub fn after(&self, header: &Header<'_>, place: usize) -> Cow<'_, str> {
        if let Some(estimate) = self.estimate {
            let column = header.schema_place(place).map(|place| Column::ALL[place]);
            return column.map_or(Cow::Borrowed(""), |column| estimate.cell(column));
        }
        let edit = self.edits.get(&place);
        Cow::Borrowed(edit.map_or(self.before(place), |to| to))
    }
}
