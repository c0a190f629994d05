//! The mode of a plan, by which the journal, JSON and messages name it.

use strum::{EnumString, IntoStaticStr};

/// Which command made a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Mode {
    /// The merge: human work stays, the rest follows the estimates.
    Refresh,
    /// All candidates are written afresh; human work is left only in the backup.
    Reset,
    /// Human work comes back from an older copy of the dataset.
    Reapply,
    /// Rows are marked or corrected, or their mark is taken back.
    Verify,
    /// Models are kept out of the dataset, or let in again.
    Dismiss,
    /// Verified values are found to stand although they have drifted, or follow the estimates.
    Accept,
    /// A row is added for a model that the pipeline lacks.
    Add,
    /// Another name of a model is recorded.
    Alias,
    /// Decisions are made in bulk, in a spreadsheet.
    Decide,
    /// A decision made in a review is taken back.
    Review,
    /// Two datasets are compared, and nothing is planned.
    Diff,
}

impl Mode {
    /// Whether a person decides on single models.
    pub fn is_decision(self) -> bool {
        !matches!(
            self,
            Mode::Refresh | Mode::Reset | Mode::Reapply | Mode::Diff
        )
    }

    /// Whether the rows follow the estimates.
    pub fn follows_estimates(self) -> bool {
        matches!(self, Mode::Refresh | Mode::Reset)
    }

    /// The mode as the journal and JSON spell it.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
