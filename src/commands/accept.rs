//! `core-dataset accept NAME…`: a person's decision on a verified row that is far from its latest estimate.

use anyhow::{Result, anyhow, bail};
use clap::Args;
use tracing::warn;

use super::curate::{Curation, NamesArgs};
use super::{Exit, note};
use crate::config::Config;
use crate::dataset::{Decision, Mark, Row};
use crate::lookup::Subject;
use crate::plan::{Drift, Mode};
use crate::terminal::bounded;

/// What to do about a drifted row.
pub(super) const HOW_TO_ACCEPT: &str =
    "`accept` keeps the verified value, and `accept --latest` takes the latest estimate";

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset accept 'Claude 3.7 Sonnet' --note 'the paper is right'\n  \
                  core-dataset accept 'Claude 3.7 Sonnet' --latest"
)]
pub struct AcceptArgs {
    /// The reason, added to the decision's note or, with --latest, to the row's notes
    #[arg(long, value_name = "WHY", allow_hyphen_values = true, value_parser = note)]
    note: Option<String>,
    /// Take the latest estimate into the row, which stays verified
    #[arg(long, conflicts_with = "undo")]
    latest: bool,
    /// Take back the decision to keep the verified value
    #[arg(long, conflicts_with = "note")]
    undo: bool,
    #[command(flatten)]
    names: NamesArgs,
}

/// Writes down that verified values stand, takes that back, or takes the latest estimates instead.
pub(crate) fn run(config: &Config, args: &AcceptArgs) -> Result<Exit> {
    let note = args.note.as_deref().unwrap_or_default();
    let names = &args.names;
    names.curate(config, Mode::Accept, args.undo, |curation, subject| {
        if args.undo {
            let line = curation.decisions.get(&subject.model);
            if line.and_then(|line| line.decision) != Some(Decision::Stands) {
                warn!(
                    "{}: there is no `stands` decision to take back; values that `accept --latest` overwrote are in \
                     the journal (`history`) and in git",
                    bounded(subject.name)
                );
            }
            curation.draft.take_back_acceptance(&subject.model);
            Ok(())
        } else if args.latest {
            curation.take_latest(subject, note)
        } else {
            curation.accept(subject, note)
        }
    })
}

impl<'p> Curation<'p> {
    /// Writes down that the verified value stands.
    pub fn accept(&mut self, subject: &Subject<'p>, note: &str) -> Result<()> {
        let row = self.verified_row(subject)?;
        let Some(drift) = Drift::measured(row, self.latest()?) else {
            let name = bounded(subject.name);
            bail!("{name}: it has not drifted, so there is nothing to accept");
        };
        self.draft
            .decide(subject, Decision::Stands, Some(drift.latest), note);
        Ok(())
    }

    fn take_latest(&mut self, subject: &Subject<'p>, note: &str) -> Result<()> {
        let row = self.verified_row(subject)?;
        self.latest()?;
        let name = bounded(subject.name);
        let estimate = subject
            .estimate
            .filter(|estimate| estimate.flop.is_some())
            .ok_or_else(|| anyhow!("{name}: there is no latest estimate; `show NAME` says why"))?;
        self.draft.take_latest(row, estimate);
        self.draft.join_note(row, note);
        Ok(())
    }

    /// The model's row, which has to be verified: only a verified value drifts.
    fn verified_row(&self, subject: &Subject<'p>) -> Result<&'p Row<'p>> {
        let row = self.row(subject)?;
        let is_dismissed = self.decisions.dismissal(&subject.model).is_some();
        let next_step = match row.mark {
            Mark::Verified => return Ok(row),
            Mark::Blank if subject.latest_flop().is_some() && !is_dismissed => {
                "; at the next refresh, it follows the latest estimate"
            }
            _ => "",
        };
        let name = bounded(subject.name);
        bail!("{name}: it is not verified, so it has not drifted{next_step}")
    }
}
