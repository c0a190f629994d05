//! What a person takes back: rows that left, and a row and a decision as they were before.

use std::borrow::Cow;

use super::Draft;
use crate::dataset::{Dataset, Decision, Decisions, Header, Record};
use crate::key::Key;
use crate::ordered_map::Map;
use crate::plan::Edit;

/// The row and the line of the decisions of one model, to be put back.
#[derive(Debug, Clone, Default)]
pub struct Remembered {
    row: Option<Map<'static, Cow<'static, str>>>,
    decision: Option<Map<'static, Cow<'static, str>>>,
}

impl Remembered {
    /// What the files say of a model.
    pub fn of(dataset: &Dataset<'_>, decisions: &Decisions<'_>, model: &Key) -> Remembered {
        let cells = |header: &Header<'_>, record: &Record<'_>| {
            let owned = |text: &str| Cow::Owned(text.to_owned());
            let cells = header.names().map(owned).zip(record.cells().map(owned));
            Map(cells.collect())
        };
        let row = dataset.rows.iter().find(|row| row.model() == model);
        let line = decisions.lines.iter().find(|line| line.model == *model);
        Remembered {
            row: row.map(|row| cells(&dataset.table.header, &row.record)),
            decision: line.map(|line| cells(&decisions.table.header, &line.record)),
        }
    }
}

impl<'p> Draft<'p> {
    /// The dismissal is taken back. The rows that left by it come back, unless there is one today.
    pub fn restore(&mut self, model: &Key, rows: &[&Map<'_, Cow<'_, str>>]) {
        self.take_back(model, |line| {
            line.decision.is_none_or(Decision::is_dismissal)
        });
        if self.dataset.rows.iter().any(|row| row.model() == model) {
            return;
        }
        for row in rows {
            let cells = cells_of(&self.dataset.table.header, row);
            self.push(cells.map(|(place, to)| Edit { place, to }).collect());
        }
    }

    /// A row and the line of the decisions are as they were before.
    pub fn put_back(&mut self, model: &Key, before: &Remembered) {
        let today = self.dataset.rows.iter().find(|row| row.model() == model);
        match (today, &before.row) {
            (Some(row), Some(cells)) => {
                for (place, text) in cells_of(&self.dataset.table.header, cells) {
                    self.set_place(row, place, text);
                }
            }
            (None, Some(row)) => self.restore(model, &[row]),
            (_, None) => {}
        }
        self.take_back(model, |_| true);
        if let Some(cells) = &before.decision {
            let header = &self.decisions.table.header;
            let cell = |name: &str| cells.get(name).map_or("", |text| &**text);
            let key = Key::new(cell("name"), cell("developer"));
            self.file.set(&key, cells_of(header, cells).collect());
        }
    }
}

/// The cells of a remembered row, each with its place in the header of today.
fn cells_of<'p>(
    header: &Header<'_>,
    row: &Map<'_, Cow<'_, str>>,
) -> impl Iterator<Item = (usize, Cow<'p, str>)> {
    let places = header.places_of(row.0.iter().map(|(column, _)| &**column));
    let cells = places.into_iter().zip(&row.0);
    cells.filter_map(|(place, (_, text))| Some((place?, text.to_string().into())))
}
