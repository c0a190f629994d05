//! The page: a picture of the dataset to look at, to print and to send (behaviour §11). Pure: from what the files say to HTML.
//!
//! It needs nothing but itself. Its content security policy allows one style and one script, by their hashes, and no request. maud
//! escapes whatever is put into it; what comes from the data is bounded as well, in [`cells`].

mod cells;
mod plot;
mod progress;
mod summary;
mod tables;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use maud::{DOCTYPE, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::dataset::{Dataset, Decisions, Row};
use crate::estimates::{Estimates, Latest};
use crate::journal::JournalEntry;
use crate::plan::{Plan, row_order};

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
        // One style, one script, and nothing else: no request leaves the page.
        let policy = format!(
            "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
            hash(SCRIPT),
            hash(STYLE)
        );
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
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
                        (tables::to_verify(self))
                        (tables::verified(self))
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
        rows.sort_by_key(|row| row_order(row.flop, &row.key));
        rows
    }

    /// The last refresh in the journal, which says what crossed 1e25.
    fn last_refresh(&self) -> Option<&'p JournalEntry<'static>> {
        self.journal.iter().find(|entry| entry.is_refresh())
    }
}

/// The hash of an element's text, as a content security policy has it.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}
