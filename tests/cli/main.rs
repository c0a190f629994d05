//! Tests of the built program, one module for each command or concern.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)] // A panic is how a test reports.

mod access;
mod brakes;
mod command_line;
mod crossings;
mod dataset_bytes;
mod dataset_refusals;
mod drift;
mod estimates;

mod facts;
mod history;
mod human_text;
mod invariants;
mod list;
mod locking;
mod merge;
mod orphans;
mod output_streams;
mod reapply;
mod recovery;
mod report;
mod reset;
mod sample;
mod saves_in_place;
mod shell;
mod stats;
mod support;
mod untrusted_input;
mod validate;
mod verify;
mod writing;
