//! Claims of the README that a test can check.

use crate::support::{COMMANDS, HEADER, on_the_sample};

const README: &str = include_str!("../../README.md");

#[test]
fn the_readme_shows_what_the_first_run_prints() {
    let (_, behind) = README.split_once("$ cargo run --release\n").unwrap();
    let (shown, _) = behind.split_once("\n\n$ cargo test").unwrap();
    let printed = on_the_sample(1000, &[]);
    let mut rest = &*printed;
    for line in shown.lines() {
        // The README marks omitted text with `…`.
        let text = line.trim().trim_end_matches('…');
        let place = rest
            .find(text)
            .unwrap_or_else(|| panic!("{line} is not printed, or not in this order: {printed}"));
        rest = &rest[place + text.len()..];
    }
}

#[test]
fn the_readme_names_every_column_and_every_command() {
    for name in HEADER.split(',').chain(COMMANDS) {
        assert!(README.contains(&format!("`{name}`")), "{name}");
    }
}
