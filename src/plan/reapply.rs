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
    for Match { row, belongs } in copy.matches(dataset, older) {
        let (place, lost) = match belongs {
            Belongs::Nowhere => (None, copy.returned(row).edits),
            // Of several marked rows of the copy one has the row of today. Another one returns as a row of its own, if it says
            // something else.
            Belongs::Beside(place) if row.mark != Mark::Unverified => {
                (Some(place), copy.not_said(&lines[place], row))
            }
            Belongs::To(place) | Belongs::Beside(place) => {
                let lost = copy.merge(&mut lines[place], row);
                let today = &dataset.rows[place];
                conflicts.push(Conflict {
                    model: Model::of_row(dataset, today),
                    today: Some(today),
                    lost,
                });
                continue;
            }
        };
        let today = place.map(|place| &dataset.rows[place]);
        match decisions.dismissal(row.model()) {
            _ if lost.is_empty() => {}
            None => lines.push(copy.returned(row)),
            // A row of a dismissed model stays out. That is a conflict where it is marked, or where its text does not stand in the note.
            Some(decision) => {
                if row.mark != Mark::Unverified || !decisions.notes_hold(decision, older, row) {
                    let model = Model::of_row(older, row);
                    conflicts.push(Conflict { model, today, lost });
                }
            }
        }
    }
    // Text that another row of the model holds by now is not lost.
    conflicts.retain(|conflict: &Conflict<'_>| !conflict.lost.is_empty());
    for conflict in conflicts.iter_mut().filter(|one| one.today.is_some()) {
        let key = conflict.model.key();
        let rows: Vec<_> = lines.iter().filter(|line| *line.key == key).collect();
        conflict.lost.retain(|edit| {
            let is_said =
                |line: &&Line<'_>| stands_in(&edit.to, &line.after(copy.header, edit.place));
            !copy.texts.contains(&edit.place) || !rows.iter().any(is_said)
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

/// A row of the copy that holds human work.
struct Match<'p> {
    row: &'p Row<'p>,
    belongs: Belongs,
}

/// The place of the row of today that a row of the copy belongs to.
#[derive(Clone, Copy)]
enum Belongs {
    /// It has this row to itself.
    To(usize),
    /// Other rows of the copy have all rows of its model, of which this is the first.
    Beside(usize),
    /// The model has no row today.
    Nowhere,
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
    /// Work that is here already claims its row before anything else can: where the whole row is the same, where the human work is, and
    /// where a mark and all machine cells are. Text that stands in any row of its model is here already, too.
    fn matches(&self, dataset: &'p Dataset<'p>, older: &'p Dataset<'p>) -> Vec<Match<'p>> {
        let mut rows_of: HashMap<&Key, Vec<usize>> = HashMap::new();
        // In the order in which they will stand, so that it finds the same rows when it is given again.
        let mut places: Vec<usize> = (0..dataset.rows.len()).collect();
        let order = |place: &usize| row_order(dataset.rows[*place].flop, &dataset.rows[*place].key);
        places.sort_by(|a, b| order(a).cmp(&order(b)));
        for place in places {
            rows_of
                .entry(dataset.rows[place].model())
                .or_default()
                .push(place);
        }
        let rows_of = |row: &Row<'_>| rows_of.get(row.model()).map_or(&[][..], |places| places);
        let returning = older.rows.iter().filter(|row| row.has_human_work());
        let belongs = Belongs::Nowhere;
        let mut found: Vec<_> = returning.map(|row| Match { row, belongs }).collect();
        let mut is_claimed = vec![false; dataset.rows.len()];
        let mut claim = |found: &mut [Match<'p>], fits: &dyn Fn(&Row<'_>, &Row<'_>) -> bool| {
            for one in found.iter_mut() {
                let mut places = rows_of(one.row).iter();
                let is_free =
                    |place: &&usize| !is_claimed[**place] && fits(one.row, &dataset.rows[**place]);
                if matches!(one.belongs, Belongs::Nowhere)
                    && let Some(place) = places.find(is_free)
                {
                    is_claimed[*place] = true;
                    one.belongs = Belongs::To(*place);
                }
            }
        };
        let is_text = |place: usize| self.texts.contains(&place);
        let is_human = |place: usize| is_text(place) || place == self.verified;
        claim(&mut found, &|row, today| self.agree(row, today, |_| true));
        claim(&mut found, &|row, today| self.agree(row, today, is_human));
        found.retain(|one| {
            let mut texts = self.cells(one.row).filter(|(at, _)| is_text(*at));
            let is_said = |at, text| {
                let mut rows = rows_of(one.row).iter();
                rows.any(|place| stands_in(text, dataset.rows[*place].record.cell(at)))
            };
            matches!(one.belongs, Belongs::To(_))
                || one.row.mark != Mark::Unverified
                || !texts.all(|(at, text)| text.is_none_or(|text| is_said(at, text)))
        });
        // Marks go before text.
        found.sort_by_key(|one| one.row.mark == Mark::Unverified);
        let marked = found.partition_point(|one| one.row.mark != Mark::Unverified);
        let marked = &mut found[..marked];
        claim(marked, &|row, today| {
            self.agree(row, today, |place| !is_text(place))
        });
        claim(marked, &|_, today| today.mark == Mark::Unverified);
        claim(&mut found, &|_, _| true);
        for one in &mut found {
            if let (Belongs::Nowhere, Some(first)) = (one.belongs, rows_of(one.row).first()) {
                one.belongs = Belongs::Beside(*first);
            }
        }
        found.sort_by_key(|one| !matches!(one.belongs, Belongs::To(_)));
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
