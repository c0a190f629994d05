//! Commands to paste into a shell.

use crate::commands::alias::pasted;
use crate::epoch::{Entry, Finding, Suggester, TheirConfidence, Theirs};
use crate::paste;
use crate::schema::Confidence;
use crate::sources;

/// The commands that deal with the entries of a comparison.
pub(super) struct Commands<'c> {
    pub suggester: Suggester<'c>,
    /// Their table, which the note of an added model names.
    pub file: &'c str,
    /// The data directory that a command names.
    pub data_dir: Option<&'c str>,
}

impl<'c> Commands<'c> {
    /// The command for an entry, if there is one: an alias that joins two models, or the addition of one that we lack. None where what
    /// is pasted would not be what is read.
    pub fn of(&self, entry: &Entry<'c>) -> Option<String> {
        let parts = match self.suggester.alias(entry) {
            Some(suggestion) => pasted(&suggestion, self.data_dir),
            None if entry.finding() == Finding::Lacking => self.add(entry.theirs?),
            None => return None,
        };
        let is_read = parts.iter().all(|part| paste::is_read(part));
        is_read.then(|| format!("  {}", parts.join(" ")))
    }

    /// The parts of the command that adds a model of theirs with what they say of it.
    fn add(&self, theirs: &Theirs) -> Vec<String> {
        // A no-break space would make it another model to everybody who types the name.
        let plain = |text: &str| text.replace(char::is_whitespace, " ");
        let developer = plain(theirs.organizations().next().unwrap_or("Unknown"));
        let flop = theirs.flop.map(|flop| format!("{:e}", flop.get()));
        let confidence = theirs.confidence.parse::<TheirConfidence>();
        let confidence = confidence.ok().map(Confidence::from);
        let file = self.file.rsplit('/').next().unwrap_or(self.file);
        let note = format!("Epoch AI, {file}");
        let options = [
            ("--developer", Some(&*developer)),
            ("--flop", flop.as_deref()),
            ("--confidence", confidence.map(Confidence::name)),
            ("--release-date", theirs.date.as_deref()),
            ("--source", sources::url(&theirs.link)),
            ("--note", Some(&note)),
            ("--data-dir", self.data_dir),
        ];
        paste::command("add", &plain(&theirs.shown_name()), options)
    }
}
