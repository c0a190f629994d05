//! Goes through the file of the estimates from record to record: `{"metadata": {…}, "models": [ … ]}`.

use std::io::{self, Read, Seek};
use std::{iter, mem};

use memchr::{memchr_iter, memmem};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Estimates, Refused, record};
use crate::dates;
use crate::parallel;
use crate::text::{excerpt, newlines, offset_in};

/// How many bytes are read at a time: so few that they stay in a core's cache, and that the file of a thousand models makes several
/// blocks, so that every core has one.
const BLOCK: usize = 1 << 18;

/// What JSON counts as blank.
const BLANKS: [char; 4] = [' ', '\n', '\r', '\t'];

/// The top level of the file.
#[derive(Deserialize)]
pub(super) struct Document<'t> {
    #[serde(borrow)]
    metadata: Option<&'t RawValue>,
    #[serde(borrow)]
    pub models: Option<&'t RawValue>,
}

#[derive(Default, Deserialize)]
struct Metadata<'t> {
    #[serde(borrow)]
    saved_at: Option<&'t RawValue>,
}

/// Reads every record of the file. One that is not of the usual form is read again as a whole, which says what is wrong and where.
pub(super) fn estimates(
    mut file: impl Read + Seek + Send,
) -> io::Result<Result<Estimates, Refused>> {
    if let Some(estimates) = in_blocks(&mut file, BLOCK) {
        return Ok(Ok(estimates));
    }
    file.rewind()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(Refused::unless_text(&bytes).and_then(as_a_whole))
}

/// Reads the text from its beginning to its end, and says what is wrong where it cannot.
fn as_a_whole(text: &str) -> Result<Estimates, Refused> {
    const WHICH: &str = "is this the pipeline's estimated_models.json?";
    let json = without_byte_order_mark(text);
    if !json.trim_start_matches(BLANKS).starts_with('{') {
        return Err(Refused::no_object(json));
    }
    let document: Document<'_> =
        serde_json::from_str(json).map_err(|error| Refused::no_json(json, &error))?;
    let Some(models) = document.models.map(RawValue::get) else {
        let message = format!("there is no `models` array in it: {WHICH}");
        return Err(Refused::at(json.as_bytes(), 0, message));
    };
    let start = offset_in(json, models);
    let Some((records, _)) = models.strip_prefix('[').and_then(records) else {
        let message = format!("`models` is not an array: {WHICH}");
        return Err(Refused::at(json.as_bytes(), start, message));
    };
    let mut estimates = saved(document.metadata);
    estimates.append(records, newlines(&json.as_bytes()[..start]) + 1);
    Ok(estimates)
}

/// Some editors put a byte order mark in front.
fn without_byte_order_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// No estimates yet, but when the pipeline saved the file. The metadata belongs to the pipeline: whatever its form, it never stops a
/// run.
fn saved(metadata: Option<&RawValue>) -> Estimates {
    let mut estimates = Estimates::default();
    let metadata: Metadata<'_> =
        serde_json::from_str(metadata.map_or("{}", RawValue::get)).unwrap_or_default();
    if let Some(value) = metadata.saved_at.filter(|value| value.get() != "\"\"") {
        match record::string(value).filter(|text| dates::moment(text).is_some()) {
            Some(text) => estimates.saved_at = Some(text.into_owned()),
            None => estimates.saved_at_unreadable = Some(excerpt(value.get(), 200).into_owned()),
        }
    }
    estimates
}

/// Reads the records without holding the text of the whole file, on every core, or gives up where it is not of the usual form.
///
/// Where a record begins can be told only by reading up to it. So the places where the file is cut into blocks are guesses: each block
/// begins with the same bytes as the first record. The guesses are right if every block is nothing but values, each followed by a
/// comma, because then each block ends exactly where a record begins. The last block ends at the bracket that closes the array.
/// What stands around the records has to be an object in which the array is `models`.
fn in_blocks(file: &mut (impl Read + Send), size: usize) -> Option<Estimates> {
    let mut unread = Vec::new();
    file.take(size as u64).read_to_end(&mut unread).ok()?;
    let head: Vec<u8> = unread.drain(..start_of_records(&unread)?).collect();
    let first = unread.trim_ascii_start();
    let beginning = first[..=memchr_iter(b'"', first).nth(1)?].to_vec();
    let mut is_readable = true;
    let blocks = iter::from_fn(|| {
        let mut block = mem::take(&mut unread);
        loop {
            // Where there is no other beginning in it, the record does not end in what was read.
            let seen = block.len().saturating_sub(beginning.len()).max(1);
            block.reserve(size);
            match file.take(size as u64).read_to_end(&mut block) {
                Ok(0) => return (!block.is_empty()).then_some(block),
                Ok(_) => {}
                Err(_) => {
                    is_readable = false;
                    return None;
                }
            }
            if let Some(place) = memmem::rfind(&block[seen..], &beginning) {
                unread = block.split_off(seen + place);
                return Some(block);
            }
        }
    });
    let blocks = parallel::map_each(blocks, |block| {
        let (records, behind) = records(str::from_utf8(&block).ok()?)?;
        Some((records, behind.to_owned(), newlines(&block)))
    });
    let blocks: Vec<_> = blocks.into_iter().collect::<Option<_>>()?;

    let (_, behind, _) = blocks.last().filter(|_| is_readable)?;
    let head = without_byte_order_mark(str::from_utf8(&head).ok()?);
    let around = format!("{head}{behind}");
    let document: Document<'_> = serde_json::from_str(&around).ok()?;
    if offset_in(&around, document.models?.get()) != head.len() - 1 {
        return None;
    }
    let mut estimates = saved(document.metadata);
    let mut line = newlines(head.as_bytes()) + 1;
    let mut is_closed = false;
    for (records, behind, lines) in blocks {
        if is_closed {
            return None;
        }
        estimates.append(records, line);
        line += lines;
        is_closed = !behind.is_empty();
    }
    Some(estimates)
}

/// Where the records stand: behind the bracket that opens `models`.
fn start_of_records(text: &[u8]) -> Option<usize> {
    const MODELS: &[u8] = b"\"models\"";
    let behind = &text[memmem::find(text, MODELS)? + MODELS.len()..];
    let colon = behind.trim_ascii_start().strip_prefix(b":")?;
    let array = colon.trim_ascii_start().strip_prefix(b"[")?;
    Some(text.len() - array.len())
}

/// Reads the records that stand in a block, whose lines count from 0, and says what stands behind them: nothing, or the bracket that
/// closes the array and all that follows it.
fn records(block: &str) -> Option<(Estimates, &str)> {
    let mut estimates = Estimates::default();
    let mut rest = block.trim_start_matches(BLANKS);
    if rest.starts_with(']') {
        return Some((estimates, rest));
    }
    let (mut line, mut counted) = (0, 0);
    while !rest.is_empty() {
        let start = offset_in(block, rest);
        line += newlines(&block.as_bytes()[counted..start]);
        counted = start;
        let end = record::read(rest, line, &mut estimates).ok()?;
        rest = rest[end..].trim_start_matches(BLANKS);
        if rest.starts_with(']') {
            break;
        }
        rest = rest.strip_prefix(',')?.trim_start_matches(BLANKS);
    }
    Some((estimates, rest))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Records that hold what looks like the beginning of another record.
    const AWKWARD: &str = "\u{feff} {\"metadata\": {\"saved_at\": \"2025-07-31\", \"x\": [1, {}]},\r\n \"models\" : [\n\
        {\"name\": \"naïve 文心\", \"developer\": \"d\\u00e9\\\\\", \"reasoning\": \"},\\n{\\\"name\\\": 😀\"},\n\
        {\"name\": \"b\", \"alternatives\": [{\"name\": \"x\"}, {\"name\": \"y\"}], \"sources\": [\"},\\n{\\\"name\\\"\"]},\n\
        {\"name\": \"half\", \"developer\": \"\\ud83d\"}, 7 , null, \"\\ud83d\\ude00\",\n\
        {\"name\": \"c\", \"parameters\": 671000000000}\n] , \"z\": -1.5e3 }\n";

    fn in_blocks_of(size: usize, text: &str) -> Option<String> {
        in_blocks(&mut Cursor::new(text), size).map(|estimates| format!("{estimates:?}"))
    }

    #[test]
    fn blocks_hold_what_the_whole_text_holds_or_are_given_up() {
        let whole = as_a_whole(AWKWARD).expect("sound");
        assert_eq!(whole.total, 7);
        let read: Vec<_> = (1..AWKWARD.len())
            .filter_map(|size| in_blocks_of(size, AWKWARD))
            .collect();
        assert!(read.len() > 100, "the text was hardly ever cut");
        assert!(read.iter().all(|read| *read == format!("{whole:?}")));
    }

    #[test]
    fn blocks_accept_no_text_that_the_whole_would_refuse() {
        let inner =
            "{\"metadata\": {\"models\": [{\"name\": \"x\"}]}, \"models\": [{\"name\": \"a\"}]}";
        assert!(in_blocks_of(1 << 20, inner).is_none());
        assert!(as_a_whole(inner).is_ok());
        for (end, _) in AWKWARD.trim_end().char_indices() {
            let (front, behind) = AWKWARD.split_at(end);
            for insert in [",", "]", "\""] {
                let changed = format!("{front}{insert}{behind}");
                let whole = as_a_whole(&changed).map(|read| format!("{read:?}")).ok();
                for size in [10, 150, 1 << 20] {
                    let read = in_blocks_of(size, &changed);
                    assert!(read.is_none() || read == whole, "{changed}");
                }
            }
            assert!(in_blocks_of(150, front).is_none(), "{front}");
        }
    }
}
