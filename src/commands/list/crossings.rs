//! How rows passed 1e25 in the last refresh. Pure.

use std::collections::HashMap;

use crate::changes::ModelChange;
use crate::dataset::{Dataset, Row};
use crate::flop::Flop;
use crate::journal::JournalEntry;
use crate::key::Key;
use crate::ordered_map::Map;
use crate::schema::Column;

/// How rows passed 1e25 in the last refresh that the journal has.
#[derive(Default)]
pub(super) struct Crossings<'d> {
    /// How today's rows did, by their lines.
    pub today: HashMap<usize, &'d ModelChange<'d>>,
    /// The rows that are no longer in the dataset, because their model fell below 5e24 and was removed, or because somebody has dismissed
    /// it since.
    pub left: Vec<(Row<'d>, &'d ModelChange<'d>)>,
}

impl<'d> Crossings<'d> {
    /// `journal` is in the order newest first. Where several rows have one key, a crossing belongs to the first row that has its number and
    /// no crossing yet.
    pub fn of(journal: &'d [JournalEntry<'static>], dataset: &Dataset<'d>) -> Crossings<'d> {
        let mut crossings = Crossings::default();
        let Some(place) = journal.iter().position(JournalEntry::is_refresh) else {
            return crossings;
        };
        let mut rows: HashMap<&Key, Vec<&Row<'_>>> = HashMap::new();
        for row in &dataset.rows {
            rows.entry(&row.key).or_default().push(row);
        }
        let mut journalled = HashMap::new();
        // The oldest entry comes first, and the last one counts.
        for entry in journal[..=place].iter().rev() {
            let changes = entry.changes.removed.iter().chain(&entry.changes.dismissed);
            let left = changes.filter_map(|change| Some((change.key(), change.row.as_ref()?)));
            journalled.extend(left);
        }
        for change in &journal[place].changes.crossed {
            let key = change.key();
            let Some(of_key) = rows.get(&key) else {
                // A row that left without an entry, for example by hand, has only what the crossing tells.
                let flop = change.to_flop.map_or_else(String::new, Flop::shortest);
                let told = Map(vec![
                    (Column::Name.name().into(), change.name.clone()),
                    (Column::Developer.name().into(), change.developer.clone()),
                    (Column::TrainingFlop.name().into(), flop.into()),
                ]);
                let cells = journalled.get(&key).copied().unwrap_or(&told);
                let row = dataset.row_that_left(key, cells);
                crossings.left.push((row, change));
                continue;
            };
            let mut meant = of_key.iter().filter(|row| {
                let is_free = !crossings.today.contains_key(&row.record.line);
                of_key.len() == 1 || row.flop == change.to_flop && is_free
            });
            if let Some(row) = meant.next() {
                crossings.today.insert(row.record.line, change);
            }
        }
        crossings
    }
}
