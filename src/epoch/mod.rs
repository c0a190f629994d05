//! Epoch AI's public tables of models with training compute (behaviour §11): read, matched with ours, compared, and written in their form.
//! "They" are Epoch AI throughout. All functions are pure.

mod comparison;
mod entry;
mod export;
mod matching;
mod ours;
mod read;
mod suggest;

pub use comparison::Comparison;
pub use entry::{Category, Entry, Match};
pub use export::{HEADER, export};
pub use ours::Ours;
pub use read::{PublicTable, TheirConfidence, Theirs};

/// Where their current files can be downloaded.
pub const WHERE: &str = "https://epoch.ai/data";
