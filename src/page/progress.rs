//! Progress over the days of the journal: the number of rows, of rows at or above 1e25, and of verified rows.

use maud::{Markup, html};

use super::Page;
use crate::dates;
use crate::journal::JournalEntry;
use crate::plan::Summary;
use crate::terminal::bounded;
use crate::text::plural;

const SHOWN_DAYS: usize = 30;

/// The section; where the journal is empty, a sentence.
pub(super) fn section(page: &Page<'_>, summary: &Summary, above: usize) -> Markup {
    // The newest entry comes first, so the first entry of a day is its last run.
    let is_same_day = |one: &JournalEntry<'_>, other: &JournalEntry<'_>| {
        dates::day_text(&one.at) == dates::day_text(&other.at)
    };
    let days: Vec<_> = page.journal.chunk_by(is_same_day).collect();
    let more = days.len().saturating_sub(SHOWN_DAYS);
    let today = page.now.format("%Y-%m-%d").to_string();
    html! {
        section aria-labelledby="progress" {
            h2 id="progress" { "Progress" }
            @if page.journal.is_empty() {
                p { "The journal has no runs yet." }
            } @else {
                p class="quiet" { "The dataset as it stands, and after the last run of each day in the journal. A bar is the share of the rows that are verified." }
                div class="scroll" role="region" aria-labelledby="progress" tabindex="0" {
                    table {
                        thead { tr {
                            th scope="col" { "Day" }
                            th scope="col" class="number" { "Runs" }
                            th scope="col" class="number" { "Rows" }
                            th scope="col" class="number" { "At or above 1e25" }
                            th scope="col" class="number" { "Verified" }
                            td {}
                        } }
                        tbody {
                            (day(&today, "now", summary, Some(above)))
                            @for runs in days.iter().take(SHOWN_DAYS) {
                                @let last = &runs[0];
                                (day(dates::day_text(&last.at), &runs.len().to_string(), &last.summary, last.at_or_above_1e25))
                            }
                        }
                    }
                }
                @if more > 0 {
                    p class="quiet" { (plural(more, "older day")) ": " code { "core-dataset history" } }
                }
            }
        }
    }
}

/// The counts after the runs of a day. Earlier versions did not count the rows at or above 1e25.
fn day(day: &str, runs: &str, summary: &Summary, above: Option<usize>) -> Markup {
    html! {
        tr {
            th scope="row" class="date" { (bounded(day)) }
            td class="number" { (runs) }
            td class="number" { (summary.total) }
            td class="number" { (above.map_or("–".to_owned(), |above| above.to_string())) }
            td class="number" { (summary.verified) }
            td { meter max=(summary.total.max(1)) value=(summary.verified) { (summary.verified) } }
        }
    }
}
