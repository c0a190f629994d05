//! `core-dataset history`: the journal, newest first.

use anyhow::Result;

use super::{Desk, Exit, load};
use crate::history::{self, Question};

/// Answers a question from the journal.
pub(super) fn run(desk: &mut Desk<'_>, question: &Question) -> Result<Exit> {
    let path = &desk.config.paths.journal;
    let journal = load::journal_text(path)?;
    let answer = history::answer(load::journal_runs(path, &journal), question);
    desk.print(&answer, |screen| history::text(&answer, screen))?;
    Ok(Exit::Done)
}
