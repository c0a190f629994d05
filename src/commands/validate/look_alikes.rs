//! Findings about probable renames: models whose names are one, or look alike (behaviour §4 and §5), as a refresh reports them.

use std::collections::{HashMap, HashSet};

use super::codes::Code;
use super::findings::Findings;
use crate::changes::Model;
use crate::config::Paths;
use crate::dataset::{Dataset, Decisions, Row};
use crate::estimates::Latest;
use crate::key::Key;
use crate::look_alike::look_or_itself;
use crate::lookup::spelled;
use crate::plan;
use crate::schema::Column;
use crate::terminal::{bounded, listed};

/// A finding for each group of probable renames, on its first row; where none of its models has a row, on its first record.
pub(super) fn check(
    findings: &mut Findings,
    paths: &Paths,
    dataset: &Dataset<'_>,
    decisions: &Decisions<'_>,
    latest: &Latest<'_>,
) {
    let plan = plan::refresh(dataset, decisions, latest, false);
    let mut rows: HashMap<&Key, &Row<'_>> = HashMap::new();
    for line in &plan.lines {
        if let Some(row) = line.row {
            rows.entry(&line.key).or_insert(row);
        }
    }
    for group in &plan.renamed {
        let mut models: Vec<(Model<'_>, Option<usize>)> = Vec::new();
        for model in group.models() {
            models.push(match rows.get(&model.key()) {
                // A row that an alias renames has its new name only after the next refresh.
                Some(row) => (Model::of_row(dataset, row), Some(row.record.line)),
                None => (model.clone(), None),
            });
        }
        models.sort_by_key(|(_, line)| line.is_none());
        let developer = |(model, _): &(Model<'_>, _)| look_or_itself(&model.developer);
        let developers: HashSet<String> = models.iter().map(developer).collect();
        let named = models.iter().map(|(model, line)| {
            let (name, developer) = (spelled(&model.name), bounded(&model.developer));
            let place = match line {
                Some(line) => format!("line {line}"),
                None => "in the estimates".to_owned(),
            };
            format!("\"{name}\" by {developer} ({place})")
        });
        let message = format!("is this one model? {}", listed(named));
        let (first, line) = &models[0];
        let record = latest.get(&first.key());
        let (path, line) = match line {
            Some(line) => (&paths.dataset, *line),
            None => (&paths.estimates, record.map_or(1, |record| record.line)),
        };
        let (code, column, value) = if developers.len() > 1 {
            (Code::ProbableRename, Column::Developer, &first.developer)
        } else {
            (Code::LookAlike, Column::Name, &first.name)
        };
        findings
            .found(code, path, line, message)
            .about(Some(&first.name), Some(&first.developer))
            .in_column(column.name())
            .with_value(value);
    }
}
