//! Exports our rows in their columns (behaviour §11). Unknown values stay blank.

use std::borrow::Cow;
use std::collections::HashMap;

use super::matching::match_models;
use super::ours::Ours;
use super::read::{
    CONFIDENCE, DATE, FLOP, LINK, MODEL, OLD_MODEL, ORGANIZATION, PARAMETERS, PublicTable,
    TheirConfidence, Theirs,
};
use crate::dataset::{Aliases, Dataset, Mark, Row, push_record};
use crate::dates;
use crate::flop::Flop;
use crate::key::Key;
use crate::parameters::whole_number;
use crate::schema::Column;
use crate::sources;

/// The header of an export without `--like`.
pub const HEADER: &str = "Model,Organization,Publication date,Parameters,Training compute (FLOP),\
                          Training compute notes,Confidence,Link,Training compute estimation method\n";

/// The table to be written, in their form.
#[derive(Debug)]
pub struct Export<'d> {
    pub bytes: Vec<u8>,
    pub rows: usize,
    /// The names of the models without a publication date.
    pub undated: Vec<&'d str>,
    /// The names of the verified models that are left out because their training FLOP is blank or not a number.
    pub left_out: Vec<&'d str>,
}

/// The verified rows at or above 1e25 FLOP, or every row, in the columns of `like`. A model that matches one in `like` by name and
/// developer is spelled as it is there.
pub fn export<'d>(
    dataset: &'d Dataset<'_>,
    aliases: &Aliases<'_>,
    like: &PublicTable,
    includes_all: bool,
) -> Export<'d> {
    let mut export = Export {
        bytes: like.header.clone().into_bytes(),
        rows: 0,
        undated: Vec::new(),
        left_out: Vec::new(),
    };
    let ours = Ours::of_dataset(dataset);
    let spellings: HashMap<&Key, &Theirs> = match_models(&ours, &like.models, aliases)
        .into_iter()
        .filter(|one| one.by.is_sure())
        .filter_map(|one| Some((&one.ours?.key, one.theirs?)))
        .collect();
    for row in &dataset.rows {
        let is_verified = row.mark == Mark::Verified;
        let is_above = row.flop >= Some(Flop::REGULATORY);
        if !(includes_all || is_verified && is_above) {
            if is_verified && row.flop.is_none() {
                export.left_out.push(dataset.cell(row, Column::Name));
            }
            continue;
        }
        let spelling = spellings.get(&row.key).copied();
        let mut record = Vec::new();
        for column in &like.columns {
            let cell = cell(dataset, row, spelling, column);
            if column == DATE && cell.is_empty() {
                export.undated.push(dataset.cell(row, Column::Name));
            }
            record.push(cell);
        }
        push_record(&mut export.bytes, record, like.line_end);
        export.rows += 1;
    }
    export
}

/// The cell of a row in one of their columns.
fn cell(dataset: &Dataset<'_>, row: &Row<'_>, spelling: Option<&Theirs>, column: &str) -> String {
    let ours = |column| dataset.cell(row, column).trim();
    let text = match column {
        MODEL | OLD_MODEL => spelling.map_or(ours(Column::Name), |theirs| &theirs.name),
        ORGANIZATION => spelling.map_or(ours(Column::Developer), |theirs| &theirs.organization),
        DATE => {
            let day = dates::day(ours(Column::ReleaseDate));
            return day.map(|day| day.to_string()).unwrap_or_default();
        }
        PARAMETERS => {
            return whole_number(ours(Column::Parameters))
                .map_or_else(String::new, Cow::into_owned);
        }
        FLOP => return row.flop.map(Flop::shortest).unwrap_or_default(),
        "Training compute notes" => {
            let mut notes = vec![ours(Column::Reasoning), ours(Column::Notes)];
            notes.retain(|text| !text.is_empty());
            return notes.join("\n\n");
        }
        CONFIDENCE => ours(Column::Confidence)
            .parse()
            .map_or("", |level| TheirConfidence::of(level).into()),
        LINK => sources::split(ours(Column::Sources))
            .into_iter()
            .find_map(sources::url)
            .unwrap_or_default(),
        "Training compute estimation method" => ours(Column::EstimationMethod),
        _ => "",
    };
    text.to_owned()
}
