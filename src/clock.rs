//! The clock, read once at the edge.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};

/// The moment of the run: `SOURCE_DATE_EPOCH` (seconds since 1970) where that is set to a number, else the system's clock.
///
/// # Errors
/// When the clock says a time before 1970, or one that no calendar has.
pub fn now() -> Result<DateTime<Utc>> {
    let asked = std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    asked.map_or_else(|| moment(SystemTime::now()), Ok)
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
}
