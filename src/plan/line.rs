//! A line of the dataset as a plan leaves it, and what happens to its row.

use std::borrow::Cow;

use super::{Drift, EditedRecord};
use crate::changes::Model;
use crate::dataset::{Header, Mark, Row};
use crate::estimates::Estimate;
use crate::flop::Flop;
use crate::key::Key;
use crate::schema::{Column, cells_of_flop};
use crate::text::is_same_text;

/// A line of the dataset as the plan leaves it.
#[derive(Debug, Clone, Default)]
pub struct Line<'p> {
    /// The row of today's dataset, where there is one.
    pub row: Option<&'p Row<'p>>,
    /// Its content: the record of that row, perhaps edited, or a new record.
    pub record: EditedRecord<'p>,
    /// Whether its row is updated to a training FLOP below 5e24 and stays because of its human text.
    pub is_demoted: bool,
    /// Why its row is orphaned, if it is.
    pub orphan: Option<&'static str>,
    /// Its mark after the run.
    pub mark: Mark,
    /// How far the latest estimate is from a verified row that stays as it is, if the row has drifted.
    pub drift: Option<Drift>,
    /// Its own training FLOP after the run.
    pub flop: Option<Flop>,
    /// The dismissed model that an unmarked row looks like, if there is one.
    pub looks_like: Option<Model<'p>>,
}

impl<'p> Line<'p> {
    /// A row of today that stays as it is.
    pub(super) fn kept(row: &'p Row<'p>) -> Line<'p> {
        Line {
            row: Some(row),
            record: EditedRecord::kept(Cow::Borrowed(&row.key), &row.record),
            mark: row.mark,
            flop: row.flop,
            ..Line::default()
        }
    }

    /// A row of today that follows the estimate in the columns that `follows` selects. Under an alias it takes the estimate's name and
    /// developer.
    pub(super) fn following(
        header: &Header<'_>,
        row: &'p Row<'p>,
        estimate: &'p Estimate,
        follows: impl Fn(Column) -> bool,
    ) -> Line<'p> {
        let mut line = Line::kept(row);
        line.record.key = Cow::Borrowed(&estimate.key);
        line.flop = estimate.flop;
        for column in Column::ALL.iter().filter(|column| follows(**column)) {
            let (place, to) = (header.place(*column), estimate.cell(*column));
            if !is_same_text(&to, row.record.cell(place)) {
                line.record.edits.insert(place, to);
            }
        }
        line
    }

    /// A new row with the content of the estimate.
    pub(super) fn added(header: &'p Header<'p>, estimate: &'p Estimate) -> Line<'p> {
        Line {
            record: EditedRecord {
                key: Cow::Borrowed(&estimate.key),
                estimate: Some((header, estimate)),
                ..EditedRecord::default()
            },
            flop: estimate.flop,
            ..Line::default()
        }
    }

    /// A new row with these cells.
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

    /// Sets the text of a cell. A cell that has this text today is not edited, and neither is a mark that is only spelled differently.
    pub(super) fn set(&mut self, header: &Header<'_>, place: usize, to: Cow<'p, str>) {
        let today = self.record.before(place);
        let is_mark = place == header.place(Column::Verified);
        let is_respelled = is_mark && Mark::of(&to) == Mark::of(today);
        let to = if is_respelled { today.into() } else { to };
        self.record.set(place, to);
        self.update_from_cells(header);
    }

    /// Updates the line's key, mark and training FLOP from its cells.
    pub(super) fn update_from_cells(&mut self, header: &Header<'_>) {
        let after = |column: Column| self.record.after(header.place(column));
        let key = Key::new(&after(Column::Name), &after(Column::Developer));
        let mark = Mark::of(&after(Column::Verified));
        let flop = after(Column::TrainingFlop).parse().ok();
        self.record.key = Cow::Owned(key);
        self.mark = mark;
        self.flop = flop;
    }

    /// Sets the cells that follow from its training FLOP, if it has one, at the places that `wanted` accepts.
    pub(super) fn derive_cells(&mut self, header: &Header<'_>, wanted: impl Fn(usize) -> bool) {
        let Some(flop) = self.flop else { return };
        for (column, text) in cells_of_flop(flop) {
            let place = header.place(column);
            if wanted(place) {
                self.record.set(place, text.into());
            }
        }
    }

    /// The key of its model: its own key, or the one that its row's alias leads to.
    pub fn model(&self) -> &Key {
        self.row.map_or(&*self.record.key, Row::model)
    }

    /// Whether it is a new row.
    pub fn is_added(&self) -> bool {
        self.row.is_none()
    }

    /// Whether the text of its row changes and nothing else happens to the row.
    pub fn is_updated(&self) -> bool {
        let is_other = self.is_added() || self.is_demoted || self.orphan.is_some();
        self.record.is_changed() && !is_other
    }

    /// Whether its row has this mark and stays as it is.
    pub fn is_kept_as(&self, mark: Mark) -> bool {
        self.mark == mark && !self.record.is_changed()
    }

    /// Whether there is no usable estimate of the model. This includes a candidate without an estimate.
    pub fn is_orphaned(&self) -> bool {
        let is_included = self.mark == Mark::Blank && self.flop.is_none();
        is_included || self.orphan.is_some()
    }

    /// Whether it is the line of this row.
    pub fn is_of(&self, row: &Row<'_>) -> bool {
        self.row
            .is_some_and(|own| own.record.line == row.record.line)
    }
}
