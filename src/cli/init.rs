//! `sweep init`: writes a commented experiment file to start from.

use std::path::PathBuf;

use clap::Args;

use super::failure::CommandFailure;
use super::output::OutputFile;
use super::printer::Printer;
use super::reproduce;
use crate::experiment;
use crate::store::write_new;

/// Write a commented experiment file to start from.
#[derive(Args)]
pub struct InitCommand {
    /// The file to write; its name without the ending becomes the experiment's
    #[arg(default_value = "experiment.toml")]
    file: PathBuf,
    /// Replace the file where one is there already
    #[arg(long)]
    force: bool,
}

pub fn run(command: &InitCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let name = command.file.file_stem().and_then(std::ffi::OsStr::to_str).unwrap_or("experiment");
    let text = experiment::starter(name).map_err(|refused| CommandFailure::new(CommandFailure::INPUT, refused))?;
    let (path, shown) = (command.file.as_path(), command.file.display());
    // Errors that `--force` does not override come first.
    OutputFile { path, named: "", inputs: Vec::new(), is_ours: |_| false, ours: "new", force: true }.check()?;
    let found = std::fs::symlink_metadata(path);
    if found.is_ok() && !command.force {
        let message = format!("{shown} exists already; name another file, or replace it with --force");
        return Err(CommandFailure::new(CommandFailure::INPUT, message));
    }
    if found.is_ok_and(|found| !found.is_file()) {
        return Err(CommandFailure::new(CommandFailure::FILES, format!("cannot write {shown}: it is no regular file")));
    }
    write_new(path, text.as_bytes(), command.force)?;
    printer.summary(&format!("wrote {shown}\nnext: {}", reproduce::running(&command.file)));
    Ok(())
}
