//! The lock under which a command reads, plans and writes. What killed runs left is put in order under it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, Write};

use anyhow::Result;
use tracing::warn;

use super::execute::new_entry;
use super::load;
use crate::changes::{Changes, ModelChange};
use crate::config::Config;
use crate::dataset::{AliasColumn, Dataset, DecisionColumn, Record, Table};
use crate::journal::{JournalEntry, RECOVERED};
use crate::key::Key;
use crate::plan::{FileChange, Summary};
use crate::schema::Columns;
use crate::store::{self, Edit, JournalFile, Lock, OldFile, Snapshot};

/// Takes the lock. A dry run takes none.
pub(super) fn lock(config: &Config, dry_run: bool) -> Result<Option<Lock>> {
    if dry_run {
        return Ok(None);
    }
    let paths = &config.paths;
    let lock = Lock::acquire(&paths.dataset, || {
        const WAITING: &str = "another run holds the lock; waiting";
        config.progress.set_message(WAITING);
        // In a review the spinner has ended long ago.
        if config.progress.is_finished() {
            let _ = writeln!(io::stderr(), "{WAITING}");
        }
    })?;
    let recovered = store::recover(&lock, &[&paths.dataset, &paths.decisions, &paths.aliases])?;
    recovered.edits.iter().for_each(warn_of_edit);
    if !recovered.old_files.is_empty() {
        journal_old_files(config, &lock, recovered.old_files)?;
    }
    Ok(Some(lock))
}

fn warn_of_edit(edit: &Edit) {
    warn!(
        "{}: somebody saved this while a run that was killed replaced {}: compare the two",
        edit.kept.display(),
        edit.of.display()
    );
}

/// Runs were killed after they had replaced these files and before they were done: what changed is journalled, then the old files go.
/// One that cannot be compared with what took its place is kept, and one is put back where its command can be given again so.
fn journal_old_files(config: &Config, lock: &Lock, old_files: Vec<OldFile>) -> Result<()> {
    let paths = &config.paths;
    let dataset = Snapshot::read(&paths.dataset)?;
    let today = dataset.bytes.as_deref();
    // A dataset that is refused is refused with its own message. The old files stay until somebody has mended it.
    let Ok(today) = today.map_or(Ok(Dataset::absent()), Dataset::parse) else {
        return Ok(());
    };
    let journal = load::journal(&paths.journal)?;
    let recovery = Recovery {
        config,
        lock,
        today: &today,
        journal: &journal,
        is_dataset_replaced: old_files
            .iter()
            .any(|old| old.of == paths.dataset && Some(&old.bytes) != dataset.bytes.as_ref()),
    };
    for old in old_files {
        let of = old.of.clone();
        let now = Snapshot::read(&of)?.bytes.unwrap_or_default();
        let next = if of == paths.dataset {
            recovery.journal_rows(&old)?
        } else if of == paths.decisions {
            recovery.journal_lines::<DecisionColumn>(&old, &now)?
        } else {
            recovery.journal_lines::<AliasColumn>(&old, &now)?
        };
        match next {
            Next::Remove => old.remove()?.iter().for_each(warn_of_edit),
            Next::PutBack => {
                old.put_back(&now)?.iter().for_each(warn_of_edit);
                warn!(
                    "{}: the run before was killed; the lines that it took away are back, so give its command again",
                    of.display()
                );
            }
            Next::Keep => {
                let kept = old.keep()?;
                warn!(
                    "{}: a run that was killed replaced this with {}: compare the two",
                    kept.display(),
                    of.display()
                );
            }
        }
    }
    Ok(())
}

/// What becomes of an old file.
enum Next {
    /// The journal tells all of it.
    Remove,
    /// The killed run took lines away and did not get to the dataset. They are put back, so that its command can be given again.
    PutBack,
    /// It cannot be read, or a person has written in the other one since.
    Keep,
}

/// Journals what killed runs did.
struct Recovery<'r> {
    config: &'r Config,
    lock: &'r Lock,
    today: &'r Dataset<'r>,
    /// As it was before the recovery.
    journal: &'r [JournalEntry<'static>],
    is_dataset_replaced: bool,
}

impl Recovery<'_> {
    fn journal_rows(&self, old: &OldFile) -> Result<Next> {
        let Ok(then) = Dataset::parse(&old.bytes) else {
            return Ok(Next::Keep);
        };
        let mut changes = Changes::between(&then, self.today);
        changes.added.clear();
        self.journal(old, changes)
    }

    fn journal_lines<C: Columns>(&self, old: &OldFile, today: &[u8]) -> Result<Next> {
        let parsed = (Table::parse::<C>(&old.bytes), Table::parse::<C>(today));
        let (Ok((table, mut olds)), Ok((now, mut news))) = parsed else {
            return Ok(Next::Keep);
        };
        // Of two lines with one key, each is compared with itself.
        let raws: [HashSet<&str>; 2] =
            [&olds, &news].map(|lines| lines.iter().map(|line| line.raw).collect());
        olds.retain(|line| !raws[1].contains(line.raw));
        news.retain(|line| !raws[0].contains(line.raw));
        let keys: Vec<Key> = olds.iter().map(|line| key(&table, line)).collect();
        let new_keys: Vec<Key> = news.iter().map(|line| key(&now, line)).collect();
        let mut change = FileChange::of(&table, keys.iter().zip(&olds));
        change.remove(|line| !new_keys.contains(&line.key));
        for (key, line) in new_keys.iter().zip(&news) {
            let cells = table.header.names().enumerate();
            let cells = cells.map(|(place, name)| (place, cell(&now, line, name).into()));
            change.set(key, cells.collect());
        }
        let (mut changes, lines) = (Changes::default(), ModelChange::of_lines(&change));
        let are_decisions = old.of == self.config.paths.decisions;
        match are_decisions {
            true => changes.decisions = lines,
            false => changes.aliases = lines,
        }
        let are_taken_away = are_decisions && !change.gone.is_empty() && !self.is_dataset_replaced;
        if are_taken_away && self.has_news(&mut changes) {
            let is_as_written = news.is_empty() && old.was_replaced_by(today);
            return Ok(if is_as_written {
                Next::PutBack
            } else {
                Next::Keep
            });
        }
        self.journal(old, changes)
    }

    /// Leaves out what the journal tells already, and says whether anything is left.
    fn has_news(&self, changes: &mut Changes<'_>) -> bool {
        if let Some(last) = self.journal.first() {
            changes.leave_out(&last.changes);
        }
        let groups = [
            &changes.removed,
            &changes.updated,
            &changes.decisions,
            &changes.aliases,
        ];
        groups.iter().any(|group| !group.is_empty())
    }

    /// Writes an entry of what the journal does not tell yet.
    fn journal(&self, old: &OldFile, mut changes: Changes<'_>) -> Result<Next> {
        if !self.has_news(&mut changes) {
            return Ok(Next::Remove);
        }
        let rows = self.today.rows.iter();
        let summary = Summary::of(rows.map(|row| (row.mark, row.flop)));
        let entry = JournalEntry {
            // Marks that are missing since the last count still stop the next refresh.
            marked: load::before(self.journal).marked,
            ..new_entry(self.config, RECOVERED, summary, Cow::Owned(changes))
        };
        JournalFile::open(&self.config.paths.journal, self.lock)?.append(&entry.line()?)?;
        warn!(
            "{}: the run before was killed; what it changed is in the journal now, as `recovered`",
            old.of.display()
        );
        Ok(Next::Remove)
    }
}

fn cell<'c>(table: &Table<'_>, record: &'c Record<'_>, name: &str) -> &'c str {
    let place = table.header.find(name);
    place.map_or("", |place| record.cell(place))
}

fn key(table: &Table<'_>, record: &Record<'_>) -> Key {
    Key::new(
        cell(table, record, "name"),
        cell(table, record, "developer"),
    )
}
