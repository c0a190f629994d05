//! What a person takes back: rows that left, and a row and a decision as they were before.

use std::borrow::Cow;

use super::Draft;
use crate::dataset::{Aliases, Decision, Header, Row};
use crate::key::Key;
use crate::ordered_map::Map;
use crate::plan::{Edit, Line};

/// The row and the lines of the decisions of one model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Remembered {
    row: Option<Map<'static, Cow<'static, str>>>,
    decisions: Vec<Map<'static, Cow<'static, str>>>,
}

impl<'p> Draft<'p> {
    /// What the row and the decisions say of a model by now, under whichever of its names.
    pub fn remembered(&self, model: &Key, aliases: &Aliases<'_>) -> Remembered {
        let leaves = |row: &Row<'_>| {
            let mut rows = self.dismissed.iter().filter_map(|one| one.row);
            rows.any(|gone| gone.record.line == row.record.line)
        };
        let mut lines = self.lines.iter();
        let line = lines.find(|line| {
            line.row
                .is_some_and(|row| row.model() == model && !leaves(row))
        });
        let decisions = self.file.lines.iter();
        let decisions = decisions.filter(|line| *aliases.resolve(&line.key) == *model);
        let decisions = decisions.map(|line| {
            cells(&self.decisions.table.header, |place| {
                line.after(place).into()
            })
        });
        let header = &self.dataset.table.header;
        Remembered {
            row: line.map(|line| cells(header, |place| line.after(header, place))),
            decisions: decisions.collect(),
        }
    }

    /// The dismissal is taken back, and these rows come back.
    pub fn restore(&mut self, model: &Key, rows: &[&Map<'_, Cow<'_, str>>]) {
        self.take_back(model, |line| {
            line.decision.is_none_or(Decision::is_dismissal)
        });
        let header = &self.dataset.table.header;
        for row in rows {
            let cells = cells_of(header, row).map(|(place, to)| Edit { place, to });
            self.lines.push(Line::with_cells(cells.collect(), header));
        }
    }

    /// A row and the lines of the decisions, which are as a decision left them, are as they were before.
    pub fn put_back(&mut self, model: &Key, before: &Remembered, after: &Remembered) {
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
        if before.decisions == after.decisions {
            return;
        }
        self.take_back(model, |_| true);
        for cells in &before.decisions {
            let header = &self.decisions.table.header;
            let cell = |name: &str| cells.get(name).map_or("", |text| &**text);
            let key = Key::new(cell("name"), cell("developer"));
            self.file.push(key, cells_of(header, cells).collect());
        }
    }
}

fn cells<'t>(
    header: &Header<'_>,
    cell: impl Fn(usize) -> Cow<'t, str>,
) -> Map<'static, Cow<'static, str>> {
    let cells = header.names().enumerate().map(|(place, name)| {
        let text = cell(place).into_owned();
        (name.to_owned().into(), text.into())
    });
    Map(cells.collect())
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
