//! The changes of a plan as JSON, for the report and the journal alike. Entries are made one by one while they are written: what
//! a million models change is never held in memory a second time.

use std::borrow::Cow;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::dataset::{Dataset, Row, cells, decode};
use crate::flop::Flop;
use crate::plan::{Conflict, Edit, Fate, Line, Mode, Plan};
use crate::schema::Column;

/// `changes` of a plan (behaviour §8).
#[derive(Debug, Clone, Copy)]
pub struct Changes<'r, 'p> {
    /// The plan.
    pub plan: &'r Plan<'p>,
    /// Whether entries of rows that leave carry the whole row, so that it can be found again.
    pub whole_rows: bool,
}

impl Serialize for Changes<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Changes { plan, whole_rows } = *self;
        let lines = |wanted: fn(Fate) -> bool| {
            Each(move || {
                plan.with_fate(wanted)
                    .map(move |line| Entry::of_line(plan, line))
            })
        };
        let row = move |row| {
            whole_rows.then_some(WholeRow {
                dataset: plan.dataset,
                row,
            })
        };
        let removed = Each(move || {
            plan.removed.iter().map(move |removed| Entry {
                fields: fell(plan, removed.row, removed.latest),
                row: row(removed.row),
                ..Entry::of_row(plan, removed.row)
            })
        });
        let duplicates = Each(move || {
            plan.duplicates.iter().map(move |group| Entry {
                kept: Some(group.kept),
                dropped: Some(group.dropped.len()),
                rows: group
                    .dropped
                    .iter()
                    .filter_map(|dropped| row(dropped))
                    .collect(),
                ..Entry::of_row(plan, group.first)
            })
        });
        let renamed = Each(move || {
            plan.renamed.iter().map(|renamed| Entry {
                name: Cow::Borrowed(&renamed.name),
                developer: Cow::Borrowed(&renamed.developer),
                also_under: &renamed.also_under,
                ..Entry::default()
            })
        });
        let conflicts = Each(move || {
            plan.conflicts.iter().map(move |conflict| Entry {
                fields: human_fields(plan, conflict),
                ..Entry::of_row(plan, conflict.today)
            })
        });
        let is_reapply = plan.mode == Mode::Reapply;
        let mut groups = serializer.serialize_struct("changes", 9 + usize::from(is_reapply))?;
        groups.serialize_field("added", &lines(|fate| fate == Fate::Added))?;
        groups.serialize_field("updated", &lines(|fate| fate == Fate::Updated))?;
        groups.serialize_field("removed", &removed)?;
        groups.serialize_field("demoted", &lines(|fate| fate == Fate::Demoted))?;
        groups.serialize_field("orphaned", &lines(|fate| matches!(fate, Fate::Orphaned(_))))?;
        groups.serialize_field(
            "drifted",
            &lines(|fate| matches!(fate, Fate::Verified(Some(_)))),
        )?;
        groups.serialize_field("protected", &lines(|fate| fate == Fate::Protected))?;
        groups.serialize_field("duplicates", &duplicates)?;
        groups.serialize_field("renamed", &renamed)?;
        if is_reapply {
            groups.serialize_field("conflicts", &conflicts)?;
        }
        groups.end()
    }
}

/// One entry of any group: `name` and `developer`, and of the rest what the group has.
#[derive(Default, Serialize)]
struct Entry<'r> {
    name: Cow<'r, str>,
    developer: Cow<'r, str>,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_map")]
    fields: Vec<(Column, FromTo<'r>)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<Cow<'r, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified_flop: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_flop: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    factor: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<usize>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    also_under: &'r [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<WholeRow<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rows: Vec<WholeRow<'r>>,
}

/// A cell's text before and after.
#[derive(Serialize)]
struct FromTo<'r> {
    from: Cow<'r, str>,
    to: Cow<'r, str>,
}

impl<'r> Entry<'r> {
    fn of_line<'p: 'r>(plan: &'r Plan<'p>, line: &'r Line<'p>) -> Entry<'r> {
        let mut entry = Entry {
            name: plan.cell(line, Column::Name),
            developer: plan.cell(line, Column::Developer),
            fields: line.edits.iter().map(Edit::as_field).collect(),
            ..Entry::default()
        };
        match line.fate {
            Fate::Added => entry.fields = entered(plan, line),
            Fate::Orphaned(why) => entry.reason = Some(why.reason()),
            Fate::Protected => entry.verified = Some(plan.cell(line, Column::Verified)),
            Fate::Verified(Some(drift)) => {
                entry.verified_flop = Some(drift.verified.get());
                entry.latest_flop = Some(drift.latest.get());
                entry.factor = Some(drift.verified.factor(drift.latest));
            }
            Fate::Updated | Fate::Unchanged | Fate::Demoted | Fate::Verified(None) => {}
        }
        entry
    }

    fn of_row<'p: 'r>(plan: &'r Plan<'p>, row: &'r Row<'p>) -> Entry<'r> {
        Entry {
            name: plan.dataset.cell(row, Column::Name),
            developer: plan.dataset.cell(row, Column::Developer),
            ..Entry::default()
        }
    }
}

impl Edit<'_> {
    fn as_field(&self) -> (Column, FromTo<'_>) {
        (
            self.column,
            FromTo {
                from: Cow::Borrowed(&self.from),
                to: Cow::Borrowed(&self.to),
            },
        )
    }
}

/// Of a conflict the cells that people write, and the training FLOP they confirmed: today's, which stays, and the older copy's.
fn human_fields<'r, 'p: 'r>(
    plan: &'r Plan<'p>,
    conflict: &'r Conflict<'p>,
) -> Vec<(Column, FromTo<'r>)> {
    let columns = [Column::TrainingFlop, Column::Verified, Column::Notes].into_iter();
    let fields = columns.map(|column| {
        let from = plan.dataset.cell(conflict.today, column);
        (
            column,
            FromTo {
                from,
                to: conflict.older.cell(conflict.lost, column),
            },
        )
    });
    fields.filter(|(_, cell)| cell.from != cell.to).collect()
}

/// What a model entered the dataset with. Its other cells are in the dataset; these are the ones whose history is followed.
fn entered<'r, 'p: 'r>(plan: &'r Plan<'p>, line: &'r Line<'p>) -> Vec<(Column, FromTo<'r>)> {
    let columns = [
        Column::TrainingFlop,
        Column::Confidence,
        Column::Verified,
        Column::Notes,
    ]
    .into_iter();
    let cells = columns
        .map(|column| {
            (
                column,
                FromTo {
                    from: Cow::Borrowed(""),
                    to: plan.cell(line, column),
                },
            )
        })
        .filter(|(_, cell): &(Column, FromTo<'r>)| !cell.to.is_empty());
    cells.collect()
}

/// The training FLOP that a row leaves with, and the one it leaves for.
fn fell<'r>(
    plan: &'r Plan<'_>,
    row: &'r Row<'_>,
    latest: Option<Flop>,
) -> Vec<(Column, FromTo<'r>)> {
    let to = latest.map(|flop| flop.to_string()).unwrap_or_default();
    vec![(
        Column::TrainingFlop,
        FromTo {
            from: plan.dataset.cell(row, Column::TrainingFlop),
            to: Cow::Owned(to),
        },
    )]
}

fn as_map<S: Serializer>(
    fields: &[(Column, FromTo<'_>)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(
        fields
            .iter()
            .map(|(column, from_to)| (column.name(), from_to)),
    )
}

/// A row as `{column: text}`, columns outside the schema included.
struct WholeRow<'r> {
    dataset: &'r Dataset<'r>,
    row: &'r Row<'r>,
}

impl Serialize for WholeRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.dataset
                .header
                .names()
                .zip(cells(self.row.record.raw).map(decode)),
        )
    }
}

/// Serialises what an iterator yields; the iterator is made when it is needed.
struct Each<F>(F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: IntoIterator,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}
