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
    let width = table.header.names().count();
    let (raw, end) = match (line.bytes, line.row) {
        (Some(raw), _) => (raw, table.line_end),
        (None, Some(row)) if line.edits.is_empty() => {
            (row.record.raw, row.record.end.unwrap_or(table.line_end))
        }
        (None, row) => {
            let end = row.and_then(|row| row.record.end).unwrap_or(table.line_end);
            let mut edits = line.edits.iter().peekable();
            let cells = (0..width).map(|place| match edits.next_if(|edit| edit.place == place) {
                Some(edit) => &*edit.to,
                None => line.before(place),
            });
            return push_record(bytes, cells, end);
        }
    };
    bytes.extend_from_slice(raw.as_bytes());
    if line.bytes.is_none() {
        let appended = width - table.header.width();
        bytes.extend(std::iter::repeat_n(b',', appended));
    }
    bytes.extend_from_slice(end.text().as_bytes());
}
