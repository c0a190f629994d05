//! Dates and date-times, in the forms that behaviour §2 lists and in no other.

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

/// The day that `text` names: a date such as `2025-08-15`, or the date of a date-time, taken in its own offset.
pub fn day(text: &str) -> Option<NaiveDate> {
    Some(parse(text)?.0.date())
}

/// The moment that `text` names, in UTC. A date-time without an offset is in UTC, and a date means its midnight.
pub fn moment(text: &str) -> Option<NaiveDateTime> {
    let (local, offset) = parse(text)?;
    offset.map_or(Some(local), |offset| local.checked_sub_offset(offset))
}

/// The day of a moment, as text.
pub fn day_text(moment: &str) -> &str {
    moment.split(['T', ' ']).next().unwrap_or_default()
}

/// Checks the form of the text before chrono reads it, because chrono accepts more spellings.
fn parse(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    let (day, clock) = text.split_once(['T', ' ']).unwrap_or((text, "00:00"));
    let (time, offset) = clock.split_at(clock.find(['Z', '+', '-']).unwrap_or(clock.len()));
    let whole_seconds = match time.split_once('.') {
        Some((whole, fraction)) if is_digits(fraction) => whole,
        _ => time,
    };
    let has_clock = has_form(whole_seconds, "00:00") || has_form(whole_seconds, "00:00:00");
    if !has_form(day, "0000-00-00") || !has_clock {
        return None;
    }
    let offset = match offset {
        "" | "Z" => None,
        _ if has_form(&offset[1..], "00:00") => Some(offset.parse().ok()?),
        _ => return None,
    };
    let day: NaiveDate = day.parse().ok()?;
    let time: NaiveTime = time.parse().ok()?;
    // chrono reads second 60 as a leap second, with a billion nanoseconds or more in second 59, and it has a year 0.
    let exists = day.year() > 0 && time.nanosecond() < 1_000_000_000;
    exists.then(|| (day.and_time(time), offset))
}

/// Whether `text` has a digit where `form` has a `0`, and the same character everywhere else.
fn has_form(text: &str, form: &str) -> bool {
    let digit_as_zero = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    text.bytes().map(digit_as_zero).eq(form.bytes())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_a_moment_is_the_part_before_its_time() {
        for text in ["2025-08-15", "2025-08-15T20:32:45Z", "2025-08-15 20:32"] {
            assert_eq!(day_text(text), "2025-08-15", "{text}");
        }
    }

    #[test]
    fn a_moment_without_an_offset_is_utc_and_one_with_an_offset_is_converted_to_utc() {
        let noon = moment("2025-08-15T12:00:00");
        assert!(noon.is_some());
        for text in [
            "2025-08-15T12:00:00Z",
            "2025-08-15T14:00:00+02:00",
            "2025-08-15T07:00:00.000000-05:00",
            "2025-08-15 12:00",
        ] {
            assert_eq!(moment(text), noon, "{text}");
        }
        assert!(moment("2025-08-15T12:00:00.000001") > noon);
        assert_eq!(moment("2025-08-15"), moment("2025-08-15T00:00"));
    }
}
