//! `core-dataset dismiss NAME…`: models that are kept out of the dataset.

mod journal;

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use clap::Args;
use tracing::warn;

use super::Exit;
use super::curate::{Known, NamesArgs, all, curate};
use super::execute::WriteArgs;
use crate::config::Config;
use crate::dataset::{Decision, DecisionColumn, Mark};
use crate::lookup::Subject;
use crate::plan::{Draft, Mode};
use crate::schema::is_text_column;
use crate::terminal::{bounded, listed};
use crate::text::{is_visible, stands_in};
use journal::{JournalRow, Left, dismissed_rows};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset dismiss 'Amazon Titan' --note 'the model card says 4.8e24'\n  \
                  core-dataset dismiss BenchBot --ignore --note 'a benchmark, not a model'\n  \
                  core-dataset dismiss 'Amazon Titan' --undo"
)]
pub struct DismissArgs {
    #[command(flatten)]
    names: NamesArgs,
    /// Why; the next curator will ask
    #[arg(long, value_name = "WHY", required_unless_present = "undo")]
    note: Option<String>,
    /// Not a model that this dataset is about, rather than one below 1e25
    #[arg(long)]
    ignore: bool,
    /// Take the decision back; the row returns as it was
    #[arg(long, conflicts_with_all = ["note", "ignore"])]
    undo: bool,
    /// Take the decision back though the row, or text of it, does not return
    #[arg(long, requires = "undo", conflicts_with = "note")]
    force: bool,
    #[command(flatten)]
    write: WriteArgs,
}

/// Dismisses models, or takes that back.
pub(super) fn run(config: &Config, args: &DismissArgs) -> Result<Exit> {
    curate(config, Mode::Dismiss, &args.write, |draft, known| {
        let subjects = known.subjects(&args.names, args.undo)?;
        if args.undo {
            let undone = subjects.iter();
            let undone = undone.map(|subject| undo(draft, known, subject, args.force));
            return all(undone).map(drop);
        }
        let decision = match args.ignore {
            true => Decision::Ignore,
            false => Decision::Below,
        };
        let note = args.note.as_deref().unwrap_or_default();
        if !is_visible(note) {
            bail!("a dismissal wants a note that says why");
        }
        all(subjects.iter().map(may_be_dismissed))?;
        for subject in &subjects {
            draft.dismiss(subject, decision, note);
        }
        Ok(())
    })
}

/// A row that a person marked is not dismissed by the way, and a name that nobody sees not at all.
pub(super) fn may_be_dismissed(subject: &Subject<'_>) -> Result<()> {
    let name = bounded(subject.name);
    if !(is_visible(subject.name) && is_visible(subject.developer)) {
        bail!("{name}: nobody could see that name in decisions.csv");
    }
    let mark = match subject.row.map(|row| row.mark) {
        Some(Mark::Verified) => "verified",
        Some(Mark::Protected) => "protected",
        Some(Mark::Unverified) | None => return Ok(()),
    };
    bail!("{name}: its row is {mark}; verify --undo first")
}

/// Takes a dismissal back.
fn undo(draft: &mut Draft<'_>, known: Known<'_>, subject: &Subject<'_>, force: bool) -> Result<()> {
    let name = bounded(subject.name);
    let lines = known.decisions.lines.iter();
    let taken = lines.filter(|line| {
        line.model == subject.model && line.decision.is_none_or(Decision::is_dismissal)
    });
    let taken: Vec<_> = taken.collect();
    if taken.is_empty() {
        bail!("{name}: it is not dismissed");
    }
    let notes = taken.iter();
    let notes = notes.map(|line| known.decisions.cell(line, DecisionColumn::Note));
    let notes = notes.filter(|note| is_visible(note)).map(bounded);
    let notes = notes.collect::<Vec<_>>().join("; ");
    let note = |verb: &str| match notes.is_empty() {
        true => "it has no note".to_owned(),
        false => format!("its note {verb}: {notes}"),
    };
    match dismissed_rows(known, &subject.model, &taken) {
        Some(Left { last: rows, before }) => {
            let returning = rows.iter().flat_map(|row| human_texts(row));
            let returning: Vec<&str> = returning.map(|(_, text)| text).collect();
            let other = before.iter().flat_map(|row| lost_text(row, &returning));
            let other: BTreeSet<_> = other.collect();
            if !other.is_empty() && !force {
                bail!(
                    "{name}: of its rows the one that left last returns, and lacks what was written in another: {}; copy that, and take \
                     the line back with --force",
                    listed(other.into_iter())
                );
            }
            let today = subject.row.into_iter();
            let today = today.flat_map(|row| known.dataset.human_text(row));
            let today: Vec<&str> = today.map(|(_, text)| text).collect();
            let lost = rows.iter().flat_map(|row| match subject.row {
                Some(_) => lost_text(row, &today),
                None => lost_columns(known, row),
            });
            let lost: BTreeSet<_> = lost.collect();
            if !lost.is_empty() && !force {
                let lost = listed(lost.into_iter());
                match subject.row {
                    Some(today) => bail!(
                        "{name}: its row on line {} stays as it is, and lacks what was written in the one that was dismissed: {lost}; \
                         write that into it, or --force takes the line back without that text",
                        today.record.line
                    ),
                    None => bail!(
                        "{name}: its row has text in {lost}, which the dataset has no longer; add the column again, or take the line \
                         back with --force, without that text"
                    ),
                }
            }
            draft.restore(&subject.model, &rows);
        }
        None if force => {
            let note = note("was");
            warn!("{name}: the journal does not know how it was dismissed; {note}");
            draft.restore(&subject.model, &[]);
        }
        None => {
            let row = match subject.row {
                Some(row) => format!("its row on line {} stays as it is", row.record.line),
                None => "so its row cannot return".to_owned(),
            };
            bail!(
                "{name}: the journal does not know how it was dismissed, {row}; {}; --force takes the line back",
                note("is")
            )
        }
    }
    Ok(())
}

/// What people wrote in a row that left and that stands in none of these texts.
fn lost_text(row: &JournalRow, texts: &[&str]) -> Vec<String> {
    let lost = human_texts(row).filter(|(_, text)| !texts.iter().any(|one| stands_in(text, one)));
    lost.map(|(column, text)| format!("`{column}` \"{text}\""))
        .collect()
}

/// What people wrote in a row: columns and texts.
fn human_texts(row: &JournalRow) -> impl Iterator<Item = (&str, &str)> {
    let cells = row.0.iter().map(|(column, text)| (&**column, &**text));
    cells.filter(|(column, text)| is_text_column(column) && !text.trim().is_empty())
}

/// The columns in which a row has text and that the dataset lacks today.
fn lost_columns(known: Known<'_>, row: &JournalRow) -> Vec<String> {
    let names = row.0.iter().map(|(column, _)| &**column);
    let places = known.dataset.table.header.places_of(names);
    let lost = row.0.iter().zip(places);
    let lost = lost.filter(|((_, text), place)| place.is_none() && !text.trim().is_empty());
    lost.map(|((column, _), _)| format!("`{column}`")).collect()
}
