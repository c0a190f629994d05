//! The comparison as text: what matters most comes first.

use super::commands::Commands;
use crate::dataset::Mark;
use crate::epoch::{Comparison, Entry, Finding};
use crate::flop::Flop;
use crate::report::marked;
use crate::terminal::Align::{self, Number, Paragraph, Sentence, Text};
use crate::terminal::{Cell, Grid, Screen, Tone, and_more, counted, headed, wrap};
use crate::text::{one_line, plural, shown};

/// What the comparison is laid out for.
pub(super) struct View {
    pub screen: Screen,
    /// How many entries of a group are shown.
    pub limit: usize,
    /// From where on models are listed.
    pub min_flop: Flop,
}

/// The entries of one finding, with a title and what it means.
struct Group {
    finding: Finding,
    title: &'static str,
    meaning: &'static str,
    columns: [&'static [Column]; 2],
}

/// The title of a column, how it is laid out, and what it says of an entry.
type Column = (&'static str, Align, fn(&Entry<'_>) -> Cell);

/// A model of ours.
const OURS: &[Column] = &[
    ("", Sentence, |one| our_name(one)[0].clone()),
    ("name", Text, |one| our_name(one)[1].clone()),
    ("developer", Text, |one| name(one.developer)),
    ("ours", Number, |one| number(one.flop)),
];

/// What else is said of one that they lack.
const OURS_ONLY: &[Column] = &[
    ("released", Sentence, |one| name(one.release_date)),
    ("confidence", Sentence, |one| name(one.confidence)),
];

/// The number of theirs beside ours.
const PAIR: &[Column] = &[
    ("theirs", Number, |one| number(one.their_flop)),
    ("ours is", Number, factor),
    ("their confidence", Paragraph, their_range),
];

/// The model of theirs beside ours.
const PAIR_BY_NAME: &[Column] = &[
    ("their name", Text, |one| name(one.their_name)),
    ("organization", Text, |one| name(one.their_organization)),
    ("theirs", Number, |one| number(one.their_flop)),
];

/// A model of theirs.
const THEIRS: &[Column] = &[
    ("name", Text, |one| name(one.their_name)),
    ("organization", Text, |one| name(one.their_organization)),
    ("theirs", Number, |one| number(one.their_flop)),
    ("published", Sentence, |one| name(one.their_date)),
    ("confidence", Sentence, |one| name(one.their_confidence)),
];

/// What a refresh would add of one that we lack.
const ESTIMATE: &[Column] = &[("estimate", Number, |one| {
    let flop = one.estimate.map(|estimate| written(estimate.flop));
    Cell::new(Tone::Attention, &flop.unwrap_or_default())
})];

const DECISION: &[Column] = &[("decision", Sentence, |one| {
    Cell::new(Tone::Attention, one.dismissed.unwrap_or_default())
})];

/// The groups, in the order in which they are shown.
const GROUPS: [Group; 8] = [
    Group {
        finding: Finding::Across,
        title: "On two sides of 1e25",
        meaning: "",
        columns: [OURS, PAIR],
    },
    Group {
        finding: Finding::Lacking,
        title: "They have, we lack",
        meaning: ": a refresh adds what the estimates have from 5e24 on; add what else belongs here, or write down another name of ours",
        columns: [THEIRS, ESTIMATE],
    },
    Group {
        finding: Finding::OnlyOurs,
        title: "We have, they lack",
        meaning: "",
        columns: [OURS, OURS_ONLY],
    },
    Group {
        finding: Finding::OutOfRange,
        title: "Outside of their stated range",
        meaning: ", on the same side of 1e25",
        columns: [OURS, PAIR],
    },
    Group {
        finding: Finding::Apart,
        title: "Apart by 2× or more",
        meaning: ", on the same side of 1e25",
        columns: [OURS, PAIR],
    },
    Group {
        finding: Finding::NameOnly,
        title: "The same name by another developer",
        meaning: ", counted in no rate; an alias joins the two where they are one model",
        columns: [OURS, PAIR_BY_NAME],
    },
    Group {
        finding: Finding::Ambiguous,
        title: "Ambiguous",
        meaning: ": several match, none is chosen",
        columns: [OURS, PAIR_BY_NAME],
    },
    Group {
        finding: Finding::Dismissed,
        title: "They have, dismissed here",
        meaning: "",
        columns: [THEIRS, DECISION],
    },
];

/// How many times theirs our number is.
fn factor(entry: &Entry<'_>) -> Cell {
    let flops = entry.flop.zip(entry.their_flop);
    let factor = flops.map(|(ours, theirs)| theirs.factor_text(ours));
    Cell::plain(&factor.unwrap_or_default())
}

fn their_range(entry: &Entry<'_>) -> Cell {
    let range = match entry.within_theirs {
        Some(true) => ", in their range",
        Some(false) => ", outside of it",
        None => "",
    };
    let confidence = entry.their_confidence.unwrap_or("-");
    Cell::name(Tone::Quiet, &format!("{confidence}{range}"))
}

/// The mark and the name of our model.
fn our_name(entry: &Entry<'_>) -> [Cell; 2] {
    let mark = Mark::of(entry.verified.unwrap_or_default());
    marked(mark, entry.name.unwrap_or_default())
}

fn name(text: Option<&str>) -> Cell {
    let line = one_line(text.unwrap_or_default().into());
    Cell::name(Tone::Plain, &line)
}

fn number(flop: Option<Flop>) -> Cell {
    Cell::plain(&written(flop))
}

fn written(flop: Option<Flop>) -> String {
    flop.map_or_else(|| "-".to_owned(), Flop::rounded)
}

/// The comparison, laid out: the groups, and the commands that deal with the entries that are shown.
pub(super) fn text<'c>(
    comparison: &Comparison<'c>,
    commands: &Commands<'c>,
    view: &View,
) -> String {
    let screen = view.screen;
    let mut blocks = vec![heading(comparison, view)];
    let mut to_paste = Vec::new();
    for group in &GROUPS {
        let entries: Vec<&Entry<'_>> = comparison
            .entries
            .iter()
            .filter(|entry| entry.finding() == group.finding)
            .collect();
        if entries.is_empty() {
            continue;
        }
        let count = match group.finding {
            // A model of ours stands there once for each candidate.
            Finding::Ambiguous => comparison.summary.ambiguous,
            _ => entries.len(),
        };
        let title = format!("{} {count}", group.title);
        let mut lines = vec![headed(&title, group.meaning, screen)];
        let (all, shown) = (entries.len(), entries.len().min(view.limit));
        lines.extend(grid_lines(
            &group.columns.concat(),
            &entries[..shown],
            screen,
        ));
        lines.extend(and_more(all, shown, "--verbose shows all", screen));
        blocks.push(lines.join("\n"));
        for entry in &entries[..shown] {
            to_paste.extend(commands.of(entry, screen));
        }
    }
    if !to_paste.is_empty() {
        let title = screen.paint(Tone::Heading, "To paste, where it is right");
        blocks.push(format!("{title}\n{}", to_paste.join("\n")));
    }
    blocks.join("\n\n") + "\n"
}

/// What the columns say of these entries, below their titles.
fn grid_lines(columns: &[Column], entries: &[&Entry<'_>], screen: Screen) -> Vec<String> {
    let titles: Vec<(&str, Align)> = columns
        .iter()
        .map(|(title, align, _)| (*title, *align))
        .collect();
    let mut grid = Grid::titled(Tone::Quiet, &titles);
    for entry in entries {
        let cells = columns.iter().map(|(_, _, cell)| cell(entry));
        grid.push(cells.collect::<Vec<_>>());
    }
    grid.lines("  ", screen)
}

/// How much of theirs is matched, and how.
fn heading(comparison: &Comparison<'_>, view: &View) -> String {
    let summary = &comparison.summary;
    // As it is typed, and as the headings say it: 1e25.
    let line = format!("{:e}", view.min_flop.get());
    let coverage = summary.coverage.map_or_else(String::new, |coverage| {
        format!(
            "; {} of those match by name and developer ({:.0} %)",
            summary.covered,
            100.0 * coverage
        )
    });
    let theirs = format!(
        "{}: {}, {} at or above {line} FLOP{coverage}",
        shown(comparison.file),
        plural(summary.their_rows, "model"),
        summary.their_listed
    );
    let counts = counted(&[
        (summary.only_theirs, "only theirs"),
        (summary.only_ours, "only ours"),
        (summary.apart_2x, "apart by 2× or more"),
        (summary.exact, "by exact name"),
        (summary.alias, "by alias"),
        (summary.normalised, "normalised"),
        (summary.name_only, "by name only"),
        (summary.ambiguous, "ambiguous"),
    ]);
    let listed = if counts.is_empty() {
        format!("Nothing at or above {line} FLOP on either side")
    } else {
        let across = summary.across;
        format!(
            "Counted: {across} on two sides of 1e25, {}",
            counts.join(", ")
        )
    };
    [theirs, listed]
        .map(|line| wrap(&line, "  ", view.screen))
        .join("\n")
}
