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
    /// The cells that differ, in the order of the header.
    pub lost: Vec<Lost<'p>>,
}

/// A cell of the older copy that does not return.
#[derive(Debug, Clone)]
pub struct Lost<'p> {
    /// The place of its column in today's header.
    pub place: usize,
    /// What the row says afterwards; `""` where there is none.
    pub stays: String,
    /// What the older copy says.
    pub not_taken: Cow<'p, str>,
}

/// Plans the return of the human work in `older` to `dataset`.
pub fn reapply<'p>(
    dataset: &'p Dataset<'p>,
    older: &'p Dataset<'p>,
    decisions: &Decisions<'_>,
) -> Plan<'p> {
    let copy = OlderCopy::of(&dataset.table.header, &older.table.header);
    let mut lines: Vec<Line<'p>> = dataset.rows.iter().map(Line::left_alone).collect();
    // Where the rows of each model stand in `lines`: those of today, then those that return.
    let mut lines_of: HashMap<&Key, Vec<usize>> = HashMap::new();
    for (place, row) in dataset.rows.iter().enumerate() {
        lines_of.entry(row.model()).or_default().push(place);
    }
    let mut not_taken = Vec::new();
    for (row, own) in copy.returning(dataset, older) {
        let is_marked = row.mark != Mark::Unverified;
        let of_model = lines_of.entry(row.model()).or_default();
        let first = of_model.first().copied();
        let place = own.or_else(|| {
            // Other rows of the copy have those of today. Text goes where nothing is in its way, and a mark returns with its own row.
            let today = first.filter(|first| !is_marked && *first < dataset.rows.len())?;
            let mut places = of_model.iter().copied();
            let takes_all = |place: &usize| copy.merge(&mut lines[*place].clone(), row).is_empty();
            Some(places.find(takes_all).unwrap_or(today))
        });
        if let Some(place) = place {
            let lost = copy.merge(&mut lines[place], row);
            not_taken.push((row, Some(place), lost));
            continue;
        }
        let is_said = |place: &usize| copy.not_said(&lines[*place], row).is_empty();
        if of_model.iter().any(is_said) {
            continue;
        }
        let line = copy.returned(row);
        match decisions.dismissal(row.model()) {
            None => {
                of_model.push(lines.len());
                lines.push(line);
            }
            // A row of a dismissed model stays out. That is a conflict where it is marked, or where its text does not stand in the note.
            Some(decision) if is_marked || !decisions.notes_hold(decision, older, row) => {
                let lost = first.map(|first| copy.not_said(&lines[first], row));
                not_taken.push((row, first, lost.unwrap_or(line.edits)));
            }
            Some(_) => {}
        }
    }
    let conflicts = not_taken.into_iter().filter_map(|(row, place, lost)| {
        let line = place.map(|place| &lines[place]);
        let today = place.and_then(|place| dataset.rows.get(place));
        // Text that stands in another row of the model is not lost.
        let is_said = |edit: &Edit<'_>| {
            let mut rows = lines_of[row.model()].iter().map(|place| &lines[*place]);
            let is_said =
                |line: &Line<'_>| stands_in(&edit.to, &line.after(copy.header, edit.place));
            copy.texts.contains(&edit.place) && rows.any(is_said)
        };
        let lost = lost
            .into_iter()
            .filter(|edit| line.is_none() || !is_said(edit));
        let lost = lost.map(|edit| Lost {
            place: edit.place,
            stays: line.map_or("".into(), |line| {
                line.after(copy.header, edit.place).into_owned()
            }),
            not_taken: edit.to,
        });
        let lost: Vec<Lost<'p>> = lost.collect();
        let model = match today {
            Some(today) => Model::of_row(dataset, today),
            None => Model::of_row(older, row),
        };
        (!lost.is_empty()).then_some(Conflict { model, lost })
    });
    let conflicts = conflicts.collect();
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

    /// Each row of the copy that holds human work, with the place of the row of today that it has for itself: first those that have one.
    ///
    /// Each takes a free row of its model. The first choice have rows that say the same; then marked ones those with the same mark and
    /// machine cells; then all of them those with the same human work. Of what is left, text that stands in some row of its model does
    /// not return, and marked rows take unmarked ones: one that differs in its mark alone, one with the same machine cells, one with
    /// the same text, one of the same name, any other. The rest takes what is free. Few rows have one model, so all are gone through.
    fn returning(
        &self,
        dataset: &'p Dataset<'p>,
        older: &'p Dataset<'p>,
    ) -> Vec<(&'p Row<'p>, Option<usize>)> {
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
        let mut seen = HashSet::new();
        let rows = older.rows.iter();
        let rows = rows.filter(|row| row.has_human_work() && seen.insert(row.record.raw));
        let mut found: Vec<(&Row<'p>, Option<usize>)> = rows.map(|row| (row, None)).collect();
        let mut is_taken = vec![false; dataset.rows.len()];
        type Rows<'p> = [(&'p Row<'p>, Option<usize>)];
        type Fits<'f> = &'f dyn Fn(&Row<'_>, &Row<'_>) -> bool;
        let mut take = |found: &mut Rows<'p>, fits: Fits<'_>| {
            for (row, own) in found.iter_mut().filter(|(_, own)| own.is_none()) {
                let mut places = rows_of(row).iter().copied();
                *own = places.find(|place| !is_taken[*place] && fits(row, &dataset.rows[*place]));
                if let Some(place) = *own {
                    is_taken[place] = true;
                }
            }
        };
        let is_text = |place: usize| self.texts.contains(&place);
        let is_mark = |place: usize| place == self.verified;
        let is_machine = |place: usize| !is_text(place) && !is_mark(place);
        let is_unmarked = |row: &Row<'_>| row.mark == Mark::Unverified;
        found.sort_by_key(|(row, _)| is_unmarked(row));
        let marked = found.partition_point(|(row, _)| !is_unmarked(row));
        take(&mut found, &|row, today| self.agree(row, today, |_| true));
        take(&mut found[..marked], &|row, today| {
            self.agree(row, today, |place| !is_text(place))
        });
        take(&mut found, &|row, today| {
            self.agree(row, today, |place| !is_machine(place))
        });
        found.retain(|(row, own)| {
            let mut texts = self.cells(row).filter(|(at, _)| is_text(*at));
            let is_said = |at, text| {
                let mut rows = rows_of(row).iter();
                rows.any(|place| stands_in(text, dataset.rows[*place].record.cell(at)))
            };
            own.is_some()
                || !is_unmarked(row)
                || !texts.all(|(at, text)| text.is_none_or(|text| is_said(at, text)))
        });
        let choices: [Fits<'_>; 5] = [
            &|row, today| self.agree(row, today, |place| !is_mark(place)),
            &|row, today| self.agree(row, today, is_machine),
            &|row, today| self.agree(row, today, is_text),
            &|row, today| today.key == row.key,
            &|_, _| true,
        ];
        for fits in choices {
            take(&mut found[..marked], &|row, today| {
                is_unmarked(today) && fits(row, today)
            });
        }
        take(&mut found, &|_, _| true);
        found.sort_by_key(|(_, own)| own.is_none());
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
        let cells = self.cells(row).filter_map(|(place, cell)| {
            let to = cell?.into();
            Some(Edit { place, to })
        });
        Line {
            bytes: self.same_columns.then_some(row.record.raw),
            ..Line::with_cells(cells.collect(), self.header)
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
        // With the machine cells the name returns, which may be another one of the same model.
        line.follow_cells(self.header);
        lost
    }
}
