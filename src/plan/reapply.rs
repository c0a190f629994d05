//! Human work comes back from an older copy of the dataset, after a reset: one more producer of the same plan.
//!
//! A column that the copy lacks says nothing. Where today's row is unmarked, the copy's mark and machine cells come back; human text
//! comes back where there is none. Where today's dataset holds other human work for the same model, today's stays and the conflict is
//! listed: which of the two is right is for a person to say.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::{Change, Edit, Line, Mode, Model, Plan, is_same_text, row_order};
use crate::dataset::{Dataset, Decisions, Header, Mark, Row};
use crate::key::Key;
use crate::schema::Column;
use crate::text::stands_in;

/// Human work of the older copy that meets other human work of today, which stays.
#[derive(Debug, Clone)]
pub struct Conflict<'p> {
    /// Which model.
    pub model: Model<'p>,
    /// The row of today that it meets, where there is one.
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
    let mut models: Vec<&Key> = dataset.rows.iter().map(Row::model).collect();
    let mut conflicts = Vec::new();
    for returning in copy.returning(dataset, older) {
        let Returning {
            row,
            place,
            is_taken,
        } = returning;
        let is_marked = row.mark != Mark::Unverified;
        let today = place.map(|place| &dataset.rows[place]);
        let shared = place.filter(|_| !(is_taken && is_marked));
        if let (Some(place), Some(today)) = (shared, today) {
            let lost = copy.merge(&mut lines[place], row);
            if !lost.is_empty() {
                let model = Model::of_row(dataset, today);
                conflicts.push(Conflict {
                    model,
                    today: Some(today),
                    lost,
                });
            }
            continue;
        }
        // It returns as a row of its own: its model has no row, or it is marked, another row of the copy has the one of today, and it
        // says something else.
        let line = copy.returned(row);
        let lost = match place {
            Some(place) => copy.not_said(&lines[place], row),
            None => line.edits.clone(),
        };
        match decisions.dismissal(row.model()) {
            _ if lost.is_empty() => {}
            None => {
                lines.push(line);
                models.push(row.model());
            }
            // A row of a dismissed model stays out. That is a conflict where it is marked, or where its text does not stand in the note.
            Some(decision) if is_marked || !decisions.notes_hold(decision, older, row) => {
                let model = Model::of_row(older, row);
                conflicts.push(Conflict { model, today, lost });
            }
            Some(_) => {}
        }
    }
    // Text that stands in another row of the model is not lost.
    let mut lines_of: HashMap<&Key, Vec<&Line<'_>>> = HashMap::new();
    for (model, line) in models.into_iter().zip(&lines) {
        lines_of.entry(model).or_default().push(line);
    }
    for conflict in &mut conflicts {
        let rows = conflict.today.and_then(|today| lines_of.get(today.model()));
        conflict.lost.retain(|edit| {
            let mut rows = rows.into_iter().flatten();
            let is_said =
                |line: &&Line<'_>| stands_in(&edit.to, &line.after(copy.header, edit.place));
            !copy.texts.contains(&edit.place) || !rows.any(is_said)
        });
    }
    conflicts.retain(|conflict| !conflict.lost.is_empty());
    Plan {
        conflicts,
        ..Plan::of(Mode::Reapply, dataset, lines)
    }
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

/// A row of the copy that holds human work, and where that returns to.
struct Returning<'p> {
    row: &'p Row<'p>,
    /// The row of today of its model, where there is one.
    place: Option<usize>,
    /// Whether another row of the copy has that row of today, and every other one of its model is taken, too.
    is_taken: bool,
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

    /// Each row of the copy that holds human work, with the row of today that it belongs to: first those that have one to themselves.
    ///
    /// Each takes a free row of its model. The first choice have rows that say the same; then those with the same human work; of marked
    /// ones those with the same mark and machine cells, then those that find an unmarked row of their own name, then those that find
    /// any unmarked row. What is left takes what is free. Text that stands in some row of its model does not return. Few rows have one
    /// model, so they are gone through for each.
    fn returning(&self, dataset: &'p Dataset<'p>, older: &'p Dataset<'p>) -> Vec<Returning<'p>> {
        let mut rows_of: HashMap<&Key, Vec<usize>> = HashMap::new();
        // In the order in which they will stand, so that the same rows are found when it is given again.
        let mut places: Vec<usize> = (0..dataset.rows.len()).collect();
        let order = |place: &usize| row_order(dataset.rows[*place].flop, &dataset.rows[*place].key);
        places.sort_by(|a, b| order(a).cmp(&order(b)));
        for place in places {
            let rows = rows_of.entry(dataset.rows[place].model());
            rows.or_default().push(place);
        }
        let rows_of = |row: &Row<'_>| rows_of.get(row.model()).map_or(&[][..], |places| places);
        let rows = older.rows.iter().filter(|row| row.has_human_work());
        let mut found: Vec<Returning<'p>> = rows
            .map(|row| Returning {
                row,
                place: None,
                is_taken: false,
            })
            .collect();
        let mut is_taken = vec![false; dataset.rows.len()];
        let mut take = |found: &mut [Returning<'p>], fits: &dyn Fn(&Row<'_>, &Row<'_>) -> bool| {
            for one in found.iter_mut().filter(|one| one.place.is_none()) {
                let mut places = rows_of(one.row).iter().copied();
                let is_free =
                    |place: &usize| !is_taken[*place] && fits(one.row, &dataset.rows[*place]);
                one.place = places.find(is_free);
                if let Some(place) = one.place {
                    is_taken[place] = true;
                }
            }
        };
        let is_text = |place: usize| self.texts.contains(&place);
        let is_human = |place: usize| is_text(place) || place == self.verified;
        let is_unmarked = |row: &Row<'_>| row.mark == Mark::Unverified;
        take(&mut found, &|row, today| self.agree(row, today, |_| true));
        take(&mut found, &|row, today| self.agree(row, today, is_human));
        found.retain(|one| {
            let mut texts = self.cells(one.row).filter(|(at, _)| is_text(*at));
            let is_said = |at, text| {
                let mut rows = rows_of(one.row).iter();
                rows.any(|place| stands_in(text, dataset.rows[*place].record.cell(at)))
            };
            one.place.is_some()
                || !is_unmarked(one.row)
                || !texts.all(|(at, text)| text.is_none_or(|text| is_said(at, text)))
        });
        found.sort_by_key(|one| is_unmarked(one.row));
        let marked = found.partition_point(|one| !is_unmarked(one.row));
        let marked = &mut found[..marked];
        take(marked, &|row, today| {
            self.agree(row, today, |place| !is_text(place))
        });
        take(marked, &|row, today| {
            is_unmarked(today) && today.key == row.key
        });
        take(marked, &|_, today| is_unmarked(today));
        take(&mut found, &|_, _| true);
        for one in found.iter_mut().filter(|one| one.place.is_none()) {
            one.place = rows_of(one.row).first().copied();
            one.is_taken = one.place.is_some();
        }
        found.sort_by_key(|one| one.is_taken);
        found
    }

    /// Whether a row of the copy and one of today say the same in the columns that count, as far as the copy has them.
    fn agree(&self, row: &Row<'_>, today: &Row<'_>, counts: impl Fn(usize) -> bool) -> bool {
        let mut cells = self.cells(row).filter(|(place, _)| counts(*place));
        cells.all(|(place, cell)| cell.is_none_or(|cell| cell == today.record.cell(place)))
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

    /// Gives a line what returns to it of a row of the copy, and says what does not because the line says something else.
    fn merge(&self, line: &mut Line<'p>, row: &'p Row<'p>) -> Vec<Edit<'p>> {
        let mark_returns = row.mark != Mark::Unverified && line.mark == Mark::Unverified;
        let (mut edits, mut lost) = (Vec::new(), Vec::new());
        for (place, cell) in self.cells(row) {
            let Some(then) = cell else { continue };
            let now = line.after(self.header, place);
            let is_text = self.texts.contains(&place);
            if then == now || (is_text && stands_in(then, &now)) {
                continue;
            }
            let edit = Edit {
                place,
                to: then.into(),
            };
            if mark_returns && !is_text || is_text && now.trim().is_empty() {
                edits.push(edit);
            } else if is_text || (row.mark != Mark::Unverified && !self.is_alike(place, then, &now))
            {
                lost.push(edit);
            }
        }
        if edits.is_empty() {
            return lost;
        }
        line.edits.extend(edits);
        line.edits.sort_unstable_by_key(|edit| edit.place);
        line.change = Change::Updated;
        let mut cells = self.cells(row);
        let takes_all = cells.all(|(place, cell)| cell == Some(&line.after(self.header, place)));
        line.bytes = (takes_all && self.same_columns).then_some(row.record.raw);
        if mark_returns {
            // With the machine cells the name returns, which may be another one of the same model.
            (line.mark, line.key) = (row.mark, Cow::Borrowed(&row.key));
            if self.places[self.header.place(Column::TrainingFlop)].is_some() {
                line.flop = row.flop;
            }
        }
        lost
    }
}
