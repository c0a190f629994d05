//! Dates and date-times in the forms of ISO 8601 that name a day.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};

/// The day that `text` names: a date (`2025-08-15`, `20250815`, `2025-W33-5`), or a date-time, taken in its own offset.
///
/// `None` for every other form, for days that do not exist, and for years outside 1 to 9999.
pub fn day(text: &str) -> Option<NaiveDate> {
    Some(parse(text)?.0)
}

/// The moment that `text` names, as UTC: a date-time, its offset optional (none means UTC), or a date, meaning its midnight.
///
/// `None` where [`day`] is, for a malformed time or offset, and for moments outside of what a calendar can hold.
pub fn moment(text: &str) -> Option<NaiveDateTime> {
    let (day, time, offset) = parse(text)?;
    day.and_time(time).checked_sub_signed(offset)
}

/// The day, the time of day and how far ahead of UTC its clock is.
fn parse(text: &str) -> Option<(NaiveDate, NaiveTime, TimeDelta)> {
    let utc = TimeDelta::zero();
    let separator = |byte| matches!(byte, b'T' | b't' | b' ');
    let Some(at) = text.bytes().position(separator) else {
        return Some((date(text)?, NaiveTime::MIN, utc));
    };
    let (day, rest) = (date(&text[..at])?, &text[at + 1..]);
    let zone = rest
        .bytes()
        .position(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-'))
        .unwrap_or(rest.len());
    let offset = if zone == rest.len() {
        utc
    } else {
        offset(&rest[zone..])?
    };
    Some((day, time(&rest[..zone])?, offset))
}

fn date(text: &str) -> Option<NaiveDate> {
    let year = |digits: &str| {
        number(digits, 4)
            .filter(|year| *year > 0)
            .map(u32::cast_signed)
    };
    match text.as_bytes() {
        [_, _, _, _, b'-', b'W', _, _, b'-', _] => {
            let weekday =
                Weekday::try_from(u8::try_from(number(text.get(9..)?, 1)?.checked_sub(1)?).ok()?)
                    .ok()?;
            NaiveDate::from_isoywd_opt(year(text.get(..4)?)?, number(text.get(6..8)?, 2)?, weekday)
        }
        [_, _, _, _, b'-', _, _, b'-', _, _] => NaiveDate::from_ymd_opt(
            year(text.get(..4)?)?,
            number(text.get(5..7)?, 2)?,
            number(text.get(8..)?, 2)?,
        ),
        [_, _, _, _, _, _, _, _] => NaiveDate::from_ymd_opt(
            year(text.get(..4)?)?,
            number(text.get(4..6)?, 2)?,
            number(text.get(6..)?, 2)?,
        ),
        _ => None,
    }
}

/// `19`, `19:41`, `19:41:33`, `19:41:33.905822` (or a comma), and the same without colons.
fn time(text: &str) -> Option<NaiveTime> {
    let (clock, fraction) = match text.split_once(['.', ',']) {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let [hour, minute, second] = clock_parts(clock)?;
    let nanos = match fraction {
        None => 0,
        // A fraction is one of seconds: what it refines has to be there.
        Some(digits) if clock.len() >= 6 && is_digits(digits) => {
            let kept = &digits[..digits.len().min(9)];
            kept.parse::<u32>().ok()? * 10_u32.pow(9 - u32::try_from(kept.len()).ok()?)
        }
        Some(_) => return None,
    };
    NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)
}

/// `Z`, `+02`, `+02:00`, `+0200`.
fn offset(text: &str) -> Option<TimeDelta> {
    let (ahead, clock) = match text.split_at_checked(1)? {
        ("Z" | "z", "") => return Some(TimeDelta::zero()),
        ("+", clock) => (1, clock),
        ("-", clock) => (-1, clock),
        _ => return None,
    };
    let [hours, minutes, seconds] = clock_parts(clock)?;
    let offset =
        NaiveTime::from_hms_opt(hours, minutes, seconds)?.signed_duration_since(NaiveTime::MIN);
    Some(offset * ahead)
}

/// Hours, minutes, seconds of `HH`, `HH:MM`, `HH:MM:SS`, `HHMM`, `HHMMSS`; what is not there is 0.
fn clock_parts(text: &str) -> Option<[u32; 3]> {
    let part = |from: usize| number(text.get(from..from + 2)?, 2);
    let colons = |places: &[usize]| places.iter().all(|place| text.as_bytes()[*place] == b':');
    match text.len() {
        2 => Some([part(0)?, 0, 0]),
        4 => Some([part(0)?, part(2)?, 0]),
        5 if colons(&[2]) => Some([part(0)?, part(3)?, 0]),
        6 => Some([part(0)?, part(2)?, part(4)?]),
        8 if colons(&[2, 5]) => Some([part(0)?, part(3)?, part(6)?]),
        _ => None,
    }
}

fn number(text: &str, digits: usize) -> Option<u32> {
    let next = |number: u32, byte: u8| {
        byte.is_ascii_digit()
            .then(|| number * 10 + u32::from(byte - b'0'))
    };
    if text.len() != digits {
        return None;
    }
    text.bytes().try_fold(0, next)
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
            "20250815",
            "2025-W33-5",
            "2025-08-15T23:30:00-05:00",
            "2025-08-15 07",
            "2025-08-15t07:30Z",
            "20250815T073000,25+0530",
        ] {
            assert_eq!(day(text), NaiveDate::from_ymd_opt(2025, 8, 15), "{text}");
        }
    }

    #[test]
    fn forms_that_name_no_day_are_none() {
        for text in [
            "",
            " ",
            "soon",
            "2025",
            "2025-08",
            "2025-8-15",
            "7/9/2025",
            "2025-02-30",
            "2025-W54-1",
            "0000-01-01",
            "2025-08-15T",
            "2025-08-15T25:00",
            "2025-08-15T12:00:00.",
            "2025-08-15T12:00+1",
            "2025-08-15x",
            "２０２５-08-15",
            "2025-08-1é",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_without_an_offset_is_utc_and_one_with_an_offset_is_moved_there() {
        let noon = moment("2025-08-15T12:00:00");
        assert!(noon.is_some());
        for text in [
            "2025-08-15T12:00:00Z",
            "2025-08-15T14:00:00+02:00",
            "2025-08-15T07:00:00.000000-0500",
            "2025-08-15 12:00",
        ] {
            assert_eq!(moment(text), noon, "{text}");
        }
        assert!(moment("2025-08-15T12:00:00.000001") > noon);
    }
}
