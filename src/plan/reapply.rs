//! Human work comes back from an older copy of the dataset, after a reset: one more producer of the same plan.
//!
//! A column that the copy lacks says nothing. Where today's row is unmarked, the copy's mark and machine cells come back; human text
//! comes back where there is none. Where today's dataset holds other human work for the same model, today's stays and the conflict is
//! listed: which of the two is right is for a person to say.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};

use super::{Change, Edit, Line, Mode, Model, Plan, is_same_text};
use crate::dataset::{Dataset, Decisions, Header, Mark, Row};
use crate::key::Key;
use crate::schema::Column;
use crate::text::stands_in;

/// Human work of the older copy that meets other human work of today, which stays.
#[derive(Debug, Clone)]
pub struct Conflict<'p> {
    /// Which model.
    pub model: Model<'p>,
    /// Today's row; `None` where the model is dismissed.
    pub today: Option<&'p Row<'p>>,
    /// What the older copy says in the cells that differ.
    pub lost: Vec<Edit<'p>>,
}

/// Plans the return of the human work in `older` to `dataset`.
pub fn reapply<'p>(
    dataset: &'p Dataset<'p>,
    older: &'p Dataset<'p>,
    decisions: &Decisions<'_>,
) -> Plan<'p> {
    let copy = OlderCopy::of(&dataset.table.header, &older.table.header);
    let mut lines: Vec<Line<'p>> = dataset.rows.iter().map(Line::left_alone).collect();
    let mut conflicts = Vec::new();
    for (row, place) in copy.matches(dataset, older) {
        // Two rows of the copy may be about the one row of today, which takes one of them back. The other returns as a row of its own
        // where it is marked and says something else. The text of one that is not marked stands in the row already, or is listed.
        let changed = place.filter(|place| lines[*place].is_changed());
        if let Some(place) = changed {
            let lost = copy.not_said(&lines[place], row);
            if row.mark == Mark::Unverified && !lost.is_empty() {
                conflicts.push(conflict(dataset, &dataset.rows[place], lost));
                continue;
            }
            if lost.is_empty() {
                continue;
            }
        }
        let place = place.filter(|_| changed.is_none());
        let Some(place) = place else {
            let line = copy.returned(row);
            match decisions.dismissal(row.model()) {
                Some(decision) => conflicts.extend(dismissed(
                    older,
                    row,
                    line,
                    decisions.notes_hold(decision, older, row),
                )),
                None => lines.push(line),
            }
            continue;
        };
        let today = &dataset.rows[place];
        let (line, lost) = copy.merged(today, row);
        lines[place] = line;
        if !lost.is_empty() {
            conflicts.push(conflict(dataset, today, lost));
        }
    }
    Plan {
        conflicts,
        ..Plan::of(Mode::Reapply, dataset, lines)
    }
}

/// What a row of the copy says and today's row, which stays, does not.
fn conflict<'p>(dataset: &'p Dataset<'p>, today: &'p Row<'p>, lost: Vec<Edit<'p>>) -> Conflict<'p> {
    Conflict {
        model: Model::of_row(dataset, today),
        today: Some(today),
        lost,
    }
}

/// A row of a dismissed model stays out. That is a conflict where it is marked, or where its text does not stand in the note.
fn dismissed<'p>(
    older: &'p Dataset<'p>,
    row: &'p Row<'p>,
    line: Line<'p>,
    note_holds: bool,
) -> Option<Conflict<'p>> {
    let model = Model::of_row(older, row);
    let is_conflict = row.mark != Mark::Unverified || !note_holds;
    is_conflict.then_some(Conflict {
        model,
        today: None,
        lost: line.edits,
    })
}

/// The columns in which people wrote text in the older copy and that today's dataset does not have.
pub fn left_behind<'o>(dataset: &Dataset<'_>, older: &'o Dataset<'_>) -> Vec<&'o str> {
    let header = &older.table.header;
    let columns = header.text_columns().filter(|place| {
        dataset.table.header.find(header.name(*place)).is_none()
            && older
                .rows
                .iter()
                .any(|row| !row.record.cell(*place).trim().is_empty())
    });
    columns.map(|place| header.name(place)).collect()
}

/// Where the columns of today's header stand in the older copy.
struct OlderCopy<'p> {
    header: &'p Header<'p>,
    /// For each column of today's header its place in the copy, where the copy has it.
    places: Vec<Option<usize>>,
    /// The places of the columns in which people write text: the notes and the owner's.
    texts: HashSet<usize>,
    verified: usize,
    /// Whether both have the same columns in the same order.
    same_columns: bool,
}

impl<'p> OlderCopy<'p> {
    fn of(header: &'p Header<'p>, older: &Header<'_>) -> OlderCopy<'p> {
        let place = |name| older.find(name).filter(|place| *place < older.width());
        OlderCopy {
            places: header.names().map(place).collect(),
            texts: header.text_columns().collect(),
            verified: header.place(Column::Verified),
            same_columns: header.names().eq(older.names().take(older.width())),
            header,
        }
    }

    /// What the older row says in the columns of today's header; `None` in a column that the copy lacks.
    fn cells<'r>(&self, row: &'r Row<'_>) -> impl Iterator<Item = (usize, Option<&'r str>)> {
        self.places
            .iter()
            .map(|place| place.map(|place| row.record.cell(place)))
            .enumerate()
    }

    /// Each row of the copy that holds human work, in order, with the place of the row of today that it belongs to. Work that is here
    /// already claims its row before anything else can: first where the whole row is the same, then where the human work is.
    fn matches(
        &self,
        dataset: &'p Dataset<'p>,
        older: &'p Dataset<'p>,
    ) -> Vec<(&'p Row<'p>, Option<usize>)> {
        let returning = older.rows.iter().filter(|row| row.has_human_work());
        let mut found: Vec<(&Row<'p>, Option<usize>)> = returning.map(|row| (row, None)).collect();
        let mut is_claimed = vec![false; dataset.rows.len()];
        let is_human = |place: usize| place == self.verified || self.texts.contains(&place);
        let whole = |_: usize| true;
        for counts in [&whole as &dyn Fn(usize) -> bool, &is_human] {
            let mut free: HashMap<(&Key, Vec<&str>), VecDeque<usize>> = HashMap::new();
            for (place, row) in dataset
                .rows
                .iter()
                .enumerate()
                .filter(|(place, _)| !is_claimed[*place])
            {
                let common = self
                    .places
                    .iter()
                    .enumerate()
                    .filter(|(_, then)| then.is_some());
                let cells = common
                    .filter(|(at, _)| counts(*at))
                    .map(|(at, _)| row.record.cell(at));
                free.entry((row.model(), cells.collect()))
                    .or_default()
                    .push_back(place);
            }
            for (row, matched) in found.iter_mut().filter(|(_, matched)| matched.is_none()) {
                let cells = self
                    .cells(row)
                    .filter(|(at, _)| counts(*at))
                    .filter_map(|(_, cell)| cell);
                let claim = free
                    .get_mut(&(row.model(), cells.collect()))
                    .and_then(VecDeque::pop_front);
                if let Some(place) = claim {
                    (*matched, is_claimed[place]) = (Some(place), true);
                }
            }
        }
        let mut first: HashMap<&Key, usize> = HashMap::new();
        let mut free: HashMap<&Key, VecDeque<usize>> = HashMap::new();
        for (place, row) in dataset.rows.iter().enumerate() {
            first.entry(row.model()).or_insert(place);
            if !is_claimed[place] {
                free.entry(row.model()).or_default().push_back(place);
            }
        }
        for (row, matched) in found.iter_mut().filter(|(_, matched)| matched.is_none()) {
            let claim = free.get_mut(row.model()).and_then(VecDeque::pop_front);
            *matched = claim.or_else(|| first.get(row.model()).copied());
        }
        found
    }

    /// Whether two cells that people do not write text in differ in spelling only: in how lines end, or in how `y` is written.
    fn is_alike(&self, place: usize, then: &str, now: &str) -> bool {
        let [then_mark, now_mark] = [then, now].map(Mark::of);
        let is_mark = place == self.verified && then_mark == Mark::Verified;
        is_same_text(then, now) || (is_mark && now_mark == Mark::Verified)
    }

    /// What human work of a row of the copy a line of the plan does not say: text, and where the row is marked the other cells, too.
    fn not_said(&self, line: &Line<'_>, row: &'p Row<'p>) -> Vec<Edit<'p>> {
        let cells = self.cells(row).filter_map(|(place, cell)| {
            let (then, now) = (cell?, line.after(self.header, place));
            let is_said = match self.texts.contains(&place) {
                true => stands_in(then, &now),
                false => row.mark == Mark::Unverified || self.is_alike(place, then, &now),
            };
            let to = then.into();
            (!is_said).then_some(Edit { place, to })
        });
        cells.collect()
    }

    /// A row of the copy as a row of its own.
    fn returned(&self, row: &'p Row<'p>) -> Line<'p> {
        let cells = self
            .cells(row)
            .filter_map(|(place, cell)| Some((place, cell?)));
        let edits = cells.filter(|(_, cell)| !cell.is_empty());
        Line {
            key: Cow::Borrowed(&row.key),
            row: None,
            estimate: None,
            edits: edits
                .map(|(place, cell)| Edit {
                    place,
                    to: cell.into(),
                })
                .collect(),
            bytes: self.same_columns.then_some(row.record.raw),
            change: Change::Added,
            mark: row.mark,
            flop: row.flop,
        }
    }

    /// Today's row with what returns to it, and what does not because today's row says something else.
    fn merged(&self, today: &'p Row<'p>, row: &'p Row<'p>) -> (Line<'p>, Vec<Edit<'p>>) {
        let mark_returns = row.mark != Mark::Unverified && today.mark == Mark::Unverified;
        let (mut edits, mut lost) = (Vec::new(), Vec::new());
        for (place, cell) in self.cells(row) {
            let (Some(then), now) = (cell, today.record.cell(place)) else {
                continue;
            };
            let is_text = self.texts.contains(&place);
            if then == now || (is_text && stands_in(then, now)) {
                continue;
            }
            let edit = Edit {
                place,
                to: then.into(),
            };
            if mark_returns && !is_text || is_text && now.trim().is_empty() {
                edits.push(edit);
            } else if is_text || (row.mark != Mark::Unverified && !self.is_alike(place, then, now))
            {
                lost.push(edit);
            }
        }
        if edits.is_empty() {
            return (Line::left_alone(today), lost);
        }
        let takes_all = self.cells(row).all(|(place, cell)| {
            let edited = edits.iter().any(|edit| edit.place == place);
            edited || cell == Some(today.record.cell(place))
        });
        let mut line = Line {
            bytes: (takes_all && self.same_columns).then_some(row.record.raw),
            edits,
            ..Line::kept(today, Change::Updated)
        };
        if mark_returns {
            (line.mark, line.flop) = (row.mark, row.flop);
            // With the machine cells the name returns, which may be another one of the same model.
            line.key = Cow::Borrowed(&row.key);
            if self.places[self.header.place(Column::TrainingFlop)].is_none() {
                line.flop = today.flop;
            }
        }
        (line, lost)
    }
}
