//! The changes of a run, in the one form that the report, its JSON and the journal share and that is read back from the journal.

mod between;
mod model;

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::dataset::{Dataset, DecisionColumn, Row};
use crate::flop::Flop;
use crate::key::Key;
use crate::notes::new_note;
use crate::ordered_map::Map;
use crate::schema::Column;

pub use model::Model;

/// The changes of a run, by group (behaviour §9).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Changes<'a> {
    /// Models that had no row.
    pub added: Vec<ModelChange<'a>>,
    /// Rows whose text changes.
    pub updated: Vec<ModelChange<'a>>,
    pub removed: Vec<ModelChange<'a>>,
    /// Rows that fell below 5e24 FLOP and are kept for their human text.
    pub demoted: Vec<ModelChange<'a>>,
    /// Rows without a usable estimate.
    pub orphaned: Vec<ModelChange<'a>>,
    /// Verified rows whose latest estimate is far away.
    pub drifted: Vec<ModelChange<'a>>,
    /// Rows whose `verified` is neither `y` nor blank.
    pub protected: Vec<ModelChange<'a>>,
    pub duplicates: Vec<ModelChange<'a>>,
    /// Models whose names are the same, or look alike.
    pub renamed: Vec<ModelChange<'a>>,
    /// Rows whose training FLOP passes 1e25 in this run.
    pub crossed: Vec<ModelChange<'a>>,
    /// Models that a decision takes out of the dataset in this run.
    pub dismissed: Vec<ModelChange<'a>>,
    /// Dismissed models whose latest estimate is far above the judged number.
    pub reconsider: Vec<ModelChange<'a>>,
    /// Lines of the decisions that change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<ModelChange<'a>>,
    /// Lines of the aliases that change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<ModelChange<'a>>,
    /// Human work of an older copy that contradicts today's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<ModelChange<'a>>,
    /// Rows with human work whose model is dismissed: the decision has no effect on them. Neither JSON nor the journal includes them.
    #[serde(skip)]
    pub contradicted: Vec<ModelChange<'a>>,
}

/// The change of one model in a run. The group decides which of the optional fields are set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelChange<'a> {
    pub name: Cow<'a, str>,
    pub developer: Cow<'a, str>,
    /// The cells that change.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub fields: Map<'a, FromTo<'a>>,
    /// The row's training FLOP, unless it changes or the row has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_flop: Option<Flop>,
    /// Whether there is human text in the row, or in one that leaves as a duplicate.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_text: bool,
    /// Why a row is an orphan or stays out; why the estimates have no number for a row that leaves in a reset; which dismissed model a new
    /// one looks like; or what happened to a marked row that did not stay as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Cow<'a, str>>,
    /// The text in `verified` of a protected row, or of a marked row that left (also as a duplicate).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<Cow<'a, str>>,
    /// The training FLOP of a drifted row; null where it has none.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable")]
    pub verified_flop: Option<Option<Flop>>,
    /// The latest estimate of a drifted or dismissed model; null where there is none.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable")]
    pub latest_flop: Option<Option<Flop>>,
    /// The larger of the two numbers divided by the smaller; null where the row has no number.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable")]
    pub factor: Option<Option<f64>>,
    /// The training FLOP before it passed 1e25.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_flop: Option<Flop>,
    /// The training FLOP afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_flop: Option<Flop>,
    /// The decision on a dismissed model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Cow<'a, str>>,
    /// The number that was judged; null where the decision states none.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable")]
    pub judged_flop: Option<Option<Flop>>,
    /// How many rows of one model stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<usize>,
    /// How many leave as duplicates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<usize>,
    /// The other models of a group whose names are the same, or look alike.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<Model<'a>>,
    /// The whole row that left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<Map<'a, Cow<'a, str>>>,
    /// The whole rows that left, where the model had several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Map<'a, Cow<'a, str>>>,
}

/// Reads a key that is present. Its null is a value too.
fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The cells of a new row that are listed as changes, because their history is followed. The others can be read in the dataset.
pub const TRACKED: [Column; 4] = [
    Column::TrainingFlop,
    Column::Confidence,
    Column::Verified,
    Column::Notes,
];

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FromTo<'a> {
    /// The text before; `""` where there was none.
    pub from: Cow<'a, str>,
    pub to: Cow<'a, str>,
}

impl<'a> FromTo<'a> {
    pub fn new(from: impl Into<Cow<'a, str>>, to: impl Into<Cow<'a, str>>) -> FromTo<'a> {
        FromTo {
            from: from.into(),
            to: to.into(),
        }
    }
}

/// The cells whose text changes.
pub fn changed_cells<'a>(
    cells: impl IntoIterator<Item = (&'a str, FromTo<'a>)>,
) -> Map<'a, FromTo<'a>> {
    let cells = cells.into_iter().filter(|(_, cell)| cell.from != cell.to);
    Map(cells.map(|(column, cell)| (column.into(), cell)).collect())
}

impl<'a> Changes<'a> {
    /// Removes the whole rows, which JSON does not print.
    pub fn forget_rows(&mut self) {
        let groups = [&mut self.removed, &mut self.duplicates, &mut self.dismissed];
        for change in groups.into_iter().flatten() {
            change.row = None;
            change.rows.clear();
        }
    }

    /// Removes the changes that `journalled` has already.
    pub fn remove_journalled(&mut self, journalled: &Changes<'_>) {
        let entries: Vec<&ModelChange<'_>> = journalled
            .groups()
            .flat_map(|(_, changes)| changes)
            .collect();
        let rows = entries
            .iter()
            .flat_map(|entry| entry.row.iter().chain(&entry.rows));
        self.decisions
            .retain(|change| !journalled.decisions.contains(change));
        self.aliases
            .retain(|change| !journalled.aliases.contains(change));
        for left in [&mut self.removed, &mut self.dismissed] {
            left.retain(|change| !rows.clone().any(|row| change.row.as_ref() == Some(row)));
        }
        let mut fields: HashMap<Key, Vec<&Map<'_, FromTo<'_>>>> = HashMap::new();
        for entry in &entries {
            fields.entry(entry.key()).or_default().push(&entry.fields);
        }
        for stayed in [&mut self.added, &mut self.updated] {
            stayed.retain(|change| {
                let fields = fields.get(&change.key());
                !fields.is_some_and(|fields| fields.contains(&&change.fields))
            });
        }
        self.find_crossings();
    }

    /// Lists under `crossed` the rows that are updated, demoted or removed and whose training FLOP thereby passes 1e25 (behaviour §5).
    pub fn find_crossings(&mut self) {
        let changed = self.updated.iter().chain(&self.demoted);
        let changed = changed.chain(&self.removed);
        self.crossed = changed.filter_map(ModelChange::crossed).collect();
    }

    /// The groups by name, in the order of a report.
    pub fn groups(&self) -> impl Iterator<Item = (&'static str, &[ModelChange<'a>])> {
        [
            ("added", &*self.added),
            ("updated", &self.updated),
            ("removed", &self.removed),
            ("demoted", &self.demoted),
            ("orphaned", &self.orphaned),
            ("drifted", &self.drifted),
            ("protected", &self.protected),
            ("duplicates", &self.duplicates),
            ("renamed", &self.renamed),
            ("crossed", &self.crossed),
            ("dismissed", &self.dismissed),
            ("reconsider", &self.reconsider),
            ("decisions", &self.decisions),
            ("aliases", &self.aliases),
            ("conflicts", &self.conflicts),
        ]
        .into_iter()
    }
}

impl ModelChange<'_> {
    /// The model's key, as it is written.
    pub fn key(&self) -> Key {
        Key::new(&self.name, &self.developer)
    }

    /// The change in a column, if there is one.
    pub fn field(&self, column: Column) -> Option<&FromTo<'_>> {
        self.fields.get(column.name())
    }

    /// The text that was added to the notes of a row, or to the note of a decision; the whole note where it was rewritten.
    pub fn new_note(&self) -> Option<String> {
        let notes = self
            .field(Column::Notes)
            .or_else(|| self.fields.get(DecisionColumn::Note.into()))?;
        new_note(&notes.from, &notes.to)
    }

    /// Whether this change removes a line of the decisions.
    pub fn is_taken_back(&self) -> bool {
        let decision = self.fields.get("decision");
        decision.is_some_and(|cell| cell.to.is_empty())
    }

    /// The training FLOP before the run and afterwards.
    pub fn flops(&self) -> (Option<Flop>, Option<Flop>) {
        match self.field(Column::TrainingFlop) {
            Some(cell) => (cell.from.parse().ok(), cell.to.parse().ok()),
            None => (self.training_flop, self.training_flop),
        }
    }
}

impl<'a> ModelChange<'a> {
    pub fn of(
        name: impl Into<Cow<'a, str>>,
        developer: impl Into<Cow<'a, str>>,
    ) -> ModelChange<'a> {
        ModelChange {
            name: name.into(),
            developer: developer.into(),
            ..ModelChange::default()
        }
    }

    pub fn of_row(dataset: &'a Dataset<'a>, row: &'a Row<'a>) -> ModelChange<'a> {
        let [name, developer] = dataset.table.name_and_developer(&row.record);
        ModelChange::of(name, developer)
    }

    /// A row with all its cells.
    pub fn of_whole_row(dataset: &'a Dataset<'a>, row: &'a Row<'a>) -> ModelChange<'a> {
        ModelChange {
            has_text: row.has_text,
            row: Some(row_cells(dataset, row)),
            ..ModelChange::of_row(dataset, row)
        }
    }

    /// A row that is no longer in the dataset.
    pub fn row_that_left(dataset: &'a Dataset<'a>, row: &'a Row<'a>) -> ModelChange<'a> {
        let mark = dataset.cell(row, Column::Verified);
        ModelChange {
            training_flop: row.flop,
            verified: row.is_marked().then(|| mark.into()),
            ..ModelChange::of_whole_row(dataset, row)
        }
    }

    /// The same change, with the training FLOP stated only once: where it changes, only in the fields.
    pub fn without_repeated_flop(mut self) -> ModelChange<'a> {
        let changes = self.field(Column::TrainingFlop).is_some();
        self.training_flop = self.training_flop.filter(|_| !changes);
        self
    }

    /// The change as listed under `crossed`, if it passes 1e25.
    fn crossed(&self) -> Option<ModelChange<'a>> {
        let (Some(from), Some(to)) = self.flops() else {
            return None;
        };
        let shown = [Column::TrainingFlop, Column::Reasoning].map(Column::name);
        let fields = self
            .fields
            .0
            .iter()
            .filter(|(column, _)| shown.contains(&&**column));
        from.is_across(to).then(|| ModelChange {
            fields: Map(fields.cloned().collect()),
            from_flop: Some(from),
            to_flop: Some(to),
            ..ModelChange::of(self.name.clone(), self.developer.clone())
        })
    }
}

/// All cells of a row, by column.
pub fn row_cells<'p>(dataset: &'p Dataset<'p>, row: &'p Row<'p>) -> Map<'p, Cow<'p, str>> {
    let names = dataset.table.header.names().map(Cow::from);
    Map(names.zip(row.record.cells().map(Cow::from)).collect())
}
