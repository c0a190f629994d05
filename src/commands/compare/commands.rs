//! Commands to paste into a shell.

use crate::commands::alias::pasted;
use crate::epoch::{Category, Entry, TheirConfidence, Theirs};
use crate::parameters::whole_number;
use crate::paste;
use crate::schema::Confidence;
use crate::sources;

/// The command for an entry of a comparison with `file`, if there is one: an alias that joins two models, or the addition of one that we
/// lack. `None` if the model is known elsewhere, or if the command cannot be shown exactly as it would be pasted.
pub(super) fn command(entry: &Entry<'_>, file: &str, data_dir: Option<&str>) -> Option<String> {
    if entry.elsewhere.is_some() {
        return None;
    }
    match &entry.alias {
        Some(suggestion) => pasted(suggestion, data_dir),
        None if entry.category() == Category::Lacking => add(entry.theirs?, file, data_dir),
        None => None,
    }
}

/// The command that adds a model of theirs, with what they say about it. The note names their file. `None` if they name no developer, or if
/// a name would bring invisible characters into the dataset.
fn add(theirs: &Theirs, file: &str, data_dir: Option<&str>) -> Option<String> {
    // A name with a no-break space in it would be another model than the same name with an ordinary space, which people type.
    let with_plain_spaces = |text: &str| text.replace(char::is_whitespace, " ");
    let name = with_plain_spaces(&theirs.shown_name());
    let developer = with_plain_spaces(theirs.organizations.first()?);
    let flop = theirs.flop.map(|flop| format!("{:e}", flop.get()));
    let confidence = theirs.confidence.parse().ok().map(TheirConfidence::ours);
    let parameters = whole_number(&theirs.parameters);
    let note = format!("Epoch AI, {}", file.rsplit('/').next().unwrap_or(file));
    let options = [
        ("--developer", Some(&*developer)),
        ("--flop", flop.as_deref()),
        ("--confidence", confidence.map(Confidence::name)),
        ("--release-date", theirs.date.as_deref()),
        ("--parameters", parameters.as_deref()),
        ("--source", sources::url(&theirs.link)),
        ("--note", Some(&note)),
        ("--data-dir", data_dir),
    ];
    let is_pasteable = paste::is_shown_as_is(&name) && paste::is_shown_as_is(&developer);
    paste::command("add", &name, options).filter(|_| is_pasteable)
}
