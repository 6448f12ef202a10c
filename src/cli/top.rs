//! `sweep top`: ranks the settings of each task by what the store holds.

use clap::Args;

use super::arguments::ExperimentArguments;
use super::failure::CommandFailure;
use super::printer::Printer;
use super::stored;
use super::workspace::ExperimentWorkspace;
use crate::analysis::Analysis;
use crate::report;
use crate::store::Store;

/// Rank the settings of each task; never trains.
#[derive(Args)]
pub struct TopCommand {
    #[command(flatten)]
    experiment: ExperimentArguments,
    /// Show so many settings of each task
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    number: u32,
    /// Show all settings
    #[arg(long, conflicts_with = "number")]
    all: bool,
}

pub fn run(command: &TopCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let mut workspace = ExperimentWorkspace::open_trained(&command.experiment, printer)?;
    let facts = workspace.stored_facts()?;
    let unread = workspace.leave_out_unread(&facts)?;
    for task in unread {
        printer.note(&format!("note: {task} is left out: its data was never read; `sweep run` reads it"));
    }
    let bound = workspace.bind(&facts)?;
    let (archive, theory) = stored::read(&Store::at(&workspace.folder), &bound.identities(), printer)?;
    let (study, _) = stored::study(&bound, archive, &theory);
    let most = if command.all { usize::MAX } else { command.number as usize };
    printer.result(&report::top(&Analysis::new(&study), most));
    Ok(())
}
