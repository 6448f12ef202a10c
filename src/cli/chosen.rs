//! Trains the chosen trials once more, so that the store keeps their predictions for test rows.

use std::collections::{HashMap, HashSet};

use super::arguments::ExperimentArguments;
use super::ending::by_message;
use super::failure::CommandFailure;
use super::memory::Memory;
use super::printer::Printer;
use super::progress::{Planned, RunProgress};
use super::reproduce;
use super::signals::Interruption;
use super::workspace::ExperimentWorkspace;
use crate::analysis;
use crate::plan::{BoundPlan, table_of};
use crate::record::{Id, Identities, Study, StudyDataset, TrialRecord};
use crate::report::plural;
use crate::runner::{self, ChosenWork, RunOptions, SharedData, Work};
use crate::shape::PredictionKind;
use crate::store::Store;

/// What training the chosen trials takes.
pub struct ChosenTraining<'a> {
    pub workspace: &'a ExperimentWorkspace,
    pub experiment: &'a ExperimentArguments,
    pub bound: &'a BoundPlan<'a>,
    pub identities: &'a Identities,
    pub store: &'a Store,
    pub options: RunOptions,
    pub interruption: &'a Interruption,
    pub printer: &'a Printer,
}

/// The chosen trials of which a store lacks something. None while a trial of the plan has no record: others may be chosen then.
///
/// # Errors
/// If the store cannot be read.
pub fn missing(
    study: &Study,
    bound: &BoundPlan<'_>,
    identities: &Identities,
    store: &Store,
) -> Result<Vec<ChosenWork>, CommandFailure> {
    if study.trials.iter().any(|trial| !trial.has_record()) {
        return Ok(Vec::new());
    }
    let keys = store.chosen_keys()?;
    let current = keys.iter().filter(|key| identities.find_current(&key.trial, &key.revisions).is_some());
    let known: HashSet<_> = current.map(|key| (key.trial, key.best_epoch, key.preparation)).collect();
    let preparations: HashSet<_> = store.preparation_ids()?.into_iter().collect();
    let mut seen = HashSet::new();
    let mut missing = Vec::new();
    for chosen in analysis::chosen(study) {
        let trial = study.trials.get(chosen.trial);
        // Two tables may describe the same trial, which is then trained as that of the first one.
        let Some(first) = identities.find(&trial.id()).filter(|first| seen.insert(*first)) else { continue };
        let planned = bound.trial(first);
        let (Some(preparation), Some(stored)) = (bound.preparation(&planned), trial.summary()) else { continue };
        let has_test_rows = bound.shape_of(&planned).n_test > 0;
        let work = ChosenWork {
            trial: u32::try_from(first).unwrap_or(u32::MAX),
            epoch: chosen.epoch,
            preparation,
            stored,
            lacks_outputs: has_test_rows && !known.contains(&(trial.id(), chosen.epoch, preparation)),
            lacks_preparation: !preparations.contains(&preparation),
        };
        if work.lacks_outputs || work.lacks_preparation {
            missing.push(work);
        }
    }
    Ok(missing)
}

/// Names one set of kept outputs: the first trial of its id in the plan, the epoch, and the preparation.
pub type OutputsKey = (usize, Option<u64>, Id);

/// The chosen trials whose predictions for test rows a report reads, by what names them: those of classes, and those whose test rows
/// all seeds share and are enough to be tested over.
#[must_use]
pub fn reported(study: &Study, bound: &BoundPlan<'_>, identities: &Identities) -> HashMap<OutputsKey, Vec<usize>> {
    let mut found: HashMap<OutputsKey, Vec<usize>> = HashMap::new();
    let any = |dataset: &StudyDataset| analysis::tests_over_rows(dataset) || dataset.facts.classes.is_some();
    if !study.datasets.values().any(any) {
        return found;
    }
    for chosen in analysis::chosen(study) {
        let Some(first) = identities.find(&study.trials.get(chosen.trial).id()) else { continue };
        let planned = bound.trial(first);
        let shape = bound.shape_of(&planned);
        let held = bound.has_held_rows(&planned) && shape.n_test >= analysis::FEWEST_ROWS as u64;
        let of_classes = shape.predicts != PredictionKind::Numbers && shape.n_test > 0;
        if let Some(preparation) = bound.preparation(&planned).filter(|_| held || of_classes) {
            found.entry((first, chosen.epoch, preparation)).or_default().push(chosen.trial);
        }
    }
    found
}

/// Reads the data again, which must be what the trials were trained on. `command` is the one that reads other data.
///
/// # Errors
/// If the data cannot be read or has changed.
pub fn load_same(
    workspace: &ExperimentWorkspace,
    bound: &BoundPlan<'_>,
    command: &str,
) -> Result<SharedData, CommandFailure> {
    let (data, facts) = workspace.load_data()?;
    match facts.iter().find(|(key, facts)| bound.facts.get(*key) != Some(*facts)) {
        None => Ok(data),
        Some((key, _)) => Err(CommandFailure::new(
            CommandFailure::FILES,
            format!(
                "dataset \"{}\" is not the data that the trials were trained on: it has changed since; `{command}` reads it and \
                 trains what is new",
                table_of(key).escape_debug()
            ),
        )),
    }
}

impl ChosenTraining<'_> {
    /// Trains them and stores what is kept. If it is interrupted, or there is too little memory, the next run goes on with it.
    ///
    /// # Errors
    /// If the data cannot be read or has changed, a file cannot be written, or a trial has other numbers than its record.
    pub fn complete(&self, missing: &[ChosenWork]) -> Result<(), CommandFailure> {
        let trials: Vec<u32> = missing.iter().map(|one| one.trial).collect();
        if Memory::of(self.bound, &trials, self.options.jobs).check(false).is_err() {
            self.printer.note(&format!(
                "warning: there is too little memory to train {} once more, and their predictions for test rows are not kept; \
                 `{}` goes on with it",
                plural(trials.len(), "chosen trial"),
                self.command()
            ));
            return Ok(());
        }
        let measured = |one: &ChosenWork| self.bound.is_measured(&self.bound.trial(one.trial as usize));
        let data = if missing.iter().any(measured) { self.load()? } else { SharedData::default() };
        let trained: Vec<u32> = missing.iter().filter(|one| one.lacks_outputs).map(|one| one.trial).collect();
        if !trained.is_empty() {
            self.printer.note(&format!(
                "training {} once more, to keep {} for test rows",
                plural(trained.len(), "chosen trial"),
                if trained.len() == 1 { "its predictions" } else { "their predictions" }
            ));
        }
        self.train(missing, &trained, &data)
    }

    /// Reads the data again, which must be what the trials were trained on.
    fn load(&self) -> Result<SharedData, CommandFailure> {
        load_same(self.workspace, self.bound, &self.command())
    }

    fn train(&self, missing: &[ChosenWork], trained: &[u32], data: &SharedData) -> Result<(), CommandFailure> {
        let all = 0..self.bound.trials();
        let work = Work { bound: self.bound, identities: self.identities, data, part: all };
        let again = |_: &TrialRecord| self.command();
        let progress = RunProgress::new(*self.printer, Planned::of(self.bound, trained), &again);
        let stop = &self.interruption.stop;
        let summary = runner::train_chosen(&work, missing, self.store, self.options, &progress, stop);
        progress.finish();
        let summary = summary?;
        if let Some(id) = summary.contradictions.first() {
            return Err(CommandFailure::new(
                CommandFailure::DIFFERENT,
                format!(
                    "trained once more, the same trial {} has other results than its record ({} such): the promise of equal \
                     bytes is broken; `sweep run --fresh` trains into a new store, and please report it",
                    id.short(),
                    summary.contradictions.len()
                ),
            ));
        }
        if !summary.failures.is_empty() {
            self.printer.note(&format!(
                "warning: not everything is kept of the chosen trials; `{}` goes on with it\n{}",
                self.command(),
                by_message(&summary.failures)
            ));
        }
        Ok(())
    }

    /// The command that goes on with it.
    pub fn command(&self) -> String {
        reproduce::going_on(self.experiment)
    }
}
