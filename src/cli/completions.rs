//! `sweep completions`: for the shells that clap knows.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::printer::Printer;
use super::{Cli, Failure};

/// Print shell completions.
#[derive(Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

pub fn run(command: &Completions, printer: &Printer) -> Result<(), Failure> {
    // Not to standard output: clap_complete panics where a reader closes the pipe early.
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut Cli::command(), "sweep", &mut script);
    printer.result(&String::from_utf8_lossy(&script));
    Ok(())
}
