//! Progress over the runs of the journal: how many rows there were, how many at or above 1e25, how many verified.

use maud::{Markup, html};

use super::Page;
use crate::dates;
use crate::plan::Summary;
use crate::terminal::bounded;
use crate::text::plural;

const SHOWN_RUNS: usize = 12;

/// The section; where the journal is empty, a sentence.
pub(super) fn section(page: &Page<'_>, summary: &Summary, above: usize) -> Markup {
    let more = page.journal.len().saturating_sub(SHOWN_RUNS);
    let day = page.now.format("%Y-%m-%d").to_string();
    html! {
        section aria-labelledby="progress" {
            h2 id="progress" { "Progress" }
            @if page.journal.is_empty() {
                p { "The journal has no runs yet." }
            } @else {
                p class="quiet" { "The dataset as it stands, and after each run of the journal. A bar is the share of the rows that are verified." }
                div class="scroll" role="region" aria-labelledby="progress" tabindex="0" {
                    table {
                        thead { tr {
                            th scope="col" { "Day" }
                            th scope="col" { "Run" }
                            th scope="col" class="number" { "Rows" }
                            th scope="col" class="number" { "At or above 1e25" }
                            th scope="col" class="number" { "Verified" }
                            td {}
                        } }
                        tbody {
                            (run(&day, "today", summary, Some(above)))
                            @for entry in page.journal.iter().take(SHOWN_RUNS) {
                                (run(dates::day_text(&entry.at), &entry.mode, &entry.summary, entry.at_or_above_1e25))
                            }
                        }
                    }
                }
                @if more > 0 {
                    p class="quiet" { (plural(more, "older run")) ": " code { "core-dataset history" } }
                }
            }
        }
    }
}

/// What a run left behind. Earlier versions did not count the rows at or above 1e25.
fn run(day: &str, what: &str, summary: &Summary, above: Option<usize>) -> Markup {
    html! {
        tr {
            th scope="row" class="date" { (bounded(day)) }
            td { (bounded(what)) }
            td class="number" { (summary.total) }
            td class="number" { (above.map_or("–".to_owned(), |above| above.to_string())) }
            td class="number" { (summary.verified) }
            td { meter max=(summary.total.max(1)) value=(summary.verified) { (summary.verified) } }
        }
    }
}
