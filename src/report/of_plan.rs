//! The groups of a report that are told of a run's plan and its estimates, not of its changes.

use super::entry::{beginning, flop_cell};
use super::group::{Group, MODEL_FLOP};
use crate::plan::{Input, Line, Plan};
use crate::schema::Column;
use crate::terminal::{Align, Cell, Tone, listed};

/// Rows with human work whose model is dismissed.
pub(super) fn contradicted(plan: &Plan<'_>, limit: usize) -> Group {
    let cells = plan.contradicted.iter().take(limit).map(|row| {
        let cell = |column| plan.dataset.cell(row, column);
        vec![
            Cell::name(Tone::Attention, "!", cell(Column::Name)),
            Cell::name(Tone::Plain, "", cell(Column::Developer)),
            flop_cell(row.flop),
            Cell::plain(""),
        ]
    });
    Group {
        title: "Dismissed, and yet kept",
        meaning: ": a person wrote in these rows, so the decision has no effect on them; take one of the two back",
        total: plan.contradicted.len(),
        columns: MODEL_FLOP,
        rows: cells.collect(),
        ..Group::default()
    }
}

/// Where a new model's number comes from, a line each.
pub(super) fn grounds(plan: &Plan<'_>, line: &Line<'_>) -> Vec<String> {
    let columns = [Column::EstimationMethod, Column::Reasoning, Column::Sources];
    let cells = columns.map(|column| (column, plan.cell(line, column)));
    let filled = cells.iter().filter(|(_, text)| !text.is_empty());
    filled
        .map(|(column, text)| format!("{}: {}", column.name(), beginning(text)))
        .collect()
}

pub(super) fn unestimated(input: Option<&Input<'_>>, limit: usize) -> Group {
    let models = input.map_or(&[][..], |input| &input.unestimated);
    let names = models.iter().map(|model| model.name.to_string());
    let text = match limit {
        usize::MAX => names.collect::<Vec<_>>().join(", "),
        _ => listed(names),
    };
    sentences(
        "No estimate",
        ": in the estimates without a training FLOP",
        models.len(),
        &[text],
    )
}

/// What happens to the file as a whole, said once.
pub(super) fn layout(plan: &Plan<'_>) -> Group {
    let header = &plan.dataset.table.header;
    let mut said = Vec::new();
    if header.has_old_name() {
        said.push("the column `model` is renamed to `name`".to_owned());
    }
    let missing: Vec<&str> = header.missing().collect();
    if !missing.is_empty() {
        said.push(format!(
            "columns are appended on the right: {}",
            missing.join(", ")
        ));
    }
    if plan.resorted {
        said.push("the rows stood in another order and are sorted by training FLOP".to_owned());
    }
    sentences("Layout", "", said.len(), &said)
}

fn sentences(title: &'static str, meaning: &'static str, total: usize, said: &[String]) -> Group {
    Group {
        title,
        meaning,
        total,
        columns: &[Align::Sentence],
        rows: said.iter().map(|text| vec![Cell::plain(text)]).collect(),
        ..Group::default()
    }
}
