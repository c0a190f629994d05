//! Their table as it is downloaded: whatever edition it is of, its columns are picked by name.

use std::iter::once;

use anyhow::{Context, Result, anyhow, bail};
use chrono::NaiveDate;
use strum::{EnumString, IntoStaticStr};

use super::WHERE;
use crate::dataset::{LineEnd, Record, foreign_records};
use crate::dates;
use crate::flop::Flop;
use crate::schema::Confidence;
use crate::text::{is_visible, one_line};

/// Their columns, where the program reads or writes one.
pub mod column {
    pub const MODEL: &str = "Model";
    /// What older editions call [`MODEL`].
    pub const SYSTEM: &str = "System";
    pub const ORGANIZATION: &str = "Organization";
    pub const DATE: &str = "Publication date";
    pub const PARAMETERS: &str = "Parameters";
    pub const FLOP: &str = "Training compute (FLOP)";
    pub const NOTES: &str = "Training compute notes";
    pub const CONFIDENCE: &str = "Confidence";
    pub const LINK: &str = "Link";
    pub const METHOD: &str = "Training compute estimation method";
}

/// A table of theirs, read whole.
#[derive(Debug)]
pub struct PublicTable {
    /// The models, in the order of the file.
    pub models: Vec<Theirs>,
    /// What counts as blank because it cannot be read.
    pub faults: Vec<Fault>,
    /// The header line, byte for byte: byte order mark, quotes and line end as they stand.
    pub header: String,
    /// The names of the columns; an old name is the new one here.
    pub columns: Vec<String>,
    pub line_end: LineEnd,
}

/// One row of theirs.
#[derive(Debug, Clone)]
pub struct Theirs {
    /// The model's name, as the cell has it.
    pub name: String,
    /// Who trained the model, as the cell has it: several organisations are separated by commas.
    pub organization: String,
    pub flop: Option<Flop>,
    /// How sure they are, in their word.
    pub confidence: String,
    pub date: Option<NaiveDate>,
    /// The number of parameters, as the cell has it.
    pub parameters: String,
    /// Where it says so, as the cell has it.
    pub link: String,
}

/// How sure they are, where they state a range by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(ascii_case_insensitive)]
pub enum TheirConfidence {
    Confident,
    Likely,
    Speculative,
}

impl TheirConfidence {
    /// Their 90 % range reaches from the number divided by this to the number times this.
    pub fn range(self) -> f64 {
        match self {
            TheirConfidence::Confident => 3.0,
            TheirConfidence::Likely => 10.0,
            TheirConfidence::Speculative => 31.0,
        }
    }
}

/// Our levels in their words.
impl From<Confidence> for TheirConfidence {
    fn from(confidence: Confidence) -> TheirConfidence {
        match confidence {
            Confidence::High => TheirConfidence::Confident,
            Confidence::Medium => TheirConfidence::Likely,
            Confidence::Low | Confidence::Speculative => TheirConfidence::Speculative,
        }
    }
}

impl Theirs {
    /// Who trained the model: the cell as a whole, and where it names several organisations each of them.
    pub fn organizations(&self) -> impl Iterator<Item = &str> {
        let whole = self.organization.trim();
        let parts = whole.split(',').map(str::trim);
        once(whole)
            .chain(parts.filter(move |part| *part != whole))
            .filter(|name| is_visible(name))
    }

    pub fn single_organizations(&self) -> impl Iterator<Item = &str> {
        let parts = self.organization.split(',').map(str::trim);
        parts.filter(|name| is_visible(name))
    }

    pub fn shown_name(&self) -> String {
        one_line((&*self.name).into()).into_owned()
    }
}

/// A cell that counts as blank because it cannot be read, or a row that is passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line on which the row begins.
    pub line: usize,
    pub column: &'static str,
    pub value: String,
    /// What was expected, and what becomes of it.
    pub reason: &'static str,
}

impl PublicTable {
    /// Reads the bytes of a file of theirs.
    ///
    /// # Errors
    /// When it is no CSV file, lacks a needed column, has a column twice that is read, or a row of another length. The message begins with
    /// the line.
    pub fn parse(bytes: &[u8]) -> Result<PublicTable> {
        refuse_other_files(bytes)?;
        let (byte_order_mark, records) =
            foreign_records(bytes).map_err(|refusal| anyhow!("{}: {refusal}", refusal.line))?;
        let mut records = records.into_iter();
        let empty = || format!("1: the file is empty; download it again from {WHERE}");
        let header = records.next().with_context(empty)?;
        let line_end = header.end.unwrap_or(LineEnd::Lf);
        let mark = if byte_order_mark { "\u{feff}" } else { "" };
        let mut table = PublicTable {
            models: Vec::new(),
            faults: Vec::new(),
            header: format!("{mark}{}{}", header.raw, line_end.text()),
            line_end,
            columns: columns(&header)?,
        };
        for record in records {
            table.read(&record)?;
        }
        Ok(table)
    }

    fn read(&mut self, record: &Record<'_>) -> Result<()> {
        let line = record.line;
        let (cells, columns) = (record.width(), self.columns.len());
        if cells != columns {
            bail!(
                "{line}: this row has {cells} cells where the header has {columns}; download the file again from {WHERE}, or mend the line"
            );
        }
        let cell = |wanted: &str| {
            let place = self.columns.iter().position(|name| name == wanted);
            place.map_or("", |place| record.cell(place))
        };
        let mut fault = |column, reason| {
            self.faults.push(Fault {
                line,
                column,
                value: cell(column).to_owned(),
                reason,
            });
        };
        if !is_visible(cell(column::MODEL)) {
            let reason = "a name was expected; the row is passed over";
            fault(column::MODEL, reason);
            return Ok(());
        }
        let flop = cell(column::FLOP).trim().parse().ok();
        if flop.is_none() && !cell(column::FLOP).trim().is_empty() {
            let reason = "a number above 0 was expected, such as 5.54e+25; it counts as blank";
            fault(column::FLOP, reason);
        }
        let date = day(cell(column::DATE).trim());
        if date.is_none() && !cell(column::DATE).trim().is_empty() {
            let reason = "a date was expected, such as 2025-02-17 or 2/17/2025; it counts as blank";
            fault(column::DATE, reason);
        }
        self.models.push(Theirs {
            name: cell(column::MODEL).to_owned(),
            organization: cell(column::ORGANIZATION).to_owned(),
            flop,
            confidence: cell(column::CONFIDENCE).trim().to_owned(),
            date,
            parameters: cell(column::PARAMETERS).to_owned(),
            link: cell(column::LINK).to_owned(),
        });
        Ok(())
    }
}

/// The names of the columns. A needed one that is missing is an error, and so is one that is read and stands twice.
fn columns(header: &Record<'_>) -> Result<Vec<String>> {
    let mut names: Vec<String> = header.cells().map(|name| name.trim().to_owned()).collect();
    if !names.iter().any(|name| name == column::MODEL)
        && let Some(old) = names.iter_mut().find(|name| *name == column::SYSTEM)
    {
        column::MODEL.clone_into(old);
    }
    let count = |wanted: &str| names.iter().filter(|name| *name == wanted).count();
    let line = header.line;
    let needed = [column::MODEL, column::ORGANIZATION, column::FLOP];
    let missing = needed.iter().filter(|wanted| count(wanted) == 0);
    let missing: Vec<String> = missing.map(|wanted| format!("\"{wanted}\"")).collect();
    if !missing.is_empty() {
        bail!(
            "{line}: there is no column {}; is it a CSV of models as Epoch AI publishes it? The current files are at {WHERE}",
            missing.join(", none ")
        );
    }
    for wanted in [
        column::MODEL,
        column::ORGANIZATION,
        column::FLOP,
        column::DATE,
        column::PARAMETERS,
        column::CONFIDENCE,
        column::LINK,
    ] {
        if count(wanted) > 1 {
            bail!(
                "{line}: the column \"{wanted}\" stands twice; remove one of the two, or download the file again from {WHERE}"
            );
        }
    }
    Ok(names)
}

/// What is downloaded instead of a table, or around one.
fn refuse_other_files(bytes: &[u8]) -> Result<()> {
    let start = bytes.trim_ascii_start();
    let what = if bytes.starts_with(b"PK\x03\x04") {
        "this is a ZIP archive (or a spreadsheet's own file); unpack it, or save it as \"CSV UTF-8\""
    } else if bytes.starts_with(b"\x1f\x8b") {
        "this is compressed with gzip; unpack it first"
    } else if start.starts_with(b"<!") || start.starts_with(b"<html") {
        "this is an HTML page; download the CSV file that it links to"
    } else {
        return Ok(());
    };
    bail!("1: {what}")
}

/// A day in one of the forms of the estimates, or as `M/D/YYYY`.
fn day(text: &str) -> Option<NaiveDate> {
    let american = || {
        let (_, year) = text.rsplit_once('/')?;
        (year.len() == 4).then_some(())?;
        NaiveDate::parse_from_str(text, "%m/%d/%Y").ok()
    };
    dates::day(text).or_else(american)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "Model,Organization,Publication date,Training compute (FLOP),Confidence\n";

    fn parse(text: &str) -> PublicTable {
        PublicTable::parse(text.as_bytes()).expect("sound")
    }

    fn refused(text: &str) -> String {
        PublicTable::parse(text.as_bytes())
            .expect_err("refused")
            .to_string()
    }

    #[test]
    fn columns_are_picked_by_name_in_every_order_and_the_old_name_of_the_first_is_known() {
        let table =
            parse("x,Training compute (FLOP),Organization,System\n,1.9E+25,\"A,B\",\"a\nb\"\n");
        let model = &table.models[0];
        assert_eq!(model.name, "a\nb");
        assert_eq!(model.shown_name(), "a b");
        assert_eq!(model.flop, Flop::new(1.9e25));
        assert_eq!(model.organizations().collect::<Vec<_>>(), ["A,B", "A", "B"]);
        let table = parse("Model,System,Organization,Training compute (FLOP)\na,b,c,\n");
        assert_eq!(table.models[0].name, "a");
    }

    #[test]
    fn dates_are_read_in_both_forms() {
        let table = parse(&format!(
            "{HEADER}a,o,7/9/2025,,\nb,o,2025-07-09,,\nc,o,,,\n"
        ));
        let july = NaiveDate::from_ymd_opt(2025, 7, 9);
        let dates: Vec<_> = table.models.iter().map(|model| model.date).collect();
        assert_eq!(dates, [july, july, None]);
        assert_eq!(table.faults, []);
    }

    #[test]
    fn a_cell_that_cannot_be_read_counts_as_blank_and_is_named_with_its_line() {
        let table = parse(&format!(
            "{HEADER}\"a\nb\",o,13/13/2025,much,\n\u{200b},o,,1e25,\nc,o,1/1/25,0,\n"
        ));
        let faults: Vec<_> = table
            .faults
            .iter()
            .map(|fault| (fault.line, fault.column, &*fault.value))
            .collect();
        assert_eq!(
            faults,
            [
                (2, column::FLOP, "much"),
                (2, column::DATE, "13/13/2025"),
                (4, column::MODEL, "\u{200b}"),
                (5, column::FLOP, "0"),
                (5, column::DATE, "1/1/25"),
            ]
        );
        assert_eq!(table.models.len(), 2);
        assert!(
            table
                .models
                .iter()
                .all(|model| model.flop.is_none() && model.date.is_none())
        );
    }

    #[test]
    fn a_header_without_a_line_end_gets_one() {
        let table = parse("Model,Organization,Training compute (FLOP)");
        assert_eq!(table.header, "Model,Organization,Training compute (FLOP)\n");
    }

    #[test]
    fn a_file_that_is_something_else_is_refused_with_what_to_do() {
        assert!(refused("Model,Model,Organization,Training compute (FLOP)\n").contains("twice"));
        assert!(refused(&format!("{HEADER}a,\"b,,,\n")).starts_with("2: a quote opens"));
        assert!(refused("PK\u{3}\u{4}").contains("ZIP"));
        assert!(refused("\n<!DOCTYPE html>").contains("HTML"));
        assert!(refused("").contains("empty"));
        let error = PublicTable::parse(b"Model\n\xff").expect_err("not UTF-8");
        assert!(error.to_string().starts_with("2: "));
    }
}
