//! The plan: everything that a run will do to the dataset, decided before anything is written.
//!
//! Pure code makes a [`Plan`]: the merge for `refresh` and `reset`, a function each for `reapply` and `alias`, and a `Draft` for every
//! other command with which a person decides on models. Preview, writing, journal and report all read that one value and so cannot
//! disagree. Every line of the file to be written is a [`Line`], which says what happens to its row.

mod alias;
mod changes;
mod draft;
mod edited_record;
mod file_change;
mod input;
mod line;
mod merge;
mod mode;
mod reapply;
mod renames;
mod states;
mod summary;

use std::borrow::Cow;
use std::collections::HashSet;

pub(crate) use alias::{NewAlias, alias, suggestions};
pub(crate) use draft::{Draft, JournalRow, ModelState, Signature};
pub use edited_record::{EditedRecord, Edits};
pub(crate) use file_change::FileChange;
pub(crate) use input::Input;
pub use line::Line;
pub use merge::{merge, refresh};
pub use mode::Mode;
pub(crate) use reapply::{missing_columns, reapply};
pub(crate) use renames::Renamed;
pub(crate) use states::{Drift, orphan_reason};
pub(crate) use summary::{Summary, at_or_above};

use crate::changes::{Changes, ModelChange};
use crate::dataset::{Dataset, DecisionFaultKind, DecisionLine, Decisions, Mark, Row};
use crate::estimates::{Estimate, Latest};
use crate::flop::Flop;
use crate::key::Key;
use crate::look_alike::look;
use crate::schema::Column;

/// What a run will do. See the module's documentation.
#[derive(Debug, Clone)]
pub struct Plan<'p> {
    pub(crate) mode: Mode,
    pub(crate) dataset: &'p Dataset<'p>,
    /// The dataset's lines, in the order in which they will be written.
    pub lines: Vec<Line<'p>>,
    /// The changes that do not follow from the lines: `removed`, `duplicates`, `dismissed`, `reconsider`, `contradicted` and `conflicts`.
    /// The other groups are empty here; [`Plan::changes`] has them all.
    pub(crate) other_changes: Changes<'p>,
    /// How many candidates a decision keeps out.
    pub dismissed_candidates: usize,
    /// The new decisions, where the run changes them; `None` where they stay as they are.
    pub decisions: Option<FileChange<'p>>,
    /// The new aliases, where the run changes them; `None` where they stay as they are.
    pub aliases: Option<FileChange<'p>>,
    /// How many faults the decisions have: words and numbers that cannot be read, and lines that contradict each other.
    pub decision_faults: usize,
    /// Models whose names are the same, or look alike.
    pub renamed: Vec<Renamed<'p>>,
}

impl<'p> Plan<'p> {
    /// A plan with these lines, sorted, and nothing else.
    fn of(mode: Mode, dataset: &'p Dataset<'p>, mut lines: Vec<Line<'p>>) -> Plan<'p> {
        lines.sort_by_cached_key(|line| row_order(line.flop, line.record.key.clone()));
        Plan {
            mode,
            dataset,
            lines,
            other_changes: Changes::default(),
            dismissed_candidates: 0,
            decisions: None,
            aliases: None,
            decision_faults: 0,
            renamed: Vec::new(),
        }
    }

    /// Adds what the estimates and the decisions say about rows and models that the plan does not change, such as drift and renames.
    fn with_states(mut self, latest: &Latest<'p>, decisions: &'p Decisions<'p>) -> Plan<'p> {
        // Rows with human work stay even where a decision dismisses their models.
        let rows = self.lines.iter().filter_map(|line| line.row);
        let dismissed = rows.filter(|row| decisions.dismissal(row.model()).is_some());
        let dismissed: Vec<&Row<'_>> = dismissed.collect();
        let contradicted = dismissed.iter().map(|row| ModelChange {
            training_flop: row.flop,
            ..ModelChange::of_row(self.dataset, row)
        });
        self.other_changes.contradicted = contradicted.collect();
        // The other dismissals keep their models out.
        let stay: HashSet<&Key> = dismissed.iter().map(|row| row.model()).collect();
        let keeps_out = |line: &&DecisionLine<'_>| !stay.contains(&line.model);
        let dismissals: Vec<_> = decisions.dismissals().filter(keeps_out).collect();
        let estimates = dismissals.iter().filter_map(|line| latest.get(&line.model));
        self.dismissed_candidates = estimates.filter(|one| latest.is_candidate(one)).count();
        let reconsider = dismissals.iter().filter_map(|line| {
            let estimate = latest.get(&line.model)?;
            let [name, developer] = decisions.table.name_and_developer(&line.record);
            let change = ModelChange::of(name, developer);
            let change = change.dismissed(line.decision, line.flop, Some(estimate));
            line.is_to_reconsider(estimate.flop).then_some(change)
        });
        self.other_changes.reconsider = reconsider.collect();
        let faults = decisions.faults.iter();
        let faults = faults.filter(|fault| fault.kind != DecisionFaultKind::Repeated);
        self.decision_faults = faults.count();
        let looks = states::dismissed_looks(&dismissals, decisions);
        for line in &mut self.lines {
            let verified = line.row.filter(|_| line.is_kept_as(Mark::Verified));
            line.drift = verified.and_then(|row| Drift::of_row(row, latest, decisions));
            if line.mark == Mark::Blank && !looks.is_empty() {
                let look = look(&line.record.key.name);
                line.looks_like = look.and_then(|look| looks.get(&look).cloned());
            }
        }
        self.renamed = renames::find(&self, latest);
        self
    }

    /// The text of a line in a column, after the run.
    pub fn cell<'l>(&self, line: &'l Line<'p>, column: Column) -> Cow<'l, str> {
        line.record.after(self.dataset.table.header.place(column))
    }

    /// How many lines are of this kind.
    pub fn count(&self, wanted: impl Fn(&&Line<'p>) -> bool) -> usize {
        self.lines.iter().filter(wanted).count()
    }

    /// The rows whose `training_flop` is filled but not a number, and stays as it is, each with that text.
    pub fn unreadable_flops(&self) -> impl Iterator<Item = (&'p Row<'p>, &'p str)> {
        let place = self.dataset.table.header.place(Column::TrainingFlop);
        self.lines
            .iter()
            .filter(move |line| !line.record.edits.contains_key(&place))
            .filter_map(|line| line.row)
            .filter_map(|row| Some((row, self.dataset.unreadable_flop(row)?)))
    }

    /// How many rows leave the dataset, including duplicates but not dismissed rows.
    pub fn leaving_rows(&self) -> usize {
        let duplicates = self.other_changes.duplicates.iter();
        let dropped: usize = duplicates.filter_map(|group| group.dropped).sum();
        self.other_changes.removed.len() + dropped
    }

    /// Whether human work of an older copy contradicts today's.
    pub fn has_conflicts(&self) -> bool {
        !self.other_changes.conflicts.is_empty()
    }

    /// How many rows leave because of a decision.
    pub fn dismissed_rows(&self) -> usize {
        let dismissed = self.other_changes.dismissed.iter();
        dismissed.filter(|change| change.row.is_some()).count()
    }

    /// Whether today's rows are not in the order of behaviour §5, so that the plan sorts them.
    pub fn has_unsorted_rows(&self) -> bool {
        let rows = self.dataset.rows.iter();
        !rows.is_sorted_by_key(|row| row_order(row.flop, &row.key))
    }

    /// Whether any file would change.
    pub fn is_pending(&self) -> bool {
        self.changes_dataset() || self.decisions.is_some() || self.aliases.is_some()
    }

    /// Whether the dataset's file would change. Blank lines and a missing final newline alone are no reason to write it. In a run for a
    /// decision, neither are the order of the rows, the header, or a file that does not exist yet.
    pub fn changes_dataset(&self) -> bool {
        let table = &self.dataset.table;
        let needs_tidying = !table.header.is_unchanged() || self.has_unsorted_rows();
        (needs_tidying && !self.mode.is_decision())
            || self.leaving_rows() + self.dismissed_rows() > 0
            || self.lines.iter().any(|line| line.record.is_changed())
    }
}

/// The sort key of the rows of a dataset (behaviour §5): training FLOP descending, rows without one last, then name, then developer.
pub fn row_order<K: Ord>(flop: Option<Flop>, key: K) -> (u64, K) {
    (Flop::descending(flop), key)
}

/// Whether a row that follows the estimate keeps its own cell in a column, because people write that column, or because the estimate lacks
/// a fact that a person may have looked up.
fn is_kept(estimate: &Estimate, column: Column) -> bool {
    column.is_human() || (column.is_fact() && estimate.cell(column).is_empty())
}
