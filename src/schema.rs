//! The vocabulary of the dataset: its columns, confidence levels and statuses, spelled once for CSV, JSON, flags and reports.

use crate::flop::{Class, Flop};

/// A column of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// How sure the estimate is: a [`Confidence`].
    Confidence,
    /// How the estimate was made.
    EstimationMethod,
    /// The [`Class`] that follows from the training FLOP.
    ThresholdClassification,
    /// The [`Status`] of the model against 1e25 FLOP.
    Status,
    /// Why the estimate is what it is.
    Reasoning,
    /// Where the estimate comes from, joined with `; `.
    Sources,
    /// `y` once a person has confirmed the row.
    Verified,
    /// When the estimate was made, as the pipeline wrote it.
    LastUpdated,
    /// A person's remarks.
    Notes,
}

impl Column {
    /// How many columns the schema has.
    pub const COUNT: usize = 15;

    /// The schema, in the order of a new file (behaviour §6).
    pub const ALL: [Column; Column::COUNT] = [
        Column::Name,
        Column::Developer,
        Column::ReleaseDate,
        Column::Parameters,
        Column::TrainingFlop,
        Column::TrainingFlopFormatted,
        Column::Confidence,
        Column::EstimationMethod,
        Column::ThresholdClassification,
        Column::Status,
        Column::Reasoning,
        Column::Sources,
        Column::Verified,
        Column::LastUpdated,
        Column::Notes,
    ];

    /// Without these a file is refused: no key, or no way to tell what a person verified.
    pub const REQUIRED: [Column; 3] = [Column::Name, Column::Developer, Column::Verified];

    /// What the column `name` was called in older files.
    pub const OLD_NAME: &str = "model";

    /// The column's header.
    pub fn name(self) -> &'static str {
        match self {
            Column::Name => "name",
            Column::Developer => "developer",
            Column::ReleaseDate => "release_date",
            Column::Parameters => "parameters",
            Column::TrainingFlop => "training_flop",
            Column::TrainingFlopFormatted => "training_flop_formatted",
            Column::Confidence => "confidence",
            Column::EstimationMethod => "estimation_method",
            Column::ThresholdClassification => "threshold_classification",
            Column::Status => "status",
            Column::Reasoning => "reasoning",
            Column::Sources => "sources",
            Column::Verified => "verified",
            Column::LastUpdated => "last_updated",
            Column::Notes => "notes",
        }
    }

    /// Its place in [`Column::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// `verified` and `notes` belong to people: no estimate ever writes them.
    pub fn is_human(self) -> bool {
        matches!(self, Column::Verified | Column::Notes)
    }
}

/// How sure an estimate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Little more than a guess; what a record without a confidence has.
    Speculative,
    /// Low confidence.
    Low,
    /// Medium confidence.
    Medium,
    /// High confidence.
    High,
}

impl Confidence {
    /// Every level, the surest first.
    pub const ALL: [Confidence; 4] = [
        Confidence::High,
        Confidence::Medium,
        Confidence::Low,
        Confidence::Speculative,
    ];

    /// The level as CSV, JSON and flags spell it.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::High => "high",
            Confidence::Medium => "medium",
            Confidence::Low => "low",
            Confidence::Speculative => "speculative",
        }
    }

    /// The level of that exact spelling.
    pub fn from_name(name: &str) -> Option<Confidence> {
        Confidence::ALL
            .into_iter()
            .find(|level| level.name() == name)
    }
}

/// Where a model stands against 1e25 FLOP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Confirmed at or above 1e25 FLOP.
    ConfirmedAbove,
    /// Likely above.
    LikelyAbove,
    /// Either is possible.
    Uncertain,
    /// Likely below.
    LikelyBelow,
    /// Confirmed below.
    ConfirmedBelow,
}

impl Status {
    /// Every status, from above to below.
    pub const ALL: [Status; 5] = [
        Status::ConfirmedAbove,
        Status::LikelyAbove,
        Status::Uncertain,
        Status::LikelyBelow,
        Status::ConfirmedBelow,
    ];

    /// The status as the dataset spells it.
    pub fn name(self) -> &'static str {
        match self {
            Status::ConfirmedAbove => "confirmed_above",
            Status::LikelyAbove => "likely_above",
            Status::Uncertain => "uncertain",
            Status::LikelyBelow => "likely_below",
            Status::ConfirmedBelow => "confirmed_below",
        }
    }

    /// The status of that spelling, with or without the trailing `_1e25` of older files.
    pub fn from_name(name: &str) -> Option<Status> {
        let name = name.strip_suffix("_1e25").unwrap_or(name);
        Status::ALL.into_iter().find(|status| status.name() == name)
    }

    /// The status of a record that states none (behaviour §2).
    pub fn derived(flop: Option<Flop>, confidence: Confidence) -> Status {
        match (flop, confidence) {
            (Some(flop), Confidence::High) if flop >= Flop::REGULATORY => Status::ConfirmedAbove,
            (Some(_), Confidence::High) => Status::ConfirmedBelow,
            (Some(flop), Confidence::Medium) if flop >= Flop::CANDIDATE => Status::LikelyAbove,
            (Some(_), Confidence::Medium) => Status::LikelyBelow,
            _ => Status::Uncertain,
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

/// What `threshold_classification` says of a candidate without an estimate (`--include-unestimated`).
pub const UNESTIMATED_CLASS: Class = Class::NotSure;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_knows_its_place() {
        for (place, column) in Column::ALL.into_iter().enumerate() {
            assert_eq!(column.index(), place);
        }
    }

    #[test]
    fn a_status_reads_with_and_without_its_old_ending() {
        assert_eq!(
            Status::from_name("likely_above_1e25"),
            Some(Status::LikelyAbove)
        );
        assert_eq!(Status::from_name("likely_above"), Some(Status::LikelyAbove));
        assert_eq!(Status::from_name("likely_above_1e25_1e25"), None);
        assert_eq!(Status::from_name("maybe"), None);
    }

    #[test]
    fn a_missing_status_follows_from_confidence_and_flop() {
        let flop = Flop::new;
        assert_eq!(
            Status::derived(flop(1e25), Confidence::High),
            Status::ConfirmedAbove
        );
        assert_eq!(
            Status::derived(flop(9e24), Confidence::High),
            Status::ConfirmedBelow
        );
        assert_eq!(
            Status::derived(flop(5e24), Confidence::Medium),
            Status::LikelyAbove
        );
        assert_eq!(
            Status::derived(flop(4e24), Confidence::Medium),
            Status::LikelyBelow
        );
        assert_eq!(
            Status::derived(flop(9e26), Confidence::Low),
            Status::Uncertain
        );
        assert_eq!(Status::derived(None, Confidence::High), Status::Uncertain);
    }
}
