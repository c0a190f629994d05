//! Progress over the days of the journal: the number of rows, of rows at or above 1e25, and of verified rows.

use std::iter;

use maud::{Markup, html};

use super::Page;
use super::tables::{Section, headings};
use crate::dates;
use crate::journal::JournalEntry;
use crate::plan::Summary;
use crate::terminal::bounded;

const SHOWN_DAYS: usize = 30;

/// The section. Its first row is the dataset as it is now.
pub(super) fn section(page: &Page<'_>, summary: &Summary, above: usize) -> Markup {
    // The newest entry comes first, so the first entry of a day is its last run.
    let is_same_day = |one: &JournalEntry<'_>, other: &JournalEntry<'_>| {
        dates::day_text(&one.at) == dates::day_text(&other.at)
    };
    let today = page.now.format("%Y-%m-%d").to_string();
    let days = page.journal.chunk_by(is_same_day).map(|runs| {
        let (last, runs) = (&runs[0], runs.len().to_string());
        (
            dates::day_text(&last.at),
            runs,
            &last.summary,
            last.at_or_above_1e25,
        )
    });
    let now = (&*today, "now".to_owned(), summary, Some(above));
    let rows: Vec<_> = iter::once(now).chain(days.take(SHOWN_DAYS)).collect();
    let progress = Section {
        id: "progress",
        title: "Progress by day",
        meaning: html! {
            "The dataset as it is now, and after the last run on each of the last " (SHOWN_DAYS) " days in the journal. "
            code { "core-dataset history" } " lists all runs. A bar shows the share of the rows that are verified."
        },
        head: html! { (headings("Day", &["Runs", "Rows", "At or above 1e25", "Verified"])) th scope="col" { "Share verified" } },
        command: "history",
    };
    // Earlier versions did not count the rows at or above 1e25.
    progress.counted(rows.len() - 1, &rows, |(day, runs, summary, above)| {
        html! {
            th scope="row" class="date" { (bounded(day)) }
            td class="number" { (runs) }
            td class="number" { (summary.total) }
            td class="number" { (above.map_or("–".to_owned(), |above| above.to_string())) }
            td class="number" { (summary.verified) }
            td { meter aria-label="Share verified" max=(summary.total.max(1)) value=(summary.verified) { (summary.verified) } }
        }
    })
}
