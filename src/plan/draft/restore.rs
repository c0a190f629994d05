//! What a person takes back: rows that left, and a row and a decision as they were before.

use std::borrow::Cow;

use super::Draft;
use crate::dataset::{Aliases, Decision, Table};
use crate::key::Key;
use crate::ordered_map::Map;
use crate::plan::{EditedRecord, FileChange, Line};

/// A row as the journal has it.
pub type JournalRow = Map<'static, Cow<'static, str>>;

/// The row and the lines of the decisions of one model, cell by cell in the order of today's header.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Remembered {
    row: Option<Vec<String>>,
    decisions: Vec<(Key, Vec<String>)>,
}

impl<'p> Draft<'p> {
    /// The row and the lines of the decisions of a model, under any of its names, with the changes so far.
    pub fn remembered(&self, model: &Key, aliases: &Aliases<'_>) -> Remembered {
        let mut lines = self.lines.iter();
        let row = lines.find(|line| line.row.is_some_and(|row| row.model() == model));
        let FileChange { table, lines, .. } = &self.decisions_after;
        let decisions = lines
            .iter()
            .filter(|line| *aliases.resolve(&line.key) == *model);
        Remembered {
            row: row.map(|line| cells(&self.dataset.table, &line.record)),
            decisions: decisions
                .map(|line| (Key::clone(&line.key), cells(table, line)))
                .collect(),
        }
    }

    /// The dismissal is taken back, and these rows return, with the columns that the dataset has.
    pub fn restore(&mut self, model: &Key, rows: &[&JournalRow]) {
        self.take_back(model, |line| {
            line.decision.is_none_or(Decision::is_dismissal)
        });
        let header = &self.dataset.table.header;
        for row in rows {
            let places = header.places_of(row.0.iter().map(|(column, _)| &**column));
            let cells = places.into_iter().zip(&row.0);
            let cells = cells.filter_map(|(place, (_, text))| Some((place?, text.clone())));
            self.lines.push(Line::with_cells(header, cells));
        }
    }

    /// The texts that people wrote in the rows of a model, with the changes so far.
    pub fn human_texts(&self, model: &Key, aliases: &Aliases<'_>) -> Vec<String> {
        let header = &self.dataset.table.header;
        self.lines
            .iter()
            .filter(|line| *aliases.resolve(line.model()) == *model)
            .flat_map(|line| {
                header
                    .text_columns()
                    .map(|place| line.record.after(place).into())
            })
            .collect()
    }

    /// Puts a row and the lines of the decisions back as they were before a decision. They must be as the decision left them.
    pub fn put_back(&mut self, model: &Key, before: &Remembered) {
        if let Some(cells) = &before.row {
            let cells = cells.iter().map(|text| text.clone().into()).enumerate();
            let today = self.dataset.rows.iter().find(|row| row.model() == model);
            if let Some(row) = today {
                for (place, text) in cells {
                    self.set_cell(row, place, text);
                }
            } else {
                let header = &self.dataset.table.header;
                self.lines.push(Line::with_cells(header, cells));
            }
        }
        // A line that stands today is changed, and not replaced.
        self.take_back(model, |_| true);
        for (key, texts) in &before.decisions {
            let gone = &mut self.decisions_after.gone;
            let place = gone.iter().position(|line| *line.key == *key);
            let mut line = match place {
                Some(place) => gone.remove(place),
                None => EditedRecord::new(key.clone()),
            };
            for (place, text) in texts.iter().enumerate() {
                line.set(place, text.clone().into());
            }
            self.decisions_after.lines.push(line);
        }
    }
}

/// What a record says by now, in the order of the header.
fn cells(table: &Table<'_>, record: &EditedRecord<'_>) -> Vec<String> {
    let places = 0..table.header.names().count();
    places
        .map(|place| record.after(place).into_owned())
        .collect()
}
