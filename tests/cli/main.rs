//! The built binary, held against the rules: each module a concern, each test a sentence.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)] // in a test, a panic is the message

mod desk;
mod invariants;
mod keeping;
mod merge;
mod output;
mod records;
mod recovery;
mod refusals;
mod reset;
mod sample;
mod shell;
mod support;
mod trust;
mod validate;
mod writing;
