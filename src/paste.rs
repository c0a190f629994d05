//! Commands that are printed to be pasted into a shell.

use crate::terminal::bounded;

/// A command on a model, with the options that have a value, part by part: a line may be broken between two of them.
///
/// What begins with `-` must not be read as a flag: `=` joins a value to its own, and a name stands last, behind `--`.
pub fn command<'o>(
    command: &str,
    name: &str,
    options: impl IntoIterator<Item = (&'o str, Option<&'o str>)>,
) -> Vec<String> {
    let options = options
        .into_iter()
        .filter_map(|(flag, value)| Some(option(flag, value?)));
    let (head, last) = if name.starts_with('-') {
        let last = format!("-- {}", shell_quoted(name));
        (format!("core-dataset {command}"), Some(last))
    } else {
        (
            format!("core-dataset {command} {}", shell_quoted(name)),
            None,
        )
    };
    [head].into_iter().chain(options).chain(last).collect()
}

/// An option of a command, with its value.
fn option(flag: &str, value: &str) -> String {
    let joint = if value.starts_with('-') { '=' } else { ' ' };
    format!("{flag}{joint}{}", shell_quoted(value))
}

/// Whether a person reads a text as it is pasted: it holds nothing that is shown escaped, and it is not cut.
pub fn is_read(text: &str) -> bool {
    bounded(text) == text
}

/// A word as a shell reads it back. What cannot be seen is escaped byte by byte, as bash and zsh read it.
fn shell_quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':');
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    if is_read(word) {
        return format!("'{}'", word.replace('\'', "'\\''"));
    }
    let mut escaped = String::new();
    for c in word.chars().map(String::from) {
        if matches!(&*c, "'" | "\\") {
            escaped += &format!("\\{c}");
        } else if is_read(&c) {
            escaped += &c;
        } else {
            escaped.extend(c.bytes().map(|byte| format!("\\x{byte:02x}")));
        }
    }
    format!("$'{escaped}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_a_dash_is_not_read_as_a_flag() {
        let pasted = |name| command("add", name, [("--developer", Some("-d"))]).join(" ");
        assert_eq!(pasted("-a b"), "core-dataset add --developer=-d -- '-a b'");
        assert_eq!(pasted("a-b"), "core-dataset add a-b --developer=-d");
    }

    #[test]
    fn a_text_that_is_shown_otherwise_than_it_stands_is_not_read() {
        let long = "n".repeat(300);
        for name in ["a\u{1b}b", "a\u{a0}b", "a\nb", &long] {
            assert!(!is_read(name), "{name:?}");
        }
    }

    #[test]
    fn a_quote_in_a_name_is_read_back_as_one() {
        assert_eq!(command("show", "a'b", [])[0], "core-dataset show 'a'\\''b'");
    }

    #[test]
    fn what_cannot_be_seen_in_a_name_is_escaped() {
        let pasted = &command("show", "it's\u{a0}a", [])[0];
        assert_eq!(pasted, "core-dataset show $'it\\'s\\xc2\\xa0a'");
        assert!(is_read(pasted));
    }
}
