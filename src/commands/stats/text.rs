//! The metrics as text: distributions are drawn as bars, since people look before they read.

use super::{Bin, EDGES, Share, Stats};
use crate::flop::Flop;
use crate::report::{rows_above, summary};
use crate::terminal::{Align, Cell, Screen, Tone, and_more, lay_out, wrap};

/// How wide a bar is at most, in characters.
const BAR: usize = 30;

/// How many values of a distribution are shown.
const LISTED: usize = 20;

/// How many of the lowest scores are shown.
const LOWEST: usize = 5;

/// Where the rest is.
const WHOLE: &str = "--format json has all";

/// The metrics, laid out for a screen.
pub(super) fn text(stats: &Stats, screen: Screen) -> String {
    let mut blocks = vec![
        summary(&stats.summary, screen),
        rows_above(stats.at_or_above_1e25, &stats.summary),
        rates(stats, screen),
    ];
    blocks.extend(histogram(&stats.by_flop, screen));
    let distributions = [
        ("By confidence", &stats.by_confidence),
        ("By class", &stats.by_class),
        ("By estimation method", &stats.by_method),
        ("By developer (top ten)", &stats.by_developer),
        ("By year of release", &stats.by_year),
    ];
    for (title, shares) in distributions {
        if !shares.is_empty() {
            blocks.push(bars(title, shares, screen));
        }
    }
    blocks.push(updates(stats, screen));
    blocks.push(quality(stats, screen));
    blocks.join("\n\n") + "\n"
}

fn heading(title: &str, screen: Screen) -> String {
    screen.paint(Tone::Heading, title)
}

fn rates(stats: &Stats, screen: Screen) -> String {
    let percent = |rate: Option<f64>| match rate {
        Some(rate) => format!("{:.1} %", 100.0 * rate),
        None => "-".to_owned(),
    };
    let quality = match stats.quality.mean {
        Some(mean) => format!("{mean:.0} / 100"),
        None => "-".to_owned(),
    };
    let lines = [
        (
            "Verification rate",
            percent(stats.verification_rate),
            "verified rows / rows",
        ),
        (
            "Coverage rate",
            percent(stats.coverage_rate),
            "unique models in the estimates that have a row at or above 1e25 FLOP",
        ),
        (
            "Drifted",
            stats.drifted.to_string(),
            "verified rows whose latest estimate is 2× or more away, or on another side of a threshold",
        ),
        ("Quality", quality, "mean score of the verified rows"),
    ];
    let rows = lines.map(|(what, value, meaning)| {
        [
            Cell::plain(what),
            Cell::plain(&value),
            Cell::new(Tone::Quiet, meaning),
        ]
    });
    let columns = [Align::Sentence, Align::Number, Align::Paragraph];
    let table = lay_out("", &columns, rows, screen);
    format!("{}\n{}", heading("RATES", screen), table.join("\n"))
}

fn bars(title: &str, shares: &[Share], screen: Screen) -> String {
    let most = shares.iter().map(|share| share.count).max().unwrap_or(0);
    let listed = shares.iter().take(LISTED);
    let rows = listed.map(|share| {
        [
            Cell::name(Tone::Plain, "", &share.value),
            Cell::plain(&share.count.to_string()),
            Cell::new(Tone::Changed, &bar(share.count, most)),
        ]
    });
    let columns = [Align::Text, Align::Number, Align::Sentence];
    let mut lines = vec![heading(title, screen)];
    lines.extend(lay_out("  ", &columns, rows, screen));
    lines.extend(and_more(shares.len(), LISTED, WHOLE, screen));
    lines.join("\n")
}

/// The log-scale histogram, largest first, with a line where each threshold lies.
fn histogram(bins: &[Bin], screen: Screen) -> Option<String> {
    let most = bins.iter().map(|bin| bin.count).max()?;
    let lines = [
        (Flop::HIGH_CONFIDENCE, "5e25 high_confidence_above"),
        (Flop::REGULATORY, "1e25 the regulatory line"),
        (Flop::CANDIDATE, "5e24 candidates"),
    ];
    let mut out = vec![heading("By training FLOP (steps of 1, 2, 5)", screen)];
    for bin in bins.iter().rev() {
        let bar = screen.paint(Tone::Changed, &bar(bin.count, most));
        let beyond = match bin {
            bin if bin.from == EDGES[0] => " and below",
            bin if bin.to == EDGES[EDGES.len() - 1] => " and above",
            _ => "",
        };
        let line = format!("  {:>5.0e} {:>5}  {bar}{beyond}", bin.from, bin.count);
        out.push(line.trim_end().to_owned());
        if let Some((_, meaning)) = lines.iter().find(|(line, _)| line.get() == bin.from) {
            out.push(screen.paint(Tone::Attention, &format!("  ───────────── {meaning}")));
        }
    }
    Some(out.join("\n"))
}

/// A bar as long as its share of the longest one; anything at all is seen.
fn bar(count: usize, most: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (count * BAR * 8)
        .checked_div(most)
        .unwrap_or(0)
        .max(usize::from(count > 0));
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

fn updates(stats: &Stats, screen: Screen) -> String {
    let updates = &stats.updates;
    let most = match updates.most_changed.is_empty() {
        true => "",
        false => "; changed most often:",
    };
    let counts = format!(
        "  refreshes recorded: {}, changes of a training FLOP in them: {}{most}",
        updates.refreshes, updates.estimate_changes
    );
    let mut lines = vec![
        heading("Updates (from the journal)", screen),
        wrap(&counts, "  ", screen),
    ];
    let rows = updates.most_changed.iter().map(|one| {
        [
            Cell::name(Tone::Plain, "", &one.name),
            Cell::name(Tone::Plain, "", &one.developer),
            Cell::plain(&format!("{}×", one.changes)),
        ]
    });
    let columns = [Align::Text, Align::Text, Align::Number];
    lines.extend(lay_out("  ", &columns, rows, screen));
    lines.join("\n")
}

fn quality(stats: &Stats, screen: Screen) -> String {
    let rows = &stats.quality.rows;
    let meaning = "each verified row: 30 for a note, 20 for a source that is a URL, 5 to 20 for its confidence, 30 when the latest \
                   estimate agrees (15 when there is none)";
    let mut lines = vec![
        heading("Quality of verified rows, the lowest first", screen),
        wrap(&format!("  {meaning}"), "  ", screen),
    ];
    let cells = rows.iter().take(LOWEST).map(|row| {
        let lacks = [
            (row.note, "no note"),
            (row.source, "no URL"),
            (row.agreement, "drifted"),
        ];
        let lacks = lacks.iter().filter(|(points, _)| *points == 0);
        let lacks: Vec<&str> = lacks.map(|(_, lack)| *lack).collect();
        [
            Cell::plain(&row.score.to_string()),
            Cell::name(Tone::Plain, "", &row.name),
            Cell::name(Tone::Plain, "", &row.developer),
            Cell::new(Tone::Attention, &lacks.join(", ")),
        ]
    });
    let columns = [Align::Number, Align::Text, Align::Text, Align::Text];
    lines.extend(lay_out("  ", &columns, cells, screen));
    lines.extend(and_more(rows.len(), LOWEST, WHOLE, screen));
    lines.join("\n")
}
