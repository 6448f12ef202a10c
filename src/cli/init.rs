//! `sweep init`: writes a commented experiment file to start from, on generated data or for a data file.

use std::path::{Path, PathBuf};

use clap::Args;

use super::data::{experiment_for, found};
use super::failure::CommandFailure;
use super::guessed::DataFile;
use super::output::OutputFile;
use super::printer::Printer;
use super::reproduce;
use crate::experiment;
use crate::store::write_new;

/// Write a commented experiment file to start from: for your data (`sweep init flats.csv`), or on generated data.
#[derive(Args)]
pub struct InitCommand {
    /// A data file, a folder of parts or a pattern in quotes; or the file to write, an experiment on generated data
    #[arg(default_value = "experiment.toml", value_name = "DATA|FILE.toml")]
    file: PathBuf,
    /// Keys of the data source, where the guess is wrong: `delimiter=;`, `header=false`
    #[arg(value_name = "KEY=VALUE")]
    changes: Vec<String>,
    /// The column to predict; by default a guess
    #[arg(long, value_name = "COLUMN")]
    target: Option<String>,
    /// The file to write for a data file; by default its name with the ending .toml, in this folder
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file where one is there already
    #[arg(long)]
    force: bool,
}

pub fn run(command: &InitCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let is_of_data = command.target.is_some() || command.output.is_some() || !command.changes.is_empty();
    if is_of_data || names_data(&command.file, command.force) {
        of_data(command, printer)
    } else {
        of_nothing(command, printer)
    }
}

/// Whether a data file is meant and no experiment to write. With `force` a file that is not called as data is one to replace.
fn names_data(file: &Path, force: bool) -> bool {
    const ENDINGS: [&str; 17] = [
        "csv", "tsv", "tab", "txt", "data", "dat", "parquet", "arrow", "feather", "npy", "npz", "svm", "libsvm", "gz",
        "zst", "zstd", "idx",
    ];
    let ending = file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let is_called_so = ENDINGS.contains(&&*ending) || file.to_string_lossy().contains(['*', '?']);
    // The message about the quotes is that of a data file.
    let is_quoted = file.to_str().is_some_and(|file| experiment::straightened(file).is_some());
    ending != "toml" && (is_called_so || is_quoted || file.is_dir() || file.exists() && !force)
}

fn of_data(command: &InitCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let place = command.output.clone().unwrap_or_else(|| experiment_for(&command.file));
    check(&place, command.force, " with -o")?;
    if place.exists() && names_data(&place, false) {
        let message = format!("{} is no experiment: --force replaces .toml files alone", place.display());
        return Err(CommandFailure::new(CommandFailure::INPUT, message));
    }
    let file = DataFile { path: &command.file, target: command.target.as_deref(), changes: &command.changes };
    let experiment = file.experiment(&place, printer)?;
    if let Some(refusal) = &experiment.starter.refusal {
        let message = format!("{}: {refusal}", command.file.display());
        return Err(CommandFailure::new(CommandFailure::INPUT, message));
    }
    write_new(&place, experiment.starter.text.as_bytes(), command.force)?;
    printer.summary(&format!(
        "{}\nwrote {}: {}, {} settings, each with 10 seeds\nnext: {}",
        found(&experiment),
        place.display(),
        experiment.starter.predicts,
        experiment.loaded.plan.settings(),
        reproduce::running(&place)
    ));
    Ok(())
}

fn of_nothing(command: &InitCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let name = command.file.file_stem().and_then(std::ffi::OsStr::to_str).unwrap_or("experiment");
    let text = experiment::starter(name).map_err(|refused| CommandFailure::new(CommandFailure::INPUT, refused))?;
    let shown = command.file.display();
    let refuse = |message: String| Err(CommandFailure::new(CommandFailure::INPUT, message));
    let is_toml = command.file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    if !is_toml && std::fs::symlink_metadata(&command.file).is_err() {
        return refuse(format!(
            "there is no data file {shown}; accepted: a data file, or the experiment to write, whose name ends in .toml"
        ));
    }
    check(&command.file, command.force, "")?;
    if !is_toml {
        return refuse(format!("{shown} is no experiment: --force replaces .toml files alone"));
    }
    write_new(&command.file, text.as_bytes(), command.force)?;
    printer.summary(&format!("wrote {}\nnext: {}", command.file.display(), reproduce::running(&command.file)));
    Ok(())
}

/// Refuses to replace what is there. `how` says how another file is named.
fn check(path: &Path, force: bool, how: &str) -> Result<(), CommandFailure> {
    let shown = path.display();
    // Errors that `--force` does not override come first.
    OutputFile { path, named: "", inputs: Vec::new(), is_ours: |_| false, ours: None, force: true }.check()?;
    let found = std::fs::symlink_metadata(path);
    if found.is_ok() && !force {
        let message = format!("{shown} exists already; name another file{how}, or replace it with --force");
        return Err(CommandFailure::new(CommandFailure::INPUT, message));
    }
    if found.is_ok_and(|found| !found.is_file()) {
        return Err(CommandFailure::new(CommandFailure::FILES, format!("cannot write {shown}: it is no regular file")));
    }
    Ok(())
}
