//! `sweep schema`: a JSON Schema of experiment files.

use clap::Args;

use super::failure::CommandFailure;
use super::printer::Printer;

/// Print a JSON Schema of experiment files, for editors.
#[derive(Args)]
pub struct SchemaCommand {}

pub fn run(printer: &Printer) -> Result<(), CommandFailure> {
    let text = serde_json::to_string_pretty(&crate::experiment::schema())
        .map_err(|error| CommandFailure::new(CommandFailure::FILES, error))?;
    printer.result(&text);
    Ok(())
}
