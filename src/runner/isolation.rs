//! Trains one cohort so that a panic fails only the trials that cause it.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::cohorts::{self, CohortPlan};
use super::injected_faults;
use super::work::Work;
use crate::numeric;
use crate::record::{Curve, Id, Outcome, TrialRecord, Watched};
use crate::train::{self, Cohort, Options, TestOutputs};

/// Says of a trial, by its position in the plan, whether its outputs for the test rows are wanted.
pub type Asked<'a> = &'a (dyn Fn(u32) -> TestOutputs + Sync);

/// Trains one cohort. A panic fails only the trials that cause it: the remaining trials are trained again, each alone.
pub fn train_cohort(
    work: &Work<'_>,
    plan: &CohortPlan,
    epochs_passed: &Arc<AtomicU64>,
    asked: Asked<'_>,
    stop: &AtomicBool,
    emit: &mut dyn FnMut(TrialRecord),
    fails: &mut dyn FnMut(&str),
) {
    let ids = work.identities.all();
    let mut ended: HashSet<Id> = HashSet::new();
    let together = train_some(work, plan, epochs_passed, &plan.trials, asked, stop, &mut |record| {
        ended.insert(record.id);
        emit(record);
    });
    if together.is_ok() {
        return;
    }
    for &trial in &plan.trials {
        if ended.contains(&ids[trial as usize]) || stop.load(Ordering::Relaxed) {
            continue;
        }
        if let Err(message) = train_some(work, plan, epochs_passed, &[trial], asked, stop, emit) {
            fails(&message);
            emit(failed(work, trial, message));
        }
    }
}

/// Calls a function; a panic becomes an error with its message.
pub fn guarded<T>(call: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("panicked: {}", text.unwrap_or("without a message")))
    })
}

/// Trains some trials of a cohort.
fn train_some(
    work: &Work<'_>,
    plan: &CohortPlan,
    epochs_passed: &Arc<AtomicU64>,
    trials: &[u32],
    asked: Asked<'_>,
    stop: &AtomicBool,
    emit: &mut dyn FnMut(TrialRecord),
) -> Result<(), String> {
    guarded(|| {
        let mut cohort: Cohort = cohorts::build(work, plan, trials)?;
        cohort.epochs_passed = Arc::clone(epochs_passed);
        for (trainee, &trial) in cohort.trainees.iter_mut().zip(trials) {
            trainee.test_outputs = asked(trial);
            // A chosen trial's own record holds already what is watched.
            if trainee.test_outputs != TestOutputs::Never && !trainee.options.watches().is_empty() {
                trainee.options = Arc::new(Options { watch: Vec::new(), ..(*trainee.options).clone() });
            }
        }
        injected_faults::inject_panic(&cohort);
        train::train(&cohort, stop, emit);
        Ok(())
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
        revisions: work.bound.revisions_of(&planned).text(),
        metrics: Vec::new(),
        curve: Curve::default(),
        watched: Watched::default(),
        did_not_descend: false,
        theta: None,
        problem: work.bound.recorded_problem(&planned),
        test_outputs: Vec::new(),
        kept: Vec::new(),
    }
}
