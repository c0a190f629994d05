//! The vocabulary of the dataset: its columns, confidence levels and statuses, spelled once for CSV, JSON, flags and reports.

use std::borrow::Cow;

use strum::{EnumString, IntoStaticStr, VariantArray, VariantNames};

use crate::flop::Flop;
use crate::parameters::whole_number;
use crate::text::is_same_text;

/// The columns that one of the program's CSV files must have or will be given.
pub trait Columns: Copy + VariantNames + Into<&'static str> {
    /// Their names, in the order of a new file.
    const NAMES: &'static [&'static str] = Self::VARIANTS;
    /// A file without one of these is refused.
    const REQUIRED: &'static [&'static str];
    /// The name of a column in older files, and its name today.
    const OLD_NAME: Option<(&'static str, &'static str)> = None;
    /// Whether the other columns of a file matter too. If so, no two of them may have the same name.
    const KEEPS_OTHERS: bool = true;
}

/// A column of the dataset, in the order of a new file (behaviour §7).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, VariantArray, VariantNames, EnumString, IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum Column {
    /// The model's name; the first half of the key.
    Name,
    /// Who trained the model; the second half of the key.
    Developer,
    /// The day of release, `YYYY-MM-DD`, or blank.
    ReleaseDate,
    /// The number of parameters, an integer, or blank.
    Parameters,
    /// Training compute in FLOP, the shortest text that reads back as the same double, or blank.
    TrainingFlop,
    /// Training compute in FLOP with two decimals, for human readers.
    TrainingFlopFormatted,
    Confidence,
    EstimationMethod,
    ThresholdClassification,
    Status,
    Reasoning,
    /// The sources of the estimate, joined with `; `.
    Sources,
    /// `y` once a person has verified the row.
    Verified,
    /// When the estimate was made, as the pipeline wrote it.
    LastUpdated,
    Notes,
}

impl Column {
    /// Every column, in the order of a new file.
    pub const ALL: &[Column] = <Column as VariantArray>::VARIANTS;

    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether its cells follow from the training FLOP, or say when the estimate was made.
    pub fn is_derived(self) -> bool {
        matches!(
            self,
            Column::TrainingFlopFormatted | Column::ThresholdClassification | Column::LastUpdated
        )
    }

    /// Whether it states a fact that a person may have looked up independently of the training FLOP (behaviour §5).
    pub fn is_fact(self) -> bool {
        matches!(
            self,
            Column::ReleaseDate | Column::Parameters | Column::Sources
        )
    }

    /// Whether two of its cells have the same value. Every spelling of one number is one number (behaviour §2).
    pub fn is_same(self, one: &str, other: &str) -> bool {
        let number = |text: &str| match self {
            Column::TrainingFlop | Column::TrainingFlopFormatted => {
                text.parse().ok().map(Flop::shortest)
            }
            Column::Parameters => whole_number(text).map(Cow::into_owned),
            _ => None,
        };
        is_same_text(one, other) || number(one).is_some_and(|one| number(other) == Some(one))
    }

    /// `verified` and `notes` belong to people: no estimate ever writes them.
    pub fn is_human(self) -> bool {
        matches!(self, Column::Verified | Column::Notes)
    }
}

/// The cells of a new or corrected row that follow from its training FLOP.
pub fn cells_of_flop(flop: Flop) -> [(Column, String); 2] {
    [
        (Column::TrainingFlopFormatted, flop.two_decimals()),
        (
            Column::ThresholdClassification,
            flop.class().name().to_owned(),
        ),
    ]
}

impl Columns for Column {
    /// Without these there is no key, or no way to tell what a person verified.
    const REQUIRED: &'static [&'static str] = &["name", "developer", "verified"];
    const OLD_NAME: Option<(&'static str, &'static str)> = Some(("model", "name"));
}

/// Columns of the pipeline's earlier files. They are outside the schema, but hold no human text.
const EARLIER_COLUMNS: [&str; 4] = [
    "parameter_source",
    "confidence_explanation",
    "alternative_methods",
    "blacklist_status",
];

/// Whether people write text in the column with this name: the notes, or a column of the owner's that has a name (behaviour §5).
pub fn is_text_column(name: &str) -> bool {
    let is_own = name.parse::<Column>().is_err() && !EARLIER_COLUMNS.contains(&name);
    name == Column::Notes.name() || (is_own && !name.is_empty())
}

/// How certain an estimate is. A more certain level compares as greater.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, VariantNames, EnumString, IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum Confidence {
    /// Little more than a guess; the level of a record that states none.
    Speculative,
    Low,
    Medium,
    High,
}

impl Confidence {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Where the pipeline places a model relative to 1e25 FLOP. "Above" means at or above it. "Confirmed" says how certain the pipeline is, not
/// that a person verified anything: that is [`Column::Verified`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    ConfirmedAbove,
    LikelyAbove,
    Uncertain,
    LikelyBelow,
    ConfirmedBelow,
}

impl Status {
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The status with this name, with or without the trailing `_1e25` of older files.
    pub fn from_name(name: &str) -> Option<Status> {
        name.strip_suffix("_1e25").unwrap_or(name).parse().ok()
    }

    /// The status of a record that states none (behaviour §2).
    pub fn derived(flop: Option<Flop>, confidence: Confidence) -> Status {
        match (flop, confidence) {
            (Some(flop), Confidence::High) if flop >= Flop::REGULATORY => Status::ConfirmedAbove,
            (Some(_), Confidence::High) => Status::ConfirmedBelow,
            (Some(flop), Confidence::Medium) if flop >= Flop::CANDIDATE => Status::LikelyAbove,
            (Some(_), Confidence::Medium) => Status::LikelyBelow,
            (Some(_), Confidence::Low | Confidence::Speculative) | (None, _) => Status::Uncertain,
        }
    }
}

/// The estimation method of a record that states none.
pub const DEFAULT_METHOD: &str = "manual_research";

/// The estimation methods that the pipeline and the curators use. Others are accepted, and `validate` reports them.
pub const KNOWN_METHODS: [&str; 7] = [
    "direct_calculation",
    "benchmark_based",
    "scaling_laws",
    DEFAULT_METHOD,
    "company_disclosure",
    "epoch_estimate",
    "known_specification",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_status_follows_from_confidence_and_flop() {
        for (flop, confidence, status) in [
            (1e25, Confidence::High, Status::ConfirmedAbove),
            (9e24, Confidence::High, Status::ConfirmedBelow),
            (5e24, Confidence::Medium, Status::LikelyAbove),
            (4e24, Confidence::Medium, Status::LikelyBelow),
            (9e26, Confidence::Low, Status::Uncertain),
            (0.0, Confidence::High, Status::Uncertain),
        ] {
            assert_eq!(Status::derived(Flop::new(flop), confidence), status);
        }
    }
}
