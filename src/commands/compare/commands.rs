//! Commands to paste into a shell.

use unicode_width::UnicodeWidthStr;

use crate::commands::alias::pasted;
use crate::epoch::{Entry, Finding, Suggester, TheirConfidence, Theirs};
use crate::flop::Flop;
use crate::parameters::whole_number;
use crate::paste;
use crate::schema::Confidence;
use crate::sources;
use crate::terminal::Screen;

/// The commands that deal with the entries of a comparison.
pub(super) struct Commands<'c> {
    pub suggester: Suggester<'c>,
    /// Their table, which the note of an added model names.
    pub file: &'c str,
    /// The data directory that a command names.
    pub data_dir: Option<&'c str>,
}

impl<'c> Commands<'c> {
    /// The command for an entry, if there is one: an alias that joins two models, or the addition of one that we lack and that a
    /// refresh does not add.
    pub fn of(&self, entry: &Entry<'c>, screen: Screen) -> Option<String> {
        let estimated = entry.estimate.and_then(|estimate| estimate.flop);
        let is_lacking = entry.finding() == Finding::Lacking;
        let parts = match self.suggester.alias(entry) {
            Some(suggestion) => pasted(&suggestion, self.data_dir),
            None if is_lacking && estimated < Some(Flop::CANDIDATE) => {
                add(entry.theirs?, self.file, self.data_dir)
            }
            None => return None,
        };
        laid_out(&parts, screen)
    }
}

/// The parts of the command that adds a model of theirs with what they say of it.
fn add(theirs: &Theirs, file: &str, data_dir: Option<&str>) -> Vec<String> {
    // A no-break space would make it another model to everybody who types the name.
    let plain = |text: &str| text.replace(char::is_whitespace, " ");
    let developer = theirs.organizations().next().unwrap_or("Unknown");
    let confidence = theirs.confidence.parse::<TheirConfidence>();
    let confidence = confidence.ok().map(Confidence::from);
    let file = file.rsplit('/').next().unwrap_or(file);
    let options = [
        ("--developer", Some(plain(developer))),
        (
            "--flop",
            theirs.flop.map(|flop| format!("{:e}", flop.get())),
        ),
        ("--confidence", confidence.map(|level| level.name().into())),
        ("--release-date", theirs.date.clone()),
        (
            "--parameters",
            whole_number(&theirs.parameters).map(Into::into),
        ),
        ("--source", sources::url(&theirs.link).map(Into::into)),
        ("--note", Some(format!("Epoch AI, {file}"))),
        ("--data-dir", data_dir.map(Into::into)),
    ];
    let options = options
        .iter()
        .map(|(flag, value)| (*flag, value.as_deref()));
    let name = plain(&theirs.shown_name());
    paste::command("add", &name, options)
}

/// A command, broken between its parts where the screen ends. None where what is pasted would not be what is read.
fn laid_out(parts: &[String], screen: Screen) -> Option<String> {
    if !parts.iter().all(|part| paste::is_read(part)) {
        return None;
    }
    let width = screen.width.unwrap_or(usize::MAX);
    let mut lines = vec!["  ".to_owned()];
    for (place, part) in parts.iter().enumerate() {
        let line = lines.last_mut()?;
        // The backslash that continues a line takes two columns.
        if place > 0 && line.width() + part.width() + 3 > width {
            line.push_str(" \\");
            lines.push(format!("    {part}"));
        } else {
            line.push_str(if place > 0 { " " } else { "" });
            line.push_str(part);
        }
    }
    Some(lines.join("\n"))
}
