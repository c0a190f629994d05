//! One line of the file-to-be: where its content comes from, what becomes of it and why.

use std::borrow::Cow;

use crate::dataset::{Mark, Row};
use crate::estimates::Estimate;
use crate::flop::Flop;
use crate::key::Key;
use crate::schema::Column;

/// What becomes of a line of the dataset.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate {
    /// A candidate that had no row.
    Added,
    /// The estimate says something else than the row did.
    Updated,
    /// Nothing but perhaps `last_updated` would differ: the row stays as it is.
    Unchanged,
    /// Fell below 5e24 FLOP and is kept for its notes.
    Demoted,
    /// There is no usable estimate of this row now: it stays as it is.
    Orphaned(Orphan),
    /// A person confirmed it: it stays as it is. Drifted where the latest estimate is far away.
    Verified(Option<Drift>),
    /// `verified` holds something else than `y`: it stays as it is.
    Protected,
}

/// Why there is no usable estimate of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Orphan {
    /// No record of the estimates has its key.
    Gone,
    /// The record with its key was rejected.
    Rejected,
    /// The record with its key has no training FLOP now.
    Unestimated,
}

impl Fate {
    /// The fate of a row that a command leaves alone without asking the estimates.
    pub(super) fn left_alone(row: &Row<'_>) -> Fate {
        match row.mark {
            Mark::Verified => Fate::Verified(None),
            Mark::Protected => Fate::Protected,
            Mark::Unverified => Fate::Unchanged,
        }
    }
}

impl Orphan {
    /// Why a model with this estimate, if any, is an orphan; `None` where it has a training FLOP.
    pub fn of(estimate: Option<&Estimate>, is_rejected: bool) -> Option<Orphan> {
        match estimate {
            Some(estimate) => estimate.flop.is_none().then_some(Orphan::Unestimated),
            None if is_rejected => Some(Orphan::Rejected),
            None => Some(Orphan::Gone),
        }
    }

    /// The reason, as reports say it.
    pub fn reason(self) -> &'static str {
        match self {
            Orphan::Gone => "not in the estimates",
            Orphan::Rejected => "its record was rejected",
            Orphan::Unestimated => "no estimate now",
        }
    }
}

/// A verified row whose latest estimate is 2× or more away, or falls in another class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// What was verified.
    pub verified: Flop,
    /// What the estimates say now.
    pub latest: Flop,
}

impl Drift {
    /// The drift of a verified value, if it is one (behaviour §5).
    pub fn between(verified: Option<Flop>, latest: Option<Flop>) -> Option<Drift> {
        let drift = Drift {
            verified: verified?,
            latest: latest?,
        };
        let (a, b) = (drift.verified.get(), drift.latest.get());
        // Doubling is exact, dividing is not.
        let far = a >= 2.0 * b || b >= 2.0 * a;
        (far || drift.verified.class() != drift.latest.class()).then_some(drift)
    }
}

/// A cell that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit<'p> {
    /// Its column.
    pub column: Column,
    /// What it says today; `""` where the file has no such column.
    pub from: Cow<'p, str>,
    /// What it will say.
    pub to: Cow<'p, str>,
}

/// Where the content of a line comes from.
#[derive(Debug, Clone)]
pub enum Source<'p> {
    /// A row of today's dataset, its bytes kept but for the line's edits.
    Row(&'p Row<'p>),
    /// An estimate, written afresh.
    Estimate(&'p Estimate),
    /// A row of an older copy of the dataset, in today's columns. Where it replaces a row of today, the line's edits say how the two
    /// differ.
    Restored {
        /// The row as the older copy has it.
        row: &'p Row<'p>,
        /// Its bytes, laid out as the refreshed file.
        raw: Cow<'p, str>,
    },
}

/// A line of the dataset as the plan leaves it.
#[derive(Debug, Clone)]
pub struct Line<'p> {
    /// Where its content comes from.
    pub source: Source<'p>,
    /// What becomes of it.
    pub fate: Fate,
    /// What differs from today's row, where there is one; in the order of the schema.
    pub edits: Vec<Edit<'p>>,
    /// Its mark, afterwards.
    pub mark: Mark,
    /// Its own training FLOP, afterwards.
    pub flop: Option<Flop>,
}

impl<'p> Line<'p> {
    pub(super) fn kept(row: &'p Row<'p>, fate: Fate) -> Line<'p> {
        Line {
            source: Source::Row(row),
            fate,
            edits: Vec::new(),
            mark: row.mark,
            flop: row.flop,
        }
    }

    pub(super) fn added(estimate: &'p Estimate) -> Line<'p> {
        Line {
            source: Source::Estimate(estimate),
            fate: Fate::Added,
            edits: Vec::new(),
            mark: Mark::Unverified,
            flop: estimate.flop,
        }
    }

    /// Which model the line is about.
    pub fn key(&self) -> &'p Key {
        match &self.source {
            Source::Row(row) | Source::Restored { row, .. } => &row.key,
            Source::Estimate(estimate) => &estimate.key,
        }
    }

    /// The row of today's dataset it comes from.
    pub fn row(&self) -> Option<&'p Row<'p>> {
        match &self.source {
            Source::Row(row) => Some(row),
            Source::Estimate(_) | Source::Restored { .. } => None,
        }
    }

    /// What becomes of one of its cells, if that changes.
    pub fn edit(&self, column: Column) -> Option<&Edit<'p>> {
        self.edits.iter().find(|edit| edit.column == column)
    }
}
