//! The report as text (behaviour §9): what the estimates brought, the changes, the summary, what was done, what waits for a person.

use super::group::Group;
use super::groups::groups;
use super::of_plan::layout;
use super::{Attention, Outcome, Report};
use crate::changes::{Changes, ModelChange};
use crate::plan::{Change, Input, Mode, Plan, Summary};
use crate::terminal::{Align, Screen, Tone, bounded, lay_out, wrap};
use crate::text::{plural, shown};

/// How many entries of a group are shown unless all are asked for.
const SHOWN: usize = 10;

/// The whole report. With `verbose` no group is shortened.
pub fn report(report: &Report<'_>, screen: Screen, verbose: bool) -> String {
    let dataset = shown(&report.dataset);
    let done = wrap(&done(report, &dataset), "  ", screen);
    let mode = report.plan.mode;
    if mode.is_decision() {
        let layout = Some(layout(report.plan))
            .filter(|group| group.total > 0 && report.plan.changes_dataset());
        let layout = layout.map(|group| group_text(&group, SHOWN, screen) + "\n");
        let decided = decided(mode, &report.changes, screen);
        return decided + &layout.unwrap_or_default() + &done + "\n";
    }
    let mut blocks: Vec<String> = report
        .input
        .map(|input| heading(input, &dataset, screen))
        .into_iter()
        .collect();
    let plan = report.plan;
    blocks.extend(changes(
        plan.mode,
        &report.changes,
        Some(plan),
        report.input,
        screen,
        verbose,
    ));
    blocks.push(summary(&report.summary, screen));
    blocks.push(at_or_above(report.at_or_above_1e25, report.summary.total));
    let waiting = waiting(&report.attention, screen);
    let ends: Vec<String> = [Some(done), waiting].into_iter().flatten().collect();
    blocks.push(ends.join("\n"));
    blocks.join("\n\n") + "\n"
}

/// The changes of a run, group by group; `None` where nothing changed.
pub fn changes(
    mode: Mode,
    changes: &Changes<'_>,
    plan: Option<&Plan<'_>>,
    input: Option<&Input<'_>>,
    screen: Screen,
    verbose: bool,
) -> Option<String> {
    let limit = if verbose { usize::MAX } else { SHOWN };
    let groups = groups(mode, changes, plan, input, limit);
    let texts = groups.iter().map(|group| group_text(group, limit, screen));
    (!groups.is_empty()).then(|| texts.collect::<Vec<_>>().join("\n"))
}

/// What a person decided, model by model and cell by cell.
pub fn decided(mode: Mode, changes: &Changes<'_>, screen: Screen) -> String {
    let added = match mode {
        Mode::Add => " is added",
        _ => " returns",
    };
    let groups = [
        ("", &changes.updated),
        (added, &changes.added),
        (" is kept out of the dataset", &changes.dismissed),
        (", decision", &changes.decisions),
        (", alias", &changes.aliases),
    ];
    let told = groups.into_iter().flat_map(|(what, changes)| {
        changes
            .iter()
            .map(move |change| decided_on(change, what, screen))
    });
    told.collect()
}

fn decided_on(change: &ModelChange<'_>, what: &str, screen: Screen) -> String {
    let flop = change
        .flops()
        .1
        .map_or_else(String::new, |flop| format!(", {}", flop.rounded()));
    let model = format!("{} ({})", bounded(&change.name), bounded(&change.developer));
    let mut out = screen.paint(Tone::Heading, &format!("{model}{flop}{what}"));
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

fn heading(input: &Input<'_>, dataset: &str, screen: Screen) -> String {
    let saved = input
        .saved_at
        .map(|at| format!(" (saved {})", shown(at.split('T').next().unwrap_or(at))));
    let counts = [
        (input.unique, "model"),
        (input.candidates, "candidate"),
        (input.duplicates, "duplicate record"),
        (input.rejected.len(), "rejected record"),
        (input.ignored_fields.len(), "ignored field"),
    ];
    let counts = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| plural(*count, what));
    let from = plural(input.models, "estimate") + &saved.unwrap_or_default();
    let lines = [
        format!("{from} → {dataset}"),
        counts.collect::<Vec<_>>().join(", "),
    ];
    lines.map(|line| wrap(&line, "  ", screen)).join("\n")
}

fn group_text(group: &Group, limit: usize, screen: Screen) -> String {
    let title = format!("{} {}", group.title, group.total);
    let heading = wrap(&format!("{title}{}", group.meaning), "  ", screen);
    let mut lines = vec![heading.replacen(&title, &screen.paint(Tone::Heading, &title), 1)];
    lines.extend(
        group
            .rollup
            .iter()
            .map(|said| wrap(&format!("  {said}"), "    ", screen)),
    );
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

/// How many rows lie at or above the line that the dataset is about.
pub fn at_or_above(rows: usize, total: usize) -> String {
    format!("Rows at or above 1e25 FLOP: {rows} of {total}")
}

fn done(report: &Report<'_>, dataset: &str) -> String {
    let counts = match report.plan.mode.is_decision() {
        true => String::new(),
        false => format!(": {}", counts(report.plan)),
    };
    match report.outcome {
        Outcome::Written { backup, files } => {
            let files: Vec<_> = files
                .iter()
                .map(|file| shown(&file.to_string_lossy()).into_owned())
                .collect();
            let written = format!("Wrote {}{counts}", files.join(" and "));
            match backup {
                Some(backup) => format!(
                    "Backed up to {} (`core-dataset reapply` with it brings the human work back)\n{written}",
                    shown(&backup.to_string_lossy())
                ),
                None => written,
            }
        }
        Outcome::UpToDate if report.plan.mode.is_decision() => {
            "Nothing to change: nothing written".to_owned()
        }
        Outcome::UpToDate => "Up to date: nothing written".to_owned(),
        Outcome::Preview => match report.plan.mode.is_decision() {
            true => "Dry run: nothing written".to_owned(),
            false => format!("Dry run: nothing written. A real run would write {dataset}{counts}"),
        },
        Outcome::Refused => {
            format!("Refused: nothing written. With --force it would write {dataset}{counts}")
        }
    }
}

/// What waits for a person, each with the command that deals with it; `None` where nothing does. No line is broken within a command.
pub fn waiting(attention: &Attention, screen: Screen) -> Option<String> {
    /// Stands for a blank at which no line is broken.
    const BOUND: &str = "\u{a0}";
    let kinds = waiting_kinds(attention);
    let told = kinds.iter().filter_map(|(counts, command)| {
        let counts = some(counts);
        (!counts.is_empty())
            .then(|| format!("{} ({})", counts.join(" and "), command.replace(' ', BOUND)))
    });
    let told: Vec<String> = told.collect();
    let line = format!("To look at (core-dataset …): {}", told.join(", "));
    (!told.is_empty()).then(|| wrap(&line, "  ", screen).replace(BOUND, " "))
}

/// The kinds of what may wait for a person: how many there are of each, what they are, and the command that deals with them.
pub fn waiting_kinds(attention: &Attention) -> Vec<(Vec<(usize, &'static str)>, &'static str)> {
    vec![
        (
            vec![
                (attention.rejected, "rejected"),
                (attention.ignored_fields, "with ignored fields"),
            ],
            "list --rejected",
        ),
        (vec![(attention.crossed, "crossed")], "list --crossed"),
        (vec![(attention.drifted, "drifted")], "list --drifted"),
        (
            vec![(attention.reconsider, "to reconsider")],
            "list --reconsider",
        ),
        (vec![(attention.demoted, "demoted")], "list --demoted"),
        (
            vec![(attention.renamed, "probably renamed")],
            "alias --suggest",
        ),
        (vec![(attention.unreadable, "unreadable")], "validate"),
        (vec![(attention.orphaned, "orphaned")], "list --orphaned"),
        (
            vec![(attention.to_verify, "to verify")],
            "list --unverified",
        ),
    ]
}

/// `2 added`, for each that there is any of.
fn some(counts: &[(usize, &str)]) -> Vec<String> {
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    counts
        .map(|(count, what)| format!("{count} {what}"))
        .collect()
}

fn counts(plan: &Plan<'_>) -> String {
    let mut counts = some(&[
        (plan.count(|change| change == Change::Added), "added"),
        (plan.count(|change| change == Change::Updated), "updated"),
        (plan.count(|change| change == Change::Demoted), "demoted"),
        (plan.removed.len(), "removed"),
        (plan.dismissed.len(), "dismissed"),
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
    ]);
    let rows = plan.dataset.rows.iter();
    let given_up = rows
        .filter(|row| plan.mode == Mode::Reset && row.has_human_work())
        .count();
    if given_up > 0 {
        counts.push(format!(
            "{} with human work given up",
            plural(given_up, "row")
        ));
    }
    if counts.is_empty() {
        "no rows".to_owned()
    } else {
        counts.join(", ")
    }
}
