//! The sections with a table of models: what has to be decided, the review queue and the verified rows.

use maud::{Markup, html};

use super::Page;
use super::cells::{flop, model, sources, text};
use crate::dataset::{Mark, Row};
use crate::dates;
use crate::flop::Flop;
use crate::journal::last_refresh;
use crate::plan::Change;
use crate::report::others;
use crate::schema::Column;
use crate::terminal::bounded;

/// A table shows at most so many rows: with 30,000 of them the page would be too large to send.
const SHOWN_ROWS: usize = 1000;

/// A section with a table of models.
struct Section {
    id: &'static str,
    title: &'static str,
    /// What the rows have in common, and what to do about it.
    meaning: Markup,
    /// The headings of the columns behind the model.
    head: Markup,
    /// The command that lists all the rows.
    command: &'static str,
}

impl Section {
    /// The section with a count, what that means, and the table. Without a row there is none.
    fn with<T>(&self, rows: &[T], cells: impl Fn(&T) -> Markup) -> Markup {
        if rows.is_empty() {
            return Markup::default();
        }
        html! {
            section aria-labelledby=(self.id) {
                h2 id=(self.id) { (self.title) " " span class="count" { (rows.len()) } }
                p class="quiet" { (self.meaning) }
                div class="scroll" role="region" aria-labelledby=(self.id) tabindex="0" {
                    table id={ (self.id) "-table" } {
                        thead { tr { th scope="col" { "Model" } (self.head) } }
                        tbody { @for row in rows.iter().take(SHOWN_ROWS) { tr { (cells(row)) } } }
                    }
                }
                @if rows.len() > SHOWN_ROWS {
                    p class="quiet" { (rows.len() - SHOWN_ROWS) " more rows: " code { "core-dataset " (self.command) } }
                }
            }
        }
    }

    /// A table in which two numbers of each model are set against each other.
    fn of_moves(&self, moves: &[(&str, &str, Option<Flop>, Option<Flop>)]) -> Markup {
        self.with(moves, |(name, developer, from, to)| {
            let factor = from.zip(*to).map(|(from, to)| from.factor_text(to));
            html! {
                (model(name, developer)) (flop(*from)) (flop(*to))
                td class="number" { (factor.unwrap_or_default()) }
            }
        })
    }
}

/// The headings of columns of numbers.
fn numbers(titles: [&str; 3]) -> Markup {
    html! { @for title in titles { th scope="col" class="number" { (title) } } }
}

/// Verified rows whose latest estimate is far away. Without estimates that is not known.
pub(super) fn drifted(page: &Page<'_>) -> Option<Markup> {
    page.estimates?;
    let mut moves = Vec::new();
    for line in &page.plan.lines {
        if let (Some(row), Change::Verified(Some(drift))) = (line.row, line.change) {
            let cell = |column| page.dataset.cell(row, column);
            let (name, developer) = (cell(Column::Name), cell(Column::Developer));
            moves.push((name, developer, drift.verified, Some(drift.latest)));
        }
    }
    let section = Section {
        id: "drifted",
        title: "Drifted",
        meaning: html! {
            "Verified rows whose latest estimate is 2× or more away, in another class, or on the other side of 1e25. "
            code { "core-dataset accept" } " says that the value stands, or takes the latest."
        },
        head: numbers(["Verified FLOP", "Latest FLOP", "Factor"]),
        command: "list --drifted",
    };
    Some(section.of_moves(&moves))
}

/// What passed 1e25 in the last refresh.
pub(super) fn crossed(page: &Page<'_>) -> Option<Markup> {
    let entry = last_refresh(page.journal)?;
    let mut moves = Vec::new();
    for one in &entry.changes.crossed {
        moves.push((&*one.name, &*one.developer, one.from_flop, one.to_flop));
    }
    let day = bounded(dates::day_text(&entry.at));
    let section = Section {
        id: "crossed",
        title: "Crossed 1e25",
        meaning: html! { "Models that passed 1e25 FLOP in the last refresh, on " (day) ", in either direction." },
        head: numbers(["FLOP before", "FLOP now", "Factor"]),
        command: "list --crossed",
    };
    Some(section.of_moves(&moves))
}

/// Dismissed models that have risen since.
pub(super) fn reconsider(page: &Page<'_>) -> Markup {
    let mut moves = Vec::new();
    for one in &page.plan.further_changes.reconsider {
        let [judged, latest] = [one.judged_flop, one.latest_flop].map(Option::flatten);
        moves.push((&*one.name, &*one.developer, judged, latest));
    }
    let section = Section {
        id: "reconsider",
        title: "To reconsider",
        meaning: html! {
            "Models that a person dismissed, and that are now estimated far above what was judged. "
            code { "core-dataset dismiss" } " judges them again, with " code { "--undo" } " they come back."
        },
        head: numbers(["Judged FLOP", "Latest FLOP", "Factor"]),
        command: "list --reconsider",
    };
    section.of_moves(&moves)
}

pub(super) fn renamed(page: &Page<'_>) -> Markup {
    let section = Section {
        id: "renamed",
        title: "Probably renamed",
        meaning: html! {
            "Models whose names are one, or look alike. They are never merged; "
            code { "core-dataset alias --suggest" } " prints the commands that would."
        },
        head: html! { th scope="col" { "Also" } },
        command: "alias --suggest",
    };
    section.with(&page.plan.renamed, |one| {
        html! {
            (model(&one[0].name, &one[0].developer))
            td { bdi { (others(&one[0].name, &one[1..])) } }
        }
    })
}

/// The rows that wait for a person.
pub(super) fn queue(page: &Page<'_>, rows: &[&Row<'_>]) -> Markup {
    let mut rows = rows.to_vec();
    rows.retain(|row| row.mark != Mark::Verified);
    let section = Section {
        id: "queue",
        title: "Review queue",
        meaning: html! { "Rows that no person has verified, highest training FLOP first." },
        head: row_head(),
        command: "list --unverified",
    };
    section.with(&rows, |row| row_cells(page, row))
}

pub(super) fn verified(page: &Page<'_>, rows: &[&Row<'_>]) -> Markup {
    let mut rows = rows.to_vec();
    rows.retain(|row| row.mark == Mark::Verified);
    let section = Section {
        id: "verified",
        title: "Verified",
        meaning: html! { "Rows that a person has confirmed, with what they wrote." },
        head: row_head(),
        command: "list --verified",
    };
    section.with(&rows, |row| row_cells(page, row))
}

/// The script sorts and filters the tables that say by what they are sorted.
fn row_head() -> Markup {
    html! {
        th scope="col" class="number" aria-sort="descending" { "FLOP" }
        @for title in ["Confidence", "Released", "Method, reasoning, notes", "Sources"] { th scope="col" { (title) } }
    }
}

/// A row with how its estimate was made, behind that why it is what it is, and what a person wrote.
fn row_cells(page: &Page<'_>, row: &Row<'_>) -> Markup {
    let cell = |column| page.dataset.cell(row, column).trim();
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
