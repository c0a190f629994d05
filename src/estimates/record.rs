//! One record, rule by rule (behaviour §2): JSON object → [`Estimate`], or which field breaks which rule.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::texts::Texts;
use super::{Estimate, Rejected};
use crate::flop::Flop;
use crate::iso8601;
use crate::key::Key;
use crate::schema::{Confidence, DEFAULT_METHOD, Status};
use crate::text::{excerpt, is_visible};

/// What a JSON string says. `None` when `raw` is no string, or one whose escapes stand for no text (half a surrogate pair).
fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    let literal = raw.get();
    let inside = literal.strip_prefix('"')?.strip_suffix('"')?;
    if memchr(b'\\', inside.as_bytes()).is_none() {
        return Some(Cow::Borrowed(inside));
    }
    serde_json::from_str(literal).ok().map(Cow::Owned)
}

/// The fields that are read.
#[derive(Clone, Copy, serde::Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
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
    #[serde(other)]
    Ignored,
}

impl Field {
    fn name(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Developer => "developer",
            Field::TrainingFlop => "training_flop",
            Field::TrainingFlopConfidence => "training_flop_confidence",
            Field::EstimationMethod => "estimation_method",
            Field::Status => "status",
            Field::ReleaseDate => "release_date",
            Field::Parameters => "parameters",
            Field::Reasoning => "reasoning",
            Field::Sources => "sources",
            Field::LastUpdated => "last_updated",
            Field::Ignored => "record",
        }
    }
}

/// The raw values of the fields that are read; absent and null are `None`. Of a field that stands twice the last counts, as in
/// every JSON reader.
#[derive(Default)]
pub(super) struct Fields<'a>([Option<&'a RawValue>; Field::Ignored as usize]);

impl<'a> Fields<'a> {
    fn get(&self, field: Field) -> Option<&'a RawValue> {
        self.0.get(field as usize).copied().flatten()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fields<'a>, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Fields::default();
                while let Some(field) = map.next_key::<Field>()? {
                    match fields.0.get_mut(field as usize) {
                        Some(value) => *value = map.next_value()?,
                        None => {
                            map.next_value::<serde::de::IgnoredAny>()?;
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

/// The estimate that a record holds. Index and line of a rejected one are the caller's to fill in.
pub(super) fn estimate(fields: &Fields<'_>) -> Result<Estimate, Rejected> {
    checked(fields).map_err(|Broken(field, reason)| {
        let text = |field| fields.get(field).and_then(string).map(Cow::into_owned);
        let value = fields.get(field).map_or("null", RawValue::get);
        rejected(
            text(Field::Name),
            text(Field::Developer),
            field,
            value,
            reason,
        )
    })
}

/// What is said of an element of `models` that is no object.
pub(super) fn no_object(value: &str) -> Rejected {
    rejected(None, None, Field::Ignored, value, "expected an object")
}

fn rejected(
    name: Option<String>,
    developer: Option<String>,
    field: Field,
    value: &str,
    reason: &'static str,
) -> Rejected {
    let value = excerpt(value, 200).into_owned();
    Rejected {
        index: 0,
        line: 0,
        name,
        developer,
        field: field.name(),
        value,
        reason,
    }
}

fn checked(fields: &Fields<'_>) -> Result<Estimate, Broken> {
    let text = |field, expected| match fields.get(field) {
        None => Ok(None),
        Some(raw) => string(raw).map(Some).ok_or(Broken(field, expected)),
    };
    // Blank is as good as absent where a field may be absent.
    let filled = |field, expected| Ok(text(field, expected)?.filter(|text| !text.is_empty()));
    let visible = |field| {
        const EXPECTED: &str = "expected a string with a visible character";
        text(field, EXPECTED)?
            .filter(|text| is_visible(text))
            .ok_or(Broken(field, EXPECTED))
    };
    let name = visible(Field::Name)?;
    let developer = visible(Field::Developer)?;
    let flop = fields
        .get(Field::TrainingFlop)
        .map(|raw| {
            flop(raw).ok_or(Broken(
                Field::TrainingFlop,
                "expected a finite number above 0, such as 5.54e+25",
            ))
        })
        .transpose()?;

    let expected = "expected high, medium, low or speculative";
    let confidence = match text(Field::TrainingFlopConfidence, expected)? {
        None => Confidence::Speculative,
        Some(text) => {
            Confidence::from_name(&text).ok_or(Broken(Field::TrainingFlopConfidence, expected))?
        }
    };

    let expected = "expected a string that is not blank";
    let method = text(Field::EstimationMethod, expected)?.map_or(
        Ok(Cow::Borrowed(DEFAULT_METHOD)),
        |method| {
            Some(method)
                .filter(|method| is_visible(method))
                .ok_or(Broken(Field::EstimationMethod, expected))
        },
    )?;

    let expected =
        "expected confirmed_above, likely_above, uncertain, likely_below or confirmed_below";
    let status = match filled(Field::Status, expected)? {
        Some(text) => Status::from_name(&text).ok_or(Broken(Field::Status, expected))?,
        None => Status::derived(flop, confidence),
    };

    let expected = "expected an ISO 8601 date, such as 2025-08-15";
    let release_date = filled(Field::ReleaseDate, expected)?
        .map(|text| iso8601::day(&text).ok_or(Broken(Field::ReleaseDate, expected)))
        .transpose()?;

    let parameters = fields
        .get(Field::Parameters)
        .map(|raw| {
            parameters(raw.get()).ok_or(Broken(
                Field::Parameters,
                "expected a positive whole number",
            ))
        })
        .transpose()?;
    let reasoning = text(Field::Reasoning, "expected a string")?;
    let sources = fields
        .get(Field::Sources)
        .map(|raw| joined(raw).ok_or(Broken(Field::Sources, "expected an array of strings")))
        .transpose()?;

    let expected = "expected an ISO 8601 date-time, such as 2025-08-15T20:32:45";
    let last_updated = filled(Field::LastUpdated, expected)?;
    let updated = last_updated
        .as_ref()
        .map(|text| iso8601::moment(text).ok_or(Broken(Field::LastUpdated, expected)))
        .transpose()?;

    let texts = Texts::of([
        &name,
        &developer,
        &method,
        &parameters.unwrap_or_default(),
        &reasoning.unwrap_or_default(),
        &sources.unwrap_or_default(),
        &last_updated.unwrap_or_default(),
    ]);
    Ok(Estimate {
        key: Key::new(&name, &developer),
        flop,
        confidence,
        status,
        updated,
        release_date,
        texts: texts.ok_or(Broken(Field::Ignored, "expected less than 4 GiB of text"))?,
    })
}

/// A number, or a string holding one.
fn flop(raw: &RawValue) -> Option<Flop> {
    match string(raw) {
        Some(text) => text.parse().ok(),
        None => raw.get().parse().ok(),
    }
}

/// `671000000000`, or `6.71e11` written as that integer. Digits are kept as they stand, whatever their number.
fn parameters(raw: &str) -> Option<Cow<'_, str>> {
    if raw.bytes().all(|byte| byte.is_ascii_digit()) {
        return (raw != "0").then_some(Cow::Borrowed(raw));
    }
    let value: f64 = raw.parse().ok()?;
    (value.is_finite() && value > 0.0 && value.fract() == 0.0)
        .then(|| Cow::Owned(format!("{value:.0}")))
}

/// The cell of `sources`: joined with `; `. `None` when it is no array of strings.
fn joined(raw: &RawValue) -> Option<Cow<'_, str>> {
    let sources: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
    if let [only] = sources[..] {
        return string(only);
    }
    let sources: Option<Vec<Cow<'_, str>>> = sources.into_iter().map(string).collect();
    Some(Cow::Owned(sources?.join("; ")))
}
