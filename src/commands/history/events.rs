//! What happened to one model, run by run. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use crate::changes::ModelChange;
use crate::dataset::{Aliases, Mark};
use crate::journal::JournalEntry;
use crate::key::{Key, folded};
use crate::look_alike::look_or_itself;
use crate::lookup::other_names;
use crate::schema::Column;

/// What happened to a model in one run.
#[derive(Debug, Clone, Serialize)]
pub(in crate::commands) struct Event<'j> {
    /// The number of the run, 1 being the newest.
    pub run: usize,
    pub at: &'j str,
    pub mode: &'j str,
    pub by: Option<&'j str>,
    /// The group's name, or `verified` and `unverified` where the mark changed.
    pub event: &'static str,
    /// The model and what changed.
    #[serde(flatten)]
    pub change: &'j ModelChange<'static>,
}

/// The models of the journal that are meant by `name`, and by `developer` where that is given: those of that name, now or in an earlier
/// run, or else those of the one name that looks alike.
pub(super) fn meant(
    entries: &[JournalEntry<'_>],
    aliases: &Aliases<'_>,
    name: &str,
    developer: Option<&str>,
) -> BTreeSet<Key> {
    // Every name of the journal with the model that it stands for today.
    let mut journal: BTreeMap<Key, Key> = BTreeMap::new();
    for entry in entries {
        for change in entry.changes.groups().flat_map(|(_, changes)| changes) {
            let key = change.key();
            let model = aliases.resolve(&key).into_owned();
            journal.insert(key, model);
        }
    }
    // The models that are the same as what is typed once both are made plain in one way.
    let found = |plain: fn(&str) -> String| -> BTreeSet<Key> {
        let (name, developer) = (plain(name), developer.map(plain));
        let is_wanted = |key: &Key| {
            let is_by = |developer: &String| plain(&key.developer) == *developer;
            plain(&key.name) == name && developer.as_ref().is_none_or(is_by)
        };
        journal
            .iter()
            .filter(|(key, model)| is_wanted(key) || is_wanted(model))
            .map(|(_, model)| model.clone())
            .collect()
    };
    let others = other_names(aliases, &folded(name), developer.map(folded).as_deref());
    let mut models = found(folded);
    models.extend(
        journal
            .values()
            .filter(|model| others.contains(model))
            .cloned(),
    );
    if !models.is_empty() {
        return models;
    }
    let alike = found(look_or_itself);
    let names: BTreeSet<&str> = alike.iter().map(|model| &*model.name).collect();
    if names.len() == 1 { alike } else { models }
}

/// The events of these models under all their names, newest first, as the entries are.
pub(in crate::commands) fn events<'j>(
    entries: &'j [JournalEntry<'static>],
    aliases: &Aliases<'_>,
    models: &BTreeSet<Key>,
) -> Vec<Event<'j>> {
    let is_meant = |change: &ModelChange<'_>| models.contains(&*aliases.resolve(&change.key()));
    let mut events = Vec::new();
    // Every refresh repeats a state (orphaned, drifted, …). It is listed only where the refresh before did not have it.
    let mut states_before: HashMap<(&str, Key), &ModelChange<'_>> = HashMap::new();
    for (place, entry) in entries.iter().enumerate().rev() {
        let mut states = HashMap::new();
        let mut of_entry = Vec::new();
        // A row that crossed 1e25 also has an update with the same numbers, so the crossing is left out.
        let groups = entry.changes.groups();
        for (group, changes) in groups.filter(|(group, _)| *group != "crossed") {
            for change in changes.iter().filter(|change| is_meant(change)) {
                let event = event_name(group, change);
                let is_state = matches!(
                    event,
                    "orphaned" | "drifted" | "protected" | "duplicates" | "renamed" | "reconsider"
                );
                let state = (event, change.key());
                if !is_state || states_before.get(&state) != Some(&change) {
                    of_entry.push(Event {
                        run: place + 1,
                        at: &entry.at,
                        mode: &entry.mode,
                        by: entry.by.as_deref(),
                        event,
                        change,
                    });
                }
                states.insert(state, change);
            }
        }
        if entry.is_refresh() {
            states_before = states;
        }
        events.extend(of_entry.into_iter().rev());
    }
    events.reverse();
    events
}

fn event_name(group: &'static str, change: &ModelChange<'_>) -> &'static str {
    match change.field(Column::Verified) {
        Some(mark) if Mark::of(&mark.to) == Mark::Verified => "verified",
        Some(mark) if Mark::of(&mark.from) != Mark::Unverified => "unverified",
        _ => group,
    }
}
