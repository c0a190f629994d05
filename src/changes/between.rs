//! What differs between two datasets.

use std::collections::HashMap;

use super::{Changes, FOLLOWED, FromTo, ModelChange, differing};
use crate::dataset::{Dataset, Row};
use crate::key::Key;
use crate::ordered_map::Map;
use crate::text::is_same_text;

impl<'a> Changes<'a> {
    /// What differs between two datasets, model by model and column by column. The rows that left are there whole.
    pub fn between(old: &'a Dataset<'a>, new: &'a Dataset<'a>) -> Changes<'a> {
        let mut news: HashMap<&Key, Vec<&Row<'a>>> = HashMap::new();
        for row in &new.rows {
            news.entry(&row.key).or_default().push(row);
        }
        let mut changed = Vec::new();
        // Of several rows of a model those that stayed as they were belong together, so they are set aside first.
        for row in &old.rows {
            let rows = news.entry(&row.key).or_default();
            let is_same = |now: &&Row<'a>| ModelChange::between(old, row, new, now).is_none();
            let same = rows.iter().position(is_same);
            if let Some(same) = same {
                rows.remove(same);
            } else {
                changed.push(row);
            }
        }
        let mut changes = Changes::default();
        for row in changed {
            match news.get_mut(&row.key) {
                Some(rows) if !rows.is_empty() => {
                    let change = ModelChange::between(old, row, new, rows.remove(0));
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
        changes.crossed = changes
            .updated
            .iter()
            .filter_map(ModelChange::crossed)
            .collect();
        changes
    }
}

impl<'p> ModelChange<'p> {
    /// What a row that was not there before entered with.
    fn entered(dataset: &'p Dataset<'p>, row: &'p Row<'p>) -> ModelChange<'p> {
        let cell = |column| FromTo::new("", dataset.cell(row, column));
        let cells = FOLLOWED.into_iter();
        ModelChange {
            fields: differing(cells.map(|column| (column.name(), cell(column)))),
            ..ModelChange::of_row(dataset, row)
        }
    }

    /// How a row of one dataset differs from one of another, if it does.
    fn between(
        old: &'p Dataset<'p>,
        was: &'p Row<'p>,
        new: &'p Dataset<'p>,
        now: &'p Row<'p>,
    ) -> Option<ModelChange<'p>> {
        let (then, today) = (&old.table.header, &new.table.header);
        let gone = then.names().filter(|name| today.find(name).is_none());
        let fields = today.names().chain(gone).filter_map(|name| {
            let from = then.cell_named(&was.record, name);
            let to = today.cell_named(&now.record, name);
            (!is_same_text(from, to)).then(|| (name.into(), FromTo::new(from, to)))
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
