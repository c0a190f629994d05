//! The plan: what a run will do to the dataset, decided whole before anything is written.
//!
//! One pure function for each command makes a [`Plan`]; preview, writing, journal and report all read that one value and so cannot
//! disagree. Every line of the file-to-be carries its [`Fate`], and the groups of a report are those lines, filtered.

mod brakes;
mod line;
mod reapply;
mod refresh;
mod renames;
mod reset;
mod summary;
mod verify;

use std::borrow::Cow;

pub use brakes::brake;
pub use line::{Drift, Edit, Fate, Line, Orphan, Source};
pub use reapply::{Conflict, left_behind, reapply};
pub use refresh::refresh;
pub use renames::Renamed;
pub use reset::reset;
pub use summary::Summary;
pub use verify::{Verdict, verify};

use crate::dataset::{Dataset, Row, cells, decode};
use crate::dedup::Unique;
use crate::estimates::{Estimate, Estimates, Rejected};
use crate::flop::Flop;
use crate::key::Key;
use crate::schema::Column;

/// Which command made the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The merge: human work stays, the rest follows the estimates.
    Refresh,
    /// All candidates afresh; human work goes into the backup.
    Reset,
    /// Human work comes back from an older copy of the dataset.
    Reapply,
    /// One row is marked, or its mark is cleared.
    Verify,
}

impl Mode {
    /// The mode as JSON spells it.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Refresh => "refresh",
            Mode::Reset => "reset",
            Mode::Reapply => "reapply",
            Mode::Verify => "verify",
        }
    }
}

/// A row that leaves the dataset.
#[derive(Debug, Clone)]
pub struct Removed<'p> {
    /// The row.
    pub row: &'p Row<'p>,
    /// What the estimates say of the model now.
    pub latest: Option<Flop>,
}

/// Several rows with one key.
#[derive(Debug, Clone)]
pub struct Duplicates<'p> {
    /// The first of them.
    pub first: &'p Row<'p>,
    /// How many stay.
    pub kept: usize,
    /// Those that leave the dataset; none holds human work.
    pub dropped: Vec<&'p Row<'p>>,
}

/// What a run will do. See the module's documentation.
#[derive(Debug, Clone)]
pub struct Plan<'p> {
    /// Which command made it.
    pub mode: Mode,
    /// Today's dataset.
    pub dataset: &'p Dataset<'p>,
    /// The dataset's lines, in the order of the file-to-be.
    pub lines: Vec<Line<'p>>,
    /// The rows that leave, in today's order.
    pub removed: Vec<Removed<'p>>,
    /// Keys that stand on several rows today.
    pub duplicates: Vec<Duplicates<'p>>,
    /// Names under several developers.
    pub renamed: Vec<Renamed>,
    /// Human work of an older copy that meets other human work of today, which stays.
    pub conflicts: Vec<Conflict<'p>>,
    /// Whether today's rows stand in another order than behaviour §5 wants, and are sorted.
    pub resorted: bool,
    /// How the file is written.
    pub layout: Layout,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Rows in order, `model` renamed, missing columns appended, blank lines gone, a final newline.
    Tidy,
    /// Only the edited cells change; every other byte stays.
    AsItStands,
}

impl<'p> Plan<'p> {
    /// A plan with these lines, in their order, and nothing else to tell.
    fn of(mode: Mode, dataset: &'p Dataset<'p>, lines: Vec<Line<'p>>) -> Plan<'p> {
        let layout = match mode {
            Mode::Verify => Layout::AsItStands,
            Mode::Refresh | Mode::Reset | Mode::Reapply => Layout::Tidy,
        };
        Plan {
            mode,
            dataset,
            lines,
            removed: Vec::new(),
            duplicates: Vec::new(),
            renamed: Vec::new(),
            conflicts: Vec::new(),
            resorted: layout == Layout::Tidy && !in_order(&dataset.rows),
            layout,
        }
    }

    /// What a line says in a column, afterwards.
    pub fn cell(&self, line: &Line<'p>, column: Column) -> Cow<'p, str> {
        match (line.edit(column), &line.source) {
            (_, Source::Estimate(estimate)) => estimate.cell(column),
            (_, Source::Restored { raw, .. }) => {
                let place = self.dataset.header.refreshed_place(column);
                cells(raw).nth(place).map_or(Cow::Borrowed(""), |cell| {
                    Cow::Owned(decode(cell).into_owned())
                })
            }
            (Some(edit), _) => edit.to.clone(),
            (None, Source::Row(row)) => self.dataset.cell(row, column),
        }
    }

    /// The lines of one fate, in the order of the file.
    pub fn with_fate(&self, wanted: impl Fn(Fate) -> bool) -> impl Iterator<Item = &Line<'p>> {
        self.lines.iter().filter(move |line| wanted(line.fate))
    }

    /// How many lines have one fate.
    pub fn count(&self, wanted: impl Fn(Fate) -> bool) -> usize {
        self.with_fate(wanted).count()
    }

    /// How many rows leave the dataset, duplicates included.
    pub fn leaving(&self) -> usize {
        self.removed.len()
            + self
                .duplicates
                .iter()
                .map(|group| group.dropped.len())
                .sum::<usize>()
    }
}

/// What the estimates brought, counted for the report.
#[derive(Debug)]
pub struct Input<'p> {
    /// When the pipeline saved them.
    pub saved_at: Option<&'p str>,
    /// Records in `models`.
    pub models: usize,
    /// Models, after deduplication.
    pub unique: usize,
    /// Models that belong into the dataset.
    pub candidates: usize,
    /// Usable records that another of the same model took precedence over.
    pub duplicates: usize,
    /// Models without an estimate, by key.
    pub unestimated: Vec<&'p Estimate>,
    /// Broken records, in the order of the file.
    pub rejected: &'p [Rejected],
}

impl<'p> Input<'p> {
    /// Counts what the estimates brought.
    pub fn of(
        estimates: &'p Estimates,
        unique: &Unique<'p>,
        include_unestimated: bool,
    ) -> Input<'p> {
        let mut unestimated: Vec<_> = unique
            .iter()
            .filter(|estimate| estimate.flop.is_none())
            .collect();
        unestimated.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        Input {
            saved_at: estimates.saved_at.as_deref(),
            models: estimates.total,
            unique: unique.len(),
            candidates: unique
                .iter()
                .filter(|estimate| estimate.is_candidate(include_unestimated))
                .count(),
            duplicates: estimates.usable_count() - unique.len(),
            unestimated,
            rejected: &estimates.rejected,
        }
    }
}

/// What the rows of a dataset are sorted by (behaviour §5): training FLOP descending, rows without one last, then name, then developer.
pub fn row_order(flop: Option<Flop>, key: &Key) -> (u64, &Key) {
    (Flop::descending(flop), key)
}

/// What of a row would differ if it followed the estimate, in those columns that `follows` the estimate.
fn edits<'p>(
    dataset: &Dataset<'p>,
    row: &'p Row<'p>,
    estimate: &'p Estimate,
    follows: impl Fn(Column) -> bool,
) -> Vec<Edit<'p>> {
    let mut today = [""; Column::COUNT];
    for (place, cell) in cells(row.record.raw).enumerate() {
        if let Some(column) = dataset.header.column_at(place) {
            today[column.index()] = cell;
        }
    }
    let edits = Column::ALL
        .into_iter()
        .filter(|column| follows(*column))
        .filter_map(|column| {
            let (from, to) = (decode(today[column.index()]), estimate.cell(column));
            (from != to).then_some(Edit { column, from, to })
        });
    let mut edits: Vec<_> = edits.collect();
    edits.shrink_to_fit();
    edits
}

/// Whether rows stand in the order that [`row_order`] wants.
fn in_order(rows: &[Row<'_>]) -> bool {
    rows.is_sorted_by_key(|row| row_order(row.flop, &row.key))
}

/// Sorts lines as [`row_order`] wants; lines that tie stay as they stand.
fn sort(lines: &mut [Line<'_>]) {
    lines.sort_by_cached_key(|line| row_order(line.flop, line.key()));
}
