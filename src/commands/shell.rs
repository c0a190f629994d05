//! `core-dataset completions` and `man`: generated from the definition of the command line.

use anyhow::Result;
use clap::{Args, Command};
use clap_complete::Shell;

use super::print::write;
use super::usage;
use crate::config::Config;

#[derive(Debug, Args)]
#[command(
    after_help = "Example, where the directory exists:\n  core-dataset completions bash \\\n      > ~/.local/share/bash-completion/completions/core-dataset"
)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  core-dataset man > core-dataset.1\n  core-dataset man list > core-dataset-list.1"
)]
pub struct ManArgs {
    /// The command whose page it is, such as list, or git setup
    command: Vec<String>,
}

pub(crate) fn completions(
    config: &Config,
    args: &CompletionsArgs,
    mut program: Command,
) -> Result<()> {
    let name = program.get_name().to_owned();
    // The generator panics where it cannot write, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, name, &mut script);
    // For bash, clap_complete writes the hyphen in the program's name in two ways, and then no flag of a command is completed
    // (https://github.com/clap-rs/clap/issues/6421).
    let script = String::from_utf8(script)?.replace("core__subcmd__dataset", "core__dataset");
    write(config, script.as_bytes())
}

/// Prints the man page of the program, or of one of its commands.
pub(crate) fn man(config: &Config, args: &ManArgs, mut program: Command) -> Result<()> {
    // Names the commands `core-dataset-COMMAND`, and gives each the flags that all share.
    program.build();
    let mut described = &program;
    for name in &args.command {
        let none = format!("no command named {name}; `core-dataset --help` lists them");
        let found = described.find_subcommand(name);
        described = found.ok_or_else(|| usage(&none))?;
    }
    let mut page = Vec::new();
    let version = concat!("core-dataset ", env!("CARGO_PKG_VERSION"));
    let man = clap_mangen::Man::new(described.clone()).source(version);
    man.render(&mut page)?;
    write(config, &page)
}
