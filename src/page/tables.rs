//! The sections with a table of models: what has to be decided, the review queue and the verified rows. What has to be decided is there
//! only where there is any, but for what has drifted and what has crossed, whose absence is news.

use maud::{Markup, Render, html};
use strum::VariantNames;

use super::Page;
use super::cells::{flop, grouped, grouped_plural, model, sources, text};
use crate::dataset::{Mark, Row};
use crate::dates;
use crate::flop::Flop;
use crate::journal::last_refresh;
use crate::plan::{Change, Drift};
use crate::report::others;
use crate::schema::{Column, Confidence};
use crate::terminal::bounded;

/// A table shows at most so many rows: with 30,000 of them the page would be too large to send.
const SHOWN_ROWS: usize = 1000;

/// A section with a count, what that means, and the table, where there is something to count.
pub(super) struct Section {
    pub id: &'static str,
    title: &'static str,
    /// What the rows have in common, and what to do about it.
    meaning: Markup,
    /// The headings of the columns behind the model.
    head: Markup,
    /// Whether the script sorts and filters the table.
    sorts: bool,
    /// The command that lists all the rows.
    pub command: &'static str,
    rows: Rows,
}

/// The rows of a table.
struct Rows {
    count: usize,
    /// The cells of those that are shown.
    shown: Vec<Markup>,
}

impl Rows {
    fn of<T>(all: &[T], cells: impl Fn(&T) -> Markup) -> Rows {
        Rows {
            count: all.len(),
            shown: all.iter().take(SHOWN_ROWS).map(cells).collect(),
        }
    }
}

impl Render for Section {
    fn render(&self) -> Markup {
        let Rows { count, shown } = &self.rows;
        let table = self.sorts.then(|| format!("{}-table", self.id));
        let more = count - shown.len();
        let noun = if self.sorts { "more row" } else { "more model" };
        html! {
            section aria-labelledby=(self.id) {
                h2 id=(self.id) { (self.title) " " span class="count" { (grouped(*count)) } }
                p class="quiet" { (self.meaning) }
                @if *count > 0 {
                    @if let Some(table) = &table { (filters(table)) }
                    div class="scroll" role="region" aria-labelledby=(self.id) tabindex="0" {
                        table id=[&table] class=[self.sorts.then_some("sorts")] {
                            caption class="unseen" { (self.title) @if self.sorts { ": " (self.meaning) } }
                            thead { tr { th scope="col" { "Model" } (self.head) } }
                            tbody { @for cells in shown { tr { (cells) } } }
                        }
                    }
                    @if more > 0 {
                        p class="rest" {
                            "The table has the first " (grouped(SHOWN_ROWS)) ". "
                            (grouped_plural(more, noun)) ": "
                            code { "core-dataset " (self.command) }
                        }
                    }
                }
            }
        }
    }
}

/// Only the script can filter, so only the script shows them.
fn filters(table: &str) -> Markup {
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

/// The headings of columns of numbers.
fn numbers(titles: [&str; 3]) -> Markup {
    html! { @for title in titles { th scope="col" class="number" { (title) } } }
}

/// From one number to another, and how many times that is.
fn moved(from: Option<Flop>, to: Option<Flop>) -> Markup {
    let factor = from.zip(to).map(|(from, to)| from.factor_text(to));
    html! { (flop(from)) (flop(to)) td class="number" { (factor.unwrap_or_default()) } }
}

/// What a person has to decide.
pub(super) fn to_decide(page: &Page<'_>) -> Vec<Section> {
    let sections = [
        drifted(page),
        crossed(page),
        reconsider(page),
        renamed(page),
    ];
    sections.into_iter().flatten().collect()
}

/// Verified rows whose latest estimate is far away.
fn drifted(page: &Page<'_>) -> Option<Section> {
    page.estimates?;
    let lines = page.plan.lines.iter();
    let drifts: Vec<(&Row<'_>, Drift)> = lines
        .filter_map(|line| match line.change {
            Change::Verified(drift) => Some((line.row?, drift?)),
            _ => None,
        })
        .collect();
    Some(Section {
        id: "drifted",
        title: "Drifted",
        meaning: html! {
            "Verified rows whose latest estimate is 2× or more away, in another class, or on the other side of 1e25. "
            code { "core-dataset accept" } " says that the value stands, or takes the latest."
        },
        head: numbers(["Verified FLOP", "Latest FLOP", "Factor"]),
        sorts: false,
        command: "list --drifted",
        rows: Rows::of(&drifts, |(row, drift)| {
            let cell = |column| page.dataset.cell(row, column);
            html! {
                (model(cell(Column::Name), cell(Column::Developer)))
                (moved(drift.verified, Some(drift.latest)))
            }
        }),
    })
}

/// What passed 1e25 in the last refresh.
fn crossed(page: &Page<'_>) -> Option<Section> {
    let entry = last_refresh(page.journal)?;
    let day = bounded(dates::day_text(&entry.at));
    Some(Section {
        id: "crossed",
        title: "Crossed 1e25",
        meaning: html! { "Models that passed 1e25 FLOP in the last refresh, on " (day) ", in either direction." },
        head: numbers(["FLOP before", "FLOP now", "Factor"]),
        sorts: false,
        command: "list --crossed",
        rows: Rows::of(&entry.changes.crossed, |change| {
            html! { (model(&change.name, &change.developer)) (moved(change.from_flop, change.to_flop)) }
        }),
    })
}

/// Dismissed models that have risen since.
fn reconsider(page: &Page<'_>) -> Option<Section> {
    let risen = &page.plan.further_changes.reconsider;
    (!risen.is_empty()).then(|| Section {
        id: "reconsider",
        title: "To reconsider",
        meaning: html! {
            "Models that a person dismissed, and that are now estimated far above what was judged. "
            code { "core-dataset dismiss" } " judges them again, with " code { "--undo" } " they come back."
        },
        head: numbers(["Judged FLOP", "Latest FLOP", "Factor"]),
        sorts: false,
        command: "list --reconsider",
        rows: Rows::of(risen, |one| {
            html! { (model(&one.name, &one.developer)) (moved(one.judged_flop.flatten(), one.latest_flop.flatten())) }
        }),
    })
}

fn renamed(page: &Page<'_>) -> Option<Section> {
    let renamed = &page.plan.renamed;
    (!renamed.is_empty()).then(|| Section {
        id: "renamed",
        title: "Probably renamed",
        meaning: html! {
            "Models whose names are one, or look alike. They are never merged; "
            code { "core-dataset alias --suggest" } " prints the commands that would."
        },
        head: html! { th scope="col" { "Also" } },
        sorts: false,
        command: "alias --suggest",
        rows: Rows::of(renamed, |one| {
            html! {
                (model(&one.model.name, &one.model.developer))
                td { bdi { (others(&one.model.name, &one.with)) } }
            }
        }),
    })
}

/// The rows that wait for a person, highest training FLOP first.
pub(super) fn to_verify(page: &Page<'_>) -> Section {
    let mut rows = page.rows();
    rows.retain(|row| row.mark != Mark::Verified);
    Section {
        id: "queue",
        title: "Review queue",
        meaning: html! { "Rows that no person has verified, highest training FLOP first." },
        head: queue_head("Method, and why"),
        sorts: true,
        command: "list --unverified",
        rows: Rows::of(&rows, |row| queue_cells(page, row, &why(page, row))),
    }
}

pub(super) fn verified(page: &Page<'_>) -> Section {
    let mut rows = page.rows();
    rows.retain(|row| row.mark == Mark::Verified);
    Section {
        id: "verified",
        title: "Verified",
        meaning: html! { "Rows that a person has confirmed, with what they wrote." },
        head: queue_head("Notes"),
        sorts: true,
        command: "list --verified",
        rows: Rows::of(&rows, |row| {
            let notes = page.dataset.cell(row, Column::Notes);
            queue_cells(page, row, &html! { (text(notes)) })
        }),
    }
}

fn queue_head(words: &str) -> Markup {
    html! {
        th scope="col" class="number" data-column="flop" aria-sort="descending" { "FLOP" }
        th scope="col" data-column="confidence" { "Confidence" }
        th scope="col" { "Released" }
        th scope="col" { (words) }
        th scope="col" { "Sources" }
    }
}

fn queue_cells(page: &Page<'_>, row: &Row<'_>, words: &Markup) -> Markup {
    let cell = |column| page.dataset.cell(row, column);
    let confidence = cell(Column::Confidence).trim();
    // Levels sort by how sure they are, not by their letters.
    let rank = Confidence::from_name(confidence).map(|level| level as u8);
    html! {
        (model(cell(Column::Name), cell(Column::Developer)))
        (flop(row.flop))
        td data-value=[rank] { (text(confidence)) }
        td class="date" { (text(cell(Column::ReleaseDate))) }
        td class="words" { (words) }
        td class="sources" { (sources(cell(Column::Sources))) }
    }
}

/// How the estimate was made, and behind it why it is what it is.
fn why(page: &Page<'_>, row: &Row<'_>) -> Markup {
    let cell = |column| page.dataset.cell(row, column).trim();
    let method = match cell(Column::EstimationMethod) {
        "" => "no method".to_owned(),
        method => text(method).replace('_', " "),
    };
    html! {
        @if row.mark == Mark::Protected {
            span class="mark" { "marked “" (text(cell(Column::Verified))) "” " }
        }
        @if cell(Column::Reasoning).is_empty() {
            (method)
        } @else {
            details { summary { (method) } (text(cell(Column::Reasoning))) }
        }
    }
}
