//! `sweep completions`: for the shells that clap knows.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Cli, Failure};

/// Print shell completions.
#[derive(Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

#[allow(clippy::unnecessary_wraps)]
pub fn run(command: &Completions) -> Result<(), Failure> {
    clap_complete::generate(command.shell, &mut Cli::command(), "sweep", &mut std::io::stdout());
    Ok(())
}
