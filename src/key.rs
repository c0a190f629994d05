//! The identity of a model.

use std::borrow::Cow;

use crate::text::name_line;

/// What makes two records or rows one model: name and developer, each [folded] (behaviour §4). Ordered by name, then developer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The name, folded.
    pub name: String,
    /// The developer, folded.
    pub developer: String,
}

impl Key {
    /// The key of a model as it is written in a record, in a row or on the command line.
    pub fn new(name: &str, developer: &str) -> Key {
        Key {
            name: folded(name),
            developer: folded(developer),
        }
    }
}

/// A name as it is [written](name_line), then Unicode-lowercased. Every comparison of names that ignores case goes through here.
pub fn folded(text: &str) -> String {
    name_line(Cow::Borrowed(text)).to_lowercase()
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
