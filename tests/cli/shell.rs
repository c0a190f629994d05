//! Completions, man pages and help, which are generated from the definition of the command line.

use crate::support::{COMMANDS, World, run};

#[test]
fn completions_know_every_command_and_its_flags() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish"] {
        let mut script = world.ok(&["completions", shell]);
        for word in COMMANDS.iter().chain(&["dry-run", "min-flop"]) {
            script = script.expect_stdout(word);
        }
    }
}

#[test]
fn bash_completes_commands_flags_and_values() {
    let world = World::new();
    let script = world.ok(&["completions", "bash"]).stdout;
    for (typed, completed) in [
        ("ver", "verify"),
        ("list --dri", "--drifted"),
        ("list --class not", "not_sure"),
        ("git set", "setup"),
        ("git merge-driver --mark", "--marker-size"),
    ] {
        // Bash passes the program, the word to complete, and the word before it.
        let words: Vec<&str> = typed.split(' ').collect();
        let last = words.len() - 1;
        let before = if last == 0 {
            "core-dataset"
        } else {
            words[last - 1]
        };
        let call = format!(
            "{script}\nCOMP_WORDS=(core-dataset {typed}); COMP_CWORD={}\n\
             _core__dataset core-dataset '{}' '{before}'\necho \"${{COMPREPLY[@]}}\"",
            last + 1,
            words[last]
        );
        let mut bash = world.isolated("bash");
        let run = run(bash.args(["--norc", "-c", &call]));
        assert_eq!(run.expect_code(0).stdout.trim(), completed, "{typed}");
    }
}

#[test]
fn zsh_offers_files_only_where_a_file_is_expected() {
    World::new()
        .ok(&["completions", "zsh"])
        .expect_stdout("'--note=[The reason, added to the row'\\''s notes]:TEXT:'")
        .expect_stdout("':file -- The older copy\\: a file, a pipe, or - for stdin:_files'");
}

#[test]
fn the_man_page_lists_every_command() {
    let mut page = World::new()
        .ok(&["man"])
        .expect_stdout(".TH core-dataset 1");
    for command in COMMANDS {
        page = page.expect_stdout(&format!("core\\-dataset\\-{command}(1)"));
    }
}

#[test]
fn every_command_has_a_man_page_of_its_own() {
    let world = World::new();
    for command in COMMANDS {
        world
            .ok(&["man", command])
            .expect_stdout(&format!(".TH core-dataset-{command} 1"));
    }
    world.ok(&["man", "list"]).expect_stdout("min\\-flop");
    let page_of_a_part = world.ok(&["man", "git", "setup"]);
    page_of_a_part.expect_stdout(".TH core-dataset-git-setup 1");
    let without_examples = world.ok(&["man", "git", "textconv"]).stdout;
    assert!(!without_examples.contains("NOTES"), "{without_examples}");
    world
        .run(&["man", "git", "nope"])
        .expect_code(2)
        .expect_stderr("there is no command named nope");
}

#[test]
fn the_help_of_completions_says_where_the_script_goes() {
    World::new()
        .ok(&["completions", "--help"])
        .expect_stdout("/bash-completion/completions/core-dataset\n")
        .expect_stdout("/_core-dataset\n")
        .expect_stdout("/fish/completions/core-dataset.fish\n");
}

#[test]
fn a_man_page_shows_the_end_of_the_help_verbatim_under_customary_titles() {
    let world = World::new();
    let examples = ".SH EXAMPLES\n.nf\n  core\\-dataset verify \\*(AqGPT\\-4.5\\*(Aq \\-\\-note";
    world.ok(&["man", "verify"]).expect_stdout(examples);
    world
        .ok(&["man"])
        .expect_stdout(".SH ENVIRONMENT\n.nf\n  CORE_DATASET_DATA_DIR  the");
    let page = world.ok(&["man", "refresh"]).stdout;
    let titles = page.lines().filter_map(|line| line.strip_prefix(".SH "));
    let own: Vec<&str> = titles.skip_while(|title| !title.contains("EXIT")).collect();
    assert_eq!(own, ["\"EXIT STATUS\"", "FILES", "NOTES", "EXAMPLES"]);
    assert!(page.contains(".fi\n.PP\nAn unmarked row whose"), "{page}");
    assert!(page.contains("\n.nh\n"), "{page}");
    // A formatter would turn these into typographic signs.
    assert!(page.contains("\n  \\(ti    updated\n"), "{page}");
    assert!(!page.contains(['`', '~']), "{page}");
}

#[test]
fn the_synopsis_of_a_man_page_is_the_usage_of_the_help() {
    let world = World::new();
    for (page, synopsis) in [
        (&["man"][..], "core\\-dataset\\fR [OPTIONS] [COMMAND]"),
        (
            &["man", "verify"],
            "core\\-dataset verify\\fR [OPTIONS] <NAME>...",
        ),
        (
            &["man", "git", "setup"],
            "core\\-dataset git setup\\fR [OPTIONS]",
        ),
    ] {
        let expected = format!(".SH SYNOPSIS\n\\fB{synopsis}\n");
        world.ok(page).expect_stdout(&expected);
    }
}

#[test]
fn verbatim_text_in_a_man_page_fits_80_columns() {
    let world = World::new();
    for command in COMMANDS {
        let page = world.ok(&["man", command]).stdout;
        for block in page.split("\n.nf\n").skip(1) {
            let (lines, _) = block.split_once("\n.fi\n").unwrap();
            for line in lines.replace("\\*(Aq", "'").replace("\\(ga", "`").lines() {
                // The text of a man page is indented by seven columns.
                let width = 7 + line.replace('\\', "").chars().count();
                assert!(width <= 80, "{command}, {width} columns: {line}");
            }
        }
    }
}

#[test]
fn the_long_help_of_a_command_says_more_than_the_list_of_commands() {
    let world = World::new();
    for (command, text) in [
        ("reapply", "the conflict is listed"),
        ("compare", "Nothing is downloaded"),
        ("export", "Unknown values stay blank"),
    ] {
        world.ok(&[command, "--help"]).expect_stdout(text);
    }
}

#[test]
fn the_help_of_every_command_ends_with_an_example() {
    let world = World::new();
    for command in COMMANDS {
        let help = world.ok(&[command, "--help"]).stdout;
        let (_, examples) = help.rsplit_once("Example").expect(command);
        assert!(
            examples.contains(&format!("core-dataset {command}"))
                || command == "refresh" && examples.contains("core-dataset --dry-run"),
            "{help}"
        );
    }
}
