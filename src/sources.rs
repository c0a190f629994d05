//! The sources of a model, which are joined with `; ` in one cell.

/// The sources of a cell, without blank ones. A description in parentheses may hold `; ` as well.
pub fn split(text: &str) -> Vec<&str> {
    let mut sources = Vec::new();
    let (mut start, mut end, mut open) = (0, 0, 0_usize);
    for part in text.split("; ") {
        end += part.len();
        open = (open + part.matches('(').count()).saturating_sub(part.matches(')').count());
        if open == 0 {
            sources.push(&text[start..end]);
            start = end + "; ".len();
        }
        end += "; ".len();
    }
    // The last parenthesis may never close.
    sources.extend(text.get(start..));
    sources.retain(|source| !source.trim().is_empty());
    sources
}

/// The first http(s) address in a source, without the sentence around it: what ends that, and a parenthesis that opens before the address.
pub fn url(source: &str) -> Option<&str> {
    // A scheme may be written in any case.
    let lowered = source.to_ascii_lowercase();
    let schemes = ["https://", "http://"].iter();
    let start = schemes.filter_map(|scheme| lowered.find(scheme)).min()?;
    let rest = &source[start..];
    let end = rest.find(|c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c));
    let mut address = &rest[..end.unwrap_or(rest.len())];
    loop {
        let closes = address.matches(')').count() > address.matches('(').count();
        let shorter = match address.strip_suffix(')').filter(|_| closes) {
            Some(shorter) => shorter,
            None => address.trim_end_matches(['.', ',', ';', ':']),
        };
        if shorter.len() == address.len() {
            return Some(address).filter(|address| !address.ends_with("//"));
        }
        address = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_split_between_descriptions_and_not_within_them() {
        assert_eq!(
            split("https://a.b (one; two); plain; https://c (x"),
            ["https://a.b (one; two)", "plain", "https://c (x"]
        );
        assert_eq!(split("a) b; c"), ["a) b", "c"]);
        assert_eq!(split("(a; b; c"), ["(a; b; c"]);
    }

    #[test]
    fn the_address_of_a_source_ends_where_its_description_begins() {
        assert_eq!(url("https://a.b/c?d=1 (a list)"), Some("https://a.b/c?d=1"));
        assert_eq!(url("see http://a.b"), Some("http://a.b"));
        assert_eq!(url("javascript:alert(1)"), None);
        assert_eq!(url("as it says (https://a.b/c)."), Some("https://a.b/c"));
        assert_eq!(url("https://a.b/A_(c), page 3"), Some("https://a.b/A_(c)"));
        assert_eq!(url("[card](https://a.b/c);"), Some("https://a.b/c"));
        assert_eq!(url("HTTPS://a.b/C"), Some("HTTPS://a.b/C"));
        assert_eq!(url("https://"), None);
    }
}
