//! Finds models whose names are the same, or look alike. They are probable renames. Only a person can tell, so they are reported and never
//! merged (behaviour §5).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{Line, Plan};
use crate::changes::Model;
use crate::dataset::Mark;
use crate::estimates::Latest;
use crate::key::Key;
use crate::look_alike::look_or_text;
use crate::parallel;
use crate::schema::Column;

/// Models whose names are the same, or look alike: first the model of the first row, as the plan leaves it; then, sorted by name and
/// developer, the models of the other rows and those that only the estimates have.
pub type Renamed<'p> = Vec<Model<'p>>;

/// Finds names that the plan's lines have more than once, if at least one of the rows is not verified, and names of orphaned lines that the
/// estimates have for another model. Names that an alias joins are one model.
pub(super) fn find<'p>(plan: &Plan<'p>, latest: &Latest<'p>) -> Vec<Renamed<'p>> {
    // A name without letters, digits or `+` looks like no other, but two developers may have it.
    let look = |key: &Key| look_or_text(&key.name);
    let looks = parallel::map(&plan.lines, |line| look(line.model()));
    // Most names occur once. The others, and the names of orphans, are grouped by the place of their first line.
    let mut firsts: HashMap<&str, usize> = HashMap::new();
    let mut groups: BTreeMap<usize, Vec<&Line<'p>>> = BTreeMap::new();
    // The models of the estimates that look like an orphan.
    let mut elsewhere: HashMap<&str, Vec<Model<'p>>> = HashMap::new();
    for (place, (look, line)) in looks.iter().zip(&plan.lines).enumerate() {
        let first = *firsts.entry(look).or_insert(place);
        if line.is_orphaned() {
            elsewhere.entry(look).or_default();
        }
        if first != place || line.is_orphaned() {
            let group = groups
                .entry(first)
                .or_insert_with(|| vec![&plan.lines[first]]);
            group.extend((first != place).then_some(line));
        }
    }
    // Models of the estimates without a line count too. Most of them are below the threshold or have no estimate.
    if !elsewhere.is_empty() {
        let estimates: Vec<_> = latest.iter().collect();
        let looks = parallel::map(&estimates, |estimate| look(&estimate.key));
        for (estimate, look) in estimates.into_iter().zip(looks) {
            if let Some(models) = elsewhere.get_mut(&*look) {
                models.push(Model::new(&estimate.name, &estimate.developer));
            }
        }
    }
    let model = |line: &Line<'p>| Model {
        name: plan.cell(line, Column::Name).into_owned().into(),
        developer: plan.cell(line, Column::Developer).into_owned().into(),
    };
    let mut renamed = Vec::new();
    for (first, lines) in groups {
        let keys: BTreeSet<&Key> = lines.iter().map(|line| line.model()).collect();
        let rows = lines.iter().filter(|line| line.model() != lines[0].model());
        let others = elsewhere.get(&*looks[first]).into_iter().flatten();
        let mut with: Vec<Model<'p>> = rows
            .map(|line| model(line))
            .chain(others.filter(|other| !keys.contains(&other.key())).cloned())
            .collect();
        // A model that has several rows, in one spelling or in several, is listed once.
        let mut named = HashSet::new();
        with.retain(|one| named.insert(one.key()));
        with.sort_unstable();
        if !with.is_empty() && lines.iter().any(|line| line.mark != Mark::Verified) {
            with.insert(0, model(lines[0]));
            renamed.push(with);
        }
    }
    renamed
}
