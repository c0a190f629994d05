//! What waits for a person, counted.

use serde::Serialize;

use crate::changes::Changes;
use crate::dataset::Row;
use crate::estimates::Latest;
use crate::plan::{Input, Plan, Summary, orphan_reason};

/// How much of each kind waits for a person. Each count is the number of entries that the command for it lists.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Attention {
    pub rejected: usize,
    pub ignored_fields: usize,
    pub crossed: usize,
    pub drifted: usize,
    pub reconsider: usize,
    /// Rows that a person wrote in, of models that a decision dismisses. Behaviour §9 has no key for them.
    #[serde(skip)]
    pub contradicted: usize,
    /// Unverified rows below 5e24 FLOP, all that there are.
    pub demoted: usize,
    /// Groups of models whose names are the same, or look alike.
    pub renamed: usize,
    /// Filled cells that cannot be read: a training FLOP that is no number, or a fault of the decisions.
    pub unreadable: usize,
    pub orphaned: usize,
    pub to_verify: usize,
}

impl Attention {
    /// What waits for a person once a refresh or a reset is carried out.
    pub fn of(plan: &Plan<'_>, input: &Input<'_>, changes: &Changes<'_>) -> Attention {
        Attention {
            crossed: changes.crossed.len(),
            unreadable: plan.unreadable().count() + plan.decision_faults,
            orphaned: plan.count(|line| line.is_orphaned()),
            ..Attention::counted(plan, Some(input), &Summary::of_lines(&plan.lines))
        }
    }

    /// What waits for a person in the files as they stand. `next` is the plan of a refresh of these files. `input` and `latest` are what
    /// the estimates say, where they can be read. The rows are counted, not the lines of `next`, because the next refresh may take rows out
    /// that the commands still list.
    pub fn of_files(next: &Plan<'_>, input: Option<&Input<'_>>, latest: &Latest<'_>) -> Attention {
        let (dataset, rows) = (next.dataset, &next.dataset.rows);
        let count = |is_meant: &dyn Fn(&&Row<'_>) -> bool| rows.iter().filter(is_meant).count();
        let unreadable = count(&|row| dataset.unreadable_flop(row).is_some());
        let summary = Summary::of_rows(rows);
        Attention {
            unreadable: unreadable + next.decision_faults,
            // Without estimates every row would look like an orphan.
            orphaned: count(&|row| input.is_some() && orphan_reason(row, latest).is_some()),
            ..Attention::counted(next, input, &summary)
        }
    }

    /// The counts that come from a plan, from the estimates, and from a summary of the rows.
    fn counted(plan: &Plan<'_>, input: Option<&Input<'_>>, summary: &Summary) -> Attention {
        Attention {
            rejected: input.map_or(0, |input| input.rejected.len()),
            ignored_fields: input.map_or(0, |input| input.ignored_fields.len()),
            drifted: plan.count(|line| line.drift.is_some()),
            reconsider: plan.further_changes.reconsider.len(),
            contradicted: plan.further_changes.contradicted.len(),
            demoted: summary.high_confidence_below,
            renamed: plan.renamed.len(),
            to_verify: summary.total - summary.verified,
            ..Attention::default()
        }
    }

    /// The kinds of which something waits: each with its count, its name behind the count, and the command that deals with it.
    pub fn waiting(&self) -> Vec<(usize, &'static str, &'static str)> {
        let ignored_fields = match self.ignored_fields {
            1 => "ignored field",
            _ => "ignored fields",
        };
        [
            (self.rejected, "rejected", "list --rejected"),
            (self.ignored_fields, ignored_fields, "list --rejected"),
            (self.crossed, "crossed", "list --crossed"),
            (self.drifted, "drifted", "list --drifted"),
            (self.reconsider, "to reconsider", "list --reconsider"),
            (self.contradicted, "dismissed and yet kept", "validate"),
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

    /// Whether somebody has to act now. Everything else can wait without a message.
    pub fn is_urgent(&self) -> bool {
        self.rejected + self.unreadable + self.drifted + self.reconsider > 0
    }
}
