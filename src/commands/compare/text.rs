//! The comparison as text: what matters most comes first.

use super::commands::command;
use crate::dataset::Mark;
use crate::epoch::{Category, Comparison, Entry, Match};
use crate::flop::Flop;
use crate::report::mark_and_name;
use crate::terminal::Align::{self, Number, Paragraph, Sentence, Text};
use crate::terminal::{
    Cell, Grid, Screen, Tone, and_more, bounded, bounded_model, headed, left_out_line, wrap,
};
use crate::text::{one_line, percent, plural, shown};

/// The groups in the order in which they are shown: each with its title, and a phrase that narrows the title down to the entries that the
/// groups before it leave.
const GROUPS: [(Category, &str, &str); 9] = [
    (Category::Across, "On opposite sides of 1e25", ""),
    (Category::Lacking, "They have, we lack", ""),
    (Category::OnlyOurs, "We have, they lack", ""),
    (
        Category::OutOfRange,
        "Outside their stated range",
        ", on the same side of 1e25",
    ),
    (
        Category::Apart,
        "Differ by 2× or more",
        ", on the same side of 1e25, not outside their range",
    ),
    (Category::NameOnly, "Same name, different developer", ""),
    (Category::Ambiguous, "Ambiguous, none chosen", ""),
    (Category::Dismissed, "They have, we dismissed", ""),
    (
        Category::Agreement,
        "Agree",
        ", less than 2× apart, or without a number on one side",
    ),
];

/// A screen that is at least this wide has room for more columns of the table.
const WIDE: usize = 110;

/// The title of a column, how it is laid out, the least width of a screen that shows it, and its cell for an entry. A column that is blank
/// for every entry of a group is left out.
type ShownColumn = (&'static str, Align, usize, fn(&Entry<'_>) -> Cell);

const COLUMNS: [ShownColumn; 15] = [
    ("", Sentence, 0, |one| our_name(one)[0].clone()),
    ("name", Text, 0, |one| our_name(one)[1].clone()),
    ("developer", Text, 0, |one| name(one.developer)),
    ("ours", Number, 0, |one| {
        number(one.ours.map(|ours| ours.flop), one.their_flop)
    }),
    ("their name", Text, 0, their_name),
    ("organization", Text, 0, |one| {
        name(one.their_organization.filter(|_| one.name.is_none()))
    }),
    ("theirs", Number, 0, |one| {
        number(one.theirs.map(|theirs| theirs.flop), one.flop)
    }),
    ("ours is", Number, 0, factor),
    ("their range", Sentence, 0, range),
    // Why a model of theirs is not offered for addition.
    ("here", Sentence, 0, |one| {
        name(one.elsewhere.filter(|_| one.dismissed.is_none()))
    }),
    ("decision", Sentence, 0, |one| name(one.dismissed)),
    ("released", Sentence, WIDE, |one| {
        name(one.release_date.filter(|_| one.theirs.is_none()))
    }),
    ("published", Sentence, WIDE, |one| name(one.their_date)),
    ("their confidence", Sentence, WIDE, |one| {
        name(one.their_confidence)
    }),
    ("their model", Paragraph, 0, possible_match),
];

/// Their name for a model that we lack, or for one that agrees and that they write in another way.
fn their_name(entry: &Entry<'_>) -> Cell {
    let is_agreed = entry.category() == Category::Agreement;
    let is_shown = entry.name.is_none() || (is_agreed && entry.by != Match::Exact);
    name(entry.their_name.filter(|_| is_shown))
}

/// A model of theirs beside one of ours, if the two may not be the same.
fn possible_match(entry: &Entry<'_>) -> Cell {
    let theirs = entry.their_name.zip(entry.their_organization);
    let is_unsure = entry.name.is_some() && !entry.by.is_sure();
    let Some((name, organization)) = theirs.filter(|_| is_unsure) else {
        return Cell::plain("");
    };
    let [name, organization] = [name, organization].map(|text| one_line(text.into()));
    let text = match &*organization {
        "" => bounded(&name),
        organization => bounded_model(&name, organization),
    };
    Cell::plain(&text)
}

/// Whether our number lies in the range that they state, if the two are surely the same model. It is left out for a pair that agrees, where
/// it is never outside.
fn range(entry: &Entry<'_>) -> Cell {
    let word = |is_within| if is_within { "within" } else { "outside" };
    let is_shown = entry.by.is_sure() && entry.category() != Category::Agreement;
    name(entry.within_theirs.filter(|_| is_shown).map(word))
}

fn factor(entry: &Entry<'_>) -> Cell {
    let flops = entry
        .flop
        .zip(entry.their_flop)
        .filter(|_| entry.by.is_sure());
    let factor = flops.map(|(ours, theirs)| theirs.factor_text(ours));
    Cell::plain(&factor.unwrap_or_default())
}

/// The mark and the name of our model.
fn our_name(entry: &Entry<'_>) -> [Cell; 2] {
    let mark = Mark::of(entry.verified.unwrap_or_default());
    mark_and_name(mark, entry.name.unwrap_or_default())
}

fn name(text: Option<&str>) -> Cell {
    let line = one_line(text.unwrap_or_default().into());
    Cell::name(Tone::Plain, &line)
}

/// The number of a model, with enough digits to tell it from the other one in the entry; `-` if it has none.
fn number(flop: Option<Option<Flop>>, other: Option<Flop>) -> Cell {
    let apart = |flop: Flop| flop.rounded_apart(other.unwrap_or(flop)).0;
    let text = flop.map(|flop| flop.map_or_else(|| "-".to_owned(), apart));
    Cell::plain(&text.unwrap_or_default())
}

/// The comparison as text: the groups, each with its first entries, and then the commands that deal with these.
pub(super) fn text(
    comparison: &Comparison<'_>,
    min_flop: Flop,
    data_dir: Option<&str>,
    screen: Screen,
) -> String {
    let command = |entry: &Entry<'_>| command(entry, comparison.file, data_dir);
    let mut blocks = vec![heading(comparison, min_flop, screen)];
    let (mut to_paste, mut left_out) = (Vec::new(), 0);
    for (category, title, meaning) in GROUPS {
        let mut entries: Vec<&Entry<'_>> = comparison.entries.iter().collect();
        entries.retain(|entry| entry.category() == category);
        if category == Category::Agreement {
            // A match by another name may be wrong, so it comes first.
            entries.sort_by_key(|entry| entry.by == Match::Exact);
        }
        if entries.is_empty() {
            continue;
        }
        let (first, others) = entries.split_at(entries.len().min(screen.limit()));
        let width = screen.width.unwrap_or(usize::MAX);
        let mut columns = COLUMNS.to_vec();
        columns.retain(|(_, _, least_width, cell)| {
            let is_filled = |entry: &&Entry<'_>| cell(entry) != Cell::plain("");
            width >= *least_width && first.iter().any(is_filled)
        });
        let titles = columns.iter().map(|(title, align, ..)| (*title, *align));
        let mut grid = Grid::titled(&titles.collect::<Vec<_>>());
        for entry in first {
            let cells = columns.iter().map(|(.., cell)| cell(entry));
            grid.push(cells.collect::<Vec<_>>());
            to_paste.extend(command(entry).map(|command| format!("  {command}")));
        }
        left_out += others.iter().filter_map(|entry| command(entry)).count();
        let count = match category {
            // This group lists a model of ours once for each possible match.
            Category::Ambiguous => comparison.summary.ambiguous,
            _ => entries.len(),
        };
        let mut lines = vec![headed(&format!("{title} {count}"), meaning, screen)];
        lines.extend(grid.lines("  ", screen));
        lines.extend(and_more(entries.len(), screen));
        blocks.push(lines.join("\n"));
    }
    if !to_paste.is_empty() {
        let title = screen.paint(Tone::Heading, "Commands to paste, if they are right");
        to_paste.extend(left_out_line(left_out, screen));
        blocks.push(format!("{title}\n{}", to_paste.join("\n")));
    }
    blocks.join("\n\n") + "\n"
}

/// How many of their models are matched, and how.
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
        let (covered, percent) = (summary.covered, percent(100.0 * coverage, 0));
        let verb = if covered == 1 { "matches" } else { "match" };
        theirs += &format!("; {covered} of these {verb} ({percent} %)");
    }
    let matches = format!(
        "Listed matches: {} by exact name, {} by alias, {} by look-alike name",
        summary.exact, summary.alias, summary.normalised
    );
    [theirs, matches]
        .map(|line| wrap(&line, "  ", screen))
        .join("\n")
}
