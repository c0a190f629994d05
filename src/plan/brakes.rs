//! The brakes (behaviour §5): plans so large that they look like a broken input rather than news. `--force` overrides them.

use super::{Mode, Plan};
use crate::dataset::Mark;

/// A refresh may always remove fewer rows than this.
const HARMLESS: usize = 10;

/// Why this plan should not be carried out without `--force`.
pub fn brake(plan: &Plan<'_>) -> Option<String> {
    let today = plan.dataset.rows.len() + plan.dataset.unread;
    match plan.mode {
        Mode::Refresh => {
            let unverified = plan
                .dataset
                .rows
                .iter()
                .filter(|row| row.mark == Mark::Unverified)
                .count();
            let leaving = plan.leaving();
            (leaving >= HARMLESS && leaving * 2 > unverified).then(|| {
                format!("this refresh would remove {leaving} of the {unverified} unverified rows, more than half")
            })
        }
        Mode::Reset if plan.lines.is_empty() => {
            Some("this reset would write no row: the estimates hold no candidate".to_owned())
        }
        Mode::Reapply | Mode::Verify => None,
        Mode::Reset => (plan.lines.len() * 2 < today).then(|| {
            format!(
                "this reset would write {} rows, less than half of today's {today}",
                plan.lines.len()
            )
        }),
    }
}
