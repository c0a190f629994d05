//! Opens the source of a number.

use std::process::{Command, Stdio};

use crate::sources;
use crate::text::shown;

/// Opens the first address of the sources in the person's browser. The address is passed to the program as one argument, without a shell.
pub(super) fn open(sources: &[String]) {
    let Some(address) = sources.iter().find_map(|source| sources::url(source)) else {
        println!("No source has an http(s) address.");
        return;
    };
    let program = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let started = Command::new(program)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(_) => println!("Opened {}", shown(address)),
        Err(error) => println!("{}\n({program} cannot be started: {error})", shown(address)),
    }
}
