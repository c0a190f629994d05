//! Deduplication (behaviour §4): one estimate for each model. All records take part, before candidates are chosen, so that a confident low
//! estimate beats a speculative high one.

use std::collections::{BTreeMap, HashMap};

use super::{Estimate, Estimates, Fault};
use crate::dataset::Aliases;
use crate::flop::Flop;
use crate::key::Key;

/// The latest estimate of each model, and the models that had a rejected record.
#[derive(Debug, Default)]
pub struct Latest<'e> {
    /// In the order in which their keys first appear.
    survivors: Vec<&'e Estimate>,
    /// The place of each key among the survivors.
    places: HashMap<&'e Key, usize>,
    /// The first rejected record of each model. A record without a developer is filed under an empty developer.
    pub rejected: BTreeMap<Key, &'e Fault>,
    /// Whether a model without an estimate is a candidate.
    pub include_unestimated: bool,
}

impl Estimates {
    /// Gives every record that has an alias the name and the developer of its model. This comes before deduplication.
    pub fn apply_aliases(&mut self, aliases: &Aliases<'_>) {
        for estimate in &mut self.usable {
            if let Some((name, developer)) = aliases.get(&estimate.key) {
                if let Some(name) = name {
                    estimate.name = name.into();
                }
                estimate.developer = developer.into();
                estimate.key = Key::new(&estimate.name, &estimate.developer);
            }
        }
    }
}

impl<'e> Latest<'e> {
    /// Keeps, for each key, the record that takes [precedence](Estimate::precedence). The aliases must already be
    /// [applied](Estimates::apply_aliases) to the estimates.
    pub fn of(estimates: &'e Estimates, aliases: &Aliases<'_>) -> Latest<'e> {
        let mut latest = Latest::default();
        latest.places.reserve(estimates.usable.len());
        for estimate in &estimates.usable {
            let survivors = &mut latest.survivors;
            let next = survivors.len();
            let place = *latest.places.entry(&estimate.key).or_insert(next);
            if place == next {
                survivors.push(estimate);
            } else if estimate.precedence(survivors[place]).0.is_gt() {
                survivors[place] = estimate;
            }
        }
        for fault in &estimates.rejected {
            if let Some(name) = &fault.name {
                let developer = fault.developer.as_deref().unwrap_or_default();
                let model = aliases.resolve(&Key::new(name, developer)).into_owned();
                latest.rejected.entry(model).or_insert(fault);
            }
        }
        latest
    }

    /// The models that belong in the dataset: those with 5e24 FLOP or more, and those without an estimate where they are included
    /// (behaviour §3).
    pub fn candidates(&self) -> impl Iterator<Item = &'e Estimate> {
        self.iter().filter(|estimate| self.is_candidate(estimate))
    }

    pub(crate) fn is_candidate(&self, estimate: &Estimate) -> bool {
        let flop = estimate.flop;
        flop.map_or(self.include_unestimated, |flop| flop >= Flop::CANDIDATE)
    }

    /// How many models there are.
    pub fn count(&self) -> usize {
        self.survivors.len()
    }

    /// The estimate of one model.
    pub fn get(&self, key: &Key) -> Option<&'e Estimate> {
        self.places.get(key).map(|place| self.survivors[*place])
    }

    /// Every surviving estimate, in the order in which the models first appear.
    pub fn iter(&self) -> impl Iterator<Item = &'e Estimate> {
        self.survivors.iter().copied()
    }
}
