//! The comparison as text: what matters most comes first.

use crate::dataset::Mark;
use crate::epoch::{Comparison, Entry, Finding};
use crate::flop::Flop;
use crate::report::marked;
use crate::terminal::Align::{self, Number, Sentence, Text};
use crate::terminal::{Cell, Grid, Screen, Tone, and_more, wrap};
use crate::text::{one_line, plural, shown};

/// The groups and what they are called, in the order in which they are shown.
const GROUPS: [(Finding, &str); 8] = [
    (Finding::Across, "On two sides of 1e25"),
    (Finding::Lacking, "They have, we lack"),
    (Finding::OnlyOurs, "We have, they lack"),
    (Finding::OutOfRange, "Outside of their stated range"),
    (Finding::Apart, "Apart by 2× or more"),
    (Finding::NameOnly, "The same name by another developer"),
    (Finding::Ambiguous, "Ambiguous, none is chosen"),
    (Finding::Dismissed, "They have, dismissed here"),
];

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

/// The number of theirs beside ours, and how sure they are.
const PAIR: &[Column] = &[
    ("theirs", Number, |one| number(one.their_flop)),
    ("ours is", Number, factor),
    ("confidence", Sentence, |one| name(one.their_confidence)),
];

fn columns(finding: Finding) -> Vec<Column> {
    match finding {
        Finding::OnlyOurs => OURS.to_vec(),
        Finding::Lacking | Finding::Dismissed => THEIRS.to_vec(),
        Finding::NameOnly | Finding::Ambiguous => [OURS, THEIRS].concat(),
        _ => [OURS, PAIR].concat(),
    }
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
    command: impl Fn(&Entry<'_>) -> Option<String>,
    limit: usize,
    screen: Screen,
) -> String {
    let mut blocks = vec![heading(comparison, screen)];
    let mut to_paste = Vec::new();
    for (finding, title) in GROUPS {
        let entries: Vec<&Entry<'_>> = comparison
            .entries
            .iter()
            .filter(|entry| entry.finding() == finding)
            .collect();
        if entries.is_empty() {
            continue;
        }
        let columns = columns(finding);
        let titles = columns.iter().map(|(title, align, _)| (*title, *align));
        let mut grid = Grid::titled(Tone::Quiet, &titles.collect::<Vec<_>>());
        for entry in entries.iter().take(limit) {
            let cells = columns.iter().map(|(_, _, cell)| cell(entry));
            grid.push(cells.collect::<Vec<_>>());
            to_paste.extend(command(entry));
        }
        let count = match finding {
            // A model of ours stands there once for each candidate.
            Finding::Ambiguous => comparison.summary.ambiguous,
            _ => entries.len(),
        };
        let mut lines = vec![screen.paint(Tone::Heading, &format!("{title} {count}"))];
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
fn heading(comparison: &Comparison<'_>, screen: Screen) -> String {
    let summary = &comparison.summary;
    let mut text = format!(
        "{}: {}; of those listed {} match by exact name, {} by alias, {} by a name that looks alike",
        shown(comparison.file),
        plural(summary.their_rows, "model"),
        summary.exact,
        summary.alias,
        summary.normalised
    );
    if let Some(coverage) = summary.coverage {
        text += &format!(": {:.0} % of theirs from --min-flop on", 100.0 * coverage);
    }
    wrap(&text, "  ", screen)
}
