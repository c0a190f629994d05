//! Finding one model by the name that a person types.

use std::collections::{BTreeSet, HashSet};

use anyhow::{Result, bail};
use unicode_width::UnicodeWidthChar;

use crate::changes::Model;
use crate::dataset::{ANY, Aliases, Dataset, Decisions, Row};
use crate::estimates::{Estimate, Latest};
use crate::flop::Flop;
use crate::key::{Key, folded};
use crate::look_alike::{look, look_or_text};
use crate::terminal::{bounded, bounded_model, listed};
use crate::text::is_visible;

/// What to do where a model has several rows (behaviour §5).
pub const HOW_TO_KEEP_ONE: &str =
    "refresh first; if several rows remain, delete the unwanted ones from the dataset's file";

/// A model that can be looked up, with its row and its latest estimate.
#[derive(Debug, Clone)]
pub struct Subject<'d> {
    /// Its key, replaced by its alias if it has one.
    pub model: Key,
    /// Its name as written in the row, or else in the estimate, the decision or the rejected record.
    pub name: &'d str,
    /// Its developer, from the same place.
    pub developer: &'d str,
    pub row: Option<&'d Row<'d>>,
    pub estimate: Option<&'d Estimate>,
    /// Whether all that is known of it is a rejected record, which may have no developer.
    pub is_rejected: bool,
}

impl<'d> Subject<'d> {
    pub fn new(model: &Key, name: &'d str, developer: &'d str) -> Subject<'d> {
        Subject {
            model: model.clone(),
            name,
            developer,
            row: None,
            estimate: None,
            is_rejected: false,
        }
    }

    /// Whether it has this name itself, not only by an alias, and this developer if one is given.
    pub fn has_own_name(&self, name: &str, developer: Option<&str>) -> bool {
        let own = Key::new(self.name, self.developer);
        let wanted = Key::new(name, developer.unwrap_or(self.developer));
        own == wanted
    }

    /// The training FLOP of its latest estimate.
    pub fn latest_flop(&self) -> Option<Flop> {
        self.estimate.and_then(|estimate| estimate.flop)
    }
}

/// All models that can be looked up, by any of their names.
#[derive(Debug)]
pub struct Lookup<'d> {
    /// One for each model; where a model has several rows, one for each row.
    subjects: Vec<Subject<'d>>,
    aliases: &'d Aliases<'d>,
}

impl<'d> Lookup<'d> {
    /// Collects every row, every model of the estimates without a row, every model that only the decisions have, and every model that has
    /// only a rejected record. `latest` is `None` where the estimates could not be read.
    pub fn of(
        dataset: &'d Dataset<'d>,
        latest: Option<&'d Latest<'d>>,
        decisions: &'d Decisions<'d>,
        aliases: &'d Aliases<'d>,
    ) -> Lookup<'d> {
        let mut subjects = Vec::new();
        for row in &dataset.rows {
            let [name, developer] = dataset.table.name_and_developer(&row.record);
            subjects.push(Subject {
                row: Some(row),
                estimate: latest.and_then(|latest| latest.get(row.model())),
                ..Subject::new(row.model(), name, developer)
            });
        }
        for estimate in latest.into_iter().flat_map(Latest::iter) {
            subjects.push(Subject {
                estimate: Some(estimate),
                ..Subject::new(&estimate.key, &estimate.name, &estimate.developer)
            });
        }
        for line in &decisions.lines {
            let [name, developer] = decisions.table.name_and_developer(&line.record);
            subjects.push(Subject::new(&line.model, name, developer));
        }
        for (model, fault) in latest.into_iter().flat_map(|latest| &latest.rejected) {
            let [name, developer] =
                [&fault.name, &fault.developer].map(|text| text.as_deref().unwrap_or_default());
            subjects.push(Subject {
                is_rejected: true,
                ..Subject::new(model, name, developer)
            });
        }
        let empty = Lookup {
            subjects: Vec::new(),
            aliases,
        };
        empty.with_models(subjects)
    }

    /// Adds these models. For each model, the first subject and every subject with a row stay.
    #[must_use]
    pub fn with_models(mut self, others: Vec<Subject<'d>>) -> Lookup<'d> {
        self.subjects.extend(others);
        let mut known = HashSet::new();
        self.subjects
            .retain(|one| known.insert(one.model.clone()) || one.row.is_some());
        self
    }

    /// Whether this can be an unknown model, such as one of a public table (behaviour §11): it can be written into a file, and no known
    /// model has this name or one that looks like it. If one has, the developer may be a typing error.
    pub fn is_new(&self, name: &str, developer: &str) -> bool {
        let can_be_written = is_visible(name) && is_visible(developer) && name != ANY;
        can_be_written && self.matches(name, None, true).is_empty()
    }

    /// The subjects that have more than a rejected record.
    pub fn known(&self) -> impl Iterator<Item = &Subject<'d>> {
        self.subjects.iter().filter(|one| !one.is_rejected)
    }

    /// The other models whose names look like this one.
    pub fn look_alikes(&self, name: &str, model: &Key) -> Vec<Model<'d>> {
        let wanted = look(name);
        let mut alike: Vec<_> = self
            .known()
            .filter(|other| other.model != *model)
            .filter(|other| wanted.is_some() && look(other.name) == wanted)
            .map(|other| Model::new(other.name, other.developer))
            .collect();
        alike.sort_unstable();
        alike
    }

    /// The one row or model that [`Lookup::find_model`] finds.
    ///
    /// # Errors
    /// Those of [`Lookup::find_model`]; a model with several rows; a model without a developer. The message says what to do.
    pub fn find(&self, name: &str, developer: Option<&str>) -> Result<Subject<'d>> {
        let found = self.find_model(name, developer)?;
        let name = bounded(name);
        if found.len() > 1 {
            let lines = line_numbers(&found);
            bail!("the dataset has \"{name}\" on lines {lines}: {HOW_TO_KEEP_ONE}");
        }
        if found[0].developer.is_empty() {
            bail!(
                "the record of \"{name}\" in the estimates has no developer; correct the record first"
            );
        }
        Ok(found[0].clone())
    }

    /// Like [`Lookup::find`], but where aliases join several rows into one model, it finds the row that has this name itself.
    pub fn find_by_own_name(&self, name: &str, developer: Option<&str>) -> Result<Subject<'d>> {
        let mut written = self.find_model(name, developer)?;
        written.retain(|one| one.has_own_name(name, developer));
        match written[..] {
            [one] if one.row.is_some() => Ok(one.clone()),
            _ => self.find(name, developer),
        }
    }

    /// The model with this name or alias, once for each of its rows. Names are compared like keys (trimmed, any case). Where there is no
    /// such model, it is the model of a rejected record with this name, or else the only model that looks alike. `developer` decides
    /// between several models. It may be the model's or the row's own, an alias of either, or one that looks like them.
    ///
    /// # Errors
    /// No such model, or several models. The message says what to do, and suggests similar names if there is no such model.
    pub fn find_model(&self, name: &str, developer: Option<&str>) -> Result<Vec<&Subject<'d>>> {
        self.search(name, developer, true)
    }

    /// Like [`Lookup::find_model`], but for a name in a file. Nobody sees which model is found, so look-alike names do not count.
    ///
    /// # Errors
    /// Those of [`Lookup::find_model`].
    pub fn find_exactly(&self, name: &str, developer: Option<&str>) -> Result<Vec<&Subject<'d>>> {
        self.search(name, developer, false)
    }

    fn search(
        &self,
        name: &str,
        developer: Option<&str>,
        by_looks: bool,
    ) -> Result<Vec<&Subject<'d>>> {
        let found = self.matches(name, developer, by_looks);
        let Some(first) = found.first() else {
            bail!(self.not_found_message(name, developer));
        };
        if found.iter().any(|one| one.model != first.model) {
            bail!(
                "\"{}\" may be one of several: {}; {}",
                spelled(name, found.iter().map(|one| one.name)),
                listed(spelled_models(&found)),
                if by_looks {
                    "type one of them as it is written, and choose with --developer"
                } else {
                    "fill in `developer`"
                }
            );
        }
        let is_of_model = |one: &&Subject<'_>| one.model == first.model;
        Ok(self.subjects.iter().filter(is_of_model).collect())
    }

    /// The subjects that best fit the typed name. They may belong to several models.
    fn matches(&self, name: &str, developer: Option<&str>, by_looks: bool) -> Vec<&Subject<'d>> {
        let wanted = Key::new(name, developer.unwrap_or_default());
        let resolved = self.aliases.resolve(&wanted);
        let is_named = self.is_named(&wanted.name);
        let is_exact = |one: &Subject<'_>| match developer {
            Some(_) => one.model == *resolved,
            None => is_named(one),
        };
        let is_by = |one: &Subject<'_>, read: fn(&str) -> String| {
            let typed = [&wanted.developer, &resolved.developer].map(|text| read(text));
            let own = [one.developer, &one.model.developer];
            developer.is_none() || own.iter().any(|own| typed.contains(&read(own)))
        };
        // Look-alikes count only where no model has the name itself.
        let has_name = self.known().any(&is_named);
        let wanted_look = look(name).filter(|_| by_looks && !has_name);
        let looks_same = |name: &str| wanted_look.is_some() && look(name) == wanted_look;
        let other_looks = self.aliased_models(|other| looks_same(&other.name));
        let typed = look_or_text(&wanted.developer);
        let is_pair = |key: &Key| looks_same(&key.name) && look_or_text(&key.developer) == typed;
        let pairs = self.aliased_models(is_pair);
        let is_alike = |one: &Subject<'_>| {
            let names = [one.name, &one.model.name];
            let has_look = names.into_iter().any(looks_same) || other_looks.contains(&one.model);
            pairs.contains(&one.model) || has_look && is_by(one, look_or_text)
        };
        // The ways in which a subject can fit, best first. A rejected record has to fit exactly (`is_exact`).
        let ways: [&dyn Fn(&Subject<'_>) -> bool; 5] = [
            &|one| !one.is_rejected && is_exact(one),
            &|one| one.is_rejected && is_exact(one),
            &|one| !one.is_rejected && is_named(one) && is_by(one, folded),
            &|one| !one.is_rejected && by_looks && is_named(one) && is_by(one, look_or_text),
            &|one| !one.is_rejected && is_alike(one),
        ];
        // Where an alias gives exactly this pair another name, only the model with that other name is meant.
        let is_renamed = resolved.name != wanted.name;
        let ways = if is_renamed { &ways[..2] } else { &ways };
        for fits in ways {
            let found: Vec<_> = self.subjects.iter().filter(|one| fits(one)).collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// Whether a model has this name itself or by an alias. `name` is folded as in a key.
    fn is_named<'l>(&'l self, name: &'l str) -> impl Fn(&Subject<'_>) -> bool + 'l {
        let other_names = self.aliased_models(|other| other.name == name);
        move |one| one.model.name == name || other_names.contains(&one.model)
    }

    /// The models that have an alias whose left side fits.
    fn aliased_models(&self, fits: impl Fn(&Key) -> bool) -> HashSet<&Key> {
        let aliases = self.aliases.lines.iter();
        let fitting = aliases.filter(|alias| fits(&alias.key));
        fitting.map(|alias| &alias.model).collect()
    }

    /// Why no model was found: none has this name, or none with this name is by this developer.
    fn not_found_message(&self, name: &str, developer: Option<&str>) -> String {
        let (typed, wanted) = (bounded(name), folded(name));
        let is_named = self.is_named(&wanted);
        let named = self.known().filter(|one| is_named(one));
        let developers = named.map(|one| format!("\"{}\"", bounded(one.developer)));
        let developers: BTreeSet<_> = developers.collect();
        match developer {
            Some(developer) if !developers.is_empty() => {
                let (developer, under) = (bounded(developer), listed(developers));
                format!(
                    "no model named \"{typed}\" by \"{developer}\"; that name exists under {under}"
                )
            }
            _ => {
                let near = self.nearest(&wanted);
                let near = near.unwrap_or("; `list --match TEXT` searches the rows".to_owned());
                format!("no model named \"{typed}\"{near}")
            }
        }
    }

    /// The message about an unknown model, whose name may be mistyped.
    pub fn unknown_model(&self, name: &str, developer: &str) -> String {
        let model = bounded_model(name, developer);
        let near = self.nearest(&folded(name)).unwrap_or_default();
        format!(
            "{model}: there is no row, record or decision of this model; check the spelling, unless the name is from a public table{near}"
        )
    }

    /// `; did you mean …?`, where there are similar names.
    fn nearest(&self, wanted: &str) -> Option<String> {
        /// Jaro-Winkler similarity, 0 to 1.
        const NEAR: f64 = 0.8;
        let likeness = |one: &Subject<'_>| {
            let found = &one.model.name;
            if wanted.chars().count() > 2 && found.contains(wanted) {
                return 1.0;
            }
            strsim::jaro_winkler(found, wanted)
        };
        let near = self.known().map(|one| (likeness(one), one));
        let mut near: Vec<_> = near.filter(|(likeness, _)| *likeness >= NEAR).collect();
        // Rows come first, because most names that are typed are names of rows.
        let rank = |one: &Subject<'_>| (one.row.is_none(), one.model.clone());
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| rank(a.1).cmp(&rank(b.1))));
        let near: Vec<_> = near.into_iter().take(3).map(|(_, one)| one).collect();
        let names = spelled_models(&near).join(" or ");
        (!near.is_empty()).then(|| format!("; did you mean {names}?"))
    }
}

/// Each as `"GPT-4.5" (OpenAI)`, with its name [`spelled`] so that it differs from the others.
fn spelled_models(models: &[&Subject<'_>]) -> Vec<String> {
    let names = models.iter().map(|one| one.name);
    let spelled = models.iter().map(|one| {
        let name = spelled(one.name, names.clone());
        format!("\"{name}\" ({})", bounded(one.developer))
    });
    spelled.collect()
}

/// The line numbers of these rows.
pub fn line_numbers(subjects: &[&Subject<'_>]) -> String {
    let rows = subjects.iter().filter_map(|one| one.row);
    listed(rows.map(|row| row.record.line.to_string()))
}

/// A name as shown in a message beside these others. A character that is neither ASCII nor a letter or digit, nor as wide as an emoji, may
/// be invisible. It is escaped where one of the others looks like this name but lacks the character.
pub fn spelled<'n>(name: &str, others: impl Iterator<Item = &'n str>) -> String {
    let own_look = look(name);
    let is_alike = |other: &&str| own_look.is_some() && look(other) == own_look;
    let alike: Vec<&str> = others.filter(is_alike).collect();
    let mut spelled = String::new();
    for c in name.chars() {
        let is_shown = c.is_ascii() || c.is_alphanumeric() || c.width() == Some(2);
        if is_shown || alike.iter().all(|other| other.contains(c)) {
            spelled.push(c);
        } else {
            spelled.extend(c.escape_unicode());
        }
    }
    bounded(&spelled)
}
