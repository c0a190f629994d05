//! Render: plan → the bytes of the files. Pure.

use std::borrow::Cow;
use std::iter;

use crate::dataset::{Record, Table, push_behind};
use crate::parallel;
use crate::plan::{FileChange, Line, Plan};

/// How many rows a core renders at a time.
const SHARE: usize = 4096;

/// The dataset as the plan leaves it.
///
/// A row that is kept is its slice of today's file, with its own line end; commas for appended columns follow it. A row that comes back
/// whole from an older copy is its slice of that. A row that changes is written by csv, and so is a new one.
pub fn render(plan: &Plan<'_>) -> Vec<u8> {
    let table = &plan.dataset.table;
    let shares = parallel::map_each(plan.lines.chunks(SHARE), |lines| {
        let mut bytes = Vec::new();
        for line in lines {
            push_row(&mut bytes, table, line);
        }
        bytes
    });
    iter::once(head(table))
        .chain(shares)
        .collect::<Vec<_>>()
        .concat()
}

fn push_row(bytes: &mut Vec<u8>, table: &Table<'_>, line: &Line<'_>) {
    if let Some(raw) = line.bytes {
        bytes.extend_from_slice(raw.as_bytes());
        return bytes.extend_from_slice(table.line_end.as_bytes());
    }
    let record = line.row.map(|row| &row.record);
    let stays = line.edits.is_empty();
    push_line(bytes, table, record, stays, |place| {
        line.after(&table.header, place)
    });
}

/// A file beside the dataset as the plan leaves it.
pub(crate) fn render_file(change: &FileChange<'_>) -> Vec<u8> {
    let mut bytes = head(change.table);
    for line in &change.lines {
        let stays = !line.is_changed();
        push_line(&mut bytes, change.table, line.record, stays, |place| {
            Cow::Borrowed(&line.cells[place])
        });
    }
    bytes
}

fn head(table: &Table<'_>) -> Vec<u8> {
    let mark = if table.byte_order_mark {
        "\u{feff}"
    } else {
        ""
    };
    let end = table.header.line_end().unwrap_or(table.line_end);
    format!("{mark}{}{end}", table.header.text()).into_bytes()
}

/// A line of today's file as it stands, if it stays, with commas for appended columns; another one, or a new one, with these cells.
fn push_line<'c>(
    bytes: &mut Vec<u8>,
    table: &Table<'_>,
    today: Option<&Record<'_>>,
    stays: bool,
    cell: impl Fn(usize) -> Cow<'c, str>,
) {
    let kept = today.filter(|_| stays);
    let from = kept.map_or(0, |_| table.header.width());
    let cells: Vec<_> = (from..table.header.names().count()).map(cell).collect();
    let end = today.and_then(|record| record.end);
    let kept = kept.map(|record| record.raw);
    push_behind(bytes, kept, &cells, end.unwrap_or(table.line_end));
}
