//! Refreshes the curated dataset of AI models trained with more than 1e25 FLOP from an automated pipeline's latest estimates, and never
//! touches what a person wrote.
//!
//! Data flows one way. Each stage takes the value of the stage before it and passes on a new one; only the first and the last touch files:
//!
//! ```text
//! estimated_models.json ─ load ─► dedup ─► classify ─┐
//! decisions.csv, aliases.csv ─── load ───────────────┼─► plan ─► render ─► apply │ preview ─► report
//! above_1e25_flop.csv ─── load ──────────────────────┘                  └─► journal
//! ```
//!
//! A refresh without files, which turns two texts into a third:
//!
//! ```
//! use core_dataset::dataset::{Aliases, Dataset, Decisions};
//! use core_dataset::estimates::{Estimates, Latest};
//! use core_dataset::{plan, render::render};
//!
//! let json = r#"{"models": [{"name": "a", "developer": "d", "training_flop": 6e25}]}"#;
//! let csv = "name,developer,verified,training_flop\nb,d,y,3.60E+25\n";
//!
//! let estimates = Estimates::parse(json.as_bytes()).map_err(|refused| refused.message)?;
//! let dataset = Dataset::parse(csv.as_bytes())?;
//! let (aliases, decisions) = (Aliases::absent(), Decisions::absent());
//! let latest = Latest::of(&estimates, &aliases);
//! let plan = plan::refresh(&dataset, &decisions, &latest);
//! let text = String::from_utf8(render(&plan))?;
//! assert!(text.contains("\na,d,,6e+25,"));
//! assert!(text.contains("\nb,d,y,3.60E+25,"), "a verified row keeps its bytes");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Comments cite the source of a rule: behaviour §5, for example, is that section of the specification, `design/behaviour.md`, which is
//! kept beside this repository.
//!
//! The [`plan`] is the only thing that preview, writing, journal and report share. The clock is read once, with the arguments.
//!
//! | modules | contents |
//! |---|---|
//! | `cli`, `config`, `clock`, `commands` | the command line, what every command needs, and a module for each command |
//! | `estimates`, `dataset` | the files that are read: the estimates, and the CSV files whose rows keep their bytes |
//! | `plan`, `changes`, `render` | what a run will do, how that is reported and journalled, and the files that it produces |
//! | `store`, `journal`, `git` | how files are locked, replaced and recovered; the journal; merges and commits |
//! | `report`, `terminal`, `page` | the text that a run prints, the tools for printing text, and the HTML page |
//! | `epoch` | Epoch AI's public tables: read, matched with ours, compared, written |
//! | `key`, `look_alike`, `lookup` | which model is which, which look alike, and which one a typed name means |
//! | `schema`, `flop`, `dates`, `parameters`, `sources` | columns, vocabularies, and the forms of the values in cells |
//! | `text`, `notes`, `paste`, `ordered_map`, `parallel` | general tools |

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
mod notes;
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
mod store;
mod terminal;
pub mod text;

pub use store::ignore_file_size_signal;
pub use terminal::Messages;
