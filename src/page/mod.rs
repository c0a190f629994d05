//! The HTML page of the dataset, to look at, to print and to send (behaviour §11): a pure function of the files' contents and the date.
//!
//! The page is self-contained. Its content security policy allows one style and one script, by their hashes, and no requests. maud escapes
//! every text, and [`cells`] shortens the texts from the data.

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

use crate::estimates::Estimates;
use crate::journal::JournalEntry;
use crate::plan::{Plan, Summary, at_or_above, row_order};
use crate::report::Attention;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

pub struct Page<'p> {
    pub now: DateTime<Utc>,
    pub estimates: Option<&'p Estimates>,
    /// The plan of a refresh.
    pub plan: &'p Plan<'p>,
    /// The counts of what waits for a person in the files as they are, and of the models that crossed 1e25 in the last refresh.
    pub attention: Attention,
    /// The journal, newest first.
    pub journal: &'p [JournalEntry<'static>],
}

impl Page<'_> {
    pub fn html(&self) -> String {
        let policy = format!(
            "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
            hash(SCRIPT),
            hash(STYLE)
        );
        let summary = Summary::of_rows(&self.plan.dataset.rows);
        let above = at_or_above(self.plan.dataset.rows.iter().map(|row| row.flop));
        let mut rows: Vec<_> = self.plan.dataset.rows.iter().collect();
        rows.sort_by_key(|row| row_order(row.flop, &row.key));
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    title { (summary::TITLE) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    (summary::header(self, &summary, above))
                    main {
                        (summary::waiting(&self.attention))
                        (plot::section(self, &rows))
                        (tables::to_decide(self))
                        (progress::section(self, &summary, above))
                        (tables::rows(self, &rows))
                    }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        page.into_string()
    }
}

/// The hash of an element's text, in the form of a content security policy.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}
