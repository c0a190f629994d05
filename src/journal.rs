//! The audit journal: one JSON object a line for each run that wrote, beside the dataset. What left the dataset is in it.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, Result};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use crate::plan::{Plan, Summary};
use crate::report::Changes;

/// Who runs the program and when: read once, at the edge.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// The moment of the run.
    pub at: DateTime<Utc>,
    /// The user's login name, where it can be told.
    pub by: Option<String>,
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

/// Appends what a run did. Call it under the dataset's lock.
///
/// A last line that a crash has torn is closed first, so that the new one stands alone.
///
/// # Errors
/// When the journal cannot be opened, written or synced. The dataset is not affected.
pub fn append(
    journal: &Path,
    plan: &Plan<'_>,
    saved_at: Option<&str>,
    backup: Option<&Path>,
    occasion: &Occasion,
) -> Result<()> {
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
    write_line(journal, &entry).with_context(|| format!("{}: cannot be written", journal.display()))
}

fn write_line(journal: &Path, entry: &impl Serialize) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(journal)?;
    let mut out = BufWriter::with_capacity(1 << 16, &file);
    if is_torn(&mut &file)? {
        out.write_all(b"\n")?;
    }
    serde_json::to_writer(&mut out, entry)?;
    out.write_all(b"\n")?;
    out.flush()?;
    drop(out);
    file.flush()?;
    file.sync_all()
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
