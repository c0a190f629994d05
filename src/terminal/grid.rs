//! Text in columns, by display width: how reports and lists are aligned and broken into lines.

use std::mem;

use unicode_width::UnicodeWidthStr;

use super::line::{bounded, wrap};
use super::screen::{Screen, Tone};
use crate::text::shown;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words: to the left. On a narrow screen the column becomes narrower than its widest cells, which then end their line.
    Text,
    /// Numbers: to the right.
    Number,
    /// A sentence: to the left.
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
    /// The least width of each column: that of its title.
    least: Vec<usize>,
    rows: Vec<GridRow>,
}

impl Grid {
    pub fn new(columns: &[Align]) -> Grid {
        Grid {
            columns: columns.to_vec(),
            least: vec![0; columns.len()],
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
            least: titles.iter().map(|title| title.text.width()).collect(),
            rows: vec![titles.into()],
        }
    }

    pub fn push(&mut self, row: impl Into<GridRow>) {
        self.rows.push(row.into());
    }

    /// Lays the rows out behind the blanks of `indent`, a line each. On a screen that is too narrow, the widest column of text is made
    /// narrower. A row in which words are wider than their column takes two lines: the first has the cells up to the last of these words,
    /// which stay whole, and the second the others. A paragraph that does not fit beside the other columns stands below its row.
    pub fn lines(&self, indent: &str, screen: Screen) -> Vec<String> {
        let mut start = indent.width();
        let widths = self.widths(indent, screen).into_iter();
        let columns: Vec<Column> = widths
            .zip(&self.columns)
            .map(|(width, align)| {
                let column = Column {
                    align: *align,
                    start,
                    width,
                };
                start += width + 2;
                column
            })
            .collect();
        let mut lines = Vec::new();
        for row in &self.rows {
            lines.extend(row.lines(&columns, indent, screen));
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
                .zip(&self.least)
                .zip(&mut widths)
                .filter(|((align, least), width)| **align == Align::Text && **width > **least)
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

/// Where a column stands on the screen.
struct Column {
    align: Align,
    start: usize,
    width: usize,
}

impl GridRow {
    /// The cells in these columns, on as many lines as it takes. A cell that would end beyond the screen begins a line. Columns that lie
    /// beyond it, as where many are asked for, are not aligned: their cells stand one behind the other.
    fn lines(&self, columns: &[Column], indent: &str, screen: Screen) -> Vec<String> {
        let deeper = format!("{indent}    ");
        let limit = screen.width.unwrap_or(usize::MAX);
        let cells = self.cells.iter().zip(columns);
        let is_wider = |(cell, column): (&Cell, &Column)| {
            column.align == Align::Text && cell.text.width() > column.width
        };
        let last_wider = cells.clone().rposition(is_wider);
        let mut lines = Vec::new();
        let (mut line, mut end) = (String::new(), 0);
        let mut below = None;
        for (place, (cell, column)) in cells.enumerate() {
            let room = limit.saturating_sub(column.start);
            let fitting = match column.align {
                Align::Paragraph => Some(cell.text.clone()).filter(|text| text.width() <= room),
                Align::Remark => first_parts(&cell.text, room),
                _ => Some(cell.text.clone()),
            };
            let Some(mut text) = fitting else {
                let text = wrap(&format!("{deeper}{}", cell.text), &deeper, screen);
                below = Some(screen.paint(cell.tone, &text));
                continue;
            };
            let width = text.width();
            if width == 0 {
                continue;
            }
            let mut start = match column.align {
                _ if column.start + column.width > limit => deeper.width(),
                Align::Number => column.start + column.width.saturating_sub(width),
                _ => column.start,
            };
            if !line.is_empty() {
                start = start.max(end + 2);
                if start + width > limit {
                    lines.push(mem::take(&mut line));
                    (start, end) = (deeper.width(), 0);
                }
            }
            if start + width > limit {
                text = wrap(&(" ".repeat(start) + &text), &deeper, screen).split_off(start);
            }
            line += &" ".repeat(start - end);
            line += &screen.paint(cell.tone, &text);
            end = start + width;
            if Some(place) == last_wider {
                lines.push(mem::take(&mut line));
                end = 0;
            }
        }
        if !line.is_empty() || lines.is_empty() {
            lines.push(line);
        }
        lines.extend(below);
        lines
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
    fn names_that_differ_only_at_their_ends_stay_whole_and_the_rest_of_their_rows_stands_below() {
        let mut grid = Grid::new(&[Align::Text, Align::Number]);
        grid.push(["文心 4.5", "7"].map(Cell::plain));
        grid.push(["long_name_of_bf16", "1234"].map(Cell::plain));
        grid.push(["long_name_of_fp8", "12"].map(Cell::plain));
        let screen = Screen {
            width: Some(20),
            ..Screen::default()
        };
        assert_eq!(
            grid.lines("  ", screen),
            [
                "  文心 4.5         7",
                "  long_name_of_bf16",
                "                1234",
                "  long_name_of_fp8",
                "                  12",
            ]
        );
    }

    #[test]
    fn cells_up_to_the_last_wide_one_share_a_line_where_it_has_room_for_them() {
        let columns = [
            ("developer", Align::Text),
            ("FLOP", Align::Number),
            ("name", Align::Text),
            ("by", Align::Number),
        ];
        let mut grid = Grid::titled(&columns);
        grid.push(["d", "1", "short", "1"].map(Cell::plain));
        grid.push(["d", "2", "a long name", "2"].map(Cell::plain));
        grid.push(["a laboratory", "3", "short", "3"].map(Cell::plain));
        grid.push(["a laboratory", "4", "a very long name of many words", "4"].map(Cell::plain));
        let screen = Screen {
            width: Some(28),
            ..Screen::default()
        };
        assert_eq!(
            grid.lines("", screen),
            [
                "developer  FLOP  name     by",
                "d             1  short     1",
                "d             2  a long name",
                "                           2",
                "a laboratory",
                "              3  short     3",
                "a laboratory  4",
                "    a very long name of many\n    words",
                "                           4",
            ]
        );
    }

    #[test]
    fn columns_for_which_the_screen_has_no_room_stand_one_behind_the_other() {
        let mut grid = Grid::new(&[Align::Number; 5]);
        grid.push(["1000", "2000", "3000", "4000", "5000"].map(Cell::plain));
        grid.push(["1", "2", "", "4", "5"].map(Cell::plain));
        let screen = Screen {
            width: Some(16),
            ..Screen::default()
        };
        assert_eq!(
            grid.lines("", screen),
            ["1000  2000  3000", "    4000  5000", "   1     2  4  5"]
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
                "a long name",
                "           status",
                "short      status, …",
                "short",
                "    confidence low →\n    high, status"
            ]
        );
    }
}
