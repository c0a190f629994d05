//! Lays out text in columns by display width, for reports and lists.

use std::mem;

use unicode_width::UnicodeWidthStr;

use super::line::{bounded, wrap};
use super::screen::{Screen, Tone};
use crate::text::shown;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words, aligned left. On a narrow screen the column may be narrower than its widest cells.
    Text,
    /// Numbers, aligned right.
    Number,
    /// Sentences, aligned left in a column as wide as its widest cell.
    Sentence,
    /// Sentences or [remarks](Cell::remark) in the last column. Where they do not fit, they are printed below the line, broken between
    /// words.
    Paragraph,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    text: String,
    tone: Tone,
    /// Where the parts of a remark end in the text.
    ends: Vec<usize>,
}

impl Cell {
    /// Text in a tone. Characters that a terminal would obey are escaped.
    pub fn new(tone: Tone, text: &str) -> Cell {
        Cell {
            text: shown(text).into_owned(),
            tone,
            ends: Vec::new(),
        }
    }

    /// A name, cut if it is longer than any line.
    pub fn name(tone: Tone, name: &str) -> Cell {
        Cell::new(tone, &bounded(name))
    }

    /// A remark made of these parts, with commas between them. Where only some parts fit, the others are left out.
    pub fn remark(parts: &[String]) -> Cell {
        let mut cell = Cell::plain("");
        for part in parts {
            if !cell.text.is_empty() {
                cell.text += ", ";
            }
            cell.text += shown(part).trim_end();
            cell.ends.push(cell.text.len());
        }
        cell
    }

    /// The whole text if it fits, or else as many parts of a remark as fit, followed by `…`; `None` if not even the first part fits.
    fn fitting(&self, room: usize) -> Option<String> {
        let text = self.text.trim_end();
        if text.width() <= room {
            return Some(text.to_owned());
        }
        let ends = self.ends.iter().rev().skip(1);
        ends.map(|end| format!("{}, …", &self.text[..*end]))
            .find(|text| text.width() <= room)
    }

    /// Text of no particular tone.
    pub fn plain(text: &str) -> Cell {
        Cell::new(Tone::Plain, text)
    }
}

/// A row: its cells, and lines below them that are printed as they are.
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

/// Rows of cells, in columns two spaces apart.
#[derive(Debug)]
pub struct Grid {
    /// The title of each column, blank if it has none, and its alignment.
    columns: Vec<(String, Align)>,
    rows: Vec<GridRow>,
}

impl Grid {
    pub fn new(columns: &[Align]) -> Grid {
        let columns = columns.iter().map(|align| (String::new(), *align));
        Grid {
            columns: columns.collect(),
            rows: Vec::new(),
        }
    }

    /// A grid that begins with the titles of its columns.
    pub fn titled(columns: &[(&str, Align)]) -> Grid {
        let mut grid = Grid::new(&[]);
        let mut titles = Vec::new();
        for (title, align) in columns {
            titles.push(Cell::name(Tone::Heading, title));
            grid.columns.push((bounded(title), *align));
        }
        grid.push(titles);
        grid
    }

    pub fn push(&mut self, row: impl Into<GridRow>) {
        self.rows.push(row.into());
    }

    /// Lays the rows out after the spaces of `indent`, each cell in its column. On a screen that is too narrow, columns of words become
    /// narrower, or the last columns move to further lines of each row, whichever takes fewer lines in all. Words that are wider than their
    /// column stay whole, and a cell that they would reach into starts a new line.
    pub fn lines(&self, indent: &str, screen: Screen) -> Vec<String> {
        let widths = self.widths();
        let mut ways = vec![self.narrowed(widths.clone(), indent, screen), widths];
        ways.dedup();
        let ways = ways.iter().map(|widths| {
            let columns = self.positions(widths, indent, screen);
            let rows = self.rows.iter();
            rows.flat_map(|row| row.lines(&columns, indent, screen))
                .collect::<Vec<_>>()
        });
        ways.min_by_key(Vec::len).unwrap_or_default()
    }

    /// The grid as a complete text, with `below` as its last line: usually the number of rows.
    pub fn text(&self, below: Option<&str>, screen: Screen) -> String {
        let mut lines = self.lines("", screen);
        lines.extend(below.map(|below| screen.paint(Tone::Quiet, below)));
        lines.join("\n") + "\n"
    }

    /// Places the columns one after another, and starts a new line where the screen has no more room.
    fn positions(&self, widths: &[usize], indent: &str, screen: Screen) -> Vec<Position<'_>> {
        let limit = screen.width.unwrap_or(usize::MAX);
        let (mut line, mut start) = (0, indent.width());
        let columns = self.columns.iter().zip(widths);
        columns
            .map(|((title, align), width)| {
                if start + width > limit && start > indent.width() {
                    (line, start) = (line + 1, indent.width() + EXTRA_INDENT);
                }
                let column = Position {
                    align: *align,
                    title,
                    line,
                    start,
                    width: *width,
                };
                start += width + 2;
                column
            })
            .collect()
    }

    /// The width of each column on a screen with room for all. A paragraph counts as 0, because it takes the remaining room, but a remark
    /// gets room for as many of its parts as fit in `BEGINNING`.
    fn widths(&self) -> Vec<usize> {
        const BEGINNING: usize = 13;
        let columns = self.columns.iter().enumerate();
        let widths = columns.map(|(place, (_, align))| {
            let cells = self.rows.iter().filter_map(|row| row.cells.get(place));
            let needed = cells.map(|cell| match align {
                Align::Paragraph if cell.ends.is_empty() => 0,
                Align::Paragraph => cell.fitting(BEGINNING).map_or(0, |text| text.width()),
                _ => cell.text.width(),
            });
            needed.max().unwrap_or(0)
        });
        widths.collect()
    }

    /// Narrows the widest columns of words until all columns fit the screen, if that is possible.
    fn narrowed(&self, mut widths: Vec<usize>, indent: &str, screen: Screen) -> Vec<usize> {
        let limit = screen.width.unwrap_or(usize::MAX);
        let columns = self.columns.iter().zip(&widths);
        let least = columns.map(|((title, align), width)| match align {
            Align::Text => LEAST_WIDTH.max(title.width()).min(*width),
            _ => *width,
        });
        let least: Vec<usize> = least.collect();
        while line_width(&widths, indent) > limit && line_width(&least, indent) <= limit {
            let columns = widths.iter_mut().zip(&least);
            let wider = columns.filter(|(width, least)| **width > **least);
            if let Some((widest, _)) = wider.max() {
                *widest -= 1;
            }
        }
        widths
    }
}

/// A column of words never becomes narrower than this or than its title.
const LEAST_WIDTH: usize = 8;

/// How much further the later lines of a row are indented than its first line.
const EXTRA_INDENT: usize = 4;

/// The position of a column: on which line of its row, and where on that line.
struct Position<'g> {
    align: Align,
    title: &'g str,
    line: usize,
    start: usize,
    width: usize,
}

impl GridRow {
    /// Puts each cell in its column, on a new line if the cell before it reaches into that column. A text that does not fit on the screen
    /// there goes below the row, with the title of its column.
    fn lines(&self, columns: &[Position<'_>], indent: &str, screen: Screen) -> Vec<String> {
        let deeper = indent.to_owned() + &" ".repeat(EXTRA_INDENT);
        let limit = screen.width.unwrap_or(usize::MAX);
        let (mut lines, mut below) = (Vec::new(), Vec::new());
        let cells: Vec<_> = self.cells.iter().zip(columns).collect();
        for cells in cells.chunk_by(|(_, one), (_, next)| one.line == next.line) {
            let mut filled = cells.to_vec();
            filled.retain(|(cell, _)| !cell.text.trim_end().is_empty());
            let (mut line, mut end) = (String::new(), 0);
            for (cell, column) in &filled {
                let room = limit.saturating_sub(column.start);
                let Some(text) = cell.fitting(room) else {
                    let text = cell.text.trim_end();
                    let is_first = column.start == indent.width();
                    let text = match (column.title, column.align) {
                        _ if is_first => format!("{indent}{text}"),
                        ("", _) | (_, Align::Paragraph) => format!("{deeper}{text}"),
                        (title, _) => format!("{deeper}{title}: {text}"),
                    };
                    let place = if is_first { &mut lines } else { &mut below };
                    place.push(screen.paint(cell.tone, &wrap(&text, &deeper, screen)));
                    continue;
                };
                let width = text.width();
                let start = match column.align {
                    Align::Number => column.start + column.width.min(room).saturating_sub(width),
                    _ => column.start,
                };
                if end > 0 && start < end + 2 {
                    lines.push(mem::take(&mut line));
                    end = 0;
                }
                line += &" ".repeat(start - end);
                line += &screen.paint(cell.tone, &text);
                end = start + width;
            }
            // A line of blank cells stays, so that the cells of the next line are not taken for its own.
            if filled.is_empty() || !line.is_empty() {
                lines.push(line);
            }
        }
        // Blank lines at the end are dropped, but a row has at least one line.
        let last = lines.iter().rposition(|line| !line.is_empty());
        lines.resize(last.unwrap_or(0) + 1, String::new());
        lines.extend(below);
        lines.extend_from_slice(&self.below);
        lines
    }
}

/// The width of a line with columns of these widths, two spaces apart.
fn line_width(widths: &[usize], indent: &str) -> usize {
    // A last column of width 0, such as a paragraph, needs no spaces in front of it.
    let widths = match widths {
        [widths @ .., 0] => widths,
        _ => widths,
    };
    indent.width() + widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::Align::{Number, Paragraph, Text};
    use super::*;

    /// The lines of a grid with these rows of plain cells on a screen of this width.
    fn lines<const N: usize>(mut grid: Grid, rows: &[[&str; N]], width: usize) -> Vec<String> {
        for row in rows {
            grid.push(row.map(Cell::plain));
        }
        grid.lines("", Screen::of_width(width))
    }

    #[test]
    fn names_that_differ_only_at_the_end_are_not_shortened_and_the_rest_of_their_rows_goes_below() {
        let mut grid = Grid::new(&[Text, Number]);
        grid.push(["文心 4.5", "7"].map(Cell::plain));
        grid.push(["long_name_of_bf16", "1234"].map(Cell::plain));
        grid.push(["long_name_of_fp8", "12"].map(Cell::plain));
        assert_eq!(
            grid.lines("  ", Screen::of_width(20)),
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
    fn a_cell_that_a_wide_cell_runs_into_moves_to_a_new_line_in_its_own_column() {
        let grid = Grid::titled(&[
            ("developer", Text),
            ("FLOP", Number),
            ("name", Text),
            ("by", Number),
        ]);
        let rows = [
            ["d", "1", "short", "1"],
            ["d", "2", "a long name", "2"],
            ["a laboratory", "3", "short", "3"],
            ["a laboratory", "4", "a very long name of many words", "4"],
        ];
        assert_eq!(
            lines(grid, &rows, 29),
            [
                "developer  FLOP  name      by",
                "d             1  short      1",
                "d             2  a long name",
                "                            2",
                "a laboratory  3  short      3",
                "a laboratory  4             4",
                "    name: a very long name of\n    many words",
            ]
        );
    }

    #[test]
    fn columns_that_do_not_fit_the_screen_continue_on_more_lines_of_each_row() {
        let rows = [
            ["1000", "2000", "3000", "4000", "5000"],
            ["1", "2", "", "4", "5"],
            ["1", "", "", "", ""],
            ["1", "", "", "", "5"],
        ];
        assert_eq!(
            lines(Grid::new(&[Number; 5]), &rows, 16),
            [
                "1000  2000  3000",
                "    4000  5000",
                "   1     2",
                "       4     5",
                "   1",
                "   1",
                "             5"
            ]
        );
    }

    #[test]
    fn a_paragraph_that_does_not_fit_goes_below_its_line_in_full() {
        let rows = [["short", "fits"], ["short", "does not fit beside"]];
        assert_eq!(
            lines(Grid::new(&[Text, Paragraph]), &rows, 16),
            ["short  fits", "short", "    does not fit\n    beside"]
        );
    }

    #[test]
    fn the_parts_of_a_remark_that_fit_stay_on_the_line_unless_the_first_does_not_fit() {
        let rows = [
            ("a long name", &["status"][..]),
            ("short", &["status", "reasoning"]),
            ("short", &["confidence low → high", "status"]),
            // A part is not cut at a comma within it.
            ("short", &["name A → B, mini", "status"]),
        ];
        let mut grid = Grid::new(&[Text, Paragraph]);
        for (name, parts) in rows {
            let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            grid.push([Cell::plain(name), Cell::remark(&parts)]);
        }
        assert_eq!(
            grid.lines("", Screen::of_width(20)),
            [
                "a long name",
                "           status",
                "short      status, …",
                "short",
                "    confidence low →\n    high, status",
                "short",
                "    name A → B,\n    mini, status",
            ]
        );
    }
}
