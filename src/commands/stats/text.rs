//! The metrics as text, with a bar for each share of a distribution.

use super::{Bin, EDGES, Quality, Share, Stats, Updates};
use crate::flop::Flop;
use crate::report::summary;
use crate::terminal::Align::{Number, Paragraph, Sentence, Text};
use crate::terminal::{Cell, Grid, Screen, Tone, and_more, wrap};
use crate::text::percent;

/// The greatest width of a bar, in characters.
const BAR_WIDTH: usize = 30;

pub(super) fn text(stats: &Stats, screen: Screen) -> String {
    let at_or_above = Some(stats.at_or_above_1e25);
    let mut blocks = vec![summary(&stats.summary, at_or_above, screen)];
    let mut add = |title, lines: Vec<String>| {
        if !lines.is_empty() {
            let title = screen.paint(Tone::Heading, title);
            blocks.push(format!("{title}\n{}", lines.join("\n")));
        }
    };
    add("RATES", rates(stats, screen));
    add(
        "By training FLOP (in steps of 1, 2, 5, 10, …)",
        histogram(&stats.by_flop, screen),
    );
    add("By confidence", bars(&stats.by_confidence, screen));
    add("By class", bars(&stats.by_class, screen));
    add("By estimation method", bars(&stats.by_method, screen));
    add("By developer", bars(&stats.by_developer, screen));
    add("By year of release", bars(&stats.by_year, screen));
    add(
        "Updates (from the journal)",
        updates(&stats.updates, screen),
    );
    add(
        "Quality of verified rows, lowest first",
        quality(&stats.quality, screen),
    );
    blocks.join("\n\n") + "\n"
}

fn rates(stats: &Stats, screen: Screen) -> Vec<String> {
    let rate = |share: f64| format!("{} %", percent(100.0 * share, 1));
    let score = |mean: f64| format!("{} / 100", percent(mean, 0));
    let value = |value: Option<String>| Cell::plain(value.as_deref().unwrap_or("-"));
    let meaning = |meaning| Cell::new(Tone::Quiet, meaning);
    let mut grid = Grid::new(&[Sentence, Number, Paragraph]);
    grid.push([
        Cell::plain("Verification rate"),
        value(stats.verification_rate.map(rate)),
        meaning("verified rows / rows"),
    ]);
    grid.push([
        Cell::plain("Coverage rate"),
        value(stats.coverage_rate.map(rate)),
        meaning("unique models in the estimates that have a row at or above 1e25 FLOP"),
    ]);
    grid.push([
        Cell::plain("Drifted"),
        Cell::plain(&stats.drifted.to_string()),
        meaning(
            "verified rows whose latest estimate is 2× or more away, on the other side of a threshold, or exists although \
             the row has no number, and that no decision covers",
        ),
    ]);
    grid.push([
        Cell::plain("Quality"),
        value(stats.quality.mean.map(score)),
        meaning("mean score of the verified rows"),
    ]);
    grid.lines("", screen)
}

fn bars(shares: &[Share], screen: Screen) -> Vec<String> {
    let most = shares.iter().map(|share| share.count).max().unwrap_or(0);
    let mut grid = Grid::new(&[Text, Number, Sentence]);
    for share in shares.iter().take(screen.limit()) {
        grid.push([
            Cell::name(Tone::Plain, &share.value),
            Cell::plain(&share.count.to_string()),
            Cell::new(Tone::Changed, &bar(share.count, most)),
        ]);
    }
    let mut lines = grid.lines("  ", screen);
    lines.extend(and_more(shares.len(), screen));
    lines
}

/// The log-scale histogram, largest first, with a line at each threshold.
fn histogram(bins: &[Bin], screen: Screen) -> Vec<String> {
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(0);
    let thresholds = [
        (Flop::HIGH_CONFIDENCE, "high_confidence_above"),
        (Flop::REGULATORY, "the regulatory threshold"),
        (Flop::CANDIDATE, "candidates"),
    ];
    let mut lines = Vec::new();
    for bin in bins.iter().rev() {
        let bar = screen.paint(Tone::Changed, &bar(bin.count, most));
        let beyond = if bin.from == EDGES[0] {
            " and below"
        } else if Some(&bin.to) == EDGES.last() {
            " and above"
        } else {
            ""
        };
        let line = format!("  {:>5.0e} {:>5}  {bar}{beyond}", bin.from, bin.count);
        lines.push(line.trim_end().to_owned());
        for (threshold, meaning) in thresholds {
            if threshold.get() == bin.from {
                let line = format!("  ───────────── {:e} {meaning}", bin.from);
                lines.push(screen.paint(Tone::Attention, &line));
            }
        }
    }
    lines
}

/// A bar in proportion to the longest one. Any count above 0 has a visible bar.
fn bar(count: usize, most: usize) -> String {
    "█".repeat((count * BAR_WIDTH).div_ceil(most.max(1)))
}

fn updates(updates: &Updates, screen: Screen) -> Vec<String> {
    let mut counts = format!(
        "  refreshes recorded: {}, training FLOP changes in them: {}",
        updates.refreshes, updates.estimate_changes
    );
    if !updates.most_changed.is_empty() {
        counts += "; changed most often:";
    }
    let mut grid = Grid::new(&[Text, Text, Number]);
    for one in &updates.most_changed {
        grid.push([
            Cell::name(Tone::Plain, &one.name),
            Cell::name(Tone::Plain, &one.developer),
            Cell::plain(&format!("{}×", one.changes)),
        ]);
    }
    let mut lines = vec![wrap(&counts, "  ", screen)];
    lines.extend(grid.lines("  ", screen));
    lines
}

fn quality(quality: &Quality, screen: Screen) -> Vec<String> {
    let meaning = "  each verified row: 30 for a note, 20 for a source with a URL, 5 to 20 for its confidence, 30 for no drift or \
                   accepted drift (15 without an estimate)";
    let mut grid = Grid::new(&[Number, Text, Text, Paragraph]);
    for row in quality.rows.iter().take(screen.limit()) {
        grid.push([
            Cell::plain(&row.score.to_string()),
            Cell::name(Tone::Plain, &row.name),
            Cell::name(Tone::Plain, &row.developer),
            Cell::new(Tone::Attention, &row.lacks.join(", ")),
        ]);
    }
    let mut lines = vec![wrap(meaning, "  ", screen)];
    lines.extend(grid.lines("  ", screen));
    lines.extend(and_more(quality.rows.len(), screen));
    lines
}
