//! The audit journal beside the dataset: one line with a JSON object for each run that wrote something. It includes the rows that left the
//! dataset. The format is defined, written and read here.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;

use anyhow::Result;
use chrono::{DateTime, Datelike, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::changes::Changes;
use crate::dates;
use crate::plan::{Mode, Summary};
use crate::text::is_conflict_marker;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct JournalEntry<'a> {
    /// When the entry was made, in UTC.
    pub at: String,
    pub mode: String,
    /// Who ran it, if that is known.
    pub by: Option<String>,
    #[serde(default)]
    pub version: String,
    pub estimates_saved_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<String>,
    /// How many rows were verified or protected after the run. Entries from earlier versions state this only in their summary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked: Option<usize>,
    /// How many rows were at or above 1e25 FLOP after the run. Entries from earlier versions do not state it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_or_above_1e25: Option<usize>,
    pub summary: Summary,
    pub changes: Cow<'a, Changes<'a>>,
}

/// The mode of an entry written for a run that was killed before it could write its own.
pub const RECOVERED: &str = "recovered";

impl<'a> JournalEntry<'a> {
    /// An entry with the time from [`moment_of_next`] and without the optional fields.
    pub fn new(
        at: DateTime<Utc>,
        mode: &str,
        summary: Summary,
        changes: Cow<'a, Changes<'a>>,
    ) -> JournalEntry<'a> {
        JournalEntry {
            at: at.to_rfc3339_opts(SecondsFormat::Millis, true),
            mode: mode.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary,
            changes,
            ..JournalEntry::default()
        }
    }

    /// Whether the run was a refresh or a reset, the runs in which rows follow the estimates.
    pub fn is_refresh(&self) -> bool {
        self.mode.parse().is_ok_and(Mode::follows_estimates)
    }

    /// How many rows were verified or protected after the run.
    pub fn marked(&self) -> usize {
        self.marked
            .unwrap_or(self.summary.verified + self.summary.protected)
    }

    /// The count of [`JournalEntry::marked`], adjusted for a later run that found `before` marked rows and left `after`. Only that run's
    /// changes are added and subtracted, so that the next refresh still notices marked rows that have gone missing since this entry.
    pub fn marked_after(&self, before: usize, after: usize) -> usize {
        (self.marked() + after).saturating_sub(before)
    }

    /// The entry as a line of the journal.
    ///
    /// # Errors
    /// None in practice: serialising to memory does not fail.
    pub fn line(&self) -> Result<Vec<u8>> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }
}

/// The time to state in the next entry of a journal with these entries, newest first. It is `now`, or just after the newest entry if that
/// states a later time: the clock of some machine was wrong, but the entry written last must still count as the last one.
pub fn moment_of_next(now: DateTime<Utc>, entries: &[JournalEntry<'_>]) -> DateTime<Utc> {
    let newest = entries.first().and_then(|entry| dates::moment(&entry.at));
    newest
        .map(|newest| newest.and_utc())
        .filter(|newest| *newest > now)
        .map_or(now, |newest| {
            let after = newest + TimeDelta::milliseconds(1);
            // A year with five digits could not be read back.
            if after.year() > 9999 { newest } else { after }
        })
}

/// The last refresh or reset among these entries, which are sorted newest first.
pub fn last_refresh<'e, 'a>(entries: &'e [JournalEntry<'a>]) -> Option<&'e JournalEntry<'a>> {
    entries.iter().find(|entry| entry.is_refresh())
}

/// The entries of a journal, newest first by the time that they state. If two entries state the same time, the later line comes first. A
/// line that occurs several times counts once, at its last place, because a merge may duplicate it. A line that cannot be read is passed to
/// `unreadable`, with its number and the reason.
pub fn entries(
    journal: &str,
    mut unreadable: impl FnMut(usize, &str),
) -> Vec<JournalEntry<'static>> {
    // Some editors put a byte order mark at the start.
    let journal = journal.strip_prefix('\u{feff}').unwrap_or(journal);
    let last: HashMap<&str, usize> = journal
        .lines()
        .enumerate()
        .map(|(place, line)| (line, place))
        .collect();
    let mut entries = Vec::new();
    for (place, line) in journal.lines().enumerate() {
        if line.trim().is_empty() || last[line] != place {
            continue;
        }
        match serde_json::from_str::<JournalEntry<'static>>(line) {
            Ok(entry) => entries.push(entry),
            Err(_) => unreadable(place + 1, unreadable_reason(line)),
        }
    }
    entries.reverse();
    entries.sort_by_cached_key(|entry| Reverse(dates::moment(&entry.at)));
    entries
}

fn unreadable_reason(line: &str) -> &'static str {
    let begins = |sign: &str| line.starts_with(sign);
    if is_conflict_marker(line) || begins("=======") || begins("|||||||") {
        "an unresolved merge: keep the entries of both sides, and remove git's markers"
    } else {
        "this line cannot be read, perhaps because a run was cut short, and is skipped; delete it, or restore it from git"
    }
}

/// Whether any entry counted rows, so that a missing dataset must have been deleted. A journal may count none, because a decision can come
/// before the first refresh.
pub fn has_counted_rows(entries: &[JournalEntry<'_>]) -> bool {
    entries.iter().any(|entry| entry.summary.total > 0)
}
