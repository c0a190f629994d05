//! The clock, read once at the edge.

use std::env;

use chrono::{DateTime, Datelike, Utc};

use crate::terminal::bounded;

/// The variable that names the moment of the run, in seconds since 1970.
const VARIABLE: &str = "SOURCE_DATE_EPOCH";

/// The moment that the environment sets, or else the system clock's.
///
/// # Errors
/// When the environment sets something that is not a moment, or a moment outside of the years 1 to 9999, which could not be read back.
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
                "{VARIABLE} is \"{}\"; expected the seconds since 1970 of a moment in the years 1 to 9999",
                bounded(&text)
            )
        })
}
