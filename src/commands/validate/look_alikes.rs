//! Findings about probable renames: models whose names are one, or look alike (behaviour §4 and §5), as a refresh reports them.

use std::collections::{BTreeMap, HashMap};
use std::iter::once;
use std::ptr;

use super::codes::Code;
use super::findings::Findings;
use crate::config::Paths;
use crate::dataset::{Dataset, Decisions};
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
    let lines = plan.lines.iter().rev();
    let lines = lines.filter_map(|line| Some((&*line.key, line.row?.record.line)));
    let lines: HashMap<&Key, usize> = lines.collect();
    let line_of = |model: &Model<'_>| lines.get(&model.key()).copied();
    let named = |model: &Model<'_>| {
        let place = line_of(model).map(|line| format!("line {line}"));
        let place = place.unwrap_or_else(|| "in the estimates".to_owned());
        let (name, developer) = (spelled(&model.name), bounded(&model.developer));
        format!("\"{name}\" by {developer} ({place})")
    };
    for group in &plan.renamed {
        let by_developer = by_developer(group);
        let mut models = by_developer.iter().flatten();
        let has_rows = models.any(|model| line_of(model).is_some());
        for alike in &by_developer {
            let elsewhere = by_developer.iter();
            let elsewhere = elsewhere.filter(|others| !ptr::eq(*others, alike));
            let elsewhere: Vec<&Model<'_>> = elsewhere.map(|others| others[0]).collect();
            let differs_in = match alike.iter().all(|other| other.name == alike[0].name) {
                true => Column::Developer,
                false => Column::Name,
            };
            for model in alike {
                let (path, line) = match (line_of(model), latest.get(&model.key())) {
                    (Some(line), _) => (&paths.dataset, line),
                    (None, Some(record)) if !has_rows => (&paths.estimates, record.line),
                    (None, _) => continue,
                };
                let mut found = |code, column: Column, message| {
                    let value = match column {
                        Column::Name => &model.name,
                        _ => &model.developer,
                    };
                    findings
                        .found(code, path, line, message)
                        .about(Some(&model.name), Some(&model.developer))
                        .in_column(column.name())
                        .with_value(value);
                };
                if alike.len() > 1 {
                    let others = alike.iter().filter(|other| !ptr::eq(**other, *model));
                    let others = first_of(others.map(|other| named(other)), alike.len() - 1);
                    let name = spelled(&model.name);
                    let message = format!("\"{name}\" looks like {others}; is it one model?");
                    found(Code::LookAlike, differs_in, message);
                }
                if !elsewhere.is_empty() {
                    let others = elsewhere.iter().map(|other| named(other));
                    let others = first_of(others, elsewhere.len());
                    let message = format!(
                        "another developer has a model of this name: {others}; was it renamed?"
                    );
                    found(Code::ProbableRename, Column::Developer, message);
                }
            }
        }
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
