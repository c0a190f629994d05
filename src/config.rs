//! The configuration that every command needs, resolved once from arguments and environment. It does not depend on any command.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::ValueEnum;
use indicatif::ProgressBar;

use crate::terminal::Screen;

/// The configuration that every command needs.
#[derive(Debug, Clone)]
pub struct Config {
    pub(crate) paths: Paths,
    /// The data directory, if the flag was given. Commands printed for pasting then include it.
    pub data_dir: Option<String>,
    /// How the result is printed.
    pub format: Format,
    /// Whether only errors and the requested output are printed.
    pub is_quiet: bool,
    /// The screen that text is laid out for.
    pub screen: Screen,
    pub(crate) now: DateTime<Utc>,
    /// The progress of a long run, shown at a terminal.
    pub progress: ProgressBar,
}

/// The files of a data directory (behaviour §1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The data directory.
    pub(crate) directory: PathBuf,
    /// The stage-2 estimates, read only.
    pub estimates: PathBuf,
    pub(crate) dataset: PathBuf,
    pub(crate) decisions: PathBuf,
    pub(crate) aliases: PathBuf,
    pub(crate) journal: PathBuf,
}

impl Paths {
    /// The files below `directory`.
    pub fn below(directory: &Path) -> Paths {
        Paths {
            directory: directory.to_owned(),
            estimates: directory.join("estimated/estimated_models.json"),
            dataset: directory.join("clean/above_1e25_flop.csv"),
            decisions: directory.join("clean/decisions.csv"),
            aliases: directory.join("clean/aliases.csv"),
            journal: directory.join("clean/above_1e25_flop.history.jsonl"),
        }
    }
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs: JSON
    Json,
    /// For spreadsheets: the output of `list`, `compare` and `export`
    Csv,
}
