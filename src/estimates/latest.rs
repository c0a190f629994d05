//! The latest word on every model.

use std::collections::HashSet;

use super::{Estimate, Estimates, Unique};
use crate::dataset::Aliases;
use crate::key::Key;

/// What the estimates say now: one estimate for each model, and which models had a record that was rejected.
#[derive(Debug, Default)]
pub struct Latest<'e> {
    /// One estimate for each model.
    pub unique: Unique<'e>,
    rejected: HashSet<Key>,
}

impl Estimates<'_> {
    /// Gives every record with an alias the name and the developer of the model that it is about. To be done before deduplication.
    pub fn follow(&mut self, aliases: &Aliases<'_>) {
        for estimate in &mut self.usable {
            if let Some((name, developer)) = aliases.get(&estimate.key) {
                estimate.name = name.map_or(estimate.name.clone(), |name| name.to_owned().into());
                estimate.developer = developer.to_owned().into();
                estimate.key = Key::new(&estimate.name, &estimate.developer);
            }
        }
    }
}

impl<'e> Latest<'e> {
    /// What `estimates` say, deduplicated. They have to [follow](Estimates::follow) the aliases already.
    pub fn of(estimates: &'e Estimates<'e>, aliases: &Aliases<'_>) -> Latest<'e> {
        let rejected = estimates.rejected.iter().filter_map(|one| {
            let key = Key::new(one.name.as_deref()?, one.developer.as_deref()?);
            Some(aliases.resolve(&key).into_owned())
        });
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
