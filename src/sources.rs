//! The sources of a model, which are joined with `; ` in one cell.

/// The sources of a cell, without blank ones.
pub fn split(text: &str) -> Vec<&str> {
    let sources = text.split("; ");
    sources.filter(|source| !source.trim().is_empty()).collect()
}

/// The first http(s) address in a source, without the sentence around it.
pub fn url(source: &str) -> Option<&str> {
    // A scheme may be written in any case.
    let lowered = source.to_ascii_lowercase();
    let schemes = ["https://", "http://"].iter();
    let start = schemes.filter_map(|scheme| lowered.find(scheme)).min()?;
    let rest = &source[start..];
    // If several addresses are joined without a space, the first ends where the next begins.
    let next = [",https://", ",http://", ";https://", ";http://"].iter();
    let next = next.filter_map(|next| lowered[start..].find(next));
    let rest = &rest[..next.min().unwrap_or(rest.len())];
    let end = rest.find(|c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c));
    let mut address = rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ',', ';', ':']);
    // A closing parenthesis belongs to the sentence unless the address has an opening one.
    if !address.contains('(') {
        address = address.trim_end_matches(['.', ',', ';', ':', ')']);
    }
    Some(address).filter(|address| !address.ends_with("//"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_sources_are_left_out() {
        assert_eq!(
            split("https://a.b (one, two); ; plain;x; "),
            ["https://a.b (one, two)", "plain;x"]
        );
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
        assert_eq!(url("http://a.b, https://c.d"), Some("http://a.b"));
        assert_eq!(url("http://a.b/x;https://c.d"), Some("http://a.b/x"));
        assert_eq!(url("http://a.b,HTTPS://c.d;http://e"), Some("http://a.b"));
        assert_eq!(url("http://a.b/x;http=1,z"), Some("http://a.b/x;http=1,z"));
    }
}
