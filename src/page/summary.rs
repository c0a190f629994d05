//! The top of the page: the title, the counts (behaviour §9), and what waits for a person.

use maud::{Markup, html};

use super::Page;
use super::cells::text;
use crate::dates;
use crate::plan::Summary;
use crate::report::{Attention, TO_LOOK_AT, summary_counts};

pub(super) const TITLE: &str = "AI models above 1e25 training FLOP";

/// The title, the most important count, and the other counts.
pub(super) fn header(page: &Page<'_>, summary: &Summary, above: usize) -> Markup {
    html! {
        header {
            h1 { (TITLE) }
            p class="lead" { strong { (above) " of " (summary.total) " rows" } " are at or above 1e25 FLOP." }
            dl class="counts" {
                @for (what, count) in summary_counts(summary) { div { dt { (what) } dd { (count) } } }
            }
            p class="quiet" {
                "Made by core-dataset on " time { (page.now.format("%Y-%m-%d")) } ". "
                @match page.estimates {
                    None => {
                        "There are no estimates to compare the dataset with, so the page cannot tell which models have drifted, are \
                         orphaned or need to be reconsidered."
                    }
                    Some(estimates) => {
                        "Compared with estimates that "
                        (estimates.saved_at.as_deref().map_or("do not say when they were saved".to_owned(), |at| {
                            format!("were saved on {}", text(dates::day_text(at)))
                        }))
                        "."
                    }
                }
            }
        }
    }
}

/// What waits for a person, each kind with the command that deals with it.
pub(super) fn waiting(attention: &Attention) -> Markup {
    let kinds = attention.waiting();
    html! {
        section aria-labelledby="waiting" {
            h2 id="waiting" { (TO_LOOK_AT) }
            @if kinds.is_empty() { p { "There is nothing to look at." } }
            ul class="waiting" {
                @for (count, what, command) in kinds {
                    li { b { (count) " " (what) } " " code { "core-dataset " (command) } }
                }
            }
        }
    }
}
