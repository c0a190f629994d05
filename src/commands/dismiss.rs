//! `core-dataset dismiss NAME…`: models that are kept out of the dataset.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use clap::Args;
use tracing::warn;

use super::curate::{Curation, NamesArgs};
use super::{Exit, note};
use crate::changes::Changes;
use crate::config::Config;
use crate::dataset::{Decision, DecisionColumn, DecisionLine, Row};
use crate::key::Key;
use crate::lookup::Subject;
use crate::notes::is_in_note;
use crate::plan::{JournalRow, Mode};
use crate::schema::is_text_column;
use crate::terminal::{bounded, listed};
use crate::text::is_visible;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset dismiss 'Amazon Titan' --note 'the model card says 4.8e24'\n  \
                  core-dataset dismiss BenchBot --ignore --note 'a benchmark'\n  \
                  core-dataset dismiss 'Amazon Titan' --undo\n\n\
                  With --developer, you can also dismiss a model that is unknown here, such as one from a public table (`compare`)."
)]
pub struct DismissArgs {
    /// The reason; the next curator will ask for it
    #[arg(long, value_name = "WHY", required_unless_present = "undo", allow_hyphen_values = true, value_parser = note)]
    note: Option<String>,
    /// Dismiss as not for this dataset, rather than as below 1e25
    #[arg(long)]
    ignore: bool,
    /// Take the decision back; the row is restored as it was
    #[arg(long, conflicts_with_all = ["note", "ignore"])]
    undo: bool,
    /// Take the decision back even if the row, or a text in it, cannot be restored
    #[arg(long, requires = "undo", conflicts_with = "note")]
    force: bool,
    #[command(flatten)]
    names: NamesArgs,
}

pub(crate) fn run(config: &Config, args: &DismissArgs) -> Result<Exit> {
    let decision = if args.ignore {
        Decision::Ignore
    } else {
        Decision::Below
    };
    let note = args.note.as_deref().unwrap_or_default();
    let names = &args.names;
    names.curate(config, Mode::Dismiss, args.undo, |curation, subject| {
        if args.undo {
            curation.undo_dismissal(subject, args.force)
        } else {
            curation.dismiss(subject, decision, note)
        }
    })
}

impl<'p> Curation<'p> {
    /// Dismisses a model. A row that a person marked is refused.
    pub fn dismiss(&mut self, subject: &Subject<'p>, decision: Decision, note: &str) -> Result<()> {
        let name = bounded(subject.name);
        if subject.row.is_some_and(Row::is_marked) {
            bail!("{name}: its row is verified or protected; verify --undo first");
        }
        if !is_visible(note) {
            let word = decision.name();
            bail!("{name}: the decision \"{word}\" needs a note that says why");
        }
        if self.latest().is_err() && subject.row.is_some_and(|row| row.flop.is_some()) {
            warn!(
                "{name}: the latest estimates cannot be read (`validate` says why), so the decision records the row's own number"
            );
        }
        self.draft.dismiss(subject, decision, note);
        Ok(())
    }

    /// Takes a dismissal back. The row returns as the journal has it, unless the model has a row today.
    ///
    /// # Errors
    /// When the model is not dismissed. Without `force`, also when the journal has no entry of the dismissal, or when a text that a person
    /// wrote would not return.
    fn undo_dismissal(&mut self, subject: &Subject<'p>, force: bool) -> Result<()> {
        let name = bounded(subject.name);
        let mut lines: Vec<&DecisionLine<'_>> = self.decisions.lines.iter().collect();
        lines.retain(|line| {
            line.model == subject.model && line.decision.is_none_or(Decision::is_dismissal)
        });
        if lines.is_empty() {
            bail!("{name}: it is not dismissed");
        }
        let dismissals = self.rows_dismissed_by(&lines);
        if dismissals.is_empty() {
            let notes = lines
                .iter()
                .map(|line| self.decisions.cell(line, DecisionColumn::Note));
            let row = match subject.row {
                Some(row) => format!("the row on line {} stays", row.record.line),
                None => "no row is restored".to_owned(),
            };
            let unknown = format!(
                "{name}: the journal has no entry of its dismissal, so {row}; the decision's note: \"{}\"",
                bounded(&notes.collect::<Vec<_>>().join("; "))
            );
            if !force {
                bail!("{unknown}; use --force to take the decision back anyway");
            }
            warn!("{unknown}");
        }
        let returning = match dismissals.iter().find(|rows| !rows.is_empty()) {
            Some(rows) if subject.row.is_none() => &rows[..],
            _ => &[],
        };
        self.draft.restore_rows(&subject.model, returning);
        let texts = self.draft.human_texts(&subject.model, self.aliases);
        let mut lost = BTreeSet::new();
        for (column, text) in dismissals.iter().flatten().flat_map(|row| &row.0) {
            let is_human = is_text_column(column) && !text.trim().is_empty();
            if is_human && !texts.iter().any(|one| is_in_note(text, one)) {
                lost.insert(format!("`{column}` \"{text}\""));
            }
        }
        if !lost.is_empty() && !force {
            bail!(
                "{name}: this text of a dismissed row would not be restored: {}; copy it, then take the decision back with --force",
                listed(lost)
            );
        }
        Ok(())
    }

    /// The rows that left because of the dismissals in these lines, grouped by dismissal, the newest first. Usually there is one dismissal
    /// of one row; there are several where an alias joined models that had been dismissed one by one.
    ///
    /// A line is traced back through the journal by its `at`: each run that wrote the line journalled the `at` that it replaced. Other runs
    /// that wrote it do not count, because git or a person has since brought an older file back. Before the oldest run of this chain, the
    /// search goes back to the run that took the line back or added the model.
    fn rows_dismissed_by(&self, lines: &[&DecisionLine<'_>]) -> Vec<Vec<&'p JournalRow>> {
        let mut found = BTreeMap::new();
        for line in lines {
            let runs = self.runs_that_wrote(line);
            let oldest = runs.last().copied().unwrap_or_default();
            for (place, entry) in self.journal.iter().enumerate() {
                let changes = &entry.changes;
                let times = decision_times(changes, &line.key);
                if place < oldest && times.is_some() && !runs.contains(&place) {
                    continue;
                }
                let is_added = changes.added.iter().any(|one| one.key() == line.key);
                if place >= oldest && (is_added || times.is_some_and(|(_, to)| to.is_empty())) {
                    break;
                }
                let mut of_model: Vec<_> = changes.dismissed.iter().collect();
                of_model.retain(|one| *self.aliases.resolve(&one.key()) == line.model);
                if !of_model.is_empty() {
                    let rows = of_model.iter().filter_map(|one| one.row.as_ref());
                    found.insert(place, rows.collect());
                }
            }
        }
        found.into_values().collect()
    }

    /// The places in the journal of the runs that led to a line as it is today, the newest first.
    fn runs_that_wrote(&self, line: &DecisionLine<'_>) -> BTreeSet<usize> {
        let mut runs = BTreeSet::new();
        let mut at = self.decisions.cell(line, DecisionColumn::At);
        while !at.is_empty() {
            let mut entries = self.journal.iter().enumerate();
            let run = entries.find_map(|(place, entry)| {
                let (from, to) = decision_times(&entry.changes, &line.key)?;
                (to == at && !runs.contains(&place)).then_some((place, from))
            });
            let Some((place, from)) = run else { break };
            runs.insert(place);
            at = from;
        }
        runs
    }
}

/// The `at` of this key's line before a run and after it; `""` where there was no line. `None` where the run did not write the line, or
/// wrote it in the same second as the run before.
fn decision_times<'k>(changes: &'k Changes<'_>, key: &Key) -> Option<(&'k str, &'k str)> {
    let lines = changes.decisions.iter().filter(|line| line.key() == *key);
    // Of several lines with one key that the run joined, the one that stayed counts.
    let line = lines.min_by_key(|line| line.is_taken_back())?;
    match line.fields.get(DecisionColumn::At.into()) {
        Some(at) => Some((&*at.from, &*at.to)),
        None => line.is_taken_back().then_some(("", "")),
    }
}
