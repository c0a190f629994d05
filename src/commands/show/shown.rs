//! What `show` says of a model, as JSON and for the text.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::changes::Model;
use crate::commands::history;
use crate::flop::Flop;
use crate::plan::Drift;
use crate::schema::Column;

/// All that is known of one model. As JSON the keys are the fields' names (behaviour §6).
#[derive(Default, Serialize)]
pub(super) struct Shown<'s> {
    pub name: &'s str,
    pub developer: &'s str,
    pub in_dataset: bool,
    /// Its row, the first where there are several.
    #[serde(flatten)]
    pub first: RowShown<'s>,
    /// Every record of the model in the estimates.
    pub records: Vec<RecordShown<'s>>,
    /// The pipeline's own other estimates.
    pub alternatives: Vec<Value>,
    /// The line of the decisions that counts, or else the first on the model.
    pub decision: Option<BTreeMap<&'s str, &'s str>>,
    /// Whether it has an effect today: on a row, or on whether the model gets one.
    #[serde(skip)]
    pub has_effect: bool,
    pub aliases: Vec<Model<'s>>,
    pub look_alikes: Vec<Model<'s>>,
    pub sources: Vec<String>,
    pub history: Vec<history::Event<'s>>,
    /// All its rows; of a model without a row the estimate alone. As JSON only where there are several.
    #[serde(skip_serializing_if = "is_single")]
    pub rows: Vec<RowShown<'s>>,
    /// Where they stand.
    #[serde(skip)]
    pub line_numbers: String,
}

fn is_single(rows: &[RowShown<'_>]) -> bool {
    rows.len() == 1
}

/// A row beside the latest estimate; of a model without a row the estimate alone.
#[derive(Clone, Default, Serialize)]
pub(super) struct RowShown<'s> {
    /// Why the model is in the dataset, or why not.
    pub why: String,
    /// The line of the row in the dataset.
    pub line: Option<usize>,
    pub row: Option<BTreeMap<&'s str, &'s str>>,
    /// What the row would say if it followed the latest estimate.
    pub estimate: Option<BTreeMap<&'s str, String>>,
    /// The columns in which the two differ.
    pub differs: Vec<&'s str>,
    pub drift: Option<Drift>,
    /// What becomes of the row at the next refresh.
    #[serde(skip)]
    pub next: Option<String>,
}

impl RowShown<'_> {
    /// What the row says in a column, and what the estimates say.
    pub fn both(&self, column: Column) -> (&str, &str) {
        let name = column.name();
        let row = self.row.as_ref().and_then(|row| row.get(name));
        let estimate = self.estimate.as_ref().and_then(|cells| cells.get(name));
        (
            row.map_or("", |text| text),
            estimate.map_or("", |text| text),
        )
    }

    /// What the row says in a column; of a model without a row what the estimates say.
    pub fn own(&self, column: Column) -> &str {
        let (row, estimate) = self.both(column);
        if self.row.is_some() { row } else { estimate }
    }
}

/// A record of the estimates. One that was rejected has no number, confidence or moment.
#[derive(Default, Serialize)]
pub(super) struct RecordShown<'s> {
    pub index: usize,
    pub line: usize,
    pub training_flop: Option<Flop>,
    pub confidence: &'static str,
    pub last_updated: &'s str,
    pub chosen: bool,
    /// Why another record was chosen, where one was.
    #[serde(skip)]
    pub beaten_by: Option<String>,
}
