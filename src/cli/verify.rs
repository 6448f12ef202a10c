//! `sweep verify`: train again into a scratch store and compare with the committed folder.

use clap::Args;

use super::comparison::{Difference, compare_folders, describe};
use super::printer::Printer;
use super::timing::Phases;
use super::workspace::Workspace;
use super::{Experiment, Failure, Training, files, run};
use crate::report;
use crate::runner::Work;
use crate::store::{Results, Store};

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
    let identities = bound.identities();
    let scratch = tempfile::tempdir().map_err(|error| Failure::new(Failure::FILES, error))?;
    let store = Store::at(scratch.path());
    let work = Work { bound: &bound, identities: &identities, data: &data, part: 0..bound.trials() };
    let elapsed = run::train_into(&work, &store, &command.training, printer)?;
    let (archive, theory) = Workspace::read_store(&store, &identities, printer)?;
    let (study, curves) = Workspace::study(&bound, archive, &theory);
    let report = report::Report::new(&study);
    let (plan, facts) = (workspace.plan(), bound.facts_in_use());
    let mut phases = Phases::start(printer);
    let mut new = Results::at(scratch.path());
    files::write(&mut new, &report, &curves, plan, &facts, &mut phases)?;
    let differences = compare_folders(&workspace.folder, scratch.path())?;
    let name = &workspace.plan().name;
    if differences.iter().all(Difference::is_harmless) {
        printer.summary(&format!(
            "verified {name}: {} trials trained again in {:.1} s, {} files are the same bit for bit",
            bound.trials(),
            elapsed.as_secs_f64(),
            new.files().count()
        ));
        differences.iter().for_each(|difference| printer.note(&difference.to_string()));
        return Ok(());
    }
    if command.bless {
        files::write(&mut Results::at(&workspace.folder), &report, &curves, plan, &facts, &mut phases)?;
        printer.summary(&format!("blessed {name}: {} files replaced", differences.len()));
        return Ok(());
    }
    printer.result(&describe(name, "committed", "new", &differences));
    Err(Failure::silent(Failure::DIFFERENT))
}
