//! `core-dataset verify NAME…`: a person's verdict on rows.

use anyhow::{Result, anyhow, bail};
use clap::Args;
use tracing::warn;

use super::Exit;
use super::curate::{Curation, NamesArgs, all, curate};
use super::execute::WriteArgs;
use crate::config::Config;
use crate::dataset::{Mark, Row};
use crate::lookup::Subject;
use crate::plan::{Correction, Mode};
use crate::report::drift_text;
use crate::schema::Column;
use crate::terminal::bounded;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset verify 'GPT-4.5' --note 'system card, section 2'\n  \
                  core-dataset verify 'GPT-4.5' --flop 3.8e25 \\\n      --source https://example.org/card --note 'the card says so'\n  \
                  core-dataset verify GLM-4-Plus --developer Zhipu --undo"
)]
pub struct VerifyArgs {
    #[command(flatten)]
    names: NamesArgs,
    /// Why: joined to the notes
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// The note takes the place of those that stand there
    #[arg(long, requires = "note")]
    replace_note: bool,
    /// Clear the mark; notes stay
    #[arg(long, conflicts_with_all = ["Correction", "as_it_stands"])]
    undo: bool,
    #[command(flatten)]
    how: VerificationArgs,
    #[command(flatten)]
    write: WriteArgs,
}

/// How a row is verified.
#[derive(Debug, Default, Args)]
pub(super) struct VerificationArgs {
    /// Verify the row's own number, though the latest estimate is another one or cannot be read
    #[arg(long)]
    pub as_it_stands: bool,
    /// Verify a row that somebody protected, and replace what `verified` says
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub correction: Correction,
}

/// Sets or clears the mark of rows, corrects one, and joins a note.
pub(super) fn run(config: &Config, args: &VerifyArgs) -> Result<Exit> {
    if args.how.correction != Correction::default() && args.names.names.len() > 1 {
        super::usage(
            "verify",
            "--flop, --confidence, --source, --release-date and --parameters correct one model at a time",
        );
    }
    let note = args.note.as_deref().unwrap_or_default();
    curate(config, Mode::Verify, &args.write, |curation| {
        let subjects = curation.subjects(&args.names)?;
        let rows = all(subjects.iter().map(|subject| {
            let row = curation.row(subject)?;
            if args.undo {
                curation.draft.unverify(row);
                curation.draft.join_note(row, note);
            } else {
                verify(curation, subject, &args.how, note)?;
            }
            if args.replace_note {
                curation.draft.replace_notes(row, note);
            }
            Ok((subject, row))
        }))?;
        for (subject, row) in rows {
            let name = bounded(subject.name);
            if curation.draft.leaves_alone(row) {
                let already = if args.undo {
                    "not verified"
                } else {
                    "verified already"
                };
                warn!("{name}: it is {already}");
            }
            if !args.undo && curation.draft.cell(row, Column::Notes).trim().is_empty() {
                warn_without_note(&name);
            }
        }
        Ok(())
    })
}

/// Warns of a row that is marked without a note that says why.
pub(super) fn warn_without_note(name: &str) {
    warn!("{name}: verified without a note; say why with --note, the next curator will ask");
}

/// Verifies a row after it is corrected, and joins the note to its own. A training FLOP that a person found need not be the latest
/// estimate.
pub(super) fn verify<'p>(
    curation: &mut Curation<'p>,
    subject: &Subject<'p>,
    how: &VerificationArgs,
    note: &str,
) -> Result<()> {
    let row = curation.row(subject)?;
    curation.refuse_dismissed(&subject.model, subject.name)?;
    if row.mark == Mark::Protected && !how.force {
        bail!(
            "{}: its row is protected, `verified` says \"{}\": somebody wrote that; `verify --force` replaces it",
            bounded(subject.name),
            bounded(curation.dataset.cell(row, Column::Verified))
        );
    }
    let latest = subject.estimate.and_then(|estimate| estimate.flop);
    match how.correction.flop {
        None if how.as_it_stands => {}
        None => refuse_stale(curation, subject, row)?,
        Some(flop) => {
            if let Some(latest) = latest.filter(|latest| latest.has_drifted_from(flop)) {
                let name = bounded(subject.name);
                let drift = drift_text(Some(flop), Some(latest));
                warn!("{name}: {drift}, so it has drifted; `accept` says that your number stands");
            }
        }
    }
    curation.draft.correct(row, &how.correction);
    curation.draft.verify(row);
    curation.draft.join_note(row, note);
    Ok(())
}

/// Refuses a row whose number is not the latest estimate's, so that no stale number is frozen by mistake. A row that is verified already,
/// or of which there is no latest estimate, is taken as it stands.
fn refuse_stale(curation: &Curation<'_>, subject: &Subject<'_>, row: &Row<'_>) -> Result<()> {
    if row.mark == Mark::Verified {
        return Ok(());
    }
    let name = bounded(subject.name);
    curation.latest().map_err(|error| {
        anyhow!("{name}: {error:#}. Refresh first, or verify it with --as-it-stands")
    })?;
    let latest = subject.estimate.and_then(|estimate| estimate.flop);
    let Some(latest) = latest.filter(|latest| row.flop != Some(*latest)) else {
        return Ok(());
    };
    let (says, now) = row.flop.map_or_else(
        || ("no number".to_owned(), latest.rounded()),
        |flop| flop.rounded_apart(latest),
    );
    // A refresh leaves a protected row as it is.
    let refresh = if row.mark == Mark::Protected {
        ""
    } else {
        "refresh first, or "
    };
    bail!(
        "{name}: the row says {says}, and the latest estimate {now}; {refresh}verify it with --as-it-stands"
    )
}
