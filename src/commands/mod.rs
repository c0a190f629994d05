//! The commands, one room each: its flags, its story and its text.
//!
//! They share how the files are loaded (`load`) and results printed (`print`), how a person's decisions become a plan (`curate`), and the
//! way from a plan to its end (`execute`), before which is put in order what killed runs left (`recovery`).

pub(crate) mod accept;
pub(crate) mod add;
pub(crate) mod alias;
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

/// How a run ended, as the process's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done,
    /// An error; nothing was written, but for what the message says: the dataset without its journal, or without its report.
    Error,
    /// Done, and a person should look: `--check` found pending changes, `reapply` conflicts, `validate` errors, or a check of `diff` or
    /// `compare` what it looks for.
    Findings,
    /// What git expects of a merge driver.
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

/// What an error says, and what to do where the system does not let the program read or write.
pub fn message(error: &Error) -> String {
    let is_denied = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::PermissionDenied);
    let next_step = if is_denied {
        "; `ls -ld` shows who may use the file and its directory: ask for the right, or run it as somebody who has it"
    } else {
        ""
    };
    format!("{error:#}{next_step}")
}

/// A usage error that a command finds only after its arguments are parsed; `cli` adds how the command is called.
fn usage(message: &str) -> Error {
    clap::Error::raw(ErrorKind::ArgumentConflict, message).into()
}
