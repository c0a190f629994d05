//! Goes through the text of the estimates from record to record: `{"metadata": {…}, "models": [ … ]}`.

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::json::{self, BLANKS};
use super::{Estimates, Refused, record};
use crate::dates;
use crate::parallel;
use crate::text::{excerpt, offset_in};

/// The text of `models` is cut into a piece for each core. With fewer bytes than this it takes longer to start a thread than to read
/// them.
const PIECE: usize = 1 << 18;

/// Reads every record of the text.
pub(super) fn estimates(text: &str) -> Result<Estimates<'_>, Refused> {
    let size = PIECE.max(text.len() / parallel::cores());
    in_pieces(text, size).map_or_else(|| as_a_whole(text), Ok)
}

/// Reads the text from its beginning to its end, and says what is wrong where it cannot.
fn as_a_whole(text: &str) -> Result<Estimates<'_>, Refused> {
    // Some editors put a byte order mark in front.
    let json = text.strip_prefix('\u{feff}').unwrap_or(text);
    let json = json.trim_start_matches(BLANKS);
    if !json.starts_with('{') {
        return Err(Refused::no_object(text, json));
    }
    let (metadata, models) =
        top_level(json).map_err(|error| Refused::no_json(text, json, &error))?;
    let refused = |part, message: &str| Err(Refused::at_part(text, part, message));
    let models = match models[..] {
        [] => {
            return refused(
                text,
                "there is no `models` array in it: is this the pipeline's estimated_models.json?",
            );
        }
        [models] => models,
        [_, again, ..] => {
            return refused(again, "`models` stands twice: fetch the estimates again");
        }
    };
    let array = models.strip_prefix('[');
    let Some((estimates, _)) = array.and_then(|array| records(text, array)) else {
        return refused(
            models,
            "`models` is not an array: is this the pipeline's estimated_models.json?",
        );
    };
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
fn with_saved_at<'t>(mut estimates: Estimates<'t>, metadata: Option<&RawValue>) -> Estimates<'t> {
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

/// Reads a text faster than [`as_a_whole`] does, or gives up where it is not of the usual form.
///
/// Where a record begins can be told only by reading up to it. So the places where the text of `models` is cut are guesses: each piece
/// begins with the same bytes as the first record. The guesses are right if every piece is nothing but values, each followed by a
/// comma, because then each piece ends exactly where a record begins. The last piece ends at the bracket that closes the array.
/// What is left of the text has to be an object in which the array stands, now empty, as `models`.
fn in_pieces(text: &str, size: usize) -> Option<Estimates<'_>> {
    let json = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (_, behind) = json.split_once("\"models\"")?;
    let colon = behind.trim_start_matches(BLANKS).strip_prefix(':')?;
    let array = colon.trim_start_matches(BLANKS).strip_prefix('[')?;
    let pieces = cut(array, size);
    let mut read = parallel::map(&pieces, 2, |piece| records(text, piece)).into_iter();
    let (mut estimates, mut rest) = read.next()??;
    for read in read {
        let (read, behind) = read.filter(|_| rest.is_empty())?;
        estimates.append(read);
        rest = behind;
    }
    let head = &json[..json.len() - array.len()];
    let around = format!("{head}{rest}");
    let (metadata, models) = top_level(&around).ok()?;
    let [models] = models[..] else {
        return None;
    };
    (rest.starts_with(']') && offset_in(&around, models) + 1 == head.len())
        .then(|| with_saved_at(estimates, metadata))
}

/// Cuts the text behind the bracket that opens the array into pieces of about `size` bytes, where records seem to begin.
fn cut(array: &str, size: usize) -> Vec<&str> {
    let mut rest = array.trim_start_matches(BLANKS);
    // From the first record's brace to the end of its first key.
    let end = rest.match_indices('"').nth(1);
    let beginning = &rest[..end.map_or(rest.len(), |(at, quote)| at + quote.len())];
    let mut pieces = Vec::new();
    while rest.len() > size + size / 2 {
        let from = rest.floor_char_boundary(size);
        let Some(at) = rest[from..].find(beginning) else {
            break;
        };
        let (piece, behind) = rest.split_at(from + at);
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(rest);
    pieces
}

/// Reads the records that stand in a piece of `text`, and says what stands behind them: nothing, or the bracket that closes the array
/// and all that follows it.
fn records<'t>(text: &'t str, piece: &'t str) -> Option<(Estimates<'t>, &'t str)> {
    let mut estimates = Estimates {
        text,
        ..Estimates::default()
    };
    let mut rest = piece.trim_start_matches(BLANKS);
    if rest.starts_with(']') {
        return Some((estimates, rest));
    }
    loop {
        estimates.starts.push(offset_in(text, rest));
        let end = record::read(rest, &mut estimates).ok()?;
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
    use super::*;

    /// Records that hold what looks like the beginning of another record.
    const AWKWARD: &str = "\u{feff} {\"metadata\": {\"saved_at\": \"2025-07-31\", \"x\": [1, {}]},\r\n \"models\" : [\n\
        {\"name\": \"naïve 文心\", \"developer\": \"d\\u00e9\\\\\", \"reasoning\": \"},\\n{\\\"name\\\": 😀\"},\n\
        {\"name\": \"b\", \"alternatives\": [{\"name\": \"x\"}, {\"name\": \"y\"}], \"sources\": [\"},\\n{\\\"name\\\"\"]},\n\
        {\"name\": \"half\", \"developer\": \"\\ud83d\"}, 7 , null, \"\\ud83d\\ude00\",\n\
        {\"name\": \"c\", \"parameters\": 671000000000}\n] , \"z\": -1.5e3 }\n";

    /// All that was read, and the text of each record.
    fn shown(estimates: Option<Estimates<'_>>) -> Option<(String, Vec<&str>)> {
        let estimates = estimates?;
        let records = (0..estimates.total).map(|index| estimates.record(index));
        Some((format!("{estimates:?}"), records.collect()))
    }

    #[test]
    fn pieces_hold_what_the_whole_text_holds_or_are_given_up() {
        let whole = shown(as_a_whole(AWKWARD).ok());
        let (_, records) = whole.as_ref().expect("it is sound");
        assert_eq!(records[3..6], ["7", "null", "\"\\ud83d\\ude00\""]);
        assert_eq!(records.len(), 7);
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
        assert!(in_pieces(inner, 1 << 20).is_none());
        let (_, records) = shown(estimates(inner).ok()).expect("it has `models`");
        assert_eq!(records, ["{\"name\": \"a\"}"]);
    }
}
