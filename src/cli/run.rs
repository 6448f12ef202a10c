//! `sweep run`: plan, then train what is outstanding, then report.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use clap::Args;

use super::printer::Printer;
use super::progress::RunProgress;
use super::signals::Interruption;
use super::workspace::Workspace;
use super::{Experiment, Failure, Training, files, reproduce, timing};
use crate::plan::Bound;
use crate::record::{Id, Outcome, Study, TrialRecord};
use crate::report;
use crate::runner::{self, RunOptions, Summary};
use crate::store::{Store, write_results};

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
    /// Say what would run and stop
    #[arg(long)]
    dry_run: bool,
}

pub fn run(command: &Run, printer: &Printer) -> Result<(), Failure> {
    let started = Instant::now();
    let workspace = Workspace::open(&command.experiment, printer)?;
    for lint in crate::experiment::lints(workspace.plan()) {
        printer.note(&format!("design: {lint}"));
    }
    let (data, facts) = workspace.load_data()?;
    let bound = workspace.bind(&facts)?;
    let store = Store::at(&workspace.folder);
    let (records, _) = Workspace::read_store(&store, printer)?;
    let outstanding = runner::outstanding(&bound, &records, command.retry.is_some());
    if command.dry_run {
        printer.result(&super::plan::describe(&bound, &outstanding));
        return Ok(());
    }
    printer.detail(&super::plan::describe(&bound, &outstanding));

    let interruption = Interruption::listen().map_err(|error| Failure::new(Failure::FILES, error))?;
    store.create()?;
    store.write_facts(&facts)?;
    let by_id: HashMap<Id, usize> = bound.trials.iter().enumerate().map(|(index, trial)| (trial.id, index)).collect();
    let again = |record: &TrialRecord| {
        let trial = by_id.get(&record.id).map(|&index| bound.trials[index]);
        trial.map(|trial| reproduce::command(&command.experiment, &bound, &trial)).unwrap_or_default()
    };
    let progress = RunProgress::new(*printer, outstanding.len() as u64, &again);
    let options = RunOptions { jobs: command.training.threads(), cohort_limit: command.training.cohort_limit };
    let summary = runner::run(&bound, &outstanding, &data, &store, options, &progress, &interruption.stop);
    progress.finish();
    let summary = summary?;
    if summary.interrupted {
        return Err(interrupted(&interruption, &summary, outstanding.len(), printer));
    }

    let (records, theory) = Workspace::read_store(&store, printer)?;
    let study = Workspace::study(&bound, &records, &theory);
    write_results(&workspace.folder, &files::assemble(&study, workspace.plan(), &bound.facts_in_use())?)?;
    timing::append(&workspace.folder, &summary, command.training.threads(), started.elapsed())?;
    let page = workspace.folder.join("report.html");
    printer.summary(&report::Report::new(&study).terminal(Some(started.elapsed()), Some(&page.to_string_lossy())));
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
    let trials = || study.blocks.iter().flat_map(|block| &block.settings).flat_map(|setting| &setting.trials);
    let failed = trials()
        .filter(|trial| trial.record.as_ref().is_some_and(|r| matches!(r.outcome, Outcome::Failed { .. })))
        .count();
    if failed > 0 {
        return Err(Failure::silent(Failure::DIFFERENT));
    }
    if trials().any(|trial| trial.record.is_none()) {
        return Err(Failure::silent(Failure::OUTSTANDING));
    }
    Ok(())
}

/// Trains a bound plan into a store that is thrown away afterwards, for `verify`.
pub fn train_into(
    bound: &Bound<'_>,
    data: &runner::Data,
    store: &Store,
    training: &Training,
    printer: &Printer,
) -> Result<Duration, Failure> {
    let started = Instant::now();
    let interruption = Interruption::listen().map_err(|error| Failure::new(Failure::FILES, error))?;
    store.create()?;
    let (records, _) = Workspace::read_store(store, printer)?;
    let outstanding = runner::outstanding(bound, &records, false);
    let progress = RunProgress::new(*printer, outstanding.len() as u64, &|_| String::new());
    let options = RunOptions { jobs: training.threads(), cohort_limit: training.cohort_limit };
    let summary = runner::run(bound, &outstanding, data, store, options, &progress, &interruption.stop);
    progress.finish();
    if summary?.interrupted {
        return Err(Failure::silent(interruption.exit_code().unwrap_or(130)));
    }
    Ok(started.elapsed())
}
