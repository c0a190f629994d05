//! What happened to one model, run by run. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use crate::changes::ModelChange;
use crate::dataset::Aliases;
use crate::journal::JournalEntry;
use crate::key::{Key, folded};
use crate::look_alike::look;
use crate::lookup::other_names;
use crate::schema::Column;

/// What happened to a model in one run.
#[derive(Debug, Clone, Serialize)]
pub(in super::super) struct Event<'j> {
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

/// The models that a name typed on the command line means.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Meant {
    /// Those of that name, now or in an earlier run; where there is none, those of the one name that looks alike.
    pub models: BTreeSet<Key>,
    /// Names that look alike, where there are several and so none of them is meant.
    pub alike: Vec<String>,
}

impl Meant {
    /// The models of the journal that are meant by `name`, and by `developer` where that is given.
    pub fn of(
        entries: &[JournalEntry<'_>],
        aliases: &Aliases<'_>,
        name: &str,
        developer: Option<&str>,
    ) -> Meant {
        // Every key of the journal, with the model that it stands for today and the name as it is written.
        let mut journal: BTreeMap<Key, (Key, &str)> = BTreeMap::new();
        for entry in entries {
            for change in entry.changes.groups().flat_map(|(_, changes)| changes) {
                let key = change.key();
                let model = aliases.resolve(&key).into_owned();
                journal.entry(key).or_insert((model, &change.name));
            }
        }
        let (wanted, wanted_developer) = (folded(name), developer.map(folded));
        let others = other_names(aliases, &wanted, wanted_developer.as_deref());
        let is_same = |key: &Key| {
            let developer = wanted_developer.as_ref();
            key.name == wanted && developer.is_none_or(|developer| key.developer == *developer)
        };
        let same = journal
            .iter()
            .filter(|(key, (model, _))| is_same(key) || is_same(model) || others.contains(model));
        let models: BTreeSet<Key> = same.map(|(_, (model, _))| model.clone()).collect();
        if !models.is_empty() {
            return Meant {
                models,
                ..Meant::default()
            };
        }
        let (name_look, developer_look) = (look(name), developer.map(look));
        let looks = |text: &str, wanted: &Option<String>| wanted.is_some() && look(text) == *wanted;
        let is_alike = |key: &Key| {
            let developer = developer_look.as_ref();
            looks(&key.name, &name_look)
                && developer.is_none_or(|developer| looks(&key.developer, developer))
        };
        let mut meant = Meant::default();
        for (key, (model, name)) in &journal {
            if is_alike(key) || is_alike(model) {
                meant.models.insert(model.clone());
                meant.alike.push((*name).to_owned());
            }
        }
        let names: BTreeSet<&str> = meant.models.iter().map(|model| &*model.name).collect();
        if names.len() <= 1 {
            meant.alike.clear();
        } else {
            meant.models.clear();
            meant.alike.dedup();
        }
        meant
    }
}

/// The events of these models under all their names, newest first, as the entries are.
pub(in super::super) fn events<'j>(
    entries: &'j [JournalEntry<'static>],
    aliases: &Aliases<'_>,
    models: &BTreeSet<Key>,
) -> Vec<Event<'j>> {
    let is_meant = |change: &ModelChange<'_>| models.contains(&*aliases.resolve(&change.key()));
    let mut events = Vec::new();
    // Every refresh repeats a state (orphaned, drifted, …). It is listed only where the refresh before did not have it.
    let mut told: HashMap<(&str, Key), &ModelChange<'_>> = HashMap::new();
    for (place, entry) in entries.iter().enumerate().rev() {
        let mut telling = HashMap::new();
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
                if !is_state || told.get(&state) != Some(&change) {
                    of_entry.push(Event {
                        run: place + 1,
                        at: &entry.at,
                        mode: &entry.mode,
                        by: entry.by.as_deref(),
                        event,
                        change,
                    });
                }
                telling.insert(state, change);
            }
        }
        if entry.is_refresh() {
            told = telling;
        }
        events.extend(of_entry.into_iter().rev());
    }
    events.reverse();
    events
}

fn event_name(group: &'static str, change: &ModelChange<'_>) -> &'static str {
    match change.field(Column::Verified) {
        Some(mark) if mark.to.trim().eq_ignore_ascii_case("y") => "verified",
        Some(mark) if !mark.from.trim().is_empty() => "unverified",
        _ => group,
    }
}
