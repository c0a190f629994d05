//! A plan in the making: the dataset and the decisions as they stand, to which the changes that a person asks for are made one by one.
//! Every command by which a person decides on models makes its plan here; an alias is about names.

mod restore;

use std::borrow::Cow;

pub use restore::{JournalRow, Remembered};

use super::{FileChange, Line, Mode, Plan, is_kept};
use crate::changes::{Changes, Model, ModelChange};
use crate::dataset::{Dataset, Decision, DecisionColumn, DecisionLine, Decisions, Row};
use crate::estimates::Estimate;
use crate::flop::Flop;
use crate::key::Key;
use crate::lookup::Subject;
use crate::notes::joined;
use crate::schema::Column;

/// Who decides, and when. It is written for people and never parsed.
#[derive(Debug, Clone, Default)]
pub struct Signature {
    /// The login name, where it can be told.
    pub by: String,
    /// The moment of the run in UTC, to the second: `2025-08-15T20:32:45Z`.
    pub at: String,
}

/// What a plan is made from, change by change.
pub struct Draft<'p> {
    dataset: &'p Dataset<'p>,
    decisions: &'p Decisions<'p>,
    signature: Signature,
    lines: Vec<Line<'p>>,
    /// The decisions so far.
    decisions_after: FileChange<'p>,
    further_changes: Changes<'p>,
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
            further_changes: Changes::default(),
            dataset,
            decisions,
            signature,
        }
    }

    pub fn finish(self, mode: Mode) -> Plan<'p> {
        Plan {
            further_changes: self.further_changes,
            decisions: self.decisions_after.finish(),
            ..Plan::of(mode, self.dataset, self.lines)
        }
    }

    /// The row is right: it is marked.
    pub fn verify(&mut self, row: &'p Row<'p>) {
        self.set(row, Column::Verified, "y");
    }

    /// The mark is cleared; notes stay.
    pub fn unverify(&mut self, row: &'p Row<'p>) {
        self.set(row, Column::Verified, "");
        self.unaccept(row.model());
    }

    /// A person knows better than the estimates: these cells of the row are corrected, and sources are joined to its own.
    pub fn correct(&mut self, row: &'p Row<'p>, corrected: Vec<(Column, String)>) {
        for (column, mut text) in corrected {
            match column {
                Column::Sources => text = joined(&self.cell(row, column), &text),
                Column::TrainingFlop => self.unaccept(row.model()),
                _ => {}
            }
            self.set(row, column, text);
        }
    }

    /// A row of a model that the pipeline lacks, with these cells, verified.
    pub fn add(&mut self, model: &Model<'_>, found: Vec<(Column, String)>, note: &str) {
        let header = &self.dataset.table.header;
        let cells = [
            (Column::Name, model.name.to_string()),
            (Column::Developer, model.developer.to_string()),
            (Column::Verified, "y".to_owned()),
            (Column::Notes, note.trim().to_owned()),
        ]
        .into_iter()
        .chain(found)
        .map(|(column, to)| (header.place(column), to.into()));
        self.lines.push(Line::with_cells(header, cells));
    }

    /// The latest estimate is taken into a verified row, which stays verified. Human text stays, and so do facts that the estimate lacks.
    pub fn take_latest(&mut self, row: &'p Row<'p>, estimate: &'p Estimate) {
        let header = &self.dataset.table.header;
        let taken = Line::following(header, row, estimate, |column| !is_kept(estimate, column));
        for (place, to) in taken.record.edits {
            self.set_cell(row, place, to);
        }
        self.unaccept(row.model());
    }

    /// The model is kept out of the dataset; its row leaves, and what a person wrote in it is joined to the note.
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
                ModelChange::whole(self.dataset, row)
            }
            None => ModelChange::of(subject.name, subject.developer),
        };
        let change = change.dismissed(Some(decision), judged, subject.estimate);
        self.further_changes.dismissed.push(change);
    }

    /// Takes back that a verified value stands.
    pub fn unaccept(&mut self, model: &Key) {
        self.take_back(model, |line| line.decision == Some(Decision::Stands));
    }

    /// Writes the line of a model; notes are joined.
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
            .fold(String::new(), |said, note| joined(&said, note));
        // Other lines of the model go, because two lines that differ have no effect.
        self.take_back(model, |one| {
            line.is_none_or(|line| line.record.line != one.record.line)
        });
        // Where there is no newer number, the one that was judged before stays.
        let flop = flop.or(line.and_then(|line| line.flop));
        let flop = flop.map(Flop::shortest).unwrap_or_default();
        let mut cells = vec![
            (DecisionColumn::Decision, decision.name()),
            (DecisionColumn::Flop, &flop),
            (DecisionColumn::Note, &note),
            (DecisionColumn::By, &self.signature.by),
            (DecisionColumn::At, &self.signature.at),
        ];
        if line.is_none() {
            cells.push((DecisionColumn::Name, subject.name));
            cells.push((DecisionColumn::Developer, subject.developer));
        }
        let header = &decisions.table.header;
        let new_key = || Key::new(subject.name, subject.developer);
        let key = line.map_or_else(new_key, |line| line.key.clone());
        let edited = self.decisions_after.line(&key);
        for (column, text) in cells {
            edited.set(header.place(column), text.to_owned().into());
        }
        // What the owner wrote in the lines that go is joined like the notes.
        if lines.clone().nth(1).is_some() {
            for (place, _) in header.own_columns() {
                let texts = lines.clone().map(|line| line.record.cell(place));
                let text = texts.fold(String::new(), |said, text| joined(&said, text));
                edited.set(place, text.into());
            }
        }
    }

    /// Removes the lines of a model for which `goes` returns true.
    fn take_back(&mut self, model: &Key, goes: impl Fn(&DecisionLine<'_>) -> bool) {
        let lines = self.decisions.lines.iter();
        let gone: Vec<usize> = lines
            .filter(|line| line.model == *model && goes(line))
            .map(|line| line.record.line)
            .collect();
        self.decisions_after.remove(|line| {
            let today = line.today;
            today.is_some_and(|record| gone.contains(&record.line))
        });
    }

    /// A note is joined to the notes of a row; a blank note changes nothing.
    pub fn join_note(&mut self, row: &'p Row<'p>, note: &str) {
        if !note.trim().is_empty() {
            let notes = joined(&self.cell(row, Column::Notes), note);
            self.replace_notes(row, &notes);
        }
    }

    /// A note replaces the notes of a row.
    pub fn replace_notes(&mut self, row: &'p Row<'p>, note: &str) {
        self.set(row, Column::Notes, note.trim().to_owned());
    }

    /// The text of a row in a column, with the changes so far; blank where it leaves.
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
