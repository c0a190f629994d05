//! Notes: what people write in a cell, remark by remark with `; ` between them.
//!
//! A text is part of a note in three ways. When notes are joined, only whole remarks count as said already, so that "seen" is not lost
//! beside "not seen"; and a note that goes on from another one behind a comma, a stop or a line break has that one already. When a text may
//! leave because a note has it, it has to [stand](stands_in) there word for word, and a remark has to begin with it.

use crate::text::writable;

/// What ends a remark, or goes on with it.
const SIGNS: [char; 4] = [',', '.', ':', ';'];

/// Two notes, or two sources, as one; the second is left out where all of it stands there already, as it is written into a cell. Where one
/// goes on from the other, it is that one.
pub fn joined(one: &str, other: &str) -> String {
    match (one.trim(), other.trim()) {
        ("", other) => other.to_owned(),
        (one, "") => one.to_owned(),
        (one, other) if has_remarks(one, other) || goes_on(one, other) => one.to_owned(),
        (one, other) if goes_on(other, one) => other.to_owned(),
        (one, other) => format!("{one}; {other}"),
    }
}

/// Whether a note is the `own` one and, behind a separator, more.
fn goes_on(note: &str, own: &str) -> bool {
    follows(note, own).is_some_and(|more| behind_separator(&more).is_some())
}

/// What stands behind the sign, or the line break, with which a text begins.
fn behind_separator(text: &str) -> Option<&str> {
    let behind = text.strip_prefix(SIGNS).or(text.strip_prefix('\n'))?;
    let is_separated = behind.is_empty() || behind.starts_with(char::is_whitespace);
    (is_separated || text.starts_with([';', '\n'])).then_some(behind)
}

/// The remarks of a note, which stand between semicolons or on lines of their own.
pub fn remarks(note: &str) -> impl Iterator<Item = &str> {
    let remarks = note.split([';', '\n']).map(str::trim);
    remarks.filter(|remark| !remark.is_empty())
}

/// Two notes that were both changed as one: ours, then theirs, with each remark that both still have of the base once.
pub fn merged<'t>(base: &str, ours: &'t str, theirs: &'t str) -> String {
    for (one, other) in [(ours, theirs), (theirs, ours)] {
        if other.trim().is_empty() || has_remarks(one, other) {
            return one.to_owned();
        }
    }
    // What was written behind the base's text. Where only a blank stands between, it may be another text now ("not sure" behind "not"),
    // unless the base ends in a sign.
    let behind_base = |text: &'t str| {
        let behind = text.strip_prefix(base)?;
        (!base.is_empty() && !cuts_a_word(base, behind)).then_some(behind)
    };
    let news = |behind: &'t str| match behind_separator(behind.trim_start_matches('\r')) {
        None if base.ends_with(SIGNS) && behind.starts_with(char::is_whitespace) => Some(behind),
        news => news,
    };
    if behind_base(ours).is_some()
        && let Some(news) = behind_base(theirs).and_then(news)
    {
        let is_between = |c: char| matches!(c, ';' | ',') || c.is_whitespace();
        return match news.trim_start_matches(is_between) {
            "" => ours.to_owned(),
            news => and(ours, news),
        };
    }
    // What both still have of the base stands in ours already.
    let is_kept = |remark: &&str| has_remarks(base, remark) && has_remarks(ours, remark);
    let news = theirs.split("; ").filter(|remark| !is_kept(remark));
    let news = news.filter(|remark| remarks(remark).next().is_some());
    news.fold(ours.to_owned(), |note, remark| and(&note, remark))
}

/// A note, which may end in a separator already, and one more remark.
fn and(note: &str, remark: &str) -> String {
    let note = note.trim_end_matches(|c: char| c == ';' || c.is_whitespace());
    format!("{note}; {remark}")
}

/// Whether these remarks stand in a note, one behind the other.
fn has_remarks(note: &str, remarks: &str) -> bool {
    let framed = |text: &str| format!("; {}; ", with_lf(&writable(text.trim().into())));
    framed(note).contains(&framed(remarks))
}

/// Whether `part` stands in `text`: a remark begins with it, and ends there or goes on behind a blank or a separator. So "5" does not stand
/// in "1.5", nor "seen" in "not seen". Outer blanks and how lines end make no difference, and a blank part stands anywhere.
pub fn stands_in(part: &str, text: &str) -> bool {
    let [part, text] = [part.trim(), text].map(with_lf);
    let borders = text.match_indices([';', '\n']);
    let mut starts = borders.map(|(at, _)| at + 1).chain([0]);
    let begins_with_it = |at: usize| {
        let behind = text[at..].trim_start().strip_prefix(&*part);
        behind.is_some_and(|behind| {
            let ends = behind.is_empty() || behind.starts_with(char::is_whitespace);
            ends || behind_separator(behind).is_some()
        })
    };
    part.is_empty() || starts.any(begins_with_it)
}

/// The `own` note with what another one adds. Where that begins with the own note, it goes on from there as it is typed, with the own line
/// ends.
pub fn continued(own: &str, note: &str) -> String {
    let Some(more) = follows(note, own) else {
        return joined(own, &new_note(own, note).unwrap_or_default());
    };
    let line_end = if own.contains("\r\n") { "\r\n" } else { "\n" };
    own.trim_end().to_owned() + &more.replace('\n', line_end)
}

/// The remark that a note adds, with `\n` as its line ends. Where the note begins with the `own` one, it is what follows behind the
/// separator.
pub fn new_note(own: &str, note: &str) -> Option<String> {
    let new = match follows(note, own) {
        Some(more) => behind_separator(&more).unwrap_or(&more).to_owned(),
        None => with_lf(note.trim()),
    };
    let new = new.trim_start_matches(|c: char| c == ';' || c.is_whitespace());
    (!new.is_empty()).then(|| new.to_owned())
}

/// What stands in a note behind the `own` one, if it begins with that. Outer blanks and how lines end make no difference.
fn follows(note: &str, own: &str) -> Option<String> {
    let [own, note] = [own, note].map(|text| with_lf(text.trim()));
    let follows = note.strip_prefix(&own)?;
    (!own.is_empty() && !cuts_a_word(&own, follows)).then(|| follows.to_owned())
}

/// Whether the border between two texts lies within a word.
fn cuts_a_word(before: &str, behind: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    is_letter(before.chars().next_back()) && is_letter(behind.chars().next())
}

fn with_lf(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_notes_that_are_joined_the_one_that_goes_on_from_the_other_stands_alone() {
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
    fn of_two_notes_without_a_common_base_each_keeps_its_signs() {
        assert_eq!(merged("", ", x", ", y"), ", x; , y");
    }

    #[test]
    fn of_two_notes_the_merged_one_has_each_remark_of_the_base_once_in_whatever_order_they_stand() {
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
    fn a_note_that_goes_on_keeps_the_own_text_and_its_line_ends() {
        for (own, note, both) in [
            (" a\r\nb ", "a\nb\nc", " a\r\nb\r\nc"),
            ("card", "card (p. 3)", "card (p. 3)"),
            ("card", "; page 3", "card; page 3"),
            (" card ", "card, p. 3", " card, p. 3"),
            ("", "why", "why"),
        ] {
            assert_eq!(continued(own, note), both);
        }
    }

    #[test]
    fn remarks_stand_between_semicolons_or_on_lines_of_their_own() {
        assert!(remarks(" a;b\r\nc, d;; ").eq(["a", "b", "c, d"]));
    }

    #[test]
    fn a_text_stands_in_another_where_a_remark_begins_with_it() {
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
            assert!(stands_in(part, text), "{part} in {text}");
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
            assert!(!stands_in(part, text), "{part} in {text}");
        }
    }

    #[test]
    fn of_a_note_that_begins_with_the_rows_own_what_follows_is_new() {
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
