//! Why the estimates are refused as a whole: what the file is, where that shows, and what to do about it.

use std::fmt;

use crate::text::{is_conflict_marker, offset_in, position};

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

    /// Something is wrong with the records as a whole.
    pub(super) fn at_the_start(message: impl Into<String>) -> Refused {
        Refused::at(b"", 0, message)
    }

    /// Something is wrong with `part`, a slice of `text`.
    pub(super) fn at_part(text: &str, part: &str, message: &str) -> Refused {
        Refused::at(text.as_bytes(), offset_in(text, part), message)
    }

    /// `json` is what there is of `text` behind blanks. It begins with no brace.
    pub(super) fn no_object(text: &str, json: &str) -> Refused {
        let message = match json {
            "" => "the file is empty: fetch the estimates again",
            _ if json.starts_with("version https://git-lfs") => {
                "a Git LFS pointer, which stands for the file: run `git lfs pull`"
            }
            _ if json.starts_with('<') => {
                "an HTML page, an error or a login perhaps: fetch the file itself"
            }
            _ => {
                "expected an object: {\"metadata\": {…}, \"models\": [ … ]}; fetch the estimates again"
            }
        };
        Refused::unmerged(text).unwrap_or_else(|| Refused::at_part(text, json, message))
    }

    /// `json` is the end of `text`. serde_json cannot read it.
    pub(super) fn no_json(text: &str, json: &str, error: &serde_json::Error) -> Refused {
        if let Some(unmerged) = Refused::unmerged(text) {
            return unmerged;
        }
        let lines = json.split_inclusive('\n').take(error.line() - 1);
        let offset = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
        let offset = match error.is_eof() {
            true => json.len(),
            false => json.floor_char_boundary(offset),
        };
        let is_word = |c: char| c.is_ascii_alphabetic();
        let from = json[..offset].trim_end_matches(is_word).len();
        let word = json[from..]
            .split(|c| !is_word(c))
            .next()
            .unwrap_or_default();
        let message = error.to_string();
        let message = match message.split(" at line ").next().unwrap_or_default() {
            message if error.is_eof() => format!("cut short: {message}; fetch the estimates again"),
            _ if ["nan", "infinity", "inf"].contains(&&*word.to_ascii_lowercase()) => {
                format!("{word} is not JSON: write null where there is no number")
            }
            "trailing characters" if json[offset..].starts_with('{') => {
                "several objects, one after the other (JSON Lines?): make them one, {\"models\": [ … ]}".to_owned()
            }
            "trailing characters" => {
                "not JSON: something follows the closing brace; fetch the estimates again".to_owned()
            }
            message => format!("not JSON: {message}; fetch the estimates again"),
        };
        Refused::at(text.as_bytes(), text.len() - json.len() + offset, message)
    }

    /// Git's conflict markers, if there are any in a text that is not JSON.
    fn unmerged(text: &str) -> Option<Refused> {
        let marker = text.lines().find(|line| is_conflict_marker(line))?;
        let message =
            "conflict markers, an unresolved merge: take one side, or fetch the estimates again";
        Some(Refused::at(
            text.as_bytes(),
            offset_in(text, marker),
            message,
        ))
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refused {}

/// The bytes as text.
pub(super) fn text(bytes: &[u8]) -> Result<&str, Refused> {
    let message = match bytes {
        [0x1f, 0x8b, ..] => "compressed with gzip: unpack it with `gunzip`",
        // Without a byte order mark UTF-16 shows in the zero byte beside the brace.
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=255, ..] | [1..=255, 0, ..] => {
            "UTF-16: save it as UTF-8"
        }
        _ => {
            return std::str::from_utf8(bytes).map_err(|error| {
                let message = "not UTF-8: save it as UTF-8, or fetch the estimates again";
                Refused::at(bytes, error.valid_up_to(), message)
            });
        }
    };
    Err(Refused::at_the_start(message))
}

#[cfg(test)]
mod tests {
    use crate::estimates::Estimates;

    fn refused(bytes: impl AsRef<[u8]>) -> String {
        let refused = Estimates::parse(bytes.as_ref()).expect_err("it is no estimates file");
        format!("{}:{}: {refused}", refused.line, refused.column)
    }

    #[test]
    fn what_is_recognised_is_named_with_its_cure() {
        let one = "{\"models\": [{\"name\": \"a\",\n\"training_flop\": 1e25}]}";
        let utf16: Vec<u8> = one.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let html = "\u{feff}<!DOCTYPE html><html>";
        let lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:0\n";
        let merge = one.replace('\n', "\n<<<<<<< HEAD\n");
        for (bytes, message) in [
            (utf16.as_slice(), "1:1: UTF-16: save it as UTF-8"),
            (b"\xff\xfe{\0", "1:1: UTF-16: save it as UTF-8"),
            (b"\x1f\x8b\x08", "1:1: compressed with gzip"),
            (lfs.as_bytes(), "1:1: a Git LFS pointer"),
            (html.as_bytes(), "1:4: an HTML page"),
            (format!("{one}\n{one}\n").as_bytes(), "3:1: several objects"),
            (merge.as_bytes(), "2:1: conflict markers"),
            (
                format!("<<<<<<< HEAD\n{one}").as_bytes(),
                "1:1: conflict markers",
            ),
            (&one.as_bytes()[..40], "2:15: cut short"),
            (b"", "1:1: the file is empty"),
            (b"{\"metadata\": {}}", "1:1: there is no `models`"),
            (
                b"{\"models\": [], \"models\": [1]}",
                "1:26: `models` stands twice",
            ),
            (b"{\"models\": [{\"a\nb\": 1}]}", "1:15: not JSON: control"),
            (b"{\"models\": {}}", "1:12: `models` is not an array"),
        ] {
            let refused = refused(bytes);
            assert!(refused.starts_with(message), "{message}\n{refused}");
        }
        for word in ["NaN", "-Infinity", "Infinity"] {
            let refused = refused(one.replace("1e25", word));
            let word = word.trim_start_matches('-');
            assert!(
                refused.contains(&format!("{word} is not JSON: write null")),
                "{refused}"
            );
            assert!(refused.starts_with("2:"), "{refused}");
        }
    }
}
