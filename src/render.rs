//! Renders a plan to the bytes of the files. Pure.

use std::iter;

use crate::dataset::{Table, push_after};
use crate::parallel;
use crate::plan::{EditedRecord, FileChange, Plan};

/// How many rows a core renders at a time.
const SHARE: usize = 4096;

/// The bytes of the dataset as the plan leaves it.
pub fn render(plan: &Plan<'_>) -> Vec<u8> {
    let table = &plan.dataset.table;
    let shares = parallel::map_each(plan.lines.chunks(SHARE), |lines| {
        let mut bytes = Vec::new();
        for line in lines {
            push_record(&mut bytes, table, &line.record);
        }
        bytes
    });
    iter::once(head(table))
        .chain(shares)
        .collect::<Vec<_>>()
        .concat()
}

/// The bytes of the decisions or the aliases as the plan leaves them.
pub(crate) fn render_file(change: &FileChange<'_>) -> Vec<u8> {
    let mut bytes = head(change.table);
    for line in &change.lines {
        push_record(&mut bytes, change.table, line);
    }
    bytes
}

fn head(table: &Table<'_>) -> Vec<u8> {
    let mut bytes = table.byte_order_mark.as_bytes().to_vec();
    let end = table.header.line_end().unwrap_or(table.line_end);
    table.header.push(&mut bytes, end);
    bytes
}

/// A kept record is copied from today's file with its own line end, plus commas for appended columns. A record that comes back whole from
/// an older copy is copied from that. A changed or new record is written by csv.
fn push_record(bytes: &mut Vec<u8>, table: &Table<'_>, record: &EditedRecord<'_>) {
    let today = record.today;
    if let Some(raw) = record.bytes {
        return push_after(bytes, Some(raw), &[""; 0], table.line_end);
    }
    let kept = today.filter(|_| !record.is_changed());
    let from = kept.map_or(0, |_| table.header.width());
    let places = from..table.header.names().count();
    let cells: Vec<_> = places.map(|place| record.after(place)).collect();
    let end = today.and_then(|today| today.end);
    let kept = kept.map(|today| today.raw);
    push_after(bytes, kept, &cells, end.unwrap_or(table.line_end));
}
