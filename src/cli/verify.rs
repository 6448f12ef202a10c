//! `sweep verify`: train again into a scratch store and compare with the committed folder.

use clap::Args;

use super::comparison::{Difference, compare_files, describe, read_folder};
use super::printer::Printer;
use super::workspace::Workspace;
use super::{Experiment, Failure, Training, files, run};
use crate::store::{Store, write_results};

/// Train again and compare with the committed results.
#[derive(Args)]
pub struct Verify {
    #[command(flatten)]
    experiment: Experiment,
    #[command(flatten)]
    training: Training,
    /// Accept what changed: replace the committed results by the new ones
    #[arg(long)]
    bless: bool,
}

pub fn run(command: &Verify, printer: &Printer) -> Result<(), Failure> {
    let workspace = Workspace::open(&command.experiment, printer)?;
    if !command.bless && !workspace.folder.is_dir() {
        return Err(Failure::new(
            Failure::FILES,
            format!("there is no {} to compare with; `sweep run` writes it", workspace.folder.display()),
        ));
    }
    let (data, facts) = workspace.load_data()?;
    let bound = workspace.bind(&facts)?;
    let scratch = tempfile::tempdir().map_err(|error| Failure::new(Failure::FILES, error))?;
    let store = Store::at(scratch.path());
    let elapsed = run::train_into(&bound, &data, &store, &command.training, printer)?;
    let (records, theory) = Workspace::read_store(&store, printer)?;
    let study = Workspace::study(&bound, &records, &theory);
    let new = files::assemble(&study, workspace.plan(), &bound.facts_in_use())?;
    let old = if workspace.folder.is_dir() { read_folder(&workspace.folder)? } else { Vec::new() };
    let differences = compare_files(&old, &new);
    let name = &workspace.plan().name;
    if differences.iter().all(Difference::is_harmless) {
        printer.summary(&format!(
            "verified {name}: {} trials trained again in {:.1} s, {} files are the same bit for bit",
            bound.trials.len(),
            elapsed.as_secs_f64(),
            new.len()
        ));
        differences.iter().for_each(|difference| printer.note(&difference.to_string()));
        return Ok(());
    }
    if command.bless {
        write_results(&workspace.folder, &new)?;
        printer.summary(&format!("blessed {name}: {} files replaced", differences.len()));
        return Ok(());
    }
    printer.result(&describe(name, "committed", "new", &differences));
    Err(Failure::silent(Failure::DIFFERENT))
}
