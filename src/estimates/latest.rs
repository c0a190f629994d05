//! The latest word on every model.

use std::collections::HashSet;

use super::{Estimate, Estimates, Unique};
use crate::key::Key;

/// What the estimates say now: one estimate for each model, and which models had a record that was rejected.
#[derive(Debug, Default)]
pub struct Latest<'e> {
    /// One estimate for each model.
    pub unique: Unique<'e>,
    rejected: HashSet<Key>,
}

impl<'e> Latest<'e> {
    /// What `estimates` say, deduplicated.
    pub fn of(estimates: &'e Estimates<'e>) -> Latest<'e> {
        let rejected = estimates
            .rejected
            .iter()
            .filter_map(|one| Some(Key::new(one.name.as_deref()?, one.developer.as_deref()?)));
        Latest {
            rejected: rejected.collect(),
            unique: Unique::of(estimates),
        }
    }

    /// The estimate of one model.
    pub fn get(&self, key: &Key) -> Option<&'e Estimate<'e>> {
        self.unique.get(key)
    }

    /// Whether a record of this model was rejected.
    pub fn is_rejected(&self, key: &Key) -> bool {
        self.rejected.contains(key)
    }
}
