//! What a plan changes, in the one form that the report, its JSON and the journal share, and that is read back from the journal.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::{Serialize, Serializer};

use crate::dataset::{Dataset, Header, Row};
use crate::flop::Flop;
use crate::key::Key;
use crate::plan::{
    Change, Dismissed, FileChange, FileLine, Line, Mode, Model, Plan, Removed, is_same_text,
};
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
    /// Models whose names are one, or look alike.
    pub renamed: Vec<ModelChange<'a>>,
    /// Rows whose training FLOP passes 1e25 in this run.
    pub crossed: Vec<ModelChange<'a>>,
    /// Models that a decision takes out of the dataset in this run.
    pub dismissed: Vec<ModelChange<'a>>,
    /// Dismissed models whose latest estimate is far above what was judged.
    pub reconsider: Vec<ModelChange<'a>>,
    /// Lines of the decisions that change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<ModelChange<'a>>,
    /// Lines of the aliases that change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<ModelChange<'a>>,
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
    /// The row's training FLOP afterwards, where it has one and that does not change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_flop: Option<f64>,
    /// Whether a person wrote text in the row.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_text: bool,
    /// Why a row is an orphan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Cow<'a, str>>,
    /// What `verified` of a protected row says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<Cow<'a, str>>,
    /// The training FLOP of a drifted row; null where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_flop: Option<Option<f64>>,
    /// What the estimates say of a drifted or dismissed model now; null where they have no estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_flop: Option<Option<f64>>,
    /// How many times the larger of the two is larger; null where the row has no number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<Option<f64>>,
    /// The training FLOP before it passed 1e25.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_flop: Option<f64>,
    /// The training FLOP afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_flop: Option<f64>,
    /// What was decided on a dismissed model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Cow<'a, str>>,
    /// The estimate that was judged; null where the decision names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judged_flop: Option<Option<f64>>,
    /// How many rows of one model stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<usize>,
    /// How many leave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<usize>,
    /// The other models of a group whose names are one, or look alike.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<Model<'a>>,
    /// The whole row that left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<Map<'a, Cow<'a, str>>>,
    /// The whole rows that left, of a model that stands on several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Map<'a, Cow<'a, str>>>,
}

/// What is told of a new row: its other cells are in the dataset, these are the ones whose history is followed.
const FOLLOWED: [Column; 4] = [
    Column::TrainingFlop,
    Column::Confidence,
    Column::Verified,
    Column::Notes,
];

/// A cell's text before and after.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct FromTo<'a> {
    /// Before; `""` where there was none.
    pub from: Cow<'a, str>,
    /// After.
    pub to: Cow<'a, str>,
}

impl<'p> Changes<'p> {
    /// What `plan` changes. The rows that leave are there whole, so that they can be found again.
    pub fn of(plan: &'p Plan<'p>) -> Changes<'p> {
        let lines = |wanted: fn(Change) -> bool| {
            plan.with_change(wanted)
                .map(|line| ModelChange::of_line(plan, line))
                .collect()
        };
        let row = |row: &'p Row<'p>| whole_row(plan.dataset, row);
        let removed = plan.removed.iter().map(|removed| ModelChange {
            fields: why_removed(plan, removed),
            has_text: removed.row.has_text,
            row: Some(row(removed.row)),
            ..ModelChange::of_row(plan.dataset, removed.row)
        });
        let removed: Vec<_> = removed.collect();
        let duplicates = plan.duplicates.iter().map(|group| ModelChange {
            kept: Some(group.kept),
            dropped: Some(group.dropped.len()),
            rows: group.dropped.iter().map(|dropped| row(dropped)).collect(),
            ..ModelChange::of_row(plan.dataset, group.first)
        });
        let renamed = plan.renamed.iter().map(|renamed| ModelChange {
            name: renamed.model.name.clone(),
            developer: renamed.model.developer.clone(),
            with: renamed.with.clone(),
            ..ModelChange::default()
        });
        let conflicts = plan.conflicts.iter().map(|conflict| {
            let cells = conflict.lost.iter().map(|edit| {
                let from = conflict
                    .today
                    .map_or("", |row| row.record.cell(edit.place))
                    .into();
                (
                    column_name(plan, edit.place),
                    FromTo {
                        from,
                        to: (&*edit.to).into(),
                    },
                )
            });
            ModelChange {
                name: (&*conflict.model.name).into(),
                developer: (&*conflict.model.developer).into(),
                fields: Map(cells.collect()),
                ..ModelChange::default()
            }
        });
        let dismissed = |one: &'p Dismissed<'p>| ModelChange {
            row: one.row.map(row),
            ..ModelChange::dismissed(one)
        };
        let updated: Vec<_> = lines(|change| change == Change::Updated);
        let demoted: Vec<_> = lines(|change| change == Change::Demoted);
        let changed = updated.iter().chain(&demoted).chain(&removed);
        Changes {
            added: lines(|change| change == Change::Added),
            crossed: changed.filter_map(ModelChange::crossed).collect(),
            updated,
            removed,
            demoted,
            orphaned: lines(|change| matches!(change, Change::Orphaned(_))),
            drifted: lines(|change| matches!(change, Change::Verified(Some(_)))),
            protected: lines(|change| change == Change::Protected),
            duplicates: duplicates.collect(),
            renamed: renamed.collect(),
            dismissed: plan.dismissed.iter().map(dismissed).collect(),
            reconsider: plan.reconsider.iter().map(ModelChange::dismissed).collect(),
            decisions: plan.decisions.as_ref().map(lines_of).unwrap_or_default(),
            aliases: plan.aliases.as_ref().map(lines_of).unwrap_or_default(),
            conflicts: (plan.mode == Mode::Reapply).then(|| conflicts.collect()),
        }
    }
}

/// The lines of a file beside the dataset that change. One that leaves is there with all that it said.
fn lines_of<'p>(change: &'p FileChange<'p>) -> Vec<ModelChange<'p>> {
    let header = &change.table.header;
    let key = ["name", "developer"].map(|name| header.find(name).unwrap_or_default());
    let told = |line: &'p FileLine<'p>, after: fn(&'p FileLine<'p>, usize) -> &'p str| {
        let places = (0..header.names().count()).filter(|place| !key.contains(place));
        let cells = places.map(|place| (place, line.before(place), after(line, place)));
        let fields = cells.filter(|(_, from, to)| from != to);
        let fields = fields.map(|(place, from, to)| {
            let (from, to) = (from.into(), to.into());
            (header.name(place).into(), FromTo { from, to })
        });
        ModelChange {
            name: line.after(key[0]).into(),
            developer: line.after(key[1]).into(),
            fields: Map(fields.collect()),
            ..ModelChange::default()
        }
    };
    let changed = change.lines.iter().filter(|line| !line.edits.is_empty());
    let changed = changed.map(|line| told(line, FileLine::after));
    let gone = change.gone.iter().map(|line| told(line, |_, _| ""));
    changed.chain(gone).collect()
}

/// What a row that leaves said, and what the estimates say of the model now.
fn why_removed<'p>(plan: &'p Plan<'p>, removed: &'p Removed<'p>) -> Map<'p, FromTo<'p>> {
    let columns = [Column::TrainingFlop, Column::Confidence, Column::Reasoning].into_iter();
    let fields = columns.map(|column| {
        let from = plan.dataset.cell(removed.row, column).into();
        let to = removed
            .latest
            .map_or("".into(), |latest| latest.cell(column));
        (column.name().into(), FromTo { from, to })
    });
    let differ = |(_, cell): &(Cow<'_, str>, FromTo<'_>)| cell.from != cell.to;
    Map(fields.filter(differ).collect())
}

impl<'a> Changes<'a> {
    /// Forgets the whole rows, which are for the journal.
    pub fn forget_rows(&mut self) {
        let groups = [&mut self.removed, &mut self.duplicates, &mut self.dismissed];
        for change in groups.into_iter().flatten() {
            change.row = None;
            change.rows.clear();
        }
    }

    /// What differs between two datasets, model by model and column by column. The rows that left are there whole.
    pub fn between(old: &'a Dataset<'a>, new: &'a Dataset<'a>) -> Changes<'a> {
        let by_key = |dataset: &'a Dataset<'a>| {
            let mut rows: HashMap<&Key, Vec<&'a Row<'a>>> = HashMap::new();
            for row in &dataset.rows {
                rows.entry(&row.key).or_default().push(row);
            }
            rows
        };
        let (olds, mut news) = (by_key(old), by_key(new));
        let mut changes = Changes::default();
        for row in &old.rows {
            // Of several rows of a model those that stayed as they were belong together.
            let rows = news.get_mut(&row.key).map(|rows| {
                let same = rows.iter().position(|now| now.record.raw == row.record.raw);
                (rows, same)
            });
            match rows {
                Some((rows, Some(same))) => drop(rows.remove(same)),
                Some((rows, None)) if !rows.is_empty() => {
                    changes
                        .updated
                        .extend(ModelChange::between(old, row, new, rows.remove(0)));
                }
                _ => changes.removed.push(ModelChange {
                    row: Some(whole_row(old, row)),
                    training_flop: row.flop.map(Flop::get),
                    has_text: row.has_text,
                    ..ModelChange::of_row(old, row)
                }),
            }
        }
        let left = |row: &&Row<'a>| {
            let mut rows = news.get(&row.key).into_iter().flatten();
            rows.any(|left| left.record.line == row.record.line)
        };
        let added = new
            .rows
            .iter()
            .filter(|row| !olds.contains_key(&row.key) || left(row));
        changes.added = added.map(|row| ModelChange::entered(new, row)).collect();
        changes.crossed = changes
            .updated
            .iter()
            .filter_map(ModelChange::crossed)
            .collect();
        changes
    }

    /// Leaves out what `told` says already.
    pub fn leave_out(&mut self, told: &Changes<'_>) {
        let entries: Vec<&ModelChange<'_>> =
            told.groups().flat_map(|(_, changes)| changes).collect();
        let is_told_row = |row: &Map<'_, Cow<'_, str>>| {
            let mut rows = entries
                .iter()
                .flat_map(|entry| entry.row.iter().chain(&entry.rows));
            rows.any(|told| told == row)
        };
        let is_told = |change: &ModelChange<'_>| {
            let mut fields = change.fields.0.iter();
            fields.all(|(column, cell)| {
                entries.iter().any(|entry| {
                    entry.name == change.name && entry.fields.get(column) == Some(cell)
                })
            })
        };
        self.removed
            .retain(|change| !change.row.as_ref().is_some_and(is_told_row));
        self.updated.retain(|change| !is_told(change));
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
            ("conflicts", self.conflicts.as_deref().unwrap_or_default()),
        ]
        .into_iter()
    }
}

impl<'p> ModelChange<'p> {
    fn of_line(plan: &'p Plan<'p>, line: &'p Line<'p>) -> ModelChange<'p> {
        let is_told = |column: &str| {
            line.change != Change::Added
                || FOLLOWED.iter().any(|followed| followed.name() == column)
        };
        let edits = line.edits.iter().filter_map(|edit| {
            let column = plan.dataset.table.header.name(edit.place);
            let (from, to) = (line.before(edit.place).into(), (&*edit.to).into());
            is_told(column).then(|| (column.into(), FromTo { from, to }))
        });
        let mut change = ModelChange {
            name: plan.cell(line, Column::Name).into(),
            developer: plan.cell(line, Column::Developer).into(),
            fields: Map(edits.collect()),
            has_text: line.row.is_some_and(|row| row.has_text),
            ..ModelChange::default()
        };
        if change.field(Column::TrainingFlop).is_none() {
            change.training_flop = line.flop.map(Flop::get);
        }
        match line.change {
            Change::Orphaned(why) => change.reason = Some(why.reason().into()),
            Change::Protected => change.verified = Some(plan.cell(line, Column::Verified).into()),
            Change::Verified(Some(drift)) => {
                change.verified_flop = Some(drift.verified.map(Flop::get));
                change.latest_flop = Some(Some(drift.latest.get()));
                change.factor = Some(drift.factor());
            }
            _ => {}
        }
        change
    }

    fn of_row(dataset: &'p Dataset<'p>, row: &'p Row<'p>) -> ModelChange<'p> {
        ModelChange {
            name: dataset.cell(row, Column::Name).into(),
            developer: dataset.cell(row, Column::Developer).into(),
            ..ModelChange::default()
        }
    }

    fn dismissed(one: &'p Dismissed<'p>) -> ModelChange<'p> {
        ModelChange {
            name: (&*one.model.name).into(),
            developer: (&*one.model.developer).into(),
            decision: Some(one.decision.name().into()),
            judged_flop: Some(one.judged.map(Flop::get)),
            latest_flop: Some(one.latest.map(Flop::get)),
            has_text: one.row.is_some_and(|row| row.has_text),
            ..ModelChange::default()
        }
    }

    /// What a row that was not there before entered with.
    fn entered(dataset: &'p Dataset<'p>, row: &'p Row<'p>) -> ModelChange<'p> {
        let cells = FOLLOWED
            .into_iter()
            .map(|column| (column.name().into(), dataset.cell(row, column)));
        let cells = cells.filter(|(_, text)| !text.is_empty());
        let fields = cells.map(|(column, text)| {
            (
                column,
                FromTo {
                    from: "".into(),
                    to: text.into(),
                },
            )
        });
        ModelChange {
            fields: Map(fields.collect()),
            ..ModelChange::of_row(dataset, row)
        }
    }

    /// How a row of one dataset differs from one of another, if it does.
    fn between(
        old: &'p Dataset<'p>,
        was: &'p Row<'p>,
        new: &'p Dataset<'p>,
        now: &'p Row<'p>,
    ) -> Option<ModelChange<'p>> {
        let (then, today) = (&old.table.header, &new.table.header);
        let gone = then.names().filter(|name| today.find(name).is_none());
        let cell = |header: &Header<'_>, row: &'p Row<'p>, name: &str| {
            header.find(name).map_or("", |place| row.record.cell(place))
        };
        let fields = today.names().chain(gone).filter_map(|name| {
            let (from, to) = (cell(then, was, name), cell(today, now, name));
            (!is_same_text(from, to)).then(|| {
                (
                    name.into(),
                    FromTo {
                        from: from.into(),
                        to: to.into(),
                    },
                )
            })
        });
        let fields = Map(fields.collect());
        let has_text = was.has_text || now.has_text;
        let stays = fields.get(Column::TrainingFlop.name()).is_none();
        (!fields.is_empty()).then(|| ModelChange {
            fields,
            has_text,
            training_flop: now.flop.filter(|_| stays).map(Flop::get),
            ..ModelChange::of_row(new, now)
        })
    }
}

impl ModelChange<'_> {
    /// What changes in a column.
    pub fn field(&self, column: Column) -> Option<&FromTo<'_>> {
        self.fields.get(column.name())
    }

    /// Whether this is a line of the decisions that leaves.
    pub fn is_taken_back(&self) -> bool {
        let decision = self.fields.get("decision");
        decision.is_some_and(|cell| cell.to.is_empty())
    }

    /// The training FLOP before the run and afterwards.
    pub fn flops(&self) -> (Option<Flop>, Option<Flop>) {
        match self.field(Column::TrainingFlop) {
            Some(cell) => (cell.from.parse().ok(), cell.to.parse().ok()),
            None => {
                let flop = self.training_flop.and_then(Flop::new);
                (flop, flop)
            }
        }
    }
}

impl<'a> ModelChange<'a> {
    /// The change as one that passes 1e25, if it does.
    fn crossed(&self) -> Option<ModelChange<'a>> {
        let (from, to) = self.flops();
        let (from, to) = (from?, to?);
        let told = |(column, _): &&(Cow<'_, str>, FromTo<'_>)| {
            [Column::TrainingFlop, Column::Reasoning]
                .iter()
                .any(|told| told.name() == column)
        };
        from.is_across(to).then(|| ModelChange {
            name: self.name.clone(),
            developer: self.developer.clone(),
            fields: Map(self.fields.0.iter().filter(told).cloned().collect()),
            from_flop: Some(from.get()),
            to_flop: Some(to.get()),
            ..ModelChange::default()
        })
    }
}

fn column_name<'p>(plan: &'p Plan<'p>, place: usize) -> Cow<'p, str> {
    plan.dataset.table.header.name(place).into()
}

fn whole_row<'p>(dataset: &'p Dataset<'p>, row: &'p Row<'p>) -> Map<'p, Cow<'p, str>> {
    let names = dataset.table.header.names().map(Cow::from);
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
