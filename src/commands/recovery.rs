//! Puts in order what killed runs left, under the lock and before anything else is read: what they changed is journalled.

use std::borrow::Cow;
use std::collections::HashSet;

use anyhow::Result;
use tracing::{error, warn};

use super::load::{self, Files};
use crate::changes::Changes;
use crate::config::Config;
use crate::dataset::{AliasColumn, Aliases, Dataset, DecisionColumn, Decisions, Record, Table};
use crate::journal::{self, JournalEntry, RECOVERED};
use crate::plan::{FileChange, Summary};
use crate::schema::Columns;
use crate::store::{self, Lock, OldFile, Snapshot};

/// A run may have been killed when it had replaced some files and was not done yet. What it changed is journalled, and then the old files
/// are removed. An old file that cannot be compared with the new one is kept. An old file of decisions is put back where the run did
/// nothing else, so that its command can be given again.
pub(super) fn recover(config: &Config, lock: &Lock) -> Result<()> {
    let paths = &config.paths;
    let old_datasets = store::recover(lock, &paths.dataset)?;
    let old_decisions = store::recover(lock, &paths.decisions)?;
    let old_aliases = store::recover(lock, &paths.aliases)?;
    if old_datasets.is_empty() && old_decisions.is_empty() && old_aliases.is_empty() {
        return Ok(());
    }
    let files = Files::read(config)?;
    // A file that is refused is refused with its own message. The old files stay until somebody has mended it.
    let Ok(aliases) = files.aliases() else {
        return Ok(());
    };
    let (Ok(today), Ok(decisions)) = (files.dataset(&aliases), files.decisions(&aliases)) else {
        return Ok(());
    };
    let recovery = Recovery {
        config,
        lock,
        files: &files,
        today: &today,
        decisions: &decisions,
        aliases: &aliases,
        journal: &load::journal(&paths.journal)?,
        is_dataset_replaced: old_datasets
            .iter()
            .any(|old| Some(&*old.bytes) != files.dataset.bytes.as_deref()),
    };
    for old in &old_decisions {
        recovery.recover_lines::<DecisionColumn>(old, true)?;
    }
    for old in &old_aliases {
        recovery.recover_lines::<AliasColumn>(old, false)?;
    }
    // The dataset comes last, because the last entry counts the marked rows.
    for old in &old_datasets {
        recovery.recover_dataset(old)?;
    }
    Ok(())
}

/// What is known when the old files of killed runs are put in order.
struct Recovery<'r> {
    config: &'r Config,
    lock: &'r Lock,
    files: &'r Files,
    today: &'r Dataset<'r>,
    decisions: &'r Decisions<'r>,
    aliases: &'r Aliases<'r>,
    /// The journal as it was before the recovery.
    journal: &'r [JournalEntry<'static>],
    is_dataset_replaced: bool,
}

impl Recovery<'_> {
    fn recover_dataset(&self, old: &OldFile<'_>) -> Result<()> {
        let Ok(then) = Dataset::parse(&old.bytes) else {
            return old.keep();
        };
        let then = then.with_aliases(self.aliases);
        let mut changes = Changes::between(&then, self.today);
        changes.dismissed = changes
            .removed
            .extract_if(.., |change| {
                let key = change.key();
                let model = self.aliases.resolve(&key);
                self.decisions.dismissal(&model).is_some()
            })
            .collect();
        // Where a person has changed the file since, rows may be theirs, and marks that are missing still stop the next refresh.
        let now = self.files.dataset.bytes.as_deref();
        let is_replaced = now.is_some_and(|now| old.was_replaced_by(now));
        if !is_replaced {
            changes.added.clear();
        }
        let marked = self.journal.first().map(|last| match is_replaced {
            true => last.marked_after(then.marked(), self.today.marked()),
            false => last.marked(),
        });
        self.journal(old, changes, marked)
    }

    fn recover_lines<C: Columns>(&self, old: &OldFile<'_>, are_decisions: bool) -> Result<()> {
        let now = Snapshot::read(&old.target)?.bytes.unwrap_or_default();
        let parsed = (Table::parse::<C>(&old.bytes), Table::parse::<C>(&now));
        let (Ok((then, olds)), Ok((today, news))) = parsed else {
            return old.keep();
        };
        // Lines that stayed are left out, so that of two lines with one key each is compared with itself.
        let news_left = lines_missing_from(&olds, &news);
        let mut change = FileChange::of(&then, lines_missing_from(&news, &olds).into_iter());
        change.remove(|line| news_left.iter().all(|new| today.key(new) != *line.key));
        let places = today.header.places_of(then.header.names());
        for line in &news_left {
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
        let took_lines_away = are_decisions && !change.gone.is_empty();
        if took_lines_away && !self.is_dataset_replaced && self.has_news(&mut changes) {
            // The killed run did not reach the dataset. Where a person has changed the file since, the old one is kept and not put back.
            if !news_left.is_empty() || !old.was_replaced_by(&now) {
                return old.keep();
            }
            error!(
                "{}: the run before was cut short; the lines that it took away are back, so run its command again",
                old.target.display()
            );
            return old.put_back(&now);
        }
        let marked = self.journal.first().map(JournalEntry::marked);
        self.journal(old, changes, marked)
    }

    /// Removes the changes that the journal has already, and says whether any are left.
    fn has_news(&self, changes: &mut Changes<'_>) -> bool {
        if let Some(last) = self.journal.first() {
            changes.leave_out(&last.changes);
        }
        changes.groups().any(|(_, group)| !group.is_empty())
    }

    /// Journals the changes that the journal does not have yet, with how many rows are marked, and removes the old file.
    fn journal(
        &self,
        old: &OldFile<'_>,
        mut changes: Changes<'_>,
        marked: Option<usize>,
    ) -> Result<()> {
        if self.has_news(&mut changes) {
            let summary = Summary::of_rows(&self.today.rows);
            let at = journal::moment_of_next(self.config.now, self.journal);
            let entry = JournalEntry {
                by: whoami::username().ok(),
                marked,
                ..JournalEntry::new(at, RECOVERED, summary, Cow::Owned(changes))
            };
            let journal = &self.config.paths.journal;
            store::write(self.lock, Vec::new(), None, journal, |_| entry.line())?.end(|| {})?;
            warn!(
                "{}: the run before was cut short; what it changed is in the journal now, as `recovered`",
                old.target.display()
            );
        }
        old.let_go()
    }
}

/// Those of `lines` whose bytes are not among `others`.
fn lines_missing_from<'l, 'a>(
    others: &[Record<'_>],
    lines: &'l [Record<'a>],
) -> Vec<&'l Record<'a>> {
    let others: HashSet<&str> = others.iter().map(|line| line.raw).collect();
    let mut left: Vec<_> = lines.iter().collect();
    left.retain(|line| !others.contains(line.raw));
    left
}
