//! How a review asks questions and understands the answers.

use anyhow::{Context, Error, Result};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use crate::terminal::{Screen, wrap};
use crate::text::shown;

const ANSWERS: &str = "[y]es above  [n]ot above  [i]gnore  [a]ccept drift  [e]dit FLOP  [o]pen the first source  [s]kip  [b]ack  [q]uit";

/// The answers if nothing can be decided.
const NO_DECISION: &str =
    "Nothing can be decided now; Enter shows the model again.  [s]kip  [b]ack  [q]uit";

/// Stands for an answer of Enter alone.
pub(super) const ENTER: char = '\n';

pub(super) const LAST: &str = "\nThat was the last model.  [b]ack  [q]uit";

/// What the answers do, a line each.
pub(super) const EXPLANATIONS: &str = "\
y  yes, above: mark the row as verified
n  not above: dismiss the model as below 1e25 FLOP
i  ignore: dismiss the model as not for this dataset
a  accept drift: keep the verified value until it drifts again
e  edit FLOP: correct the number and mark the row as verified
o  open the first source in the browser
s  skip: go on to the next model
b  back: return to the previous model, and take back your decision
q  quit: every decision is already written
Enter shows the model again, as it is now";

/// The answers on one line, or on two if the screen is too narrow.
pub(super) fn answers(can_decide: bool, screen: Screen) -> String {
    let answers = if can_decide { ANSWERS } else { NO_DECISION };
    let lines = match screen.width {
        Some(width) if width < answers.len() => answers.replace("  [o]", "\n[o]"),
        _ => answers.to_owned(),
    };
    let lines = lines.lines().map(|line| wrap(line, "", screen));
    lines.collect::<Vec<_>>().join("\n")
}

/// Asks questions and reads the answers with a line editor, so that a long note arrives whole and a pasted paragraph is one answer.
pub(super) struct Asker(DefaultEditor);

impl Asker {
    pub fn new() -> Result<Asker> {
        let editor = DefaultEditor::new().context("the terminal cannot be read")?;
        Ok(Asker(editor))
    }

    /// Asks for one line. `None` at the end of the input, which is another way to quit.
    ///
    /// # Errors
    /// If the terminal cannot be read, or at Ctrl-C, so that a script does not go on as it does after `q`.
    pub fn ask(&mut self, question: &str) -> Result<Option<String>> {
        println!("{question}");
        match self.0.readline("> ") {
            Ok(line) => Ok(Some(line.trim().to_owned())),
            Err(ReadlineError::Eof) => Ok(None),
            Err(error @ ReadlineError::Interrupted) => Err(error.into()),
            Err(error) => Err(error).context("the answer cannot be read"),
        }
    }

    /// Asks for a letter in either case, for the word that it stands for, or for [`ENTER`], and returns the letter. The end of the input
    /// counts as `q`, and any other answer as `?`.
    pub fn ask_letter(&mut self, question: &str) -> Result<char> {
        const WORDS: [&str; 10] = [
            "yes", "no", "not", "ignore", "accept", "edit", "open", "skip", "back", "quit",
        ];
        let answer = self.ask(question)?.unwrap_or_else(|| "q".to_owned());
        let answer = answer.to_ascii_lowercase();
        let is_one = answer.chars().count() == 1 || WORDS.contains(&&*answer);
        Ok(match answer.chars().next() {
            None => ENTER,
            Some(letter) if is_one => letter,
            Some(_) => '?',
        })
    }
}

/// Prints an error. The review goes on.
pub(super) fn print_error(error: &Error, screen: Screen) {
    for line in crate::commands::message(error).lines() {
        println!("{}", wrap(&shown(line), "  ", screen));
    }
}
