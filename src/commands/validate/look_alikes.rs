//! Findings about probable renames: models whose names are the same, or look alike (behaviour §4 and §5), as a refresh reports them.

use std::collections::HashMap;

use super::codes::Code;
use super::findings::Findings;
use crate::changes::Model;
use crate::config::Paths;
use crate::estimates::Latest;
use crate::key::Key;
use crate::look_alike::look_or_itself;
use crate::lookup::spelled;
use crate::plan::Plan;
use crate::schema::Column;
use crate::terminal::{bounded, listed};

/// Makes one finding for each group of probable renames, on the first row of the group, or on its first record where none of the models has
/// a row. The message names the other models, with the lines of their rows.
pub(super) fn check(findings: &mut Findings, paths: &Paths, plan: &Plan<'_>, latest: &Latest<'_>) {
    let rows: HashMap<&Key, usize> = plan
        .lines
        .iter()
        .filter_map(|line| Some((&*line.record.key, line.row?.record.line)))
        .collect();
    for group in &plan.renamed {
        let models: Vec<&Model<'_>> = group.iter().collect();
        let in_dataset = models.iter().find_map(|model| {
            let line = rows.get(&model.key())?;
            Some((*model, &paths.dataset, *line))
        });
        let (first, path, line) = in_dataset.unwrap_or_else(|| {
            let record = latest.get(&models[0].key());
            let line = record.map_or(1, |record| record.line);
            (models[0], &paths.estimates, line)
        });
        let developer = look_or_itself(&first.developer);
        let is_rename = models
            .iter()
            .any(|model| look_or_itself(&model.developer) != developer);
        let (code, column, value) = if is_rename {
            (Code::ProbableRename, Column::Developer, &first.developer)
        } else {
            (Code::LookAlike, Column::Name, &first.name)
        };
        let named = models.iter().map(|model| {
            let (name, developer) = (spelled(&model.name), bounded(&model.developer));
            match rows.get(&model.key()).filter(|other| **other != line) {
                Some(other) => format!("\"{name}\" by {developer} (line {other})"),
                None => format!("\"{name}\" by {developer}"),
            }
        });
        let message = format!("is this one model? {}", listed(named));
        findings
            .found(code, path, line, message)
            .about(Some(&first.name), Some(&first.developer))
            .in_column(column.name())
            .with_value(value);
    }
}
