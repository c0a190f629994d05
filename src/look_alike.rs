//! Names that look alike though they are not the same (behaviour §4).

use unicode_normalization::UnicodeNormalization;

use crate::text::is_invisible;

/// A name as a careless reader sees it: only its letters, digits and `+`, in Unicode NFKC and lowercase. Two names look alike if their
/// looks are the same. `None` where nothing is left, because such a name looks like no other.
pub fn look(name: &str) -> Option<String> {
    let rest: String = if name.is_ascii() {
        name.to_ascii_lowercase().chars().filter(counts).collect()
    } else {
        let lowered = name.nfkc().flat_map(char::to_lowercase);
        lowered.filter(counts).collect()
    };
    (!rest.is_empty()).then_some(rest)
}

/// The [look] of a text, or the text itself where nothing is left.
pub fn look_or_text(text: &str) -> String {
    look(text).unwrap_or_else(|| text.to_owned())
}

fn counts(c: &char) -> bool {
    // Some letters are invisible, such as U+3164.
    (c.is_alphanumeric() && !is_invisible(*c)) || *c == '+'
}
