//! One model as text: the row beside the estimate, and below them where the numbers come from.

use serde_json::Value;

use super::ModelDetails;
use crate::changes::Model;
use crate::commands::history;
use crate::report::{flop_text, flop_texts};
use crate::schema::{Column, is_text_column};
use crate::sources;
use crate::terminal::Align::{Number, Paragraph, Sentence, Text};
use crate::terminal::{
    Cell, Grid, Screen, Tone, and_more, bounded, bounded_model, headed, listed, wrap,
};
use crate::text::{LONG_EXCERPT, excerpt, is_same_text, shown};

/// The columns with short texts, which are shown side by side. Each long text has a paragraph of its own.
const SHORT: [Column; 8] = [
    Column::TrainingFlop,
    Column::ThresholdClassification,
    Column::Confidence,
    Column::EstimationMethod,
    Column::Status,
    Column::ReleaseDate,
    Column::Parameters,
    Column::LastUpdated,
];

pub(super) fn text(model: &ModelDetails<'_>, screen: Screen) -> String {
    let [row, estimate] = model.cells(Column::Reasoning);
    let mut reasons = paragraph("Reasoning", row, screen);
    if estimate.trim() != row.trim() {
        reasons += &paragraph("Reasoning of the estimate", estimate, screen);
    }
    let [_, estimate] = model.cells(Column::Sources);
    let mut only_estimate = sources::split(estimate);
    only_estimate.retain(|one| !model.sources.iter().any(|own| is_same_text(own, one)));
    let mut texts = String::new();
    for (column, text) in model.row.iter().flatten() {
        let title = match *column {
            column if column == Column::Notes.name() => "Notes",
            column if is_text_column(column) => column,
            _ => continue,
        };
        texts += &paragraph(&bounded(title), text, screen);
    }
    let alternatives: Vec<String> = model.alternatives.iter().map(alternative).collect();
    let mut blocks = vec![
        title(model, screen),
        side_by_side(model, screen),
        reasons,
        texts,
        list("Sources", &model.sources, screen),
        list("Sources of the estimate", &only_estimate, screen),
        under("Estimates", records(model, screen), screen),
        list("Alternatives", &alternatives, screen),
        related("Also called", &model.aliases, screen)
            + &related("Looks like", &model.look_alikes, screen),
        events(model, screen),
    ];
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n") + "\n"
}

fn title(model: &ModelDetails<'_>, screen: Screen) -> String {
    let name = bounded_model(model.name, model.developer);
    let (rest, place) = match model.line {
        Some(line) => (format!(", line {line}"), "In"),
        None => (String::new(), "Not in"),
    };
    let why = format!("{place} the dataset: {}", model.why);
    let mut title = headed(&name, &rest, screen);
    for line in [&why].into_iter().chain(&model.notices) {
        let line = excerpt(line, LONG_EXCERPT);
        title += &format!("\n{}", wrap(&shown(&line), "  ", screen));
    }
    title + "\n"
}

/// The row beside the estimate, with the differences marked.
fn side_by_side(model: &ModelDetails<'_>, screen: Screen) -> String {
    if model.row.is_none() && model.estimate.is_none() {
        return String::new();
    }
    let mut grid = Grid::titled(&[
        ("", Sentence),
        ("row", Text),
        ("", Sentence),
        ("latest estimate", Text),
    ]);
    for column in SHORT {
        let name = column.name();
        let [row, estimate] = model.cells(column);
        let (tone, mark) = if model.differs.contains(&name) {
            (Tone::Attention, "≠")
        } else {
            (Tone::Plain, "")
        };
        // Its full name would leave too little of 80 columns for two long values.
        let label = match column {
            Column::ThresholdClassification => "class",
            _ => name,
        };
        grid.push([
            Cell::new(Tone::Quiet, label),
            Cell::name(tone, row),
            Cell::new(tone, mark),
            Cell::name(tone, estimate),
        ]);
    }
    grid.text(None, screen)
}

/// A long text after a title; nothing if the text is blank.
fn paragraph(title: &str, text: &str, screen: Screen) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let text = format!(": {}", shown(&excerpt(text.trim(), LONG_EXCERPT)));
    headed(title, &text, screen) + "\n"
}

/// An alternative estimate, such as `5.05e+25, low, benchmark_based, reasoning: …`, with the fields that need no name first.
fn alternative(value: &Value) -> String {
    const KNOWN: [&str; 3] = ["flop", "confidence", "method"];
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut fields = value.as_object().cloned().unwrap_or_default();
    fields.retain(|_, value| !value.is_null());
    if fields.is_empty() {
        return value.to_string();
    }
    let known = KNOWN.iter().filter_map(|name| fields.get(*name).map(text));
    let others = fields.iter().filter(|(name, _)| !KNOWN.contains(&&***name));
    let others = others.map(|(name, value)| format!("{name}: {}", text(value)));
    known.chain(others).collect::<Vec<_>>().join(", ")
}

/// The first of these texts under a heading, a line each.
fn list(heading: &str, texts: &[impl AsRef<str>], screen: Screen) -> String {
    let mut lines = Vec::new();
    for text in texts.iter().take(screen.limit()) {
        let line = format!("  {}", shown(&excerpt(text.as_ref(), LONG_EXCERPT)));
        lines.push(wrap(&line, "    ", screen));
    }
    lines.extend(and_more(texts.len(), screen));
    under(heading, lines, screen)
}

/// Lines under a heading; nothing if there are no lines.
fn under(heading: &str, lines: Vec<String>, screen: Screen) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let heading = screen.paint(Tone::Heading, heading);
    format!("{heading}\n{}\n", lines.join("\n"))
}

/// Every record of the model, and why one was chosen.
fn records(model: &ModelDetails<'_>, screen: Screen) -> Vec<String> {
    let mut grid = Grid::new(&[Sentence, Number, Sentence, Sentence, Paragraph]);
    for record in &model.records {
        let (tone, why) = match &record.passed_over {
            None => (Tone::Plain, "chosen".to_owned()),
            Some(why) => (Tone::Quiet, format!("not chosen: {why}")),
        };
        let line = format!("line {}", record.line);
        // The chosen record's number has enough digits to differ from each of the others, and they have enough to differ from it.
        let own = record.training_flop;
        let others = model.records.iter();
        let others = others.filter(|other| other.chosen != record.chosen);
        let texts = others.map(|other| flop_texts(own, other.training_flop).0);
        let flop = texts.max_by_key(String::len);
        let flop = flop.unwrap_or_else(|| flop_text(own));
        let cells = [&line, &flop, record.confidence, record.last_updated, &why];
        grid.push(cells.map(|text| Cell::new(tone, text)));
    }
    grid.lines("  ", screen)
}

/// Other names of the model, or models whose names look alike.
fn related(what: &str, models: &[Model<'_>], screen: Screen) -> String {
    if models.is_empty() {
        return String::new();
    }
    let name = |one: &Model<'_>| bounded_model(&one.name, &one.developer);
    let names = listed(models.iter().map(name));
    wrap(&format!("{what}: {names}"), "  ", screen) + "\n"
}

fn events(model: &ModelDetails<'_>, screen: Screen) -> String {
    let events = &model.history;
    if events.is_empty() {
        return String::new();
    }
    let first = &events[..events.len().min(screen.limit())];
    let text = history::text::events(first, events.len(), screen);
    format!("{}\n{text}", screen.paint(Tone::Heading, "History"))
}
