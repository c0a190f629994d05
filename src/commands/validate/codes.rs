//! The codes of the findings: what each means, and how serious it is.

use clap::ValueEnum;
use serde::Serialize;
use strum::IntoStaticStr;

/// The kind of a finding, for programs, `--ignore` and `--select`. The comment on each is its help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Serialize, IntoStaticStr, ValueEnum)]
#[serde(into = "&'static str")]
#[strum(serialize_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub(super) enum Code {
    /// error: the estimates are missing, or cannot be read
    EstimatesMissing,
    /// error: the estimates are refused as a whole
    EstimatesRefused,
    /// error: a record without a sound name, developer or number
    RecordRejected,
    /// error: the dataset cannot be read, or is refused as a whole
    DatasetRefused,
    /// error: the decisions are refused as a whole
    DecisionsRefused,
    /// error: the aliases are refused as a whole
    AliasesRefused,
    /// error: the journal cannot be read
    JournalUnreadable,
    /// error: a row with human work whose model is dismissed
    VerifiedAndDismissed,
    /// error: a decision that has no effect
    DecisionVoid,
    /// error: a model on several rows
    DuplicateKey,
    /// error: a training_flop that is not a finite number above 0
    FlopNotANumber,
    /// error: a training_flop_formatted that is not a finite number above 0
    FormattedNotANumber,
    /// error: parameters that are not a positive whole number
    ParametersNotWhole,
    /// error: a date that cannot be read
    #[strum(serialize = "date_not_iso_8601")]
    #[value(name = "date_not_iso_8601")]
    DateNotIso8601,
    /// error: a confidence outside the vocabulary
    UnknownConfidence,
    /// error: a status outside the vocabulary
    UnknownStatus,
    /// error: a class outside the vocabulary
    UnknownClass,
    /// error: a class that contradicts the row's number
    ClassContradictsFlop,
    /// warning: a decision whose flop cannot be read, or that repeats another line
    DecisionUnclear,
    /// warning: a field of a record that counts as absent
    FieldIgnored,
    /// warning: a field that occurs twice in its record
    FieldRepeated,
    /// warning: a saved_at that is not a date
    SavedAtUnreadable,
    /// warning: a saved_at in the future
    SavedInTheFuture,
    /// warning: estimates saved more than 30 days ago
    EstimatesOld,
    /// warning: estimates saved before those of the last refresh
    EstimatesEarlier,
    /// warning: a line of the journal that cannot be read
    JournalDamaged,
    /// warning: a journal without its dataset
    DatasetDeleted,
    /// warning: fewer marked rows than the journal last counted
    MarksLost,
    /// warning: a column without a name
    UnnamedColumn,
    /// warning: a column that is the index of a pandas table
    PandasIndex,
    /// warning: an older class name, in a row that stays as it is
    OlderClass,
    /// warning: a training_flop_formatted that shows another number
    FormattedContradictsFlop,
    /// warning: an implausible training FLOP
    FlopOutOfRange,
    /// warning: a release date in the future
    ReleaseInTheFuture,
    /// warning: an unknown estimation method
    UnknownMethod,
    /// warning: a source without an http(s) address
    SourceWithoutUrl,
    /// warning: a verified cell that is neither y nor blank
    VerifiedNotY,
    /// warning: a verified row whose notes are blank
    VerifiedWithoutNote,
    /// warning: a name with an invisible character
    InvisibleCharacter,
    /// warning: a name with spaces around it
    OuterBlanks,
    /// warning: a cell that a spreadsheet would run as a formula
    Formula,
    /// warning: a cell with a control character
    ControlCharacter,
    /// warning: models whose names look alike, or are the same
    LookAlike,
    /// warning: a verified row far from its latest estimate
    Drifted,
    /// warning: an unmarked row without a usable estimate
    Orphaned,
}

impl Code {
    /// An error is a file that stops other commands, a rejected record, a decision that has no effect, a key on several rows, a cell that
    /// breaks its column's form or vocabulary, or a class that contradicts the number (behaviour §10). The errors come first in the list.
    pub(super) fn is_error(self) -> bool {
        const LAST_ERROR: Code = Code::ClassContradictsFlop;
        self <= LAST_ERROR
    }

    pub(super) fn severity(self) -> &'static str {
        if self.is_error() { "error" } else { "warning" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_of_a_code_begins_with_its_severity() {
        for code in Code::value_variants() {
            let value = code.to_possible_value().expect("no code is hidden");
            let help = value
                .get_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(
                help.starts_with(&format!("{}: ", code.severity())),
                "{help}"
            );
        }
    }
}
