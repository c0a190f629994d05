//! Findings about probable renames: models whose names are one, or look alike (behaviour §4 and §5), as a refresh reports them.

use std::collections::{HashMap, HashSet};

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
    // From the last to the first, so that of several rows of a model the first counts.
    let lines = plan.lines.iter().rev();
    let rows: HashMap<&Key, &Row<'_>> = lines
        .filter_map(|line| Some((&*line.key, line.row?)))
        .collect();
    for group in &plan.renamed {
        let mut models: Vec<(Model<'_>, Option<usize>)> = Vec::new();
        for model in group.models() {
            models.push(match rows.get(&model.key()) {
                // A row that an alias renames has its new name only after the next refresh.
                Some(row) => (Model::of_row(dataset, row), Some(row.record.line)),
                None => (model.clone(), None),
            });
        }
        let developers = models
            .iter()
            .map(|(model, _)| look_or_itself(&model.developer));
        let developers: HashSet<String> = developers.collect();
        let named = models.iter().map(|(model, line)| {
            let line = line.map(|line| format!("line {line}"));
            let place = line.unwrap_or_else(|| "in the estimates".to_owned());
            let (name, developer) = (spelled(&model.name), bounded(&model.developer));
            format!("\"{name}\" by {developer} ({place})")
        });
        let message = format!("is this one model? {}", listed(named));
        let (first, line) = models
            .iter()
            .find(|(_, line)| line.is_some())
            .unwrap_or(&models[0]);
        let record = || latest.get(&first.key()).map_or(1, |record| record.line);
        let (path, line) = match line {
            Some(line) => (&paths.dataset, *line),
            None => (&paths.estimates, record()),
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
