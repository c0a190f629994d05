//! Refreshes the curated dataset of AI models trained with more than 1e25 FLOP from an automated pipeline's latest estimates, and
//! never touches what a person wrote.
//!
//! Data goes one way. Each stage takes the value of the one before and hands on a new one; only the ends touch files:
//!
//! ```text
//! estimated_models.json ─ estimates ─► dedup ─┐
//!                                             ├─► plan ─► render ─► store │ preview ─► report
//! above_1e25_flop.csv ─── dataset ────────────┘                      └─► journal
//! ```
//!
//! The [`plan`] is the only thing that preview, writing, journal and report share. The clock is read once, in `main`.

pub mod cli;
pub mod commands;
mod cores;
pub mod dataset;
pub mod dedup;
pub mod estimates;
pub mod flop;
pub mod history;
pub mod iso8601;
pub mod journal;
pub mod key;
pub mod lookup;
pub mod plan;
pub mod queue;
pub mod render;
pub mod report;

pub mod schema;
pub mod stats;
pub mod store;
pub mod text;
pub mod validate;
