//! Refreshes the curated dataset of AI models trained with more than 1e25 FLOP from an automated pipeline's latest estimates, and
//! never touches what a person wrote.
//!
//! Data goes one way. Each stage takes the value of the one before and hands on a new one; only the ends touch files:
//!
//! ```text
//! estimated_models.json ─ load ─► dedup ─► classify ─┐
//! decisions.csv, aliases.csv ─── load ───────────────┼─► plan ─► render ─► apply │ preview ─► report
//! above_1e25_flop.csv ─── load ──────────────────────┘                  └─► journal
//! ```
//!
//! A refresh without files, from two texts to a third:
//!
//! ```
//! use core_dataset::dataset::{Aliases, Dataset, Decisions};
//! use core_dataset::estimates::{Estimates, Latest};
//! use core_dataset::{plan, render::render};
//!
//! let json = r#"{"models": [{"name": "a", "developer": "d", "training_flop": 6e25}]}"#;
//! let csv = "name,developer,verified,training_flop\nb,d,y,3.60E+25\n";
//!
//! let estimates = Estimates::parse(json.as_bytes())?;
//! let dataset = Dataset::parse(csv.as_bytes())?;
//! let (aliases, decisions) = (Aliases::absent(), Decisions::absent());
//! let latest = Latest::of(&estimates, &aliases);
//! let plan = plan::refresh(&dataset, &decisions, &latest, false);
//! let text = String::from_utf8(render(&plan))?;
//! assert!(text.contains("\na,d,,6e+25,"));
//! assert!(text.contains("\nb,d,y,3.60E+25,"), "a verified row keeps its bytes");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The [`plan`] is the only thing that preview, writing, journal and report share. The clock is read once, with the arguments.

mod changes;
pub mod cli;
mod clock;
pub mod commands;
pub mod config;
pub mod dataset;
mod dates;
mod epoch;
pub mod estimates;
pub mod flop;
mod git;
mod journal;
pub mod key;
mod look_alike;
mod lookup;
mod ordered_map;
mod page;
mod parallel;
mod parameters;
mod paste;
pub mod plan;
pub mod render;
mod report;
mod schema;
mod sources;
pub mod store;
mod terminal;
pub mod text;
