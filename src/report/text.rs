//! The report as text (behaviour §9): what the estimates hold, the changes, the summary, what was done, what waits for a person.

use super::entry::details;
use super::groups::{Groups, layout, unestimated};
use super::{Attention, Outcome, Report};
use crate::changes::{Changes, ModelChange};
use crate::dataset::Mark;
use crate::dates;
use crate::plan::{Input, Mode, Plan, Summary};
use crate::terminal::{Screen, Tone, bounded_model, headed, wrap};
use crate::text::{LONG_EXCERPT, plural, shown};

/// The title of the last line, except in a preview, where the commands in that line do not yet list what it counts.
pub const TO_LOOK_AT: &str = "To look at";

pub fn report(report: &Report<'_>, screen: Screen) -> String {
    let plan = report.plan;
    let mode = plan.mode;
    let input = report.input.filter(|_| mode.follows_estimates());
    let mut changes = change_lines(mode, &report.changes, Some(plan), screen);
    if let Some(input) = input {
        changes.extend(unestimated(input, screen));
    }
    if plan.changes_dataset() {
        changes.extend(layout(plan, screen));
    }
    let mut end = done(report, screen);
    if mode.is_decision() {
        changes.extend(end);
        return changes.join("\n") + "\n";
    }
    let title = match report.outcome {
        Outcome::Preview => "To look at after a real run",
        _ => TO_LOOK_AT,
    };
    end.extend(waiting(title, &report.attention, screen));
    let heading = input.map(|input| heading(input, &report.dataset, screen));
    let at_or_above = Some(report.at_or_above_1e25);
    let mut blocks = vec![
        heading.unwrap_or_default(),
        changes.join("\n"),
        summary(&report.summary, at_or_above, screen),
        end.join("\n"),
    ];
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n\n") + "\n"
}

/// The changes in `history`, `diff` and commit messages; `None` where nothing changed.
pub fn changes(mode: Mode, changes: &Changes<'_>, screen: Screen) -> Option<String> {
    let lines = change_lines(mode, changes, None, screen);
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The changes of a run, group by group, or, for a decision, model by model. `plan` is given in the report of a run.
fn change_lines(
    mode: Mode,
    changes: &Changes<'_>,
    plan: Option<&Plan<'_>>,
    screen: Screen,
) -> Vec<String> {
    if mode.is_decision() {
        return decision_changes(mode, changes, screen);
    }
    let groups = Groups {
        mode,
        changes,
        plan,
        screen,
    };
    groups.lines()
}

/// What a person decided, model by model and cell by cell. A new `by` or `at` is left out: the person knows who decides, and when.
fn decision_changes(mode: Mode, changes: &Changes<'_>, screen: Screen) -> Vec<String> {
    let added = if mode == Mode::Add {
        " is added"
    } else {
        " is back"
    };
    let mut lines = Vec::new();
    for (what, changes) in [
        ("", &changes.updated),
        (added, &changes.added),
        (" is kept out of the dataset", &changes.dismissed),
        (", decision", &changes.decisions),
        (", alias", &changes.aliases),
    ] {
        for change in changes {
            let mut title = bounded_model(&change.name, &change.developer);
            if let Some(flop) = change.flops().1 {
                title += &format!(", {}", flop.rounded());
            }
            // Only a dismissal removes a row.
            if change.row.is_some() {
                title += " is removed and";
            }
            lines.push(headed(&(title + what), "", screen));
            let mut change = change.clone();
            if what == ", decision" {
                let is_signature = |column: &str| ["by", "at"].contains(&column);
                let fields = &mut change.fields.0;
                fields.retain(|(column, cell)| !is_signature(column) || !cell.from.is_empty());
            }
            let cells = details(&change, LONG_EXCERPT).into_iter();
            lines.extend(cells.map(|cell| wrap(&format!("  {cell}"), "    ", screen)));
        }
    }
    lines
}

/// `100 estimates (99 models, 33 candidates, saved 2025-08-15) → data/clean/above_1e25_flop.csv`.
fn heading(input: &Input<'_>, dataset: &str, screen: Screen) -> String {
    let estimates = plural(input.models, "estimate");
    let models = plural(input.unique, "model");
    let mut text = format!(
        "{estimates} ({models}, {}",
        plural(input.candidates, "candidate")
    );
    if input.dismissed > 0 {
        text += &format!(", {} of them dismissed", input.dismissed);
    }
    if let Some(saved) = input.saved_at {
        text += &format!(", saved {}", shown(dates::day_text(saved)));
    }
    wrap(&format!("{text}) → {}", shown(dataset)), "  ", screen)
}

/// The counts of a dataset: all rows, then the rows of each kind, which add up to all. The kinds after the first three are listed only
/// where there are any.
pub fn summary_counts(summary: &Summary) -> Vec<(&'static str, usize)> {
    let mut counts = vec![
        ("Total candidate models", summary.total),
        ("Manually verified", summary.verified),
        ("High confidence above 1e25", summary.high_confidence_above),
        ("Uncertain (need verification)", summary.not_sure),
    ];
    let further = [
        ("Protected", summary.protected),
        (
            "Below threshold, kept for their notes",
            summary.high_confidence_below,
        ),
        ("No estimate", summary.unestimated),
    ];
    counts.extend(further.into_iter().filter(|(_, count)| *count > 0));
    counts
}

/// The block that other programs read: a line for each count, and below them, where it is known, how many rows are at or above 1e25 FLOP.
pub fn summary(summary: &Summary, at_or_above: Option<usize>, screen: Screen) -> String {
    let mut text = screen.paint(Tone::Heading, "CORE DATASET SUMMARY");
    for (what, count) in summary_counts(summary) {
        text += &format!("\n{what}: {count}");
    }
    if let Some(rows) = at_or_above {
        let total = summary.total;
        text += &format!("\n\nRows at or above 1e25 FLOP: {rows} of {total}");
    }
    text
}

/// The backup, if one was made, and what was then done with the plan.
fn done(report: &Report<'_>, screen: Screen) -> Vec<String> {
    let plan = report.plan;
    let dataset = shown(&report.dataset);
    let mut counts = String::new();
    if !plan.mode.is_decision() {
        counts = format!(": {}", self::counts(&report.changes));
        let verified = plan.count(|line| line.is_kept_as(Mark::Verified));
        if verified > 0 {
            counts += &format!(", {verified} verified kept");
        }
    }
    let given_up = given_up(plan);
    counts += &given_up;
    let done = match report.outcome {
        Outcome::Written(files) => {
            let files: Vec<String> = files
                .iter()
                .map(|file| shown(&file.to_string_lossy()).into_owned())
                .collect();
            let next = match plan.mode {
                Mode::Alias => "; the next refresh applies it",
                _ => "",
            };
            format!("Wrote {}{counts}{next}", files.join(" and "))
        }
        Outcome::UpToDate if plan.mode.is_decision() => {
            "Nothing to change: nothing written".to_owned()
        }
        Outcome::UpToDate => "Up to date: nothing written".to_owned(),
        Outcome::Journalled => {
            "Up to date: only the journal gets an entry, so that the next run does not ask for --force again"
                .to_owned()
        }
        Outcome::Preview if plan.mode.is_decision() => "Dry run: nothing written".to_owned(),
        Outcome::Preview => {
            format!("Dry run: nothing written. A real run would write {dataset}{counts}")
        }
    };
    let backup = report.backup.as_ref().map(|backup| {
        let backup = shown(backup);
        let hint = match &*given_up {
            "" => "",
            _ => " (`reapply` brings the human work back from it)",
        };
        format!("Backed up to {backup}{hint}")
    });
    let lines = backup.into_iter().chain([done]);
    lines.map(|line| wrap(&line, "  ", screen)).collect()
}

/// `, 2 rows with human work given up`, where a reset does that.
pub fn given_up(plan: &Plan<'_>) -> String {
    let rows = plan.dataset.rows.iter();
    match rows.filter(|row| row.has_human_work()).count() {
        rows if rows > 0 && plan.mode == Mode::Reset => {
            format!(", {} with human work given up", plural(rows, "row"))
        }
        _ => String::new(),
    }
}

/// What waits for a person, each with the command that deals with it; `None` where nothing does. A line is never broken between a count and
/// its command.
pub fn waiting(title: &str, attention: &Attention, screen: Screen) -> Option<String> {
    const UNBROKEN: &str = "\u{a0}";
    let kinds: Vec<String> = attention
        .waiting()
        .iter()
        .map(|(count, what, command)| format!("{count} {what} ({command})").replace(' ', UNBROKEN))
        .collect();
    let line = format!("{title} (core-dataset …): {}", kinds.join(", "));
    (!kinds.is_empty()).then(|| wrap(&line, "  ", screen).replace(UNBROKEN, " "))
}

/// `2 added, 1 removed`: how many rows changed in which way.
pub fn counts(changes: &Changes<'_>) -> String {
    let counts: Vec<String> = row_groups(changes)
        .map(|(what, changes)| (what, count_rows(&changes)))
        .filter(|(_, count)| *count > 0)
        .map(|(what, count)| format!("{count} {what}"))
        .collect();
    if counts.is_empty() {
        return "no row changed".to_owned();
    }
    counts.join(", ")
}

/// The models whose rows are added, changed or removed, kind by kind. In an orphan only the cells derived from its own number can change.
pub fn row_groups<'c>(
    changes: &'c Changes<'_>,
) -> impl Iterator<Item = (&'static str, Vec<&'c ModelChange<'c>>)> {
    let is_adjusted = |change: &&ModelChange<'_>| !change.fields.is_empty();
    let adjusted = changes.orphaned.iter().filter(is_adjusted);
    [
        ("added", changes.added.iter().collect()),
        ("updated", changes.updated.iter().collect()),
        ("demoted", changes.demoted.iter().collect()),
        ("orphaned and adjusted", adjusted.collect()),
        ("removed", changes.removed.iter().collect()),
        ("dismissed", changes.dismissed.iter().collect()),
        ("removed as duplicate", changes.duplicates.iter().collect()),
    ]
    .into_iter()
}

/// The number of rows in these changes. A model with several rows counts once for each row that leaves.
pub fn count_rows(changes: &[&ModelChange<'_>]) -> usize {
    changes.iter().map(|one| one.dropped.unwrap_or(1)).sum()
}
