//! Loads files, with errors that name file, line and remedy. Every command reads its files through this module; `validate` turns the errors
//! into findings.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Error, Result, anyhow, bail};
use chrono::TimeDelta;
use serde::Serialize;
use tracing::warn;

use crate::config::Config;
use crate::dataset::{Aliases, Dataset, Decisions, Refusal};
use crate::dates;
use crate::estimates::{Estimates, Fault, Refused};
use crate::journal::{self, JournalEntry};
use crate::store::{self, Snapshot};
use crate::terminal::bounded;
use crate::text::shown;

/// The bytes of a file that a person names; `-` is stdin. An error ends with the hint.
pub(super) fn named_file(path: &Path, hint: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = match path.to_str() {
        Some("-") => io::stdin().lock().read_to_end(&mut bytes),
        _ => File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    let cannot = |error| anyhow!("{}: cannot be read: {error}{hint}", path.display());
    read.map(|_| bytes).map_err(cannot)
}

/// The message of a command that needs a dataset where there is none.
pub(super) const NO_DATASET: &str =
    "there is no dataset; a refresh makes one from the estimates (restore a lost one from git)";

/// The message about a dataset that is missing although runs have written one.
pub(super) const DELETED: &str = "missing, although its journal exists: was it deleted? If so, restore it; \
    a new one would have no marks or human text";

/// The content of the estimates file. The outer error is that it is missing or cannot be read, the inner one that it is refused.
pub(super) fn estimates_file(config: &Config) -> Result<Result<Estimates, Refused>> {
    let path = &config.paths.estimates;
    config.progress.set_message("reading the estimates");
    if !store::is_present(path)? {
        bail!(
            "{}: missing; has the pipeline written it, and is this the data directory (--data-dir DIR or CORE_DATASET_DATA_DIR)?",
            path.display()
        );
    }
    File::open(path)
        .and_then(Estimates::read)
        .with_context(|| format!("{}: cannot be read", path.display()))
}

/// The estimates, with the aliases applied to their names. The error of a refused file names line and column.
pub(super) fn estimates(config: &Config, aliases: &Aliases<'_>) -> Result<Estimates> {
    let mut estimates = estimates_file(config)?.map_err(|refused| refusal(config, &refused))?;
    estimates.apply_aliases(aliases);
    Ok(estimates)
}

/// The error of estimates that are refused as a whole.
pub(super) fn refusal(config: &Config, refused: &Refused) -> Error {
    let first = refused.rejected.first().map_or_else(String::new, |of| {
        let fault = NamedFault {
            fault: REJECTED,
            of,
        };
        format!(", the first in line {}", fault.text())
    });
    anyhow!(
        "{}:{}:{}: {}{first}",
        config.paths.estimates.display(),
        refused.line,
        refused.column,
        refused.message
    )
}

/// The message about a `saved_at` that is not a date.
pub(super) fn unreadable_saved_at(value: &str) -> String {
    let value = bounded(value);
    format!("{value}: expected a date, such as 2025-08-15T20:32:45; it counts as absent")
}

/// How long ago the estimates were saved, where they say so.
pub(super) fn age(config: &Config, estimates: &Estimates) -> Option<TimeDelta> {
    let saved = dates::moment(estimates.saved_at.as_deref()?)?;
    Some(config.now.naive_utc() - saved)
}

/// Whether estimates of this age were saved in the future. Up to a day is tolerated: a clock in another time zone can be ahead by that.
pub(super) fn is_in_future(age: TimeDelta) -> bool {
    age < TimeDelta::days(-1)
}

/// The files that people edit, as they were read.
pub(super) struct Files {
    pub dataset: Snapshot,
    pub decisions: Snapshot,
    pub aliases: Snapshot,
}

type CuratedTables<'f> = (Dataset<'f>, Decisions<'f>, Aliases<'f>);

impl Files {
    pub fn read(config: &Config) -> Result<Files> {
        Ok(Files {
            dataset: Snapshot::read(&config.paths.dataset)?,
            decisions: Snapshot::read(&config.paths.decisions)?,
            aliases: Snapshot::read(&config.paths.aliases)?,
        })
    }

    /// Parses all three files. A missing file counts as an empty one.
    pub fn curated(&self) -> Result<CuratedTables<'_>> {
        let (decisions, aliases) = self.decisions_and_aliases()?;
        Ok((self.dataset(&aliases)?, decisions, aliases))
    }

    /// Like `curated`, but a missing dataset is an error.
    pub fn existing(&self) -> Result<CuratedTables<'_>> {
        if self.dataset.bytes.is_none() {
            bail!(
                "{}: {NO_DATASET}; --data-dir DIR or CORE_DATASET_DATA_DIR names another data directory",
                self.dataset.path.display()
            );
        }
        self.curated()
    }

    /// Parses the decisions and the aliases, and warns of the faults in the decisions.
    pub fn decisions_and_aliases(&self) -> Result<(Decisions<'_>, Aliases<'_>)> {
        let aliases = self.aliases()?;
        let decisions = self.decisions(&aliases)?;
        // These lines have no effect, or not the effect that they seem to have.
        for fault in &decisions.faults {
            let path = self.decisions.path.display();
            warn!("{path}:{}: {}", fault.line, shown(&fault.message));
        }
        Ok((decisions, aliases))
    }

    pub fn aliases(&self) -> Result<Aliases<'_>> {
        parsed(&self.aliases, Aliases::absent, Aliases::parse)
    }

    pub fn decisions(&self, aliases: &Aliases<'_>) -> Result<Decisions<'_>> {
        let parse = |bytes| Decisions::parse(bytes, aliases);
        parsed(&self.decisions, Decisions::absent, parse)
    }

    /// Parses the dataset. A missing file counts as an empty one.
    pub fn dataset(&self, aliases: &Aliases<'_>) -> Result<Dataset<'_>> {
        let dataset = parsed(&self.dataset, Dataset::absent, Dataset::parse)?;
        Ok(dataset.with_aliases(aliases))
    }

    /// The dataset that a reset replaces. A refused dataset is replaced as well, and then its rows are unknown.
    pub fn dataset_to_replace(&self, aliases: &Aliases<'_>) -> Dataset<'_> {
        let Some(bytes) = &self.dataset.bytes else {
            return Dataset::absent();
        };
        let dataset = Dataset::parse(bytes).unwrap_or_else(|refusal| {
            warn!(
                "{}:{refusal}. The reset goes on without its rows: they will be only in the backup",
                self.dataset.path.display()
            );
            Dataset::refused(bytes)
        });
        dataset.with_aliases(aliases)
    }
}

/// Parses a file. A missing file counts as an empty one. The error of a refused file says what to do about it.
pub(super) fn parsed<'s, T>(
    file: &'s Snapshot,
    absent: fn() -> T,
    parse: impl FnOnce(&'s [u8]) -> Result<T, Refusal>,
) -> Result<T> {
    let Some(bytes) = &file.bytes else {
        return Ok(absent());
    };
    parse(bytes).map_err(|refusal| {
        anyhow!(
            "{}:{refusal}. The file is untouched: repair it, or restore the last good version from git",
            file.path.display()
        )
    })
}

/// The `fault` of a record that breaks a rule.
const REJECTED: &str = "rejected";

/// A record or a field that breaks a rule, with a word for the consequence.
#[derive(Serialize)]
pub(super) struct NamedFault<'e> {
    /// `rejected` or `ignored_field`.
    pub fault: &'static str,
    #[serde(flatten)]
    pub of: &'e Fault,
}

impl NamedFault<'_> {
    /// Its line, its value, what was expected, and the consequence.
    pub fn text(&self) -> String {
        let fault = self.of;
        let Fault { field, reason, .. } = fault;
        let name = bounded(fault.name.as_deref().unwrap_or("(no name)"));
        let value = bounded(&fault.value);
        let what = match self.fault {
            REJECTED => "the record is rejected",
            _ => "the field is ignored, but the record counts",
        };
        let place = format!("{}: models[{}] {name}", fault.line, fault.index);
        format!("{place}: {field}: {value}: {reason}; {what}")
    }
}

/// Every record that is rejected, then every field that counts as absent.
pub(super) fn faults(estimates: &Estimates) -> impl Iterator<Item = NamedFault<'_>> {
    let fault = |fault| move |of| NamedFault { fault, of };
    let rejected = estimates.rejected.iter().map(fault(REJECTED));
    let ignored = estimates.ignored_fields.iter();
    rejected.chain(ignored.map(fault("ignored_field")))
}

/// The entries of the journal, newest first; none where there is no journal yet. Warns of lines that cannot be read.
pub(super) fn journal(path: &Path) -> Result<Vec<JournalEntry<'static>>> {
    journal_and_faults(path, |line, why| warn!("{}:{line}: {why}", path.display()))
}

/// Like `journal`, but hands the number of each line that cannot be read to `unreadable`, with the reason.
pub(super) fn journal_and_faults(
    path: &Path,
    unreadable: impl FnMut(usize, &str),
) -> Result<Vec<JournalEntry<'static>>> {
    let bytes = Snapshot::read(path)?.bytes.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    Ok(journal::entries(&text, unreadable))
}
