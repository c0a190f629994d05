//! The rules for the fields of one record (behaviour §2): JSON → [`Estimate`], or which field breaks which rule.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::BytesDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Estimate, Rejected};
use crate::dates;
use crate::flop::Flop;
use crate::key::Key;
use crate::schema::{Confidence, DEFAULT_METHOD, Status};
use crate::text::{excerpt, is_visible, one_line, writable};

/// The fields that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
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
    Other,
}

impl Field {
    /// How the fields are called, in the order of the variants; the last stands for the record itself.
    const NAMES: [&str; Field::Other as usize + 1] = [
        "name",
        "developer",
        "training_flop",
        "training_flop_confidence",
        "estimation_method",
        "status",
        "release_date",
        "parameters",
        "reasoning",
        "sources",
        "last_updated",
        "record",
    ];
}

/// A key of a record. It is read as bytes, so that one with half of a surrogate pair in it is a key that is not read, and no fault.
struct RecordKey(Field);

impl<'de> Deserialize<'de> for RecordKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RecordKey, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = RecordKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_bytes<E: Error>(self, key: &[u8]) -> Result<RecordKey, E> {
                Field::deserialize(BytesDeserializer::new(key)).map(RecordKey)
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// The values of the fields that are read; absent and null are `None`. Of a field that stands twice the last counts.
#[derive(Default)]
struct Fields<'t> {
    values: [Option<&'t RawValue>; Field::Other as usize],
    seen: [bool; Field::Other as usize],
    repeated: Vec<Field>,
}

impl<'t> Fields<'t> {
    /// The value of a field; `""` counts as absent.
    fn get(&self, field: Field) -> Option<&'t RawValue> {
        self.values[field as usize].filter(|value| value.get() != "\"\"")
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
                while let Some(RecordKey(field)) = map.next_key()? {
                    let Some(value) = fields.values.get_mut(field as usize) else {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    };
                    *value = map.next_value()?;
                    if std::mem::replace(&mut fields.seen[field as usize], true)
                        && !fields.repeated.contains(&field)
                    {
                        fields.repeated.push(field);
                    }
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// What there is to say about one record. Lines are the caller's to fill in.
pub(super) struct Record<'t> {
    pub estimate: Result<Estimate<'t>, Rejected>,
    /// The fields that break their rule, and count as absent.
    pub ignored: Vec<Rejected>,
    /// The fields that stand more than once.
    pub repeated: Vec<Rejected>,
}

/// Reads the record at `index`.
pub(super) fn read<'t>(index: usize, record: &&'t RawValue) -> Record<'t> {
    let parsed = serde_json::from_str::<Fields<'t>>(record.get());
    let is_object = parsed.is_ok();
    let fields = parsed.unwrap_or_default();
    let rejected = |Broken(field, reason): Broken| {
        let text = |field| Some(text(fields.get(field)?, "").ok()?.into_owned());
        let value = match field {
            Field::Other => Some(*record),
            _ => fields.values[field as usize],
        };
        Rejected {
            index,
            line: 0,
            name: text(Field::Name),
            developer: text(Field::Developer),
            field: Field::NAMES[field as usize],
            value: excerpt(value.map_or("null", RawValue::get), 200).into_owned(),
            reason,
        }
    };
    let mut ignored = Vec::new();
    let estimate = if is_object {
        estimate(index, &fields, &mut ignored)
    } else {
        Err(Broken(Field::Other, "expected an object"))
    };
    const TWICE: &str = "stands more than once in the record; the last counts";
    let twice = |field: &Field| rejected(Broken(*field, TWICE));
    Record {
        estimate: estimate.map_err(rejected),
        ignored: ignored.into_iter().map(rejected).collect(),
        repeated: fields.repeated.iter().map(twice).collect(),
    }
}

/// Which field breaks a rule, and what the rule is.
struct Broken(Field, &'static str);

fn estimate<'t>(
    index: usize,
    fields: &Fields<'t>,
    ignored: &mut Vec<Broken>,
) -> Result<Estimate<'t>, Broken> {
    let name = required(fields, Field::Name)?;
    let developer = required(fields, Field::Developer)?;
    let flop = checked(fields, Field::TrainingFlop, flop)?;
    let confidence = optional(fields, Field::TrainingFlopConfidence, ignored, confidence)
        .unwrap_or(Confidence::Speculative);
    let method = optional(fields, Field::EstimationMethod, ignored, visible);
    let status = optional(fields, Field::Status, ignored, status);
    let release_date = optional(fields, Field::ReleaseDate, ignored, day);
    let parameters = optional(fields, Field::Parameters, ignored, parameters);
    let reasoning = optional(fields, Field::Reasoning, ignored, any_text);
    let sources = optional(fields, Field::Sources, ignored, sources);
    let updated = optional(fields, Field::LastUpdated, ignored, moment);
    let (last_updated, updated) = updated.unzip();
    Ok(Estimate {
        index,
        key: Key::new(&name, &developer),
        name,
        developer,
        flop,
        confidence,
        method: writable(method.unwrap_or(Cow::Borrowed(DEFAULT_METHOD))),
        status: status.unwrap_or_else(|| Status::derived(flop, confidence)),
        release_date,
        parameters: parameters.unwrap_or_default(),
        reasoning: writable(reasoning.unwrap_or_default()),
        sources: writable(sources.unwrap_or_default()),
        last_updated: last_updated.unwrap_or_default(),
        updated,
    })
}

/// A value as its rule reads it, or the rule that it breaks.
type Read<T> = Result<T, &'static str>;

/// Name or developer, as they are written.
fn required<'t>(fields: &Fields<'t>, field: Field) -> Result<Cow<'t, str>, Broken> {
    let text = checked(fields, field, visible)?.ok_or(Broken(field, VISIBLE))?;
    Ok(writable(one_line(text)))
}

/// A field that may be absent, but costs the record where it breaks its rule.
fn checked<'t, T>(
    fields: &Fields<'t>,
    field: Field,
    read: impl Fn(&'t RawValue) -> Read<T>,
) -> Result<Option<T>, Broken> {
    let read = fields.get(field).map(read).transpose();
    read.map_err(|reason| Broken(field, reason))
}

/// A field that counts as absent where it breaks its rule.
fn optional<'t, T>(
    fields: &Fields<'t>,
    field: Field,
    ignored: &mut Vec<Broken>,
    read: impl Fn(&'t RawValue) -> Read<T>,
) -> Option<T> {
    let read = checked(fields, field, read);
    read.map_err(|broken| ignored.push(broken)).ok().flatten()
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
            .map_err(|_| "half of a surrogate pair (an emoji cut in two?)"),
    }
}

const VISIBLE: &str = "expected a string with a visible character";

fn visible(value: &RawValue) -> Read<Cow<'_, str>> {
    let text = text(value, VISIBLE)?;
    is_visible(&text).then_some(text).ok_or(VISIBLE)
}

/// A number, or a string holding one.
fn flop(value: &RawValue) -> Read<Flop> {
    const EXPECTED: &str = "expected a finite number above 0, such as 5.54e+25";
    let number = match value.get().starts_with('"') {
        true => text(value, EXPECTED)?.parse(),
        false => value.get().parse(),
    };
    number.map_err(|_| EXPECTED)
}

fn confidence(value: &RawValue) -> Read<Confidence> {
    const EXPECTED: &str = "expected high, medium, low or speculative";
    Confidence::from_name(&text(value, EXPECTED)?).ok_or(EXPECTED)
}

fn status(value: &RawValue) -> Read<Status> {
    const EXPECTED: &str =
        "expected confirmed_above, likely_above, uncertain, likely_below or confirmed_below";
    Status::from_name(&text(value, EXPECTED)?).ok_or(EXPECTED)
}

fn day(value: &RawValue) -> Read<chrono::NaiveDate> {
    const EXPECTED: &str = "expected a date, such as 2025-08-15";
    dates::day(&text(value, EXPECTED)?).ok_or(EXPECTED)
}

fn moment(value: &RawValue) -> Read<(Cow<'_, str>, chrono::NaiveDateTime)> {
    const EXPECTED: &str = "expected a date-time, such as 2025-08-15T20:32:45";
    let text = text(value, EXPECTED)?;
    let moment = dates::moment(&text).ok_or(EXPECTED)?;
    Ok((text, moment))
}

/// `671000000000`, or `6.71e11` and `671000000000.00006` written as that integer. Digits are kept as they stand, whatever their number.
fn parameters(value: &RawValue) -> Read<Cow<'_, str>> {
    const EXPECTED: &str = "expected a positive whole number";
    let digits = value.get();
    if digits != "0" && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Cow::Borrowed(digits));
    }
    let number: f64 = digits.parse().map_err(|_| EXPECTED)?;
    let whole = number.round();
    (whole.is_finite() && whole > 0.0 && (number - whole).abs() <= 1e-9 * whole)
        .then(|| Cow::Owned(format!("{whole:.0}")))
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

#[cfg(test)]
mod tests {
    use crate::estimates::{Estimates, Rejected};
    use crate::schema::Column;

    fn said(faults: &[Rejected]) -> Vec<String> {
        let said = |one: &Rejected| format!("{}:{}:{}", one.index, one.line, one.field);
        faults.iter().map(said).collect()
    }

    /// Reads a record with these fields behind its name and developer, after a sound one: what it says in a column, or what breaks
    /// a rule.
    fn cell(fields: &str, column: Column) -> Result<String, Vec<String>> {
        let names = "{\"name\": \"a\", \"developer\": \"d\"";
        let text = format!("{{\"models\": [{names}}},\n{names}, {fields}}}]}}");
        let estimates = Estimates::parse(text.as_bytes()).expect("one record is sound");
        match estimates.usable.get(1) {
            Some(estimate) if estimates.ignored_fields.is_empty() => {
                Ok(estimate.cell(column).into_owned())
            }
            Some(estimate) => {
                assert_eq!(estimate.parameters, "", "an ignored field is not read");
                Err(said(&estimates.ignored_fields))
            }
            None => Err(said(&estimates.rejected)),
        }
    }

    #[test]
    fn every_optional_field_may_be_the_empty_string() {
        for field in super::Field::NAMES.into_iter().take(11).skip(2) {
            let written = cell(&format!("\"{field}\": \"\""), Column::Status);
            assert_eq!(written.as_deref(), Ok("uncertain"), "{field}");
        }
    }

    #[test]
    fn parameters_are_whole_within_one_part_in_a_billion() {
        for (value, written) in [
            ("405000000000.00006", Some("405000000000")),
            ("1.75E11", Some("175000000000")),
            ("123456789012345678901", Some("123456789012345678901")),
            ("1.5", None),
            ("0.9999", None),
            ("0", None),
            ("-7", None),
            ("1e999", None),
            ("\"7\"", None),
            ("true", None),
        ] {
            let read = cell(&format!("\"parameters\": {value}"), Column::Parameters);
            assert_eq!(read.ok().as_deref(), written, "{value}");
        }
    }

    #[test]
    fn training_flop_is_a_decimal_number_or_a_text_that_is_one() {
        let read = |value| cell(&format!("\"training_flop\": {value}"), Column::TrainingFlop);
        for number in [
            "5e25",
            "\" +5.e25 \"",
            "\".5e26\"",
            "\"50000000000000000000000000\"",
        ] {
            assert_eq!(read(number).as_deref(), Ok("5e+25"), "{number}");
        }
        for value in [
            "\"inf\"",
            "\"nan\"",
            "\"-1e25\"",
            "\"1_0e24\"",
            "\"0x10\"",
            "1e999",
            "[]",
            "\" \"",
        ] {
            assert_eq!(
                read(value),
                Err(vec!["1:2:training_flop".to_owned()]),
                "{value}"
            );
        }
    }

    #[test]
    fn a_status_may_carry_the_threshold_in_its_name() {
        for status in ["likely_above", "likely_above_1e25"] {
            let read = cell(&format!("\"status\": \"{status}\""), Column::Status);
            assert_eq!(read.as_deref(), Ok("likely_above"));
        }
    }

    #[test]
    fn a_side_field_that_breaks_its_rule_is_ignored_and_each_is_named() {
        let broken = r#""release_date": "7/9/2025", "parameters": "many", "reasoning": "\ud83d", "sources": ["a", 7], "\ud83d": 1"#;
        let named = ["parameters", "reasoning", "release_date", "sources"];
        let mut read = cell(broken, Column::Name).expect_err("four fields break their rules");
        read.sort();
        assert_eq!(read, named.map(|field| format!("1:2:{field}")));
    }

    #[test]
    fn half_of_a_surrogate_pair_is_named_and_costs_the_record_only_in_its_name() {
        let text = r#"{"models": [{"name": "a", "developer": "d", "reasoning": "\ude00"}, {"name": "\ud83d", "developer": "d"}]}"#;
        let estimates = Estimates::parse(text.as_bytes()).expect("one record is sound");
        let faults = [&estimates.ignored_fields[0], &estimates.rejected[0]];
        for (fault, place) in faults.into_iter().zip(["0:1:reasoning", "1:1:name"]) {
            assert_eq!(said(std::slice::from_ref(fault)), [place]);
            assert!(
                fault.reason.contains("half of a surrogate pair"),
                "{}",
                fault.reason
            );
        }
    }

    #[test]
    fn of_a_field_that_stands_twice_the_last_counts_and_it_is_reported_once() {
        let text = r#"{"metadata": {"saved_at": "soon"}, "models": [{"name": "x", "name": " Go\r\n od ", "developer": "d",
            "status": "maybe", "status": null, "status": "uncertain", "parameters": 1, "parameters": null, "reasoning": "a\n<<<<<<< \u0000"}]}"#;
        let estimates = Estimates::parse(text.as_bytes()).expect("the record is sound");
        let named = ["name", "status", "parameters"].map(|field| format!("0:1:{field}"));
        assert_eq!(said(&estimates.repeated_fields), named);
        assert!(estimates.ignored_fields.is_empty());
        let one = &estimates.usable[0];
        assert_eq!(
            (&*one.name, &*one.key.name, &*one.parameters),
            ("Go od", "go od", "")
        );
        assert_eq!(one.reasoning, "a\n <<<<<<< \u{fffd}");
        assert_eq!(estimates.saved_at_unreadable.as_deref(), Some("\"soon\""));
    }
}
