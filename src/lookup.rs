//! Finding one row by the name a person types.

use crate::dataset::{Dataset, Row};
use crate::key::folded;
use crate::schema::Column;
use crate::text::shown;

/// The one row of `name`, compared as keys are (trimmed, any case); `developer` decides between several.
///
/// # Errors
/// A sentence that says what to do: no row of that name (and which names are near), several developers, or one model on several
/// rows.
pub fn find<'d, 'a>(
    dataset: &'d Dataset<'a>,
    name: &str,
    developer: Option<&str>,
) -> Result<&'d Row<'a>, String> {
    let (wanted, wanted_developer) = (folded(name), developer.map(folded));
    let named: Vec<&Row<'a>> = dataset
        .rows
        .iter()
        .filter(|row| row.key.name == wanted)
        .collect();
    let found: Vec<&Row<'a>> = named
        .iter()
        .copied()
        .filter(|row| {
            wanted_developer
                .as_ref()
                .is_none_or(|developer| row.key.developer == *developer)
        })
        .collect();
    match found[..] {
        [row] => Ok(row),
        [] if named.is_empty() => Err(format!(
            "no model named \"{}\"{}",
            shown(name),
            nearest(dataset, &wanted)
        )),
        [] => Err(format!(
            "no model named \"{}\" by \"{}\"; that name stands under {}",
            shown(name),
            shown(developer.unwrap_or_default()),
            developers(dataset, &named)
        )),
        [first, ..] if found.iter().all(|row| row.key == first.key) => Err(format!(
            "\"{}\" stands on lines {}: remove the rows that are not wanted first",
            shown(name),
            found
                .iter()
                .map(|row| row.record.line.to_string())
                .collect::<Vec<_>>()
                .join(" and ")
        )),
        _ => Err(format!(
            "\"{}\" stands under several developers: choose with --developer {}",
            shown(name),
            developers(dataset, &found)
        )),
    }
}

/// The developers of these rows as they are written, quoted.
fn developers(dataset: &Dataset<'_>, rows: &[&Row<'_>]) -> String {
    let developers = rows
        .iter()
        .map(|row| format!("\"{}\"", shown(dataset.cell(row, Column::Developer))));
    developers.collect::<Vec<_>>().join(" or ")
}

/// `; did you mean …?`, where anything is near enough to be meant.
fn nearest(dataset: &Dataset<'_>, wanted: &str) -> String {
    /// Jaro-Winkler similarity, 0 to 1.
    const NEAR: f64 = 0.8;
    let likeness = |row: &Row<'_>| {
        let contained = wanted.chars().count() > 2 && row.key.name.contains(wanted);
        if contained {
            1.0
        } else {
            strsim::jaro_winkler(&row.key.name, wanted)
        }
    };
    let mut near: Vec<(f64, &Row<'_>)> = dataset
        .rows
        .iter()
        .map(|row| (likeness(row), row))
        .collect();
    near.retain(|(likeness, _)| *likeness >= NEAR);
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.key.cmp(&b.1.key)));
    // One name under two developers is one suggestion: asked again, it says which they are.
    near.dedup_by(|(_, a), (_, b)| a.key.name == b.key.name);
    let names: Vec<String> = near
        .iter()
        .take(3)
        .map(|(_, row)| format!("\"{}\"", shown(dataset.cell(row, Column::Name))))
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", names.join(" or "))
    }
}
