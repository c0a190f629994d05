//! Warnings and errors, on stderr.

use std::io::{self, Write};

use indicatif::ProgressBar;

use super::line::wrap;
use super::screen::Screen;

/// Stands before what does not fit on the first line of a message: more than before each of several errors.
const CONTINUED: &str = "         ";

/// Writes each message to stderr: beside the spinner of a long run, never behind it, and on a terminal broken between words.
#[derive(Debug, Clone)]
pub struct Messages {
    progress: ProgressBar,
    screen: Screen,
}

impl Messages {
    /// The messages of a run with this spinner.
    pub fn beside(progress: &ProgressBar) -> Messages {
        Messages {
            progress: progress.clone(),
            screen: Screen::of_stderr(),
        }
    }
}

impl Write for Messages {
    /// Writes one message. The lines in it are broken each on its own.
    fn write(&mut self, message: &[u8]) -> io::Result<usize> {
        let mut text = String::new();
        for line in String::from_utf8_lossy(message).lines() {
            text += &format!("{}\n", wrap(line, CONTINUED, self.screen));
        }
        let write = || io::stderr().write_all(text.as_bytes());
        self.progress.suspend(write)?;
        Ok(message.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
