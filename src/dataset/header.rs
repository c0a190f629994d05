//! The header of a CSV file: which column stands where, in the owner's order.

use std::collections::HashSet;

use super::record::{LineEnd, Record, csv_line};
use super::refusal::Refusal;
use crate::schema::{Columns, is_text_column};

/// The columns of a file as it will be written: the owner's order, and behind it those of the schema that are missing today.
#[derive(Debug, Clone)]
pub struct Header<'a> {
    /// The header line as it stands; `None` where there is no file yet.
    record: Option<Record<'a>>,
    /// The names of all columns, those that will be appended included; an old name is the new one here.
    names: Vec<String>,
    /// How many of them stand in the file today.
    width: usize,
    /// For each column of the schema, its place in `names`.
    places: Vec<usize>,
    /// For each of `names`, its place in the schema; `None` where it is outside of it.
    schema: Vec<Option<usize>>,
    /// The places of the columns in which people write text.
    texts: Vec<usize>,
    has_old_name: bool,
}

impl<'a> Header<'a> {
    /// The header of a new file.
    pub fn of_schema<C: Columns>() -> Header<'a> {
        let names = C::NAMES.iter().map(|name| (*name).to_owned()).collect();
        Header::new::<C>(None, names)
    }

    fn new<C: Columns>(record: Option<Record<'a>>, mut names: Vec<String>) -> Header<'a> {
        let width = names.len();
        let find = |names: &[String], wanted: &str| names.iter().position(|name| name == wanted);
        let old = C::OLD_NAME.filter(|(_, today)| find(&names, today).is_none());
        let old = old.and_then(|(old, today)| Some((find(&names, old)?, today)));
        if let Some((place, today)) = old {
            today.clone_into(&mut names[place]);
        }
        for name in C::NAMES {
            if find(&names, name).is_none() {
                names.push((*name).to_owned());
            }
        }
        let places = C::NAMES.iter().filter_map(|name| find(&names, name));
        let schema = |name: &String| C::NAMES.iter().position(|found| found == name);
        let texts = (0..names.len()).filter(|place| is_text_column(&names[*place]));
        Header {
            places: places.collect(),
            texts: texts.collect(),
            schema: names.iter().map(schema).collect(),
            record,
            names,
            width,
            has_old_name: old.is_some(),
        }
    }

    /// Reads the first record of a file.
    ///
    /// # Errors
    /// A required column is missing, one is misspelled, or one stands twice.
    pub(super) fn parse<C: Columns>(
        record: Record<'a>,
        required: &[&str],
    ) -> Result<Header<'a>, Refusal> {
        let names: Vec<String> = record.cells().map(|name| name.trim().to_owned()).collect();
        let header = Header::new::<C>(Some(record.clone()), names);
        for missing in header.missing() {
            if let Some(name) = header.near_miss(missing) {
                return Err(Refusal::misspelled_column(&record, missing, name));
            }
            if required.contains(&missing) {
                return Err(Refusal::missing_column(&record, missing));
            }
        }
        let mut seen = HashSet::new();
        for name in header.names().filter(|name| !name.is_empty()) {
            if !seen.insert(name) {
                return Err(Refusal::column_twice(&record, name));
            }
        }
        Ok(header)
    }

    /// A column that can only be meant to be `missing`: the same name in another case, or one letter away. What stands in it must not
    /// be taken for blank because its header is misspelled.
    fn near_miss(&self, missing: &str) -> Option<&str> {
        self.own_columns()
            .map(|(_, name)| name)
            .find(|name| strsim::levenshtein(&name.to_lowercase(), missing) <= 1)
    }

    /// How many columns the file has today.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Where a column of the schema stands, from 0. One that is missing today stands behind the last.
    pub fn place(&self, column: impl Columns) -> usize {
        self.places[column.index()]
    }

    /// Whether the file has a column of the schema today.
    pub fn has(&self, column: impl Columns) -> bool {
        self.place(column) < self.width
    }

    /// The names of all columns as the file will be written.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Which column of the schema stands at `place`, by its place in the schema.
    pub fn schema_place(&self, place: usize) -> Option<usize> {
        self.schema[place]
    }

    /// The name of the column at `place`.
    pub fn name(&self, place: usize) -> &str {
        &self.names[place]
    }

    /// Where the column of this name stands.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|found| found == name)
    }

    /// Where the columns of these names stand. No place is named twice, so that columns without a name stay apart.
    pub fn places_of<'n>(&self, names: impl Iterator<Item = &'n str>) -> Vec<Option<usize>> {
        let mut is_free = vec![true; self.names.len()];
        let places = names.map(|name| {
            let mut places = (0..self.names.len()).filter(|place| is_free[*place]);
            let place = places.find(|place| self.names[*place] == name)?;
            is_free[place] = false;
            Some(place)
        });
        places.collect()
    }

    /// The columns outside of the schema, which are the owner's: places and names.
    pub fn own_columns(&self) -> impl Iterator<Item = (usize, &str)> {
        self.names()
            .enumerate()
            .filter(|(place, _)| self.schema[*place].is_none())
    }

    /// The places of the columns in which people write text.
    pub fn text_columns(&self) -> impl Iterator<Item = usize> {
        self.texts.iter().copied()
    }

    /// Appends a column on the right, unless there is one of that name.
    pub fn append(&mut self, name: &str) {
        if self.find(name).is_none() {
            if is_text_column(name) {
                self.texts.push(self.names.len());
            }
            self.names.push(name.to_owned());
            self.schema.push(None);
        }
    }

    /// Whether a column had its old name, and is renamed.
    pub fn has_old_name(&self) -> bool {
        self.has_old_name
    }

    /// The schema's columns that the file does not have today, to be appended on the right.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        self.names().skip(self.width)
    }

    /// Whether the header line will be written as it stands.
    pub fn stays(&self) -> bool {
        !self.has_old_name && self.width == self.names.len()
    }

    /// The header line as it will be written, without its line end.
    pub fn text(&self) -> String {
        match &self.record {
            Some(record) if !self.has_old_name => self
                .missing()
                .fold(record.raw.to_owned(), |line, name| line + "," + name),
            // The other columns keep their text, blanks around it included.
            Some(record) => {
                let cells = record.cells().zip(self.names());
                let cells = cells.map(|(cell, name)| if cell.trim() == name { cell } else { name });
                csv_line(cells.chain(self.missing()))
            }
            None => csv_line(self.names()),
        }
    }

    /// The header line as it stands, without its line end; `None` where there is no file yet.
    pub fn raw(&self) -> Option<&'a str> {
        self.record.as_ref().map(|record| record.raw)
    }

    /// How the header line ends, where there is one and it does.
    pub fn line_end(&self) -> Option<LineEnd> {
        self.record.as_ref().and_then(|record| record.end)
    }
}
