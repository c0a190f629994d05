//! Text in columns, by display width: how reports and lists are aligned and cut.

use unicode_width::UnicodeWidthStr;

use super::line::{bounded, cut, wrap};
use super::screen::{Screen, Tone};
use crate::text::shown;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words: to the left; cut with `…` where the screen is too narrow.
    Text,
    /// Numbers: to the right, never cut.
    Number,
    /// A sentence: to the left, never cut.
    Sentence,
    /// Sentences in the last column. Where they do not fit, they are printed below the line, broken between words.
    Paragraph,
    /// The same, but made of parts with commas between them. Where only some parts fit, the others are left out.
    Remark,
}

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
    pub fn titled(columns: &[(&str, Align)]) -> Grid {
        let titles: Vec<Cell> = columns
            .iter()
            .map(|(title, _)| Cell::name(Tone::Heading, title))
            .collect();
        Grid {
            columns: columns.iter().map(|(_, align)| *align).collect(),
            rows: vec![titles.into()],
        }
    }

    pub fn push(&mut self, row: impl Into<GridRow>) {
        self.rows.push(row.into());
    }

    /// Lays the rows out behind `indent`, a line each, and more where a paragraph does not fit beside the other columns: it stands below
    /// them. On a screen that is too narrow, the widest column of text is made narrower.
    pub fn lines(&self, indent: &str, screen: Screen) -> Vec<String> {
        let widths = self.widths(indent, screen);
        let deeper = format!("{indent}    ");
        // What is left of the line for the last column.
        let room = screen.width.map_or(usize::MAX, |width| {
            width.saturating_sub(taken(&widths[..widths.len() - 1], indent) + 2)
        });
        let mut lines = Vec::new();
        for row in &self.rows {
            let mut line = indent.to_owned();
            let mut below = None;
            for ((cell, align), width) in row.cells.iter().zip(&self.columns).zip(&widths) {
                let fitting = match align {
                    Align::Paragraph => Some(cell.text.clone()).filter(|text| text.width() <= room),
                    Align::Remark => first_parts(&cell.text, room),
                    _ => Some(cut(&cell.text, *width)),
                };
                let Some(text) = fitting else {
                    let text = wrap(&format!("{deeper}{}", cell.text), &deeper, screen);
                    below = Some(screen.paint(cell.tone, &text));
                    continue;
                };
                let blanks = " ".repeat(width.saturating_sub(text.width()));
                let painted = screen.paint(cell.tone, &text);
                match align {
                    Align::Number => line.extend([blanks, painted]),
                    _ => line.extend([painted, blanks]),
                }
                line += "  ";
            }
            line.truncate(line.trim_end().len());
            lines.push(line);
            lines.extend(below);
            lines.extend_from_slice(&row.below);
        }
        lines
    }

    /// The grid as a text of its own, with a line below it that says how many rows there are.
    pub fn text(&self, below: Option<&str>, screen: Screen) -> String {
        let mut lines = self.lines("", screen);
        lines.extend(below.map(|below| screen.paint(Tone::Quiet, below)));
        lines.join("\n") + "\n"
    }

    /// How wide each column is so that all of them fit the screen. The last one takes the room that is left: for a remark the others
    /// leave so much as it takes to begin it.
    fn widths(&self, indent: &str, screen: Screen) -> Vec<usize> {
        const BEGINNING: usize = 13;
        let mut widths = vec![0; self.columns.len()];
        for row in &self.rows {
            for ((width, cell), align) in widths.iter_mut().zip(&row.cells).zip(&self.columns) {
                let needed = match align {
                    Align::Paragraph => 0,
                    Align::Remark => {
                        first_parts(&cell.text, BEGINNING).map_or(0, |text| text.width())
                    }
                    _ => cell.text.width(),
                };
                *width = needed.max(*width);
            }
        }
        while taken(&widths, indent) > screen.width.unwrap_or(usize::MAX) {
            let widest = self
                .columns
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

/// How much of a line columns of these widths take, two blanks apart.
fn taken(widths: &[usize], indent: &str) -> usize {
    indent.width() + widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1)
}

/// As many parts of a remark as fit, and `…` where some are left out; `None` where not even the first part fits.
fn first_parts(remark: &str, room: usize) -> Option<String> {
    if remark.width() <= room {
        return Some(remark.to_owned());
    }
    let ends = remark.rmatch_indices(", ");
    ends.map(|(end, _)| format!("{}, …", &remark[..end]))
        .find(|text| text.width() <= room)
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
            ..Screen::default()
        };
        assert_eq!(
            grid.lines("> ", screen),
            ["> 文心 4.5       7", "> a rather …  1234"]
        );
    }

    #[test]
    fn a_paragraph_that_does_not_fit_stands_below_its_line_whole() {
        let mut grid = Grid::new(&[Align::Text, Align::Paragraph]);
        grid.push(["short", "fits"].map(Cell::plain));
        grid.push(["short", "does not fit beside"].map(Cell::plain));
        let screen = Screen {
            width: Some(16),
            ..Screen::default()
        };
        assert_eq!(
            grid.lines("", screen),
            ["short  fits", "short", "    does not fit\n    beside"]
        );
    }

    #[test]
    fn of_a_remark_the_parts_that_fit_stand_on_the_line_and_words_give_way_to_the_first() {
        let mut grid = Grid::new(&[Align::Text, Align::Remark]);
        grid.push(["a long name", "status"].map(Cell::plain));
        grid.push(["short", "status, reasoning"].map(Cell::plain));
        grid.push(["short", "confidence low → high, status"].map(Cell::plain));
        let screen = Screen {
            width: Some(20),
            ..Screen::default()
        };
        assert_eq!(
            grid.lines("", screen),
            [
                "a long n…  status",
                "short      status, …",
                "short",
                "    confidence low →\n    high, status"
            ]
        );
    }
}
