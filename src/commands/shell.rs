//! `core-dataset completions` and `man`: generated from the definition of the command line.

use anyhow::Result;
use clap::builder::{Resettable, ValueHint};
use clap::{Arg, Args, Command};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::print::write;
use super::usage;
use crate::config::Config;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset completions bash \\\n      > ~/.local/share/bash-completion/completions/core-dataset\n  \
                  core-dataset completions zsh > ~/.zfunc/_core-dataset\n  \
                  core-dataset completions fish \\\n      > ~/.config/fish/completions/core-dataset.fish\n\n\
                  The directory must exist. zsh searches the directories in $fpath: put `fpath+=~/.zfunc` before `compinit` in ~/.zshrc."
)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset man list | man -l -\n  core-dataset man > core-dataset.1"
)]
pub struct ManArgs {
    /// The command whose page to print, such as list or git setup
    command: Vec<String>,
}

pub(crate) fn completions(config: &Config, args: &CompletionsArgs, program: Command) -> Result<()> {
    let name = program.get_name().to_owned();
    let mut program = with_value_hints(program);
    // The generator panics where it cannot write, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, name, &mut script);
    // For bash, clap_complete writes the hyphen in the program's name in two ways, and then no flag of a command is completed
    // (https://github.com/clap-rs/clap/issues/6421).
    let script = String::from_utf8(script)?.replace("core__subcmd__dataset", "core__dataset");
    write(config, script.as_bytes())
}

/// The command and its subcommands, with file names completed only for values that are paths.
fn with_value_hints(command: Command) -> Command {
    let hint = |arg: Arg| {
        let takes_any = arg.get_action().takes_values() && arg.get_possible_values().is_empty();
        match arg.get_value_hint() {
            ValueHint::Unknown if takes_any => arg.value_hint(ValueHint::Other),
            _ => arg,
        }
    };
    command.mut_args(hint).mut_subcommands(with_value_hints)
}

pub(crate) fn man(config: &Config, args: &ManArgs, mut program: Command) -> Result<()> {
    // Names the commands `core-dataset-COMMAND`, and gives each the flags that all share.
    program.build();
    let mut described = &program;
    for name in &args.command {
        let none =
            format!("there is no command named {name}; `core-dataset --help` lists the commands");
        let found = described.find_subcommand(name);
        described = found.ok_or_else(|| usage(&none))?;
    }
    let help = described.get_after_long_help();
    let help = help.or(described.get_after_help()).map(ToString::to_string);
    let mut described = described.clone();
    let usage = described.render_usage().to_string();
    let described = described
        .override_usage(usage.trim_start_matches("Usage: ").to_owned())
        // The version is in the footer.
        .version(Resettable::Reset)
        .after_help(Resettable::Reset)
        .after_long_help(Resettable::Reset);
    let version = concat!("core-dataset ", env!("CARGO_PKG_VERSION"));
    // An empty date has to be quoted, or the version would take its place.
    let man = Man::new(described).source(version).date("\"\"");
    let mut page = Vec::new();
    man.render(&mut page)?;
    let sections = sections(&help.unwrap_or_default()).to_roff();
    let page = String::from_utf8(page)? + &sections.replace('\'', r"\*(Aq");
    // Otherwise these are shown as typographic signs, and a copied command fails.
    let page = page.replace('`', r"\(ga").replace('~', r"\(ti");
    // A name that is hyphenated at a line's end cannot be copied either. Without hyphenation, lines are aligned to the left only.
    let page = page.replacen(".SH NAME", ".nh\n.ad l\n.SH NAME", 1);
    write(config, page.as_bytes())
}

/// The blocks at the end of a help text, as sections of a man page in their customary order. Indented lines are shown as they are written.
fn sections(help: &str) -> Roff {
    let mut roff = Roff::new();
    for name in ["EXIT STATUS", "ENVIRONMENT", "FILES", "NOTES", "EXAMPLES"] {
        let blocks = help.split("\n\n").filter(|block| !block.is_empty());
        let blocks = blocks.map(section);
        for (place, (_, block)) in blocks.filter(|(of, _)| *of == name).enumerate() {
            match place {
                0 => roff.control("SH", [name]),
                _ => roff.control("PP", []),
            };
            let lines: Vec<&str> = block.lines().collect();
            let is_indented = |line: &str| line.starts_with(' ');
            for lines in lines.chunk_by(|one, next| is_indented(one) == is_indented(next)) {
                let text = roman(lines.join("\n"));
                if is_indented(lines[0]) {
                    roff.control("nf", []).text([text]).control("fi", []);
                } else {
                    roff.text([text]);
                }
            }
        }
    }
    roff
}

/// The section of a man page for a block of the help, and the block, without its title where that only repeats the section's name.
fn section(block: &str) -> (&'static str, &str) {
    let (title, rest) = block.split_once('\n').unwrap_or((block, ""));
    match title {
        "Exit codes:" => ("EXIT STATUS", rest),
        "Environment:" => ("ENVIRONMENT", rest),
        "Example:" | "Examples:" => ("EXAMPLES", rest),
        _ if title.starts_with("Files ") => ("FILES", block),
        _ => ("NOTES", block),
    }
}
