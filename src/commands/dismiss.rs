//! `core-dataset dismiss NAME…`: models that are kept out of the dataset.

use std::borrow::Cow;

use anyhow::{Result, anyhow, bail};
use clap::Args;
use tracing::warn;

use super::Exit;
use super::curate::{Known, NamesArgs, all, curate};
use super::execute::WriteArgs;
use crate::changes::Map;
use crate::config::Config;
use crate::dataset::{Decision, DecisionColumn, Mark};
use crate::key::Key;
use crate::lookup::Subject;
use crate::plan::{Draft, Mode, Model};
use crate::terminal::bounded;

/// The flags of a dismissal.
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
    /// Take the decision back though the journal does not know the row
    #[arg(long, requires = "undo")]
    force: bool,
    #[command(flatten)]
    write: WriteArgs,
}

/// Dismisses models, or takes that back.
pub(super) fn run(config: &Config, args: &DismissArgs) -> Result<Exit> {
    curate(config, Mode::Dismiss, &args.write, |draft, known| {
        let subjects = known.subjects(&args.names)?;
        if args.undo {
            all(subjects
                .iter()
                .map(|subject| undo(draft, known, subject, args.force)))?;
            return Ok(());
        }
        let decision = if args.ignore {
            Decision::Ignore
        } else {
            Decision::Below
        };
        let note = args.note.as_deref().unwrap_or_default();
        if note.trim().is_empty() {
            bail!("a dismissal wants a note that says why");
        }
        all(subjects.iter().map(may_be_dismissed))?;
        for subject in &subjects {
            dismiss(draft, subject, decision, note);
        }
        Ok(())
    })
}

/// A row that a person marked is not dismissed by the way.
pub(super) fn may_be_dismissed(subject: &Subject<'_>) -> Result<()> {
    match subject.row.map(|row| row.mark) {
        Some(Mark::Verified) => bail!(
            "{}: its row is verified; verify --undo first",
            bounded(subject.name)
        ),
        Some(Mark::Protected) => bail!(
            "{}: its row is protected; verify --undo first",
            bounded(subject.name)
        ),
        Some(Mark::Unverified) | None => Ok(()),
    }
}

/// Dismisses one model.
pub(super) fn dismiss<'p>(
    draft: &mut Draft<'p>,
    subject: &Subject<'p>,
    decision: Decision,
    note: &str,
) {
    let model = Model::new(subject.name, subject.developer);
    draft.dismiss(
        model,
        &subject.model,
        subject.row,
        subject.estimate,
        decision,
        note,
    );
}

/// Takes a dismissal back.
pub(super) fn undo(
    draft: &mut Draft<'_>,
    known: Known<'_>,
    subject: &Subject<'_>,
    force: bool,
) -> Result<()> {
    let name = bounded(subject.name);
    let mut lines = known
        .decisions
        .lines
        .iter()
        .filter(|line| line.model == subject.model);
    let line = lines.find(|line| line.decision.is_none_or(Decision::is_dismissal));
    let line = line.ok_or_else(|| anyhow!("{name}: it is not dismissed"))?;
    let note = known.decisions.cell(line, DecisionColumn::Note);
    match dismissed_row(known, &subject.model) {
        Some(row) => draft.restore(&subject.model, row),
        None if force => {
            warn!(
                "{name}: the journal does not know how it was dismissed; its note was: {}",
                bounded(note)
            );
            draft.restore(&subject.model, None);
        }
        None => bail!(
            "{name}: the journal does not know how it was dismissed, so its row cannot return; its note is: {}; --force takes the line back",
            bounded(note)
        ),
    }
    Ok(())
}

/// The row that the newest dismissal of a model took out, where there was one; `None` where the journal has no such entry.
fn dismissed_row<'k>(
    known: Known<'k>,
    model: &Key,
) -> Option<Option<&'k Map<'static, Cow<'static, str>>>> {
    let mut dismissals = known
        .journal
        .iter()
        .flat_map(|entry| &entry.changes.dismissed);
    let dismissal = dismissals.find(|change| {
        let key = Key::new(&change.name, &change.developer);
        *known.aliases.resolve(&key) == *model
    })?;
    Some(dismissal.row.as_ref())
}
