//! What is generated from the definition of the command line: completions, man pages, help.

use crate::support::{World, model};

#[test]
fn completions_and_the_man_page_know_every_command() {
    let world = World::with(&[model("a")]);
    for shell in ["bash", "zsh", "fish"] {
        let script = world.ok(&["completions", shell]).stdout;
        assert!(
            script.contains("validate") && script.contains("dry-run"),
            "{shell}"
        );
    }
    let page = world.ok(&["man", "list"]).stdout;
    assert!(
        page.contains(".TH core-dataset-list") && page.contains("min\\-flop"),
        "{page}"
    );
    let man = world.ok(&["man"]).stdout;
    assert!(
        man.contains(".TH core-dataset") && man.contains("reapply"),
        "{man}"
    );
}

#[test]
fn every_command_s_help_has_an_example() {
    let world = World::with(&[model("a")]);
    for command in [
        "refresh",
        "list",
        "verify",
        "stats",
        "validate",
        "history",
        "reapply",
        "completions",
        "man",
    ] {
        let help = world.ok(&[command, "--help"]).stdout;
        assert!(
            help.contains("Example") && help.contains("core-dataset "),
            "{help}"
        );
    }
}
