//! The audit journal: one JSON object a line for each run that wrote, beside the dataset. What left the dataset is in it. Written and
//! read here, in one format.

use std::borrow::Cow;
use std::fs::OpenOptions;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::changes::Changes;
use crate::plan::Summary;

/// What a run did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JournalEntry<'a> {
    /// When, in UTC.
    pub at: String,
    /// Which command wrote.
    pub mode: Cow<'a, str>,
    /// Who ran it, where that can be told.
    pub by: Option<String>,
    /// Which version of the program.
    #[serde(default)]
    pub version: Cow<'a, str>,
    /// Which estimates it read.
    pub estimates_saved_at: Option<Cow<'a, str>>,
    /// The backup made before a reset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<String>,
    /// What the dataset held afterwards.
    pub summary: Summary,
    /// What changed, by group.
    pub changes: Changes<'a>,
}

impl JournalEntry<'_> {
    /// The entry as a line of the journal.
    ///
    /// # Errors
    /// None that a correct build has: serialising to memory does not fail.
    pub fn line(&self) -> Result<Vec<u8>> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }
}

/// The entries of a journal, newest first; the lines that cannot be read are handed to `unreadable` by number, from 1.
pub fn entries(
    journal: &str,
    mut unreadable: impl FnMut(usize),
) -> impl Iterator<Item = JournalEntry<'static>> {
    let lines: Vec<&str> = journal.lines().collect();
    let lines = lines.into_iter().enumerate().rev();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .filter_map(move |(place, line)| {
            let entry = serde_json::from_str(line).ok();
            if entry.is_none() {
                unreadable(place + 1);
            }
            entry
        })
}

/// Appends a line. Call it under the dataset's lock.
///
/// A last line that a crash has torn is closed first, so that the new one stands alone.
///
/// # Errors
/// When the journal cannot be opened, written or synced. The dataset is not affected.
pub fn append(journal: &Path, line: &[u8]) -> Result<()> {
    let append = || -> io::Result<()> {
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(journal)?;
        if is_torn(&mut file)? {
            file.write_all(b"\n")?;
        }
        file.write_all(line)?;
        file.sync_all()
    };
    append().with_context(|| format!("{}: cannot be written", journal.display()))
}

/// Whether the last line has no end.
fn is_torn(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}
