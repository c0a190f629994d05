//! Finding one model by the name that a person types.

use std::collections::BTreeSet;

use crate::dataset::{Aliases, Dataset, DecisionColumn, Decisions, Row};
use crate::estimates::{Estimate, Latest};
use crate::key::{Key, folded};
use crate::look_alike::look;
use crate::schema::Column;
use crate::terminal::{bounded, listed};
use crate::text::shown;

/// What is known of the model that was meant.
#[derive(Debug, Clone)]
pub struct Subject<'d> {
    /// Its key, with its alias.
    pub model: Key,
    /// Its name, as the row writes it, else the estimates, else the decision.
    pub name: &'d str,
    /// Its developer, written likewise.
    pub developer: &'d str,
    /// The same without an alias.
    pub written: Key,
    /// Its row.
    pub row: Option<&'d Row<'d>>,
    /// Its latest estimate.
    pub estimate: Option<&'d Estimate>,
}

/// Where models are looked for: in the dataset, in the estimates, in the decisions, by all their names.
#[derive(Debug)]
pub struct Lookup<'d> {
    /// Every row, every model of the estimates without a row, and every decision on a model that neither has.
    pub subjects: Vec<Subject<'d>>,
    aliases: &'d Aliases<'d>,
}

impl<'d> Lookup<'d> {
    /// `latest` are the estimates, where they could be read.
    pub fn of(
        dataset: &'d Dataset<'d>,
        latest: Option<&'d Latest<'d>>,
        decisions: &'d Decisions<'d>,
        aliases: &'d Aliases<'d>,
    ) -> Lookup<'d> {
        let rows = dataset.rows.iter().map(|row| Subject {
            model: row.model().clone(),
            name: dataset.cell(row, Column::Name),
            developer: dataset.cell(row, Column::Developer),
            written: row.key.clone(),
            row: Some(row),
            estimate: latest.and_then(|latest| latest.get(row.model())),
        });
        let mut subjects: Vec<Subject<'d>> = rows.collect();
        let mut known: BTreeSet<Key> = subjects.iter().map(|one| one.model.clone()).collect();
        for estimate in latest.into_iter().flat_map(|latest| latest.iter()) {
            if known.insert(estimate.key.clone()) {
                subjects.push(Subject {
                    model: estimate.key.clone(),
                    name: &estimate.name,
                    developer: &estimate.developer,
                    written: estimate.key.clone(),
                    row: None,
                    estimate: Some(estimate),
                });
            }
        }
        for line in &decisions.lines {
            if known.insert(line.model.clone()) {
                subjects.push(Subject {
                    model: line.model.clone(),
                    name: decisions.cell(line, DecisionColumn::Name),
                    developer: decisions.cell(line, DecisionColumn::Developer),
                    written: line.key.clone(),
                    row: None,
                    estimate: None,
                });
            }
        }
        Lookup { subjects, aliases }
    }

    /// The one model of `name`, compared as keys are (trimmed, any case); `developer` decides between several. Where no model has the
    /// name, the one of which it is another name, else the one that looks alike, if there is just one.
    ///
    /// # Errors
    /// A sentence that says what to do: no model of that name (and which are near), several developers, or one model on several rows.
    pub fn find(&self, name: &str, developer: Option<&str>) -> Result<Subject<'d>, String> {
        let wanted = folded(name);
        let wanted_developer = developer.map(folded);
        let is_of = |subject: &&Subject<'_>| {
            wanted_developer.as_ref().is_none_or(|developer| {
                subject.model.developer == *developer || subject.written.developer == *developer
            })
        };
        let named: Vec<&Subject<'_>> = self
            .subjects
            .iter()
            .filter(|one| one.model.name == wanted || one.written.name == wanted)
            .collect();
        let mut found: Vec<&Subject<'_>> = named.iter().copied().filter(is_of).collect();
        if found.is_empty() {
            let models = other_names(self.aliases, &wanted, wanted_developer.as_deref());
            let subjects = self.subjects.iter();
            found = subjects.filter(|one| models.contains(&one.model)).collect();
        }
        if found.is_empty() && !named.is_empty() {
            return Err(format!(
                "no model named \"{}\" by \"{}\"; that name stands under {}",
                bounded(name),
                bounded(developer.unwrap_or_default()),
                developers(&named)
            ));
        }
        match found[..] {
            [] => self.alike(name, is_of),
            [one] => Ok(one.clone()),
            [first, ..] if found.iter().all(|one| one.model == first.model) => Err(format!(
                "\"{}\" stands on {}: remove the rows that are not wanted first",
                bounded(name),
                lines(&found)
            )),
            _ => Err(format!(
                "\"{}\" stands under several developers: choose with --developer {}",
                bounded(name),
                developers(&found)
            )),
        }
    }

    fn alike(
        &self,
        name: &str,
        is_of: impl Fn(&&Subject<'d>) -> bool,
    ) -> Result<Subject<'d>, String> {
        let wanted = look(name);
        let is_alike = |one: &&Subject<'_>| wanted.is_some() && look(one.name) == wanted;
        let alike: Vec<_> = self
            .subjects
            .iter()
            .filter(is_of)
            .filter(is_alike)
            .collect();
        match alike[..] {
            [one] => Ok(one.clone()),
            [] => Err(format!(
                "no model named \"{}\"{}",
                bounded(name),
                nearest(&self.subjects, name)
            )),
            _ => {
                let names = alike
                    .iter()
                    .map(|one| format!("\"{}\" ({})", spelled(one.name), one.developer));
                Err(format!(
                    "no model named \"{}\", and several look alike: {}; type one of them as it is written, and its developer with --developer",
                    spelled(name),
                    listed(names)
                ))
            }
        }
    }
}

/// The models of which this is another name, as the aliases have it.
pub fn other_names(aliases: &Aliases<'_>, name: &str, developer: Option<&str>) -> BTreeSet<Key> {
    let resolved = |key: &Key| aliases.resolve(key).into_owned();
    match developer {
        Some(developer) => BTreeSet::from([resolved(&Key::new(name, developer))]),
        None => {
            let keys = aliases.lines.iter().map(|alias| &alias.key);
            keys.filter(|key| key.name == name).map(resolved).collect()
        }
    }
}

/// The developers of these models as they are written, quoted, each once.
fn developers(subjects: &[&Subject<'_>]) -> String {
    let mut developers: Vec<String> = subjects
        .iter()
        .map(|one| format!("\"{}\"", bounded(one.developer)))
        .collect();
    developers.sort();
    developers.dedup();
    if developers.len() > 3 {
        listed(developers.into_iter())
    } else {
        developers.join(" or ")
    }
}

fn lines(subjects: &[&Subject<'_>]) -> String {
    let rows = subjects.iter().filter_map(|one| one.row);
    let lines: Vec<String> = rows.map(|row| row.record.line.to_string()).collect();
    match lines.len() {
        0..=10 => format!("lines {}", lines.join(" and ")),
        many => format!("{many} lines, the first is {}", lines[0]),
    }
}

/// A name in which every character is to be told from those that look like it.
fn spelled(name: &str) -> String {
    let spelled = name
        .chars()
        .map(|c| match c.is_ascii() || c.is_alphanumeric() {
            true => c.to_string(),
            false => c.escape_unicode().to_string(),
        });
    bounded(&spelled.collect::<String>())
}

/// `; did you mean …?`, where anything is near enough to be meant.
fn nearest(subjects: &[Subject<'_>], name: &str) -> String {
    /// Jaro-Winkler similarity, 0 to 1.
    const NEAR: f64 = 0.8;
    let wanted = folded(name);
    let likeness = |one: &Subject<'_>| {
        let contained = wanted.chars().count() > 2 && one.model.name.contains(&wanted);
        if contained {
            1.0
        } else {
            strsim::jaro_winkler(&one.model.name, &wanted)
        }
    };
    let mut near: Vec<(f64, &Subject<'_>)> =
        subjects.iter().map(|one| (likeness(one), one)).collect();
    near.retain(|(likeness, _)| *likeness >= NEAR);
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.model.cmp(&b.1.model)));
    // One name under two developers is one suggestion: asked again, it says which they are.
    near.dedup_by(|(_, a), (_, b)| a.model.name == b.model.name);
    let names = near
        .iter()
        .take(3)
        .map(|(_, one)| format!("\"{}\"", shown(&bounded(one.name))));
    let names: Vec<String> = names.collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", names.join(" or "))
    }
}
