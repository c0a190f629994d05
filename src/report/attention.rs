//! Counts what waits for a person.

use serde::Serialize;

use crate::changes::Changes;
use crate::dataset::Row;
use crate::estimates::Latest;
use crate::plan::{Input, Plan, Summary, orphan_reason};

/// Counts of what waits for a person, kind by kind. Each count is the number of entries that its command lists.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Attention {
    pub rejected: usize,
    pub ignored_fields: usize,
    pub crossed: usize,
    pub drifted: usize,
    pub reconsider: usize,
    /// Rows with human work whose models are dismissed. Behaviour §9 has no JSON key for them.
    #[serde(skip)]
    pub contradicted: usize,
    /// All unmarked rows below 5e24 FLOP, not only those of this run.
    pub demoted: usize,
    /// Groups of models whose names are the same, or look alike.
    pub renamed: usize,
    /// Filled training FLOP cells that are not numbers, and faults of the decisions.
    pub unreadable: usize,
    pub orphaned: usize,
    pub to_verify: usize,
}

impl Attention {
    /// What waits for a person once a refresh or a reset is carried out.
    pub fn of(plan: &Plan<'_>, input: &Input<'_>, changes: &Changes<'_>) -> Attention {
        Attention {
            crossed: changes.crossed.len(),
            unreadable: plan.unreadable_flops().count() + plan.decision_faults,
            orphaned: plan.count(|line| line.is_orphaned()),
            ..Attention::counted(plan, Some(input), &Summary::of_lines(&plan.lines))
        }
    }

    /// What waits for a person in the files as they are. `next` is the plan of a refresh of these files; `input` and `latest` come from the
    /// estimates, where they can be read. The rows are counted, not the lines of `next`, because that refresh may remove rows that the
    /// commands still list.
    pub fn of_files(next: &Plan<'_>, input: Option<&Input<'_>>, latest: &Latest<'_>) -> Attention {
        let (dataset, rows) = (next.dataset, &next.dataset.rows);
        let count = |counts: &dyn Fn(&&Row<'_>) -> bool| rows.iter().filter(counts).count();
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
            reconsider: plan.other_changes.reconsider.len(),
            contradicted: plan.other_changes.contradicted.len(),
            demoted: summary.high_confidence_below,
            renamed: plan.renamed.len(),
            to_verify: summary.total - summary.verified,
            ..Attention::default()
        }
    }

    /// The kinds with a count above 0: each with its count, the words that follow the count, and the command that deals with it.
    pub fn waiting(&self) -> Vec<(usize, &'static str, &'static str)> {
        let ignored_fields = match self.ignored_fields {
            1 => "ignored field",
            _ => "ignored fields",
        };
        let probable_renames = match self.renamed {
            1 => "probable rename",
            _ => "probable renames",
        };
        [
            (self.rejected, "rejected", "list --rejected"),
            (self.ignored_fields, ignored_fields, "list --rejected"),
            (self.crossed, "crossed", "list --crossed"),
            (self.drifted, "drifted", "list --drifted"),
            (self.reconsider, "to reconsider", "list --reconsider"),
            (self.contradicted, "dismissed and yet kept", "validate"),
            (self.demoted, "demoted", "list --demoted"),
            (self.renamed, probable_renames, "alias --suggest"),
            (self.unreadable, "unreadable", "validate"),
            (self.orphaned, "orphaned", "list --orphaned"),
            (self.to_verify, "to verify", "list --unverified"),
        ]
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .collect()
    }

    /// Whether somebody has to act now. If not, a quiet refresh that changes nothing prints nothing.
    pub fn is_urgent(&self) -> bool {
        self.rejected + self.unreadable + self.drifted + self.reconsider > 0
    }
}
