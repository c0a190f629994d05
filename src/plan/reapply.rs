//! Human work comes back from an older copy of the dataset, after a reset: one more producer of the same plan.
//!
//! Verified and protected rows return byte for byte, notes return to rows that have none, and so does what stands in columns outside
//! the schema. Where today's dataset holds other human work for the same model, today's stays and the conflict is listed: which of the
//! two is right is for a person to say.

use std::borrow::Cow;

use super::{Edit, Fate, Line, Mode, Plan, Source, sort};
use crate::dataset::{Dataset, Mark, Row, cells, decode, encode};
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
        .filter(|row| older.has_any_human_work(row))
        .collect();
    let own = OwnColumns::of(dataset, older);
    // Work that is here already claims its row before anything else can.
    returning.retain(|row| {
        let here = by_key.get_mut(&row.key);
        let same = |place: &usize| {
            let today = &dataset.rows[*place];
            differences(dataset, today, older, row).is_empty() && !own.would_change(today, row)
        };
        here.and_then(|here| here.iter().position(same).map(|found| here.remove(found)))
            .is_none()
    });
    let mut conflicts = Vec::new();
    for row in returning {
        let here = by_key.entry(&row.key).or_default();
        // Of several rows of the model the one that has this work already, so that it is not given to the next one as well.
        let is_free = |place: &usize| is_free(dataset, &dataset.rows[*place], older, row, &own);
        let has_it = |place: &usize| {
            let today = &dataset.rows[*place];
            today.noted && is_free(place) && !own.would_change(today, row)
        };
        let free = here.iter().position(has_it);
        let free = free.or_else(|| here.iter().position(is_free));
        match (free.map(|found| here.remove(found)), here.first()) {
            (Some(place), _) => {
                let today = &dataset.rows[place];
                lines[place] = if row.mark == Mark::Unverified {
                    annotated(dataset, today, older, row, &own)
                } else {
                    Line {
                        edits: differences(dataset, today, older, row),
                        fate: Fate::Updated,
                        ..restored(dataset, older, row, Some(today))
                    }
                };
            }
            (None, Some(taken)) => conflicts.push(Conflict {
                today: &dataset.rows[*taken],
                older,
                lost: row,
            }),
            (None, None) if row.has_human_work() => {
                lines.push(restored(dataset, older, row, None));
            }
            // What stands in columns outside the schema is no reason to bring a model back that is gone.
            (None, None) => {}
        }
    }
    sort(&mut lines);
    Plan {
        conflicts,
        ..Plan::of(Mode::Reapply, dataset, lines)
    }
}

/// Whether today's row may take the older row's work: it holds none, or none but the same.
fn is_free<'p>(
    dataset: &Dataset<'p>,
    today: &Row<'p>,
    older: &Dataset<'p>,
    row: &Row<'p>,
    own: &OwnColumns,
) -> bool {
    let notes = (
        dataset.cell(today, Column::Notes),
        older.cell(row, Column::Notes),
    );
    // A verified row comes back whole, a note comes back alone: nothing takes no place.
    let brings_none = row.mark == Mark::Unverified && notes.1.trim().is_empty();
    let note_is_free = !today.noted || notes.0 == notes.1 || brings_none;
    today.mark == Mark::Unverified && note_is_free && !own.collide(today, row)
}

/// The columns outside the schema that both datasets have: each one's place in today's row and in the older one.
struct OwnColumns(Vec<(usize, usize)>);

impl OwnColumns {
    fn of(dataset: &Dataset<'_>, older: &Dataset<'_>) -> OwnColumns {
        let places = dataset
            .header
            .names()
            .enumerate()
            .filter_map(|(place, name)| {
                let outside = dataset.header.column_at(place).is_none();
                let then = older.header.names().position(|older| older == name)?;
                outside.then_some((place, then))
            });
        OwnColumns(places.collect())
    }

    /// What stands in these columns of both rows, where the older row says anything.
    fn pairs<'r>(
        &self,
        today: &Row<'r>,
        row: &Row<'r>,
    ) -> impl Iterator<Item = (usize, &'r str, &'r str)> {
        let cell = |row: &Row<'r>, place| cells(row.record.raw).nth(place).unwrap_or_default();
        self.0.iter().filter_map(move |(now, then)| {
            let (today, older) = (cell(today, *now), cell(row, *then));
            (!decode(older).trim().is_empty()).then_some((*now, today, older))
        })
    }

    /// Whether the older row says something that today's does not.
    fn would_change(&self, today: &Row<'_>, row: &Row<'_>) -> bool {
        self.pairs(today, row)
            .any(|(_, today, older)| decode(today) != decode(older))
    }

    /// Whether both rows say something, and not the same.
    fn collide(&self, today: &Row<'_>, row: &Row<'_>) -> bool {
        self.pairs(today, row).any(|(_, today, older)| {
            !decode(today).trim().is_empty() && decode(today) != decode(older)
        })
    }
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

/// Today's row with the older row's note and what it has in the owner's columns.
fn annotated<'p>(
    dataset: &Dataset<'p>,
    today: &'p Row<'p>,
    older: &Dataset<'p>,
    row: &Row<'p>,
    own: &OwnColumns,
) -> Line<'p> {
    let (from, to) = (
        dataset.cell(today, Column::Notes),
        older.cell(row, Column::Notes),
    );
    let column = Column::Notes;
    let edit = (from != to && !to.trim().is_empty()).then_some(Edit { column, from, to });
    let changed: Vec<(usize, &str)> = own
        .pairs(today, row)
        .filter(|(_, today, older)| decode(today) != decode(older))
        .map(|(place, _, older)| (place, older))
        .collect();
    let nothing = changed.is_empty() && edit.is_none();
    let mut line = Line::kept(
        today,
        if nothing {
            Fate::left_alone(today)
        } else {
            Fate::Updated
        },
    );
    if !changed.is_empty() {
        let notes = dataset.header.refreshed_place(Column::Notes);
        let mut raw: Vec<Cow<'_, str>> = cells(today.record.raw).map(Cow::Borrowed).collect();
        raw.resize(dataset.header.refreshed_names().len(), Cow::Borrowed(""));
        for (place, cell) in changed {
            raw[place] = Cow::Borrowed(cell);
        }
        if let Some(edit) = &edit {
            raw[notes] = Cow::Owned(encode(&edit.to).into_owned());
        }
        line.source = Source::Restored {
            row: today,
            raw: Cow::Owned(raw.join(",")),
        };
    }
    line.edits = edit.into_iter().collect();
    line
}

/// A row of the older copy; where it takes the place of a row of today, what today's has in the owner's columns stays.
fn restored<'p>(
    dataset: &Dataset<'p>,
    older: &'p Dataset<'p>,
    row: &'p Row<'p>,
    instead: Option<&Row<'p>>,
) -> Line<'p> {
    let (mark, flop) = (row.mark, row.flop);
    let mut raw = in_layout_of(dataset, older, row);
    let own: Vec<(usize, &str)> = instead
        .map(|today| dataset.own_cells(today).collect())
        .unwrap_or_default();
    if own
        .iter()
        .any(|(place, cell)| cells(&raw).nth(*place) != Some(cell))
    {
        let mut merged: Vec<&str> = cells(&raw).collect();
        for (place, cell) in own {
            merged[place] = cell;
        }
        raw = Cow::Owned(merged.join(","));
    }
    Line {
        source: Source::Restored { row, raw },
        fate: Fate::Added,
        edits: Vec::new(),
        mark,
        flop,
    }
}

/// The columns outside the schema in which the older copy says something and that today's dataset does not have.
pub fn left_behind<'o>(dataset: &Dataset<'_>, older: &'o Dataset<'_>) -> Vec<&'o str> {
    let names = older.header.names().enumerate();
    let gone = names.filter(|(place, name)| {
        let outside = older.header.column_at(*place).is_none();
        outside && !dataset.header.names().any(|today| today == *name)
    });
    let filled = |place: usize| {
        let mut own = older.rows.iter().flat_map(|row| older.own_cells(row));
        own.any(|(filled, _)| filled == place)
    };
    gone.filter(|(place, _)| filled(*place))
        .map(|(_, name)| name)
        .collect()
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
