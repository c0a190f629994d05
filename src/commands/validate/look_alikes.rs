//! Findings about probable renames: models whose names are the same, or look alike (behaviour §4 and §5), as a refresh reports them; and
//! about rows that look like a dismissed model.

use std::collections::HashMap;

use super::codes::Code;
use super::findings::Findings;
use crate::config::Paths;
use crate::dataset::Record;
use crate::estimates::Latest;
use crate::key::Key;
use crate::lookup::spelled;
use crate::plan::Plan;
use crate::schema::Column;
use crate::terminal::{bounded, listed};

/// Makes one finding for each group of probable renames, on the row of its first model, or on the record if there is no row. The message
/// names all the models, with the lines of the other rows. A row that looks like a dismissed model has a finding, too.
pub(super) fn check(findings: &mut Findings, paths: &Paths, plan: &Plan<'_>, latest: &Latest<'_>) {
    let rows: HashMap<&Key, &Record<'_>> = plan
        .lines
        .iter()
        .filter_map(|line| Some((&*line.record.key, &line.row?.record)))
        .collect();
    for group in &plan.renamed {
        let first = &group[0];
        // The plan may rename the row, after an alias or the estimate; the finding has today's name.
        let (path, line, [name, developer]) = match rows.get(&first.key()) {
            Some(row) => {
                let written = plan.dataset.table.name_and_developer(row);
                (&paths.dataset, row.line, written)
            }
            None => {
                let line = latest.get(&first.key()).map_or(1, |record| record.line);
                (&paths.estimates, line, [&*first.name, &first.developer])
            }
        };
        let names = group.iter().map(|model| &*model.name);
        let named = group.iter().map(|model| {
            let name = spelled(&model.name, names.clone());
            let developer = bounded(&model.developer);
            match rows.get(&model.key()).filter(|_| model != first) {
                Some(other) => format!("\"{name}\" by {developer} (line {})", other.line),
                None => format!("\"{name}\" by {developer}"),
            }
        });
        let message = format!("are these one model? {}", listed(named));
        let finding = findings.add(Code::LookAlike, path, line, message);
        finding.about([name, developer].map(Some), Column::Name.name(), name);
    }
    for line in &plan.lines {
        let (Some(row), Some(dismissed)) = (line.row, &line.looks_like) else {
            continue;
        };
        let [name, developer] = plan.dataset.table.name_and_developer(&row.record);
        let other = spelled(&dismissed.name, [name, &dismissed.name].into_iter());
        let by = bounded(&dismissed.developer);
        let message = format!("is this \"{other}\" by {by}, which is dismissed?");
        let (path, line) = (&paths.dataset, row.record.line);
        let finding = findings.add(Code::LookAlike, path, line, message);
        finding.about([name, developer].map(Some), Column::Name.name(), name);
    }
}
