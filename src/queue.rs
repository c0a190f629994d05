//! The review queue: which rows of the dataset, and in which order. Pure.

use std::cmp::{Ordering, Reverse};

use chrono::{NaiveDate, NaiveDateTime};

use crate::dataset::{Dataset, Mark, Row};
use crate::dedup::Unique;
use crate::estimates::{Estimates, Rejected};
use crate::flop::{Class, Flop};
use crate::iso8601;
use crate::key::{Key, KeySet, folded};
use crate::plan::{Drift, Orphan, row_order};
use crate::schema::{Column, Confidence};

/// Which rows are asked for. Every condition that is set has to hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// `Some(true)`: only verified rows; `Some(false)`: only those that are not.
    pub verified: Option<bool>,
    /// The class of the row's own training FLOP.
    pub class: Option<Class>,
    /// The row's confidence.
    pub confidence: Option<Confidence>,
    /// The developer, any case.
    pub developer: Option<String>,
    /// At least this much training compute.
    pub min_flop: Option<Flop>,
    /// At most this much training compute.
    pub max_flop: Option<Flop>,
    /// Verified rows whose latest estimate is far away.
    pub drifted: bool,
    /// Rows without a usable estimate.
    pub orphaned: bool,
    /// Text in name, developer, reasoning or notes, any case.
    pub text: Option<String>,
}

impl Filter {
    /// Whether the estimates are needed to answer.
    pub fn needs_estimates(&self) -> bool {
        self.drifted || self.orphaned
    }
}

/// In which order rows are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Highest training FLOP first, as the dataset stands.
    #[default]
    Flop,
    /// By name.
    Name,
    /// By developer, then name.
    Developer,
    /// Latest release first, unknown last.
    Release,
    /// Latest estimate first, unknown last.
    Updated,
}

impl Sort {
    /// Every order.
    pub const ALL: [Sort; 5] = [
        Sort::Flop,
        Sort::Name,
        Sort::Developer,
        Sort::Release,
        Sort::Updated,
    ];

    /// The order as the flag spells it.
    pub fn name(self) -> &'static str {
        match self {
            Sort::Flop => "flop",
            Sort::Name => "name",
            Sort::Developer => "developer",
            Sort::Release => "release",
            Sort::Updated => "updated",
        }
    }
}

/// What the estimates say now, for rows to be held against.
#[derive(Debug, Default)]
pub struct Latest<'e> {
    /// One estimate for each model.
    pub unique: Unique<'e>,
    /// Models whose record was rejected.
    pub rejected: KeySet<Key>,
}

impl<'e> Latest<'e> {
    /// What `estimates` say, deduplicated.
    pub fn of(estimates: &'e Estimates) -> Latest<'e> {
        Latest {
            unique: Unique::of(estimates),
            rejected: Rejected::keys(&estimates.rejected),
        }
    }

    /// The drift of a verified row.
    pub fn drift(&self, row: &Row<'_>) -> Option<Drift> {
        let latest = self.unique.get(&row.key)?.flop;
        if row.mark == Mark::Verified {
            Drift::between(row.flop, latest)
        } else {
            None
        }
    }

    /// Why a row that nobody marked is an orphan.
    pub fn orphan(&self, row: &Row<'_>) -> Option<Orphan> {
        if row.mark != Mark::Unverified {
            return None;
        }
        Orphan::of(self.unique.get(&row.key), self.rejected.contains(&row.key))
    }
}

/// A row of the answer.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'d, 'a> {
    /// The row.
    pub row: &'d Row<'a>,
    /// Its drift, where the estimates were asked.
    pub drift: Option<Drift>,
    /// Why it is an orphan, where the estimates were asked.
    pub orphan: Option<Orphan>,
}

/// The rows that pass the filter, in order.
pub fn select<'d, 'a>(
    dataset: &'d Dataset<'a>,
    latest: &Latest<'_>,
    filter: &Filter,
    sort: Sort,
) -> Vec<Listed<'d, 'a>> {
    let developer = filter.developer.as_deref().map(folded);
    let text = filter.text.as_deref().map(folded);
    let mut listed: Vec<Listed<'d, 'a>> = dataset
        .rows
        .iter()
        .filter(|row| {
            let cell = |column| dataset.cell(row, column);
            filter
                .verified
                .is_none_or(|verified| verified == (row.mark == Mark::Verified))
                && filter
                    .class
                    .is_none_or(|class| row.flop.map(Flop::class) == Some(class))
                && filter
                    .min_flop
                    .is_none_or(|min| row.flop.is_some_and(|flop| flop >= min))
                && filter
                    .max_flop
                    .is_none_or(|max| row.flop.is_some_and(|flop| flop <= max))
                && developer
                    .as_ref()
                    .is_none_or(|developer| row.key.developer() == developer)
                && filter
                    .confidence
                    .is_none_or(|level| cell(Column::Confidence).trim() == level.name())
                && text.as_ref().is_none_or(|text| {
                    let columns = [
                        Column::Name,
                        Column::Developer,
                        Column::Reasoning,
                        Column::Notes,
                    ];
                    columns
                        .into_iter()
                        .any(|column| folded(&cell(column)).contains(text.as_str()))
                })
        })
        .map(|row| {
            let (drift, orphan) = if filter.needs_estimates() {
                (latest.drift(row), latest.orphan(row))
            } else {
                (None, None)
            };
            Listed { row, drift, orphan }
        })
        .filter(|listed| {
            !filter.needs_estimates()
                || (filter.drifted && listed.drift.is_some())
                || (filter.orphaned && listed.orphan.is_some())
        })
        .collect();
    sort_rows(dataset, &mut listed, sort);
    listed
}

fn sort_rows(dataset: &Dataset<'_>, listed: &mut [Listed<'_, '_>], sort: Sort) {
    let released = |row: &Row<'_>| -> Reverse<Option<NaiveDate>> {
        Reverse(iso8601::day(&dataset.cell(row, Column::ReleaseDate)))
    };
    let updated = |row: &Row<'_>| -> Reverse<Option<NaiveDateTime>> {
        Reverse(iso8601::moment(&dataset.cell(row, Column::LastUpdated)))
    };
    listed.sort_by(|a, b| {
        let (a, b) = (a.row, b.row);
        let first = match sort {
            Sort::Flop => Ordering::Equal,
            Sort::Name => a.key.cmp(&b.key),
            Sort::Developer => {
                (a.key.developer(), a.key.name()).cmp(&(b.key.developer(), b.key.name()))
            }
            Sort::Release => released(a).cmp(&released(b)),
            Sort::Updated => updated(a).cmp(&updated(b)),
        };
        first.then_with(|| row_order(a.flop, &a.key).cmp(&row_order(b.flop, &b.key)))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATASET: &str = "name,developer,verified,training_flop,confidence,release_date,notes\n\
        a,X,y,9e25,high,2024-01-01,\n\
        b,Y,,2e25,low,,Look HERE\n\
        c,x,no,,low,2025-01-01,\n";

    fn names(filter: Filter, sort: Sort) -> Vec<String> {
        let dataset = Dataset::parse(DATASET.as_bytes()).expect("sound");
        let listed = select(&dataset, &Latest::default(), &filter, sort);
        listed
            .iter()
            .map(|listed| listed.row.key.name().to_owned())
            .collect()
    }

    #[test]
    fn without_conditions_every_row_is_listed_by_flop() {
        assert_eq!(names(Filter::default(), Sort::Flop), ["a", "b", "c"]);
    }

    #[test]
    fn every_condition_has_to_hold() {
        let filter = |change: fn(&mut Filter)| {
            let mut filter = Filter::default();
            change(&mut filter);
            names(filter, Sort::Flop)
        };
        assert_eq!(filter(|f| f.verified = Some(false)), ["b", "c"]);
        assert_eq!(filter(|f| f.developer = Some(" x".into())), ["a", "c"]);
        assert_eq!(filter(|f| f.class = Some(Class::NotSure)), ["b"]);
        assert_eq!(filter(|f| f.confidence = Some(Confidence::Low)), ["b", "c"]);
        assert_eq!(filter(|f| f.min_flop = Flop::new(2e25)), ["a", "b"]);
        assert_eq!(filter(|f| f.max_flop = Flop::new(2e25)), ["b"]);
        assert_eq!(filter(|f| f.text = Some("here".into())), ["b"]);
        assert_eq!(
            filter(|f| {
                f.text = Some("here".into());
                f.verified = Some(true)
            }),
            [""; 0]
        );
    }

    #[test]
    fn the_latest_release_comes_first_and_an_unknown_one_last() {
        assert_eq!(names(Filter::default(), Sort::Release), ["c", "a", "b"]);
        assert_eq!(names(Filter::default(), Sort::Developer), ["a", "c", "b"]);
    }
}
