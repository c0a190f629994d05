//! Tools for texts: which characters can be seen, how texts from elsewhere are shown and written safely, when two texts are the same,
//! counts in words, and positions.

use std::borrow::Cow;

use memchr::{memchr_iter, memchr3};

/// Characters that show text in an order other than the stored one, and so can disguise a name.
pub(crate) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters that a terminal obeys rather than shows, or that change how their neighbours read: control characters, bidirectional
/// overrides, zero-width, blank and other invisible formatting characters.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        // Letters and signs of other scripts that are invisible.
        || matches!(c, '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
        // Joiners and separators, controls of shorthand and of musical notation, and tags.
        || matches!(c, '\u{34f}' | '\u{180b}'..='\u{180f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

pub(crate) fn is_visible(text: &str) -> bool {
    // A variation selector chooses the form of the character before it, such as an emoji.
    let is_selector = |c: char| matches!(c, '\u{fe00}'..='\u{fe0f}');
    text.chars()
        .any(|c| !c.is_whitespace() && !is_invisible(c) && !is_selector(c))
}

/// `text` with every unseen character escaped (`\n`, `\u{1b}`), fit for a terminal and for one line of a report.
pub fn shown(text: &str) -> Cow<'_, str> {
    // A no-break space looks like a space, but makes a different name.
    let is_escaped = |c: char| is_invisible(c) || (c.is_whitespace() && !c.is_ascii());
    if !text.chars().any(is_escaped) {
        return Cow::Borrowed(text);
    }
    let escaped = |c: char| match is_escaped(c) {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    };
    Cow::Owned(text.chars().map(escaped).collect())
}

/// How many bytes of a text are shown where several texts share a line.
pub(crate) const CELL_EXCERPT: usize = 60;

/// How many bytes of a text are shown on or below the line of its model, and of a value in a message.
pub(crate) const SHORT_EXCERPT: usize = 300;

/// How many bytes of a text are shown where a person asks for all of it: far more than people write.
pub(crate) const LONG_EXCERPT: usize = 10_000;

/// The beginning of `text`, at most `limit` bytes of it, with `…` where it was cut: for quoting a value in a message.
pub(crate) fn excerpt(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", &text[..text.floor_char_boundary(limit)]))
}

/// The beginning of `text` in quotes, [shown] and short enough for a message.
pub(crate) fn quoted(text: &str) -> String {
    quoted_to(60, text)
}

/// At most `limit` bytes of `text` in quotes, [shown].
pub(crate) fn quoted_to(limit: usize, text: &str) -> String {
    format!("\"{}\"", shown(&excerpt(text, limit)))
}

/// `text` without outer spaces, and with line breaks and the spaces around them replaced by one space.
pub(crate) fn one_line(text: Cow<'_, str>) -> Cow<'_, str> {
    let is_break = |c| matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if text.trim().len() == text.len() && !text.contains(is_break) {
        return text;
    }
    let filled: Vec<&str> = text
        .split(is_break)
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    Cow::Owned(filled.join(" "))
}

/// A name as it is written into a cell: on [one line](one_line), and [writable].
pub(crate) fn name_line(text: Cow<'_, str>) -> Cow<'_, str> {
    writable(one_line(text))
}

/// What a file is instead of JSON or CSV, and what to do about it; `None` for a file that is not recognised.
pub(crate) fn recognised(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const LFS_POINTER: &[u8] = b"version https://git-lfs";
    let begins = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match begins.trim_ascii_start() {
        [0x1f, 0x8b, ..] => Some(("compressed with gzip", "unpack it with `gunzip`")),
        [b'P', b'K', 3, 4, ..] => Some((
            "a zip archive",
            "unpack it with `unzip`, or export it if it is a workbook",
        )),
        [b'<', b'!' | b'?' | b'h' | b'H', ..] => Some((
            "an HTML page, perhaps an error or a login",
            "fetch the file itself",
        )),
        begins if begins.starts_with(LFS_POINTER) => Some((
            "a Git LFS pointer instead of the file",
            "run `git lfs pull`",
        )),
        _ => None,
    }
}

/// Whether a line begins like one that git writes into a file around a conflict: with seven or more `<` or `>` and a space.
pub(crate) fn is_conflict_marker(line: &str) -> bool {
    ['<', '>'].iter().any(|sign| {
        let rest = line.trim_start_matches(*sign);
        line.len() - rest.len() >= 7 && rest.starts_with([' ', '\t'])
    })
}

/// `text` in a form that a cell may hold: a NUL (which makes git take the file for a binary one) becomes U+FFFD, and a line after the first
/// that begins like a conflict marker gets a space in front.
pub(crate) fn writable(text: Cow<'_, str>) -> Cow<'_, str> {
    // Most texts hold none of the three characters, and with a million records there are millions of texts.
    if memchr3(b'\0', b'<', b'>', text.as_bytes()).is_none() {
        return text;
    }
    let mut written = String::with_capacity(text.len() + 8);
    for line in text.split_inclusive(['\n', '\r']) {
        if !written.is_empty() && is_conflict_marker(line) {
            written.push(' ');
        }
        written.push_str(line);
    }
    Cow::Owned(written.replace('\0', "\u{fffd}"))
}

/// Whether two texts are the same except for line ends, which a checkout may change.
pub(crate) fn is_same_text(one: &str, other: &str) -> bool {
    let has_cr = || one.contains('\r') || other.contains('\r');
    one == other || has_cr() && one.replace("\r\n", "\n") == other.replace("\r\n", "\n")
}

/// `1 row`, `2 rows`.
pub(crate) fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// `2 rows`, or `1 of 2 rows` where not all of them are shown.
pub(crate) fn shown_count(shown: usize, all: usize, what: &str) -> String {
    if shown < all {
        format!("{shown} of {}", plural(all, what))
    } else {
        plural(all, what)
    }
}

/// A percentage with this many decimals, or with one where rounding would make a part read as all or as none: `99.9`, not `100`.
pub(crate) fn percent(percent: f64, decimals: usize) -> String {
    let rounded = format!("{percent:.decimals$}");
    let is_part = percent > 0.0 && percent < 100.0;
    if is_part && matches!(rounded.parse(), Ok(0.0 | 100.0)) {
        return format!("{:.1}", percent.clamp(0.1, 99.9));
    }
    rounded
}

/// The offset at which `part`, a slice of `text`, begins in it.
pub(crate) fn offset_in(text: &str, part: &str) -> usize {
    part.as_ptr().addr() - text.as_ptr().addr()
}

pub(crate) fn count_newlines(bytes: &[u8]) -> usize {
    memchr_iter(b'\n', bytes).count()
}

/// The line and the column (in bytes) of the byte at `offset`, both from 1.
pub(crate) fn position(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset.min(bytes.len())];
    let in_line = before.iter().rev().take_while(|byte| **byte != b'\n');
    (count_newlines(before) + 1, in_line.count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_cut_between_characters() {
        assert_eq!(excerpt("short", 5), "short");
        assert_eq!(excerpt("ééé", 3), "é…");
    }

    #[test]
    fn only_all_is_shown_as_100_percent_and_only_none_as_0_percent() {
        for (share, decimals, text) in [
            (1.0, 0, "100"),
            (1.0, 1, "100.0"),
            (2499.0 / 2500.0, 0, "99.9"),
            (2499.0 / 2500.0, 1, "99.9"),
            (0.997, 0, "99.7"),
            (0.994, 0, "99"),
            (0.4567, 1, "45.7"),
            (1.0 / 2500.0, 0, "0.1"),
            (1.0 / 2500.0, 1, "0.1"),
            (0.0, 1, "0.0"),
        ] {
            assert_eq!(percent(100.0 * share, decimals), text, "{share} {decimals}");
        }
    }

    #[test]
    fn a_line_in_a_cell_that_begins_like_a_conflict_marker_gets_a_space_in_front() {
        for (text, written) in [
            ("a\n<<<<<<< b", "a\n <<<<<<< b"),
            ("a\r>>>>>>>>\tb", "a\r >>>>>>>>\tb"),
            ("<<<<<<< a\0", "<<<<<<< a\u{fffd}"),
            ("a\n<<<<<< b\n<<<<<<<b", "a\n<<<<<< b\n<<<<<<<b"),
        ] {
            assert_eq!(writable(text.into()), written);
        }
    }

    #[test]
    fn a_name_is_put_on_one_line_and_texts_that_differ_only_in_line_ends_are_the_same() {
        for text in [" a b", "a\rb", "a \r\n\n b"] {
            assert_eq!(one_line(text.into()), "a b");
        }
        assert!(is_same_text("a\r\nb", "a\nb") && is_same_text("a\nb", "a\r\nb"));
        assert!(!is_same_text("a\r\nb", "a\n\nb"));
    }
}
