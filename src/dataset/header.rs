//! The header of a dataset: which column stands where, in the owner's order.

use std::borrow::Cow;

use super::csv_text::{Record, cells, decode, encode};
use super::refusal::Refusal;
use crate::schema::Column;

/// The columns of a dataset, as the file has them.
#[derive(Debug, Clone)]
pub struct Header<'a> {
    /// The header line as it stands; `None` where there is no file yet.
    raw: Option<Record<'a>>,
    names: Vec<Cow<'a, str>>,
    columns: Vec<Option<Column>>,
    places: [Option<usize>; Column::COUNT],
}

impl<'a> Header<'a> {
    /// The header of a new file.
    pub fn of_schema() -> Header<'a> {
        Header::new(
            None,
            Column::ALL
                .map(|column| Cow::Borrowed(column.name()))
                .to_vec(),
        )
    }

    fn new(raw: Option<Record<'a>>, names: Vec<Cow<'a, str>>) -> Header<'a> {
        let old_name = !names.iter().any(|name| *name == Column::Name.name());
        let columns: Vec<Option<Column>> = names
            .iter()
            .map(|name| match &**name {
                Column::OLD_NAME if old_name => Some(Column::Name),
                name => Column::ALL.into_iter().find(|column| column.name() == name),
            })
            .collect();
        let places =
            Column::ALL.map(|column| columns.iter().position(|found| *found == Some(column)));
        Header {
            raw,
            names,
            columns,
            places,
        }
    }

    /// Reads the first record of a file.
    pub(super) fn parse(record: Record<'a>) -> Result<Header<'a>, Refusal> {
        let names: Vec<Cow<'a, str>> = cells(record.raw)
            .map(|cell| match decode(cell) {
                Cow::Borrowed(name) => Cow::Borrowed(name.trim()),
                Cow::Owned(name) => Cow::Owned(name.trim().to_owned()),
            })
            .collect();
        let header = Header::new(Some(record), names);
        if let Some(missing) = Column::REQUIRED
            .into_iter()
            .find(|column| header.place(*column).is_none())
        {
            return Err(Refusal::missing_column(&record, missing, &header.names));
        }
        let near_miss = header
            .missing()
            .find_map(|missing| Some((missing, header.near_miss(missing)?)));
        if let Some((missing, name)) = near_miss {
            return Err(Refusal::misspelled_column(&record, missing, name));
        }
        let mut sorted: Vec<&str> = header.names.iter().map(|name| &**name).collect();
        sorted.sort_unstable();
        match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(twice) => Err(Refusal::column_twice(&record, twice[0])),
            None => Ok(header),
        }
    }

    /// A column that can only be meant to be `missing`: the same name in another case, or one letter away. What stands in it is not to
    /// be taken for blank because its header is misspelled.
    fn near_miss(&self, missing: Column) -> Option<&str> {
        let outside = self.names.iter().zip(&self.columns);
        let mut outside = outside.filter(|(_, column)| column.is_none());
        outside.find_map(|(name, _)| {
            let lower = name.to_lowercase();
            let near = strsim::levenshtein(&lower, missing.name()) <= 1;
            near.then_some(&**name)
        })
    }

    /// Whether the owner has columns outside the schema.
    pub fn has_own_columns(&self) -> bool {
        self.columns.iter().any(Option::is_none)
    }

    /// How many columns the file has.
    pub fn width(&self) -> usize {
        self.names.len()
    }

    /// Where a column of the schema stands, from 0; `None` where the file does not have it.
    pub fn place(&self, column: Column) -> Option<usize> {
        self.places[column.index()]
    }

    /// Which column of the schema stands at `place`; `None` for a column outside the schema.
    pub fn column_at(&self, place: usize) -> Option<Column> {
        self.columns.get(place).copied().flatten()
    }

    /// The names of all columns, in the file's order; `model` counts as `name`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names
            .iter()
            .zip(&self.columns)
            .map(|(name, column)| match column {
                Some(column) => column.name(),
                None => &**name,
            })
    }

    /// Whether the column `name` has its old name, `model`.
    pub fn has_old_name(&self) -> bool {
        self.place(Column::Name)
            .is_some_and(|place| self.names[place] == Column::OLD_NAME)
    }

    /// The schema columns that the file does not have, to be appended on the right.
    pub fn missing(&self) -> impl Iterator<Item = Column> + '_ {
        Column::ALL
            .into_iter()
            .filter(|column| self.place(*column).is_none())
    }

    /// The names of all columns of the refreshed file.
    pub fn refreshed_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.names().collect();
        for column in self.missing() {
            names.push(column.name());
        }
        names
    }

    /// Where a column of the schema stands in the refreshed file, in which none is missing.
    pub fn refreshed_place(&self, column: Column) -> usize {
        self.place(column).unwrap_or_else(|| {
            self.width()
                + self
                    .missing()
                    .take_while(|missing| *missing != column)
                    .count()
        })
    }

    /// The header line of the refreshed file: as it stood, `model` renamed, missing columns appended.
    pub fn refreshed(&self) -> String {
        let mut line = match &self.raw {
            None => self
                .names
                .iter()
                .map(|name| encode(name))
                .collect::<Vec<_>>()
                .join(","),
            Some(record) if self.has_old_name() => {
                let renamed = cells(record.raw).enumerate().map(|(place, cell)| {
                    match self.column_at(place) {
                        Some(Column::Name) => Column::Name.name(),
                        _ => cell,
                    }
                });
                renamed.collect::<Vec<_>>().join(",")
            }
            Some(record) => record.raw.to_owned(),
        };
        for column in self.missing() {
            line.push(',');
            line.push_str(column.name());
        }
        line
    }

    /// How the header line ends, where there is one and it does.
    pub fn line_end(&self) -> Option<super::LineEnd> {
        self.raw.and_then(|record| record.end)
    }
}
