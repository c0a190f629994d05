//! A list of rows, as text, CSV or JSON.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::screen::{Screen, Tone};
use super::table::{Cell, Layout, lay_out, wrap};
use crate::dataset::{Dataset, Mark, Row, cells, decode, encode};
use crate::flop::Flop;
use crate::queue::Listed;
use crate::schema::Column;
use crate::text::shown;

/// Rows to be listed. As JSON an array of objects keyed by column, `training_flop` and `parameters` as numbers or null.
#[derive(Debug)]
pub struct List<'d, 'a> {
    /// Where the rows are.
    pub dataset: &'d Dataset<'a>,
    /// The rows that are shown.
    pub rows: &'d [Listed<'d, 'a>],
    /// How many there are in all.
    pub total: usize,
}

impl List<'_, '_> {
    /// A table that fits the screen; with `verbose`, reasoning, sources and notes under each row.
    pub fn text(&self, screen: Screen, verbose: bool) -> String {
        if self.rows.is_empty() {
            return "No rows\n".to_owned();
        }
        let heading = [
            "",
            "name",
            "developer",
            "FLOP",
            "confidence",
            "released",
            "",
        ];
        let heading = heading
            .map(|title| Cell::new(Tone::Heading, title))
            .to_vec();
        let rows =
            std::iter::once(heading).chain(self.rows.iter().map(|listed| self.cells(listed)));
        let columns = [
            Layout::Sentence,
            Layout::Text,
            Layout::Text,
            Layout::Number,
            Layout::Sentence,
            Layout::Sentence,
            Layout::Sentence,
        ];
        let lines = lay_out("", &columns, &rows.collect::<Vec<_>>(), screen);
        let mut out = String::new();
        for (place, line) in lines.iter().enumerate() {
            out.push_str(line);
            out.push('\n');
            if let (true, Some(listed)) = (
                verbose,
                place.checked_sub(1).and_then(|place| self.rows.get(place)),
            ) {
                self.details(listed.row, screen, &mut out);
            }
        }
        if self.total > self.rows.len() {
            let rest = format!("{} of {} rows", self.rows.len(), self.total);
            out.push_str(&screen.paint(Tone::Quiet, &rest));
            out.push('\n');
        }
        out
    }

    fn cells(&self, listed: &Listed<'_, '_>) -> Vec<Cell> {
        let cell = |column| self.dataset.cell(listed.row, column);
        let drift = listed.drift.map(|drift| {
            let latest = drift.latest.two_decimals();
            format!("now {latest} {}", drift.verified.factor_text(drift.latest))
        });
        let remark = drift
            .or(listed.orphan.map(|why| why.reason().to_owned()))
            .unwrap_or_default();
        let (mark, tone) = match listed.row.mark {
            Mark::Verified => ("y", Tone::Added),
            Mark::Protected => ("!", Tone::Attention),
            Mark::Unverified => ("", Tone::Plain),
        };
        vec![
            Cell::new(tone, mark),
            Cell::new(tone, &cell(Column::Name)),
            Cell::plain(&cell(Column::Developer)),
            Cell::plain(
                &listed
                    .row
                    .flop
                    .map_or_else(|| "no estimate".to_owned(), Flop::two_decimals),
            ),
            Cell::plain(&cell(Column::Confidence)),
            Cell::plain(&cell(Column::ReleaseDate)),
            Cell::new(Tone::Attention, &remark),
        ]
    }

    fn details(&self, row: &Row<'_>, screen: Screen, out: &mut String) {
        for column in [Column::Reasoning, Column::Sources, Column::Notes] {
            let text = self.dataset.cell(row, column);
            if !text.trim().is_empty() {
                let line = wrap(
                    &format!("    {}: {}", column.name(), shown(&text)),
                    "      ",
                    screen,
                );
                out.push_str(&screen.paint(Tone::Quiet, &line));
                out.push('\n');
            }
        }
    }

    /// The schema's columns as CSV.
    pub fn csv(&self) -> String {
        let line = |cells: Vec<Cow<'_, str>>| {
            cells
                .iter()
                .map(|cell| encode(cell))
                .collect::<Vec<_>>()
                .join(",")
                + "\n"
        };
        let header = line(
            Column::ALL
                .map(|column| Cow::Borrowed(column.name()))
                .to_vec(),
        );
        let rows = self.rows.iter().map(|listed| {
            line(
                Column::ALL
                    .map(|column| self.dataset.cell(listed.row, column))
                    .to_vec(),
            )
        });
        header + &rows.collect::<String>()
    }
}

impl Serialize for List<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows.iter().map(|listed| Keyed {
            dataset: self.dataset,
            row: listed.row,
        }))
    }
}

/// A row keyed by column: the schema's columns first, then the owner's own.
struct Keyed<'d, 'a> {
    dataset: &'d Dataset<'a>,
    row: &'d Row<'a>,
}

impl Serialize for Keyed<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for column in Column::ALL {
            let text = self.dataset.cell(self.row, column);
            match column {
                Column::TrainingFlop => {
                    map.serialize_entry(column.name(), &self.row.flop.map(Flop::get))?
                }
                Column::Parameters => map.serialize_entry(column.name(), &whole_number(&text))?,
                _ => map.serialize_entry(column.name(), &text)?,
            }
        }
        for (place, (name, cell)) in self
            .dataset
            .header
            .names()
            .zip(cells(self.row.record.raw))
            .enumerate()
        {
            if self.dataset.header.column_at(place).is_none() {
                map.serialize_entry(name, &decode(cell))?;
            }
        }
        map.end()
    }
}

/// Older files write parameters as `175000000000.0`; whole they are a whole number.
fn whole_number(text: &str) -> Option<serde_json::Number> {
    let text = text.trim();
    if let Ok(whole) = text.parse::<u64>() {
        return Some(whole.into());
    }
    let value = text.parse::<f64>().ok().filter(|value| value.is_finite())?;
    match format!("{value:.0}").parse::<u64>() {
        Ok(whole) if value.fract() == 0.0 => Some(whole.into()),
        _ => serde_json::Number::from_f64(value),
    }
}
