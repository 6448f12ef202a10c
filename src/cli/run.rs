//! `sweep run`: plans, trains what is outstanding, and writes the report.

use std::num::NonZero;
use std::ops::Range;
use std::time::Instant;

use clap::Args;

use super::arguments::{ExperimentArguments, TrainingArguments, WaitingArguments};
use super::chosen::{self, ChosenTraining};
use super::ending;
use super::failure::CommandFailure;
use super::memory::Memory;
use super::printer::Printer;
use super::progress::{Planned, RunProgress};
use super::signals::Interruption;
use super::stored;
use super::timing::{self, Phases};
use super::workspace::ExperimentWorkspace;
use super::{files, kept, reproduce, space};
use crate::plan::{self, BoundPlan, FactsByDataset, Partition, Retry, table_of};
use crate::record::{DataFacts, Identities, TrialRecord, TrialTable};
use crate::report::{self, plural};
use crate::runner::{self, DiskEstimate, RunOptions, Summary, Work};
use crate::store::{Archive, Results, Store};

/// Plan, train what is outstanding, and write the report.
#[derive(Args)]
pub struct RunCommand {
    #[command(flatten)]
    experiment: ExperimentArguments,
    #[command(flatten)]
    training: TrainingArguments,
    /// Train failed trials again: all, or one by the first four digits of its id or more
    #[arg(long, value_name = "failed|TRIAL")]
    retry: Vec<String>,
    /// End the run once so many trials have failed in it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_fail: Option<u64>,
    /// Train a part of the plan only; `sweep merge` unites the parts
    #[arg(long, value_name = "I/N")]
    partition: Option<Partition>,
    /// Train everything again into a new store, which replaces the one before on success
    #[arg(long, conflicts_with = "partition")]
    fresh: bool,
    /// Say what would run and stop
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    waiting: WaitingArguments,
}

pub fn run(command: &RunCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let started = Instant::now();
    let interruption =
        Interruption::listen(printer).map_err(|error| CommandFailure::new(CommandFailure::FILES, error))?;
    let workspace = ExperimentWorkspace::open(&command.experiment, printer)?;
    workspace.check_results()?;
    let mut phases = Phases::start(printer);
    let (data, facts) = workspace.load_data()?;
    phases.end("reading the data");
    let bound = workspace.bind(&facts)?;
    for lint in crate::experiment::lints_on_data(&bound) {
        printer.note(&format!("design: {lint}"));
    }
    let identities = bound.identities();
    phases.end("planning");
    let in_place = Store::at(&workspace.folder);
    let store = if command.fresh { in_place.fresh() } else { in_place.clone() };
    if !command.dry_run {
        check_memory(command, &bound, &identities, &store)?;
    }
    let _lock = if command.dry_run {
        None
    } else {
        Some(workspace.lock_and_tidy(&store, &command.waiting, &interruption, printer)?)
    };
    let (known, _) = stored::read(&store, &identities, printer)?;
    let all = bound.trials();
    let part = command.partition.map_or(0..all, |partition| partition.trials(all));
    let retry = retry(&command.retry, &identities, &known.trials, &part)?;
    let mut outstanding = plan::outstanding(&identities, &known.trials, part.clone(), &retry);
    kept::add(&mut outstanding, kept::lacking(&bound, &identities, &known.trials, part.clone(), &store, printer)?);
    let recorded = plan::recorded(&identities, &known.trials, &outstanding);
    tell_of_stores(command, &workspace, &in_place, &known, printer);
    if part.is_empty() {
        printer.note("the slice holds no trial");
    }
    drop(known);
    phases.end("reading the store");
    let space = DiskEstimate::new(&workspace.folder, &bound, &outstanding);
    if command.dry_run || printer.is_verbose() {
        let text = super::plan::describe(&bound, recorded, &outstanding, space, command.training.threads());
        if command.dry_run {
            printer.result(&text);
            return Ok(());
        }
        printer.detail(&text);
    }
    space::check(&space, &workspace.folder)?;

    tell_of_other_data(&store.read_facts()?, &facts, &workspace, printer);
    store.write_facts(&facts)?;
    let again = |record: &TrialRecord| {
        let trial = identities.find(&record.id).map(|index| bound.trial(index));
        trial.map(|trial| reproduce::command(&command.experiment, &bound, &trial)).unwrap_or_default()
    };
    let progress = RunProgress::new(*printer, Planned::of(&bound, &outstanding), &again);
    let options = RunOptions {
        jobs: command.training.threads(),
        cohort_limit: command.training.cohort_limit,
        max_fail: command.max_fail,
    };
    let work = Work { bound: &bound, identities: &identities, data: &data, part };
    let summary = runner::run(&work, &outstanding, &store, options, &progress, &interruption.stop);
    progress.finish();
    let summary = summary.map_err(|error| {
        let kept = ending::kept(&store, &identities, &outstanding, progress.done());
        CommandFailure::new(CommandFailure::FILES, format!("{error}\n{kept}"))
    })?;
    if summary.interrupted && interruption.exit_code().is_none() {
        return Err(ending::too_many_failed(&summary, outstanding.len()));
    }
    if summary.interrupted {
        return Err(ending::interrupted(&interruption, &summary, outstanding.len(), printer));
    }

    drop(data);
    phases.end("training");
    tell_of_earlier_ends(&summary, printer);
    // Memory that training freed stays with its threads. New threads can reuse it; the existing ones cannot.
    let count = std::thread::available_parallelism().map_or(1, NonZero::get);
    let fit = crate::memory::check_threads(count).ok();
    let threads = fit.and_then(|()| rayon::ThreadPoolBuilder::new().build().ok());
    let threads = threads.as_ref();
    let read = |store: &Store| within(threads, || stored::read(store, &identities, printer));
    let (archive, theory) = read(&store)?;
    if command.fresh {
        let failures = ending::failures(&archive);
        if !failures.is_empty() {
            return Err(ending::not_replaced(&failures));
        }
        if archive.trials.iter().any(|trial| !trial.has_record()) {
            let message =
                "some trials are without a record: the results in place are kept as they are; the same command goes on";
            return Err(CommandFailure::new(CommandFailure::OUTSTANDING, message));
        }
    }
    let (mut study, mut curves) = stored::study(&bound, archive, &theory);
    phases.end("reading the store again");
    let missing = chosen::missing(&study, &bound, &identities, &store)?;
    if !missing.is_empty() {
        let training = ChosenTraining {
            workspace: &workspace,
            experiment: &command.experiment,
            bound: &bound,
            identities: &identities,
            store: &store,
            options,
            interruption: &interruption,
            printer,
        };
        training.complete(&missing)?;
        phases.end("training chosen trials");
    }
    if command.fresh {
        // The segments move, so the study of their old places ends first.
        drop((study, curves, theory));
        in_place.replace_by_fresh()?;
        let (archive, theory) = read(&in_place)?;
        (study, curves) = stored::study(&bound, archive, &theory);
        phases.end("reading the store again");
    }
    stored::add_predictions(&mut study, &bound, &identities, if command.fresh { &in_place } else { &store })?;
    // The study holds everything that the report needs.
    let facts = bound.facts_in_use();
    drop(progress);
    drop(identities);
    drop(bound);
    let report = within(threads, || report::StudyReport::new(&study));
    phases.end("analysis");
    let results = Results::at(&workspace.folder)?;
    within(threads, || files::write(results, &report, &curves, workspace.plan(), &facts, &mut phases))?;
    timing::append(&workspace.folder, &summary, command.training.threads(), started.elapsed(), printer)?;
    let page = workspace.folder.join("report.html");
    let again =
        |overrides: Vec<String>, folder: &str| reproduce::command_of_setting(&command.experiment, overrides, folder);
    printer.summary(&report.summary(Some(started.elapsed()), Some(&page.to_string_lossy()), &again));
    if let Some(code) = interruption.exit_code() {
        printer.note("interrupted after the last trial: the report is written");
        return Err(CommandFailure::silent(code));
    }
    ending::ended(&study, printer)
}

/// Checks before anything is written whether training fits in memory: first for the whole part of the plan, and if that does not
/// fit, for the trials that the store lacks.
fn check_memory(
    command: &RunCommand,
    bound: &BoundPlan<'_>,
    identities: &Identities,
    store: &Store,
) -> Result<(), CommandFailure> {
    let all = bound.trials();
    let part = command.partition.map_or(0..all, |partition| partition.trials(all));
    let of = |trials: &[u32]| Memory::of(bound, trials, command.training.threads()).check(command.partition.is_none());
    let distinct: Vec<u32> = plan::distinct(identities, part.clone());
    if of(&distinct).is_ok() {
        return Ok(());
    }
    let known = store.read(identities)?;
    let retry = retry(&command.retry, identities, &known.trials, &part)?;
    of(&plan::outstanding(identities, &known.trials, part, &retry))
}

/// Calls a function on the given threads, or on the existing ones if there are none.
fn within<T: Send>(threads: Option<&rayon::ThreadPool>, call: impl FnOnce() -> T + Send) -> T {
    match threads {
        Some(threads) => threads.install(call),
        None => call(),
    }
}

/// The failed trials that `--retry` names.
fn retry(
    asked: &[String],
    identities: &Identities,
    trials: &TrialTable,
    part: &Range<usize>,
) -> Result<Retry, CommandFailure> {
    if asked.is_empty() {
        return Ok(Retry::None);
    }
    if asked.iter().any(|word| word == "failed") {
        return Ok(Retry::All);
    }
    let mut named = Vec::new();
    for digits in asked {
        if digits.len() < 4 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            let digits = digits.escape_debug();
            let message = format!(
                "--retry takes `failed`, or a trial's id (its first four hexadecimal digits or more), not \"{digits}\""
            );
            return Err(CommandFailure::new(CommandFailure::INPUT, message));
        }
        let index = stored::find_trial(identities, digits)?;
        let trial = trials.get(index);
        if trial.has_record() && !trial.is_failed() {
            let message = format!(
                "trial {} is {}: only failed trials are trained again (`sweep show {digits} EXPERIMENT` prints the command that \
                 trains it alone)",
                trial.id().short(),
                trial.word()
            );
            return Err(CommandFailure::new(CommandFailure::INPUT, message));
        }
        if !part.contains(&index) {
            let message = format!("trial {} is not in the slice that --partition names", trial.id().short());
            return Err(CommandFailure::new(CommandFailure::INPUT, message));
        }
        named.push(index);
    }
    Ok(Retry::Trials(named))
}

/// Notes that `--fresh` continues an earlier run, or that an earlier run with `--fresh` did not end.
fn tell_of_stores(
    command: &RunCommand,
    workspace: &ExperimentWorkspace,
    in_place: &Store,
    known: &Archive,
    printer: &Printer,
) {
    let planned = known.trials.len();
    let recorded = known.trials.iter().filter(|trial| trial.has_record()).count();
    let folder = workspace.folder.display();
    if command.fresh && recorded > 0 {
        printer.note(&format!(
            "--fresh goes on with the new store of a run that did not end: {recorded} of {planned} trials have a record \
             (`sweep clean` removes it)"
        ));
    } else if !command.fresh && in_place.fresh().exists() {
        printer.note(&format!(
            "a run with --fresh did not end: its new store lies beside the one in {folder} (`--fresh` goes on with it, `sweep \
             clean` removes it)"
        ));
    }
}

/// Says how many trials went on from where a training with fewer epochs ended.
fn tell_of_earlier_ends(summary: &Summary, printer: &Printer) {
    if summary.went_on > 0 {
        let trials = plural(summary.went_on, "trial");
        printer.note(&format!("{trials} went on from the kept ends of trainings with fewer epochs"));
    }
    if summary.could_not_go_on > 0 {
        let trials = plural(summary.could_not_go_on, "trial");
        printer.note(&format!(
            "{trials} began at the start although the end of a training with fewer epochs is kept: it was evaluated at other epochs              (with `evaluate_every = N` they stay the same), it lacks a metric, or `keep = \"best\"` asks for epochs before it"
        ));
    }
}

/// Warns if a data set differs from the one that the folder's trials were trained on.
pub(super) fn tell_of_other_data(
    known: &FactsByDataset,
    now: &FactsByDataset,
    workspace: &ExperimentWorkspace,
    printer: &Printer,
) {
    let other = |(key, facts): &(&String, &DataFacts)| {
        known.get(*key).is_some_and(|known| known.fingerprint != facts.fingerprint)
    };
    for (key, _) in now.iter().filter(other) {
        let (table, name) = (table_of(key), &workspace.plan().name);
        printer.note(&format!(
            "warning: dataset \"{table}\" is not the data that {} was trained on before: it has changed, or another experiment \
             has the name \"{name}\" (`name` or `-o` keep them apart); the old records stay in the store",
            workspace.folder.display()
        ));
    }
}
