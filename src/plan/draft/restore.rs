//! What a person takes back: rows that left, and a row and a decision as they were before.

use std::borrow::Cow;

use super::Draft;
use crate::dataset::{Dataset, Decision, Decisions, Header};
use crate::key::Key;
use crate::ordered_map::Map;
use crate::plan::{Edit, Line, Plan};

/// The row and the line of the decisions of one model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Remembered {
    row: Option<Map<'static, Cow<'static, str>>>,
    decision: Option<Map<'static, Cow<'static, str>>>,
}

impl Remembered {
    /// What the files say of a model today.
    pub fn of(dataset: &Dataset<'_>, decisions: &Decisions<'_>, model: &Key) -> Remembered {
        let header = &dataset.table.header;
        let row = dataset.rows.iter().find(|row| row.model() == model);
        Remembered {
            row: row.map(|row| cells(header, |place| row.record.cell(place).into())),
            decision: decided(decisions, model),
        }
    }

    /// What the files will say of a model that has a row today: its row as the plan leaves it, and what is decided then.
    pub fn afterwards(plan: &Plan<'_>, decisions: &Decisions<'_>, model: &Key) -> Remembered {
        let header = &plan.dataset.table.header;
        let is_meant = |line: &&Line<'_>| line.row.is_some_and(|row| row.model() == model);
        let line = plan.lines.iter().find(is_meant);
        Remembered {
            row: line.map(|line| cells(header, |place| line.after(header, place))),
            decision: decided(decisions, model),
        }
    }
}

fn decided(decisions: &Decisions<'_>, model: &Key) -> Option<Map<'static, Cow<'static, str>>> {
    let line = decisions.lines.iter().find(|line| line.model == *model)?;
    let header = &decisions.table.header;
    Some(cells(header, |place| line.record.cell(place).into()))
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
