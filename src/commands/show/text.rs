//! One model as a person reads it: the row beside the estimate, and below it where the numbers come from.

use std::collections::BTreeMap;

use serde_json::Value;

use super::shown::{RowShown, Shown};
use crate::commands::history;
use crate::flop::Flop;
use crate::paste;
use crate::plan::Model;
use crate::report::flop_text;
use crate::schema::Column;
use crate::terminal::Align::{Number, Sentence, Text};
use crate::terminal::{Cell, Screen, Tone, bounded_model, headed, lay_out, listed, titled, wrap};
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

/// How many rows are shown of a model that stands on several.
const ROWS: usize = 10;

pub(super) fn text(model: &Shown<'_>, screen: Screen) -> String {
    let mut blocks = vec![title(model, screen)];
    for row in model.rows.iter().take(ROWS) {
        let line = row.line.unwrap_or_default();
        let name = bounded_model(row.both(Column::Name).0, row.both(Column::Developer).0);
        let title = format!("Line {line}, {name}");
        let why = headed(&title, &format!(": {}", row.why), screen);
        blocks.push(why + &indented(&drift_and_next(row), screen));
        blocks.extend(of_row(row, screen));
    }
    if model.rows.len() > ROWS {
        let more = model.rows.len() - ROWS;
        blocks.push(format!("… and {more} more rows (--format json has all)\n"));
    }
    if model.rows.is_empty() {
        blocks.extend(of_row(&model.first, screen));
    }
    let others = [records, related, events];
    blocks.extend(others.iter().filter_map(|block| block(model, screen)));
    blocks.join("\n") + "\n"
}

/// What is told of each row.
fn of_row(row: &RowShown<'_>, screen: Screen) -> impl Iterator<Item = String> {
    let blocks = [side_by_side, reasoning, notes, sources];
    blocks
        .into_iter()
        .filter_map(move |block| block(row, screen))
}

fn title(model: &Shown<'_>, screen: Screen) -> String {
    let mut title = screen.paint(Tone::Heading, &bounded_model(model.name, model.developer));
    if model.in_dataset {
        title += &format!(", {}", model.lines);
    }
    let mut lines = match (model.rows.len(), model.in_dataset) {
        (0, true) => vec![format!("In the dataset: {}", shown(&model.first.why))],
        (0, false) => vec![format!("Not in the dataset: {}", shown(&model.first.why))],
        (rows, _) => vec![format!(
            "In the dataset on {rows} rows: {}",
            model.how_to_join
        )],
    };
    if model.rows.is_empty() {
        lines.extend(drift_and_next(&model.first));
    }
    let decision = model.decision.as_ref();
    lines.extend(decision.map(|line| decision_line(line, model.has_effect)));
    title + &indented(&lines, screen)
}

/// Lines below another one.
fn indented(lines: &[String], screen: Screen) -> String {
    let lines = lines.iter().map(|line| wrap(line, "  ", screen));
    lines.map(|line| format!("\n{line}")).collect::<String>() + "\n"
}

/// How far a row has drifted, and what becomes of it at the next refresh.
fn drift_and_next(row: &RowShown<'_>) -> Vec<String> {
    let drifted = row.drift.as_ref().map(|drift| {
        let said = match drift.verified {
            Some(verified) => {
                let (verified_text, latest_text) = verified.rounded_apart(drift.latest);
                let factor = verified.factor_text(drift.latest);
                format!("verified {verified_text}, latest {latest_text} ({factor})")
            }
            None => "verified without a number, and now there is an estimate".to_owned(),
        };
        format!("Drifted: {said}; `accept` says that it stands, or takes the latest")
    });
    let next = row.next.as_ref();
    let next = next.map(|next| format!("Next refresh: {}", shown(next)));
    drifted.into_iter().chain(next).collect()
}

/// The line of the decisions, as far as it is filled in.
fn decision_line(decision: &BTreeMap<&str, &str>, counts: bool) -> String {
    let cell = |column: &str| {
        let text = decision.get(column).map_or("", |text| text.trim());
        (!text.is_empty()).then(|| shown(text))
    };
    let title = match counts {
        true => "Decision",
        false => "Decision, without effect",
    };
    let mut said = format!("{title}: {}", cell("decision").unwrap_or("blank".into()));
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
fn side_by_side(side: &RowShown<'_>, screen: Screen) -> Option<String> {
    if side.row.is_none() && side.estimate.is_none() {
        return None;
    }
    let rows = SHORT.iter().map(|column| {
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
        [
            Cell::new(Tone::Quiet, name),
            Cell::new(tone, row),
            Cell::new(tone, mark),
            Cell::new(tone, &estimate),
        ]
    });
    let titles = ["", "row", "", "latest estimate"];
    let columns = [Sentence, Text, Sentence, Text];
    Some(titled(titles, columns, rows, screen).join("\n") + "\n")
}

fn reasoning(side: &RowShown<'_>, screen: Screen) -> Option<String> {
    let (row, estimate) = side.both(Column::Reasoning);
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

fn notes(side: &RowShown<'_>, screen: Screen) -> Option<String> {
    let (notes, _) = side.both(Column::Notes);
    (!notes.trim().is_empty()).then(|| paragraph("Notes", notes, screen))
}

fn paragraph(title: &str, text: &str, screen: Screen) -> String {
    let text = format!(": {}", shown(&excerpt(text, LONG)));
    headed(title, &text, screen) + "\n"
}

fn sources(side: &RowShown<'_>, screen: Screen) -> Option<String> {
    let sources = side.sources();
    let lines = sources.iter().take(SOURCES).map(|source| {
        let line = format!("  {}", shown(&excerpt(source, LONG)));
        wrap(&line, "    ", screen) + "\n"
    });
    let mut lines: String = lines.collect();
    if sources.len() > SOURCES {
        lines += &format!("  … and {} more\n", sources.len() - SOURCES);
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
    let records = model.records.iter().map(|record| {
        let flop = flop_text(record.training_flop);
        let (tone, why) = if record.chosen {
            (Tone::Plain, "chosen".to_owned())
        } else {
            (Tone::Quiet, format!("passed over: {}", record.beaten_by))
        };
        let line = format!("line {}", record.line);
        let cells = [&line, &flop, record.confidence, record.last_updated, &why];
        cells.map(|text| Cell::new(tone, text))
    });
    let others = model.alternatives.iter().take(EVENTS);
    let others = others.map(|other| {
        let text = |keys: &[&str]| match keys.iter().find_map(|key| other.get(key)) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        };
        let number = text(&["flop", "training_flop"]);
        let number = number.parse::<Flop>().map_or(number, Flop::rounded);
        [
            Cell::new(Tone::Quiet, "alternative"),
            Cell::plain(&number),
            Cell::plain(&text(&["confidence"])),
            Cell::plain(&text(&["method", "estimation_method"])),
            Cell::new(Tone::Quiet, &excerpt(&text(&["reasoning"]), LONG)),
        ]
    });
    let columns = [Sentence, Number, Sentence, Sentence, Text];
    let table = lay_out("  ", &columns, records.chain(others), screen).join("\n") + "\n";
    under("Estimates", &table, screen)
}

fn related(model: &Shown<'_>, screen: Screen) -> Option<String> {
    let names = |models: &[Model<'_>]| {
        let models = models.iter();
        listed(models.map(|one| bounded_model(&one.name, &one.developer)))
    };
    let suggest = " (core-dataset alias --suggest)";
    let kinds = [
        ("Also called", &model.aliases, ""),
        ("Looks like", &model.look_alikes, suggest),
    ];
    let told = kinds.iter().filter(|(_, models, _)| !models.is_empty());
    let lines = told.map(|(what, models, hint)| {
        let line = format!("{what}: {}{hint}", names(models));
        wrap(&line, "  ", screen) + "\n"
    });
    Some(lines.collect::<String>()).filter(|lines| !lines.is_empty())
}

fn events(model: &Shown<'_>, screen: Screen) -> Option<String> {
    if model.history.is_empty() {
        return None;
    }
    let count = model.history.len().min(EVENTS);
    let mut lines = history::text::events(&model.history[..count], count, screen);
    if model.history.len() > count {
        let more = model.history.len() - count;
        let command = paste::in_message("history", model.name, []);
        lines += &wrap(&format!("… and {more} more ({command})"), "  ", screen);
        lines.push('\n');
    }
    under("History", &lines, screen)
}
