//! `sweep completions`: shell completions, for the shells that clap supports.

use clap::Args;
use clap_complete::Shell;

use super::failure::CommandFailure;
use super::printer::Printer;

/// Print shell completions.
#[derive(Args)]
pub struct CompletionsCommand {
    /// The shell
    shell: Shell,
}

pub fn run(
    command: &CompletionsCommand,
    command_line: &mut clap::Command,
    printer: &Printer,
) -> Result<(), CommandFailure> {
    // Not directly to standard output: clap_complete panics if the reader closes the pipe early.
    let mut script = Vec::new();
    clap_complete::generate(command.shell, command_line, "sweep", &mut script);
    printer.result(&String::from_utf8_lossy(&script));
    Ok(())
}
