//! The page: a picture of the dataset to look at, to print and to send (behaviour §11). Pure: from what the files say to HTML.
//!
//! It needs nothing but itself. Its content security policy allows one style and one script, by their hashes, and no request. maud
//! escapes whatever is put into it; what comes from the data is bounded as well, in [`cells`].

mod cells;
mod plot;
mod progress;
mod queue;
mod summary;
mod tables;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use maud::{DOCTYPE, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::changes::ModelChange;
use crate::dataset::{Dataset, Decisions, Row};
use crate::estimates::{Estimates, Latest};
use crate::journal::JournalEntry;
use crate::plan::{Drift, Plan, row_order};
use crate::report::Attention;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// What the page is made from.
pub struct Page<'p> {
    pub now: DateTime<Utc>,
    pub dataset: &'p Dataset<'p>,
    pub decisions: &'p Decisions<'p>,
    /// The estimates; `None` where there are none.
    pub estimates: Option<&'p Estimates>,
    /// The latest word on every model; empty where there are no estimates.
    pub latest: &'p Latest<'p>,
    /// What a refresh would do.
    pub plan: &'p Plan<'p>,
    /// The journal, newest first.
    pub journal: &'p [JournalEntry<'static>],
}

impl<'p> Page<'p> {
    pub fn html(&self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy());
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    meta name="color-scheme" content="light dark";
                    title { (summary::TITLE) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    (summary::header(self))
                    main {
                        (summary::waiting(self))
                        (plot::section(self))
                        (tables::drifted(self))
                        (tables::crossed(self))
                        (tables::reconsider(self))
                        (tables::renamed(self))
                        (progress::section(self))
                        (queue::to_verify(self))
                        (queue::verified(self))
                    }
                    (summary::footer(self))
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        page.into_string()
    }

    /// The rows in the order of the dataset, wherever they stand in the file.
    fn rows(&self) -> Vec<&'p Row<'p>> {
        let mut rows: Vec<_> = self.dataset.rows.iter().collect();
        rows.sort_by(|a, b| row_order(a.flop, &a.key).cmp(&row_order(b.flop, &b.key)));
        rows
    }

    fn drifted(&self) -> Vec<(&'p Row<'p>, Drift)> {
        let rows = self.rows().into_iter();
        rows.filter_map(|row| Some((row, Drift::of_row(row, self.latest, self.decisions)?)))
            .collect()
    }

    /// The last refresh in the journal, which says what crossed 1e25.
    fn last_refresh(&self) -> Option<&'p JournalEntry<'static>> {
        self.journal.iter().find(|entry| entry.is_refresh())
    }

    fn crossed(&self) -> &'p [ModelChange<'static>] {
        self.last_refresh()
            .map_or(&[][..], |entry| &entry.changes.crossed)
    }

    /// What waits for a person in the dataset as it stands, and what the last refresh crossed.
    fn attention(&self) -> Attention {
        Attention {
            crossed: self.crossed().len(),
            ..Attention::of_files(
                self.dataset,
                self.decisions,
                self.estimates,
                self.latest,
                self.plan,
            )
        }
    }
}

/// One style, one script, and nothing else: no request leaves the page.
fn policy() -> String {
    format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

/// The hash of an element's text, as a content security policy has it.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}
