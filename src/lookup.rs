//! Finding one model by the name that a person types.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use crate::dataset::{Aliases, Dataset, DecisionColumn, Decisions, Row};
use crate::estimates::{Estimate, Latest};
use crate::key::{Key, folded};
use crate::look_alike::look;
use crate::paste;
use crate::schema::Column;
use crate::terminal::{bounded, listed};

/// What to do where a model stands on these rows. A refresh keeps every one with human work, or else one (behaviour §5).
pub fn how_to_join<'r>(rows: impl Iterator<Item = &'r Row<'r>>) -> &'static str {
    match rows.filter(|row| row.has_human_work()).count() {
        0 | 1 => "refresh first, which keeps one of them",
        _ => {
            "several of them are marked or have human text, and a refresh keeps those: delete the row that is not wanted from the \
             dataset's file"
        }
    }
}

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
    pub row: Option<&'d Row<'d>>,
    pub estimate: Option<&'d Estimate>,
}

/// Where models are looked for: in the dataset, in the estimates, in the decisions, by all their names.
#[derive(Debug)]
pub struct Lookup<'d> {
    /// Every row, every model of the estimates without a row, and every decision on a model that neither has.
    pub subjects: Vec<Subject<'d>>,
    /// The models of which there is nothing but a record that was rejected.
    rejected: Vec<Subject<'d>>,
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
        let estimates = latest.into_iter().flat_map(|latest| latest.iter());
        let estimates = estimates.map(|estimate| Subject {
            model: estimate.key.clone(),
            name: &estimate.name,
            developer: &estimate.developer,
            written: estimate.key.clone(),
            row: None,
            estimate: Some(estimate),
        });
        let decided = decisions.lines.iter().map(|line| Subject {
            model: line.model.clone(),
            name: decisions.cell(line, DecisionColumn::Name),
            developer: decisions.cell(line, DecisionColumn::Developer),
            written: line.key.clone(),
            row: None,
            estimate: None,
        });
        let mut known = BTreeSet::new();
        let mut subjects: Vec<Subject<'d>> = rows.chain(estimates).chain(decided).collect();
        // A model may have several rows, and all of them are subjects.
        subjects.retain(|one| known.insert(one.model.clone()) || one.row.is_some());
        let rejected = latest.into_iter().flat_map(|latest| latest.all_rejected());
        let rejected = rejected.filter_map(|(model, one)| {
            let (name, developer) = (one.name.as_deref()?, one.developer.as_deref()?);
            Some(Subject {
                model: model.clone(),
                name,
                developer,
                written: Key::new(name, developer),
                row: None,
                estimate: None,
            })
        });
        Lookup {
            rejected: rejected.filter(|one| !known.contains(&one.model)).collect(),
            subjects,
            aliases,
        }
    }

    /// The one model of `name`, compared as keys are (trimmed, any case); `developer` decides between several. Where no model has the
    /// name, the one of which it is another name, else the one whose record was rejected, else the one that looks alike, if there is
    /// just one.
    ///
    /// # Errors
    /// A sentence that says what to do: what [`Lookup::find_model`] refuses, or one model on several rows.
    pub fn find(&self, name: &str, developer: Option<&str>) -> Result<Subject<'d>> {
        the_only(&self.find_model(name, developer)?, name, developer)
    }

    /// The same, where one row of this name is meant, though the model may have others under an alias.
    ///
    /// # Errors
    /// Those of [`Lookup::find`], but several rows are refused only where all of them have this name.
    pub fn find_named(&self, name: &str, developer: Option<&str>) -> Result<Subject<'d>> {
        the_only(&self.named(name, developer)?, name, developer)
    }

    /// The model that [`Lookup::find`] finds, on each of its rows. Under an alias they may have other names.
    ///
    /// # Errors
    /// A sentence that says what to do: no model of that name (and which are near), or several developers.
    pub fn find_model(&self, name: &str, developer: Option<&str>) -> Result<Vec<&Subject<'d>>> {
        let found = self.named(name, developer)?;
        let subjects = self.subjects.iter().chain(&self.rejected);
        Ok(subjects.filter(|one| one.model == found[0].model).collect())
    }

    /// The subjects of one model that have this name. There is at least one.
    fn named(&self, name: &str, developer: Option<&str>) -> Result<Vec<&Subject<'d>>> {
        let wanted = folded(name);
        let wanted_developer = developer.map(folded);
        let is_of = |subject: &&Subject<'_>| {
            wanted_developer.as_ref().is_none_or(|developer| {
                subject.model.developer == *developer || subject.written.developer == *developer
            })
        };
        let is_named = |one: &&Subject<'_>| one.model.name == wanted || one.written.name == wanted;
        let named: Vec<_> = self.subjects.iter().filter(is_named).collect();
        let mut found: Vec<_> = named.iter().copied().filter(is_of).collect();
        if found.is_empty() {
            let models = other_names(self.aliases, &wanted, wanted_developer.as_deref());
            let subjects = self.subjects.iter().chain(&self.rejected);
            found = subjects.filter(|one| models.contains(&one.model)).collect();
        }
        if found.is_empty() {
            let rejected = self.rejected.iter();
            found = rejected.filter(is_named).filter(is_of).collect();
        }
        if found.is_empty() && !named.is_empty() {
            bail!(
                "no model named \"{}\" by \"{}\"; that name stands under {}",
                bounded(name),
                bounded(developer.unwrap_or_default()),
                developers(&named, |developer| format!("\"{}\"", bounded(developer)))
            );
        }
        if found.is_empty() {
            found = self.alike(name, is_of)?;
        }
        // A name and a developer that are written so go before those of which they are other names.
        let is_written = |one: &&Subject<'_>| {
            one.written.name == wanted && Some(&one.written.developer) == wanted_developer.as_ref()
        };
        if found.iter().any(is_written) {
            found.retain(is_written);
        }
        if !is_one_model(&found) {
            bail!(
                "\"{}\" stands under several developers: choose with {}",
                bounded(name),
                developers(&found, chosen)
            );
        }
        Ok(found)
    }

    fn alike(
        &self,
        name: &str,
        is_of: impl Fn(&&Subject<'d>) -> bool,
    ) -> Result<Vec<&Subject<'d>>> {
        let wanted = look(name);
        let is_alike = |one: &&Subject<'_>| wanted.is_some() && look(one.name) == wanted;
        let subjects = self.subjects.iter();
        let alike: Vec<_> = subjects.filter(is_of).filter(is_alike).collect();
        if alike.is_empty() {
            bail!(
                "no model named \"{}\"{}",
                bounded(name),
                nearest(&self.subjects, name)
            );
        }
        if !is_one_model(&alike) {
            let names = alike
                .iter()
                .map(|one| format!("\"{}\" ({})", spelled(one.name), one.developer));
            bail!(
                "no model named \"{}\", and several look alike: {}; type one of them as it is written, and its developer with \
                 --developer",
                spelled(name),
                listed(names)
            );
        }
        Ok(alike)
    }
}

/// The one subject that was found.
fn the_only<'d>(
    found: &[&Subject<'d>],
    name: &str,
    developer: Option<&str>,
) -> Result<Subject<'d>> {
    let [one] = found else {
        bail!(
            "the dataset has \"{}\" on {}: `{}` shows them; {}",
            bounded(name),
            lines(found),
            paste::in_message("show", name, developer.map(|of| ("--developer", of))),
            how_to_join(found.iter().filter_map(|one| one.row))
        )
    };
    Ok((*one).clone())
}

fn is_one_model(subjects: &[&Subject<'_>]) -> bool {
    subjects.iter().all(|one| one.model == subjects[0].model)
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

/// The option that chooses a developer. One that cannot be pasted is told behind it.
fn chosen(developer: &str) -> String {
    paste::read_option("--developer", developer)
        .unwrap_or_else(|| format!("--developer NAME (\"{}\")", bounded(developer)))
}

/// The developers of these models as they are written, each once and in this form.
fn developers(subjects: &[&Subject<'_>], form: impl Fn(&str) -> String) -> String {
    let mut developers: Vec<String> = subjects.iter().map(|one| form(one.developer)).collect();
    developers.sort();
    developers.dedup();
    if developers.len() > 3 {
        listed(developers.into_iter())
    } else {
        developers.join(" or ")
    }
}

/// `lines 2 and 3`, on which these rows stand.
pub fn lines(subjects: &[&Subject<'_>]) -> String {
    let rows = subjects.iter().filter_map(|one| one.row);
    let lines: Vec<String> = rows.map(|row| row.record.line.to_string()).collect();
    match lines.len() {
        1 => format!("line {}", lines[0]),
        2 => format!("lines {} and {}", lines[0], lines[1]),
        0..=10 => format!("lines {}", lines.join(", ")),
        many => format!("{many} lines, the first is {}", lines[0]),
    }
}

/// A name in which every character is to be told from those that look like it.
pub fn spelled(name: &str) -> String {
    let mut spelled = String::new();
    for c in name.chars() {
        match c.is_ascii() || c.is_alphanumeric() {
            true => spelled.push(c),
            false => spelled.extend(c.escape_unicode()),
        }
    }
    bounded(&spelled)
}

/// `; did you mean …?`, where anything is near enough to be meant.
fn nearest(subjects: &[Subject<'_>], name: &str) -> String {
    /// Jaro-Winkler similarity, 0 to 1.
    const NEAR: f64 = 0.8;
    let wanted = folded(name);
    let likeness = |one: &Subject<'_>| match &one.model.name {
        name if wanted.chars().count() > 2 && name.contains(&wanted) => 1.0,
        name => strsim::jaro_winkler(name, &wanted),
    };
    let subjects = subjects.iter();
    let mut near: Vec<_> = subjects.map(|one| (likeness(one), one)).collect();
    near.retain(|(likeness, _)| *likeness >= NEAR);
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.model.cmp(&b.1.model)));
    // One name under two developers is one suggestion: asked again, it says which they are.
    near.dedup_by(|(_, a), (_, b)| a.model.name == b.model.name);
    let near = near.iter().take(3);
    let names = near.map(|(_, one)| format!("\"{}\"", bounded(one.name)));
    let names: Vec<String> = names.collect();
    match names.is_empty() {
        true => "; `core-dataset list --match TEXT` searches the rows".to_owned(),
        false => format!("; did you mean {}?", names.join(" or ")),
    }
}
