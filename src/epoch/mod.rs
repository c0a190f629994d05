//! Reads Epoch AI's public tables of models with training compute, matches and compares them with our models, and exports our rows in
//! their form (behaviour §11). In these files "they" are Epoch AI. All functions are pure.

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

/// The page from which their current files can be downloaded.
pub const WHERE: &str = "https://epoch.ai/data";
