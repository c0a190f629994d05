//! Names that look alike though they are not the same (behaviour §4).

use unicode_normalization::UnicodeNormalization;

use crate::key::Key;

/// What is left of a name when what an eye may overlook is gone: Unicode NFKC, lowercased, letters, digits and `+`. Two names with the
/// same rest look alike. `None` where nothing is left: such a name looks like no other.
pub fn look(name: &str) -> Option<String> {
    let counts = |c: &char| c.is_alphanumeric() || *c == '+';
    let rest: String = match name.is_ascii() {
        true => name
            .chars()
            .filter(counts)
            .map(|c| c.to_ascii_lowercase())
            .collect(),
        false => name
            .nfkc()
            .flat_map(char::to_lowercase)
            .filter(counts)
            .collect(),
    };
    (!rest.is_empty()).then_some(rest)
}

/// Whether two different keys look alike.
pub fn look_alike(one: &Key, other: &Key) -> bool {
    let alike = |a, b| look(a).is_some_and(|a| Some(a) == look(b));
    one != other && alike(&one.name, &other.name) && alike(&one.developer, &other.developer)
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
        assert!(!look_alike(&Key::new("…", "d"), &Key::new("!", "d")));
    }
}
