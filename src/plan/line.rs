//! A line of the dataset as a plan leaves it, cell by cell.

use std::borrow::Cow;

use super::Change;
use crate::dataset::{Header, Mark, Row};
use crate::estimates::Estimate;
use crate::flop::Flop;
use crate::key::Key;
use crate::schema::Column;
use crate::text::writable;

/// A cell that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit<'p> {
    /// The place of its column in the header as it will be written.
    pub place: usize,
    /// What it will say.
    pub to: Cow<'p, str>,
}

impl<'p> Edit<'p> {
    pub(crate) fn new(place: usize, to: impl Into<Cow<'p, str>>) -> Edit<'p> {
        Edit {
            place,
            to: to.into(),
        }
    }
}

/// A line of the dataset as the plan leaves it: a row of today with some cells edited, a new row that says what its estimate says, or a
/// new row with the edited cells, whose other cells are blank.
#[derive(Debug, Clone)]
pub struct Line<'p> {
    /// Which model it is about.
    pub key: Cow<'p, Key>,
    /// The row of today's dataset, where there is one.
    pub row: Option<&'p Row<'p>>,
    /// The estimate that a new row takes its cells from.
    pub estimate: Option<&'p Estimate>,
    /// The cells that change, in the order of the header.
    pub edits: Vec<Edit<'p>>,
    /// The bytes of an older copy's row, where the line takes them as they are; the edits then say how it differs from today's row.
    pub bytes: Option<&'p str>,
    /// What becomes of it.
    pub change: Change,
    /// Its mark, afterwards.
    pub mark: Mark,
    /// Its own training FLOP, afterwards.
    pub flop: Option<Flop>,
}

impl<'p> Line<'p> {
    /// A row of today that stays as it is.
    pub(super) fn kept(row: &'p Row<'p>, change: Change) -> Line<'p> {
        Line {
            key: Cow::Borrowed(&row.key),
            row: Some(row),
            estimate: None,
            edits: Vec::new(),
            bytes: None,
            change,
            mark: row.mark,
            flop: row.flop,
        }
    }

    /// A row that a command leaves alone without asking the estimates.
    pub(super) fn left_alone(row: &'p Row<'p>) -> Line<'p> {
        let change = match row.mark {
            Mark::Verified => Change::Verified(None),
            Mark::Protected => Change::Protected,
            Mark::Unverified => Change::Unchanged,
        };
        Line::kept(row, change)
    }

    /// A new row that says what the estimate says.
    pub(super) fn added(estimate: &'p Estimate) -> Line<'p> {
        Line {
            key: Cow::Borrowed(&estimate.key),
            row: None,
            estimate: Some(estimate),
            edits: Vec::new(),
            bytes: None,
            change: Change::Added,
            mark: Mark::Unverified,
            flop: estimate.flop,
        }
    }

    /// A new row that says this.
    pub(super) fn with_cells(mut edits: Vec<Edit<'p>>, header: &Header<'_>) -> Line<'p> {
        edits.retain(|edit| !edit.to.is_empty());
        edits.sort_unstable_by_key(|edit| edit.place);
        let mut line = Line {
            key: Cow::Owned(Key::new("", "")),
            row: None,
            estimate: None,
            edits,
            bytes: None,
            change: Change::Added,
            mark: Mark::Unverified,
            flop: None,
        };
        line.follow_cells(header);
        line
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

    /// Whether there is no usable estimate of it. A model without an estimate that is included as a candidate has none either.
    pub fn is_orphaned(&self) -> bool {
        let is_included = self.mark == Mark::Unverified && self.flop.is_none();
        is_included || matches!(self.change, Change::Orphaned(_))
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
        let edit = self.edits.iter().find(|edit| edit.place == place);
        Cow::Borrowed(edit.map_or_else(|| self.before(place), |edit| &edit.to))
    }
}

/// Makes a cell say this. It changes only where it says something else today.
pub(super) fn set_cell<'p>(edits: &mut Vec<Edit<'p>>, today: &str, edit: Edit<'p>) {
    edits.retain(|other| other.place != edit.place);
    let to = writable(edit.to);
    if to != today {
        edits.push(Edit { to, ..edit });
        edits.sort_unstable_by_key(|edit| edit.place);
    }
}
