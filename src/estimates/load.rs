//! Reads the estimates file record by record: `{"metadata": {…}, "models": [ … ]}`.

use std::collections::HashMap;
use std::io::{self, Cursor, Read, Seek};
use std::{iter, mem};

use memchr::{memchr_iter, memmem};
use serde::Deserialize;
use serde_json::value::{RawValue, Value};

use super::{Estimates, Refused, record};
use crate::dates;
use crate::parallel;
use crate::text::{SHORT_EXCERPT, count_newlines, excerpt, offset_in, position};

/// The number of bytes read at a time: few enough that a block stays in a core's cache, and that a file of a thousand models gives several
/// cores a block each.
const BLOCK: usize = 1 << 18;

/// The top level of the file.
#[derive(Deserialize)]
struct Document<'t> {
    #[serde(borrow)]
    metadata: Option<&'t RawValue>,
    #[serde(borrow)]
    models: Option<&'t RawValue>,
}

impl Estimates {
    /// Reads `estimated_models.json`. A file of an unusual form is read again as a whole, to find out whether and where it is wrong.
    ///
    /// # Errors
    /// The outer error says that the file cannot be read. The inner error says why the file is refused: it is a file of another kind, such
    /// as a Git LFS pointer, it is not UTF-8, not JSON or cut short, or it has no `models` array or no usable record in it.
    pub fn read(mut file: impl Read + Seek + Send) -> io::Result<Result<Estimates, Refused>> {
        if let Some(estimates) = parse_in_blocks(&mut file, BLOCK) {
            return Ok(Ok(estimates));
        }
        file.rewind()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Refused::checked_text(&bytes).and_then(parse_whole))
    }

    /// Reads the bytes of `estimated_models.json`.
    ///
    /// # Errors
    /// The inner errors of [`Estimates::read`].
    pub fn parse(bytes: &[u8]) -> Result<Estimates, Refused> {
        Estimates::read(Cursor::new(bytes))
            .unwrap_or_else(|error| Err(Refused::new((1, 1), error.to_string())))
    }
}

/// Reads the whole text at once. The error says what is wrong and where.
fn parse_whole(text: &str) -> Result<Estimates, Refused> {
    const WHICH: &str = "is this the pipeline's estimated_models.json?";
    let json = without_byte_order_mark(text);
    if !json.trim_start().starts_with('{') {
        return Err(Refused::not_an_object(json));
    }
    let document: Document<'_> =
        serde_json::from_str(json).map_err(|error| Refused::not_json(json, &error))?;
    let Some(models) = document.models.map(RawValue::get) else {
        let message = format!("there is no `models` array: {WHICH}");
        return Err(Refused::at(json, json, message));
    };
    let Some((records, _)) = models.strip_prefix('[').and_then(records) else {
        let message = format!("`models` is not an array: {WHICH}");
        return Err(Refused::at(json, models, message));
    };
    let mut estimates = read_metadata(document.metadata);
    let (line, _) = position(json.as_bytes(), offset_in(json, models));
    estimates.append(records, line);
    if !estimates.usable.is_empty() {
        return Ok(estimates);
    }
    let message = match estimates.total {
        0 => "`models` is empty: there is nothing to refresh from".to_owned(),
        records => format!("none of the records in `models` ({records}) is usable"),
    };
    Err(Refused {
        rejected: estimates.rejected,
        ..Refused::new((1, 1), message)
    })
}

/// The alternative estimates of the record at `index` of `models` in this text; `None` where the record has none.
pub fn alternatives(text: &str, index: usize) -> Option<Vec<Value>> {
    let document: Document<'_> = serde_json::from_str(without_byte_order_mark(text)).ok()?;
    let models: Vec<&RawValue> = serde_json::from_str(document.models?.get()).ok()?;
    let record: Value = serde_json::from_str(models.get(index)?.get()).ok()?;
    record.get("alternative_estimates")?.as_array().cloned()
}

/// The text without the byte order mark that some editors put in front.
fn without_byte_order_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Estimates without records, which only say when the pipeline saved the file. Malformed metadata never stops a run.
fn read_metadata(metadata: Option<&RawValue>) -> Estimates {
    let mut estimates = Estimates::default();
    let metadata = metadata.map_or("{}", RawValue::get);
    let unreadable = |json| Some(excerpt(json, SHORT_EXCERPT).into_owned());
    let Ok(metadata) = serde_json::from_str::<HashMap<String, &RawValue>>(metadata) else {
        estimates.saved_at_unreadable = unreadable(metadata);
        return estimates;
    };
    let saved_at = metadata.get("saved_at").copied();
    if let Some(value) = saved_at.filter(|value| !matches!(value.get(), "null" | "\"\"")) {
        match record::string(value).filter(|text| dates::moment(text).is_some()) {
            Some(text) => estimates.saved_at = Some(text.into_owned()),
            None => estimates.saved_at_unreadable = unreadable(value.get()),
        }
    }
    estimates
}

/// Reads the records on every core, without holding the text of the whole file, or gives up if the file is not of the usual form.
///
/// Where a record begins is certain only after everything before it is read. So the file is cut into blocks by guess, at places with the
/// same bytes as the beginning of the first record. The guesses are right if every block is nothing but values, each followed by a comma,
/// because then each block ends exactly where a record begins. The last block ends at the bracket that closes the array. The text around
/// the records must be an object whose `models` is this array.
fn parse_in_blocks(file: &mut (impl Read + Send), size: usize) -> Option<Estimates> {
    let mut unread = Vec::new();
    file.take(size as u64).read_to_end(&mut unread).ok()?;
    let head: Vec<u8> = unread.drain(..start_of_records(&unread)?).collect();
    let first = unread.trim_ascii_start();
    let beginning = first[..=memchr_iter(b'"', first).nth(1)?].to_vec();
    let blocks = iter::from_fn(|| {
        let mut block = mem::take(&mut unread);
        loop {
            let seen = block.len().saturating_sub(beginning.len()).max(1);
            block.try_reserve(size).ok()?;
            // If reading fails, the last block with its bracket is missing, so the file is read again as a whole.
            if file.take(size as u64).read_to_end(&mut block).ok()? == 0 {
                return (!block.is_empty()).then_some(block);
            }
            // If no other record begins in the bytes read so far, more must be read.
            if let Some(place) = memmem::rfind(&block[seen..], &beginning) {
                unread = block.split_off(seen + place);
                return Some(block);
            }
        }
    });
    let blocks = parallel::map_each(blocks, |block| {
        let (records, rest) = records(str::from_utf8(&block).ok()?)?;
        Some((records, rest.to_owned(), count_newlines(&block)))
    });
    let blocks: Vec<_> = blocks.into_iter().collect::<Option<_>>()?;

    let ((_, tail, _), before) = blocks.split_last()?;
    let head = without_byte_order_mark(str::from_utf8(&head).ok()?);
    let around = format!("{head}{tail}");
    let document: Document<'_> = serde_json::from_str(&around).ok()?;
    let is_of_models = offset_in(&around, document.models?.get()) == head.len() - 1;
    if !is_of_models || before.iter().any(|(_, rest, _)| !rest.is_empty()) {
        return None;
    }
    let mut estimates = read_metadata(document.metadata);
    let mut line = count_newlines(head.as_bytes()) + 1;
    for (records, _, lines) in blocks {
        estimates.append(records, line);
        line += lines;
    }
    (!estimates.usable.is_empty()).then_some(estimates)
}

/// The offset of the records, just after the bracket that opens `models`.
fn start_of_records(text: &[u8]) -> Option<usize> {
    const MODELS: &[u8] = b"\"models\"";
    let rest = &text[memmem::find(text, MODELS)? + MODELS.len()..];
    let rest = rest.trim_ascii_start().strip_prefix(b":")?;
    let rest = rest.trim_ascii_start().strip_prefix(b"[")?;
    Some(text.len() - rest.len())
}

/// Reads the records in a block, counting its lines from 0. Returns the records and the rest of the text: nothing, or the bracket that
/// closes the array and everything after it.
fn records(block: &str) -> Option<(Estimates, &str)> {
    /// JSON's whitespace.
    const WHITESPACE: [char; 4] = [' ', '\n', '\r', '\t'];
    let mut estimates = Estimates::default();
    let mut rest = block.trim_start_matches(WHITESPACE);
    if rest.starts_with(']') {
        return Some((estimates, rest));
    }
    let (mut line, mut counted) = (0, 0);
    while !rest.is_empty() {
        let start = offset_in(block, rest);
        line += count_newlines(&block.as_bytes()[counted..start]);
        counted = start;
        let end = record::read(rest, line, &mut estimates).ok()?;
        rest = rest[end..].trim_start_matches(WHITESPACE);
        if rest.starts_with(']') {
            break;
        }
        rest = rest.strip_prefix(',')?.trim_start_matches(WHITESPACE);
    }
    Some((estimates, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records with text in them that looks like the beginning of another record.
    const AWKWARD: &str = "\u{feff} {\"metadata\": {\"saved_at\": \"2025-07-31\", \"x\": [1, {}]},\r\n \"models\" : [\n\
        {\"name\": \"naïve 文心\", \"developer\": \"d\\u00e9\\\\\", \"reasoning\": \"},\\n{\\\"name\\\": 😀\"},\n\
        {\"name\": \"b\", \"alternatives\": [{\"name\": \"x\"}, {\"name\": \"y\"}], \"sources\": [\"},\\n{\\\"name\\\"\"]},\n\
        {\"name\": \"half\", \"developer\": \"\\ud83d\"}, 7 , null, \"\\ud83d\\ude00\",\n\
        {\"name\": \"c\", \"parameters\": 671000000000}\n] , \"z\": -1.5e3 }\n";

    /// Whether the text can be read in blocks of this size. They must give the same records as the whole text.
    fn is_read(text: &str, size: usize) -> bool {
        let read = parse_in_blocks(&mut Cursor::new(text), size);
        assert!(read.is_none() || read == parse_whole(text).ok(), "{text}");
        read.is_some()
    }

    #[test]
    fn reading_in_blocks_gives_the_same_records_or_is_given_up() {
        let sizes = (1..AWKWARD.len()).filter(|size| is_read(AWKWARD, *size));
        assert!(sizes.count() > 100, "the text was hardly ever cut");
        let inner = "{\"x\": {\"models\": [{\"name\": \"b\", \"developer\": \"d\"}]}, \"models\": [{\"name\": \"a\", \"developer\": \"d\"}]}";
        assert!(parse_whole(inner).is_ok() && !is_read(inner, 1 << 20));
        for (end, _) in AWKWARD.trim_end().char_indices() {
            let (front, back) = AWKWARD.split_at(end);
            assert!(!is_read(front, 150), "{front}");
            for insert in [",", "]", "\""] {
                for size in [10, 150, 1 << 20] {
                    is_read(&format!("{front}{insert}{back}"), size);
                }
            }
        }
    }
}
