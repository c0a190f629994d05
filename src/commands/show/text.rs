//! One model as a person reads it: the row beside the estimate, and below it where the numbers come from.

use std::collections::BTreeMap;

use serde_json::Value;

use super::shown::{RowShown, Shown};
use crate::commands::history;
use crate::flop::Flop;
use crate::lookup::HOW_TO_JOIN;
use crate::paste;
use crate::report::{drift_text, flop_text};
use crate::schema::Column;
use crate::sources;
use crate::terminal::Align::{Number, Sentence, Text};
use crate::terminal::{Cell, Grid, Screen, Tone, and_more, bounded_model, headed, listed, wrap};
use crate::text::{excerpt, shown};

/// The short cells, side by side; the long ones have a paragraph of their own.
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

/// How much of a long text is shown, in bytes.
const LONG: usize = 600;

/// How many events, and how many alternative estimates, are shown.
const EVENTS: usize = 5;

/// How many sources are shown.
const SOURCES: usize = 10;

/// Where the rest is.
const WHOLE: &str = "--format json has all";

pub(super) fn text(model: &Shown<'_>, screen: Screen) -> String {
    let mut blocks = vec![title(model, screen)];
    for row in &model.rows {
        if model.rows.len() > 1 {
            blocks.push(title_of_row(row, screen));
        }
        blocks.extend(of_row(row, screen));
    }
    blocks.extend([
        records(model, screen),
        related(model, screen),
        events(model, screen),
    ]);
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n") + "\n"
}

/// Which of several rows it is, and why it is in the dataset.
fn title_of_row(row: &RowShown<'_>, screen: Screen) -> String {
    let line = row.line.unwrap_or_default();
    let name = bounded_model(row.own(Column::Name), row.own(Column::Developer));
    let title = format!("Line {line}, {name}");
    headed(&title, &format!(": {}", row.why), screen) + &indented(&drift_and_next(row), screen)
}

/// What is told of each row.
fn of_row(row: &RowShown<'_>, screen: Screen) -> [String; 4] {
    let (reasoning, of_estimate) = row.both(Column::Reasoning);
    let mut reasons = paragraph("Reasoning", reasoning, screen);
    if of_estimate.trim() != reasoning.trim() {
        reasons += &paragraph("Reasoning of the estimate", of_estimate, screen);
    }
    let notes = paragraph("Notes", row.both(Column::Notes).0, screen);
    [
        side_by_side(row, screen),
        reasons,
        notes,
        sources(row, screen),
    ]
}

fn title(model: &Shown<'_>, screen: Screen) -> String {
    let mut title = screen.paint(Tone::Heading, &bounded_model(model.name, model.developer));
    if model.in_dataset {
        title += &format!(", {}", model.line_numbers);
    }
    let mut lines = Vec::new();
    if let [row] = &model.rows[..] {
        let where_it_is = if model.in_dataset { "In" } else { "Not in" };
        lines.push(format!("{where_it_is} the dataset: {}", shown(&row.why)));
        lines.extend(drift_and_next(row));
    } else {
        let rows = model.rows.len();
        lines.push(format!("In the dataset on {rows} rows: {HOW_TO_JOIN}"));
    }
    if let Some(decision) = &model.decision {
        lines.push(decision_line(decision, model.has_effect));
    }
    title + &indented(&lines, screen)
}

/// Lines below another one.
fn indented(lines: &[String], screen: Screen) -> String {
    let mut text = String::new();
    for line in lines {
        text += &format!("\n{}", wrap(line, "  ", screen));
    }
    text + "\n"
}

/// How far a row has drifted, and what becomes of it at the next refresh.
fn drift_and_next(row: &RowShown<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(drift) = &row.drift {
        let said = drift_text(drift.verified, Some(drift.latest));
        lines.push(format!(
            "Drifted: {said}; `accept` says that it stands, or takes the latest"
        ));
    }
    if let Some(next) = &row.next {
        lines.push(format!("Next refresh: {}", shown(next)));
    }
    lines
}

/// The line of the decisions, as far as it is filled in.
fn decision_line(decision: &BTreeMap<&str, &str>, has_effect: bool) -> String {
    let cell = |column: &str| shown(decision.get(column).map_or("", |text| text.trim()));
    let title = if has_effect {
        "Decision"
    } else {
        "Decision, without effect"
    };
    let mut said = format!("{title}: {}", cell("decision"));
    for (before, column) in [(" at ", "flop"), (": ", "note")] {
        if !cell(column).is_empty() {
            said += &format!("{before}{}", cell(column));
        }
    }
    let mut signature = [cell("by"), cell("at")].to_vec();
    signature.retain(|text| !text.is_empty());
    if !signature.is_empty() {
        said += &format!(" ({})", signature.join(", "));
    }
    said
}

/// What the row says beside what the estimates say; what differs stands out.
fn side_by_side(side: &RowShown<'_>, screen: Screen) -> String {
    if side.row.is_none() && side.estimate.is_none() {
        return String::new();
    }
    let mut grid = Grid::titled(
        Tone::Heading,
        &[
            ("", Sentence),
            ("row", Text),
            ("", Sentence),
            ("latest estimate", Text),
        ],
    );
    for column in &SHORT {
        let name = column.name();
        let (row, estimate) = side.both(*column);
        let differs = side.differs.contains(&name);
        let (tone, mark) = if differs {
            (Tone::Attention, "≠")
        } else {
            (Tone::Plain, "")
        };
        let estimate = match (row.parse::<Flop>(), estimate.parse::<Flop>()) {
            (Ok(row), Ok(estimate)) if *column == Column::TrainingFlop && row != estimate => {
                format!("{estimate}  {}", row.factor_text(estimate))
            }
            _ => estimate.to_owned(),
        };
        grid.push([
            Cell::new(Tone::Quiet, name),
            Cell::new(tone, row),
            Cell::new(tone, mark),
            Cell::new(tone, &estimate),
        ]);
    }
    grid.lines("", screen).join("\n") + "\n"
}

/// A long text behind a title; nothing where it is blank.
fn paragraph(title: &str, text: &str, screen: Screen) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let text = format!(": {}", shown(&excerpt(text.trim(), LONG)));
    headed(title, &text, screen) + "\n"
}

fn sources(row: &RowShown<'_>, screen: Screen) -> String {
    let sources = sources::split(row.own(Column::Sources));
    let mut lines = Vec::new();
    for source in sources.iter().take(SOURCES) {
        let line = format!("  {}", shown(&excerpt(source, LONG)));
        lines.push(wrap(&line, "    ", screen));
    }
    lines.extend(and_more(sources.len(), SOURCES, WHOLE, screen));
    under("Sources", &lines, screen)
}

/// Lines under a heading; nothing where there are no lines.
fn under(heading: &str, lines: &[String], screen: Screen) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let heading = screen.paint(Tone::Heading, heading);
    format!("{heading}\n{}\n", lines.join("\n"))
}

/// Every record of the model, and the pipeline's own alternatives to the chosen one.
fn records(model: &Shown<'_>, screen: Screen) -> String {
    if model.records.len() < 2 && model.alternatives.is_empty() {
        return String::new();
    }
    let mut grid = Grid::new(&[Sentence, Number, Sentence, Sentence, Text]);
    for record in &model.records {
        let (tone, why) = match &record.beaten_by {
            None => (Tone::Plain, "chosen".to_owned()),
            Some(why) => (Tone::Quiet, format!("passed over: {why}")),
        };
        let line = format!("line {}", record.line);
        let flop = flop_text(record.training_flop);
        let cells = [&line, &flop, record.confidence, record.last_updated, &why];
        grid.push(cells.map(|text| Cell::new(tone, text)));
    }
    let mut lines = grid.lines("  ", screen);
    for other in model.alternatives.iter().take(EVENTS) {
        let line = format!("  alternative: {}", shown(&excerpt(&said_by(other), LONG)));
        lines.push(wrap(&line, "    ", screen));
    }
    lines.extend(and_more(model.alternatives.len(), EVENTS, WHOLE, screen));
    under("Estimates", &lines, screen)
}

/// What the pipeline says in an alternative, whose fields are its own: `confidence low, flop 5.04e+25`.
fn said_by(alternative: &Value) -> String {
    let Some(fields) = alternative.as_object() else {
        return alternative.to_string();
    };
    let said = fields.iter().map(|(name, value)| match value.as_str() {
        Some(text) => format!("{name} {text}"),
        None => format!("{name} {value}"),
    });
    said.collect::<Vec<_>>().join(", ")
}

/// The other names of the model, and the models whose names look alike.
fn related(model: &Shown<'_>, screen: Screen) -> String {
    let mut text = String::new();
    for (what, models, hint) in [
        ("Also called", &model.aliases, ""),
        (
            "Looks like",
            &model.look_alikes,
            " (core-dataset alias --suggest)",
        ),
    ] {
        if !models.is_empty() {
            let names = models
                .iter()
                .map(|one| bounded_model(&one.name, &one.developer));
            let line = format!("{what}: {}{hint}", listed(names));
            text += &(wrap(&line, "  ", screen) + "\n");
        }
    }
    text
}

fn events(model: &Shown<'_>, screen: Screen) -> String {
    let events = &model.history;
    if events.is_empty() {
        return String::new();
    }
    let count = events.len().min(EVENTS);
    let mut lines = vec![
        history::text::events(&events[..count], count, screen)
            .trim_end()
            .to_owned(),
    ];
    let command = paste::in_message("history", model.name, []);
    lines.extend(and_more(events.len(), EVENTS, &command, screen));
    under("History", &lines, screen)
}
