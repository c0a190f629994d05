//! Which rows of the dataset are listed, and in which order. Pure.

use std::cmp::Reverse;
use std::collections::HashMap;

use clap::Args;
use strum::{EnumString, VariantNames};

use super::{FilterArgs, named};
use crate::changes::{Model, ModelChange};
use crate::dataset::{Dataset, Decisions, Mark, Row};
use crate::dates;
use crate::estimates::Latest;
use crate::flop::{Class, Flop};
use crate::journal::JournalEntry;
use crate::key::{Key, folded};
use crate::ordered_map::Map;
use crate::plan::{Drift, Renamed, orphan_reason, row_order};
use crate::schema::{Column, Confidence};

/// The conditions on rows or dismissed models.
#[derive(Debug, Args)]
pub(super) struct RowArgs {
    /// Only verified rows
    #[arg(long, conflicts_with = "unverified")]
    verified: bool,
    /// Only rows that are not verified, including protected ones
    #[arg(long)]
    unverified: bool,
    /// Only this class, by the row's own training FLOP: from 5e25, from 5e24, or below
    #[arg(long, value_name = "CLASS", value_parser = named::<Class>())]
    class: Option<Class>,
    /// Only this confidence
    #[arg(long, value_name = "CONFIDENCE", value_parser = named::<Confidence>())]
    confidence: Option<Confidence>,
    /// Only this developer, ignoring case
    #[arg(long, value_name = "NAME")]
    developer: Option<String>,
    /// At least this much training FLOP, such as 1e25; for a dismissed model, its latest estimate counts
    #[arg(long, value_name = "FLOP", allow_negative_numbers = true)]
    min_flop: Option<Flop>,
    /// At most this much training FLOP; for a dismissed model, its latest estimate counts
    #[arg(long, value_name = "FLOP", allow_negative_numbers = true)]
    max_flop: Option<Flop>,
    /// Only rows with this text in name, developer, reasoning or notes, ignoring case; for a dismissed model, in name, developer or the
    /// decision's note
    #[arg(long = "match", value_name = "TEXT")]
    text: Option<String>,
}

impl RowArgs {
    /// Whether a row meets every condition that is set.
    fn accepts(&self, dataset: &Dataset<'_>, row: &Row<'_>) -> bool {
        use Column::{Developer, Name, Notes, Reasoning};
        let cell = |column| dataset.cell(row, column);
        let is_verified = row.mark == Mark::Verified;
        let texts = [Name, Developer, Reasoning, Notes].map(cell);
        (is_verified || !self.verified)
            && !(is_verified && self.unverified)
            && (self.class.is_none() || self.class == row.flop.map(Flop::class))
            && (self.confidence).is_none_or(|it| cell(Column::Confidence).trim() == it.name())
            && self.accepts_model([&row.key, row.model()], row.flop, &texts)
    }

    /// Whether a model meets the conditions that do not need a row: those on its developer, its training FLOP and its texts.
    pub fn accepts_model(&self, keys: [&Key; 2], flop: Option<Flop>, texts: &[&str]) -> bool {
        let has_text = |text: &str| texts.iter().any(|own| folded(own).contains(&folded(text)));
        let has_developer = |name: &str| keys.map(|key| &key.developer).contains(&&folded(name));
        (self.min_flop.is_none() || flop >= self.min_flop)
            && (self.max_flop).is_none_or(|most| flop.is_some_and(|flop| flop <= most))
            && self.developer.as_deref().is_none_or(has_developer)
            && self.text.as_deref().is_none_or(has_text)
    }
}

/// The requested states. If there are several, a row has to be in one of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub(super) struct StateArgs {
    /// Only models whose training FLOP passed 1e25 in the last refresh or reset in the journal, including those that are no longer in the
    /// dataset
    #[arg(long)]
    pub crossed: bool,
    /// Only verified rows, not covered by a decision, whose latest estimate is 2× or more away, on the other side of a threshold, or exists
    /// although the row has no number
    #[arg(long)]
    pub drifted: bool,
    /// Only unmarked rows below 5e24 FLOP, kept for their human text or because they have no usable estimate
    #[arg(long)]
    pub demoted: bool,
    /// Only rows of probable renames, whose names are the same or look alike, group by group
    #[arg(long)]
    pub renamed: bool,
    /// Only unmarked rows that have no usable estimate now
    #[arg(long)]
    pub orphaned: bool,
}

/// The order in which rows are listed.
#[derive(Debug, Clone, Copy, EnumString, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub(super) enum Sort {
    /// Highest training FLOP first, the order of the dataset.
    Flop,
    Name,
    /// By developer, then name.
    Developer,
    /// Latest release first, unknown last.
    Release,
    /// Latest estimate first, unknown last.
    Updated,
}

/// The rows that passed 1e25 in the last refresh or reset of the journal.
#[derive(Default)]
pub(super) struct Crossings<'d> {
    /// The crossings of today's rows, by line.
    today: HashMap<usize, &'d ModelChange<'d>>,
    /// The rows that are no longer in the dataset, for example because their model fell below 5e24, or because somebody has dismissed it
    /// since.
    left: Vec<(Row<'d>, &'d ModelChange<'d>)>,
}

impl<'d> Crossings<'d> {
    /// `journal` is sorted newest first. If several rows have the same key, a crossing belongs to the first row without a crossing that has
    /// its number, unmarked rows before marked ones, or else to the first unmarked row.
    pub fn of(journal: &'d [JournalEntry<'static>], dataset: &Dataset<'d>) -> Crossings<'d> {
        let mut crossings = Crossings::default();
        let Some(place) = journal.iter().position(JournalEntry::is_refresh) else {
            return crossings;
        };
        let mut rows: HashMap<&Key, Vec<&Row<'_>>> = HashMap::new();
        for row in &dataset.rows {
            rows.entry(&row.key).or_default().push(row);
        }
        let mut journalled = HashMap::new();
        // From the oldest entry to the newest, which counts.
        for entry in journal[..=place].iter().rev() {
            let changes = entry.changes.removed.iter().chain(&entry.changes.dismissed);
            let left = changes.filter_map(|change| Some((change.key(), change.row.as_ref()?)));
            journalled.extend(left);
        }
        for change in &journal[place].changes.crossed {
            let key = change.key();
            let Some(of_key) = rows.get(&key) else {
                // Of a row that left without an entry, for example by hand, only the crossing is known.
                let flop = change.to_flop.map_or_else(String::new, Flop::shortest);
                let crossing_cells = Map(vec![
                    (Column::Name.name().into(), change.name.clone()),
                    (Column::Developer.name().into(), change.developer.clone()),
                    (Column::TrainingFlop.name().into(), flop.into()),
                ]);
                let cells = journalled.get(&key).copied().unwrap_or(&crossing_cells);
                let row = dataset.row_that_left(key, cells);
                crossings.left.push((row, change));
                continue;
            };
            let mut free = of_key.clone();
            free.retain(|row| !crossings.today.contains_key(&row.record.line));
            // A number that was edited since no longer identifies the row. A marked row has not crossed, unless it was marked since.
            free.retain(|row| of_key.len() == 1 || row.flop == change.to_flop || !row.is_marked());
            let crossed_row = free
                .into_iter()
                .min_by_key(|row| (row.flop != change.to_flop, row.is_marked()));
            if let Some(row) = crossed_row {
                crossings.today.insert(row.record.line, change);
            }
        }
        crossings
    }
}

/// The selected rows, up to the limit. In JSON, an array of objects keyed by column, with `training_flop` and `parameters` as numbers or
/// null.
pub(super) struct List<'d> {
    pub dataset: &'d Dataset<'d>,
    pub decisions: &'d Decisions<'d>,
    pub latest: &'d Latest<'d>,
    pub places: Vec<usize>,
    /// Whether the user requested these columns.
    pub has_requested_columns: bool,
    pub rows: Vec<Listed<'d>>,
    pub total: usize,
}

/// A listed row, with the details of the requested states.
pub(super) struct Listed<'d> {
    pub row: &'d Row<'d>,
    /// Whether the row is no longer in the dataset.
    pub has_left: bool,
    /// Its crossing of 1e25 in the last refresh or reset.
    pub crossing: Option<&'d ModelChange<'d>>,
    pub drift: Option<Drift>,
    pub is_demoted: bool,
    pub orphan: Option<&'static str>,
    /// The place of its group among the probable renames.
    pub group: Option<usize>,
    /// The other models of that group.
    pub others: Vec<&'d Model<'d>>,
}

impl<'d> List<'d> {
    /// The rows, including those that left, that pass the filter and are in one of the requested states. They are in the requested order,
    /// with probable renames group by group.
    pub fn select(
        &self,
        args: &FilterArgs,
        crossings: &'d Crossings<'d>,
        renamed: &'d [Renamed<'d>],
    ) -> Vec<Listed<'d>> {
        let (dataset, states) = (self.dataset, args.states);
        let mut groups: HashMap<Key, usize> = HashMap::new();
        for (place, group) in renamed.iter().enumerate() {
            groups.extend(group.iter().map(|model| (model.key(), place)));
        }
        let today = dataset.rows.iter();
        let today = today.map(|row| (row, crossings.today.get(&row.record.line), false));
        let left = crossings.left.iter();
        let left = left.map(|(row, change)| (row, Some(change), true));
        let mut rows = Vec::new();
        for (row, crossing, has_left) in today.chain(left) {
            let drift = Drift::of_row(row, self.latest, self.decisions);
            let orphan = orphan_reason(row, self.latest);
            let group = groups.get(&row.key).or_else(|| groups.get(row.model()));
            let group = group.copied();
            let models = group.map_or(&[][..], |group| &renamed[group]);
            let others = models.iter().filter(|model| model.key() != row.key);
            let listed = Listed {
                row,
                has_left,
                crossing: crossing.copied(),
                drift: drift.filter(|_| states.drifted && !has_left),
                is_demoted: states.demoted && row.is_demoted() && !has_left,
                orphan: orphan.filter(|_| states.orphaned && !has_left),
                group,
                others: others.collect(),
            };
            let is_in_a_state = states == StateArgs::default()
                || listed.crossing.is_some()
                || listed.drift.is_some()
                || listed.is_demoted
                || listed.orphan.is_some()
                || listed.group.is_some();
            if is_in_a_state && args.rows.accepts(dataset, row) {
                rows.push(listed);
            }
        }
        sort(&mut rows, args.sort, dataset);
        rows
    }
}

fn sort(rows: &mut [Listed<'_>], order: Sort, dataset: &Dataset<'_>) {
    let moment = |one: &Listed<'_>, column| dates::moment(dataset.cell(one.row, column).trim());
    rows.sort_by_key(|one| row_order(one.row.flop, &one.row.key));
    match order {
        Sort::Flop => {}
        Sort::Name => rows.sort_by_key(|one| &one.row.key),
        Sort::Developer => rows.sort_by_key(|one| (&one.row.key.developer, &one.row.key.name)),
        Sort::Release => rows.sort_by_cached_key(|one| Reverse(moment(one, Column::ReleaseDate))),
        Sort::Updated => rows.sort_by_cached_key(|one| Reverse(moment(one, Column::LastUpdated))),
    }
    rows.sort_by_key(|one| one.group.unwrap_or(usize::MAX));
}
