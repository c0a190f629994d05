//! One estimate for each model (behaviour §4). Pure, and over all records, before candidates are chosen: a confident low estimate
//! beats a speculative high one.

use std::collections::hash_map::Entry;

use crate::estimates::{Estimate, Estimates};
use crate::key::{Key, KeyMap};

/// The surviving estimate of each model.
#[derive(Debug, Default)]
pub struct Unique<'e> {
    /// In the order in which their keys first appear: reading them through is reading the estimates through.
    survivors: Vec<&'e Estimate>,
    places: KeyMap<'e, usize>,
}

impl<'e> Unique<'e> {
    /// Keeps the record of each key that takes [precedence](Estimate::precedence).
    pub fn of(estimates: &'e Estimates) -> Unique<'e> {
        let count = estimates.usable_count();
        let mut survivors: Vec<&'e Estimate> = Vec::with_capacity(count);
        let mut places = KeyMap::with_capacity_and_hasher(count, Default::default());
        for estimate in estimates.usable() {
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
    pub fn get(&self, key: &Key) -> Option<&'e Estimate> {
        self.places.get(key).map(|place| self.survivors[*place])
    }

    /// Every surviving estimate, in the order in which the models first appear.
    pub fn survivors(&self) -> &[&'e Estimate] {
        &self.survivors
    }

    /// The same, one by one.
    pub fn iter(&self) -> impl Iterator<Item = &'e Estimate> {
        self.survivors.iter().copied()
    }
}
