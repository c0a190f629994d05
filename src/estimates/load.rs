//! Goes through the file of the estimates from record to record: `{"metadata": {…}, "models": [ … ]}`.

use std::io::{self, Read, Seek};
use std::sync::{Mutex, PoisonError};

use memchr::{memchr_iter, memmem};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::json::{self, BLANKS};
use super::{Estimates, Refused, record, refused};
use crate::dates;
use crate::parallel;
use crate::text::{excerpt, newlines, offset_in};

/// How many bytes are read at a time: so few that they stay in a core's cache, and that the file of a thousand models makes several
/// blocks, so that every core has one.
const BLOCK: usize = 1 << 18;

/// Reads every record of the file. One that is not of the usual form is read again as a whole, which says what is wrong and where.
pub(super) fn estimates(
    mut file: impl Read + Seek + Send,
) -> io::Result<Result<Estimates, Refused>> {
    if let Some(estimates) = in_blocks(&mut file, BLOCK)? {
        return Ok(Ok(estimates));
    }
    file.rewind()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(refused::text(&bytes).and_then(as_a_whole))
}

/// Reads the text from its beginning to its end, and says what is wrong where it cannot.
fn as_a_whole(text: &str) -> Result<Estimates, Refused> {
    // Some editors put a byte order mark in front.
    let json = text.strip_prefix('\u{feff}').unwrap_or(text);
    let json = json.trim_start_matches(BLANKS);
    if !json.starts_with('{') {
        return Err(Refused::no_object(text, json));
    }
    let (metadata, models) =
        top_level(json).map_err(|error| Refused::no_json(text, json, &error))?;
    const WHICH: &str = "is this the pipeline's estimated_models.json?";
    let refused = |part, message: &str| Err(Refused::at_part(text, part, message));
    let models = match models[..] {
        [] => return refused(text, &format!("there is no `models` array in it: {WHICH}")),
        [models] => models,
        [_, again, ..] => {
            return refused(again, "`models` stands twice: fetch the estimates again");
        }
    };
    let array = models.strip_prefix('[');
    let Some((records, _)) = array.and_then(records) else {
        return refused(models, &format!("`models` is not an array: {WHICH}"));
    };
    let mut estimates = Estimates::default();
    let line = newlines(&text.as_bytes()[..offset_in(text, models)]) + 1;
    estimates.append(records, line);
    Ok(with_saved_at(estimates, metadata))
}

/// What is read of the top level: the metadata, and what stands as `models`, once if all is well.
fn top_level(json: &str) -> serde_json::Result<(Option<&RawValue>, Vec<&str>)> {
    serde_json::from_str::<IgnoredAny>(json)?;
    let (mut metadata, mut models) = (None, Vec::new());
    let wanted = |key: &str| match key {
        "metadata" => Some(false),
        "models" => Some(true),
        _ => None,
    };
    json::object(json, wanted, |is_models, value| match is_models {
        true => models.push(value.get()),
        false => metadata = Some(value),
    })?;
    Ok((metadata, models))
}

/// Adds when the pipeline saved the file. The metadata belongs to the pipeline: whatever its form, it never stops a run.
fn with_saved_at(mut estimates: Estimates, metadata: Option<&RawValue>) -> Estimates {
    let mut saved_at = None;
    // Where the metadata is no object, there is nothing to find in it.
    let wanted = |key: &str| (key == "saved_at").then_some(());
    let _ = json::object(metadata.map_or("", RawValue::get), wanted, |(), value| {
        saved_at = Some(value).filter(|value| !matches!(value.get(), "null" | "\"\""));
    });
    if let Some(value) = saved_at {
        match json::string(value).filter(|text| dates::moment(text).is_some()) {
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
fn in_blocks(file: &mut (impl Read + Send), size: usize) -> io::Result<Option<Estimates>> {
    let mut unread = Vec::new();
    file.take(size as u64).read_to_end(&mut unread)?;
    let Some(start) = first_record(&unread) else {
        return Ok(None);
    };
    let head: Vec<u8> = unread.drain(..start).collect();
    // From the first record's brace to the end of its first key.
    let end = memchr_iter(b'"', &unread).nth(1);
    let blocks = Mutex::new(Blocks {
        beginning: unread[..end.map_or(unread.len(), |quote| quote + 1)].to_vec(),
        file,
        size,
        unread,
        count: 0,
        is_at_end: false,
    });
    let mut read = Vec::new();
    for share in parallel::on_every_core(|| share_of(&blocks)) {
        read.extend(share?);
    }
    read.sort_unstable_by_key(|block| block.place);
    let mut estimates = Estimates::default();
    let mut line = newlines(&head) + 1;
    let mut behind = String::new();
    for block in read {
        let Some((records, rest)) = block.read.filter(|_| behind.is_empty()) else {
            return Ok(None);
        };
        estimates.append(records, line);
        line += block.lines;
        behind = rest;
    }
    Ok(closed(estimates, &head, &behind))
}

/// The file as a sequence of blocks, each of which ends where a record seems to begin.
struct Blocks<'f, R> {
    file: &'f mut R,
    size: usize,
    /// What a record begins with.
    beginning: Vec<u8>,
    /// What was read behind the block before.
    unread: Vec<u8>,
    /// How many blocks were taken.
    count: usize,
    is_at_end: bool,
}

impl<R: Read> Blocks<'_, R> {
    /// Fills `text` with the next block, and says which one it is; `None` behind the last one.
    fn next(&mut self, text: &mut Vec<u8>) -> io::Result<Option<usize>> {
        if self.is_at_end {
            return Ok(None);
        }
        text.clear();
        text.append(&mut self.unread);
        loop {
            let read = self.file.take(self.size as u64).read_to_end(text)?;
            self.is_at_end = read == 0;
            match memmem::rfind(text, &self.beginning) {
                _ if self.is_at_end => break,
                Some(end) if end > 0 => {
                    self.unread.extend_from_slice(&text[end..]);
                    text.truncate(end);
                    break;
                }
                // The record does not end in what was read of it.
                _ => {}
            }
        }
        self.count += 1;
        Ok(Some(self.count - 1))
    }
}

/// What was read of one block.
struct Block {
    place: usize,
    /// The records and what stands behind them; `None` where it is not of the usual form.
    read: Option<(Estimates, String)>,
    lines: usize,
}

/// The blocks that one core takes: the next one whenever it has read one.
fn share_of<R: Read>(blocks: &Mutex<Blocks<'_, R>>) -> io::Result<Vec<Block>> {
    let (mut text, mut share) = (Vec::new(), Vec::new());
    loop {
        let place = blocks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next(&mut text)?;
        let Some(place) = place else {
            return Ok(share);
        };
        let read = str::from_utf8(&text).ok().and_then(records);
        let read = read.map(|(records, behind)| (records, behind.to_owned()));
        let (is_broken, lines) = (read.is_none(), newlines(&text));
        share.push(Block { place, read, lines });
        if is_broken {
            return Ok(share);
        }
    }
}

/// Where the first record stands: behind the bracket that opens `models`.
fn first_record(text: &[u8]) -> Option<usize> {
    const MODELS: &[u8] = b"\"models\"";
    let behind = &text[memmem::find(text, MODELS)? + MODELS.len()..];
    let colon = behind.trim_ascii_start().strip_prefix(b":")?;
    let array = colon.trim_ascii_start().strip_prefix(b"[")?;
    Some(text.len() - array.trim_ascii_start().len())
}

/// The estimates, if `head` and what stands behind the records are an object in which the array, now empty, is `models`.
fn closed(estimates: Estimates, head: &[u8], behind: &str) -> Option<Estimates> {
    let head = str::from_utf8(head).ok()?;
    let head = head.strip_prefix('\u{feff}').unwrap_or(head);
    let around = format!("{head}{behind}");
    let (metadata, models) = top_level(&around).ok()?;
    let [models] = models[..] else {
        return None;
    };
    let array = head.trim_end_matches(BLANKS).len() - 1;
    (behind.starts_with(']') && offset_in(&around, models) == array)
        .then(|| with_saved_at(estimates, metadata))
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
    loop {
        let start = offset_in(block, rest);
        line += newlines(&block.as_bytes()[counted..start]);
        counted = start;
        let end = record::read(rest, line, &mut estimates).ok()?;
        rest = rest[end..].trim_start_matches(BLANKS);
        if rest.starts_with(']') {
            return Some((estimates, rest));
        }
        rest = rest.strip_prefix(',')?.trim_start_matches(BLANKS);
        if rest.is_empty() {
            return Some((estimates, rest));
        }
    }
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
        let read = in_blocks(&mut Cursor::new(text), size).expect("memory can be read");
        read.map(|estimates| format!("{estimates:?}"))
    }

    fn whole(text: &str) -> Option<String> {
        let read = as_a_whole(text).ok();
        read.map(|estimates| format!("{estimates:?}"))
    }

    #[test]
    fn blocks_hold_what_the_whole_text_holds_or_are_given_up() {
        let whole_text = whole(AWKWARD);
        assert_eq!(as_a_whole(AWKWARD).map(|read| read.total).ok(), Some(7));
        let mut cut = 0;
        for size in 1..AWKWARD.len() {
            if let Some(read) = in_blocks_of(size, AWKWARD) {
                assert_eq!(Some(read), whole_text, "{size}");
                cut += usize::from(size < 300);
            }
        }
        assert!(cut > 0, "the text was never cut");
    }

    #[test]
    fn blocks_accept_no_text_that_the_whole_would_refuse() {
        for (end, _) in AWKWARD.char_indices() {
            for changed in [
                AWKWARD[..end].to_owned(),
                format!("{},{}", &AWKWARD[..end], &AWKWARD[end..]),
                format!("{}]{}", &AWKWARD[..end], &AWKWARD[end..]),
            ] {
                for size in [10, 150, 1 << 20] {
                    if let Some(read) = in_blocks_of(size, &changed) {
                        assert_eq!(Some(read), whole(&changed), "{changed}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_array_called_models_elsewhere_is_not_taken_for_the_records() {
        let inner =
            "{\"metadata\": {\"models\": [{\"name\": \"x\"}]}, \"models\": [{\"name\": \"a\"}]}";
        assert!(in_blocks_of(1 << 20, inner).is_none());
        let read = estimates(Cursor::new(inner)).expect("memory can be read");
        let named = read.map(|read| read.rejected[0].name.clone()).ok();
        assert_eq!(named.flatten().as_deref(), Some("a"));
    }
}
