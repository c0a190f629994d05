//! Three tables into one: the rows of each key are decided by the [`rules`](super::rules) and written in the order of behaviour §5.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use anyhow::{Context, Result};

use super::keyed_table::{KeyedTable, Kind};
use super::rules::{Conflict, Rules};
use crate::dataset::{LineEnd, Table, push_behind};
use crate::flop::Flop;
use crate::key::Key;
use crate::schema::Column;
use crate::text::shown;

/// What stands around a conflict.
#[derive(Debug, Clone)]
pub struct Labels<'l> {
    pub marker_size: usize,
    pub ours: &'l str,
    pub theirs: &'l str,
}

/// A merged file.
#[derive(Debug)]
pub struct Merged {
    /// Its bytes, with markers around the rows that are in conflict.
    pub bytes: Vec<u8>,
    /// The models whose rows are in conflict: name and developer, as they are written.
    pub conflicts: Vec<[String; 2]>,
}

/// A row of one version of the file, or of the merged one. The header line of the merged file is such a row, too.
#[derive(Clone, PartialEq)]
struct Row<'s> {
    /// What it says in the columns of the merged file; `""` where its own file has no such column.
    cells: Vec<Cow<'s, str>>,
    /// Bytes of it that can stay, and how many cells they are; the others are written behind them.
    kept: Option<(&'s str, usize)>,
}

/// What is written in one place.
enum Part<'s> {
    Row(Row<'s>),
    /// The rows of our side, and those of theirs.
    Conflict(Vec<Row<'s>>, Vec<Row<'s>>),
}

/// Merges what changed from the base, which is the first, to our version and to theirs.
///
/// # Errors
/// When one of them cannot be read.
pub fn merge(kind: Kind, [base, ours, theirs]: [&[u8]; 3], labels: &Labels<'_>) -> Result<Merged> {
    let read = |bytes, whose| {
        KeyedTable::read(kind, bytes).with_context(|| format!("{whose} cannot be read"))
    };
    let (ours, theirs) = (read(ours, "ours")?, read(theirs, "theirs")?);
    let columns = merged_columns(&ours, &theirs);
    let rules = Rules::of(kind, &columns);
    // A file that both sides added has an empty base; one of blanks has no rows either.
    let is_empty = base
        .strip_prefix("\u{feff}".as_bytes())
        .unwrap_or(base)
        .trim_ascii()
        .is_empty();
    let base = (!is_empty).then(|| read(base, "the base")).transpose()?;
    let was = base
        .as_ref()
        .map_or_else(HashMap::new, |base| rows_by_key(base, &columns));
    let our = rows_by_key(&ours, &columns);
    let their = rows_by_key(&theirs, &columns);
    let keys: BTreeSet<&Key> = our.keys().chain(their.keys()).copied().collect();
    let mut parts = Vec::new();
    for key in keys {
        let rows = [&was, &our, &their].map(|rows| rows.get(key).map_or(&[][..], Vec::as_slice));
        let resolved = resolve(&rules, rows);
        parts.extend(resolved.into_iter().map(|part| (key, part)));
    }
    let key_places = ours.table.header.key_places();
    let conflicts = parts
        .iter()
        .filter(|(_, part)| matches!(part, Part::Conflict(..)))
        .filter_map(|(_, part)| part.first())
        .map(|row| key_places.map(|place| row.cells[place].to_string()))
        .collect();
    let flop_place = columns
        .iter()
        .position(|column| kind == Kind::Dataset && *column == Column::TrainingFlop.name());
    parts.sort_by_cached_key(|(key, part)| {
        let flop = flop_place.and_then(|place| part.first()?.cells[place].parse().ok());
        (Flop::descending(flop), *key)
    });
    let header = &ours.table.header;
    let header = Row {
        cells: columns.iter().map(|name| Cow::Borrowed(*name)).collect(),
        kept: header.raw().map(|raw| (raw, header.width())),
    };
    Ok(Merged {
        bytes: written(&ours.table, &header, &parts, labels),
        conflicts,
    })
}

/// Our columns, and behind them those that only they have.
fn merged_columns<'s>(ours: &'s KeyedTable<'_>, theirs: &'s KeyedTable<'_>) -> Vec<&'s str> {
    let mut columns: Vec<&str> = ours.columns().collect();
    let width = columns.len();
    let in_ours = ours.table.header.places_of(theirs.columns());
    for (name, place) in theirs.columns().zip(in_ours) {
        if place.is_none_or(|place| place >= width) {
            columns.push(name);
        }
    }
    columns
}

/// The rows of each key in the order of the file, with their cells in these columns.
fn rows_by_key<'s>(keyed: &'s KeyedTable<'_>, columns: &[&str]) -> HashMap<&'s Key, Vec<Row<'s>>> {
    let header = &keyed.table.header;
    let (width, places) = (header.width(), header.places_of(columns.iter().copied()));
    let is_in_front = places.iter().take(width).copied().eq((0..width).map(Some));
    let mut rows: HashMap<_, Vec<_>> = HashMap::new();
    for (key, record) in &keyed.rows {
        let cell = |place: &Option<usize>| place.map_or("", |place| record.cell(place)).into();
        rows.entry(key).or_default().push(Row {
            cells: places.iter().map(cell).collect(),
            kept: is_in_front.then_some((record.raw, width)),
        });
    }
    rows
}

/// What becomes of the rows of a key in the base, on our side and on theirs.
fn resolve<'s>(rules: &Rules, [base, ours, theirs]: [&[Row<'s>]; 3]) -> Vec<Part<'s>> {
    let whole = |rows: &[Row<'s>]| rows.iter().cloned().map(Part::Row).collect();
    let conflict = || vec![Part::Conflict(ours.to_vec(), theirs.to_vec())];
    // Rows that say the same are one here. Where a side has changed only their bytes, its bytes stay.
    let same = |one: &[Row<'s>], other: &[Row<'s>]| {
        let cells = other.iter().map(|row| &row.cells);
        one.iter().map(|row| &row.cells).eq(cells)
    };
    if ours == base && theirs.iter().all(|row| row.kept.is_some()) {
        return whole(theirs);
    }
    if same(theirs, base) || same(theirs, ours) {
        return whole(ours);
    }
    if same(ours, base) {
        return whole(theirs);
    }
    let is_marked = base.iter().any(|row| !rules.mark(&row.cells).is_empty());
    // Where both sides dropped the same duplicates, the first row of the base stands for them.
    let are_settled = ours.len() == 1 && theirs.len() == 1 && !is_marked;
    if ours.len() > 1 || theirs.len() > 1 || (base.len() > 1 && !are_settled) {
        // Which of several rows belongs to which cannot be told, so they are taken as one.
        return match (ours, theirs) {
            ([], rows) | (rows, []) if !is_marked => whole(rows),
            _ => conflict(),
        };
    }
    let cells = [base, ours, theirs].map(|rows| rows.first().map(|row| &*row.cells));
    match rules.decide(cells) {
        Ok(None) => Vec::new(),
        Err(Conflict) => conflict(),
        Ok(Some(cells)) => {
            let says_so = |row: &Row<'s>| {
                row.kept
                    .filter(|(_, width)| cells.starts_with(&row.cells[..*width]))
            };
            let kept = ours.iter().chain(theirs).find_map(says_so);
            vec![Part::Row(Row { cells, kept })]
        }
    }
}

impl<'s> Part<'s> {
    fn first(&self) -> Option<&Row<'s>> {
        match self {
            Part::Row(row) => Some(row),
            Part::Conflict(ours, theirs) => ours.first().or(theirs.first()),
        }
    }
}

/// The bytes of the merged file, with our byte order mark and line ends.
fn written(
    ours: &Table<'_>,
    header: &Row<'_>,
    parts: &[(&Key, Part<'_>)],
    labels: &Labels<'_>,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    if ours.byte_order_mark {
        bytes.extend_from_slice("\u{feff}".as_bytes());
    }
    let end = ours.line_end;
    push_row(&mut bytes, header, end);
    let marker = |sign: &str| sign.repeat(labels.marker_size);
    for (_, part) in parts {
        match part {
            Part::Row(row) => push_row(&mut bytes, row, end),
            Part::Conflict(ours, theirs) => {
                let (our_label, their_label) = (shown(labels.ours), shown(labels.theirs));
                push_line(&mut bytes, &format!("{} {our_label}", marker("<")), end);
                ours.iter().for_each(|row| push_row(&mut bytes, row, end));
                push_line(&mut bytes, &marker("="), end);
                theirs.iter().for_each(|row| push_row(&mut bytes, row, end));
                push_line(&mut bytes, &format!("{} {their_label}", marker(">")), end);
            }
        }
    }
    bytes
}

fn push_line(bytes: &mut Vec<u8>, line: &str, end: LineEnd) {
    bytes.extend_from_slice(line.as_bytes());
    bytes.extend_from_slice(end.text().as_bytes());
}

fn push_row(bytes: &mut Vec<u8>, row: &Row<'_>, end: LineEnd) {
    let (raw, width) = row.kept.unzip();
    let rest = row.cells[width.unwrap_or(0)..].iter().map(|cell| &**cell);
    push_behind(bytes, raw, rest, end);
}
