//! Dates and date-times, in the forms that behaviour §2 names and in no other.

use std::iter::repeat;

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};

/// The day that `text` names: a date such as `2025-08-15`, or the date of a date-time, taken in its own offset.
pub fn day(text: &str) -> Option<NaiveDate> {
    Some(parse(text)?.0.date())
}

/// The moment that `text` names, in UTC: a date-time (without an offset it is in UTC already), or a date, meaning its midnight.
pub fn moment(text: &str) -> Option<NaiveDateTime> {
    let (local, offset) = parse(text)?;
    match offset {
        Some(offset) => local.checked_sub_offset(offset),
        None => Some(local),
    }
}

/// Takes the digits from their places in the form; chrono says whether the day and the time exist. (Its parsers accept more than one
/// spelling, and take longer than all other fields of a record.)
fn parse(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    let (day, rest) = text.split_at_checked("2025-08-15".len())?;
    let day = Some(day).filter(|day| has_form(day, "0000-00-00"))?;
    let year = i32::try_from(number(day[..4].bytes())).ok()?;
    let (month, day) = (number(day[5..7].bytes()), number(day[8..].bytes()));
    let day = NaiveDate::from_ymd_opt(year, month, day).filter(|_| year > 0)?;
    if rest.is_empty() {
        return Some((day.and_time(NaiveTime::MIN), None));
    }
    let (clock, offset) = split_offset(rest.strip_prefix(['T', ' '])?)?;
    let (whole, fraction) = match clock.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (clock, None),
    };
    let is_form = match fraction {
        Some(digits) => has_form(whole, "00:00:00") && is_digits(digits),
        None => has_form(whole, "00:00:00") || has_form(whole, "00:00"),
    };
    let whole = Some(whole).filter(|_| is_form)?;
    let second = whole.get(6..).unwrap_or("00");
    let nanoseconds = fraction.unwrap_or_default().bytes().chain(repeat(b'0'));
    let time = NaiveTime::from_hms_nano_opt(
        number(whole[..2].bytes()),
        number(whole[3..5].bytes()),
        number(second.bytes()),
        number(nanoseconds.take(9)),
    )?;
    Some((day.and_time(time), offset))
}

/// The number that a few digits stand for.
fn number(digits: impl Iterator<Item = u8>) -> u32 {
    digits.fold(0, |number, digit| 10 * number + u32::from(digit - b'0'))
}

/// The time of day and the offset behind it, which may be missing.
fn split_offset(text: &str) -> Option<(&str, Option<FixedOffset>)> {
    if let Some(clock) = text.strip_suffix('Z') {
        return Some((clock, None));
    }
    match text.rfind(['+', '-']) {
        None => Some((text, None)),
        Some(at) => {
            let (clock, offset) = text.split_at(at);
            has_form(&offset[1..], "00:00").then_some(())?;
            Some((clock, Some(offset.parse().ok()?)))
        }
    }
}

/// Whether `text` has a digit where `form` has a `0`, and the same character everywhere else.
fn has_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text
            .bytes()
            .zip(form.bytes())
            .all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                _ => byte == wanted,
            })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_names_a_day_is_read() {
        for text in [
            "2025-08-15",
            "2025-08-15T07:30",
            "2025-08-15 07:30:59",
            "2025-08-15T07:30:00.9058221234567Z",
            "2025-08-15T23:59:59-05:00",
            "2025-08-15T07:30+23:59",
        ] {
            assert_eq!(day(text), NaiveDate::from_ymd_opt(2025, 8, 15), "{text}");
        }
        assert!(day("0001-01-01").is_some() && day("9999-12-31T00:00-23:59").is_some());
    }

    #[test]
    fn other_forms_and_days_and_times_that_do_not_exist_are_none() {
        for text in [
            "",
            " ",
            "soon",
            "2025",
            "2025-08",
            "2025-8-15",
            "20250815",
            "2025-W33-5",
            "7/9/2025",
            "2025-02-30",
            "0000-01-01",
            "+2025-08-15",
            " 2025-08-15",
            "2025-08-15 ",
            "2025-08-15T",
            "2025-08-15T07",
            "2025-08-15t07:30",
            "2025-08-15  07:30",
            "2025-08-15T07:30z",
            "2025-08-15T25:00",
            "2025-08-15T24:00",
            "2025-08-15T23:59:60",
            "2025-08-15T12:00:00.",
            "2025-08-15T12:00:00,5",
            "2025-08-15T12:00.5",
            "2025-08-15T12:00+1",
            "2025-08-15T12:00+0100",
            "2025-08-15T12:00+24:00",
            "2025-08-15T12:00+01:60",
            "2025-08-15Z",
            "2025-08-15+01:00",
            "2025-08-15x",
            "２０２５-08-15",
            "2025-08-1é",
        ] {
            assert_eq!(day(text), None, "{text}");
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_without_an_offset_is_utc_and_one_with_an_offset_is_moved_there() {
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
