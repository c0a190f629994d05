//! Three tables into one: the rows of each key are decided by the [`rules`](super::rules) and written in the order of behaviour §5.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::rules::{Columns, Resolution};
use super::sheet::{ColumnName, Kind, Role, Row, Sheet};
use crate::dataset::{LineEnd, Record, push_record};
use crate::flop::Flop;
use crate::key::Key;
use crate::schema::Column;
use crate::text::shown;

/// What stands around a conflict.
#[derive(Debug, Clone)]
pub struct Labels {
    /// How many signs a marker has.
    pub marker_size: usize,
    /// What our side is called.
    pub ours: String,
    /// What their side is called.
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
    /// The merged file has our line ends.
    is_ours: bool,
}

/// A row of the merged file.
struct Line<'s, 'a> {
    cells: Vec<Cow<'s, str>>,
    /// Rows that may say the same, whose bytes are then kept: the preferred one first.
    from: Vec<(&'s Side<'s, 'a>, &'s Record<'a>)>,
}

/// What becomes of a key.
enum Resolved<'s, 'a> {
    Rows(Vec<Line<'s, 'a>>),
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
    let (ours, theirs) = (
        Side::of(ours, &names, true),
        Side::of(theirs, &names, false),
    );
    let keys: BTreeSet<&Key> = ours
        .rows
        .keys()
        .chain(theirs.rows.keys())
        .copied()
        .collect();
    let resolved: Vec<_> = keys
        .into_iter()
        .map(|key| (key, resolve(&columns, base.as_ref(), &ours, &theirs, key)))
        .collect();

    let dropped = |place: usize| {
        let is_in_base = base
            .as_ref()
            .is_some_and(|base| base.places[place].is_some());
        let is_removed = ours.places[place].is_none() || theirs.places[place].is_none();
        let mut lines = resolved.iter().flat_map(|(_, resolved)| resolved.lines());
        columns.role(place) == Role::Own
            && is_in_base
            && is_removed
            && lines.all(|line| line.cells[place].trim().is_empty())
    };
    let shown: Vec<usize> = (0..names.len()).filter(|place| !dropped(*place)).collect();
    let mut writer = Writer {
        bytes: Vec::new(),
        line_end: ours.sheet.table.line_end,
        shown,
    };
    writer.header(&ours, &names);

    let flop = names
        .iter()
        .position(|(name, _)| *name == Column::TrainingFlop.name());
    let flop = flop.filter(|_| kind == Kind::Dataset);
    let order = |line: &Line<'_, '_>| {
        Flop::descending(flop.and_then(|place| line.cells[place].parse().ok()))
    };
    let cell = |line: &Line<'_, '_>, name: &str| {
        let place = names.iter().position(|(found, _)| *found == name);
        place.map_or_else(String::new, |place| line.cells[place].to_string())
    };
    let conflicts = resolved
        .iter()
        .filter(|(_, resolved)| matches!(resolved, Resolved::Conflict(_)));
    let conflicts = conflicts.filter_map(|(_, resolved)| resolved.lines().next());
    let conflicts = conflicts
        .map(|line| (cell(line, "name"), cell(line, "developer")))
        .collect();
    let mut parts: Vec<(u64, &Key, Part<'_, '_, '_>)> = Vec::new();
    for (key, resolved) in &resolved {
        match resolved {
            Resolved::Rows(lines) => {
                parts.extend(
                    lines
                        .iter()
                        .map(|line| (order(line), *key, Part::Row(line))),
                );
            }
            Resolved::Conflict(sides) => {
                let first = resolved.lines().next().map_or(0, order);
                parts.push((first, key, Part::Conflict(sides)));
            }
        }
    }
    parts.sort_by_key(|(flop, key, _)| (*flop, *key));
    for (_, _, part) in &parts {
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

/// What is written in one place.
enum Part<'p, 's, 'a> {
    Row(&'p Line<'s, 'a>),
    Conflict(&'p [Vec<Line<'s, 'a>>; 2]),
}

/// Our columns, and behind them those that only they have.
fn merged_columns<'s>(ours: &'s Sheet<'_>, theirs: &'s Sheet<'_>) -> Vec<ColumnName<'s>> {
    let mut names = ours.columns();
    let theirs = theirs.columns();
    let added: Vec<_> = theirs
        .into_iter()
        .filter(|name| !names.contains(name))
        .collect();
    names.extend(added);
    names
}

/// What becomes of the rows of a key.
fn resolve<'s, 'a>(
    columns: &Columns,
    base: Option<&'s Side<'s, 'a>>,
    ours: &'s Side<'s, 'a>,
    theirs: &'s Side<'s, 'a>,
    key: &Key,
) -> Resolved<'s, 'a> {
    let in_base = base.map_or(&[][..], |base| base.rows_of(key));
    let (in_ours, in_theirs) = (ours.rows_of(key), theirs.rows_of(key));
    let conflict = || Resolved::Conflict([ours.lines(in_ours), theirs.lines(in_theirs)]);
    let cells = |side: Option<&'s Side<'s, 'a>>, rows: &[&'s Row<'a>]| -> Vec<Vec<&'s str>> {
        let rows = rows.iter().filter_map(|row| Some(side?.cells(&row.record)));
        rows.collect()
    };
    let was = cells(base, in_base);
    let is_marked = was.iter().any(|cells| !columns.mark(cells).is_empty());
    // Where both sides dropped the same duplicates, the first row of the base stands for them.
    let are_settled = in_ours.len() == 1 && in_theirs.len() == 1 && !is_marked;
    if in_ours.len() > 1 || in_theirs.len() > 1 || (in_base.len() > 1 && !are_settled) {
        // Which of several rows belongs to which cannot be told, so they are taken as one.
        let (our, their) = (cells(Some(ours), in_ours), cells(Some(theirs), in_theirs));
        return if our == was {
            Resolved::Rows(theirs.lines(in_theirs))
        } else if their == was || our == their || (their.is_empty() && !is_marked) {
            Resolved::Rows(ours.lines(in_ours))
        } else if our.is_empty() && !is_marked {
            Resolved::Rows(theirs.lines(in_theirs))
        } else {
            conflict()
        };
    }
    let (was, our, their) = (in_base.first(), in_ours.first(), in_theirs.first());
    let cells_of =
        |side: &'s Side<'s, 'a>, row: Option<&&'s Row<'a>>| row.map(|row| side.cells(&row.record));
    let base_cells = base.and_then(|base| cells_of(base, was));
    let (our_cells, their_cells) = (cells_of(ours, our), cells_of(theirs, their));
    let resolution = columns.decide(
        base_cells.as_deref(),
        our_cells.as_deref(),
        their_cells.as_deref(),
    );
    match resolution {
        Resolution::Gone => Resolved::Rows(Vec::new()),
        Resolution::Conflict => conflict(),
        Resolution::Row(cells) => {
            let our = our.map(|row| (ours, &row.record));
            let their = their.map(|row| (theirs, &row.record));
            let is_untouched = |row: &(&Side<'_, '_>, &Record<'_>)| {
                was.is_some_and(|was| was.record.raw == row.1.raw)
            };
            let from = if our.as_ref().is_some_and(is_untouched) {
                [their, our]
            } else {
                [our, their]
            };
            Resolved::Rows(vec![Line {
                cells,
                from: from.into_iter().flatten().collect(),
            }])
        }
    }
}

impl<'s, 'a> Resolved<'s, 'a> {
    fn lines(&self) -> impl Iterator<Item = &Line<'s, 'a>> {
        let sides: &[Vec<Line<'s, 'a>>] = match self {
            Resolved::Rows(lines) => std::slice::from_ref(lines),
            Resolved::Conflict(sides) => sides,
        };
        sides.iter().flatten()
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
        let places = self.places.iter();
        places
            .map(|place| place.map_or("", |place| record.cell(place)))
            .collect()
    }

    fn lines(&'s self, rows: &[&'s Row<'a>]) -> Vec<Line<'s, 'a>> {
        let lines = rows.iter().map(|row| Line {
            cells: self
                .cells(&row.record)
                .into_iter()
                .map(Cow::Borrowed)
                .collect(),
            from: vec![(self, &row.record)],
        });
        lines.collect()
    }

    /// Whether a row of this file can stand in the merged file as it is, with further cells behind it.
    fn leads(&self, shown: &[usize]) -> bool {
        let width = self.sheet.table.header.width();
        (0..width).all(|place| {
            shown
                .get(place)
                .is_some_and(|column| self.places[*column] == Some(place))
        })
    }
}

/// Writes the merged file.
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
        self.bytes
            .extend_from_slice(raw.unwrap_or_default().as_bytes());
        let rest = self.shown[kept..].iter().map(|place| names[*place].0);
        push_cells(&mut self.bytes, kept, rest, end);
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
        self.bytes
            .extend_from_slice(same.map_or("", |(_, record)| record.raw).as_bytes());
        let rest = self.shown[kept..].iter().map(|place| &*line.cells[*place]);
        push_cells(&mut self.bytes, kept, rest, end);
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

/// Writes the cells behind the `kept` ones, which stand there already, and the end of the line.
fn push_cells<'c>(
    bytes: &mut Vec<u8>,
    kept: usize,
    cells: impl Iterator<Item = &'c str> + Clone,
    end: LineEnd,
) {
    if kept > 0 && cells.clone().all(str::is_empty) {
        bytes.extend(cells.map(|_| b','));
        return bytes.extend_from_slice(end.text().as_bytes());
    }
    if kept > 0 {
        bytes.push(b',');
    }
    push_record(bytes, cells, end);
}
