//! `sweep report`: the report again, from what is stored. It opens no data set and trains nothing.

use clap::Args;

use super::printer::Printer;
use super::timing::Phases;
use super::workspace::Workspace;
use super::{Experiment, Failure, files, run};
use crate::report;
use crate::store::{Results, Store};

/// Write the report again from what is stored; never trains.
#[derive(Args)]
pub struct Report {
    #[command(flatten)]
    experiment: Experiment,
}

pub fn run(command: &Report, printer: &Printer) -> Result<(), Failure> {
    let workspace = Workspace::open(&command.experiment, printer)?;
    let mut phases = Phases::start(printer);
    let store = Store::at(&workspace.folder);
    let facts = workspace.stored_facts()?;
    let bound = workspace.bind(&facts)?;
    let (archive, theory) = Workspace::read_store(&store, &bound.identities(), printer)?;
    let (study, curves) = Workspace::study(&bound, archive, &theory);
    phases.end("planning and reading the store");
    let report = report::Report::new(&study);
    phases.end("analysis");
    files::write(
        &mut Results::at(&workspace.folder),
        &report,
        &curves,
        workspace.plan(),
        &bound.facts_in_use(),
        &mut phases,
    )?;
    let page = workspace.folder.join("report.html");
    printer.summary(&report.terminal(None, Some(&page.to_string_lossy())));
    run::ended(&study)
}
