//! The summary of a dataset: each row counted once.

use serde::{Deserialize, Serialize};

use super::Line;
use crate::dataset::{Mark, Row};
use crate::flop::{Class, Flop};

/// How many rows of each kind there are; the kinds add up to `total`. A row counts as verified or protected first, and only then by the
/// class of its own training FLOP (older files carry older class names).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub total: usize,
    /// `verified` is `y`.
    pub verified: usize,
    /// Unmarked, 5e25 FLOP or more.
    pub high_confidence_above: usize,
    /// Unmarked, from 5e24 FLOP up to 5e25.
    pub not_sure: usize,
    /// Unmarked, below 5e24 FLOP: kept for its human text, or orphaned.
    pub high_confidence_below: usize,
    /// `verified` holds a text other than `y`.
    pub protected: usize,
    /// Unmarked, without a training FLOP.
    pub unestimated: usize,
}

/// How many of these rows are at or above 1e25 FLOP.
pub fn at_or_above(flops: impl Iterator<Item = Option<Flop>>) -> usize {
    flops.filter(|flop| *flop >= Some(Flop::REGULATORY)).count()
}

impl Summary {
    /// The rows of a dataset as it stands.
    pub fn of_rows(rows: &[Row<'_>]) -> Summary {
        Summary::of(rows.iter().map(|row| (row.mark, row.flop)))
    }

    /// The rows of a dataset as a plan leaves it.
    pub fn of_lines(lines: &[Line<'_>]) -> Summary {
        Summary::of(lines.iter().map(|line| (line.mark, line.flop)))
    }

    /// Counts rows by their mark and their own training FLOP.
    fn of(rows: impl Iterator<Item = (Mark, Option<Flop>)>) -> Summary {
        rows.fold(Summary::default(), |mut summary, (mark, flop)| {
            summary.total += 1;
            let kind = match (mark, flop.map(Flop::class)) {
                (Mark::Verified, _) => &mut summary.verified,
                (Mark::Protected, _) => &mut summary.protected,
                (_, Some(Class::HighConfidenceAbove)) => &mut summary.high_confidence_above,
                (_, Some(Class::NotSure)) => &mut summary.not_sure,
                (_, Some(Class::HighConfidenceBelow)) => &mut summary.high_confidence_below,
                (_, None) => &mut summary.unestimated,
            };
            *kind += 1;
            summary
        })
    }
}
