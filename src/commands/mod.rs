//! The commands. Each has a module of its own, with its flags, its steps and its output.
//!
//! They share the code that cleans up after killed runs (`recovery`), loads files (`load`), turns a person's decisions into a plan
//! (`curate`), stops a plan that looks like a mistake (`brakes`), carries a plan out (`execute`), and prints results (`print`).

pub(crate) mod accept;
pub(crate) mod add;
pub(crate) mod alias;
mod brakes;
pub(crate) mod compare;
mod correction;
mod curate;
pub(crate) mod decide;
pub(crate) mod diff;
pub(crate) mod dismiss;
mod execute;
pub(crate) mod export;
pub(crate) mod git;
pub(crate) mod history;
pub(crate) mod list;
mod load;
pub(crate) mod page;
mod print;
pub(crate) mod reapply;
mod recovery;
pub(crate) mod refresh;
pub(crate) mod review;
pub(crate) mod shell;
pub(crate) mod show;
pub(crate) mod stats;
pub(crate) mod validate;
pub(crate) mod verify;

use std::io;

use anyhow::Error;
use clap::error::ErrorKind;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done,
    /// An error. Nothing was written, unless the message says otherwise: the dataset may be written without its journal entry or its
    /// report.
    Error,
    /// Done, and a person should look: `--check` found pending changes, `reapply` found conflicts, `validate` found errors, or a check of
    /// `diff` or `compare` found what it looks for.
    Findings,
    /// The exit code that git expects from its merge driver.
    Merge(u8),
}

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Error => 1,
            Exit::Findings => 3,
            Exit::Merge(code) => code,
        }
    }
}

/// The message of an error, with advice where the system denies access.
pub fn message(error: &Error) -> String {
    let is_denied = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::PermissionDenied);
    let next_step = if is_denied {
        "; `ls -ld` shows who may use the file and its directory: ask for permission, or run the program as somebody who has it"
    } else {
        ""
    };
    format!("{error:#}{next_step}")
}

/// A usage error that a command finds only after its arguments are parsed.
fn usage(message: &str) -> Error {
    clap::Error::raw(ErrorKind::ArgumentConflict, format!("{message}\n")).into()
}

/// The text of a `--note`, which may begin with a hyphen, such as `-5% margin`.
///
/// # Errors
/// When it is a single word that looks like a flag, because then the note was probably forgotten.
fn note(text: &str) -> Result<String, &'static str> {
    let begins = |c: char| c == '-' || c.is_alphabetic();
    let is_flag = text
        .strip_prefix('-')
        .is_some_and(|rest| rest.starts_with(begins));
    if is_flag && !text.contains(char::is_whitespace) {
        return Err("this looks like a flag; if it is the note, put a space before it");
    }
    Ok(text.to_owned())
}
