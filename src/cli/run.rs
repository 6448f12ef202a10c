//! `sweep run`: plan, then train what is outstanding, then report.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Instant;

use clap::Args;

use super::memory::Memory;
use super::printer::Printer;
use super::progress::RunProgress;
use super::signals::Interruption;
use super::timing::{self, Phases};
use super::workspace::Workspace;
use super::{Experiment, Failure, Training, Waiting, files, reproduce, space};
use crate::plan::{self, BoundPlan, FactsByDataset, Partition, Retry, table_of};
use crate::record::{Identities, Study, TrialRecord, TrialTable};
use crate::report::{self, plural};
use crate::runner::{self, DiskEstimate, RunOptions, Summary, Work};
use crate::store::{Archive, Results, Store};

/// Plan, train what is outstanding, and write the report.
#[derive(Args)]
pub struct Run {
    #[command(flatten)]
    experiment: Experiment,
    #[command(flatten)]
    training: Training,
    /// Train failed trials again: all, or one by the first four digits of its id or more
    #[arg(long, value_name = "failed|TRIAL")]
    retry: Vec<String>,
    /// End the run once so many trials have failed in it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_fail: Option<u64>,
    /// Train a part of the plan only; `sweep merge` unites the parts
    #[arg(long, value_name = "slice:I/N")]
    partition: Option<Partition>,
    /// Train everything again into a new store, which replaces the one before on success
    #[arg(long, conflicts_with = "partition")]
    fresh: bool,
    /// Say what would run and stop
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    waiting: Waiting,
}

pub fn run(command: &Run, printer: &Printer) -> Result<(), Failure> {
    let started = Instant::now();
    let interruption = Interruption::listen(printer).map_err(|error| Failure::new(Failure::FILES, error))?;
    let workspace = Workspace::open(&command.experiment, printer)?;
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
    let (known, _) = Workspace::read_store(&store, &identities, printer)?;
    let all = bound.trials();
    let part = command.partition.map_or(0..all, |partition| partition.trials(all));
    let retry = retry(&command.retry, &identities, &known.trials, &part)?;
    let outstanding = plan::outstanding(&identities, &known.trials, part.clone(), &retry);
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
    let progress = RunProgress::new(*printer, outstanding.len() as u64, &again);
    let options = RunOptions {
        jobs: command.training.threads(),
        cohort_limit: command.training.cohort_limit,
        max_fail: command.max_fail,
    };
    let work = Work { bound: &bound, identities: &identities, data: &data, part };
    let summary = runner::run(&work, &outstanding, &store, options, &progress, &interruption.stop);
    progress.finish();
    let summary = summary.map_err(|error| {
        let kept = kept(&store, &identities, &outstanding, progress.done());
        Failure::new(Failure::FILES, format!("{error}\n{kept}"))
    })?;
    if summary.interrupted && interruption.exit_code().is_none() {
        return Err(too_many_failed(&summary, outstanding.len()));
    }
    if summary.interrupted {
        return Err(interrupted(&interruption, &summary, outstanding.len(), printer));
    }

    drop(data);
    phases.end("training");
    // The memory that training let go of belongs to its threads: new ones take it over, those that are there do not.
    let threads = rayon::ThreadPoolBuilder::new().build().ok();
    let threads = threads.as_ref();
    let read = |store: &Store| within(threads, || Workspace::read_store(store, &identities, printer));
    let (mut archive, mut theory) = read(&store)?;
    if command.fresh {
        let failures = failures(&archive);
        if !failures.is_empty() {
            return Err(not_replaced(&failures));
        }
        if archive.trials.iter().any(|trial| !trial.has_record()) {
            let message =
                "some trials are without a record: the results in place are kept as they are; the same command goes on";
            return Err(Failure::new(Failure::OUTSTANDING, message));
        }
        in_place.replace_by_fresh()?;
        (archive, theory) = read(&in_place)?;
    }
    let (study, curves) = Workspace::study(&bound, archive, &theory);
    phases.end("reading the store again");
    // The study knows all that the report asks for.
    let facts = bound.facts_in_use();
    drop(progress);
    drop(identities);
    drop(bound);
    let report = within(threads, || report::Report::new(&study));
    phases.end("analysis");
    let results = Results::at(&workspace.folder)?;
    within(threads, || files::write(results, &report, &curves, workspace.plan(), &facts, &mut phases))?;
    timing::append(&workspace.folder, &summary, command.training.threads(), started.elapsed(), printer)?;
    let page = workspace.folder.join("report.html");
    printer.summary(&report.terminal(Some(started.elapsed()), Some(&page.to_string_lossy())));
    if let Some(code) = interruption.exit_code() {
        printer.note("interrupted after the last trial: the report is written");
        return Err(Failure::silent(code));
    }
    ended(&study, printer)
}

/// What a run that could not write says of the trials that it has trained: what is there now.
fn kept(store: &Store, identities: &Identities, outstanding: &[u32], done: u64) -> String {
    let planned = outstanding.len();
    let known = match store.read(identities) {
        Ok(archive) => archive.trials,
        Err(error) => {
            return format!(
                "{done} of {planned} outstanding trials were trained; whether they are kept cannot be told now: {error}"
            );
        }
    };
    // One that failed before, and is trained again, has a record whatever became of the run.
    let there = outstanding.iter().filter(|trial| known.get(**trial as usize).has_record()).count() as u64;
    if there >= done {
        return format!("{done} of {planned} outstanding trials are kept; the same command goes on");
    }
    format!(
        "{done} of {planned} outstanding trials were trained, and the store holds {there} of them now: the others were removed \
         from it meanwhile; the same command trains what is missing"
    )
}

/// Whether what is to be trained fits in memory, before anything is written: by the whole part of the plan, or by what a look
/// into the store leaves of it.
fn check_memory(command: &Run, bound: &BoundPlan<'_>, identities: &Identities, store: &Store) -> Result<(), Failure> {
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

/// Calls on some threads, or on those that there are where no more are to be had.
fn within<T: Send>(threads: Option<&rayon::ThreadPool>, call: impl FnOnce() -> T + Send) -> T {
    match threads {
        Some(threads) => threads.install(call),
        None => call(),
    }
}

/// The failed trials that are asked for.
fn retry(
    asked: &[String],
    identities: &Identities,
    trials: &TrialTable,
    part: &Range<usize>,
) -> Result<Retry, Failure> {
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
            return Err(Failure::new(Failure::INPUT, message));
        }
        let index = Workspace::trial(identities, digits)?;
        let trial = trials.get(index);
        if trial.has_record() && !trial.is_failed() {
            let message = format!(
                "trial {} is {}: only failed trials are trained again (`sweep show {digits} EXPERIMENT` prints the command that \
                 trains it alone)",
                trial.id().short(),
                trial.word()
            );
            return Err(Failure::new(Failure::INPUT, message));
        }
        if !part.contains(&index) {
            let message = format!("trial {} is not in the slice that --partition names", trial.id().short());
            return Err(Failure::new(Failure::INPUT, message));
        }
        named.push(index);
    }
    Ok(Retry::Trials(named))
}

/// What `--max-fail` says.
fn too_many_failed(summary: &Summary, planned: usize) -> Failure {
    Failure::new(
        Failure::DIFFERENT,
        format!(
            "{} failed, and --max-fail ends the run there; {} of {planned} outstanding trials have a record, which is kept, and the \
             report is as it was: the same command goes on, `--retry failed` trains the failed ones again\n{}",
            plural(usize::try_from(summary.failed()).unwrap_or(usize::MAX), "trial"),
            summary.trained,
            by_message(&summary.failures)
        ),
    )
}

/// What a run with `--fresh` says where trials failed.
fn not_replaced(failures: &BTreeMap<String, u64>) -> Failure {
    let failed = usize::try_from(failures.values().sum::<u64>()).unwrap_or(usize::MAX);
    Failure::new(
        Failure::DIFFERENT,
        format!(
            "{} failed: the results in place are kept as they are, and the new store beside them; `--fresh --retry failed` goes \
             on with it, `sweep clean` removes it\n{}",
            plural(failed, "trial"),
            by_message(failures)
        ),
    )
}

/// Failed trials by message.
fn failures(archive: &Archive) -> BTreeMap<String, u64> {
    let mut failures = BTreeMap::new();
    for message in archive.trials.iter().filter_map(|trial| trial.message()) {
        *failures.entry(message.to_owned()).or_default() += 1;
    }
    failures
}

/// What `--fresh` goes on with and what it will replace, or that it once did not end.
fn tell_of_stores(command: &Run, workspace: &Workspace, in_place: &Store, known: &Archive, printer: &Printer) {
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

/// That a data set is not what the folder's trials were trained on before.
fn tell_of_other_data(known: &FactsByDataset, now: &FactsByDataset, workspace: &Workspace, printer: &Printer) {
    let other = |(key, facts): &(&String, &_)| known.get(*key).is_some_and(|known| known != *facts);
    for (key, _) in now.iter().filter(other) {
        let (table, name) = (table_of(key), &workspace.plan().name);
        printer.note(&format!(
            "warning: dataset \"{table}\" is not the data that {} was trained on before: it has changed, or another experiment \
             has the name \"{name}\" (`name` or `-o` keep them apart); the old records stay in the store",
            workspace.folder.display()
        ));
    }
}

/// Failures by message, the most frequent first.
pub fn by_message(failures: &BTreeMap<String, u64>) -> String {
    const MOST_SHOWN: usize = 5;
    let mut failures: Vec<(&String, &u64)> = failures.iter().collect();
    failures.sort_by_key(|(message, count)| (std::cmp::Reverse(**count), message.as_str()));
    let more = failures.len().saturating_sub(MOST_SHOWN);
    let shown = failures.iter().take(MOST_SHOWN);
    let mut lines: Vec<String> =
        shown.map(|(message, count)| format!("  {count} × {}", message.escape_debug())).collect();
    if more > 0 {
        lines.push(format!("  and {more} other messages"));
    }
    lines.join("\n")
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
pub fn ended(study: &Study, printer: &Printer) -> Result<(), Failure> {
    let all = study.trials.len();
    let failed = study.trials.iter().filter(|trial| trial.is_failed()).count();
    let outstanding = study.trials.iter().filter(|trial| !trial.has_record()).count();
    let (code, message) = match (failed, outstanding) {
        (0, 0) => return Ok(()),
        (0, outstanding) => (Failure::OUTSTANDING, format!("{outstanding} of {all} trials are outstanding")),
        (failed, _) => (Failure::DIFFERENT, format!("{failed} of {all} trials failed")),
    };
    // The summary, where it is printed, says so already.
    Err(if printer.is_quiet() { Failure::new(code, message) } else { Failure::silent(code) })
}
