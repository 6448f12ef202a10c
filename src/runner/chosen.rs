//! Trains chosen trials once more, for what is kept of them beside their records: their outputs for test rows, and what preparing
//! their data learned.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::cohorts::{CohortPlan, group};
use super::isolation;
use super::preparation::preparation;
use super::progress::Progress;
use super::run::{RunOptions, training_threads};
use super::work::Work;
use crate::record::{ChosenOutputs, Id, MetricSummary, Outcome, Preparation, TrialRecord, TrialSummary};
use crate::store::{Store, StoreError};
use crate::train::TestOutputs;

/// A chosen trial of which the store lacks something.
#[derive(Debug, Clone)]
pub struct ChosenWork {
    /// Position in the plan.
    pub trial: u32,
    /// The epoch whose outputs are kept; `None` for the end of training.
    pub epoch: Option<u64>,
    /// The id of its preparation.
    pub preparation: Id,
    /// Its record. What is trained now must agree.
    pub stored: TrialSummary,
    /// Whether its outputs are missing.
    pub lacks_outputs: bool,
    /// Whether its preparation is missing.
    pub lacks_preparation: bool,
}

/// What training the chosen trials came to.
#[derive(Debug, Default)]
pub struct ChosenSummary {
    /// The number of trials whose outputs were stored.
    pub stored: u64,
    /// Trials whose numbers are not those of their record. This must never happen.
    pub contradictions: Vec<Id>,
    /// The number of trials and preparations that failed, by message.
    pub failures: BTreeMap<String, u64>,
    /// It was stopped before the end.
    pub interrupted: bool,
}

/// The numbers of a file. All of them are in memory while it is written.
const MOST_NUMBERS: usize = 1 << 21;

/// What a thread does next, on the prepared data of a number.
enum Job {
    Prepare(u32, Id),
    Train(CohortPlan),
}

/// What waits to be written, and the result so far.
struct Collected<'a> {
    store: &'a Store,
    outputs: Vec<ChosenOutputs>,
    preparations: Vec<Preparation>,
    /// The numbers in both.
    numbers: usize,
    summary: ChosenSummary,
    /// The first file that could not be written.
    error: Option<StoreError>,
}

/// Trains the chosen trials and stores what the store lacks of them.
///
/// # Errors
/// If a file could not be written. Files written before that are kept.
pub fn train_chosen(
    work: &Work<'_>,
    chosen: &[ChosenWork],
    store: &Store,
    options: RunOptions,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<ChosenSummary, StoreError> {
    let by_trial: HashMap<u32, &ChosenWork> = chosen.iter().map(|one| (one.trial, one)).collect();
    let jobs = jobs(work, chosen, options);
    let mut left: HashMap<u32, usize> = HashMap::new();
    jobs.iter().for_each(|(data, _)| *left.entry(*data).or_default() += 1);
    let examples: Vec<_> = chosen.iter().map(|one| work.bound.trial(one.trial as usize)).collect();
    work.data.expect(work.bound, examples.iter());
    let left = Mutex::new(left);
    let collected = Mutex::new(Collected {
        store,
        outputs: Vec::new(),
        preparations: Vec::new(),
        numbers: 0,
        summary: ChosenSummary::default(),
        error: None,
    });
    let asked = |trial: u32| match by_trial.get(&trial).map(|one| one.epoch) {
        None => TestOutputs::Never,
        Some(None) => TestOutputs::AtEnd,
        Some(Some(epoch)) => TestOutputs::AtEpoch(epoch),
    };
    let pool = training_threads(options.jobs)?;
    let epochs_passed = &progress.epochs_passed();
    let jobs = jobs.into_iter().par_bridge();
    pool.install(|| {
        jobs.for_each(|(data, job)| {
            if stop.load(Ordering::Relaxed) || lock(&collected).error.is_some() {
                return;
            }
            match job {
                Job::Prepare(trial, id) => {
                    let prepared = isolation::guarded(|| preparation(work, &work.bound.trial(trial as usize), id));
                    lock(&collected).take_preparation(prepared);
                }
                Job::Train(plan) => {
                    let emit = &mut |record: TrialRecord| {
                        progress.durable(std::slice::from_ref(&record));
                        let trial = work.identities.find(&record.id).and_then(|trial| u32::try_from(trial).ok());
                        if let Some(one) = trial.and_then(|trial| by_trial.get(&trial)) {
                            lock(&collected).take(one, record);
                        }
                    };
                    isolation::train_cohort(work, &plan, epochs_passed, &asked, stop, emit, &mut |_| {});
                }
            }
            let mut left = lock(&left);
            let last = left.get_mut(&data).is_some_and(|left| {
                *left -= 1;
                *left == 0
            });
            if last {
                work.data.release(data);
            }
        });
    });
    let mut collected = collected.into_inner().unwrap_or_else(PoisonError::into_inner);
    collected.write();
    match collected.error {
        Some(error) => Err(error),
        None => Ok(ChosenSummary { interrupted: stop.load(Ordering::Relaxed), ..collected.summary }),
    }
}

/// The jobs, those on the same data next to each other.
fn jobs(work: &Work<'_>, chosen: &[ChosenWork], options: RunOptions) -> Vec<(u32, Job)> {
    let mut jobs = Vec::new();
    let mut preparations = std::collections::HashSet::new();
    for one in chosen.iter().filter(|one| one.lacks_preparation && preparations.insert(one.preparation)) {
        let data = work.bound.data_number(&work.bound.trial(one.trial as usize));
        jobs.push((data, Job::Prepare(one.trial, one.preparation)));
    }
    let trained: Vec<u32> = chosen.iter().filter(|one| one.lacks_outputs).map(|one| one.trial).collect();
    let plans = group(work.bound, &trained, options.jobs, options.cohort_limit);
    jobs.extend(plans.into_iter().map(|plan| (plan.data, Job::Train(plan))));
    jobs.sort_by_key(|(data, _)| *data);
    jobs
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Collected<'_> {
    /// Takes the outputs of a trial if its record is the stored one.
    fn take(&mut self, one: &ChosenWork, record: TrialRecord) {
        if let Outcome::Failed { message } = record.outcome {
            self.fail(message);
        } else if !agree(&one.stored, &TrialSummary::from(&record)) {
            self.summary.contradictions.push(record.id);
        } else if record.test_outputs.iter().all(|output| output.is_finite()) {
            self.numbers += record.test_outputs.len();
            self.outputs.push(ChosenOutputs {
                trial: record.id,
                numerics_version: record.numerics_version,
                revisions: record.revisions,
                best_epoch: one.epoch,
                preparation: one.preparation,
                outputs: record.test_outputs,
            });
            self.write_if_many();
        } else {
            self.fail("a prediction is not finite".to_owned());
        }
    }

    fn take_preparation(&mut self, prepared: Result<Preparation, String>) {
        match prepared {
            Ok(preparation) => {
                self.numbers += 2 * preparation.test_rows.len() + 4 * preparation.columns.len();
                self.preparations.push(preparation);
                self.write_if_many();
            }
            Err(message) => self.fail(message),
        }
    }

    fn fail(&mut self, message: String) {
        *self.summary.failures.entry(message).or_default() += 1;
    }

    fn write_if_many(&mut self) {
        if self.numbers >= MOST_NUMBERS {
            self.write();
        }
    }

    fn write(&mut self) {
        let (mut outputs, mut preparations) =
            (std::mem::take(&mut self.outputs), std::mem::take(&mut self.preparations));
        // Threads end in any order. Sorted, the same content is the same file.
        outputs.sort_by_key(|one| one.trial);
        preparations.sort_by_key(|one| one.id);
        self.numbers = 0;
        let written = || {
            if !preparations.is_empty() {
                self.store.write_preparations(&preparations)?;
            }
            if outputs.is_empty() { Ok(()) } else { self.store.write_chosen(&outputs) }
        };
        match written() {
            Ok(()) => self.summary.stored += outputs.len() as u64,
            Err(error) => self.error = self.error.take().or(Some(error)),
        }
    }
}

/// Whether two records of a trial agree, bit for bit, in all that both hold.
fn agree(stored: &TrialSummary, trained: &TrialSummary) -> bool {
    let bits = |metric: &MetricSummary| metric.values.map(|values| values.map(|value| value.map(f64::to_bits)));
    let holds = |metric: &MetricSummary| metric.values.as_flattened().iter().any(Option::is_some);
    let same = |metric: &MetricSummary| {
        let known = stored.metrics.iter().find(|known| known.kind == metric.kind).filter(|known| holds(known));
        known.is_none_or(|known| bits(known) == bits(metric) && known.best_epoch == metric.best_epoch)
    };
    stored.outcome == trained.outcome
        && (stored.steps, stored.gradient_evaluations) == (trained.steps, trained.gradient_evaluations)
        && trained.metrics.iter().all(same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric;
    use crate::record::{Split, Stopped, WatchSet};

    fn summary(value: Option<f64>) -> TrialSummary {
        let mut metric = MetricSummary::new(metric::mse());
        metric.set(Split::Test, value, value);
        TrialSummary {
            outcome: Outcome::Completed { stopped: Stopped::Epochs },
            steps: 3,
            gradient_evaluations: 30,
            metrics: vec![metric],
            watches: WatchSet::default(),
            did_not_descend: false,
            problem: None,
        }
    }

    #[test]
    fn every_bit_of_what_both_hold_counts() {
        assert!(agree(&summary(Some(0.5)), &summary(Some(0.5))));
        assert!(!agree(&summary(Some(0.0)), &summary(Some(-0.0))));
        assert!(agree(&summary(None), &summary(Some(0.5))), "an older record lacks a metric");
        assert!(!agree(&summary(Some(0.5)), &TrialSummary { steps: 4, ..summary(Some(0.5)) }));
        let stopped = Outcome::Completed { stopped: Stopped::TargetLoss };
        assert!(!agree(&summary(Some(0.5)), &TrialSummary { outcome: stopped, ..summary(Some(0.5)) }));
    }
}
