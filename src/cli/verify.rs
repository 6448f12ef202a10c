//! `sweep verify`: trains again into a scratch store, and compares with the committed folder.

use std::collections::HashSet;
use std::path::Path;
use std::time::Instant;

use clap::Args;
use tempfile::TempDir;

use super::arguments::{ComparisonArguments, ExperimentArguments, TrainingArguments, WaitingArguments};
use super::chosen::{self, ChosenTraining};
use super::ci::{self, Verified};
use super::ending::by_message;
use super::failure::CommandFailure;
use super::memory::Memory;
use super::printer::Printer;
use super::progress::{Planned, RunProgress};
use super::signals::Interruption;
use super::stored;
use super::timing::Phases;
use super::verification::VerificationResult;
use super::workspace::ExperimentWorkspace;
use super::{acceptance, verification};
use super::{files, reproduce};
use crate::comparison::{self, CombinationDifferences, ComparisonOptions};
use crate::plan;
use crate::record::{Identities, Study, TrialRecord};
use crate::report;
use crate::runner::{self, RunOptions, Summary, Work};
use crate::store::{self, Results, Store, StoredCurves};
use crate::text::reason;

/// The message of an interrupted verification.
const UNTOUCHED: &str = "interrupted; the committed results are untouched";

/// The message of a verification that is interrupted while it accepts results.
const HALF_WAY: &str = "interrupted while the results were replaced; the same command again goes on";

/// Train again and compare with the committed results.
#[derive(Args)]
pub struct VerifyCommand {
    #[command(flatten)]
    experiment: ExperimentArguments,
    #[command(flatten)]
    training: TrainingArguments,
    /// Train N trials only and compare their rows in trials.parquet and curves.parquet: the plan is cut into N equal
    /// slices, and of each the trial with the smallest id is trained
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    sample: Option<u32>,
    #[command(flatten)]
    comparing: ComparisonArguments,
    /// Accept what changed: replace the committed results, and the store's records of their trials, by the new ones
    #[arg(long)]
    bless: bool,
    #[command(flatten)]
    waiting: WaitingArguments,
}

pub fn run(command: &VerifyCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let started = Instant::now();
    command.check()?;
    let interruption =
        Interruption::listen(printer).map_err(|error| CommandFailure::new(CommandFailure::FILES, error))?;
    let workspace = ExperimentWorkspace::open(&command.experiment, printer)?;
    if !command.bless && store::is_missing(&workspace.folder) {
        return Err(CommandFailure::new(
            CommandFailure::FILES,
            format!("there is no {} to compare with; `sweep run` writes it", workspace.folder.display()),
        ));
    }
    if command.bless {
        workspace.check_results()?;
    }
    command.comparing.check_junit(workspace.inputs())?;
    let scratch = scratch_folder()?;
    interruption.discard(scratch.path(), UNTOUCHED);
    let store = Store::at(scratch.path());
    let (data, facts) = workspace.load_data()?;
    let bound = workspace.bind(&facts)?;
    let identities = bound.identities();
    let mut trials: Vec<u32> = plan::distinct(&identities, 0..bound.trials());
    if let Some(n) = command.sample {
        trials = spread(&identities, &trials, n as usize);
    }
    Memory::of(&bound, &trials, command.training.threads()).check(false)?;
    if command.bless {
        acceptance::check_place(&workspace, &bound, &identities, &command.waiting, &interruption, printer)?;
    }
    let work = Work { bound: &bound, identities: &identities, data: &data, part: 0..bound.trials() };
    let in_scratch = |failure: CommandFailure| in_scratch(failure, scratch.path());
    let started_training = Instant::now();
    let summary = train(&work, &trials, &store, command, &interruption, printer).map_err(in_scratch)?;
    let trained = started_training.elapsed();
    drop(data);
    let (archive, theory) = stored::read(&store, &identities, printer)?;
    let (mut study, curves) = stored::study(&bound, archive, &theory);
    let failed = study.trials.iter().filter(|trial| trial.is_failed()).count();
    if command.bless && failed > 0 {
        return Err(acceptance::not_accepted(failed, &summary));
    }
    // Verdicts over test rows need the predictions of chosen trials.
    if command.sample.is_none() && !chosen::reported(&study, &bound, &identities).is_empty() {
        let missing = chosen::missing(&study, &bound, &identities, &store)?;
        let training = ChosenTraining {
            workspace: &workspace,
            experiment: &command.experiment,
            bound: &bound,
            identities: &identities,
            store: &store,
            options: RunOptions {
                jobs: command.training.threads(),
                cohort_limit: command.training.cohort_limit,
                max_fail: None,
            },
            interruption: &interruption,
            printer,
        };
        training.complete(&missing).map_err(in_scratch)?;
        stored::add_predictions(&mut study, &bound, &identities, &store)?;
    }
    let results = Results::at(scratch.path())?;
    let (new, sample): (store::ReportWriter, Option<HashSet<String>>) = match command.sample {
        Some(_) => {
            let new = write_sampled(results, &study, &curves).map_err(in_scratch)?;
            let ids = identities.all();
            (new, Some(trials.iter().map(|&trial| ids[trial as usize].hex()).collect()))
        }
        None => {
            let report = report::StudyReport::new(&study);
            let facts = bound.facts_in_use();
            let new = files::write(results, &report, &curves, workspace.plan(), &facts, &mut Phases::start(printer));
            (new.map_err(in_scratch)?, None)
        }
    };
    let planned = bound.trials();
    // The comparison reads the written files, so the memory of everything else is freed first.
    drop(study);
    drop(curves);
    drop(bound);
    let identities = command.bless.then_some(identities);
    let _lock = match command.bless {
        true => {
            let lock = workspace.lock_and_tidy(&Store::at(&workspace.folder), &command.waiting, &interruption, printer);
            Some(lock.map_err(|failure| match interruption.exit_code() {
                Some(_) => interrupted(&interruption, printer),
                None => failure,
            })?)
        }
        false => None,
    };
    let options = ComparisonOptions { tolerance: command.comparing.tolerance, sample: sample.as_ref(), written: true };
    let comparison = comparison::compare(&workspace.folder, scratch.path(), ["committed", "new"], options)?;
    if interruption.exit_code().is_some() {
        return Err(interrupted(&interruption, printer));
    }
    let result = VerificationResult { comparison: &comparison, trials: trials.len(), planned, failed, trained };
    let name = &workspace.plan().name;
    if let Some(identities) = &identities {
        interruption.discard(scratch.path(), HALF_WAY);
        acceptance::accept(&workspace, &store, identities, &new, &facts)?;
    }
    let sentence = result.sentence(name, command.bless);
    let messages = (failed > 0).then(|| by_message(&summary.failures));
    let verified = Verified {
        name,
        sentence: &sentence,
        comparison: &comparison,
        failed: messages.as_deref(),
        elapsed: started.elapsed(),
        inputs: &workspace.inputs(),
    };
    let locate = |block: Option<&CombinationDifferences>| {
        verification::location(&command.experiment.experiment, &workspace.loaded.provenance, block)
    };
    if command.bless {
        printer.summary(&sentence);
    } else {
        ci::publish(&verified, command.comparing.junit.as_deref(), Some(&locate), printer)?;
    }
    let differs = !comparison.is_same() && !command.bless;
    if differs || failed > 0 { Err(CommandFailure::silent(CommandFailure::DIFFERENT)) } else { Ok(()) }
}

impl VerifyCommand {
    /// Refuses options that exclude each other.
    fn check(&self) -> Result<(), CommandFailure> {
        let ComparisonArguments { tolerance, junit, .. } = &self.comparing;
        let reason = if !self.bless {
            return Ok(());
        } else if self.sample.is_some() {
            "--bless replaces all results, and --sample trains some of the trials: leave one of them out"
        } else if tolerance.is_some() {
            "--bless accepts every difference, whatever the --tolerance: leave one of them out"
        } else if junit.is_some() {
            "--bless comes to no verdict that --junit could write down: leave one of them out"
        } else {
            return Ok(());
        };
        Err(CommandFailure::new(CommandFailure::INPUT, reason))
    }
}

/// Cuts the trials into `n` equal slices, and takes the trial with the smallest id from each. The sample is even, always the
/// same, and not aligned with any axis, unlike every tenth trial.
fn spread(identities: &Identities, trials: &[u32], n: usize) -> Vec<u32> {
    let ids = identities.all();
    let n = n.min(trials.len());
    let slice = |k: usize| &trials[k * trials.len() / n..(k + 1) * trials.len() / n];
    (0..n).filter_map(|k| slice(k).iter().min_by_key(|&&trial| ids[trial as usize]).copied()).collect()
}

/// Trains some trials into a temporary store.
fn train(
    work: &Work<'_>,
    trials: &[u32],
    store: &Store,
    command: &VerifyCommand,
    interruption: &Interruption,
    printer: &Printer,
) -> Result<Summary, CommandFailure> {
    store.create()?;
    let again = |record: &TrialRecord| {
        let trial = work.identities.find(&record.id).map(|index| work.bound.trial(index));
        trial.map(|trial| reproduce::command(&command.experiment, work.bound, &trial)).unwrap_or_default()
    };
    let progress = RunProgress::new(*printer, Planned::of(work.bound, trials), &again);
    let training = &command.training;
    let options = RunOptions { jobs: training.threads(), cohort_limit: training.cohort_limit, max_fail: None };
    let summary = runner::run(work, trials, store, options, &progress, &interruption.stop);
    progress.finish();
    let summary = summary?;
    if summary.interrupted { Err(interrupted(interruption, printer)) } else { Ok(summary) }
}

/// The temporary folder for training. Its name tells anyone who finds it which program left it.
fn scratch_folder() -> Result<TempDir, CommandFailure> {
    let place = std::env::temp_dir();
    tempfile::Builder::new().prefix("sweep-verify-").tempdir_in(&place).map_err(|error| {
        let (place, reason) = (place.display(), reason(&error));
        CommandFailure::new(
            CommandFailure::FILES,
            format!("cannot create a scratch folder in {place} (TMPDIR): {reason}"),
        )
    })
}

/// Adds a hint that the full disk is the one with the scratch folder, not the one with the results.
fn in_scratch(failure: CommandFailure, scratch: &Path) -> CommandFailure {
    match failure.code {
        CommandFailure::FILES => {
            let (message, scratch) = (failure.message, scratch.display());
            let message = format!("{message}\n  the scratch folder is {scratch}: TMPDIR names another place for it");
            CommandFailure { message, ..failure }
        }
        _ => failure,
    }
}

fn interrupted(interruption: &Interruption, printer: &Printer) -> CommandFailure {
    printer.note(UNTOUCHED);
    CommandFailure::silent(interruption.exit_code().unwrap_or(130))
}

/// Writes the two tables. In them, trials that were not trained are outstanding. Which settings are best is not known of a sample, so
/// every curve is there.
fn write_sampled(
    results: Results,
    study: &Study,
    curves: &StoredCurves,
) -> Result<store::ReportWriter, CommandFailure> {
    let mut new = results.announce(["trials.parquet", "curves.parquet"])?;
    let (mut trials, mut rows) = (new.begin("trials.parquet")?, new.begin("curves.parquet")?);
    let tables = store::TableFiles { trials: &mut trials, curves: &mut rows, watched: None };
    store::write_tables(study, curves, None, tables)
        .map_err(|error| CommandFailure::new(CommandFailure::FILES, error))?;
    new.end(trials)?;
    new.end(rows)?;
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Id;

    #[test]
    fn a_sample_is_spread_evenly_and_always_the_same() {
        let identities = Identities::new((0..1000).map(|trial| Id::of(&format!("trial {trial}"))).collect());
        let all = plan::distinct(&identities, 0..1000);
        let sample = spread(&identities, &all, 100);
        assert_eq!(sample, spread(&identities, &all, 100));
        assert!(sample.iter().zip(0..).all(|(trial, slice)| trial / 10 == slice), "one of each slice: {sample:?}");
        // Trials with every one of ten seeds are in the sample: no axis is aligned with the slices.
        assert_eq!(sample.iter().map(|trial| trial % 10).collect::<HashSet<_>>().len(), 10);
        assert_eq!(spread(&identities, &all, 5000), all);
    }
}
