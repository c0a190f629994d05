//! The differences between two datasets.

use std::collections::HashMap;

use super::{Changes, FromTo, ModelChange, TRACKED, changed_cells};
use crate::dataset::{Dataset, Header, Row};
use crate::key::Key;
use crate::ordered_map::Map;
use crate::text::is_same_text;

impl<'a> Changes<'a> {
    /// The differences between two datasets, model by model and column by column. Rows that left are included whole. A row that changed its
    /// name counts as updated if the datasets have an alias that joins the two names.
    pub fn between(old: &'a Dataset<'a>, new: &'a Dataset<'a>) -> Changes<'a> {
        let columns = columns(&old.table.header, &new.table.header);
        let mut new_rows: HashMap<&Key, Vec<&Row<'a>>> = HashMap::new();
        for row in &new.rows {
            new_rows.entry(row.model()).or_default().push(row);
        }
        // Where a model has several rows, those that did not change are paired first, and then those that kept their names.
        let is_same = |then: &Row<'a>, now: &Row<'a>| {
            ModelChange::between(&columns, then, new, now).is_none()
        };
        let (_, changed) = paired(&old.rows, &mut new_rows, is_same);
        let (mut pairs, others) = paired(changed, &mut new_rows, |then, now| then.key == now.key);
        let (renamed, left) = paired(others, &mut new_rows, |_, _| true);
        pairs.extend(renamed);
        let updated = pairs
            .into_iter()
            .filter_map(|(then, now)| ModelChange::between(&columns, then, new, now));
        let removed = left.iter().map(|row| ModelChange::row_that_left(old, row));
        let mut added: Vec<&Row<'a>> = new_rows.into_values().flatten().collect();
        added.sort_unstable_by_key(|row| row.record.line);
        let added = added.into_iter().map(|row| ModelChange::added(new, row));
        let mut changes = Changes {
            added: added.collect(),
            updated: updated.collect(),
            removed: removed.collect(),
            ..Changes::default()
        };
        changes.find_crossings();
        changes
    }
}

/// Pairs each row with the first row of its model in `new_rows` that fits it, and removes the latter from `new_rows`. Returns the pairs,
/// and the rows that were not paired.
fn paired<'r, 'a>(
    rows: impl IntoIterator<Item = &'r Row<'a>>,
    new_rows: &mut HashMap<&Key, Vec<&'r Row<'a>>>,
    fits: impl Fn(&Row<'a>, &Row<'a>) -> bool,
) -> (Vec<(&'r Row<'a>, &'r Row<'a>)>, Vec<&'r Row<'a>>) {
    let (mut pairs, mut left) = (Vec::new(), Vec::new());
    for row in rows {
        let of_model = new_rows.get_mut(row.model());
        let fitting = of_model.and_then(|new_rows| {
            let place = new_rows.iter().position(|now| fits(row, now))?;
            Some(new_rows.remove(place))
        });
        match fitting {
            Some(now) => pairs.push((row, now)),
            None => left.push(row),
        }
    }
    (pairs, left)
}

/// A column of two datasets: its name, and its place in each, if it has one.
type PairedColumn<'h> = (&'h str, Option<usize>, Option<usize>);

/// Today's columns, then those that are removed. Each column without a name counts as a column of its own.
fn columns<'h>(then: &'h Header<'_>, today: &'h Header<'_>) -> Vec<PairedColumn<'h>> {
    let places = then.places_of(today.names());
    let removed = (0..then.names().count()).filter(|place| !places.contains(&Some(*place)));
    let removed = removed.map(|place| (then.name(place), Some(place), None));
    let kept = today.names().zip(&places).enumerate();
    let kept = kept.map(|(now, (name, then))| (name, *then, Some(now)));
    kept.chain(removed).collect()
}

impl<'p> ModelChange<'p> {
    /// A row that was not there before, with the cells whose history is followed.
    fn added(dataset: &'p Dataset<'p>, row: &'p Row<'p>) -> ModelChange<'p> {
        let cell = |column| FromTo::new("", dataset.cell(row, column));
        ModelChange {
            fields: changed_cells(TRACKED.map(|column| (column.name(), cell(column)))),
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
        Some(change.without_repeated_flop()).filter(|change| !change.fields.is_empty())
    }
}
