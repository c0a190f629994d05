//! A model by the name and the developer that are written in a row, in an estimate or on the command line, and what is known of it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::dataset::{Dataset, Row};
use crate::estimates::Estimate;
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

/// What is known of a model that a person means.
#[derive(Debug, Clone)]
pub struct Subject<'d> {
    /// Its key, with its alias.
    pub model: Key,
    /// Its name as the row has it, or else the estimates, or else the decision.
    pub name: &'d str,
    /// Its developer, from the same place.
    pub developer: &'d str,
    pub row: Option<&'d Row<'d>>,
    pub estimate: Option<&'d Estimate>,
    /// Whether nothing is known but a record that was rejected. It may have no developer.
    pub is_rejected: bool,
}

impl<'d> Subject<'d> {
    pub fn new(model: &Key, name: &'d str, developer: &'d str) -> Subject<'d> {
        Subject {
            model: model.clone(),
            name,
            developer,
            row: None,
            estimate: None,
            is_rejected: false,
        }
    }
}
