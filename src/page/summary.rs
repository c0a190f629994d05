//! The top of the page: what the dataset is, its counts (behaviour §9), and what waits for a person.

use maud::{Markup, html};

use super::Page;
use super::cells::{grouped, text};
use super::tables::Section;
use crate::dataset::Mark;
use crate::dates;
use crate::plan::{Change, at_or_above};
use crate::report::{Attention, Waiting};
use crate::terminal::counted;

/// The page's name.
pub(super) const TITLE: &str = "AI models above 1e25 training FLOP";

/// The name, the count that matters most, and the others.
pub(super) fn header(page: &Page<'_>) -> Markup {
    let (summary, above) = (page.summary(), page.above());
    let rows = page.dataset.rows.iter();
    let verified = rows.filter(|row| row.mark == Mark::Verified);
    let verified_above = at_or_above(verified.map(|row| row.flop));
    html! {
        header {
            h1 { (TITLE) }
            p class="lead" {
                strong { (grouped(above)) " of " (grouped(summary.total)) " rows" }
                " are at or above 1e25 FLOP; a person has verified "
                strong { (grouped(verified_above)) } " of these."
            }
            // The counts add up to the first.
            dl class="counts" {
                (count(summary.total, "rows", "all candidates"))
                (count(summary.verified, "verified", "by a person"))
                (count(summary.high_confidence_above, "high confidence", "not verified, 5e25 or more"))
                (count(summary.not_sure, "uncertain", "not verified, 5e24 to 5e25"))
                @for (number, what, meaning) in [
                    (summary.protected, "protected", "marked with another word"),
                    (summary.high_confidence_below, "below 5e24", "kept for their notes"),
                    (summary.unestimated, "no estimate", "no training FLOP"),
                ] {
                    @if number > 0 { (count(number, what, meaning)) }
                }
            }
            p class="quiet" {
                "As of " time { (page.now.format("%Y-%m-%d")) } ". "
                (estimates(page))
            }
        }
    }
}

fn count(number: usize, what: &str, meaning: &str) -> Markup {
    html! { div { dt { (what) small { (meaning) } } dd { (grouped(number)) } } }
}

/// Which estimates the dataset is held against, and whether it lags behind them.
fn estimates(page: &Page<'_>) -> Markup {
    let Some(estimates) = page.estimates else {
        return html! {
            "There are no estimates to hold the dataset against, so what has drifted, is orphaned or is to be reconsidered is not known."
        };
    };
    let count = |wanted| page.plan.count(|change| change == wanted);
    let removed = page.plan.leaving() + page.plan.further_changes.dismissed.len();
    let pending = counted(&[
        (count(Change::Added), "to add"),
        (count(Change::Updated) + count(Change::Demoted), "to update"),
        (removed, "to remove"),
    ]);
    html! {
        @match &estimates.saved_at {
            Some(at) => { "Held against estimates saved " (text(dates::day_text(at))) "." }
            None => { "Held against estimates that do not say when they were saved." }
        }
        @if !pending.is_empty() {
            " The dataset lags behind them: " (pending.join(", ")) "; " code { "core-dataset refresh" } " does it."
        }
    }
}

/// What waits for a person, each kind with the command that deals with it, and a link where a section of the page shows what that
/// command does.
pub(super) fn waiting<'s>(
    attention: &Attention,
    section: impl Fn(&str) -> Option<&'s Section>,
) -> Markup {
    let kinds = attention.waiting();
    html! {
        section aria-labelledby="waiting" {
            h2 id="waiting" { "What waits for a person" }
            @if kinds.is_empty() {
                p { "Nothing does." }
            } @else {
                ul class="waiting" {
                    @for Waiting { count, what, meaning, command } in kinds {
                        li {
                            b { (grouped(count)) }
                            span {
                                @if let Some(section) = section(command) { a href={ "#" (section.id) } { (what) } } @else { (what) }
                                small { (meaning) }
                            }
                            code { "core-dataset " (command) }
                        }
                    }
                }
            }
        }
    }
}

/// How the page came about.
pub(super) fn footer(page: &Page<'_>) -> Markup {
    html! {
        footer {
            p {
                "Made by core-dataset " (env!("CARGO_PKG_VERSION")) " on "
                time { (page.now.format("%Y-%m-%d")) }
                " from the curated dataset, the estimates, the decisions and the journal. FLOP are floating-point operations of training; \
                 1e25 is the line that regulators use."
            }
        }
    }
}
