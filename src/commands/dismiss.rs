//! `core-dataset dismiss NAME…`: models that are kept out of the dataset.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use clap::Args;
use tracing::warn;

use super::Exit;
use super::curate::{Curation, NamesArgs, curate_each};
use super::execute::WriteArgs;
use crate::changes::ModelChange;
use crate::config::Config;
use crate::dataset::{Decision, DecisionColumn, DecisionLine, Row};
use crate::key::Key;
use crate::lookup::Subject;
use crate::plan::{JournalRow, Mode};
use crate::schema::is_text_column;
use crate::terminal::{bounded, listed};
use crate::text::{is_visible, stands_in};

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
    let decision = if args.ignore {
        Decision::Ignore
    } else {
        Decision::Below
    };
    let note = args.note.as_deref().unwrap_or_default();
    curate_each(
        config,
        Mode::Dismiss,
        &args.write,
        &args.names,
        |curation, subject| {
            if args.undo {
                undo(curation, subject, args.force)
            } else {
                dismiss(curation, subject, decision, note)
            }
        },
    )
}

/// Dismisses a model. A row that a person marked is refused.
pub(super) fn dismiss<'p>(
    curation: &mut Curation<'p>,
    subject: &Subject<'p>,
    decision: Decision,
    note: &str,
) -> Result<()> {
    let name = bounded(subject.name);
    if subject.row.is_some_and(Row::is_marked) {
        bail!("{name}: its row is verified or protected; verify --undo first");
    }
    if !is_visible(note) {
        bail!("{name}: {} wants a note that says why", decision.name());
    }
    curation.draft.dismiss(subject, decision, note);
    Ok(())
}

/// Takes a dismissal back. The row returns as the journal has it, unless the model has a row today.
///
/// # Errors
/// Without `force`: the journal has no entry of the dismissal, or a text that a person wrote would not return.
fn undo(curation: &mut Curation<'_>, subject: &Subject<'_>, force: bool) -> Result<()> {
    let name = bounded(subject.name);
    let mut lines: Vec<&DecisionLine<'_>> = curation.decisions.lines.iter().collect();
    lines.retain(|line| {
        line.model == subject.model && line.decision.is_none_or(Decision::is_dismissal)
    });
    if lines.is_empty() {
        bail!("{name}: it is not dismissed");
    }
    let notes = lines
        .iter()
        .map(|line| curation.decisions.cell(line, DecisionColumn::Note));
    let note = notes.collect::<Vec<_>>().join("; ");
    let dismissals = dismissals(curation, &lines, &note);
    if dismissals.is_empty() {
        let unknown = format!(
            "{name}: the journal has no entry of its dismissal, so no row returns; its note: \"{}\"",
            bounded(&note)
        );
        if !force {
            bail!("{unknown}; --force takes the line back");
        }
        warn!("{unknown}");
    }
    let returning = match dismissals.iter().find(|rows| !rows.is_empty()) {
        Some(rows) if subject.row.is_none() => &rows[..],
        _ => &[],
    };
    curation.draft.restore(&subject.model, returning);
    let texts = curation.draft.human_texts(&subject.model, curation.aliases);
    let lost: BTreeSet<String> = dismissals
        .iter()
        .flatten()
        .flat_map(|row| human_text(row))
        .filter(|(_, text)| !texts.iter().any(|one| stands_in(text, one)))
        .map(|(column, text)| format!("`{column}` \"{text}\""))
        .collect();
    if !lost.is_empty() && !force {
        bail!(
            "{name}: the row that the journal has says what would not return: {}; copy that, and take the line back with --force",
            listed(lost)
        );
    }
    Ok(())
}

/// The rows that left by each dismissal of the model of these lines, newest first, back to the ones that wrote them; mostly one row,
/// and none where there was none. What a person wrote in a row is in the note of its dismissal, so that a row of another one is told by its
/// text.
fn dismissals<'k>(
    curation: &Curation<'k>,
    lines: &[&DecisionLine<'_>],
    note: &str,
) -> Vec<Vec<&'k JournalRow>> {
    let is_of_model =
        |one: &&ModelChange<'_>| *curation.aliases.resolve(&one.key()) == lines[0].model;
    let is_first = |change: &&ModelChange<'_>| {
        let word = change.fields.get(DecisionColumn::Decision.into());
        word.is_some_and(|word| word.from.is_empty())
    };
    let mut unwritten: Vec<&Key> = lines.iter().map(|line| &line.key).collect();
    let mut found = Vec::new();
    for entry in curation.journal {
        let changes = &entry.changes;
        // Of a killed run the next one says which rows left.
        let recovered = changes.removed.iter().filter(|_| entry.is_recovery());
        let dismissed = changes.dismissed.iter().chain(recovered);
        let of_model: Vec<_> = dismissed.filter(is_of_model).collect();
        let rows: Vec<_> = of_model.iter().filter_map(|one| one.row.as_ref()).collect();
        let mut texts = rows.iter().flat_map(|row| human_text(row));
        if !of_model.is_empty() && texts.all(|(_, text)| stands_in(text, note)) {
            found.push(rows);
            for line in changes.decisions.iter().filter(is_first) {
                unwritten.retain(|key| **key != line.key());
            }
            if unwritten.is_empty() {
                break;
            }
        }
    }
    found
}

/// What people wrote in a row: columns and texts.
fn human_text(row: &JournalRow) -> impl Iterator<Item = (&str, &str)> {
    row.0
        .iter()
        .map(|(column, text)| (&**column, &**text))
        .filter(|(column, text)| is_text_column(column) && !text.trim().is_empty())
}
