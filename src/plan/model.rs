//! A model as it is written.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::dataset::{Dataset, Row};
use crate::key::Key;
use crate::schema::Column;

/// A model as it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Model<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Its developer.
    pub developer: Cow<'a, str>,
}

impl<'a> Model<'a> {
    /// The model of this name and developer.
    pub fn new(name: &'a str, developer: &'a str) -> Model<'a> {
        Model {
            name: name.into(),
            developer: developer.into(),
        }
    }

    /// The model of a row.
    pub fn of_row(dataset: &Dataset<'_>, row: &'a Row<'_>) -> Model<'a> {
        let cell = |column| dataset.cell(row, column);
        Model::new(cell(Column::Name), cell(Column::Developer))
    }

    /// Its key.
    pub fn key(&self) -> Key {
        Key::new(&self.name, &self.developer)
    }
}
