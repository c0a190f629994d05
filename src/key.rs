//! The identity of a model.

use std::cmp::Ordering;

/// What makes two records or rows one model: name and developer, each trimmed, then Unicode-lowercased (behaviour §4).
///
/// Ordered by name, then developer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// Both parts in one allocation; there is a key for each of a million records.
    text: Box<str>,
    name_len: usize,
}

impl Key {
    /// The key of a model as it is written in a record, a row or on the command line.
    pub fn new(name: &str, developer: &str) -> Key {
        let mut text = String::with_capacity(name.len() + developer.len());
        push_folded(&mut text, name);
        let name_len = text.len();
        push_folded(&mut text, developer);
        Key {
            text: text.into_boxed_str(),
            name_len,
        }
    }

    /// The name's half.
    pub fn name(&self) -> &str {
        &self.text[..self.name_len]
    }

    /// The developer's half.
    pub fn developer(&self) -> &str {
        &self.text[self.name_len..]
    }
}

/// One half of a key: trimmed and lowercased. The same fold serves every comparison of names that ignores case.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_folded(&mut out, text);
    out
}

fn push_folded(out: &mut String, text: &str) {
    let text = text.trim();
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        out[start..].make_ascii_lowercase();
    } else {
        out.push_str(&text.to_lowercase());
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        (self.name(), self.developer()).cmp(&(other.name(), other.developer()))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_outer_blanks_make_no_difference() {
        assert_eq!(Key::new(" GPT-4 ", "OpenAI"), Key::new("gpt-4", "openai\t"));
        assert_eq!(Key::new("ÉTÉ", "X"), Key::new("été", "x"));
    }

    #[test]
    fn the_border_between_name_and_developer_counts() {
        assert_ne!(Key::new("ab", "c"), Key::new("a", "bc"));
        assert!(Key::new("a", "z") < Key::new("ab", "a"));
    }
}
