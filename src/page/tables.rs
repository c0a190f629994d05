//! The sections with a table of models: what has to be decided, the review queue and the verified rows.

use maud::{Markup, html};

use super::Page;
use super::cells::{flop, model, sources, text};
use crate::changes::ModelChange;
use crate::dataset::{Mark, Row};
use crate::dates;
use crate::journal::last_refresh;
use crate::report::{class_change, flops, other_models};
use crate::schema::Column;
use crate::terminal::bounded;
use crate::text::plural;

/// The most rows that a table shows. With 30,000 rows the page would be too large to send.
const SHOWN_ROWS: usize = 1000;

pub(super) struct Section {
    pub id: &'static str,
    pub title: &'static str,
    /// What the rows have in common, and what to do about it.
    pub meaning: Markup,
    pub head: Markup,
    /// The command that lists all the rows.
    pub command: &'static str,
}

impl Section {
    /// The section with a count, its meaning, and the table. Without rows there is no section.
    pub fn with<T>(&self, rows: &[T], cells: impl Fn(&T) -> Markup) -> Markup {
        self.counted(rows.len(), rows, cells)
    }

    /// The same, but with `count` beside the title.
    pub fn counted<T>(&self, count: usize, rows: &[T], cells: impl Fn(&T) -> Markup) -> Markup {
        if rows.is_empty() {
            return Markup::default();
        }
        html! {
            section {
                h2 id=(self.id) { (self.title) " " span class="count" { (count) } }
                p class="quiet" { (self.meaning) }
                div class="scroll" role="region" aria-labelledby=(self.id) tabindex="0" {
                    table id={ (self.id) "-table" } aria-labelledby=(self.id) {
                        thead { tr { (self.head) } }
                        tbody { @for row in rows.iter().take(SHOWN_ROWS) { tr { (cells(row)) } } }
                    }
                }
                @if rows.len() > SHOWN_ROWS {
                    p class="quiet" { (plural(rows.len() - SHOWN_ROWS, "more row")) ": " code { "core-dataset " (self.command) } }
                }
            }
        }
    }

    /// A section with a table that compares two numbers of each model.
    fn of_changes(&self, changes: &[ModelChange<'_>]) -> Markup {
        self.with(changes, |change| {
            let (from, to) = flops(change);
            let factor = from.zip(to).map(|(from, to)| from.factor_text(to));
            html! {
                (model(&change.name, &change.developer)) (flop(from)) (flop(to))
                td class="number" { (factor.unwrap_or_default()) }
                td { (class_change(from, to).unwrap_or_default()) }
            }
        })
    }
}

/// The headings of a column of names, and of columns of numbers.
pub(super) fn headings(of: &str, numbers: &[&str]) -> Markup {
    html! {
        th scope="col" { (of) }
        @for title in numbers { th scope="col" class="number" { (title) } }
    }
}

/// The headings of a table that compares two numbers of each model.
fn change_headings(numbers: &[&str]) -> Markup {
    html! { (headings("Model", numbers)) th scope="col" { "Class or side" } }
}

/// What has drifted, what passed 1e25 in the last refresh, which dismissed models have risen since, and the probable renames.
pub(super) fn to_decide(page: &Page<'_>) -> Markup {
    let changes = page.plan.changes();
    let last = last_refresh(page.journal);
    let drifted = Section {
        id: "drifted",
        title: "Drifted",
        meaning: html! {
            "Verified rows whose latest estimate is 2× or more away, on the other side of a threshold, or exists although the row has no \
             number. "
            code { "core-dataset accept" } " keeps the verified value, and " code { "core-dataset accept --latest" }
            " takes the latest estimate."
        },
        head: change_headings(&["Verified FLOP", "Latest FLOP", "Factor"]),
        command: "list --drifted",
    };
    let day = last.map_or("", |entry| dates::day_text(&entry.at));
    let crossed = Section {
        id: "crossed",
        title: "Crossed 1e25",
        meaning: html! { "Models that passed 1e25 FLOP in the last refresh, on " (bounded(day)) ", in either direction." },
        head: change_headings(&["FLOP before", "FLOP now", "Factor"]),
        command: "list --crossed",
    };
    let reconsider = Section {
        id: "reconsider",
        title: "To reconsider",
        meaning: html! {
            "Dismissed models whose latest estimate is 2× or more above the judged number, or past a threshold. "
            code { "core-dataset dismiss" } " judges them again, and " code { "core-dataset dismiss --undo" }
            " takes the decision back."
        },
        head: change_headings(&["Judged FLOP", "Latest FLOP", "Factor"]),
        command: "list --reconsider",
    };
    let renamed = Section {
        id: "renamed",
        title: "Probable renames",
        meaning: html! {
            "Models whose names are the same, or look alike. They are never merged; "
            code { "core-dataset alias --suggest" } " prints the commands that would join them."
        },
        head: html! { th scope="col" { "Model" } th scope="col" { "Also" } },
        command: "alias --suggest",
    };
    html! {
        (drifted.of_changes(&changes.drifted))
        (crossed.of_changes(last.map_or(&[], |entry| &entry.changes.crossed)))
        (reconsider.of_changes(&changes.reconsider))
        (renamed.with(&changes.renamed, |one| html! {
            (model(&one.name, &one.developer))
            td { bdi { (other_models(&one.name, &one.with)) } }
        }))
    }
}

/// The rows that wait for a person, and those that a person has verified.
pub(super) fn rows(page: &Page<'_>, rows: &[&Row<'_>]) -> Markup {
    let (verified, queue): (Vec<_>, Vec<_>) = rows
        .iter()
        .copied()
        .partition(|row| row.mark == Mark::Verified);
    let queue_section = Section {
        id: "queue",
        title: "Review queue",
        meaning: html! { "Rows that no person has verified, highest training FLOP first." },
        head: row_headings(),
        command: "list --unverified",
    };
    let verified_section = Section {
        id: "verified",
        title: "Verified",
        meaning: html! { "Rows that a person has verified, with their notes." },
        head: row_headings(),
        command: "list --verified",
    };
    html! {
        (queue_section.with(&queue, |row| row_cells(page, row)))
        (verified_section.with(&verified, |row| row_cells(page, row)))
    }
}

/// The headings of a table of rows. The script sorts and filters the tables that have `aria-sort`.
fn row_headings() -> Markup {
    html! {
        th scope="col" { "Model" }
        th scope="col" class="number" aria-sort="descending" { "FLOP" }
        @for title in ["Confidence", "Released", "Method, reasoning, notes", "Sources"] { th scope="col" { (title) } }
    }
}

/// The cells of a row. One of them holds the mark of a protected row, the method of the estimate, its reasoning and the notes.
fn row_cells(page: &Page<'_>, row: &Row<'_>) -> Markup {
    let cell = |column| page.plan.dataset.cell(row, column).trim();
    let method = text(cell(Column::EstimationMethod));
    html! {
        (model(cell(Column::Name), cell(Column::Developer)))
        (flop(row.flop))
        td { (text(cell(Column::Confidence))) }
        td class="date" { (text(cell(Column::ReleaseDate))) }
        td class="words" {
            @if row.mark == Mark::Protected { "marked “" (text(cell(Column::Verified))) "” " }
            @if cell(Column::Reasoning).is_empty() {
                (method)
            } @else {
                details { summary { (method) } (text(cell(Column::Reasoning))) }
            }
            div { (text(cell(Column::Notes))) }
        }
        td class="sources" { (sources(cell(Column::Sources))) }
    }
}
