//! Which rows of the dataset are listed, and in which order. Pure.

use std::cmp::Reverse;

use clap::Args;
use strum::{EnumString, VariantNames};

use super::state::{Known, State};
use super::{FilterArgs, named};
use crate::dataset::{Dataset, Mark, Row};
use crate::dates;
use crate::flop::{Class, Flop};
use crate::key::folded;
use crate::plan::{Model, Renamed, row_order};
use crate::schema::{Column, Confidence};

/// What the cells of a row have to say.
#[derive(Debug, Args)]
pub(super) struct RowArgs {
    /// Only verified rows
    #[arg(long, conflicts_with = "unverified")]
    verified: bool,
    /// Only rows that are not verified
    #[arg(long)]
    unverified: bool,
    /// Only this class, by the row's own training FLOP
    #[arg(long, value_name = "CLASS", value_parser = named::<Class>())]
    class: Option<Class>,
    /// Only this confidence
    #[arg(long, value_name = "CONFIDENCE", value_parser = named::<Confidence>())]
    confidence: Option<Confidence>,
    /// Only this developer, any case
    #[arg(long, value_name = "NAME")]
    developer: Option<String>,
    /// At least so much training FLOP, such as 1e25
    #[arg(long, value_name = "FLOP")]
    min_flop: Option<Flop>,
    /// At most so much training FLOP
    #[arg(long, value_name = "FLOP")]
    max_flop: Option<Flop>,
    /// Only rows with this text in name, developer, reasoning or notes, any case
    #[arg(long = "match", value_name = "TEXT")]
    text: Option<String>,
}

impl RowArgs {
    /// Whether every condition that is set holds for a row.
    fn accepts(&self, dataset: &Dataset<'_>, row: &Row<'_>) -> bool {
        use Column::{Developer, Name, Notes, Reasoning};
        let cell = |column| dataset.cell(row, column);
        let is_verified = row.mark == Mark::Verified;
        let has_text = |text: &str| {
            let columns = [Name, Developer, Reasoning, Notes];
            columns
                .iter()
                .any(|column| folded(cell(*column)).contains(&folded(text)))
        };
        (is_verified || !self.verified)
            && !(is_verified && self.unverified)
            && (self.class.is_none() || self.class == row.flop.map(Flop::class))
            && (self.min_flop.is_none() || row.flop >= self.min_flop)
            && (self.max_flop).is_none_or(|most| row.flop.is_some_and(|flop| flop <= most))
            && (self.developer.as_deref()).is_none_or(|name| row.key.developer == folded(name))
            && (self.confidence).is_none_or(|it| cell(Column::Confidence).trim() == it.name())
            && self.text.as_deref().is_none_or(has_text)
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
#[derive(Debug)]
pub(super) struct Listed<'d> {
    pub row: &'d Row<'d>,
    pub state: State<'d>,
    /// Where a group of probable renames begins with this row, its other models.
    pub others: Vec<&'d Model<'d>>,
}

/// The rows of today and those that `left` that pass the filter and are in one of the states that are asked for, in order; probable
/// renames group by group.
pub(super) fn select<'d>(
    dataset: &'d Dataset<'d>,
    left: &'d Dataset<'d>,
    known: &Known<'d>,
    renamed: &'d [Renamed<'d>],
    args: &FilterArgs,
) -> Vec<Listed<'d>> {
    let today = dataset.rows.iter().map(|row| (row, false));
    let left = left.rows.iter().map(|row| (row, true));
    let mut listed = Vec::new();
    for (row, has_left) in today.chain(left) {
        if let Some(state) = known.state(row, has_left, args.states)
            && args.rows.accepts(dataset, row)
        {
            let others = Vec::new();
            listed.push(Listed { row, state, others });
        }
    }
    sort(&mut listed, args.sort, dataset);
    for group in listed.chunk_by_mut(|a, b| a.state.group == b.state.group) {
        let first = &mut group[0];
        if let Some(place) = first.state.group {
            let models = renamed[place].models();
            first.others = models
                .filter(|model| model.key() != first.row.key)
                .collect();
        }
    }
    listed
}

fn sort(rows: &mut [Listed<'_>], order: Sort, dataset: &Dataset<'_>) {
    let moment = |listed: &Listed<'_>, column| dates::moment(dataset.cell(listed.row, column));
    rows.sort_by(|a, b| row_order(a.row.flop, &a.row.key).cmp(&row_order(b.row.flop, &b.row.key)));
    match order {
        Sort::Flop => {}
        Sort::Name => rows.sort_by(|a, b| a.row.key.cmp(&b.row.key)),
        Sort::Developer => rows.sort_by(|a, b| {
            let (a, b) = (&a.row.key, &b.row.key);
            (&a.developer, &a.name).cmp(&(&b.developer, &b.name))
        }),
        Sort::Release => rows.sort_by_cached_key(|row| Reverse(moment(row, Column::ReleaseDate))),
        Sort::Updated => rows.sort_by_cached_key(|row| Reverse(moment(row, Column::LastUpdated))),
    }
    rows.sort_by_key(|listed| listed.state.group.unwrap_or(usize::MAX));
}
