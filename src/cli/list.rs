//! `sweep list`: lists what exists.

use clap::Args;

use super::failure::CommandFailure;
use super::printer::Printer;

/// List the sources, models, methods, schedules and metrics that exist.
#[derive(Args)]
pub struct ListCommand {}

pub fn run(printer: &Printer) -> Result<(), CommandFailure> {
    printer.result(&crate::experiment::listing());
    Ok(())
}
