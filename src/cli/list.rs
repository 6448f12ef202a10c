//! `sweep list`: lists what exists.

use clap::Args;

use super::failure::CommandFailure;
use super::printer::Printer;
use crate::experiment;

/// List the sources, models, losses, methods, schedules and metrics that exist.
#[derive(Args)]
pub struct ListCommand {
    /// One kind, a line for each of its rows (sources, models, losses, methods, schedules, metrics), or the page of a row (sgd)
    word: Option<String>,
}

pub fn run(command: &ListCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let text = match &command.word {
        None => experiment::listing(),
        Some(word) => experiment::topic(word).map_err(|error| CommandFailure::new(CommandFailure::INPUT, error))?,
    };
    printer.result(&text);
    Ok(())
}
