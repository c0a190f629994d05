//! Findings about a row among others: duplicates, probable renames, and what the estimates say now.

use std::collections::HashMap;

use super::About;
use crate::dataset::Dataset;
use crate::key::KeyMap;
use crate::queue::Latest;
use crate::schema::Column;

/// The line of each key's first row.
pub(super) fn first_lines<'d>(dataset: &'d Dataset<'_>) -> KeyMap<'d, usize> {
    let mut first = KeyMap::default();
    for row in &dataset.rows {
        first.entry(&row.key).or_insert(row.record.line);
    }
    first
}

/// The developers that each name stands under, by key.
pub(super) fn developers_by_name<'d>(dataset: &'d Dataset<'_>) -> HashMap<&'d str, Vec<&'d str>> {
    let mut names: HashMap<&str, Vec<&str>> = HashMap::new();
    for key in first_lines(dataset).into_keys() {
        names.entry(key.name()).or_default().push(key.developer());
    }
    names
        .values_mut()
        .for_each(|developers| developers.sort_unstable());
    names
}

/// Everything that a row's place among the others shows.
pub(super) fn check(
    about: &mut About<'_, '_, '_>,
    first: &KeyMap<'_, usize>,
    names: &HashMap<&str, Vec<&str>>,
    latest: Option<&Latest<'_>>,
) {
    let (row, line) = (about.row, about.row.record.line);
    if let Some(first) = first.get(&row.key).filter(|first| **first != line) {
        about.error(
            "duplicate_key",
            Column::Name,
            format!("the same model as on line {first}"),
        );
    }
    let others = names.get(row.key.name()).map_or(&[][..], Vec::as_slice);
    if others.len() > 1 {
        /// So many are named: with a thousand rows of one name, each of a thousand findings would name them all.
        const NAMED: usize = 5;
        let mut named: Vec<&str> = others
            .iter()
            .copied()
            .filter(|developer| *developer != row.key.developer())
            .take(NAMED)
            .collect();
        let more = format!("{} more", others.len() - 1 - named.len());
        if others.len() - 1 > named.len() {
            named.push(&more);
        }
        about.warn(
            "probable_rename",
            Column::Developer,
            format!("the same name stands under {}: renamed?", named.join(", ")),
        );
    }
    let Some(latest) = latest else { return };
    if let Some(drift) = latest.drift(row) {
        let message = format!(
            "verified at {}, but the latest estimate is {}, {:.1}× away: consider verifying again",
            drift.verified.two_decimals(),
            drift.latest.two_decimals(),
            drift.verified.factor(drift.latest)
        );
        about.warn("drifted", Column::TrainingFlop, message);
    }
    if let Some(why) = latest.orphan(row) {
        about.warn(
            "orphaned",
            Column::Name,
            format!("orphaned: {}", why.reason()),
        );
    }
}
