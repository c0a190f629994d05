//! What happened to one model, run by run. Pure.

use serde::Serialize;

use crate::changes::ModelChange;
use crate::dataset::Aliases;
use crate::journal::JournalEntry;
use crate::key::Key;
use crate::lookup::Subject;

/// What happened to a model in one run.
#[derive(Debug, Clone, Serialize)]
pub(in crate::commands) struct Event<'j> {
    /// The number of the run, 1 being the newest.
    pub run: usize,
    pub at: &'j str,
    pub mode: &'j str,
    pub by: Option<&'j str>,
    /// The name of the group of changes.
    pub event: &'static str,
    #[serde(flatten)]
    pub change: &'j ModelChange<'static>,
}

/// Every model in the journal, under the name that it had then, so that it can be looked up by that name.
pub(super) fn subjects<'j>(
    entries: &'j [JournalEntry<'_>],
    aliases: &Aliases<'_>,
) -> Vec<Subject<'j>> {
    let groups = entries.iter().flat_map(|entry| entry.changes.groups());
    let changes = groups.flat_map(|(_, changes)| changes);
    let subject = |change: &'j ModelChange<'_>| {
        let model = change.key();
        Subject::new(&aliases.resolve(&model), &change.name, &change.developer)
    };
    changes.map(subject).collect()
}

/// The events of a model under all its names, newest first like the entries: what changed in its rows and in the decisions on it.
pub(in crate::commands) fn events<'j>(
    entries: &'j [JournalEntry<'static>],
    aliases: &Aliases<'_>,
    model: &Key,
) -> Vec<Event<'j>> {
    let mut events = Vec::new();
    for (run, entry) in (1..).zip(entries) {
        for (event, changes) in entry.changes.groups() {
            let of_model = changes.iter().filter(|change| {
                // A crossing is part of an update, which is listed anyway, and a state that every refresh reports again, such as drifted,
                // is no change.
                let is_change = event != "crossed"
                    && (!change.fields.is_empty()
                        || change.row.is_some()
                        || !change.rows.is_empty());
                is_change && *aliases.resolve(&change.key()) == *model
            });
            events.extend(of_model.map(|change| Event {
                run,
                at: &entry.at,
                mode: &entry.mode,
                by: entry.by.as_deref(),
                event,
                change,
            }));
        }
    }
    events
}
