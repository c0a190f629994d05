//! One name under several developers: probably a rename, which only a person can tell. Reported, never merged (behaviour §5).

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

use super::{Fate, Line, Source};
use crate::dataset::Dataset;
use crate::dedup::Unique;
use crate::key::{Name, NameMap};
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
    let mut first = NameMap::with_capacity_and_hasher(lines.len(), Default::default());
    let mut others: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (place, line) in lines.iter().enumerate() {
        match first.entry(Name(line.key())) {
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
    let orphans: NameMap<'_, usize> = lines
        .iter()
        .filter(|line| matches!(line.fate, Fate::Orphaned(_)))
        .filter_map(|line| Some((Name(line.key()), *first.get(&Name(line.key()))?)))
        .collect();
    if !orphans.is_empty() {
        // Candidates have a line and were found above; what is left are models below the threshold or without an estimate.
        for estimate in unique
            .iter()
            .filter(|estimate| orphans.contains_key(&Name(&estimate.key)))
        {
            let place = orphans[&Name(&estimate.key)];
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
