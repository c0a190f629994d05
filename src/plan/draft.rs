//! A plan in the making: it starts from today's dataset and decisions, and takes the changes that a person asks for one by one. Every
//! command with which a person decides on models makes its plan here, except `alias`, which is about names.

use std::borrow::Cow;

use super::{EditedRecord, FileChange, Line, Mode, Plan, is_kept};
use crate::changes::{Changes, Model, ModelChange};
use crate::dataset::{
    Aliases, Dataset, Decision, DecisionColumn, DecisionLine, Decisions, Row, Table,
};
use crate::estimates::Estimate;
use crate::flop::Flop;
use crate::key::Key;
use crate::lookup::Subject;
use crate::notes::joined;
use crate::ordered_map::Map;
use crate::schema::Column;

/// Who decides, and when. It is written for people and never parsed.
#[derive(Debug, Clone, Default)]
pub struct Signature {
    /// The login name, or blank where it is not known.
    pub by: String,
    /// The moment of the run in UTC, to the second: `2025-08-15T20:32:45Z`.
    pub at: String,
}

/// A row as the journal records it.
pub type JournalRow = Map<'static, Cow<'static, str>>;

/// The row and the decision lines of one model, each as cells in the order of its file's header.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelState {
    row: Option<Vec<String>>,
    decisions: Vec<(Key, Vec<String>)>,
}

/// Collects the changes of a plan one by one.
pub struct Draft<'p> {
    dataset: &'p Dataset<'p>,
    decisions: &'p Decisions<'p>,
    signature: Signature,
    lines: Vec<Line<'p>>,
    /// The decisions, with the changes so far.
    decisions_after: FileChange<'p>,
    other_changes: Changes<'p>,
}

impl<'p> Draft<'p> {
    /// A plan that changes nothing yet.
    pub fn new(
        dataset: &'p Dataset<'p>,
        decisions: &'p Decisions<'p>,
        signature: Signature,
    ) -> Draft<'p> {
        let lines = decisions.lines.iter().map(|line| &line.record);
        Draft {
            lines: dataset.rows.iter().map(Line::kept).collect(),
            decisions_after: FileChange::of(&decisions.table, lines),
            other_changes: Changes::default(),
            dataset,
            decisions,
            signature,
        }
    }

    pub fn finish(self, mode: Mode) -> Plan<'p> {
        Plan {
            other_changes: self.other_changes,
            decisions: self.decisions_after.finish(),
            ..Plan::of(mode, self.dataset, self.lines)
        }
    }

    pub fn verify(&mut self, row: &'p Row<'p>) {
        self.set(row, Column::Verified, "y");
    }

    /// Takes back the mark of a row, and its `stands` decision if it has one. Notes stay.
    pub fn unverify(&mut self, row: &'p Row<'p>) {
        self.set(row, Column::Verified, "");
        self.take_back_acceptance(row.model());
    }

    /// Corrects these cells of a row, because a person knows better than the estimates. Sources are joined to the row's own.
    pub fn correct(&mut self, row: &'p Row<'p>, corrected: Vec<(Column, String)>) {
        for (column, mut text) in corrected {
            match column {
                Column::Sources => text = joined(&self.cell(row, column), &text),
                Column::TrainingFlop => self.take_back_acceptance(row.model()),
                _ => {}
            }
            self.set(row, column, text);
        }
    }

    /// Adds a verified row with these cells, for a model that the pipeline lacks.
    pub fn add(&mut self, model: &Model<'_>, further_cells: Vec<(Column, String)>, note: &str) {
        let header = &self.dataset.table.header;
        let cells = [
            (Column::Name, model.name.to_string()),
            (Column::Developer, model.developer.to_string()),
            (Column::Verified, "y".to_owned()),
            (Column::Notes, note.trim().to_owned()),
        ]
        .into_iter()
        .chain(further_cells)
        .map(|(column, to)| (header.place(column), to.into()));
        self.lines.push(Line::with_cells(header, cells));
    }

    /// Takes the latest estimate into a verified row, which stays verified. Human text stays, and so do facts that the estimate lacks.
    pub fn take_latest(&mut self, row: &'p Row<'p>, estimate: &'p Estimate) {
        let header = &self.dataset.table.header;
        let taken = Line::following(header, row, estimate, |column| !is_kept(estimate, column));
        for (place, to) in taken.record.edits {
            self.set_cell(row, place, to);
        }
        self.take_back_acceptance(row.model());
    }

    /// Keeps a model out of the dataset: its row is removed, and the row's human text is joined to the note.
    pub fn dismiss(&mut self, subject: &Subject<'p>, decision: Decision, note: &str) {
        let row = subject.row;
        let judged = subject.latest_flop().or(row.and_then(|row| row.flop));
        let mut note = note.to_owned();
        for remark in row.iter().flat_map(|row| self.dataset.remarks(row)) {
            note = joined(&note, &remark);
        }
        self.decide(subject, decision, judged, &note);
        let change = match row {
            Some(row) => {
                self.lines.retain(|line| !line.is_of(row));
                ModelChange::of_whole_row(self.dataset, row)
            }
            None => ModelChange::of(subject.name, subject.developer),
        };
        let change = change.dismissed(Some(decision), judged, subject.estimate);
        self.other_changes.dismissed.push(change);
    }

    /// Takes back the decision that a verified value stands.
    pub fn take_back_acceptance(&mut self, model: &Key) {
        self.remove_decisions(model, |line| line.decision == Some(Decision::Stands));
    }

    /// Writes the decision line of a model, and joins the notes.
    pub fn decide(
        &mut self,
        subject: &Subject<'_>,
        decision: Decision,
        flop: Option<Flop>,
        note: &str,
    ) {
        let (decisions, model) = (self.decisions, &subject.model);
        let lines = decisions.lines.iter().filter(|line| line.model == *model);
        let line = decisions.get(model).or_else(|| lines.clone().next());
        let note = lines
            .clone()
            .map(|line| decisions.cell(line, DecisionColumn::Note))
            .chain([note])
            .fold(String::new(), |all, note| joined(&all, note));
        // Other lines of the model are removed, because two lines that differ have no effect.
        self.remove_decisions(model, |one| {
            line.is_none_or(|line| line.record.line != one.record.line)
        });
        // Where there is no newer number, the one that was judged before stays.
        let flop = flop.or(line.and_then(|line| line.flop));
        let flop = flop.map(Flop::shortest).unwrap_or_default();
        // An existing line keeps its name and developer as they are written.
        let written = line.map(|line| decisions.table.name_and_developer(&line.record));
        let [name, developer] = written.unwrap_or([subject.name, subject.developer]);
        let cells = [
            (DecisionColumn::Name, name),
            (DecisionColumn::Developer, developer),
            (DecisionColumn::Decision, decision.name()),
            (DecisionColumn::Flop, &flop),
            (DecisionColumn::Note, &note),
            (DecisionColumn::By, &self.signature.by),
            (DecisionColumn::At, &self.signature.at),
        ];
        let header = &decisions.table.header;
        let edited = self.decisions_after.line(&Key::new(name, developer));
        for (column, text) in cells {
            edited.set(header.place(column), text.to_owned().into());
        }
        // The owner's text in the removed lines is joined like the notes.
        if lines.clone().nth(1).is_some() {
            for (place, _) in header.own_columns() {
                let texts = lines.clone().map(|line| line.record.cell(place));
                let text = texts.fold(String::new(), |all, text| joined(&all, text));
                edited.set(place, text.into());
            }
        }
    }

    fn remove_decisions(&mut self, model: &Key, is_removed: impl Fn(&DecisionLine<'_>) -> bool) {
        let lines = self.decisions.lines.iter();
        let removed_lines: Vec<usize> = lines
            .filter(|line| line.model == *model && is_removed(line))
            .map(|line| line.record.line)
            .collect();
        self.decisions_after.remove(|line| {
            let today = line.today;
            today.is_some_and(|record| removed_lines.contains(&record.line))
        });
    }

    /// The row and the decision lines of a model, under any of its names, with the changes so far.
    pub fn state(&self, model: &Key, aliases: &Aliases<'_>) -> ModelState {
        let mut lines = self.lines.iter();
        let row = lines.find(|line| line.row.is_some_and(|row| row.model() == model));
        let FileChange { table, lines, .. } = &self.decisions_after;
        let decisions = lines
            .iter()
            .filter(|line| *aliases.resolve(&line.key) == *model);
        ModelState {
            row: row.map(|line| cells(&self.dataset.table, &line.record)),
            decisions: decisions
                .map(|line| (Key::clone(&line.key), cells(table, line)))
                .collect(),
        }
    }

    /// Takes a dismissal back and restores these rows, in the columns that the dataset has.
    pub fn restore_rows(&mut self, model: &Key, rows: &[&JournalRow]) {
        self.remove_decisions(model, |line| {
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

    /// Restores the row and the decision lines of a model as they were before a decision. They must still be as that decision left them.
    pub fn restore_state(&mut self, model: &Key, before: &ModelState) {
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
        self.remove_decisions(model, |_| true);
        for (key, texts) in &before.decisions {
            let line = self.decisions_after.push(key.clone());
            for (place, text) in texts.iter().enumerate() {
                line.set(place, text.clone().into());
            }
        }
    }

    /// Joins a note to the notes of a row. A blank note changes nothing.
    pub fn join_note(&mut self, row: &'p Row<'p>, note: &str) {
        if !note.trim().is_empty() {
            let notes = joined(&self.cell(row, Column::Notes), note);
            self.replace_notes(row, &notes);
        }
    }

    pub fn replace_notes(&mut self, row: &'p Row<'p>, note: &str) {
        self.set(row, Column::Notes, note.trim().to_owned());
    }

    /// The text of a row in a column, with the changes so far; blank if the row is removed.
    pub fn cell(&self, row: &Row<'_>, column: Column) -> Cow<'_, str> {
        let place = self.dataset.table.header.place(column);
        let line = self.lines.iter().find(|line| line.is_of(row));
        line.map_or("".into(), |line| line.record.after(place))
    }

    fn set(&mut self, row: &'p Row<'p>, column: Column, to: impl Into<Cow<'p, str>>) {
        let place = self.dataset.table.header.place(column);
        self.set_cell(row, place, to.into());
    }

    fn set_cell(&mut self, row: &'p Row<'p>, place: usize, to: Cow<'p, str>) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.is_of(row)) {
            line.set(&self.dataset.table.header, place, to);
        }
    }
}

/// The cells of a record, with the changes so far, in the order of the header.
fn cells(table: &Table<'_>, record: &EditedRecord<'_>) -> Vec<String> {
    let places = 0..table.header.names().count();
    places
        .map(|place| record.after(place).into_owned())
        .collect()
}
