//! The audit journal: one JSON object a line for each run that wrote, beside the dataset. What left the dataset is in it.

use std::fs::OpenOptions;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::LazyLock;

use anyhow::{Context, Result};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use crate::plan::{Plan, Summary};
use crate::report::Changes;

/// Who runs the program and when: read once, at the edge.
#[derive(Debug)]
pub struct Occasion {
    /// The moment of the run.
    pub at: DateTime<Utc>,
    /// The user's login name, where it can be told. To find out takes the system a while, so only a run that writes does.
    pub by: LazyLock<Option<String>>,
}

#[derive(Serialize)]
struct Entry<'r, 'p> {
    at: String,
    mode: &'static str,
    by: Option<&'r str>,
    version: &'static str,
    estimates_saved_at: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backup: Option<String>,
    summary: Summary,
    changes: Changes<'r, 'p>,
}

/// The line that says what a run did.
///
/// # Errors
/// None that a correct build has: serialising to memory does not fail.
pub fn line(
    plan: &Plan<'_>,
    saved_at: Option<&str>,
    backup: Option<&Path>,
    occasion: &Occasion,
) -> Result<Vec<u8>> {
    let entry = Entry {
        at: occasion.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        mode: plan.mode.name(),
        by: occasion.by.as_deref(),
        version: env!("CARGO_PKG_VERSION"),
        estimates_saved_at: saved_at,
        backup: backup
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned()),
        summary: Summary::of_lines(&plan.lines),
        changes: Changes {
            plan,
            whole_rows: true,
        },
    };
    let mut line = serde_json::to_vec(&entry)?;
    line.push(b'\n');
    Ok(line)
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
