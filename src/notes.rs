//! Notes: what people write in a cell, remark by remark with `; ` between them.
//!
//! There are three ways for a text to be part of a note. When notes are joined, only whole remarks count as repeated, so that "seen" is not
//! lost beside "not seen"; and a note that continues another one after a separator, such as a comma, a full stop or a line break, contains
//! that one. Before a text is deleted because a note has it, it must [be in it](is_in_note) word for word, at the beginning of a remark.

use crate::text::writable;

/// The signs that end a remark, or after which it continues.
const PUNCTUATION: [char; 4] = [',', '.', ':', ';'];

/// Joins two notes, or two sources. The second is left out if the first already contains all of it, as it would be written into a cell. If
/// one continues the other, the result is the longer one.
pub fn joined(one: &str, other: &str) -> String {
    match (one.trim(), other.trim()) {
        ("", other) => other.to_owned(),
        (one, "") => one.to_owned(),
        (one, other) if has_remarks(one, other) || is_continuation(one, other) => one.to_owned(),
        (one, other) if is_continuation(other, one) => other.to_owned(),
        (one, other) => format!("{one}; {other}"),
    }
}

/// Whether a note consists of the `own` one and, after a separator, more.
fn is_continuation(note: &str, own: &str) -> bool {
    rest_after(note, own).is_some_and(|more| after_separator(&more).is_some())
}

/// The rest of a text after the separator with which it begins: a semicolon, a line break, or another sign before a space or the end.
fn after_separator(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(PUNCTUATION).or(text.strip_prefix('\n'))?;
    let is_separated = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (is_separated || text.starts_with([';', '\n'])).then_some(rest)
}

/// The remarks of a note, which are separated by semicolons or line breaks.
pub fn remarks(note: &str) -> impl Iterator<Item = &str> {
    let remarks = note.split([';', '\n']).map(str::trim);
    remarks.filter(|remark| !remark.is_empty())
}

/// Merges two notes that were both changed: ours, then theirs, with each remark that both have kept from the base only once.
pub fn merged<'t>(base: &str, ours: &'t str, theirs: &'t str) -> String {
    for (one, other) in [(ours, theirs), (theirs, ours)] {
        if other.trim().is_empty() || has_remarks(one, other) {
            return one.to_owned();
        }
    }
    // The text that was added after the base's. If only a space separates the two, they may be another text now ("not sure" from "not"),
    // unless the base ends in a sign.
    let after_base = |text: &'t str| {
        let rest = text.strip_prefix(base)?;
        (!base.is_empty() && !is_within_word(base, rest)).then_some(rest)
    };
    let addition = |rest: &'t str| {
        let is_separated = base.ends_with(PUNCTUATION) && rest.starts_with(char::is_whitespace);
        after_separator(rest.trim_start_matches('\r')).or(is_separated.then_some(rest))
    };
    if after_base(ours).is_some()
        && let Some(added) = after_base(theirs).and_then(addition)
    {
        let is_between = |c: char| matches!(c, ';' | ',') || c.is_whitespace();
        return match added.trim_start_matches(is_between) {
            "" => ours.to_owned(),
            added => with_remark(ours, added),
        };
    }
    // The remarks that both have kept from the base are in ours already.
    let is_kept = |remark: &&str| has_remarks(base, remark) && has_remarks(ours, remark);
    let added = theirs.split("; ").filter(|remark| !is_kept(remark));
    let added = added.filter(|remark| remarks(remark).next().is_some());
    added.fold(ours.to_owned(), |note, remark| with_remark(&note, remark))
}

/// Appends one more remark to a note, which may already end in a separator.
fn with_remark(note: &str, remark: &str) -> String {
    let note = note.trim_end_matches(|c: char| c == ';' || c.is_whitespace());
    format!("{note}; {remark}")
}

/// Whether a note contains these remarks, one after the other.
fn has_remarks(note: &str, remarks: &str) -> bool {
    let framed = |text: &str| format!("; {}; ", with_lf(&writable(text.trim().into())));
    framed(note).contains(&framed(remarks))
}

/// Whether `part` is in `note`: a remark begins with it, and ends there or continues after a space or a separator. So "5" is not in "1.5",
/// nor "seen" in "not seen". Outer spaces and the kind of line ends make no difference, and a blank part is in every note.
pub fn is_in_note(part: &str, note: &str) -> bool {
    let [part, note] = [part.trim(), note].map(with_lf);
    let separators = note.match_indices([';', '\n']);
    let mut starts = separators.map(|(at, _)| at + 1).chain([0]);
    let begins_with_part = |at: usize| {
        let rest = note[at..].trim_start().strip_prefix(&*part);
        rest.is_some_and(|rest| {
            let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
            ends || after_separator(rest).is_some()
        })
    };
    part.is_empty() || starts.any(begins_with_part)
}

/// The `own` note with the additions of another one. If that begins with the own note, the rest of it is appended as typed, with the own
/// note's line ends.
pub fn with_additions(own: &str, note: &str) -> String {
    let Some(more) = rest_after(note, own) else {
        return joined(own, &new_note(own, note).unwrap_or_default());
    };
    let line_end = if own.contains("\r\n") { "\r\n" } else { "\n" };
    own.trim_end().to_owned() + &more.replace('\n', line_end)
}

/// The remark that a note adds to the `own` one, with `\n` as its line ends. If the note begins with the own one, this is the text after
/// the separator.
pub fn new_note(own: &str, note: &str) -> Option<String> {
    let new = match rest_after(note, own) {
        Some(more) => after_separator(&more).unwrap_or(&more).to_owned(),
        None => with_lf(note.trim()),
    };
    let new = new.trim_start_matches(|c: char| c == ';' || c.is_whitespace());
    (!new.is_empty()).then(|| new.to_owned())
}

/// The rest of a note that begins with the `own` one, whole words only. Outer spaces and the kind of line ends make no difference.
fn rest_after(note: &str, own: &str) -> Option<String> {
    let [own, note] = [own, note].map(|text| with_lf(text.trim()));
    let rest = note.strip_prefix(&own)?;
    (!own.is_empty() && !is_within_word(&own, rest)).then(|| rest.to_owned())
}

/// Whether the border between two texts lies within a word.
fn is_within_word(before: &str, after: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    is_letter(before.chars().next_back()) && is_letter(after.chars().next())
}

fn with_lf(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_notes_are_joined_into_the_longer_one_where_it_continues_the_other() {
        for (one, other, both) in [
            ("why", "why; more", "why; more"),
            ("card, p. 3", "card", "card, p. 3"),
            ("above all, no", "above", "above all, no; above"),
            ("why", "a; why; b", "why; a; why; b"),
            ("see v1", "see v1.5", "see v1; see v1.5"),
            ("card\nmore", "card", "card\nmore"),
            ("card", "card: page 3", "card: page 3"),
        ] {
            assert_eq!(joined(one, other), both);
        }
    }

    #[test]
    fn two_notes_without_a_common_base_keep_their_punctuation() {
        assert_eq!(merged("", ", x", ", y"), ", x; , y");
    }

    #[test]
    fn a_merged_note_has_each_remark_of_the_base_once_whatever_the_order() {
        for (base, ours, theirs, both) in [
            ("", "a; yes", "c; yes", "a; yes; c; yes"),
            ("a; b", "b; a; c", "a; b; d", "b; a; c; d"),
            ("k", "k, edited", "k; t", "k, edited; t"),
            ("k", "o; k", "k; t", "o; k; t"),
            ("k", "k;o", "k\r\nt", "k;o; t"),
            ("not", "not sure", "not above", "not sure; not above"),
            ("k.", "k. Yes.", "k. No.", "k. Yes.; No."),
            ("k", "k (p. 3)", "k; t", "k (p. 3); t"),
            ("k", "k; o", "k.", "k; o"),
            ("k", "k; o", "k;; t", "k; o; t"),
            ("k", "k; o", "k; .5e25", "k; o; .5e25"),
            ("k", "k; ", "k; t", "k; t"),
            ("x", "o", "; t", "o; t"),
            ("x", "o", ";", "o"),
        ] {
            assert_eq!(merged(base, ours, theirs), both);
        }
    }

    #[test]
    fn a_continued_note_keeps_its_own_text_and_line_ends() {
        for (own, note, both) in [
            (" a\r\nb ", "a\nb\nc", " a\r\nb\r\nc"),
            ("card", "card (p. 3)", "card (p. 3)"),
            ("card", "; page 3", "card; page 3"),
            (" card ", "card, p. 3", " card, p. 3"),
            ("", "why", "why"),
        ] {
            assert_eq!(with_additions(own, note), both);
        }
    }

    #[test]
    fn remarks_are_separated_by_semicolons_or_line_breaks() {
        assert!(remarks(" a;b\r\nc, d;; ").eq(["a", "b", "c, d"]));
    }

    #[test]
    fn a_text_is_in_a_note_where_a_remark_begins_with_it() {
        for (part, text) in [
            ("ok", "ok, I think"),
            (" ok ", "why; ok"),
            ("two\r\nlines", "why; two\nlines"),
            ("b; c", "a\n b; c; d"),
            ("seen; seen", "not seen; seen; seen"),
            ("ok", "why;\u{a0}ok"),
            ("\u{3000}ok", "\u{3000}ok"),
            ("card", "card (p. 3)"),
            (" ", "why"),
        ] {
            assert!(is_in_note(part, text), "{part} in {text}");
        }
        for (part, text) in [
            ("ok", "a book"),
            ("ok", "it is not ok"),
            ("page 3", "page 37"),
            ("page 3", "page 3.5"),
            ("5", "1.5"),
            ("15", "2025-08-15"),
            ("été", "étés"),
        ] {
            assert!(!is_in_note(part, text), "{part} in {text}");
        }
    }

    #[test]
    fn the_new_part_of_a_note_is_what_follows_the_rows_own_note() {
        for (own, note, new) in [
            ("", "why", Some("why")),
            ("seen", "seen", None),
            ("seen", " seen; page 3 ", Some("page 3")),
            ("a; b", "a; b\nc", Some("c")),
            ("two\r\nlines", "two\nlines; more", Some("more")),
            ("see", "seen by me", Some("seen by me")),
            ("see card", "see card, p. 3", Some("p. 3")),
            ("see card", "see card.", None),
            ("see card", ".5e25 was reported", Some(".5e25 was reported")),
            ("seen", "seen; .5e25", Some(".5e25")),
            ("seen", "another", Some("another")),
            ("seen", "two\r\nlines", Some("two\nlines")),
            ("seen", "", None),
        ] {
            assert_eq!(new_note(own, note).as_deref(), new, "{own:?} {note:?}");
        }
    }
}
