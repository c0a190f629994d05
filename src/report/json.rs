//! The report as one JSON object (behaviour §8).

use std::borrow::Cow;
use std::path::Path;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::changes::Changes;
use super::{Outcome, Report};
use crate::estimates::{Estimate, Rejected};
use crate::plan::{Input, Summary};
use crate::schema::Column;

impl Serialize for Report<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let backup = match &self.outcome {
            Outcome::Written { backup } => backup.as_deref(),
            _ => None,
        };
        Object {
            mode: self.plan.mode.name(),
            dry_run: self.dry_run,
            written: matches!(self.outcome, Outcome::Written { .. }),
            dataset: self.dataset.to_string_lossy(),
            backup: backup.map(Path::to_string_lossy),
            summary: Summary::of_lines(&self.plan.lines),
            input: self.input.map(InputObject::of),
            changes: Changes {
                plan: self.plan,
                whole_rows: false,
            },
        }
        .serialize(serializer)
    }
}

#[derive(Serialize)]
struct Object<'r, 'p> {
    mode: &'static str,
    dry_run: bool,
    written: bool,
    dataset: Cow<'r, str>,
    backup: Option<Cow<'r, str>>,
    summary: Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<InputObject<'r>>,
    changes: Changes<'r, 'p>,
}

#[derive(Serialize)]
struct InputObject<'r> {
    models: usize,
    unique: usize,
    candidates: usize,
    duplicates: usize,
    unestimated: Vec<Model<'r>>,
    rejected: Vec<RejectedObject<'r>>,
}

#[derive(Serialize)]
struct Model<'r> {
    name: Cow<'r, str>,
    developer: Cow<'r, str>,
}

#[derive(Serialize)]
struct RejectedObject<'r> {
    index: usize,
    line: usize,
    name: Option<&'r str>,
    developer: Option<&'r str>,
    field: &'static str,
    value: Value<'r>,
    reason: &'static str,
}

/// The offending value as it stood. One that was cut, or a number that no reader could hold, becomes a string.
#[derive(Serialize)]
#[serde(untagged)]
enum Value<'r> {
    Json(&'r RawValue),
    Text(&'r str),
}

impl<'r> InputObject<'r> {
    fn of(input: &'r Input<'r>) -> InputObject<'r> {
        let model = |estimate: &&'r Estimate| Model {
            name: estimate.cell(Column::Name),
            developer: estimate.cell(Column::Developer),
        };
        InputObject {
            models: input.models,
            unique: input.unique,
            candidates: input.candidates,
            duplicates: input.duplicates,
            unestimated: input.unestimated.iter().map(model).collect(),
            rejected: input.rejected.iter().map(RejectedObject::of).collect(),
        }
    }
}

impl<'r> RejectedObject<'r> {
    fn of(one: &'r Rejected) -> RejectedObject<'r> {
        RejectedObject {
            index: one.index,
            line: one.line,
            name: one.name.as_deref(),
            developer: one.developer.as_deref(),
            field: one.field,
            value: match serde_json::from_str::<serde_json::Value>(&one.value) {
                Ok(_) => {
                    serde_json::from_str(&one.value).map_or(Value::Text(&one.value), Value::Json)
                }
                Err(_) => Value::Text(&one.value),
            },
            reason: one.reason,
        }
    }
}
