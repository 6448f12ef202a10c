//! `sweep compare`: two results folders, committed or not.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::ci::{self, Verified};
use super::printer::Printer;
use super::{Comparing, Failure};
use crate::comparison::{self, Options};
use crate::store::list_files;

/// Compare two results folders.
#[derive(Args)]
pub struct Compare {
    /// The one side
    old: PathBuf,
    /// The other side
    new: PathBuf,
    #[command(flatten)]
    comparing: Comparing,
}

pub fn run(command: &Compare, printer: &Printer) -> Result<(), Failure> {
    let started = Instant::now();
    // A folder that cannot be listed is no empty one.
    list_files(&command.old)?;
    list_files(&command.new)?;
    let options = Options { tolerance: command.comparing.tolerance, ..Options::default() };
    let comparison = comparison::compare(&command.old, &command.new, ["old", "new"], options)?;
    let name = command.new.display().to_string();
    let mut sentence =
        if comparison.is_same() { comparison::agreement(&comparison) } else { comparison::verdict(&name, &comparison) };
    if comparison.versions_differ() {
        sentence.push_str("; `--tolerance 1e-9` compares the numbers alone");
    }
    let verified = Verified { name: &name, sentence: &sentence, comparison: &comparison, elapsed: started.elapsed() };
    ci::publish(&verified, command.comparing.junit.as_deref(), None, printer)?;
    if comparison.is_same() { Ok(()) } else { Err(Failure::silent(Failure::DIFFERENT)) }
}
