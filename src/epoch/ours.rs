//! Our side of a comparison: the rows of the dataset, or the deduplicated estimates.

use std::borrow::Cow;

use crate::dataset::{Dataset, Row};
use crate::estimates::{Estimate, Latest};
use crate::flop::Flop;
use crate::key::Key;
use crate::schema::Column;

#[derive(Debug, Clone)]
pub struct Ours<'d> {
    pub name: &'d str,
    pub developer: &'d str,
    pub key: Key,
    pub flop: Option<Flop>,
    pub confidence: &'d str,
    /// The `verified` cell of the row; `None` for an estimate.
    pub verified: Option<&'d str>,
    pub release_date: Cow<'d, str>,
}

impl<'d> Ours<'d> {
    pub fn of_dataset(dataset: &'d Dataset<'_>) -> Vec<Ours<'d>> {
        let ours = |row: &'d Row<'_>| {
            let cell = |column| dataset.cell(row, column);
            Ours {
                name: cell(Column::Name),
                developer: cell(Column::Developer),
                key: row.key.clone(),
                flop: row.flop,
                confidence: cell(Column::Confidence),
                verified: Some(cell(Column::Verified)),
                release_date: cell(Column::ReleaseDate).into(),
            }
        };
        dataset.rows.iter().map(ours).collect()
    }

    pub fn of_estimates(latest: &'d Latest<'d>) -> Vec<Ours<'d>> {
        let ours = |estimate: &'d Estimate| Ours {
            name: &estimate.name,
            developer: &estimate.developer,
            key: estimate.key.clone(),
            flop: estimate.flop,
            confidence: estimate.confidence.name(),
            verified: None,
            release_date: estimate.cell(Column::ReleaseDate),
        };
        latest.iter().map(ours).collect()
    }
}
