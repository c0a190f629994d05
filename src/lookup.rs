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

/// What to do where a model stands on several rows (behaviour §5).
pub const HOW_TO_JOIN: &str = "refresh first, which keeps one of them, or all that are marked or have human text: of those, delete \
                               the row that is not wanted from the dataset's file";

/// What is known of the model that was meant.
#[derive(Debug, Clone)]
pub struct Subject<'d> {
    /// Its key, with its alias.
    pub model: Key,
    /// Its name, as the row writes it, else the estimates, else the decision.
    pub name: &'d str,
    /// Its developer, written likewise.
    pub developer: &'d str,
    /// The key without an alias.
    pub written: Key,
    pub row: Option<&'d Row<'d>>,
    pub estimate: Option<&'d Estimate>,
    /// Whether there is nothing but a record that was rejected. It may have no developer.
    is_rejected: bool,
}

impl<'d> Subject<'d> {
    fn new(model: &Key, name: &'d str, developer: &'d str) -> Subject<'d> {
        Subject {
            model: model.clone(),
            name,
            developer,
            written: Key::new(name, developer),
            row: None,
            estimate: None,
            is_rejected: false,
        }
    }
}

/// Where models are looked for: in the dataset, in the estimates, in the decisions, by all their names.
#[derive(Debug)]
pub struct Lookup<'d> {
    /// Every row, every model of the estimates without a row, every decision on a model that neither has, and every model of which there
    /// is nothing but a record that was rejected.
    subjects: Vec<Subject<'d>>,
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
        let mut subjects = Vec::new();
        for row in &dataset.rows {
            let cell = |column| dataset.cell(row, column);
            subjects.push(Subject {
                row: Some(row),
                estimate: latest.and_then(|latest| latest.get(row.model())),
                ..Subject::new(row.model(), cell(Column::Name), cell(Column::Developer))
            });
        }
        for estimate in latest.into_iter().flat_map(Latest::iter) {
            subjects.push(Subject {
                estimate: Some(estimate),
                ..Subject::new(&estimate.key, &estimate.name, &estimate.developer)
            });
        }
        for line in &decisions.lines {
            let cell = |column| decisions.cell(line, column);
            let (name, developer) = (DecisionColumn::Name, DecisionColumn::Developer);
            subjects.push(Subject::new(&line.model, cell(name), cell(developer)));
        }
        for (model, one) in latest.into_iter().flat_map(|latest| &latest.rejected) {
            let [name, developer] =
                [&one.name, &one.developer].map(|text| text.as_deref().unwrap_or_default());
            subjects.push(Subject {
                is_rejected: true,
                ..Subject::new(model, name, developer)
            });
        }
        let mut known = BTreeSet::new();
        // A model may have several rows, and all of them are subjects.
        subjects.retain(|one| known.insert(one.model.clone()) || one.row.is_some());
        Lookup { subjects, aliases }
    }

    /// The subjects of which there is more than a record that was rejected.
    pub fn sound(&self) -> impl Iterator<Item = &Subject<'d>> {
        self.subjects.iter().filter(|one| !one.is_rejected)
    }

    /// The one model of `name`, compared as keys are (trimmed, any case); `developer` decides between several. Where no model has the
    /// name, the one of which it is another name, else the one whose record was rejected, else the one that looks alike, if there is
    /// just one.
    ///
    /// # Errors
    /// A sentence that says what to do: what [`Lookup::find_model`] refuses, one model on several rows, or one without a developer.
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
        let model = &self.named(name, developer)?[0].model;
        let is_of_model = |one: &&Subject<'_>| one.model == *model;
        Ok(self.subjects.iter().filter(is_of_model).collect())
    }

    /// The subjects of one model that have this name. There is at least one.
    fn named(&self, name: &str, developer: Option<&str>) -> Result<Vec<&Subject<'d>>> {
        let wanted = folded(name);
        let wanted_developer = developer.map(folded);
        let is_of = |one: &&Subject<'_>| {
            wanted_developer.as_ref().is_none_or(|developer| {
                one.model.developer == *developer || one.written.developer == *developer
            })
        };
        let is_named = |one: &&Subject<'_>| one.model.name == wanted || one.written.name == wanted;
        let named: Vec<_> = self.sound().filter(is_named).collect();
        let mut found: Vec<_> = named.iter().copied().filter(is_of).collect();
        if found.is_empty() {
            let models = other_names(self.aliases, &wanted, wanted_developer.as_deref());
            let is_meant = |one: &&Subject<'_>| models.contains(&one.model);
            found = self.subjects.iter().filter(is_meant).collect();
        }
        if found.is_empty() {
            // They are rejected, since no sound one has the name.
            let is_meant = |one: &&Subject<'_>| is_named(one) && is_of(one);
            found = self.subjects.iter().filter(is_meant).collect();
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
                developers(&found, |developer| {
                    let option = paste::option("--developer", developer);
                    if paste::is_read(&option) {
                        option
                    } else {
                        format!("--developer NAME (\"{}\")", bounded(developer))
                    }
                })
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
        let alike: Vec<_> = self.sound().filter(is_of).filter(is_alike).collect();
        if alike.is_empty() {
            bail!(
                "no model named \"{}\"{}",
                bounded(name),
                nearest(self.sound(), name)
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
            "the dataset has \"{}\" on {}: `{}` shows them; {HOW_TO_JOIN}",
            bounded(name),
            line_numbers(found),
            paste::in_message("show", name, developer.map(|of| ("--developer", of)))
        )
    };
    if one.developer.is_empty() {
        bail!(
            "the record of \"{}\" in the estimates names no developer: correct it first",
            bounded(name)
        );
    }
    Ok((*one).clone())
}

fn is_one_model(subjects: &[&Subject<'_>]) -> bool {
    subjects.iter().all(|one| one.model == subjects[0].model)
}

/// The models of which this is another name, as the aliases have it.
pub fn other_names(aliases: &Aliases<'_>, name: &str, developer: Option<&str>) -> BTreeSet<Key> {
    let resolved = |key: &Key| aliases.resolve(key).into_owned();
    if let Some(developer) = developer {
        return BTreeSet::from([resolved(&Key::new(name, developer))]);
    }
    let keys = aliases.lines.iter().map(|alias| &alias.key);
    keys.filter(|key| key.name == name).map(resolved).collect()
}

/// The developers of these models as they are written, each once and in this form.
fn developers(subjects: &[&Subject<'_>], form: impl Fn(&str) -> String) -> String {
    let developers: BTreeSet<String> = subjects.iter().map(|one| form(one.developer)).collect();
    if developers.len() > 3 {
        listed(developers)
    } else {
        Vec::from_iter(developers).join(" or ")
    }
}

/// `lines 2 and 3`, on which these rows stand.
pub fn line_numbers(subjects: &[&Subject<'_>]) -> String {
    let lines: Vec<String> = subjects
        .iter()
        .filter_map(|one| Some(one.row?.record.line.to_string()))
        .collect();
    match &lines[..] {
        [one] => format!("line {one}"),
        [one, other] => format!("lines {one} and {other}"),
        _ => format!("lines {}", listed(&lines)),
    }
}

/// A name in which every character is to be told from those that look like it.
pub fn spelled(name: &str) -> String {
    let mut spelled = String::new();
    for c in name.chars() {
        if c.is_ascii() || c.is_alphanumeric() {
            spelled.push(c);
        } else {
            spelled.extend(c.escape_unicode());
        }
    }
    bounded(&spelled)
}

/// `; did you mean …?`, where anything is near enough to be meant.
fn nearest<'s>(subjects: impl Iterator<Item = &'s Subject<'s>>, name: &str) -> String {
    /// Jaro-Winkler similarity, 0 to 1.
    const NEAR: f64 = 0.8;
    let wanted = folded(name);
    let mut near = Vec::new();
    for one in subjects {
        let found = &one.model.name;
        let likeness = if wanted.chars().count() > 2 && found.contains(&wanted) {
            1.0
        } else {
            strsim::jaro_winkler(found, &wanted)
        };
        if likeness >= NEAR {
            near.push((likeness, one));
        }
    }
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.model.cmp(&b.1.model)));
    // One name under two developers is one suggestion: asked again, it says which they are.
    near.dedup_by(|(_, a), (_, b)| a.model.name == b.model.name);
    if near.is_empty() {
        return "; `core-dataset list --match TEXT` searches the rows".to_owned();
    }
    let names: Vec<String> = near
        .iter()
        .take(3)
        .map(|(_, one)| format!("\"{}\"", bounded(one.name)))
        .collect();
    format!("; did you mean {}?", names.join(" or "))
}
