//! Git: merges rows by key, shows them cell by cell, and commits what a run wrote.
//!
//! The merge is pure: three tables in, one out ([`merge()`]), each row decided by the [`rules`]. Everything else is done by the `git` on
//! the PATH, so that configuration, hooks, signing and identity are git's own.

mod commit;
mod kind;
mod merge;
mod message;
mod program;
mod rules;
mod setup;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)] // in a test, a panic is the message
mod tests;
mod textconv;

pub use commit::Commit;
pub use kind::Kind;
pub use merge::{Markers, Merged, merge};
pub use message::message;
pub use program::{merge_file, revision};
pub use setup::{Setup, setup};
pub use textconv::textconv;
