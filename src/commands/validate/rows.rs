//! Findings about a row among others: duplicates, probable renames, and what the estimates say now.

use std::collections::HashMap;

use super::About;
use crate::dataset::{Dataset, Row};
use crate::estimates::Latest;
use crate::key::Key;
use crate::plan::{Drift, Orphan};
use crate::schema::Column;

/// The first row of each key.
pub(super) fn first_rows<'d, 'a>(dataset: &'d Dataset<'a>) -> HashMap<&'d Key, &'d Row<'a>> {
    let mut first = HashMap::new();
    for row in &dataset.rows {
        first.entry(&row.key).or_insert(row);
    }
    first
}

/// The first rows of each name's developers, in the order of the developers.
pub(super) fn rows_by_name<'d, 'a>(
    first: &HashMap<&'d Key, &'d Row<'a>>,
) -> HashMap<&'d str, Vec<&'d Row<'a>>> {
    let mut names: HashMap<&str, Vec<&Row<'a>>> = HashMap::new();
    for row in first.values() {
        names.entry(&*row.key.name).or_default().push(row);
    }
    for rows in names.values_mut() {
        rows.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    }
    names
}

/// Everything that a row's place among the others shows.
pub(super) fn check(
    about: &mut About<'_, '_, '_>,
    first: &HashMap<&Key, &Row<'_>>,
    names: &HashMap<&str, Vec<&Row<'_>>>,
    latest: Option<&Latest<'_>>,
) {
    let (row, line) = (about.row, about.row.record.line);
    let first = first.get(&row.key).map(|first| first.record.line);
    if let Some(first) = first.filter(|first| *first != line) {
        about.error(
            "duplicate_key",
            Column::Name,
            format!("the same model as on line {first}"),
        );
    }
    let others = names.get(&*row.key.name).map_or(&[][..], Vec::as_slice);
    if others.len() > 1 {
        /// So many are named: with a thousand rows of one name, each of a thousand findings would name them all.
        const NAMED: usize = 5;
        let mut named: Vec<String> = others
            .iter()
            .filter(|other| other.key != row.key)
            .take(NAMED)
            .map(|other| about.dataset.cell(other, Column::Developer).to_owned())
            .collect();
        let more = others.len() - 1 - named.len();
        if more > 0 {
            named.push(format!("{more} more"));
        }
        about.warn(
            "probable_rename",
            Column::Developer,
            format!("the same name stands under {}: renamed?", named.join(", ")),
        );
    }
    let Some(latest) = latest else { return };
    if let Some(drift) = Drift::seen(row, latest) {
        let message = match drift.verified {
            Some(verified) => {
                let (verified_text, latest) = verified.rounded_apart(drift.latest);
                let factor = verified.factor_text(drift.latest);
                format!(
                    "verified at {verified_text}, but the latest estimate is {latest} ({factor}): consider verifying again"
                )
            }
            None => format!(
                "verified without a number, and the latest estimate is {}",
                drift.latest.rounded()
            ),
        };
        about.warn("drifted", Column::TrainingFlop, message);
    }
    if let Some(why) = Orphan::of_row(row, latest) {
        about.warn(
            "orphaned",
            Column::Name,
            format!("orphaned: {}", why.reason()),
        );
    }
}
