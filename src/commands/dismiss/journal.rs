//! The rows that dismissals took out, as the journal has them.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ptr;

use crate::changes::ModelChange;
use crate::commands::curate::Known;
use crate::dataset::{DecisionColumn, DecisionLine};
use crate::journal::JournalEntry;
use crate::key::Key;
use crate::ordered_map::Map;

/// A row as the journal has it.
pub(super) type JournalRow = Map<'static, Cow<'static, str>>;

/// The rows that dismissals of a model took out.
#[derive(Default)]
pub(super) struct Left<'k> {
    /// Those that left last, mostly one: they return.
    pub last: Vec<&'k JournalRow>,
    /// Those that had left before, under the same decision, where a row came back in between.
    pub before: Vec<&'k JournalRow>,
}

/// What dismissals of a model took out; `None` where the journal has no dismissal. It is looked for under all names of the model at once,
/// and under the name of each line: where an alias joined two models since, it may be only the other one that was taken back.
pub(super) fn dismissed_rows<'k>(
    known: Known<'k>,
    model: &Key,
    lines: &[&DecisionLine<'_>],
) -> Option<Left<'k>> {
    let of_model = rows_that_left(known, lines, |key| *known.aliases.resolve(key) == *model);
    let of_lines = lines.iter();
    let of_lines = of_lines.map(|line| rows_that_left(known, &[line], |key| *key == line.key));
    let found: Vec<_> = of_model.into_iter().chain(of_lines.flatten()).collect();
    if found.is_empty() {
        return None;
    }
    let mut left = Left::default();
    for one in found {
        left.last.extend(one.last);
        left.before.extend(one.before);
    }
    // The same entry is found by several names.
    let mut seen = HashSet::new();
    left.last.retain(|row| seen.insert(ptr::from_ref(*row)));
    left.before.retain(|row| seen.insert(ptr::from_ref(*row)));
    Some(left)
}

/// The rows that the last dismissal took out.
///
/// The journal is newest first. The search begins at the entry that wrote one of the lines, because a clock that was wrong may have put
/// older runs above it. Of the entries above, only those count first that say nothing else of the model: there, a later run carried the
/// decision out. Where no row is found so, all entries above are searched.
fn rows_that_left<'k>(
    known: Known<'k>,
    lines: &[&DecisionLine<'_>],
    is_model: impl Fn(&Key) -> bool,
) -> Option<Left<'k>> {
    let search = Search { is_meant: is_model };
    let decided = lines.iter();
    let decided = decided.map(|line| known.decisions.cell(line, DecisionColumn::At));
    let decided: Vec<&str> = decided.filter(|at| !at.is_empty()).collect();
    let wrote_a_line = |entry: &JournalEntry<'_>| {
        let decisions = entry.changes.decisions.iter();
        let mut decisions = decisions.filter(|one| search.is_of(one));
        decisions.any(|one| match one.fields.get(DecisionColumn::At.into()) {
            Some(at) => decided.contains(&&*at.to),
            // Within one second the line was written again.
            None => !decided.is_empty() && !one.is_taken_back(),
        })
    };
    let wrote = known.journal.iter().position(wrote_a_line);
    let (above, from_there) = known.journal.split_at(wrote.unwrap_or(0));
    let carried_out = above.iter().filter(|entry| {
        !search.is_in(&entry.changes.decisions) && !search.is_in(&entry.changes.added)
    });
    let found = search.rows_that_left(carried_out.chain(from_there));
    if found.as_ref().is_some_and(|left| !left.last.is_empty()) {
        return found;
    }
    search.rows_that_left(above.iter()).or(found)
}

/// Looks through the journal for one model.
struct Search<I> {
    is_meant: I,
}

impl<I: Fn(&Key) -> bool> Search<I> {
    fn is_of(&self, change: &ModelChange<'_>) -> bool {
        (self.is_meant)(&change.key())
    }

    fn is_in(&self, changes: &[ModelChange<'_>]) -> bool {
        changes.iter().any(|change| self.is_of(change))
    }

    /// The rows that dismissals took out, in entries from the newest on. `None` where there is no dismissal since the model was last taken
    /// back, added or removed. A dismissed model may be dismissed again, with another word: then its row left before that.
    fn rows_that_left<'k>(
        &self,
        entries: impl Iterator<Item = &'k JournalEntry<'static>>,
    ) -> Option<Left<'k>> {
        let (mut found, mut is_dismissed) = (Left::default(), false);
        for entry in entries {
            let changes = &entry.changes;
            // Of a killed run the next one says which rows left, or only which line was written.
            let left = changes.removed.iter().filter(|_| entry.is_recovery());
            let left = changes.dismissed.iter().chain(left);
            let left = left.filter(|one| self.is_of(one));
            let left: Vec<_> = left.collect();
            let rows = left.iter().filter_map(|one| one.row.as_ref());
            match found.last.is_empty() {
                true => found.last.extend(rows),
                false => found.before.extend(rows),
            }
            let decisions = changes.decisions.iter();
            let decisions = decisions.filter(|one| self.is_of(one));
            let (back, standing): (Vec<_>, Vec<_>) = decisions.partition(|one| one.is_taken_back());
            is_dismissed |= !left.is_empty() || (entry.is_recovery() && !standing.is_empty());
            // Of several lines of a model that are joined one stands.
            let is_back = !back.is_empty() && standing.is_empty();
            if is_back || self.is_in(&changes.added) || self.is_in(&changes.removed) {
                break;
            }
        }
        is_dismissed.then_some(found)
    }
}
