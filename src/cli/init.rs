//! `sweep init`: a commented file to start from.

use std::path::PathBuf;

use clap::Args;

use super::output::Output;
use super::printer::Printer;
use super::{Failure, reproduce};
use crate::experiment;
use crate::store::write_new;

/// Write a commented experiment file to start from.
#[derive(Args)]
pub struct Init {
    /// The file to write; its name without the ending becomes the experiment's
    #[arg(default_value = "experiment.toml")]
    file: PathBuf,
    /// Replace the file where one is there already
    #[arg(long)]
    force: bool,
}

pub fn run(command: &Init, printer: &Printer) -> Result<(), Failure> {
    let name = command.file.file_stem().and_then(std::ffi::OsStr::to_str).unwrap_or("experiment");
    let text = experiment::starter(name).map_err(|refused| Failure::new(Failure::INPUT, refused))?;
    let (path, shown) = (command.file.as_path(), command.file.display());
    if !command.force && std::fs::symlink_metadata(path).is_ok() {
        let message = format!("{shown} exists already; name another file, or replace it with --force");
        return Err(Failure::new(Failure::INPUT, message));
    }
    let force = command.force;
    if force && path.exists() && !path.is_file() {
        return Err(Failure::new(Failure::FILES, format!("cannot write {shown}: it is no regular file")));
    }
    Output { path, named: "", inputs: Vec::new(), is_ours: |_| false, ours: "new", force }.check()?;
    // What a link leads to is replaced, not the link.
    let place = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    write_new(&place, text.as_bytes(), force)?;
    printer.summary(&format!("wrote {shown}\nnext: {}", reproduce::running(&command.file)));
    Ok(())
}
