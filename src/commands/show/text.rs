//! One model as a person reads it: the row beside the estimate, and below it where the numbers come from.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Shown;
use crate::commands::history;
use crate::flop::Flop;
use crate::plan::Model;
use crate::schema::Column;
use crate::terminal::Align::{Number, Sentence, Text};
use crate::terminal::{Cell, Screen, Tone, bounded_model, headed, lay_out, listed, wrap};
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

pub(super) fn text(model: &Shown<'_>, screen: Screen) -> String {
    let mut blocks = vec![title(model, screen)];
    let others = [
        side_by_side,
        reasoning,
        notes,
        sources,
        records,
        related,
        events,
    ];
    blocks.extend(others.iter().filter_map(|block| block(model, screen)));
    blocks.join("\n") + "\n"
}

fn title(model: &Shown<'_>, screen: Screen) -> String {
    let mut title = screen.paint(Tone::Heading, &bounded_model(model.name, model.developer));
    if let Some(line) = model.line {
        title += &format!(", line {line}");
    }
    let place = if model.in_dataset {
        "In the dataset"
    } else {
        "Not in the dataset"
    };
    let mut lines = vec![format!("{place}: {}", shown(&model.why))];
    if let Some(drift) = &model.drift {
        let said = match drift.verified_flop {
            Some(verified) => {
                let (verified_text, latest_text) = verified.rounded_apart(drift.latest_flop);
                let factor = verified.factor_text(drift.latest_flop);
                format!("verified {verified_text}, latest {latest_text} ({factor})")
            }
            None => "verified without a number, and now there is an estimate".to_owned(),
        };
        lines.push(format!("Drifted: {said}"));
    }
    if let Some(decision) = &model.decision {
        lines.push(decided(decision));
    }
    if let Some(next) = &model.next {
        lines.push(format!("Next refresh: {}", shown(next)));
    }
    for line in lines {
        title += "\n";
        title += &wrap(&line, "  ", screen);
    }
    title + "\n"
}

/// The line of the decisions, as far as it is filled in.
fn decided(decision: &BTreeMap<&str, &str>) -> String {
    let cell = |column: &str| {
        let text = decision.get(column).map_or("", |text| text.trim());
        (!text.is_empty()).then(|| shown(text))
    };
    let mut said = format!("Decision: {}", cell("decision").unwrap_or("blank".into()));
    if let Some(flop) = cell("flop") {
        said += &format!(" at {flop}");
    }
    if let Some(note) = cell("note") {
        said += &format!(": {note}");
    }
    let signature: Vec<_> = ["by", "at"].into_iter().filter_map(cell).collect();
    if !signature.is_empty() {
        said += &format!(" ({})", signature.join(", "));
    }
    said
}

/// What the row says beside what the estimates say; what differs stands out.
fn side_by_side(model: &Shown<'_>, screen: Screen) -> Option<String> {
    if model.row.is_none() && model.estimate.is_none() {
        return None;
    }
    let heading = ["", "row", "", "latest estimate"]
        .map(|title| Cell::new(Tone::Heading, title))
        .to_vec();
    let rows = SHORT.iter().map(|column| {
        let name = column.name();
        let (row, estimate) = both(model, *column);
        let differs = model.differs.contains(&name);
        let (tone, mark) = if differs {
            (Tone::Attention, "≠")
        } else {
            (Tone::Plain, "")
        };
        let estimate = match (row.parse::<Flop>(), estimate.parse::<Flop>()) {
            (Ok(row), Ok(estimate)) if *column == Column::TrainingFlop && differs => {
                format!("{estimate}  {}", row.factor_text(estimate))
            }
            _ => estimate.to_owned(),
        };
        vec![
            Cell::new(Tone::Quiet, name),
            Cell::new(tone, row),
            Cell::new(tone, mark),
            Cell::new(tone, &estimate),
        ]
    });
    let rows: Vec<_> = std::iter::once(heading).chain(rows).collect();
    let columns = [Sentence, Text, Sentence, Text];
    Some(lay_out("", &columns, &rows, screen).join("\n") + "\n")
}

/// What the row says in a column, and what the estimates say.
fn both<'m>(model: &'m Shown<'_>, column: Column) -> (&'m str, &'m str) {
    let name = column.name();
    let row = model.row.as_ref().and_then(|row| row.get(name));
    let estimate = model.estimate.as_ref().and_then(|cells| cells.get(name));
    (
        row.map_or("", |text| text),
        estimate.map_or("", |text| text),
    )
}

fn reasoning(model: &Shown<'_>, screen: Screen) -> Option<String> {
    let (row, estimate) = both(model, Column::Reasoning);
    let (row, estimate) = (row.trim(), estimate.trim());
    let of_estimate = || paragraph("Reasoning of the estimate", estimate, screen);
    if row.is_empty() {
        (!estimate.is_empty()).then(of_estimate)
    } else if row == estimate || estimate.is_empty() {
        Some(paragraph("Reasoning", row, screen))
    } else {
        Some(paragraph("Reasoning of the row", row, screen) + &of_estimate())
    }
}

fn notes(model: &Shown<'_>, screen: Screen) -> Option<String> {
    let (notes, _) = both(model, Column::Notes);
    (!notes.trim().is_empty()).then(|| paragraph("Notes", notes, screen))
}

fn paragraph(title: &str, text: &str, screen: Screen) -> String {
    let text = format!(": {}", shown(&excerpt(text, LONG)));
    headed(title, &text, screen) + "\n"
}

fn sources(model: &Shown<'_>, screen: Screen) -> Option<String> {
    let lines = model.sources.iter().take(SOURCES).map(|source| {
        let line = format!("  {}", shown(&excerpt(source, LONG)));
        wrap(&line, "    ", screen) + "\n"
    });
    let mut lines: String = lines.collect();
    if model.sources.len() > SOURCES {
        lines += &format!("  … and {} more\n", model.sources.len() - SOURCES);
    }
    under("Sources", &lines, screen)
}

/// Lines under a heading; `None` where there are no lines.
fn under(heading: &str, lines: &str, screen: Screen) -> Option<String> {
    let heading = screen.paint(Tone::Heading, heading);
    (!lines.is_empty()).then(|| format!("{heading}\n{lines}"))
}

/// Every record of the model, and the pipeline's own alternatives to the chosen one.
fn records(model: &Shown<'_>, screen: Screen) -> Option<String> {
    if model.records.len() < 2 && model.alternatives.is_empty() {
        return None;
    }
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for record in &model.records {
        let flop = record.training_flop;
        let flop = flop.map_or_else(|| "no estimate".to_owned(), Flop::rounded);
        let (tone, why) = if record.chosen {
            (Tone::Plain, "chosen".to_owned())
        } else {
            (Tone::Quiet, format!("passed over: {}", record.beaten_by))
        };
        let line = format!("line {}", record.line);
        let cells = [&line, &flop, record.confidence, record.last_updated, &why];
        rows.push(cells.map(|text| Cell::new(tone, text)).into());
    }
    for other in model.alternatives.iter().take(EVENTS) {
        let text = |keys: &[&str]| match keys.iter().find_map(|key| other.get(key)) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        };
        let number = text(&["flop", "training_flop"]);
        let number = number.parse::<Flop>().map_or(number, Flop::rounded);
        rows.push(vec![
            Cell::new(Tone::Quiet, "alternative"),
            Cell::plain(&number),
            Cell::plain(&text(&["confidence"])),
            Cell::plain(&text(&["method", "estimation_method"])),
            Cell::new(Tone::Quiet, &excerpt(&text(&["reasoning"]), LONG)),
        ]);
    }
    let columns = [Sentence, Number, Sentence, Sentence, Text];
    let table = lay_out("  ", &columns, &rows, screen).join("\n") + "\n";
    under("Estimates", &table, screen)
}

fn related(model: &Shown<'_>, screen: Screen) -> Option<String> {
    let names = |models: &[Model<'_>]| {
        let models = models.iter();
        listed(models.map(|one| bounded_model(&one.name, &one.developer)))
    };
    let mut lines = String::new();
    if !model.aliases.is_empty() {
        let line = format!("Also called: {}", names(&model.aliases));
        lines += &(wrap(&line, "  ", screen) + "\n");
    }
    if !model.look_alikes.is_empty() {
        let names = names(&model.look_alikes);
        let line = format!("Looks like: {names} (core-dataset alias --suggest)");
        lines += &(wrap(&line, "  ", screen) + "\n");
    }
    (!lines.is_empty()).then_some(lines)
}

fn events(model: &Shown<'_>, screen: Screen) -> Option<String> {
    if model.history.is_empty() {
        return None;
    }
    let count = model.history.len().min(EVENTS);
    let mut lines = history::text::events(&model.history[..count], count, screen);
    if model.history.len() > count {
        let more = model.history.len() - count;
        lines += &format!("… and {more} more (core-dataset history)\n");
    }
    under("History", &lines, screen)
}
