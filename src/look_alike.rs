//! Names that look alike though they are not the same (behaviour §4).

use unicode_normalization::UnicodeNormalization;

use crate::key::Key;
use crate::text::is_unseen;

/// What is left of a name when what an eye may overlook is gone: Unicode NFKC, lowercased, letters, digits and `+`. Two names with the
/// same rest look alike. `None` where nothing is left: such a name looks like no other.
pub fn look(name: &str) -> Option<String> {
    let mut rest = String::with_capacity(name.len());
    match name.is_ascii() {
        true => rest.extend(name.chars().filter(counts).map(|c| c.to_ascii_lowercase())),
        false => rest.extend(name.nfkc().flat_map(char::to_lowercase).filter(counts)),
    }
    (!rest.is_empty()).then_some(rest)
}

fn counts(c: &char) -> bool {
    // Some letters are blank.
    (c.is_alphanumeric() && !is_unseen(*c)) || *c == '+'
}

/// The first character in which two keys that look alike differ, in words; `None` where they are one key.
pub fn difference(one: &Key, other: &Key) -> Option<String> {
    let (place, one, other) = match one.name == other.name {
        true => ("in the developer ", &one.developer, &other.developer),
        false => ("", &one.name, &other.name),
    };
    let pairs = one.chars().zip(other.chars());
    let same = pairs.take_while(|(this, that)| this == that).count();
    let (this, that) = (one.chars().nth(same), other.chars().nth(same));
    // Both looks are one: where a character that counts meets one that does not, that one stands there in addition.
    let (this, that) = match (this.filter(counts), that.filter(counts)) {
        (Some(_), None) => (None, that),
        (None, Some(_)) => (this, None),
        _ => (this, that),
    };
    (this != that).then(|| format!("{place}{} here, {} there", called(this), called(that)))
}

/// A character with its number; one that cannot be seen is escaped.
fn called(c: Option<char>) -> String {
    let Some(c) = c else {
        return "nothing".to_owned();
    };
    let is_hidden = is_unseen(c) || (c.is_whitespace() && c != ' ');
    let seen = match is_hidden {
        true => c.escape_unicode().to_string(),
        false => c.to_string(),
    };
    format!("\"{seen}\" (U+{:04X})", u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_case_and_invisible_characters_make_no_difference() {
        let spellings = [
            "Claude 3 7 Sonnet",
            "claude_3.7_sonnet",
            "CLAUDE-3\u{ad}.7\u{a0}Sonnet",
            "claude 3．7 sonnet",
            "claude\u{3164}3.7 sonnet",
        ];
        for spelling in spellings {
            assert_eq!(
                look(spelling).as_deref(),
                Some("claude37sonnet"),
                "{spelling}"
            );
        }
    }

    #[test]
    fn letters_digits_and_plus_do() {
        assert_ne!(look("GPT-4"), look("GPT-4o"));
        assert_ne!(look("Command R"), look("Command R+"));
        assert_eq!(look("文心 4.5").as_deref(), Some("文心45"));
    }

    #[test]
    fn a_name_of_which_nothing_is_left_looks_like_no_other() {
        assert_eq!(look("…"), None);
    }

    #[test]
    fn the_first_character_that_differs_is_named_and_shown_where_it_cannot_be_seen() {
        let difference = |one, other| difference(&Key::new(one, "d"), &Key::new(other, "d"));
        for (one, other, said) in [
            (
                "GPT\u{2011}4",
                "GPT-4",
                "\"\u{2011}\" (U+2011) here, \"-\" (U+002D) there",
            ),
            (
                "a\u{ad}b\u{ad}c",
                "abc",
                "\"\\u{ad}\" (U+00AD) here, nothing there",
            ),
            (
                "a b",
                "a\u{a0}b",
                "\" \" (U+0020) here, \"\\u{a0}\" (U+00A0) there",
            ),
            ("ab", "ab!", "nothing here, \"!\" (U+0021) there"),
            ("3", "３", "\"3\" (U+0033) here, \"３\" (U+FF13) there"),
        ] {
            assert_eq!(difference(one, other).as_deref(), Some(said));
        }
        assert_eq!(difference("A", "a"), None);
    }
}
