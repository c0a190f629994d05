//! One estimate for each model (behaviour §4). This happens over all records, before candidates are chosen, so that a confident low
//! estimate beats a speculative high one.

use std::collections::hash_map::Entry;

use super::{Estimate, Estimates};
use crate::key::{ByKey, Key};

/// The surviving estimate of each model.
#[derive(Debug, Default)]
pub struct Unique<'e> {
    /// In the order in which their keys first appear.
    survivors: Vec<&'e Estimate<'e>>,
    /// The place of each key among the survivors.
    places: ByKey<&'e Key, usize>,
}

impl<'e> Unique<'e> {
    /// Keeps the record of each key that takes [precedence](Estimate::precedence).
    pub fn of(estimates: &'e Estimates<'e>) -> Unique<'e> {
        let mut survivors: Vec<&'e Estimate<'e>> = Vec::with_capacity(estimates.usable.len());
        let mut places = ByKey::default();
        places.reserve(estimates.usable.len());
        for estimate in &estimates.usable {
            match places.entry(&estimate.key) {
                Entry::Vacant(place) => {
                    place.insert(survivors.len());
                    survivors.push(estimate);
                }
                Entry::Occupied(place) => {
                    let survivor = &mut survivors[*place.get()];
                    if estimate.precedence(survivor).is_gt() {
                        *survivor = estimate;
                    }
                }
            }
        }
        Unique { survivors, places }
    }

    /// How many models there are.
    pub fn len(&self) -> usize {
        self.survivors.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.survivors.is_empty()
    }

    /// The estimate of one model.
    pub fn get(&self, key: &Key) -> Option<&'e Estimate<'e>> {
        self.places.get(key).map(|place| self.survivors[*place])
    }

    /// Every surviving estimate, in the order in which the models first appear.
    pub fn iter(&self) -> impl Iterator<Item = &'e Estimate<'e>> {
        self.survivors.iter().copied()
    }
}
