//! Finds the records in the text of the estimates: `{"metadata": {…}, "models": [ … ]}`.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::text::position;

/// With fewer records than this it takes longer to start threads than to read them.
pub(super) const MANY_RECORDS: usize = 4096;

/// The text of `models` is cut into pieces of about this many bytes, which are read in parallel.
const PIECE: usize = 1 << 20;

/// With fewer pieces than this it takes longer to start threads than to read them.
const MANY_PIECES: usize = 4;

/// What JSON counts as blank.
const BLANKS: [char; 4] = [' ', '\n', '\r', '\t'];

/// Why the estimates are refused as a whole, and where.
#[derive(Debug)]
pub struct Refused {
    /// The line, from 1.
    pub line: usize,
    /// Where in the line, in bytes from 1.
    pub column: usize,
    /// What is wrong there, and what to do.
    pub message: String,
}

impl Refused {
    fn at(text: &[u8], offset: usize, message: impl Into<String>) -> Refused {
        let (line, column) = position(text, offset);
        Refused {
            line,
            column,
            message: message.into(),
        }
    }

    /// Something is wrong with the file as a whole.
    pub(super) fn at_the_start(message: impl Into<String>) -> Refused {
        Refused::at(b"", 0, message)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refused {}

/// The records and what is known about them all.
#[derive(Debug)]
pub(super) struct Document<'t> {
    pub saved_at: Option<String>,
    pub records: Vec<&'t RawValue>,
}

/// The fields of the top level. Of one that stands twice the last counts.
type Fields<'t> = HashMap<String, &'t RawValue>;

/// The bytes as text.
pub(super) fn text(bytes: &[u8]) -> Result<&str, Refused> {
    std::str::from_utf8(bytes).map_err(|error| Refused::at(bytes, error.valid_up_to(), "not UTF-8"))
}

/// Finds the records in the text.
pub(super) fn document(text: &str) -> Result<Document<'_>, Refused> {
    match in_pieces(text, PIECE) {
        Some(document) => Ok(document),
        None => as_a_whole(text),
    }
}

/// Reads the text from its beginning to its end, and says what is wrong where it cannot.
fn as_a_whole(text: &str) -> Result<Document<'_>, Refused> {
    // Some editors put a byte order mark in front.
    let json = text.strip_prefix('\u{feff}').unwrap_or(text);
    let start = text.len() - json.trim_start_matches(BLANKS).len();
    match text.as_bytes().get(start) {
        None => return Err(Refused::at(text.as_bytes(), start, "the file is empty")),
        Some(b'{') => {}
        Some(_) => {
            let message = "expected an object: {\"metadata\": {…}, \"models\": [ … ]}";
            return Err(Refused::at(text.as_bytes(), start, message));
        }
    }
    let fields: Fields<'_> =
        serde_json::from_str(&text[start..]).map_err(|error| not_json(text, start, &error))?;
    let Some(models) = fields.get("models") else {
        return Err(Refused::at_the_start("there is no `models` array in it"));
    };
    let records = serde_json::from_str(models.get()).map_err(|_| {
        let start = models.get().as_ptr().addr() - text.as_ptr().addr();
        Refused::at(text.as_bytes(), start, "`models` is not an array")
    })?;
    Ok(Document {
        saved_at: saved_at(&fields),
        records,
    })
}

/// What is wrong with JSON that begins at `start` of the text.
fn not_json(text: &str, start: usize, error: &serde_json::Error) -> Refused {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let message = match message {
        _ if error.is_eof() => format!("cut short: {message}"),
        "trailing characters" => "not JSON: something follows the closing brace".to_owned(),
        _ => format!("not JSON: {message}"),
    };
    let (line, column) = position(text.as_bytes(), start);
    Refused {
        line: line + error.line() - 1,
        column: match error.line() {
            1 => column - 1 + error.column().max(1),
            _ => error.column().max(1),
        },
        message,
    }
}

/// The metadata belongs to the pipeline: whatever its form, it never stops a run.
fn saved_at(fields: &Fields<'_>) -> Option<String> {
    #[derive(Deserialize)]
    struct Metadata {
        saved_at: Option<String>,
    }
    serde_json::from_str::<Metadata>(fields.get("metadata")?.get())
        .ok()?
        .saved_at
}

/// Reads a text faster than [`as_a_whole`] does, or gives up where it is not of the usual form.
///
/// Where a record begins can be told only by reading up to it. So the places where the text of `models` is cut are guesses: each piece
/// begins with the same bytes as the first record. The guesses are right if every piece is nothing but values, each followed by a
/// comma, because then each piece ends exactly where a record begins. The last piece ends at the bracket that closes the array.
/// What is left of the text has to be an object in which the array stands, now empty, as `models`.
fn in_pieces(text: &str, size: usize) -> Option<Document<'_>> {
    let json = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (before, _) = json.split_once("\"models\"")?;
    let colon = json[before.len() + "\"models\"".len()..].trim_start_matches(BLANKS);
    let array = colon.strip_prefix(':')?.trim_start_matches(BLANKS);
    let array = array.strip_prefix('[')?;
    let pieces = cut(array, size)?;
    let read = on_all_cores(&pieces, MANY_PIECES, |_, piece| values(piece));
    let mut records = Vec::new();
    let mut rest = "";
    for read in read {
        let (values, behind) = read?;
        if !rest.is_empty() {
            return None;
        }
        records.extend(values);
        rest = behind;
    }
    let close = rest.strip_prefix(']')?;
    let head = &json[..json.len() - array.len()];
    let around = format!("{head}]{close}");
    let fields: Fields<'_> = serde_json::from_str(&around).ok()?;
    let place = fields.get("models")?.get().as_ptr().addr() - around.as_ptr().addr();
    (place + 1 == head.len()).then(|| Document {
        saved_at: saved_at(&fields),
        records,
    })
}

/// Cuts the text behind the bracket that opens the array, where records seem to begin.
fn cut(array: &str, size: usize) -> Option<Vec<&str>> {
    let array = array.trim_start_matches(BLANKS);
    // From the first record's brace to the end of its first key.
    let key = array.strip_prefix('{')?.split('"').nth(1)?;
    let end = key.as_ptr().addr() + key.len() + 1 - array.as_ptr().addr();
    let beginning = array.get(..end)?;
    let mut pieces = Vec::new();
    let mut rest = array;
    while rest.len() > 2 * size {
        let from = rest.floor_char_boundary(size);
        let Some(at) = rest[from..].find(beginning) else {
            break;
        };
        let (piece, behind) = rest.split_at(from + at);
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(rest);
    Some(pieces)
}

/// The values of a piece, and what stands behind them: nothing, or the bracket that closes the array and all that follows it.
fn values(piece: &str) -> Option<(Vec<&RawValue>, &str)> {
    let (mut values, mut rest) = (Vec::new(), piece);
    loop {
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter();
        values.push(stream.next()?.ok()?);
        rest = rest[stream.byte_offset()..].trim_start_matches(BLANKS);
        if rest.starts_with(']') {
            return Some((values, rest));
        }
        rest = rest.strip_prefix(',')?.trim_start_matches(BLANKS);
        if rest.is_empty() {
            return Some((values, rest));
        }
    }
}

/// What `each` makes of every item and its index, in the order of the items; on every core where there are `many` items.
pub(super) fn on_all_cores<T: Sync, U: Send>(
    items: &[T],
    many: usize,
    each: impl Fn(usize, &T) -> U + Sync,
) -> Vec<U> {
    // Where the system refuses to start threads, the work is done here.
    static POOL: LazyLock<Option<ThreadPool>> =
        LazyLock::new(|| ThreadPoolBuilder::new().build().ok());
    let one = |(index, item)| each(index, item);
    let pool = if items.len() < many {
        None
    } else {
        POOL.as_ref()
    };
    match pool {
        Some(pool) => pool.install(|| items.par_iter().enumerate().map(one).collect()),
        None => items.iter().enumerate().map(one).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records that hold what looks like the beginning of another record.
    const AWKWARD: &str = "\u{feff} {\"metadata\": {\"saved_at\": \"2025-07-31\", \"x\": [1, {}]},\r\n \"models\" : [\n\
        {\"name\": \"naïve 文心\", \"developer\": \"d\\u00e9\\\\\", \"reasoning\": \"},\\n{\\\"name\\\": 😀\"},\n\
        {\"name\": \"b\", \"alternatives\": [{\"name\": \"x\"}, {\"name\": \"y\"}], \"sources\": [\"},\\n{\\\"name\\\"\"]},\n\
        {\"name\": \"half\", \"developer\": \"\\ud83d\"}, 7 , null, \"\\ud83d\\ude00\",\n\
        {\"name\": \"c\", \"parameters\": 671000000000}\n] , \"z\": -1.5e3 }\n";

    fn shown(document: Option<Document<'_>>) -> Option<(Option<String>, Vec<&str>)> {
        let Document { saved_at, records } = document?;
        Some((saved_at, records.into_iter().map(RawValue::get).collect()))
    }

    #[test]
    fn pieces_hold_what_the_whole_text_holds_or_are_given_up() {
        let whole = shown(as_a_whole(AWKWARD).ok());
        assert_eq!(whole.as_ref().map(|(_, records)| records.len()), Some(7));
        let mut cut = 0;
        for size in 1..AWKWARD.len() {
            if let Some(read) = shown(in_pieces(AWKWARD, size)) {
                assert_eq!(Some(read), whole, "{size}");
                cut += usize::from(size < 200);
            }
        }
        assert!(cut > 0, "the text was never cut");
    }

    #[test]
    fn pieces_accept_no_text_that_the_whole_would_refuse() {
        for (end, _) in AWKWARD.char_indices() {
            for changed in [
                AWKWARD[..end].to_owned(),
                format!("{},{}", &AWKWARD[..end], &AWKWARD[end..]),
                format!("{}]{}", &AWKWARD[..end], &AWKWARD[end..]),
            ] {
                for size in [10, 150, 1 << 20] {
                    if let Some(read) = shown(in_pieces(&changed, size)) {
                        assert_eq!(Some(read), shown(as_a_whole(&changed).ok()), "{changed}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_array_called_models_elsewhere_is_not_taken_for_the_records() {
        let inner =
            "{\"metadata\": {\"models\": [{\"name\": \"x\"}]}, \"models\": [{\"name\": \"a\"}]}";
        let twice = "{\"models\": [{\"name\": \"x\"}], \"models\": [{\"name\": \"a\"}]}";
        for text in [inner, twice] {
            assert!(in_pieces(text, 1 << 20).is_none());
            let read = shown(document(text).ok());
            assert_eq!(read, Some((None, vec!["{\"name\": \"a\"}"])));
        }
    }
}
