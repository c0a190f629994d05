//! The states that a row can be asked for, and what is known of each row. Pure.

use std::collections::{HashMap, HashSet};

use clap::Args;

use crate::changes::ModelChange;
use crate::dataset::{Dataset, Decisions, LineEnd, Row, push_record};
use crate::estimates::Latest;
use crate::flop::Flop;
use crate::key::Key;
use crate::plan::{Drift, Orphan};
use crate::schema::Column;

/// The states that are asked for. Several of them mean either.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub(super) struct StateArgs {
    /// Only rows whose training FLOP passed 1e25 in the last refresh that the journal has
    #[arg(long)]
    pub crossed: bool,
    /// Only verified rows whose latest estimate is 2× or more away, or on another side of a threshold
    #[arg(long)]
    pub drifted: bool,
    /// Only unmarked rows below 5e24 FLOP, which are kept for what a person wrote in them
    #[arg(long)]
    pub demoted: bool,
    /// Only rows of probable renames, whose names are one or look alike, group by group
    #[arg(long)]
    pub renamed: bool,
    /// Only unmarked rows that have no usable estimate now
    #[arg(long)]
    pub orphaned: bool,
}

impl StateArgs {
    /// How a person deals with the rows of the one state that is asked for.
    pub fn remedy(self) -> Option<&'static str> {
        const CROSSED: &str = "`show NAME` says why; `verify` or `dismiss` decides";
        const DRIFTED: &str =
            "`accept NAME`: the value stands; `accept NAME --latest`: take the new one";
        const RENAMED: &str = "`alias --suggest` prints the commands that join them";
        const KEPT: &str =
            "`verify NAME` keeps a row, `dismiss NAME --note WHY` takes it out, `alias` renames it";
        let is_kept = self.demoted || self.orphaned;
        match (self.crossed, self.drifted, self.renamed, is_kept) {
            (true, false, false, false) => Some(CROSSED),
            (false, true, false, false) => Some(DRIFTED),
            (false, false, true, false) => Some(RENAMED),
            (false, false, false, true) => Some(KEPT),
            _ => None,
        }
    }
}

/// The rows that crossed and are no longer in the dataset, because a model that falls below 5e24 is removed, or because somebody
/// dismissed it since. They are a file with the columns of today; of each row the key and the number are known.
pub(super) fn rows_that_left(crossed: &[ModelChange<'_>], dataset: &Dataset<'_>) -> Vec<u8> {
    let header = &dataset.table.header;
    let today: HashSet<&Key> = dataset.rows.iter().map(|row| &row.key).collect();
    let mut bytes = Vec::new();
    push_record(&mut bytes, header.names(), LineEnd::Lf);
    let has_left = |change: &&ModelChange<'_>| !today.contains(&change.key());
    for change in crossed.iter().filter(has_left) {
        let flop = change.flops().1.map(Flop::shortest).unwrap_or_default();
        let cells = header.names().map(|column| match column.parse() {
            Ok(Column::Name) => &*change.name,
            Ok(Column::Developer) => &*change.developer,
            Ok(Column::TrainingFlop) => &*flop,
            _ => "",
        });
        push_record(&mut bytes, cells, LineEnd::Lf);
    }
    bytes
}

/// What is known of a row, as far as it was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct State<'k> {
    /// How it passed 1e25 in the last refresh.
    pub crossing: Option<&'k ModelChange<'k>>,
    /// Whether the row is no longer in the dataset.
    pub has_left: bool,
    pub drift: Option<Drift>,
    pub is_demoted: bool,
    /// The place of its group of probable renames.
    pub group: Option<usize>,
    pub orphan: Option<Orphan>,
}

/// Where the states of rows are looked up.
pub(super) struct Known<'k> {
    pub latest: &'k Latest<'k>,
    pub decisions: &'k Decisions<'k>,
    /// The rows that the last refresh reported as crossed.
    pub crossed: HashMap<Key, &'k ModelChange<'k>>,
    /// The place of each model's group of probable renames.
    pub groups: HashMap<Key, usize>,
}

impl<'k> Known<'k> {
    /// What is known of a row of today, or of one that `has_left`; `None` where it is in none of the states that are asked for.
    pub fn state(&self, row: &Row<'_>, has_left: bool, asked: StateArgs) -> Option<State<'k>> {
        let group = |model| self.groups.get(model).copied();
        let state = State {
            crossing: self.crossed.get(&row.key).copied(),
            has_left,
            drift: Drift::of_row(row, self.latest, self.decisions).filter(|_| asked.drifted),
            is_demoted: asked.demoted && row.is_demoted() && !has_left,
            group: group(&row.key).or_else(|| group(row.model())),
            orphan: Orphan::of_row(row, self.latest).filter(|_| asked.orphaned && !has_left),
        };
        (state != State::default() || asked == StateArgs::default()).then_some(state)
    }
}
