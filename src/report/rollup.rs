//! Sums up many updated rows in one sentence.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::changes::ModelChange;
use crate::flop::factor_number;
use crate::schema::Column;
use crate::terminal::listed;
use crate::text::plural;

/// Fewer rows than this need no summary.
const MANY: usize = 10;

/// The sentence, where many rows were updated: how many moved by 2× or more, the median factor, and the changes of confidence and method,
/// with counts.
pub(super) fn rollup(changes: &[ModelChange<'_>]) -> Option<String> {
    if changes.len() < MANY {
        return None;
    }
    let flops = changes.iter().map(ModelChange::flops);
    let mut moved: Vec<_> = flops.filter_map(|(was, now)| was.zip(now)).collect();
    moved.retain(|(was, now)| was != now);
    let far = moved.iter().filter(|(was, now)| was.is_far_from(*now));
    let far = far.count();
    let mut factors: Vec<f64> = moved.iter().map(|(was, now)| was.factor(*now)).collect();
    factors.sort_by(f64::total_cmp);
    let mut parts = vec![format!(
        "{far} of {} moved by 2× or more",
        plural(changes.len(), "row")
    )];
    if let Some(median) = median(&factors) {
        parts.push(format!(
            "the median factor of the {} with a new training FLOP is {}",
            factors.len(),
            factor_number(median, 2)
        ));
    }
    for (column, what) in [
        (Column::Confidence, "confidence"),
        (Column::EstimationMethod, "method"),
    ] {
        let kinds = kinds(changes, column);
        if !kinds.is_empty() {
            parts.push(format!("{what} {kinds}"));
        }
    }
    Some(parts.join("; "))
}

/// The median of sorted numbers; for an even count it is the mean of the middle two.
fn median(sorted: &[f64]) -> Option<f64> {
    let upper = sorted.get(sorted.len() / 2)?;
    let lower = sorted.get((sorted.len() - 1) / 2)?;
    Some(lower / 2.0 + upper / 2.0)
}

/// `speculative → low 12, low → medium 3`, the most frequent first.
fn kinds(changes: &[ModelChange<'_>], column: Column) -> String {
    let cells = changes.iter().filter_map(|change| change.field(column));
    let kinds = most_frequent(cells.map(|cell| (&*cell.from, &*cell.to)));
    listed(kinds.into_iter().map(|((from, to), count)| {
        let from = if from.is_empty() { "blank" } else { from };
        format!("{from} → {to} {count}")
    }))
}

/// Each of these values with its count, the most frequent first, and equally frequent ones in ascending order.
pub fn most_frequent<V: Ord>(values: impl Iterator<Item = V>) -> Vec<(V, usize)> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    counts
}
