//! Findings about probable renames: models whose names are one, or look alike (behaviour §4 and §5), as a refresh reports them.

use std::collections::HashMap;
use std::iter::once;

use super::codes::Code;
use super::findings::Findings;
use crate::config::Paths;
use crate::dataset::{Dataset, Decisions, Row};
use crate::estimates::Latest;
use crate::key::Key;
use crate::look_alike::look_or_itself;
use crate::lookup::spelled;
use crate::plan::{self, Model};
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
    let rows: HashMap<&Key, &Row<'_>> = plan
        .lines
        .iter()
        .rev()
        .filter_map(|line| Some((&*line.key, line.row?)))
        .collect();
    for group in &plan.renamed {
        let models: Vec<(&Model<'_>, Option<&Row<'_>>)> = once(&group.model)
            .chain(&group.with)
            .map(|model| (model, rows.get(&model.key()).copied()))
            .collect();
        let has_rows = models.iter().any(|(_, row)| row.is_some());
        let developer = look_or_itself(&group.model.developer);
        let is_of_one = models
            .iter()
            .all(|(model, _)| look_or_itself(&model.developer) == developer);
        for (place, (model, row)) in models.iter().enumerate() {
            let (path, line) = match (row, latest.get(&model.key())) {
                (Some(row), _) => (&paths.dataset, row.record.line),
                (None, Some(record)) if !has_rows => (&paths.estimates, record.line),
                (None, _) => continue,
            };
            let Model { name, developer } = written(dataset, model, *row);
            let (code, column, value) = if is_of_one {
                (Code::LookAlike, Column::Name, &name)
            } else {
                (Code::ProbableRename, Column::Developer, &developer)
            };
            let others = models
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != place);
            let others = others.map(|(_, (model, row))| described(dataset, model, *row));
            let others = first_of(others, models.len() - 1);
            // The finding names the model. Where that does not tell it from the others, it is spelled.
            let mut message = format!("looks like {others}; is it one model?");
            if spelled(&name) != bounded(&name) {
                message.insert_str(0, &format!("\"{}\" ", spelled(&name)));
            }
            findings
                .found(code, path, line, message)
                .about(Some(&name), Some(&developer))
                .in_column(column.name())
                .with_value(value);
        }
    }
}

/// A model as its row writes it, where it has one. A row that an alias renames has its new name only after the next refresh.
fn written<'m>(dataset: &Dataset<'_>, model: &Model<'m>, row: Option<&'m Row<'_>>) -> Model<'m> {
    row.map_or_else(|| model.clone(), |row| Model::of_row(dataset, row))
}

/// `"GLM-4" by Zhipu (line 3)`.
fn described(dataset: &Dataset<'_>, model: &Model<'_>, row: Option<&Row<'_>>) -> String {
    let Model { name, developer } = written(dataset, model, row);
    let place = match row {
        Some(row) => format!("line {}", row.record.line),
        None => "in the estimates".to_owned(),
    };
    format!(
        "\"{}\" by {} ({place})",
        spelled(&name),
        bounded(&developer)
    )
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
