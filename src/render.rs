//! Render: plan → the bytes of the files. Pure.

use std::iter;

use crate::dataset::{Record, Table, push_behind, push_record};
use crate::parallel;
use crate::plan::{Edit, FileChange, Line, Plan};

/// The dataset as the plan leaves it.
///
/// A row that is kept is its slice of today's file, with its own line end; commas for appended columns follow it. A row that comes back
/// whole from an older copy is its slice of that. A row that changes is written by csv, and so is a new one.
pub fn render(plan: &Plan<'_>) -> Vec<u8> {
    let table = &plan.dataset.table;
    let share = plan.lines.len().div_ceil(parallel::cores());
    let shares: Vec<&[Line<'_>]> = plan.lines.chunks(share.max(parallel::MANY)).collect();
    let shares = parallel::map(&shares, 2, |lines| {
        let mut bytes = Vec::new();
        for line in *lines {
            push_row(table, line, &mut bytes);
        }
        bytes
    });
    iter::once(head(table))
        .chain(shares)
        .collect::<Vec<_>>()
        .concat()
}

fn push_row(table: &Table<'_>, line: &Line<'_>, bytes: &mut Vec<u8>) {
    if let Some(raw) = line.bytes {
        push_behind(bytes, Some(raw), iter::empty(), table.line_end);
    } else if line.estimate.is_some() {
        let places = 0..table.header.names().count();
        let cells = places.map(|place| line.after(&table.header, place));
        push_record(bytes, cells, table.line_end);
    } else {
        push_line(table, line.row.map(|row| &row.record), &line.edits, bytes);
    }
}

/// A file beside the dataset as the plan leaves it.
pub(crate) fn render_file(change: &FileChange<'_>) -> Vec<u8> {
    let mut bytes = head(change.table);
    for line in &change.lines {
        push_line(change.table, line.record, &line.edits, &mut bytes);
    }
    bytes
}

fn head(table: &Table<'_>) -> Vec<u8> {
    let mark = if table.byte_order_mark {
        "\u{feff}"
    } else {
        ""
    };
    let end = table.header.line_end().unwrap_or(table.line_end).text();
    format!("{mark}{}{end}", table.header.text()).into_bytes()
}

fn push_line(
    table: &Table<'_>,
    record: Option<&Record<'_>>,
    edits: &[Edit<'_>],
    bytes: &mut Vec<u8>,
) {
    let (today, afterwards) = (table.header.width(), table.header.names().count());
    let end = record
        .and_then(|record| record.end)
        .unwrap_or(table.line_end);
    // A row of which no cell changes keeps its bytes; the cells of appended columns follow them.
    let kept = record.filter(|_| edits.iter().all(|edit| edit.place >= today));
    let mut edits = edits.iter().peekable();
    let places = kept.map_or(0, |_| today)..afterwards;
    let cells = places.map(
        move |place| match edits.next_if(|edit| edit.place == place) {
            Some(edit) => &*edit.to,
            None => record.map_or("", |record| record.cell(place)),
        },
    );
    push_behind(bytes, kept.map(|record| record.raw), cells, end);
}
