//! The rules for the fields of one record (behaviour §2): JSON → [`Estimate`], or the field that breaks its rule.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::Deserialize;
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Deserializer, Value};
use strum::{EnumMessage, EnumString, VariantNames};

use super::{Estimate, Estimates, Fault};
use crate::dates;
use crate::flop::Flop;
use crate::key::Key;
use crate::parameters::whole_number;
use crate::schema::{Confidence, DEFAULT_METHOD, Status};
use crate::text::{is_visible, name_line, writable};

/// The fields that are read, each with its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumMessage, EnumString, VariantNames)]
#[strum(serialize_all = "snake_case")]
enum Field {
    #[strum(message = "expected a string with a visible character")]
    Name,
    #[strum(message = "expected a string with a visible character")]
    Developer,
    #[strum(message = "expected a finite number above 0, such as 5.54e+25")]
    TrainingFlop,
    #[strum(message = "expected high, medium, low or speculative")]
    TrainingFlopConfidence,
    #[strum(message = "expected a string with a visible character")]
    EstimationMethod,
    #[strum(
        message = "expected confirmed_above, likely_above, uncertain, likely_below or confirmed_below"
    )]
    Status,
    #[strum(message = "expected a date, such as 2025-08-15")]
    ReleaseDate,
    #[strum(message = "expected a positive whole number")]
    Parameters,
    #[strum(message = "expected a string")]
    Reasoning,
    #[strum(message = "expected an array of strings")]
    Sources,
    #[strum(message = "expected a date-time, such as 2025-08-15T20:32:45")]
    LastUpdated,
    /// The record itself, where it is not an object.
    #[strum(disabled)]
    Record,
}

/// The values of the fields that are read, as raw JSON, and the faults found in them.
#[derive(Default)]
struct Fields<'t> {
    index: usize,
    line: usize,
    values: [Option<&'t RawValue>; Field::VARIANTS.len()],
    ignored: Vec<Field>,
    repeated: Vec<Field>,
}

impl<'t> Visitor<'t> for &mut Fields<'t> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    /// Collects the values of the record. If a field occurs twice, the last value counts.
    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key()? {
            // A key with half of a surrogate pair cannot be one of the fields that are read.
            let Some(field) = string(key).and_then(|key| key.parse::<Field>().ok()) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let before = self.values[field as usize].replace(map.next_value()?);
            if before.is_some() && !self.repeated.contains(&field) {
                self.repeated.push(field);
            }
        }
        Ok(())
    }
}

impl<'t> Fields<'t> {
    /// The value that `rule` reads from a field; null and `""` count as absent. The error is the field that breaks its rule.
    fn get<T>(
        &self,
        field: Field,
        rule: impl Fn(&'t RawValue) -> Option<T>,
    ) -> Result<Option<T>, Field> {
        self.values[field as usize]
            .filter(|value| !matches!(value.get(), "null" | "\"\""))
            .map(|value| rule(value).ok_or(field))
            .transpose()
    }

    /// The same, but a field that breaks its rule is noted as ignored and counts as absent.
    fn optional<T>(&mut self, field: Field, rule: impl Fn(&'t RawValue) -> Option<T>) -> Option<T> {
        self.get(field, rule).unwrap_or_else(|field| {
            self.ignored.push(field);
            None
        })
    }

    fn fault(&self, field: Field) -> Fault {
        let value = self.values[field as usize].map_or("null", RawValue::get);
        // A `Value` can hold all that JSON allows, except half of a surrogate pair and a number that is too large.
        let is_half = value.contains("\\u") && serde_json::from_str::<Value>(value).is_err();
        let reason = if is_half {
            "half of a surrogate pair (an emoji cut in two?)"
        } else {
            field.get_message().unwrap_or("expected an object")
        };
        let name = |field| {
            let name = name_line(self.get(field, string).ok()??);
            (!name.is_empty()).then(|| name.into_owned())
        };
        Fault {
            index: self.index,
            line: self.line,
            name: name(Field::Name),
            developer: name(Field::Developer),
            field: Field::VARIANTS[field as usize],
            value: value.to_owned(),
            reason,
        }
    }
}

/// Reads the record at the beginning of `json`, which is on `line`, adds it to the estimates, and returns the offset of its end.
pub(super) fn read(json: &str, line: usize, to: &mut Estimates) -> serde_json::Result<usize> {
    let mut fields = Fields {
        index: to.total,
        line,
        ..Fields::default()
    };
    to.total += 1;
    let mut reader = Deserializer::from_str(json);
    let estimate = if json.starts_with('{') {
        reader.deserialize_map(&mut fields)?;
        estimate(&mut fields)
    } else {
        fields.values[Field::Record as usize] = Some(Deserialize::deserialize(&mut reader)?);
        Err(Field::Record)
    };
    match estimate {
        Ok(estimate) => to.usable.push(estimate),
        Err(field) => to.rejected.push(fields.fault(field)),
    }
    for field in &fields.ignored {
        to.ignored_fields.push(fields.fault(*field));
    }
    for field in &fields.repeated {
        to.repeated_fields.push(Fault {
            reason: "occurs more than once in the record; the last counts",
            ..fields.fault(*field)
        });
    }
    Ok(reader.into_iter::<IgnoredAny>().byte_offset())
}

/// The estimate that the fields make up, or the field that causes the record to be rejected.
fn estimate(fields: &mut Fields<'_>) -> Result<Estimate, Field> {
    let name = fields.get(Field::Name, visible)?.ok_or(Field::Name)?;
    let developer = fields
        .get(Field::Developer, visible)?
        .ok_or(Field::Developer)?;
    let flop: Option<Flop> = fields.get(Field::TrainingFlop, |value| {
        // A number, or a string holding one.
        string(value).unwrap_or(value.get().into()).parse().ok()
    })?;
    let confidence = fields
        .optional(Field::TrainingFlopConfidence, |value| {
            string(value)?.parse().ok()
        })
        .unwrap_or(Confidence::Speculative);
    let status = fields.optional(Field::Status, |value| Status::from_name(&string(value)?));
    let method = fields.optional(Field::EstimationMethod, visible);
    let last_updated = fields.optional(Field::LastUpdated, |value| {
        string(value).filter(|text| dates::moment(text).is_some())
    });
    let text = |text: Option<Cow<'_, str>>| writable(text.unwrap_or_default()).into();
    Ok(Estimate {
        index: fields.index,
        line: fields.line,
        key: Key::new(&name, &developer),
        name: name_line(name).into(),
        developer: name_line(developer).into(),
        flop,
        confidence,
        method: text(method.or(Some(DEFAULT_METHOD.into()))),
        status: status.unwrap_or_else(|| Status::derived(flop, confidence)),
        release_date: fields.optional(Field::ReleaseDate, |value| dates::day(&string(value)?)),
        parameters: text(fields.optional(Field::Parameters, |value| whole_number(value.get()))),
        reasoning: text(fields.optional(Field::Reasoning, string)),
        sources: text(fields.optional(Field::Sources, sources)),
        last_updated: text(last_updated),
    })
}

/// The text of a string; `None` if the value is not a string, or has half of a surrogate pair.
pub(super) fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    let inside = value.get().strip_prefix('"')?.strip_suffix('"')?;
    match memchr(b'\\', inside.as_bytes()) {
        None => Some(Cow::Borrowed(inside)),
        Some(_) => serde_json::from_str(value.get()).map(Cow::Owned).ok(),
    }
}

fn visible(value: &RawValue) -> Option<Cow<'_, str>> {
    string(value).filter(|text| is_visible(text))
}

/// The cell of `sources`: joined with `; `, and blank where none of them has a visible character.
fn sources(value: &RawValue) -> Option<Cow<'_, str>> {
    let mut all: Vec<String> = serde_json::from_str(value.get()).ok()?;
    if !all.iter().any(|source| is_visible(source)) {
        all.clear();
    }
    Some(all.join("; ").into())
}
