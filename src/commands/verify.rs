//! `core-dataset verify NAME…`: a person's verdict on rows.

use std::borrow::Cow;

use anyhow::{Result, anyhow, bail};
use clap::Args;
use tracing::warn;

use super::Exit;
use super::curate::{Known, NamesArgs, all, curate};
use super::execute::WriteArgs;
use crate::config::Config;
use crate::dataset::{Mark, Row};
use crate::dates;
use crate::flop::Flop;
use crate::lookup::Subject;
use crate::parameters::whole_number;
use crate::plan::{Correction, Draft, Mode, Note};
use crate::schema::{Column, Confidence};
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
    #[arg(long, conflicts_with_all = ["CorrectionArgs", "as_it_stands"])]
    undo: bool,
    /// Verify the row's own number, though the latest estimate is another one or cannot be read
    #[arg(long)]
    as_it_stands: bool,
    /// Verify a row that somebody protected, and replace what `verified` says
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    correction: CorrectionArgs,
    #[command(flatten)]
    write: WriteArgs,
}

/// What a person found out about a model.
#[derive(Debug, Clone, Default, PartialEq, Args)]
pub(crate) struct CorrectionArgs {
    /// The training FLOP that a person found, such as 3.5e25; the reasoning is cleared, since it explained another number
    #[arg(long, value_name = "FLOP")]
    pub flop: Option<Flop>,
    /// How sure that is
    #[arg(long, value_name = "CONFIDENCE", value_parser = super::list::named::<Confidence>())]
    confidence: Option<Confidence>,
    /// Where it says so; joined to the sources
    #[arg(long, value_name = "URL")]
    source: Option<String>,
    /// The day of release, YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = day)]
    release_date: Option<String>,
    /// How many parameters the model has, such as 4e11
    #[arg(long, value_name = "COUNT", value_parser = parameters)]
    parameters: Option<String>,
}

impl CorrectionArgs {
    /// What is corrected.
    pub fn correction(&self) -> Correction<'_> {
        Correction {
            flop: self.flop,
            confidence: self.confidence,
            source: self.source.as_deref(),
            release_date: self.release_date.clone(),
            parameters: self.parameters.clone(),
        }
    }
}

fn day(text: &str) -> Result<String, &'static str> {
    let day = dates::day(text.trim()).map(|day| day.to_string());
    day.ok_or("expected a date, such as 2025-02-17")
}

fn parameters(text: &str) -> Result<String, &'static str> {
    let whole = whole_number(text).map(Cow::into_owned);
    whole.ok_or_else(|| match text.trim().parse::<f64>() {
        Ok(_) => "expected a whole number above 0",
        Err(_) => "expected a whole number, such as 405000000000",
    })
}

/// Sets or clears the mark of rows, corrects one, and joins a note.
pub(super) fn run(config: &Config, args: &VerifyArgs) -> Result<Exit> {
    if args.correction != CorrectionArgs::default() && args.names.names.len() > 1 {
        super::usage(
            "verify",
            "--flop, --confidence, --source, --release-date and --parameters correct one model at a time",
        );
    }
    curate(config, Mode::Verify, &args.write, |draft, known| {
        let rows = known.rows(&args.names, args.undo)?;
        if !args.undo {
            all(rows
                .iter()
                .map(|(subject, row)| check(args, known, subject, row)))?;
        }
        let note = Note {
            text: args.note.as_deref(),
            replaces: args.replace_note,
        };
        for (_, row) in rows {
            let name = known.named(row);
            if args.undo {
                draft.unverify(row, note);
                if draft.leaves_alone(row) {
                    warn!("{name}: it is not verified");
                }
                continue;
            }
            draft.correct(row, &args.correction.correction());
            draft.verify(row, note);
            if draft.leaves_alone(row) {
                warn!("{name}: it is verified already");
            }
            let notes = known.dataset.cell(row, Column::Notes);
            let flop = args.correction.flop.or(row.flop);
            warn_of_doubtful(&name, flop, &[notes, note.text.unwrap_or_default()]);
        }
        Ok(())
    })
}

/// Warns of a row that is marked although its model is not above the line, or without a note that says why.
pub(super) fn warn_of_doubtful(name: &str, flop: Option<Flop>, notes: &[&str]) {
    doubt(name, flop).iter().for_each(|doubt| warn!("{doubt}"));
    if notes.iter().all(|note| note.trim().is_empty()) {
        warn!("{name}: verified without a note; say why with --note, the next curator will ask");
    }
}

/// What to say of a row that is marked although its model is not above the line.
fn doubt(name: &str, flop: Option<Flop>) -> Option<String> {
    match flop {
        Some(flop) if flop >= Flop::REGULATORY => None,
        Some(flop) => Some(format!(
            "{name}: verified at {}, below 1e25 FLOP",
            flop.rounded()
        )),
        None => Some(format!("{name}: verified without a number")),
    }
}

/// Whether a row may be marked as it is asked for.
fn check(args: &VerifyArgs, known: Known<'_>, subject: &Subject<'_>, row: &Row<'_>) -> Result<()> {
    known.refuse_dismissed(subject)?;
    let (name, says) = (known.named(row), known.dataset.cell(row, Column::Verified));
    if row.mark == Mark::Protected && !args.force {
        bail!(
            "{name}: `verified` says \"{}\": somebody wrote that; --force replaces it",
            bounded(says)
        );
    }
    if args.as_it_stands || args.correction.flop.is_some() {
        return Ok(());
    }
    refuse_stale(known, subject, row)
}

/// Verifies a row that nobody protected, after it is corrected. A training FLOP that a person found need not be the latest estimate. What
/// is doubtful about it is returned.
pub(super) fn verify<'p>(
    draft: &mut Draft<'p>,
    known: Known<'p>,
    subject: &Subject<'p>,
    row: &'p Row<'p>,
    correction: &Correction<'_>,
    note: Option<&str>,
) -> Result<Option<String>> {
    known.refuse_dismissed(subject)?;
    let name = known.named(row);
    if row.mark == Mark::Protected {
        bail!("{name}: its row is protected; `verify --force` replaces what it says");
    }
    if correction.flop.is_none() {
        refuse_stale(known, subject, row)?;
    }
    draft.correct(row, correction);
    draft.verify(row, Note::joined(note));
    Ok(doubt(&name, correction.flop.or(row.flop)))
}

/// A stale number is not to be frozen by mistake. A row that is verified already, or of which there is no latest estimate, is taken as
/// it stands.
fn refuse_stale(known: Known<'_>, subject: &Subject<'_>, row: &Row<'_>) -> Result<()> {
    if row.mark == Mark::Verified {
        return Ok(());
    }
    let name = known.named(row);
    known.latest().map_err(|error| {
        anyhow!("{name}: {error:#}. Refresh first, or verify it with --as-it-stands")
    })?;
    let latest = subject.estimate.and_then(|estimate| estimate.flop);
    match (row.flop, latest) {
        (_, None) => Ok(()),
        (Some(flop), Some(latest)) if flop == latest => Ok(()),
        (flop, Some(latest)) => {
            let (says, now) = match flop {
                Some(flop) => flop.rounded_apart(latest),
                None => ("no number".to_owned(), latest.rounded()),
            };
            bail!(
                "{name}: the row says {says}, and the latest estimate {now}; refresh first, or verify it with --as-it-stands"
            )
        }
    }
}
