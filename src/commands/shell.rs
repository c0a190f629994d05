//! `core-dataset completions` and `man`: generated from the definition of the command line.

use anyhow::Result;

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

/// A man page.
pub(super) fn man(desk: &mut Desk<'_>) -> Result<Exit> {
    let mut page = Vec::new();
    clap_mangen::Man::new(cli::definition()).render(&mut page)?;
    desk.write(&page)?;
    Ok(Exit::Done)
}
