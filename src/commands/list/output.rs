//! The rows that are listed, as JSON and as CSV. Pure.

use std::collections::HashSet;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Number, json};

use super::select::Listed;
use super::state::{Crossing, models};
use crate::dataset::{Dataset, Decision, Decisions, LineEnd, push_record};
use crate::estimates::Latest;
use crate::key::Key;
use crate::parameters::whole_number;
use crate::plan::{Model, Renamed};
use crate::schema::Column;

/// The first of the rows that were asked for. As JSON an array of objects keyed by column, `training_flop` and `parameters` as numbers or
/// null.
pub(super) struct List<'d> {
    pub dataset: &'d Dataset<'d>,
    /// The places of the columns that were asked for; `None` where the command chooses them.
    pub columns: Option<Vec<usize>>,
    pub rows: Vec<Listed<'d>>,
    /// How many there are in all.
    pub total: usize,
    pub renamed: &'d [Renamed<'d>],
    pub decisions: &'d Decisions<'d>,
    pub latest: &'d Latest<'d>,
}

impl<'d> List<'d> {
    /// The group of probable renames that begins with the row at `place`, if one does.
    pub fn group_at(&self, place: usize) -> Option<&'d Renamed<'d>> {
        let before = place
            .checked_sub(1)
            .and_then(|place| self.rows[place].state.group);
        let group = self.rows[place]
            .state
            .group
            .filter(|group| Some(*group) != before)?;
        self.renamed.get(group)
    }

    /// The models of the group that begins at `place` of which no row is listed.
    pub fn elsewhere(&self, place: usize) -> impl Iterator<Item = &'d Model<'d>> {
        let group = self.rows[place].state.group;
        let begun = self.group_at(place).into_iter();
        let rows = begun.clone().flat_map(|_| &self.rows[place..]);
        let rows = rows.take_while(|listed| listed.state.group == group);
        let here: HashSet<&Key> = rows.map(|listed| &listed.row.key).collect();
        let models = begun.flat_map(models);
        models.filter(move |model| !here.contains(&model.key()))
    }

    /// The columns as CSV: those that were asked for, else the schema's, then the owner's as they stand in the file, and last the
    /// decision on the model, where it has an effect today. A column of the owner's with that name goes before it.
    pub fn csv(&self) -> String {
        /// To be filled in, and read by `decide`.
        const DECISION: &str = "decision";
        let header = &self.dataset.table.header;
        let with_decision = self.columns.is_none() && header.find(DECISION).is_none();
        let places: Vec<usize> = self.columns.clone().unwrap_or_else(|| self.all_columns());
        let mut bytes = Vec::new();
        let names = places.iter().map(|place| header.name(*place));
        push_record(
            &mut bytes,
            names.chain(with_decision.then_some(DECISION)),
            LineEnd::Lf,
        );
        for listed in &self.rows {
            let cells = places.iter().map(|place| listed.row.record.cell(*place));
            let decision = with_decision.then(|| self.decision(listed));
            push_record(&mut bytes, cells.chain(decision), LineEnd::Lf);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The word of the decision on a model, where it has an effect on the row today.
    fn decision(&self, listed: &Listed<'_>) -> &'static str {
        let row = listed.row;
        let latest = self.latest.get(row.model());
        let latest = latest.and_then(|estimate| estimate.flop);
        let decision = self.decisions.in_effect(self.dataset, row, latest);
        decision.map_or("", Decision::name)
    }

    fn all_columns(&self) -> Vec<usize> {
        let header = &self.dataset.table.header;
        let schema = Column::ALL.iter().map(|column| header.place(*column));
        let own = header.own_columns().map(|(place, _)| place);
        schema.chain(own).collect()
    }
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let places = self.columns.clone().unwrap_or_else(|| self.all_columns());
        let rows = (0..self.rows.len()).map(|at| Keyed {
            list: self,
            places: &places,
            at,
        });
        serializer.collect_seq(rows)
    }
}

/// A row keyed by column, and what is known of it in the states that were asked for. A column of the owner's goes before a key that
/// would be called the same.
struct Keyed<'l> {
    list: &'l List<'l>,
    places: &'l [usize],
    at: usize,
}

impl Serialize for Keyed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let list = self.list;
        let header = &list.dataset.table.header;
        let Listed { row, state } = &list.rows[self.at];
        let mut map = serializer.serialize_map(None)?;
        for place in self.places {
            let (name, text) = (header.name(*place), row.record.cell(*place));
            match name.parse() {
                Ok(Column::TrainingFlop) => map.serialize_entry(name, &row.flop)?,
                Ok(Column::Parameters) => map.serialize_entry(name, &parameters(text))?,
                _ => map.serialize_entry(name, text)?,
            }
        }
        let is_free = |key: &str| header.find(key).is_none();
        let mut known = Vec::new();
        if let Some(Crossing { from, to }) = state.crossing {
            known.extend([("from_flop", json!(from)), ("to_flop", json!(to))]);
            known.push(("in_dataset", json!(!state.has_left)));
        }
        if let Some(drift) = state.drift {
            known.push(("verified_flop", json!(drift.verified)));
            known.push(("latest_flop", json!(drift.latest)));
            known.push(("factor", json!(drift.factor)));
        }
        known.extend(
            state
                .orphan
                .map(|orphan| ("reason", json!(orphan.reason()))),
        );
        known.extend(state.group.map(|group| ("group", json!(group + 1))));
        for (key, value) in known.into_iter().filter(|(key, _)| is_free(key)) {
            map.serialize_entry(key, &value)?;
        }
        // Once a group, as in a report: on every row the whole group would be its square.
        if let Some(group) = list.group_at(self.at).filter(|_| is_free("with")) {
            let others: Vec<_> = models(group)
                .filter(|model| model.key() != row.key)
                .collect();
            map.serialize_entry("with", &others)?;
        }
        map.end()
    }
}

/// Parameters as a number: an integer where they are [whole](whole_number), such as the `175000000000.0` of older files.
fn parameters(text: &str) -> Option<Number> {
    let text = text.trim();
    let whole = whole_number(text);
    if let Ok(whole) = whole.as_deref().unwrap_or(text).parse::<u64>() {
        return Some(whole.into());
    }
    Number::from_f64(text.parse().ok()?)
}
