//! How a review asks, and what it takes for an answer.

use anyhow::{Context, Error, Result};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use crate::terminal::{Screen, wrap};
use crate::text::shown;

const ANSWERS: &str = "[y]es above  [n]ot above  [i]gnore  [a]ccept drift  [e]dit FLOP  [o]pen the first source  [s]kip  [b]ack  [q]uit";

/// The answers where nothing can be decided.
const NO_DECISION: &str =
    "Nothing can be decided now; Enter shows it again.  [s]kip  [b]ack  [q]uit";

/// The answer that is only Enter.
pub(super) const ENTER: char = '\n';

pub(super) const LAST: &str = "\nThat was the last model.  [b]ack  [q]uit";

/// What the answers do, a line each.
pub(super) const EXPLANATIONS: &str = "\
y  yes, above: mark the row as verified
n  not above: dismiss the model as below 1e25 FLOP
i  ignore: dismiss it as not a model that this dataset is about
a  accept drift: the verified value stands until the estimate moves far
e  edit FLOP: correct the number and mark the row as verified
o  open the first source in the browser
s  skip: go on to the next model
b  back: return to the model before, and take back your decision
q  quit: every decision is written already
Enter shows the model again, as it is by now";

/// The answers, on a line of their own or, where the screen is too narrow for it, on two.
pub(super) fn answers(can_decide: bool, screen: Screen) -> String {
    let answers = if can_decide { ANSWERS } else { NO_DECISION };
    let lines = match screen.width {
        Some(width) if width < answers.len() => answers.replace("  [o]", "\n[o]"),
        _ => answers.to_owned(),
    };
    let lines = lines.lines().map(|line| wrap(line, "", screen));
    lines.collect::<Vec<_>>().join("\n")
}

/// Asks, and reads the answers as a line editor, so that a long note arrives whole and a pasted paragraph is one answer.
pub(super) struct Asker(DefaultEditor);

impl Asker {
    pub fn new() -> Result<Asker> {
        let editor = DefaultEditor::new().context("the terminal cannot be read")?;
        Ok(Asker(editor))
    }

    /// Asks for one line. `None` at the end of the input, which is another way to quit.
    ///
    /// # Errors
    /// When the terminal cannot be read, or at Ctrl-C, so that a script does not go on as after `q`.
    pub fn ask(&mut self, question: &str) -> Result<Option<String>> {
        println!("{question}");
        match self.0.readline("> ") {
            Ok(line) => Ok(Some(line.trim().to_owned())),
            Err(ReadlineError::Eof) => Ok(None),
            Err(error @ ReadlineError::Interrupted) => Err(error.into()),
            Err(error) => Err(error).context("the answer cannot be read"),
        }
    }

    /// Asks for a letter, in either case, or for the word that it stands for, or for [`ENTER`]. The end of the input is `q`, and an answer
    /// that is none of these is `?`.
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

/// Prints what stands in the way in the form of an error; the review goes on.
pub(super) fn say(error: &Error, screen: Screen) {
    for line in crate::commands::message(error).lines() {
        println!("{}", wrap(&shown(line), "  ", screen));
    }
}
