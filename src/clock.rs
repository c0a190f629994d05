//! The clock, read once at the edge.

use std::env;

use chrono::{DateTime, Datelike, Utc};

use crate::terminal::bounded;

/// The environment variable that sets the time of the run, in seconds since 1970.
const VARIABLE: &str = "SOURCE_DATE_EPOCH";

/// The time that `SOURCE_DATE_EPOCH` sets, or else the time of the system clock.
///
/// # Errors
/// When the variable is not a number of seconds, or its time is outside the years 1 to 9999 and so could not be read back.
pub fn now() -> Result<DateTime<Utc>, String> {
    let Some(text) = env::var_os(VARIABLE).filter(|text| !text.is_empty()) else {
        return Ok(Utc::now());
    };
    let text = text.to_string_lossy();
    let moment = text.parse().ok();
    moment
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .filter(|moment| (1..=9999).contains(&moment.year()))
        .ok_or_else(|| {
            format!(
                "{VARIABLE} is \"{}\"; expected a time in seconds since 1970, in the years 1 to 9999",
                bounded(&text)
            )
        })
}
