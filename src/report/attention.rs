//! What waits for a person, counted.

use serde::Serialize;

use crate::changes::Changes;
use crate::dataset::Mark;
use crate::flop::Flop;
use crate::plan::{Change, Input, Line, Mode, Plan};

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
    /// What waits for a person once the plan is carried out.
    pub fn of(plan: &Plan<'_>, input: Option<&Input<'_>>, changes: &Changes<'_>) -> Attention {
        let lines = plan.lines.iter();
        let is_demoted = |line: &&Line<'_>| {
            line.mark == Mark::Unverified && line.flop.is_some_and(|flop| flop < Flop::CANDIDATE)
        };
        Attention {
            rejected: input.map_or(0, |input| input.rejected.len()),
            ignored_fields: input.map_or(0, |input| input.ignored_fields.len()),
            // `list --crossed` reads them from the journal's last refresh.
            crossed: match plan.mode {
                Mode::Refresh | Mode::Reset => changes.crossed.len(),
                _ => 0,
            },
            drifted: changes.drifted.len(),
            reconsider: plan.reconsider.len(),
            demoted: lines.clone().filter(is_demoted).count(),
            renamed: plan.renamed.len(),
            unreadable: plan.unreadable().count() + plan.unreadable_decisions,
            orphaned: plan.count(|change| matches!(change, Change::Orphaned(_))),
            to_verify: lines.filter(|line| line.mark != Mark::Verified).count(),
        }
    }

    /// Whether somebody has to act; what else there is waits quietly.
    pub fn is_urgent(&self) -> bool {
        self.rejected + self.unreadable + self.drifted + self.reconsider > 0
    }
}
