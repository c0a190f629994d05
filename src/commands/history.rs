//! `core-dataset history`: the journal, newest first.

use anyhow::{Context, Result};
use tracing::warn;

use super::{Desk, Exit};
use crate::history::{self, Question};
use crate::store::Snapshot;

/// Answers a question from the journal.
pub(super) fn run(desk: &mut Desk<'_>, question: &Question) -> Result<Exit> {
    let path = &desk.config.paths.journal;
    let bytes = Snapshot::read(path)?.bytes.unwrap_or_default();
    let journal =
        String::from_utf8(bytes).with_context(|| format!("{}: not UTF-8", path.display()))?;
    let runs = history::runs(&journal, |line| {
        warn!(
            "{}:{line}: this line cannot be read (torn by a crash?) and is passed over",
            path.display()
        );
    });
    let answer = history::answer(runs, question);
    desk.print(&answer, |screen| history::text(&answer, screen))?;
    Ok(Exit::Done)
}
