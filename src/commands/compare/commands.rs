//! Commands to paste into a shell.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use crate::commands::alias::pasted;
use crate::epoch::{TheirConfidence, Theirs};
use crate::parameters::whole_number;
use crate::paste;
use crate::plan::Suggestion;
use crate::schema::Confidence;
use crate::sources;
use crate::terminal::Screen;

/// The command that adds a model of theirs with what they say of it.
pub(super) fn add(
    theirs: &Theirs,
    file: &str,
    data_dir: Option<&str>,
    screen: Screen,
) -> Option<String> {
    // A no-break space would make it another model to everybody who types the name.
    let plain = |text: &str| text.replace(char::is_whitespace, " ");
    let name = plain(&theirs.shown_name());
    let developer = plain(theirs.single_organizations().next().unwrap_or("Unknown"));
    let confidence = match theirs.confidence.parse() {
        Ok(TheirConfidence::Confident) => Some(Confidence::High),
        Ok(TheirConfidence::Likely) => Some(Confidence::Medium),
        Ok(TheirConfidence::Speculative) => Some(Confidence::Speculative),
        Err(_) => None,
    };
    let confidence = confidence.map(|level| level.name().to_owned());
    let flop = theirs.flop.map(|flop| format!("{:e}", flop.get()));
    let parameters = whole_number(&theirs.parameters);
    let link = sources::url(&theirs.link);
    let file = file.rsplit('/').next().unwrap_or(file);
    let options = [
        ("--developer", Some(developer)),
        ("--flop", flop),
        ("--confidence", confidence),
        ("--release-date", theirs.date.map(|day| day.to_string())),
        ("--parameters", parameters.map(Cow::into_owned)),
        ("--source", link.map(str::to_owned)),
        ("--note", Some(format!("Epoch AI, {file}"))),
        ("--data-dir", data_dir.map(str::to_owned)),
    ];
    let options = options.iter();
    let options = options.filter_map(|(flag, value)| Some((*flag, value.as_deref()?)));
    laid_out(paste::command("add", &name, options), screen)
}

/// The command that writes an alias down.
pub(super) fn alias(
    suggestion: &Suggestion,
    data_dir: Option<&str>,
    screen: Screen,
) -> Option<String> {
    laid_out(pasted(suggestion, data_dir), screen)
}

/// A command, broken between its parts where the screen ends. None where what is pasted would not be what is read.
fn laid_out(parts: Vec<String>, screen: Screen) -> Option<String> {
    const INDENT: &str = "  ";
    if !parts.iter().all(|part| paste::is_read(part)) {
        return None;
    }
    let mut parts = parts.into_iter();
    let mut out = format!("{INDENT}{}", parts.next()?);
    let mut used = out.width();
    for part in parts {
        // The backslash that continues the line takes two columns.
        if screen
            .width
            .is_some_and(|width| used + part.width() + 3 > width)
        {
            out += &format!(" \\\n{INDENT}  ");
            used = INDENT.len() + 2;
        } else {
            out.push(' ');
            used += 1;
        }
        out.push_str(&part);
        used += part.width();
    }
    Some(out)
}
