//! The comparison as text: what matters most comes first.

use super::commands;
use crate::dataset::{Aliases, Mark};
use crate::epoch::{Comparison, Entry, Match, Ours, Suggested, suggested};
use crate::flop::Flop;
use crate::report::marked;
use crate::terminal::{Align, Cell, Screen, Tone, and_more, counted, headed, lay_out, wrap};
use crate::text::{one_line, plural, shown};

/// How many entries of a group are shown unless all are asked for.
const SHOWN: usize = 10;

/// What is known beside the comparison.
pub(super) struct Known<'k> {
    /// The latest estimates, where they are not what is compared.
    pub estimates: &'k [Ours<'k>],
    /// Other names of models.
    pub aliases: &'k Aliases<'k>,
    /// From where on models are listed.
    pub min_flop: Flop,
    /// The data directory that a command to paste names.
    pub data_dir: Option<&'k str>,
}

/// The comparison, laid out for a screen. Where it is whole no group is shortened.
pub(super) fn text(
    comparison: &Comparison<'_>,
    known: &Known<'_>,
    screen: Screen,
    is_whole: bool,
) -> String {
    let mut page = Page {
        comparison,
        known,
        screen,
        limit: if is_whole { usize::MAX } else { SHOWN },
        blocks: Vec::new(),
        commands: Vec::new(),
    };
    let is_sure = |entry: &Entry<'_>| entry.by.is_sure();
    let is_across = |entry: &Entry<'_>| is_sure(entry) && entry.across() == Some(true);
    let is_outside = |entry: &Entry<'_>| is_sure(entry) && entry.within_theirs() == Some(false);
    let is_lacking = |entry: &Entry<'_>| entry.by == Match::OnlyTheirs;
    page.heading();
    page.group("On two sides of 1e25", "", [OURS, PAIR], is_across, pair);
    page.group(
        "They have, we lack",
        ": a refresh adds what the estimates have from 5e24 on; add what else belongs here, or write down another name of ours",
        [THEIRS, &[("estimate", Align::Number)]],
        |entry| is_lacking(entry) && entry.dismissed.is_none(),
        theirs,
    );
    page.group(
        "We have, they lack",
        "",
        [
            OURS,
            &[
                ("released", Align::Sentence),
                ("confidence", Align::Sentence),
            ],
        ],
        |entry| entry.by == Match::OnlyOurs,
        ours,
    );
    page.group(
        "Outside of their stated range",
        ", on the same side of 1e25",
        [OURS, PAIR],
        |entry| is_outside(entry) && !is_across(entry),
        pair,
    );
    page.group(
        "Apart by 2× or more",
        ", on the same side of 1e25",
        [OURS, PAIR],
        |entry| is_sure(entry) && entry.is_apart() && !is_across(entry) && !is_outside(entry),
        pair,
    );
    page.group(
        "The same name by another developer",
        ", counted in no rate; an alias joins the two where they are one model",
        [OURS, PAIR_BY_NAME],
        |entry| entry.by == Match::NameOnly,
        pair_by_name,
    );
    page.group(
        "Ambiguous",
        ": several match, none is chosen",
        [OURS, PAIR_BY_NAME],
        |entry| entry.by == Match::Ambiguous,
        pair_by_name,
    );
    page.group(
        "They have, dismissed here",
        "",
        [THEIRS, &[("decision", Align::Sentence)]],
        |entry| is_lacking(entry) && entry.dismissed.is_some(),
        theirs,
    );
    if !page.commands.is_empty() {
        let title = screen.paint(Tone::Heading, "To paste, where it is right");
        let commands = page.commands.join("\n");
        page.blocks.push(format!("{title}\n{commands}"));
    }
    page.blocks.join("\n\n") + "\n"
}

/// The text in the making.
struct Page<'p> {
    comparison: &'p Comparison<'p>,
    known: &'p Known<'p>,
    screen: Screen,
    /// How many entries of a group are shown.
    limit: usize,
    blocks: Vec<String>,
    /// The commands that deal with the entries that are shown.
    commands: Vec<String>,
}

/// Columns of a group: their titles and how they are laid out.
type Columns = &'static [(&'static str, Align)];

/// A model of ours.
const OURS: Columns = &[
    ("", Align::Sentence),
    ("name", Align::Text),
    ("developer", Align::Text),
    ("ours", Align::Number),
];

/// The number of theirs beside it.
const PAIR: Columns = &[
    ("theirs", Align::Number),
    ("ours is", Align::Number),
    ("their confidence", Align::Text),
];

/// The model of theirs beside it.
const PAIR_BY_NAME: Columns = &[
    ("their name", Align::Text),
    ("organization", Align::Text),
    ("theirs", Align::Number),
];

/// A model of theirs.
const THEIRS: Columns = &[
    ("name", Align::Text),
    ("organization", Align::Text),
    ("theirs", Align::Number),
    ("published", Align::Sentence),
    ("confidence", Align::Sentence),
];

impl Page<'_> {
    /// How much of theirs is matched, and how.
    fn heading(&mut self) {
        let summary = &self.comparison.summary;
        // As it is typed, and as the headings say it: 1e25.
        let line = format!("{:e}", self.known.min_flop.get());
        let coverage = summary.coverage.map_or_else(String::new, |coverage| {
            format!(
                "; {} of those match by name and developer ({:.0} %)",
                summary.covered,
                100.0 * coverage
            )
        });
        let theirs = format!(
            "{}: {}, {} at or above {line} FLOP{coverage}",
            shown(self.comparison.file),
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
        let listed = match counts.is_empty() {
            true => format!("Nothing at or above {line} FLOP on either side"),
            false => format!(
                "Counted: {} on two sides of 1e25, {}",
                summary.across,
                counts.join(", ")
            ),
        };
        let lines = [theirs, listed].map(|line| wrap(&line, "  ", self.screen));
        self.blocks.push(lines.join("\n"));
    }

    /// The entries of one kind, where there are any, and what to do about them.
    fn group(
        &mut self,
        title: &str,
        meaning: &str,
        columns: [Columns; 2],
        is_in: impl Fn(&Entry<'_>) -> bool,
        cells: impl Fn(&Entry<'_>, Option<&Suggested>) -> Vec<Cell>,
    ) {
        let entries = self.comparison.entries.iter();
        let mut entries: Vec<&Entry<'_>> = entries.filter(|entry| is_in(entry)).collect();
        let Some(first) = entries.first() else { return };
        let count = match first.by {
            // A model of ours stands there once for each candidate.
            Match::Ambiguous => self.comparison.summary.ambiguous,
            _ => entries.len(),
        };
        let title = format!("{title} {count}");
        let mut lines = vec![headed(&title, meaning, self.screen)];
        let rest = and_more(
            entries.len(),
            self.limit,
            "--verbose shows all",
            self.screen,
        );
        entries.truncate(self.limit);
        let unmatched = &self.comparison.unmatched;
        let suggested = suggested(
            &entries,
            unmatched,
            self.known.estimates,
            self.known.aliases,
        );
        let columns = columns.into_iter().flatten();
        let (names, aligned): (Vec<_>, Vec<_>) = columns.copied().unzip();
        let names = names.iter().map(|name| Cell::new(Tone::Quiet, name));
        let mut rows: Vec<Vec<Cell>> = vec![names.collect()];
        for (entry, suggested) in entries.into_iter().zip(&suggested) {
            rows.push(cells(entry, suggested.as_ref()));
            let command = suggested.as_ref().and_then(|one| self.command(entry, one));
            self.commands.extend(command);
        }
        lines.extend(lay_out("  ", &aligned, &rows, self.screen));
        lines.extend(rest);
        self.blocks.push(lines.join("\n"));
    }

    fn command(&self, entry: &Entry<'_>, suggested: &Suggested) -> Option<String> {
        let data_dir = self.known.data_dir;
        match (suggested, entry.theirs) {
            (Suggested::Alias(is), _) => commands::alias(is, data_dir, self.screen),
            (Suggested::Estimated(flop), _) if *flop >= Some(Flop::CANDIDATE) => None,
            (_, Some(theirs)) if entry.dismissed.is_none() => {
                commands::add(theirs, self.comparison.file, data_dir, self.screen)
            }
            _ => None,
        }
    }
}

/// Our model: its mark, name and developer.
fn model(entry: &Entry<'_>) -> [Cell; 3] {
    let (name, developer) = entry
        .ours
        .map(|ours| (ours.name, ours.developer))
        .unwrap_or_default();
    let verified = entry.ours.and_then(|ours| ours.verified);
    let [mark, name] = marked(Mark::of(verified.unwrap_or_default()), name);
    [mark, name, Cell::name(Tone::Plain, "", developer)]
}

/// Both numbers.
fn numbers(entry: &Entry<'_>) -> [Cell; 2] {
    let flops = [
        entry.ours.and_then(|ours| ours.flop),
        entry.theirs.and_then(|theirs| theirs.flop),
    ];
    flops.map(|flop| Cell::plain(&flop.map_or_else(|| "-".to_owned(), Flop::rounded)))
}

fn pair(entry: &Entry<'_>, _: Option<&Suggested>) -> Vec<Cell> {
    let factor = entry.flops().map(|(ours, theirs)| theirs.factor_text(ours));
    let confidence = entry.theirs.map_or("", |theirs| &*theirs.confidence);
    let confidence = match confidence {
        "" => "-",
        word => word,
    };
    let range = match entry.within_theirs() {
        Some(true) => ", in their range",
        Some(false) => ", outside of it",
        None => "",
    };
    let mut cells = model(entry).to_vec();
    cells.extend(numbers(entry));
    cells.push(Cell::plain(&factor.unwrap_or_default()));
    cells.push(Cell::name(Tone::Quiet, "", &format!("{confidence}{range}")));
    cells
}

fn pair_by_name(entry: &Entry<'_>, _: Option<&Suggested>) -> Vec<Cell> {
    let [ours, theirs] = numbers(entry);
    let mut cells = model(entry).to_vec();
    cells.push(ours);
    cells.extend(their_model(entry));
    cells.push(theirs);
    cells
}

/// Their model: its name and its organisations.
fn their_model(entry: &Entry<'_>) -> [Cell; 2] {
    let name = entry.theirs.map(|theirs| theirs.shown_name());
    let organization = entry
        .theirs
        .map(|theirs| one_line((&*theirs.organization).into()));
    [
        Cell::name(Tone::Plain, "", &name.unwrap_or_default()),
        Cell::name(Tone::Plain, "", &organization.unwrap_or_default()),
    ]
}

fn theirs(entry: &Entry<'_>, suggested: Option<&Suggested>) -> Vec<Cell> {
    let date = entry
        .theirs
        .and_then(|theirs| theirs.date)
        .map(|day| day.to_string());
    let confidence = entry.theirs.map_or("", |theirs| &*theirs.confidence);
    let remark = match (entry.dismissed, suggested) {
        (Some(decision), _) => <&str>::from(decision).to_owned(),
        (None, Some(Suggested::Estimated(flop))) => {
            flop.map_or_else(|| "-".to_owned(), Flop::rounded)
        }
        _ => String::new(),
    };
    let [_, flop] = numbers(entry);
    let mut cells = their_model(entry).to_vec();
    cells.extend([
        flop,
        Cell::plain(&date.unwrap_or_default()),
        Cell::name(Tone::Plain, "", confidence),
        Cell::new(Tone::Attention, &remark),
    ]);
    cells
}

fn ours(entry: &Entry<'_>, _: Option<&Suggested>) -> Vec<Cell> {
    let [flop, _] = numbers(entry);
    let (released, confidence) = entry
        .ours
        .map_or(("", ""), |ours| (&*ours.release_date, &*ours.confidence));
    let mut cells = model(entry).to_vec();
    cells.extend([
        flop,
        Cell::name(Tone::Plain, "", released),
        Cell::name(Tone::Plain, "", confidence),
    ]);
    cells
}
