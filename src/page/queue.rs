//! The review queue and the verified rows: tables that sort and filter.

use maud::{Markup, html};
use strum::VariantNames;

use super::Page;
use super::cells::{SHOWN_ROWS, flop, model, rest, section, sources, text};
use crate::dataset::{Mark, Row};
use crate::schema::{Column, Confidence};
use crate::text::one_line;

/// The rows that wait for a person, highest training FLOP first.
pub(super) fn to_verify(page: &Page<'_>) -> Markup {
    let rows = page.rows().into_iter();
    let queue = Queue {
        page,
        id: "queue",
        title: "Review queue",
        meaning: "Rows that no person has verified, highest training FLOP first.",
        last: ("Method, and why", why),
        rows: rows.filter(|row| row.mark != Mark::Verified).collect(),
        command: "list --unverified",
    };
    queue.html()
}

pub(super) fn verified(page: &Page<'_>) -> Markup {
    let rows = page.rows().into_iter();
    let queue = Queue {
        page,
        id: "verified",
        title: "Verified",
        meaning: "Rows that a person has confirmed, with what they wrote.",
        last: ("Notes", notes),
        rows: rows.filter(|row| row.mark == Mark::Verified).collect(),
        command: "list --verified",
    };
    queue.html()
}

/// Rows of the dataset in a table with a filter above.
struct Queue<'q> {
    page: &'q Page<'q>,
    id: &'static str,
    title: &'static str,
    meaning: &'static str,
    last: (&'static str, fn(&Page<'_>, &Row<'_>) -> Markup),
    rows: Vec<&'q Row<'q>>,
    command: &'static str,
}

impl Queue<'_> {
    fn html(&self) -> Markup {
        let count = self.rows.len();
        let table = html! { (self.filters()) (self.table()) (rest(count, "row", self.command)) };
        section(
            self.id,
            self.title,
            count,
            &html! { (self.meaning) },
            &table,
        )
    }

    /// Only the script can filter, so only the script shows them.
    fn filters(&self) -> Markup {
        let table = format!("{}-table", self.id);
        html! {
            div class="filters" data-filters=(table) hidden {
                label { "Text " input type="search" name="text" autocomplete="off" aria-controls=(table); }
                label { "FLOP "
                    select name="flop" aria-controls=(table) {
                        option value="" { "any" }
                        option value="above" { "at or above 1e25" }
                        option value="below" { "below 1e25" }
                        option value="none" { "none" }
                    }
                }
                label { "Confidence "
                    select name="confidence" aria-controls=(table) {
                        option value="" { "any" }
                        // The surest first.
                        @for level in Confidence::VARIANTS.iter().rev() { option { (level) } }
                    }
                }
                output aria-live="polite" {}
            }
        }
    }

    fn table(&self) -> Markup {
        html! {
            div class="scroll" role="region" aria-labelledby=(self.id) tabindex="0" {
                table id=(format!("{}-table", self.id)) class="sorts" {
                    caption class="unseen" { (self.title) ": " (self.meaning) }
                    thead { tr {
                        th scope="col" { "Model" }
                        th scope="col" class="number" data-column="flop" aria-sort="descending" { "FLOP" }
                        th scope="col" data-column="confidence" { "Confidence" }
                        th scope="col" { "Released" }
                        th scope="col" { (self.last.0) }
                        th scope="col" { "Sources" }
                    } }
                    tbody {
                        @for row in self.rows.iter().take(SHOWN_ROWS) { (self.row(row)) }
                    }
                }
            }
        }
    }

    fn row(&self, row: &Row<'_>) -> Markup {
        let cell = |column| self.page.dataset.cell(row, column);
        let confidence = cell(Column::Confidence).trim();
        // Levels sort by how sure they are, not by their letters.
        let rank = Confidence::from_name(confidence).map(|level| level as u8);
        html! {
            tr {
                (model(cell(Column::Name), cell(Column::Developer)))
                (flop(row.flop))
                td data-value=[rank] { (text(confidence)) }
                td class="date" { (text(cell(Column::ReleaseDate))) }
                td class="words" { ((self.last.1)(self.page, row)) }
                td class="sources" { (sources(cell(Column::Sources))) }
            }
        }
    }
}

/// How the estimate was made, and behind it why it is what it is.
fn why(page: &Page<'_>, row: &Row<'_>) -> Markup {
    let cell = |column| page.dataset.cell(row, column);
    let (method, reasoning) = (cell(Column::EstimationMethod), cell(Column::Reasoning));
    let method = match method.trim() {
        "" => "no method".to_owned(),
        method => text(method).replace('_', " "),
    };
    html! {
        @if row.mark == Mark::Protected {
            span class="mark" { "marked “" (text(cell(Column::Verified))) "” " }
        }
        @if reasoning.trim().is_empty() {
            (method)
        } @else {
            details { summary { (method) } (text(reasoning)) }
        }
    }
}

fn notes(page: &Page<'_>, row: &Row<'_>) -> Markup {
    html! { (text(&one_line(page.dataset.cell(row, Column::Notes).into()))) }
}
