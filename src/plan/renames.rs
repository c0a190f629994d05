//! Models whose names are one, or look alike: probably a rename, which only a person can tell. Reported, never merged (behaviour §5).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use super::{Line, Model, Plan};
use crate::dataset::Mark;
use crate::estimates::Latest;
use crate::key::{ByKey, Key};
use crate::look_alike::look_or_itself;
use crate::parallel;
use crate::schema::Column;

/// Models whose names are one, or look alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed<'p> {
    /// The first of them, as its row writes it.
    pub model: Model<'p>,
    /// The others: rows, and models that only the estimates have. By name, then developer.
    pub with: Vec<Model<'p>>,
}

impl<'p> Renamed<'p> {
    /// All models of the group.
    pub fn models(&self) -> impl Iterator<Item = &Model<'p>> {
        iter::once(&self.model).chain(&self.with)
    }
}

/// The names that the plan's lines hold more than once, as long as one of the rows is not verified; and those of orphaned lines that
/// the estimates hold otherwise. What an alias joins is one model.
pub(super) fn find<'p>(plan: &Plan<'p>, latest: &Latest<'p>) -> Vec<Renamed<'p>> {
    // A name of which nothing is left looks like no other, but may stand under two developers.
    let look = |key: &Key| look_or_itself(&key.name);
    let looks = parallel::map(&plan.lines, parallel::MANY, |line| look(line.model()));
    let is_orphaned = |place: usize| plan.lines[place].is_orphaned();
    // Most names stand alone. Those that do not, and those of orphans, are grouped by the place of the first line.
    let mut firsts: ByKey<&str, usize> = ByKey::default();
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, look) in looks.iter().enumerate() {
        let first = *firsts.entry(look).or_insert(place);
        if first != place || is_orphaned(place) {
            let group = groups.entry(first).or_insert_with(|| vec![first]);
            group.extend((first != place).then_some(place));
        }
    }
    let orphaned = groups.values();
    let orphaned = orphaned.filter(|places| places.iter().copied().any(is_orphaned));
    let orphaned = orphaned.map(|places| &*looks[places[0]]);
    let mut elsewhere: ByKey<&str, Vec<Model<'p>>> =
        orphaned.map(|look| (look, Vec::new())).collect();
    // Candidates have a line of their own; what is left are models below the threshold or without an estimate.
    if !elsewhere.is_empty() {
        let estimates: Vec<_> = latest.iter().collect();
        let looks = parallel::map(&estimates, parallel::MANY, |estimate| look(&estimate.key));
        for (estimate, look) in estimates.into_iter().zip(looks) {
            if let Some(models) = elsewhere.get_mut(&*look) {
                models.push(Model::new(&estimate.name, &estimate.developer));
            }
        }
    }
    let model = |line: &Line<'p>| {
        let cell = |column| Cow::Owned(plan.cell(line, column).into_owned());
        Model {
            name: cell(Column::Name),
            developer: cell(Column::Developer),
        }
    };
    let renamed = groups.values().filter_map(|places| {
        let lines: Vec<&Line<'p>> = places.iter().map(|place| &plan.lines[*place]).collect();
        let keys: BTreeSet<&Key> = lines.iter().map(|line| line.model()).collect();
        let first = lines[0];
        let others = lines.iter().filter(|line| line.model() != first.model());
        let mut with: Vec<Model<'p>> = others.map(|line| model(line)).collect();
        let others = elsewhere.get(&*looks[places[0]]).into_iter().flatten();
        with.extend(others.filter(|other| !keys.contains(&other.key())).cloned());
        with.sort_unstable();
        with.dedup();
        let all_verified = lines.iter().all(|line| line.mark == Mark::Verified);
        let model = model(first);
        (!with.is_empty() && !all_verified).then_some(Renamed { model, with })
    });
    renamed.collect()
}
