//! What a person takes back: rows that left, and a row and a decision as they were before.

use super::Draft;
use crate::dataset::{Aliases, Decision};
use crate::key::Key;
use crate::plan::{Edit, Line};

/// The row and the lines of the decisions of one model, cell by cell in the order of today's header.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Remembered {
    row: Option<Vec<String>>,
    decisions: Vec<(Key, Vec<String>)>,
}

impl<'p> Draft<'p> {
    /// What the row and the decisions say of a model by now, under whichever of its names.
    pub fn remembered(&self, model: &Key, aliases: &Aliases<'_>) -> Remembered {
        let header = &self.dataset.table.header;
        let row = self.lines.iter().find(|line| {
            line.row.is_some_and(|row| {
                row.model() == model && self.leaving().all(|gone| gone != row.record.line)
            })
        });
        let cells = row.map(|line| {
            let places = 0..header.names().count();
            places.map(|place| line.after(header, place).into_owned())
        });
        let width = self.decisions.table.header.names().count();
        let lines = self.file.lines.iter();
        Remembered {
            row: cells.map(Iterator::collect),
            decisions: lines
                .filter(|line| *aliases.resolve(&line.key) == *model)
                .map(|line| {
                    let cells = (0..width).map(|place| line.after(place).to_owned());
                    (line.key.clone(), cells.collect())
                })
                .collect(),
        }
    }

    /// The dismissal is taken back, and rows with these cells come back.
    pub fn restore(&mut self, model: &Key, rows: impl Iterator<Item = Vec<Edit<'p>>>) {
        self.take_back(model, |line| {
            line.decision.is_none_or(Decision::is_dismissal)
        });
        let header = &self.dataset.table.header;
        let lines = rows.map(|cells| Line::with_cells(cells, header));
        self.lines.extend(lines);
    }

    /// A row and the lines of the decisions, which are as a decision left them, are as they were before.
    pub fn put_back(&mut self, model: &Key, before: &Remembered, after: &Remembered) {
        if let Some(cells) = &before.row {
            let today = self.dataset.rows.iter().find(|row| row.model() == model);
            let cells = cells.iter().enumerate().map(|(place, text)| Edit {
                place,
                to: text.clone().into(),
            });
            match today {
                Some(row) => cells.for_each(|cell| self.set_place(row, cell.place, cell.to)),
                None => self.restore(model, [cells.collect()].into_iter()),
            }
        }
        if before.decisions == after.decisions {
            return;
        }
        self.take_back(model, |_| true);
        for (key, cells) in &before.decisions {
            let cells = cells.iter().map(|text| text.clone().into());
            self.file.push(key.clone(), cells.enumerate().collect());
        }
    }
}
