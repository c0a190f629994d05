//! The brakes (behaviour §5) stop a plan so large, or an input so odd, that it looks like a mistake. `--force` overrides them.

use std::collections::HashSet;

use crate::changes::ModelChange;
use crate::dataset::{Dataset, Mark};
use crate::dates;
use crate::journal::{JournalEntry, last_refresh};
use crate::key::Key;
use crate::plan::{Input, Mode, Plan};
use crate::text::plural;

/// Fewer rows or records than this are never a reason to stop.
const MIN_TO_STOP: usize = 10;

/// Up to this many marked rows may be gone without a reason to stop.
const FEW_MARKS: usize = 2;

fn is_too_much(part: usize, whole: usize) -> bool {
    part >= MIN_TO_STOP && part * 2 > whole
}

/// How many rows will be verified or protected. A refresh, a reset and a reapply count anew; any other command adds and subtracts its own.
pub fn marked_afterwards(plan: &Plan<'_>, journal: &[JournalEntry<'_>]) -> usize {
    let after = plan.count(|line| line.mark != Mark::Blank);
    match journal.first() {
        Some(last) if plan.mode.is_decision() => last.marked_after(plan.dataset.marked(), after),
        _ => after,
    }
}

/// A message if the dataset has fewer marked rows than the journal's last entry counted.
pub fn marks_lost(dataset: &Dataset<'_>, journal: &[JournalEntry<'_>]) -> Option<String> {
    let (marked, counted) = (dataset.marked(), journal.first()?.marked());
    let today = match dataset.table.header.raw() {
        Some(_) => format!(
            "the dataset has {marked}: was it cut short, or edited? \
             `reapply FILE` brings marks back from an older copy"
        ),
        None => "there is no dataset: was it deleted? Restore the whole file from git or a backup"
            .to_owned(),
    };
    (counted > marked).then(|| {
        format!(
            "the journal's last entry counted {} as verified or protected, but {today}",
            plural(counted, "row")
        )
    })
}

/// Why this refresh or reset should not be carried out without `--force`. All reasons are given, because `--force` overrides them all.
pub fn brake(plan: &Plan<'_>, input: &Input<'_>, journal: &[JournalEntry<'_>]) -> Option<String> {
    let too_much = match plan.mode {
        Mode::Reset => reset(plan),
        _ => refresh(plan),
    };
    let of_input = [rejected(input), too_much].into_iter().flatten();
    let of_journal = journal_reasons(plan, input, journal);
    let reasons: Vec<String> = of_input.chain(of_journal).collect();
    (!reasons.is_empty()).then(|| reasons.join("; and "))
}

/// The reasons that come from the journal. A run that is forced past them writes its entry even where nothing else changes, because they
/// would otherwise stop every later run again.
pub fn journal_reasons(
    plan: &Plan<'_>,
    input: &Input<'_>,
    journal: &[JournalEntry<'_>],
) -> impl Iterator<Item = String> {
    let saved_earlier = |saved_at| saved_earlier(saved_at, journal);
    let earlier = input.saved_at.and_then(saved_earlier);
    let marks = too_few_marks(plan.dataset, journal);
    let orphaned = match plan.mode {
        Mode::Reset => None,
        _ => orphaned(plan, journal),
    };
    [earlier, marks, orphaned].into_iter().flatten()
}

fn rejected(input: &Input<'_>) -> Option<String> {
    let (rejected, models) = (input.rejected.len(), input.models);
    is_too_much(rejected, models)
        .then(|| format!("{rejected} of the {models} records were rejected, more than half"))
}

/// A message if the estimates, saved at `saved_at`, are older than those of the last refresh.
pub fn saved_earlier(saved_at: &str, journal: &[JournalEntry<'_>]) -> Option<String> {
    let mut refreshes = journal.iter().filter(|entry| entry.is_refresh());
    let then = refreshes.find_map(|entry| entry.estimates_saved_at.as_deref())?;
    (dates::moment(saved_at)? < dates::moment(then)?).then(|| {
        format!(
            "these estimates were saved on {saved_at}, before those of the last refresh ({then})"
        )
    })
}

/// A message if many marked rows are gone since the journal last counted them. They cannot be counted in a dataset that cannot be read,
/// which only a reset accepts.
fn too_few_marks(dataset: &Dataset<'_>, journal: &[JournalEntry<'_>]) -> Option<String> {
    let (marked, then) = (dataset.marked(), journal.first()?.marked());
    let are_gone = then.saturating_sub(marked) > FEW_MARKS && marked * 2 < then;
    marks_lost(dataset, journal).filter(|_| are_gone && dataset.unread_rows == 0)
}

/// How many unmarked rows there are, without those that leave because of a decision, which count in no brake.
fn unmarked(plan: &Plan<'_>) -> usize {
    plan.dataset.rows.len() - plan.dataset.marked() - plan.dismissed_rows()
}

fn refresh(plan: &Plan<'_>) -> Option<String> {
    let (leaving, unmarked) = (plan.leaving_rows(), unmarked(plan));
    is_too_much(leaving, unmarked).then(|| {
        format!(
            "this refresh would remove {leaving} of the {unmarked} unmarked rows, more than half"
        )
    })
}

/// A message if too many of the unmarked rows that stay are orphaned. Where the last refresh in the journal left too many, it was forced,
/// and the same orphans are no reason to stop this one.
fn orphaned(plan: &Plan<'_>, journal: &[JournalEntry<'_>]) -> Option<String> {
    let mut orphans = plan.lines.iter().filter(|line| line.orphan.is_some());
    let orphaned = orphans.clone().count();
    let staying = unmarked(plan) - plan.leaving_rows();
    if !is_too_much(orphaned, staying) {
        return None;
    }
    let forced = last_refresh(journal).filter(|last| {
        // The unmarked rows that stayed are all but the marked rows and those that the refresh added.
        let others = last.marked() + last.changes.added.len();
        let staying = last.summary.total.saturating_sub(others);
        is_too_much(last.changes.orphaned.len(), staying)
    });
    let known = forced.map_or(&[][..], |last| &last.changes.orphaned);
    let known: HashSet<Key> = known.iter().map(ModelChange::key).collect();
    orphans.any(|line| !known.contains(&*line.record.key)).then(|| {
        format!(
            "this refresh would leave {orphaned} unmarked rows without a usable estimate, more than half of the {staying} that stay"
        )
    })
}

fn reset(plan: &Plan<'_>) -> Option<String> {
    let rows = plan.lines.len();
    let today = plan.dataset.rows.len() + plan.dataset.unread_rows - plan.dismissed_rows();
    if rows == 0 {
        let why = match plan.dismissed_candidates {
            0 => "the estimates contain no candidate",
            _ => "every candidate in the estimates is dismissed",
        };
        return Some(format!("this reset would write no row: {why}"));
    }
    (rows * 2 < today).then(|| {
        format!(
            "this reset would write {}, less than half of today's {today}",
            plural(rows, "row")
        )
    })
}
