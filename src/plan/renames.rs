//! Models whose names are one, or look alike: probably a rename, which only a person can tell. Reported, never merged (behaviour §5).

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::{Change, Model, Plan};
use crate::dataset::Mark;
use crate::estimates::Latest;
use crate::look_alike::look;
use crate::parallel;
use crate::schema::Column;

/// With fewer names than this it takes longer to start threads than to look at them.
const MANY: usize = 4096;

/// Models whose names are one, or look alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed<'p> {
    /// The first of them, as its row writes it.
    pub model: Model<'p>,
    /// The others.
    pub with: Vec<Model<'p>>,
}

/// The names that the plan's lines hold more than once, as long as one of the rows is not verified; and those of orphaned lines that
/// the estimates hold otherwise.
pub(super) fn find<'p>(plan: &Plan<'p>, latest: &Latest<'p>) -> Vec<Renamed<'p>> {
    let looks = parallel::map(&plan.lines, MANY, |line| look(&line.key.name));
    let mut groups: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, look) in looks.iter().enumerate() {
        if let Some(look) = look {
            groups.entry(look).or_default().push(place);
        }
    }
    let is_orphaned = |place: &usize| matches!(plan.lines[*place].change, Change::Orphaned(_));
    let mut elsewhere: HashMap<&str, Vec<Model<'p>>> = HashMap::new();
    for (look, places) in &groups {
        if places.iter().any(is_orphaned) {
            elsewhere.insert(look, Vec::new());
        }
    }
    // Candidates have a line of their own; what is left are models below the threshold or without an estimate.
    if !elsewhere.is_empty() {
        let estimates: Vec<_> = latest.unique.iter().collect();
        let looks = parallel::map(&estimates, MANY, |estimate| look(&estimate.key.name));
        for (estimate, look) in estimates.into_iter().zip(looks) {
            if let Some(models) = look.and_then(|look| elsewhere.get_mut(&*look)) {
                models.push(Model::new(&estimate.name, &estimate.developer));
            }
        }
    }
    let model = |place: usize| {
        let cell = |column| Cow::Owned(plan.cell(&plan.lines[place], column).to_owned());
        Model {
            name: cell(Column::Name),
            developer: cell(Column::Developer),
        }
    };
    let mut renamed: Vec<(usize, Renamed<'p>)> = Vec::new();
    for (look, places) in &groups {
        let (first, keys) = (
            places[0],
            places.iter().map(|place| &*plan.lines[*place].key),
        );
        let keys: BTreeSet<_> = keys.collect();
        let rows = places
            .iter()
            .filter(|place| plan.lines[**place].key != plan.lines[first].key);
        let mut with: Vec<Model<'p>> = rows.map(|place| model(*place)).collect();
        let others = elsewhere.get(look).into_iter().flatten();
        with.extend(others.filter(|other| !keys.contains(&other.key())).cloned());
        let all_verified = places
            .iter()
            .all(|place| plan.lines[*place].mark == Mark::Verified);
        if !with.is_empty() && !all_verified {
            with.sort_unstable();
            with.dedup();
            renamed.push((
                first,
                Renamed {
                    model: model(first),
                    with,
                },
            ));
        }
    }
    renamed.sort_by_key(|(place, _)| *place);
    renamed.into_iter().map(|(_, renamed)| renamed).collect()
}
