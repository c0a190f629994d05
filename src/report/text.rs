//! The report as text (behaviour §8, §10): what the estimates brought, the changes, the summary, what was done.

use super::groups::{Group, groups};
use super::{Outcome, Report};
use crate::changes::ModelChange;
use crate::dataset::{Mark, Row};
use crate::flop::Flop;
use crate::plan::{Change, Input, Mode, Plan, Summary};
use crate::terminal::{Align, Screen, Tone, lay_out, wrap};
use crate::text::{plural, shown};

/// How many entries of a group are shown unless all are asked for.
const SHOWN: usize = 10;

/// The whole report. With `verbose` no group is shortened.
pub fn report(report: &Report<'_>, screen: Screen, verbose: bool) -> String {
    let dataset = shown(&report.dataset);
    let done = wrap(&done(report, &dataset), "  ", screen);
    if report.plan.mode == Mode::Verify {
        let verdicts = report
            .changes
            .updated
            .iter()
            .map(|change| verdict(change, screen));
        return verdicts.collect::<String>() + &done + "\n";
    }
    let mut blocks: Vec<String> = report
        .input
        .map(|input| heading(input, &dataset))
        .into_iter()
        .collect();
    let limit = if verbose { usize::MAX } else { SHOWN };
    let changes: Vec<String> = groups(report.plan, &report.changes, report.input, limit)
        .iter()
        .map(|group| group_text(group, limit, screen))
        .collect();
    if !changes.is_empty() {
        blocks.push(changes.join("\n"));
    }
    blocks.push(summary(&report.summary, screen));
    let to_look_at = to_look_at(report.plan).map(|line| wrap(&line, "  ", screen));
    let ends: Vec<String> = [Some(done), to_look_at].into_iter().flatten().collect();
    blocks.push(ends.join("\n"));
    blocks.join("\n\n") + "\n"
}

/// The cells that a verdict changes, and nothing else.
fn verdict(change: &ModelChange<'_>, screen: Screen) -> String {
    let flop = change
        .flop
        .map_or_else(|| "no estimate".to_owned(), Flop::two_decimals);
    let title = format!(
        "{} ({}), {flop}",
        shown(&change.name),
        shown(&change.developer)
    );
    let mut out = screen.paint(Tone::Heading, &title);
    for (column, cell) in &change.fields.0 {
        let line = format!(
            "  {column}: \"{}\" → \"{}\"",
            shown(&cell.from),
            shown(&cell.to)
        );
        out.push('\n');
        out.push_str(&wrap(&line, "    ", screen));
    }
    out + "\n"
}

fn heading(input: &Input<'_>, dataset: &str) -> String {
    let saved = input
        .saved_at
        .map(|at| format!(" (saved {})", shown(at.split('T').next().unwrap_or(at))));
    let counts = [
        (input.unique, "model"),
        (input.candidates, "candidate"),
        (input.duplicates, "duplicate record"),
        (input.rejected.len(), "rejected record"),
    ];
    let counts = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| plural(*count, what));
    format!(
        "{}{} → {dataset}\n{}",
        plural(input.models, "estimate"),
        saved.unwrap_or_default(),
        counts.collect::<Vec<_>>().join(", ")
    )
}

fn group_text(group: &Group, limit: usize, screen: Screen) -> String {
    let title = format!("{} {}", group.title, group.total);
    let heading = wrap(&format!("{title}{}", group.meaning), "  ", screen);
    let mut lines = vec![heading.replacen(&title, &screen.paint(Tone::Heading, &title), 1)];
    let table = lay_out("  ", group.columns, &group.rows, screen);
    if let [Align::Sentence] = group.columns {
        lines.extend(table.iter().map(|sentence| wrap(sentence, "  ", screen)));
        return lines.join("\n");
    }
    let verbose = limit == usize::MAX;
    for (place, row) in table.into_iter().enumerate() {
        lines.push(row);
        let details = group.details.get(place).filter(|_| verbose);
        for detail in details.into_iter().flatten() {
            let detail = wrap(&format!("      {detail}"), "        ", screen);
            lines.push(screen.paint(Tone::Quiet, &detail));
        }
    }
    if group.total > limit {
        let rest = format!("  … and {} more (--verbose shows all)", group.total - limit);
        lines.push(screen.paint(Tone::Quiet, &rest));
    }
    lines.join("\n")
}

/// The block that other programs read: a line for each kind of row, adding up to the first; the kinds behind the first three only
/// where there are any.
pub fn summary(summary: &Summary, screen: Screen) -> String {
    let mut lines = vec![
        screen.paint(Tone::Heading, "CORE DATASET SUMMARY"),
        format!("Total candidate models: {}", summary.total),
        format!("Manually verified: {}", summary.verified),
        format!(
            "High confidence above 1e25: {}",
            summary.high_confidence_above
        ),
        format!("Uncertain (need verification): {}", summary.not_sure),
    ];
    let further = [
        ("Protected", summary.protected),
        (
            "Below threshold, kept for their notes",
            summary.high_confidence_below,
        ),
        ("No estimate", summary.unestimated),
    ];
    lines.extend(
        further
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(what, count)| format!("{what}: {count}")),
    );
    lines.join("\n")
}

fn done(report: &Report<'_>, dataset: &str) -> String {
    let counts = match report.plan.mode {
        Mode::Verify => String::new(),
        _ => format!(": {}", counts(report.plan)),
    };
    match report.outcome {
        Outcome::Written {
            backup: Some(backup),
        } => {
            let backup = backup.to_string_lossy();
            let backup = shown(&backup);
            format!(
                "Backed up to {backup} (`core-dataset reapply` with it brings the human work back)\nWrote {dataset}{counts}"
            )
        }
        Outcome::Written { backup: None } => format!("Wrote {dataset}{counts}"),
        Outcome::UpToDate if report.plan.mode == Mode::Verify => {
            "The row says so already: nothing written".to_owned()
        }
        Outcome::UpToDate => "Up to date: nothing written".to_owned(),
        Outcome::Preview => {
            format!("Dry run: nothing written. A real run would write {dataset}{counts}")
        }
        Outcome::Refused => {
            format!("Refused: nothing written. With --force it would write {dataset}{counts}")
        }
    }
}

/// What a person has to decide on, and how much there is to verify.
fn to_look_at(plan: &Plan<'_>) -> Option<String> {
    let unverified = plan
        .lines
        .iter()
        .filter(|line| line.mark == Mark::Unverified);
    let duplicated = plan.duplicates.iter().filter(|group| group.kept > 1);
    let counts = [
        (plan.conflicts.len(), "in conflict"),
        (plan.count(|change| change == Change::Demoted), "demoted"),
        (
            plan.count(|change| matches!(change, Change::Verified(Some(_)))),
            "drifted",
        ),
        (
            plan.count(|change| matches!(change, Change::Orphaned(_))),
            "orphaned",
        ),
        (duplicated.count(), "duplicated"),
        (plan.renamed.len(), "probably renamed"),
        (
            unverified.count(),
            "to verify (core-dataset list --unverified)",
        ),
    ];
    let what = listed(&counts);
    (!what.is_empty()).then(|| format!("To look at: {}", what.join(", ")))
}

/// `2 added`, for each that there is any of.
fn listed(counts: &[(usize, &str)]) -> Vec<String> {
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    counts
        .map(|(count, what)| format!("{count} {what}"))
        .collect()
}

fn counts(plan: &Plan<'_>) -> String {
    let counts = [
        (plan.count(|change| change == Change::Added), "added"),
        (plan.count(|change| change == Change::Updated), "updated"),
        (plan.count(|change| change == Change::Demoted), "demoted"),
        (plan.removed.len(), "removed"),
        (plan.leaving() - plan.removed.len(), "dropped (duplicate)"),
        (
            plan.count(|change| change == Change::Unchanged),
            "unchanged",
        ),
        (
            plan.count(|change| matches!(change, Change::Verified(_))),
            "verified kept",
        ),
        (
            plan.count(|change| change == Change::Protected),
            "protected kept",
        ),
        (
            plan.count(|change| matches!(change, Change::Orphaned(_))),
            "orphaned kept",
        ),
    ];
    let given_up = |counts: fn(&Plan<'_>, &Row<'_>) -> bool| match plan.mode {
        Mode::Reset => (plan.dataset.rows.iter())
            .filter(|row| counts(plan, row))
            .count(),
        _ => 0,
    };
    let work = given_up(|_, row| row.has_human_work());
    let own = given_up(|plan, row| plan.dataset.own_cells(row).next().is_some());
    let mut counts = listed(&counts);
    for (rows, what) in [(work, "human work"), (own, "text outside the schema")] {
        if rows > 0 {
            counts.push(format!("{} with {what} given up", plural(rows, "row")));
        }
    }
    if counts.is_empty() {
        "no rows".to_owned()
    } else {
        counts.join(", ")
    }
}
