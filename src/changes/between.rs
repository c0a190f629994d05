//! What differs between two datasets.

use std::collections::HashMap;

use super::{Changes, FOLLOWED, FromTo, ModelChange, changed_cells};
use crate::dataset::{Dataset, Header, Row};
use crate::key::Key;
use crate::ordered_map::Map;
use crate::text::is_same_text;

impl<'a> Changes<'a> {
    /// What differs between two datasets, model by model and column by column. The rows that left are there whole. A row that has taken
    /// another name is updated where the datasets have the aliases that say so.
    pub fn between(old: &'a Dataset<'a>, new: &'a Dataset<'a>) -> Changes<'a> {
        let columns = columns(&old.table.header, &new.table.header);
        let mut news: HashMap<&Key, Vec<&Row<'a>>> = HashMap::new();
        for row in &new.rows {
            news.entry(row.model()).or_default().push(row);
        }
        let mut changed = Vec::new();
        // Where a model has several rows, those that did not change are paired first.
        for row in &old.rows {
            let rows = news.entry(row.model()).or_default();
            let is_same = |now: &&Row<'a>| ModelChange::between(&columns, row, new, now).is_none();
            let same = rows.iter().position(is_same);
            if let Some(same) = same {
                rows.remove(same);
            } else {
                changed.push(row);
            }
        }
        let mut changes = Changes::default();
        for row in changed {
            match news.get_mut(row.model()) {
                Some(rows) if !rows.is_empty() => {
                    let change = ModelChange::between(&columns, row, new, rows.remove(0));
                    changes.updated.extend(change);
                }
                _ => changes.removed.push(ModelChange::left(old, row)),
            }
        }
        let mut added: Vec<&Row<'a>> = news.into_values().flatten().collect();
        added.sort_unstable_by_key(|row| row.record.line);
        changes.added = added
            .into_iter()
            .map(|row| ModelChange::entered(new, row))
            .collect();
        changes.find_crossings();
        changes
    }
}

/// A column of two datasets: its name, and where it stands in each, if it does.
type PairedColumn<'h> = (&'h str, Option<usize>, Option<usize>);

/// Today's columns, then those that are gone. Each column without a name stays a column of its own.
fn columns<'h>(then: &'h Header<'_>, today: &'h Header<'_>) -> Vec<PairedColumn<'h>> {
    let places = then.places_of(today.names());
    let gone = (0..then.names().count()).filter(|place| !places.contains(&Some(*place)));
    let gone = gone.map(|place| (then.name(place), Some(place), None));
    let mut columns: Vec<PairedColumn<'_>> = Vec::new();
    for (now, (name, then)) in today.names().zip(&places).enumerate() {
        columns.push((name, *then, Some(now)));
    }
    columns.extend(gone);
    columns
}

impl<'p> ModelChange<'p> {
    /// A row that was not there before, with the cells whose history is followed.
    fn entered(dataset: &'p Dataset<'p>, row: &'p Row<'p>) -> ModelChange<'p> {
        let cell = |column| FromTo::new("", dataset.cell(row, column));
        let cells = FOLLOWED.into_iter();
        ModelChange {
            fields: changed_cells(cells.map(|column| (column.name(), cell(column)))),
            ..ModelChange::of_row(dataset, row)
        }
    }

    /// How a row of one dataset differs from one of another, if it does.
    fn between(
        columns: &[PairedColumn<'p>],
        was: &'p Row<'p>,
        new: &'p Dataset<'p>,
        now: &'p Row<'p>,
    ) -> Option<ModelChange<'p>> {
        let cell = |row: &'p Row<'p>, place: Option<usize>| {
            place.map_or("", |place| row.record.cell(place))
        };
        let fields = columns.iter().filter_map(|(name, then, today)| {
            let (from, to) = (cell(was, *then), cell(now, *today));
            (!is_same_text(from, to)).then(|| ((*name).into(), FromTo::new(from, to)))
        });
        let fields = Map(fields.collect());
        let change = ModelChange {
            fields,
            has_text: was.has_text || now.has_text,
            training_flop: now.flop,
            ..ModelChange::of_row(new, now)
        };
        Some(change.say_flop_once()).filter(|change| !change.fields.is_empty())
    }
}
