//! The vocabulary of the dataset: its columns, confidence levels and statuses, spelled once for CSV, JSON, flags and reports.

use std::borrow::Cow;

use strum::{EnumString, IntoStaticStr, VariantArray, VariantNames};

use crate::flop::Flop;
use crate::parameters::whole_number;
use crate::text::is_same_text;

/// The columns that one of the program's CSV files has to have or will get.
pub trait Columns: Copy + VariantNames + Into<&'static str> {
    /// Their names, in the order of a new file.
    const NAMES: &'static [&'static str] = Self::VARIANTS;
    /// A file without one of these is refused.
    const REQUIRED: &'static [&'static str];
    /// What a column was called in older files, and what it is called today.
    const OLD_NAME: Option<(&'static str, &'static str)> = None;
    /// Whether the other columns of a file matter, too. Where they do, no two of them may have one name.
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
    /// Training compute in FLOP with two decimals, for the eye.
    TrainingFlopFormatted,
    Confidence,
    EstimationMethod,
    ThresholdClassification,
    Status,
    Reasoning,
    /// Where the estimate comes from, joined with `; `.
    Sources,
    /// `y` once a person has confirmed the row.
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

    /// Whether its cells follow from the training FLOP, or are the moment of the estimate.
    pub fn is_derived(self) -> bool {
        matches!(
            self,
            Column::TrainingFlopFormatted | Column::ThresholdClassification | Column::LastUpdated
        )
    }

    /// Whether it states a fact that a person may have looked up, whatever the number (behaviour §5).
    pub fn is_fact(self) -> bool {
        matches!(
            self,
            Column::ReleaseDate | Column::Parameters | Column::Sources
        )
    }

    /// Whether two of its cells say the same. Every spelling of one number is one number (behaviour §2).
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

/// The cells that follow from a training FLOP, as a new or corrected row has them.
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

/// Columns that the pipeline's earlier files had. They are outside of the schema, and yet nobody wrote in them.
const EARLIER_COLUMNS: [&str; 4] = [
    "parameter_source",
    "confidence_explanation",
    "alternative_methods",
    "blacklist_status",
];

/// Whether people write text in the column of this name: in the notes, and in the owner's columns that have a name (behaviour §5).
pub fn is_text_column(name: &str) -> bool {
    let is_own = name.parse::<Column>().is_err() && !EARLIER_COLUMNS.contains(&name);
    name == Column::Notes.name() || (is_own && !name.is_empty())
}

/// How sure an estimate is. A surer level is the greater one.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, VariantNames, EnumString, IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum Confidence {
    /// Little more than a guess; what a record without a confidence has.
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

/// Where a model stands against 1e25 FLOP, as the pipeline judges it. Here "above" is at or above that line, and "confirmed" says how
/// sure the pipeline is, not that a person confirmed anything: that is [`Column::Verified`].
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

/// The estimation methods that the pipeline and the curators use. Others are accepted, and `validate` names them.
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
