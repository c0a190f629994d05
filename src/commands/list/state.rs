//! The states that a row can be asked for, and what is known of each row. Pure.

use std::collections::{HashMap, VecDeque};

use clap::Args;

use crate::changes::ModelChange;
use crate::dataset::{Dataset, Decisions, LineEnd, Row, push_record};
use crate::estimates::Latest;
use crate::flop::Flop;
use crate::journal::JournalEntry;
use crate::key::Key;
use crate::plan::{Drift, Model, Orphan, Renamed};
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
        let states = [
            (
                self.crossed,
                "`show NAME` says why; `verify` or `dismiss` decides",
            ),
            (
                self.drifted,
                "`accept NAME`: the value stands; `accept NAME --latest`: take the new one",
            ),
            (
                self.demoted,
                "`verify NAME` keeps a row, `dismiss NAME --note WHY` takes it out",
            ),
            (
                self.renamed,
                "`alias --suggest` prints the commands that join them",
            ),
            (
                self.orphaned,
                "`verify NAME` keeps a row, `dismiss NAME --note WHY` takes it out, `alias` renames it",
            ),
        ];
        let mut asked = states.iter().filter(|(is_asked, _)| *is_asked);
        match (asked.next(), asked.next()) {
            (Some((_, remedy)), None) => Some(remedy),
            _ => None,
        }
    }

    /// Whether the estimates are needed to answer.
    pub fn need_estimates(self) -> bool {
        self.drifted || self.renamed || self.orphaned
    }
}

/// The training FLOP of a row before and after the refresh in which it passed 1e25.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Crossing {
    pub from: Flop,
    pub to: Flop,
}

/// What is known of a row, as far as it was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct State {
    pub crossing: Option<Crossing>,
    /// Whether the row is no longer in the dataset.
    pub has_left: bool,
    pub drift: Option<Drift>,
    pub is_demoted: bool,
    /// The place of its group of probable renames.
    pub group: Option<usize>,
    pub orphan: Option<Orphan>,
}

/// The rows that the last refresh reported as crossed. Some may have left since, because a model that falls below 5e24 is removed.
#[derive(Debug, Default)]
pub(super) struct Crossed<'j> {
    /// By the line of the row.
    today: HashMap<usize, Crossing>,
    /// Those that have no row today, each with the change that holds the row that it had, where the journal has one.
    left: Vec<(Crossing, &'j ModelChange<'static>, &'j ModelChange<'static>)>,
}

impl<'j> Crossed<'j> {
    /// The crossings of the last refresh, or reset, of a journal whose newest entry comes first.
    pub fn of(dataset: &Dataset<'_>, journal: &'j [JournalEntry<'static>]) -> Crossed<'j> {
        let mut crossed = Crossed::default();
        let Some(last) = journal.iter().position(JournalEntry::is_refresh) else {
            return crossed;
        };
        let mut rows: HashMap<&Key, VecDeque<&Row<'_>>> = HashMap::new();
        for row in &dataset.rows {
            rows.entry(&row.key).or_default().push_back(row);
        }
        let mut removed: HashMap<Key, VecDeque<&ModelChange<'static>>> = HashMap::new();
        // Somebody may have dismissed a model since.
        for entry in &journal[..=last] {
            for change in entry.changes.removed.iter().chain(&entry.changes.dismissed) {
                removed.entry(change.key()).or_default().push_back(change);
            }
        }
        for change in &journal[last].changes.crossed {
            let number = |flop: Option<f64>| flop.and_then(Flop::new);
            let numbers = number(change.from_flop).zip(number(change.to_flop));
            let Some((from, to)) = numbers else { continue };
            let crossing = Crossing { from, to };
            let key = change.key();
            // Of several rows of one model the one that says the number is meant.
            let row = rows.get_mut(&key).and_then(|rows| {
                let place = rows.iter().position(|row| row.flop == Some(to));
                rows.remove(place.unwrap_or(0))
            });
            if let Some(row) = row {
                crossed.today.insert(row.record.line, crossing);
            } else {
                let whole = removed.get_mut(&key).and_then(VecDeque::pop_front);
                let whole = whole.unwrap_or(change);
                crossed.left.push((crossing, change, whole));
            }
        }
        crossed
    }

    /// The rows that are no longer in the dataset, as a file with the columns of today.
    pub fn rows_that_left(&self, dataset: &Dataset<'_>) -> Vec<u8> {
        let mut bytes = Vec::new();
        let names: Vec<&str> = dataset.table.header.names().collect();
        push_record(&mut bytes, names.iter().copied(), LineEnd::Lf);
        for (crossing, change, whole) in &self.left {
            let flop = crossing.to.shortest();
            let cells = names.iter().map(|name| match &whole.row {
                Some(row) => row.get(name).map_or("", |text| text),
                // Somebody has removed the row by hand.
                None if *name == Column::Name.name() => &change.name,
                None if *name == Column::Developer.name() => &change.developer,
                None if *name == Column::TrainingFlop.name() => &flop,
                None => "",
            });
            push_record(&mut bytes, cells, LineEnd::Lf);
        }
        bytes
    }
}

/// Where the states of rows are looked up.
pub(super) struct Known<'k> {
    pub latest: &'k Latest<'k>,
    pub decisions: &'k Decisions<'k>,
    pub crossed: &'k Crossed<'k>,
    /// The rows that crossed and are no longer in the dataset.
    pub left: &'k Dataset<'k>,
    /// The place of each model's group of probable renames.
    pub groups: HashMap<Key, usize>,
}

impl<'k> Known<'k> {
    /// The rows that are listed besides today's, with what is known of them.
    pub fn rows_that_left(&self) -> impl Iterator<Item = (&'k Row<'k>, State)> {
        let rows = self.left.rows.iter().zip(&self.crossed.left);
        rows.map(|(row, (crossing, ..))| {
            let state = State {
                crossing: Some(*crossing),
                has_left: true,
                ..State::default()
            };
            (row, state)
        })
    }

    /// What is known of one of today's rows; `None` where it is in none of the states that are asked for.
    pub fn state(&self, row: &Row<'_>, asked: StateArgs) -> Option<State> {
        let group = self.groups.get(&row.key);
        let group = group.or_else(|| self.groups.get(row.model()));
        let state = State {
            crossing: self.crossed.today.get(&row.record.line).copied(),
            has_left: false,
            drift: Drift::of_row(row, self.latest, self.decisions).filter(|_| asked.drifted),
            is_demoted: asked.demoted && row.is_demoted(),
            group: group.copied(),
            orphan: Orphan::of_row(row, self.latest).filter(|_| asked.orphaned),
        };
        (state != State::default() || asked == StateArgs::default()).then_some(state)
    }
}

/// The place of each model's group.
pub(super) fn groups(renamed: &[Renamed<'_>]) -> HashMap<Key, usize> {
    let groups = renamed.iter().enumerate();
    groups
        .flat_map(|(place, group)| models(group).map(move |model| (model.key(), place)))
        .collect()
}

/// The models of a group of probable renames.
pub(super) fn models<'g>(group: &'g Renamed<'_>) -> impl Iterator<Item = &'g Model<'g>> {
    std::iter::once(&group.model).chain(&group.with)
}
