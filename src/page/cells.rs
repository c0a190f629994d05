//! The cells of the tables: names, numbers, texts and links. Texts from the data are shortened here.

use maud::{Markup, html};

use crate::flop::Flop;
use crate::sources;
use crate::terminal::bounded;
use crate::text::{SHORT_EXCERPT, excerpt, one_line, shown};

const SHOWN_SOURCES: usize = 3;

/// A model: its name, and its developer below.
pub(super) fn model(name: &str, developer: &str) -> Markup {
    html! {
        th scope="row" class="model" {
            bdi { (bounded(name)) } " "
            small { bdi { (bounded(developer)) } }
        }
    }
}

/// A training FLOP, aligned as a number; blank where there is none.
pub(super) fn flop(flop: Option<Flop>) -> Markup {
    html! { td class="number" { (flop.map(Flop::rounded).unwrap_or_default()) } }
}

/// The beginning of a text, on one line.
pub(super) fn text(text: &str) -> String {
    shown(&one_line(excerpt(text.trim(), SHORT_EXCERPT))).into_owned()
}

/// The sources of a row: links where they have an http(s) address, text where they have none.
pub(super) fn sources(cell: &str) -> Markup {
    let sources = sources::split(cell);
    let more = sources.len().saturating_sub(SHOWN_SOURCES);
    html! {
        @for (place, source) in sources.iter().take(SHOWN_SOURCES).enumerate() {
            @if place > 0 { ", " }
            @match address(source) {
                Some(address) => { a href=(address) rel="noopener noreferrer" { (text(source)) } }
                None => { (text(source)) }
            }
        }
        @if more > 0 { " and " (more) " more" }
    }
}

/// The address in a source; `None` where it has invisible characters or is too long for a link.
fn address(source: &str) -> Option<&str> {
    const LONGEST_ADDRESS: usize = 1000;
    sources::url(source)
        .filter(|address| address.len() <= LONGEST_ADDRESS && shown(address) == *address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_http_address_becomes_a_link() {
        let open = "<a href=\"https://www.example.org/a?b=1&amp;c=2\" rel=\"noopener noreferrer\">";
        let of = |cell| sources(cell).into_string();
        assert_eq!(
            of("https://www.example.org/a?b=1&c=2"),
            format!("{open}https://www.example.org/a?b=1&amp;c=2</a>")
        );
        assert_eq!(
            of("see https://www.example.org/a?b=1&c=2"),
            format!("{open}see https://www.example.org/a?b=1&amp;c=2</a>")
        );
        assert_eq!(
            of("javascript:alert(1); ftp://x; data:a"),
            "javascript:alert(1), ftp://x, data:a"
        );
        assert_eq!(of("a; b; c; d; e"), "a, b, c and 2 more");
    }

    #[test]
    fn an_address_cannot_break_out_of_its_attribute_or_hide_a_character() {
        let of = |cell| sources(cell).into_string();
        assert!(of("https://x'onclick=alert(1)").contains("href=\"https://x'onclick=alert(1)\""));
        assert!(of("https://x\" onclick=\"a").contains(
            "href=\"https://x\" rel=\"noopener noreferrer\">https://x&quot; onclick=&quot;a</a>"
        ));
        assert!(!of("https://exa\u{202e}mple.org").contains("href"));
        assert!(!of("https://").contains("href"));
    }

    #[test]
    fn a_name_and_its_developer_are_separate_words_for_sorting_and_filtering() {
        let cell = model("o3", "OpenAI").into_string();
        assert!(cell.contains("<bdi>o3</bdi> <small>"), "{cell}");
    }

    #[test]
    fn a_text_is_shown_on_one_line_of_limited_length() {
        assert_eq!(text(" a\n\n b\u{7} "), "a b\\u{7}");
        assert!(text(&"x".repeat(5000)).len() < SHORT_EXCERPT + 10);
    }
}
