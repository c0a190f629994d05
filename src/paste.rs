//! Commands that are printed to be pasted into a shell.

use crate::terminal::bounded;

/// A command on a model, with the options that have a value; `None` where a message cannot show it exactly as it must be pasted.
///
/// A text that begins with `-` must not be read as a flag, so a value like that follows `=`, and a name like that comes last, after `--`.
pub fn command<'o>(
    command: &str,
    name: &str,
    options: impl IntoIterator<Item = (&'o str, Option<&'o str>)>,
) -> Option<String> {
    let options = options.into_iter().filter_map(|(flag, value)| {
        let value = value?;
        let joint = if value.starts_with('-') { '=' } else { ' ' };
        Some(format!("{flag}{joint}{}", shell_quoted(value)))
    });
    let quoted = shell_quoted(name);
    let (head, last) = match name.starts_with('-') {
        true => (command.to_owned(), Some(format!("-- {quoted}"))),
        false => (format!("{command} {quoted}"), None),
    };
    let head = format!("core-dataset {head}");
    let parts: Vec<String> = [head].into_iter().chain(options).chain(last).collect();
    let can_be_pasted = parts.iter().all(|part| is_shown_as_is(part));
    can_be_pasted.then(|| parts.join(" "))
}

/// Whether a message shows a text exactly as it is: nothing in it is escaped, and it is not cut.
pub fn is_shown_as_is(text: &str) -> bool {
    bounded(text) == text
}

/// A word, quoted where necessary, so that a POSIX shell reads it back. If it has invisible characters, `printf` writes their bytes.
fn shell_quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':');
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    if is_shown_as_is(word) {
        return quoted(word);
    }
    let escape = |c: String| match &*c {
        "\\" => "\\\\".to_owned(),
        seen if is_shown_as_is(seen) => c,
        unseen => unseen
            .bytes()
            .map(|byte| format!("\\0{byte:03o}"))
            .collect(),
    };
    let escaped: String = word.chars().map(String::from).map(escape).collect();
    format!("\"$(printf %b {})\"", quoted(&escaped))
}
