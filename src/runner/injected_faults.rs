//! What tests ask of a run through the environment: faults, and moments that would take hours to wait for.

use std::env::var;

use crate::train::Cohort;

/// A cohort panics where one of its trials' ids begins with a value of `SWEEP_INJECT_PANIC`, a list with commas.
pub fn inject_panic(cohort: &Cohort) {
    let Ok(prefixes) = var("SWEEP_INJECT_PANIC") else { return };
    let ids: Vec<String> = cohort.trainees.iter().map(|trainee| trainee.id.hex()).collect();
    let hit = |prefix: &str| !prefix.is_empty() && ids.iter().any(|id| id.starts_with(prefix));
    assert!(!prefixes.split(',').any(hit), "injected by SWEEP_INJECT_PANIC");
}

/// Trials in a segment at most, where `SWEEP_SEGMENT_TRIALS` says so: many segments of a short run.
pub fn segment_trials() -> Option<usize> {
    var("SWEEP_SEGMENT_TRIALS").ok()?.parse().ok().filter(|trials| *trials > 0)
}
