//! Where text is shown: how wide it may be, and whether in colour.

use std::io::{self, IsTerminal};

use anstyle::{AnsiColor, Style};
use clap::ColorChoice;

/// The terminal, pipe or file that text is laid out for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Screen {
    /// The width of a terminal in columns; `None` if a line may have any width, as in a pipe.
    pub width: Option<usize>,
    pub colour: bool,
    /// Whether lists are shown in full and with further details (`--verbose`).
    pub shows_all: bool,
}

/// The meaning of a piece of text, which determines its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Heading,
    Added,
    Changed,
    Removed,
    /// Something that a person should look at.
    Attention,
    /// Something of lesser interest.
    Quiet,
}

/// Whether the terminal cannot handle control characters.
pub fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// The value of an environment variable, unless it is empty.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// `COLUMNS` if it is a number above 0, or else the width of the terminal.
fn width_of_stdout() -> Option<usize> {
    let columns = variable("COLUMNS").and_then(|columns| columns.parse().ok());
    let terminal = terminal_size::terminal_size().filter(|_| io::stdout().is_terminal());
    columns
        .filter(|columns| *columns > 0)
        .or(terminal.map(|(width, _)| usize::from(width.0)))
}

impl Screen {
    /// The screen for stdout. `colour`, unless it is auto, takes precedence over `NO_COLOR`, and `NO_COLOR` over `CLICOLOR_FORCE`.
    pub fn of_stdout(colour: ColorChoice, shows_all: bool) -> Screen {
        let is_forced = variable("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        let is_terminal = io::stdout().is_terminal();
        Screen {
            shows_all,
            width: width_of_stdout(),
            colour: match colour {
                ColorChoice::Always => true,
                ColorChoice::Never => false,
                ColorChoice::Auto => {
                    variable("NO_COLOR").is_none() && (is_forced || is_terminal && !is_dumb())
                }
            },
        }
    }

    /// The same screen with its current width, because a person can resize a terminal.
    pub fn remeasured(self) -> Screen {
        Screen {
            width: width_of_stdout(),
            ..self
        }
    }

    /// The screen for messages on stderr, where lines are broken only if it is a terminal.
    pub fn of_stderr() -> Screen {
        let terminal = terminal_size::terminal_size_of(io::stderr());
        Screen {
            width: terminal.map(|(width, _)| usize::from(width.0)),
            ..Screen::default()
        }
    }

    /// A screen of this many columns, without colour.
    pub fn of_width(columns: usize) -> Screen {
        Screen {
            width: Some(columns),
            ..Screen::default()
        }
    }

    /// How many entries of a group are shown.
    pub fn limit(self) -> usize {
        if self.shows_all { usize::MAX } else { 10 }
    }

    /// `text` in the colour of its tone, if this screen has colours.
    pub fn paint(self, tone: Tone, text: &str) -> String {
        let style = match tone {
            Tone::Plain => Style::new(),
            Tone::Heading => Style::new().bold(),
            Tone::Added => AnsiColor::Green.on_default(),
            Tone::Changed => AnsiColor::Cyan.on_default(),
            Tone::Removed => AnsiColor::Red.on_default(),
            Tone::Attention => AnsiColor::Yellow.on_default(),
            Tone::Quiet => Style::new().dimmed(),
        };
        if self.colour && !text.is_empty() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}
