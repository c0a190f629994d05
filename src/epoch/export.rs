//! Our rows in their columns (behaviour §11). What is not known stays blank.

use std::collections::HashMap;

use super::matching::pairings;
use super::ours::Ours;
use super::read::{PublicTable, TheirConfidence, Theirs, column};
use crate::dataset::{Aliases, Dataset, LineEnd, Mark, Row, push_record};
use crate::dates;
use crate::flop::Flop;
use crate::schema::{Column, Confidence};
use crate::sources;

/// The columns where no table of theirs is to be followed.
const COLUMNS: [&str; 9] = [
    column::MODEL,
    column::ORGANIZATION,
    column::DATE,
    column::PARAMETERS,
    column::FLOP,
    column::NOTES,
    column::CONFIDENCE,
    column::LINK,
    column::METHOD,
];

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

/// The verified rows at or above 1e25 FLOP, or every row, in the columns of `like` or in the usual ones. Models that match one of `like`
/// by name and developer are spelled as they are there.
pub fn export<'d>(
    dataset: &'d Dataset<'_>,
    aliases: &Aliases<'_>,
    like: Option<&PublicTable>,
    is_for_all: bool,
) -> Export<'d> {
    let mut export = Export {
        bytes: Vec::new(),
        rows: 0,
        left_out: 0,
        undated: Vec::new(),
    };
    let (columns, line_end): (Vec<&str>, _) = match like {
        Some(like) => {
            export.bytes.extend_from_slice(like.header.as_bytes());
            let columns = like.columns.iter().map(String::as_str);
            (columns.collect(), like.line_end)
        }
        None => {
            push_record(&mut export.bytes, COLUMNS, LineEnd::Lf);
            (COLUMNS.to_vec(), LineEnd::Lf)
        }
    };
    let spellings = spellings(dataset, aliases, like);
    for (place, row) in dataset.rows.iter().enumerate() {
        let is_verified = row.mark == Mark::Verified;
        let is_above = row.flop >= Some(Flop::REGULATORY);
        if !(is_for_all || is_verified && is_above) {
            export.left_out += usize::from(is_verified);
            continue;
        }
        let mut cells = cells(dataset, row, spellings.get(&place).copied());
        if columns.contains(&column::DATE) && cells[column::DATE].is_empty() {
            export.undated.push(dataset.cell(row, Column::Name));
        }
        // A column that stands twice is filled once.
        let record = columns.iter().map(|name| cells.remove(name));
        let record: Vec<String> = record.map(Option::unwrap_or_default).collect();
        push_record(
            &mut export.bytes,
            record.iter().map(String::as_str),
            line_end,
        );
        export.rows += 1;
    }
    export
}

/// The models of theirs that rows match by name and developer, by the place of the row.
fn spellings<'l>(
    dataset: &Dataset<'_>,
    aliases: &Aliases<'_>,
    like: Option<&'l PublicTable>,
) -> HashMap<usize, &'l Theirs> {
    let Some(like) = like else {
        return HashMap::new();
    };
    let theirs: Vec<&Theirs> = like.models.iter().collect();
    let pairings = pairings(&Ours::of_dataset(dataset), &theirs, aliases);
    let sure = pairings.into_iter().filter(|one| one.by.is_sure());
    sure.filter_map(|one| Some((one.ours?, theirs[one.theirs?])))
        .collect()
}

/// What a row says in their columns.
fn cells(
    dataset: &Dataset<'_>,
    row: &Row<'_>,
    spelling: Option<&Theirs>,
) -> HashMap<&'static str, String> {
    let cell = |column| dataset.cell(row, column).trim();
    let (name, developer) = match spelling {
        Some(theirs) => (&*theirs.name, &*theirs.organization),
        None => (cell(Column::Name), cell(Column::Developer)),
    };
    let day = dates::day(cell(Column::ReleaseDate)).map(|day| day.to_string());
    let flop = row.flop.map(Flop::shortest);
    let mut notes = vec![cell(Column::Reasoning), cell(Column::Notes)];
    notes.retain(|text| !text.is_empty());
    let confidence = Confidence::from_name(cell(Column::Confidence));
    let confidence = confidence.map_or("", |level| TheirConfidence::from(level).into());
    let link = sources::split(cell(Column::Sources));
    let link = link.into_iter().find_map(sources::url).unwrap_or_default();
    HashMap::from([
        (column::MODEL, name.to_owned()),
        (column::ORGANIZATION, developer.to_owned()),
        (column::DATE, day.unwrap_or_default()),
        (column::PARAMETERS, cell(Column::Parameters).to_owned()),
        (column::FLOP, flop.unwrap_or_default()),
        (column::NOTES, notes.join("\n\n")),
        (column::CONFIDENCE, confidence.to_owned()),
        (column::LINK, link.to_owned()),
        (column::METHOD, cell(Column::EstimationMethod).to_owned()),
    ])
}
