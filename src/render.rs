//! Render: plan → the bytes of the file. Pure but for the writer it is handed.

use std::io::{self, Write};

use crate::cores;
use crate::dataset::{Row, cells, encode};
use crate::plan::{Layout, Line, Mode, Plan, Source};
use crate::schema::Column;

/// Writes the dataset as the plan leaves it.
///
/// A row that is kept is a slice that is copied; of an edited row every cell that does not change keeps its bytes. Each row keeps
/// its own line end, new ones get the file's.
///
/// # Errors
/// Those of the writer.
pub fn render(plan: &Plan<'_>, out: &mut dyn Write) -> io::Result<()> {
    let dataset = plan.dataset;
    if dataset.byte_order_mark {
        out.write_all("\u{feff}".as_bytes())?;
    }
    if plan.layout == Layout::AsItStands {
        return spliced(plan, out);
    }
    out.write_all(dataset.header.refreshed().as_bytes())?;
    out.write_all(
        dataset
            .header
            .line_end()
            .unwrap_or(dataset.line_end)
            .text()
            .as_bytes(),
    )?;
    let columns = columns(plan);
    let write_all_of = |lines: &[Line<'_>], out: &mut dyn Write| {
        lines
            .iter()
            .try_for_each(|line| one(plan, line, &columns, out))
    };
    let mut rounds = plan.lines.chunks_exact(ROUND);
    for round in &mut rounds {
        let rendered = cores::map_shares(round, |lines| {
            let mut bytes = Vec::new();
            write_all_of(lines, &mut bytes).map(|()| bytes)
        });
        for bytes in rendered {
            out.write_all(&bytes?)?;
        }
    }
    write_all_of(rounds.remainder(), out)
}

/// So many lines are rendered, on every core, before they are written: the whole file is never held in memory. Fewer go straight to
/// the writer.
const ROUND: usize = 1 << 12;

/// One line of the file with its end.
fn one(
    plan: &Plan<'_>,
    line: &Line<'_>,
    columns: &[Option<Column>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let end = match &line.source {
        Source::Row(row) => {
            edited(row, line, columns, out)?;
            row.record.end
        }
        Source::Estimate(_) => {
            new(plan, line, columns, out)?;
            None
        }
        Source::Restored { raw, .. } => {
            out.write_all(raw.as_bytes())?;
            None
        }
    };
    out.write_all(end.unwrap_or(plan.dataset.line_end).text().as_bytes())
}

/// The file as it stands, but for the rows that are edited.
fn spliced(plan: &Plan<'_>, out: &mut dyn Write) -> io::Result<()> {
    let text = plan.dataset.text.unwrap_or_default();
    let header = &plan.dataset.header;
    let columns: Vec<_> = (0..header.width())
        .map(|place| header.column_at(place))
        .collect();
    let mut copied = 0;
    for line in plan.lines.iter().filter(|line| !line.edits.is_empty()) {
        if let Some(row) = line.row() {
            out.write_all(&text.as_bytes()[copied..row.record.start])?;
            edited(row, line, &columns, out)?;
            copied = row.record.start + row.record.raw.len();
        }
    }
    out.write_all(&text.as_bytes()[copied..])
}

/// Whether the dataset would be another file afterwards. Blank lines and a missing final newline alone are no reason to write.
pub fn is_pending(plan: &Plan<'_>) -> bool {
    let Some(text) = plan.dataset.text else {
        return true;
    };
    if plan.mode == Mode::Reset {
        return differs(plan, text);
    }
    let header = &plan.dataset.header;
    let tidied = plan.layout == Layout::Tidy
        && (header.has_old_name() || header.missing().next().is_some() || plan.resorted);
    tidied
        || plan.leaving() > 0
        || plan
            .lines
            .iter()
            .any(|line| line.row().is_none() || !line.edits.is_empty())
}

fn differs(plan: &Plan<'_>, text: &str) -> bool {
    let mark = if plan.dataset.byte_order_mark {
        "\u{feff}".len()
    } else {
        0
    };
    let mut compared = Compared {
        rest: text.as_bytes(),
        unseen: mark,
    };
    render(plan, &mut compared).is_err() || !compared.rest.is_empty()
}

/// A writer that fails at the first byte that is not the one expected.
struct Compared<'a> {
    rest: &'a [u8],
    /// Bytes of the byte order mark, which the text is read without.
    unseen: usize,
}

impl Write for Compared<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = bytes.len();
        let bytes = &bytes[self.unseen.min(written)..];
        self.unseen -= written - bytes.len();
        self.rest = self
            .rest
            .strip_prefix(bytes)
            .ok_or(io::ErrorKind::InvalidData)?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The columns of the refreshed file: the owner's, and behind them those of the schema that were missing.
fn columns(plan: &Plan<'_>) -> Vec<Option<Column>> {
    let header = &plan.dataset.header;
    (0..header.width())
        .map(|place| header.column_at(place))
        .chain(header.missing().map(Some))
        .collect()
}

/// A row of today's file with the line's edits, cells behind its end appended.
fn edited(
    row: &Row<'_>,
    line: &Line<'_>,
    columns: &[Option<Column>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let raw = row.record.raw;
    if line.edits.is_empty() {
        out.write_all(raw.as_bytes())?;
        return columns
            .iter()
            .skip(cells(raw).count())
            .try_for_each(|_| out.write_all(b","));
    }
    let mut edits = [None; Column::COUNT];
    for edit in &line.edits {
        edits[edit.column.index()] = Some(edit);
    }
    let mut today = cells(raw);
    for (place, column) in columns.iter().enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        let kept = today.next().unwrap_or_default();
        match column.and_then(|column| edits[column.index()]) {
            Some(edit) => out.write_all(encode(&edit.to).as_bytes())?,
            None => out.write_all(kept.as_bytes())?,
        }
    }
    Ok(())
}

/// A row written afresh; columns outside the schema are blank.
fn new(
    plan: &Plan<'_>,
    line: &Line<'_>,
    columns: &[Option<Column>],
    out: &mut dyn Write,
) -> io::Result<()> {
    for (place, column) in columns.iter().enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        if let Some(column) = column {
            out.write_all(encode(&plan.cell(line, *column)).as_bytes())?;
        }
    }
    Ok(())
}
