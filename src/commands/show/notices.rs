//! Further facts about a model: sentences for a person.

use crate::commands::accept::HOW_TO_ACCEPT;
use crate::dataset::{Dataset, DecisionColumn, DecisionLine, Decisions, Row};
use crate::dates;
use crate::flop::Flop;
use crate::lookup::{HOW_TO_KEEP_ONE, Subject, line_numbers};
use crate::plan::{Drift, Line, Plan};
use crate::report::{drift_text, flop_text};
use crate::schema::Column;
use crate::terminal::bounded_model;

/// The sentences, in the order in which they are printed: the model's rows, if it has several; how far it has drifted; what a refresh by
/// `plan` would do; a dismissed model that looks like it; and the decision on the model.
pub(super) fn notices(
    subjects: &[&Subject<'_>],
    drift: Option<Drift>,
    plan: &Plan<'_>,
    decisions: &Decisions<'_>,
) -> Vec<String> {
    let dataset = plan.dataset;
    let mut notices = Vec::new();
    if subjects.len() > 1 {
        let lines = line_numbers(subjects);
        notices.push(format!("It has rows on lines {lines}: {HOW_TO_KEEP_ONE}"));
    }
    let further_rows = subjects[1..].iter().filter_map(|other| other.row);
    notices.extend(further_rows.map(|row| other_row(dataset, row)));
    notices.extend(drift.map(|drift| {
        let said = drift_text(&drift);
        format!("Drifted: {said}; {HOW_TO_ACCEPT}")
    }));
    if let Some(row) = subjects[0].row {
        let line = plan.lines.iter().find(|line| line.is_of(row));
        notices.extend(next_refresh(line, plan));
        let dismissed = line.and_then(|line| line.looks_like.as_ref());
        notices.extend(dismissed.map(|other| {
            let other = bounded_model(&other.name, &other.developer);
            format!(
                "{other} has a look-alike name and is dismissed; if the two are one model, `alias` joins them"
            )
        }));
    }
    notices.extend(decisions.get(&subjects[0].model).map(|line| {
        // A decision has an effect on one of the model's rows or, without a row, as a dismissal.
        let effective_decision = |one: &&Subject<'_>| match one.row {
            Some(row) => decisions.effective_decision(dataset, row, one.latest_flop()),
            None => line.decision.filter(|decision| decision.is_dismissal()),
        };
        let is_void = subjects.iter().find_map(effective_decision).is_none();
        let effect = if is_void { ", without effect" } else { "" };
        format!("Decision{effect}: {}", decision_text(line, decisions))
    }));
    notices
}

/// A further row of the model: its line, its number, its mark and its human text.
fn other_row(dataset: &Dataset<'_>, row: &Row<'_>) -> String {
    let [name, developer] = dataset.table.name_and_developer(&row.record);
    let name = bounded_model(name, developer);
    let mut description = format!("Line {}, {name}: {}", row.record.line, flop_text(row.flop));
    let header = &dataset.table.header;
    let mark = header.place(Column::Verified);
    let mark = row.is_marked().then(|| (mark, row.record.cell(mark)));
    for (place, text) in mark.into_iter().chain(dataset.human_text(row)) {
        description += &format!("; {} \"{}\"", header.name(place), text.trim());
    }
    description
}

/// What the next refresh does to a row, if anything. A row without a line in the plan leaves.
fn next_refresh(line: Option<&Line<'_>>, plan: &Plan<'_>) -> Option<String> {
    let Some(line) = line else {
        return Some("Next refresh: the row is removed".to_owned());
    };
    let header = &plan.dataset.table.header;
    let places = line.record.edits.keys();
    let columns: Vec<&str> = places.map(|place| header.name(*place)).collect();
    let columns = columns.join(", ");
    (!columns.is_empty()).then(|| format!("Next refresh: {columns} will change"))
}

/// A decision as text, such as `below at 3.00e+25 by ana on 2025-08-15: the note`, as far as its cells are filled in.
fn decision_text(line: &DecisionLine<'_>, decisions: &Decisions<'_>) -> String {
    let cell = |column| decisions.cell(line, column).trim();
    let (flop, at) = (cell(DecisionColumn::Flop), cell(DecisionColumn::At));
    let flop = line.flop.map_or(flop.to_owned(), Flop::rounded);
    let day = dates::moment(at).map_or(at, |_| dates::day_text(at));
    let mut description = String::new();
    for (before, text) in [
        ("", cell(DecisionColumn::Decision)),
        (" at ", &flop),
        (" by ", cell(DecisionColumn::By)),
        (" on ", day),
        (": ", cell(DecisionColumn::Note)),
    ] {
        if !text.is_empty() {
            description += &format!("{before}{text}");
        }
    }
    description
}
