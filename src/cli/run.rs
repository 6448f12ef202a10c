//! `sweep run`: plan, then train what is outstanding, then report.

use std::time::Instant;

use clap::Args;

use super::printer::Printer;
use super::progress::RunProgress;
use super::signals::Interruption;
use super::space::Space;
use super::timing::{self, Phases};
use super::workspace::Workspace;
use super::{Experiment, Failure, Training, Waiting, files, reproduce};
use crate::plan::Partition;
use crate::record::{Identities, Study, TrialRecord, TrialTable};
use crate::report;
use crate::runner::{self, Retry, RunOptions, Summary, Work};
use crate::store::{Results, Store};

/// Plan, train what is outstanding, and write the report.
#[derive(Args)]
pub struct Run {
    #[command(flatten)]
    experiment: Experiment,
    #[command(flatten)]
    training: Training,
    /// Train failed trials again: all, or one by the first digits of its id
    #[arg(long, value_name = "failed|TRIAL")]
    retry: Vec<String>,
    /// End the run once so many trials have failed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_fail: Option<u64>,
    /// Train a part of the plan only; `sweep merge` unites the parts
    #[arg(long, value_name = "slice:I/N")]
    partition: Option<Partition>,
    /// Train everything again into a new store, which replaces the one before on success
    #[arg(long)]
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
    for lint in crate::experiment::lints(workspace.plan()) {
        printer.note(&format!("design: {lint}"));
    }
    let mut phases = Phases::start(printer);
    let (data, facts) = workspace.load_data()?;
    phases.end("reading the data");
    let bound = workspace.bind(&facts)?;
    let identities = bound.identities();
    phases.end("planning");
    let in_place = Store::at(&workspace.folder);
    let store = if command.fresh { in_place.fresh() } else { in_place.clone() };
    let _lock = if command.dry_run {
        None
    } else {
        Some(workspace.lock_and_tidy(&store, &command.waiting, &interruption, printer)?)
    };
    let (known, _) = Workspace::read_store(&store, &identities, printer)?;
    let retry = retry(&command.retry, &identities, &known.trials)?;
    let all = bound.trials();
    let part = command.partition.map_or(0..all, |partition| partition.trials(all));
    let outstanding = runner::outstanding(&identities, &known.trials, part.clone(), &retry);
    drop(known);
    phases.end("reading the store");
    let space = Space::of(&workspace.folder, &bound, &outstanding);
    if command.dry_run || printer.is_verbose() {
        let text = super::plan::describe(&bound, &identities, &outstanding, space);
        if command.dry_run {
            printer.result(&text);
            return Ok(());
        }
        printer.detail(&text);
    }
    space.check(&workspace.folder)?;

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
    let summary = summary?;
    if summary.interrupted && interruption.exit_code().is_none() {
        return Err(too_many_failed(&summary, outstanding.len()));
    }
    if summary.interrupted {
        return Err(interrupted(&interruption, &summary, outstanding.len(), printer));
    }

    drop(data);
    phases.end("training");
    let (mut archive, mut theory) = Workspace::read_store(&store, &identities, printer)?;
    if command.fresh {
        let failed = (0..all).filter(|trial| archive.trials.get(*trial).is_failed()).count();
        if failed > 0 {
            return Err(not_replaced(failed, &summary));
        }
        in_place.replace_by_fresh()?;
        (archive, theory) = Workspace::read_store(&in_place, &identities, printer)?;
    }
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

/// The failed trials that are asked for.
fn retry(asked: &[String], identities: &Identities, trials: &TrialTable) -> Result<Retry, Failure> {
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
                "trial {} is {}: only failed trials are trained again (`sweep show {digits}` prints the command that trains \
                 it alone)",
                trial.id().short(),
                trial.word()
            );
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
            "{} trials failed, and --max-fail ends the run there; {} of {planned} outstanding trials have a record, which is \
             kept: the same command goes on, `--retry failed` trains the failed ones again\n{}",
            summary.failed(),
            summary.trained,
            by_message(summary)
        ),
    )
}

/// What a run with `--fresh` says where trials failed.
fn not_replaced(failed: usize, summary: &Summary) -> Failure {
    Failure::new(
        Failure::DIFFERENT,
        format!(
            "{failed} trials failed: the results in place are kept as they are, and the new store beside them; \
             `--fresh --retry failed` goes on with it, `sweep clean` removes it\n{}",
            by_message(summary)
        ),
    )
}

/// The failures of a run, the most frequent first.
pub fn by_message(summary: &Summary) -> String {
    const MOST_SHOWN: usize = 5;
    let mut failures: Vec<(&String, &u64)> = summary.failures.iter().collect();
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
pub fn ended(study: &Study) -> Result<(), Failure> {
    if study.trials.iter().any(|trial| trial.is_failed()) {
        return Err(Failure::silent(Failure::DIFFERENT));
    }
    if study.trials.iter().any(|trial| !trial.has_record()) {
        return Err(Failure::silent(Failure::OUTSTANDING));
    }
    Ok(())
}
