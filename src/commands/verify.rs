//! `core-dataset verify NAME…`: marks rows as verified, or takes their mark back.

use anyhow::{Result, anyhow, bail};
use clap::Args;

use super::correction::Correction;
use super::curate::{Curation, NamesArgs};
use super::{Exit, note, usage};
use crate::config::Config;
use crate::dataset::{Mark, Row};
use crate::lookup::Subject;
use crate::plan::Mode;
use crate::schema::Column;
use crate::terminal::bounded;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset verify 'GPT-4.5' --note 'system card, section 2'\n  \
                  core-dataset verify 'GPT-4.5' --flop 3.8e25 \\\n      --source https://example.org/card --note 'the card says so'\n  \
                  core-dataset verify GLM-4-Plus --developer Zhipu --undo"
)]
pub struct VerifyArgs {
    /// The reason, added to the row's notes
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, value_parser = note)]
    note: Option<String>,
    /// Replace the row's notes with the note
    #[arg(long, requires = "note")]
    replace_note: bool,
    /// Take back the mark; the notes stay
    #[arg(long, conflicts_with_all = ["Correction", "as_it_stands"])]
    undo: bool,
    #[command(flatten)]
    how: VerificationArgs,
    #[command(flatten)]
    names: NamesArgs,
}

/// How a row is verified.
#[derive(Debug, Default, Args)]
pub(super) struct VerificationArgs {
    /// Verify the row's own number, even if the latest estimate differs or cannot be read
    #[arg(long)]
    pub as_it_stands: bool,
    /// Verify a protected row, and replace the text in its `verified` cell
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub correction: Correction,
}

/// Sets the mark of rows or takes it back, corrects one, and joins a note.
pub(crate) fn run(config: &Config, args: &VerifyArgs) -> Result<Exit> {
    if args.how.correction != Correction::default() && args.names.names.len() > 1 {
        return Err(usage(
            "--flop, --confidence, --source, --release-date and --parameters correct one model at a time",
        ));
    }
    let note = args.note.as_deref().unwrap_or_default();
    let names = &args.names;
    names.curate(config, Mode::Verify, args.undo, |curation, subject| {
        let row = curation.row(subject)?;
        if args.undo {
            curation.draft.unverify(row);
            curation.draft.join_note(row, note);
        } else {
            curation.verify(subject, &args.how, note)?;
        }
        if args.replace_note {
            curation.draft.replace_notes(row, note);
        }
        Ok(())
    })
}

impl<'p> Curation<'p> {
    /// Corrects a row, verifies it, and joins the note to its notes. A training FLOP that a person found need not be the latest estimate.
    pub fn verify(
        &mut self,
        subject: &Subject<'p>,
        how: &VerificationArgs,
        note: &str,
    ) -> Result<()> {
        let row = self.row(subject)?;
        self.refuse_dismissed(&subject.model, subject.name)?;
        if row.mark == Mark::Protected && !how.force {
            bail!(
                "{}: its row is protected, because somebody wrote \"{}\" in `verified`; `verify --force` replaces that",
                bounded(subject.name),
                bounded(self.dataset.cell(row, Column::Verified))
            );
        }
        if how.correction.flop.is_none() && !how.as_it_stands {
            self.refuse_stale(subject, row)?;
        }
        let confidence = self.cell(subject, Column::Confidence).trim().parse();
        let corrected = how.correction.cells(row.flop, confidence.ok());
        self.draft.correct(row, corrected);
        // A decision that the value stands was about an earlier verification of this row.
        if row.mark != Mark::Verified {
            self.draft.take_back_acceptance(row.model());
        }
        self.draft.verify(row);
        self.draft.join_note(row, note);
        Ok(())
    }

    /// Refuses a row whose number is not the latest estimate's, so that no stale number is verified by mistake. A row that is verified
    /// already, or whose model has no latest estimate, may be verified as it stands.
    fn refuse_stale(&self, subject: &Subject<'_>, row: &Row<'_>) -> Result<()> {
        if row.mark == Mark::Verified {
            return Ok(());
        }
        let name = bounded(subject.name);
        self.latest().map_err(|error| {
            anyhow!(
                "{name}: its number cannot be compared with the latest estimate (refresh first, or `verify --as-it-stands`): {error:#}"
            )
        })?;
        let latest = subject.latest_flop();
        let Some(latest) = latest.filter(|latest| row.flop != Some(*latest)) else {
            return Ok(());
        };
        let says = row.flop.map_or("has no number".to_owned(), |flop| {
            format!("says {}", flop.shortest())
        });
        // A refresh would not help: it keeps a protected row.
        let next_step = match row.mark {
            Mark::Protected => {
                "`--force --flop F` corrects it, and `--force --as-it-stands` verifies it as it is"
            }
            _ => "refresh first, or `verify --as-it-stands`",
        };
        bail!(
            "{name}: the row {says}, but the latest estimate says {}; {next_step}",
            latest.shortest()
        )
    }
}
