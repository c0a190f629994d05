//! Warnings and errors, on stderr.

use std::io::{self, Write};

use indicatif::ProgressBar;

use super::line::wrap;
use super::screen::Screen;

/// The indent of the continued lines of a message. It is deeper than the indent of each of several errors.
const CONTINUATION_INDENT: &str = "         ";

/// Writes messages to stderr without disturbing the spinner of a long run, and broken between words on a terminal.
#[derive(Debug, Clone)]
pub struct Messages {
    progress: ProgressBar,
    screen: Screen,
}

impl Messages {
    /// The messages of a run with this spinner.
    pub fn with_progress(progress: &ProgressBar) -> Messages {
        Messages {
            progress: progress.clone(),
            screen: Screen::of_stderr(),
        }
    }
}

impl Write for Messages {
    /// Writes one message. Each of its lines is broken separately.
    fn write(&mut self, message: &[u8]) -> io::Result<usize> {
        let mut text = String::new();
        for line in String::from_utf8_lossy(message).lines() {
            text += &format!("{}\n", wrap(line, CONTINUATION_INDENT, self.screen));
        }
        let write = || io::stderr().write_all(text.as_bytes());
        self.progress.suspend(write)?;
        Ok(message.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
