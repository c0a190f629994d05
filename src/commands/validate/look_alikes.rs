//! Findings about probable renames: models whose names are one, or look alike (behaviour §4 and §5), as a refresh reports them.

use std::collections::{BTreeMap, HashMap};
use std::iter::once;
use std::ptr;

use super::codes::Code;
use super::findings::Findings;
use crate::config::Paths;
use crate::dataset::{Dataset, Decisions, Row};
use crate::estimates::Latest;
use crate::key::Key;
use crate::look_alike::look_or_itself;
use crate::lookup::spelled;
use crate::plan::{self, Model, Renamed};
use crate::schema::Column;
use crate::terminal::bounded;

/// A finding for each row of a group of probable renames; where none of its models has a row, for each record.
pub(super) fn check(
    findings: &mut Findings,
    paths: &Paths,
    dataset: &Dataset<'_>,
    decisions: &Decisions<'_>,
    latest: &Latest<'_>,
) {
    let plan = plan::refresh(dataset, decisions, latest, false);
    // From the last to the first, so that of several rows of a model the first counts.
    let rows = plan.lines.iter().rev();
    let rows: HashMap<&Key, &Row<'_>> = rows
        .filter_map(|line| Some((&*line.key, line.row?)))
        .collect();
    let row_of = |model: &Model<'_>| rows.get(&model.key()).copied();
    let named = |model: &Model<'_>| {
        let (name, developer) = written(model, dataset, row_of(model));
        let place = row_of(model).map(|row| format!("line {}", row.record.line));
        let place = place.unwrap_or_else(|| "in the estimates".to_owned());
        format!("\"{}\" by {} ({place})", spelled(name), bounded(developer))
    };
    for group in &plan.renamed {
        let by_developer = by_developer(group);
        let mut models = by_developer.iter().flatten();
        let has_rows = models.any(|model| row_of(model).is_some());
        for alike in &by_developer {
            let differs_in = match alike.iter().all(|other| other.name == alike[0].name) {
                true => Column::Developer,
                false => Column::Name,
            };
            for model in alike {
                let (path, line) = match (row_of(model), latest.get(&model.key())) {
                    (Some(row), _) => (&paths.dataset, row.record.line),
                    (None, Some(record)) if !has_rows => (&paths.estimates, record.line),
                    (None, _) => continue,
                };
                let (name, developer) = written(model, dataset, row_of(model));
                let mut found = |code, column: Column, message| {
                    let value = match column {
                        Column::Name => name,
                        _ => developer,
                    };
                    findings
                        .found(code, path, line, message)
                        .about(Some(name), Some(developer))
                        .in_column(column.name())
                        .with_value(value);
                };
                if alike.len() > 1 {
                    let others = alike.iter().filter(|other| !ptr::eq(**other, *model));
                    let others = first_of(others.map(|other| named(other)), alike.len() - 1);
                    // The finding names the model. Where that does not tell it from the others, it is spelled.
                    let spelled = Some(spelled(name)).filter(|spelled| *spelled != bounded(name));
                    let own = spelled.map_or_else(String::new, |name| format!("\"{name}\" "));
                    let message = format!("{own}looks like {others}; is it one model?");
                    found(Code::LookAlike, differs_in, message);
                }
                if by_developer.len() > 1 {
                    let others = by_developer.iter();
                    let others = others.filter(|others| !ptr::eq(*others, alike));
                    let others = others.map(|others| named(others[0]));
                    let others = first_of(others, by_developer.len() - 1);
                    let message = format!(
                        "another developer has a model of this name: {others}; was it renamed?"
                    );
                    found(Code::ProbableRename, Column::Developer, message);
                }
            }
        }
    }
}

/// The name and the developer of a model, as its row writes them, where it has one. A row that an alias renames has its new name only
/// after the next refresh.
fn written<'m>(
    model: &'m Model<'_>,
    dataset: &Dataset<'_>,
    row: Option<&'m Row<'_>>,
) -> (&'m str, &'m str) {
    match row {
        Some(row) => (
            dataset.cell(row, Column::Name),
            dataset.cell(row, Column::Developer),
        ),
        None => (&model.name, &model.developer),
    }
}

/// The models of a group, by what their developers look like.
fn by_developer<'r>(group: &'r Renamed<'_>) -> Vec<Vec<&'r Model<'r>>> {
    let mut by_developer: BTreeMap<String, Vec<&Model<'_>>> = BTreeMap::new();
    for model in once(&group.model).chain(&group.with) {
        let developer = look_or_itself(&model.developer);
        by_developer.entry(developer).or_default().push(model);
    }
    by_developer.into_values().collect()
}

/// The first of `total` texts, and how many more there are. A thousand names that look alike do not make a million.
fn first_of(texts: impl Iterator<Item = String>, total: usize) -> String {
    const NAMED: usize = 10;
    let mut texts: Vec<String> = texts.take(NAMED).collect();
    if total > texts.len() {
        texts.push(format!("… and {} more", total - texts.len()));
    }
    texts.join(", ")
}
