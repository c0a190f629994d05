//! The codes of the findings: what each means, and how grave it is.

use clap::ValueEnum;
use clap::builder::PossibleValue;
use serde::Serialize;
use strum::{Display, IntoStaticStr, VariantArray};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub(super) enum Severity {
    /// The file says something that is not so, or cannot be read.
    Error,
    /// A person should look.
    Warning,
}

/// What kind of finding it is, for programs, `--ignore` and `--select`. What each means stands in [`Code::meaning`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, IntoStaticStr, VariantArray)]
#[serde(into = "&'static str")]
#[strum(serialize_all = "snake_case")]
pub(super) enum Code {
    EstimatesMissing,
    EstimatesRefused,
    RecordRejected,
    DatasetUnreadable,
    DatasetRefused,
    DecisionsRefused,
    AliasesRefused,
    JournalUnreadable,
    VerifiedAndDismissed,
    DecisionVoid,
    DuplicateKey,
    FlopNotANumber,
    FormattedNotANumber,
    ParametersNotWhole,
    #[strum(serialize = "date_not_iso_8601")]
    DateNotIso8601,
    UnknownConfidence,
    UnknownStatus,
    UnknownClass,
    ClassContradictsFlop,
    DecisionUnclear,
    FieldIgnored,
    FieldRepeated,
    SavedAtUnreadable,
    EstimatesOld,
    JournalDamaged,
    DatasetDeleted,
    MarksLost,
    UnnamedColumn,
    PandasIndex,
    OlderClass,
    FormattedContradictsFlop,
    FlopOutOfRange,
    ReleaseInTheFuture,
    UnknownMethod,
    SourceWithoutUrl,
    VerifiedNotY,
    VerifiedWithoutNote,
    InvisibleCharacter,
    OuterBlanks,
    Formula,
    ControlCharacter,
    LookAlike,
    ProbableRename,
    Drifted,
    Orphaned,
}

impl Code {
    /// The code as text, JSON and flags spell it.
    pub(super) fn name(self) -> &'static str {
        self.into()
    }

    pub(super) fn severity(self) -> Severity {
        self.meaning().0
    }

    /// The table of the codes (behaviour §10): an error is a cell that breaks its column's form or vocabulary, a class that its number
    /// denies, a key on several rows, a rejected record, and a file that stops other commands. Everything else is a warning.
    fn meaning(self) -> (Severity, &'static str) {
        use Severity::{Error, Warning};
        match self {
            Code::EstimatesMissing => (Error, "the estimates are not there, or cannot be read"),
            Code::EstimatesRefused => (Error, "the estimates are refused as a whole"),
            Code::RecordRejected => (Error, "a record without a sound name, developer or number"),
            Code::DatasetUnreadable => (Error, "the dataset cannot be read"),
            Code::DatasetRefused => (Error, "the dataset is refused as a whole"),
            Code::DecisionsRefused => (Error, "the decisions are refused as a whole"),
            Code::AliasesRefused => (Error, "the aliases are refused as a whole"),
            Code::VerifiedAndDismissed => (Error, "a row with human work of a dismissed model"),
            Code::DecisionVoid => (Error, "a decision that has no effect"),
            Code::DecisionUnclear => (Warning, "a decision of which a part is passed over"),
            Code::JournalUnreadable => (Error, "the journal cannot be read"),
            Code::DuplicateKey => (Error, "a model on several rows"),
            Code::FlopNotANumber => (Error, "a training_flop that is no number above 0"),
            Code::FormattedNotANumber => (Error, "a training_flop_formatted that is no number"),
            Code::ParametersNotWhole => (Error, "parameters that are no positive whole number"),
            Code::DateNotIso8601 => (Error, "a date in another form than 2025-08-15"),
            Code::UnknownConfidence => (Error, "a confidence outside of the vocabulary"),
            Code::UnknownStatus => (Error, "a status outside of the vocabulary"),
            Code::UnknownClass => (Error, "a class outside of the vocabulary"),
            Code::ClassContradictsFlop => (Error, "a class that the row's number denies"),
            Code::FieldIgnored => (Warning, "a field of a record that counts as absent"),
            Code::FieldRepeated => (Warning, "a field that stands twice in its record"),
            Code::SavedAtUnreadable => (Warning, "a saved_at that is no date"),
            Code::EstimatesOld => (Warning, "estimates saved more than 30 days ago"),
            Code::JournalDamaged => (Warning, "a line of the journal that cannot be read"),
            Code::DatasetDeleted => (Warning, "a journal without its dataset"),
            Code::MarksLost => (Warning, "fewer marked rows than the journal last counted"),
            Code::UnnamedColumn => (Warning, "a column without a name"),
            Code::PandasIndex => (Warning, "the index of a pandas table as a column"),
            Code::OlderClass => (Warning, "an older class name, in a row that stays as it is"),
            Code::FormattedContradictsFlop => {
                (Warning, "a training_flop_formatted of another number")
            }
            Code::FlopOutOfRange => (Warning, "a training FLOP that is hardly possible"),
            Code::ReleaseInTheFuture => (Warning, "a release date that is yet to come"),
            Code::UnknownMethod => (Warning, "an estimation method that is not known"),
            Code::SourceWithoutUrl => (Warning, "a source without an http(s) address"),
            Code::VerifiedNotY => (Warning, "a verified cell that is neither y nor blank"),
            Code::VerifiedWithoutNote => (Warning, "a verified row whose notes are blank"),
            Code::InvisibleCharacter => (Warning, "a name with a character that cannot be seen"),
            Code::OuterBlanks => (Warning, "a name with blanks around it"),
            Code::Formula => (Warning, "a cell that a spreadsheet would run"),
            Code::ControlCharacter => (Warning, "a cell with a character a terminal obeys"),
            Code::LookAlike => (Warning, "two models whose names look alike"),
            Code::ProbableRename => (Warning, "one name under several developers"),
            Code::Drifted => (Warning, "a verified row far from its latest estimate"),
            Code::Orphaned => (Warning, "a row without a usable estimate"),
        }
    }
}

/// The flags take the codes by name; the help lists them.
impl ValueEnum for Code {
    fn value_variants<'a>() -> &'a [Code] {
        Code::VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (severity, meaning) = self.meaning();
        Some(PossibleValue::new(self.name()).help(format!("{severity}: {meaning}")))
    }
}
