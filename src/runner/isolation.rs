//! Trains one cohort so that a panic fails only the trials that cause it.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;

use super::cohorts::{self, CohortPlan};
use super::injected_faults;
use super::work::Work;
use crate::numeric;
use crate::record::{Curve, Id, Outcome, TrialRecord};
use crate::train::{self, Cohort};

/// Trains one cohort. A panic fails only the trials that cause it: the remaining trials are trained again, each alone.
pub fn train_cohort(
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
        injected_faults::inject_panic(&cohort);
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
        revisions: work.bound.revisions_of(&planned).text(),
        metrics: Vec::new(),
        curve: Curve::default(),
        theta: None,
        problem: work.bound.problem(&planned),
        test_outputs: Vec::new(),
    }
}
