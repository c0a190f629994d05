//! Commands to paste into a shell.

use unicode_width::UnicodeWidthStr;

use super::text::View;
use crate::commands::alias::pasted;
use crate::epoch::{TheirConfidence, Theirs};
use crate::parameters::whole_number;
use crate::paste;
use crate::plan::Suggestion;
use crate::schema::Confidence;
use crate::sources;

/// The command that adds a model of theirs with what they say of it.
pub(super) fn add(theirs: &Theirs, file: &str, view: &View<'_>) -> Option<String> {
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
        ("--data-dir", view.data_dir.map(Into::into)),
    ];
    let options = options
        .iter()
        .map(|(flag, value)| (*flag, value.as_deref()));
    let name = plain(&theirs.shown_name());
    laid_out(&paste::command("add", &name, options), view)
}

/// The command that writes an alias down.
pub(super) fn alias(suggestion: &Suggestion, view: &View<'_>) -> Option<String> {
    laid_out(&pasted(suggestion, view.data_dir), view)
}

/// A command, broken between its parts where the screen ends. None where what is pasted would not be what is read.
fn laid_out(parts: &[String], view: &View<'_>) -> Option<String> {
    if !parts.iter().all(|part| paste::is_read(part)) {
        return None;
    }
    let width = view.screen.width.unwrap_or(usize::MAX);
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
