//! A model by the name and the developer that are written in a row, in an estimate or on the command line.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::key::Key;

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

    pub fn key(&self) -> Key {
        Key::new(&self.name, &self.developer)
    }
}
