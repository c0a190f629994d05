//! What waits for a person, counted.

use serde::Serialize;

use crate::changes::Changes;
use crate::dataset::Row;
use crate::estimates::Latest;
use crate::plan::{Input, Orphan, Plan, Summary};

/// How much of each kind waits for a person. The counts are what the commands list that deal with it.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Attention {
    pub rejected: usize,
    pub ignored_fields: usize,
    pub crossed: usize,
    pub drifted: usize,
    pub reconsider: usize,
    /// Unverified rows below 5e24 FLOP, all that there are.
    pub demoted: usize,
    /// Groups of models whose names are one, or look alike.
    pub renamed: usize,
    /// Filled cells that cannot be read: a training FLOP that is no number, a decision that is none.
    pub unreadable: usize,
    pub orphaned: usize,
    pub to_verify: usize,
}

impl Attention {
    /// What waits for a person once a refresh or a reset is carried out.
    pub fn of(plan: &Plan<'_>, input: &Input<'_>, changes: &Changes<'_>) -> Attention {
        Attention {
            crossed: changes.crossed.len(),
            unreadable: plan.unreadable().count() + plan.unreadable_decisions,
            orphaned: plan.lines.iter().filter(|line| line.is_orphaned()).count(),
            ..Attention::counted(plan, Some(input), &Summary::of_lines(&plan.lines))
        }
    }

    /// What waits for a person in the files as they stand: those from which `next` was planned, the refresh that comes next. `input` and
    /// `latest` are what the estimates say, where they can be read.
    pub fn of_files(next: &Plan<'_>, input: Option<&Input<'_>>, latest: &Latest<'_>) -> Attention {
        let (dataset, rows) = (next.dataset, &next.dataset.rows);
        let count = |is_meant: &dyn Fn(&&Row<'_>) -> bool| rows.iter().filter(is_meant).count();
        let unreadable = count(&|row| dataset.unreadable_flop(row).is_some());
        let summary = Summary::of_rows(rows);
        Attention {
            unreadable: unreadable + next.unreadable_decisions,
            // Without estimates every row would look like an orphan.
            orphaned: count(&|row| input.is_some() && Orphan::of_row(row, latest).is_some()),
            ..Attention::counted(next, input, &summary)
        }
    }

    /// What a plan and the estimates tell of any rows, and what these rows tell by their summary.
    fn counted(plan: &Plan<'_>, input: Option<&Input<'_>>, summary: &Summary) -> Attention {
        Attention {
            rejected: input.map_or(0, |input| input.rejected.len()),
            ignored_fields: input.map_or(0, |input| input.ignored_fields.len()),
            drifted: plan.count(|line| line.drift.is_some()),
            reconsider: plan.further_changes.reconsider.len(),
            demoted: summary.high_confidence_below,
            renamed: plan.renamed.len(),
            to_verify: summary.total - summary.verified,
            ..Attention::default()
        }
    }

    /// What waits, kind by kind, as far as there is any of it: how much, what it is called behind its count, and the command that deals
    /// with it.
    pub fn waiting(&self) -> Vec<(usize, &'static str, &'static str)> {
        [
            (self.rejected, "rejected", "list --rejected"),
            (
                self.ignored_fields,
                "with ignored fields",
                "list --rejected",
            ),
            (self.crossed, "crossed", "list --crossed"),
            (self.drifted, "drifted", "list --drifted"),
            (self.reconsider, "to reconsider", "list --reconsider"),
            (self.demoted, "demoted", "list --demoted"),
            (self.renamed, "probably renamed", "alias --suggest"),
            (self.unreadable, "unreadable", "validate"),
            (self.orphaned, "orphaned", "list --orphaned"),
            (self.to_verify, "to verify", "list --unverified"),
        ]
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .collect()
    }

    /// Whether somebody has to act; what else there is waits quietly.
    pub fn is_urgent(&self) -> bool {
        self.rejected + self.unreadable + self.drifted + self.reconsider > 0
    }
}
