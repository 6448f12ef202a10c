//! From outstanding trials to durable records: rayon over cohorts, one writer.

mod cohorts;
mod data;
mod hooks;
mod memory;
mod space;
mod theory;
mod writer;

pub use cohorts::{CohortPlan, build as build_cohort, group};
pub use data::{LoadError, SharedData};
pub use memory::{Estimate, Scale};
pub use space::expected_bytes;
pub use theory::{Selected, select, without_theory};

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rayon::prelude::*;
use theory::Completion;

use crate::numeric;
use crate::plan::BoundPlan;
use crate::record::{Curve, Id, Identities, Outcome, TrialRecord, TrialTable};
use crate::store::{Store, StoreError};
use crate::train::{self, Cohort};

/// What the names of training threads begin with: a panic on one of them fails a trial and not the program.
pub const TRAINING_THREAD: &str = "train-";

/// How a run is carried out. None of it changes a recorded bit.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// Threads.
    pub jobs: usize,
    /// Trials that train together at most; 1 trains them one by one.
    pub cohort_limit: usize,
    /// Ends the run once so many trials have failed.
    pub max_fail: Option<u64>,
}

/// Who is told how a run goes on.
pub trait Progress: Sync {
    /// These records are durable now.
    fn durable(&self, records: &[TrialRecord]);
    /// A trial failed, for the first time in this run.
    fn first_failure(&self, record: &TrialRecord);
}

/// What a run did.
#[derive(Debug, Default)]
pub struct Summary {
    pub trained: u64,
    pub cohorts: Vec<CohortTiming>,
    /// It was told to stop before every trial was trained.
    pub interrupted: bool,
    /// Trials that failed in this run, by message.
    pub failures: BTreeMap<String, u64>,
}

impl Summary {
    /// Trials that failed in this run.
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

/// Which failed trials are trained again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retry {
    None,
    All,
    /// Those at these positions in the plan.
    Trials(Vec<usize>),
}

/// The trials of a part of the plan that are without a record (a failed one has one), each identity once.
#[must_use]
pub fn outstanding(identities: &Identities, trials: &TrialTable, part: Range<usize>, retry: &Retry) -> Vec<u32> {
    let wanted = |index: &usize| {
        let trial = trials.get(*index);
        let again = match retry {
            Retry::None => false,
            Retry::All => trial.is_failed(),
            Retry::Trials(named) => trial.is_failed() && named.contains(index),
        };
        (again || !trial.has_record()) && identities.repeats(*index).is_none()
    };
    part.filter(wanted).filter_map(|index| u32::try_from(index).ok()).collect()
}

/// The trials of a part of the plan, each identity once.
#[must_use]
pub fn distinct(identities: &Identities, part: Range<usize>) -> Vec<u32> {
    let first = |index: &usize| identities.repeats(*index).is_none();
    part.filter(first).filter_map(|index| u32::try_from(index).ok()).collect()
}

/// Trials with a record that is not made again, each identity once.
#[must_use]
pub fn recorded(identities: &Identities, trials: &TrialTable, outstanding: &[u32]) -> usize {
    let has_record = |index: &usize| trials.get(*index).has_record() && identities.repeats(*index).is_none();
    let again = outstanding.iter().filter(|index| trials.get(**index as usize).has_record()).count();
    (0..trials.len()).filter(has_record).count() - again
}

/// A plan with its identities and data: all that training needs.
pub struct Work<'a> {
    pub bound: &'a BoundPlan<'a>,
    pub identities: &'a Identities,
    pub data: &'a SharedData,
    /// The trials that are trained here, and whose problems theory is completed for.
    pub part: Range<usize>,
}

/// Trials that are taken up together: their records then lie close together in the store, however cohorts are cut, and a
/// report that reads them in the plan's order opens each segment few times.
const TAKEN_TOGETHER: usize = 1 << 15;

/// Trials from which on one writer would hold up training.
const MANY: usize = 20_000;

/// Writers at most.
const MOST_WRITERS: usize = 4;

/// Records on their way to the writer: where it falls behind, training waits.
const MOST_WAITING: usize = 1 << 10;

/// Trains the trials at `indices` and stores their records and what theory needs.
///
/// # Errors
/// Where a record could not be stored. What was stored before is kept.
pub fn run(
    work: &Work<'_>,
    indices: &[u32],
    store: &Store,
    options: RunOptions,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Summary, StoreError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.jobs)
        .thread_name(|index| format!("{TRAINING_THREAD}{index}"))
        .build()
        .map_err(|error| StoreError::threads(&error))?;
    let writers = if indices.len() < MANY { 1 } else { options.jobs.min(MOST_WRITERS) };
    let (senders, receivers): (Vec<_>, Vec<_>) =
        (0..writers).map(|_| sync_channel::<TrialRecord>(MOST_WAITING)).unzip();
    let timings = Mutex::new(Vec::new());
    let failures: Mutex<BTreeMap<String, u64>> = Mutex::default();
    let theory = Completion::new(work, indices, store)?;
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
            let plans = group(work.bound, part, options.jobs, options.cohort_limit);
            // In order, and not a half of them for each thread: the threads are then at work on the same data.
            let plans = plans.into_iter().enumerate().par_bridge();
            pool.install(|| {
                plans.for_each_with(senders.clone(), |senders, (index, plan)| {
                    let sender = &senders[index % senders.len()];
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let started = Instant::now();
                    train_cohort(work, &plan, sender, stop, &mut |message| {
                        let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
                        *failures.entry(message.to_owned()).or_default() += 1;
                        let all = failures.values().sum::<u64>();
                        if options.max_fail.is_some_and(|most| all >= most) {
                            stop.store(true, Ordering::Relaxed);
                        }
                    });
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
    })
}

/// Trains one cohort. A panic inside fails only the trials that cause it: the rest is trained again, each alone.
fn train_cohort(
    work: &Work<'_>,
    plan: &CohortPlan,
    sender: &SyncSender<TrialRecord>,
    stop: &AtomicBool,
    fails: &mut dyn FnMut(&str),
) {
    let ids = work.identities.all();
    let mut ended: HashSet<Id> = HashSet::new();
    let together = train_some(work, plan, &plan.trials, stop, &mut |record| {
        ended.insert(record.id);
        let _ = sender.send(record);
    });
    if together.is_ok() {
        return;
    }
    for &trial in &plan.trials {
        if ended.contains(&ids[trial as usize]) || stop.load(Ordering::Relaxed) {
            continue;
        }
        let alone = train_some(work, plan, &[trial], stop, &mut |record| {
            let _ = sender.send(record);
        });
        if let Err(message) = alone {
            fails(&message);
            let _ = sender.send(failed(work, trial, message));
        }
    }
}

/// Trains some trials of a cohort; a panic becomes an error with its message.
fn train_some(
    work: &Work<'_>,
    plan: &CohortPlan,
    trials: &[u32],
    stop: &AtomicBool,
    emit: &mut dyn FnMut(TrialRecord),
) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| {
        let cohort: Cohort = cohorts::build(work, plan, trials)?;
        hooks::inject_panic(&cohort);
        train::train(&cohort, stop, emit);
        Ok(())
    }))
    .unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("panicked: {}", text.unwrap_or("without a message")))
    })
}

fn failed(work: &Work<'_>, trial: u32, message: String) -> TrialRecord {
    let planned = work.bound.trial(trial as usize);
    TrialRecord {
        id: work.identities.all()[trial as usize],
        numerics_version: numeric::VERSION,
        setting: work.bound.canonical(&planned),
        outcome: Outcome::Failed { message },
        steps: 0,
        gradient_evaluations: 0,
        best_epoch: None,
        metrics: Vec::new(),
        curve: Curve::default(),
        theta: None,
        problem: work.bound.problem(&planned),
    }
}

/// Shared by everything that needs a prepared problem.
type SharedModel = Arc<dyn crate::model::Model>;
