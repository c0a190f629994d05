//! Our rows in their columns (behaviour §11). What is not known stays blank.

use std::collections::HashMap;

use super::matching::sure_pairs;
use super::ours::Ours;
use super::read::{PublicTable, TheirColumn, TheirConfidence, Theirs};
use crate::dataset::{Aliases, Dataset, Mark, Row, push_record};
use crate::dates;
use crate::flop::Flop;
use crate::schema::{Column, Confidence};
use crate::sources;

/// A table in their form.
#[derive(Debug)]
pub struct Export<'d> {
    pub bytes: Vec<u8>,
    pub rows: usize,
    /// How many verified rows are left out, because their number is below 1e25 FLOP or unknown.
    pub left_out: usize,
    /// The names of those without a publication date.
    pub undated: Vec<&'d str>,
}

/// The verified rows at or above 1e25 FLOP, or every row, in the columns of `like`. Models that match one of `like` by name and
/// developer are spelled as they are there.
pub fn export<'d>(
    dataset: &'d Dataset<'_>,
    aliases: &Aliases<'_>,
    like: &PublicTable,
    is_for_all: bool,
) -> Export<'d> {
    let mut export = Export {
        bytes: like.header.clone().into_bytes(),
        rows: 0,
        left_out: 0,
        undated: Vec::new(),
    };
    let spellings: HashMap<usize, &Theirs> =
        sure_pairs(&Ours::of_dataset(dataset), &like.models, aliases)
            .map(|(ours, theirs)| (ours, &like.models[theirs]))
            .collect();
    for (place, row) in dataset.rows.iter().enumerate() {
        let is_verified = row.mark == Mark::Verified;
        let is_above = row.flop >= Some(Flop::REGULATORY);
        if !(is_for_all || is_verified && is_above) {
            export.left_out += usize::from(is_verified);
            continue;
        }
        let spelling = spellings.get(&place).copied();
        let mut record = Vec::new();
        for column in &like.columns {
            let cell =
                column.map_or_else(String::new, |column| cell(dataset, row, spelling, column));
            if *column == Some(TheirColumn::Date) && cell.is_empty() {
                export.undated.push(dataset.cell(row, Column::Name));
            }
            record.push(cell);
        }
        push_record(&mut export.bytes, record, like.line_end);
        export.rows += 1;
    }
    export
}

/// What a row says in one of their columns.
fn cell(
    dataset: &Dataset<'_>,
    row: &Row<'_>,
    spelling: Option<&Theirs>,
    column: TheirColumn,
) -> String {
    let ours = |column| dataset.cell(row, column).trim();
    let text = match column {
        TheirColumn::Model => spelling.map_or(ours(Column::Name), |theirs| &theirs.name),
        TheirColumn::Organization => {
            spelling.map_or(ours(Column::Developer), |theirs| &theirs.organization)
        }
        TheirColumn::Date => {
            let day = dates::day(ours(Column::ReleaseDate));
            return day.map(|day| day.to_string()).unwrap_or_default();
        }
        TheirColumn::Parameters => ours(Column::Parameters),
        TheirColumn::Flop => return row.flop.map(Flop::shortest).unwrap_or_default(),
        TheirColumn::Notes => {
            let mut notes = vec![ours(Column::Reasoning), ours(Column::Notes)];
            notes.retain(|text| !text.is_empty());
            return notes.join("\n\n");
        }
        TheirColumn::Confidence => Confidence::from_name(ours(Column::Confidence))
            .map_or("", |level| TheirConfidence::from(level).into()),
        TheirColumn::Link => sources::split(ours(Column::Sources))
            .into_iter()
            .find_map(sources::url)
            .unwrap_or_default(),
        TheirColumn::Method => ours(Column::EstimationMethod),
    };
    text.to_owned()
}
