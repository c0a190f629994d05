//! The parts of a line: names that are cut, lists that say how many more there are, and sentences broken between words.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::screen::{Screen, Tone};
use crate::text::{excerpt, shown};

/// A name is cut after this many columns, because names come from scraped pages.
const LONGEST_NAME: usize = 200;

/// A name with the characters escaped that a terminal would obey, cut if it is longer than any line.
pub fn bounded(name: &str) -> String {
    // Cut first, so that a megabyte is not escaped for a line of 200 columns.
    cut(&shown(&excerpt(name, 8 * LONGEST_NAME)), LONGEST_NAME)
}

/// `GPT-4.5 (OpenAI)`: a model by its name and its developer, each [bounded].
pub fn bounded_model(name: &str, developer: &str) -> String {
    format!("{} ({})", bounded(name), bounded(developer))
}

/// The first ten of a list of names, and how many more there are.
pub fn listed(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    const LISTED: usize = 10;
    let mut names = names.into_iter();
    let first = names.by_ref().take(LISTED);
    let mut listed: Vec<String> = first.map(|name| bounded(name.as_ref())).collect();
    let more = names.count();
    if more > 0 {
        listed.push(format!("… and {more} more"));
    }
    listed.join(", ")
}

/// `… and 3 more (--verbose shows all)`, where a screen shows only the first entries of a group.
pub fn and_more(all: usize, screen: Screen) -> Option<String> {
    left_out_line(all.saturating_sub(screen.limit()), screen)
}

/// The same, given how many entries are left out.
pub fn left_out_line(left_out: usize, screen: Screen) -> Option<String> {
    let text = format!("  … and {left_out} more (--verbose shows all)");
    (left_out > 0).then(|| screen.paint(Tone::Quiet, &text))
}

/// `text` broken between words so that no line is wider than the screen; lines after the first begin with `indent`.
pub fn wrap(text: &str, indent: &str, screen: Screen) -> String {
    let Some(width) = screen.width else {
        return text.to_owned();
    };
    let (spaces, words) = text.split_at(text.len() - text.trim_start_matches(' ').len());
    let mut out = spaces.to_owned();
    let mut used = spaces.len();
    for (place, word) in words.split(' ').enumerate() {
        let needed = word.width();
        if place > 0 && used + 1 + needed > width {
            out.push('\n');
            out.push_str(indent);
            used = indent.width();
        } else if place > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += needed;
    }
    out
}

/// A title in bold followed by a text, broken as by [`wrap`], perhaps within the title.
pub fn headed(title: &str, rest: &str, screen: Screen) -> String {
    let text = wrap(&format!("{title}{rest}"), "  ", screen);
    let is_blank = |c: char| matches!(c, ' ' | '\n');
    let letters = title.chars().filter(|c| !is_blank(*c)).count();
    let mut places = text.char_indices().filter(|(_, c)| !is_blank(*c));
    let end = places.nth(letters).map_or(text.len(), |(place, _)| place);
    let bold = text[..end].trim_end();
    screen.paint(Tone::Heading, bold) + &text[bold.len()..]
}

/// `text` cut to at most `width` columns, with `…` at the end if anything was cut.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut used = 0;
    let kept: String = text
        .chars()
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used < width
        })
        .collect();
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_bold_to_its_end_wherever_the_line_breaks() {
        let screen = Screen {
            width: Some(12),
            colour: true,
            ..Screen::default()
        };
        let bold = |title: &str| screen.paint(Tone::Heading, title);
        for (title, rest, expected) in [
            ("Notes", ": short", bold("Notes") + ": short"),
            (
                "a name (of many)",
                ", line 2",
                bold("a name (of\n  many)") + ",\n  line 2",
            ),
            ("Drifted 1", " of them", bold("Drifted 1") + " of\n  them"),
            ("two words", "", bold("two words")),
        ] {
            assert_eq!(headed(title, rest, screen), expected);
        }
    }

    #[test]
    fn a_wide_character_that_does_not_fit_entirely_is_left_out() {
        assert_eq!(cut("文心一言", 4), "文…");
    }
}
