//! `sweep init`: a commented file to start from.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::printer::Printer;
use super::{Failure, reproduce};
use crate::experiment;
use crate::text::reason;

/// Write a commented experiment file to start from.
#[derive(Args)]
pub struct Init {
    /// The file to write; its name without the ending becomes the experiment's
    #[arg(default_value = "experiment.toml")]
    file: PathBuf,
}

pub fn run(command: &Init, printer: &Printer) -> Result<(), Failure> {
    let name = command.file.file_stem().and_then(std::ffi::OsStr::to_str).unwrap_or("experiment");
    let text = experiment::starter(name).map_err(|refused| Failure::new(Failure::INPUT, refused))?;
    let shown = command.file.display();
    let mut file = std::fs::File::create_new(&command.file).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::new(Failure::INPUT, format!("{shown} exists already; name another file"))
        }
        _ => Failure::new(Failure::FILES, format!("cannot write {shown}: {}", reason(&error))),
    })?;
    file.write_all(text.as_bytes())
        .map_err(|error| Failure::new(Failure::FILES, format!("cannot write {shown}: {}", reason(&error))))?;
    printer.summary(&format!("wrote {shown}\nnext: {}", reproduce::running(&command.file)));
    Ok(())
}
