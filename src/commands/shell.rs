//! `core-dataset completions` and `man`: generated from the definition of the command line.

use anyhow::{Result, anyhow};

use super::{Desk, Exit};
use crate::cli;

/// A completion script.
pub(super) fn completions(desk: &mut Desk<'_>, shell: clap_complete::Shell) -> Result<Exit> {
    let mut command = cli::definition();
    let name = command.get_name().to_owned();
    // The generator panics where it cannot write, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, name, &mut script);
    desk.write(&script)?;
    Ok(Exit::Done)
}

/// The man page of the program, or of one of its commands.
pub(super) fn man(desk: &mut Desk<'_>, command: Option<&str>) -> Result<Exit> {
    let mut program = cli::definition();
    // Names the commands `core-dataset-COMMAND`, and gives each the flags that all share.
    program.build();
    let described = match command {
        None => &program,
        Some(name) => program
            .find_subcommand(name)
            .ok_or_else(|| anyhow!("no command named {name}; `core-dataset --help` lists them"))?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(described.clone()).render(&mut page)?;
    desk.write(&page)?;
    Ok(Exit::Done)
}
