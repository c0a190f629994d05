//! Which rows of the dataset are listed, and in which order. Pure.

use std::cmp::{Ordering, Reverse};

use strum::{EnumString, VariantNames};

use super::FilterArgs;
use super::state::{Known, State};
use crate::dataset::{Dataset, Mark, Row};
use crate::dates;
use crate::flop::Flop;
use crate::key::folded;
use crate::plan::row_order;
use crate::schema::{Column, Confidence};

impl FilterArgs {
    /// Whether every condition that is set holds for a row.
    fn accepts(&self, dataset: &Dataset<'_>, row: &Row<'_>) -> bool {
        let cell = |column| dataset.cell(row, column);
        let is_verified = row.mark == Mark::Verified;
        let has = |text: &String, column| folded(cell(column)).contains(&folded(text));
        let has_text = |text| {
            use Column::{Developer, Name, Notes, Reasoning};
            let mut columns = [Name, Developer, Reasoning, Notes].into_iter();
            columns.any(|column| has(text, column))
        };
        let is_of = |developer: &String| row.key.developer == folded(developer);
        let is_sure = |level: Confidence| cell(Column::Confidence).trim() == level.name();
        let class = row.flop.map(Flop::class);
        let is_at_least = |min| row.flop.is_some_and(|flop| flop >= min);
        let is_at_most = |max| row.flop.is_some_and(|flop| flop <= max);
        (is_verified || !self.verified)
            && !(is_verified && self.unverified)
            && (self.class.is_none() || self.class == class)
            && self.min_flop.is_none_or(is_at_least)
            && self.max_flop.is_none_or(is_at_most)
            && self.developer.as_ref().is_none_or(is_of)
            && self.confidence.is_none_or(is_sure)
            && self.text.as_ref().is_none_or(has_text)
    }
}

/// In which order rows are listed.
#[derive(Debug, Clone, Copy, EnumString, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub(super) enum Sort {
    /// Highest training FLOP first, as the dataset stands.
    Flop,
    Name,
    /// By developer, then name.
    Developer,
    /// Latest release first, unknown last.
    Release,
    /// Latest estimate first, unknown last.
    Updated,
}

/// A row of the answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listed<'d> {
    pub row: &'d Row<'d>,
    pub state: State,
}

/// The rows that pass the filter and are in one of the states that are asked for, in order; probable renames group by group.
pub(super) fn select<'d>(
    dataset: &'d Dataset<'d>,
    known: &Known<'d>,
    args: &FilterArgs,
) -> Vec<Listed<'d>> {
    let today = dataset.rows.iter();
    let today = today.filter_map(|row| Some((row, known.state(row, args.states)?)));
    let rows = today.chain(known.rows_that_left());
    let rows = rows.filter(|(row, _)| args.accepts(dataset, row));
    let mut listed: Vec<Listed<'d>> = rows.map(|(row, state)| Listed { row, state }).collect();
    let released = |row: &Row<'_>| Reverse(dates::day(dataset.cell(row, Column::ReleaseDate)));
    let updated = |row: &Row<'_>| Reverse(dates::moment(dataset.cell(row, Column::LastUpdated)));
    listed.sort_by(|a, b| {
        let (a, b) = (a.row, b.row);
        let first = match args.sort {
            Sort::Flop => Ordering::Equal,
            Sort::Name => a.key.cmp(&b.key),
            Sort::Developer => {
                (&a.key.developer, &a.key.name).cmp(&(&b.key.developer, &b.key.name))
            }
            Sort::Release => released(a).cmp(&released(b)),
            Sort::Updated => updated(a).cmp(&updated(b)),
        };
        first.then_with(|| row_order(a.flop, &a.key).cmp(&row_order(b.flop, &b.key)))
    });
    listed.sort_by_key(|listed| listed.state.group.unwrap_or(usize::MAX));
    listed
}
