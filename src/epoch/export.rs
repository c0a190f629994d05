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
    /// The bytes of the CSV file.
    pub bytes: Vec<u8>,
    /// How many rows there are in it.
    pub rows: usize,
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
    let mut bytes = Vec::new();
    let line_end = like.map_or(LineEnd::Lf, |like| like.line_end);
    match like {
        Some(like) => bytes.extend_from_slice(like.header.as_bytes()),
        None => push_record(&mut bytes, COLUMNS, line_end),
    }
    let columns: Vec<&str> = match like {
        Some(like) => like.columns.iter().map(String::as_str).collect(),
        None => COLUMNS.to_vec(),
    };
    let spellings = spellings(dataset, aliases, like);
    let is_wanted = |row: &Row<'_>| {
        is_for_all || (row.mark == Mark::Verified && row.flop >= Some(Flop::REGULATORY))
    };
    let rows = dataset.rows.iter().enumerate();
    let rows: Vec<(usize, &Row<'_>)> = rows.filter(|(_, row)| is_wanted(row)).collect();
    let mut undated = Vec::new();
    for (place, row) in &rows {
        let cells = cells(dataset, row, spellings.get(place).copied());
        if !cells
            .iter()
            .any(|(name, text)| *name == column::DATE && !text.is_empty())
        {
            undated.push(dataset.cell(row, Column::Name));
        }
        let mut cells: HashMap<&str, String> = cells.into_iter().collect();
        // A column that stands twice is filled once.
        let record: Vec<String> = columns
            .iter()
            .map(|name| cells.remove(name).unwrap_or_default())
            .collect();
        push_record(&mut bytes, record.iter().map(String::as_str), line_end);
    }
    Export {
        bytes,
        rows: rows.len(),
        undated,
    }
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

fn cells(
    dataset: &Dataset<'_>,
    row: &Row<'_>,
    spelling: Option<&Theirs>,
) -> [(&'static str, String); COLUMNS.len()] {
    let cell = |column| dataset.cell(row, column).trim();
    let (name, developer) = match spelling {
        Some(theirs) => (&*theirs.name, &*theirs.organization),
        None => (cell(Column::Name), cell(Column::Developer)),
    };
    let day = dates::day(cell(Column::ReleaseDate)).map(|day| day.to_string());
    let notes = [cell(Column::Reasoning), cell(Column::Notes)];
    let notes: Vec<&str> = notes.into_iter().filter(|text| !text.is_empty()).collect();
    let confidence = Confidence::from_name(cell(Column::Confidence)).map(|confidence| {
        let confidence: &str = TheirConfidence::from(confidence).into();
        confidence.to_owned()
    });
    let link = sources::split(cell(Column::Sources));
    let link = link.into_iter().find_map(sources::url).unwrap_or_default();
    [
        (column::MODEL, name.to_owned()),
        (column::ORGANIZATION, developer.to_owned()),
        (column::DATE, day.unwrap_or_default()),
        (column::PARAMETERS, cell(Column::Parameters).to_owned()),
        (
            column::FLOP,
            row.flop.map(Flop::shortest).unwrap_or_default(),
        ),
        (column::NOTES, notes.join("\n\n")),
        (column::CONFIDENCE, confidence.unwrap_or_default()),
        (column::LINK, link.trim_end_matches([',', ';']).to_owned()),
        (column::METHOD, cell(Column::EstimationMethod).to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &str = "name,developer,release_date,training_flop,confidence,reasoning,sources,verified,notes\n\
        a,d,2025-02-17,2e25,high,why,card; https://a.b (one; two); https://c,y,\n\
        b,d,soon,1e25,guess,,,y,seen\n\
        c,d,,9e24,low,,,y,\n\
        e,d,,3e25,medium,why,,,because\n";

    fn exported(like: Option<&str>, is_for_all: bool) -> (String, Vec<String>) {
        let dataset = Dataset::parse(ROWS.as_bytes()).expect("sound");
        let like = like.map(|like| PublicTable::parse(like.as_bytes()).expect("sound"));
        let export = export(&dataset, &Aliases::absent(), like.as_ref(), is_for_all);
        let undated = export
            .undated
            .iter()
            .map(|name| (*name).to_owned())
            .collect();
        (String::from_utf8(export.bytes).expect("UTF-8"), undated)
    }

    #[test]
    fn verified_rows_above_the_line_go_out_and_what_is_not_known_stays_blank() {
        let (text, undated) = exported(None, false);
        let header = "Model,Organization,Publication date,Parameters,Training compute (FLOP),Training compute notes,Confidence,Link,Training compute estimation method\n";
        assert_eq!(
            text,
            format!(
                "{header}a,d,2025-02-17,,2e+25,why,Confident,https://a.b,\nb,d,,,1e+25,seen,,,\n"
            )
        );
        assert_eq!(undated, ["b"]);
        let (text, undated) = exported(None, true);
        assert!(
            text.ends_with("c,d,,,9e+24,,Speculative,,\ne,d,,,3e+25,\"why\n\nbecause\",Likely,,\n"),
            "{text}"
        );
        assert_eq!(undated, ["b", "c", "e"]);
    }

    #[test]
    fn a_table_to_follow_gives_its_header_its_line_ends_and_its_spelling() {
        let like = "\u{feff}\"System\",Domain,Organization,Training compute (FLOP)\r\n\"A \",x,\"D,E\",1e20\r\nB,x,f,\r\n";
        let (text, _) = exported(Some(like), false);
        assert_eq!(
            text,
            "\u{feff}\"System\",Domain,Organization,Training compute (FLOP)\r\nA ,,\"D,E\",2e+25\r\nb,,d,1e+25\r\n"
        );
    }
}
