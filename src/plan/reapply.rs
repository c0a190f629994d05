//! Human work comes back from an older copy of the dataset, after a reset: one more producer of the same plan.
//!
//! A column that the copy lacks says nothing. Where today's row is unmarked, the copy's mark and machine cells come back; human text
//! comes back where there is none. Where today's dataset holds other human work for the same model, today's stays and the conflict is
//! listed: which of the two is right is for a person to say.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::{Change, Edit, Line, Mode, Plan};
use crate::changes::{Changes, FromTo, ModelChange};
use crate::dataset::{Dataset, Decisions, Header, Mark, Row};
use crate::key::Key;
use crate::ordered_map::Map;
use crate::schema::Column;
use crate::text::{is_same_text, stands_in};

/// Plans the return of the human work in `older` to `dataset`.
///
/// A row of the copy returns to the row that its model has today, a marked one before the others. Of several it is the one of the same
/// name, and the one with which it conflicts least. A second marked row returns as a row of its own.
pub fn reapply<'p>(
    dataset: &'p Dataset<'p>,
    older: &'p Dataset<'p>,
    decisions: &Decisions<'_>,
) -> Plan<'p> {
    let mut rows = Returning::to(dataset, older);
    let mut conflicts = Vec::new();
    let mut waiting: Vec<&Row<'p>> = older
        .rows
        .iter()
        .filter(|row| row.has_human_work())
        .collect();
    // What stands today comes first, then what is marked.
    waiting.sort_by_cached_key(|row| (rows.place_that_says(row).is_none(), !row.is_marked()));
    for row in waiting {
        if let Some(place) = rows.place_that_says(row) {
            rows.taken.extend(row.is_marked().then_some(place));
        } else if let Some((place, line)) = rows.nearest(row) {
            rows.taken.extend(row.is_marked().then_some(place));
            conflicts.extend(rows.conflict(row, Some(&line)));
            rows.lines[place] = line;
        } else if let Some(decision) = decisions.dismissal(row.model()) {
            // A row of a dismissed model stays out. That is a conflict where it is marked, or where its text does not stand in the note.
            if row.is_marked() || !decisions.notes_hold(decision, older, row) {
                conflicts.extend(rows.conflict(row, None));
            }
        } else {
            rows.add(row);
        }
    }
    Plan {
        further_changes: Changes {
            conflicts: Some(conflicts),
            ..Changes::default()
        },
        ..Plan::of(Mode::Reapply, dataset, rows.lines)
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

/// The lines of the plan, while rows of the older copy return to them.
struct Returning<'p> {
    older: &'p Dataset<'p>,
    header: &'p Header<'p>,
    /// For each column of today's header its place in the copy, where the copy has it.
    places: Vec<Option<usize>>,
    /// The places of the columns in which people write text: the notes and the owner's.
    texts: HashSet<usize>,
    /// Whether both have the same columns in the same order.
    same_columns: bool,
    /// The rows of today in their order, then those that return as rows of their own.
    lines: Vec<Line<'p>>,
    /// Where the rows of each model stand in `lines`.
    lines_of: HashMap<&'p Key, Vec<usize>>,
    /// The lines that a marked row of the copy has: another marked one returns as a row of its own.
    taken: HashSet<usize>,
}

impl<'p> Returning<'p> {
    fn to(dataset: &'p Dataset<'p>, older: &'p Dataset<'p>) -> Returning<'p> {
        let (header, then) = (&dataset.table.header, &older.table.header);
        let place = |name| then.find(name).filter(|place| *place < then.width());
        let mut lines_of: HashMap<&Key, Vec<usize>> = HashMap::new();
        for (place, row) in dataset.rows.iter().enumerate() {
            lines_of.entry(row.model()).or_default().push(place);
        }
        Returning {
            older,
            header,
            places: header.names().map(place).collect(),
            texts: header.text_columns().collect(),
            same_columns: header.names().eq(then.names().take(then.width())),
            lines: dataset.rows.iter().map(Line::left_alone).collect(),
            lines_of,
            taken: HashSet::new(),
        }
    }

    /// What the row of the copy says in the columns of today's header that the copy has.
    fn cells<'r>(&self, row: &'r Row<'_>) -> impl Iterator<Item = (usize, &'r str)> {
        let places = self.places.iter().enumerate();
        places.filter_map(|(today, then)| Some((today, row.record.cell((*then)?))))
    }

    /// What human work of a row of the copy a line does not say: text, and where the row is marked the other cells, too.
    fn not_said(
        &self,
        line: Option<&Line<'p>>,
        row: &'p Row<'p>,
    ) -> impl Iterator<Item = (usize, &'p str)> {
        self.cells(row).filter(move |(place, then)| {
            let now = line.map_or(Cow::Borrowed(""), |line| line.after(self.header, *place));
            if self.texts.contains(place) {
                !stands_in(then, &now)
            } else {
                row.is_marked() && !self.is_alike(*place, then, &now)
            }
        })
    }

    /// Where a line stands that says all human work of a row of the copy.
    fn place_that_says(&self, row: &'p Row<'p>) -> Option<usize> {
        let says = |line| self.not_said(Some(line), row).next().is_none();
        let mut places = self.lines_of.get(row.model())?.iter().copied();
        places.find(|place| says(&self.lines[*place]))
    }

    /// The line to which a row of the copy returns: where it stands, and what it then says. `None` where there is none left.
    fn nearest(&self, row: &'p Row<'p>) -> Option<(usize, Line<'p>)> {
        let places = self.lines_of.get(row.model())?.iter();
        places
            .filter(|place| !(row.is_marked() && self.taken.contains(*place)))
            .map(|place| (*place, self.merged(&self.lines[*place], row)))
            .min_by_key(|(place, line)| {
                let is_other_name = *self.lines[*place].key != row.key;
                (is_other_name, self.not_said(Some(line), row).count())
            })
    }

    /// A row of the copy returns as a row of its own.
    fn add(&mut self, row: &'p Row<'p>) {
        let place = self.lines.len();
        let cells = self.cells(row);
        let cells = cells.map(|(place, text)| Edit::new(place, text)).collect();
        self.lines.push(Line {
            bytes: self.same_columns.then_some(row.record.raw),
            ..Line::with_cells(cells, self.header)
        });
        self.lines_of.entry(row.model()).or_default().push(place);
        self.taken.extend(row.is_marked().then_some(place));
    }

    /// What a line lacks of a row of the copy, each cell as it stays and as it is not taken; `None` where it lacks nothing.
    fn conflict(&self, row: &'p Row<'p>, line: Option<&Line<'p>>) -> Option<ModelChange<'p>> {
        let lost = self.not_said(line, row).map(|(at, text)| {
            let stays = line.map_or(Cow::Borrowed(""), |line| line.after(self.header, at));
            let cell = FromTo::new(stays.into_owned(), text);
            (self.header.name(at).into(), cell)
        });
        let fields = Map(lost.collect());
        let of_model = ModelChange::of_row(self.older, row);
        (!fields.is_empty()).then_some(ModelChange { fields, ..of_model })
    }

    /// Whether two cells that people do not write text in differ in spelling only: in how lines end, or in how `y` is written.
    fn is_alike(&self, place: usize, then: &str, now: &str) -> bool {
        let [then_mark, now_mark] = [then, now].map(Mark::of);
        let is_mark = place == self.header.place(Column::Verified) && then_mark == Mark::Verified;
        is_same_text(then, now) || (is_mark && now_mark == Mark::Verified)
    }

    /// A line with what returns to it of a row of the copy: text where there is none, and to an unmarked line the mark and its cells.
    fn merged(&self, line: &Line<'p>, row: &'p Row<'p>) -> Line<'p> {
        let mark_returns = row.is_marked() && line.mark == Mark::Unverified;
        let returns = |place: usize, then: &str| {
            let now = line.after(self.header, place);
            let may = if self.texts.contains(&place) {
                now.trim().is_empty() && !then.trim().is_empty()
            } else {
                mark_returns
            };
            may && then != now
        };
        let edits: Vec<Edit<'p>> = self
            .cells(row)
            .filter(|(place, then)| returns(*place, then))
            .map(|(place, then)| Edit::new(place, then))
            .collect();
        let mut merged = line.clone();
        if edits.is_empty() {
            return merged;
        }
        merged.edits.extend(edits);
        merged.edits.sort_unstable_by_key(|edit| edit.place);
        merged.change = Change::Updated;
        let says_all = self
            .cells(row)
            .all(|(place, then)| then == merged.after(self.header, place));
        merged.bytes = (says_all && self.same_columns).then_some(row.record.raw);
        // With the machine cells the name returns, which may be another one of the same model.
        merged.follow_cells(self.header);
        merged
    }
}
