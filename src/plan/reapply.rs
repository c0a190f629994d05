//! Human work comes back from an older copy of the dataset, after a reset: one more producer of the same plan.
//!
//! Verified and protected rows return byte for byte, notes return to rows that have none. Where today's dataset holds other human
//! work for the same model, today's stays and the conflict is listed: which of the two is right is for a person to say.

use std::borrow::Cow;

use super::{Edit, Fate, Layout, Line, Mode, Plan, Source, in_order, sort};
use crate::dataset::{Dataset, Mark, Row, cells};
use crate::key::KeyMap;
use crate::schema::Column;

/// Human work of the older copy that meets other human work of today.
#[derive(Debug, Clone, Copy)]
pub struct Conflict<'p> {
    /// Today's row, which stays.
    pub today: &'p Row<'p>,
    /// The older copy it is in.
    pub older: &'p Dataset<'p>,
    /// The row that does not return.
    pub lost: &'p Row<'p>,
}

/// Plans the return of the human work in `older` to `dataset`.
pub fn reapply<'p>(dataset: &'p Dataset<'p>, older: &'p Dataset<'p>) -> Plan<'p> {
    let mut lines: Vec<Line<'p>> = dataset
        .rows
        .iter()
        .map(|row| Line::kept(row, Fate::left_alone(row)))
        .collect();
    let mut by_key: KeyMap<'p, Vec<usize>> = KeyMap::default();
    for (place, row) in dataset.rows.iter().enumerate() {
        by_key.entry(&row.key).or_default().push(place);
    }
    let mut returning: Vec<&'p Row<'p>> = older
        .rows
        .iter()
        .filter(|row| row.has_human_work())
        .collect();
    // Work that is here already claims its row before anything else can.
    returning.retain(|row| {
        let here = by_key.get_mut(&row.key);
        let same = |place: &usize| same_cells(dataset, &dataset.rows[*place], older, row);
        here.and_then(|here| here.iter().position(same).map(|found| here.remove(found)))
            .is_none()
    });
    let mut conflicts = Vec::new();
    for row in returning {
        let here = by_key.entry(&row.key).or_default();
        let free = here
            .iter()
            .position(|place| is_free(dataset, &dataset.rows[*place], older, row));
        match (free.map(|found| here.remove(found)), here.first()) {
            (Some(place), _) if row.mark == Mark::Unverified => {
                give_note(dataset, &mut lines[place], older.cell(row, Column::Notes));
            }
            (Some(place), _) => {
                let mut line = restored(dataset, older, row);
                line.edits = differences(dataset, &dataset.rows[place], older, row);
                line.fate = Fate::Updated;
                lines[place] = line;
            }
            (None, Some(taken)) => conflicts.push(Conflict {
                today: &dataset.rows[*taken],
                older,
                lost: row,
            }),
            (None, None) => lines.push(restored(dataset, older, row)),
        }
    }
    sort(&mut lines);
    Plan {
        mode: Mode::Reapply,
        dataset,
        lines,
        removed: Vec::new(),
        duplicates: Vec::new(),
        renamed: Vec::new(),
        conflicts,
        resorted: !in_order(&dataset.rows),
        layout: Layout::Tidy,
    }
}

/// Whether today's row may take the older row's work: it holds none, or none but the same note.
fn is_free<'p>(dataset: &Dataset<'p>, today: &Row<'p>, older: &Dataset<'p>, row: &Row<'p>) -> bool {
    today.mark == Mark::Unverified
        && (!today.noted || dataset.cell(today, Column::Notes) == older.cell(row, Column::Notes))
}

/// Whether two rows say the same in every column of the schema.
fn same_cells<'p>(
    dataset: &Dataset<'p>,
    today: &Row<'p>,
    older: &Dataset<'p>,
    row: &Row<'p>,
) -> bool {
    Column::ALL
        .into_iter()
        .all(|column| dataset.cell(today, column) == older.cell(row, column))
}

fn differences<'p>(
    dataset: &Dataset<'p>,
    today: &Row<'p>,
    older: &Dataset<'p>,
    row: &Row<'p>,
) -> Vec<Edit<'p>> {
    let edits = Column::ALL.into_iter().filter_map(|column| {
        let (from, to) = (dataset.cell(today, column), older.cell(row, column));
        (from != to).then_some(Edit { column, from, to })
    });
    edits.collect()
}

fn give_note<'p>(dataset: &Dataset<'p>, line: &mut Line<'p>, note: Cow<'p, str>) {
    let Some(row) = line.row() else { return };
    let from = dataset.cell(row, Column::Notes);
    if from != note {
        line.edits = vec![Edit {
            column: Column::Notes,
            from,
            to: note,
        }];
        line.fate = Fate::Updated;
    }
}

fn restored<'p>(dataset: &Dataset<'p>, older: &'p Dataset<'p>, row: &'p Row<'p>) -> Line<'p> {
    let (mark, flop) = (row.mark, row.flop);
    let raw = in_layout_of(dataset, older, row);
    Line {
        source: Source::Restored { row, raw },
        fate: Fate::Added,
        edits: Vec::new(),
        mark,
        flop,
    }
}

/// The bytes of an older row in the columns of today's refreshed file; the very same bytes where the columns are the same.
fn in_layout_of<'p>(dataset: &Dataset<'p>, older: &Dataset<'p>, row: &Row<'p>) -> Cow<'p, str> {
    let names = dataset.header.refreshed_names();
    if older.header.names().eq(names.iter().copied()) {
        return Cow::Borrowed(row.record.raw);
    }
    let had: Vec<(&str, &str)> = older.header.names().zip(cells(row.record.raw)).collect();
    let cell = |name: &&str| {
        had.iter()
            .find(|(column, _)| column == name)
            .map_or("", |(_, cell)| *cell)
    };
    Cow::Owned(names.iter().map(cell).collect::<Vec<_>>().join(","))
}
