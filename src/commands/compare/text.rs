//! The comparison as text: what matters most comes first.

use crate::dataset::Mark;
use crate::epoch::{Comparison, Entry, Finding};
use crate::flop::Flop;
use crate::report::marked;
use crate::terminal::Align::{self, Number, Sentence, Text};
use crate::terminal::{Cell, Grid, Screen, Tone, and_more, headed, wrap};
use crate::text::{one_line, plural, shown};

/// The groups, what they are called, and which entries stand in a group above instead, in the order in which they are shown.
const GROUPS: [(Finding, &str, &str); 8] = [
    (Finding::Across, "On two sides of 1e25", ""),
    (Finding::Lacking, "They have, we lack", ""),
    (Finding::OnlyOurs, "We have, they lack", ""),
    (
        Finding::OutOfRange,
        "Outside of their stated range",
        ", on the same side of 1e25",
    ),
    (
        Finding::Apart,
        "Apart by 2× or more",
        ", on the same side of 1e25, not outside of their range",
    ),
    (Finding::NameOnly, "The same name by another developer", ""),
    (Finding::Ambiguous, "Ambiguous, none is chosen", ""),
    (Finding::Dismissed, "They have, dismissed here", ""),
];

/// A screen of so many columns has room for more columns of the table.
const WIDE: usize = 110;

/// The title of a column, how it is laid out, and what it says of an entry.
type Column = (&'static str, Align, fn(&Entry<'_>) -> Cell);

/// A model of ours.
const OURS: &[Column] = &[
    ("", Sentence, |one| our_name(one)[0].clone()),
    ("name", Text, |one| our_name(one)[1].clone()),
    ("developer", Text, |one| name(one.developer)),
    ("ours", Number, |one| number(one.flop)),
];

/// A model of theirs.
const THEIRS: &[Column] = &[
    ("their name", Text, |one| name(one.their_name)),
    ("organization", Text, |one| name(one.their_organization)),
    ("theirs", Number, |one| number(one.their_flop)),
];

/// The number of theirs beside ours.
const PAIR: &[Column] = &[
    ("theirs", Number, |one| number(one.their_flop)),
    ("ours is", Number, factor),
    ("their range", Sentence, |one| {
        let word = |is_within| if is_within { "within" } else { "outside" };
        name(one.within_theirs.map(word))
    }),
];

/// Why a model of theirs is not offered for addition.
const ELSEWHERE: &[Column] = &[("here", Sentence, |one| name(one.elsewhere))];
const DECISION: &[Column] = &[("decision", Sentence, |one| name(one.dismissed))];

/// What a wide screen shows besides.
const OURS_BESIDES: &[Column] = &[
    ("released", Sentence, |one| name(one.release_date)),
    ("confidence", Sentence, |one| name(one.confidence)),
];
const THEIRS_BESIDES: &[Column] = &[
    ("published", Sentence, |one| name(one.their_date)),
    ("their confidence", Sentence, |one| {
        name(one.their_confidence)
    }),
];

/// The columns of a group on this screen. One that is blank throughout is left out.
fn columns(finding: Finding, entries: &[&Entry<'_>], screen: Screen) -> Vec<Column> {
    let (of_models, behind, besides) = match finding {
        Finding::OnlyOurs => (OURS, &[][..], OURS_BESIDES),
        Finding::Lacking => (THEIRS, ELSEWHERE, THEIRS_BESIDES),
        Finding::Dismissed => (THEIRS, DECISION, THEIRS_BESIDES),
        Finding::NameOnly | Finding::Ambiguous => (OURS, THEIRS, THEIRS_BESIDES),
        _ => (OURS, PAIR, THEIRS_BESIDES),
    };
    let mut columns = [of_models, behind].concat();
    if screen.width.is_none_or(|width| width >= WIDE) {
        columns.extend(besides);
    }
    let is_filled = |cell: fn(&Entry<'_>) -> Cell| {
        let mut entries = entries.iter();
        entries.any(|entry| cell(entry) != Cell::plain(""))
    };
    columns.retain(|(_, _, cell)| is_filled(*cell));
    columns
}

/// How many times theirs our number is.
fn factor(entry: &Entry<'_>) -> Cell {
    let flops = entry.flop.zip(entry.their_flop);
    let factor = flops.map(|(ours, theirs)| theirs.factor_text(ours));
    Cell::plain(&factor.unwrap_or_default())
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
    Cell::plain(&flop.map_or_else(|| "-".to_owned(), Flop::rounded))
}

/// The comparison, laid out: the groups, of each the first `limit` entries, and the commands that deal with those.
pub(super) fn text(
    comparison: &Comparison<'_>,
    min_flop: Flop,
    command: impl Fn(&Entry<'_>) -> Option<String>,
    limit: usize,
    screen: Screen,
) -> String {
    let mut blocks = vec![heading(comparison, min_flop, screen)];
    let mut to_paste = Vec::new();
    for (finding, title, meaning) in GROUPS {
        let entries: Vec<&Entry<'_>> = comparison
            .entries
            .iter()
            .filter(|entry| entry.finding() == finding)
            .collect();
        if entries.is_empty() {
            continue;
        }
        let first = &entries[..entries.len().min(limit)];
        let columns = columns(finding, first, screen);
        let titles = columns.iter().map(|(title, align, _)| (*title, *align));
        let mut grid = Grid::titled(&titles.collect::<Vec<_>>());
        for entry in first {
            let cells = columns.iter().map(|(_, _, cell)| cell(entry));
            grid.push(cells.collect::<Vec<_>>());
            to_paste.extend(command(entry));
        }
        let count = match finding {
            // A model of ours stands there once for each candidate.
            Finding::Ambiguous => comparison.summary.ambiguous,
            _ => entries.len(),
        };
        let mut lines = vec![headed(&format!("{title} {count}"), meaning, screen)];
        lines.extend(grid.lines("  ", screen));
        let how = "--verbose shows all";
        lines.extend(and_more(entries.len(), limit, how, screen));
        blocks.push(lines.join("\n"));
    }
    if !to_paste.is_empty() {
        let title = screen.paint(Tone::Heading, "To paste, where it is right");
        blocks.push(format!("{title}\n{}", to_paste.join("\n")));
    }
    blocks.join("\n\n") + "\n"
}

/// How much of theirs is matched, and how.
fn heading(comparison: &Comparison<'_>, min_flop: Flop, screen: Screen) -> String {
    let summary = &comparison.summary;
    let mut theirs = format!(
        "{}: {}, {} at or above {:e} FLOP",
        shown(comparison.file),
        plural(summary.their_rows, "model"),
        summary.their_listed,
        min_flop.get()
    );
    if let Some(coverage) = summary.coverage {
        theirs += &format!(
            ", of which {} match by name and developer ({:.0} %)",
            summary.covered,
            100.0 * coverage
        );
    }
    let matches = format!(
        "Of those listed {} match by exact name, {} by alias, {} by a name that looks alike",
        summary.exact, summary.alias, summary.normalised
    );
    [theirs, matches]
        .map(|line| wrap(&line, "  ", screen))
        .join("\n")
}
