//! One name under several developers: probably a rename, which only a person can tell. Reported, never merged (behaviour §5).

use std::collections::{BTreeMap, HashMap};

use super::{Change, Line, Plan};
use crate::estimates::Latest;
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

/// The names that the plan's lines hold under several developers, and those of orphaned lines that the estimates hold under another one.
pub(super) fn find<'p>(plan: &Plan<'p>, latest: &Latest<'p>) -> Vec<Renamed> {
    let header = &plan.dataset.table.header;
    let mut by_name: HashMap<&str, Vec<(usize, &Line<'p>)>> = HashMap::new();
    for (place, line) in plan.lines.iter().enumerate() {
        by_name
            .entry(&line.key.name)
            .or_default()
            .push((place, line));
    }
    let is_orphaned = |line: &&Line<'p>| matches!(line.change, Change::Orphaned(_));
    let mut elsewhere: HashMap<&str, Vec<&str>> = HashMap::new();
    for line in plan.lines.iter().filter(is_orphaned) {
        elsewhere.entry(&line.key.name).or_default();
    }
    // Candidates have a line of their own; what is left are models below the threshold or without an estimate.
    if !elsewhere.is_empty() {
        for estimate in latest.unique.iter() {
            if let Some(developers) = elsewhere.get_mut(&*estimate.key.name) {
                developers.push(&estimate.developer);
            }
        }
    }
    let mut renamed = BTreeMap::new();
    for (name, lines) in by_name {
        let (place, first) = lines[0];
        let developer = |line: &Line<'p>| line.after(header.place(Column::Developer)).to_owned();
        let mut also_under: Vec<String> = lines
            .iter()
            .filter(|(_, line)| line.key != first.key)
            .map(|(_, line)| developer(line))
            .collect();
        let others = elsewhere.get(name).into_iter().flatten();
        let others = others.filter(|other| crate::key::folded(other) != first.key.developer);
        also_under.extend(others.map(|other| (*other).to_owned()));
        also_under.sort_unstable();
        also_under.dedup();
        if !also_under.is_empty() {
            let name = first.after(header.place(Column::Name)).to_owned();
            renamed.insert(
                place,
                Renamed {
                    name,
                    developer: developer(first),
                    also_under,
                },
            );
        }
    }
    renamed.into_values().collect()
}
