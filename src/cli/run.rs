//! `sweep run`: plan, then train what is outstanding, then report.

use std::time::Instant;

use clap::Args;

use super::printer::Printer;
use super::progress::RunProgress;
use super::signals::Interruption;
use super::timing::{self, Phases};
use super::workspace::Workspace;
use super::{Experiment, Failure, Training, files, reproduce};
use crate::record::{Study, TrialRecord};
use crate::report;
use crate::runner::{self, RunOptions, Summary, Work};
use crate::store::{Results, Store};

/// Plan, train what is outstanding, and write the report.
#[derive(Args)]
pub struct Run {
    #[command(flatten)]
    experiment: Experiment,
    #[command(flatten)]
    training: Training,
    /// Train failed trials again
    #[arg(long, value_name = "WHAT", value_parser = ["failed"])]
    retry: Option<String>,
    /// End the run once so many trials have failed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_fail: Option<u64>,
    /// Say what would run and stop
    #[arg(long)]
    dry_run: bool,
    /// Where another run is at work on the same results, end instead of waiting for it
    #[arg(long)]
    no_wait: bool,
}

pub fn run(command: &Run, printer: &Printer) -> Result<(), Failure> {
    let started = Instant::now();
    let workspace = Workspace::open(&command.experiment, printer)?;
    for lint in crate::experiment::lints(workspace.plan()) {
        printer.note(&format!("design: {lint}"));
    }
    let mut phases = Phases::start(printer);
    let (data, facts) = workspace.load_data()?;
    phases.end("reading the data");
    let bound = workspace.bind(&facts)?;
    let identities = bound.identities();
    phases.end("planning");
    let store = Store::at(&workspace.folder);
    let interruption = Interruption::listen().map_err(|error| Failure::new(Failure::FILES, error))?;
    let _lock =
        if command.dry_run { None } else { Some(workspace.lock(&store, command.no_wait, &interruption, printer)?) };
    let (known, _) = Workspace::read_store(&store, &identities, printer)?;
    let outstanding = runner::outstanding(&identities, &known.trials, command.retry.is_some());
    drop(known);
    phases.end("reading the store");
    if command.dry_run {
        printer.result(&super::plan::describe(&bound, &identities, &outstanding));
        return Ok(());
    }
    if printer.is_verbose() {
        printer.detail(&super::plan::describe(&bound, &identities, &outstanding));
    }

    store.write_facts(&facts)?;
    let again = |record: &TrialRecord| {
        let trial = identities.find(&record.id).map(|index| bound.trial(index));
        trial.map(|trial| reproduce::command(&command.experiment, &bound, &trial)).unwrap_or_default()
    };
    let progress = RunProgress::new(*printer, outstanding.len() as u64, &again);
    let options = RunOptions {
        jobs: command.training.threads(),
        cohort_limit: command.training.cohort_limit,
        max_fail: command.max_fail,
    };
    let work = Work { bound: &bound, identities: &identities, data: &data };
    let summary = runner::run(&work, &outstanding, &store, options, &progress, &interruption.stop);
    progress.finish();
    let summary = summary?;
    if summary.interrupted && interruption.exit_code().is_none() {
        return Err(Failure::new(
            Failure::DIFFERENT,
            format!(
                "{} trials failed, and --max-fail ends the run there; {} of {} outstanding trials have a record, which is \
                 kept: the same command goes on, `--retry failed` trains the failed ones again",
                summary.failed,
                summary.trained,
                outstanding.len()
            ),
        ));
    }
    if summary.interrupted {
        return Err(interrupted(&interruption, &summary, outstanding.len(), printer));
    }

    drop(data);
    phases.end("training");
    let (archive, theory) = Workspace::read_store(&store, &identities, printer)?;
    let (study, curves) = Workspace::study(&bound, archive, &theory);
    phases.end("reading the store again");
    // The study knows all that the report asks for.
    let facts = bound.facts_in_use();
    drop(progress);
    drop(identities);
    drop(bound);
    let report = report::Report::new(&study);
    phases.end("analysis");
    files::write(&mut Results::at(&workspace.folder), &report, &curves, workspace.plan(), &facts, &mut phases)?;
    timing::append(&workspace.folder, &summary, command.training.threads(), started.elapsed())?;
    let page = workspace.folder.join("report.html");
    printer.summary(&report.terminal(Some(started.elapsed()), Some(&page.to_string_lossy())));
    if let Some(code) = interruption.exit_code() {
        return Err(Failure::silent(code));
    }
    ended(&study)
}

/// What an interrupted run says: what is kept, and how to go on.
fn interrupted(interruption: &Interruption, summary: &Summary, planned: usize, printer: &Printer) -> Failure {
    printer.note(&format!(
        "interrupted: {} of {planned} outstanding trials were trained and are kept; run the same command again to go on \
         (those in progress start again)",
        summary.trained
    ));
    Failure::silent(interruption.exit_code().unwrap_or(130))
}

/// The exit code of a study: failed trials are 1, outstanding ones 5.
pub fn ended(study: &Study) -> Result<(), Failure> {
    if study.trials.iter().any(|trial| trial.is_failed()) {
        return Err(Failure::silent(Failure::DIFFERENT));
    }
    if study.trials.iter().any(|trial| !trial.has_record()) {
        return Err(Failure::silent(Failure::OUTSTANDING));
    }
    Ok(())
}
