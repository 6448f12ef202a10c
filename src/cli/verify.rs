//! `sweep verify`: train again into a scratch store and compare with the committed folder.

use std::collections::HashSet;
use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args;
use tempfile::TempDir;

use super::ci::{self, Verified};
use super::memory::Memory;
use super::printer::Printer;
use super::progress::RunProgress;
use super::run::by_message;
use super::signals::Interruption;
use super::timing::Phases;
use super::workspace::Workspace;
use super::{Comparing, Experiment, Failure, Training, Waiting, files, reproduce, space};
use crate::comparison::{self, Block, Comparison, Options};
use crate::experiment::Provenance;
use crate::plan::{self, BoundPlan, FactsByDataset, Retry};
use crate::record::{Identities, Study, TrialRecord};
use crate::report::{self, plural};
use crate::runner::{self, DiskEstimate, RunOptions, Summary, Work};
use crate::store::{self, Asked, Results, Store, StoredCurves};
use crate::text::reason;

/// What an interrupted verification says.
const UNTOUCHED: &str = "interrupted; the committed results are untouched";

/// The same of one that had begun to accept.
const HALF_WAY: &str = "interrupted while the results were replaced; the same command again goes on";

/// Train again and compare with the committed results.
#[derive(Args)]
pub struct Verify {
    #[command(flatten)]
    experiment: Experiment,
    #[command(flatten)]
    training: Training,
    /// Train N trials only and compare their rows in trials.parquet and curves.parquet: the plan is cut into N equal
    /// slices, and of each the trial with the smallest id is trained
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    sample: Option<u32>,
    #[command(flatten)]
    comparing: Comparing,
    /// Accept what changed: replace the committed results, and the store's records of their trials, by the new ones
    #[arg(long)]
    bless: bool,
    #[command(flatten)]
    waiting: Waiting,
}

pub fn run(command: &Verify, printer: &Printer) -> Result<(), Failure> {
    let started = Instant::now();
    command.check()?;
    let interruption = Interruption::listen(printer).map_err(|error| Failure::new(Failure::FILES, error))?;
    let workspace = Workspace::open(&command.experiment, printer)?;
    if !command.bless && store::is_missing(&workspace.folder) {
        return Err(Failure::new(
            Failure::FILES,
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
    let mut chosen: Vec<u32> = plan::distinct(&identities, 0..bound.trials());
    if let Some(n) = command.sample {
        chosen = spread(&identities, &chosen, n as usize);
    }
    Memory::of(&bound, &chosen, command.training.threads()).check(false)?;
    if command.bless {
        check_place(&workspace, &bound, &identities, &command.waiting, &interruption, printer)?;
    }
    let work = Work { bound: &bound, identities: &identities, data: &data, part: 0..bound.trials() };
    let in_scratch = |failure: Failure| in_scratch(failure, scratch.path());
    let started_training = Instant::now();
    let summary = train(&work, &chosen, &store, command, &interruption, printer).map_err(in_scratch)?;
    let trained = started_training.elapsed();
    drop(data);
    let (archive, theory) = Workspace::read_store(&store, &identities, printer)?;
    let (study, curves) = Workspace::study(&bound, archive, &theory);
    let failed = study.trials.iter().filter(|trial| trial.is_failed()).count();
    if command.bless && failed > 0 {
        return Err(not_accepted(failed, &summary));
    }
    let results = Results::at(scratch.path())?;
    let (new, sample): (store::Report, Option<HashSet<String>>) = match command.sample {
        Some(_) => {
            let new = write_sampled(results, &study, &curves).map_err(in_scratch)?;
            let ids = identities.all();
            (new, Some(chosen.iter().map(|&trial| ids[trial as usize].hex()).collect()))
        }
        None => {
            let report = report::Report::new(&study);
            let facts = bound.facts_in_use();
            let new = files::write(results, &report, &curves, workspace.plan(), &facts, &mut Phases::start(printer));
            (new.map_err(in_scratch)?, None)
        }
    };
    let planned = bound.trials();
    // What was written speaks for itself: tables of millions of rows are compared beside nothing else.
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
    let options = Options { tolerance: command.comparing.tolerance, sample: sample.as_ref(), written: true };
    let comparison = comparison::compare(&workspace.folder, scratch.path(), ["committed", "new"], options)?;
    if interruption.exit_code().is_some() {
        return Err(interrupted(&interruption, printer));
    }
    let outcome = Outcome { comparison: &comparison, trials: chosen.len(), planned, failed, trained };
    let name = &workspace.plan().name;
    if let Some(identities) = &identities {
        interruption.discard(scratch.path(), HALF_WAY);
        accept(&workspace, &store, identities, &new, &facts)?;
    }
    let sentence = outcome.sentence(name, command.bless);
    let messages = (failed > 0).then(|| by_message(&summary.failures));
    let verified = Verified {
        name,
        sentence: &sentence,
        comparison: &comparison,
        failed: messages.as_deref(),
        elapsed: started.elapsed(),
        inputs: &workspace.inputs(),
    };
    let locate = |block: Option<&Block>| place(&command.experiment.experiment, &workspace.loaded.provenance, block);
    if command.bless {
        printer.summary(&sentence);
    } else {
        ci::publish(&verified, command.comparing.junit.as_deref(), Some(&locate), printer)?;
    }
    let differs = !comparison.is_same() && !command.bless;
    if differs || failed > 0 { Err(Failure::silent(Failure::DIFFERENT)) } else { Ok(()) }
}

impl Verify {
    /// What cannot be asked for together.
    fn check(&self) -> Result<(), Failure> {
        let Comparing { tolerance, junit, .. } = &self.comparing;
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
        Err(Failure::new(Failure::INPUT, reason))
    }
}

/// Of each of `n` equal slices of the plan the trial with the smallest id: spread evenly, the same ones each time, and in
/// step with no axis, as every tenth trial would be.
fn spread(identities: &Identities, trials: &[u32], n: usize) -> Vec<u32> {
    let ids = identities.all();
    let n = n.min(trials.len());
    let slice = |k: usize| &trials[k * trials.len() / n..(k + 1) * trials.len() / n];
    (0..n).filter_map(|k| slice(k).iter().min_by_key(|&&trial| ids[trial as usize]).copied()).collect()
}

/// Trains some trials into a store that is thrown away afterwards.
fn train(
    work: &Work<'_>,
    trials: &[u32],
    store: &Store,
    command: &Verify,
    interruption: &Interruption,
    printer: &Printer,
) -> Result<Summary, Failure> {
    store.create()?;
    let again = |record: &TrialRecord| {
        let trial = work.identities.find(&record.id).map(|index| work.bound.trial(index));
        trial.map(|trial| reproduce::command(&command.experiment, work.bound, &trial)).unwrap_or_default()
    };
    let progress = RunProgress::new(*printer, trials.len() as u64, &again);
    let training = &command.training;
    let options = RunOptions { jobs: training.threads(), cohort_limit: training.cohort_limit, max_fail: None };
    let summary = runner::run(work, trials, store, options, &progress, &interruption.stop);
    progress.finish();
    let summary = summary?;
    if summary.interrupted { Err(interrupted(interruption, printer)) } else { Ok(summary) }
}

/// The folder that is trained in, named so that a person who finds one knows what left it.
fn scratch_folder() -> Result<TempDir, Failure> {
    let place = std::env::temp_dir();
    tempfile::Builder::new().prefix("sweep-verify-").tempdir_in(&place).map_err(|error| {
        let (place, reason) = (place.display(), reason(&error));
        Failure::new(Failure::FILES, format!("cannot create a scratch folder in {place} (TMPDIR): {reason}"))
    })
}

/// A disk that is full is another one than that of the results.
fn in_scratch(failure: Failure, scratch: &Path) -> Failure {
    match failure.code {
        Failure::FILES => {
            let (message, scratch) = (failure.message, scratch.display());
            let message = format!("{message}\n  the scratch folder is {scratch}: TMPDIR names another place for it");
            Failure { message, ..failure }
        }
        _ => failure,
    }
}

fn interrupted(interruption: &Interruption, printer: &Printer) -> Failure {
    printer.note(UNTOUCHED);
    Failure::silent(interruption.exit_code().unwrap_or(130))
}

/// Whether what is to be trained could be accepted: the folder can be written, its store read, and there is room. Another
/// command at work is waited for once there is something to accept, unless it is not to be waited for.
fn check_place(
    workspace: &Workspace,
    bound: &BoundPlan<'_>,
    identities: &Identities,
    waiting: &Waiting,
    interruption: &Interruption,
    printer: &Printer,
) -> Result<(), Failure> {
    let store = Store::at(&workspace.folder);
    let is_free = matches!(store.lock()?, Asked::Granted(_));
    if is_free || waiting.no_wait {
        let _lock = workspace.lock(&store, waiting, interruption, printer)?;
        Results::at(&workspace.folder)?.check_folders()?;
    }
    let known = store.read(identities)?.trials;
    store.read_theory()?;
    let outstanding = plan::outstanding(identities, &known, 0..bound.trials(), &Retry::All);
    space::check(&DiskEstimate::new(&workspace.folder, bound, &outstanding), &workspace.folder)
}

/// Results with failed trials are accepted as little as `run --fresh` puts them in place.
fn not_accepted(failed: usize, summary: &Summary) -> Failure {
    Failure::new(
        Failure::DIFFERENT,
        format!(
            "{} failed: nothing is accepted, the results and the store are as they were\n{}",
            plural(failed, "trial"),
            by_message(&summary.failures)
        ),
    )
}

/// The two tables, in which the trials that were not trained are outstanding.
fn write_sampled(results: Results, study: &Study, curves: &StoredCurves) -> Result<store::Report, Failure> {
    let mut new = results.announce(["trials.parquet", "curves.parquet"])?;
    let (mut trials, mut rows) = (new.begin("trials.parquet")?, new.begin("curves.parquet")?);
    store::write_tables(study, curves, &mut trials, &mut rows).map_err(|error| Failure::new(Failure::FILES, error))?;
    new.end(trials)?;
    new.end(rows)?;
    Ok(new)
}

/// Puts the new results in the place of the committed ones. The store goes first: results that it contradicts would be
/// undone by the next report.
fn accept(
    workspace: &Workspace,
    scratch: &Store,
    identities: &Identities,
    new: &store::Report,
    facts: &FactsByDataset,
) -> Result<(), Failure> {
    let store = Store::at(&workspace.folder);
    let results = Results::at(&workspace.folder)?;
    results.check(new.files())?;
    store.adopt(scratch, identities)?;
    store.write_facts(facts)?;
    let mut results = results.announce(new.files())?;
    for name in new.files() {
        let path = new.folder().join(name);
        let mut file = results.begin(name)?;
        let copied = File::open(&path).and_then(|mut source| std::io::copy(&mut source, &mut file));
        copied.map_err(|error| Failure::new(Failure::FILES, format!("cannot replace {name}: {}", reason(&error))))?;
        results.end(file)?;
    }
    Ok(results.finish()?)
}

/// What came of it, for the sentence.
struct Outcome<'a> {
    comparison: &'a Comparison,
    /// Trials that were trained.
    trials: usize,
    planned: usize,
    failed: usize,
    trained: Duration,
}

impl Outcome<'_> {
    fn sentence(&self, name: &str, blessed: bool) -> String {
        let comparison = self.comparison;
        let trials = if comparison.sampled.is_some() {
            format!("{} of {} trials", self.trials, self.planned)
        } else {
            format!("{} trials", self.planned)
        };
        let seconds = self.trained.as_secs_f64();
        let failed = format!("{} failed", plural(self.failed, "trial"));
        if comparison.is_same() && self.failed > 0 {
            let agreement = comparison::agreement(comparison);
            return format!(
                "{failed} in {name}, as in the committed results: {trials} trained again in {seconds:.1} s, {agreement}"
            );
        }
        if comparison.is_same() {
            let verb = if blessed { "nothing to accept in" } else { "verified" };
            let agreement = comparison::agreement(comparison);
            return format!("{verb} {name}: {trials} trained again in {seconds:.1} s, {agreement}");
        }
        let verdict = comparison::verdict(name, comparison);
        if blessed {
            return format!("accepted: {verdict}");
        }
        let mut sentence = verdict;
        if self.failed > 0 {
            sentence.push_str(&format!("; {failed}"));
        }
        if comparison.sampled.is_some() {
            sentence.push_str(&format!("; {trials} were trained again"));
        }
        if comparison.versions_differ() {
            sentence.push_str("; `--tolerance 1e-9` compares the numbers alone, `--bless` accepts the new ones");
        }
        sentence
    }
}

/// Where a block is declared: the key that changed, else its optimizer's table, else the beginning of the file.
fn place(experiment: &Path, provenance: &Provenance, block: Option<&Block>) -> (String, usize) {
    let declared = block.and_then(|block| {
        let names = &block.names;
        let tables = [
            format!("optimizers.{}", names.optimizer),
            format!("models.{}", names.model),
            format!("datasets.{}", names.dataset),
            "train".to_owned(),
        ];
        let key = block.columns.iter().find_map(|column| {
            // `optimizer.momentum` where the name alone could be a model's, `schedule.kind` in a table of its own.
            let bare = ["optimizer.", "model.", "dataset.", "train."]
                .iter()
                .find_map(|place| column.strip_prefix(place))
                .unwrap_or(column);
            let key = bare.split('.').next().unwrap_or(bare);
            tables.iter().find_map(|table| provenance.declared(&format!("{table}.{key}")))
        });
        key.or_else(|| provenance.declared(&tables[0]))
    });
    let (file, line) = match declared {
        Some((file, line)) => (file.to_owned(), line),
        None => (experiment.display().to_string(), 1),
    };
    // A workflow knows files by their path from where it began.
    let relative =
        std::env::current_dir().ok().and_then(|here| Path::new(&file).strip_prefix(here).ok().map(Path::to_owned));
    let file = relative.map_or(file, |relative| relative.display().to_string());
    (file.strip_prefix("./").map_or_else(|| file.clone(), str::to_owned), line)
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
        // Every seed of ten is among them: no axis is in step with the slices.
        assert_eq!(sample.iter().map(|trial| trial % 10).collect::<HashSet<_>>().len(), 10);
        assert_eq!(spread(&identities, &all, 5000), all);
    }
}
