//! A run: trains cohorts in parallel, makes their records durable, and completes the stored theory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use rayon::prelude::*;

use super::cohorts::{TAKEN_TOGETHER, group_going_on};
use super::earlier_ends::EarlierEnds;
use super::progress::Progress;
use super::theory::Completion;
use super::work::Work;
use super::{isolation, writer};
use crate::memory;
use crate::record::TrialRecord;
use crate::store::{Store, StoreError};
use crate::train::TestOutputs;

/// The prefix of the names of training threads. A panic on such a thread fails a trial, not the program.
pub const TRAINING_THREAD: &str = "train-";

/// How a run is carried out. None of it changes a recorded bit.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// The number of training threads.
    pub jobs: usize,
    /// The most trials of a cohort; 1 trains them one by one.
    pub cohort_limit: usize,
    /// Ends the run once this many trials have failed.
    pub max_fail: Option<u64>,
}

/// The result of a run.
#[derive(Debug, Default)]
pub struct Summary {
    pub trained: u64,
    pub cohorts: Vec<CohortTiming>,
    /// The run was stopped before every trial was trained.
    pub interrupted: bool,
    /// The number of failed trials of this run, by message.
    pub failures: BTreeMap<String, u64>,
    /// The number of trials that went on from the end of an earlier training with fewer epochs.
    pub went_on: usize,
    /// The number of trials that could not, though such an end is kept.
    pub could_not_go_on: usize,
}

impl Summary {
    /// The number of failed trials of this run.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failures.values().sum()
    }
}

/// How long one cohort took.
#[derive(Debug, Clone, serde::Serialize)]
pub struct CohortTiming {
    pub dataset: String,
    pub model: String,
    pub path: &'static str,
    pub trials: usize,
    pub wall_time_seconds: f64,
}

/// With this many trials or more, a single writer would hold up training.
const MANY: usize = 20_000;

/// The most writers.
const MOST_WRITERS: usize = 4;

/// The most records that wait for a writer. If the writer falls behind, training waits.
const MOST_WAITING: usize = 1 << 10;

/// The threads that train. There is room for a few writers beside them.
pub(super) fn training_threads(jobs: usize) -> Result<rayon::ThreadPool, StoreError> {
    memory::check_threads(jobs + MOST_WRITERS).map_err(|error| StoreError::threads(&error))?;
    let threads = rayon::ThreadPoolBuilder::new().num_threads(jobs);
    let named = threads.thread_name(|index| format!("{TRAINING_THREAD}{index}"));
    named.build().map_err(|error| StoreError::threads(&error))
}

/// Trains the trials at `indices` and stores their records and what theory needs.
///
/// # Errors
/// If a record could not be stored. Records stored before that are kept.
pub fn run(
    work: &Work<'_>,
    indices: &[u32],
    store: &Store,
    options: RunOptions,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Summary, StoreError> {
    let pool = training_threads(options.jobs)?;
    let writers = if indices.len() < MANY { 1 } else { options.jobs.min(MOST_WRITERS) };
    let (senders, receivers): (Vec<_>, Vec<_>) =
        (0..writers).map(|_| sync_channel::<TrialRecord>(MOST_WAITING)).unzip();
    let timings = Mutex::new(Vec::new());
    let failures: Mutex<BTreeMap<String, u64>> = Mutex::default();
    let theory = Completion::new(work, indices, store)?;
    let earlier = EarlierEnds::find(work.bound, indices, store)?;
    let epochs_passed = &progress.epochs_passed();
    let trained = std::thread::scope(|scope| {
        let write = |receiver: Receiver<TrialRecord>| {
            let thread = std::thread::Builder::new().name("writer".to_owned());
            let started = thread.spawn_scoped(scope, move || {
                let written = writer::write(store, &receiver, progress);
                if written.is_err() {
                    stop.store(true, Ordering::Relaxed);
                }
                written
            });
            started.map_err(|error| StoreError::threads(&error))
        };
        let writers = receivers.into_iter().map(write).collect::<Result<Vec<_>, _>>()?;
        for part in indices.chunks(TAKEN_TOGETHER) {
            let plans = group_going_on(work.bound, part, &earlier, options.jobs, options.cohort_limit);
            // In order, not split in halves: all threads then work on the same data.
            let plans = plans.into_iter().enumerate().par_bridge();
            pool.install(|| {
                plans.for_each_with(senders.clone(), |senders, (index, plan)| {
                    let sender = &senders[index % senders.len()];
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let started = Instant::now();
                    let emit = &mut |record| {
                        let _ = sender.send(record);
                    };
                    isolation::train_cohort(
                        work,
                        &plan,
                        epochs_passed,
                        &|_| TestOutputs::Never,
                        stop,
                        emit,
                        &mut |message| {
                            let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
                            *failures.entry(message.to_owned()).or_default() += 1;
                            let all = failures.values().sum::<u64>();
                            if options.max_fail.is_some_and(|most| all >= most) {
                                stop.store(true, Ordering::Relaxed);
                            }
                        },
                    );
                    let combination = work.bound.trial(plan.trials[0] as usize).setting.combination;
                    let base = &work.bound.plan.combinations[combination].grid.base;
                    timings.lock().unwrap_or_else(PoisonError::into_inner).push(CohortTiming {
                        dataset: base.dataset.table.clone(),
                        model: base.model.table.clone(),
                        path: plan.path.word(),
                        trials: plan.trials.len(),
                        wall_time_seconds: started.elapsed().as_secs_f64(),
                    });
                    theory.trained(plan.data, plan.trials.len(), stop);
                });
            });
        }
        drop(senders);
        let mut trained = 0;
        for writer in writers {
            trained += writer.join().unwrap_or_else(|_| Err(StoreError::threads(&"the writer panicked")))?;
        }
        Ok::<u64, StoreError>(trained)
    })?;
    pool.install(|| theory.complete_rest(stop));
    theory.store(store)?;
    Ok(Summary {
        trained,
        cohorts: timings.into_inner().unwrap_or_else(PoisonError::into_inner),
        interrupted: stop.load(Ordering::Relaxed),
        failures: failures.into_inner().unwrap_or_else(PoisonError::into_inner),
        went_on: earlier.len(),
        could_not_go_on: earlier.unfit,
    })
}
