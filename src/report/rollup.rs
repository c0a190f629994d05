//! What many updated rows have in common, in one sentence.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::changes::ModelChange;
use crate::flop::factor_number;
use crate::schema::Column;
use crate::terminal::listed;
use crate::text::plural;

/// Fewer rows than this need no summary.
const MANY: usize = 10;

/// How many of many updated rows moved by 2× or more, the median factor, and how many changed confidence and method from what to what.
pub(super) fn rollup(changes: &[ModelChange<'_>]) -> Option<String> {
    if changes.len() < MANY {
        return None;
    }
    let mut factors: Vec<f64> = changes
        .iter()
        .filter_map(|change| match change.flops() {
            (Some(was), Some(now)) if was != now => Some(was.factor(now)),
            _ => None,
        })
        .collect();
    factors.sort_by(f64::total_cmp);
    let far = factors.iter().filter(|factor| **factor >= 2.0).count();
    let mut said = vec![format!(
        "{far} of {} moved by 2× or more",
        plural(changes.len(), "row")
    )];
    if let Some(median) = median(&factors) {
        said.push(format!(
            "the median factor of the {} that moved is {}",
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
            said.push(format!("{what} {kinds}"));
        }
    }
    Some(said.join("; "))
}

/// The middle one of sorted numbers; of an even count the mean of the two in the middle.
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

/// Each of these values with how often it occurs, the most frequent first, equally frequent ones in their own order.
pub fn most_frequent<V: Ord>(values: impl Iterator<Item = V>) -> Vec<(V, usize)> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::FromTo;
    use crate::ordered_map::Map;

    fn change(from: &str, to: &str) -> ModelChange<'static> {
        let cell = |from: &str, to: &str| FromTo {
            from: from.to_owned().into(),
            to: to.to_owned().into(),
        };
        let fields = vec![
            ("training_flop".into(), cell(from, to)),
            ("confidence".into(), cell("low", "high")),
        ];
        ModelChange {
            fields: Map(fields),
            ..ModelChange::default()
        }
    }

    #[test]
    fn the_median_of_an_even_count_lies_between_the_two_in_the_middle() {
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), Some(3.0));
        assert_eq!(median(&[1.0, 2.0, 4.0]), Some(2.0));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn ten_updated_rows_are_rolled_up_and_nine_are_not() {
        let mut changes = vec![change("1e25", "1.5e25"); 9];
        assert_eq!(rollup(&changes), None);
        changes.push(change("1e25", "4e25"));
        let said = "1 of 10 rows moved by 2× or more; the median factor of the 10 that moved is 1.50; confidence low → high 10";
        assert_eq!(rollup(&changes).as_deref(), Some(said));
    }
}
