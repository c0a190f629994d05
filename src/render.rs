//! Render: plan → the bytes of the files. Pure.

use std::iter::empty;

use crate::dataset::{Record, Table, push_behind, push_record};
use crate::parallel;
use crate::plan::{Edit, FileChange, Line, Plan};

/// The dataset as the plan leaves it.
///
/// A row that is kept is its slice of today's file, with its own line end; commas for appended columns follow it. A row that comes back
/// whole from an older copy is its slice of that. A row that changes is written by csv, and so is a new one.
pub fn render(plan: &Plan<'_>) -> Vec<u8> {
    let table = &plan.dataset.table;
    let share = plan
        .lines
        .len()
        .div_ceil(parallel::cores())
        .max(parallel::MANY);
    let shares: Vec<&[Line<'_>]> = plan.lines.chunks(share).collect();
    let shares = parallel::map(&shares, 2, |lines| {
        let mut bytes = Vec::new();
        for line in *lines {
            match (line.bytes, line.estimate) {
                (Some(raw), _) => push_behind(&mut bytes, Some(raw), empty(), table.line_end),
                (_, Some(_)) => {
                    let places = 0..table.header.names().count();
                    let cells = places.map(|place| line.after(&table.header, place));
                    push_record(&mut bytes, cells, table.line_end);
                }
                _ => {
                    let record = line.row.map(|row| &row.record);
                    push_line(table, record, &line.edits, &mut bytes);
                }
            }
        }
        bytes
    });
    // The others are copied behind the first, which spares a copy of half the file.
    let mut shares = shares.into_iter();
    let mut bytes = shares.next().unwrap_or_default();
    bytes.splice(0..0, head(table));
    shares.for_each(|share| bytes.extend_from_slice(&share));
    bytes
}

/// A file beside the dataset as the plan leaves it.
pub fn render_file(change: &FileChange<'_>) -> Vec<u8> {
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
