//! CSV that keeps its bytes: where records and cells begin and end, what a cell says, and how a new cell is written.
//!
//! The csv crate's reader normalises quotes and line ends and so cannot give a row back as it stood; this is the part of CSV that
//! the project has to own. A quote counts at the beginning of a cell only. Behind the quote that closes a cell nothing may stand: other
//! readers take what does as part of the cell, but it is how a quote that was left open shows, when the next one that opens seems to
//! close it – and between the two whole rows may lie.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use crate::text::newlines;

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
}

impl LineEnd {
    /// The bytes.
    pub fn text(self) -> &'static str {
        match self {
            LineEnd::Lf => "\n",
            LineEnd::CrLf => "\r\n",
        }
    }
}

/// One record as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// Its bytes, without the line end.
    pub raw: &'a str,
    /// Where they begin, in bytes from the beginning of the text.
    pub start: usize,
    /// The line it starts on, from 1; a quoted cell can make it span several.
    pub line: usize,
    /// How its last line ends; `None` at the end of a file without a final newline.
    pub end: Option<LineEnd>,
}

/// Why a text cannot be cut into records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// A cell that opens with a quote on this line never closes.
    OpenQuote {
        /// From 1.
        line: usize,
    },
    /// Text stands behind a quote that closes a cell.
    BehindQuote {
        /// The line on which the cell opens, from 1.
        line: usize,
        /// The line on which the text stands, from 1.
        behind: usize,
    },
    /// A carriage return that no line feed follows, outside of quotes: the line end of another age, or a stray byte.
    BareReturn {
        /// From 1.
        line: usize,
    },
}

/// Cuts `text` into its records; lines that are blank are no records.
pub struct Records<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Records<'a> {
    /// The records of a text without byte order mark.
    pub fn of(text: &'a str) -> Records<'a> {
        Records {
            text,
            at: 0,
            line: 1,
        }
    }

    /// The bytes of one record from `start`, and how many lines it spans beyond its first.
    fn measure(&self, start: usize) -> Result<(usize, Option<LineEnd>, usize), Malformed> {
        let bytes = self.text.as_bytes();
        let (mut at, mut line) = (start, self.line);
        loop {
            if bytes.get(at) == Some(&b'"') {
                let opened = line;
                let close =
                    closing_quote(bytes, at).ok_or(Malformed::OpenQuote { line: opened })?;
                line += newlines(&bytes[at..close]);
                at = close + 1;
                if !matches!(bytes.get(at), None | Some(b',' | b'\n' | b'\r')) {
                    return Err(Malformed::BehindQuote {
                        line: opened,
                        behind: line,
                    });
                }
            }
            at += bytes[at..]
                .iter()
                .take_while(|byte| !matches!(byte, b',' | b'\n' | b'\r'))
                .count();
            let end = match &bytes[at..] {
                [b',', ..] => {
                    at += 1;
                    continue;
                }
                [] => None,
                [b'\n', ..] => Some(LineEnd::Lf),
                [b'\r', b'\n', ..] | [b'\r'] => Some(LineEnd::CrLf),
                _ => return Err(Malformed::BareReturn { line }),
            };
            return Ok((at, end, line - self.line));
        }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.text.len() {
            let start = self.at;
            let (stop, end, more_lines) = match self.measure(start) {
                Ok(found) => found,
                Err(malformed) => {
                    self.at = self.text.len();
                    return Some(Err(malformed));
                }
            };
            let (raw, line) = (&self.text[start..stop], self.line);
            self.at = (stop + end.map_or(0, |end| end.text().len())).min(self.text.len());
            self.line += more_lines + 1;
            if !raw.trim().is_empty() {
                return Some(Ok(Record {
                    raw,
                    start,
                    line,
                    end,
                }));
            }
        }
        None
    }
}

/// Where the cells of one record stand in it.
pub struct CellSpans<'a> {
    raw: &'a str,
    /// Where the next cell begins; `None` behind the last one.
    at: Option<usize>,
}

impl<'a> CellSpans<'a> {
    /// The cells of a record without its line end. There is always one at least.
    pub fn of(raw: &'a str) -> CellSpans<'a> {
        CellSpans { raw, at: Some(0) }
    }
}

impl Iterator for CellSpans<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.at?;
        let bytes = self.raw.as_bytes();
        let unquoted = match bytes.get(start) {
            Some(b'"') => closing_quote(bytes, start).map_or(bytes.len(), |close| close + 1),
            _ => start,
        };
        let end = memchr(b',', &bytes[unquoted..]).map_or(bytes.len(), |comma| unquoted + comma);
        self.at = (end < bytes.len()).then_some(end + 1);
        Some(start..end)
    }
}

/// The raw cells of a record, quotes and all.
pub fn cells(raw: &str) -> impl Iterator<Item = &str> {
    CellSpans::of(raw).map(|span| &raw[span])
}

/// What a raw cell says.
pub fn decode(cell: &str) -> Cow<'_, str> {
    let Some(inside) = cell.strip_prefix('"') else {
        return Cow::Borrowed(cell);
    };
    let quoted = inside.strip_suffix('"').unwrap_or(inside);
    if quoted.contains('"') {
        Cow::Owned(quoted.replace("\"\"", "\""))
    } else {
        Cow::Borrowed(quoted)
    }
}

/// `text` as a cell, quoted only where it has to be: [`decode`] gives it back.
pub fn encode(text: &str) -> Cow<'_, str> {
    // Without a way out of the loop it is done many bytes at a time.
    let special = text.bytes().fold(false, |found, byte| {
        found | matches!(byte, b',' | b'"' | b'\n' | b'\r')
    });
    if special {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

/// Where the quote opened at `open` closes. A doubled quote stands for one and closes nothing.
fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += memchr(b'"', bytes.get(at..)?)?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raws(text: &str) -> Vec<(&str, usize)> {
        Records::of(text)
            .map(|record| record.expect("well-formed"))
            .map(|record| (record.raw, record.line))
            .collect()
    }

    #[test]
    fn records_end_at_lf_at_crlf_and_at_the_end_of_the_file() {
        assert_eq!(
            raws("a,b\r\nc,d\ne,f"),
            [("a,b", 1), ("c,d", 2), ("e,f", 3)]
        );
        assert_eq!(raws("a\r"), [("a", 1)]);
    }

    #[test]
    fn blank_lines_are_no_records_and_count_as_lines() {
        assert_eq!(raws("\n\r\na\n  \n\nb\n\n"), [("a", 3), ("b", 6)]);
    }

    #[test]
    fn a_quoted_cell_may_hold_line_ends_commas_and_quotes() {
        assert_eq!(
            raws("a,\"x\r\n\"\"y\"\",\n\"\nb\n"),
            [("a,\"x\r\n\"\"y\"\",\n\"", 1), ("b", 4)]
        );
    }

    #[test]
    fn a_quote_inside_an_unquoted_cell_is_a_character_like_any_other() {
        assert_eq!(raws("5\" disk,b\nc\n"), [("5\" disk,b", 1), ("c", 2)]);
        assert_eq!(decode("5\" disk"), "5\" disk");
    }

    #[test]
    fn what_is_no_csv_is_named_with_its_line() {
        let last = |text| Records::of(text).last();
        assert_eq!(
            last("a\nb,\"c\nd\n"),
            Some(Err(Malformed::OpenQuote { line: 2 }))
        );
        assert_eq!(
            last("a\nb\rc\n"),
            Some(Err(Malformed::BareReturn { line: 2 }))
        );
        let (line, behind) = (2, 3);
        assert_eq!(
            last("a\nb,\"c\nd,\"e\"\n"),
            Some(Err(Malformed::BehindQuote { line, behind }))
        );
    }

    #[test]
    fn cells_are_found_with_their_quotes_and_read_without_them() {
        let found: Vec<_> = cells("\"a,\"\"b\",,c,\"\",").collect();
        assert_eq!(found, ["\"a,\"\"b\"", "", "c", "\"\"", ""]);
        let said: Vec<_> = found.into_iter().map(decode).collect();
        assert_eq!(said, ["a,\"b", "", "c", "", ""]);
    }

    #[test]
    fn what_is_encoded_decodes_to_itself_and_is_quoted_only_where_needed() {
        assert_eq!(encode("plain  text; =1+1"), "plain  text; =1+1");
        for text in [
            "",
            "a,b",
            "\"",
            "\"\"",
            "two\nlines",
            "\r",
            "\"x\" and \"y\"",
            " padded ",
        ] {
            let cell = encode(text);
            assert_eq!(
                cells(&cell).collect::<Vec<_>>(),
                [&*cell],
                "{text:?} is one cell"
            );
            assert_eq!(decode(&cell), text);
        }
    }
}
