//! The rules for the fields of one record (behaviour §2): JSON → [`Estimate`], or which field breaks its rule.

use std::borrow::Cow;

use chrono::NaiveDateTime;
use serde_json::value::RawValue;
use strum::{EnumString, VariantNames};

use super::json::{self, string};
use super::{Estimate, Estimates, Rejected};
use crate::dates;
use crate::flop::Flop;
use crate::key::Key;
use crate::parameters::whole_number;
use crate::schema::{Confidence, DEFAULT_METHOD, Status};
use crate::text::{excerpt, is_visible, name_line, writable};

/// The fields that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "snake_case")]
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
    fn rule(self) -> &'static str {
        match self {
            Field::Name | Field::Developer | Field::EstimationMethod => {
                "expected a string with a visible character"
            }
            Field::TrainingFlop => "expected a finite number above 0, such as 5.54e+25",
            Field::TrainingFlopConfidence => "expected high, medium, low or speculative",
            Field::Status => {
                "expected confirmed_above, likely_above, uncertain, likely_below or confirmed_below"
            }
            Field::ReleaseDate => "expected a date, such as 2025-08-15",
            Field::Parameters => "expected a positive whole number",
            Field::Reasoning => "expected a string",
            Field::Sources => "expected an array of strings",
            Field::LastUpdated => "expected a date-time, such as 2025-08-15T20:32:45",
        }
    }
}

/// The values of the fields that are read, and what there is to say about them.
#[derive(Default)]
struct Fields<'t> {
    index: usize,
    line: usize,
    values: [Option<&'t RawValue>; Field::VARIANTS.len()],
    ignored: Vec<Field>,
    repeated: Vec<Field>,
}

impl<'t> Fields<'t> {
    /// Takes note of an entry of the record. Of a field that stands twice the last counts.
    fn set(&mut self, field: Field, value: &'t RawValue) {
        let before = self.values[field as usize].replace(value);
        if before.is_some() && !self.repeated.contains(&field) {
            self.repeated.push(field);
        }
    }

    /// What `rule` makes of a field; null and `""` count as absent. The error is the field, where it breaks the rule.
    fn get<T>(
        &self,
        field: Field,
        rule: impl Fn(&'t RawValue) -> Option<T>,
    ) -> Result<Option<T>, Field> {
        let value =
            self.values[field as usize].filter(|value| !matches!(value.get(), "null" | "\"\""));
        value.map(|value| rule(value).ok_or(field)).transpose()
    }

    /// A name as it is written; absent, it breaks its rule.
    fn name(&self, field: Field) -> Result<Cow<'t, str>, Field> {
        self.get(field, visible)?.map(name_line).ok_or(field)
    }

    /// A field that counts as absent where it breaks its rule.
    fn side<T>(&mut self, field: Field, rule: impl Fn(&'t RawValue) -> Option<T>) -> Option<T> {
        let read = self.get(field, rule);
        read.map_err(|field| self.ignored.push(field))
            .ok()
            .flatten()
    }

    /// What to say of a field.
    fn fault(&self, field: Field, reason: &'static str) -> Rejected {
        let value = self.values[field as usize].map_or("null", RawValue::get);
        let name = |field| {
            let name = name_line(self.get(field, string).ok()??);
            (!name.is_empty()).then(|| name.into_owned())
        };
        Rejected {
            index: self.index,
            line: self.line,
            name: name(Field::Name),
            developer: name(Field::Developer),
            field: Field::VARIANTS[field as usize],
            value: excerpt(value, 200).into_owned(),
            reason,
        }
    }

    /// What to say of a field that breaks its rule.
    fn broken(&self, field: Field) -> Rejected {
        let value = self.values[field as usize].map_or("null", RawValue::get);
        // A `Value` can hold whatever JSON allows but half of a surrogate pair, and a number that is too large.
        let is_whole = serde_json::from_str::<serde_json::Value>(value).is_ok();
        let reason = match value.contains("\\u") && !is_whole {
            true => "half of a surrogate pair (an emoji cut in two?)",
            false => field.rule(),
        };
        self.fault(field, reason)
    }
}

/// Adds the record at the beginning of `json`, which starts on `line`, to those that were read before it, and says where it ends.
pub(super) fn read(json: &str, line: usize, to: &mut Estimates) -> serde_json::Result<usize> {
    let mut fields = Fields {
        index: to.total,
        line,
        ..Fields::default()
    };
    to.total += 1;
    if !json.starts_with('{') {
        let value = json::value(json)?.get();
        to.rejected.push(Rejected {
            field: "record",
            value: excerpt(value, 200).into_owned(),
            ..fields.fault(Field::Name, "expected an object")
        });
        return Ok(value.len());
    }
    let end = json::object(
        json,
        |key| key.parse::<Field>().ok(),
        |field, value| fields.set(field, value),
    )?;
    match estimate(&mut fields) {
        Ok(estimate) => to.usable.push(estimate),
        Err(field) => to.rejected.push(fields.broken(field)),
    }
    let ignored = fields.ignored.iter();
    to.ignored_fields
        .extend(ignored.map(|field| fields.broken(*field)));
    const TWICE: &str = "stands more than once in the record; the last counts";
    let repeated = fields.repeated.iter();
    to.repeated_fields
        .extend(repeated.map(|field| fields.fault(*field, TWICE)));
    Ok(end)
}

/// The estimate that the fields make, or which of the three that cost a record breaks its rule.
fn estimate(fields: &mut Fields<'_>) -> Result<Estimate, Field> {
    let name = fields.name(Field::Name)?;
    let developer = fields.name(Field::Developer)?;
    let flop = fields.get(Field::TrainingFlop, flop)?;
    let confidence = |value| Confidence::from_name(&string(value)?);
    let confidence = fields.side(Field::TrainingFlopConfidence, confidence);
    let confidence = confidence.unwrap_or(Confidence::Speculative);
    let status = fields.side(Field::Status, |value| Status::from_name(&string(value)?));
    let method = fields.side(Field::EstimationMethod, visible);
    let (last_updated, updated) = fields.side(Field::LastUpdated, moment).unzip();
    let text = |text: Option<Cow<'_, str>>| writable(text.unwrap_or_default()).into();
    Ok(Estimate {
        index: fields.index,
        line: fields.line,
        key: Key::of_written(&name, &developer),
        name: name.into(),
        developer: developer.into(),
        flop,
        confidence,
        method: text(method.or(Some(DEFAULT_METHOD.into()))),
        status: status.unwrap_or_else(|| Status::derived(flop, confidence)),
        release_date: fields.side(Field::ReleaseDate, |value| dates::day(&string(value)?)),
        parameters: text(fields.side(Field::Parameters, |value| whole_number(value.get()))),
        reasoning: text(fields.side(Field::Reasoning, string)),
        sources: text(fields.side(Field::Sources, sources)),
        last_updated: text(last_updated),
        updated,
    })
}

fn visible(value: &RawValue) -> Option<Cow<'_, str>> {
    string(value).filter(|text| is_visible(text))
}

/// A number, or a string holding one.
fn flop(value: &RawValue) -> Option<Flop> {
    let text = string(value).unwrap_or(Cow::Borrowed(value.get()));
    text.parse().ok()
}

/// A date-time as it stands, and the moment that it means.
fn moment(value: &RawValue) -> Option<(Cow<'_, str>, NaiveDateTime)> {
    let text = string(value)?;
    let moment = dates::moment(&text)?;
    Some((text, moment))
}

/// The cell of `sources`: joined with `; `.
fn sources(value: &RawValue) -> Option<Cow<'_, str>> {
    let all: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
    if let [only] = all[..] {
        return string(only);
    }
    let texts: Option<Vec<_>> = all.into_iter().map(string).collect();
    Some(Cow::Owned(texts?.join("; ")))
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
                assert_eq!(&*estimate.parameters, "", "an ignored field is not read");
                Err(said(&estimates.ignored_fields))
            }
            None => Err(said(&estimates.rejected)),
        }
    }

    #[test]
    fn every_optional_field_may_be_the_empty_string() {
        for field in <super::Field as strum::VariantNames>::VARIANTS
            .iter()
            .skip(2)
        {
            let written = cell(&format!("\"{field}\": \"\""), Column::Status);
            assert_eq!(written.as_deref(), Ok("uncertain"), "{field}");
        }
    }

    #[test]
    fn parameters_are_whole_within_one_part_in_a_billion() {
        let read = |value| cell(&format!("\"parameters\": {value}"), Column::Parameters);
        for (value, written) in [
            ("405000000000.00006", "405000000000"),
            ("1.75E11", "175000000000"),
            ("123456789012345678901", "123456789012345678901"),
        ] {
            assert_eq!(read(value).as_deref(), Ok(written), "{value}");
        }
        for value in r#"1.5 0.9999 0 -7 1e999 "7" true"#.split(' ') {
            assert!(read(value).is_err(), "{value}");
        }
    }

    #[test]
    fn training_flop_is_a_decimal_number_or_a_text_that_is_one() {
        let read = |value| cell(&format!("\"training_flop\": {value}"), Column::TrainingFlop);
        for number in r#"5e25 "+5.e25" ".5e26" "50000000000000000000000000""#.split(' ') {
            assert_eq!(read(number).as_deref(), Ok("5e+25"), "{number}");
        }
        let named = Err(vec!["1:2:training_flop".to_owned()]);
        for value in r#""inf" "nan" "-1e25" "1_0e24" "0x10" 1e999 [] true"#.split(' ') {
            assert_eq!(read(value), named, "{value}");
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
        assert_eq!(&*one.reasoning, "a\n <<<<<<< \u{fffd}");
        assert_eq!(estimates.saved_at_unreadable.as_deref(), Some("\"soon\""));
    }
}
