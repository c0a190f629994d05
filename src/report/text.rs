//! The report as text (behaviour §9): what the estimates brought, the changes, the summary, what was done, what waits for a person.

use super::group::Group;
use super::groups::groups;
use super::of_plan::layout;
use super::{Attention, Outcome, Report};
use crate::changes::{Changes, ModelChange};
use crate::dates;
use crate::plan::{Change, Input, Mode, Plan, Summary};
use crate::terminal::{
    Align, Screen, Tone, and_more, bounded_model, counted, headed, lay_out, wrap,
};
use crate::text::{plural, shown};

/// How many entries of a group are shown unless all are asked for.
const SHOWN: usize = 10;

/// The whole report. With `verbose` no group is shortened.
pub fn report(report: &Report<'_>, screen: Screen, verbose: bool) -> String {
    let dataset = shown(&report.dataset);
    let done = done(report, &dataset);
    let done = done.lines().map(|line| wrap(line, "  ", screen));
    let done = done.collect::<Vec<_>>().join("\n");
    let mode = report.plan.mode;
    let plan = report.plan;
    if mode.is_decision() {
        let mut text = decision_changes(mode, &report.changes, screen);
        let layout = layout(plan);
        if layout.total > 0 && plan.changes_dataset() {
            text += &(group_text(&layout, SHOWN, screen) + "\n");
        }
        return text + &done + "\n";
    }
    let input = report.input.filter(|_| mode.follows_estimates());
    let mut blocks = Vec::new();
    blocks.extend(input.map(|input| heading(input, &dataset, screen)));
    blocks.extend(changes(
        mode,
        &report.changes,
        Some(plan),
        input,
        screen,
        verbose,
    ));
    blocks.push(summary(&report.summary, screen));
    blocks.push(rows_above(report.at_or_above_1e25, &report.summary));
    let title = match report.outcome {
        Outcome::Preview => "To look at after a real run",
        _ => "To look at",
    };
    blocks.push(match waiting(title, &report.attention, screen) {
        Some(waiting) => format!("{done}\n{waiting}"),
        None => done,
    });
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
pub fn decision_changes(mode: Mode, changes: &Changes<'_>, screen: Screen) -> String {
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
    let mut text = String::new();
    for (what, changes) in groups {
        for change in changes {
            text += &decision_change(change, what, screen);
        }
    }
    text
}

fn decision_change(change: &ModelChange<'_>, what: &str, screen: Screen) -> String {
    let flop = change.flops().1.map(|flop| format!(", {}", flop.rounded()));
    let flop = flop.unwrap_or_default();
    let model = bounded_model(&change.name, &change.developer);
    let mut lines = vec![screen.paint(Tone::Heading, &format!("{model}{flop}{what}"))];
    for (column, cell) in &change.fields.0 {
        let (from, to) = (shown(&cell.from), shown(&cell.to));
        let line = format!("  {column}: \"{from}\" → \"{to}\"");
        lines.push(wrap(&line, "    ", screen));
    }
    lines.join("\n") + "\n"
}

fn heading(input: &Input<'_>, dataset: &str, screen: Screen) -> String {
    let saved = input.saved_at.map(dates::day_text);
    let saved = saved.map(|day| format!(" (saved {})", shown(day)));
    let counts = [
        (input.unique, "model"),
        (input.candidates, "candidate"),
        (input.duplicates, "duplicate record"),
        (input.rejected.len(), "rejected record"),
        (input.ignored_fields.len(), "ignored field"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, what)| plural(*count, what)).collect();
    let from = plural(input.models, "estimate") + &saved.unwrap_or_default();
    let lines = [format!("{from} → {dataset}"), counts.join(", ")];
    lines.map(|line| wrap(&line, "  ", screen)).join("\n")
}

fn group_text(group: &Group, limit: usize, screen: Screen) -> String {
    let title = format!("{} {}", group.title, group.total);
    let mut lines = vec![headed(&title, group.meaning, screen)];
    if let Some(said) = &group.rollup {
        lines.push(wrap(&format!("  {said}"), "    ", screen));
    }
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
    lines.extend(and_more(group.total, limit, "--verbose shows all", screen));
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
    let further = further.iter().filter(|(_, count)| *count > 0);
    lines.extend(further.map(|(what, count)| format!("{what}: {count}")));
    lines.join("\n")
}

/// The block below the summary: how many rows lie at or above the line that the dataset is about.
pub fn rows_above(at_or_above: usize, summary: &Summary) -> String {
    let total = summary.total;
    format!("Rows at or above 1e25 FLOP: {at_or_above} of {total}")
}

fn done(report: &Report<'_>, dataset: &str) -> String {
    let plan = report.plan;
    let is_decision = plan.mode.is_decision();
    let is = |wanted: Change| plan.count(|change| change == wanted);
    let rows = plan.dataset.rows.iter();
    let given_up = rows.filter(|row| plan.mode == Mode::Reset && row.has_human_work());
    let given_up = given_up.count();
    let kept = Kept {
        unchanged: is(Change::Unchanged),
        verified: plan.count(|change| matches!(change, Change::Verified(_))),
        protected: is(Change::Protected),
    };
    let counts = match is_decision {
        true => String::new(),
        false => format!(": {}", counts(&report.changes, &kept, given_up)),
    };
    match report.outcome {
        Outcome::Written { backup, files } => {
            let files = files.iter().map(|file| file.to_string_lossy());
            let files: Vec<_> = files.map(|file| shown(&file).into_owned()).collect();
            let written = format!("Wrote {}{counts}", files.join(" and "));
            match backup {
                Some(backup) => {
                    let mended = match plan.dataset.unread {
                        0 => "",
                        _ => "once it is mended, ",
                    };
                    format!(
                        "Backed up to {} ({mended}`core-dataset reapply` with it brings the human work back)\n{written}",
                        shown(&backup.to_string_lossy())
                    )
                }
                None => written,
            }
        }
        Outcome::UpToDate if is_decision => "Nothing to change: nothing written".to_owned(),
        Outcome::UpToDate => "Up to date: nothing written".to_owned(),
        Outcome::Journalled => {
            "Up to date: nothing written but the journal, which says that this run was forced"
                .to_owned()
        }
        Outcome::Preview if is_decision => "Dry run: nothing written".to_owned(),
        Outcome::Preview => {
            format!("Dry run: nothing written. A real run would write {dataset}{counts}")
        }
        Outcome::Refused => {
            format!("Refused: nothing written. With --force it would write {dataset}{counts}")
        }
    }
}

/// What waits for a person, each with the command that deals with it; `None` where nothing does. No line is broken within a command.
pub fn waiting(title: &str, attention: &Attention, screen: Screen) -> Option<String> {
    /// Stands for a blank at which no line is broken.
    const BOUND: &str = "\u{a0}";
    let kinds = waiting_kinds(attention);
    let told = kinds.chunk_by(|a, b| a.2 == b.2).map(|kinds| {
        let counts = kinds
            .iter()
            .map(|(count, what, _)| format!("{count} {what}"));
        let counts = counts.collect::<Vec<_>>().join(" and ");
        format!("{counts} ({})", kinds[0].2.replace(' ', BOUND))
    });
    let told: Vec<String> = told.collect();
    let line = format!("{title} (core-dataset …): {}", told.join(", "));
    (!told.is_empty()).then(|| wrap(&line, "  ", screen).replace(BOUND, " "))
}

/// What waits for a person, kind by kind: how many there are, what they are, and the command that deals with them.
pub fn waiting_kinds(attention: &Attention) -> Vec<(usize, &'static str, &'static str)> {
    let mut kinds = vec![
        (attention.rejected, "rejected", "list --rejected"),
        (
            attention.ignored_fields,
            "with ignored fields",
            "list --rejected",
        ),
        (attention.crossed, "crossed", "list --crossed"),
        (attention.drifted, "drifted", "list --drifted"),
        (attention.reconsider, "to reconsider", "list --reconsider"),
        (attention.demoted, "demoted", "list --demoted"),
        (attention.renamed, "probably renamed", "alias --suggest"),
        (attention.unreadable, "unreadable", "validate"),
        (attention.orphaned, "orphaned", "list --orphaned"),
        (attention.to_verify, "to verify", "list --unverified"),
    ];
    kinds.retain(|(count, ..)| *count > 0);
    kinds
}

/// The rows that a run keeps as they are.
pub struct Kept {
    pub unchanged: usize,
    pub verified: usize,
    pub protected: usize,
}

/// `2 added, 1 removed`: what became of how many rows, and of how many a reset gives up what people wrote.
pub fn counts(changes: &Changes<'_>, kept: &Kept, given_up: usize) -> String {
    let dropped = changes.duplicates.iter().filter_map(|one| one.dropped);
    let mut counts = counted(&[
        (changes.added.len(), "added"),
        (changes.updated.len(), "updated"),
        (changes.demoted.len(), "demoted"),
        (changes.removed.len(), "removed"),
        (changes.dismissed.len(), "dismissed"),
        (dropped.sum(), "removed as duplicate"),
        (kept.unchanged, "unchanged"),
        (kept.verified, "verified kept"),
        (kept.protected, "protected kept"),
        (changes.orphaned.len(), "orphaned kept"),
    ]);
    if given_up > 0 {
        let rows = plural(given_up, "row");
        counts.push(format!("{rows} with human work given up"));
    }
    match counts.is_empty() {
        true => "no rows".to_owned(),
        false => counts.join(", "),
    }
}
