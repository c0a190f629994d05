//! One model as a person reads it: the row beside the estimate, and below it where the numbers come from.

use serde_json::Value;

use super::Shown;
use crate::commands::history;
use crate::flop::Flop;
use crate::plan::Model;
use crate::schema::Column;
use crate::terminal::{Align, Cell, Screen, Tone, bounded, lay_out, listed, wrap};
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

/// How many events are shown.
const EVENTS: usize = 5;

pub(super) fn text(model: &Shown<'_>, screen: Screen) -> String {
    let mut blocks = vec![title(model, screen)];
    blocks.extend(side_by_side(model, screen));
    let paragraphs = [
        reasoning(model, screen),
        notes(model, screen),
        sources(model, screen),
    ];
    blocks.extend(paragraphs.into_iter().flatten());
    blocks.extend(records(model, screen));
    blocks.extend(related(model, screen));
    blocks.extend(events(model, screen));
    blocks.join("\n") + "\n"
}

fn title(model: &Shown<'_>, screen: Screen) -> String {
    let name = format!("{} ({})", bounded(model.name), bounded(model.developer));
    let line = model
        .line
        .map_or(String::new(), |line| format!(", line {line}"));
    let mut out = format!("{}{line}", screen.paint(Tone::Heading, &name));
    let why = if model.in_dataset {
        "In the dataset"
    } else {
        "Not in the dataset"
    };
    let mut lines = vec![format!("{why}: {}", shown(&model.why))];
    if let Some(drift) = &model.drift {
        let verified = drift.verified_flop.and_then(Flop::new);
        let latest = Flop::new(drift.latest_flop);
        let said = match verified.zip(latest) {
            Some((verified, latest)) => {
                let (verified_text, latest_text) = verified.rounded_apart(latest);
                format!(
                    "verified {verified_text}, latest {latest_text} ({})",
                    verified.factor_text(latest)
                )
            }
            None => "verified without a number, and now there is an estimate".to_owned(),
        };
        lines.push(format!("Drifted: {said}"));
    }
    if let Some(decision) = &model.decision {
        let cell =
            |column: &str| shown(decision.get(column).copied().unwrap_or_default()).into_owned();
        lines.push(format!(
            "Decision: {} at {}: {} ({}, {})",
            cell("decision"),
            if cell("flop").is_empty() {
                "no number".to_owned()
            } else {
                cell("flop")
            },
            cell("note"),
            cell("by"),
            cell("at")
        ));
    }
    lines.extend(
        model
            .next
            .as_ref()
            .map(|next| format!("Next refresh: {}", shown(next))),
    );
    for line in lines {
        out.push('\n');
        out.push_str(&wrap(&line, "  ", screen));
    }
    out + "\n"
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
        let (row, estimate) = both(model, name);
        let differs = model.differs.contains(&name);
        let tone = if differs {
            Tone::Attention
        } else {
            Tone::Plain
        };
        let factor = match (row.parse::<Flop>(), estimate.parse::<Flop>()) {
            (Ok(row), Ok(estimate)) if *column == Column::TrainingFlop && differs => {
                format!("{estimate}  {}", row.factor_text(estimate))
            }
            _ => estimate.to_owned(),
        };
        vec![
            Cell::new(Tone::Quiet, name),
            Cell::new(tone, row),
            Cell::new(tone, if differs { "≠" } else { "" }),
            Cell::new(tone, &factor),
        ]
    });
    let rows: Vec<_> = std::iter::once(heading).chain(rows).collect();
    let columns = [Align::Sentence, Align::Text, Align::Sentence, Align::Text];
    Some(lay_out("", &columns, &rows, screen).join("\n") + "\n")
}

/// What the row says in a column, and what the estimates say.
fn both<'m>(model: &'m Shown<'_>, column: &str) -> (&'m str, &'m str) {
    let row = model.row.as_ref().and_then(|row| row.get(column));
    let estimate = model.estimate.as_ref();
    let estimate = estimate.and_then(|cells| cells.get(column));
    (
        row.copied().unwrap_or_default(),
        estimate.map_or("", String::as_str),
    )
}

fn reasoning(model: &Shown<'_>, screen: Screen) -> Option<String> {
    let (row, estimate) = both(model, Column::Reasoning.name());
    match (row.trim(), estimate.trim()) {
        ("", "") => None,
        (row, estimate) if row == estimate || estimate.is_empty() => {
            Some(paragraph("Reasoning", row, screen))
        }
        ("", estimate) => Some(paragraph("Reasoning of the estimate", estimate, screen)),
        (row, estimate) => Some(
            paragraph("Reasoning of the row", row, screen)
                + &paragraph("Reasoning of the estimate", estimate, screen),
        ),
    }
}

fn notes(model: &Shown<'_>, screen: Screen) -> Option<String> {
    let (notes, _) = both(model, Column::Notes.name());
    (!notes.trim().is_empty()).then(|| paragraph("Notes", notes, screen))
}

fn paragraph(title: &str, text: &str, screen: Screen) -> String {
    let text = format!("{title}: {}", shown(&excerpt(text, LONG)));
    let wrapped = wrap(&text, "  ", screen);
    wrapped.replacen(title, &screen.paint(Tone::Heading, title), 1) + "\n"
}

fn sources(model: &Shown<'_>, screen: Screen) -> Option<String> {
    if model.sources.is_empty() {
        return None;
    }
    let lines = model.sources.iter().take(EVENTS * 2);
    let lines = lines.map(|source| {
        wrap(
            &format!("  {}", shown(&excerpt(source, LONG))),
            "    ",
            screen,
        ) + "\n"
    });
    let more = model.sources.len().saturating_sub(EVENTS * 2);
    let more = if more > 0 {
        format!("  … and {more} more\n")
    } else {
        String::new()
    };
    Some(format!(
        "{}\n{}{more}",
        screen.paint(Tone::Heading, "Sources"),
        lines.collect::<String>()
    ))
}

/// Every record of the model, and the pipeline's own alternatives to the chosen one.
fn records(model: &Shown<'_>, screen: Screen) -> Option<String> {
    let flop = |flop: Option<f64>| {
        flop.and_then(Flop::new)
            .map_or_else(|| "no estimate".to_owned(), Flop::rounded)
    };
    let records = model.records.iter().map(|record| {
        let why = if record.chosen {
            "chosen".to_owned()
        } else {
            format!("passed over: {}", record.beaten_by)
        };
        let tone = if record.chosen {
            Tone::Plain
        } else {
            Tone::Quiet
        };
        vec![
            Cell::new(tone, &format!("line {}", record.line)),
            Cell::new(tone, &flop(record.training_flop)),
            Cell::new(tone, record.confidence),
            Cell::new(tone, record.last_updated),
            Cell::new(tone, &why),
        ]
    });
    let text = |value: &Value, keys: &[&str]| {
        let found = keys.iter().find_map(|key| value.get(key));
        found.map_or_else(String::new, |value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        })
    };
    let alternatives = model.alternatives.iter().take(EVENTS).map(|other| {
        let number = text(other, &["flop", "training_flop"]);
        let number = number.parse::<Flop>().map_or(number, Flop::rounded);
        [
            Cell::new(Tone::Quiet, "alternative"),
            Cell::plain(&number),
            Cell::plain(&text(other, &["confidence"])),
            Cell::plain(&text(other, &["method", "estimation_method"])),
            Cell::new(Tone::Quiet, &excerpt(&text(other, &["reasoning"]), LONG)),
        ]
        .to_vec()
    });
    let rows: Vec<_> = records.chain(alternatives).collect();
    if model.records.len() < 2 && model.alternatives.is_empty() {
        return None;
    }
    let columns = [
        Align::Sentence,
        Align::Number,
        Align::Sentence,
        Align::Sentence,
        Align::Text,
    ];
    let table = lay_out("  ", &columns, &rows, screen).join("\n");
    Some(format!(
        "{}\n{table}\n",
        screen.paint(Tone::Heading, "Estimates")
    ))
}

fn related(model: &Shown<'_>, screen: Screen) -> Option<String> {
    let names = |models: &[Model<'_>]| {
        listed(
            models
                .iter()
                .map(|one| format!("{} ({})", one.name, one.developer)),
        )
    };
    let mut lines = Vec::new();
    if !model.aliases.is_empty() {
        lines.push(format!("Also called: {}", names(&model.aliases)));
    }
    if !model.look_alikes.is_empty() {
        lines.push(format!(
            "Looks like: {} (core-dataset alias --suggest)",
            names(&model.look_alikes)
        ));
    }
    let lines: Vec<String> = lines.iter().map(|line| wrap(line, "  ", screen)).collect();
    (!lines.is_empty()).then(|| lines.join("\n") + "\n")
}

fn events(model: &Shown<'_>, screen: Screen) -> Option<String> {
    if model.history.is_empty() {
        return None;
    }
    let count = model.history.len().min(EVENTS);
    let table = history::text::events(&model.history[..count], count, screen);
    let more = model.history.len() - count;
    let more = if more > 0 {
        format!("… and {more} more (core-dataset history)\n")
    } else {
        String::new()
    };
    Some(format!(
        "{}\n{table}{more}",
        screen.paint(Tone::Heading, "History")
    ))
}
