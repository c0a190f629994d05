//! One estimate for each model (behaviour §4). Pure, and over all records, before candidates are chosen: a confident low estimate
//! beats a speculative high one.

use std::collections::hash_map::Entry;

use crate::estimates::Estimate;
use crate::key::{Key, KeyMap};

/// The surviving estimate of each model.
#[derive(Debug, Default)]
pub struct Unique<'e, 'a> {
    by_key: KeyMap<'e, &'e Estimate<'a>>,
}

impl<'e, 'a> Unique<'e, 'a> {
    /// Keeps the record of each key that takes [precedence](Estimate::precedence).
    pub fn of(estimates: &'e [Estimate<'a>]) -> Unique<'e, 'a> {
        let mut by_key: KeyMap<'e, &'e Estimate<'a>> =
            KeyMap::with_capacity_and_hasher(estimates.len(), Default::default());
        for estimate in estimates {
            match by_key.entry(&estimate.key) {
                Entry::Vacant(place) => {
                    place.insert(estimate);
                }
                Entry::Occupied(mut place) if estimate.precedence(place.get()).is_gt() => {
                    place.insert(estimate);
                }
                Entry::Occupied(_) => {}
            }
        }
        Unique { by_key }
    }

    /// How many models there are.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// The estimate of one model.
    pub fn get(&self, key: &Key) -> Option<&'e Estimate<'a>> {
        self.by_key.get(key).copied()
    }

    /// Every surviving estimate, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &'e Estimate<'a>> {
        self.by_key.values().copied()
    }
}
