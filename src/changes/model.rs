//! A model by the name and the developer that are written in a row, in an estimate or on the command line.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::dataset::{Dataset, Row};
use crate::key::Key;
use crate::schema::Column;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Model<'a> {
    pub name: Cow<'a, str>,
    pub developer: Cow<'a, str>,
}

impl<'a> Model<'a> {
    pub fn new(name: &'a str, developer: &'a str) -> Model<'a> {
        Model {
            name: name.into(),
            developer: developer.into(),
        }
    }

    pub fn of_row(dataset: &Dataset<'_>, row: &'a Row<'_>) -> Model<'a> {
        let cell = |column| dataset.cell(row, column);
        Model::new(cell(Column::Name), cell(Column::Developer))
    }

    pub fn key(&self) -> Key {
        Key::new(&self.name, &self.developer)
    }
}
