//! Three tables into one: the rows of each key are decided by the [`rules`](super::rules) and written in the order of behaviour §5.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::rules::{Resolution, Rules};
use super::sheet::{Kind, Sheet};
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

/// A row of one version of the file, or of the merged one.
#[derive(Clone)]
struct Row<'s> {
    /// What it says in the columns of the merged file; `""` where its own file has no such column.
    cells: Vec<Cow<'s, str>>,
    /// The records that it comes from. The first one that says the same keeps its bytes.
    records: Vec<&'s Record<'s>>,
}

/// What is written in one place.
enum Part<'s> {
    Row(Row<'s>),
    /// The rows of our side, and those of theirs.
    Conflict(Vec<Row<'s>>, Vec<Row<'s>>),
}

/// Merges what changed from `base` to `ours` and from `base` to `theirs`.
pub fn merge(
    kind: Kind,
    base: &Sheet<'_>,
    ours: &Sheet<'_>,
    theirs: &Sheet<'_>,
    labels: &Labels,
) -> Merged {
    let names = merged_columns(ours, theirs);
    let place = |wanted| names.iter().position(|name| *name == wanted);
    let rules = Rules::of(kind, &names);
    let sheets = [base, ours, theirs];
    let places = sheets.map(|sheet| sheet.table.header.places_of(names.iter().copied()));
    let versions = [0, 1, 2].map(|version| rows_by_key(sheets[version], &places[version]));

    let keys: BTreeSet<&Key> = versions[1..]
        .iter()
        .flat_map(HashMap::keys)
        .copied()
        .collect();
    let mut parts = Vec::new();
    for key in keys {
        let rows = versions.each_ref().map(|version| version.get(key));
        let [base, ours, theirs] = rows.map(|rows| rows.map_or(&[][..], Vec::as_slice));
        let resolved = resolve(&rules, base, ours, theirs);
        parts.extend(resolved.into_iter().map(|part| (key, part)));
    }

    let mut conflicts = Vec::new();
    for (_, part) in &parts {
        if let Part::Conflict(..) = part
            && let Some(row) = part.rows().next()
        {
            let [name, developer] = ["name", "developer"].map(|column| {
                place(column).map_or_else(String::new, |at| row.cells[at].to_string())
            });
            conflicts.push((name, developer));
        }
    }

    // An owner's column that one side removed, and that is blank now, goes. A column of the schema is in every header.
    let [in_base, in_ours, in_theirs] = places;
    let is_dropped = |at: usize| {
        in_base[at].is_some()
            && (in_ours[at].is_none() || in_theirs[at].is_none())
            && parts
                .iter()
                .flat_map(|(_, part)| part.rows())
                .all(|row| row.cells[at].trim().is_empty())
    };
    let mut writer = Writer {
        bytes: Vec::new(),
        line_end: ours.table.line_end,
        columns: (0..names.len()).filter(|at| !is_dropped(*at)).collect(),
    };
    writer.header(ours, &names);

    let flop = place(Column::TrainingFlop.name()).filter(|_| kind == Kind::Dataset);
    parts.sort_by_cached_key(|(key, part)| {
        let row = part.rows().next();
        let flop = flop.and_then(|at| row?.cells[at].parse().ok());
        (Flop::descending(flop), *key)
    });
    for (_, part) in &parts {
        match part {
            Part::Row(row) => writer.row(row),
            Part::Conflict(ours, theirs) => writer.conflict(ours, theirs, labels),
        }
    }
    Merged {
        bytes: writer.bytes,
        conflicts,
    }
}

/// Our columns, and behind them those that only they have.
fn merged_columns<'s>(ours: &'s Sheet<'_>, theirs: &'s Sheet<'_>) -> Vec<&'s str> {
    let header = &ours.table.header;
    let in_ours = header.places_of(theirs.columns());
    let only_theirs = theirs
        .columns()
        .zip(in_ours)
        .filter(|(_, place)| place.is_none_or(|place| place >= header.width()));
    ours.columns()
        .chain(only_theirs.map(|(name, _)| name))
        .collect()
}

/// The rows of each key in the order of the file; `places` says where it has the columns of the merged file.
fn rows_by_key<'s>(
    sheet: &'s Sheet<'_>,
    places: &[Option<usize>],
) -> HashMap<&'s Key, Vec<Row<'s>>> {
    let mut rows: HashMap<_, Vec<_>> = HashMap::new();
    for (key, record) in &sheet.rows {
        let cell = |place: &Option<usize>| place.map_or("", |place| record.cell(place)).into();
        rows.entry(key).or_default().push(Row {
            cells: places.iter().map(cell).collect(),
            records: vec![record],
        });
    }
    rows
}

/// What becomes of the rows of a key.
fn resolve<'s>(
    rules: &Rules,
    base: &[Row<'s>],
    ours: &[Row<'s>],
    theirs: &[Row<'s>],
) -> Vec<Part<'s>> {
    let whole = |rows: &[Row<'s>]| rows.iter().cloned().map(Part::Row).collect();
    let conflict = || vec![Part::Conflict(ours.to_vec(), theirs.to_vec())];
    if base.len() > 1 || ours.len() > 1 || theirs.len() > 1 {
        // Which of several rows belongs to which cannot be told, so they are taken as one.
        let is_marked = base.iter().any(|row| !rules.mark(&row.cells).is_empty());
        let is_same = |one: &[Row<'_>], other: &[Row<'_>]| {
            let cells = one.iter().map(|row| &row.cells);
            cells.eq(other.iter().map(|row| &row.cells))
        };
        return if is_same(ours, base) {
            whole(theirs)
        } else if is_same(theirs, base)
            || is_same(theirs, ours)
            || (theirs.is_empty() && !is_marked)
        {
            whole(ours)
        } else if ours.is_empty() && !is_marked {
            whole(theirs)
        } else {
            conflict()
        };
    }
    let [was, our, their] = [base, ours, theirs].map(<[_]>::first);
    let [cells_was, cells_ours, cells_theirs] =
        [was, our, their].map(|row| row.map(|row| &*row.cells));
    match rules.decide(cells_was, cells_ours, cells_theirs) {
        Resolution::Gone => Vec::new(),
        Resolution::Conflict => conflict(),
        Resolution::Row(cells) => {
            let rows = our.into_iter().chain(their);
            let mut records: Vec<_> = rows.flat_map(|row| row.records.clone()).collect();
            if let (Some(was), Some(our)) = (was, our)
                && was.records[0].raw == our.records[0].raw
            {
                // They changed the row, so their bytes are the newer ones.
                records.reverse();
            }
            vec![Part::Row(Row { cells, records })]
        }
    }
}

impl<'s> Part<'s> {
    fn rows(&self) -> impl Iterator<Item = &Row<'s>> {
        let (ours, theirs): (&[_], &[_]) = match self {
            Part::Row(row) => (std::slice::from_ref(row), &[]),
            Part::Conflict(ours, theirs) => (ours, theirs),
        };
        ours.iter().chain(theirs)
    }
}

struct Writer {
    bytes: Vec<u8>,
    line_end: LineEnd,
    /// Which of the merged columns are written.
    columns: Vec<usize>,
}

impl Writer {
    fn header(&mut self, ours: &Sheet<'_>, names: &[&str]) {
        let table = &ours.table;
        if table.byte_order_mark {
            self.bytes.extend_from_slice("\u{feff}".as_bytes());
        }
        let own: Vec<usize> = (0..table.header.width()).collect();
        let raw = table
            .header
            .raw()
            .filter(|_| self.columns.starts_with(&own));
        let kept = raw.map_or(0, |_| own.len());
        let rest = self.columns[kept..].iter().map(|at| names[*at]);
        push_behind(&mut self.bytes, raw, rest, self.line_end);
    }

    fn row(&mut self, row: &Row<'_>) {
        let cells: Vec<&str> = self.columns.iter().map(|at| &*row.cells[*at]).collect();
        let is_same =
            |record: &&&Record<'_>| cells.starts_with(&record.cells().collect::<Vec<_>>());
        let record = row.records.iter().find(is_same);
        let kept = record.map_or(0, |record| record.width());
        let rest = cells[kept..].iter().copied();
        push_behind(
            &mut self.bytes,
            record.map(|record| record.raw),
            rest,
            self.line_end,
        );
    }

    /// The whole rows of both sides between git's markers.
    fn conflict(&mut self, ours: &[Row<'_>], theirs: &[Row<'_>], labels: &Labels) {
        self.marker("<", labels.marker_size, &labels.ours);
        ours.iter().for_each(|row| self.row(row));
        self.marker("=", labels.marker_size, "");
        theirs.iter().for_each(|row| self.row(row));
        self.marker(">", labels.marker_size, &labels.theirs);
    }

    fn marker(&mut self, sign: &str, size: usize, label: &str) {
        let line = format!("{} {}", sign.repeat(size), shown(label));
        self.bytes.extend_from_slice(line.trim_end().as_bytes());
        self.bytes
            .extend_from_slice(self.line_end.text().as_bytes());
    }
}
