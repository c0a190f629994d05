//! What waits for a person, counted.

use serde::Serialize;

use crate::changes::Changes;
use crate::dataset::{Dataset, Decisions, Row};
use crate::estimates::{Estimates, Latest};
use crate::plan::{Drift, Input, Orphan, Plan, Summary};

/// How much of each kind waits for a person. The counts are what the commands list that deal with it.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Attention {
    /// Records of the estimates that break a rule.
    pub rejected: usize,
    /// Fields of the estimates that break a rule and count as absent.
    pub ignored_fields: usize,
    /// Rows whose training FLOP passes 1e25 in this run.
    pub crossed: usize,
    /// Verified rows whose latest estimate is far away.
    pub drifted: usize,
    /// Dismissed models whose latest estimate is far above what was judged.
    pub reconsider: usize,
    /// Unverified rows below 5e24 FLOP, all that there are.
    pub demoted: usize,
    /// Groups of models whose names are one, or look alike.
    pub renamed: usize,
    /// Filled cells that cannot be read: a training FLOP that is no number, a decision that is none.
    pub unreadable: usize,
    /// Rows without a usable estimate.
    pub orphaned: usize,
    /// Rows that are not verified.
    pub to_verify: usize,
}

impl Attention {
    /// What waits for a person once a refresh or a reset is carried out.
    pub fn of(plan: &Plan<'_>, input: Option<&Input<'_>>, changes: &Changes<'_>) -> Attention {
        let summary = Summary::of_lines(&plan.lines);
        Attention {
            rejected: input.map_or(0, |input| input.rejected.len()),
            ignored_fields: input.map_or(0, |input| input.ignored_fields.len()),
            crossed: changes.crossed.len(),
            drifted: changes.drifted.len(),
            reconsider: plan.told.reconsider.len(),
            demoted: summary.high_confidence_below,
            renamed: plan.renamed.len(),
            unreadable: plan.unreadable().count() + plan.unreadable_decisions,
            orphaned: plan.lines.iter().filter(|line| line.is_orphaned()).count(),
            to_verify: summary.total - summary.verified,
        }
    }

    /// What waits for a person in the files as they stand: the dataset, the decisions, and the estimates, where they can be read.
    /// `next` is what a refresh would do.
    pub fn of_files(
        dataset: &Dataset<'_>,
        decisions: &Decisions<'_>,
        estimates: Option<&Estimates>,
        latest: &Latest<'_>,
        next: &Plan<'_>,
    ) -> Attention {
        let rows = &dataset.rows;
        let summary = Summary::of(rows.iter().map(|row| (row.mark, row.flop)));
        let count = |is_meant: &dyn Fn(&&Row<'_>) -> bool| rows.iter().filter(is_meant).count();
        let unreadable = count(&|row| dataset.unreadable_flop(row).is_some());
        Attention {
            rejected: estimates.map_or(0, |found| found.rejected.len()),
            ignored_fields: estimates.map_or(0, |found| found.ignored_fields.len()),
            crossed: 0,
            drifted: count(&|row| Drift::of_row(row, latest, decisions).is_some()),
            reconsider: next.told.reconsider.len(),
            demoted: summary.high_confidence_below,
            renamed: next.renamed.len(),
            unreadable: unreadable + next.unreadable_decisions,
            // Without estimates every row would look like an orphan.
            orphaned: count(&|row| estimates.is_some() && Orphan::of_row(row, latest).is_some()),
            to_verify: summary.total - summary.verified,
        }
    }

    /// Whether somebody has to act; what else there is waits quietly.
    pub fn is_urgent(&self) -> bool {
        self.rejected + self.unreadable + self.drifted + self.reconsider > 0
    }
}
