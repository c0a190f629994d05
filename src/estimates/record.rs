//! The rules for the fields of one record (behaviour §2): JSON → [`Estimate`], or which field breaks which rule.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Estimate, Rejected};
use crate::dates;
use crate::flop::Flop;
use crate::key::Key;
use crate::schema::{Confidence, DEFAULT_METHOD, Status};
use crate::text::{excerpt, is_visible};

/// The fields that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Developer,
    TrainingFlop,
    TrainingFlopConfidence,
    EstimationMethod,
    Status,
    ReleaseDate,
    Parameters,
    Reasoning,
    Sources,
    LastUpdated,
}

impl Field {
    /// Every field with its key, in the order of the variants.
    const ALL: [(Field, &'static str); 11] = [
        (Field::Name, "name"),
        (Field::Developer, "developer"),
        (Field::TrainingFlop, "training_flop"),
        (Field::TrainingFlopConfidence, "training_flop_confidence"),
        (Field::EstimationMethod, "estimation_method"),
        (Field::Status, "status"),
        (Field::ReleaseDate, "release_date"),
        (Field::Parameters, "parameters"),
        (Field::Reasoning, "reasoning"),
        (Field::Sources, "sources"),
        (Field::LastUpdated, "last_updated"),
    ];

    fn name(self) -> &'static str {
        Field::ALL[self as usize].1
    }
}

/// A key of the record; `None` for a field that is not read.
struct Known(Option<Field>);

impl<'de> Deserialize<'de> for Known {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Known, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Known;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_bytes<E>(self, key: &[u8]) -> Result<Known, E> {
                let mut all = Field::ALL.into_iter();
                let found = all.find(|(_, name)| name.as_bytes() == key);
                Ok(Known(found.map(|(field, _)| field)))
            }
        }
        // As bytes a key can be read even if it holds half of a surrogate pair.
        deserializer.deserialize_bytes(Bytes)
    }
}

/// The values of the fields that are read; absent and null are `None`. Of a field that stands twice the last counts.
#[derive(Default)]
struct Fields<'t>([Option<&'t RawValue>; Field::ALL.len()]);

impl<'t> Fields<'t> {
    fn get(&self, field: Field) -> Option<&'t RawValue> {
        self.0[field as usize]
    }
}

impl<'de: 't, 't> Deserialize<'de> for Fields<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fields<'t>, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Fields::default();
                while let Some(Known(field)) = map.next_key()? {
                    match field {
                        Some(field) => fields.0[field as usize] = map.next_value()?,
                        None => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// Which field breaks a rule, and what the rule is.
struct Broken(Field, &'static str);

/// Reads the record at `index`. The line of a rejected one is the caller's to fill in.
pub(super) fn read<'t>(index: usize, record: &&'t RawValue) -> Result<Estimate<'t>, Rejected> {
    let rejected = |name, developer, field, value, reason| Rejected {
        index,
        line: 0,
        name,
        developer,
        field,
        value: excerpt(value, 200).into_owned(),
        reason,
    };
    let Ok(fields) = serde_json::from_str::<Fields<'t>>(record.get()) else {
        let value = record.get();
        return Err(rejected(None, None, "record", value, "expected an object"));
    };
    estimate(index, &fields).map_err(|Broken(field, reason)| {
        let text = |field| Some(text(fields.get(field)?, "").ok()?.into_owned());
        let value = fields.get(field).map_or("null", RawValue::get);
        let (name, developer) = (text(Field::Name), text(Field::Developer));
        rejected(name, developer, field.name(), value, reason)
    })
}

fn estimate<'t>(index: usize, fields: &Fields<'t>) -> Result<Estimate<'t>, Broken> {
    let name = required(fields, Field::Name, visible)?;
    let developer = required(fields, Field::Developer, visible)?;
    let flop = optional(fields, Field::TrainingFlop, flop)?;
    let confidence = optional(fields, Field::TrainingFlopConfidence, confidence)?
        .unwrap_or(Confidence::Speculative);
    let status = optional(fields, Field::Status, status)?;
    let (last_updated, updated) = optional(fields, Field::LastUpdated, moment)?.unzip();
    Ok(Estimate {
        index,
        key: Key::new(&name, &developer),
        flop,
        confidence,
        method: optional(fields, Field::EstimationMethod, method)?
            .unwrap_or(Cow::Borrowed(DEFAULT_METHOD)),
        status: status.unwrap_or_else(|| Status::derived(flop, confidence)),
        release_date: optional(fields, Field::ReleaseDate, day)?,
        parameters: optional(fields, Field::Parameters, parameters)?.unwrap_or_default(),
        reasoning: optional(fields, Field::Reasoning, any_text)?.unwrap_or_default(),
        sources: optional(fields, Field::Sources, sources)?.unwrap_or_default(),
        last_updated: last_updated.unwrap_or_default(),
        updated,
        name,
        developer,
    })
}

/// A value as its rule reads it, or the rule that it breaks.
type Read<T> = Result<T, &'static str>;

fn required<'t, T>(
    fields: &Fields<'t>,
    field: Field,
    read: impl Fn(&'t RawValue) -> Read<T>,
) -> Result<T, Broken> {
    const ABSENT: &str = "expected a string with a visible character";
    let value = fields.get(field).ok_or(Broken(field, ABSENT))?;
    read(value).map_err(|reason| Broken(field, reason))
}

fn optional<'t, T>(
    fields: &Fields<'t>,
    field: Field,
    read: impl Fn(&'t RawValue) -> Read<T>,
) -> Result<Option<T>, Broken> {
    let may_be_blank = [Field::Status, Field::ReleaseDate, Field::LastUpdated].contains(&field);
    let value = fields.get(field);
    value
        .filter(|value| !(may_be_blank && value.get() == "\"\""))
        .map(|value| read(value).map_err(|reason| Broken(field, reason)))
        .transpose()
}

/// What a JSON string says; `expected` where it is no string.
fn text<'t>(value: &'t RawValue, expected: &'static str) -> Read<Cow<'t, str>> {
    let literal = value.get();
    let inside = literal
        .strip_prefix('"')
        .and_then(|it| it.strip_suffix('"'));
    match inside.ok_or(expected)? {
        inside if !inside.contains('\\') => Ok(Cow::Borrowed(inside)),
        _ => serde_json::from_str(literal)
            .map(Cow::Owned)
            .map_err(|_| expected),
    }
}

fn visible(value: &RawValue) -> Read<Cow<'_, str>> {
    const EXPECTED: &str = "expected a string with a visible character";
    let text = text(value, EXPECTED)?;
    is_visible(&text).then_some(text).ok_or(EXPECTED)
}

/// A number, or a string holding one.
fn flop(value: &RawValue) -> Read<Flop> {
    const EXPECTED: &str = "expected a finite number above 0, such as 5.54e+25";
    match text(value, EXPECTED) {
        Ok(text) => text.parse().map_err(|_| EXPECTED),
        Err(_) => value.get().parse().map_err(|_| EXPECTED),
    }
}

fn confidence(value: &RawValue) -> Read<Confidence> {
    const EXPECTED: &str = "expected high, medium, low or speculative";
    Confidence::from_name(&text(value, EXPECTED)?).ok_or(EXPECTED)
}

fn method(value: &RawValue) -> Read<Cow<'_, str>> {
    const EXPECTED: &str = "expected a string that is not blank";
    let text = text(value, EXPECTED)?;
    is_visible(&text).then_some(text).ok_or(EXPECTED)
}

fn status(value: &RawValue) -> Read<Status> {
    const EXPECTED: &str =
        "expected confirmed_above, likely_above, uncertain, likely_below or confirmed_below";
    Status::from_name(&text(value, EXPECTED)?).ok_or(EXPECTED)
}

fn day(value: &RawValue) -> Read<chrono::NaiveDate> {
    const EXPECTED: &str = "expected an ISO 8601 date, such as 2025-08-15";
    dates::day(&text(value, EXPECTED)?).ok_or(EXPECTED)
}

fn moment(value: &RawValue) -> Read<(Cow<'_, str>, chrono::NaiveDateTime)> {
    const EXPECTED: &str = "expected an ISO 8601 date-time, such as 2025-08-15T20:32:45";
    let text = text(value, EXPECTED)?;
    let moment = dates::moment(&text).ok_or(EXPECTED)?;
    Ok((text, moment))
}

/// `671000000000`, or `6.71e11` written as that integer. Digits are kept as they stand, whatever their number.
fn parameters(value: &RawValue) -> Read<Cow<'_, str>> {
    const EXPECTED: &str = "expected a positive whole number";
    let digits = value.get();
    if digits != "0" && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Cow::Borrowed(digits));
    }
    let number: f64 = digits.parse().map_err(|_| EXPECTED)?;
    (number.is_finite() && number > 0.0 && number.fract() == 0.0)
        .then(|| Cow::Owned(format!("{number:.0}")))
        .ok_or(EXPECTED)
}

fn any_text(value: &RawValue) -> Read<Cow<'_, str>> {
    text(value, "expected a string")
}

/// The cell of `sources`: joined with `; `.
fn sources(value: &RawValue) -> Read<Cow<'_, str>> {
    const EXPECTED: &str = "expected an array of strings";
    let all: Vec<&RawValue> = serde_json::from_str(value.get()).map_err(|_| EXPECTED)?;
    if let [only] = all[..] {
        return text(only, EXPECTED);
    }
    let texts: Read<Vec<_>> = all.into_iter().map(|one| text(one, EXPECTED)).collect();
    Ok(Cow::Owned(texts?.join("; ")))
}
