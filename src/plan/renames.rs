//! One name under several developers: probably a rename, which only a person can tell. Reported, never merged (behaviour §5).

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use super::{Fate, Line, Source};
use crate::dataset::Dataset;
use crate::dedup::Unique;
use crate::schema::Column;

/// A name that stands under several developers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// The name, as its first row writes it.
    pub name: String,
    /// The developer of the first row.
    pub developer: String,
    /// The others, as they are written.
    pub also_under: Vec<String>,
}

/// The names that `lines` hold under several developers, and those of orphaned lines that the estimates hold under another one.
pub(super) fn find<'p>(
    dataset: &Dataset<'p>,
    lines: &[Line<'p>],
    unique: &Unique<'p>,
) -> Vec<Renamed> {
    let mut first: HashMap<&str, usize> = HashMap::with_capacity(lines.len());
    let mut others: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (place, line) in lines.iter().enumerate() {
        match first.entry(line.key().name()) {
            Entry::Vacant(entry) => {
                entry.insert(place);
            }
            Entry::Occupied(entry) if lines[*entry.get()].key() != line.key() => {
                others.entry(*entry.get()).or_default().push(written(
                    dataset,
                    line,
                    Column::Developer,
                ));
            }
            Entry::Occupied(_) => {}
        }
    }
    let orphans: HashMap<&str, usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| matches!(line.fate, Fate::Orphaned(_)))
        .filter_map(|(_, line)| Some((line.key().name(), *first.get(line.key().name())?)))
        .collect();
    if !orphans.is_empty() {
        // Candidates have a line and were found above; what is left are models below the threshold or without an estimate.
        for estimate in unique
            .iter()
            .filter(|estimate| orphans.contains_key(estimate.key.name()))
        {
            let place = orphans[estimate.key.name()];
            let developer = estimate.cell(Column::Developer).into_owned();
            let known = others.entry(place).or_default();
            if lines[place].key() != &estimate.key {
                known.push(developer);
            }
        }
    }
    let groups = others.into_iter().filter(|(_, others)| !others.is_empty());
    groups
        .map(|(place, mut also_under)| {
            also_under.sort_unstable();
            also_under.dedup();
            let line = &lines[place];
            Renamed {
                name: written(dataset, line, Column::Name),
                developer: written(dataset, line, Column::Developer),
                also_under,
            }
        })
        .collect()
}

fn written(dataset: &Dataset<'_>, line: &Line<'_>, column: Column) -> String {
    match &line.source {
        Source::Row(row) | Source::Restored { row, .. } => dataset.cell(row, column).into_owned(),
        Source::Estimate(estimate) => estimate.cell(column).into_owned(),
    }
}
