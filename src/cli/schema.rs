//! `sweep schema`: a JSON Schema of experiment files.

use clap::Args;

use super::Failure;
use super::printer::Printer;

/// Print a JSON Schema of experiment files, for editors.
#[derive(Args)]
pub struct Schema {}

pub fn run(printer: &Printer) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(&crate::experiment::schema())
        .map_err(|error| Failure::new(Failure::FILES, error))?;
    printer.result(&text);
    Ok(())
}
