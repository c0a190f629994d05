//! The audit journal beside the dataset: one line with a JSON object for each run that wrote something. Rows that left the dataset are in
//! it. The format is defined, written and read here.

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
    /// When, in UTC.
    pub at: String,
    pub mode: String,
    /// Who ran it, where that can be told.
    pub by: Option<String>,
    #[serde(default)]
    pub version: String,
    pub estimates_saved_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<String>,
    /// How many rows were verified or protected afterwards. Entries of earlier versions say so in their summary only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked: Option<usize>,
    /// How many rows were at or above 1e25 FLOP afterwards. Entries of earlier versions do not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_or_above_1e25: Option<usize>,
    pub summary: Summary,
    pub changes: Cow<'a, Changes<'a>>,
}

/// The mode of an entry written for a run that was killed before it could write its own.
pub const RECOVERED: &str = "recovered";

impl<'a> JournalEntry<'a> {
    /// An entry with the moment of [`moment_of_next`], without the parts that not every run has.
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

    /// Whether it was a refresh or a reset, the runs in which rows follow the estimates.
    pub fn is_refresh(&self) -> bool {
        self.mode.parse().is_ok_and(Mode::follows_estimates)
    }

    /// How many rows were verified or protected afterwards.
    pub fn marked(&self) -> usize {
        self.marked
            .unwrap_or(self.summary.verified + self.summary.protected)
    }

    /// The same after a later run that found so many and left so many. It adds and subtracts only its own changes, so that rows that are
    /// missing since this count are still noticed at the next refresh.
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

/// The moment of the next entry of a journal whose entries are given, newest first. It is now, or just after the newest entry where that
/// states a later moment: the clock of some machine was wrong, and the entry that is written last has to count as the last one.
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

/// The last refresh or reset among entries in the order newest first.
pub fn last_refresh<'e, 'a>(entries: &'e [JournalEntry<'a>]) -> Option<&'e JournalEntry<'a>> {
    entries.iter().find(|entry| entry.is_refresh())
}

/// The entries of a journal, newest first by the moment that they state. Where two entries state the same moment, the later line comes
/// first. A line that occurs twice counts once, at its last place, because a merge may double it. A line that cannot be read is handed to
/// `unreadable`, with its number and what is wrong with it.
pub fn entries(
    journal: &str,
    mut unreadable: impl FnMut(usize, &str),
) -> Vec<JournalEntry<'static>> {
    // Some editors put a byte order mark in front.
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
            Err(_) => unreadable(place + 1, what_is_wrong(line)),
        }
    }
    entries.reverse();
    entries.sort_by_cached_key(|entry| Reverse(dates::moment(&entry.at)));
    entries
}

/// What is wrong with a line that is no entry.
fn what_is_wrong(line: &str) -> &'static str {
    let begins = |sign: &str| line.starts_with(sign);
    if is_conflict_marker(line) || begins("=======") || begins("|||||||") {
        "an unresolved merge: keep the entries of both sides, and remove git's lines"
    } else {
        "this line cannot be read (torn by a crash?) and is passed over"
    }
}

/// Whether the journal tells of rows, so that a missing dataset must have been deleted. A journal without rows is possible, because a
/// decision may come before the first refresh.
pub fn had_rows(entries: &[JournalEntry<'_>]) -> bool {
    entries.iter().any(|entry| entry.summary.total > 0)
}
