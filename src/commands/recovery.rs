//! What killed runs left is put in order under the lock, before anything else is read: what they changed is journalled.

use std::borrow::Cow;
use std::collections::HashSet;

use anyhow::Result;
use tracing::warn;

use super::load;
use crate::changes::Changes;
use crate::config::Config;
use crate::dataset::{AliasColumn, Aliases, Dataset, DecisionColumn, Record, Table};
use crate::journal::{self, JournalEntry, RECOVERED};
use crate::key::Key;
use crate::plan::{FileChange, Summary};
use crate::schema::Columns;
use crate::store::{self, Lock, OldFile, Snapshot};

/// Runs may have been killed after they had replaced files and before they were done: what changed is journalled, then the old files go.
/// One that cannot be compared with what took its place is kept, and one is put back where its command can be given again so.
pub(super) fn recover(config: &Config, lock: &Lock) -> Result<()> {
    let paths = &config.paths;
    let old_files = store::recover(lock, &[&paths.dataset, &paths.decisions, &paths.aliases])?;
    if old_files.is_empty() {
        return Ok(());
    }
    let dataset = Snapshot::read(&paths.dataset)?.bytes;
    // A dataset that is refused is refused with its own message. The old files stay until somebody has mended it.
    let Ok(today) = load::parse_dataset(dataset.as_deref(), &Aliases::absent()) else {
        return Ok(());
    };
    let recovery = Recovery {
        config,
        lock,
        today: &today,
        journal: &load::journal(&paths.journal)?,
        is_dataset_replaced: old_files
            .iter()
            .any(|old| old.of == paths.dataset && Some(&old.bytes) != dataset.as_ref()),
    };
    for old in &old_files {
        if old.of == paths.dataset {
            recovery.recover_dataset(old)?;
        } else if old.of == paths.decisions {
            recovery.recover_lines::<DecisionColumn>(old)?;
        } else {
            recovery.recover_lines::<AliasColumn>(old)?;
        }
    }
    Ok(())
}

/// What is known when the old files of killed runs are put in order.
struct Recovery<'r> {
    config: &'r Config,
    lock: &'r Lock,
    today: &'r Dataset<'r>,
    /// As it was before the recovery.
    journal: &'r [JournalEntry<'static>],
    is_dataset_replaced: bool,
}

impl Recovery<'_> {
    fn recover_dataset(&self, old: &OldFile) -> Result<()> {
        let Ok(then) = Dataset::parse(&old.bytes) else {
            return old.keep();
        };
        let mut changes = Changes::between(&then, self.today);
        changes.added.clear();
        if self.has_news(&mut changes) {
            self.journal(old, changes)?;
        }
        old.remove()
    }

    fn recover_lines<C: Columns>(&self, old: &OldFile) -> Result<()> {
        let now = Snapshot::read(&old.of)?.bytes.unwrap_or_default();
        let parsed = (Table::parse::<C>(&old.bytes), Table::parse::<C>(&now));
        let (Ok((then, mut olds)), Ok((today, mut news))) = parsed else {
            return old.keep();
        };
        // Lines that stayed are left out: of two with one key, each is compared with itself.
        let old_raws: HashSet<&str> = olds.iter().map(|line| line.raw).collect();
        let new_raws: HashSet<&str> = news.iter().map(|line| line.raw).collect();
        olds.retain(|line| !new_raws.contains(line.raw));
        news.retain(|line| !old_raws.contains(line.raw));
        let old_keys: Vec<Key> = olds.iter().map(|line| key(&then, line)).collect();
        let new_keys: Vec<Key> = news.iter().map(|line| key(&today, line)).collect();
        let mut change = FileChange::of(&then, old_keys.iter().zip(&olds));
        change.remove(|line| !new_keys.contains(&line.key));
        for (key, line) in new_keys.iter().zip(&news) {
            let cells = then
                .header
                .names()
                .map(|name| today.header.cell_named(line, name).to_owned());
            change.line(key).cells = cells.collect();
        }
        let lines = change.changes();
        let mut changes = Changes::default();
        let are_decisions = old.of == self.config.paths.decisions;
        if are_decisions {
            changes.decisions = lines;
        } else {
            changes.aliases = lines;
        }
        if self.has_news(&mut changes) {
            if are_decisions && !change.gone.is_empty() && !self.is_dataset_replaced {
                // The killed run took lines away and did not get to the dataset. Where a person has written in the file since, the old
                // one is only kept.
                if !news.is_empty() || !old.was_replaced_by(&now) {
                    return old.keep();
                }
                warn!(
                    "{}: the run before was killed; the lines that it took away are back, so give its command again",
                    old.of.display()
                );
                return old.put_back(&now);
            }
            self.journal(old, changes)?;
        }
        old.remove()
    }

    /// Leaves out what the journal tells already, and says whether anything is left.
    fn has_news(&self, changes: &mut Changes<'_>) -> bool {
        if let Some(last) = self.journal.first() {
            changes.leave_out(&last.changes);
        }
        [
            &changes.removed,
            &changes.updated,
            &changes.decisions,
            &changes.aliases,
        ]
        .iter()
        .any(|group| !group.is_empty())
    }

    fn journal(&self, old: &OldFile, changes: Changes<'_>) -> Result<()> {
        let summary = Summary::of_rows(&self.today.rows);
        let entry = JournalEntry {
            // Marks that are missing since the last count still stop the next refresh.
            marked: journal::before(self.journal).marked,
            ..JournalEntry::new(self.config.now, RECOVERED, summary, Cow::Owned(changes))
        };
        let journal = &self.config.paths.journal;
        store::write(self.lock, Vec::new(), None, journal, |_| entry.line())?.finish()?;
        warn!(
            "{}: the run before was killed; what it changed is in the journal now, as `recovered`",
            old.of.display()
        );
        Ok(())
    }
}

fn key(table: &Table<'_>, record: &Record<'_>) -> Key {
    let [name, developer] = table.header.key_places().map(|place| record.cell(place));
    Key::new(name, developer)
}
