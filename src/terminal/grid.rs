//! Text in columns, by display width: how reports and lists are aligned and cut.

use unicode_width::UnicodeWidthStr;

use super::line::{bounded, cut, wrap};
use super::screen::{Screen, Tone};
use crate::text::shown;

/// How a column is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words: to the left; cut with `…` where the screen is too narrow.
    Text,
    /// Numbers: to the right, never cut.
    Number,
    /// A sentence: to the left, never cut.
    Sentence,
    /// Sentences in the last column: broken between words, one line below the other.
    Paragraph,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    /// Text in a tone. What came from the data is escaped where a terminal would obey it.
    pub fn new(tone: Tone, text: &str) -> Cell {
        Cell {
            text: shown(text).into_owned(),
            tone,
        }
    }

    /// A name, which is cut where it is longer than any line.
    pub fn name(tone: Tone, name: &str) -> Cell {
        Cell {
            text: bounded(name),
            tone,
        }
    }

    /// Text of no particular tone.
    pub fn plain(text: &str) -> Cell {
        Cell::new(Tone::Plain, text)
    }
}

/// A column that is cut keeps at least this many characters.
const LEGIBLE: usize = 8;

/// The last column, where it is text, is cut first, down to this many.
const REMARK: usize = 12;

/// A paragraph is made narrow first, down to this many.
const PARAGRAPH: usize = 24;

/// One row: its cells, and finished lines below them.
#[derive(Debug, Clone, Default)]
pub struct GridRow {
    pub cells: Vec<Cell>,
    pub below: Vec<String>,
}

impl<C: Into<Vec<Cell>>> From<C> for GridRow {
    fn from(cells: C) -> GridRow {
        GridRow {
            cells: cells.into(),
            below: Vec::new(),
        }
    }
}

/// Rows of cells, in columns two blanks apart.
#[derive(Debug, Default)]
pub struct Grid {
    columns: Vec<Align>,
    rows: Vec<GridRow>,
}

impl Grid {
    pub fn new(columns: &[Align]) -> Grid {
        Grid {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    /// A grid that begins with the titles of its columns.
    pub fn titled(tone: Tone, columns: &[(&str, Align)]) -> Grid {
        let titles: Vec<Cell> = columns
            .iter()
            .map(|(title, _)| Cell::name(tone, title))
            .collect();
        Grid {
            columns: columns.iter().map(|(_, align)| *align).collect(),
            rows: vec![titles.into()],
        }
    }

    pub fn push(&mut self, row: impl Into<GridRow>) {
        self.rows.push(row.into());
    }

    /// Lays the rows out behind `indent`, a line each, and more where a paragraph needs them.
    ///
    /// On a screen that is too narrow the last column gives way first if it is text or a paragraph, then the widest one that is text.
    /// The last column is not padded. Where not even its first remark fits, it stands below the line.
    pub fn lines(&self, indent: &str, screen: Screen) -> Vec<String> {
        let widths = self.widths(indent, screen);
        let mut lines = Vec::new();
        for row in &self.rows {
            let mut line = indent.to_owned();
            let mut remark = None;
            for (place, (cell, align)) in row.cells.iter().zip(&self.columns).enumerate() {
                if place > 0 {
                    line.push_str("  ");
                }
                let width = widths[place];
                if *align == Align::Paragraph {
                    let before: usize = widths[..place].iter().map(|width| width + 2).sum();
                    line += &paragraph(cell, width, indent.width() + before, screen);
                    continue;
                }
                let is_last = place + 1 == self.columns.len();
                let text = if is_last && *align == Align::Text {
                    if place > 0 && !first_remark_fits(&cell.text, width) {
                        let deeper = format!("{indent}    ");
                        remark = Some(wrap(&format!("{deeper}{}", cell.text), &deeper, screen));
                        continue;
                    }
                    cut_between_words(&cell.text, width)
                } else {
                    cut(&cell.text, width)
                };
                let blanks = " ".repeat(width.saturating_sub(text.width()));
                let painted = screen.paint(cell.tone, &text);
                match align {
                    Align::Number => line.extend([blanks, painted]),
                    _ => line.extend([painted, blanks]),
                }
            }
            line.truncate(line.trim_end().len());
            lines.push(line);
            lines.extend(remark);
            lines.extend_from_slice(&row.below);
        }
        lines
    }

    /// How wide each column is so that all of them fit the screen.
    fn widths(&self, indent: &str, screen: Screen) -> Vec<usize> {
        let columns = &self.columns;
        let mut widths = vec![0; columns.len()];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(&row.cells) {
                *width = cell.text.width().max(*width);
            }
        }
        let gaps = indent.width() + 2 * columns.len().saturating_sub(1);
        let least = match columns.last() {
            Some(Align::Text) => REMARK,
            Some(Align::Paragraph) => PARAGRAPH,
            _ => usize::MAX,
        };
        while gaps + widths.iter().sum::<usize>() > screen.width.unwrap_or(usize::MAX) {
            // The last column gives way before the names, because it says less.
            if let Some(remark) = widths.last_mut().filter(|remark| **remark > least) {
                *remark -= 1;
                continue;
            }
            let widest = columns
                .iter()
                .zip(&mut widths)
                .filter(|(align, width)| **align == Align::Text && **width > LEGIBLE)
                .map(|(_, width)| width)
                .max();
            match widest {
                Some(widest) => *widest -= 1,
                None => break,
            }
        }
        widths
    }
}

/// A cell broken between words, its lines after the first behind as many blanks as there are columns before it.
fn paragraph(cell: &Cell, width: usize, before: usize, screen: Screen) -> String {
    let narrow = Screen {
        width: Some(width),
        ..screen
    };
    wrap(&cell.text, "", narrow)
        .lines()
        .map(|line| screen.paint(cell.tone, line.trim_end()))
        .collect::<Vec<_>>()
        .join(&format!("\n{}", " ".repeat(before)))
}

/// Whether remarks fit into `width` columns, or at least the first of them, which says most, and the sign that there are others.
fn first_remark_fits(text: &str, width: usize) -> bool {
    let first = text.split(", ").next().unwrap_or_default();
    text.width() <= width || (first.len() < text.len() && first.width() + 3 <= width)
}

/// `text` in at most `width` columns, cut between two words where there are several.
fn cut_between_words(text: &str, width: usize) -> String {
    let kept = cut(text, width);
    match kept.rsplit_once(' ') {
        Some((words, _)) if text.width() > width => format!("{words} …"),
        _ => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_screen_cuts_words_by_what_is_seen_and_never_numbers() {
        let mut grid = Grid::new(&[Align::Text, Align::Number]);
        grid.push(["文心 4.5", "7"].map(Cell::plain));
        grid.push(["a rather long name", "1234"].map(Cell::plain));
        let screen = Screen {
            width: Some(18),
            colour: false,
        };
        assert_eq!(
            grid.lines("> ", screen),
            ["> 文心 4.5       7", "> a rather …  1234"]
        );
    }
}
