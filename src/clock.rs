//! The clock, read once at the edge.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use chrono::{DateTime, Datelike, Utc};

use crate::terminal::bounded;

/// The variable that names the moment of the run, in seconds since 1970.
const VARIABLE: &str = "SOURCE_DATE_EPOCH";

/// The moment that the environment asks for, if it does.
///
/// # Errors
/// When it is none, or one that cannot be read again once it is written: dates have the years 1 to 9999.
pub fn asked() -> Result<Option<DateTime<Utc>>, String> {
    let seconds = std::env::var_os(VARIABLE).filter(|seconds| !seconds.is_empty());
    let seconds = seconds.map(|seconds| seconds.to_string_lossy().into_owned());
    seconds.map(|seconds| read(&seconds)).transpose()
}

fn read(seconds: &str) -> Result<DateTime<Utc>, String> {
    let moment = seconds.parse().ok();
    let moment = moment.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let moment = moment.filter(|moment| (1..=9999).contains(&moment.year()));
    moment.ok_or_else(|| {
        format!(
            "{VARIABLE} is \"{}\"; expected the seconds since 1970 of a moment in the years 1 to 9999",
            bounded(seconds)
        )
    })
}

/// The system's clock.
///
/// # Errors
/// When the clock says a time before 1970, or one that no calendar has.
pub fn now() -> Result<DateTime<Utc>> {
    moment(SystemTime::now())
}

fn moment(time: SystemTime) -> Result<DateTime<Utc>> {
    let since = time
        .duration_since(UNIX_EPOCH)
        .context("the system's clock stands before 1970; set it, nothing was written")?;
    i64::try_from(since.as_secs())
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, since.subsec_nanos()))
        .context("the system's clock stands past every calendar; set it, nothing was written")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_before_1970_is_an_error() {
        assert!(moment(UNIX_EPOCH - Duration::from_secs(1)).is_err());
        assert!(moment(UNIX_EPOCH).is_ok());
    }

    #[test]
    fn a_moment_that_could_not_be_read_again_is_refused() {
        assert!(read("0").is_ok());
        assert!(read("253402300799").is_ok());
        for seconds in [
            "253402300800",
            "99999999999999999999",
            "-99999999999",
            "1.5",
            "soon",
        ] {
            let refused = read(seconds);
            assert!(refused.is_err_and(|trouble| trouble.contains("SOURCE_DATE_EPOCH")));
        }
    }
}
