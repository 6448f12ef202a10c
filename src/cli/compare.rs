//! `sweep compare`: compares two results folders, committed or not.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;

use super::arguments::ComparisonArguments;
use super::ci::{self, Verified};
use super::failure::CommandFailure;
use super::printer::Printer;
use crate::comparison::{self, ComparisonOptions};
use crate::store::list_files;

/// The file that makes a folder a results folder.
const TRIALS: &str = "trials.parquet";

/// Compare two results folders.
#[derive(Args)]
pub struct CompareCommand {
    /// The results folder to compare with (committed)
    old: PathBuf,
    /// The results folder that is judged
    new: PathBuf,
    #[command(flatten)]
    comparing: ComparisonArguments,
}

pub fn run(command: &CompareCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let started = Instant::now();
    check(&command.old)?;
    check(&command.new)?;
    command.comparing.check_junit(Vec::new())?;
    let options = ComparisonOptions { tolerance: command.comparing.tolerance, ..ComparisonOptions::default() };
    let comparison = comparison::compare(&command.old, &command.new, ["old", "new"], options)?;
    let name = command.new.display().to_string();
    let mut sentence =
        if comparison.is_same() { comparison::agreement(&comparison) } else { comparison::verdict(&name, &comparison) };
    if comparison.versions_differ() {
        sentence.push_str("; `--tolerance 1e-9` compares the numbers alone");
    }
    let verified = Verified {
        name: &name,
        sentence: &sentence,
        comparison: &comparison,
        failed: None,
        elapsed: started.elapsed(),
        inputs: &[],
    };
    ci::publish(&verified, command.comparing.junit.as_deref(), None, printer)?;
    if comparison.is_same() { Ok(()) } else { Err(CommandFailure::silent(CommandFailure::DIFFERENT)) }
}

/// Refuses folders without trials: they would compare as equal, with nothing compared.
fn check(folder: &Path) -> Result<(), CommandFailure> {
    // A folder that cannot be listed is not the same as an empty one.
    let files = list_files(folder)?;
    if files.iter().any(|file| file == TRIALS) {
        return Ok(());
    }
    let inside = |file: &String| file.strip_suffix(TRIALS)?.strip_suffix('/').map(|inner| folder.join(inner));
    let hint = match &files.iter().filter_map(inside).collect::<Vec<_>>()[..] {
        [one] => format!("; did you mean {}?", one.display()),
        _ => String::new(),
    };
    let message = format!("{} is no results folder: it has no {TRIALS}{hint}", folder.display());
    Err(CommandFailure::new(CommandFailure::FILES, message))
}
