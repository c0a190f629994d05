//! Finds the records in the text of the estimates: `{"metadata": {…}, "models": [ … ]}`.

use std::collections::HashMap;
use std::sync::LazyLock;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use serde_json::value::RawValue;

use super::Refused;
use crate::dates;
use crate::text::excerpt;

/// With fewer records than this it takes longer to start threads than to read them.
pub(super) const MANY_RECORDS: usize = 4096;

/// The text of `models` is cut into pieces of about this many bytes, which are read in parallel.
const PIECE: usize = 1 << 20;

/// With fewer pieces than this it takes longer to start threads than to read them.
const MANY_PIECES: usize = 4;

/// What JSON counts as blank.
const BLANKS: [char; 4] = [' ', '\n', '\r', '\t'];

/// The records and what is known about them all.
#[derive(Debug)]
pub(super) struct Document<'t> {
    pub saved_at: SavedAt,
    pub records: Vec<&'t RawValue>,
}

/// The fields of the top level. Of one that stands twice the last counts.
type Fields<'t> = HashMap<String, &'t RawValue>;

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
    let json = json.trim_start_matches(BLANKS);
    if !json.starts_with('{') {
        return Err(Refused::no_object(text, json));
    }
    let fields: Fields<'_> =
        serde_json::from_str(json).map_err(|error| Refused::no_json(text, json, &error))?;
    let models = fields.get("models").map(|models| models.get());
    let models = models.ok_or_else(|| Refused::without_models(text))?;
    let records =
        serde_json::from_str(models).map_err(|_| Refused::models_are_no_array(text, models))?;
    Ok(Document {
        saved_at: SavedAt::of(&fields),
        records,
    })
}

/// When the pipeline saved the file.
#[derive(Debug, Default)]
pub(super) struct SavedAt {
    /// As it was written, if it is a date-time.
    pub readable: Option<String>,
    /// The value as JSON, if it is something else.
    pub unreadable: Option<String>,
}

impl SavedAt {
    /// The metadata belongs to the pipeline: whatever its form, it never stops a run.
    fn of(fields: &Fields<'_>) -> SavedAt {
        let metadata = fields.get("metadata").map(|metadata| metadata.get());
        let metadata = serde_json::from_str::<Fields<'_>>(metadata.unwrap_or("{}"));
        let saved_at = metadata.ok().and_then(|it| it.get("saved_at").copied());
        let Some(value) = saved_at.map(RawValue::get) else {
            return SavedAt::default();
        };
        let text = serde_json::from_str::<Option<String>>(value).map(Option::unwrap_or_default);
        match text {
            Ok(text) if text.is_empty() => SavedAt::default(),
            Ok(text) if dates::moment(&text).is_some() => SavedAt {
                readable: Some(text),
                unreadable: None,
            },
            _ => SavedAt {
                readable: None,
                unreadable: Some(excerpt(value, 200).into_owned()),
            },
        }
    }
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
        saved_at: SavedAt::of(&fields),
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
        Some((
            saved_at.readable,
            records.into_iter().map(RawValue::get).collect(),
        ))
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
