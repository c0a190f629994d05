//! Three tables into one: the rows of each key are decided by the [`rules`](super::rules) and written in the order of behaviour §5.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::rules::{Columns, Resolution, whole};
use super::sheet::{ColumnName, Kind, Role, Row, Sheet};
use crate::dataset::{LineEnd, Record, push_behind};
use crate::flop::Flop;
use crate::key::Key;
use crate::schema::Column;
use crate::text::shown;

/// What stands around a conflict.
#[derive(Debug, Clone)]
pub struct Labels {
    pub marker_size: usize,
    pub ours: String,
    pub theirs: String,
}

/// A merged file.
#[derive(Debug)]
pub struct Merged {
    /// Its bytes, with markers around the rows that are in conflict.
    pub bytes: Vec<u8>,
    /// The models whose rows are in conflict: name and developer, as they are written.
    pub conflicts: Vec<(String, String)>,
}

/// One of the two sides, or the base, beside the columns of the merged file.
struct Side<'s, 'a> {
    sheet: &'s Sheet<'a>,
    rows: HashMap<&'s Key, Vec<&'s Row<'a>>>,
    /// For each column of the merged file, where this file has it.
    places: Vec<Option<usize>>,
    /// Whether this is our side, whose line ends the merged file keeps.
    is_ours: bool,
}

struct Line<'s, 'a> {
    cells: Vec<Cow<'s, str>>,
    /// Rows that may say the same, whose bytes are then kept: the preferred one first.
    from: Vec<(&'s Side<'s, 'a>, &'s Record<'a>)>,
}

/// What is written in one place.
enum Part<'s, 'a> {
    Row(Line<'s, 'a>),
    Conflict([Vec<Line<'s, 'a>>; 2]),
}

/// Merges what changed from `base` to `ours` and from `base` to `theirs`. There is no base where both sides added the file.
pub fn merge(
    kind: Kind,
    base: Option<&Sheet<'_>>,
    ours: &Sheet<'_>,
    theirs: &Sheet<'_>,
    labels: &Labels,
) -> Merged {
    let names = merged_columns(ours, theirs);
    let columns = Columns::of(kind, names.iter().map(|(name, _)| *name));
    let base = base.map(|base| Side::of(base, &names, false));
    let ours = Side::of(ours, &names, true);
    let theirs = Side::of(theirs, &names, false);
    let keys: BTreeSet<&Key> = ours
        .rows
        .keys()
        .chain(theirs.rows.keys())
        .copied()
        .collect();
    let mut parts: Vec<(&Key, Part<'_, '_>)> = Vec::new();
    for key in keys {
        let resolved = resolve(&columns, base.as_ref(), &ours, &theirs, key);
        parts.extend(resolved.into_iter().map(|part| (key, part)));
    }
    // An owner's column that one side removed, and that is blank now, goes.
    let is_dropped = |place: &usize| {
        let is_in = |side: &Side<'_, '_>| side.places[*place].is_some();
        let mut lines = parts.iter().flat_map(|(_, part)| part.lines());
        columns.role(*place) == Role::Own
            && base.as_ref().is_some_and(is_in)
            && !(is_in(&ours) && is_in(&theirs))
            && lines.all(|line| line.cells[*place].trim().is_empty())
    };
    let mut writer = Writer {
        bytes: Vec::new(),
        line_end: ours.sheet.table.line_end,
        shown: (0..names.len())
            .filter(|place| !is_dropped(place))
            .collect(),
    };
    writer.header(&ours, &names);

    let place = |wanted: &str| names.iter().position(|(name, _)| *name == wanted);
    let [name, developer] = ["name", "developer"].map(place);
    let mut conflicts = Vec::new();
    for (_, part) in &parts {
        if let Part::Conflict(_) = part
            && let Some(line) = part.lines().next()
        {
            let cell = |place: Option<usize>| place.map_or("", |place| &line.cells[place]);
            conflicts.push((cell(name).to_owned(), cell(developer).to_owned()));
        }
    }
    let flop = place(Column::TrainingFlop.name()).filter(|_| kind == Kind::Dataset);
    parts.sort_by_cached_key(|(key, part)| {
        let order = |line: &Line<'_, '_>| {
            Flop::descending(flop.and_then(|place| line.cells[place].parse().ok()))
        };
        (part.lines().next().map_or(0, order), *key)
    });
    for (_, part) in &parts {
        match part {
            Part::Row(line) => writer.line(line),
            Part::Conflict(sides) => writer.conflict(sides, labels),
        }
    }
    Merged {
        bytes: writer.bytes,
        conflicts,
    }
}

/// Our columns, and behind them those that only they have.
fn merged_columns<'s>(ours: &'s Sheet<'_>, theirs: &'s Sheet<'_>) -> Vec<ColumnName<'s>> {
    let mut names = ours.columns();
    for name in theirs.columns() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// What becomes of the rows of a key.
fn resolve<'s, 'a>(
    columns: &Columns,
    base: Option<&'s Side<'s, 'a>>,
    ours: &'s Side<'s, 'a>,
    theirs: &'s Side<'s, 'a>,
    key: &Key,
) -> Vec<Part<'s, 'a>> {
    let in_base = base.map_or(&[][..], |base| base.rows_of(key));
    let (in_ours, in_theirs) = (ours.rows_of(key), theirs.rows_of(key));
    let was: Vec<Vec<&str>> = base.map_or_else(Vec::new, |base| base.cells_of(in_base));
    let (our, their) = (ours.cells_of(in_ours), theirs.cells_of(in_theirs));
    let rows = |lines: Vec<_>| lines.into_iter().map(Part::Row).collect();
    let conflict = || {
        vec![Part::Conflict([
            ours.lines(in_ours),
            theirs.lines(in_theirs),
        ])]
    };
    let is_marked = was.iter().any(|cells| !columns.mark(cells).is_empty());
    // Where both sides dropped the same duplicates, the first row of the base stands for them.
    let are_settled = our.len() == 1 && their.len() == 1 && !is_marked;
    if our.len() > 1 || their.len() > 1 || (was.len() > 1 && !are_settled) {
        // Which of several rows belongs to which cannot be told, so they are taken as one.
        return if our == was {
            rows(theirs.lines(in_theirs))
        } else if their == was || our == their || (their.is_empty() && !is_marked) {
            rows(ours.lines(in_ours))
        } else if our.is_empty() && !is_marked {
            rows(theirs.lines(in_theirs))
        } else {
            conflict()
        };
    }
    let first = |rows: &[Vec<&'s str>]| rows.first().cloned();
    let (base_cells, our_cells, their_cells) = (first(&was), first(&our), first(&their));
    match columns.decide(
        base_cells.as_deref(),
        our_cells.as_deref(),
        their_cells.as_deref(),
    ) {
        Resolution::Gone => Vec::new(),
        Resolution::Conflict => conflict(),
        Resolution::Row(cells) => {
            let our = in_ours.first().map(|row| (ours, &row.record));
            let their = in_theirs.first().map(|row| (theirs, &row.record));
            let mut from: Vec<_> = our.into_iter().chain(their).collect();
            if let (Some(was), Some((_, our))) = (in_base.first(), our)
                && was.record.raw == our.raw
            {
                // They changed the row, so their bytes are the newer ones.
                from.reverse();
            }
            vec![Part::Row(Line { cells, from })]
        }
    }
}

impl<'s, 'a> Part<'s, 'a> {
    fn lines(&self) -> impl Iterator<Item = &Line<'s, 'a>> {
        let sides: [&[Line<'s, 'a>]; 2] = match self {
            Part::Row(line) => [std::slice::from_ref(line), &[]],
            Part::Conflict([ours, theirs]) => [ours, theirs],
        };
        sides.into_iter().flatten()
    }
}

impl<'s, 'a> Side<'s, 'a> {
    fn of(sheet: &'s Sheet<'a>, names: &[ColumnName<'_>], is_ours: bool) -> Side<'s, 'a> {
        let own = sheet.columns();
        let place = |name: &ColumnName<'_>| own.iter().position(|found| found == name);
        Side {
            rows: sheet.by_key(),
            places: names.iter().map(place).collect(),
            sheet,
            is_ours,
        }
    }

    fn rows_of(&self, key: &Key) -> &[&'s Row<'a>] {
        self.rows.get(key).map_or(&[], Vec::as_slice)
    }

    /// What a row says in the columns of the merged file; `""` where this file has no such column.
    fn cells(&self, record: &'s Record<'_>) -> Vec<&'s str> {
        let cell = |place: &Option<usize>| place.map_or("", |place| record.cell(place));
        self.places.iter().map(cell).collect()
    }

    fn cells_of(&self, rows: &[&'s Row<'a>]) -> Vec<Vec<&'s str>> {
        rows.iter().map(|row| self.cells(&row.record)).collect()
    }

    fn lines(&'s self, rows: &[&'s Row<'a>]) -> Vec<Line<'s, 'a>> {
        let lines = rows.iter().map(|row| Line {
            cells: whole(&self.cells(&row.record)),
            from: vec![(self, &row.record)],
        });
        lines.collect()
    }

    /// Whether a row of this file can stand in the merged file as it is, with further cells behind it.
    fn leads(&self, shown: &[usize]) -> bool {
        let width = self.sheet.table.header.width();
        let is_at_its_place = |place| self.places[shown[place]] == Some(place);
        width <= shown.len() && (0..width).all(is_at_its_place)
    }
}

struct Writer {
    bytes: Vec<u8>,
    line_end: LineEnd,
    /// The columns that it has.
    shown: Vec<usize>,
}

impl Writer {
    fn header(&mut self, ours: &Side<'_, '_>, names: &[ColumnName<'_>]) {
        let table = &ours.sheet.table;
        if table.byte_order_mark {
            self.bytes.extend_from_slice("\u{feff}".as_bytes());
        }
        let end = table.header.line_end().unwrap_or(self.line_end);
        let raw = table.header.raw().filter(|_| ours.leads(&self.shown));
        let kept = raw.map_or(0, |_| table.header.width());
        let rest = self.shown[kept..].iter().map(|place| names[*place].0);
        push_behind(&mut self.bytes, raw, rest, end);
    }

    fn line(&mut self, line: &Line<'_, '_>) {
        let same = line.from.iter().find(|(side, record)| {
            let mut cells = record.cells().zip(&self.shown);
            side.leads(&self.shown) && cells.all(|(cell, place)| line.cells[*place] == cell)
        });
        let end = same
            .filter(|(side, _)| side.is_ours)
            .and_then(|(_, record)| record.end);
        let end = end.unwrap_or(self.line_end);
        let kept = same.map_or(0, |(side, _)| side.sheet.table.header.width());
        let rest = self.shown[kept..].iter().map(|place| &*line.cells[*place]);
        let raw = same.map(|(_, record)| record.raw);
        push_behind(&mut self.bytes, raw, rest, end);
    }

    /// The whole rows of both sides between git's markers.
    fn conflict(&mut self, [ours, theirs]: &[Vec<Line<'_, '_>>; 2], labels: &Labels) {
        self.marker("<", labels.marker_size, &labels.ours);
        ours.iter().for_each(|line| self.line(line));
        self.marker("=", labels.marker_size, "");
        theirs.iter().for_each(|line| self.line(line));
        self.marker(">", labels.marker_size, &labels.theirs);
    }

    fn marker(&mut self, sign: &str, size: usize, label: &str) {
        let line = format!("{} {}", sign.repeat(size), shown(label));
        self.bytes.extend_from_slice(line.trim_end().as_bytes());
        self.bytes
            .extend_from_slice(self.line_end.text().as_bytes());
    }
}
