//! Render: plan → the bytes of the file. Pure.

use crate::dataset::push_record;
use crate::plan::{Line, Plan};

/// The dataset as the plan leaves it.
///
/// A row that is kept is its slice of today's file, with its own line end; commas for appended columns follow it. A row that changes
/// is written by csv, and so is a new one.
pub fn render(plan: &Plan<'_>) -> Vec<u8> {
    let table = &plan.dataset.table;
    let mut bytes = Vec::new();
    if table.byte_order_mark {
        bytes.extend_from_slice("\u{feff}".as_bytes());
    }
    bytes.extend_from_slice(table.header.text().as_bytes());
    bytes.extend_from_slice(
        table
            .header
            .line_end()
            .unwrap_or(table.line_end)
            .text()
            .as_bytes(),
    );
    for line in &plan.lines {
        push_line(plan, line, &mut bytes);
    }
    bytes
}

fn push_line(plan: &Plan<'_>, line: &Line<'_>, bytes: &mut Vec<u8>) {
    let table = &plan.dataset.table;
    let (today, afterwards) = (table.header.width(), table.header.names().count());
    let end = line
        .row
        .and_then(|row| row.record.end)
        .unwrap_or(table.line_end);
    if let Some(raw) = line.bytes {
        bytes.extend_from_slice(raw.as_bytes());
        return bytes.extend_from_slice(end.text().as_bytes());
    }
    // A row of which no cell changes keeps its bytes; the cells of appended columns follow them.
    let kept = line
        .row
        .filter(|_| line.edits.iter().all(|edit| edit.place >= today));
    bytes.extend_from_slice(kept.map_or("", |row| row.record.raw).as_bytes());
    if kept.is_some() && line.edits.is_empty() {
        bytes.extend(std::iter::repeat_n(b',', afterwards - today));
        return bytes.extend_from_slice(end.text().as_bytes());
    }
    if kept.is_some() {
        bytes.push(b',');
    }
    let mut edits = line.edits.iter().peekable();
    let places = if kept.is_some() {
        today..afterwards
    } else {
        0..afterwards
    };
    let cells = places.map(|place| match edits.next_if(|edit| edit.place == place) {
        Some(edit) => &*edit.to,
        None => line.before(place),
    });
    push_record(bytes, cells, end);
}
