//! What has to be decided: drifted, crossed, to reconsider, probably renamed. A section is there only where it has a row, but for the
//! first two, whose absence is news.

use maud::{Markup, html};

use super::Page;
use super::cells::{SHOWN_ROWS, flop, model, rest, section};
use crate::dates;
use crate::flop::Flop;
use crate::report::others;
use crate::schema::Column;
use crate::terminal::bounded;

/// A section with a table of models, or with a sentence where there is none.
struct Section<'s> {
    id: &'static str,
    title: &'static str,
    /// What the rows have in common, and what to do about it.
    meaning: Markup,
    /// The columns behind the model, and the class of their headings.
    columns: &'s [&'static str],
    class: Option<&'static str>,
    rows: Vec<Markup>,
    command: &'static str,
}

impl Section<'_> {
    fn html(&self) -> Markup {
        let count = self.rows.len();
        let table = html! {
            div class="scroll" role="region" aria-labelledby=(self.id) tabindex="0" {
                table {
                    caption class="unseen" { (self.title) }
                    thead { tr {
                        th scope="col" { "Model" }
                        @for title in self.columns { th scope="col" class=[self.class] { (title) } }
                    } }
                    tbody { @for row in self.rows.iter().take(SHOWN_ROWS) { tr { (row) } } }
                }
            }
            (rest(count, "model", self.command))
        };
        section(self.id, self.title, count, &self.meaning, &table)
    }
}

/// From one number to another, and how many times that is.
fn moved(from: Option<Flop>, to: Option<Flop>) -> Markup {
    let factor = match (from, to) {
        (Some(from), Some(to)) => from.factor_text(to),
        _ => String::new(),
    };
    html! { (flop(from)) (flop(to)) td class="number" { (factor) } }
}

/// Verified rows whose latest estimate is far away.
pub(super) fn drifted(page: &Page<'_>) -> Markup {
    if page.estimates.is_none() {
        return html! {};
    }
    let rows = page.drifted().into_iter().map(|(row, drift)| {
        let cell = |column| page.dataset.cell(row, column);
        html! {
            (model(cell(Column::Name), cell(Column::Developer)))
            (moved(drift.verified, Some(drift.latest)))
        }
    });
    let section = Section {
        id: "drifted",
        title: "Drifted",
        meaning: html! {
            "Verified rows whose latest estimate is 2× or more away, in another class, or on the other side of 1e25. "
            code { "core-dataset accept" } " says that the value stands, or takes the latest."
        },
        columns: &["Verified FLOP", "Latest FLOP", "Factor"],
        class: Some("number"),
        rows: rows.collect(),
        command: "list --drifted",
    };
    section.html()
}

/// What passed 1e25 in the last refresh.
pub(super) fn crossed(page: &Page<'_>) -> Markup {
    let Some(entry) = page.last_refresh() else {
        return html! {};
    };
    let rows = page.crossed().iter().map(|change| {
        let from = change.from_flop.and_then(Flop::new);
        let to = change.to_flop.and_then(Flop::new);
        html! { (model(&change.name, &change.developer)) (moved(from, to)) }
    });
    let day = bounded(dates::day_text(&entry.at));
    let section = Section {
        id: "crossed",
        title: "Crossed 1e25",
        meaning: html! { "Models that passed 1e25 FLOP in the last refresh, on " (day) ", in either direction." },
        columns: &["FLOP before", "FLOP now", "Factor"],
        class: Some("number"),
        rows: rows.collect(),
        command: "list --crossed",
    };
    section.html()
}

/// Dismissed models that have risen since.
pub(super) fn reconsider(page: &Page<'_>) -> Markup {
    let rows = page.plan.reconsider.iter().map(|one| {
        html! { (model(&one.model.name, &one.model.developer)) (moved(one.judged, one.latest)) }
    });
    if page.plan.reconsider.is_empty() {
        return html! {};
    }
    let section = Section {
        id: "reconsider",
        title: "To reconsider",
        meaning: html! {
            "Models that a person dismissed, and that are now estimated far above what was judged. "
            code { "core-dataset dismiss" } " judges them again, with " code { "--undo" } " they come back."
        },
        columns: &["Judged FLOP", "Latest FLOP", "Factor"],
        class: Some("number"),
        rows: rows.collect(),
        command: "list --reconsider",
    };
    section.html()
}

pub(super) fn renamed(page: &Page<'_>) -> Markup {
    let rows = page.plan.renamed.iter().map(|one| {
        html! {
            (model(&one.model.name, &one.model.developer))
            td { bdi { (others(&one.model.name, &one.with)) } }
        }
    });
    if page.plan.renamed.is_empty() {
        return html! {};
    }
    let section = Section {
        id: "renamed",
        title: "Probably renamed",
        meaning: html! {
            "Models whose names are one, or look alike. They are never merged; "
            code { "core-dataset alias --suggest" } " prints the commands that would."
        },
        columns: &["Also"],
        class: None,
        rows: rows.collect(),
        command: "alias --suggest",
    };
    section.html()
}
