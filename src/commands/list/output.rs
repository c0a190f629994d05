//! The listed rows, as JSON and as CSV. Pure.

use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};
use serde_json::{Value, json};

use super::select::{List, Listed};
use crate::dataset::{Decision, push_record};
use crate::ordered_map::Map;
use crate::parameters::whole_number;
use crate::schema::Column;

impl List<'_> {
    /// The columns as CSV, and last the decision on the model, if it has an effect today. A person fills in that last column for `decide`.
    /// It is left out if columns were requested, or if the owner has a column of that name.
    pub fn csv(&self) -> String {
        const DECISION: &str = "decision";
        let header = &self.dataset.table.header;
        let with_decision = !self.has_requested_columns && header.find(DECISION).is_none();
        let mut bytes = Vec::new();
        let names = self.places.iter().map(|place| header.name(*place));
        let title = with_decision.then_some(DECISION);
        push_record(&mut bytes, names.chain(title), "\n");
        for Listed { row, has_left, .. } in &self.rows {
            let cells = self.places.iter().map(|place| row.record.cell(*place));
            let latest = self.latest.get(row.model()).and_then(|one| one.flop);
            let decision = if *has_left {
                let line = self.decisions.dismissal(row.model());
                line.and_then(|line| line.decision)
            } else {
                self.decisions.effective_decision(self.dataset, row, latest)
            };
            let word = with_decision.then_some(decision.map_or("", Decision::name));
            push_record(&mut bytes, cells.chain(word), "\n");
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// A row keyed by column, with the details of the requested states. An owner's column takes precedence over a detail of the same name.
    fn keyed(&self, listed: &Listed<'_>) -> Map<'_, Value> {
        let header = &self.dataset.table.header;
        let row = listed.row;
        let mut cells: Vec<(Cow<'_, str>, Value)> = Vec::new();
        for place in &self.places {
            let (name, text) = (header.name(*place), row.record.cell(*place));
            let value = match name.parse() {
                Ok(Column::TrainingFlop) => json!(row.flop),
                Ok(Column::Parameters) => {
                    let digits = whole_number(text);
                    json!(digits.and_then(|digits| digits.parse::<u64>().ok()))
                }
                _ => json!(text),
            };
            cells.push((name.into(), value));
        }
        let mut add = |key: &'static str, value| {
            if header.find(key).is_none() {
                cells.push((key.into(), value));
            }
        };
        if let Some(crossing) = listed.crossing {
            add("from_flop", json!(crossing.from_flop));
            add("to_flop", json!(crossing.to_flop));
            add("in_dataset", json!(!listed.has_left));
        }
        if let Some(drift) = listed.drift {
            add("verified_flop", json!(drift.verified));
            add("latest_flop", json!(drift.latest));
            add("factor", json!(drift.factor));
        }
        if let Some(orphan) = listed.orphan {
            add("reason", json!(orphan));
        }
        if let Some(group) = listed.group {
            add("group", json!(group + 1));
            add("with", json!(listed.others));
        }
        Map(cells)
    }
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows.iter().map(|listed| self.keyed(listed)))
    }
}
