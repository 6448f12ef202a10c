//! `sweep list`: what exists.

use clap::Args;

use super::Failure;
use super::printer::Printer;

/// List the sources, models, methods and schedules that exist.
#[derive(Args)]
pub struct List {}

#[allow(clippy::unnecessary_wraps)]
pub fn run(printer: &Printer) -> Result<(), Failure> {
    printer.result(&crate::experiment::listing());
    Ok(())
}
