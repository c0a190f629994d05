//! Cleans up after killed runs and journals their changes, under the lock and before anything else is read.

use std::borrow::Cow;
use std::collections::HashSet;

use anyhow::Result;
use tracing::error;

use super::load::{self, Files};
use crate::changes::Changes;
use crate::config::Config;
use crate::dataset::{AliasColumn, Dataset, DecisionColumn, Record, Table};
use crate::journal::{self, JournalEntry, RECOVERED};
use crate::key::Key;
use crate::plan::{FileChange, Summary};
use crate::schema::Columns;
use crate::store::{self, Lock, OldFile, Snapshot};

/// A run may have been killed after it had replaced some files. Its changes are journalled, and then the old files are removed. An old file
/// that cannot be compared with the new one is kept. The old decisions are put back where the run only took lines away and did not reach
/// the dataset, so that its command can be given again.
pub(super) fn recover(config: &Config, lock: &Lock) -> Result<()> {
    let paths = &config.paths;
    let old_datasets = store::recover(lock, &paths.dataset)?;
    let old_decisions = store::recover(lock, &paths.decisions)?;
    let old_aliases = store::recover(lock, &paths.aliases)?;
    if old_datasets.is_empty() && old_decisions.is_empty() && old_aliases.is_empty() {
        return Ok(());
    }
    let files = Files::read(config)?;
    // The command itself reports a file that is refused. The old files stay until somebody has repaired it.
    let Ok(aliases) = files.aliases() else {
        return Ok(());
    };
    let (Ok(today), Ok(decisions)) = (files.dataset(&aliases), files.decisions(&aliases)) else {
        return Ok(());
    };
    let now = files.dataset.bytes.as_deref();
    let recovery = Recovery {
        config,
        lock,
        journal: load::journal(&paths.journal)?,
        summary: Summary::of_rows(&today.rows),
        is_dataset_replaced: old_datasets.iter().any(|old| Some(&*old.bytes) != now),
    };
    for old in &old_decisions {
        recovery.recover_lines::<DecisionColumn>(old, true)?;
    }
    for old in &old_aliases {
        recovery.recover_lines::<AliasColumn>(old, false)?;
    }
    // The dataset comes last, because the last entry counts the marked rows.
    for old in &old_datasets {
        let Ok(then) = Dataset::parse(&old.bytes) else {
            old.keep()?;
            continue;
        };
        let then = then.with_aliases(&aliases);
        let mut changes = Changes::between(&then, &today);
        let is_dismissed = |key: &Key| decisions.dismissal(&aliases.resolve(key)).is_some();
        let dismissed = changes
            .removed
            .extract_if(.., |one| is_dismissed(&one.key()));
        changes.dismissed = dismissed.collect();
        let mut marked = Some([then.marked(), today.marked()]);
        // Where a person has changed the file since, new rows may be theirs, and missing marks must still stop the next refresh.
        if !now.is_some_and(|now| old.was_replaced_by(now)) {
            changes.added.clear();
            marked = None;
        }
        recovery.journal(old, changes, marked)?;
    }
    Ok(())
}

/// What is needed to journal the changes that an old file shows.
struct Recovery<'r> {
    config: &'r Config,
    lock: &'r Lock,
    /// The journal as it was before the recovery.
    journal: Vec<JournalEntry<'static>>,
    /// The counts of today's rows.
    summary: Summary,
    is_dataset_replaced: bool,
}

impl Recovery<'_> {
    fn recover_lines<C: Columns>(&self, old: &OldFile<'_>, are_decisions: bool) -> Result<()> {
        let now = Snapshot::read(&old.target)?.bytes.unwrap_or_default();
        let parsed = (Table::parse::<C>(&old.bytes), Table::parse::<C>(&now));
        let (Ok((then, old_lines)), Ok((today, new_lines))) = parsed else {
            return old.keep();
        };
        // Unchanged lines are left out, so that no line is compared with an unchanged one that has the same key.
        let added_lines = missing_from(&old_lines, &new_lines);
        let mut change = FileChange::of(&then, missing_from(&new_lines, &old_lines).into_iter());
        change.remove(|line| added_lines.iter().all(|new| today.key(new) != *line.key));
        let places = today.header.places_of(then.header.names());
        for line in &added_lines {
            let record = change.line(&today.key(line));
            for (then, now) in places.iter().enumerate() {
                record.set(then, now.map_or("", |now| line.cell(now)).into());
            }
        }
        let mut changes = Changes::default();
        if are_decisions {
            changes.decisions = change.changes();
        } else {
            changes.aliases = change.changes();
        }
        let took_lines_away = are_decisions && !change.removed.is_empty();
        if took_lines_away && !self.is_dataset_replaced && self.retain_unjournalled(&mut changes) {
            // The killed run did not reach the dataset. With new lines or a person's edit in the file, the old one is kept, not put back.
            if !added_lines.is_empty() || !old.was_replaced_by(&now) {
                return old.keep();
            }
            error!(
                "{}: the previous run was cut short; the lines that it removed are restored, so run its command again",
                old.target.display()
            );
            return old.put_back(&now);
        }
        self.journal(old, changes, None)
    }

    /// Removes the changes that the journal has already, and says whether any are left.
    fn retain_unjournalled(&self, changes: &mut Changes<'_>) -> bool {
        if let Some(last) = self.journal.first() {
            changes.remove_journalled(&last.changes);
        }
        changes.groups().any(|(_, group)| !group.is_empty())
    }

    /// Journals the changes that the journal does not have yet, and removes the old file. `marked` is how many rows were marked before the
    /// changes and after them; where it is `None`, the last count stays.
    fn journal(
        &self,
        old: &OldFile<'_>,
        mut changes: Changes<'_>,
        marked: Option<[usize; 2]>,
    ) -> Result<()> {
        if self.retain_unjournalled(&mut changes) {
            let (last, changes) = (self.journal.first(), Cow::Owned(changes));
            let at = journal::moment_of_next(self.config.now, &self.journal);
            let entry = JournalEntry {
                by: whoami::username().ok(),
                marked: last.map(|last| match marked {
                    Some([before, after]) => last.marked_after(before, after),
                    None => last.marked(),
                }),
                ..JournalEntry::new(at, RECOVERED, self.summary, changes)
            };
            let journal = &self.config.paths.journal;
            store::write(self.lock, Vec::new(), None, journal, |_| entry.line())?.end(|| {})?;
            // A quiet run prints this, too, because the killed run may have been about to commit, which this one does not do.
            error!(
                "{}: the previous run was cut short; its changes are now in the journal, as `recovered`; this run does not commit them",
                old.target.display()
            );
        }
        old.remove_and_report()
    }
}

/// The `lines` whose bytes are not among `others`.
fn missing_from<'l, 'a>(others: &[Record<'_>], lines: &'l [Record<'a>]) -> Vec<&'l Record<'a>> {
    let others: HashSet<&str> = others.iter().map(|line| line.raw).collect();
    let mut left: Vec<_> = lines.iter().collect();
    left.retain(|line| !others.contains(line.raw));
    left
}
