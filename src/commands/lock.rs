//! The lock under which a command reads, plans and writes. What killed runs left is put in order under it.

use std::borrow::Cow;
use std::io::{self, Write};

use anyhow::Result;
use tracing::warn;

use super::execute::new_entry;
use super::load;
use crate::changes::{Changes, ModelChange};
use crate::config::Config;
use crate::dataset::{AliasColumn, Dataset, DecisionColumn, Record, Refusal, Table};
use crate::journal::RECOVERED;
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
/// One that cannot be compared with what took its place is kept.
fn journal_old_files(config: &Config, lock: &Lock, old_files: Vec<OldFile>) -> Result<()> {
    let paths = &config.paths;
    let dataset = Snapshot::read(&paths.dataset)?;
    let today = dataset.bytes.as_deref();
    // A dataset that is refused is refused with its own message. The old files stay until somebody has mended it.
    let Ok(today) = today.map_or(Ok(Dataset::absent()), Dataset::parse) else {
        return Ok(());
    };
    let recovery = Recovery {
        config,
        lock,
        summary: Summary::of(today.rows.iter().map(|row| (row.mark, row.flop))),
    };
    for old in old_files {
        let now = Snapshot::read(&old.of)?.bytes.unwrap_or_default();
        let journalled = if old.of == paths.dataset {
            recovery.journal_rows(&old, &today)?
        } else if old.of == paths.decisions {
            recovery.journal_lines::<DecisionColumn>(&old, &now, |decisions| Changes {
                decisions,
                ..Changes::default()
            })?
        } else {
            recovery.journal_lines::<AliasColumn>(&old, &now, |aliases| Changes {
                aliases,
                ..Changes::default()
            })?
        };
        if journalled.is_ok() {
            old.remove()?.iter().for_each(warn_of_edit);
            continue;
        }
        let of = old.of.clone();
        let kept = old.keep()?;
        warn!(
            "{}: a run that was killed replaced this with {}: compare the two",
            kept.display(),
            of.display()
        );
    }
    Ok(())
}

/// Journals what killed runs did.
struct Recovery<'r> {
    config: &'r Config,
    lock: &'r Lock,
    /// Of the dataset of today.
    summary: Summary,
}

impl Recovery<'_> {
    fn journal_rows(&self, old: &OldFile, today: &Dataset<'_>) -> Result<Result<(), Refusal>> {
        let then = match Dataset::parse(&old.bytes) {
            Ok(then) => then,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut changes = Changes::between(&then, today);
        changes.added.clear();
        self.journal(old, changes).map(Ok)
    }

    fn journal_lines<C: Columns>(
        &self,
        old: &OldFile,
        now: &[u8],
        group: for<'c> fn(Vec<ModelChange<'c>>) -> Changes<'c>,
    ) -> Result<Result<(), Refusal>> {
        let parsed =
            Table::parse::<C>(&old.bytes).and_then(|then| Ok((then, Table::parse::<C>(now)?)));
        let ((table, olds), (now, news)) = match parsed {
            Ok(parsed) => parsed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let cell = |table: &Table<'_>, record: &Record<'_>, name: &str| {
            table
                .header
                .find(name)
                .map_or_else(String::new, |place| record.cell(place).to_owned())
        };
        let key = |table, record| {
            Key::new(
                &cell(table, record, "name"),
                &cell(table, record, "developer"),
            )
        };
        let keys: Vec<Key> = olds.iter().map(|record| key(&table, record)).collect();
        let new_keys: Vec<Key> = news.iter().map(|record| key(&now, record)).collect();
        let mut change = FileChange::of(&table, keys.iter().zip(&olds));
        change.remove(|line| !new_keys.contains(&line.key));
        for (key, record) in new_keys.iter().zip(&news) {
            let cells = table.header.names().enumerate();
            let cells = cells.map(|(place, name)| (place, cell(&now, record, name).into()));
            change.set(key, cells.collect());
        }
        self.journal(old, group(Changes::of_lines(&change))).map(Ok)
    }

    /// Writes an entry of what the journal does not tell yet.
    fn journal(&self, old: &OldFile, mut changes: Changes<'_>) -> Result<()> {
        let path = &self.config.paths.journal;
        if let Some(last) = load::journal(path)?.first() {
            changes.leave_out(&last.changes);
        }
        let groups = [
            &changes.removed,
            &changes.updated,
            &changes.decisions,
            &changes.aliases,
        ];
        if groups.iter().all(|group| group.is_empty()) {
            return Ok(());
        }
        let entry = new_entry(self.config, RECOVERED, self.summary, Cow::Owned(changes));
        JournalFile::open(path, self.lock)?.append(&entry.line()?)?;
        warn!(
            "{}: the run before was killed; what it changed is in the journal now, as `recovered`",
            old.of.display()
        );
        Ok(())
    }
}
