//! The states that a row can be asked for, and what is known of each row. Pure.

use std::collections::{HashMap, HashSet};
use std::iter::once;

use clap::Args;

use crate::dataset::{Dataset, Decision, Decisions, LineEnd, Row, push_record};
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
        const CROSSED: &str = "`show NAME` says why; `verify` or `dismiss` decides";
        const DRIFTED: &str =
            "`accept NAME`: the value stands; `accept NAME --latest`: take the new one";
        const DEMOTED: &str = "`verify NAME` keeps a row, `dismiss NAME --note WHY` takes it out";
        const RENAMED: &str = "`alias --suggest` prints the commands that join them";
        const ORPHANED: &str =
            "`verify NAME` keeps a row, `dismiss NAME --note WHY` takes it out, `alias` renames it";
        let mut remedies = vec![];
        remedies.extend(self.crossed.then_some(CROSSED));
        remedies.extend(self.drifted.then_some(DRIFTED));
        remedies.extend(self.demoted.then_some(DEMOTED));
        remedies.extend(self.renamed.then_some(RENAMED));
        remedies.extend(self.orphaned.then_some(ORPHANED));
        match remedies[..] {
            [remedy] => Some(remedy),
            _ => None,
        }
    }

    /// Whether the estimates are needed to answer.
    pub fn need_estimates(self) -> bool {
        self.drifted || self.renamed || self.orphaned
    }
}

/// How the training FLOP of a model passed 1e25 in a refresh.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Crossing {
    pub from: Flop,
    pub to: Flop,
}

/// The rows that the last refresh or reset reported as crossed, by their key: the model's name and developer, and its crossing.
type Crossings<'j> = HashMap<Key, (&'j str, &'j str, Crossing)>;

/// The crossings of a journal whose newest entry comes first.
pub(super) fn crossings<'j>(journal: &'j [JournalEntry<'static>]) -> Crossings<'j> {
    let last = journal.iter().find(|entry| entry.is_refresh());
    last.into_iter()
        .flat_map(|entry| &entry.changes.crossed)
        .filter_map(|change| {
            let from = change.from_flop.and_then(Flop::new)?;
            let to = change.to_flop.and_then(Flop::new)?;
            let crossing = Crossing { from, to };
            Some((change.key(), (&*change.name, &*change.developer, crossing)))
        })
        .collect()
}

/// The rows that crossed and are no longer in the dataset, because a model that falls below 5e24 is removed, or because somebody
/// dismissed it since. They are a file with the columns of today; of each row the key and the number are known.
pub(super) fn rows_that_left(crossings: &Crossings<'_>, dataset: &Dataset<'_>) -> Vec<u8> {
    let header = &dataset.table.header;
    let today: HashSet<&Key> = dataset.rows.iter().map(|row| &row.key).collect();
    let mut bytes = Vec::new();
    push_record(&mut bytes, header.names(), LineEnd::Lf);
    for (key, (name, developer, crossing)) in crossings {
        if !today.contains(key) {
            let flop = crossing.to.shortest();
            let cells = header.names().map(|column| match column.parse() {
                Ok(Column::Name) => name,
                Ok(Column::Developer) => developer,
                Ok(Column::TrainingFlop) => &*flop,
                _ => "",
            });
            push_record(&mut bytes, cells, LineEnd::Lf);
        }
    }
    bytes
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

/// Where the states of rows are looked up.
pub(super) struct Known<'k> {
    pub dataset: &'k Dataset<'k>,
    /// The rows that crossed and are no longer in the dataset.
    pub left: &'k Dataset<'k>,
    pub latest: &'k Latest<'k>,
    pub decisions: &'k Decisions<'k>,
    pub crossings: &'k Crossings<'k>,
    /// The place of each model's group of probable renames.
    pub groups: HashMap<Key, usize>,
}

impl Known<'_> {
    /// What is known of one of today's rows; `None` where it is in none of the states that are asked for.
    pub fn state(&self, row: &Row<'_>, asked: StateArgs) -> Option<State> {
        let group = self
            .groups
            .get(&row.key)
            .or_else(|| self.groups.get(row.model()));
        let state = State {
            crossing: self.crossing(row),
            has_left: false,
            drift: Drift::of_row(row, self.latest, self.decisions).filter(|_| asked.drifted),
            is_demoted: asked.demoted && row.is_demoted(),
            group: group.copied(),
            orphan: Orphan::of_row(row, self.latest).filter(|_| asked.orphaned),
        };
        (state != State::default() || asked == StateArgs::default()).then_some(state)
    }

    /// What is known of a row that left.
    pub fn left(&self, row: &Row<'_>) -> State {
        State {
            crossing: self.crossing(row),
            has_left: true,
            ..State::default()
        }
    }

    fn crossing(&self, row: &Row<'_>) -> Option<Crossing> {
        self.crossings
            .get(&row.key)
            .map(|(_, _, crossing)| *crossing)
    }

    /// The word of the decision on a row's model, where it has an effect on the row today.
    pub fn decision(&self, row: &Row<'_>) -> &'static str {
        let latest = self
            .latest
            .get(row.model())
            .and_then(|estimate| estimate.flop);
        let decision = self.decisions.in_effect(self.dataset, row, latest);
        decision.map_or("", Decision::name)
    }
}

/// The place of each model's group.
pub(super) fn groups(renamed: &[Renamed<'_>]) -> HashMap<Key, usize> {
    let mut groups = HashMap::new();
    for (place, group) in renamed.iter().enumerate() {
        groups.extend(models(group).map(|model| (model.key(), place)));
    }
    groups
}

/// The models of a group of probable renames.
pub(super) fn models<'g>(group: &'g Renamed<'_>) -> impl Iterator<Item = &'g Model<'g>> {
    once(&group.model).chain(&group.with)
}
