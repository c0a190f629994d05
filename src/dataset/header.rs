//! The header of a CSV file: its columns and their places, in the owner's order.

use std::collections::HashSet;

use super::record::{LineEnd, Record, push_after};
use super::refusal::Refusal;
use crate::schema::{Columns, is_text_column};
use crate::text::{is_visible, quoted};

/// The columns of a file as it will be written: today's columns in the owner's order, then the columns of the schema that are missing
/// today.
#[derive(Debug, Clone)]
pub struct Header<'a> {
    /// The header line as it stands; `None` where there is no file yet.
    record: Option<Record<'a>>,
    /// The names of all columns, including those that will be appended. A column that has its old name today has its new name here.
    names: Vec<String>,
    /// How many of them the file has today.
    width: usize,
    /// The names of the schema's columns, all of which are among `names`.
    schema: &'static [&'static str],
}

impl<'a> Header<'a> {
    /// The header of a file with this first record, or the header of a new file.
    pub(super) fn new<C: Columns>(record: Option<Record<'a>>) -> Header<'a> {
        let cells = record.iter().flat_map(Record::cells);
        let mut names: Vec<String> = cells.map(|name| name.trim().to_owned()).collect();
        let width = record.as_ref().map_or(C::NAMES.len(), Record::width);
        if let Some((old, today)) = C::OLD_NAME
            && !names.iter().any(|name| name == today)
        {
            for name in names.iter_mut().filter(|name| *name == old) {
                today.clone_into(name);
            }
        }
        for name in C::NAMES {
            if !names.iter().any(|found| found == name) {
                names.push((*name).to_owned());
            }
        }
        Header {
            schema: C::NAMES,
            record,
            names,
            width,
        }
    }

    /// Reads the first record of a file. For an older copy `today` is the header of the file as it is now.
    pub(super) fn parse<C: Columns>(
        record: Record<'a>,
        required: &[&str],
        today: Option<&Header<'_>>,
    ) -> Result<Header<'a>, Refusal> {
        let (line, begins) = (record.line, quoted(record.raw));
        let header = Header::new::<C>(Some(record));
        for missing in header.missing() {
            // A column must not count as missing because its name is one letter off or in another case. But a name that today's file has
            // too is no mistake.
            let is_meant = |name: &str| today.is_some_and(|today| today.find(name).is_some());
            let is_near = |name: &str| strsim::levenshtein(&name.to_lowercase(), missing) <= 1;
            let mut own = header.own_columns().map(|(_, name)| name);
            let near = own.find(|name| is_near(name) && !is_meant(name));
            if near.is_none() && !required.contains(&missing) {
                continue;
            }
            let called = near.map(|name| format!(", but one called {}", quoted(name)));
            let trouble = format!(
                "no column `{missing}`{}; the header begins {begins}",
                called.unwrap_or_default()
            );
            let remedy = match missing {
                "verified" => {
                    "restore the header, because a missing `verified` must never be read as \"nothing is verified\""
                }
                _ => "correct the header",
            };
            return Err(Refusal::new(line, trouble, remedy).in_column(missing));
        }
        let mut seen = HashSet::new();
        let written = header.record.iter().flat_map(Record::cells).map(str::trim);
        for (name, written) in header.names().zip(written) {
            let matters = C::KEEPS_OTHERS || C::NAMES.contains(&name);
            if matters && !name.is_empty() && !seen.insert(name) {
                let trouble = format!("the column {} occurs twice", quoted(written));
                let remedy = "rename or remove one of the two";
                return Err(Refusal::new(line, trouble, remedy).in_column(name));
            }
        }
        Ok(header)
    }

    /// How many columns the file has today.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The place of a column of the schema, from 0. Every column has one, because a column that is missing today will be appended.
    pub fn place(&self, column: impl Columns) -> usize {
        self.find(column.into()).unwrap_or_default()
    }

    /// The cells of a record in these columns, without outer spaces. A record is refused if one of them is blank.
    pub(super) fn filled<'r, C: Columns, const N: usize>(
        &self,
        record: &'r Record<'_>,
        columns: [C; N],
    ) -> Result<[&'r str; N], Refusal> {
        let places = columns.map(|column| self.place(column));
        for place in places {
            let (column, text) = (self.name(place), record.cell(place));
            if !is_visible(text) {
                let trouble = format!("this row has no {column} ({})", quoted(text));
                let remedy = "fill it in, or delete the row";
                return Err(Refusal::new(record.line, trouble, remedy).in_column(column));
            }
        }
        Ok(places.map(|place| record.cell(place).trim()))
    }

    /// Whether the file has a column of the schema today.
    pub fn has(&self, column: impl Columns) -> bool {
        self.place(column) < self.width
    }

    /// The names of all columns as the file will be written.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The names of the columns that the file has today.
    pub fn names_today(&self) -> impl Iterator<Item = &str> {
        self.names().take(self.width)
    }

    /// The name of the column at `place`.
    pub fn name(&self, place: usize) -> &str {
        &self.names[place]
    }

    /// The place of the column with this name in the file as it will be written.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|found| found == name)
    }

    /// The places of name and developer, which all of the program's files have.
    pub fn key_places(&self) -> [usize; 2] {
        ["name", "developer"].map(|name| self.find(name).unwrap_or_default())
    }

    /// The places of the columns with these names in the file as it will be written. No place is returned twice, so that several columns
    /// without a name are kept apart.
    pub fn places_of<'n>(&self, names: impl Iterator<Item = &'n str>) -> Vec<Option<usize>> {
        let mut free: Vec<Option<&str>> = self.names().map(Some).collect();
        names
            .map(|name| {
                let place = free.iter().position(|found| *found == Some(name))?;
                free[place] = None;
                Some(place)
            })
            .collect()
    }

    /// Like [`Header::places_of`], but only the places of columns that the file has today.
    pub fn places_today<'n>(&self, names: impl Iterator<Item = &'n str>) -> Vec<Option<usize>> {
        let places = self.places_of(names).into_iter();
        places
            .map(|place| place.filter(|place| *place < self.width))
            .collect()
    }

    /// The places and names of the columns outside the schema, which are the owner's.
    pub fn own_columns(&self) -> impl Iterator<Item = (usize, &str)> {
        self.names()
            .enumerate()
            .filter(|(_, name)| !self.schema.contains(name))
    }

    /// The places of the columns in which people write text.
    pub fn text_columns(&self) -> impl Iterator<Item = usize> {
        let columns = self.names().enumerate();
        columns.filter_map(|(place, name)| is_text_column(name).then_some(place))
    }

    /// Appends a new column of the owner's on the right.
    pub fn append(&mut self, name: &str) {
        self.names.push(name.to_owned());
    }

    /// Whether a column has its old name in the file and will be renamed.
    pub fn has_old_name(&self) -> bool {
        let is_current = |record: &Record<'_>| record.cells().map(str::trim).eq(self.names_today());
        !self.record.as_ref().is_none_or(is_current)
    }

    /// The columns that the file lacks today and that will be written on the right: the schema's, then those that were
    /// [appended](Header::append).
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        self.names().skip(self.width)
    }

    /// Whether there is a header line and it will be written unchanged.
    pub fn is_unchanged(&self) -> bool {
        self.record.is_some() && !self.has_old_name() && self.width == self.names.len()
    }

    /// Appends the header line to `bytes`, as it will be written.
    pub fn push(&self, bytes: &mut Vec<u8>, end: LineEnd) {
        let kept = self.raw().filter(|_| !self.has_old_name());
        let from = kept.map_or(0, |_| self.width);
        push_after(bytes, kept, &self.names[from..], end);
    }

    /// The header line as it stands, without its line end; `None` where there is no file yet.
    pub fn raw(&self) -> Option<&'a str> {
        self.record.as_ref().map(|record| record.raw)
    }

    /// The line end of the header line, if it has one.
    pub fn line_end(&self) -> Option<LineEnd> {
        self.record.as_ref().and_then(|record| record.end)
    }
}
