//! What a plan changes, in the one form that the report, its JSON and the journal share, and that is read back from the journal.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::{Serialize, Serializer};

use crate::dataset::Row;
use crate::flop::Flop;
use crate::plan::{Change, Line, Mode, Plan};
use crate::schema::Column;

/// The changes of a run, by group (behaviour §9).
#[derive(Debug, Clone, Default, Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Changes<'a> {
    /// Models that had no row.
    pub added: Vec<ModelChange<'a>>,
    /// Rows that say something else than they did.
    pub updated: Vec<ModelChange<'a>>,
    /// Rows that left.
    pub removed: Vec<ModelChange<'a>>,
    /// Rows that fell below 5e24 FLOP and are kept for what a person wrote in them.
    pub demoted: Vec<ModelChange<'a>>,
    /// Rows without a usable estimate.
    pub orphaned: Vec<ModelChange<'a>>,
    /// Verified rows whose latest estimate is far away.
    pub drifted: Vec<ModelChange<'a>>,
    /// Rows whose `verified` is neither `y` nor blank.
    pub protected: Vec<ModelChange<'a>>,
    /// Models on several rows.
    pub duplicates: Vec<ModelChange<'a>>,
    /// Names under several developers.
    pub renamed: Vec<ModelChange<'a>>,
    /// Human work of an older copy that meets other human work of today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflicts: Option<Vec<ModelChange<'a>>>,
}

/// One model's part in a run. Which of the optional parts are there depends on the group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ModelChange<'a> {
    /// The model's name.
    pub name: Cow<'a, str>,
    /// Its developer.
    pub developer: Cow<'a, str>,
    /// The cells that change, in the order of the header.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub fields: Map<'a, FromTo<'a>>,
    /// The row's training FLOP afterwards, where it has one.
    #[serde(skip)]
    pub flop: Option<Flop>,
    /// Whether the row has notes.
    #[serde(skip)]
    pub noted: bool,
    /// Why a row is an orphan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Cow<'a, str>>,
    /// What `verified` of a protected row says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<Cow<'a, str>>,
    /// The training FLOP of a drifted row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_flop: Option<f64>,
    /// What the estimates say of it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_flop: Option<f64>,
    /// How many times the larger of the two is larger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// How many rows of one model stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<usize>,
    /// How many leave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<usize>,
    /// The other developers of a name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also_under: Vec<Cow<'a, str>>,
    /// The whole row that left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<Map<'a, Cow<'a, str>>>,
    /// The whole rows that left, of a model that stands on several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Map<'a, Cow<'a, str>>>,
}

/// A cell's text before and after.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct FromTo<'a> {
    /// Before; `""` where there was none.
    pub from: Cow<'a, str>,
    /// After.
    pub to: Cow<'a, str>,
}

impl<'p> Changes<'p> {
    /// What `plan` changes. With `whole_rows` the rows that leave are there whole, so that they can be found again.
    pub fn of(plan: &'p Plan<'p>, whole_rows: bool) -> Changes<'p> {
        let lines = |wanted: fn(Change) -> bool| {
            plan.with_change(wanted)
                .map(|line| ModelChange::of_line(plan, line))
                .collect()
        };
        let row = |row: &'p Row<'p>| whole_rows.then(|| whole_row(plan, row));
        let removed = plan.removed.iter().map(|removed| {
            let latest = removed.latest.and_then(|latest| latest.flop);
            let from = plan.dataset.cell(removed.row, Column::TrainingFlop).into();
            let to = latest.map(Flop::shortest).unwrap_or_default().into();
            ModelChange {
                fields: Map(vec![(
                    Column::TrainingFlop.name().into(),
                    FromTo { from, to },
                )]),
                flop: latest,
                noted: removed.row.has_human_work(),
                row: row(removed.row),
                ..ModelChange::of_row(plan, removed.row)
            }
        });
        let duplicates = plan.duplicates.iter().map(|group| ModelChange {
            kept: Some(group.kept),
            dropped: Some(group.dropped.len()),
            rows: group
                .dropped
                .iter()
                .filter_map(|dropped| row(dropped))
                .collect(),
            ..ModelChange::of_row(plan, group.first)
        });
        let renamed = plan.renamed.iter().map(|renamed| ModelChange {
            name: (&renamed.name).into(),
            developer: (&renamed.developer).into(),
            also_under: renamed.also_under.iter().map(Cow::from).collect(),
            ..ModelChange::default()
        });
        let conflicts = plan.conflicts.iter().map(|conflict| {
            let cells = conflict.lost.iter().map(|edit| {
                let from = conflict.today.record.cell(edit.place).into();
                (
                    column_name(plan, edit.place),
                    FromTo {
                        from,
                        to: (&*edit.to).into(),
                    },
                )
            });
            ModelChange {
                fields: Map(cells.collect()),
                ..ModelChange::of_row(plan, conflict.today)
            }
        });
        Changes {
            added: lines(|change| change == Change::Added),
            updated: lines(|change| change == Change::Updated),
            removed: removed.collect(),
            demoted: lines(|change| change == Change::Demoted),
            orphaned: lines(|change| matches!(change, Change::Orphaned(_))),
            drifted: lines(|change| matches!(change, Change::Verified(Some(_)))),
            protected: lines(|change| change == Change::Protected),
            duplicates: duplicates.collect(),
            renamed: renamed.collect(),
            conflicts: (plan.mode == Mode::Reapply).then(|| conflicts.collect()),
        }
    }
}

impl<'a> Changes<'a> {
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
            ("conflicts", self.conflicts.as_deref().unwrap_or_default()),
        ]
        .into_iter()
    }
}

impl<'p> ModelChange<'p> {
    fn of_line(plan: &'p Plan<'p>, line: &'p Line<'p>) -> ModelChange<'p> {
        let edits = line.edits.iter().map(|edit| {
            let (from, to) = (line.before(edit.place).into(), (&*edit.to).into());
            (column_name(plan, edit.place), FromTo { from, to })
        });
        let mut change = ModelChange {
            name: plan.cell(line, Column::Name).into(),
            developer: plan.cell(line, Column::Developer).into(),
            fields: Map(edits.collect()),
            flop: line.flop,
            noted: line.row.is_some_and(|row| row.noted),
            ..ModelChange::default()
        };
        match line.change {
            // The other cells of a new row are in the dataset; these are the ones whose history is followed.
            Change::Added => change.fields.0.retain(|(column, _)| {
                let followed = [
                    Column::TrainingFlop,
                    Column::Confidence,
                    Column::Verified,
                    Column::Notes,
                ];
                followed.iter().any(|followed| followed.name() == column)
            }),
            Change::Orphaned(why) => change.reason = Some(why.reason().into()),
            Change::Protected => change.verified = Some(plan.cell(line, Column::Verified).into()),
            Change::Verified(Some(drift)) => {
                change.verified_flop = Some(drift.verified.get());
                change.latest_flop = Some(drift.latest.get());
                change.factor = Some(drift.verified.factor(drift.latest));
            }
            Change::Updated | Change::Unchanged | Change::Demoted | Change::Verified(None) => {}
        }
        change
    }

    fn of_row(plan: &'p Plan<'p>, row: &'p Row<'p>) -> ModelChange<'p> {
        ModelChange {
            name: plan.dataset.cell(row, Column::Name).into(),
            developer: plan.dataset.cell(row, Column::Developer).into(),
            ..ModelChange::default()
        }
    }
}

impl ModelChange<'_> {
    /// What changes in a column.
    pub fn field(&self, column: Column) -> Option<&FromTo<'_>> {
        self.fields.get(column.name())
    }

    /// The training FLOP before the run.
    pub fn flop_before(&self) -> Option<Flop> {
        match self.field(Column::TrainingFlop) {
            Some(cell) => cell.from.parse().ok(),
            None => self.flop,
        }
    }
}

fn column_name<'p>(plan: &'p Plan<'p>, place: usize) -> Cow<'p, str> {
    plan.dataset.table.header.name(place).into()
}

fn whole_row<'p>(plan: &'p Plan<'p>, row: &'p Row<'p>) -> Map<'p, Cow<'p, str>> {
    let names = plan.dataset.table.header.names().map(Cow::from);
    Map(names.zip(row.record.cells().map(Cow::from)).collect())
}

/// A JSON object that keeps the order of its keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Map<'a, V>(pub Vec<(Cow<'a, str>, V)>);

impl<V> Map<'_, V> {
    /// Whether it has no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&V> {
        self.0
            .iter()
            .find(|(found, _)| found == key)
            .map(|(_, value)| value)
    }
}

impl<V> Default for Map<'_, V> {
    fn default() -> Self {
        Map(Vec::new())
    }
}

impl<V: Serialize> Serialize for Map<'_, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Map<'_, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Object<V> {
            type Value = Vec<(String, V)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries)
            }
        }
        let entries = deserializer.deserialize_map(Object(PhantomData))?;
        Ok(Map(entries
            .into_iter()
            .map(|(key, value)| (Cow::Owned(key), value))
            .collect()))
    }
}
