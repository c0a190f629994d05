//! Merges three tables into one: the rows of each key are decided, by the [`rules`](super::rules) if both sides changed them, and written
//! in the order of behaviour §5.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use anyhow::{Context, Result, anyhow, bail};

use super::kind::Kind;
use super::rules::{Conflict, Rules};
use crate::dataset::{Header, LineEnd, Record, Refusal, Table, push_after};
use crate::key::Key;
use crate::plan::row_order;
use crate::schema::Column;
use crate::terminal::bounded_model;
use crate::text::{count_newlines, is_conflict_marker, is_same_text, quoted, shown};

/// The markers around a conflict: their length, and the labels of the two sides.
#[derive(Debug, Clone)]
pub struct Markers<'l> {
    pub size: usize,
    pub ours: &'l str,
    pub theirs: &'l str,
}

#[derive(Debug)]
pub struct Merged {
    /// The merged file, with markers around the rows that are in conflict.
    pub bytes: Vec<u8>,
    /// The models whose rows are in conflict, or else why the merged rows would be refused, as text for a message.
    pub conflicts: Vec<String>,
}

/// A row of one version of the file, or of the merged file.
#[derive(Clone, PartialEq)]
pub(super) struct AlignedRow<'s> {
    /// Its cells in the columns of the merged file.
    pub cells: Vec<Cow<'s, str>>,
    /// The bytes of the row that can stay, and how many cells they hold. The other cells are written after them.
    pub kept: Option<(&'s str, usize)>,
}

/// Merges the changes that our version and theirs made to the base.
///
/// # Errors
/// When one of the three cannot be read, or only one side lacks a column that is filled in the base.
pub fn merge(
    kind: Kind,
    [base, ours, theirs]: [&[u8]; 3],
    markers: &Markers<'_>,
) -> Result<Merged> {
    let (settled, contested_lines) = without_inner_markers(base, markers.size);
    let versions = read(kind, [&settled, ours, theirs])?;
    let [base, (ours, _), (theirs, _)] = &versions;
    refuse_lost_columns(base, [ours, theirs]).context("ours")?;
    refuse_lost_columns(base, [theirs, ours]).context("theirs")?;
    let contested = keys_on(base, &contested_lines);
    let columns = merged_columns(&ours.header, &theirs.header);
    let rules = Rules::of(kind, &columns);
    let by_key = rows_by_key(&versions, &columns);
    let flop_place = columns
        .iter()
        .position(|column| kind == Kind::Dataset && *column == Column::TrainingFlop.name());
    let flop = |row: &AlignedRow<'_>| row.cells[flop_place?].parse().ok();
    let (header, end) = (&ours.header, ours.line_end);
    let mut conflicts = Vec::new();
    let mut written = Vec::new();
    for (key, [was, our, their]) in &by_key {
        // If rows were in conflict between the merge bases, nobody can tell which side has changed them since.
        let merged = match contested.contains(key) {
            true if are_same(our, their) => Ok(our.clone()),
            true => Err(Conflict),
            false => resolve(&rules, [was, our, their]),
        };
        match merged {
            Ok(rows) => {
                for row in &rows {
                    let mut bytes = Vec::new();
                    push_row(&mut bytes, row, end);
                    written.push((row_order(flop(row), key), bytes));
                }
            }
            Err(Conflict) => {
                let first = our.first().or(their.first());
                let [name, developer] = header
                    .key_places()
                    .map(|place| first.map_or("", |row| &row.cells[place]));
                conflicts.push(bounded_model(name, developer));
                let order = row_order(first.and_then(flop), key);
                written.push((order, conflict(our, their, markers, end)));
            }
        }
    }
    written.sort_by_key(|(order, _)| *order);
    let mut bytes = ours.byte_order_mark.as_bytes().to_vec();
    push_after(&mut bytes, header.raw(), &columns[header.width()..], end);
    for (_, row) in written {
        bytes.extend(row);
    }
    if conflicts.is_empty()
        && let Err(refusal) = kind.read(&bytes)
    {
        conflicts.push(format!("the merged rows would be refused: line {refusal}"));
    }
    Ok(Merged { bytes, conflicts })
}

/// A version of the file, and its rows.
type Version<'s> = (Table<'s>, Vec<Record<'s>>);

/// Reads the three versions. The base must have no markers left in it.
fn read<'s>(kind: Kind, [base, ours, theirs]: [&'s [u8]; 3]) -> Result<[Version<'s>; 3]> {
    let unreadable =
        |whose| move |refusal: Refusal| anyhow!("{whose} cannot be read: line {refusal}");
    let ours = kind.read(ours).map_err(unreadable("ours"))?;
    let theirs = kind.read(theirs).map_err(unreadable("theirs"))?;
    // A file that both sides added has an empty base.
    let text = base.strip_prefix("\u{feff}".as_bytes()).unwrap_or(base);
    let base = if text.trim_ascii().is_empty() {
        // Without rows, the kind of the table makes no difference.
        (Table::absent::<Column>(), Vec::new())
    } else {
        kind.read_base(base).map_err(unreadable("the base"))?
    };
    Ok([base, ours, theirs])
}

/// The base without the markers that a merge of merge bases left, and the numbers (from 1, without the markers) of the lines between them.
///
/// Two branches that merged each other have several merge bases. Git merges these first, with this driver as well, and the result,
/// conflicts included, is the base of the merge. Its markers are longer than those of the merge itself.
fn without_inner_markers(base: &[u8], marker_size: usize) -> (Cow<'_, [u8]>, HashSet<usize>) {
    let mut contested = HashSet::new();
    let Ok(text) = str::from_utf8(base) else {
        return (base.into(), contested);
    };
    let (mut rest, mut number) = (String::new(), 1);
    // The markers that are still to come, the next one last: the sign of each, and its length.
    let mut expected: Vec<(char, usize)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let sign = line.chars().next().unwrap_or_default();
        let after_sign = line.trim_start_matches(sign);
        let size = line.len() - after_sign.len();
        let is_marker = is_conflict_marker(line) || (sign == '=' && after_sign.trim().is_empty());
        if is_marker && sign == '<' && size > marker_size {
            expected.extend([('>', size), ('=', size)]);
        } else if is_marker && expected.last() == Some(&(sign, size)) {
            expected.pop();
        } else {
            contested.extend((!expected.is_empty()).then_some(number));
            rest += line;
            number += 1;
        }
    }
    if !expected.is_empty() {
        return (base.into(), HashSet::new());
    }
    (rest.into_bytes().into(), contested)
}

/// The keys of the rows that are on these lines.
fn keys_on((table, rows): &Version<'_>, lines: &HashSet<usize>) -> HashSet<Key> {
    let is_on_them = |row: &&Record<'_>| {
        let last = row.line + count_newlines(row.raw.as_bytes());
        (row.line..=last).any(|line| lines.contains(&line))
    };
    let rows = rows.iter().filter(is_on_them);
    rows.map(|row| table.key(row)).collect()
}

/// Refuses to merge if only one side lacks a column that is filled in the base. A missing column does not say that its cells are blank, so
/// rows without it cannot be merged with rows that have it.
fn refuse_lost_columns((base, rows): &Version<'_>, [side, other]: [&Table<'_>; 2]) -> Result<()> {
    let [here, there] =
        [side, other].map(|table| table.header.places_today(base.header.names_today()));
    for place in 0..here.len() {
        let is_lost = here[place].is_none() && there[place].is_some();
        if is_lost && rows.iter().any(|row| !row.cell(place).is_empty()) {
            let column = quoted(base.header.name(place));
            bail!(
                "the column {column} is missing, so rows cannot be merged until it is put back (its cells may be blank)"
            );
        }
    }
    Ok(())
}

/// Our columns, followed by the columns that only their version has.
fn merged_columns<'s>(ours: &'s Header<'_>, theirs: &'s Header<'_>) -> Vec<&'s str> {
    let mut columns: Vec<&str> = ours.names_today().collect();
    let in_ours = ours.places_today(theirs.names_today());
    let names = theirs.names_today().zip(in_ours);
    columns.extend(names.filter_map(|(name, place)| place.is_none().then_some(name)));
    columns
}

/// The rows of each key in each version, in the order of the file, with their cells in these columns.
fn rows_by_key<'s>(
    versions: &'s [Version<'_>; 3],
    columns: &[&str],
) -> BTreeMap<Key, [Vec<AlignedRow<'s>>; 3]> {
    let mut rows: BTreeMap<_, [Vec<_>; 3]> = BTreeMap::new();
    for (version, (table, records)) in versions.iter().enumerate() {
        let header = &table.header;
        let (width, places) = (header.width(), header.places_today(columns.iter().copied()));
        let is_in_front = places.iter().take(width).copied().eq((0..width).map(Some));
        for record in records {
            let cell = |place: &Option<usize>| place.map_or("", |place| record.cell(place)).into();
            rows.entry(table.key(record)).or_default()[version].push(AlignedRow {
                cells: places.iter().map(cell).collect(),
                kept: is_in_front.then_some((record.raw, width)),
            });
        }
    }
    rows
}

/// Whether the rows have the same cells. Line ends inside a cell (behaviour §5) and the bytes of a row make no difference.
fn are_same(rows: &[AlignedRow<'_>], others: &[AlignedRow<'_>]) -> bool {
    let is_same = |(row, other): (&AlignedRow<'_>, &AlignedRow<'_>)| {
        let mut cells = row.cells.iter().zip(&other.cells);
        cells.all(|(cell, other)| is_same_text(cell, other))
    };
    rows.len() == others.len() && rows.iter().zip(others).all(is_same)
}

/// Merges the rows that a key has in the base, on our side and on theirs.
pub(super) fn resolve<'s>(
    rules: &Rules,
    [base, ours, theirs]: [&[AlignedRow<'s>]; 3],
) -> Result<Vec<AlignedRow<'s>>, Conflict> {
    // If our rows have the very bytes of the base, their rows keep their bytes, if they can.
    if ours == base && theirs.iter().all(|row| row.kept.is_some()) {
        return Ok(theirs.to_vec());
    }
    if are_same(theirs, base) || are_same(theirs, ours) {
        return Ok(ours.to_vec());
    }
    if are_same(ours, base) {
        return Ok(theirs.to_vec());
    }
    let is_marked = base.iter().any(|row| !rules.mark(&row.cells).is_empty());
    // If both sides dropped duplicates, the row that they kept is the first one in the base whose human text both sides still have.
    let is_kept = |was: &&AlignedRow<'_>| {
        let mut sides = ours.iter().chain(theirs);
        sides.all(|side| rules.has_same_text(&was.cells, &side.cells))
    };
    let was = if base.len() > 1 {
        base.iter().find(is_kept)
    } else {
        base.first()
    };
    let is_one_row = base.len() <= 1 || (was.is_some() && !is_marked);
    match (ours, theirs) {
        // Removed on one side, and changed on the other.
        ([], rows) | (rows, []) if !is_marked => Ok(rows.to_vec()),
        ([ours], [theirs]) if is_one_row => {
            let was = was.map(|row| &*row.cells);
            let cells = rules.merged(was, &ours.cells, &theirs.cells)?;
            let kept = [ours, theirs].into_iter().find_map(|row| {
                row.kept
                    .filter(|(_, width)| cells.starts_with(&row.cells[..*width]))
            });
            Ok(vec![AlignedRow { cells, kept }])
        }
        // A marked row was removed on one side, or nobody can tell which of several rows belong together.
        _ => Err(Conflict),
    }
}

/// Our rows and theirs, between git's markers.
fn conflict(
    ours: &[AlignedRow<'_>],
    theirs: &[AlignedRow<'_>],
    markers: &Markers<'_>,
    end: LineEnd,
) -> Vec<u8> {
    let marker = |sign: &str, label: &str| {
        let label = shown(label);
        format!("{}{label}{}", sign.repeat(markers.size), end)
    };
    let mut bytes = marker("<", &format!(" {}", markers.ours)).into_bytes();
    ours.iter().for_each(|row| push_row(&mut bytes, row, end));
    bytes.extend(marker("=", "").into_bytes());
    theirs.iter().for_each(|row| push_row(&mut bytes, row, end));
    bytes.extend(marker(">", &format!(" {}", markers.theirs)).into_bytes());
    bytes
}

fn push_row(bytes: &mut Vec<u8>, row: &AlignedRow<'_>, end: LineEnd) {
    let (raw, width) = row.kept.unzip();
    push_after(bytes, raw, &row.cells[width.unwrap_or(0)..], end);
}
