//! Brings human work back from an older copy of the dataset, for example after a reset.
//!
//! A column that the copy lacks changes nothing. Where today's row is unmarked, the copy's mark and machine cells come back; human text
//! comes back where today has none. Where today's dataset holds other human work for the same model, today's stays and the conflict is
//! listed, because only a person can say which is right.

use std::collections::{HashMap, HashSet};

use super::{Edits, Line, Mode, Plan};
use crate::changes::{Changes, FromTo, ModelChange, changed_cells};
use crate::dataset::{Dataset, Decisions, Header, Mark, Row};
use crate::key::Key;
use crate::notes::is_in_note;
use crate::schema::Column;
use crate::text::is_same_text;

/// Plans the return of the human work in `older` to `dataset`.
///
/// Each row of the copy is merged into today's row of its model. Where the model has several rows today, one that already has all human
/// work of the copy's row is preferred, then one with the same name, then the one with the fewest conflicts. A second marked row of the
/// copy returns as a row of its own.
pub fn reapply<'p>(
    dataset: &'p Dataset<'p>,
    older: &'p Dataset<'p>,
    decisions: &Decisions<'_>,
) -> Plan<'p> {
    let mut draft = ReapplyDraft::new(dataset, older);
    let mut conflicts = Vec::new();
    let mut older_rows: Vec<&Row<'p>> = older.rows.iter().collect();
    older_rows.retain(|row| row.has_human_work());
    // Rows whose human work is all there today come first, then marked rows.
    older_rows.sort_by_cached_key(|row| {
        let had_all = draft.nearest(row).is_some_and(|merged| merged.had_all);
        (!had_all, !row.is_marked())
    });
    for row in older_rows {
        let mut reason = None;
        let lost = if let Some(merged) = draft.nearest(row) {
            draft.taken.extend(row.is_marked().then_some(merged.place));
            draft.lines[merged.place] = merged.line;
            merged.lost
        } else if decisions.dismissal(row.model()).is_some() {
            // A row of a dismissed model stays out. That is a conflict if it is marked, or if the decision's note lacks a part of its text.
            reason = Some("the model is dismissed, so the row stays out".into());
            let is_kept = decisions.effective_dismissal(older, row).is_some();
            let human = draft
                .cells(row)
                .filter(|(place, _)| !is_kept && (row.is_marked() || draft.texts.contains(place)));
            human
                .map(|(place, text)| (place, FromTo::new("", text)))
                .collect()
        } else {
            draft.add(row);
            continue;
        };
        let header = &dataset.table.header;
        // A text that another row of the model has is not lost.
        let lines_of = draft.lines_of.get(row.model()).into_iter().flatten();
        let is_elsewhere = |place: usize, text: &str| {
            let mut lines = lines_of.clone().map(|line| &draft.lines[*line]);
            draft.texts.contains(&place)
                && lines.any(|line| is_in_note(text, &line.record.after(place)))
        };
        let lost = lost
            .into_iter()
            .filter(|(place, cell)| !is_elsewhere(*place, &cell.to));
        let fields = changed_cells(lost.map(|(place, cell)| (header.name(place), cell)));
        if !fields.is_empty() {
            conflicts.push(ModelChange {
                fields,
                reason,
                ..ModelChange::of_row(older, row)
            });
        }
    }
    Plan {
        other_changes: Changes {
            conflicts,
            ..Changes::default()
        },
        ..Plan::of(Mode::Reapply, dataset, draft.lines)
    }
}

/// The columns of the older copy in which people wrote text and that today's dataset lacks.
pub fn missing_columns<'o>(dataset: &Dataset<'_>, older: &'o Dataset<'_>) -> Vec<&'o str> {
    let header = &older.table.header;
    let columns = header.text_columns().filter(|place| {
        dataset.table.header.find(header.name(*place)).is_none()
            && older
                .rows
                .iter()
                .any(|row| !row.record.cell(*place).trim().is_empty())
    });
    columns.map(|place| header.name(place)).collect()
}

/// The lines of the plan, into which the rows of the older copy are merged one by one.
struct ReapplyDraft<'p> {
    header: &'p Header<'p>,
    /// For each column of today's header, its place in the copy, if the copy has it.
    places: Vec<Option<usize>>,
    /// The places of the columns in which people write text: the notes and the owner's.
    texts: HashSet<usize>,
    /// Whether today's dataset and the copy have the same columns in the same order.
    same_columns: bool,
    /// Today's rows in their order, then the rows of the copy that return as rows of their own.
    lines: Vec<Line<'p>>,
    /// The places in `lines` of each model's rows.
    lines_of: HashMap<&'p Key, Vec<usize>>,
    /// The places of the lines into which a marked row of the copy was merged. Another marked row returns as a row of its own.
    taken: HashSet<usize>,
}

/// A line into which a row of the copy was merged.
struct MergedLine<'p> {
    place: usize,
    line: Line<'p>,
    /// The cells that keep today's text although the copy has another.
    lost: Vec<(usize, FromTo<'p>)>,
    /// Whether the line already had all human work of the row.
    had_all: bool,
}

impl<'p> ReapplyDraft<'p> {
    fn new(dataset: &'p Dataset<'p>, older: &'p Dataset<'p>) -> ReapplyDraft<'p> {
        let (header, then) = (&dataset.table.header, &older.table.header);
        let mut lines_of: HashMap<&Key, Vec<usize>> = HashMap::new();
        for (place, row) in dataset.rows.iter().enumerate() {
            lines_of.entry(row.model()).or_default().push(place);
        }
        let mut places = then.places_today(header.names());
        // A copy without `training_flop` has no say in the cells that follow from it.
        if places[header.place(Column::TrainingFlop)].is_none() {
            for column in [
                Column::TrainingFlopFormatted,
                Column::ThresholdClassification,
            ] {
                places[header.place(column)] = None;
            }
        }
        ReapplyDraft {
            header,
            places,
            texts: header.text_columns().collect(),
            same_columns: header.names().eq(then.names_today()),
            lines: dataset.rows.iter().map(Line::kept).collect(),
            lines_of,
            taken: HashSet::new(),
        }
    }

    /// The cells of a row of the copy, at their places in today's header.
    fn cells<'r>(&self, row: &'r Row<'_>) -> impl Iterator<Item = (usize, &'r str)> {
        let places = self.places.iter().enumerate();
        places.filter_map(|(today, then)| Some((today, row.record.cell((*then)?))))
    }

    /// The line that fits a row of the copy best, with the row merged into it. `None` where no line is left.
    fn nearest(&self, row: &'p Row<'p>) -> Option<MergedLine<'p>> {
        let places = self.lines_of.get(row.model())?.iter();
        places
            .map(|place| self.merged(*place, row))
            .filter(|merged| {
                merged.had_all || !row.is_marked() || !self.taken.contains(&merged.place)
            })
            .min_by_key(|merged| {
                let is_other_name = *self.lines[merged.place].record.key != row.key;
                (
                    !merged.had_all,
                    is_other_name,
                    merged.lost.len(),
                    merged.line.record.edits.len(),
                )
            })
    }

    /// Adds a row of the copy as a row of its own.
    fn add(&mut self, row: &'p Row<'p>) {
        let place = self.lines.len();
        let cells = self.cells(row).map(|(place, text)| (place, text.into()));
        let mut line = Line::with_cells(self.header, cells);
        line.derive_cells(self.header, |place| self.places[place].is_none());
        line.record.bytes = self.same_columns.then_some(row.record.raw);
        self.lines.push(line);
        self.lines_of.entry(row.model()).or_default().push(place);
        self.taken.extend(row.is_marked().then_some(place));
    }

    /// Merges a row of the copy into a line, which takes human text where it has none and, if only the row is marked, the mark and the
    /// machine cells.
    fn merged(&self, place: usize, row: &'p Row<'p>) -> MergedLine<'p> {
        let mut line = self.lines[place].clone();
        let mark_returns = row.is_marked() && line.mark == Mark::Blank;
        let (mut edits, mut lost) = (Edits::new(), Vec::new());
        // Of an unmarked row, only the human text counts.
        let counts = |(at, _): &(usize, &str)| row.is_marked() || self.texts.contains(at);
        for (at, then) in self.cells(row).filter(counts) {
            let now = line.record.after(at);
            let (is_present, returns) = match self.texts.contains(&at) {
                true => (is_in_note(then, &now), now.trim().is_empty()),
                false if mark_returns => (then == now, true),
                false => (self.is_alike(at, then, &now), false),
            };
            if !is_present && returns {
                edits.insert(at, then.into());
            } else if !is_present {
                lost.push((at, FromTo::new(now.into_owned(), then)));
            }
        }
        let had_all = edits.is_empty() && lost.is_empty();
        if !edits.is_empty() {
            line.record.edits.extend(edits);
            let mut cells = self.cells(row);
            let equals_copy = cells.all(|(at, then)| then == line.record.after(at));
            line.record.bytes = (equals_copy && self.same_columns).then_some(row.record.raw);
            // The name returns with the machine cells, and may be another name of the same model.
            line.update_from_cells(self.header);
            // Where another training FLOP returns, the derived cells that the copy lacks must not contradict it.
            let flop = self.header.place(Column::TrainingFlop);
            if line.record.edits.contains_key(&flop) {
                line.derive_cells(self.header, |at| self.places[at].is_none());
            }
        }
        MergedLine {
            place,
            line,
            lost,
            had_all,
        }
    }

    /// Whether two cells outside the text columns differ at most in line ends or in the spelling of a number or of `y`.
    fn is_alike(&self, place: usize, then: &str, now: &str) -> bool {
        match self.header.name(place).parse() {
            Ok(Column::Verified) if Mark::of(now) == Mark::Verified => {
                Mark::of(then) == Mark::Verified
            }
            Ok(column) => column.is_same(then, now),
            Err(_) => is_same_text(then, now),
        }
    }
}
