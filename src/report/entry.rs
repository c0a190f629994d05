//! One entry of a report's group: the model, its training FLOP before and after, and what else is news.

use super::screen::Tone;
use super::table::Cell;
use crate::flop::Flop;
use crate::plan::{Edit, Fate, Line, Mode, Plan};
use crate::schema::Column;
use crate::text::{excerpt, shown};

/// Mark, name and developer of a line.
pub(super) fn model(plan: &Plan<'_>, line: &Line<'_>, mark: &str, tone: Tone) -> Vec<Cell> {
    named(
        mark,
        tone,
        &plan.cell(line, Column::Name),
        &plan.cell(line, Column::Developer),
    )
}

pub(super) fn named(mark: &str, tone: Tone, name: &str, developer: &str) -> Vec<Cell> {
    vec![
        Cell::new(tone, &format!("{mark} {name}")),
        Cell::plain(developer),
    ]
}

/// A line whose cells change: old → new FLOP, the factor, and what else is news.
pub(super) fn changed(plan: &Plan<'_>, line: &Line<'_>, mark: &str, tone: Tone) -> Vec<Cell> {
    let mut row = model(plan, line, mark, tone);
    let (was, now) = (before(line), line.flop);
    row.extend(flop_change(was, now));
    let mut news: Vec<String> = class_change(was, now).into_iter().collect();
    let human = line.edits.iter().filter(|edit| edit.column.is_human());
    let human: Vec<&str> = human.map(|edit| edit.column.name()).collect();
    if line.edits.is_empty() {
        let verb = match plan.mode {
            Mode::Reset => "given up",
            _ => "returns",
        };
        news.push(format!("text outside the schema {verb}"));
    } else if !human.is_empty() {
        let given_up = line
            .edits
            .iter()
            .all(|edit| !edit.column.is_human() || edit.to.is_empty());
        let verb = if given_up { "given up" } else { "written" };
        news = vec![format!("{} {verb}", human.join(" and "))];
    } else {
        if line.row().is_some_and(|row| row.noted) && line.fate == Fate::Updated {
            news.push("noted".to_owned());
        }
        news.extend(line.edits.iter().filter_map(|edit| told(edit, was, now)));
    }
    row.push(Cell::plain(&news.join(", ")));
    row
}

/// What is said of a cell that changes, where the training FLOP that is shown does not say it: short cells in full, long ones by name.
fn told(edit: &Edit<'_>, was: Option<Flop>, now: Option<Flop>) -> Option<String> {
    match edit.column {
        Column::TrainingFlop if flop_text(was) != flop_text(now) => None,
        Column::TrainingFlop => Some("digits of training_flop".to_owned()),
        Column::TrainingFlopFormatted | Column::ThresholdClassification | Column::LastUpdated => {
            None
        }
        Column::Parameters if number(&edit.from) == number(&edit.to) => {
            Some("digits of parameters".to_owned())
        }
        // The level says that it is one.
        Column::Confidence if !edit.from.is_empty() => Some(format!("{} → {}", edit.from, edit.to)),
        Column::Parameters | Column::ReleaseDate => {
            let [from, to] = [&edit.from, &edit.to].map(|text| match &**text {
                "" => "blank",
                text => text,
            });
            Some(format!("{} {from} → {to}", edit.column.name()))
        }
        column => Some(column.name().to_owned()),
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// Where a new model's number comes from, a line each.
pub(super) fn grounds(plan: &Plan<'_>, line: &Line<'_>) -> Vec<String> {
    let columns = [Column::EstimationMethod, Column::Reasoning, Column::Sources];
    let cells = columns.map(|column| (column, plan.cell(line, column)));
    let filled = cells.iter().filter(|(_, text)| !text.is_empty());
    filled
        .map(|(column, text)| format!("{}: \"{}\"", column.name(), shown(&excerpt(text, LONG))))
        .collect()
}

/// Of a long text the beginning is shown, in bytes.
const LONG: usize = 300;

/// Every cell of a line that changes, in full, a line each.
pub(super) fn details(line: &Line<'_>) -> Vec<String> {
    let edits = line
        .edits
        .iter()
        .filter(|edit| edit.column != Column::TrainingFlopFormatted);
    edits
        .map(|edit| {
            let (from, to) = (excerpt(&edit.from, LONG), excerpt(&edit.to, LONG));
            format!(
                "{}: \"{}\" → \"{}\"",
                edit.column.name(),
                shown(&from),
                shown(&to)
            )
        })
        .collect()
}

/// The training FLOP that a line's row has today.
pub(super) fn before(line: &Line<'_>) -> Option<Flop> {
    match (line.row(), line.edit(Column::TrainingFlop)) {
        (Some(row), _) => row.flop,
        (None, Some(edit)) => edit.from.parse().ok(),
        (None, None) => line.flop,
    }
}

/// Two cells: `4.64e+26 → 3.50e+26` and `÷1.3`; where nothing changes to the eye, the number alone.
pub(super) fn flop_change(was: Option<Flop>, now: Option<Flop>) -> [Cell; 2] {
    let (was_text, now_text) = (flop_text(was), flop_text(now));
    if was_text == now_text {
        return [Cell::plain(&now_text), Cell::plain("")];
    }
    let factor = was.zip(now).map(|(was, now)| was.factor_text(now));
    [
        Cell::plain(&format!("{was_text} → {now_text}")),
        Cell::plain(&factor.unwrap_or_default()),
    ]
}

/// What crossing a line means: another class, or the other side of the 1e25 FLOP that regulators look at.
pub(super) fn class_change(was: Option<Flop>, now: Option<Flop>) -> Option<String> {
    let (was, now) = (was?, now?);
    if was.class() != now.class() {
        return Some(format!("now {}", now.class().name()));
    }
    match (was >= Flop::REGULATORY, now >= Flop::REGULATORY) {
        (true, false) => Some("now below 1e25".to_owned()),
        (false, true) => Some("now above 1e25".to_owned()),
        _ => None,
    }
}

pub(super) fn flop_text(flop: Option<Flop>) -> String {
    flop.map_or_else(|| "no estimate".to_owned(), Flop::two_decimals)
}
