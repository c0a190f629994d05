//! Other names of models: a new alias, and suggestions for probable renames.

use std::collections::HashMap;

use serde::Serialize;

use super::{FileChange, Line, Mode, Plan};
use crate::changes::Model;
use crate::dataset::{ANY, AliasColumn, Aliases, Dataset, Decisions, Mark, differ};
use crate::estimates::Latest;
use crate::key::{Key, folded};
use crate::notes::joined;

/// An alias to be written or suggested: the first pair is another name of the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewAlias {
    pub name: String,
    pub developer: String,
    pub is_name: String,
    pub is_developer: String,
}

impl NewAlias {
    /// The pair on the left.
    pub fn key(&self) -> Key {
        Key::new(&self.name, &self.developer)
    }

    /// The pair on the right.
    pub fn model(&self) -> Key {
        Key::new(&self.is_name, &self.is_developer)
    }
}

/// Plans a line of the aliases. If a line has this alias already, it stays as it is written, and the note is joined to its own.
pub fn alias<'p>(
    dataset: &'p Dataset<'p>,
    aliases: &'p Aliases<'p>,
    alias: &NewAlias,
    note: &str,
) -> Plan<'p> {
    let lines = aliases.lines.iter().map(|line| &line.record);
    let mut file = FileChange::of(&aliases.table, lines);
    let place = |column| aliases.table.header.place(column);
    let (key, model) = (alias.key(), alias.model());
    let mut lines = aliases.lines.iter();
    match lines.find(|line| line.key == key && line.model == model) {
        Some(_) if note.is_empty() => {}
        Some(line) => {
            let note = joined(aliases.table.cell(&line.record, AliasColumn::Note), note);
            file.line(&key).set(place(AliasColumn::Note), note.into());
        }
        None => {
            let line = file.push(key);
            for (column, text) in [
                (AliasColumn::Name, &*alias.name),
                (AliasColumn::Developer, &alias.developer),
                (AliasColumn::IsName, &alias.is_name),
                (AliasColumn::IsDeveloper, &alias.is_developer),
                (AliasColumn::Note, note),
            ] {
                line.set(place(column), text.to_owned().into());
            }
        }
    }
    let lines = dataset.rows.iter().map(Line::kept).collect();
    Plan {
        aliases: file.finish(),
        ..Plan::of(Mode::Alias, dataset, lines)
    }
}

/// For every group of probable renames, the aliases that would join its models, as far as today's aliases and decisions allow. They lead to
/// the verified row, or else to a model that is the target of an alias already, or else to the spelling in the estimates, and never to the
/// developer `Unknown`. Where several rows are verified, each keeps its own name, except a row by `Unknown`.
pub fn suggestions(
    plan: &Plan<'_>,
    latest: &Latest<'_>,
    decisions: &Decisions<'_>,
    aliases: &Aliases<'_>,
) -> Vec<Vec<NewAlias>> {
    // The place of the first line of each key, and whether any of its lines is verified.
    let mut lines: HashMap<&Key, (usize, bool)> = HashMap::new();
    for (place, line) in plan.lines.iter().enumerate() {
        let known = lines.entry(&line.record.key).or_insert((place, false));
        known.1 |= line.mark == Mark::Verified;
    }
    let line = |model: &Model<'_>| {
        let line = lines.get(&model.key()).copied();
        line.unwrap_or((usize::MAX, false))
    };
    let is_verified = |model: &Model<'_>| line(model).1;
    let is_unknown = |developer: &str| folded(developer) == "unknown";
    // The target of an alias cannot be an alias itself.
    let is_target = |model: &Model<'_>| {
        let key = model.key();
        aliases.lines.iter().any(|alias| alias.model == key)
    };
    let rank = |model: &&Model<'_>| {
        let is_outdated = latest.get(&model.key()).is_none();
        (
            is_unknown(&model.developer),
            !is_verified(model),
            !is_target(model),
            is_outdated,
            line(model).0,
        )
    };
    let groups = plan.renamed.iter().map(|renamed| {
        let mut models: Vec<&Model<'_>> = renamed.iter().collect();
        models.sort_by_cached_key(rank);
        let target = models.remove(0);
        models.retain(|model| is_unknown(&model.developer) || !is_verified(model));
        // A verified row keeps its own name even where an alias gives it another. The suggestion then leads to that other name.
        let existing = aliases.get(&target.key());
        let (is_name, is_developer) = existing.unwrap_or((None, &*target.developer));
        if is_unknown(is_developer) {
            return Vec::new();
        }
        let suggested = models.iter().map(|model| NewAlias {
            name: model.name.to_string(),
            developer: model.developer.to_string(),
            is_name: is_name.unwrap_or(&*target.name).to_owned(),
            is_developer: is_developer.to_owned(),
        });
        let mut suggested: Vec<NewAlias> = suggested
            .filter(|one| ![&*one.name, &one.is_name].contains(&ANY))
            .filter(|one| aliases.conflicting_line(&one.key(), &one.model()).is_none())
            .collect();
        // Each command joins its model to those of the commands before it, so their decisions must not differ.
        let model = suggested.first().map(NewAlias::model);
        let mut decided = model.map_or(Vec::new(), |model| decisions.on(&model));
        suggested.retain(|one| {
            let own = decisions.on(&one.key());
            let fits = !differ(&decided, &own);
            decided.extend(own.into_iter().filter(|_| fits));
            fits
        });
        suggested
    });
    groups.collect()
}
