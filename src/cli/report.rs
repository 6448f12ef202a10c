//! `sweep report`: writes the report again from stored records. It opens no data set and trains nothing.

use clap::Args;

use super::arguments::{ExperimentArguments, WaitingArguments};
use super::failure::CommandFailure;
use super::printer::Printer;
use super::signals::Interruption;
use super::stored;
use super::timing::Phases;
use super::workspace::ExperimentWorkspace;
use super::{chosen, ending, files, reproduce};
use crate::plan::{self, BoundPlan};
use crate::record::Identities;
use crate::report::{self, plural};
use crate::runner::ChosenWork;
use crate::store::{Results, Store};

/// Write the report again from what is stored; never trains.
#[derive(Args)]
pub struct ReportCommand {
    #[command(flatten)]
    experiment: ExperimentArguments,
    #[command(flatten)]
    waiting: WaitingArguments,
}

pub fn run(command: &ReportCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let workspace = ExperimentWorkspace::open_trained(&command.experiment, printer)?;
    let store = Store::at(&workspace.folder);
    workspace.stored_facts()?;
    let interruption =
        Interruption::listen(printer).map_err(|error| CommandFailure::new(CommandFailure::FILES, error))?;
    let _lock = workspace.lock_and_tidy(&store, &command.waiting, &interruption, printer)?;
    write(&workspace, &command.experiment, &store, None, &mut Phases::start(printer), printer)
}

/// Completes what a store keeps of chosen trials.
pub type Completing<'a> = &'a dyn Fn(&BoundPlan<'_>, &Identities, &[ChosenWork]) -> Result<(), CommandFailure>;

/// Writes the report of what a store holds, after `completing` what it lacks of chosen trials, and reports how the study ended.
///
/// # Errors
/// If a file cannot be read or written; if trials failed or are outstanding.
pub fn write(
    workspace: &ExperimentWorkspace,
    experiment: &ExperimentArguments,
    store: &Store,
    completing: Option<Completing<'_>>,
    phases: &mut Phases<'_>,
    printer: &Printer,
) -> Result<(), CommandFailure> {
    let facts = workspace.stored_facts()?;
    let bound = workspace.bind(&facts)?;
    let identities = bound.identities();
    let (archive, theory) = stored::read(store, &identities, printer)?;
    let missing = plan::problems_without_theory(&bound, &theory);
    if missing > 0 && archive.trials.iter().all(|trial| trial.has_record()) {
        printer.note(&format!(
            "warning: the store has not all theory of {}, or an older revision of it, and the report shows what is there: \
             `sweep run` computes it",
            plural(missing, "problem")
        ));
    }
    let (mut study, mut curves) = stored::study(&bound, archive, &theory);
    phases.end("planning and reading the store");
    if let Some(complete) = completing {
        let missing = chosen::missing(&study, &bound, &identities, store)?;
        if !missing.is_empty() {
            drop((study, curves, theory));
            complete(&bound, &identities, &missing)?;
            let (archive, theory) = stored::read(store, &identities, printer)?;
            (study, curves) = stored::study(&bound, archive, &theory);
            phases.end("training chosen trials");
        }
    }
    stored::add_predictions(&mut study, &bound, &identities, store)?;
    drop(identities);
    let report = report::StudyReport::new(&study);
    phases.end("analysis");
    files::write(Results::at(&workspace.folder)?, &report, &curves, workspace.plan(), &bound.facts_in_use(), phases)?;
    let page = workspace.folder.join("report.html");
    let again = |overrides: Vec<String>, folder: &str| reproduce::command_of_setting(experiment, overrides, folder);
    printer.summary(&report.summary(None, Some(&page.to_string_lossy()), &again));
    ending::ended(&study, printer)
}
