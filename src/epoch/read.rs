//! Reads their table as downloaded. The columns are found by name, so that every edition can be read.

use std::iter::once;

use anyhow::{Result, anyhow, bail};
use chrono::{Datelike, NaiveDate};
use strum::{EnumString, IntoStaticStr};

use super::WHERE;
use crate::dataset::{LineEnd, cells_of_one, foreign_records, refuse_mangled_numbers};
use crate::dates;
use crate::flop::Flop;
use crate::key::Key;
use crate::schema::Confidence;
use crate::text::{is_visible, one_line, plural, quoted};

// The columns of their tables that the program reads.
pub(super) const MODEL: &str = "Model";
pub(super) const OLD_MODEL: &str = "System";
pub(super) const ORGANIZATION: &str = "Organization";
pub(super) const DATE: &str = "Publication date";
pub(super) const PARAMETERS: &str = "Parameters";
pub(super) const FLOP: &str = "Training compute (FLOP)";
pub(super) const CONFIDENCE: &str = "Confidence";
pub(super) const LINK: &str = "Link";

#[derive(Debug)]
pub struct PublicTable {
    /// The models, in the order of the file.
    pub models: Vec<Theirs>,
    /// Messages about cells that cannot be read, each beginning with the line number. Such a cell counts as blank; a row without a name is
    /// skipped.
    pub faults: Vec<String>,
    /// The header line, byte for byte, with its byte order mark, quotes and line end.
    pub header: String,
    pub columns: Vec<String>,
    pub line_end: LineEnd,
}

#[derive(Debug, Clone)]
pub struct Theirs {
    /// The model's name, as the cell has it.
    pub name: String,
    /// Who trained the model, as the cell has it: several organisations are separated by commas.
    pub organization: String,
    /// The same organisations, each by itself.
    pub organizations: Vec<String>,
    pub flop: Option<Flop>,
    /// Their level of confidence, in their own word.
    pub confidence: String,
    /// The day of publication, as `YYYY-MM-DD`.
    pub date: Option<String>,
    /// How many parameters the model has, as the cell has it.
    pub parameters: String,
    /// The address of the source, as the cell has it.
    pub link: String,
}

/// The levels of confidence for which they state a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(ascii_case_insensitive)]
pub enum TheirConfidence {
    Confident,
    Likely,
    Speculative,
}

impl TheirConfidence {
    /// Their 90 % range reaches from the number divided by this factor to the number multiplied by it.
    pub fn range(self) -> f64 {
        match self {
            TheirConfidence::Confident => 3.0,
            TheirConfidence::Likely => 10.0,
            TheirConfidence::Speculative => 31.0,
        }
    }

    /// Our level in their words.
    pub fn of(confidence: Confidence) -> TheirConfidence {
        match confidence {
            Confidence::High => TheirConfidence::Confident,
            Confidence::Medium => TheirConfidence::Likely,
            Confidence::Low | Confidence::Speculative => TheirConfidence::Speculative,
        }
    }

    /// Their level in our words. Their "speculative" also covers our "low".
    pub fn ours(self) -> Confidence {
        match self {
            TheirConfidence::Confident => Confidence::High,
            TheirConfidence::Likely => Confidence::Medium,
            TheirConfidence::Speculative => Confidence::Speculative,
        }
    }
}

impl Theirs {
    /// The keys that the model may have: one with all its organisations as the developer, and one with each of them.
    pub fn keys(&self) -> Vec<Key> {
        once(&self.organization)
            .chain(&self.organizations)
            .map(|developer| Key::new(&self.name, developer))
            .collect()
    }

    pub fn shown_name(&self) -> String {
        one_line((&*self.name).into()).into_owned()
    }
}

impl PublicTable {
    /// Reads the bytes of one of their files. An error message begins with the line number.
    pub fn parse(bytes: &[u8]) -> Result<PublicTable> {
        let (byte_order_mark, records) =
            foreign_records(bytes, &[MODEL, OLD_MODEL, ORGANIZATION, FLOP])?;
        let Some((header, rows)) = records.split_first() else {
            bail!("1: the file is empty; download it again from {WHERE}");
        };
        let columns: Vec<&str> = header.cells().map(str::trim).collect();
        let place = |name| columns.iter().position(|column| *column == name);
        let needed = |name, place: Option<usize>| {
            place.ok_or_else(|| anyhow!(
                "{}: there is no column \"{name}\"; is this a CSV of models as Epoch AI publishes it? The current files are at {WHERE}",
                header.line
            ))
        };
        let model = needed(MODEL, place(MODEL).or(place(OLD_MODEL)))?;
        let organization = needed(ORGANIZATION, place(ORGANIZATION))?;
        let flop = needed(FLOP, place(FLOP))?;
        let (mut models, mut faults) = (Vec::new(), Vec::new());
        for row in rows {
            let line = row.line;
            if row.width() != columns.len() {
                bail!(
                    "{line}: this row has {} where the header has {}; download the file again from {WHERE}, or correct the line",
                    plural(row.width(), "cell"),
                    columns.len()
                );
            }
            let cell = |name| place(name).map_or("", |place| row.cell(place).trim());
            let theirs = Theirs {
                name: row.cell(model).to_owned(),
                organization: row.cell(organization).to_owned(),
                organizations: organizations(row.cell(organization)),
                flop: row.cell(flop).trim().parse().ok(),
                confidence: cell(CONFIDENCE).to_owned(),
                date: day(cell(DATE)).map(|day| day.to_string()),
                parameters: cell(PARAMETERS).to_owned(),
                link: cell(LINK).to_owned(),
            };
            let mut fault = |column, expected| {
                let value = quoted(cell(column));
                faults.push(format!("{line}: {column} is {value}: {expected}"));
            };
            if !is_visible(&theirs.name) {
                fault(columns[model], "a name was expected");
                continue;
            }
            if theirs.flop.is_none() && !cell(FLOP).is_empty() {
                fault(
                    FLOP,
                    "a finite number above 0 was expected, such as 5.54e+25",
                );
            }
            if theirs.date.is_none() && !cell(DATE).is_empty() {
                fault(DATE, "a date was expected, such as 2/17/2025");
            }
            models.push(theirs);
        }
        let flops = rows.iter().map(|row| (row.line, row.cell(flop)));
        refuse_mangled_numbers(FLOP, flops)?;
        let line_end = header.end.unwrap_or("\n");
        Ok(PublicTable {
            models,
            faults,
            header: format!("{byte_order_mark}{}{line_end}", header.raw),
            columns: columns.into_iter().map(str::to_owned).collect(),
            line_end,
        })
    }
}

/// The organisations in a cell. An organisation whose name has a comma is quoted, so the cell is itself a line of CSV.
fn organizations(cell: &str) -> Vec<String> {
    let names = cells_of_one(cell);
    let names = names.unwrap_or_else(|| cell.split(',').map(str::to_owned).collect());
    let names = names.iter().map(|name| name.trim());
    let names = names.filter(|name| is_visible(name));
    names.map(str::to_owned).collect()
}

/// A day in one of the forms of the estimates, or as `M/D/YYYY`.
fn day(text: &str) -> Option<NaiveDate> {
    let american = NaiveDate::parse_from_str(text, "%m/%d/%Y").ok();
    // Chrono also accepts years of fewer than four digits.
    dates::day(text).or(american.filter(|day| day.year() > 999))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_without_a_line_end_gets_one() {
        let header = "Model,Organization,Training compute (FLOP)";
        let table = PublicTable::parse(header.as_bytes()).expect("sound");
        assert_eq!(table.header, format!("{header}\n"));
    }

    #[test]
    fn an_organisation_with_a_comma_is_quoted_within_the_cell() {
        for (cell, organizations) in [
            ("A, B,,C", &["A", "B", "C"][..]),
            ("\"S, Inc\",UC Berkeley", &["S, Inc", "UC Berkeley"]),
            ("\"I\nDelhi\", \"J\" K", &["I\nDelhi", "\"J\" K"]),
            // A cell that is not a sound line of CSV is split at its commas.
            ("I\nDelhi,B", &["I\nDelhi", "B"]),
            ("\"A,B", &["\"A", "B"]),
            (" ", &[]),
        ] {
            let quoted = cell.replace('"', "\"\"");
            let text = format!("Model,Organization,Training compute (FLOP)\na,\"{quoted}\",\n");
            let table = PublicTable::parse(text.as_bytes()).expect("sound");
            assert_eq!(table.models[0].organizations, organizations, "{cell}");
        }
    }

    #[test]
    fn outer_spaces_of_a_cell_make_no_difference() {
        let text = "Model,Organization,Training compute (FLOP),Confidence,Publication date\n\
            a,d, 1e25 , Likely , 2/17/2025 \n";
        let table = PublicTable::parse(text.as_bytes()).expect("sound");
        assert_eq!(table.faults, Vec::<String>::new());
        let model = &table.models[0];
        assert_eq!(model.date.as_deref(), Some("2025-02-17"));
        assert_eq!(model.confidence.parse(), Ok(TheirConfidence::Likely));
        assert!(model.flop.is_some());
    }
}
